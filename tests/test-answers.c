/* test-answers.c: items and answers of every kind arrive as they were
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/samples.h"
#include "datasets/encoding.h"
#include "datasets/formats/npy-file.h"
#include "datasets/loader.h"
#include "tests/data-samples.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *cache;
} Fixture;

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = test_folder_new ();
  fixture->cache = test_path (fixture->folder, "cache");
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  g_free (fixture->cache);
  test_folder_free (fixture->folder);
}

/* (transfer full) of @files */
static DsDataset *
open_files (Fixture   *fixture,
            TestFiles *files)
{
  g_autofree char *path = test_files_pack (files, TEST_FOLDER, fixture->folder);
  g_autoptr (GError) error = NULL;
  DsDataset *dataset = ds_dataset_open (path, NULL, fixture->cache, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  test_files_free (files);
  return dataset;
}

static DsDataset *
tokenize (Fixture       *fixture,
          DsDataset     *texts,
          const char    *tokenizer,
          guint          length,
          const guint32 *training,
          guint32        n_training)
{
  DsTextOptions options = {
    .tokenizer = tokenizer != NULL ? ds_tokenizer_find (tokenizer) : NULL, .length = length,
  };
  g_autoptr (GError) error = NULL;
  DsDataset *tokens = ds_dataset_tokenize (texts, &options, training, n_training, fixture->cache,
                                           NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return tokens;
}

static void
assert_text (DsDataset  *dataset,
             guint32     index,
             const char *expected)
{
  g_autofree char *text = ds_dataset_dup_text (dataset, index);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_ids (const gint32 *ids,
            const gint32 *expected,
            gsize         n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (ids[i], ==, expected[i]);
}

/* ---- Texts and tokens ---- */

static void
test_texts (Fixture    *fixture,
            const void *data)
{
  g_autoptr (DsDataset) texts = open_files (fixture, test_text_files ());

  /* In the order of the names: test/neg, test/pos, train/neg, train/pos. */
  assert_text (texts, 0, "Bad");
  assert_text (texts, 3, "Naïve");
  assert_text (texts, 4, "A good film.<br />Really!");
  assert_text (texts, 5, "Fine.");
  g_assert_cmpint (ds_dataset_get_label (texts, 3), ==, 0);
  g_assert_cmpint (ds_dataset_get_part (texts, 3), ==, DS_PART_TRAIN);
  g_assert_cmpint (ds_dataset_get_part (texts, 1), ==, DS_PART_TEST);
  g_assert_cmpstr (ds_dataset_get_name (texts, 3), ==, "train/neg/1_2.txt");
}

/* Windows-1252, line by line, and a note about it. */
static void
test_foreign (Fixture    *fixture,
              const void *data)
{
  TestFiles *files = test_files_new ();
  g_autoptr (DsDataset) texts = NULL;

  test_files_add (files, "a.txt", test_text ("caf\xe9 \x96 bon\n\n  \nna\xc3\xafve\n"));
  test_files_add (files, "b.txt", test_text ("plain\r\nend"));
  test_files_add (files, "README.txt", test_text ("about\n"));
  texts = open_files (fixture, files);
  g_assert_cmpint (ds_dataset_get_n_items (texts), ==, 4);
  assert_text (texts, 0, "café – bon");
  assert_text (texts, 1, "naïve");
  assert_text (texts, 2, "plain");
  g_assert_cmpstr (ds_dataset_get_name (texts, 1), ==, "a.txt:4");
  g_assert_cmpstr (ds_dataset_get_class_name (texts, 1), ==, "b");
  g_assert_nonnull (strstr (ds_dataset_get_warnings (texts)[0], "1 of 6 lines is not UTF-8"));
  g_assert_nonnull (strstr (ds_dataset_get_warnings (texts)[1], "2 lines are empty"));
}

/* The vocabulary knows the training part only; the second time it is there. */
static void
test_tokens (Fixture    *fixture,
             const void *data)
{
  g_autoptr (DsDataset) texts = open_files (fixture, test_line_files ());
  static const guint32 training[] = { 0, 1, 3 };        /* dull; not good at all; a good film . */
  g_autoptr (DsDataset) tokens = tokenize (fixture, texts, "words", 0, training, 3);
  g_autoptr (DsDataset) again = tokenize (fixture, texts, "words", 0, training, 3);
  g_autoptr (DsDataset) other = tokenize (fixture, texts, "words", 2, training, 3);
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (tokens);
  guint n_files = test_count_entries (fixture->cache);
  g_autoptr (DsDataset) with = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ds_dataset_get_item (tokens)->kind, ==, DS_FIELD_TOKENS);
  g_assert_cmpint (ds_dataset_get_shape (tokens)->size[0], ==, 4);
  g_assert_cmpint (ds_vocabulary_get_size (vocabulary), ==, 4 + 8);
  g_assert_cmpint (ds_vocabulary_find (vocabulary, "good"), ==, 4);
  g_assert_cmpint (ds_vocabulary_find (vocabulary, "slow"), ==, -1);

  /* . a all at dull film good not: good twice, the rest in order. */
  assert_ids (ds_dataset_peek_item (tokens, 3), (gint32[]) { 6, 4, 10, 5 }, 4);
  assert_ids (ds_dataset_peek_item (tokens, 0), (gint32[]) { 9, 0, 0, 0 }, 4);
  assert_ids (ds_dataset_peek_item (tokens, 2), (gint32[]) { 1, 1, 1, 1 }, 4);
  assert_ids (ds_dataset_peek_item (other, 3), (gint32[]) { 6, 4 }, 2);
  g_assert_cmpmem (ds_dataset_peek_item (again, 0), 96, ds_dataset_peek_item (tokens, 0), 96);
  assert_text (again, 3, "a good film .");
  g_assert_cmpint (ds_dataset_get_label (again, 3), ==, 1);
  g_assert_true (ds_dataset_get_texts (again) == texts);

  with = ds_dataset_tokenize_with (texts, vocabulary, fixture->cache, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (ds_dataset_peek_item (with, 0), 96, ds_dataset_peek_item (tokens, 0), 96);
  g_assert_cmpint (test_count_entries (fixture->cache), ==, n_files + 1);
}

static void
test_pairs (Fixture    *fixture,
            const void *data)
{
  g_autoptr (DsDataset) texts = open_files (fixture, test_pair_files ());
  static const guint32 training[] = { 0, 1 };           /* hello bonjour; house maison */
  g_autoptr (DsDataset) tokens = tokenize (fixture, texts, NULL, 0, training, 2);
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (tokens);
  g_autofree char *answer = ds_dataset_dup_answer_text (tokens, 1);
  g_autofree char *decoded = NULL;
  const gint32 *row = ds_dataset_peek_answer (tokens, 1);

  g_assert_cmpstr (ds_vocabulary_get_tokenizer (vocabulary)->name, ==, "characters");
  g_assert_cmpint (ds_dataset_get_shape (tokens)->size[0], ==, 5);
  g_assert_cmpint (ds_dataset_get_answer (tokens)->shape.size[0], ==, 8);
  g_assert_cmpstr (answer, ==, "maison");
  g_assert_cmpint (row[6], ==, ds_vocabulary_get_end (vocabulary));
  g_assert_cmpint (row[7], ==, DS_PADDING);
  decoded = ds_vocabulary_decode (vocabulary, row, 8);
  g_assert_cmpstr (decoded, ==, "maison");

  /* “garden” is longer than what was trained on; “jardin” is not. */
  g_assert_cmpint (((const gint32 *) ds_dataset_peek_item (tokens, 2))[4], !=, DS_PADDING);
}

/* ---- Batches ---- */

static DsLoader *
load (DsDataset       *dataset,
      DsTransformList *transforms,
      guint32          batch,
      guint            n_threads)
{
  DsLoaderOptions options = {
    .batch = batch, .transforms = transforms, .training = TRUE, .shuffle = TRUE, .seed = 3,
    .n_epochs = 8, .n_threads = n_threads,
  };
  g_autoptr (GError) error = NULL;
  DsLoader *loader = ds_loader_new (dataset, &options, &error);

  g_assert_no_error (error);
  return loader;
}

static void
test_token_batches (Fixture    *fixture,
                    const void *data)
{
  g_autoptr (DsDataset) texts = open_files (fixture, test_pair_files ());
  static const guint32 all[] = { 0, 1, 2, 3 };
  g_autoptr (DsDataset) tokens = tokenize (fixture, texts, NULL, 0, all, 4);
  g_autoptr (DsLoader) loader = load (tokens, NULL, 3, 2);
  const DsBatch *batch;
  guint n_batches = 0;

  g_assert_cmpint (ds_loader_get_shape (loader)->size[0], ==, 6);
  g_assert_cmpint (ds_loader_get_answer_shape (loader)->size[0], ==, 8);
  for (; (batch = ds_loader_next (loader, NULL)) != NULL; n_batches++)
    {
      g_assert_null (batch->items);
      g_assert_null (batch->numbers);
      for (guint32 i = 0; i < batch->n; i++)
        {
          const gint32 *row = ds_dataset_peek_item (tokens, batch->indices[i]);
          const gint32 *answer = ds_dataset_peek_answer (tokens, batch->indices[i]);

          for (int k = 0; k < 6; k++)
            g_assert_cmpint (batch->tokens[i * 6 + k], ==, row[k]);
          for (int k = 0; k < 8; k++)
            g_assert_cmpint (batch->labels[i * 8 + k], ==, answer[k]);
        }
    }
  g_assert_cmpint (n_batches, ==, 16);
}

static void
test_number_batches (Fixture    *fixture,
                     const void *data)
{
  g_autoptr (DsDataset) houses = open_files (fixture, test_number_files ());
  g_autoptr (DsLoader) loader = load (houses, NULL, 2, 1);
  static const float expected[] = { 100.5f, 150, 200.25f };
  const DsBatch *batch;

  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    for (guint32 i = 0; i < batch->n; i++)
      {
        g_assert_null (batch->labels);
        g_assert_cmpfloat (batch->numbers[i], ==, expected[batch->indices[i]]);
        g_assert_cmpfloat (batch->items[2 * i], ==, 50 + 25 * batch->indices[i]);
      }
}

/* Two images whose only channel is the class of each pixel. */
#define SIDE    12
#define CLASSES 5

static DsDataset *
open_classes (Fixture *fixture)
{
  TestFiles *files = test_files_new ();
  guint8 pixels[2][SIDE][SIDE];

  for (int i = 0; i < 2; i++)
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++)
        pixels[i][y][x] = (guint8) ((x * x + 3 * y + i) % CLASSES);
  test_files_add (files, "x.npy",
                  test_npy ("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 12, 12), }",
                            pixels, sizeof pixels));
  test_files_add (files, "y.npy",
                  test_npy ("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 12, 12), }",
                            pixels, sizeof pixels));
  return open_files (fixture, files);
}

static DsTransformList *
list_of (const char *first,
         const char *second,
         double      number)
{
  DsTransformList *list = ds_transform_list_new ();
  const DsTransformSetting scale[] = { { "factor", &(double) { 1 }, 1 }, { NULL } };
  const DsTransformSetting padding[] = { { "padding", &number, 1 }, { NULL } };
  const DsTransformSetting size[] = {
    { "height", &number, 1 }, { "width", &number, 1 }, { NULL }
  };

  g_assert_true (ds_transform_list_append (list, "scale", scale, NULL));
  for (int i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? first : second;

      if (name != NULL)
        g_assert_true (ds_transform_list_append (list, name,
                                                 strcmp (name, "resize") == 0 ? size
                                                 : strcmp (name, "random-crop") == 0 ? padding
                                                 : NULL, NULL));
    }
  return list;
}

/* Whatever is done to the image is done to its classes. */
static void
test_maps_move (Fixture    *fixture,
                const void *data)
{
  static const struct { const char *first; const char *second; double number; } lists[] = {
    { NULL, NULL, 0 },
    { "horizontal-flip", NULL, 0 },
    { "random-crop", NULL, 4 },
    { "random-crop", "horizontal-flip", 3 },
    { "horizontal-flip", "random-crop", 1 },
    { "random-crop", "random-crop", 2 },
  };
  g_autoptr (DsDataset) dataset = open_classes (fixture);

  for (gsize l = 0; l < G_N_ELEMENTS (lists); l++)
    {
      g_autoptr (DsTransformList) list = list_of (lists[l].first, lists[l].second,
                                                  lists[l].number);
      g_autoptr (DsLoader) loader = load (dataset, list, 1, 1);
      const DsBatch *batch;
      int n_moved = 0;
      int n_outside = 0;

      while ((batch = ds_loader_next (loader, NULL)) != NULL)
        {
          const guint8 *was = ds_dataset_peek_answer (dataset, batch->indices[0]);

          for (int p = 0; p < SIDE * SIDE; p++)
            {
              if (batch->labels[p] == DS_IGNORED_CLASS)
                g_assert_cmpfloat (batch->items[p], ==, 0);
              else
                g_assert_cmpfloat (batch->items[p], ==, batch->labels[p]);
              n_outside += batch->labels[p] == DS_IGNORED_CLASS;
              n_moved += batch->labels[p] != was[p];
            }
        }
      g_assert_true ((n_moved > 0) == (lists[l].first != NULL));
      g_assert_true ((n_outside > 0) == (lists[l].number > 0));
    }
}

/* Enlarged, each class becomes a square; shrunk, no class is mixed. */
static void
test_maps_resize (Fixture    *fixture,
                  const void *data)
{
  g_autoptr (DsDataset) dataset = open_classes (fixture);

  for (int side = 4; side <= 3 * SIDE; side += 4)
    {
      g_autoptr (DsTransformList) list = list_of ("resize", NULL, side);
      g_autoptr (DsLoader) loader = load (dataset, list, 2, 1);
      const DsBatch *batch = ds_loader_next (loader, NULL);
      const guint8 *was = ds_dataset_peek_answer (dataset, batch->indices[0]);

      g_assert_cmpint (ds_loader_get_answer_shape (loader)->size[0], ==, side);
      for (int y = 0; y < side; y++)
        for (int x = 0; x < side; x++)
          {
            int row = (2 * y + 1) * SIDE / (2 * side);
            int column = (2 * x + 1) * SIDE / (2 * side);

            g_assert_cmpint (batch->labels[y * side + x], ==, was[row * SIDE + column]);
          }
    }
}

/* ---- Masks and arrays ---- */

static void
test_masks (Fixture    *fixture,
            const void *data)
{
  g_autoptr (DsDataset) dataset = open_files (fixture, test_mask_files ());
  g_autoptr (DsLoader) loader = load (dataset, NULL, 3, 1);
  const DsBatch *batch = ds_loader_next (loader, NULL);
  static const gint64 expected[] = { 0, 1, DS_IGNORED_CLASS };

  g_assert_cmpstr (ds_dataset_get_class_name (dataset, 1), ==, "2");
  g_assert_cmpstr (ds_dataset_get_name (dataset, 0), ==, "voc/JPEGImages/1.jpg");
  for (int y = 0; y < 32; y++)
    for (int x = 0; x < 32; x++)
      g_assert_cmpint (batch->labels[y * 32 + x], ==, expected[(x + y) % 3]);
}

/* Black and white means one class; names come from a file; parts from folders. */
static void
test_mask_layouts (Fixture    *fixture,
                   const void *data)
{
  static const guint8 ids[] = { 0, 255 };
  TestFiles *files = test_files_new ();
  g_autoptr (DsDataset) dataset = NULL;

  test_files_add (files, "train/images/a.png", test_png (3, 40, 60, 0));
  test_files_add (files, "train/masks/a.png", test_png_ids (FALSE, 40, 60, ids, 2));
  test_files_add (files, "val/images/b.jpg", test_jpeg (1, 40, 60, 0));
  test_files_add (files, "val/masks/b.png", test_png_ids (FALSE, 40, 60, ids, 2));
  test_files_add (files, "val/images/c.jpg", test_jpeg (1, 40, 60, 0));
  test_files_add (files, "class_names.txt", test_text ("_background_\ncat\n"));
  dataset = open_files (fixture, files);
  g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, 2);
  g_assert_cmpint (ds_dataset_get_n_classes (dataset), ==, 2);
  g_assert_cmpstr (ds_dataset_get_class_name (dataset, 0), ==, "_background_");
  g_assert_cmpstr (ds_dataset_get_class_name (dataset, 1), ==, "255");
  g_assert_cmpint (ds_dataset_get_part (dataset, 0), ==, DS_PART_TRAIN);
  g_assert_cmpint (ds_dataset_get_part (dataset, 1), ==, DS_PART_VALIDATION);

  /* Sides become multiples of 32, which networks can halve five times. */
  g_assert_cmpint (ds_dataset_get_shape (dataset)->size[1], ==, 32);
  g_assert_cmpint (ds_dataset_get_shape (dataset)->size[2], ==, 64);
  g_assert_nonnull (strstr (ds_dataset_get_warnings (dataset)[0], "1 image has no mask"));
}

/* Every type that NumPy writes, in both byte orders. */
static void
test_npy_types (Fixture    *fixture,
                const void *data)
{
  static const struct { const char *type; guint8 bytes[8]; double value; } types[] = {
    { "|b1", { 1 }, 1 }, { "|i1", { 0xff }, -1 }, { "|u1", { 0xff }, 255 },
    { "<i2", { 0xfe, 0xff }, -2 }, { ">i2", { 0xff, 0xfe }, -2 }, { "<u2", { 1, 2 }, 513 },
    { "<i4", { 0, 0, 0, 0x80 }, -2147483648.0 }, { ">u4", { 0, 1, 0, 0 }, 65536 },
    { "<i8", { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, -1 },
    { "<u8", { 0, 0, 0, 0, 1 }, 4294967296.0 }, { "<f2", { 0, 0x3c }, 1 },
    { "<f2", { 0, 0xc0 }, -2 }, { "<f2", { 1, 0 }, 5.9604644775390625e-08 },
    { ">f2", { 0x7c, 0 }, INFINITY }, { "<f4", { 0, 0, 0xc0, 0x3f }, 1.5 },
    { ">f8", { 0xc0, 0, 0, 0, 0, 0, 0, 0 }, -2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *header =
        g_strdup_printf ("{'descr': '%s', 'fortran_order': False, 'shape': (1,), }\n",
                         types[i].type);
      g_autoptr (GBytes) file = test_npy (header, types[i].bytes, 8);
      g_autoptr (GError) error = NULL;
      const guint8 *bytes;
      DsNpyHead head;
      gsize size;

      bytes = g_bytes_get_data (file, &size);
      g_assert_true (ds_npy_parse (bytes, size, "x.npy", &head, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat (ds_npy_number (&head, bytes + head.header_bytes, 0), ==, types[i].value);
    }
}

/* First axis fastest, and channels behind: both come out as we have them. */
static void
test_npy_orders (Fixture    *fixture,
                 const void *data)
{
  TestFiles *files = test_files_new ();
  g_autoptr (DsDataset) dataset = NULL;
  guint8 pixels[2 * 4 * 5 * 3];
  const guint8 *item;

  for (int n = 0; n < 2; n++)
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 5; x++)
        for (int c = 0; c < 3; c++)
          pixels[n + 2 * (y + 4 * (x + 5 * c))] = (guint8) (100 * n + 20 * c + 5 * y + x);
  test_files_add (files, "images.npy",
                  test_npy ("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 4, 5, 3), }",
                            pixels, sizeof pixels));
  dataset = open_files (fixture, files);
  item = ds_dataset_peek_item (dataset, 1);
  g_assert_cmpint (ds_dataset_get_shape (dataset)->size[0], ==, 3);
  for (int c = 0; c < 3; c++)
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 5; x++)
        g_assert_cmpint (item[(c * 4 + y) * 5 + x], ==, 100 + 20 * c + 5 * y + x);
}

/* ---- What the engine gets ---- */

static void
test_feed (Fixture    *fixture,
           const void *data)
{
  g_autoptr (DsDataset) texts = open_files (fixture, test_line_files ());
  g_autoptr (DsDataset) pairs = open_files (fixture, test_pair_files ());
  g_autoptr (DsDataset) masks = open_classes (fixture);
  DsDataset *sets[] = { texts, pairs, masks };
  static const struct
  {
    NnDtype  dtype;
    NnAnswer answer;
    int      rank;              /* of the answer */
  } forms[] = {
    { NN_INT64, NN_ANSWER_CLASS, 0 },
    { NN_INT64, NN_ANSWER_TOKENS, 1 },
    { NN_FLOAT32, NN_ANSWER_CLASSES, 2 },
  };

  g_setenv ("XDG_CACHE_HOME", fixture->folder, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autoptr (AppProject) project = app_project_new ();
      g_autoptr (AppSamples) samples = NULL;
      g_autoptr (GBytes) vocabulary = NULL;
      g_autoptr (AppSamples) again = NULL;
      g_autoptr (GError) error = NULL;
      const NnFeed *feed;
      NnBatch batch;

      project->data.test = project->data.validation = 0;
      samples = app_samples_new (sets[i], &project->data, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      feed = app_samples_get_feed (samples, FALSE);
      g_assert_cmpint (feed->form.input_dtype, ==, forms[i].dtype);
      g_assert_cmpint (feed->form.answer, ==, forms[i].answer);
      g_assert_cmpint (feed->form.target.rank, ==, forms[i].rank);
      g_assert_cmpint (feed->form.n_classes, >=, 2);
      g_assert_true ((feed->form.n_tokens > 0) == (forms[i].dtype == NN_INT64));
      g_assert_true (feed->begin (feed->data, NN_PART_TRAIN, 1, 0, 0, 2, &error));
      g_assert_true (feed->next (feed->data, &batch, &error));
      g_assert_cmpint (batch.count, ==, 2);
      g_assert_nonnull (batch.input);
      g_assert_nonnull (batch.target);

      /* What is kept with the weights cuts texts in the same way. */
      vocabulary = app_samples_dup_vocabulary (samples);
      g_assert_true ((vocabulary != NULL) == (feed->form.n_tokens > 0));
      again = app_samples_new (sets[i], &project->data, vocabulary, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (app_samples_get_form (again)->n_tokens, ==, feed->form.n_tokens);
      g_assert_true (nn_shape_equal (app_samples_get_shape (again),
                                     app_samples_get_shape (samples)));
    }
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, const void *);
  } tests[] = {
    { "/answers/texts", test_texts },
    { "/answers/foreign", test_foreign },
    { "/answers/tokens", test_tokens },
    { "/answers/pairs", test_pairs },
    { "/answers/token-batches", test_token_batches },
    { "/answers/number-batches", test_number_batches },
    { "/answers/maps-move", test_maps_move },
    { "/answers/maps-resize", test_maps_resize },
    { "/answers/masks", test_masks },
    { "/answers/mask-layouts", test_mask_layouts },
    { "/answers/npy-types", test_npy_types },
    { "/answers/npy-orders", test_npy_orders },
    { "/answers/feed", test_feed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
