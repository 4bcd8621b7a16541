/* test-formats.c: walks the list of data formats
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/dataset.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "tests/data-samples.h"

#include <string.h>

static TestFiles *
plain_idx_files (void)
{
  return test_idx_files (FALSE);
}

static TestFiles *
packed_idx_files (void)
{
  return test_idx_files (TRUE);
}

/* A small data set for every format. */
static const struct
{
  const char  *format;
  TestFiles *(*make) (void);
  guint32      n_items;
  const char  *shape;
  const char  *classes;
} samples[] = {
  { "idx", plain_idx_files, 9, "1×4×5", "0,1,2" },
  { "idx", packed_idx_files, 9, "1×4×5", "0,1,2" },
  { "cifar", test_cifar_files, 5, "3×32×32",
    "plane,car,bird,cat,deer,dog,frog,horse,ship,truck" },
  { "image-folder", test_image_files, 6, "3×6×5", "cat,dog" },
  { "text-folder", test_text_files, 6, "0", "neg,pos" },
  { "text-lines", test_line_files, 6, "0", "neg,pos" },
  { "image-mask", test_mask_files, 3, "3×32×32", "Ground,2" },
  { "npy", test_npy_files, 4, "3", "0,1,2" },
  { "table", test_table_files, 4, "2", "setosa,virginica" },
  { "table", test_number_files, 3, "2", "" },
  { "table", test_pair_files, 4, "0", "" },
  { "table", test_json_files, 4, "0", "neg,pos" },
};

static void
test_complete (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (int i = 0; ds_formats[i] != NULL; i++)
    {
      const DsFormat *format = ds_formats[i];
      gboolean has_sample = FALSE;

      g_assert_true (g_regex_match_simple ("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", format->name, 0, 0));
      g_assert_true (g_hash_table_add (names, (char *) format->name));
      g_assert_cmpint (strlen (format->title), >, 0);
      g_assert_true (g_str_has_suffix (format->summary, "."));
      g_assert_true (g_unichar_isupper (g_utf8_get_char (format->summary)));
      g_assert_nonnull (format->bid);
      g_assert_nonnull (format->open);
      g_assert_true (ds_format_find (format->name) == format);

      for (gsize j = 0; j < G_N_ELEMENTS (samples); j++)
        has_sample = has_sample || strcmp (samples[j].format, format->name) == 0;
      g_assert_true (has_sample);
    }

  g_assert_null (ds_format_find ("no-such-format"));
}

/* Every file that defines a format is in the list. */
static void
test_walked_all (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "datasets", "formats", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n_found = 0;
  guint n_listed = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;

      if (g_str_has_suffix (name, ".c") && g_file_get_contents (path, &text, NULL, NULL) &&
          strstr (text, "\nconst DsFormat ds_format_") != NULL)
        n_found++;
    }

  while (ds_formats[n_listed] != NULL)
    n_listed++;
  g_assert_cmpint (n_listed, ==, n_found);
  g_assert_cmpint (n_listed, >=, 8);
}

/* No sample is bid for as high by another format as by its own. */
static void
test_bids (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (TestFiles) files = samples[i].make ();
      char *folder = test_folder_new ();
      g_autofree char *path = test_files_pack (files, TEST_FOLDER, folder);
      g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, NULL);
      g_autofree char *why = NULL;
      int own = ds_format_find (samples[i].format)->bid (container, &why);

      g_assert_cmpint (own, >, 0);
      g_assert_true (g_str_has_suffix (why, "."));
      for (int j = 0; ds_formats[j] != NULL; j++)
        {
          g_autofree char *other_why = NULL;

          if (strcmp (ds_formats[j]->name, samples[i].format) != 0)
            g_assert_cmpint (ds_formats[j]->bid (container, &other_why), <, own);
        }

      test_folder_free (folder);
    }
}

