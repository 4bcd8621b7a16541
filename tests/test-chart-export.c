/* test-chart-export.c: charts as files, and what happens when they cannot be written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-export.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static char *folder;

static UiChart *
make_chart (void)
{
  UiChart *chart = ui_chart_new (UI_CHART_LINES, "Loss & <accuracy>");
  g_autoptr (UiSeries) training = ui_series_new ("training, \"raw\"");
  g_autoptr (UiSeries) validation = ui_series_new ("validation");

  for (int i = 0; i < 4; i++)
    ui_series_append (training, i, i == 2 ? NAN : 1.0 / (i + 3));
  ui_series_append (validation, 1, 0.1);
  ui_series_append (validation, 3.5, -1e-20);
  ui_chart_add_line (chart, training, NULL);
  ui_chart_add_line (chart, validation, NULL);
  ui_chart_set_axis (chart, UI_AXIS_X, "step", UI_RULER_LINEAR);
  return chart;
}

static char *
export (UiChart               *chart,
        const char            *name,
        const UiExportOptions *options,
        gsize                 *length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  UiExportFormat format;
  char *data;

  g_assert_true (ui_export_format_from_name (strrchr (name, '.') + 1, &format));
  ui_chart_export (chart, path, format, options, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return data;
}

typedef struct
{
  GString *text;
  guint    depth;
  guint    n_elements;
} SvgReader;

static void
start_element (GMarkupParseContext  *context,
               const char           *name,
               const char          **attribute_names,
               const char          **attribute_values,
               gpointer              data,
               GError              **error)
{
  SvgReader *reader = data;

  if (reader->depth == 0)
    {
      g_assert_cmpstr (name, ==, "svg");
      for (int i = 0; attribute_names[i] != NULL; i++)
        if (strcmp (attribute_names[i], "width") == 0)
          g_assert_cmpfloat (g_ascii_strtod (attribute_values[i], NULL), ==, 720);
    }
  reader->depth++;
  reader->n_elements++;
}

static void
end_element (GMarkupParseContext  *context,
             const char           *name,
             gpointer              data,
             GError              **error)
{
  SvgReader *reader = data;

  reader->depth--;
}

static void
read_text (GMarkupParseContext  *context,
           const char           *text,
           gsize                 length,
           gpointer              data,
           GError              **error)
{
  SvgReader *reader = data;

  g_string_append_len (reader->text, text, length);
}

static void
test_svg (void)
{
  static const GMarkupParser parser = { start_element, end_element, read_text };
  g_autoptr (UiChart) chart = make_chart ();
  SvgReader reader = { g_string_new (NULL) };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *svg = export (chart, "loss.svg", NULL, &length);

  g_markup_parse_context_parse (context, svg, length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reader.n_elements, >, 20);
  g_assert_nonnull (strstr (reader.text->str, "Loss & <accuracy>"));
  g_assert_nonnull (strstr (reader.text->str, "validation −10⁻²⁰ at step 3.5"));
  g_string_free (reader.text, TRUE);
}

static void
test_pdf (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  gsize length;
  g_autofree char *pdf = export (chart, "loss.PDF", NULL, &length);

  g_assert_cmpmem (pdf, 5, "%PDF-", 5);
  g_assert_cmpmem (pdf + length - 6, 6, "%%EOF\n", 6);
}

static guint32
big_endian (const char *data)
{
  guint32 value;

  memcpy (&value, data, 4);
  return GUINT32_FROM_BE (value);
}

static void
test_png (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiExportOptions options = { 300, 200, 3, TRUE };
  gsize length;
  g_autofree char *png = export (chart, "loss.png", &options, &length);

  g_assert_cmpuint (length, >, 33);
  g_assert_cmpmem (png, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_cmpmem (png + 12, 4, "IHDR", 4);
  g_assert_cmpuint (big_endian (png + 16), ==, 900);
  g_assert_cmpuint (big_endian (png + 20), ==, 600);
}

/* Reads RFC 4180 into rows of fields. */
static GPtrArray *
parse_csv (const char *text)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *row = NULL;

  while (*text != '\0')
    {
      GString *field = g_string_new (NULL);

      if (row == NULL)
        {
          row = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (rows, row);
        }

      if (*text == '"')
        {
          for (text++; text[0] != '"' || text[1] == '"'; text++)
            {
              g_assert_cmpint (*text, !=, '\0');
              if (*text == '"')
                text++;
              g_string_append_c (field, *text);
            }
          text++;
        }
      else
        for (; strchr (",\r", *text) == NULL; text++)
          {
            g_assert_true (*text != '"' && *text != '\n');
            g_string_append_c (field, *text);
          }

      g_ptr_array_add (row, g_string_free (field, FALSE));
      if (*text == ',')
        text++;
      else
        {
          g_assert_true (text[0] == '\r' && text[1] == '\n');
          text += 2;
          row = NULL;
        }
    }

  return rows;
}

