/* draw-matrix.c: a heat map with numbers, such as a confusion matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <math.h>

#define MAX_ASPECT 1.9          /* width of a cell over its height */
#define MIN_CELL 6.0            /* below this cells have no gaps between them */
#define LABEL_PART 0.28         /* of the width or height, at most */
#define TITLE_LINES 1.4         /* room for the title of an axis, in lines of text */
#define FAINTEST 0.07           /* tint of the smallest value that is not zero */

typedef struct
{
  UiDraw          *draw;
  const UiMatrix  *matrix;
  double           min;
  double           max;
  double           cell_width;
  double           cell_height;
  double           row_label_width;
  double           column_label_height;
  gboolean         columns_turned; /* column labels read upwards */
} Heat;

static void
find_range (Heat *heat)
{
  heat->min = 0;
  heat->max = 0;
  for (gsize i = 0; i < heat->matrix->n_rows * heat->matrix->n_columns; i++)
    if (isfinite (heat->matrix->values[i]))
      {
        heat->min = MIN (heat->min, heat->matrix->values[i]);
        heat->max = MAX (heat->max, heat->matrix->values[i]);
      }
}

/* Zero is the background; more is bluer, and less, where there is less, more
 * orange, on one scale for both. */
static UiColour
cell_colour (Heat   *heat,
             double  value)
{
  const UiTheme *theme = heat->draw->theme;
  const UiColour *from = &theme->background;
  const UiColour *to = &theme->palette[value < 0 ? 1 : 0];
  double largest = MAX (heat->max, -heat->min);
  double part = 0;
  UiColour colour;

  if (isfinite (value) && value != 0)
    part = FAINTEST + (1 - FAINTEST) * fabs (value) / largest;
  colour.red = from->red + part * (to->red - from->red);
  colour.green = from->green + part * (to->green - from->green);
  colour.blue = from->blue + part * (to->blue - from->blue);
  colour.alpha = 1;
  return colour;
}

static double
brightness (const UiColour *colour)
{
  return 0.3 * colour->red + 0.59 * colour->green + 0.11 * colour->blue;
}

/* Every how many cells of size @pitch have a label, so that labels do not touch. */
static guint
label_stride (UiDraw *draw,
              double  pitch)
{
  return MAX (1, (guint) ceil (draw->line / MAX (pitch, 1e-3)));
}

/* Takes the room for labels and titles from the plot and fits the cells. */
static gboolean
fit_cells (Heat *heat)
{
  UiDraw *draw = heat->draw;
  UiPlot *plot = draw->plot;
  gboolean has_labels = plot->width > 10 * draw->line && plot->height > 6 * draw->line;
  double gap = draw->line / 2;
  double widest;
  double left;

  if (has_labels && heat->matrix->row_labels->len > 0)
    {
      guint stride = label_stride (draw, plot->height / heat->matrix->n_rows);

      heat->row_label_width = gap + ui_draw_widest_label (draw, heat->matrix->row_labels, stride,
                                                          plot->width * LABEL_PART);
    }
  left = heat->row_label_width;
  if (ui_draw_has_axis_title (draw, UI_AXIS_Y))
    left += TITLE_LINES * draw->line;
  plot->x += left;
  plot->width -= left;

  if (has_labels && heat->matrix->column_labels->len > 0)
    {
      double pitch = plot->width / heat->matrix->n_columns;

      widest = ui_draw_widest_label (draw, heat->matrix->column_labels,
                                     label_stride (draw, pitch), 0);
      heat->columns_turned = widest > pitch - gap;
      heat->column_label_height = gap + (heat->columns_turned
                                         ? MIN (widest, draw->height * LABEL_PART) : draw->line);
    }
  plot->height -= heat->column_label_height;
  if (ui_draw_has_axis_title (draw, UI_AXIS_X))
    plot->height -= TITLE_LINES * draw->line;
  ui_draw_snap (draw);
  if (plot->width < 1 || plot->height < 1)
    return FALSE;

  heat->cell_height = plot->height / heat->matrix->n_rows;
  heat->cell_width = MIN (plot->width / heat->matrix->n_columns, MAX_ASPECT * heat->cell_height);
  heat->cell_height = MIN (heat->cell_height, MAX_ASPECT * heat->cell_width);
  plot->width = heat->cell_width * heat->matrix->n_columns;
  plot->height = heat->cell_height * heat->matrix->n_rows;
  return TRUE;
}

