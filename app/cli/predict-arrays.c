/* predict-arrays.c: predictions for arrays, in files that NumPy reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/predict-arrays.h"

#include "engine/error.h"
#include "engine/formats/npz.h"

#include <glib/gi18n.h>
#include <string.h>

/* How many samples of the shape @item are in @shape, or -1. */
static gint64
count_samples (const NnShape *shape,
               const NnShape *item)
{
  NnShape batch = *item;

  if (nn_shape_equal (shape, item))
    return 1;
  if (shape->rank == 0)
    return -1;

  batch = nn_shape_batch (item, shape->size[0]);
  return nn_shape_equal (shape, &batch) ? shape->size[0] : -1;
}

/* (transfer full) */
static NnTensor *
predict (NnNetwork            *network,
         const NnNamedTensor  *input,
         GError              **error)
{
  const NnRunnable *run = nn_network_get (network, NN_MODE_PREDICT, 1, error);
  const NnShape *shape = nn_tensor_get_shape (input->tensor);
  g_autoptr (NnTensor) numbers = NULL;
  NnShape item;
  NnTensor *result;
  gint64 n_samples;

  if (run == NULL)
    return NULL;

  item = nn_shape_item (&run->values.input->shape);
  n_samples = count_samples (shape, &item);
  if (n_samples < 1)
    {
      g_autofree char *have = nn_shape_print (shape);
      g_autofree char *want = nn_shape_print (&item);

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("“%s” is %s and must be one sample of %s, or several in a row."),
                   input->name, have, want);
      return NULL;
    }

  numbers = nn_tensor_to_float32 (input->tensor, error);
  if (numbers == NULL
      || (run = nn_network_get (network, NN_MODE_PREDICT, n_samples, error)) == NULL)
    return NULL;

  memcpy (nn_plan_get_data (run->plan, run->values.input), nn_tensor_get_data (numbers),
          nn_tensor_get_bytes (numbers));
  nn_plan_run (run->plan, 0, 0);
  result = nn_tensor_new (NN_FLOAT32, &run->values.prediction->shape, error);
  if (result != NULL)
    memcpy (nn_tensor_get_data (result), nn_plan_get_data (run->plan, run->values.prediction),
            nn_tensor_get_bytes (result));
  return result;
}

gboolean
app_predict_arrays (NnNetwork   *network,
                    const char  *input,
                    const char  *output,
                    GError     **error)
{
  g_autoptr (NnImport) arrays = nn_import_read (input, &nn_limits_usual, error);
  g_autoptr (GPtrArray) results = NULL;

  if (arrays == NULL)
    return FALSE;

  results = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_named_tensor_free);
  for (guint i = 0; i < arrays->tensors->len; i++)
    {
      const NnNamedTensor *array = g_ptr_array_index (arrays->tensors, i);
      NnTensor *result = predict (network, array, error);

      if (result == NULL)
        return FALSE;
      g_ptr_array_add (results, nn_named_tensor_new (array->name, result));
    }

  return nn_npz_write (output, results, error);
}
