/* safetensors.c: named tensors in a file that other programs read, too
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/safetensors.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/json-writer.h"
#include "engine/json.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* The format (https://github.com/huggingface/safetensors): the length of the
 * header in eight bytes, the header as JSON, and the numbers one tensor after
 * the other, all little-endian.  Every byte behind the header belongs to
 * exactly one tensor, so nothing can hide in a file or be read twice. */

#define LENGTH_BYTES      8
#define MAX_HEADER_BYTES  100000000
#define MAX_TENSORS       100000
#define MAX_FORMAT_RANK   16
#define METADATA          "__metadata__"

G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

typedef struct
{
  NnSafetensor tensor;
  gsize        begin;           /* of its data, from the end of the header */
} Entry;

struct _NnSafetensors
{
  gatomicrefcount   ref_count;
  char             *source;
  NnJson           *header;     /* owns the names */
  GBytes           *bytes;
  gsize             n_entries;
  Entry            *entries;    /* in the order of the file */
  const Entry     **sorted;     /* by name */
};

/* The reference library writes the types in this order, widest first, which
 * keeps all of them aligned. */
static const struct
{
  const char *name;
  int         order;
} dtypes[NN_N_DTYPES] = {
  [NN_INT64]    = { "I64", 0 },
  [NN_FLOAT64]  = { "F64", 1 },
  [NN_FLOAT32]  = { "F32", 2 },
  [NN_INT32]    = { "I32", 3 },
  [NN_BFLOAT16] = { "BF16", 4 },
  [NN_FLOAT16]  = { "F16", 5 },
  [NN_INT16]    = { "I16", 6 },
  [NN_INT8]     = { "I8", 7 },
  [NN_UINT8]    = { "U8", 8 },
  [NN_BOOL]     = { "BOOL", 9 },
};

static gsize
get_bytes (const NnSafetensor *tensor)
{
  return (gsize) nn_shape_count (&tensor->shape) * nn_dtype_size (tensor->dtype);
}

NnSafetensors *
nn_safetensors_ref (NnSafetensors *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
nn_safetensors_unref (NnSafetensors *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->header, nn_json_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->sorted);
  g_free (self->entries);
  g_free (self->source);
  g_free (self);
}

gsize
nn_safetensors_get_count (NnSafetensors *self)
{
  return self->n_entries;
}

const NnSafetensor *
nn_safetensors_get (NnSafetensors *self,
                    gsize          index)
{
  g_assert (index < self->n_entries);
  return &self->entries[index].tensor;
}

static int
compare_name_to_entry (const void *name,
                       const void *entry)
{
  return strcmp (name, (*(const Entry *const *) entry)->tensor.name);
}

const NnSafetensor *
nn_safetensors_find (NnSafetensors *self,
                     const char    *name)
{
  const Entry **found = self->n_entries == 0 ? NULL
    : bsearch (name, self->sorted, self->n_entries, sizeof (Entry *), compare_name_to_entry);

  return found == NULL ? NULL : &(*found)->tensor;
}

const char *
nn_safetensors_get_metadata (NnSafetensors *self,
                             const char    *key)
{
  const NnJson *metadata = nn_json_find (self->header, METADATA);
  const NnJson *value = metadata == NULL ? NULL : nn_json_find (metadata, key);

  return value == NULL ? NULL : nn_json_as_string (value, NULL);
}

NnTensor *
nn_safetensors_view (NnSafetensors       *self,
                     const NnSafetensor  *tensor,
                     GError             **error)
{
  const char *start = g_bytes_get_data (self->bytes, NULL);

  return nn_tensor_new_in (tensor->dtype, &tensor->shape, self->bytes,
                           (gsize) ((const char *) tensor->data - start), error);
}

