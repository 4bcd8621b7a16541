/* text-lines.c: a file of texts for each class, one a line
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Sentence polarity (Pang and Lee 2005) has rt-polarity.pos and
 * rt-polarity.neg; others have pos.txt and neg.txt. */

#define MAX_BID_FILES 64
#define BITS          12

typedef struct
{
  char  *text;
  char  *name;                  /* "rt-polarity.pos:12" */
  int    label;
} Line;

static void
line_clear (void *data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line->name);
}

typedef struct
{
  GPtrArray *classes;
  GArray    *lines;             /* of Line */
} Lines;

static void
lines_free (Lines *self)
{
  g_ptr_array_unref (self->classes);
  g_array_unref (self->lines);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lines, lines_free)

/* Whether the member is text of which each line can be an item: tables and
 * descriptions are not. */
static gboolean
is_lines (DsContainer *container,
          guint        member)
{
  static const char * const others[] = {
    ".csv", ".tsv", ".json", ".jsonl", ".md", ".html", ".xml", ".py", NULL
  };
  const char *name = ds_container_get_name (container, member);
  const char *slash = strrchr (name, '/');
  guint8 head[DS_HEAD_BYTES];
  gsize n = ds_container_peek (container, member, head, NULL);

  return ds_text_sniff (head, n) && !ds_text_has_ending (name, others)
         && strcasestr (slash != NULL ? slash : name, "readme") == NULL;
}

static gsize
folder_length (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash - name : 0;
}

static int
bid (DsContainer  *container,
     char        **why)
{
  guint n = ds_container_get_n_members (container);
  const char *first = NULL;
  guint n_lines = 0;

  if (n > MAX_BID_FILES)
    return 0;

  for (guint i = 0; i < n; i++)
    {
      const char *name = ds_container_get_name (container, i);

      if (!is_lines (container, i))
        continue;
      if (first == NULL)
        first = name;
      if (folder_length (name) != folder_length (first)
          || strncmp (name, first, folder_length (first)) != 0)
        return 0;
      n_lines++;
    }

  if (n_lines < 2)
    return 0;

  *why = g_strdup_printf (_("“%s” and the files beside it are text, so each can hold the lines of "
                            "one class."), first);
  return BITS;
}

/* The bytes at the front that all of @names share, up to a sign such as a
 * point. */
static gsize
common_front (GPtrArray *names)
{
  const char *first = names->pdata[0];
  gsize length = strlen (first);

  for (guint i = 1; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      gsize k = 0;

      while (k < length && name[k] == first[k])
        k++;
      length = k;
    }

  while (length > 0 && strchr ("._-/ ", first[length - 1]) == NULL)
    length--;
  return length;
}

/* "rt-polarity.pos" and "rt-polarity.neg" → "pos" and "neg"; "pos.txt" → "pos".
 * Files of one name but for such endings keep all of it. */
static void
name_classes (GPtrArray *names)
{
  gsize front = common_front (names);
  gboolean all_end = TRUE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *dot = strrchr ((char *) names->pdata[i] + front, '.');

      all_end = all_end && dot != NULL && dot > (char *) names->pdata[i] + front;
    }

  for (guint i = 0; i < names->len; i++)
    {
      char *name = g_strdup ((char *) names->pdata[i] + front);

      if (all_end)
        *strrchr (name, '.') = '\0';
      g_free (names->pdata[i]);
      names->pdata[i] = name;
    }
}

typedef struct
{
  guint n_foreign;
  guint n_empty;
} Notes;

static void
add_line (Lines      *self,
          const char *text,
          gsize       n_bytes,
          const char *file,
          guint       number,
          int         label,
          Notes      *notes)
{
  gboolean foreign;
  Line line = { ds_text_decode (text, n_bytes, &foreign), NULL, label };

  notes->n_foreign += foreign;
  if (line.text[0] == '\0')
    {
      notes->n_empty++;
      g_free (line.text);
      return;
    }

  line.name = g_strdup_printf ("%s:%u", file, number);
  g_array_append_val (self->lines, line);
}

