/* draw-legend.c: the names of the curves, in rows above the plot
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* Above the plot a legend never covers a curve, wherever the curve goes. */

#define SAMPLE_GAP 6.0
#define ENTRY_GAP 18.0
#define MAX_NAME_WIDTH 220.0

void
ui_draw_sample (UiDraw       *draw,
                const UiLine *line,
                double        x,
                double        y)
{
  UiColour colour = ui_theme_get_colour (draw->theme, &line->style);

  ui_draw_set_colour (draw, &colour, 1);
  cairo_set_line_width (draw->cr, 2);
  ui_draw_set_dash (draw->cr, line->style.dash);
  cairo_move_to (draw->cr, x, y);
  cairo_line_to (draw->cr, x + UI_SAMPLE_WIDTH, y);
  cairo_stroke (draw->cr);
  ui_draw_set_dash (draw->cr, UI_DASH_SOLID);
  ui_draw_marker (draw->cr, line->style.marker, x + UI_SAMPLE_WIDTH / 2, y, 3.5);
}

static guint
count_visible (UiDraw *draw)
{
  GArray *lines = draw->chart->lines.lines;
  guint n = 0;

  for (guint i = 0; i < lines->len; i++)
    if (!g_array_index (lines, UiLine, i).is_hidden)
      n++;

  return n;
}

/* The curves that did not get an entry, as the last entry. */
static void
draw_rest (UiDraw *draw,
           guint   n_rest,
           double  x,
           double  y)
{
  g_autofree char *text = g_strdup_printf (ngettext ("and %u more", "and %u more", n_rest), n_rest);

  ui_draw_text (draw, UI_TEXT_DIM, text, 0, x, y, 0, 0.5);
}

void
ui_draw_legend (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  GArray *lines = draw->chart->lines.lines;
  double pitch = 1.35 * draw->line;
  guint n_rows = 1;
  guint max_rows = MAX (1, (guint) (draw->height / 4 / pitch));
  guint n_left = count_visible (draw);
  double name_limit = MIN (MAX_NAME_WIDTH, plot->width - UI_SAMPLE_WIDTH - SAMPLE_GAP);
  double x = plot->x;
  double y = plot->y + draw->line / 2;

  if (!draw->chart->lines.has_legend || n_left == 0
      || draw->height < 11 * draw->line || name_limit < 3 * draw->line)
    return;

  for (guint i = 0; i < lines->len; i++)
    {
      const UiLine *line = &g_array_index (lines, UiLine, i);
      const char *name = ui_series_get_name (line->series);
      double rest = n_left > 1 && n_rows == max_rows ? 6 * draw->line : 0;
      double width;

      if (line->is_hidden)
        continue;

      ui_draw_measure_text (draw, UI_TEXT_NORMAL, name, name_limit, &width, NULL);
      width += UI_SAMPLE_WIDTH + SAMPLE_GAP;
      if (x > plot->x && x + width + rest > plot->x + plot->width)
        {
          if (n_rows == max_rows)
            {
              draw_rest (draw, n_left, x, y);
              break;
            }
          n_rows++;
          x = plot->x;
          y += pitch;
        }

      ui_draw_sample (draw, line, x, y);
      ui_draw_text (draw, UI_TEXT_NORMAL, name, name_limit,
                    x + UI_SAMPLE_WIDTH + SAMPLE_GAP, y, 0, 0.5);
      x += width + ENTRY_GAP;
      n_left--;
    }

  plot->y += n_rows * pitch + draw->line / 3;
  plot->height -= n_rows * pitch + draw->line / 3;
}
