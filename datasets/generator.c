/* generator.c: data sets that the program draws itself
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"

#include "datasets/generators/generator-table.h"

#include <string.h>

const DsGenerator *
ds_generator_nth (guint position)
{
  for (int i = 0; ds_generator_families[i] != NULL; i++)
    for (const DsGenerator *record = ds_generator_families[i]; record->name != NULL; record++)
      if (position-- == 0)
        return record;

  return NULL;
}

const DsGenerator *
ds_generator_find (const char *name)
{
  const DsGenerator *record;

  for (guint i = 0; (record = ds_generator_nth (i)) != NULL; i++)
    if (strcmp (record->name, name) == 0)
      return record;

  return NULL;
}

/* The name fills the high half and @number the low one, so the streams of two
 * sets, or of items and labels, do not meet. */
static guint64
stream_of (const char *name,
           guint32     number)
{
  return (nn_random_stream (name) & 0xFFFFFFFF00000000u) | number;
}

void
ds_generator_begin (const char *name,
                    int         n_classes,
                    guint64     seed,
                    guint32     index,
                    NnRandom   *random,
                    int        *label)
{
  guint32 order[DS_GENERATOR_MAX_CLASSES];

  g_assert (n_classes > 0 && n_classes <= DS_GENERATOR_MAX_CLASSES);

  nn_random_init (random, seed, stream_of ("generator labels", index / n_classes));
  nn_random_shuffle (random, order, n_classes);
  *label = order[index % n_classes];

  nn_random_init (random, seed, stream_of (name, index));
}
