/* transform.c: what happens to an item between the cache and the network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include "datasets/transforms/transform-table.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* More numbers than any data set has channels or features. */
#define MAX_LIST 4096

struct _DsTransformList
{
  gatomicrefcount  ref_count;
  GArray          *steps;               /* of DsTransformStep */
  guint64          stream;              /* keeps our random numbers apart from others' */
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

double
ds_transform_step_number (const DsTransformStep *step,
                          int                    attr)
{
  return step->numbers[attr][0];
}

double
ds_transform_step_channel (const DsTransformStep *step,
                           int                    attr,
                           gint64                 channel)
{
  return step->numbers[attr][MIN (channel, step->counts[attr] - 1)];
}

/* The place of the attribute called @name in @transform, or -1. */
static int
find_attr (const DsTransform *transform,
           const char        *name)
{
  const DsAttr *attrs = transform->attrs;

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (strcmp (attrs[i].name, name) == 0)
      return i;

  return -1;
}

static void
step_clear (DsTransformStep *step)
{
  for (int i = 0; i < DS_TRANSFORM_MAX_ATTRS; i++)
    g_free (step->numbers[i]);
}

/* A step with the record's initial numbers. */
static void
step_init (DsTransformStep   *step,
           const DsTransform *transform)
{
  const DsAttr *attrs = transform->attrs;

  *step = (DsTransformStep) { transform };
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    {
      step->numbers[i] = g_memdup2 (&attrs[i].initial, sizeof attrs[i].initial);
      step->counts[i] = 1;
    }
}

static gboolean
check_number (const DsTransform *transform,
              const DsAttr      *attr,
              double             number,
              GError           **error)
{
  gboolean whole = attr->type == DS_ATTR_INTEGER || attr->type == DS_ATTR_BOOLEAN;

  /* Written so that NaN is refused as well. */
  if (!(number >= attr->min && number <= attr->max))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s: “%s” is %g, but must lie between %g and %g."),
                   _(transform->title), attr->name, number, attr->min, attr->max);
      return FALSE;
    }

  if (whole && number != floor (number))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s: “%s” is %g, but must be a whole number."),
                   _(transform->title), attr->name, number);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_setting (const DsTransform        *transform,
               const DsAttr             *attr,
               const DsTransformSetting *setting,
               GError                  **error)
{
  int limit = attr->type == DS_ATTR_LIST ? MAX_LIST : 1;

  if (setting->count < 1 || setting->count > limit)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s: “%s” has %d numbers, but takes between 1 and %d."),
                   _(transform->title), attr->name, setting->count, limit);
      return FALSE;
    }

  for (int i = 0; i < setting->count; i++)
    if (!check_number (transform, attr, setting->numbers[i], error))
      return FALSE;

  return TRUE;
}

/* The names of @transform's attributes, for a message.  (transfer full) */
static char *
list_attrs (const DsTransform *transform)
{
  GString *names = g_string_new (NULL);

  for (int i = 0; transform->attrs != NULL && transform->attrs[i].name != NULL; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", transform->attrs[i].name);

  return g_string_free (names, FALSE);
}

static gboolean
step_set (DsTransformStep          *step,
          const DsTransformSetting *setting,
          GError                  **error)
{
  const DsTransform *transform = step->transform;
  int place = find_attr (transform, setting->name);

  if (place < 0)
    {
      g_autofree char *names = list_attrs (transform);

      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s has no setting “%s”. Its settings are: %s."),
                   _(transform->title), setting->name, names);
      return FALSE;
    }

  if (!check_setting (transform, &transform->attrs[place], setting, error))
    return FALSE;

  g_free (step->numbers[place]);
  step->numbers[place] = g_memdup2 (setting->numbers, setting->count * sizeof (double));
  step->counts[place] = setting->count;
  return TRUE;
}

