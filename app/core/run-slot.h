/* run-slot.h: how the record of a run lies in its file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The file is a row of slots of 32 bytes, little-endian.  The first holds the
 * name of the format.  Each of the others holds one value, or a piece of the
 * name of a tag, which comes before the first value of the tag.  Because all
 * are equally long and carry a checksum, a damaged one costs nothing but
 * itself, and a torn one can only be the last. */

#define APP_RUN_PIECE_BYTES 24
#define APP_RUN_READ_SLOTS  512 /* at once */

typedef struct
{
  guint32 checksum;             /* of the 28 bytes that follow */
  guint32 tag;                  /* its number; in the high byte 0 for a value, or the
                                 * place of the piece in the name, from 1 */
  union
  {
    struct
    {
      guint64 step;
      gint64  time_us;
      double  value;
    };
    char      piece[APP_RUN_PIECE_BYTES];       /* the last one ends with a NUL */
  };
} AppRunSlot;

typedef struct
{
  char    magic[APP_RUN_PIECE_BYTES];
  guint32 version;
  guint32 reserved;
} AppRunHeader;

G_STATIC_ASSERT (sizeof (AppRunSlot) == 32 && sizeof (AppRunHeader) == sizeof (AppRunSlot));
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

extern const AppRunHeader app_run_header;

/* The place of a piece of a name, from 1; 0 for a value. */
guint     app_run_slot_get_place (const AppRunSlot  *slot);

/* What @slot->checksum must be. */
guint32   app_run_slot_sum_up    (const AppRunSlot  *slot);

/* Reads up to @most whole slots from @at on.  Returns how many there are, or
 * -1 with @error set; @path is for the message. */
int       app_run_slots_read     (int                fd,
                                  const char        *path,
                                  goffset            at,
                                  AppRunSlot        *slots,
                                  guint              most,
                                  GError           **error);

/* FALSE when the file @fd is not ours to read.  A file that ends within the
 * header is, but @is_there tells that its first process did not get further. */
gboolean  app_run_header_read    (int                fd,
                                  const char        *path,
                                  gboolean          *is_there,
                                  GError           **error);

/* @cause is a sentence about the file @path. */
void      app_run_set_error      (const char        *path,
                                  const char        *cause,
                                  GError           **error);

G_END_DECLS
