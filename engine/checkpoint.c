/* checkpoint.c: a training on disk, complete enough to go on bit by bit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/checkpoint.h"

#include "engine/error.h"
#include "engine/safetensors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT "epoch-checkpoint-1"

/* The fields of the position as text, both ways.  Doubles are written so that
 * every bit comes back. */
typedef enum
{
  FIELD_UINT64,
  FIELD_UINT32,
  FIELD_INT64,
  FIELD_DOUBLE,
  FIELD_BOOL,
} FieldType;

static const struct
{
  const char *key;
  FieldType   type;
  gsize       offset;
  gboolean    is_new;           /* older checkpoints lack it */
} fields[] = {
  { "seed", FIELD_UINT64, G_STRUCT_OFFSET (NnPosition, seed) },
  { "step", FIELD_UINT64, G_STRUCT_OFFSET (NnPosition, step) },
  { "epoch", FIELD_UINT32, G_STRUCT_OFFSET (NnPosition, epoch) },
  { "position", FIELD_INT64, G_STRUCT_OFFSET (NnPosition, position) },
  { "sample-loss", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, sample_loss) },
  { "sample-correct", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, sample_correct) },
  { "sample-count", FIELD_INT64, G_STRUCT_OFFSET (NnPosition, sample_count) },
  { "epoch-loss", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, epoch_loss) },
  { "epoch-correct", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, epoch_correct) },
  { "epoch-count", FIELD_INT64, G_STRUCT_OFFSET (NnPosition, epoch_count) },
  { "train-loss", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, train_loss) },
  { "train-accuracy", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, train_accuracy) },
  { "validation-loss", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, validation_loss) },
  { "validation-accuracy", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, validation_accuracy) },
  { "best-loss", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, best_loss) },
  { "best-epoch", FIELD_UINT32, G_STRUCT_OFFSET (NnPosition, best_epoch) },
  { "finished", FIELD_BOOL, G_STRUCT_OFFSET (NnPosition, finished) },
  { "memory-0", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[0]), TRUE },
  { "memory-1", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[1]), TRUE },
  { "memory-2", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[2]), TRUE },
  { "memory-3", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[3]), TRUE },
  { "memory-4", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[4]), TRUE },
  { "memory-5", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[5]), TRUE },
  { "memory-6", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[6]), TRUE },
  { "memory-7", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, memory[7]), TRUE },
  { "schedule-rate", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, schedule.rate), TRUE },
  { "schedule-best", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, schedule.best), TRUE },
  { "schedule-bad", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, schedule.bad_epochs), TRUE },
  { "schedule-cooldown", FIELD_DOUBLE, G_STRUCT_OFFSET (NnPosition, schedule.cooldown), TRUE },
};

static char *
print_field (const NnPosition *position,
             gsize             index)
{
  const void *field = G_STRUCT_MEMBER_P (position, fields[index].offset);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  switch (fields[index].type)
    {
    case FIELD_UINT64:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *) field);
    case FIELD_UINT32:
      return g_strdup_printf ("%" G_GUINT32_FORMAT, *(const guint32 *) field);
    case FIELD_INT64:
      return g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) field);
    case FIELD_BOOL:
      return g_strdup (*(const gboolean *) field ? "1" : "0");
    case FIELD_DOUBLE:
    default:
      return g_strdup (g_ascii_dtostr (number, sizeof number, *(const double *) field));
    }
}

static gboolean
parse_field (NnPosition *position,
             gsize       index,
             const char *text)
{
  void *field = G_STRUCT_MEMBER_P (position, fields[index].offset);
  guint64 whole;
  gint64 number;
  char *end;

  switch (fields[index].type)
    {
    case FIELD_UINT64:
      return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, field, NULL);
    case FIELD_UINT32:
      if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &whole, NULL))
        return FALSE;
      *(guint32 *) field = (guint32) whole;
      return TRUE;
    case FIELD_INT64:
      if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL))
        return FALSE;
      *(gint64 *) field = number;
      return TRUE;
    case FIELD_BOOL:
      *(gboolean *) field = g_str_equal (text, "1");
      return g_str_equal (text, "1") || g_str_equal (text, "0");
    case FIELD_DOUBLE:
    default:
      *(double *) field = g_ascii_strtod (text, &end);
      return end != text && *end == '\0';
    }
}

