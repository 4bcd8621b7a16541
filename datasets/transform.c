/* transform.c: what happens to an item between the cache and the network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include "datasets/transform-step.h"
#include "datasets/transforms/transform-table.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _DsTransformList
{
  gatomicrefcount  ref_count;
  GArray          *steps;               /* of DsTransformStep */
  guint64          key;                 /* keeps our random numbers apart from others' */
};

const DsTransform *
ds_transform_nth (guint position)
{
  for (int i = 0; ds_transform_families[i] != NULL; i++)
    for (const DsTransform *record = ds_transform_families[i]; record->name != NULL; record++)
      if (position-- == 0)
        return record;

  return NULL;
}

const DsTransform *
ds_transform_find (const char *name)
{
  const DsTransform *record;

  for (guint i = 0; (record = ds_transform_nth (i)) != NULL; i++)
    if (strcmp (record->name, name) == 0)
      return record;

  return NULL;
}

DsTransformList *
ds_transform_list_new (void)
{
  DsTransformList *self = g_new0 (DsTransformList, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->steps = g_array_new (FALSE, FALSE, sizeof (DsTransformStep));
  g_array_set_clear_func (self->steps, (GDestroyNotify) ds_transform_step_clear);
  self->key = nn_random_stream ("transform");
  return self;
}

DsTransformList *
ds_transform_list_ref (DsTransformList *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_transform_list_unref (DsTransformList *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->steps);
  g_free (self);
}

gboolean
ds_transform_list_append (DsTransformList          *self,
                          const char               *name,
                          const DsTransformSetting *settings,
                          GError                  **error)
{
  const DsTransform *transform = ds_transform_find (name);
  DsTransformStep step;

  if (transform == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("There is no transform called “%s”. The project may come from a newer "
                     "Epoch; remove the transform or choose another."), name);
      return FALSE;
    }

  ds_transform_step_init (&step, transform);
  for (; settings != NULL && settings->name != NULL; settings++)
    if (!ds_transform_step_set (&step, settings, error))
      {
        ds_transform_step_clear (&step);
        return FALSE;
      }

  g_array_append_val (self->steps, step);
  return TRUE;
}

guint
ds_transform_list_get_length (DsTransformList *self)
{
  return self->steps->len;
}

static const DsTransformStep *
peek_step (DsTransformList *self,
           guint            place)
{
  g_assert (place < self->steps->len);
  return &g_array_index (self->steps, DsTransformStep, place);
}

const DsTransform *
ds_transform_list_peek (DsTransformList *self,
                        guint            place)
{
  return peek_step (self, place)->transform;
}

const double *
ds_transform_list_get_numbers (DsTransformList *self,
                               guint            place,
                               const char      *attr,
                               int             *count)
{
  const DsTransformStep *step = peek_step (self, place);
  int i = ds_transform_step_find (step, attr);

  if (i < 0)
    return NULL;

  *count = step->counts[i];
  return step->numbers[i];
}

gboolean
ds_transform_list_check (DsTransformList *self,
                         const NnShape   *in,
                         GError         **error)
{
  NnShape shape = *in;

  for (guint i = 0; i < self->steps->len; i++)
    {
      if (!ds_transform_step_check (peek_step (self, i), &shape, error))
        return FALSE;
      ds_transform_step_infer (peek_step (self, i), &shape);
    }

  return TRUE;
}

void
ds_transform_list_get_shape (DsTransformList *self,
                             const NnShape   *in,
                             NnShape         *out)
{
  NnShape shape = *in;

  for (guint i = 0; i < self->steps->len; i++)
    ds_transform_step_infer (peek_step (self, i), &shape);
  *out = shape;
}

/* Items travel through buffers: a step that works in place leaves the item
 * where it finds it, any other moves it to the next buffer.  The last buffer
 * is the caller's output; those before it are the halves of the scratch, in
 * turn. */
static gboolean
step_moves (const DsTransformStep *step,
            const NnShape         *shape,
            gboolean               map)
{
  return !step->transform->in_place && ds_transform_step_takes (step, shape)
         && (!map || step->transform->apply_map != NULL);
}

/* Where an item is that has @n_moves to go: 0 is the output, 1 and 2 are the
 * halves. */
static int
buffer_before (int n_moves)
{
  return n_moves == 0 ? 0 : 2 - n_moves % 2;
}

/* How often the item, or a @map of its pixels, moves, and the most elements
 * that it has before the last move. */
static int
count_moves (DsTransformList *self,
             const NnShape   *in,
             gboolean         map,
             gint64          *largest)
{
  NnShape shape = *in;
  int n_moves = 0;

  *largest = 0;
  for (guint i = 0; i < self->steps->len; i++)
    {
      if (step_moves (peek_step (self, i), &shape, map))
        {
          *largest = MAX (*largest, nn_shape_count (&shape));
          n_moves++;
        }
      ds_transform_step_infer (peek_step (self, i), &shape);
    }

  return n_moves;
}