/* @rule is a sentence about the tensor @name. */
static void
set_tensor_error (NnSafetensors  *self,
                  const char     *name,
                  NnErrorCode     code,
                  const char     *rule,
                  GError        **error)
{
  g_autofree char *quoted = nn_json_quote (name);

  g_set_error (error, NN_ERROR, code,
               /* Translators: file: tensor “name”: sentence. */
               _("%s: tensor %s: %s"), self->source, quoted, rule);
}

static gboolean
read_dtype (NnSafetensors  *self,
            const NnJson   *json,
            NnDtype        *dtype,
            GError        **error)
{
  const char *name = nn_json_get_string (json, "dtype", error);
  g_autofree char *quoted = NULL;
  g_autofree char *rule = NULL;

  if (name == NULL)
    return FALSE;

  for (int i = 0; i < NN_N_DTYPES; i++)
    if (g_str_equal (dtypes[i].name, name))
      {
        *dtype = i;
        return TRUE;
      }

  quoted = nn_json_quote (name);
  rule = g_strdup_printf (_("Numbers of the type %s cannot be read here."), quoted);
  set_tensor_error (self, nn_json_get_key (json), NN_ERROR_UNSUPPORTED, rule, error);
  return FALSE;
}

static gboolean
read_shape (NnSafetensors  *self,
            const NnJson   *json,
            NnDtype         dtype,
            NnShape        *shape,
            GError        **error)
{
  const NnJson *list = nn_json_get_array (json, "shape", error);
  guint rank = list == NULL ? 0 : nn_json_get_length (list);

  if (list == NULL)
    return FALSE;

  if (rank > NN_MAX_RANK)
    {
      g_autofree char *rule = g_strdup_printf (_("It has %u axes, and at most %d can be read."),
                                               rank, NN_MAX_RANK);

      set_tensor_error (self, nn_json_get_key (json),
                        rank > MAX_FORMAT_RANK ? NN_ERROR_FILE : NN_ERROR_UNSUPPORTED, rule, error);
      return FALSE;
    }

  *shape = (NnShape) { 0 };
  for (const NnJson *size = nn_json_first (list); size != NULL; size = nn_json_next (size))
    if (!nn_json_as_integer (size, 0, G_MAXINT64, &shape->size[shape->rank++], error))
      return FALSE;

  if (!nn_shape_check_count (shape, nn_dtype_size (dtype), NULL))
    {
      set_tensor_error (self, nn_json_get_key (json), NN_ERROR_FILE,
                        _("Its shape has more elements than can be counted."), error);
      return FALSE;
    }

  return TRUE;
}

/* The place of the data, which must be as long as @entry needs. */
static gboolean
read_offsets (NnSafetensors  *self,
              const NnJson   *json,
              gsize           data_bytes,
              Entry          *entry,
              GError        **error)
{
  const NnJson *list = nn_json_get_array (json, "data_offsets", error);
  gsize bytes = get_bytes (&entry->tensor);
  guint64 begin, end;

  if (list == NULL)
    return FALSE;

  if (nn_json_get_length (list) != 2)
    {
      set_tensor_error (self, nn_json_get_key (json), NN_ERROR_FILE,
                        _("“data_offsets” must be two numbers."), error);
      return FALSE;
    }

  if (!nn_json_as_unsigned (nn_json_first (list), data_bytes, &begin, error)
      || !nn_json_as_unsigned (nn_json_next (nn_json_first (list)), data_bytes, &end, error))
    return FALSE;

  if (end < begin || end - begin != bytes)
    {
      g_autofree char *rule =
        g_strdup_printf (_("Its shape and type need %zu bytes, and it lies from %llu to %llu."),
                         bytes, (unsigned long long) begin, (unsigned long long) end);

      set_tensor_error (self, nn_json_get_key (json), NN_ERROR_FILE, rule, error);
      return FALSE;
    }

  entry->begin = begin;
  return TRUE;
}

