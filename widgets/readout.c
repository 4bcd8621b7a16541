/* readout.c: the values of a chart at a cursor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/readout.h"

#include "widgets/draw-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_DIGITS 4
#define BOX_PADDING 9.0
#define BOX_RADIUS 7.0
#define BOX_DISTANCE 12.0       /* from the cursor */
#define DOT_RADIUS 4.0
#define MAX_NAME_LINES 14.0     /* width of a name, in lines of text */

typedef struct
{
  int     line;                 /* of the chart, or -1 */
  char   *name;
  char   *value;
  char   *note;                 /* (nullable) what qualifies the value */
  double  x;                    /* where the dot lies, in values */
  double  y;
} Row;

struct _UiReadout
{
  UiChart  *chart;
  UiCursor  cursor;
  char     *heading;
  GArray   *rows;               /* Row */
};

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_free (row->name);
  g_free (row->value);
  g_free (row->note);
}

static char *
format_value (const UiAxis *axis,
              double        value)
{
  if (axis->ruler == UI_RULER_TIME)
    return ui_ruler_format_time (value);
  if (value == floor (value) && fabs (value) < 1e15)
    return ui_ruler_format (value, 15);
  return ui_ruler_format (value, N_DIGITS);
}

static void
add_row (UiReadout  *self,
         const char *name,
         const char *value)
{
  Row row = { .line = -1, .name = g_strdup (name), .value = g_strdup (value) };

  g_array_append_val (self->rows, row);
}

static char *
place_text (UiReadout *self,
            double     x)
{
  const UiAxis *axis = &self->chart->axes[UI_AXIS_X];
  g_autofree char *value = format_value (axis, x);

  return axis->title != NULL ? g_strdup_printf ("%s %s", axis->title, value)
                             : g_steal_pointer (&value);
}

/* What the row of a curve adds to its value: the value before smoothing, and
 * the place of a point that does not lie at the cursor. */
static char *
make_note (UiReadout       *self,
           const UiReading *reading)
{
  const UiAxis *axis = &self->chart->axes[UI_AXIS_Y];
  gboolean is_smoothed = ui_chart_get_shown (self->chart, reading->line)
                         != ui_chart_get_line (self->chart, reading->line)->series;

  if (is_smoothed)
    {
      g_autofree char *raw = format_value (axis, reading->y);

      /* Translators: a value before smoothing, after the smoothed one. */
      return g_strdup_printf (_("raw %s"), raw);
    }
  if (reading->x != self->cursor.x)
    {
      g_autofree char *place = place_text (self, reading->x);

      /* Translators: "at step 850", where a value was not measured at the cursor. */
      return g_strdup_printf (_("at %s"), place);
    }

  return NULL;
}

static gboolean
read_lines (UiReadout *self)
{
  g_autoptr (GArray) readings = NULL;

  if (!ui_chart_read (self->chart, self->cursor.x, &self->cursor.x, &readings))
    return FALSE;

  self->heading = place_text (self, self->cursor.x);
  for (guint i = 0; i < readings->len; i++)
    {
      const UiReading *reading = &g_array_index (readings, UiReading, i);
      const UiLine *line = ui_chart_get_line (self->chart, reading->line);
      Row row = {
        .line = reading->line,
        .name = g_strdup (ui_series_get_name (line->series)),
        .value = format_value (&self->chart->axes[UI_AXIS_Y], reading->smoothed),
        .note = make_note (self, reading),
        .x = reading->x,
        .y = reading->smoothed,
      };

      g_array_append_val (self->rows, row);
    }

  return TRUE;
}

/* The cell, counted from 0, that holds @place. */
static double
cell_at (double place,
         gsize  n_cells)
{
  return CLAMP (floor (place), 0, n_cells - 1.0);
}

static gboolean
read_bars (UiReadout *self)
{
  const UiBars *bars = &self->chart->bars;
  const UiAxis *axis = &self->chart->axes[UI_AXIS_X];
  g_autofree char *value = NULL;

  if (bars->values->len == 0)
    return FALSE;

  self->cursor.y = cell_at (self->cursor.y, bars->values->len);
  self->heading = g_strdup (ui_labels_get (bars->labels, self->cursor.y));
  value = format_value (axis, g_array_index (bars->values, double, (guint) self->cursor.y));
  add_row (self, axis->title != NULL ? axis->title : _("value"), value);
  return TRUE;
}

