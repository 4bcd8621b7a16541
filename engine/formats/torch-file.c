/* torch-file.c: what PyTorch has saved, and where the numbers of it lie
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/torch-file.h"

#include "engine/error.h"
#include "engine/json.h"
#include "engine/little-endian.h"
#include "engine/zip.h"

#include <glib/gi18n-lib.h>

/* A pickle describes tensors by calls of _rebuild_tensor_v2 (storage, offset,
 * sizes, strides, …), and a storage by a tuple ("storage", type, key, place,
 * count).  Since PyTorch 1.6 the pickle and each storage are entries of a ZIP
 * archive.  Before, a file was five things in a row: a magic number, a version,
 * sizes of types, the pickle, the list of keys; and behind them each storage, its
 * count in front. */

#define PICKLE          "data.pkl"
#define PICKLE_BYTES    (64 << 20)
#define TENSOR_V2       "torch._utils._rebuild_tensor_v2"
#define TENSOR_V1       "torch._utils._rebuild_tensor"
#define PARAMETER       "torch._utils._rebuild_parameter"

/* The pickles of the magic number and of the version, as PyTorch writes them. */
static const guint8 old_head[] = {
  0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.',
  0x80, 2, 'M', 0xe9, 3, '.',
};

/* Everything that a pickle may mention. */
static const NnPickleGlobal globals[] = {
  { TENSOR_V2 }, { TENSOR_V1 }, { PARAMETER },
  { "torch.FloatStorage" }, { "torch.DoubleStorage" }, { "torch.HalfStorage" },
  { "torch.BFloat16Storage" }, { "torch.CharStorage" }, { "torch.ShortStorage" },
  { "torch.IntStorage" }, { "torch.LongStorage" }, { "torch.ByteStorage" },
  { "torch.BoolStorage" },
  { "torch.Size" }, { "torch.device" },
  { "torch.float32" }, { "torch.float64" }, { "torch.float16" }, { "torch.bfloat16" },
  { "torch.int8" }, { "torch.int16" }, { "torch.int32" }, { "torch.int64" }, { "torch.uint8" },
  { "torch.bool" },
  { "collections.OrderedDict", TRUE },
  { NULL }
};

static const struct
{
  const char *name;
  NnDtype     dtype;
} storages[] = {
  { "torch.FloatStorage", NN_FLOAT32 },
  { "torch.DoubleStorage", NN_FLOAT64 },
  { "torch.HalfStorage", NN_FLOAT16 },
  { "torch.BFloat16Storage", NN_BFLOAT16 },
  { "torch.CharStorage", NN_INT8 },
  { "torch.ShortStorage", NN_INT16 },
  { "torch.IntStorage", NN_INT32 },
  { "torch.LongStorage", NN_INT64 },
  { "torch.ByteStorage", NN_UINT8 },
  { "torch.BoolStorage", NN_BOOL },
};

struct _NnTorchFile
{
  char           *source;
  const NnLimits *limits;
  GBytes         *bytes;
  NnZip          *zip;          /* NULL: the old kind */
  char           *root;         /* of the entries in @zip: "archive/" */
  NnPickle       *pickle;
  GHashTable     *storages;     /* key: NnTensor of one axis, as far as opened */
};

/* What a pickle says about a storage. */
typedef struct
{
  const char *key;
  NnDtype     dtype;
  gint64      count;
} StorageRef;

void
nn_torch_file_free (NnTorchFile *self)
{
  g_hash_table_unref (self->storages);
  g_clear_pointer (&self->pickle, nn_pickle_free);
  g_clear_pointer (&self->zip, nn_zip_free);
  g_bytes_unref (self->bytes);
  g_free (self->root);
  g_free (self->source);
  g_free (self);
}

const NnPickleValue *
nn_torch_file_get_root (NnTorchFile *self)
{
  return nn_pickle_get_root (self->pickle);
}

static gboolean
set_error (NnTorchFile  *self,
           NnErrorCode   code,
           const char   *rule,
           GError      **error)
{
  g_set_error (error, NN_ERROR, code, _("%s: %s"), self->source, rule);
  return FALSE;
}

/* The entry called @name beside the pickle, or NULL without an error. */
static GBytes *
extract_small (NnTorchFile *self,
               const char  *name)
{
  g_autofree char *path = g_strconcat (self->root, name, NULL);
  guint index;

  return nn_zip_find (self->zip, path, &index) ? nn_zip_extract (self->zip, index, NULL) : NULL;
}

