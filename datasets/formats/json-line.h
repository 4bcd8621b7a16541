/* json-line.h: one JSON object without others inside
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The members of @text by name, as text: strings, numbers as they are written,
 * "true", "false", and "" for null.  Their names in order go to @names.  NULL
 * for what is no JSON object (RFC 8259), has an array or object inside, or a
 * name twice.  (transfer full) */
GHashTable  *ds_json_line_parse (const char *text,
                                 GPtrArray  *names) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
