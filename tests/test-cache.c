/* test-cache.c: made once, whole or not at all
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-file.h"
#include "datasets/cache.h"
#include "datasets/dataset.h"
#include "datasets/error.h"
#include "tests/data-support.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <utime.h>

#define N_ITEMS 50
#define ITEM_BYTES 6

/* A source whose item i is six bytes i, i + 1, …, and what it is to do. */
typedef struct
{
  gboolean      damaged[N_ITEMS];
  GCancellable *cancel_at_half;
  guint         sleep_us;
  int           n_fills;        /* atomic */
  int           started;        /* atomic */
} Script;

static gboolean
fill_cb (DsSource       *source,
         void           *data,
         DsCacheWriter  *writer,
         GCancellable   *cancellable,
         GError        **error)
{
  Script *script = data;

  g_atomic_int_inc (&script->n_fills);
  g_atomic_int_set (&script->started, TRUE);
  g_usleep (script->sleep_us);

  /* Backwards, for no order is promised. */
  for (int i = N_ITEMS - 1; i >= 0 && !ds_cache_writer_is_stopped (writer); i--)
    {
      g_autofree char *name = g_strdup_printf ("item %d", i);
      DsItem about = { i % 3, 1 + i % 2, name };
      guint8 item[ITEM_BYTES];

      if (i == N_ITEMS / 2 && script->cancel_at_half != NULL)
        g_cancellable_cancel (script->cancel_at_half);

      for (int j = 0; j < ITEM_BYTES; j++)
        item[j] = i + j;
      if (script->damaged[i])
        ds_cache_writer_damaged (writer, i, name);
      else
        ds_cache_writer_put (writer, i, item, &about);
    }

  return TRUE;
}

static DsSource *
make_source (Script *script)
{
  NnShape shape = NN_SHAPE (1, 2, 3);
  DsSource *source = ds_source_new ("script", "Title", &shape, NN_UINT8, N_ITEMS, fill_cb, script,
                                    NULL);

  ds_source_add_class (source, "red");
  ds_source_add_class (source, "green");
  ds_source_add_class (source, "猫");
  ds_source_set_reason (source, "Because.");
  return source;
}

static DsCache *
fill (const char *folder,
      Script     *script,
      GError    **error)
{
  g_autoptr (DsSource) source = make_source (script);

  return ds_cache_fill (folder, "key", source, NULL, NULL, script->cancel_at_half, error);
}

static void
assert_item (DsCache *cache,
             guint32  place,
             int      i)
{
  g_autofree char *name = g_strdup_printf ("item %d", i);

  for (int j = 0; j < ITEM_BYTES; j++)
    g_assert_cmpint (cache->items[place * ITEM_BYTES + j], ==, i + j);
  g_assert_cmpint (cache->labels[place], ==, i % 3);
  g_assert_cmpint (cache->parts[place], ==, 1 + i % 2);
  g_assert_cmpstr (ds_cache_get_name (cache, place), ==, name);
}

static void
test_fill (void)
{
  char *folder = test_folder_new ();
  g_autofree char *nested = test_path (folder, "new/cache");
  Script script = { .n_fills = 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DsCache) cache = fill (nested, &script, &error);
  g_autoptr (DsCache) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (cache->n_items, ==, N_ITEMS);
  g_assert_cmpint (cache->item_bytes, ==, ITEM_BYTES);
  g_assert_cmpint (cache->item.shape.rank, ==, 3);
  g_assert_cmpint (cache->item.dtype, ==, NN_UINT8);
  g_assert_cmpint (GPOINTER_TO_SIZE (cache->items) % 64, ==, 0);
  g_assert_cmpstr (cache->title, ==, "Title");
  g_assert_cmpstr (cache->format, ==, "script");
  g_assert_cmpstr (cache->reason, ==, "Because.");
  g_assert_cmpint (cache->n_classes, ==, 3);
  g_assert_cmpstr (cache->class_names[2], ==, "猫");
  g_assert_null (cache->warnings[0]);
  for (int i = 0; i < N_ITEMS; i++)
    assert_item (cache, i, i);

  /* The second time it is there already. */
  again = fill (nested, &script, &error);
  g_assert_no_error (error);
  g_assert_cmpint (script.n_fills, ==, 1);
  assert_item (again, 7, 7);
  g_assert_cmpint (test_count_entries (nested), ==, 1);

  test_folder_free (folder);
}