static gboolean
check_kind (NnTorchFile  *self,
            GError      **error)
{
  g_autoptr (GBytes) order = extract_small (self, "byteorder");
  g_autofree char *constants = g_strconcat (self->root, "constants.pkl", NULL);
  guint index;

  if (nn_zip_find (self->zip, constants, &index))
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("This is a program of TorchScript, and only weights can be read. Save "
                        "“model.state_dict()” instead."), error);

  if (order != NULL && g_bytes_get_size (order) == 3
      && memcmp (g_bytes_get_data (order, NULL), "big", 3) == 0)
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("Its numbers have the order of bytes of another kind of machine."), error);

  return TRUE;
}

static gboolean
open_zip (NnTorchFile  *self,
          GError      **error)
{
  g_autoptr (GBytes) bytes = NULL;
  guint index;

  self->zip = nn_zip_open (self->bytes, self->source, self->limits, error);
  if (self->zip == NULL)
    return FALSE;

  for (index = 0; index < nn_zip_get_count (self->zip); index++)
    if (g_str_has_suffix (nn_zip_get_name (self->zip, index), "/" PICKLE))
      break;
  if (index == nn_zip_get_count (self->zip))
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("This ZIP archive has no “data.pkl”, so it is not from PyTorch."), error);

  self->root = g_strndup (nn_zip_get_name (self->zip, index),
                          strlen (nn_zip_get_name (self->zip, index)) - strlen (PICKLE));
  if (!check_kind (self, error)
      || (bytes = nn_zip_extract (self->zip, index, error)) == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) > PICKLE_BYTES)
    return set_error (self, NN_ERROR_FILE, _("Its description is longer than is safe."), error);

  self->pickle = nn_pickle_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                  globals, self->source, self->limits, NULL, error);
  return self->pickle != NULL;
}

/* Whether the pickle of the sizes of types says that the first byte is the lowest. */
static gboolean
is_little_endian (const NnPickleValue *sizes)
{
  for (guint i = 0; sizes->type == NN_PICKLE_DICT && i + 1 < sizes->n_items; i += 2)
    if (nn_pickle_is (sizes->items[i], NN_PICKLE_TEXT, "little_endian"))
      return sizes->items[i + 1]->type == NN_PICKLE_BOOL && sizes->items[i + 1]->integer;

  return FALSE;
}

/* The next pickle of a file of the old kind. */
static NnPickle *
read_old_pickle (NnTorchFile  *self,
                 gsize        *at,
                 GError      **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  gsize used = 0;
  NnPickle *pickle = nn_pickle_parse (data + *at, MIN (size - *at, PICKLE_BYTES), globals,
                                      self->source, self->limits, &used, error);

  *at += used;
  return pickle;
}

static gboolean
read_storage_ref (NnTorchFile          *self,
                  const NnPickleValue  *value,
                  StorageRef           *ref,
                  GError              **error)
{
  const NnPickleValue *tuple = value->type == NN_PICKLE_OUTSIDE ? value->items[0] : NULL;

  if (tuple == NULL || tuple->type != NN_PICKLE_TUPLE || tuple->n_items < 5
      || !nn_pickle_is (tuple->items[0], NN_PICKLE_TEXT, "storage")
      || tuple->items[1]->type != NN_PICKLE_GLOBAL
      || tuple->items[2]->type != NN_PICKLE_TEXT
      || tuple->items[4]->type != NN_PICKLE_INTEGER || tuple->items[4]->integer < 0)
    return set_error (self, NN_ERROR_FILE, _("It describes numbers in a way that makes no sense."),
                      error);

  if (tuple->n_items > 5 && tuple->items[5]->type != NN_PICKLE_NONE)
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("It has views of storages, which only PyTorch before 0.4 wrote."), error);

  ref->key = tuple->items[2]->text;
  ref->count = tuple->items[4]->integer;
  for (gsize i = 0; i < G_N_ELEMENTS (storages); i++)
    if (g_str_equal (storages[i].name, tuple->items[1]->text))
      {
        ref->dtype = storages[i].dtype;
        return TRUE;
      }

  return set_error (self, NN_ERROR_FILE, _("It describes numbers in a way that makes no sense."),
                    error);
}

/* The storage that @ref speaks of, which is all of @bytes from @start on. */
static NnTensor *
add_storage (NnTorchFile       *self,
             const StorageRef  *ref,
             GBytes            *bytes,
             gsize              start,
             gsize              size,
             GError           **error)
{
  NnShape shape = NN_SHAPE (ref->count);
  NnTensor *storage;

  if (!nn_shape_check_count (&shape, nn_dtype_size (ref->dtype), NULL)
      || (gsize) ref->count * nn_dtype_size (ref->dtype) != size)
    {
      g_autofree char *quoted = nn_json_quote (ref->key);
      g_autofree char *rule =
        g_strdup_printf (_("The storage %s should have %lld numbers of %s, and has %zu bytes."),
                         quoted, (long long) ref->count, nn_dtype_name (ref->dtype), size);

      set_error (self, NN_ERROR_FILE, rule, error);
      return NULL;
    }

  storage = nn_tensor_new_in (ref->dtype, &shape, bytes, start, error);
  if (storage != NULL)
    g_hash_table_insert (self->storages, g_strdup (ref->key), storage);
  return storage;
}

