/* lint-text.h: whether two texts are built alike
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/markdown.h"

G_BEGIN_DECLS

/* The first difference in build between a text and its translation: other
 * kinds of blocks, other formulas, other links.  Inside a block the order is
 * free, since languages differ in that.  NULL when there is none.
 * (transfer full) */
char  *ex_markdown_find_difference (const ExMarkdown  *a,
                                    const ExMarkdown  *b) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