static gboolean
read_entry (NnSafetensors  *self,
            const NnJson   *json,
            gsize           data_bytes,
            Entry          *entry,
            GError        **error)
{
  entry->tensor.name = nn_json_get_key (json);

  if (!read_dtype (self, json, &entry->tensor.dtype, error)
      || !read_shape (self, json, entry->tensor.dtype, &entry->tensor.shape, error)
      || !read_offsets (self, json, data_bytes, entry, error))
    return FALSE;

  if (nn_json_get_length (json) != 3)
    {
      set_tensor_error (self, entry->tensor.name, NN_ERROR_FILE,
                        _("It may only have “dtype”, “shape” and “data_offsets”."), error);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_metadata (const NnJson  *json,
                GError       **error)
{
  if (nn_json_as_object (json, error) == NULL)
    return FALSE;

  for (const NnJson *value = nn_json_first (json); value != NULL; value = nn_json_next (value))
    if (nn_json_as_string (value, error) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
read_entries (NnSafetensors  *self,
              gsize           data_bytes,
              GError        **error)
{
  gsize n_tensors = nn_json_get_length (self->header)
                    - (nn_json_find (self->header, METADATA) != NULL);

  if (n_tensors > MAX_TENSORS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("%s has more than %d tensors."),
                   self->source, MAX_TENSORS);
      return FALSE;
    }

  self->entries = g_new0 (Entry, n_tensors);
  for (const NnJson *json = nn_json_first (self->header); json != NULL; json = nn_json_next (json))
    {
      gboolean is_good;

      if (g_str_equal (nn_json_get_key (json), METADATA))
        is_good = check_metadata (json, error);
      else
        is_good = read_entry (self, json, data_bytes, &self->entries[self->n_entries++], error);
      if (!is_good)
        return FALSE;
    }

  return TRUE;
}

static int
compare_places (const void *a,
                const void *b)
{
  const Entry *first = a;
  const Entry *second = b;
  gsize first_bytes = get_bytes (&first->tensor);
  gsize second_bytes = get_bytes (&second->tensor);

  if (first->begin != second->begin)
    return first->begin < second->begin ? -1 : 1;

  /* The empty one lies in front of the one that starts at the same place. */
  return (first_bytes > second_bytes) - (first_bytes < second_bytes);
}

/* Each byte of the data belongs to exactly one tensor. */
static gboolean
check_places (NnSafetensors  *self,
              gsize           data_bytes,
              GError        **error)
{
  gsize end = 0;

  if (self->n_entries > 1)
    qsort (self->entries, self->n_entries, sizeof (Entry), compare_places);
  for (gsize i = 0; i < self->n_entries; i++)
    {
      const Entry *entry = &self->entries[i];

      if (entry->begin != end)
        {
          g_autofree char *rule =
            g_strdup_printf (_("It starts at byte %zu of the data, where byte %zu is next."),
                             entry->begin, end);

          set_tensor_error (self, entry->tensor.name, NN_ERROR_FILE, rule, error);
          return FALSE;
        }
      end += get_bytes (&entry->tensor);
    }

  if (end != data_bytes)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("%s has %zu bytes of data, and its tensors have %zu."),
                   self->source, data_bytes, end);
      return FALSE;
    }

  return TRUE;
}

static int
compare_names (const void *a,
               const void *b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return strcmp ((*first)->tensor.name, (*second)->tensor.name);
}

/* The tensors that @header describes, still without their data. */
static NnSafetensors *
parse_header (const char  *header,
              gsize        header_bytes,
              gsize        data_bytes,
              const char  *source,
              GError     **error)
{
  g_autoptr (NnSafetensors) self = g_new0 (NnSafetensors, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source = g_strdup (source);
  self->header = nn_json_parse (header, header_bytes, MAX_HEADER_BYTES, source, error);
  if (self->header == NULL
      || nn_json_as_object (self->header, error) == NULL
      || !read_entries (self, data_bytes, error)
      || !check_places (self, data_bytes, error))
    return NULL;

  self->sorted = g_new (const Entry *, self->n_entries);
  for (gsize i = 0; i < self->n_entries; i++)
    self->sorted[i] = &self->entries[i];
  if (self->n_entries > 1)
    qsort (self->sorted, self->n_entries, sizeof (Entry *), compare_names);

  return g_steal_pointer (&self);
}

NnSafetensors *
nn_safetensors_parse (GBytes      *bytes,
                      const char  *source,
                      GError     **error)
{
  gsize size;
  const char *start = g_bytes_get_data (bytes, &size);
  NnSafetensors *self;
  guint64 header_bytes;
  const char *data;

  if (size <= LENGTH_BYTES)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("%s has %zu bytes, too few for a safetensors file."), source, size);
      return NULL;
    }

  memcpy (&header_bytes, start, LENGTH_BYTES);
  if (header_bytes > MAX_HEADER_BYTES || header_bytes > size - LENGTH_BYTES
      || start[LENGTH_BYTES] != '{')
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("%s does not start like a safetensors file: a header of %llu bytes does not "
                     "fit %zu bytes, or does not begin with “{”."),
                   source, (unsigned long long) header_bytes, size);
      return NULL;
    }

  data = start + LENGTH_BYTES + header_bytes;
  self = parse_header (start + LENGTH_BYTES, header_bytes, (gsize) (start + size - data),
                       source, error);
  if (self == NULL)
    return NULL;

  self->bytes = g_bytes_ref (bytes);
  for (gsize i = 0; i < self->n_entries; i++)
    self->entries[i].tensor.data = data + self->entries[i].begin;

  return self;
}

