/* frame.h: messages between the window and its worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/json-writer.h"

G_BEGIN_DECLS

/* A frame is two lengths of four bytes, little endian, a JSON object of the
 * first length, and a payload of the second.  Either side may be a stranger's
 * program: lengths are checked before memory is asked for. */

#define APP_FRAME_HEADER_BYTES  (16 << 20)
#define APP_FRAME_PAYLOAD_BYTES (1 << 30)

typedef struct
{
  NnJson *header;
  GBytes *payload;              /* may be empty, never NULL */
} AppFrame;

void             app_frame_free         (AppFrame         *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppFrame, app_frame_free)

/* The frame's bytes, ready to be sent.  Empties @writer; @payload may be NULL. */
GBytes          *app_frame_pack         (NnJsonWriter     *writer,
                                         GBytes           *payload) G_GNUC_WARN_UNUSED_RESULT;

/* Puts frames together from pieces as they arrive. */
typedef struct _AppFrameReader AppFrameReader;

AppFrameReader  *app_frame_reader_new   (void) G_GNUC_WARN_UNUSED_RESULT;
void             app_frame_reader_free  (AppFrameReader   *self);
void             app_frame_reader_push  (AppFrameReader   *self,
                                         const void       *bytes,
                                         gsize             size);

/* The next whole frame, NULL without an error when more bytes are needed.
 * After an error the stream cannot be trusted any more. */
AppFrame        *app_frame_reader_pop   (AppFrameReader   *self,
                                         GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether bytes of an unfinished frame wait. */
gboolean         app_frame_reader_is_mid_frame (AppFrameReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppFrameReader, app_frame_reader_free)

G_END_DECLS
