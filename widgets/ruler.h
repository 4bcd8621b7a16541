/* ruler.h: round tick values and their labels for an axis
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  UI_RULER_LINEAR,
  UI_RULER_WHOLE,               /* linear, but never a tick between two whole numbers */
  UI_RULER_LOG,
  UI_RULER_TIME,                /* seconds, labelled as a clock */
} UiRulerKind;

typedef struct
{
  double  value;
  char   *label;                /* NULL for a minor tick */
} UiTick;

/* The ticks from @low to @high, in ascending order: about @n_ticks with a
 * label, and on a logarithmic axis minor ones between.  Elements are UiTick.
 * A logarithmic axis begins above zero.  (transfer full) */
GArray *ui_ruler_ticks       (UiRulerKind  kind,
                              double       low,
                              double       high,
                              int          n_ticks) G_GNUC_WARN_UNUSED_RESULT;

/* Widens a range to whole steps of the ticks it would get, so that an axis
 * stands still while a curve grows inside it. */
void    ui_ruler_round_out   (UiRulerKind  kind,
                              double      *low,
                              double      *high,
                              int          n_ticks);

/* A value for a person to read, with a true minus sign and independent of the
 * locale: "0.2134", "−12.5", "1.3×10⁻⁵".  (transfer full) */
char   *ui_ruler_format      (double       value,
                              int          n_digits) G_GNUC_WARN_UNUSED_RESULT;

/* "0:42", "12:05", "1:30:00".  (transfer full) */
char   *ui_ruler_format_time (double       seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
