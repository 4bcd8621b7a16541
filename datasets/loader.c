/* loader.c: batches of a data set, prepared before they are needed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/loader.h"

#include "datasets/error.h"
#include "engine/random.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Batches are claimed in order of their position, each goes into the slot
 * (position modulo number of slots), and a position may be claimed once the
 * consumer has let go of the batch that had the slot before.  Which thread
 * fills a slot, and when, makes no difference to what is in it. */

#define ALIGNMENT 64
#define DEFAULT_AHEAD 3

typedef struct
{
  DsBatch  batch;
  gboolean ready;
} Slot;

struct _DsLoader
{
  DsDataset       *dataset;
  DsLoaderOptions  options;
  guint32         *indices;     /* the items in the order without shuffling */
  NnShape          in;          /* of an item in the data set, and … */
  NnShape          out;         /* … behind the transforms */
  gsize            out_count;
  NnShape          answer;      /* as it leaves them */
  gsize            answer_count;
  gsize            scratch_bytes;
  guint32          n_batches;   /* in an epoch */
  guint64          end;         /* the first position that does not exist */
  Slot            *slots;
  guint            n_slots;
  GPtrArray       *threads;

  GMutex           mutex;       /* guards the rest */
  GCond            filled;
  GCond            freed;
  guint32         *order;       /* of the epoch of the last claim */
  guint64          order_epoch; /* G_MAXUINT64 before the first */
  guint64          n_claimed;   /* the next position to fill */
  guint64          n_delivered; /* the next position to deliver */
  guint64          n_released;  /* the first position whose batch is still in use */
  guint64          stall_ns;
  gboolean         cancelled;
};

static guint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GUINT64_CONSTANT (1000000000) + now.tv_nsec;
}

/* The order of an epoch is a function of seed and epoch.  Called with the
 * mutex held; claims come in order, so this runs once an epoch. */
static void
order_epoch (DsLoader *self,
             guint64   epoch)
{
  NnRandom random;

  if (epoch == self->order_epoch)
    return;

  nn_random_init (&random, self->options.seed, nn_random_stream ("loader") + epoch);
  nn_random_shuffle (&random, self->order, self->options.n_indices);
  for (guint32 i = 0; i < self->options.n_indices; i++)
    self->order[i] = self->indices[self->order[i]];
  self->order_epoch = epoch;
}

/* Writes down which items the batch at @position has. */
static void
plan_batch (DsLoader *self,
            guint64   position,
            DsBatch  *batch)
{
  guint64 epoch = position / self->n_batches;
  guint32 place = position % self->n_batches;
  guint32 first = place * self->options.batch;
  const guint32 *order = self->indices;

  if (self->options.shuffle)
    {
      order_epoch (self, epoch);
      order = self->order;
    }

  batch->n = MIN (self->options.batch, self->options.n_indices - first);
  batch->epoch = epoch;
  batch->position = position;
  batch->ends_epoch = place == self->n_batches - 1;
  for (guint32 i = 0; i < batch->n; i++)
    batch->indices[i] = order[first + i];
}

static void
load_item (DsLoader *self,
           DsBatch  *batch,
           guint32   i,
           void     *scratch)
{
  const DsLoaderOptions *options = &self->options;
  const DsField *field = ds_dataset_get_item (self->dataset);
  const void *item = ds_dataset_peek_item (self->dataset, batch->indices[i]);
  gsize at = i * self->out_count;

  if (field->kind == DS_FIELD_TOKENS)
    ds_vocabulary_widen (ds_dataset_get_vocabulary (self->dataset), item, self->out_count,
                         batch->tokens + at);
  else if (options->transforms == NULL)
    ds_dataset_convert (item, field->dtype, self->out_count, batch->items + at);
  else
    ds_transform_list_apply (options->transforms, item, field->dtype, &self->in,
                             options->training, options->seed, batch->epoch, batch->indices[i],
                             batch->items + at, scratch);
}

/* The classes of pixels move as the pixels do. */
static void
load_map (DsLoader *self,
          DsBatch  *batch,
          guint32   i,
          void     *scratch)
{
  const DsLoaderOptions *options = &self->options;
  const guint8 *map = ds_dataset_peek_answer (self->dataset, batch->indices[i]);
  gint64 n_classes = ds_dataset_get_n_classes (self->dataset);
  gint64 *out = batch->labels + i * self->answer_count;

  if (options->transforms != NULL)
    ds_transform_list_apply_map (options->transforms, map, &self->in, options->training,
                                 options->seed, batch->epoch, batch->indices[i], out, scratch);
  else
    for (gsize k = 0; k < self->answer_count; k++)
      out[k] = map[k];

  for (gsize k = 0; k < self->answer_count; k++)
    if (out[k] < 0 || out[k] >= n_classes)
      out[k] = DS_IGNORED_CLASS;
}