static gboolean
read_matrix (UiReadout *self)
{
  const UiMatrix *matrix = &self->chart->matrix;
  const UiAxis *axes = self->chart->axes;
  gsize row;
  gsize column;

  if (matrix->n_rows == 0 || matrix->n_columns == 0)
    return FALSE;

  self->cursor.x = cell_at (self->cursor.x, matrix->n_columns);
  self->cursor.y = cell_at (self->cursor.y, matrix->n_rows);
  row = self->cursor.y;
  column = self->cursor.x;
  self->heading = format_value (&axes[UI_AXIS_Y], matrix->values[row * matrix->n_columns + column]);
  add_row (self, axes[UI_AXIS_Y].title != NULL ? axes[UI_AXIS_Y].title : _("row"),
           ui_labels_get (matrix->row_labels, row));
  add_row (self, axes[UI_AXIS_X].title != NULL ? axes[UI_AXIS_X].title : _("column"),
           ui_labels_get (matrix->column_labels, column));
  return TRUE;
}

static gboolean
read_chart (UiReadout *self)
{
  switch (self->chart->kind)
    {
    case UI_CHART_LINES:
      return read_lines (self);
    case UI_CHART_BARS:
      return read_bars (self);
    case UI_CHART_MATRIX:
      return read_matrix (self);
    default:
      g_assert_not_reached ();
    }
}

UiReadout *
ui_readout_new (UiChart  *chart,
                UiCursor *cursor)
{
  g_autoptr (UiReadout) self = g_new0 (UiReadout, 1);

  self->chart = ui_chart_ref (chart);
  self->cursor = *cursor;
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  if (!read_chart (self))
    return NULL;

  *cursor = self->cursor;
  return g_steal_pointer (&self);
}

void
ui_readout_free (UiReadout *self)
{
  g_array_unref (self->rows);
  g_free (self->heading);
  ui_chart_unref (self->chart);
  g_free (self);
}

char *
ui_readout_print (UiReadout *self)
{
  GString *text = g_string_new (self->heading);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      /* Translators: stands between two curves in a spoken list. */
      g_string_append (text, _(", "));
      g_string_append_printf (text, "%s %s", row->name, row->value);
      if (row->note != NULL)
        g_string_append_printf (text, " (%s)", row->note);
    }

  return g_string_free (text, FALSE);
}

/* Marks the place: a line and a dot on each curve, a frame around a cell. */
static void
draw_place (UiReadout *self,
            UiDraw    *draw)
{
  const UiPlot *plot = draw->plot;
  double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], self->cursor.x);
  double y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], self->cursor.y);
  double width = self->chart->kind == UI_CHART_MATRIX ? plot->width / self->chart->matrix.n_columns
                                                      : plot->width;
  double height = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], self->cursor.y + 1) - y;

  ui_draw_set_colour (draw, &draw->theme->foreground, 0.6);
  if (self->chart->kind == UI_CHART_LINES)
    {
      ui_draw_hairline (draw, x, plot->y, x, plot->y + plot->height);
      return;
    }

  cairo_set_line_width (draw->cr, 2);
  cairo_rectangle (draw->cr, self->chart->kind == UI_CHART_BARS ? plot->x : x, y, width, height);
  cairo_stroke (draw->cr);
}

static void
draw_dots (UiReadout *self,
           UiDraw    *draw)
{
  const UiPlot *plot = draw->plot;
  UiColour back = draw->theme->background;

  back.alpha = 1;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      const UiLine *line;
      double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], row->x);
      double y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], row->y);
      UiColour colour;

      if (row->line < 0 || !(x >= plot->x && x <= plot->x + plot->width)
          || !(y >= plot->y && y <= plot->y + plot->height))
        continue;

      line = ui_chart_get_line (self->chart, row->line);
      colour = ui_theme_get_colour (draw->theme, &line->style);
      cairo_arc (draw->cr, x, y, DOT_RADIUS, 0, 2 * G_PI);
      ui_draw_set_colour (draw, &colour, 1);
      cairo_fill_preserve (draw->cr);
      ui_draw_set_colour (draw, &back, 1);
      cairo_set_line_width (draw->cr, 1.5);
      cairo_stroke (draw->cr);
    }
}

