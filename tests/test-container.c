/* test-container.c: folders, files and archives as lists of files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/container.h"
#include "datasets/error.h"
#include "datasets/member-name.h"
#include "tests/data-support.h"

#include <string.h>

/* All that a container holds, as one text that can be compared. */
static gboolean
print_cb (DsContainer  *container,
          guint         index,
          DsStream     *stream,
          void         *data,
          GError      **error)
{
  g_autoptr (GBytes) bytes = ds_stream_read_all (stream, 1 << 20, error);
  g_autofree char *sum = NULL;

  if (bytes == NULL)
    return FALSE;

  sum = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);
  g_string_append_printf (data, "%s %s\n", ds_container_get_name (container, index), sum);
  return TRUE;
}

static char *
print_all (DsContainer *container)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  ds_container_walk (container, NULL, print_cb, text, NULL, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
test_same_everywhere (void)
{
  g_autoptr (TestFiles) files = test_image_files ();
  g_autofree char *expected = NULL;

  for (int packing = 0; packing < TEST_N_PACKINGS; packing++)
    {
      char *folder = test_folder_new ();
      g_autofree char *path = test_files_pack (files, packing, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_cmpint (ds_container_get_kind (container), ==,
                       packing == TEST_FOLDER ? DS_CONTAINER_FOLDER : DS_CONTAINER_ARCHIVE);
      g_assert_cmpint (ds_container_get_n_members (container), ==, 6);
      g_assert_cmpint (ds_container_get_warnings (container)->len, ==, 0);
      g_assert_cmpstr (ds_container_get_title (container), ==, "set");

      text = print_all (container);
      if (expected == NULL)
        expected = g_strdup (text);
      g_assert_cmpstr (text, ==, expected);
      test_folder_free (folder);
    }
}

static void
test_random_access (void)
{
  g_autoptr (TestFiles) files = test_image_files ();
  g_autoptr (GBytes) expected = test_png (3, 6, 5, 40);

  for (int packing = 0; packing < TEST_N_PACKINGS; packing++)
    {
      char *folder = test_folder_new ();
      g_autofree char *path = test_files_pack (files, packing, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, &error);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) too_long = NULL;
      guint8 head[DS_HEAD_BYTES];
      gboolean packed;
      guint index;

      g_assert_no_error (error);
      g_assert_true (ds_container_find (container, "animals/train/cat/c.png", &index));
      g_assert_false (ds_container_find (container, "animals/train/cat/C.png", &index));
      g_assert_false (ds_container_find (container, "c.png", &index));

      bytes = ds_container_read (container, index, 10000, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (bytes, expected));

      g_assert_cmpint (ds_container_peek (container, index, head, &packed), ==, DS_HEAD_BYTES);
      g_assert_cmpint (memcmp (head, g_bytes_get_data (expected, NULL), DS_HEAD_BYTES), ==, 0);
      g_assert_false (packed);

      too_long = ds_container_read (container, index, g_bytes_get_size (expected) - 1, NULL,
                                    &error);
      g_assert_error (error, DS_ERROR, DS_ERROR_LIMIT);
      g_assert_null (too_long);
      test_folder_free (folder);
    }
}

/* A walk reads only what is wanted, and ends early without failing. */
static gboolean
count_cb (DsContainer  *container,
          guint         index,
          DsStream     *stream,
          void         *data,
          GError      **error)
{
  int *n_seen = data;

  g_assert_true (index == 1 || index == 4);
  return ++*n_seen < 2;
}

static void
test_walk_wanted (void)
{
  g_autoptr (TestFiles) files = test_image_files ();

  for (int packing = 0; packing < TEST_N_PACKINGS; packing++)
    {
      char *folder = test_folder_new ();
      g_autofree char *path = test_files_pack (files, packing, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, &error);
      gboolean wanted[6] = { FALSE, TRUE, FALSE, FALSE, TRUE, FALSE };
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      int n_seen = 0;

      g_assert_true (ds_container_walk (container, wanted, count_cb, &n_seen, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (n_seen, ==, 2);

      g_cancellable_cancel (cancellable);
      g_assert_false (ds_container_walk (container, NULL, count_cb, &n_seen, cancellable,
                                         &error));
      g_assert_error (error, DS_ERROR, DS_ERROR_CANCELLED);
      g_assert_cmpint (n_seen, ==, 2);
      test_folder_free (folder);
    }
}

/* gzip is seen by content, anywhere, and also when several are joined. */
static void
test_gzip_members (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GBytes) plain = g_bytes_new_static ("hello, ", 7);
  g_autoptr (GBytes) more = g_bytes_new_static ("world", 5);
  g_autoptr (GBytes) packed = test_gzip (plain);
  g_autoptr (GBytes) packed_more = test_gzip (more);
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  g_autoptr (TestFiles) files = test_files_new ();

  g_byte_array_append (joined, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
  g_byte_array_append (joined, g_bytes_get_data (packed_more, NULL),
                       g_bytes_get_size (packed_more));
  g_byte_array_append (joined, (guint8 *) "\0\0", 2);
  test_files_add (files, "greeting", g_bytes_new (joined->data, joined->len));
  test_files_add (files, "name.gz", g_bytes_ref (plain));

  for (int packing = 0; packing < TEST_N_PACKINGS; packing++)
    {
      g_autofree char *path = test_files_pack (files, packing, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, &error);
      g_autoptr (GBytes) bytes = ds_container_read (container, 0, 100, NULL, &error);
      guint8 head[DS_HEAD_BYTES];
      gboolean is_packed;

      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                       "hello, world", 12);
      g_assert_cmpint (ds_container_peek (container, 0, head, &is_packed), ==, 12);
      g_assert_true (is_packed);
      g_assert_cmpint (ds_container_peek (container, 1, head, &is_packed), ==, 7);
      g_assert_false (is_packed);
    }

  test_folder_free (folder);
}

static void
test_single_file (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GBytes) plain = g_bytes_new_static ("some text", 9);
  g_autoptr (GBytes) packed = test_gzip (plain);

  test_write (folder, "a.txt", plain);
  test_write (folder, "b.gz", packed);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *path = test_path (folder, i == 0 ? "a.txt" : "b.gz");
      g_autoptr (GError) error = NULL;
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, &error);
      g_autoptr (GBytes) bytes = ds_container_read (container, 0, 100, NULL, &error);
      g_autofree char *described = ds_container_describe (container, 0);

      g_assert_no_error (error);
      g_assert_cmpint (ds_container_get_kind (container), ==, DS_CONTAINER_FILE);
      g_assert_cmpint (ds_container_get_n_members (container), ==, 1);
      g_assert_true (g_bytes_equal (bytes, plain));
      g_assert_cmpstr (described, ==, path);
    }

  test_folder_free (folder);
}

