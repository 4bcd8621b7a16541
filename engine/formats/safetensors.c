/* safetensors.c: weights as a safetensors file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/safetensors.h"
#include "engine/weights.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
safetensors_write (const NnExport  *what,
                   const char      *path,
                   GError         **error)
{
  /* PyTorch’s loaders ask for this word. */
  static const char *const metadata[] = { "format", "pt", NULL };
  g_autoptr (GPtrArray) weights = nn_weights_list (nn_network_get_model (what->network));
  g_autofree NnSafetensor *tensors = g_new (NnSafetensor, weights->len);

  for (guint i = 0; i < weights->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (weights, i);

      tensors[i] = (NnSafetensor) {
        named->name, nn_tensor_get_dtype (named->tensor), *nn_tensor_get_shape (named->tensor),
        nn_tensor_get_data (named->tensor)
      };
    }

  return nn_safetensors_write (path, tensors, weights->len, metadata, error);
}

/* The length of the header in eight bytes, and its first character. */
static gboolean
safetensors_fits (GBytes *bytes)
{
  gsize size;
  const char *start = g_bytes_get_data (bytes, &size);
  guint64 header_bytes;

  if (size <= 8)
    return FALSE;

  memcpy (&header_bytes, start, 8);
  return header_bytes <= size - 8 && start[8] == '{';
}

static NnImport *
safetensors_read (GBytes          *bytes,
                  const char      *source,
                  const char      *folder,
                  const NnLimits  *limits,
                  GError         **error)
{
  g_autoptr (NnSafetensors) file = nn_safetensors_parse (bytes, source, error);
  g_autoptr (NnImport) import = nn_import_new ();

  if (file == NULL)
    return NULL;

  if (nn_safetensors_get_count (file) > limits->tensors)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("%s has more than %u tensors."), source,
                   limits->tensors);
      return NULL;
    }

  for (gsize i = 0; i < nn_safetensors_get_count (file); i++)
    {
      const NnSafetensor *tensor = nn_safetensors_get (file, i);
      NnTensor *view = nn_safetensors_view (file, tensor, error);

      if (view == NULL)
        return NULL;
      nn_import_add (import, tensor->name, view);
    }

  return g_steal_pointer (&import);
}

static const char *const suffixes[] = { "safetensors", NULL };

const NnFormat nn_format_safetensors = {
  .name     = "safetensors",
  .title    = N_("Safetensors"),
  .summary  = N_("Weights by name, which PyTorch, JAX and others read without risk."),
  .suffixes = suffixes,
  .content  = NN_CONTENT_WEIGHTS,
  .write    = safetensors_write,
  .fits     = safetensors_fits,
  .read     = safetensors_read,
};
