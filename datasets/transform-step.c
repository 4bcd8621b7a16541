/* transform-step.c: one transform with its settings
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform-step.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* More numbers than any data set has channels or features. */
#define MAX_LIST 4096

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

int
ds_transform_step_find (const DsTransformStep *step,
                        const char            *name)
{
  const DsAttr *attrs = step->transform->attrs;

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (strcmp (attrs[i].name, name) == 0)
      return i;

  return -1;
}

void
ds_transform_step_clear (DsTransformStep *step)
{
  for (int i = 0; i < DS_TRANSFORM_MAX_ATTRS; i++)
    g_free (step->numbers[i]);
}

void
ds_transform_step_init (DsTransformStep   *step,
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
  gboolean is_list = attr->type == DS_ATTR_LIST;

  if (is_list && (setting->count < 1 || setting->count > MAX_LIST))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s: “%s” has %d numbers, but takes between 1 and %d."),
                   _(transform->title), attr->name, setting->count, MAX_LIST);
      return FALSE;
    }

  if (!is_list && setting->count != 1)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s: “%s” has %d numbers, but takes exactly one."),
                   _(transform->title), attr->name, setting->count);
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

gboolean
ds_transform_step_set (DsTransformStep          *step,
                       const DsTransformSetting *setting,
                       GError                  **error)
{
  const DsTransform *transform = step->transform;
  int place = ds_transform_step_find (step, setting->name);

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

static gboolean
is_image (const NnShape *shape)
{
  return shape->rank == 3 && shape->size[0] > 0 && shape->size[1] > 0 && shape->size[2] > 0;
}

gboolean
ds_transform_step_takes (const DsTransformStep *step,
                         const NnShape         *shape)
{
  return !step->transform->images || is_image (shape);
}

void
ds_transform_step_infer (const DsTransformStep *step,
                         NnShape               *shape)
{
  NnShape in = *shape;

  if (step->transform->infer != NULL && ds_transform_step_takes (step, &in))
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
                     _("%s: “%s” has %d numbers, but the items here are %s. Give one number "
                       "for all channels or one for each."),
                     _(step->transform->title), attrs[i].name, step->counts[i], text);
        return FALSE;
      }

  return TRUE;
}

gboolean
ds_transform_step_check (const DsTransformStep *step,
                         const NnShape         *shape,
                         GError               **error)
{
  const DsTransform *transform = step->transform;
  g_autofree char *text = nn_shape_print (shape);
  NnShape out = *shape;

  if (!ds_transform_step_takes (step, shape))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("%s works on pictures of channels × height × width, but the items here "
                     "are %s. Remove it from the list of transforms."),
                   _(transform->title), text);
      return FALSE;
    }

  if (transform->check != NULL && !transform->check (step, shape, error))
    return FALSE;

  ds_transform_step_infer (step, &out);
  if (!nn_shape_check_count (&out, sizeof (float), NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("%s makes items of %s too large to address."),
                   _(transform->title), text);
      return FALSE;
    }

  return check_lists (step, shape, error);
}