static const char *
field_at (GPtrArray *rows,
          guint      row,
          guint      column)
{
  GPtrArray *fields = g_ptr_array_index (rows, row);

  g_assert_cmpuint (column, <, fields->len);
  return g_ptr_array_index (fields, column);
}

static void
test_csv (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  gsize length;
  g_autofree char *csv = export (chart, "loss.csv", NULL, &length);
  g_autoptr (GPtrArray) rows = parse_csv (csv);

  g_assert_cmpuint (rows->len, ==, 6);
  g_assert_cmpstr (field_at (rows, 0, 0), ==, "step");
  g_assert_cmpstr (field_at (rows, 0, 1), ==, "training, \"raw\"");
  g_assert_cmpstr (field_at (rows, 0, 2), ==, "validation");
  g_assert_cmpstr (field_at (rows, 1, 2), ==, "");
  g_assert_cmpstr (field_at (rows, 2, 2), ==, "0.1");
  g_assert_cmpstr (field_at (rows, 3, 1), ==, "NaN");
  g_assert_cmpstr (field_at (rows, 5, 0), ==, "3.5");
  g_assert_cmpstr (field_at (rows, 5, 1), ==, "");
  /* Every digit comes back. */
  g_assert_cmpfloat (g_ascii_strtod (field_at (rows, 1, 1), NULL), ==, 1.0 / 3);
  g_assert_cmpfloat (g_ascii_strtod (field_at (rows, 5, 2), NULL), ==, -1e-20);
}

static void
test_csv_kinds (void)
{
  static const char *labels[] = { "cat", "dog, small" };
  static const double values[] = { 1, 2, INFINITY, 4 };
  g_autoptr (UiChart) bars = ui_chart_new (UI_CHART_BARS, NULL);
  g_autoptr (UiChart) matrix = ui_chart_new (UI_CHART_MATRIX, NULL);
  g_autofree char *bars_csv = NULL;
  g_autofree char *matrix_csv = NULL;

  ui_chart_set_bars (bars, labels, values, 2);
  bars_csv = ui_chart_to_csv (bars);
  g_assert_cmpstr (bars_csv, ==, "label,value\r\ncat,1\r\n\"dog, small\",2\r\n");

  ui_chart_set_matrix (matrix, 2, 2, values, labels, labels);
  matrix_csv = ui_chart_to_csv (matrix);
  g_assert_cmpstr (matrix_csv, ==,
                   ",cat,\"dog, small\"\r\ncat,1,2\r\n\"dog, small\",Infinity,4\r\n");
}

static void
test_format_name (void)
{
  UiExportFormat format = UI_EXPORT_PDF;

  g_assert_false (ui_export_format_from_name ("gif", &format));
  g_assert_cmpint (format, ==, UI_EXPORT_PDF);
}

static void
test_size (void)
{
  static const UiExportOptions sizes[] = {
    { 0, 100, 1 }, { 100, -5, 1 }, { 20000, 100, 1 }, { 9000, 100, 2 }, { NAN, 100, 1 },
    { 100, INFINITY, 1 },
  };
  g_autoptr (UiChart) chart = make_chart ();

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = ui_chart_render (chart, UI_EXPORT_PNG, &sizes[i], &error);

      g_assert_null (bytes);
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
    }
}

/* The error names the file and says what to do. */
static void
test_no_folder (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  g_autofree char *path = g_build_filename (folder, "missing", "loss.svg", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (ui_chart_export (chart, path, UI_EXPORT_SVG, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "Create it or choose another."));
}

/* A limit on the size of files stands in for a full disk. */
static void
test_failure_keeps_old_file (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  g_autofree char *path = g_build_filename (folder, "old.svg", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  struct rlimit before;
  struct rlimit limit;
  void (*handler) (int);
  guint n_files = 0;

  g_file_set_contents (path, "old", -1, &error);
  g_assert_no_error (error);

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 1000;
  handler = signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (ui_chart_export (chart, path, UI_EXPORT_SVG, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, handler);

  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "old.svg"));
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n_files++;
  g_assert_cmpuint (n_files, ==, 1);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("epoch-export-XXXXXX", &error);
  g_assert_no_error (error);

  g_test_add_func ("/export/svg", test_svg);
  g_test_add_func ("/export/pdf", test_pdf);
  g_test_add_func ("/export/png", test_png);
  g_test_add_func ("/export/csv", test_csv);
  g_test_add_func ("/export/csv-kinds", test_csv_kinds);
  g_test_add_func ("/export/format-name", test_format_name);
  g_test_add_func ("/export/size", test_size);
  g_test_add_func ("/export/no-folder", test_no_folder);
  g_test_add_func ("/export/failure-keeps-old-file", test_failure_keeps_old_file);
  status = g_test_run ();

  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
