/* little-endian.h: whole numbers that lie anywhere in a file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Files do not align their numbers, so they are copied and never pointed at. */

static inline guint16
nn_read_u16 (const void *bytes)
{
  guint16 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT16_FROM_LE (value);
}

static inline guint32
nn_read_u32 (const void *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
nn_read_u64 (const void *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

G_END_DECLS