static void
test_damaged_items (void)
{
  char *folder = test_folder_new ();
  Script script = { .damaged = { [0] = TRUE, [7] = TRUE, [8] = TRUE, [49] = TRUE } };
  g_autoptr (GError) error = NULL;
  g_autoptr (DsCache) cache = fill (folder, &script, &error);
  guint32 place = 0;

  g_assert_no_error (error);
  g_assert_cmpint (cache->n_items, ==, N_ITEMS - 4);
  for (int i = 0; i < N_ITEMS; i++)
    if (!script.damaged[i])
      assert_item (cache, place++, i);

  g_assert_nonnull (strstr (cache->warnings[0], "4 of 50"));
  g_assert_cmpstr (cache->warnings[1], ==, "item 0");
  g_assert_cmpstr (cache->warnings[2], ==, "item 7");
  g_assert_cmpstr (cache->warnings[4], ==, "item 49");
  g_assert_null (cache->warnings[5]);
  test_folder_free (folder);
}

static void
test_nothing_left (void)
{
  char *folder = test_folder_new ();
  Script script = { .n_fills = 0 };
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < N_ITEMS; i++)
    script.damaged[i] = TRUE;
  g_assert_null (fill (folder, &script, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "“Title”"));
  g_assert_nonnull (strstr (error->message, "item 0"));
  g_assert_cmpint (test_count_entries (folder), ==, 0);
  test_folder_free (folder);
}

/* Whatever is wrong with the file is seen, except inside the items, and the
 * next fill makes it anew. */
static void
test_damaged_file (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = ds_cache_path (folder, "key");
  g_autofree char *original = NULL;
  Script script = { .n_fills = 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DsCache) cache = fill (folder, &script, &error);
  gsize tables_at = (DS_CACHE_ITEMS_AT + N_ITEMS * ITEM_BYTES + 63) / 64 * 64;
  gsize size;

  g_assert_true (g_file_get_contents (path, &original, &size, NULL));
  for (gsize i = 0; i < 2 * size; i++)
    {
      gboolean cut = i >= size;
      gsize place = i % size;
      g_autofree char *changed = g_memdup2 (original, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) cause = NULL;
      g_autoptr (DsCache) opened = NULL;

      if (!cut && place == sizeof (DsCacheHeader))
        i = place = tables_at;
      if (cut && place > sizeof (DsCacheHeader) && place < tables_at)
        continue;
      if (!cut)
        changed[place] ^= 0x11;

      bytes = g_bytes_new (changed, cut ? place : size);
      test_write (folder, "key.cache", bytes);
      opened = ds_cache_open (folder, "key", &cause);
      /* Padding between the tables is under the checksum too. */
      g_assert_null (opened);
      g_assert_true (cause->domain == DS_ERROR);
      g_assert_nonnull (strstr (cause->message, path));
    }

  ds_cache_unref (cache);
  cache = fill (folder, &script, &error);
  g_assert_no_error (error);
  g_assert_cmpint (script.n_fills, ==, 2);
  assert_item (cache, 3, 3);
  test_folder_free (folder);
}

/* A header that is hostile but carries the right checksum. */
static void
test_hostile_header (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = ds_cache_path (folder, "key");
  static const gint64 sizes[] = { -1, 0, G_MAXINT64, (gint64) 1 << 33 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      g_autofree char *file = g_malloc0 (2 * DS_CACHE_ITEMS_AT);
      DsCacheHeader header = {
        .magic = DS_CACHE_MAGIC, .order = DS_CACHE_ORDER, .version = DS_CACHE_VERSION,
        .item = { "numbers", "uint8", i < 4 ? 2 : sizes[i % 4], { sizes[i % 4], 1 << 30 } },
        .answer = { "class", "int32" },
        .n_items = 1 << 30, .texts_bytes = sizes[i % 4],
      };
      g_autoptr (GError) error = NULL;

      ds_cache_digest (&header, (guint8 *) file, 0, header.digest);
      memcpy (file, &header, sizeof header);
      g_file_set_contents (path, file, 2 * DS_CACHE_ITEMS_AT, NULL);
      g_assert_null (ds_cache_open (folder, "key", &error));
      g_assert_error (error, DS_ERROR, DS_ERROR_FORMAT);
    }

  test_folder_free (folder);
}

static void
test_cancelled (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Script script = { .cancel_at_half = cancellable };
  g_autoptr (GError) error = NULL;

  g_assert_null (fill (folder, &script, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_CANCELLED);
  g_assert_cmpint (test_count_entries (folder), ==, 0);
  test_folder_free (folder);
}

static void
write_text (const char *folder,
            const char *name)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  test_write (folder, name, bytes);
}

/* What a killed writer left is removed; what a living one holds stays, as does
 * everything that is not ours. */