/* Only the pickle knows of which type the numbers are that a key stands for.
 * (transfer container): key to value, which lives as long as the pickle. */
static GHashTable *
list_references (NnTorchFile *self)
{
  GHashTable *references = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < nn_pickle_get_n_values (self->pickle); i++)
    {
      const NnPickleValue *value = nn_pickle_get_nth (self->pickle, i);
      StorageRef ref;

      if (value->type == NN_PICKLE_OUTSIDE && read_storage_ref (self, value, &ref, NULL))
        g_hash_table_insert (references, (char *) ref.key, (void *) value);
    }

  return references;
}

/* The storages of a file of the old kind from byte @at on, in the order of
 * @keys: the count of numbers in eight bytes, and the numbers. */
static gboolean
open_old_storages (NnTorchFile          *self,
                   const NnPickleValue  *keys,
                   gsize                 at,
                   GError              **error)
{
  g_autoptr (GHashTable) references = list_references (self);
  gsize size = g_bytes_get_size (self->bytes);
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);

  for (guint i = 0; keys->type == NN_PICKLE_LIST && i < keys->n_items; i++)
    {
      const NnPickleValue *key = keys->items[i];
      const NnPickleValue *value = key->type != NN_PICKLE_TEXT
        ? NULL : g_hash_table_lookup (references, key->text);
      StorageRef ref;
      gsize bytes;

      if (value == NULL || !read_storage_ref (self, value, &ref, NULL)
          || g_hash_table_contains (self->storages, ref.key) || size - at < 8
          || nn_read_u64 (data + at) != (guint64) ref.count
          || (guint64) ref.count > (size - at - 8) / nn_dtype_size (ref.dtype))
        return set_error (self, NN_ERROR_FILE,
                          _("Its numbers are not those that its description speaks of. It may be "
                            "cut short."), error);

      bytes = (gsize) ref.count * nn_dtype_size (ref.dtype);
      if (add_storage (self, &ref, self->bytes, at + 8, bytes, error) == NULL)
        return FALSE;
      at += 8 + bytes;
    }

  return at == size
         || set_error (self, NN_ERROR_FILE, _("It has more bytes than it speaks of."), error);
}

static gboolean
open_old (NnTorchFile  *self,
          GError      **error)
{
  g_autoptr (NnPickle) sizes = NULL;
  g_autoptr (NnPickle) keys = NULL;
  gsize at = sizeof old_head;

  if (g_bytes_get_size (self->bytes) < sizeof old_head
      || memcmp (g_bytes_get_data (self->bytes, NULL), old_head, sizeof old_head) != 0)
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("This is a pickle of Python, but not one that PyTorch has saved."), error);

  sizes = read_old_pickle (self, &at, error);
  if (sizes == NULL)
    return FALSE;
  if (!is_little_endian (nn_pickle_get_root (sizes)))
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("Its numbers have the order of bytes of another kind of machine."), error);

  self->pickle = read_old_pickle (self, &at, error);
  keys = self->pickle == NULL ? NULL : read_old_pickle (self, &at, error);
  return keys != NULL && open_old_storages (self, nn_pickle_get_root (keys), at, error);
}

static gboolean
is_zip (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= 4 && memcmp (data, "PK\3\4", 4) == 0;
}

gboolean
nn_torch_file_fits (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return is_zip (bytes) || (size >= 2 && data[0] == 0x80 && data[1] == 2);
}

NnTorchFile *
nn_torch_file_open (GBytes          *bytes,
                    const char      *source,
                    const NnLimits  *limits,
                    GError         **error)
{
  g_autoptr (NnTorchFile) self = g_new0 (NnTorchFile, 1);

  self->source = g_strdup (source);
  self->bytes = g_bytes_ref (bytes);
  self->limits = limits;
  self->storages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) nn_tensor_unref);

  return (is_zip (bytes) ? open_zip (self, error) : open_old (self, error))
    ? g_steal_pointer (&self) : NULL;
}

