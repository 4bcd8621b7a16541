/* pickle.c: the values of a pickle
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/pickle-private.h"

/* All values lie in one list, which knows how to free them: however deep one is
 * inside another, nothing here is recursive. */

#define N_BLOCK   512           /* values that get memory at a time */

static NnPickleValue *
nth_value (NnPickle *self,
           guint     index)
{
  return (NnPickleValue *) g_ptr_array_index (self->blocks, index / N_BLOCK) + index % N_BLOCK;
}

NnPickle *
nn_pickle_new (guint most)
{
  NnPickle *self = g_new0 (NnPickle, 1);

  self->most = most;
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_string_chunk_new (1024);

  return self;
}

void
nn_pickle_free (NnPickle *self)
{
  for (guint i = 0; i < self->n_values; i++)
    if (nth_value (self, i)->type >= NN_PICKLE_TUPLE)
      g_free (nth_value (self, i)->items);
  g_ptr_array_unref (self->blocks);
  g_string_chunk_free (self->texts);
  g_free (self);
}

const NnPickleValue *
nn_pickle_get_root (NnPickle *self)
{
  return self->root;
}

guint
nn_pickle_get_n_values (NnPickle *self)
{
  return self->n_values;
}

const NnPickleValue *
nn_pickle_get_nth (NnPickle *self,
                   guint     index)
{
  g_assert (index < self->n_values);
  return nth_value (self, index);
}

gboolean
nn_pickle_is (const NnPickleValue *value,
              NnPickleType         type,
              const char          *text)
{
  return value->type == type && g_str_equal (value->text, text);
}

NnPickleValue *
nn_pickle_new_value (NnPickle     *self,
                     NnPickleType  type)
{
  NnPickleValue *value;

  if (self->n_values == self->most)
    return NULL;

  if (self->n_values % N_BLOCK == 0)
    g_ptr_array_add (self->blocks, g_new0 (NnPickleValue, N_BLOCK));
  value = nth_value (self, self->n_values++);
  value->type = type;
  return value;
}

/* Room doubles whenever the number of items is a power of two. */
gboolean
nn_pickle_add_item (NnPickle      *self,
                    NnPickleValue *value,
                    NnPickleValue *item)
{
  guint n = value->n_items;

  if (self->n_items == self->most)
    return FALSE;

  if ((n & (n - 1)) == 0)
    value->items = g_renew (NnPickleValue *, value->items, MAX (2 * n, 1));
  value->items[value->n_items++] = item;
  self->n_items++;
  return TRUE;
}