static void
test_orphans (void)
{
  char *folder = test_folder_new ();
  g_autofree char *held = test_path (folder, "other-222222.partial");
  g_autofree char *orphan = test_path (folder, "other-111111.partial");
  g_autofree char *foreign = test_path (folder, "letter.txt");
  Script script = { .n_fills = 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DsCache) cache = NULL;
  int fd;

  write_text (folder, "other-111111.partial");
  write_text (folder, "other-222222.partial");
  write_text (folder, "letter.txt");
  fd = g_open (held, O_RDONLY, 0);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);

  cache = fill (folder, &script, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (orphan, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (held, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (foreign, G_FILE_TEST_EXISTS));

  close (fd);
  test_folder_free (folder);
}

typedef struct
{
  const char *folder;
  Script     *script;
  DsCache    *cache;
} Rival;

static void *
rival_cb (void *data)
{
  Rival *rival = data;
  g_autoptr (GError) error = NULL;

  rival->cache = fill (rival->folder, rival->script, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_rivals (void)
{
  char *folder = test_folder_new ();
  Script script = { .sleep_us = 100 * 1000 };
  Rival first = { folder, &script };
  Rival second = { folder, &script };
  GThread *thread = g_thread_new ("rival", rival_cb, &first);

  /* Only one does the work when the other comes later … */
  while (!g_atomic_int_get (&script.started))
    g_usleep (1000);
  rival_cb (&second);
  g_thread_join (thread);
  g_assert_cmpint (script.n_fills, ==, 1);
  assert_item (first.cache, 9, 9);
  assert_item (second.cache, 9, 9);
  g_assert_cmpint (test_count_entries (folder), ==, 1);
  ds_cache_unref (first.cache);
  ds_cache_unref (second.cache);

  test_folder_free (folder);
}

static void
test_many_rivals (void)
{
  char *folder = test_folder_new ();
  Script script = { .sleep_us = 1000 };
  Rival rivals[8];
  GThread *threads[8];

  /* … and if they come together, several may, but all get a whole cache. */
  for (int i = 0; i < 8; i++)
    {
      rivals[i] = (Rival) { folder, &script };
      threads[i] = g_thread_new ("rival", rival_cb, &rivals[i]);
    }
  for (int i = 0; i < 8; i++)
    {
      g_thread_join (threads[i]);
      assert_item (rivals[i].cache, 9, 9);
      ds_cache_unref (rivals[i].cache);
    }
  g_assert_cmpint (test_count_entries (folder), ==, 1);

  test_folder_free (folder);
}

static void *
cancel_cb (void *data)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancelled_waiting (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Script script = { .n_fills = 0 };
  g_autoptr (DsSource) source = make_source (&script);
  int fd = ds_cache_new_partial (folder, "key", &path, &error);
  GThread *thread = g_thread_new ("cancel", cancel_cb, cancellable);

  g_assert_no_error (error);
  g_assert_null (ds_cache_fill (folder, "key", source, NULL, NULL, cancellable, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_CANCELLED);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  g_thread_join (thread);
  close (fd);
  test_folder_free (folder);
}

static void
progress_cb (guint32  n_done,
             guint32  n_items,
             void    *data)
{
  guint32 *last = data;

  g_assert_cmpint (n_items, ==, N_ITEMS);
  g_assert_cmpint (n_done, >, *last);
  *last = n_done;
}

static void
test_progress (void)
{
  char *folder = test_folder_new ();
  Script script = { .damaged = { [3] = TRUE } };
  g_autoptr (DsSource) source = make_source (&script);
  g_autoptr (GError) error = NULL;
  guint32 last = 0;
  g_autoptr (DsCache) cache = ds_cache_fill (folder, "key", source, progress_cb, &last, NULL,
                                             &error);

  g_assert_no_error (error);
  g_assert_nonnull (cache);
  g_assert_cmpint (last, ==, N_ITEMS);
  test_folder_free (folder);
}

/* The name of the cache for the data at @path.  (transfer full) */
static char *
key_for (const char      *path,
         const DsOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DsContainer) container = NULL;
  char *key;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    container = ds_container_open (path, NULL, NULL, &error);
  key = ds_cache_key_for_path (path, container, options, &error);
  g_assert_no_error (error);
  return key;
}

static void
test_key (void)
{
  static const DsOptions all[] = {
    { NULL }, { .format = "idx" }, { .height = 8 }, { .width = 8 }, { .channels = 1 },
  };
  g_autoptr (TestFiles) files = test_image_files ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *folder = test_folder_new ();
  g_autofree char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *zip = test_files_pack (files, TEST_ZIP, folder);
  g_autofree char *image = test_path (set, "animals/train/cat/c.png");
  struct utimbuf yesterday = { 1000000000, 1000000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_assert_true (g_hash_table_add (seen, key_for (set, &all[i])));
      g_assert_true (g_hash_table_add (seen, key_for (zip, &all[i])));
      g_assert_false (g_hash_table_add (seen, key_for (set, &all[i])));
    }

  /* A change somewhere below a folder is a change of the folder. */
  g_assert_cmpint (utime (image, &yesterday), ==, 0);
  g_assert_true (g_hash_table_add (seen, key_for (set, &all[0])));
  g_assert_cmpint (utime (zip, &yesterday), ==, 0);
  g_assert_true (g_hash_table_add (seen, key_for (zip, &all[0])));
  test_folder_free (folder);
}

static void
draw_cb (guint64  seed,
         guint32  index,
         void    *item,
         int     *label)
{
  float *out = item;

  out[0] = seed;
  out[1] = index;
  *label = index % 2;
}

static void
test_drawn (void)
{
  static const char * const names[] = { "even", "odd" };
  static const DsGenerator generator = {
    "counting", "Counting", "Counts.", { 1, { 2 } }, NN_FLOAT32, 2, names, 1000, 0.2, draw_cb,
  };
  char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (DsDataset) dataset = ds_dataset_open_drawn (&generator, 77, 0, folder, NULL, NULL,
                                                         NULL, &error);
  g_autoptr (DsDataset) other = ds_dataset_open_drawn (&generator, 78, 10, folder, NULL, NULL,
                                                       NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, 1000);
  g_assert_cmpint (ds_dataset_get_n_items (other), ==, 10);
  g_assert_cmpint (test_count_entries (folder), ==, 2);
  for (guint32 i = 0; i < 1000; i++)
    {
      float item[2];

      ds_dataset_read_item (dataset, i, item);
      g_assert_cmpfloat (item[0], ==, 77);
      g_assert_cmpfloat (item[1], ==, i);
      g_assert_cmpint (ds_dataset_get_label (dataset, i), ==, i % 2);
      g_assert_cmpint (ds_dataset_get_part (dataset, i), ==,
                       i < 800 ? DS_PART_TRAIN : DS_PART_TEST);
      g_assert_null (ds_dataset_get_name (dataset, i));
    }
  g_assert_cmpint (ds_dataset_get_class_count (dataset, 1, DS_PART_TEST), ==, 100);
  g_assert_cmpint (ds_dataset_get_class_count (dataset, 1, DS_N_PARTS), ==, 500);
  test_folder_free (folder);
}

/* What was not used for longest goes first, and what is wanted never. */
static void
test_limit (void)
{
  char *folder = test_folder_new ();
  g_autofree char *zeros = g_malloc0 (1000);
  g_autoptr (GBytes) bytes = g_bytes_new (zeros, 1000);
  const char *const names[] = { "a.cache", "b.cache", "c.cache", "d.cache", "notes.txt" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = test_path (folder, names[i]);
      struct utimbuf times = { 1000 + i, 1000 + i };

      test_write (folder, names[i], bytes);
      g_assert_cmpint (utime (path, &times), ==, 0);
    }

  ds_cache_limit (folder, "a", 4000);
  g_assert_cmpuint (test_count_entries (folder), ==, 5);
  ds_cache_limit (folder, "a", 2500);
  g_assert_cmpuint (test_count_entries (folder), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = test_path (folder, names[i]);

      g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, i != 1 && i != 2);
    }
  ds_cache_limit (folder, "a", 0);
  g_assert_cmpuint (test_count_entries (folder), ==, 2);
  test_folder_free (folder);
}

/* To open a cache is to use it. */
static void
test_used (void)
{
  char *folder = test_folder_new ();
  g_autofree char *path = test_path (folder, "key.cache");
  Script script = { 0 };
  struct utimbuf times = { 1000, 1000 };
  g_autoptr (DsCache) made = fill (folder, &script, NULL);
  g_autoptr (DsCache) again = NULL;
  GStatBuf status;

  g_assert_nonnull (made);
  g_assert_cmpint (utime (path, &times), ==, 0);
  again = ds_cache_open (folder, "key", NULL);
  g_assert_nonnull (again);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mtime, >, 1000);
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache/fill", test_fill);
  g_test_add_func ("/cache/damaged-items", test_damaged_items);
  g_test_add_func ("/cache/nothing-left", test_nothing_left);
  g_test_add_func ("/cache/damaged-file", test_damaged_file);
  g_test_add_func ("/cache/hostile-header", test_hostile_header);
  g_test_add_func ("/cache/cancelled", test_cancelled);
  g_test_add_func ("/cache/limit", test_limit);
  g_test_add_func ("/cache/used", test_used);
  g_test_add_func ("/cache/orphans", test_orphans);
  g_test_add_func ("/cache/rivals", test_rivals);
  g_test_add_func ("/cache/many-rivals", test_many_rivals);
  g_test_add_func ("/cache/cancelled-waiting", test_cancelled_waiting);
  g_test_add_func ("/cache/progress", test_progress);
  g_test_add_func ("/cache/key", test_key);
  g_test_add_func ("/cache/drawn", test_drawn);
  return g_test_run ();
}
