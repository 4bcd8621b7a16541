/* formula-draw.c: a formula that has been set, on paper
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula-layout-private.h"

#include <math.h>

#define LINE_ASCENT  0.75       /* of a part, at least, in em */
#define LINE_DESCENT 0.25

void
app_formula_layout_free (AppFormulaLayout *self)
{
  g_array_unref (self->pieces);
  g_array_unref (self->breaks);
  g_free (self);
}

AppBox
app_formula_layout_get_box (const AppFormulaLayout *self)
{
  return self->box;
}

guint
app_formula_layout_get_n_parts (const AppFormulaLayout *self)
{
  return self->breaks->len + 1;
}

static double
part_start (const AppFormulaLayout *self,
            guint                   part)
{
  if (part == 0)
    return 0;
  return part <= self->breaks->len ? g_array_index (self->breaks, double, part - 1)
                                   : self->box.width;
}

AppBox
app_formula_layout_get_part (const AppFormulaLayout *self,
                             guint                   part)
{
  AppBox box = self->box;

  g_assert (part <= self->breaks->len);
  box.width = part_start (self, part + 1) - part_start (self, part);
  box.ascent = MAX (box.ascent, LINE_ASCENT * self->em);
  box.descent = MAX (box.descent, LINE_DESCENT * self->em);
  return box;
}

static void
draw_piece (const AppPiece *piece,
            cairo_t     *cr)
{
  cairo_save (cr);
  switch (piece->kind)
    {
    case APP_PIECE_TEXT:
      cairo_translate (cr, piece->x, piece->y);
      cairo_scale (cr, 1, piece->stretch);
      cairo_move_to (cr, 0, -(double) pango_layout_get_baseline (piece->text) / PANGO_SCALE);
      pango_cairo_show_layout (cr, piece->text);
      break;

    case APP_PIECE_ROOT:
      cairo_move_to (cr, piece->x, piece->y + 0.55 * piece->height);
      cairo_rel_line_to (cr, 0.2 * piece->width, -0.06 * piece->height);
      cairo_line_to (cr, piece->x + 0.5 * piece->width, piece->y + piece->height);
      cairo_line_to (cr, piece->x + piece->width, piece->y + 0.5);
      cairo_set_line_width (cr, MAX (1, 0.09 * piece->width));
      cairo_stroke (cr);
      break;

    case APP_PIECE_RULE:
    default:
      /* On whole pixels it is sharp. */
      cairo_rectangle (cr, piece->x, round (piece->y), piece->width,
                       MAX (1, round (piece->height)));
      cairo_fill (cr);
      break;
    }
  cairo_restore (cr);
}

static void
draw_pieces (const AppFormulaLayout *self,
             cairo_t                *cr,
             guint                   first,
             guint                   last)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const AppPiece *piece = &g_array_index (self->pieces, AppPiece, i);

      if (piece->part >= first && piece->part <= last)
        draw_piece (piece, cr);
    }
}

void
app_formula_layout_draw (const AppFormulaLayout *self,
                         cairo_t                *cr)
{
  draw_pieces (self, cr, 0, self->breaks->len);
}

void
app_formula_layout_draw_part (const AppFormulaLayout *self,
                              cairo_t                *cr,
                              guint                   part)
{
  cairo_save (cr);
  cairo_translate (cr, -part_start (self, part), 0);
  draw_pieces (self, cr, part, part);
  cairo_restore (cr);
}
