/* text.c: reading small text files that anybody may have written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/text.h"

#include "exercises/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID_MAX_BYTES 40

static gboolean
set_errno (GError     **error,
           const char  *path,
           int          code)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, EX_ERROR, EX_ERROR_FILE, _("“%s” cannot be read: %s."),
               shown, g_strerror (code));
  return FALSE;
}

/* Reads until the end of the file or until @size bytes are there. */
static gboolean
read_all (int     fd,
          char   *buffer,
          gsize   size,
          gsize  *got)
{
  *got = 0;
  while (*got < size)
    {
      gssize n = read (fd, buffer + *got, size - *got);

      if (n == 0)
        break;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      *got += n;
    }

  return TRUE;
}

static gboolean
check_file (int          fd,
            const char  *path,
            gsize        limit_bytes,
            gsize       *size,
            GError     **error)
{
  g_autofree char *shown = NULL;
  struct stat about;

  if (fstat (fd, &about) != 0)
    return set_errno (error, path, errno);

  shown = g_filename_display_name (path);
  if (!S_ISREG (about.st_mode))
    {
      g_set_error (error, EX_ERROR, EX_ERROR_FILE, _("“%s” is not an ordinary file."), shown);
      return FALSE;
    }
  if ((guint64) about.st_size > limit_bytes)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                   _("“%s” has %zu bytes; at most %zu are read."),
                   shown, (gsize) about.st_size, limit_bytes);
      return FALSE;
    }

  *size = about.st_size;
  return TRUE;
}

char *
ex_text_read (const char  *path,
              gsize        limit_bytes,
              gsize       *size,
              GError     **error)
{
  g_autofree char *data = NULL;
  gsize expected;
  int saved;
  int fd;

  /* Opening a pipe would otherwise wait for somebody to write to it. */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0)
    {
      set_errno (error, path, errno);
      return NULL;
    }
  if (!check_file (fd, path, limit_bytes, &expected, error))
    {
      close (fd);
      return NULL;
    }

  data = g_malloc (expected + 1);
  if (!read_all (fd, data, expected, size))
    {
      saved = errno;
      close (fd);
      set_errno (error, path, saved);
      return NULL;
    }

  close (fd);
  data[*size] = '\0';
  return g_steal_pointer (&data);
}

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
