/* text.c: texts, names and languages in files that anybody may have written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/text.h"

#include "exercises/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ID_MAX_BYTES 40

static guint
count_lines (const char *from,
             const char *to)
{
  guint n = 1;

  for (; from < to; from++)
    if (*from == '\n')
      n++;

  return n;
}

char *
ex_text_clean (const char  *data,
               gsize        size,
               const char  *name,
               GError     **error)
{
  const char *end;
  char *clean;
  gsize out = 0;

  if (size >= 3 && memcmp (data, "\xEF\xBB\xBF", 3) == 0)
    {
      data += 3;
      size -= 3;
    }
  if (!g_utf8_validate_len (data, size, &end))
    {
      ex_text_set_error (name, count_lines (data, end), error,
                         _("this is not UTF-8 text. Save the file with the encoding UTF-8."));
      return NULL;
    }

  clean = g_malloc (size + 1);
  for (gsize i = 0; i < size; i++)
    if (data[i] != '\r')
      clean[out++] = data[i];
    else if (i + 1 == size || data[i + 1] != '\n')
      clean[out++] = '\n';
  clean[out] = '\0';
  return clean;
}

gboolean
ex_text_set_error (const char  *name,
                   guint        line,
                   GError     **error,
                   const char  *format,
                   ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, EX_ERROR, EX_ERROR_LESSON, _("“%s”, line %u: %s"), name, line, message);
  return FALSE;
}

gboolean
ex_text_is_id (const char *text)
{
  gsize size = strlen (text);

  if (size == 0 || size > ID_MAX_BYTES || text[0] == '-' || text[size - 1] == '-')
    return FALSE;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '-')
      return FALSE;

  return TRUE;
}

char **
ex_text_languages (const char *language)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (language != NULL)
    {
      g_auto (GStrv) variants = g_get_locale_variants (language);

      g_strv_builder_addv (builder, (const char **) variants);
      if (g_str_has_prefix (language, "zh"))
        g_strv_builder_add (builder, "zh_CN");
    }
  g_strv_builder_add (builder, "en");
  return g_strv_builder_end (builder);
}

int
ex_text_compare (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}
