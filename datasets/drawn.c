/* drawn.c: a generator's items as a source
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/drawn.h"

#include "datasets/cache-writer.h"
#include "datasets/pool.h"

#include <glib/gi18n-lib.h>

#define ITEMS_PER_JOB 64

typedef struct
{
  const DsGenerator *generator;
  guint64            seed;
  guint32            n_items;
  guint32            n_train;   /* the items before the test part */
} Drawn;

typedef struct
{
  const Drawn   *drawn;
  DsCacheWriter *writer;
} Filling;

/* The job is the first index of a run, plus one so that it is not NULL. */
static void
draw_cb (void *job,
         void *data)
{
  Filling *filling = data;
  const Drawn *drawn = filling->drawn;
  const DsGenerator *generator = drawn->generator;
  guint32 first = GPOINTER_TO_UINT (job) - 1;
  guint32 n = MIN (ITEMS_PER_JOB, drawn->n_items - first);
  g_autofree void *item = g_malloc (nn_shape_count (&generator->item) *
                                    nn_dtype_size (generator->dtype));

  for (guint32 i = first; i < first + n && !ds_cache_writer_is_stopped (filling->writer); i++)
    {
      DsItem about = { -1, i < drawn->n_train ? DS_PART_TRAIN : DS_PART_TEST, NULL };

      generator->draw (drawn->seed, i, item, &about.label);
      ds_cache_writer_put (filling->writer, i, item, &about);
    }
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Filling filling = { data, writer };
  g_autoptr (DsPool) pool = ds_pool_new (draw_cb, &filling);

  for (guint32 first = 0;
       first < filling.drawn->n_items && !ds_cache_writer_is_stopped (writer);
       first += ITEMS_PER_JOB)
    ds_pool_push (pool, GUINT_TO_POINTER (first + 1));

  return TRUE;
}

DsSource *
ds_drawn_new (const DsGenerator *generator,
              guint64            seed,
              guint32            n_items)
{
  Drawn *drawn = g_new0 (Drawn, 1);
  DsSource *self;

  drawn->generator = generator;
  drawn->seed = seed;
  drawn->n_items = n_items != 0 ? n_items : generator->default_count;
  drawn->n_train = drawn->n_items - (guint32) (drawn->n_items * generator->test_share);

  self = ds_source_new (generator->name, _(generator->title), &generator->item, generator->dtype,
                        drawn->n_items, fill, drawn, g_free);
  for (int i = 0; i < generator->n_classes; i++)
    ds_source_add_class (self, _(generator->class_names[i]));
  ds_source_set_reason (self, _("The program draws this data set itself."));

  return self;
}
