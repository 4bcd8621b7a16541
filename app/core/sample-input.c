/* sample-input.c: one sample from a picture, a text or typed numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/sample-input.h"

#include "datasets/image-decode.h"
#include "datasets/options.h"
#include "datasets/text.h"
#include "engine/error.h"
#include "engine/file.h"

#include <glib/gi18n.h>

#define TEXT_BYTES (4 << 20)

static gboolean
is_image (const NnShape *shape)
{
  return shape->rank == 3 && (shape->size[0] == 1 || shape->size[0] == 3);
}

static void *
read_image (const char     *path,
            const NnShape  *shape,
            GError        **error)
{
  g_auto (DsImage) image = { 0 };
  g_autofree char *bytes = NULL;
  guint8 *pixels;
  gsize size;

  bytes = nn_file_read (path, ds_default_limits.image_bytes, &size, error);
  if (bytes == NULL
      || !ds_image_decode ((const guint8 *) bytes, size, ds_default_limits.image_pixels,
                           (int) shape->size[1], (int) shape->size[2], path, &image, error))
    return NULL;

  pixels = g_malloc ((gsize) nn_shape_count (shape));
  ds_image_resize (&image, (int) shape->size[0], (int) shape->size[1], (int) shape->size[2],
                   pixels);
  return pixels;
}

static void *
read_numbers (const char     *text,
              const NnShape  *shape,
              GError        **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  gint64 count = nn_shape_count (shape);
  g_autofree float *numbers = NULL;

  if (g_strv_length (parts) != (guint) count)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” has %u numbers, and a sample has %d. Separate them by commas."),
                   text, g_strv_length (parts), (int) count);
      return NULL;
    }

  numbers = g_new (float, count);
  for (gint64 i = 0; i < count; i++)
    {
      const char *part = g_strstrip (parts[i]);
      char *end;

      numbers[i] = (float) g_ascii_strtod (part, &end);
      if (end == part || *end != '\0')
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” is no number."), part);
          return NULL;
        }
    }

  return g_steal_pointer (&numbers);
}

/* The ids of a text, or of the text in a file. */
static gboolean
read_tokens (const char    *text,
             DsVocabulary  *vocabulary,
             gint64        *out,
             GError       **error)
{
  guint length = ds_vocabulary_get_lengths (vocabulary).item;
  g_autofree gint32 *row = g_new (gint32, length);
  g_autofree char *words = NULL;
  g_auto (DsPieces) pieces = { NULL };

  if (g_file_test (text, G_FILE_TEST_IS_REGULAR))
    {
      g_autofree char *bytes = NULL;
      gboolean foreign;
      gsize size;

      bytes = nn_file_read (text, TEXT_BYTES, &size, error);
      if (bytes == NULL)
        return FALSE;
      words = ds_text_decode (bytes, size, &foreign);
    }

  ds_pieces_init (&pieces);
  ds_vocabulary_encode (vocabulary, words != NULL ? words : text, FALSE, row, length, &pieces);
  for (guint i = 0; i < length; i++)
    out[i] = row[i];
  return TRUE;
}

gboolean
app_sample_read (const char       *text,
                 DsDataset        *dataset,
                 DsTransformList  *transforms,
                 void             *out,
                 GError          **error)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);
  gboolean image = is_image (shape);
  g_autofree void *item = NULL;
  g_autofree void *scratch = NULL;

  if (ds_dataset_get_vocabulary (dataset) != NULL)
    return read_tokens (text, ds_dataset_get_vocabulary (dataset), out, error);

  item = image ? read_image (text, shape, error) : read_numbers (text, shape, error);
  if (item == NULL)
    return FALSE;

  scratch = g_malloc (ds_transform_list_get_scratch (transforms, shape) + 1);
  ds_transform_list_apply (transforms, item, image ? NN_UINT8 : NN_FLOAT32, shape, FALSE, 0, 0, 0,
                           out, scratch);
  return TRUE;
}