static void
add_rounded (cairo_t *cr,
             double   x,
             double   y,
             double   width,
             double   height)
{
  double radius = MIN (BOX_RADIUS, MIN (width, height) / 2);

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* Widths of the columns of the box. */
typedef struct
{
  double sample;
  double name;
  double value;
  double note;
  double pitch;                 /* from line to line */
  guint  n_rows;                /* that fit */
} BoxColumns;

static double
text_width (UiDraw     *draw,
            const char *text,
            double      max_width)
{
  double width = 0;

  if (text != NULL)
    ui_draw_measure_text (draw, UI_TEXT_NORMAL, text, max_width, &width, NULL);
  return ceil (width);
}

static void
measure_columns (UiReadout  *self,
                 UiDraw     *draw,
                 BoxColumns *columns)
{
  double gap = draw->line * 0.8;

  *columns = (BoxColumns) { .pitch = 1.3 * draw->line };
  columns->n_rows = MIN (self->rows->len,
                         (guint) MAX (0, (draw->height - 3 * BOX_PADDING) / columns->pitch - 1));
  for (guint i = 0; i < columns->n_rows; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      double note = text_width (draw, row->note, 0);

      if (row->line >= 0)
        columns->sample = UI_SAMPLE_WIDTH + 7;
      columns->name = MAX (columns->name,
                           text_width (draw, row->name, MAX_NAME_LINES * draw->line));
      columns->value = MAX (columns->value, gap + text_width (draw, row->value, 0));
      columns->note = MAX (columns->note, note > 0 ? gap + note : 0);
    }
}

static void
draw_rows (UiReadout        *self,
           UiDraw           *draw,
           const BoxColumns *columns,
           double            x,
           double            y)
{
  for (guint i = 0; i < columns->n_rows; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);
      double value_end = x + columns->sample + columns->name + columns->value;
      double middle = y + (i + 0.5) * columns->pitch;

      if (row->line >= 0)
        ui_draw_sample (draw, ui_chart_get_line (self->chart, row->line), x, middle);
      ui_draw_text (draw, UI_TEXT_NORMAL, row->name, columns->name,
                    x + columns->sample, middle, 0, 0.5);
      ui_draw_text (draw, UI_TEXT_NORMAL, row->value, 0, value_end, middle, 1, 0.5);
      if (row->note != NULL)
        ui_draw_text (draw, UI_TEXT_DIM, row->note, 0, value_end + columns->note, middle, 1, 0.5);
    }
}

static void
draw_box (UiReadout *self,
          UiDraw    *draw)
{
  cairo_t *cr = draw->cr;
  const UiPlot *plot = draw->plot;
  UiColour back = draw->theme->background;
  BoxColumns columns;
  double anchor_x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], self->cursor.x);
  double width;
  double height;
  double x;
  double y = plot->y + 1.5 * draw->line; /* below the label of a mark */

  measure_columns (self, draw, &columns);
  width = MAX (columns.sample + columns.name + columns.value + columns.note,
               text_width (draw, self->heading, MAX_NAME_LINES * draw->line)) + 2 * BOX_PADDING;
  height = (columns.n_rows + 1) * columns.pitch + 2 * BOX_PADDING;
  if (width > draw->width || height > draw->height)
    return;

  /* Beside the place, on the other side where it would leave the chart. */
  if (self->chart->kind == UI_CHART_BARS)
    anchor_x = plot->x + plot->width / 2;
  if (self->chart->kind != UI_CHART_LINES)
    y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], self->cursor.y + 1) + BOX_DISTANCE / 2;
  x = anchor_x + BOX_DISTANCE;
  if (x + width > draw->width - 2)
    x = anchor_x - BOX_DISTANCE - width;
  x = floor (CLAMP (x, 2, draw->width - width - 2));
  y = floor (CLAMP (y, 2, MAX (2, draw->height - height - 2)));

  back.alpha = 0.96;
  add_rounded (cr, x + 0.5, y + 0.5, width, height);
  ui_draw_set_colour (draw, &back, 1);
  cairo_fill_preserve (cr);
  ui_draw_set_colour (draw, &draw->theme->foreground, 0.22);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);

  ui_draw_text (draw, UI_TEXT_DIM, self->heading, width - 2 * BOX_PADDING,
                x + BOX_PADDING, y + BOX_PADDING + columns.pitch / 2, 0, 0.5);
  draw_rows (self, draw, &columns, x + BOX_PADDING, y + BOX_PADDING + columns.pitch);
}

/* A zoom may have left the place behind. */
static gboolean
is_visible (UiReadout    *self,
            const UiPlot *plot)
{
  double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], self->cursor.x);

  return self->chart->kind != UI_CHART_LINES
         || (x >= plot->x - 1 && x <= plot->x + plot->width + 1);
}

void
ui_readout_draw (UiReadout     *self,
                 cairo_t       *cr,
                 const UiTheme *theme,
                 double         width,
                 double         height,
                 const UiPlot  *plot)
{
  UiPlot copy = *plot;
  UiDraw draw;

  if (plot->is_empty || !is_visible (self, plot))
    return;

  ui_draw_begin (&draw, cr, self->chart, theme, width, height, &copy);
  draw_place (self, &draw);
  draw_dots (self, &draw);
  draw_box (self, &draw);
  ui_draw_end (&draw);
}