NnSafetensors *
nn_safetensors_open (const char  *path,
                     GError     **error)
{
  g_autoptr (GBytes) bytes = nn_file_map (path, error);
  g_autofree char *source = NULL;

  if (bytes == NULL)
    return NULL;

  source = g_filename_display_basename (path);
  return nn_safetensors_parse (bytes, source, error);
}

static int
compare_for_writing (const void *a,
                     const void *b)
{
  const NnSafetensor *first = *(const NnSafetensor *const *) a;
  const NnSafetensor *second = *(const NnSafetensor *const *) b;
  int order = dtypes[first->dtype].order - dtypes[second->dtype].order;

  return order != 0 ? order : strcmp (first->name, second->name);
}

static void
write_entry (NnJsonWriter       *writer,
             const NnSafetensor *tensor,
             gsize               begin)
{
  nn_json_writer_begin_object (writer, tensor->name);
  nn_json_writer_add_string (writer, "dtype", dtypes[tensor->dtype].name);
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 0; i < tensor->shape.rank; i++)
    nn_json_writer_add_integer (writer, NULL, tensor->shape.size[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_begin_array (writer, "data_offsets");
  nn_json_writer_add_unsigned (writer, NULL, begin);
  nn_json_writer_add_unsigned (writer, NULL, begin + get_bytes (tensor));
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
}

/* The header, filled up with spaces so that the data is aligned.  @data_bytes
 * is what follows.  (transfer full) */
static GString *
make_header (const NnSafetensor *const *tensors,
             gsize                      n_tensors,
             const char *const         *metadata,
             gsize                     *data_bytes)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
  g_autofree char *text = NULL;
  GString *header;

  nn_json_writer_begin_object (writer, NULL);
  if (metadata != NULL && metadata[0] != NULL)
    {
      nn_json_writer_begin_object (writer, METADATA);
      for (int i = 0; metadata[i] != NULL; i += 2)
        nn_json_writer_add_string (writer, metadata[i], metadata[i + 1]);
      nn_json_writer_end_object (writer);
    }

  *data_bytes = 0;
  for (gsize i = 0; i < n_tensors; i++)
    {
      write_entry (writer, tensors[i], *data_bytes);
      *data_bytes += get_bytes (tensors[i]);
    }
  nn_json_writer_end_object (writer);

  text = nn_json_writer_finish (writer, NULL);
  header = g_string_new (text);
  while (header->len % LENGTH_BYTES != 0)
    g_string_append_c (header, ' ');

  return header;
}

