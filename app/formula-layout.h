/* formula-layout.h: where each sign of a formula goes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* In pixels, from a baseline: no part of it is higher than the ascent above or
 * lower than the descent below. */
typedef struct
{
  double width;
  double ascent;
  double descent;
} AppBox;

typedef struct _AppFormulaLayout AppFormulaLayout;

/* @tex in the size that @context has.  A displayed formula has larger sums,
 * with their limits above and below.  NULL when we cannot draw it: then its TeX
 * is to be shown. */
AppFormulaLayout *app_formula_layout_new        (const char             *tex,
                                                 PangoContext           *context,
                                                 gboolean                is_displayed)
                                                 G_GNUC_WARN_UNUSED_RESULT;
void              app_formula_layout_free       (AppFormulaLayout       *self);
AppBox            app_formula_layout_get_box    (const AppFormulaLayout *self);

/* A formula in a line of text may be broken behind the relations and operators
 * that are in no group.  There is at least one part, and each is as high as the whole
 * and as a line of text. */
guint             app_formula_layout_get_n_parts (const AppFormulaLayout *self);
AppBox            app_formula_layout_get_part   (const AppFormulaLayout *self,
                                                 guint                   part);

/* Draws with the current colour; the current origin is on the baseline, at the
 * start of the whole or of that part. */
void              app_formula_layout_draw       (const AppFormulaLayout *self,
                                                 cairo_t                *cr);
void              app_formula_layout_draw_part  (const AppFormulaLayout *self,
                                                 cairo_t                *cr,
                                                 guint                   part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppFormulaLayout, app_formula_layout_free)

G_END_DECLS
