/* test-data-page.c: what the Data page is made of, without a display
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-classes.h"
#include "app/data-images.h"
#include "app/data-reading.h"
#include "tests/data-support.h"

#include <string.h>

typedef struct
{
  char      *folder;
  DsDataset *dataset;
  DsSplit   *split;
} Fixture;

static DsSplit *
divide (DsDataset *dataset)
{
  const DsSplitOptions options = { 0.25, 0.25, 1, TRUE };
  g_autoptr (GError) error = NULL;
  DsSplit *split = ds_split_new (dataset, &options, &error);

  g_assert_no_error (error);
  return split;
}

static DsDataset *
open_drawn (const char *name,
            guint32     count,
            const char *folder)
{
  g_autoptr (GError) error = NULL;
  DsDataset *dataset = ds_dataset_open_drawn (ds_generator_find (name), 1, count, folder, NULL,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static void
write_png (const char *folder,
           const char *name,
           int         channels,
           int         height,
           int         width,
           int         value)
{
  g_autoptr (GBytes) bytes = test_png (channels, height, width, value);

  test_write (folder, name, bytes);
}

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = test_folder_new ();
  fixture->dataset = test_counting_set (fixture->folder, 100, 4, NULL);
  fixture->split = divide (fixture->dataset);
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  ds_split_unref (fixture->split);
  ds_dataset_unref (fixture->dataset);
  test_folder_free (fixture->folder);
}

/* What passes is what the data set and its division say, in order. */
static void
assert_filter (AppDataImages *images,
               Fixture       *fixture,
               int            label,
               DsPart         part)
{
  guint position = 0;

  app_data_images_set_filter (images, label, part);
  for (guint32 i = 0; i < ds_dataset_get_n_items (fixture->dataset); i++)
    {
      int is = ds_dataset_get_label (fixture->dataset, i);
      gboolean passes = (label == APP_ANY_LABEL || is == label)
                        && (part == DS_N_PARTS || app_data_images_get_part (images, i) == part);
      guint found = G_MAXUINT;

      g_assert_true (app_data_images_find (images, i, &found) == passes);
      if (!passes)
        continue;
      g_assert_cmpuint (found, ==, position);
      g_assert_cmpuint (app_data_images_get_item (images, position), ==, i);
      g_assert_cmpuint (ui_image_source_get_number (UI_IMAGE_SOURCE (images), position), ==, i);
      position++;
    }
  g_assert_cmpuint (app_data_images_get_count (images), ==, position);
  g_assert_cmpuint (ui_image_source_get_count (UI_IMAGE_SOURCE (images)), ==, position);
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_filter (Fixture    *fixture,
             const void *data)
{
  g_autoptr (AppDataImages) images = app_data_images_new (fixture->dataset, fixture->split);
  guint n_changes = 0;
  guint32 count;

  g_assert_cmpuint (app_data_images_get_count (images), ==, 100);
  g_signal_connect_swapped (images, "changed", G_CALLBACK (count_cb), &n_changes);
  for (int label = APP_ANY_LABEL; label < 4; label++)
    for (int part = DS_PART_TRAIN; part <= DS_N_PARTS; part++)
      assert_filter (images, fixture, label, (DsPart) part);
  g_assert_cmpuint (n_changes, ==, 6 * 4);

  ds_split_get (fixture->split, DS_PART_VALIDATION, &count);
  app_data_images_set_filter (images, APP_ANY_LABEL, DS_PART_VALIDATION);
  g_assert_cmpuint (app_data_images_get_count (images), ==, count);
  g_assert_cmpuint (count, ==, 25);
}

typedef struct
{
  UiImage *image;
  GError  *error;
  gboolean is_done;
} Loaded;

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Loaded *loaded = data;

  loaded->image = ui_image_source_load_finish (UI_IMAGE_SOURCE (source), result, &loaded->error);
  loaded->is_done = TRUE;
}

