/* torch-write.c: tensors in a file that torch.load() reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/torch-write.h"

#include "engine/format.h"
#include "engine/zip.h"

#include <string.h>

/* The pickle is that of torch.save() for a dictionary of tensors, each with a
 * storage of its own; see torch-file.c.  It remembers nothing, so every tensor
 * names what it needs again: 150 bytes each. */

#define ROOT "archive/"

/* Behind this come the key and the count. */
static const char *const storage_types[NN_N_DTYPES] = {
  [NN_FLOAT32] = "FloatStorage",
  [NN_FLOAT64] = "DoubleStorage",
  [NN_BFLOAT16] = "BFloat16Storage",
  [NN_FLOAT16] = "HalfStorage",
  [NN_INT8] = "CharStorage",
  [NN_INT16] = "ShortStorage",
  [NN_INT32] = "IntStorage",
  [NN_INT64] = "LongStorage",
  [NN_UINT8] = "ByteStorage",
  [NN_BOOL] = "BoolStorage",
};

static void
put_text (GString    *pickle,
          const char *text)
{
  guint32 length = GUINT32_TO_LE ((guint32) strlen (text));

  g_string_append_c (pickle, 'X');
  g_string_append_len (pickle, (const char *) &length, sizeof length);
  g_string_append (pickle, text);
}

static void
put_integer (GString *pickle,
             gint64   number)
{
  gint64 little = GINT64_TO_LE (number);

  g_string_append_len (pickle, "\x8a\x08", 2);
  g_string_append_len (pickle, (const char *) &little, sizeof little);
}

static void
put_tuple (GString      *pickle,
           const gint64 *numbers,
           int           count)
{
  g_string_append_c (pickle, '(');
  for (int i = 0; i < count; i++)
    put_integer (pickle, numbers[i]);
  g_string_append_c (pickle, 't');
}

/* A key of the dictionary and its value: _rebuild_tensor_v2 (storage, offset,
 * sizes, strides, requires_grad, hooks). */
static void
put_tensor (GString             *pickle,
            const NnNamedTensor *named,
            const char          *key)
{
  const NnShape *shape = nn_tensor_get_shape (named->tensor);
  gint64 strides[NN_MAX_RANK];

  put_text (pickle, named->name);
  g_string_append (pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
  put_text (pickle, "storage");
  g_string_append_printf (pickle, "ctorch\n%s\n",
                          storage_types[nn_tensor_get_dtype (named->tensor)]);
  put_text (pickle, key);
  put_text (pickle, "cpu");
  put_integer (pickle, nn_tensor_get_count (named->tensor));
  g_string_append (pickle, "tQ");
  put_integer (pickle, 0);
  nn_shape_strides (shape, strides);
  put_tuple (pickle, shape->size, shape->rank);
  put_tuple (pickle, strides, shape->rank);
  g_string_append (pickle, "\x89" "ccollections\nOrderedDict\n)RtR");
}

gboolean
nn_torch_write (const char  *path,
                GPtrArray   *tensors,
                GError     **error)
{
  g_autoptr (GString) pickle = g_string_new ("\x80\x02}(");
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (NnZipPart));
  NnZipPart part = { .name = ROOT "data.pkl" };

  g_array_append_val (parts, part);
  part = (NnZipPart) { ROOT "byteorder", "little", 6 };
  g_array_append_val (parts, part);
  for (guint i = 0; i < tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (tensors, i);
      g_autofree char *name = g_strdup_printf (ROOT "data/%u", i);

      put_tensor (pickle, named, name + strlen (ROOT "data/"));
      part = (NnZipPart) {
        .name = g_string_chunk_insert (names, name),
        .body = nn_tensor_get_data (named->tensor),
        .body_bytes = nn_tensor_get_bytes (named->tensor),
      };
      g_array_append_val (parts, part);
    }
  part = (NnZipPart) { ROOT "version", "3\n", 2 };
  g_array_append_val (parts, part);

  g_string_append (pickle, "u.");
  g_array_index (parts, NnZipPart, 0).body = pickle->str;
  g_array_index (parts, NnZipPart, 0).body_bytes = pickle->len;
  return nn_zip_write (path, (const NnZipPart *) parts->data, parts->len, error);
}
