/* tensor.c: the numbers of an ONNX file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/tensor.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const struct
{
  NnOnnxType type;
  NnDtype    dtype;
} types[] = {
  { NN_ONNX_FLOAT, NN_FLOAT32 },
  { NN_ONNX_DOUBLE, NN_FLOAT64 },
  { NN_ONNX_FLOAT16, NN_FLOAT16 },
  { NN_ONNX_BFLOAT16, NN_BFLOAT16 },
  { NN_ONNX_INT8, NN_INT8 },
  { NN_ONNX_INT16, NN_INT16 },
  { NN_ONNX_INT32, NN_INT32 },
  { NN_ONNX_INT64, NN_INT64 },
  { NN_ONNX_UINT8, NN_UINT8 },
  { NN_ONNX_BOOL, NN_BOOL },
};

gboolean
nn_onnx_type_to_dtype (int      type,
                       NnDtype *dtype)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if ((int) types[i].type == type)
      {
        *dtype = types[i].dtype;
        return TRUE;
      }

  return FALSE;
}

int
nn_onnx_type_of_dtype (NnDtype dtype)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].dtype == dtype)
      return (int) types[i].type;

  g_assert_not_reached ();
}

static gboolean
read_shape (const NnOnnx__Tensor  *proto,
            const char            *name,
            gsize                  element_bytes,
            NnShape               *shape,
            GError               **error)
{
  if (proto->n_dims > NN_MAX_RANK)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("The tensor %s has %zu axes, and Epoch knows at most %d."),
                   name, proto->n_dims, NN_MAX_RANK);
      return FALSE;
    }

  *shape = nn_shape_new ((int) proto->n_dims, proto->dims);
  if (!nn_shape_check_count (shape, element_bytes, NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The tensor %s has a negative size, or more numbers than a computer can "
                     "hold."), name);
      return FALSE;
    }

  return TRUE;
}

/* The value of @key in the list that says where the numbers lie, or NULL. */
static const char *
find_entry (const NnOnnx__Tensor *proto,
            const char           *key)
{
  for (gsize i = 0; i < proto->n_external_data; i++)
    if (g_strcmp0 (proto->external_data[i]->key, key) == 0)
      return proto->external_data[i]->value;

  return NULL;
}

static gboolean
read_number (const char *text,
             guint64     initial,
             guint64    *number)
{
  *number = initial;
  return text == NULL || g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL);
}

/* Plain names below the folder: no way up, no root, no link that leads elsewhere. */
static gboolean
is_inside (const char *folder,
           const char *location)
{
  g_auto (GStrv) parts = g_strsplit (location, "/", -1);
  g_autoptr (GString) path = g_string_new (folder);

  for (int i = 0; parts[i] != NULL; i++)
    {
      if (parts[i][0] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], "..")
          || strchr (parts[i], '\\') != NULL)
        return FALSE;
      g_string_append_printf (path, "/%s", parts[i]);
      if (g_file_test (path->str, G_FILE_TEST_IS_SYMLINK))
        return FALSE;
    }

  return parts[0] != NULL;
}

/* The @size bytes of @proto that lie in a file of their own.  (transfer full) */
static GBytes *
open_external (const NnOnnx__Tensor  *proto,
               const char            *name,
               const char            *folder,
               gsize                  size,
               GError               **error)
{
  const char *location = find_entry (proto, "location");
  g_autofree char *shown = nn_json_quote (location != NULL ? location : "");
  g_autofree char *path = NULL;
  g_autoptr (GBytes) file = NULL;
  guint64 offset, length;

  if (folder == NULL || location == NULL || !is_inside (folder, location))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The numbers of the tensor %s are said to lie in %s. Only files beside the "
                     "model, or in folders there, are read."), name, shown);
      return NULL;
    }

  path = g_build_filename (folder, location, NULL);
  file = nn_file_map (path, error);
  if (file == NULL)
    return NULL;

  if (!read_number (find_entry (proto, "offset"), 0, &offset)
      || !read_number (find_entry (proto, "length"), size, &length)
      || length != size || offset > g_bytes_get_size (file)
      || size > g_bytes_get_size (file) - offset)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The tensor %s needs %zu bytes of %s, which has not got "
                     "them where the model says."), name, size, shown);
      return NULL;
    }

  return g_bytes_new_from_bytes (file, offset, size);
}

