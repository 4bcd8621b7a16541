/* fuzz-frame.c: any bytes from a worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker-event.h"
#include "tests/fuzz/fuzz.h"

static gboolean
point_cb (const char *tag,
          guint64     step,
          double      value,
          void       *data,
          GError    **error)
{
  return TRUE;
}

/* The bytes come in pieces, as from a socket. */
int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (AppFrameReader) reader = app_frame_reader_new ();

  for (gsize at = 0; at < size; at += 100)
    {
      AppFrame *frame;

      app_frame_reader_push (reader, bytes + at, MIN (size - at, 100));
      while ((frame = app_frame_reader_pop (reader, NULL)) != NULL)
        {
          g_auto (AppWorkerEvent) event = { 0 };

          app_worker_event_read (&event, frame, NULL);
          app_worker_event_for_points (frame, point_cb, NULL, NULL);
          app_frame_free (frame);
        }
    }

  return 0;
}