static void
load_answer (DsLoader *self,
             DsBatch  *batch,
             guint32   i,
             void     *scratch)
{
  guint32 index = batch->indices[i];
  gsize at = i * self->answer_count;

  switch (ds_dataset_get_answer (self->dataset)->kind)
    {
    case DS_FIELD_NUMBERS:
      memcpy (batch->numbers + at, ds_dataset_peek_answer (self->dataset, index),
              self->answer_count * sizeof (float));
      break;

    case DS_FIELD_CLASSES:
      load_map (self, batch, i, scratch);
      break;

    case DS_FIELD_TOKENS:
      ds_vocabulary_widen (ds_dataset_get_vocabulary (self->dataset),
                           ds_dataset_peek_answer (self->dataset, index), self->answer_count,
                           batch->labels + at);
      break;

    case DS_FIELD_CLASS:
    case DS_FIELD_TEXT:
    case DS_N_FIELD_KINDS:
    default:
      batch->labels[i] = ds_dataset_get_label (self->dataset, index);
    }
}

static void
fill_batch (DsLoader *self,
            DsBatch  *batch,
            void     *scratch)
{
  for (guint32 i = 0; i < batch->n; i++)
    {
      load_item (self, batch, i, scratch);
      load_answer (self, batch, i, scratch);
    }
}

/* The slot of the next position, once it is free.  NULL when there is nothing
 * more to do.  Called with the mutex held. */
static Slot *
claim (DsLoader *self)
{
  Slot *slot;

  while (!self->cancelled && self->n_claimed < self->end &&
         self->n_claimed - self->n_released >= self->n_slots)
    g_cond_wait (&self->freed, &self->mutex);

  if (self->cancelled || self->n_claimed >= self->end)
    return NULL;

  slot = &self->slots[self->n_claimed % self->n_slots];
  plan_batch (self, self->n_claimed, &slot->batch);
  self->n_claimed++;
  return slot;
}

static void *
load_cb (void *data)
{
  DsLoader *self = data;
  g_autofree void *scratch = g_malloc (MAX (self->scratch_bytes, 1));
  Slot *slot;

  g_mutex_lock (&self->mutex);
  while ((slot = claim (self)) != NULL)
    {
      g_mutex_unlock (&self->mutex);
      fill_batch (self, &slot->batch, scratch);
      g_mutex_lock (&self->mutex);

      slot->ready = TRUE;
      g_cond_signal (&self->filled);
    }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* Zero bytes need memory too, so that NULL means failure. */
static void *
allocate (gsize    count,
          gsize    element_bytes,
          GError **error)
{
  void *memory = NULL;
  gsize bytes;

  if (g_size_checked_mul (&bytes, count, element_bytes) && bytes <= G_MAXSSIZE &&
      posix_memalign (&memory, ALIGNMENT, MAX (bytes, 1)) == 0)
    return memory;

  g_set_error (error, DS_ERROR, DS_ERROR_MEMORY,
               _("There is not enough memory for a batch of %zu numbers. Choose a smaller batch or "
                 "smaller items."), count);
  return NULL;
}

static gboolean
slot_init (DsLoader  *self,
           Slot      *slot,
           GError   **error)
{
  guint32 n = MIN (self->options.batch, self->options.n_indices);
  DsBatch *batch = &slot->batch;
  gsize count;
  gsize answers;

  if (!g_size_checked_mul (&count, n, self->out_count))
    count = G_MAXSIZE;
  if (!g_size_checked_mul (&answers, n, self->answer_count))
    answers = G_MAXSIZE;

  batch->indices = g_new0 (guint32, n);
  if (ds_dataset_get_item (self->dataset)->kind == DS_FIELD_TOKENS)
    batch->tokens = allocate (count, sizeof (gint64), error);
  else
    batch->items = allocate (count, sizeof (float), error);
  if (batch->tokens == NULL && batch->items == NULL)
    return FALSE;

  if (ds_dataset_get_answer (self->dataset)->kind == DS_FIELD_NUMBERS)
    batch->numbers = allocate (answers, sizeof (float), error);
  else
    batch->labels = allocate (answers, sizeof (gint64), error);
  return batch->numbers != NULL || batch->labels != NULL;
}

/* All the numbers that follow from data set and options. */
static gboolean
loader_measure (DsLoader  *self,
                GError   **error)
{
  DsLoaderOptions *options = &self->options;

  self->in = *ds_dataset_get_shape (self->dataset);
  self->out = self->in;
  if (options->transforms != NULL && ds_dataset_get_item (self->dataset)->kind == DS_FIELD_NUMBERS)
    {
      if (!ds_transform_list_check (options->transforms, &self->in, error))
        return FALSE;
      ds_transform_list_get_shape (options->transforms, &self->in, &self->out);
      self->scratch_bytes = ds_transform_list_get_scratch (options->transforms, &self->in);
    }
  self->out_count = nn_shape_count (&self->out);
  self->answer = ds_dataset_get_answer (self->dataset)->shape;
  if (ds_dataset_get_answer (self->dataset)->kind == DS_FIELD_CLASSES)
    self->answer = nn_shape_item (&self->out);
  self->answer_count = nn_shape_count (&self->answer);

  self->n_batches = options->n_indices / options->batch;
  if (!options->drop_last && options->n_indices % options->batch != 0)
    self->n_batches++;
  if (self->n_batches == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("%u items of “%s” do not make one batch of %u. Choose a smaller batch, or "
                     "keep the last one."), options->n_indices,
                   ds_dataset_get_title (self->dataset), options->batch);
      return FALSE;
    }

  self->end = options->n_epochs != 0 ? (guint64) options->n_epochs * self->n_batches
                                     : G_MAXUINT64;
  return TRUE;
}