/* All that can be known of a data set, as text.  (transfer full) */
static char *
describe (DsDataset *dataset)
{
  GString *text = g_string_new (NULL);
  gboolean is_text = ds_dataset_get_item (dataset)->kind == DS_FIELD_TEXT;
  gsize bytes = ds_field_bytes (ds_dataset_get_item (dataset));
  gsize answer_bytes = ds_field_bytes (ds_dataset_get_answer (dataset));

  for (guint32 i = 0; i < ds_dataset_get_n_items (dataset); i++)
    {
      g_autofree char *words = is_text ? ds_dataset_dup_text (dataset, i) : NULL;
      g_autofree char *sum = is_text ? NULL
        : g_compute_checksum_for_data (G_CHECKSUM_MD5, ds_dataset_peek_item (dataset, i), bytes);
      g_autofree char *answer =
        g_compute_checksum_for_data (G_CHECKSUM_MD5, ds_dataset_peek_answer (dataset, i),
                                     answer_bytes);
      const char *name = ds_dataset_get_name (dataset, i);

      g_string_append_printf (text, "%d %d %s %s %s\n", ds_dataset_get_label (dataset, i),
                              ds_dataset_get_part (dataset, i), name != NULL ? name : "-",
                              is_text ? words : sum, answer);
    }

  return g_string_free (text, FALSE);
}

static DsDataset *
open_set (const char      *path,
          const DsOptions *options,
          const char      *cache)
{
  g_autoptr (GError) error = NULL;
  DsDataset *dataset = ds_dataset_open (path, options, cache, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

/* A format opens its sample in whatever it is packed, and finds the same. */
static void
test_packings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *expected = NULL;
      g_autoptr (TestFiles) files = samples[i].make ();
      char *folder = test_folder_new ();
      g_autofree char *cache = test_path (folder, "cache");

      for (int packing = 0; packing < TEST_N_PACKINGS; packing++)
        {
          g_autofree char *path = test_files_pack (files, packing, folder);
          g_autoptr (DsDataset) dataset = open_set (path, NULL, cache);
          g_autoptr (DsDataset) again = open_set (path, NULL, cache);
          g_autofree char *shape = nn_shape_print (ds_dataset_get_shape (dataset));
          g_autofree char *text = describe (dataset);
          g_autofree char *text_again = describe (again);
          g_autoptr (GString) classes = g_string_new (NULL);

          for (guint c = 0; c < ds_dataset_get_n_classes (dataset); c++)
            g_string_append_printf (classes, "%s%s", c > 0 ? "," : "",
                                    ds_dataset_get_class_name (dataset, c));

          g_assert_cmpstr (ds_dataset_get_format (dataset), ==, samples[i].format);
          g_assert_cmpstr (ds_dataset_get_title (dataset), ==, "set");
          g_assert_true (g_str_has_suffix (ds_dataset_get_reason (dataset), "."));
          g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, samples[i].n_items);
          g_assert_cmpstr (shape, ==, samples[i].shape);
          g_assert_cmpstr (classes->str, ==, samples[i].classes);
          g_assert_null (ds_dataset_get_warnings (dataset)[0]);
          g_assert_cmpstr (text, ==, text_again);
          if (expected == NULL)
            expected = g_strdup (text);
          g_assert_cmpstr (text, ==, expected);
        }

      test_folder_free (folder);
    }
}

static void
test_idx_values (void)
{
  g_autoptr (TestFiles) files = test_idx_files (TRUE);
  char *folder = test_folder_new ();
  g_autofree char *path = test_files_pack (files, TEST_FOLDER, folder);
  g_autoptr (DsDataset) dataset = open_set (path, NULL, folder);
  const guint8 *item = ds_dataset_peek_item (dataset, 1);
  float numbers[20];

  /* Training comes first, though "t10k" sorts before it. */
  for (guint32 i = 0; i < 9; i++)
    {
      g_assert_cmpint (ds_dataset_get_part (dataset, i), ==,
                       i < 6 ? DS_PART_TRAIN : DS_PART_TEST);
      g_assert_cmpint (ds_dataset_get_label (dataset, i), ==, i % 3);
    }
  for (int i = 0; i < 20; i++)
    g_assert_cmpint (item[i], ==, 20 + i);

  ds_dataset_read_item (dataset, 1, numbers);
  g_assert_cmpfloat (numbers[3], ==, 23 / 255.0f);
  test_folder_free (folder);
}

