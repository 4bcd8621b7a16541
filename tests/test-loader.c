/* test-loader.c: batches in order, the same after every detour
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/error.h"
#include "datasets/loader.h"
#include "tests/data-support.h"

#include <string.h>

#define N_ITEMS 103
#define BATCH 8

typedef struct
{
  char      *folder;
  DsDataset *dataset;           /* item i is the number i, its label i modulo 10 */
} Fixture;

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = test_folder_new ();
  fixture->dataset = test_counting_set (fixture->folder, N_ITEMS, 10, NULL);
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  ds_dataset_unref (fixture->dataset);
  test_folder_free (fixture->folder);
}

static DsLoader *
start (Fixture               *fixture,
       const DsLoaderOptions *options)
{
  g_autoptr (GError) error = NULL;
  DsLoader *loader = ds_loader_new (fixture->dataset, options, &error);

  g_assert_no_error (error);
  return loader;
}

static void
test_in_order (Fixture    *fixture,
               const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .n_epochs = 2 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  g_autoptr (GError) error = NULL;
  guint32 n_batches = ds_loader_get_n_batches (loader);

  g_assert_cmpint (n_batches, ==, 13);
  for (guint64 position = 0; position < 2 * n_batches; position++)
    {
      guint32 place = position % n_batches;
      const DsBatch *batch;

      g_assert_cmpint (ds_loader_get_position (loader), ==, position);
      batch = ds_loader_next (loader, &error);
      g_assert_no_error (error);
      g_assert_cmpint (batch->position, ==, position);
      g_assert_cmpint (batch->epoch, ==, position / n_batches);
      g_assert_cmpint (batch->n, ==, place == 12 ? N_ITEMS - 12 * BATCH : BATCH);
      g_assert_true (batch->ends_epoch == (place == 12));
      for (guint32 i = 0; i < batch->n; i++)
        {
          guint32 index = place * BATCH + i;

          g_assert_cmpint (batch->indices[i], ==, index);
          g_assert_cmpint (batch->labels[i], ==, index % 10);
          g_assert_cmpfloat (batch->items[i], ==, index);
        }
    }

  g_assert_null (ds_loader_next (loader, &error));
  g_assert_no_error (error);
}

static void
test_shuffled (Fixture    *fixture,
               const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .shuffle = TRUE, .seed = 5, .n_epochs = 3 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  guint8 seen[N_ITEMS] = { 0 };
  guint32 first[3] = { 0 };
  guint32 n_moved = 0;
  const DsBatch *batch;

  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    for (guint32 i = 0; i < batch->n; i++)
      {
        guint32 index = batch->indices[i];

        g_assert_cmpfloat (batch->items[i], ==, index);
        g_assert_cmpint (seen[index], ==, batch->epoch);
        seen[index]++;
        first[batch->epoch] = first[batch->epoch] * 31 + index;
        n_moved += index != batch->position * BATCH + i;
      }

  /* Every item once an epoch, each epoch in an order of its own. */
  for (int i = 0; i < N_ITEMS; i++)
    g_assert_cmpint (seen[i], ==, 3);
  g_assert_cmpint (n_moved, >, N_ITEMS);
  g_assert_true (first[0] != first[1] && first[1] != first[2] && first[0] != first[2]);
}

static void
test_drop_last (Fixture    *fixture,
                const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .drop_last = TRUE, .n_epochs = 1 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  const DsBatch *batch;
  guint32 n = 0;

  g_assert_cmpint (ds_loader_get_n_batches (loader), ==, 12);
  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    n += batch->n;
  g_assert_cmpint (n, ==, 12 * BATCH);
}

