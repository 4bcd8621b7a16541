/* formula-tree.h: a formula in TeX, taken apart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/formula-symbols.h"

G_BEGIN_DECLS

typedef enum
{
  APP_NODE_ROW,                 /* any number of children side by side */
  APP_NODE_SYMBOL,              /* text */
  APP_NODE_SPACE,               /* of the width space */
  APP_NODE_FRACTION,            /* numerator, denominator */
  APP_NODE_ROOT,                /* radicand, degree or NULL */
  APP_NODE_SCRIPTS,             /* base, subscript or NULL, superscript or NULL */
  APP_NODE_ACCENT,              /* argument; text is drawn above it, "" is a rule */
  APP_NODE_FENCE,               /* content; text and right grow with it, "" is none */
} AppNodeKind;

typedef struct
{
  AppNodeKind  kind;
  AppAtom      atom;
  AppGlyph     flags;
  char        *text;
  char        *right;
  double       space;           /* in em */
  GPtrArray   *children;        /* AppFormulaNode, or NULL where one is missing */
} AppFormulaNode;

/* NULL when @tex is not written rightly, is longer or deeper than a formula in
 * a sentence ever is, or uses what we do not draw; then its TeX is to be shown
 * instead.  (transfer full) */
AppFormulaNode *app_formula_parse      (const char      *tex) G_GNUC_WARN_UNUSED_RESULT;
void            app_formula_node_free  (AppFormulaNode  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppFormulaNode, app_formula_node_free)

G_END_DECLS
