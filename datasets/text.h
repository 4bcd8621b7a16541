/* text.h: bytes of any origin as text that can be read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @bytes as UTF-8 without control characters and without blanks at its ends.
 * What is not UTF-8 is read as Windows-1252, the most common of the old
 * encodings, and sets @foreign.  Only line ends and tabs stay of the control
 * characters.  (transfer full) */
char     *ds_text_decode   (const char   *bytes,
                            gsize         n_bytes,
                            gboolean     *foreign) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a file that begins with @head can be text. */
gboolean  ds_text_sniff    (const guint8 *head,
                            gsize         n_bytes);

/* Whether @name, as far as its last slash, ends with one of @endings, which end
 * with NULL; upper and lower case are the same. */
gboolean  ds_text_has_ending (const char          *name,
                              const char * const  *endings);

G_END_DECLS