static gboolean
refuse_count (const char  *name,
              gsize        found,
              gsize        expected,
              GError     **error)
{
  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("The tensor %s has %zu bytes or numbers where its shape takes %zu."),
               name, found, expected);
  return FALSE;
}

/* Small types are kept as int32 by those who do not write raw bytes. */
static void
narrow (const gint32 *from,
        gsize         count,
        gsize         element_bytes,
        guint8       *to)
{
  for (gsize i = 0; i < count; i++)
    memcpy (to + i * element_bytes, &from[i], element_bytes);
}

/* From the list of numbers that the type belongs into. */
static gboolean
read_list (const NnOnnx__Tensor  *proto,
           const char            *name,
           NnTensor              *tensor,
           GError               **error)
{
  NnDtype dtype = nn_tensor_get_dtype (tensor);
  gsize count = (gsize) nn_tensor_get_count (tensor);
  const void *numbers = proto->int32_data;
  gsize found = proto->n_int32_data;

  if (dtype == NN_FLOAT32)
    {
      numbers = proto->float_data;
      found = proto->n_float_data;
    }
  else if (dtype == NN_FLOAT64)
    {
      numbers = proto->double_data;
      found = proto->n_double_data;
    }
  else if (dtype == NN_INT64)
    {
      numbers = proto->int64_data;
      found = proto->n_int64_data;
    }

  if (found != count)
    return refuse_count (name, found, count, error);
  if (count == 0)
    return TRUE;

  if (nn_dtype_size (dtype) < sizeof (gint32))
    narrow (numbers, count, nn_dtype_size (dtype), nn_tensor_get_data (tensor));
  else
    memcpy (nn_tensor_get_data (tensor), numbers, nn_tensor_get_bytes (tensor));
  return TRUE;
}

static gboolean
read_bytes (const void  *bytes,
            gsize        size,
            const char  *name,
            NnTensor    *tensor,
            GError     **error)
{
  if (size != nn_tensor_get_bytes (tensor))
    return refuse_count (name, size, nn_tensor_get_bytes (tensor), error);

  if (size > 0)
    memcpy (nn_tensor_get_data (tensor), bytes, size);
  return TRUE;
}

/* The most bytes the numbers can take, going by what there is of them: nothing
 * larger is allocated. */
static gsize
count_given (const NnOnnx__Tensor *proto,
             gsize                 element_bytes)
{
  gsize numbers = proto->n_float_data + proto->n_int32_data + proto->n_int64_data
                  + proto->n_double_data;

  return proto->has_raw_data ? proto->raw_data.len : numbers * element_bytes;
}

NnTensor *
nn_onnx_tensor_read (const NnOnnx__Tensor  *proto,
                     const char            *name,
                     const char            *folder,
                     GError               **error)
{
  g_autoptr (NnTensor) tensor = NULL;
  g_autoptr (GBytes) external = NULL;
  NnDtype dtype;
  NnShape shape;
  gsize size;

  if (!nn_onnx_type_to_dtype (proto->data_type, &dtype))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("The tensor %s has elements of the type %d, which Epoch does not know."),
                   name, proto->data_type);
      return NULL;
    }
  if (proto->has_segment)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("The tensor %s is only a segment of one."), name);
      return NULL;
    }
  if (!read_shape (proto, name, nn_dtype_size (dtype), &shape, error))
    return NULL;

  size = (gsize) nn_shape_count (&shape) * nn_dtype_size (dtype);
  if (proto->data_location != 0)
    external = open_external (proto, name, folder, size, error);
  if (proto->data_location != 0 && external == NULL)
    return NULL;
  if (external == NULL && count_given (proto, nn_dtype_size (dtype)) != size)
    {
      refuse_count (name, count_given (proto, nn_dtype_size (dtype)), size, error);
      return NULL;
    }

  tensor = nn_tensor_new (dtype, &shape, error);
  if (tensor == NULL)
    return NULL;

  if (external != NULL)
    {
      if (!read_bytes (g_bytes_get_data (external, NULL), size, name, tensor, error))
        return NULL;
    }
  else if (proto->has_raw_data
           ? !read_bytes (proto->raw_data.data, proto->raw_data.len, name, tensor, error)
           : !read_list (proto, name, tensor, error))
    return NULL;

  return g_steal_pointer (&tensor);
}