static gboolean
write_file (const char                *path,
            const GString             *header,
            const NnSafetensor *const *tensors,
            gsize                      n_tensors,
            gsize                      data_bytes,
            GError                   **error)
{
  guint64 header_bytes = header->len;
  g_autoptr (NnFileWriter) writer =
    nn_file_writer_new (path, LENGTH_BYTES + header->len + data_bytes, error);

  if (writer == NULL
      || !nn_file_writer_write (writer, &header_bytes, LENGTH_BYTES, error)
      || !nn_file_writer_write (writer, header->str, header->len, error))
    return FALSE;

  for (gsize i = 0; i < n_tensors; i++)
    if (!nn_file_writer_write (writer, tensors[i]->data, get_bytes (tensors[i]), error))
      return FALSE;

  return nn_file_writer_commit (writer, error);
}

/* What will be written, in the order of the file.  Fails when it could not be
 * read back. */
typedef struct
{
  const NnSafetensor **sorted;
  GString             *header;
  gsize                data_bytes;
} Draft;

static void
draft_clear (Draft *self)
{
  g_free (self->sorted);
  g_string_free (self->header, TRUE);
}

static gboolean
draft_init (Draft               *self,
            const char          *source,
            const NnSafetensor  *tensors,
            gsize                n_tensors,
            const char *const   *metadata,
            GError             **error)
{
  g_autoptr (NnSafetensors) check = NULL;

  self->sorted = g_new (const NnSafetensor *, n_tensors);
  for (gsize i = 0; i < n_tensors; i++)
    self->sorted[i] = &tensors[i];
  if (n_tensors > 1)
    qsort (self->sorted, n_tensors, sizeof (NnSafetensor *), compare_for_writing);
  self->header = make_header (self->sorted, n_tensors, metadata, &self->data_bytes);

  check = parse_header (self->header->str, self->header->len, self->data_bytes, source, error);
  return check != NULL;
}

gboolean
nn_safetensors_write (const char          *path,
                      const NnSafetensor  *tensors,
                      gsize                n_tensors,
                      const char *const   *metadata,
                      GError             **error)
{
  g_autofree char *source = g_filename_display_basename (path);
  Draft draft;
  gboolean is_done = draft_init (&draft, source, tensors, n_tensors, metadata, error)
    && write_file (path, draft.header, draft.sorted, n_tensors, draft.data_bytes, error);

  draft_clear (&draft);
  return is_done;
}

GBytes *
nn_safetensors_pack (const NnSafetensor  *tensors,
                     gsize                n_tensors,
                     const char *const   *metadata,
                     GError             **error)
{
  Draft draft;
  guint64 header_bytes;
  gsize size;
  char *bytes, *at;

  if (!draft_init (&draft, _("The file"), tensors, n_tensors, metadata, error))
    {
      draft_clear (&draft);
      return NULL;
    }

  header_bytes = draft.header->len;
  size = LENGTH_BYTES + draft.header->len + draft.data_bytes;
  bytes = g_try_malloc (size);
  if (bytes == NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                 _("There is no memory for a file of %zu bytes."), size);
  else
    {
      memcpy (bytes, &header_bytes, LENGTH_BYTES);
      memcpy (bytes + LENGTH_BYTES, draft.header->str, header_bytes);
      at = bytes + LENGTH_BYTES + header_bytes;
      for (gsize i = 0; i < n_tensors; at += get_bytes (draft.sorted[i]), i++)
        if (get_bytes (draft.sorted[i]) > 0)
          memcpy (at, draft.sorted[i]->data, get_bytes (draft.sorted[i]));
    }

  draft_clear (&draft);
  return bytes == NULL ? NULL : g_bytes_new_take (bytes, size);
}
