/* model.c: what a network has learned
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/model.h"

#include <string.h>

#define ALIGN 16                /* floats in 64 bytes */

struct _NnModel
{
  gatomicrefcount  ref_count;
  GArray          *entries;     /* NnModelEntry */
  gint64           flat_size;   /* floats in @parameters and in @gradients */
  gint64           state_size;
  NnTensor        *parameters;
  NnTensor        *gradients;
  NnTensor        *state;
};

static void
entry_clear (NnModelEntry *entry)
{
  g_free (entry->name);
}

NnModel *
nn_model_new (NnProgram  *program,
              GError    **error)
{
  NnModel *self = g_new0 (NnModel, 1);
  NnShape flat, state;

  g_atomic_ref_count_init (&self->ref_count);
  self->entries = g_array_new (FALSE, TRUE, sizeof (NnModelEntry));
  g_array_set_clear_func (self->entries, (GDestroyNotify) entry_clear);

  for (guint i = 0; i < program->values->len; i++)
    {
      const NnValue *value = g_ptr_array_index (program->values, i);
      gint64 room = (nn_shape_count (&value->shape) + ALIGN - 1) / ALIGN * ALIGN;
      NnModelEntry entry = {
        .shape = value->shape,
        .node = value->node,
        .is_state = value->kind == NN_VALUE_STATE,
        .fan_in = value->fan_in,
        .rate_factor = 1,
        .decay_factor = 1,
        .blank_row = value->blank_row,
      };
      gint64 *size = entry.is_state ? &self->state_size : &self->flat_size;

      if (value->kind != NN_VALUE_PARAMETER && value->kind != NN_VALUE_STATE)
        continue;

      g_assert (value->init != NULL);
      entry.init = nn_init_initial (nn_initialiser_find (value->init));
      g_assert (entry.init.kind != NULL);
      entry.name = g_strdup (value->name);
      entry.offset = *size;
      *size += room;
      g_array_append_val (self->entries, entry);
    }

  flat = NN_SHAPE (self->flat_size);
  state = NN_SHAPE (self->state_size);
  if ((self->parameters = nn_tensor_new (NN_FLOAT32, &flat, error)) == NULL
      || (self->gradients = nn_tensor_new (NN_FLOAT32, &flat, error)) == NULL
      || (self->state = nn_tensor_new (NN_FLOAT32, &state, error)) == NULL)
    {
      nn_model_unref (self);
      return NULL;
    }

  return self;
}

NnModel *
nn_model_ref (NnModel *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
nn_model_unref (NnModel *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->parameters, nn_tensor_unref);
  g_clear_pointer (&self->gradients, nn_tensor_unref);
  g_clear_pointer (&self->state, nn_tensor_unref);
  g_array_unref (self->entries);
  g_free (self);
}

guint
nn_model_get_n_entries (NnModel *self)
{
  return self->entries->len;
}

const NnModelEntry *
nn_model_get_entry (NnModel *self,
                    guint    index)
{
  return &g_array_index (self->entries, NnModelEntry, index);
}

const NnModelEntry *
nn_model_find (NnModel    *self,
               const char *name)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (g_str_equal (nn_model_get_entry (self, i)->name, name))
      return nn_model_get_entry (self, i);

  return NULL;
}

float *
nn_model_get_parameters (NnModel *self)
{
  return nn_tensor_get_data (self->parameters);
}

float *
nn_model_get_gradients (NnModel *self)
{
  return nn_tensor_get_data (self->gradients);
}

float *
nn_model_get_state (NnModel *self)
{
  return nn_tensor_get_data (self->state);
}

gint64
nn_model_get_flat_size (NnModel *self)
{
  return self->flat_size;
}

gint64
nn_model_get_state_size (NnModel *self)
{
  return self->state_size;
}

float *
nn_model_get_data (NnModel            *self,
                   const NnModelEntry *entry)
{
  return (entry->is_state ? nn_model_get_state (self) : nn_model_get_parameters (self))
         + entry->offset;
}

gint64
nn_model_count_parameters (NnModel *self)
{
  gint64 count = 0;

  for (guint i = 0; i < self->entries->len; i++)
    if (!nn_model_get_entry (self, i)->is_state)
      count += nn_shape_count (&nn_model_get_entry (self, i)->shape);

  return count;
}

gboolean
nn_model_tune (NnModel         *self,
               guint            index,
               const NnTuning  *tuning,
               int              in,
               GError         **error)
{
  NnModelEntry *entry = &g_array_index (self->entries, NnModelEntry, index);

  entry->is_frozen = !entry->is_state && tuning->number[NN_TUNING_FROZEN] != 0;
  entry->rate_factor = tuning->number[NN_TUNING_RATE];
  entry->decay_factor = tuning->number[NN_TUNING_DECAY];
  if (in < 0 || tuning->init[in].kind == NULL)
    return TRUE;

  entry->init = tuning->init[in];
  return nn_init_check (&entry->init, &entry->shape, error);
}

gboolean
nn_model_initialise (NnModel  *self,
                     guint64   seed,
                     GError  **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (self, i);
      NnStart start = {
        .data = nn_model_get_data (self, entry),
        .shape = entry->shape,
        .fan_in = entry->fan_in,
        .number = entry->init.number,
      };

      nn_random_init (&start.random, seed, nn_random_stream (entry->name));
      if (!entry->init.kind->fill (&start, error))
        return FALSE;
      if (entry->blank_row >= 0 && entry->blank_row < entry->shape.size[0])
        {
          gint64 width = nn_shape_span (&entry->shape, 1, entry->shape.rank);

          memset (start.data + entry->blank_row * width, 0, (gsize) width * sizeof (float));
        }
    }

  return TRUE;
}