static void
fill_cells (Heat *heat)
{
  const UiPlot *plot = heat->draw->plot;
  double gap = heat->cell_width > MIN_CELL && heat->cell_height > MIN_CELL ? 1 : 0;

  for (gsize row = 0; row < heat->matrix->n_rows; row++)
    for (gsize column = 0; column < heat->matrix->n_columns; column++)
      {
        UiColour colour = cell_colour (heat, heat->matrix->values[row * heat->matrix->n_columns
                                                                  + column]);

        ui_draw_set_colour (heat->draw, &colour, 1);
        cairo_rectangle (heat->draw->cr, plot->x + column * heat->cell_width,
                         plot->y + row * heat->cell_height,
                         heat->cell_width - gap, heat->cell_height - gap);
        cairo_fill (heat->draw->cr);
      }
}

/* One pixel a cell, stretched: for matrices with so many cells that a
 * rectangle each would take longer and show no more. */
static gboolean
paint_cells (Heat *heat)
{
  cairo_t *cr = heat->draw->cr;
  const UiPlot *plot = heat->draw->plot;
  gsize n_columns = heat->matrix->n_columns;
  gsize n_rows = heat->matrix->n_rows;
  cairo_surface_t *image;
  guint8 *pixels;
  int stride;

  if (n_columns > G_MAXINT16 || n_rows > G_MAXINT16)
    return FALSE;

  image = cairo_image_surface_create (CAIRO_FORMAT_RGB24, n_columns, n_rows);
  if (cairo_surface_status (image) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (image);
      return FALSE;
    }

  pixels = cairo_image_surface_get_data (image);
  stride = cairo_image_surface_get_stride (image);
  for (gsize row = 0; row < n_rows; row++)
    for (gsize column = 0; column < n_columns; column++)
      {
        UiColour colour = cell_colour (heat, heat->matrix->values[row * n_columns + column]);
        guint32 *pixel = (guint32 *) (pixels + row * stride) + column;

        *pixel = (guint32) (colour.red * 255 + 0.5) << 16
                 | (guint32) (colour.green * 255 + 0.5) << 8
                 | (guint32) (colour.blue * 255 + 0.5);
      }
  cairo_surface_mark_dirty (image);

  cairo_save (cr);
  cairo_translate (cr, plot->x, plot->y);
  cairo_scale (cr, heat->cell_width, heat->cell_height);
  cairo_set_source_surface (cr, image, 0, 0);
  if (heat->cell_width >= 1 && heat->cell_height >= 1)
    cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (image);
  return TRUE;
}

static char *
print_cell (double value)
{
  return ui_ruler_format (value, value == floor (value) && fabs (value) < 1e6 ? 7 : 2);
}

/* Numbers appear when the widest fits its cell, all of them or none. */
static gboolean
numbers_fit (Heat *heat)
{
  if (heat->cell_height < 1.15 * heat->draw->line || heat->cell_width < heat->draw->line)
    return FALSE;

  for (gsize i = 0; i < heat->matrix->n_rows * heat->matrix->n_columns; i++)
    {
      g_autofree char *text = print_cell (heat->matrix->values[i]);
      double width;

      ui_draw_measure_text (heat->draw, UI_TEXT_NORMAL, text, 0, &width, NULL);
      if (width > heat->cell_width - 4)
        return FALSE;
    }

  return TRUE;
}

static void
draw_numbers (Heat *heat)
{
  UiDraw *draw = heat->draw;
  const UiTheme *outer = draw->theme;
  UiTheme theme = *outer;
  const UiColour *dark = &outer->foreground;
  const UiColour *light = &outer->background;

  if (brightness (dark) > brightness (light))
    {
      dark = &outer->background;
      light = &outer->foreground;
    }

  draw->theme = &theme;
  for (gsize row = 0; row < heat->matrix->n_rows; row++)
    for (gsize column = 0; column < heat->matrix->n_columns; column++)
      {
        double value = heat->matrix->values[row * heat->matrix->n_columns + column];
        g_autofree char *text = print_cell (value);
        UiColour colour = cell_colour (heat, value);

        theme.foreground = brightness (&colour) > 0.5 ? *dark : *light;
        theme.foreground.alpha = value == 0 ? 0.55 : 1;
        ui_draw_text (draw, UI_TEXT_NORMAL, text, 0,
                      draw->plot->x + (column + 0.5) * heat->cell_width,
                      draw->plot->y + (row + 0.5) * heat->cell_height, 0.5, 0.5);
      }
  draw->theme = outer;
}

