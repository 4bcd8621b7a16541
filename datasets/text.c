/* text.c: bytes of any origin as text that can be read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/text.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define REPLACEMENT     0xFFFD

/* Windows-1252 from 0x80 to 0x9F; beyond, it is Latin-1. */
static const guint16 windows[32] = {
  0x20AC, REPLACEMENT, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, REPLACEMENT, 0x017D, REPLACEMENT,
  REPLACEMENT, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, REPLACEMENT, 0x017E, 0x0178,
};

static gboolean
is_control (guint8 byte)
{
  return (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7F;
}

char *
ds_text_decode (const char *bytes,
                gsize       n_bytes,
                gboolean   *foreign)
{
  gsize mark = strlen (BYTE_ORDER_MARK);
  g_autoptr (GString) text = g_string_sized_new (n_bytes);
  gboolean valid;

  if (n_bytes >= mark && memcmp (bytes, BYTE_ORDER_MARK, mark) == 0)
    {
      bytes += mark;
      n_bytes -= mark;
    }

  /* A zero byte is a control character like others, and no reason to think of
   * another encoding. */
  valid = TRUE;
  for (gsize at = 0; at < n_bytes && valid; at++)
    {
      const char *end;

      valid = g_utf8_validate_len (bytes + at, n_bytes - at, &end) || *end == '\0';
      at = (gsize) (end - bytes);
    }

  for (gsize i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) bytes[i];

      if (is_control (byte))
        g_string_append_c (text, ' ');
      else if (valid || byte < 0x80)
        g_string_append_c (text, bytes[i]);
      else
        g_string_append_unichar (text, byte < 0xA0 ? windows[byte - 0x80] : byte);
    }

  *foreign = !valid;
  g_strstrip (text->str);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
ds_text_sniff (const guint8 *head,
               gsize         n_bytes)
{
  gsize n_controls = 0;

  for (gsize i = 0; i < n_bytes; i++)
    {
      if (head[i] == '\0')
        return FALSE;
      n_controls += is_control (head[i]) && head[i] != '\r';
    }

  /* Real collections have texts with a stray one. */
  return n_bytes > 0 && n_controls <= n_bytes / 16;
}

gboolean
ds_text_has_ending (const char         *name,
                    const char * const *endings)
{
  const char *slash = strrchr (name, '/');
  const char *dot = strrchr (slash != NULL ? slash : name, '.');

  for (; dot != NULL && *endings != NULL; endings++)
    if (g_ascii_strcasecmp (dot, *endings) == 0)
      return TRUE;

  return FALSE;
}