DsTransformList *
ds_transform_list_new (void)
{
  DsTransformList *self = g_new0 (DsTransformList, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->steps = g_array_new (FALSE, FALSE, sizeof (DsTransformStep));
  g_array_set_clear_func (self->steps, (GDestroyNotify) step_clear);
  self->stream = nn_random_stream ("transform");
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

  step_init (&step, transform);
  for (; settings != NULL && settings->name != NULL; settings++)
    if (!step_set (&step, settings, error))
      {
        step_clear (&step);
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
  int i = find_attr (step->transform, attr);

  if (i < 0)
    return NULL;

  *count = step->counts[i];
  return step->numbers[i];
}

static gboolean
is_image (const NnShape *shape)
{
  return shape->rank == 3 && shape->size[0] > 0 && shape->size[1] > 0 && shape->size[2] > 0;
}

static gboolean
takes_shape (const DsTransform *transform,
             const NnShape     *shape)
{
  return !transform->images || is_image (shape);
}

/* Turns @shape into what leaves @step. */
static void
step_infer (const DsTransformStep *step,
            NnShape               *shape)
{
  NnShape in = *shape;

  if (step->transform->infer != NULL && takes_shape (step->transform, &in))
    step->transform->infer (step, &in, shape);
}

static gboolean
check_lists (const DsTransformStep *step,
             const NnShape         *shape,
             GError               **error)
{
  const DsAttr *attrs = step->transform->attrs;
  gint64 n_channels = shape->rank > 0 ? shape->size[0] : 1;

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (step->counts[i] != 1 && step->counts[i] != n_channels)
      {
        g_autofree char *text = nn_shape_print (shape);

        g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                     _("%s: “%s” has %d numbers, but items of %s have %" G_GINT64_FORMAT
                       " channels. Give one number for all channels or one for each."),
                     _(step->transform->title), attrs[i].name, step->counts[i], text, n_channels);
        return FALSE;
      }

  return TRUE;
}

static gboolean
check_step (const DsTransformStep *step,
            const NnShape         *shape,
            GError               **error)
{
  g_autofree char *text = nn_shape_print (shape);
  NnShape out = *shape;

  if (!takes_shape (step->transform, shape))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("%s works on pictures of channels × height × width, but the items here "
                     "are %s. Remove it from the list of transforms."),
                   _(step->transform->title), text);
      return FALSE;
    }

  step_infer (step, &out);
  if (!nn_shape_check_count (&out, sizeof (float), NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("%s makes items of %s too large to address."),
                   _(step->transform->title), text);
      return FALSE;
    }

  return check_lists (step, shape, error);
}

gboolean
ds_transform_list_check (DsTransformList *self,
                         const NnShape   *in,
                         GError         **error)
{
  NnShape shape = *in;

  for (guint i = 0; i < self->steps->len; i++)
    {
      if (!check_step (peek_step (self, i), &shape, error))
        return FALSE;
      step_infer (peek_step (self, i), &shape);
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
    step_infer (peek_step (self, i), &shape);
  *out = shape;
}

/* Items travel through the list in buffers: steps that work in place stay in
 * the one they find, each other step moves to the next.  The last buffer is
 * the caller's output; those before it are the two halves of the scratch, in
 * turn. */
static gboolean
step_moves (const DsTransformStep *step,
            const NnShape         *shape)
{
  return !step->transform->in_place && takes_shape (step->transform, shape);
}

/* How often the item moves, and the most elements that it has before the last
 * move. */
static int
count_moves (DsTransformList *self,
             const NnShape   *in,
             gint64          *largest)
{
  NnShape shape = *in;
  int n_moves = 0;

  *largest = 0;
  for (guint i = 0; i < self->steps->len; i++)
    {
      if (step_moves (peek_step (self, i), &shape))
        {
          *largest = MAX (*largest, nn_shape_count (&shape));
          n_moves++;
        }
      step_infer (peek_step (self, i), &shape);
    }

  return n_moves;
}

gsize
ds_transform_list_get_scratch (DsTransformList *self,
                               const NnShape   *in)
{
  gint64 largest;
  int n_moves = count_moves (self, in, &largest);

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
  nn_random_init (random, seed ^ self->stream, (guint64) epoch << 32 | index);
  random->next = (guint64) place << 32;
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
  NnShape now = *shape;
  gint64 largest;
  int n_moves = count_moves (self, shape, &largest);
  float *here = n_moves > 0 ? scratch : out;

  take_item (self, in, from, nn_shape_count (shape), here);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const DsTransformStep *step = peek_step (self, i);
      gboolean moves = step_moves (step, &now);
      float *next = here;
      NnRandom random;

      if (!takes_shape (step->transform, &now))
        continue;

      if (moves)
        next = --n_moves == 0 ? out : here == scratch ? (float *) scratch + largest : scratch;
      if (step->transform->random)
        begin_random (self, seed, epoch, index, i, &random);

      step->transform->apply (step, &now, step->transform->random && training ? &random : NULL,
                              here, next);
      step_infer (step, &now);
      here = next;
    }
}
