/* run-title.c: what people call a run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-title.h"

#include "engine/file.h"

#include <glib/gi18n.h>
#include <string.h>

/* A file of its own beside run.json, which the training writes anew at its end. */
#define FILE_NAME   "title.txt"
#define MOST_BYTES  1024
#define MOST_LETTERS 60

/* "003" is the third run of a project; the run of an unsaved one is named after
 * the moment it began, "2025-03-01-101530-Ab12Cd". */
static char *
title_from_name (const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *shown = NULL;
  guint64 number;

  if (g_ascii_string_to_unsigned (name, 10, 1, G_MAXUINT32, &number, NULL))
    return g_strdup_printf (_("Run %u"), (guint) number);

  shown = g_filename_display_name (name);
  if (strlen (shown) > 17 && shown[10] == '-' && shown[17] == '-')
    /* Translators: a run that began at a time of the day: hours, minutes, seconds. */
    return g_strdup_printf (_("Run of %.2s:%.2s:%.2s"), shown + 11, shown + 13, shown + 15);
  return g_steal_pointer (&shown);
}

/* One line of sensible length, whatever the file holds. */
static char *
tidy (const char *text,
      gsize       length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);

  g_strdelimit (valid, "\n\r\t", ' ');
  g_strstrip (valid);
  return g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MOST_LETTERS));
}

char *
app_run_get_title (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  gsize length;

  text = nn_file_read (path, MOST_BYTES, &length, NULL);
  if (text != NULL)
    title = tidy (text, length);

  return title != NULL && *title != '\0' ? g_steal_pointer (&title) : title_from_name (folder);
}

gboolean
app_run_set_title (const char  *folder,
                   const char  *title,
                   GError     **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = tidy (title, strlen (title));

  return nn_file_write (path, text, strlen (text), error);
}
