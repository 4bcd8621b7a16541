/* token-text.h: a text with its tokens made visible
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/vocabulary.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/* How to draw @text, which is valid UTF-8: tokens have a ground of two shades in
 * turn, unknown ones are red and underlined, and what does not fit into a row of
 * @length tokens is pale. */
PangoAttrList  *app_token_text_style    (const DsVocabulary *vocabulary,
                                         const char         *text,
                                         guint               length) G_GNUC_WARN_UNUSED_RESULT;

/* "12 5 873 and 4 of padding": the ids of @row.  (transfer full) */
char           *app_token_text_describe (const gint32       *row,
                                         gsize               length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
