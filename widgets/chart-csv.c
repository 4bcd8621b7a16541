/* chart-csv.c: the numbers behind a chart, after RFC 4180
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-export.h"

#include <math.h>
#include <string.h>

static void
append_field (GString    *csv,
              const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (csv, text);
      return;
    }

  g_string_append_c (csv, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *text);
    }
  g_string_append_c (csv, '"');
}

/* The shortest digits that read back as the same number. */
static void
append_number (GString *csv,
               double   value)
{
  static const char *formats[] = { "%.15g", "%.16g", "%.17g" };
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_string_append (csv, isnan (value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (digits, sizeof digits, formats[i], value);
      if (g_ascii_strtod (digits, NULL) == value)
        break;
    }
  g_string_append (csv, digits);
}

static void
end_row (GString *csv)
{
  g_string_append (csv, "\r\n");
}

/* The smallest x that a visible line has not written; FALSE at the end. */
static gboolean
find_next_x (UiChart     *chart,
             const gsize *next,
             double      *x)
{
  *x = INFINITY;
  for (guint i = 0; i < chart->lines.lines->len; i++)
    {
      const UiLine *line = ui_chart_get_line (chart, i);

      if (line->is_hidden || next[i] == ui_series_get_length (line->series))
        continue;
      *x = MIN (*x, ui_series_get_x (line->series, next[i]));
    }

  return *x < INFINITY;
}

static void
append_lines (GString *csv,
              UiChart *chart)
{
  guint n_lines = chart->lines.lines->len;
  const char *x_title = chart->axes[UI_AXIS_X].title;
  g_autofree gsize *next = g_new0 (gsize, n_lines);
  double x;

  append_field (csv, x_title != NULL ? x_title : "x");
  for (guint i = 0; i < n_lines; i++)
    {
      const UiLine *line = ui_chart_get_line (chart, i);

      if (line->is_hidden)
        continue;
      g_string_append_c (csv, ',');
      append_field (csv, ui_series_get_name (line->series));
    }
  end_row (csv);

  while (find_next_x (chart, next, &x))
    {
      append_number (csv, x);
      for (guint i = 0; i < n_lines; i++)
        {
          const UiLine *line = ui_chart_get_line (chart, i);

          if (line->is_hidden)
            continue;
          g_string_append_c (csv, ',');
          if (next[i] < ui_series_get_length (line->series)
              && ui_series_get_x (line->series, next[i]) == x)
            append_number (csv, ui_series_get_y (line->series, next[i]++));
        }
      end_row (csv);
    }
}

static void
append_bars (GString *csv,
             UiChart *chart)
{
  const UiAxis *axes = chart->axes;

  append_field (csv, axes[UI_AXIS_Y].title != NULL ? axes[UI_AXIS_Y].title : "label");
  g_string_append_c (csv, ',');
  append_field (csv, axes[UI_AXIS_X].title != NULL ? axes[UI_AXIS_X].title : "value");
  end_row (csv);

  for (guint i = 0; i < chart->bars.values->len; i++)
    {
      append_field (csv, ui_labels_get (chart->bars.labels, i));
      g_string_append_c (csv, ',');
      append_number (csv, g_array_index (chart->bars.values, double, i));
      end_row (csv);
    }
}

static void
append_matrix (GString *csv,
               UiChart *chart)
{
  const UiMatrix *matrix = &chart->matrix;

  for (gsize column = 0; column < matrix->n_columns; column++)
    {
      g_string_append_c (csv, ',');
      append_field (csv, ui_labels_get (matrix->column_labels, column));
    }
  end_row (csv);

  for (gsize row = 0; row < matrix->n_rows; row++)
    {
      append_field (csv, ui_labels_get (matrix->row_labels, row));
      for (gsize column = 0; column < matrix->n_columns; column++)
        {
          g_string_append_c (csv, ',');
          append_number (csv, matrix->values[row * matrix->n_columns + column]);
        }
      end_row (csv);
    }
}

char *
ui_chart_to_csv (UiChart *chart)
{
  GString *csv = g_string_new (NULL);

  switch (chart->kind)
    {
    case UI_CHART_LINES:
      append_lines (csv, chart);
      break;
    case UI_CHART_BARS:
      append_bars (csv, chart);
      break;
    case UI_CHART_MATRIX:
      append_matrix (csv, chart);
      break;
    default:
      g_assert_not_reached ();
    }

  return g_string_free (csv, FALSE);
}
