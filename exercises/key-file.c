/* key-file.c: the hand-written settings of lessons, tasks and the course
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/key-file.h"

#include "engine/file.h"
#include "exercises/error.h"
#include "exercises/text.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Not GKeyFile: that merges a group written twice without a word, cannot say
 * on which line something stands, takes the \f of \frac for a broken escape,
 * and has no values of several lines.  Whoever writes lessons by hand needs
 * all four. */

#define FILE_MAX_BYTES   (256 * 1024)
#define FILE_MAX_ENTRIES 4096

typedef struct
{
  char     *key;
  char     *language;           /* of “key[language]”, or NULL */
  GString  *value;
  guint     line;
  gboolean  used;
} Entry;

struct _ExKeyGroup
{
  ExKeyFile *file;              /* borrowed: the one this is in */
  char      *kind;
  char      *id;                /* of “[kind id]”, or NULL */
  guint      line;
  gboolean   used;
  GPtrArray *entries;           /* Entry */
};

struct _ExKeyFile
{
  char       *name;
  char      **languages;
  GPtrArray  *groups;           /* ExKeyGroup */
  GPtrArray  *untranslated;
};

/* Where reading has got to. */
typedef struct
{
  ExKeyFile  *file;
  ExKeyGroup *group;            /* the newest, NULL before the first */
  Entry      *entry;            /* the one a further line may belong to */
  guint       line;
  guint       n_entries;
  guint       n_blank;          /* blank lines since the newest value */
  gsize       indent;           /* of the value's second line, 0 before it */
} Reader;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_free (entry->language);
  g_string_free (entry->value, TRUE);
  g_free (entry);
}

static void
group_free (gpointer data)
{
  ExKeyGroup *group = data;

  g_free (group->kind);
  g_free (group->id);
  g_ptr_array_unref (group->entries);
  g_free (group);
}

void
ex_key_file_free (ExKeyFile *self)
{
  g_free (self->name);
  g_strfreev (self->languages);
  g_ptr_array_unref (self->groups);
  g_ptr_array_unref (self->untranslated);
  g_free (self);
}

static char *
group_print (ExKeyGroup *group)
{
  return group->id != NULL
         ? g_strdup_printf ("[%s %s]", group->kind, group->id)
         : g_strdup_printf ("[%s]", group->kind);
}

static Entry *
group_find (ExKeyGroup *group,
            const char *key,
            const char *language)
{
  for (guint i = 0; i < group->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (group->entries, i);

      if (strcmp (entry->key, key) == 0 && g_strcmp0 (entry->language, language) == 0)
        return entry;
    }

  return NULL;
}

static ExKeyGroup *
file_find (ExKeyFile  *self,
           const char *kind,
           const char *id)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      ExKeyGroup *group = g_ptr_array_index (self->groups, i);

      if (strcmp (group->kind, kind) == 0 && g_strcmp0 (group->id, id) == 0)
        return group;
    }

  return NULL;
}

/* “[kind]” or “[kind id]”. */
static gboolean
reader_add_group (Reader  *reader,
                  char    *text,
                  GError **error)
{
  gsize size = strlen (text);
  ExKeyGroup *group;
  char *id;

  if (text[size - 1] != ']')
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("the group “%s” has no closing bracket."), text);

  text[size - 1] = '\0';
  text = g_strstrip (text + 1);
  id = strchr (text, ' ');
  if (id != NULL)
    {
      *id = '\0';
      id = g_strchug (id + 1);
    }
  if (!ex_text_is_id (text) || (id != NULL && !ex_text_is_id (id)))
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("a group is written “[kind]” or “[kind name]”, "
                                "with a–z, 0–9 and hyphens."));
  group = file_find (reader->file, text, id);
  if (group != NULL)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("this group has been there already, on line %u."), group->line);

  group = g_new0 (ExKeyGroup, 1);
  group->file = reader->file;
  group->kind = g_strdup (text);
  group->id = g_strdup (id);
  group->line = reader->line;
  group->entries = g_ptr_array_new_with_free_func (entry_free);
  g_ptr_array_add (reader->file->groups, group);
  reader->group = group;
  reader->entry = NULL;
  return TRUE;
}

