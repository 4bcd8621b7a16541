/* weights.c: the numbers of a network under the names that others use
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/weights.h"

char *
nn_weights_name (const char *name)
{
  return g_strdelimit (g_strdup (name), "-", '_');
}

/* Nodes called “a-b” and “a_b” may be in one network: the later one gets a
 * number. */
static char *
make_unique (GHashTable *taken,
             char       *name)
{
  g_autofree char *stem = g_strdup (name);

  for (int i = 2; g_hash_table_contains (taken, name); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s_%d", stem, i);
    }

  g_hash_table_add (taken, name);
  return name;
}

GPtrArray *
nn_weights_list (NnModel *model)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_named_tensor_free);

  for (guint i = 0; i < nn_model_get_n_entries (model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (model, i);
      const char *name = make_unique (taken, nn_weights_name (entry->name));
      NnTensor *tensor =
        nn_tensor_new_around (NN_FLOAT32, &entry->shape, nn_model_get_data (model, entry),
                              (GDestroyNotify) nn_model_unref, nn_model_ref (model));

      g_ptr_array_add (list, nn_named_tensor_new (name, tensor));
    }

  return list;
}
