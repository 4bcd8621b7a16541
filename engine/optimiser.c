/* optimiser.c: finding an optimiser and checking its settings
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/optimiser.h"

#include "engine/optimiser-table.h"

const NnOptimiser *
nn_optimiser_get (guint index)
{
  for (int i = 0; nn_optimiser_families[i] != NULL; i++)
    for (const NnOptimiser *self = nn_optimiser_families[i]; self->name != NULL; self++)
      if (index-- == 0)
        return self;

  return NULL;
}

const NnOptimiser *
nn_optimiser_find (const char *name)
{
  const NnOptimiser *self;

  for (guint i = 0; (self = nn_optimiser_get (i)) != NULL; i++)
    if (g_str_equal (self->name, name))
      return self;

  return NULL;
}

gboolean
nn_optimiser_check (const NnOptimiser  *self,
                    const NnAttrValue   attr[NN_MAX_ATTRS],
                    GError            **error)
{
  for (int i = 0; self->attrs[i].name != NULL; i++)
    if (!nn_attr_check (&self->attrs[i], &attr[i], error))
      return FALSE;

  return self->check == NULL || self->check (attr, error);
}

int
nn_optimiser_count_moments (const NnOptimiser *self,
                            const NnAttrValue  attr[NN_MAX_ATTRS])
{
  return self->count_moments != NULL ? self->count_moments (attr) : self->n_moments;
}

int
nn_optimiser_find_momentum (const NnOptimiser *self)
{
  int index = nn_attrs_find (self->attrs, "momentum");

  return index >= 0 ? index : nn_attrs_find (self->attrs, "beta1");
}