static void
test_some_items (Fixture    *fixture,
                 const void *data)
{
  guint32 indices[] = { 90, 3, 57 };
  DsLoaderOptions options = {
    .indices = indices, .n_indices = 3, .batch = 2, .n_epochs = 1,
  };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  const DsBatch *batch;

  batch = ds_loader_next (loader, NULL);
  g_assert_cmpint (batch->n, ==, 2);
  g_assert_cmpfloat (batch->items[0], ==, 90);
  g_assert_cmpfloat (batch->items[1], ==, 3);
  batch = ds_loader_next (loader, NULL);
  g_assert_cmpint (batch->n, ==, 1);
  g_assert_cmpfloat (batch->items[0], ==, 57);
  g_assert_cmpint (batch->labels[0], ==, 7);
}

/* Everything that a loader delivers from @options on, as one checksum. */
static char *
digest_all (Fixture               *fixture,
            const DsLoaderOptions *options)
{
  g_autoptr (DsLoader) loader = start (fixture, options);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const DsBatch *batch;

  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    {
      g_checksum_update (checksum, (guint8 *) &batch->position, sizeof batch->position);
      g_checksum_update (checksum, (guint8 *) batch->indices, batch->n * sizeof (guint32));
      g_checksum_update (checksum, (guint8 *) batch->labels, batch->n * sizeof (gint64));
      g_checksum_update (checksum, (guint8 *) batch->items, batch->n * sizeof (float));
    }

  return g_strdup (g_checksum_get_string (checksum));
}

/* However many threads and slots, and however often the loader is started in
 * the middle: the same bytes. */
static void
test_resume (Fixture    *fixture,
             const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .shuffle = TRUE, .seed = 9, .n_epochs = 4 };
  guint32 n_batches = 13;

  for (guint64 from = 0; from <= 4 * n_batches; from += 7)
    {
      g_autofree char *expected = NULL;

      options.start = from;
      options.n_threads = 1;
      options.n_ahead = 1;
      expected = digest_all (fixture, &options);
      for (guint i = 0; i < 3; i++)
        {
          g_autofree char *digest = NULL;

          options.n_threads = 1 + 2 * i;
          options.n_ahead = 2 + 20 * i;
          digest = digest_all (fixture, &options);
          g_assert_cmpstr (digest, ==, expected);
        }
    }
}

static void
test_resume_position (Fixture    *fixture,
                      const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .shuffle = TRUE, .seed = 2 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  g_autoptr (DsLoader) resumed = NULL;

  for (int i = 0; i < 20; i++)
    ds_loader_next (loader, NULL);

  options.start = ds_loader_get_position (loader);
  resumed = start (fixture, &options);
  for (int i = 0; i < 20; i++)
    {
      const DsBatch *a = ds_loader_next (loader, NULL);
      const DsBatch *b = ds_loader_next (resumed, NULL);

      g_assert_cmpint (a->position, ==, b->position);
      g_assert_cmpint (a->epoch, ==, b->epoch);
      g_assert_cmpmem (a->items, a->n * sizeof (float), b->items, b->n * sizeof (float));
    }
}

/* A batch stays as it is until the next call, however far the threads are. */
static void
test_batch_is_kept (Fixture    *fixture,
                    const void *data)
{
  DsLoaderOptions options = { .batch = BATCH, .n_ahead = 1, .n_threads = 3, .n_epochs = 5 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  const DsBatch *batch;

  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    {
      g_usleep (200);
      for (guint32 i = 0; i < batch->n; i++)
        g_assert_cmpfloat (batch->items[i], ==, batch->indices[i]);
    }
}

static void
test_transforms (Fixture    *fixture,
                 const void *data)
{
  const double factor[] = { 2 };
  const double offset[] = { 1 };
  DsTransformSetting settings[] = {
    { "factor", factor, 1 }, { "offset", offset, 1 }, { NULL },
  };
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  DsLoaderOptions options = { .batch = BATCH, .n_epochs = 1, .transforms = list };
  g_autoptr (DsLoader) loader = NULL;
  g_autoptr (GError) error = NULL;
  const DsBatch *batch;

  ds_transform_list_append (list, "scale", settings, &error);
  g_assert_no_error (error);
  loader = start (fixture, &options);
  while ((batch = ds_loader_next (loader, NULL)) != NULL)
    for (guint32 i = 0; i < batch->n; i++)
      g_assert_cmpfloat (batch->items[i], ==, 2.0f * batch->indices[i] + 1);
}

static void
test_misfit (Fixture    *fixture,
             const void *data)
{
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  DsLoaderOptions options = { .batch = N_ITEMS + 1, .drop_last = TRUE };
  g_autoptr (GError) error = NULL;
  DsLoader *loader = ds_loader_new (fixture->dataset, &options, &error);

  g_assert_null (loader);
  g_assert_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "104"));
  g_clear_error (&error);

  options = (DsLoaderOptions) { .batch = 1, .transforms = list };
  g_assert_true (ds_transform_list_append (list, "resize", NULL, NULL));
  loader = ds_loader_new (fixture->dataset, &options, &error);
  g_assert_null (loader);
  g_assert_nonnull (error);
}

