/* cell-samples.c: the samples behind a cell of a confusion matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/cell-samples.h"

#include "engine/error.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#define MOST_SIDE 65536         /* numbers along one axis of a sample */

static gboolean
read_shape (AppCellSamples  *self,
            const NnJson    *json,
            GError         **error)
{
  const NnJson *array = nn_json_get_array (json, "shape", error);

  if (array == NULL)
    return FALSE;
  if (nn_json_get_length (array) > NN_MAX_RANK)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("A sample has %u axes and at most %d are "
                                                     "possible."),
                   nn_json_get_length (array), NN_MAX_RANK);
      return FALSE;
    }

  for (const NnJson *item = nn_json_first (array); item != NULL; item = nn_json_next (item))
    if (!nn_json_as_integer (item, 0, MOST_SIDE, &self->shape.size[self->shape.rank++], error))
      return FALSE;

  return TRUE;
}

static gboolean
read_dtype (AppCellSamples  *self,
            const NnJson    *json,
            GError         **error)
{
  const char *name = nn_json_get_string (json, "dtype", error);

  if (name == NULL)
    return FALSE;
  if (g_str_equal (name, nn_dtype_name (NN_UINT8)))
    self->dtype = NN_UINT8;
  else if (g_str_equal (name, nn_dtype_name (NN_FLOAT32)))
    self->dtype = NN_FLOAT32;
  else if (g_str_equal (name, nn_dtype_name (NN_INT64)))
    self->dtype = NN_INT64;
  else
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("Samples of “%s” cannot be shown."), name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_items (AppCellSamples  *self,
            const NnJson    *json,
            GError         **error)
{
  const NnJson *array = nn_json_get_array (json, "items", error);
  guint i = 0;

  if (array == NULL)
    return FALSE;

  self->n_items = nn_json_get_length (array);
  self->items = g_new (guint32, self->n_items + 1);
  for (const NnJson *item = nn_json_first (array); item != NULL; item = nn_json_next (item))
    {
      gint64 index;

      if (!nn_json_as_integer (item, 0, G_MAXUINT32, &index, error))
        return FALSE;
      self->items[i++] = (guint32) index;
    }

  return TRUE;
}

/* The payload holds exactly the items that are named. */
static gboolean
check_size (AppCellSamples  *self,
            GError         **error)
{
  guint64 bytes = nn_dtype_size (self->dtype);
  gboolean fits = g_uint64_checked_mul (&bytes, bytes, self->n_items);

  for (int i = 0; i < self->shape.rank; i++)
    fits = fits && g_uint64_checked_mul (&bytes, bytes, (guint64) self->shape.size[i]);
  if (fits && bytes == g_bytes_get_size (self->data))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("%u samples do not go with %" PRIu64 " bytes."), self->n_items,
               (guint64) g_bytes_get_size (self->data));
  return FALSE;
}

AppCellSamples *
app_cell_samples_read (const AppFrame  *frame,
                       GError         **error)
{
  g_autoptr (AppCellSamples) self = g_new0 (AppCellSamples, 1);
  const NnJson *json = frame->header;
  const char *part = nn_json_get_string (json, "part", error);

  if (part == NULL
      || !nn_json_get_integer (json, "truth", 0, G_MAXINT32, &self->truth, error)
      || !nn_json_get_integer (json, "guess", 0, G_MAXINT32, &self->guess, error)
      || !nn_json_get_integer (json, "count", 0, G_MAXINT64, &self->count, error)
      || !read_dtype (self, json, error)
      || !read_shape (self, json, error)
      || !read_items (self, json, error))
    return NULL;

  self->part = g_strdup (part);
  self->data = g_bytes_ref (frame->payload);
  return check_size (self, error) ? g_steal_pointer (&self) : NULL;
}

void
app_cell_samples_free (AppCellSamples *self)
{
  g_free (self->part);
  g_free (self->items);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}
