/* test-run.c: runs in their folders, and their curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/curves.h"
#include "app/core/run-title.h"
#include "app/core/run.h"
#include "tests/data-support.h"

#include <string.h>
#include <unistd.h>
#include <utime.h>

static void
add_file (const char *folder,
          const char *name,
          const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  test_write (folder, name, bytes);
}

static void
test_checkpoint (void)
{
  char *folder = test_folder_new ();
  guint64 step = 0;

  g_assert_false (app_run_find_checkpoint (folder, &step));
  add_file (folder, "checkpoints/best.safetensors", "x");
  add_file (folder, "checkpoints/step-x.safetensors", "x");
  add_file (folder, "checkpoints/step-.safetensors", "x");
  add_file (folder, "checkpoints/step-0000000900.safetensors.part", "x");
  g_assert_false (app_run_find_checkpoint (folder, &step));

  add_file (folder, "checkpoints/step-0000000020.safetensors", "x");
  add_file (folder, "checkpoints/step-0000000141.safetensors", "x");
  add_file (folder, "checkpoints/step-0000000099.safetensors", "x");
  g_assert_true (app_run_find_checkpoint (folder, &step));
  g_assert_cmpuint (step, ==, 141);

  test_folder_free (folder);
}

/* In the order of their numbers, whatever else lies there. */
static void
test_folders (void)
{
  char *folder = test_folder_new ();
  g_autofree char *project = test_path (folder, "net.epoch");
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  static const char *const expected[] = { "002", "010", "101" };

  app_run_list_folders (project, folders);
  g_assert_cmpuint (folders->len, ==, 0);

  add_file (folder, "net.runs/010/run.json", "{}");
  add_file (folder, "net.runs/101/run.json", "{}");
  add_file (folder, "net.runs/notes/run.json", "{}");
  add_file (folder, "net.runs/002/run.json", "{}");
  app_run_list_folders (project, folders);
  g_assert_cmpuint (folders->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *name = g_path_get_basename (g_ptr_array_index (folders, i));

      g_assert_cmpstr (name, ==, expected[i]);
    }

  test_folder_free (folder);
}

static void
assert_title (const char *folder,
              const char *expected)
{
  g_autofree char *title = app_run_get_title (folder);

  g_assert_cmpstr (title, ==, expected);
}

static void
test_title (void)
{
  char *place = test_folder_new ();
  g_autofree char *run = test_path (place, "003");
  g_autofree char *long_title = g_strnfill (500, 'x');
  g_autofree char *title = NULL;
  g_autoptr (GError) error = NULL;

  /* Made of the folder's name. */
  add_file (place, "003/run.json", "{}");
  assert_title (run, "Run 3");
  assert_title ("/runs/2025-03-01-101530-Ab12Cd", "Run of 10:15:30");
  assert_title ("/runs/other", "other");

  g_assert_true (app_run_set_title (run, " Slow\nbut sure ", &error));
  g_assert_no_error (error);
  assert_title (run, "Slow but sure");

  /* What somebody else wrote there. */
  add_file (place, "003/title.txt", "a\xff\xfez");
  title = app_run_get_title (run);
  g_assert_true (g_utf8_validate (title, -1, NULL));
  g_assert_true (app_run_set_title (run, long_title, &error));
  g_free (title);
  title = app_run_get_title (run);
  g_assert_cmpuint (strlen (title), <, 100);

  g_assert_true (app_run_set_title (run, "", &error));
  assert_title (run, "Run 3");
  test_folder_free (place);
}

static UiChart *
fill (AppCurves *curves)
{
  for (guint64 step = 1; step <= 10; step++)
    app_curves_add (curves, "loss/train", step, 1.0 / (double) step);
  app_curves_add (curves, "loss/validation", 4, 0.5);
  app_curves_add (curves, "best", 4, 0.5);
  app_curves_add (curves, "loss/validation", 8, 0.4);
  app_curves_add (curves, "best", 8, 0.4);
  return app_curves_get_chart (curves, APP_CURVE_LOSS);
}

static gsize
length_of (UiChart *chart,
           guint    line)
{
  return ui_series_get_length (ui_chart_get_line (chart, line)->series);
}