static void
draw_labels (Heat *heat)
{
  UiDraw *draw = heat->draw;
  const UiPlot *plot = draw->plot;
  GPtrArray *rows = heat->matrix->row_labels;
  GPtrArray *columns = heat->matrix->column_labels;
  double gap = draw->line / 2;
  guint row_stride = label_stride (draw, heat->cell_height);
  guint column_stride = label_stride (draw, heat->cell_width);

  for (guint i = 0; heat->row_label_width > 0 && i < rows->len; i += row_stride)
    ui_draw_text (draw, UI_TEXT_NORMAL, g_ptr_array_index (rows, i), heat->row_label_width - gap,
                  plot->x - gap, plot->y + (i + 0.5) * heat->cell_height, 1, 0.5);

  for (guint i = 0; heat->column_label_height > 0 && i < columns->len; i += column_stride)
    {
      const char *label = g_ptr_array_index (columns, i);
      double x = plot->x + (i + 0.5) * heat->cell_width;
      double y = plot->y + plot->height + gap;

      if (heat->columns_turned)
        ui_draw_text_upwards (draw, UI_TEXT_NORMAL, label, heat->column_label_height - gap,
                              x, y, 1, 0.5);
      else
        ui_draw_text (draw, UI_TEXT_NORMAL, label, heat->cell_width, x, y, 0.5, 0);
    }
}

static void
draw_titles (Heat *heat)
{
  UiDraw *draw = heat->draw;
  const UiPlot *plot = draw->plot;

  if (ui_draw_has_axis_title (draw, UI_AXIS_X))
    ui_draw_text (draw, UI_TEXT_DIM, draw->chart->axes[UI_AXIS_X].title, draw->width,
                  plot->x + plot->width / 2,
                  plot->y + plot->height + heat->column_label_height + 0.4 * draw->line, 0.5, 0);
  if (ui_draw_has_axis_title (draw, UI_AXIS_Y))
    ui_draw_text_upwards (draw, UI_TEXT_DIM, draw->chart->axes[UI_AXIS_Y].title, plot->height,
                          draw->padding, plot->y + plot->height / 2, 0.5, 0);
}

/* The background shows through where a cell is zero, so an empty matrix would
 * have no outline. */
static void
draw_outline (Heat *heat)
{
  const UiPlot *plot = heat->draw->plot;

  ui_draw_set_colour (heat->draw, &heat->draw->theme->grid, 1);
  cairo_set_line_width (heat->draw->cr, 1);
  cairo_rectangle (heat->draw->cr, plot->x - 0.5, plot->y - 0.5, plot->width, plot->height);
  cairo_stroke (heat->draw->cr);
}

void
ui_draw_matrix (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  const UiMatrix *matrix = &draw->chart->matrix;
  Heat heat = { .draw = draw, .matrix = matrix };
  gsize n_cells = matrix->n_rows * matrix->n_columns;

  if (n_cells == 0)
    {
      ui_draw_empty (draw);
      return;
    }

  find_range (&heat);
  if (!fit_cells (&heat))
    {
      plot->is_empty = TRUE;
      return;
    }

  plot->axes[UI_AXIS_X] = (UiMapping) { 0, matrix->n_columns, plot->x, plot->width, FALSE };
  plot->axes[UI_AXIS_Y] = (UiMapping) { 0, matrix->n_rows, plot->y, plot->height, FALSE };
  if (heat.cell_width > MIN_CELL || n_cells <= 4096 || !paint_cells (&heat))
    fill_cells (&heat);
  draw_outline (&heat);
  if (numbers_fit (&heat))
    draw_numbers (&heat);
  draw_labels (&heat);
  draw_titles (&heat);
}