/* Everything of the model that goes into a file, in one order. */
static GArray *
list_tensors (NnModel        *model,
              const NnBuffer *buffers,
              int             n_buffers,
              GStringChunk   *names)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (NnSafetensor));

  for (guint i = 0; i < nn_model_get_n_entries (model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (model, i);
      NnSafetensor tensor = {
        entry->name, NN_FLOAT32, entry->shape, nn_model_get_data (model, entry)
      };

      g_array_append_val (list, tensor);
    }

  for (int k = 0; k < n_buffers; k++)
    for (guint i = 0; i < nn_model_get_n_entries (model); i++)
      {
        const NnModelEntry *entry = nn_model_get_entry (model, i);
        g_autofree char *name = g_strdup_printf ("%s.%s", buffers[k].name, entry->name);
        NnSafetensor tensor = {
          g_string_chunk_insert (names, name), NN_FLOAT32, entry->shape,
          buffers[k].data + entry->offset
        };

        if (!entry->is_state)
          g_array_append_val (list, tensor);
      }

  return list;
}

static gsize
tensor_bytes (const NnSafetensor *tensor)
{
  return (gsize) nn_shape_count (&tensor->shape) * sizeof (float);
}

static char *
digest_tensors (GArray *list)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < list->len; i++)
    {
      const NnSafetensor *tensor = &g_array_index (list, NnSafetensor, i);
      gsize bytes = tensor_bytes (tensor);

      /* The checksum counts in gssize. */
      g_checksum_update (checksum, tensor->data, (gssize) bytes);
    }

  return g_strdup (g_checksum_get_string (checksum));
}

char *
nn_checkpoint_digest (NnModel        *model,
                      const NnBuffer *buffers,
                      int             n_buffers)
{
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) list = list_tensors (model, buffers, n_buffers, names);

  return digest_tensors (list);
}

gboolean
nn_checkpoint_write (const char        *path,
                     NnModel           *model,
                     const NnBuffer    *buffers,
                     int                n_buffers,
                     const NnPosition  *position,
                     GError           **error)
{
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) list = list_tensors (model, buffers, n_buffers, names);
  g_autofree char *digest = digest_tensors (list);
  g_autoptr (GPtrArray) metadata = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (metadata, g_strdup ("format"));
  g_ptr_array_add (metadata, g_strdup (FORMAT));
  g_ptr_array_add (metadata, g_strdup ("digest"));
  g_ptr_array_add (metadata, g_strdup (digest));
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_ptr_array_add (metadata, g_strdup (fields[i].key));
      g_ptr_array_add (metadata, print_field (position, i));
    }
  g_ptr_array_add (metadata, NULL);

  return nn_safetensors_write (path, (const NnSafetensor *) list->data, list->len,
                               (const char *const *) metadata->pdata, error);
}

/* Points the data of each tensor in @list to its numbers in @file. */
static gboolean
find_tensors (NnSafetensors  *file,
              const char     *path,
              GArray         *list,
              GError        **error)
{
  for (guint i = 0; i < list->len; i++)
    {
      NnSafetensor *wanted = &g_array_index (list, NnSafetensor, i);
      const NnSafetensor *found = nn_safetensors_find (file, wanted->name);

      if (found == NULL)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s” has no tensor “%s”: it belongs to another network."),
                       path, wanted->name);
          return FALSE;
        }
      if (found->dtype != NN_FLOAT32 || !nn_shape_equal (&found->shape, &wanted->shape))
        {
          g_autofree char *is = nn_shape_print (&found->shape);
          g_autofree char *should = nn_shape_print (&wanted->shape);

          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s”: tensor “%s” is %s of %s, and the network needs float32 of %s."),
                       path, wanted->name, nn_dtype_name (found->dtype), is, should);
          return FALSE;
        }
      wanted->data = found->data;
    }

  return TRUE;
}