static double
marked (UiChart *chart)
{
  g_assert_cmpuint (chart->lines.marks->len, ==, 1);
  return g_array_index (chart->lines.marks, UiMark, 0).x;
}

/* A run that goes on from an earlier step forgets what came behind it. */
static void
test_truncate (void)
{
  g_autoptr (AppCurves) curves = app_curves_new ();
  UiChart *chart = fill (curves);

  g_assert_cmpfloat (marked (chart), ==, 8);
  app_curves_truncate (curves, 8);
  g_assert_cmpuint (length_of (chart, 0), ==, 8);
  g_assert_cmpfloat (marked (chart), ==, 8);
  app_curves_truncate (curves, 6);
  g_assert_cmpuint (length_of (chart, 0), ==, 6);
  g_assert_cmpuint (length_of (chart, 1), ==, 1);
  g_assert_cmpfloat (marked (chart), ==, 4);
  app_curves_truncate (curves, 0);
  g_assert_cmpuint (chart->lines.marks->len, ==, 0);
  g_assert_false (app_curves_has (curves, APP_CURVE_LOSS));
}

static void
test_overlay (void)
{
  g_autoptr (AppCurves) curves = app_curves_new ();
  g_autoptr (AppCurves) other = app_curves_new ();
  UiChart *chart = fill (curves);
  UiColour red = { 1, 0, 0, 1 };
  const UiLine *line;

  fill (other);
  app_curves_overlay (curves, other, "Before", &red);
  g_assert_cmpuint (chart->lines.lines->len, ==, 4);
  line = ui_chart_get_line (chart, 3);
  g_assert_cmpstr (ui_series_get_name (line->series), ==, "Before · Validation");
  g_assert_cmpint (line->style.palette, ==, UI_COLOUR_OWN);
  g_assert_cmpfloat (line->style.own.red, ==, 1);
  g_assert_cmpint (line->style.dash, ==, ui_chart_get_line (chart, 1)->style.dash);

  /* The other run may go while it is drawn, and its own points stay when those
   * of the first begin anew. */
  g_clear_pointer (&other, app_curves_free);
  app_curves_clear (curves);
  g_assert_cmpuint (length_of (chart, 0), ==, 0);
  g_assert_cmpuint (length_of (chart, 2), ==, 10);

  app_curves_clear_overlays (curves);
  g_assert_cmpuint (chart->lines.lines->len, ==, 2);
}

/* Only runs, only old ones, and never what a link points to. */
static void
test_prune (void)
{
  char *folder = test_folder_new ();
  g_autofree char *kept = g_build_filename (folder, "kept.txt", NULL);
  char *runs[5];

  g_assert_true (g_file_set_contents (kept, "", 0, NULL));
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *inner = NULL;
      g_autofree char *info = NULL;
      g_autofree char *link = NULL;
      struct utimbuf times = { 1000 + i, 1000 + i };

      runs[i] = g_strdup_printf ("%s/run%d", folder, i);
      inner = g_build_filename (runs[i], "checkpoints", NULL);
      info = g_build_filename (runs[i], i == 1 ? "notes.txt" : "run.json", NULL);
      link = g_build_filename (inner, "step-1", NULL);
      g_assert_cmpint (g_mkdir_with_parents (inner, 0700), ==, 0);
      g_assert_true (g_file_set_contents (info, "{}", 2, NULL));
      g_assert_cmpint (symlink (kept, link), ==, 0);
      if (i != 2)
        g_assert_cmpint (utime (runs[i], &times), ==, 0);
    }

  /* Run 2 is of today, run 1 is no run, and of the others one may stay. */
  app_run_prune (folder, 2);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (g_file_test (runs[i], G_FILE_TEST_EXISTS), ==, i != 0 && i != 3);
  app_run_prune (folder, 0);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (g_file_test (runs[i], G_FILE_TEST_EXISTS), ==, i == 1 || i == 2);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));

  for (int i = 0; i < 5; i++)
    g_free (runs[i]);
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/checkpoint", test_checkpoint);
  g_test_add_func ("/run/folders", test_folders);
  g_test_add_func ("/run/prune", test_prune);
  g_test_add_func ("/run/title", test_title);
  g_test_add_func ("/run/truncate", test_truncate);
  g_test_add_func ("/run/overlay", test_overlay);

  return g_test_run ();
}