/* Numbers that are no bytes become floats, and a vector stays one. */
static void
test_idx_types (void)
{
  static const struct { guint8 code; guint8 bytes[16]; gsize n; float expected[2]; } kinds[] = {
    { 0x09, { 0xff, 0x05 }, 2, { -1, 5 } },
    { 0x0b, { 0xff, 0x00, 0x01, 0x02 }, 4, { -256, 258 } },
    { 0x0c, { 0xff, 0xff, 0xff, 0xfe, 0, 0, 1, 0 }, 8, { -2, 256 } },
    { 0x0d, { 0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0 }, 8, { 1.5f, -2 } },
    { 0x0e, { 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0 }, 16, { 1.5f, -2 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      char *folder = test_folder_new ();
      g_autofree char *path = test_path (folder, "numbers.idx");
      guint8 file[28] = { 0, 0, kinds[i].code, 2, 0, 0, 0, 1, 0, 0, 0, 2 };
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (DsDataset) dataset = NULL;
      float numbers[2];

      memcpy (file + 12, kinds[i].bytes, kinds[i].n);
      bytes = g_bytes_new (file, 12 + kinds[i].n);
      test_write (folder, "numbers.idx", bytes);
      dataset = open_set (path, NULL, folder);
      g_assert_cmpint (ds_dataset_get_dtype (dataset), ==, NN_FLOAT32);
      g_assert_cmpint (ds_dataset_get_shape (dataset)->rank, ==, 1);
      g_assert_cmpint (ds_dataset_get_label (dataset, 0), ==, -1);
      g_assert_nonnull (strstr (ds_dataset_get_warnings (dataset)[0], "no labels"));
      ds_dataset_read_item (dataset, 0, numbers);
      g_assert_cmpfloat (numbers[0], ==, kinds[i].expected[0]);
      g_assert_cmpfloat (numbers[1], ==, kinds[i].expected[1]);
      test_folder_free (folder);
    }
}

static void
test_cifar_values (void)
{
  g_autoptr (TestFiles) files = test_cifar_files ();
  char *folder = test_folder_new ();
  g_autofree char *path = test_files_pack (files, TEST_TAR_GZIP, folder);
  g_autoptr (DsDataset) dataset = open_set (path, NULL, folder);
  static const int labels[] = { 0, 1, 4, 5, 8 };
  const guint8 *item = ds_dataset_peek_item (dataset, 3);

  for (guint32 i = 0; i < 5; i++)
    {
      g_assert_cmpint (ds_dataset_get_label (dataset, i), ==, labels[i]);
      g_assert_cmpint (ds_dataset_get_part (dataset, i), ==,
                       i < 4 ? DS_PART_TRAIN : DS_PART_TEST);
    }
  for (int i = 0; i < 3072; i++)
    g_assert_cmpint (item[i], ==, (3073 + 1 + i) * 2 & 255);
  test_folder_free (folder);
}

/* Files by name and a colour each, and what must come of them. */
typedef struct
{
  const char *files[8];
  const char *classes;
  const char *parts;            /* of the items by name: undecided, train, validation, Test */
  guint       n_warnings;
} Layout;

static void
test_image_layouts (void)
{
  static const Layout layouts[] = {
    { { "b/1", "a/2", "a/1" }, "a,b", "uuu", 0 },
    { { "deep/er/b/1", "deep/er/a/2" }, "a,b", "uu", 0 },
    { { "train/b/1", "train/a/2" }, "a,b", "tt", 0 },
    { { "x/Train/b/1", "x/Val/a/2", "x/test/a/2" }, "a,b", "tvT", 0 },
    { { "test/b/1", "valid/a/2" }, "a,b", "Tv", 0 },
    { { "a/sub/1", "a/2", "b/sub/sub/1" }, "a,b", "uuu", 0 },
    { { "train/a/1", "train/b/1", "test/1", "test/2" }, "a,b", "tt", 1 },
    { { "train/a/1", "train/b/1", "extra/c/1" }, "a,b", "tt", 1 },
    { { "a/1", "b/1", "cover" }, "a,b", "uu", 1 },
    { { "test/1", "b/1" }, "b,test", "uu", 0 },
    { { "10/1", "9/1", "A/1", "a b/1" }, "10,9,A,a b", "uuuu", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autoptr (TestFiles) files = test_files_new ();
      char *folder = test_folder_new ();
      g_autofree char *path = NULL;
      g_autofree char *cache = test_path (folder, "cache");
      g_autoptr (DsDataset) dataset = NULL;
      g_autoptr (GString) classes = g_string_new (NULL);
      g_autoptr (GString) parts = g_string_new (NULL);

      for (int j = 0; layouts[i].files[j] != NULL; j++)
        test_files_add (files, layouts[i].files[j], test_png (1, 3, 4, j));
      path = test_files_pack (files, TEST_ZIP, folder);
      dataset = open_set (path, NULL, cache);

      for (guint c = 0; c < ds_dataset_get_n_classes (dataset); c++)
        g_string_append_printf (classes, "%s%s", c > 0 ? "," : "",
                                ds_dataset_get_class_name (dataset, c));
      for (guint32 j = 0; j < ds_dataset_get_n_items (dataset); j++)
        g_string_append_c (parts, "utvT"[ds_dataset_get_part (dataset, j)]);
      g_assert_cmpstr (classes->str, ==, layouts[i].classes);
      g_assert_cmpint (g_strv_length ((char **) ds_dataset_get_warnings (dataset)), ==,
                       layouts[i].n_warnings);
      g_assert_cmpstr (parts->str, ==, layouts[i].parts);
      test_folder_free (folder);
    }
}

/* Sizes and colours are decided by what the images are, or by the user. */
static void
test_image_sizes (void)
{
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  g_autofree char *path = NULL;
  g_autoptr (TestFiles) files = test_files_new ();
  DsOptions options = { .height = 3, .width = 2, .channels = 1 };
  g_autoptr (DsDataset) dataset = NULL;
  g_autoptr (DsDataset) small = NULL;
  NnShape expected = NN_SHAPE (3, 8, 10);
  NnShape expected_small = NN_SHAPE (1, 3, 2);

  test_files_add (files, "a/1", test_png (1, 8, 10, 0));
  test_files_add (files, "a/2", test_png (3, 8, 10, 0));
  test_files_add (files, "b/3", test_jpeg (1, 8, 10, 0));
  test_files_add (files, "b/4", test_png (1, 4, 20, 0));
  path = test_files_pack (files, TEST_FOLDER, folder);

  dataset = open_set (path, NULL, cache);
  g_assert_true (nn_shape_equal (ds_dataset_get_shape (dataset), &expected));
  g_assert_nonnull (strstr (ds_dataset_get_warnings (dataset)[0], "1 of 4 images has"));
  g_assert_null (ds_dataset_get_warnings (dataset)[1]);

  small = open_set (path, &options, cache);
  g_assert_true (nn_shape_equal (ds_dataset_get_shape (small), &expected_small));
  g_assert_nonnull (strstr (ds_dataset_get_warnings (small)[0], "4 of 4 images have"));
  g_assert_nonnull (strstr (ds_dataset_get_warnings (small)[1], "1 of 4 images is in colour"));
  test_folder_free (folder);
}

/* Grey images in colour files are grey; large ones shrink in proportion. */
static void
test_image_reduction (void)
{
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  g_autofree char *path = NULL;
  g_autoptr (TestFiles) files = test_files_new ();
  g_autoptr (DsDataset) dataset = NULL;
  NnShape expected = NN_SHAPE (1, 64, 256);

  test_files_add (files, "a/1", test_jpeg (1, 256, 1024, 0));
  test_files_add (files, "b/2", test_png (1, 256, 1024, 0));
  path = test_files_pack (files, TEST_FOLDER, folder);
  dataset = open_set (path, NULL, cache);
  g_assert_true (nn_shape_equal (ds_dataset_get_shape (dataset), &expected));
  test_folder_free (folder);
}

static int
bid_seven (DsContainer  *container,
           char        **why)
{
  *why = g_strdup ("Seven bits.");
  return 7;
}

static void
test_tie (void)
{
  static const DsFormat first = { "first", "The first", "First.", bid_seven };
  static const DsFormat second = { "second", "The second", "Second.", bid_seven };
  static const DsFormat * const both[] = { &first, &second, NULL };
  static const DsFormat * const one[] = { &second, NULL };
  char *folder = test_folder_new ();
  g_autoptr (TestFiles) files = test_image_files ();
  g_autofree char *path = test_files_pack (files, TEST_ZIP, folder);
  g_autoptr (DsContainer) container = ds_container_open (path, NULL, NULL, NULL);
  g_autofree char *why = NULL;
  g_autofree char *named = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (ds_format_choose (both, container, NULL, &why, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "“The first” and as “The second”"));
  g_assert_nonnull (strstr (error->message, path));

  g_clear_error (&error);
  g_assert_true (ds_format_choose (one, container, NULL, &why, &error) == &second);
  g_assert_cmpstr (why, ==, "Seven bits.");
  g_assert_true (ds_format_choose (both, container, "second", &named, &error) == &second);
  g_assert_no_error (error);

  g_assert_null (ds_format_choose (both, container, "third", &named, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "first, second"));
  test_folder_free (folder);
}

/* Opens and decodes, but keeps nothing, which is fast. */
static gboolean
try_all (const char *path,
         const char *cache,
         GError    **error)
{
  g_autoptr (DsSource) source = ds_source_open (path, NULL, NULL, error);
  g_autoptr (DsCacheWriter) writer = NULL;

  if (source == NULL)
    return FALSE;

  writer = ds_cache_writer_new (cache, "key", source, NULL, NULL, NULL, error);
  return writer != NULL && ds_source_fill (source, writer, NULL, error);
}

static void
damage (const char *name,
        GBytes     *original)
{
  char *folder = test_folder_new ();
  g_autofree char *path = test_path (folder, name);
  gsize size;
  const guint8 *data = g_bytes_get_data (original, &size);

  for (gsize i = 0; i < 2 * size; i++)
    {
      gboolean cut = i < size;
      g_autofree guint8 *changed = g_memdup2 (data, size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok;

      if (!cut)
        changed[i - size] ^= 1 << i % 8;
      bytes = g_bytes_new (changed, cut ? i : size);
      test_write (folder, name, bytes);
      ok = try_all (path, folder, &error);
      g_assert_true (ok == (error == NULL));
      g_assert_false (ok && cut);
      if (error != NULL)
        {
          g_assert_true (error->domain == DS_ERROR);
          g_assert_nonnull (strstr (error->message, name));
        }
    }

  test_folder_free (folder);
}

static void
test_damage (void)
{
  g_autoptr (GBytes) idx = test_idx (3, (guint32[]) { 4, 3, 5 }, 0, 256);
  g_autoptr (GBytes) packed = test_gzip (idx);
  g_autofree guint8 *record = g_malloc0 (3073);
  g_autoptr (GBytes) cifar = g_bytes_new (record, 3073);

  damage ("numbers-idx3", idx);
  damage ("numbers-idx3.gz", packed);
  damage ("data_batch_1.bin", cifar);
}

static char *
shared_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "data", name, NULL);
}

static void
test_real_mnist (void)
{
  g_autofree char *path = shared_path ("mnist");
  char *folder = NULL;
  g_autoptr (DsDataset) dataset = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("../shared/data/mnist is not there");
      return;
    }

  folder = test_folder_new ();
  dataset = open_set (path, NULL, folder);
  g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, 70000);
  g_assert_cmpint (ds_dataset_get_class_count (dataset, 1, DS_PART_TRAIN), ==, 6742);
  g_assert_cmpint (ds_dataset_get_class_count (dataset, 9, DS_PART_TEST), ==, 1009);
  g_assert_cmpint (ds_dataset_get_label (dataset, 0), ==, 5);
  test_folder_free (folder);
}