gsize
ds_transform_list_get_scratch (DsTransformList *self,
                               const NnShape   *in)
{
  gint64 largest;
  int n_moves = count_moves (self, in, FALSE, &largest);

  return MIN (n_moves, 2) * (gsize) largest * sizeof (float);
}

static gboolean
begins_with_scale (DsTransformList *self)
{
  return self->steps->len > 0 && strcmp (peek_step (self, 0)->transform->name, "scale") == 0;
}

static void
convert (const guint8 *in,
         float        *out,
         gint64        count,
         float         factor)
{
  for (gint64 i = 0; i < count; i++)
    out[i] = in[i] * factor;
}

static void
take_item (DsTransformList *self,
           const void      *in,
           NnDtype          from,
           gint64           count,
           float           *out)
{
  g_assert (from == NN_UINT8 || from == NN_FLOAT32);

  if (from == NN_UINT8)
    convert (in, out, count, begins_with_scale (self) ? 1 : 1 / 255.0f);
  else
    memcpy (out, in, count * sizeof *out);
}

/* One key for the seed, one stream for the item in its epoch, and 2^32 blocks
 * of numbers for each place in the list. */
static void
begin_random (DsTransformList *self,
              guint64          seed,
              guint32          epoch,
              guint32          index,
              guint            place,
              NnRandom        *random)
{
  nn_random_init (random, seed ^ self->key, (guint64) epoch << 32 | index);
  random->next = (guint64) place << 32;
}

/* One pass through the list: of an item, or of a map of its pixels. */
typedef struct
{
  DsTransformList *list;
  const NnShape   *shape;       /* of the item */
  gboolean         map;
  gboolean         training;
  guint64          seed;
  guint32          epoch;
  guint32          index;
  gint64           largest;
  int              n_moves;
} Pass;

static float *
pass_buffer (const Pass *pass,
             int         n_moves,
             float      *out,
             float      *scratch)
{
  float *buffers[3] = { out, scratch, scratch + pass->largest };

  return buffers[buffer_before (n_moves)];
}

/* Runs the steps on what lies in the first buffer. */
static void
pass_run (Pass  *pass,
          float *out,
          float *scratch)
{
  float *here = pass_buffer (pass, pass->n_moves, out, scratch);
  NnShape now = *pass->shape;

  for (guint i = 0; i < pass->list->steps->len; i++)
    {
      const DsTransformStep *step = peek_step (pass->list, i);
      const DsTransform *transform = step->transform;
      gboolean draws = transform->random && pass->training;
      NnShape plane = NN_SHAPE (1, now.size[1], now.size[2]);
      float *next = here;
      NnRandom random;

      if (!ds_transform_step_takes (step, &now))
        continue;

      if (step_moves (step, &now, pass->map))
        next = pass_buffer (pass, --pass->n_moves, out, scratch);
      if (draws)
        begin_random (pass->list, pass->seed, pass->epoch, pass->index, i, &random);

      if (!pass->map)
        transform->apply (step, &now, draws ? &random : NULL, here, next);
      else if (transform->apply_map != NULL)
        transform->apply_map (step, &plane, draws ? &random : NULL, here, next);
      ds_transform_step_infer (step, &now);
      here = next;
    }
}

void
ds_transform_list_apply (DsTransformList *self,
                         const void      *in,
                         NnDtype          from,
                         const NnShape   *shape,
                         gboolean         training,
                         guint64          seed,
                         guint32          epoch,
                         guint32          index,
                         float           *out,
                         void            *scratch)
{
  Pass pass = { self, shape, FALSE, training, seed, epoch, index };

  pass.n_moves = count_moves (self, shape, FALSE, &pass.largest);
  take_item (self, in, from, nn_shape_count (shape),
             pass_buffer (&pass, pass.n_moves, out, scratch));
  pass_run (&pass, out, scratch);
}

/* Classes are small whole numbers, so floats hold them exactly.  They lie in
 * the room of the wider numbers that they become, from the last on. */
void
ds_transform_list_apply_map (DsTransformList *self,
                             const guint8    *in,
                             const NnShape   *shape,
                             gboolean         training,
                             guint64          seed,
                             guint32          epoch,
                             guint32          index,
                             gint64          *out,
                             void            *scratch)
{
  Pass pass = { self, shape, TRUE, training, seed, epoch, index };
  float *classes = (void *) out;
  NnShape to;

  g_assert (shape->rank == 3);
  ds_transform_list_get_shape (self, shape, &to);
  pass.n_moves = count_moves (self, shape, TRUE, &pass.largest);
  convert (in, pass_buffer (&pass, pass.n_moves, classes, scratch), shape->size[1] * shape->size[2],
           1);
  pass_run (&pass, classes, scratch);

  for (gint64 i = to.size[1] * to.size[2] - 1; i >= 0; i--)
    {
      float class_of_pixel;
      gint64 wide;

      memcpy (&class_of_pixel, (const guint8 *) out + i * sizeof (float), sizeof (float));
      wide = (gint64) class_of_pixel;
      memcpy (&out[i], &wide, sizeof wide);
    }
}
