/* number-reader.h: numbers as people write them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads what a person in any country may type for a number, whatever the
 * locale: thousands in groups (“1,234”, “1 234”, “1_234”, “1.234.567”), a
 * decimal comma where it cannot be one of those, powers of ten (“1.2e-3”,
 * “1.2×10⁻³”, “10^6”), 万 and 亿, fractions (“3/4”), “%” and “‰”, full-width
 * digits and signs, and any kind of minus.  A single comma with three digits
 * behind it is taken for thousands, unless what is before it is a zero or
 * longer than three digits.
 *
 * @unit is what is left behind the number, or NULL: “ms” of “3 ms”.  It
 * has no digits.  A per cent sign is such a unit and does not change @value.
 * (transfer full) */
gboolean  ex_number_read (const char  *text,
                          double      *value,
                          char       **unit,
                          GError     **error);

G_END_DECLS