static void
test_real_cifar (void)
{
  g_autofree char *path = shared_path ("cifar10-images.tar.xz");
  char *folder = NULL;
  g_autoptr (DsDataset) dataset = NULL;

  if (!g_test_slow () || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("this needs -m slow, and ../shared/data/cifar10-images.tar.xz");
      return;
    }

  folder = test_folder_new ();
  dataset = open_set (path, NULL, folder);
  g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, 60000);
  g_assert_cmpint (ds_dataset_get_class_count (dataset, 3, DS_PART_TEST), ==, 1000);
  g_assert_null (ds_dataset_get_warnings (dataset)[0]);
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/complete", test_complete);
  g_test_add_func ("/formats/walked-all", test_walked_all);
  g_test_add_func ("/formats/bids", test_bids);
  g_test_add_func ("/formats/packings", test_packings);
  g_test_add_func ("/formats/tie", test_tie);
  g_test_add_func ("/formats/damage", test_damage);
  g_test_add_func ("/formats/idx/values", test_idx_values);
  g_test_add_func ("/formats/idx/types", test_idx_types);
  g_test_add_func ("/formats/cifar/values", test_cifar_values);
  g_test_add_func ("/formats/image-folder/layouts", test_image_layouts);
  g_test_add_func ("/formats/image-folder/sizes", test_image_sizes);
  g_test_add_func ("/formats/image-folder/reduction", test_image_reduction);
  g_test_add_func ("/formats/real/mnist", test_real_mnist);
  g_test_add_func ("/formats/real/cifar", test_real_cifar);
  return g_test_run ();
}
