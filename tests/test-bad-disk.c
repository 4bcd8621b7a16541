/* test-bad-disk.c: no room, no right or no folder for the prepared data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/dataset.h"
#include "datasets/error.h"
#include "tests/data-support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* A file may not become larger than some bytes: as good as a full disk. */
static void
test_full_disk (void)
{
  static const rlim_t sizes[] = { 0, 1, 4095, 4096, 4100, 4276, 4300, 4400 };
  g_autoptr (TestFiles) files = test_idx_files (FALSE);

  signal (SIGXFSZ, SIG_IGN);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      char *folder = test_folder_new ();
      g_autofree char *cache = test_path (folder, "cache");
      g_autofree char *path = test_files_pack (files, TEST_FOLDER, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (DsDataset) dataset = NULL;
      struct rlimit before;
      struct rlimit tiny;

      g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
      tiny = before;
      tiny.rlim_cur = sizes[i];
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tiny), ==, 0);
      dataset = ds_dataset_open (path, NULL, cache, NULL, NULL, NULL, &error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);

      g_assert_null (dataset);
      g_assert_error (error, DS_ERROR, DS_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, "File too large"));
      g_assert_nonnull (strstr (error->message, cache));
      g_assert_nonnull (strstr (error->message, "Free some space"));
      g_assert_cmpint (test_count_entries (cache), ==, 0);

      /* With room again, all is well. */
      g_clear_error (&error);
      dataset = ds_dataset_open (path, NULL, cache, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      test_folder_free (folder);
    }
  signal (SIGXFSZ, SIG_DFL);
}

static void
test_read_only_cache (void)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  g_autofree char *path = test_files_pack (files, TEST_FOLDER, folder);
  g_autoptr (GError) error = NULL;
  DsDataset *dataset;

  g_assert_cmpint (g_mkdir (cache, 0555), ==, 0);
  test_give_up_rights ();
  dataset = ds_dataset_open (path, NULL, cache, NULL, NULL, NULL, &error);
  test_take_back_rights ();
  g_assert_null (dataset);
  g_assert_error (error, DS_ERROR, DS_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, cache));
  g_assert_nonnull (strstr (error->message, "Permission denied"));
  test_folder_free (folder);
}

static void
test_cache_is_a_file (void)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  g_autofree char *path = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  DsDataset *dataset;

  g_assert_true (g_file_set_contents (cache, "mine", 4, NULL));
  dataset = ds_dataset_open (path, NULL, cache, NULL, NULL, NULL, &error);
  g_assert_null (dataset);
  g_assert_error (error, DS_ERROR, DS_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, cache));
  g_assert_true (g_file_get_contents (cache, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "mine");
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-disk/full", test_full_disk);
  g_test_add_func ("/bad-disk/read-only", test_read_only_cache);
  g_test_add_func ("/bad-disk/file", test_cache_is_a_file);
  return g_test_run ();
}
