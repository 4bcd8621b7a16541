/* npz.c: many tensors in one file, as NumPy packs them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/npz.h"

#include "engine/error.h"
#include "engine/little-endian.h"
#include "engine/npy.h"
#include "engine/weights.h"
#include "engine/zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SUFFIX ".npy"

/* What is written of one tensor. */
typedef struct
{
  char     *name;
  GString  *header;
  NnTensor *tensor;             /* contiguous, of a type that NumPy has */
} Array;

static void
array_free (Array *self)
{
  g_free (self->name);
  if (self->header != NULL)
    g_string_free (self->header, TRUE);
  g_clear_pointer (&self->tensor, nn_tensor_unref);
  g_free (self);
}

static Array *
array_new (const NnNamedTensor  *named,
           GError              **error)
{
  NnDtype dtype = nn_tensor_get_dtype (named->tensor);
  Array *self = g_new0 (Array, 1);

  self->name = g_strconcat (named->name, SUFFIX, NULL);
  if (dtype == NN_BFLOAT16)
    self->tensor = nn_tensor_to_float32 (named->tensor, error);
  else if (nn_tensor_is_contiguous (named->tensor))
    self->tensor = nn_tensor_ref (named->tensor);
  else
    self->tensor = nn_tensor_dup (named->tensor, error);
  if (self->tensor == NULL)
    {
      array_free (self);
      return NULL;
    }

  self->header = nn_npy_header (nn_tensor_get_dtype (self->tensor),
                                nn_tensor_get_shape (self->tensor));
  return self;
}

gboolean
nn_npz_write (const char  *path,
              GPtrArray   *tensors,
              GError     **error)
{
  g_autoptr (GPtrArray) arrays = g_ptr_array_new_with_free_func ((GDestroyNotify) array_free);
  g_autofree NnZipPart *parts = g_new (NnZipPart, tensors->len);

  for (guint i = 0; i < tensors->len; i++)
    {
      Array *array = array_new (g_ptr_array_index (tensors, i), error);

      if (array == NULL)
        return FALSE;
      g_ptr_array_add (arrays, array);
      parts[i] = (NnZipPart) {
        array->name, array->header->str, array->header->len,
        nn_tensor_get_data (array->tensor), nn_tensor_get_bytes (array->tensor)
      };
    }

  return nn_zip_write (path, parts, tensors->len, error);
}

static gboolean
npz_write (const NnExport  *what,
           const char      *path,
           GError         **error)
{
  g_autoptr (GPtrArray) weights = nn_weights_list (nn_network_get_model (what->network));

  return nn_npz_write (path, weights, error);
}

/* A ZIP archive whose first entry is an array. */
static gboolean
npz_fits (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize name_bytes;

  if (size < 30 || memcmp (data, "PK\3\4", 4) != 0)
    return FALSE;

  name_bytes = nn_read_u16 (data + 26);
  return name_bytes >= strlen (SUFFIX) && name_bytes <= size - 30
         && memcmp (data + 30 + name_bytes - strlen (SUFFIX), SUFFIX, strlen (SUFFIX)) == 0;
}

static NnTensor *
read_array (NnZip           *zip,
            guint            index,
            const char      *source,
            const NnLimits  *limits,
            GError         **error)
{
  g_autoptr (GBytes) bytes = nn_zip_extract (zip, index, error);
  g_autofree char *name = g_strdup_printf ("%s: %s", source, nn_zip_get_name (zip, index));

  return bytes == NULL ? NULL : nn_npy_parse (bytes, name, limits, error);
}

static NnImport *
npz_read (GBytes          *bytes,
          const char      *source,
          const char      *folder,
          const NnLimits  *limits,
          GError         **error)
{
  g_autoptr (NnZip) zip = nn_zip_open (bytes, source, limits, error);
  g_autoptr (NnImport) import = nn_import_new ();

  if (zip == NULL)
    return NULL;

  for (guint i = 0; i < nn_zip_get_count (zip); i++)
    {
      g_autofree char *name = g_strdup (nn_zip_get_name (zip, i));
      NnTensor *tensor;

      if (!g_str_has_suffix (name, SUFFIX))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("%s: entry “%s” is no array, and an archive of NumPy holds nothing else."),
                       source, name);
          return NULL;
        }
      tensor = read_array (zip, i, source, limits, error);
      if (tensor == NULL)
        return NULL;
      name[strlen (name) - strlen (SUFFIX)] = '\0';
      nn_import_add (import, name, tensor);
    }

  return g_steal_pointer (&import);
}

static const char *const suffixes[] = { "npz", NULL };

const NnFormat nn_format_npz = {
  .name     = "npz",
  .title    = N_("NumPy Archive"),
  .summary  = N_("Weights by name, for NumPy."),
  .suffixes = suffixes,
  .content  = NN_CONTENT_WEIGHTS,
  .write    = npz_write,
  .fits     = npz_fits,
  .read     = npz_read,
};
