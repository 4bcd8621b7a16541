/* text.h: texts, names and languages in files that anybody may have written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A copy of @data that is sure to be UTF-8 without zeros, without a byte
 * order mark and with plain line ends.  @name is what errors call the file,
 * as in all readers of this folder.  (transfer full) */
char     *ex_text_clean     (const char     *data,
                             gsize           size,
                             const char     *name,
                             GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* Says what is wrong on a line of the file @name.  Returns FALSE, so that a
 * reader can return it in turn. */
gboolean  ex_text_set_error (const char     *name,
                             guint           line,
                             GError        **error,
                             const char     *format,
                             ...) G_GNUC_PRINTF (4, 5);

/* Whether @text may name a lesson, a task, an option and the like: 1 to 40
 * of a–z, 0–9 and the hyphen, which is not at either end. */
gboolean  ex_text_is_id     (const char     *text);

/* Languages to look for, best first and always ending in "en", for somebody
 * whose locale is @language: "zh_CN.UTF-8" gives zh_CN.UTF-8, zh_CN, zh.UTF-8,
 * zh, en.  Chinese of any region reads zh_CN rather than English.  NULL means
 * English.  (transfer full) */
char    **ex_text_languages (const char     *language) G_GNUC_WARN_UNUSED_RESULT;

/* Orders the strings of an array of pointers by their bytes. */
int       ex_text_compare   (gconstpointer   a,
                             gconstpointer   b);

G_END_DECLS