static void
loader_start (DsLoader *self)
{
  guint n_threads = MAX (self->options.n_threads, 1);

  self->n_claimed = self->n_delivered = self->n_released = self->options.start;
  self->order_epoch = G_MAXUINT64;
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (self->threads, g_thread_new ("loader", load_cb, self));
}

DsLoader *
ds_loader_new (DsDataset              *dataset,
               const DsLoaderOptions  *options,
               GError                **error)
{
  g_autoptr (DsLoader) self = g_new0 (DsLoader, 1);
  guint n_ahead = options->n_ahead != 0 ? options->n_ahead : DEFAULT_AHEAD;

  g_assert (options->batch > 0);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->filled);
  g_cond_init (&self->freed);
  self->threads = g_ptr_array_new ();
  self->dataset = ds_dataset_ref (dataset);
  self->options = *options;
  if (options->transforms != NULL)
    self->options.transforms = ds_transform_list_ref (options->transforms);
  if (options->indices == NULL)
    self->options.n_indices = ds_dataset_get_n_items (dataset);
  if (!loader_measure (self, error))
    return NULL;

  self->indices = g_new (guint32, self->options.n_indices);
  self->order = g_new (guint32, self->options.n_indices);
  for (guint32 i = 0; i < self->options.n_indices; i++)
    self->indices[i] = options->indices != NULL ? options->indices[i] : i;

  /* One more than are kept ahead: the batch that the consumer works on. */
  self->n_slots = n_ahead + 1;
  self->slots = g_new0 (Slot, self->n_slots);
  for (guint i = 0; i < self->n_slots; i++)
    if (!slot_init (self, &self->slots[i], error))
      return NULL;

  loader_start (self);
  return g_steal_pointer (&self);
}

void
ds_loader_free (DsLoader *self)
{
  ds_loader_cancel (self);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (self->threads->pdata[i]);
  g_ptr_array_unref (self->threads);

  for (guint i = 0; i < self->n_slots; i++)
    {
      free (self->slots[i].batch.items);
      free (self->slots[i].batch.tokens);
      free (self->slots[i].batch.numbers);
      free (self->slots[i].batch.labels);
      g_free (self->slots[i].batch.indices);
    }
  g_free (self->slots);
  g_free (self->order);
  g_free (self->indices);
  g_clear_pointer (&self->options.transforms, ds_transform_list_unref);
  ds_dataset_unref (self->dataset);
  g_cond_clear (&self->freed);
  g_cond_clear (&self->filled);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Waits for the batch at @n_delivered and counts the time that takes.  Called
 * with the mutex held. */
static void
await (DsLoader *self,
       Slot     *slot)
{
  guint64 begin;

  if (slot->ready || self->cancelled)
    return;

  begin = now_ns ();
  while (!slot->ready && !self->cancelled)
    g_cond_wait (&self->filled, &self->mutex);
  self->stall_ns += now_ns () - begin;
}

const DsBatch *
ds_loader_next (DsLoader  *self,
                GError   **error)
{
  const DsBatch *batch = NULL;
  gboolean cancelled;

  g_mutex_lock (&self->mutex);
  self->n_released = self->n_delivered;
  g_cond_signal (&self->freed);
  if (self->n_delivered < self->end)
    {
      Slot *slot = &self->slots[self->n_delivered % self->n_slots];

      await (self, slot);
      if (!self->cancelled)
        {
          slot->ready = FALSE;
          batch = &slot->batch;
          self->n_delivered++;
        }
    }
  cancelled = self->cancelled;
  g_mutex_unlock (&self->mutex);

  if (cancelled)
    g_set_error_literal (error, DS_ERROR, DS_ERROR_CANCELLED, _("Loading was cancelled."));
  return batch;
}

void
ds_loader_cancel (DsLoader *self)
{
  g_mutex_lock (&self->mutex);
  self->cancelled = TRUE;
  g_cond_broadcast (&self->filled);
  g_cond_broadcast (&self->freed);
  g_mutex_unlock (&self->mutex);
}

const NnShape *
ds_loader_get_shape (DsLoader *self)
{
  return &self->out;
}

const NnShape *
ds_loader_get_answer_shape (DsLoader *self)
{
  return &self->answer;
}

guint32
ds_loader_get_n_batches (DsLoader *self)
{
  return self->n_batches;
}

guint64
ds_loader_get_position (DsLoader *self)
{
  guint64 position;

  g_mutex_lock (&self->mutex);
  position = self->n_delivered;
  g_mutex_unlock (&self->mutex);

  return position;
}

guint64
ds_loader_get_stall_ns (DsLoader *self)
{
  guint64 stall_ns;

  g_mutex_lock (&self->mutex);
  stall_ns = self->stall_ns;
  g_mutex_unlock (&self->mutex);

  return stall_ns;
}