static void
load (AppDataImages *images,
      guint          position,
      GCancellable  *cancellable,
      Loaded        *loaded)
{
  *loaded = (Loaded) { NULL };
  ui_image_source_load_async (UI_IMAGE_SOURCE (images), position, cancellable, loaded_cb, loaded);
  g_assert_false (loaded->is_done);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  while (!loaded->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_picture (void)
{
  char *folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = open_drawn ("digits", 40, folder);
  g_autoptr (DsSplit) split = divide (dataset);
  g_autoptr (AppDataImages) images = app_data_images_new (dataset, split);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *caption = g_strdup_printf ("%d · #17", ds_dataset_get_label (dataset, 17));
  const guint8 *bytes = ds_dataset_peek_item (dataset, 17);
  g_autoptr (GBytes) pixels = NULL;
  const guint8 *shown;
  Loaded loaded;
  int width;
  int height;

  g_assert_true (app_data_has_pictures (dataset));
  load (images, 17, NULL, &loaded);
  g_assert_no_error (loaded.error);
  g_assert_cmpstr (ui_image_get_caption (loaded.image), ==, caption);
  pixels = ui_image_fit (loaded.image, 28, &width, &height);
  g_assert_cmpint (width, ==, 28);
  g_assert_cmpint (height, ==, 28);
  shown = g_bytes_get_data (pixels, NULL);
  for (int i = 0; i < 28 * 28; i++)
    g_assert_cmpint (shown[4 * i], ==, bytes[i]);
  ui_image_unref (loaded.image);

  load (images, 3, cancellable, &loaded);
  g_assert_error (loaded.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&loaded.error);

  g_assert_finalize_object (g_steal_pointer (&images));
  g_clear_pointer (&split, ds_split_unref);
  g_clear_pointer (&dataset, ds_dataset_unref);
  test_folder_free (folder);
}

/* Large pictures, as the format makes them of still larger ones, come from a
 * thread, and colours stay where they were. */
static void
test_large_picture (void)
{
  char *folder = test_folder_new ();
  g_autofree char *data_folder = test_path (folder, "data");
  g_autoptr (GError) error = NULL;
  g_autoptr (DsDataset) dataset = NULL;
  g_autoptr (DsSplit) split = NULL;
  g_autoptr (AppDataImages) images = NULL;
  g_autoptr (UiImage) whole = NULL;
  g_autoptr (GBytes) pixels = NULL;
  const guint8 *bytes;
  const guint8 *shown;
  Loaded loaded;
  int width;
  int height;

  write_png (data_folder, "cat/1.png", 3, 300, 400, 10);
  write_png (data_folder, "dog/2.png", 3, 300, 400, 90);
  dataset = ds_dataset_open (data_folder, NULL, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  split = divide (dataset);
  images = app_data_images_new (dataset, split);

  load (images, 1, NULL, &loaded);
  g_assert_no_error (loaded.error);
  g_assert_cmpstr (ui_image_get_caption (loaded.image), ==, "dog · #1");
  g_assert_cmpint (ui_image_get_width (loaded.image), ==, 256);
  g_assert_cmpint (ui_image_get_height (loaded.image), ==, 192);
  ui_image_unref (loaded.image);

  whole = app_data_images_load (images, 1);
  pixels = ui_image_fit (whole, 256, &width, &height);
  g_assert_cmpint (width, ==, 256);
  g_assert_cmpint (height, ==, 192);
  shown = g_bytes_get_data (pixels, NULL);
  bytes = ds_dataset_peek_item (dataset, 1);
  for (int c = 0; c < 3; c++)
    g_assert_cmpint (shown[(7 * 256 + 9) * 4 + c], ==, bytes[(c * 192 + 7) * 256 + 9]);

  g_clear_object (&images);
  g_clear_pointer (&split, ds_split_unref);
  g_clear_pointer (&dataset, ds_dataset_unref);
  test_folder_free (folder);
}

static void
test_imbalance (void)
{
  char *folder = test_folder_new ();
  g_autofree char *data_folder = test_path (folder, "data");
  g_autoptr (DsDataset) even = open_drawn ("moons", 20, folder);
  g_autofree char *none = app_data_explain_imbalance (even);
  g_autofree char *words = NULL;
  g_autoptr (DsDataset) uneven = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (none);
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%d.png", i < 3 ? "cat" : "dog", i);

      write_png (data_folder, name, 1, 4, 4, i);
    }
  write_png (data_folder, "cat/6.png", 1, 4, 4, 6);
  uneven = ds_dataset_open (data_folder, NULL, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  words = app_data_explain_imbalance (uneven);
  g_assert_nonnull (words);
  g_assert_nonnull (strstr (words, "“cat” has 4 samples, 2.0 times as many as “dog” with 2."));

  g_clear_pointer (&even, ds_dataset_unref);
  g_clear_pointer (&uneven, ds_dataset_unref);
  test_folder_free (folder);
}

typedef struct
{
  AppSamples *samples;
  GError     *error;
  gboolean    is_done;
} Opened;

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Opened *opened = data;

  opened->samples = app_data_reading_finish (G_TASK (result), &opened->error);
  opened->is_done = TRUE;
}

static void
finish (Opened *opened)
{
  while (!opened->is_done)
    g_main_context_iteration (NULL, TRUE);
}

/* The cache goes into the folders of this test: see main(). */
static void
test_reading (void)
{
  g_autoptr (AppProject) project = app_project_new ();
  Opened opened = { NULL };
  g_autoptr (GTask) reading = NULL;
  g_autoptr (DsDataset) dataset = NULL;
  guint done;
  guint total;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup ("circles");
  reading = app_data_reading_start (&project->data, NULL, opened_cb, &opened);
  g_assert_true (app_data_ref_equal (&project->data, app_data_reading_get_ref (reading)));
  finish (&opened);
  g_assert_no_error (opened.error);
  dataset = ds_dataset_ref (app_samples_get_dataset (opened.samples));
  g_assert_cmpuint (ds_dataset_get_n_items (dataset), ==, 1000);
  g_assert_true (app_data_reading_get_progress (reading, &done, &total));
  g_assert_cmpuint (done, ==, 1000);
  g_assert_cmpuint (total, ==, 1000);
  app_samples_free (opened.samples);
  g_clear_object (&reading);

  /* Divided otherwise, it stays the same data set. */
  opened = (Opened) { NULL };
  project->data.validation = 0.5;
  reading = app_data_reading_start (&project->data, dataset, opened_cb, &opened);
  finish (&opened);
  g_assert_no_error (opened.error);
  g_assert_true (app_samples_get_dataset (opened.samples) == dataset);
  ds_split_get (app_samples_get_split (opened.samples), DS_PART_VALIDATION, &total);
  g_assert_cmpuint (total, ==, 400);
  app_samples_free (opened.samples);
}

static void
test_reading_fails (void)
{
  g_autoptr (AppProject) project = app_project_new ();
  g_autoptr (GTask) missing = NULL;
  g_autoptr (GTask) cancelled = NULL;
  Opened opened = { NULL };

  project->data.kind = APP_DATA_PATH;
  project->data.name = g_build_filename (g_get_user_cache_dir (), "no such folder", NULL);
  missing = app_data_reading_start (&project->data, NULL, opened_cb, &opened);
  finish (&opened);
  g_assert_null (opened.samples);
  g_assert_nonnull (strstr (opened.error->message, "no such folder"));
  g_clear_error (&opened.error);

  opened = (Opened) { NULL };
  g_free (project->data.name);
  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup ("digits");
  project->data.count = 100000;
  cancelled = app_data_reading_start (&project->data, NULL, opened_cb, &opened);
  g_cancellable_cancel (g_task_get_cancellable (cancelled));
  finish (&opened);
  g_assert_null (opened.samples);
  g_assert_nonnull (opened.error);
  g_clear_error (&opened.error);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/data-page/filter", Fixture, NULL, set_up, test_filter, tear_down);
  g_test_add_func ("/data-page/picture", test_picture);
  g_test_add_func ("/data-page/large-picture", test_large_picture);
  g_test_add_func ("/data-page/imbalance", test_imbalance);
  g_test_add_func ("/data-page/reading", test_reading);
  g_test_add_func ("/data-page/reading-fails", test_reading_fails);

  return g_test_run ();
}
