/* markdown-spans.h: emphasis, code, formulas and links inside one block
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/markdown.h"

G_BEGIN_DECLS

/* Appends the spans of @text to @spans.  With @cells, each “|” outside code
 * and formulas begins another cell, after one for what is before the first.
 * Strings are kept in @strings.  The time taken grows with the length of
 * @text, whatever is in it.  The message of an error does not name the place. */
gboolean  ex_spans_parse (const char    *text,
                          gboolean       cells,
                          GStringChunk  *strings,
                          GArray        *spans,
                          GError       **error);

G_END_DECLS
