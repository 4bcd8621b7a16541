/* json-line.c: one JSON object without others inside
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/json-line.h"

#include <string.h>

static void
skip_blanks (const char **at)
{
  *at += strspn (*at, " \t\r\n");
}

static gboolean
take (const char **at,
      char         sign)
{
  skip_blanks (at);
  if (**at != sign)
    return FALSE;

  (*at)++;
  return TRUE;
}

/* Four hexadecimal digits, or -1. */
static int
take_hex (const char **at)
{
  int value = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (**at);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
      (*at)++;
    }

  return value;
}

/* What stands behind "\u": a character, or the two halves of one that is beyond
 * the first 65,536.  A half without the other becomes U+FFFD. */
static gboolean
take_unicode (const char **at,
              GString     *out)
{
  int first = take_hex (at);
  gunichar c = (gunichar) first;

  if (first < 0)
    return FALSE;

  if (first >= 0xD800 && first < 0xDC00 && (*at)[0] == '\\' && (*at)[1] == 'u')
    {
      const char *behind = *at + 2;
      int second = take_hex (&behind);

      if (second >= 0xDC00 && second < 0xE000)
        {
          c = 0x10000 + ((gunichar) (first - 0xD800) << 10) + (gunichar) (second - 0xDC00);
          *at = behind;
        }
    }

  if (c == 0 || (c >= 0xD800 && c < 0xE000))
    c = 0xFFFD;
  g_string_append_unichar (out, c);
  return TRUE;
}

static gboolean
take_escape (const char **at,
             GString     *out)
{
  static const char signs[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (**at == 'u')
    {
      (*at)++;
      return take_unicode (at, out);
    }

  found = **at != '\0' ? strchr (signs, **at) : NULL;
  if (found == NULL)
    return FALSE;

  g_string_append_c (out, meant[found - signs]);
  (*at)++;
  return TRUE;
}

static gboolean
take_string (const char **at,
             GString     *out)
{
  if (!take (at, '"'))
    return FALSE;

  while (**at != '"')
    {
      if (**at == '\\')
        {
          (*at)++;
          if (!take_escape (at, out))
            return FALSE;
        }
      else if ((guint8) **at < ' ')
        return FALSE;
      else
        g_string_append_c (out, *(*at)++);
    }

  (*at)++;
  return TRUE;
}

static gboolean
take_number (const char **at,
             GString     *out)
{
  gsize length = strspn (*at, "+-0123456789.eE");
  g_autofree char *text = g_strndup (*at, length);
  char *end;

  g_ascii_strtod (text, &end);
  if (length == 0 || *end != '\0' || text[0] == '+' || text[0] == '.')
    return FALSE;

  g_string_append (out, text);
  *at += length;
  return TRUE;
}

static gboolean
take_value (const char **at,
            GString     *out)
{
  static const struct { const char *word; const char *text; } words[] = {
    { "true", "true" }, { "false", "false" }, { "null", "" },
  };

  skip_blanks (at);
  if (**at == '"')
    return take_string (at, out);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (*at, words[i].word))
      {
        g_string_append (out, words[i].text);
        *at += strlen (words[i].word);
        return TRUE;
      }

  return take_number (at, out);
}

static gboolean
take_member (const char **at,
             GHashTable  *object,
             GPtrArray   *names)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) value = g_string_new (NULL);

  if (!take_string (at, name) || !take (at, ':') || !take_value (at, value)
      || g_hash_table_contains (object, name->str))
    return FALSE;

  g_ptr_array_add (names, g_strdup (name->str));
  g_hash_table_insert (object, g_strdup (name->str), g_strdup (value->str));
  return TRUE;
}

GHashTable *
ds_json_line_parse (const char *text,
                    GPtrArray  *names)
{
  g_autoptr (GHashTable) object = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *at = text;

  if (!take (&at, '{'))
    return NULL;

  if (!take (&at, '}'))
    {
      do
        if (!take_member (&at, object, names))
          return NULL;
      while (take (&at, ','));
      if (!take (&at, '}'))
        return NULL;
    }

  skip_blanks (&at);
  return *at == '\0' ? g_steal_pointer (&object) : NULL;
}
