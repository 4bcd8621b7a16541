/* initialiser.c: finding and checking a way to start parameters
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include "engine/initialiser-table.h"

const NnInitialiser *
nn_initialiser_get (guint index)
{
  for (int i = 0; nn_initialiser_families[i] != NULL; i++)
    for (const NnInitialiser *self = nn_initialiser_families[i]; self->name != NULL; self++)
      if (index-- == 0)
        return self;

  return NULL;
}

const NnInitialiser *
nn_initialiser_find (const char *name)
{
  const NnInitialiser *self;

  for (guint i = 0; (self = nn_initialiser_get (i)) != NULL; i++)
    if (g_str_equal (self->name, name))
      return self;

  return NULL;
}

NnInit
nn_init_initial (const NnInitialiser *kind)
{
  NnInit self = { kind };

  for (int i = 0; kind != NULL && kind->attrs != NULL && kind->attrs[i].name != NULL; i++)
    self.number[i] = kind->attrs[i].initial;
  return self;
}

void
nn_init_get_values (const NnInit *self,
                    NnAttrValue   values[NN_MAX_ATTRS])
{
  for (int i = 0; i < NN_MAX_INIT_NUMBERS; i++)
    values[i] = (NnAttrValue) { 1, { self->number[i] } };
}

void
nn_init_set_values (NnInit            *self,
                    const NnAttrValue  values[NN_MAX_ATTRS])
{
  for (int i = 0; i < NN_MAX_INIT_NUMBERS; i++)
    self->number[i] = values[i].number[0];
}

gboolean
nn_init_check (const NnInit   *self,
               const NnShape  *shape,
               GError        **error)
{
  const NnAttr *attrs = self->kind->attrs;

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    {
      NnAttrValue value = { 1, { self->number[i] } };

      if (!nn_attr_check (&attrs[i], &value, error))
        return FALSE;
    }

  return self->kind->check == NULL || self->kind->check (self->number, shape, error);
}

void
nn_shape_fans (const NnShape *shape,
               gint64        *fan_in,
               gint64        *fan_out)
{
  gint64 field = shape->rank > 2 ? nn_shape_span (shape, 2, shape->rank) : 1;

  *fan_in = (shape->rank > 1 ? shape->size[1] : 1) * field;
  *fan_out = (shape->rank > 0 ? shape->size[0] : 1) * field;
}