/* “key=value” or “key[language]=value”. */
static gboolean
reader_add_entry (Reader  *reader,
                  char    *text,
                  GError **error)
{
  char *value = strchr (text, '=');
  char *language = NULL;
  Entry *entry;

  if (value == NULL)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("this is neither “key=value” nor a group nor a comment. "
                                "A line that goes on with the one above begins with spaces."));
  if (reader->group == NULL)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("a group such as “[task]” has to come before the first key."));

  *value = '\0';
  value = g_strstrip (value + 1);
  text = g_strstrip (text);
  if (*text != '\0' && text[strlen (text) - 1] == ']' && strchr (text, '[') != NULL)
    {
      language = strchr (text, '[') + 1;
      language[-1] = '\0';
      language[strlen (language) - 1] = '\0';
    }
  if (!ex_text_is_id (text))
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("“%s” is not a key: that has a–z, 0–9 and hyphens."), text);
  entry = group_find (reader->group, text, language);
  if (entry != NULL)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("“%s” has been there already, on line %u."), text, entry->line);

  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (text);
  entry->language = g_strdup (language);
  entry->value = g_string_new (value);
  entry->line = reader->line;
  g_ptr_array_add (reader->group->entries, entry);
  reader->entry = entry;
  reader->n_blank = 0;
  reader->indent = 0;
  return TRUE;
}

/* A further line of the newest value.  What the first of them is indented by
 * is taken from all, so that what is inside, code say, keeps its own. */
static gboolean
reader_go_on (Reader      *reader,
              const char  *text,
              GError     **error)
{
  GString *value;
  gsize indent = strspn (text, " \t");

  if (reader->entry == NULL)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("this line begins with spaces, but there is no value "
                                "to go on with."));

  value = reader->entry->value;
  if (reader->indent == 0)
    reader->indent = indent;
  if (value->len > 0)
    g_string_append_c (value, '\n');
  for (guint i = 0; i < reader->n_blank && value->len > 0; i++)
    g_string_append_c (value, '\n');
  g_string_append (value, text + MIN (indent, reader->indent));
  reader->n_blank = 0;
  return TRUE;
}

static gboolean
reader_take (Reader  *reader,
             char    *text,
             GError **error)
{
  g_strchomp (text);
  if (*text == '\0')
    {
      reader->n_blank++;
      return TRUE;
    }
  if (*text == '#')
    return TRUE;
  if (++reader->n_entries > FILE_MAX_ENTRIES)
    return ex_text_set_error (reader->file->name, reader->line, error,
                              _("more than %d lines are not read."), FILE_MAX_ENTRIES);

  if (*text == ' ' || *text == '\t')
    return reader_go_on (reader, text, error);
  if (*text == '[')
    return reader_add_group (reader, text, error);
  return reader_add_entry (reader, text, error);
}

