/* table-roles.c: what the columns of a table are for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/table-roles.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MOST_CLASSES  1000
#define MOST_NUMBERS  100       /* different whole numbers that can be classes */
#define MIN_REPEATED  2         /* times that a class occurs on average */
#define LONG_TEXT     12        /* characters on average; shorter words are no texts */

void
ds_table_roles_clear (DsTableRoles *self)
{
  g_clear_pointer (&self->features, g_array_unref);
  g_clear_pointer (&self->class_of, g_hash_table_unref);
  g_clear_pointer (&self->classes, g_ptr_array_unref);
}

/* What the cells of one column have in common. */
typedef struct
{
  gboolean is_number;           /* all that are not empty are */
  gboolean is_whole;
  guint    n_filled;
  guint    n_different;
  double   length;              /* of a cell on average */
} Column;

static Column
measure (const DsTable *table,
         guint          column)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Column self = { TRUE, TRUE };
  guint64 length = 0;

  for (guint i = 0; i < ds_table_get_n_rows (table); i++)
    {
      const char *cell = ds_table_get_cell (table, i, column);
      double number;

      if (cell[0] == '\0')
        continue;
      self.n_filled++;
      length += strlen (cell);
      g_hash_table_add (seen, (char *) cell);
      if (self.is_number)
        {
          self.is_number = ds_table_parse_number (cell, &number);
          self.is_whole = self.is_whole && self.is_number && number == floor (number);
        }
    }

  self.n_different = g_hash_table_size (seen);
  self.is_number = self.is_number && self.n_filled > 0;
  self.length = self.n_filled > 0 ? (double) length / self.n_filled : 0;
  return self;
}

static gboolean
find_answer (DsTableRoles   *self,
             const DsTable  *table,
             const char     *wanted,
             const char     *name,
             GError        **error)
{
  self->answer = (int) table->names->len - 1;
  for (guint i = 0; i < table->names->len; i++)
    {
      const char *title = table->names->pdata[i];

      if (wanted != NULL ? strcmp (title, wanted) == 0
                         : table->has_header && ds_table_is_answer_name (title))
        {
          self->answer = (int) i;
          return TRUE;
        }
    }

  if (wanted == NULL)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED, _("“%s” has no column “%s”."), name, wanted);
  return FALSE;
}

static gboolean
is_called (const DsTable      *table,
           guint               column,
           const char * const *names)
{
  for (; table->has_header && *names != NULL; names++)
    if (g_ascii_strcasecmp (table->names->pdata[column], *names) == 0)
      return TRUE;

  return FALSE;
}

/* A column that says so, or that with the longest cells that are texts; -1 for
 * none. */
static int
find_text (const DsTableRoles *self,
           const DsTable      *table,
           const Column       *columns)
{
  static const char * const names[] = {
    "text", "sentence", "review", "source", "src", "document", "article", "question", NULL
  };
  guint n_columns = table->names->len;
  int found = -1;

  for (guint i = 0; i < n_columns; i++)
    if ((int) i != self->answer && is_called (table, i, names))
      return (int) i;

  for (guint i = 0; i < n_columns; i++)
    if ((int) i != self->answer && !columns[i].is_number && columns[i].length >= LONG_TEXT
        && (found < 0 || columns[i].length > columns[found].length))
      found = (int) i;

  return found;
}

/* Short strings with an answer each to themselves are texts as well. */
static gboolean
is_pair_table (const DsTableRoles *self,
               const Column       *columns,
               guint               n_columns)
{
  const Column *answer = &columns[self->answer];

  return n_columns == 2 && answer->n_different * MIN_REPEATED > answer->n_filled
         && !columns[1 - self->answer].is_number;
}

static int
compare_classes (const void *a,
                 const void *b)
{
  const char *first = *(const char * const *) a;
  const char *second = *(const char * const *) b;
  double x;
  double y;

  if (ds_table_parse_number (first, &x) && ds_table_parse_number (second, &y) && x != y)
    return x < y ? -1 : 1;
  return strcmp (first, second);
}