/* A cancelled loader answers at once, also to somebody who waits already. */
static void *
cancel_cb (void *data)
{
  g_usleep (2000);
  ds_loader_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture    *fixture,
             const void *data)
{
  DsLoaderOptions options = { .batch = 1, .shuffle = TRUE };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_cb, loader);

  while (ds_loader_next (loader, &error) != NULL)
    ;
  g_assert_error (error, DS_ERROR, DS_ERROR_CANCELLED);
  g_thread_join (thread);

  g_clear_error (&error);
  g_assert_null (ds_loader_next (loader, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_CANCELLED);
}

static void
test_free_at_once (Fixture    *fixture,
                   const void *data)
{
  for (int i = 0; i < 50; i++)
    {
      DsLoaderOptions options = { .batch = 2, .shuffle = TRUE, .n_threads = 1 + i % 3 };
      g_autoptr (DsLoader) loader = start (fixture, &options);

      for (int j = 0; j < i % 4; j++)
        g_assert_nonnull (ds_loader_next (loader, NULL));
    }
}

/* TRUE if a ring that had @wait_us to fill then delivers all that was ahead
 * without a wait. */
static gboolean
is_ready_after (Fixture *fixture,
                gulong   wait_us)
{
  DsLoaderOptions options = { .batch = 4, .n_ahead = 5, .n_epochs = 1 };
  g_autoptr (DsLoader) loader = start (fixture, &options);
  guint64 before;
  guint64 after;

  ds_loader_next (loader, NULL);
  g_usleep (wait_us);
  before = ds_loader_get_stall_ns (loader);
  for (int i = 0; i < 5; i++)
    g_assert_nonnull (ds_loader_next (loader, NULL));
  after = ds_loader_get_stall_ns (loader);

  while (ds_loader_next (loader, NULL) != NULL)
    ;
  g_assert_cmpint (after, >=, before);
  g_assert_cmpint (ds_loader_get_stall_ns (loader), >=, after);
  return after == before;
}

/* A machine that has other things to do gets more time. */
static void
test_stall (Fixture    *fixture,
            const void *data)
{
  gulong wait_us = 10 * 1000;

  while (!is_ready_after (fixture, wait_us))
    {
      wait_us *= 2;
      g_assert_cmpint (wait_us, <, 20 * G_USEC_PER_SEC);
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
    { "/loader/in-order", test_in_order },
    { "/loader/shuffled", test_shuffled },
    { "/loader/drop-last", test_drop_last },
    { "/loader/some-items", test_some_items },
    { "/loader/resume", test_resume },
    { "/loader/resume-position", test_resume_position },
    { "/loader/batch-is-kept", test_batch_is_kept },
    { "/loader/transforms", test_transforms },
    { "/loader/misfit", test_misfit },
    { "/loader/cancel", test_cancel },
    { "/loader/free-at-once", test_free_at_once },
    { "/loader/stall", test_stall },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