ExKeyFile *
ex_key_file_parse (const char  *data,
                   gsize        size,
                   const char  *name,
                   const char  *language,
                   GError     **error)
{
  g_autoptr (ExKeyFile) self = g_new0 (ExKeyFile, 1);
  g_autofree char *text = NULL;
  Reader reader = { self };

  self->name = g_strdup (name);
  self->languages = ex_text_languages (language);
  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->untranslated = g_ptr_array_new_with_free_func (g_free);

  if (size > FILE_MAX_BYTES)
    {
      ex_text_set_error (name, 1, error, _("a file of settings has at most %d bytes."),
                         FILE_MAX_BYTES);
      return NULL;
    }
  text = ex_text_clean (data, size, name, error);
  if (text == NULL)
    return NULL;

  for (char *line = text, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      reader.line++;
      if (!reader_take (&reader, line, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

ExKeyFile *
ex_key_file_read (const char  *path,
                  const char  *name,
                  const char  *language,
                  GError     **error)
{
  g_autofree char *data = NULL;
  gsize size;

  data = nn_file_read (path, FILE_MAX_BYTES, &size, error);
  if (data == NULL)
    return NULL;

  return ex_key_file_parse (data, size, name, language, error);
}

ExKeyGroup *
ex_key_file_get (ExKeyFile   *self,
                 const char  *kind,
                 GError     **error)
{
  ExKeyGroup *group = file_find (self, kind, NULL);

  if (group == NULL)
    g_set_error (error, EX_ERROR, EX_ERROR_LESSON, _("“%s” has no group “[%s]”."),
                 self->name, kind);
  else
    group->used = TRUE;

  return group;
}

ExKeyGroup *
ex_key_file_next (ExKeyFile  *self,
                  const char *kind,
                  ExKeyGroup *after)
{
  guint i = 0;

  if (after != NULL && g_ptr_array_find (self->groups, after, &i))
    i++;
  for (; i < self->groups->len; i++)
    {
      ExKeyGroup *group = g_ptr_array_index (self->groups, i);

      if (group->id == NULL || strcmp (group->kind, kind) != 0)
        continue;
      group->used = TRUE;
      return group;
    }

  return NULL;
}

gboolean
ex_key_file_finish (ExKeyFile  *self,
                    GError    **error)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      ExKeyGroup *group = g_ptr_array_index (self->groups, i);
      g_autofree char *shown = group_print (group);

      if (!group->used)
        return ex_text_set_error (self->name, group->line, error,
                                  _("the group “%s” means nothing here."), shown);

      for (guint j = 0; j < group->entries->len; j++)
        {
          Entry *entry = g_ptr_array_index (group->entries, j);

          if (!entry->used)
            return ex_text_set_error (self->name, entry->line, error,
                                      _("the key “%s” means nothing in %s."), entry->key, shown);
        }
    }

  return TRUE;
}

GPtrArray *
ex_key_file_get_untranslated (ExKeyFile *self)
{
  return self->untranslated;
}

const char *
ex_key_group_get_id (ExKeyGroup *self)
{
  return self->id;
}

static const char *
take_entry (Entry *entry)
{
  if (entry == NULL)
    return NULL;

  entry->used = TRUE;
  return entry->value->len > 0 ? entry->value->str : NULL;
}

const char *
ex_key_group_find (ExKeyGroup *self,
                   const char *key)
{
  return take_entry (group_find (self, key, NULL));
}

const char *
ex_key_group_find_text (ExKeyGroup *self,
                        const char *key)
{
  const char *plain = ex_key_group_find (self, key);
  char **languages = self->file->languages;

  /* A translation of nothing stays unasked for, and so becomes an error. */
  if (plain == NULL)
    return NULL;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (strcmp (entry->key, key) == 0)
        entry->used = TRUE;
    }

  for (guint i = 0; languages[i] != NULL && strcmp (languages[i], "en") != 0; i++)
    {
      const char *text = take_entry (group_find (self, key, languages[i]));

      if (text != NULL)
        return text;
    }

  if (!g_str_has_prefix (languages[0], "en"))
    {
      g_autofree char *shown = group_print (self);

      g_ptr_array_add (self->file->untranslated,
                       g_strdup_printf ("%s: %s %s[%s]", self->file->name, shown, key,
                                        languages[0]));
    }

  return plain;
}

static const char *
check_found (ExKeyGroup  *self,
             const char  *key,
             const char  *value,
             GError     **error)
{
  if (value == NULL)
    {
      g_autofree char *shown = group_print (self);

      ex_text_set_error (self->file->name, self->line, error, _("%s has no “%s”."), shown, key);
    }

  return value;
}

const char *
ex_key_group_get (ExKeyGroup  *self,
                  const char  *key,
                  GError     **error)
{
  return check_found (self, key, ex_key_group_find (self, key), error);
}

const char *
ex_key_group_get_text (ExKeyGroup  *self,
                       const char  *key,
                       GError     **error)
{
  return check_found (self, key, ex_key_group_find_text (self, key), error);
}

gboolean
ex_key_group_read_number (ExKeyGroup  *self,
                          const char  *key,
                          double       min,
                          double       max,
                          double      *number,
                          GError     **error)
{
  const char *text = ex_key_group_find (self, key);
  double value;
  char *end;

  if (text == NULL)
    return TRUE;

  errno = 0;
  value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || errno == ERANGE || !(value >= min && value <= max))
    {
      ex_key_group_set_error (self, key, error,
                              _("“%s” is not a number from %g to %g, with a point "
                                "for the decimals."),
                              text, min, max);
      return FALSE;
    }

  *number = value;
  return TRUE;
}

char **
ex_key_group_dup_words (ExKeyGroup *self,
                        const char *key)
{
  const char *text = ex_key_group_find (self, key);
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " \t\n", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);

  return g_strv_builder_end (words);
}

void
ex_key_group_set_error (ExKeyGroup  *self,
                        const char  *key,
                        GError     **error,
                        const char  *format,
                        ...)
{
  Entry *entry = key != NULL ? group_find (self, key, NULL) : NULL;
  guint line = entry != NULL ? entry->line : self->line;
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  ex_text_set_error (self->file->name, line, error, "%s", message);
}