static void
test_names (void)
{
  static const struct { const char *raw; const char *clean; } names[] = {
    { "a/b.png", "a/b.png" },
    { "./a//b.png", "a/b.png" },
    { "a/./b.png", "a/b.png" },
    { "..a/b..", "..a/b.." },
    { "猫/1.png", "猫/1.png" },
    { "../b.png", NULL },
    { "a/../b.png", NULL },
    { "/a/b.png", NULL },
    { "a\nb", NULL },
    { "a\x7f", NULL },
    { "a\xc2\x85", NULL },
    { "\xff.png", NULL },
    { "a/b/c/d/e", NULL },
    { "123456789", NULL },
    { "./", NULL },
    { "", NULL },
  };
  DsLimits limits = ds_default_limits;

  limits.depth = 4;
  limits.component_bytes = 8;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *why;
      g_autofree char *clean = ds_member_name_clean (names[i].raw, &limits, &why);

      g_assert_cmpstr (clean, ==, names[i].clean);
      g_assert_true ((why == NULL) == (clean != NULL));
    }
}

/* Every truncation and every changed byte of a small archive: whatever comes of
 * it, nothing crashes and every failure is explained. */
static void
test_damage (void)
{
  g_autoptr (TestFiles) files = test_files_new ();
  char *folder = test_folder_new ();

  test_files_add (files, "a/one", g_bytes_new_static ("1234567890", 10));
  test_files_add (files, "b/two", g_bytes_new_static ("0987654321", 10));
  for (int packing = TEST_ZIP; packing < TEST_N_PACKINGS; packing++)
    {
      g_autofree char *path = test_files_pack (files, packing, folder);
      g_autofree char *original = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (path, &original, &size, NULL));
      for (gsize i = 0; i < 2 * size; i++)
        {
          gsize n = i < size ? i : size;
          g_autofree char *changed = g_memdup2 (original, size);
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (DsContainer) container = NULL;
          g_autoptr (GError) error = NULL;
          g_autoptr (GString) text = g_string_new (NULL);

          /* Most of a tar is padding, where a few bytes stand for all. */
          if (i >= size + 1600 && packing == TEST_TAR)
            break;
          if (i >= size)
            changed[i - size] ^= 0xff;
          bytes = g_bytes_new (changed, n);
          test_write (folder, "damaged", bytes);

          g_free (path);
          path = test_path (folder, "damaged");
          container = ds_container_open (path, NULL, NULL, &error);
          if (container != NULL)
            ds_container_walk (container, NULL, print_cb, text, NULL, &error);
          if (error != NULL)
            {
              g_assert_true (error->domain == DS_ERROR);
              g_assert_nonnull (strstr (error->message, "damaged"));
            }
        }
    }

  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/container/same-everywhere", test_same_everywhere);
  g_test_add_func ("/container/random-access", test_random_access);
  g_test_add_func ("/container/walk-wanted", test_walk_wanted);
  g_test_add_func ("/container/gzip-members", test_gzip_members);
  g_test_add_func ("/container/single-file", test_single_file);
  g_test_add_func ("/container/names", test_names);
  g_test_add_func ("/container/damage", test_damage);
  return g_test_run ();
}