static void
add_file (Lines      *self,
          GBytes     *bytes,
          const char *name,
          int         label,
          Notes      *notes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  guint number = 1;

  for (gsize at = 0; at < size; number++)
    {
      const char *end = memchr (data + at, '\n', size - at);
      gsize length = end != NULL ? (gsize) (end - data) - at : size - at;

      add_line (self, data + at, length, name, number, label, notes);
      at += length + 1;
    }
}

static void
report (const Notes *notes,
        guint        n_lines,
        GPtrArray   *warnings)
{
  if (notes->n_foreign > 0)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u of %u lines is not UTF-8 and was read as Windows-1252.",
                          "%u of %u lines are not UTF-8 and were read as Windows-1252.",
                          notes->n_foreign),
             notes->n_foreign, n_lines);
  if (notes->n_empty > 0)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE, "%u line is empty and was left out.",
                          "%u lines are empty and were left out.", notes->n_empty),
             notes->n_empty);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Lines *self = data;

  for (guint i = 0; i < self->lines->len && !ds_cache_writer_is_stopped (writer); i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      DsItem about = { line->label, DS_PART_UNDECIDED, line->name };

      ds_cache_writer_put (writer, i, line->text, &about);
    }

  return TRUE;
}

/* Sorted by name, so that the classes are. */
static gboolean
read_files (Lines         *self,
            DsContainer   *container,
            GPtrArray     *warnings,
            GCancellable  *cancellable,
            GError       **error)
{
  const DsLimits *limits = ds_container_get_limits (container);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint));
  Notes notes = { 0 };

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    if (is_lines (container, i))
      {
        guint place = members->len;

        while (place > 0 && strcmp (ds_container_get_name (container,
                                                           g_array_index (members, guint,
                                                                          place - 1)),
                                    ds_container_get_name (container, i)) > 0)
          place--;
        g_array_insert_val (members, place, i);
      }

  for (guint i = 0; i < members->len; i++)
    {
      guint member = g_array_index (members, guint, i);
      const char *name = ds_container_get_name (container, member);
      g_autoptr (GBytes) bytes = ds_container_read (container, member, limits->text_bytes,
                                                    cancellable, error);

      if (bytes == NULL)
        return FALSE;
      g_ptr_array_add (self->classes, g_strdup (name));
      add_file (self, bytes, name, (int) i, &notes);
    }

  report (&notes, self->lines->len + notes.n_empty, warnings);
  return TRUE;
}

static DsSource *
open_lines (DsContainer      *container,
            const DsOptions  *options,
            GCancellable     *cancellable,
            GError          **error)
{
  g_autoptr (Lines) self = g_new0 (Lines, 1);
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  DsField text = ds_field_text ();
  DsSource *source;

  self->classes = g_ptr_array_new_with_free_func (g_free);
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_set_clear_func (self->lines, line_clear);
  if (!read_files (self, container, warnings, cancellable, error))
    return NULL;

  if (self->classes->len < 2 || self->lines->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” has %u files of text with %u lines that are not empty. At least two "
                     "are needed, one for each class, with a text in each line."),
                   ds_container_get_shown (container), self->classes->len, self->lines->len);
      return NULL;
    }

  name_classes (self->classes);
  source = ds_source_new ("text-lines", ds_container_get_title (container), &text.shape,
                          NN_UINT8, self->lines->len, fill, self, (GDestroyNotify) lines_free);
  ds_source_set_item (source, &text);
  for (guint i = 0; i < self->classes->len; i++)
    ds_source_add_class (source, self->classes->pdata[i]);
  for (guint i = 0; i < warnings->len; i++)
    ds_warn (ds_source_get_warnings (source), "%s", (char *) warnings->pdata[i]);
  g_steal_pointer (&self);

  return source;
}

const DsFormat ds_format_text_lines = {
  .name    = "text-lines",
  .title   = N_("Lines of text"),
  .summary = N_("A file for each class, such as “pos.txt” and “neg.txt”, with one text in each "
                "line."),
  .bid     = bid,
  .open    = open_lines,
};