static gboolean
read_position (NnSafetensors  *file,
               const char     *path,
               NnPosition     *position,
               GError        **error)
{
  const char *format = nn_safetensors_get_metadata (file, "format");

  if (format == NULL || !g_str_equal (format, FORMAT))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” is no checkpoint of this program’s version."), path);
      return FALSE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *text = nn_safetensors_get_metadata (file, fields[i].key);

      if (text == NULL && fields[i].is_new)
        continue;
      if (text == NULL || !parse_field (position, i, text))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s”: the entry “%s” is missing or damaged."), path, fields[i].key);
          return FALSE;
        }
    }

  return TRUE;
}

/* From the places in the file to those of the model.  Safetensors need not be
 * aligned, so bytes are copied and never read as floats. */
static void
copy_tensors (const GArray *from,
              const GArray *to)
{
  for (guint i = 0; i < from->len; i++)
    {
      const NnSafetensor *source = &g_array_index (from, NnSafetensor, i);

      memcpy ((void *) g_array_index (to, NnSafetensor, i).data, source->data,
              tensor_bytes (source));
    }
}

gboolean
nn_checkpoint_read (const char      *path,
                    NnModel         *model,
                    const NnBuffer  *buffers,
                    int              n_buffers,
                    NnPosition      *position,
                    GError         **error)
{
  g_autoptr (NnSafetensors) file = nn_safetensors_open (path, error);
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) places = list_tensors (model, buffers, n_buffers, names);
  g_autoptr (GArray) found = list_tensors (model, buffers, n_buffers, names);
  g_autofree char *digest = NULL;
  NnPosition result = *position;

  if (file == NULL || !find_tensors (file, path, found, error)
      || !read_position (file, path, &result, error))
    return FALSE;

  digest = digest_tensors (found);
  if (g_strcmp0 (digest, nn_safetensors_get_metadata (file, "digest")) != 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” is damaged: its numbers do not have the digest it names."), path);
      return FALSE;
    }

  copy_tensors (found, places);
  *position = result;
  return TRUE;
}

static gboolean
read_model (NnModel        *model,
            NnSafetensors  *file,
            const char     *source,
            GError        **error)
{
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) places = list_tensors (model, NULL, 0, names);
  g_autoptr (GArray) found = list_tensors (model, NULL, 0, names);

  if (!find_tensors (file, source, found, error))
    return FALSE;

  copy_tensors (found, places);
  return TRUE;
}

gboolean
nn_model_read (NnModel     *model,
               const char  *path,
               GError     **error)
{
  g_autoptr (NnSafetensors) file = nn_safetensors_open (path, error);

  return file != NULL && read_model (model, file, path, error);
}

gboolean
nn_model_read_bytes (NnModel     *model,
                     GBytes      *bytes,
                     const char  *source,
                     GError     **error)
{
  g_autoptr (NnSafetensors) file = nn_safetensors_parse (bytes, source, error);

  return file != NULL && read_model (model, file, source, error);
}

/* Other programs ask for this word. */
static const char *const model_metadata[] = { "format", "pt", NULL };

gboolean
nn_model_write (NnModel     *model,
                const char  *path,
                GError     **error)
{
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) list = list_tensors (model, NULL, 0, names);

  return nn_safetensors_write (path, (const NnSafetensor *) list->data, list->len, model_metadata,
                               error);
}

GBytes *
nn_model_pack (NnModel  *model,
               GError  **error)
{
  g_autoptr (GStringChunk) names = g_string_chunk_new (1024);
  g_autoptr (GArray) list = list_tensors (model, NULL, 0, names);

  return nn_safetensors_pack ((const NnSafetensor *) list->data, list->len, model_metadata, error);
}
