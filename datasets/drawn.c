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
  DsField            item;
  DsField            answer;
} Drawn;

typedef struct
{
  const Drawn   *drawn;
  DsCacheWriter *writer;
} Filling;

static gsize
bytes_of (const DsField *field)
{
  return MAX (ds_field_bytes (field), 1);
}

/* Memory for one item after the other. */
typedef struct
{
  void    *item;
  guint8  *map;
  GString *text;
  GString *answer;
} Desk;

static void
put_item (const Drawn   *drawn,
          DsCacheWriter *writer,
          Desk          *desk,
          guint32        index)
{
  const DsGenerator *generator = drawn->generator;
  DsItem about = { -1, index < drawn->n_train ? DS_PART_TRAIN : DS_PART_TEST, NULL };

  if (generator->write != NULL)
    {
      g_string_truncate (desk->text, 0);
      g_string_truncate (desk->answer, 0);
      generator->write (drawn->seed, index, desk->text, desk->answer, &about.label);
      about.answer = desk->answer->str;
      ds_cache_writer_put (writer, index, desk->text->str, &about);
      return;
    }

  if (generator->draw_map != NULL)
    generator->draw_map (drawn->seed, index, desk->item, desk->map);
  else
    generator->draw (drawn->seed, index, desk->item, &about.label);
  about.answer = desk->map;
  ds_cache_writer_put (writer, index, desk->item, &about);
}

/* The job is the first index of a run, plus one so that it is not NULL. */
static void
draw_cb (void *job,
         void *data)
{
  Filling *filling = data;
  const Drawn *drawn = filling->drawn;
  guint32 first = GPOINTER_TO_UINT (job) - 1;
  guint32 n = MIN (ITEMS_PER_JOB, drawn->n_items - first);
  g_autofree void *item = g_malloc (bytes_of (&drawn->item));
  g_autofree guint8 *map = g_malloc (bytes_of (&drawn->answer));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) answer = g_string_new (NULL);
  Desk desk = { item, map, text, answer };

  for (guint32 i = first; i < first + n && !ds_cache_writer_is_stopped (filling->writer); i++)
    put_item (drawn, filling->writer, &desk, i);
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

  drawn->item = generator->write != NULL ? ds_field_text ()
                                         : ds_field_numbers (generator->dtype, &generator->item);
  drawn->answer = ds_field_class ();
  if (generator->draw_map != NULL)
    drawn->answer = ds_field_classes (generator->item.size[1], generator->item.size[2]);
  else if (generator->n_classes == 0)
    drawn->answer = ds_field_text ();

  self = ds_source_new (generator->name, _(generator->title), &drawn->item.shape, NN_UINT8,
                        drawn->n_items, fill, drawn, g_free);
  ds_source_set_item (self, &drawn->item);
  ds_source_set_answer (self, &drawn->answer);
  for (int i = 0; i < generator->n_classes; i++)
    ds_source_add_class (self, _(generator->class_names[i]));
  ds_source_set_reason (self, _("The program draws this data set itself."));

  return self;
}
