/* initialiser.c: finding a way to start parameters
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