static void
number_classes (DsTableRoles  *self,
                const DsTable *table)
{
  for (guint i = 0; i < ds_table_get_n_rows (table); i++)
    {
      const char *cell = ds_table_get_cell (table, i, self->answer);

      if (cell[0] != '\0' && g_hash_table_add (self->class_of, (char *) cell))
        g_ptr_array_add (self->classes, (char *) cell);
    }

  g_ptr_array_sort (self->classes, compare_classes);
  for (guint i = 0; i < self->classes->len; i++)
    g_hash_table_insert (self->class_of, self->classes->pdata[i], GUINT_TO_POINTER (i + 1));
}

static gboolean
decide_answer (DsTableRoles   *self,
               const DsTable  *table,
               const Column   *column,
               const char     *name,
               GError        **error)
{
  static const char * const texts[] = {
    "target", "tgt", "output", "translation", "summary", NULL
  };
  const char *title = table->names->pdata[self->answer];
  gboolean repeats = column->n_different * MIN_REPEATED <= column->n_filled;
  gboolean is_text = !column->is_number || is_called (table, self->answer, texts);

  if (self->text >= 0 && !repeats && is_text)
    self->answer_kind = DS_FIELD_TEXT;
  else if (column->is_number && (!column->is_whole || column->n_different > MOST_NUMBERS))
    self->answer_kind = DS_FIELD_NUMBERS;
  else if (column->n_different < 2)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("The column “%s” of “%s” has %u different values, and answers need at least "
                     "two."), title, name, column->n_different);
      return FALSE;
    }
  else if (column->n_different <= MOST_CLASSES)
    {
      self->answer_kind = DS_FIELD_CLASS;
      number_classes (self, table);
    }
  else
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("The column “%s” of “%s” has %u different words. That is too many for "
                     "classes; at most %d are possible."), title, name, column->n_different,
                   MOST_CLASSES);
      return FALSE;
    }

  return TRUE;
}

/* All columns of numbers; the others cannot be learned from. */
static gboolean
decide_features (DsTableRoles   *self,
                 const DsTable  *table,
                 const Column   *columns,
                 const char     *name,
                 GError        **error)
{
  for (guint i = 0; i < table->names->len; i++)
    {
      if ((int) i == self->answer || (int) i == self->text)
        continue;

      if (self->text < 0 && columns[i].is_number)
        g_array_append_val (self->features, i);
      else
        ds_warn (table->warnings,
                 self->text >= 0
                 ? _("The column “%s” is not used: the texts in “%s” are what is learned from.")
                 : _("The column “%s” has words and is not used. Write numbers in their place."),
                 (char *) table->names->pdata[i],
                 self->text >= 0 ? (char *) table->names->pdata[self->text] : "");
    }

  if (self->text >= 0 || self->features->len > 0)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” has no column of numbers or texts besides the answers in “%s”."), name,
               (char *) table->names->pdata[self->answer]);
  return FALSE;
}

gboolean
ds_table_roles_decide (DsTableRoles   *self,
                       const DsTable  *table,
                       const char     *answer,
                       const char     *name,
                       GError        **error)
{
  guint n_columns = table->names->len;
  g_autofree Column *columns = g_new (Column, n_columns);

  *self = (DsTableRoles) {
    .text = -1,
    .features = g_array_new (FALSE, FALSE, sizeof (guint)),
    .classes = g_ptr_array_new (),
    .class_of = g_hash_table_new (g_str_hash, g_str_equal),
  };
  for (guint i = 0; i < n_columns; i++)
    columns[i] = measure (table, i);

  if (!find_answer (self, table, answer, name, error))
    return FALSE;

  self->text = find_text (self, table, columns);
  if (self->text < 0 && is_pair_table (self, columns, n_columns))
    self->text = 1 - self->answer;
  return decide_answer (self, table, &columns[self->answer], name, error)
         && decide_features (self, table, columns, name, error);
}