/* The storage that @ref speaks of, from the archive when it is the first time. */
static NnTensor *
get_storage (NnTorchFile       *self,
             const StorageRef  *ref,
             GError           **error)
{
  NnTensor *storage = g_hash_table_lookup (self->storages, ref->key);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint index;

  if (storage != NULL && nn_tensor_get_dtype (storage) == ref->dtype
      && nn_tensor_get_count (storage) == ref->count)
    return storage;

  path = self->root == NULL ? NULL : g_strconcat (self->root, "data/", ref->key, NULL);
  if (storage != NULL || path == NULL || !nn_zip_find (self->zip, path, &index))
    {
      g_autofree char *quoted = nn_json_quote (ref->key);
      g_autofree char *rule = g_strdup_printf (_("There is no storage %s of %lld numbers of %s."),
                                               quoted, (long long) ref->count,
                                               nn_dtype_name (ref->dtype));

      set_error (self, NN_ERROR_FILE, rule, error);
      return NULL;
    }

  bytes = nn_zip_extract (self->zip, index, error);
  return bytes == NULL ? NULL
    : add_storage (self, ref, bytes, 0, g_bytes_get_size (bytes), error);
}

/* A tuple of whole numbers, none below 0.  torch.Size is a call around it. */
static gboolean
read_numbers (const NnPickleValue *value,
              guint               *count,
              gint64               numbers[NN_MAX_RANK])
{
  if (value->type == NN_PICKLE_CALL && value->items[1]->n_items == 1)
    value = value->items[1]->items[0];
  if (value->type != NN_PICKLE_TUPLE && value->type != NN_PICKLE_LIST)
    return FALSE;

  *count = value->n_items;
  for (guint i = 0; i < value->n_items; i++)
    {
      if (value->items[i]->type != NN_PICKLE_INTEGER || value->items[i]->integer < 0)
        return FALSE;
      if (i < NN_MAX_RANK)
        numbers[i] = value->items[i]->integer;
    }

  return TRUE;
}

/* Whether every element lies in a storage of @count. */
static gboolean
is_inside (const NnShape *shape,
           const gint64   strides[NN_MAX_RANK],
           gint64         offset,
           gint64         count)
{
  gint64 last = offset;
  gint64 reach;

  if (nn_shape_count (shape) == 0)
    return offset <= count;

  for (int axis = 0; axis < shape->rank; axis++)
    if (__builtin_mul_overflow (shape->size[axis] - 1, strides[axis], &reach)
        || __builtin_add_overflow (last, reach, &last))
      return FALSE;

  return last < count;
}

gboolean
nn_torch_file_is_tensor (const NnPickleValue *value)
{
  return value->type == NN_PICKLE_CALL
         && (nn_pickle_is (value->items[0], NN_PICKLE_GLOBAL, TENSOR_V2)
             || nn_pickle_is (value->items[0], NN_PICKLE_GLOBAL, TENSOR_V1)
             || nn_pickle_is (value->items[0], NN_PICKLE_GLOBAL, PARAMETER));
}

NnTensor *
nn_torch_file_make_tensor (NnTorchFile          *self,
                           const NnPickleValue  *value,
                           GError              **error)
{
  const NnPickleValue *arguments = value->items[1];
  StorageRef ref;
  NnTensor *storage;
  NnShape shape = { 0 };
  gint64 strides[NN_MAX_RANK];
  guint rank, n_strides;

  /* A parameter is a call around its tensor. */
  if (nn_pickle_is (value->items[0], NN_PICKLE_GLOBAL, PARAMETER) && arguments->n_items > 0
      && nn_torch_file_is_tensor (arguments->items[0]))
    arguments = arguments->items[0]->items[1];

  if (arguments->n_items < 4
      || arguments->items[1]->type != NN_PICKLE_INTEGER || arguments->items[1]->integer < 0
      || !read_numbers (arguments->items[2], &rank, shape.size)
      || !read_numbers (arguments->items[3], &n_strides, strides) || rank != n_strides)
    {
      set_error (self, NN_ERROR_FILE, _("It describes a tensor in a way that makes no sense."),
                 error);
      return NULL;
    }
  if (rank > NN_MAX_RANK)
    {
      g_autofree char *rule = g_strdup_printf (_("It has a tensor of %u axes, and at most %d can "
                                                 "be read."), rank, NN_MAX_RANK);

      set_error (self, NN_ERROR_UNSUPPORTED, rule, error);
      return NULL;
    }

  shape.rank = (int) rank;
  if (!read_storage_ref (self, arguments->items[0], &ref, error)
      || (storage = get_storage (self, &ref, error)) == NULL)
    return NULL;
  if (!nn_shape_check_count (&shape, nn_dtype_size (ref.dtype), NULL)
      || (gsize) nn_shape_count (&shape) > self->limits->bytes / nn_dtype_size (ref.dtype)
      || !is_inside (&shape, strides, arguments->items[1]->integer, ref.count))
    {
      set_error (self, NN_ERROR_FILE, _("It has a tensor that is larger than its numbers."), error);
      return NULL;
    }

  return nn_tensor_view (storage, &shape, strides, arguments->items[1]->integer);
}
