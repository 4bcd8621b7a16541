/* sample-input.c: one sample from a picture or from typed numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/sample-input.h"

#include "datasets/image-decode.h"
#include "datasets/options.h"
#include "engine/error.h"
#include "engine/file.h"

#include <glib/gi18n.h>

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

gboolean
app_sample_read (const char       *text,
                 const NnShape    *shape,
                 DsTransformList  *transforms,
                 float            *out,
                 GError          **error)
{
  gboolean image = is_image (shape);
  g_autofree void *item = image ? read_image (text, shape, error)
                                : read_numbers (text, shape, error);
  g_autofree void *scratch = g_malloc (ds_transform_list_get_scratch (transforms, shape) + 1);

  if (item == NULL)
    return FALSE;

  ds_transform_list_apply (transforms, item, image ? NN_UINT8 : NN_FLOAT32, shape, FALSE, 0, 0, 0,
                           out, scratch);
  return TRUE;
}
