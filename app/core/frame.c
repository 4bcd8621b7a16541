/* frame.c: messages between the window and its worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/frame.h"

#include "engine/error.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#define PREFIX 8                /* bytes of the two lengths */

void
app_frame_free (AppFrame *self)
{
  g_clear_pointer (&self->header, nn_json_unref);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self);
}

GBytes *
app_frame_pack (NnJsonWriter *writer,
                GBytes       *payload)
{
  g_autofree char *header = NULL;
  gsize header_size;
  gsize payload_size = payload != NULL ? g_bytes_get_size (payload) : 0;
  guint32 lengths[2];
  GByteArray *bytes = g_byte_array_new ();

  header = nn_json_writer_finish (writer, &header_size);
  g_assert (header_size <= APP_FRAME_HEADER_BYTES && payload_size <= APP_FRAME_PAYLOAD_BYTES);
  lengths[0] = GUINT32_TO_LE ((guint32) header_size);
  lengths[1] = GUINT32_TO_LE ((guint32) payload_size);
  g_byte_array_append (bytes, (const guint8 *) lengths, PREFIX);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) header_size);
  if (payload_size > 0)
    g_byte_array_append (bytes, g_bytes_get_data (payload, NULL), (guint) payload_size);

  return g_byte_array_free_to_bytes (bytes);
}

struct _AppFrameReader
{
  GByteArray *bytes;
  gsize       start;            /* what lies before has been handed out */
};

AppFrameReader *
app_frame_reader_new (void)
{
  AppFrameReader *self = g_new0 (AppFrameReader, 1);

  self->bytes = g_byte_array_new ();
  return self;
}

void
app_frame_reader_free (AppFrameReader *self)
{
  g_byte_array_unref (self->bytes);
  g_free (self);
}

void
app_frame_reader_push (AppFrameReader *self,
                       const void     *bytes,
                       gsize           size)
{
  if (self->start > 0)
    {
      g_byte_array_remove_range (self->bytes, 0, (guint) self->start);
      self->start = 0;
    }
  g_byte_array_append (self->bytes, bytes, (guint) size);
}

AppFrame *
app_frame_reader_pop (AppFrameReader  *self,
                      GError         **error)
{
  const guint8 *data = self->bytes->data + self->start;
  gsize size = self->bytes->len - self->start;
  guint32 lengths[2];
  gsize header, payload;
  AppFrame *frame;
  NnJson *json;

  if (size < PREFIX)
    return NULL;

  memcpy (lengths, data, PREFIX);
  header = GUINT32_FROM_LE (lengths[0]);
  payload = GUINT32_FROM_LE (lengths[1]);
  if (header > APP_FRAME_HEADER_BYTES || payload > APP_FRAME_PAYLOAD_BYTES)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("A message claims to have %" PRIuPTR " and %" PRIuPTR
                     " bytes, which is more than is allowed."), header, payload);
      return NULL;
    }
  if (size < PREFIX + header + payload)
    return NULL;

  json = nn_json_parse ((const char *) data + PREFIX, header, APP_FRAME_HEADER_BYTES,
                        _("message"), error);
  if (json == NULL)
    return NULL;
  if (nn_json_as_object (json, error) == NULL)
    {
      nn_json_unref (json);
      return NULL;
    }

  frame = g_new0 (AppFrame, 1);
  frame->header = json;
  frame->payload = g_bytes_new (data + PREFIX + header, payload);
  self->start += PREFIX + header + payload;
  return frame;
}

gboolean
app_frame_reader_is_mid_frame (AppFrameReader *self)
{
  return self->bytes->len > self->start;
}
