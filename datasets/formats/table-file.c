/* table-file.c: rows and columns from text
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/table-file.h"

#include "datasets/error.h"
#include "datasets/formats/json-line.h"
#include "datasets/text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

void
ds_table_init (DsTable   *self,
               GPtrArray *warnings)
{
  *self = (DsTable) {
    .names = g_ptr_array_new_with_free_func (g_free),
    .cells = g_array_new (FALSE, FALSE, sizeof (const char *)),
    .rows = g_array_new (FALSE, FALSE, sizeof (DsTableRow)),
    .strings = g_string_chunk_new (64 * 1024),
    .warnings = warnings,
  };
}

void
ds_table_clear (DsTable *self)
{
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->cells, g_array_unref);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
}

guint
ds_table_get_n_rows (const DsTable *self)
{
  return self->rows->len;
}

const char *
ds_table_get_cell (const DsTable *self,
                   guint          row,
                   guint          column)
{
  return g_array_index (self->cells, const char *, (gsize) row * self->names->len + column);
}

gboolean
ds_table_parse_number (const char *cell,
                       double     *number)
{
  char *end;

  if (g_ascii_isalpha (cell[0]) || cell[0] == '\0')
    return FALSE;

  *number = g_ascii_strtod (cell, &end);
  return end != cell && *end == '\0' && isfinite (*number);
}

gboolean
ds_table_is_answer_name (const char *name)
{
  static const char * const known[] = {
    "label", "labels", "class", "target", "y", "category", "sentiment", "answer", "output",
    "polarity", "species", "summary", "translation", "tgt",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (known[i], name) == 0)
      return TRUE;

  return FALSE;
}

/* ---- Separated values ---- */

/* One file on its way into the table. */
typedef struct
{
  DsTable    *table;
  const char *at;
  const char *end;
  const char *name;
  char        separator;
  guint       line;
  GString    *cell;
  GPtrArray  *row;              /* of strings */
  gboolean    open_quote;       /* the file ended inside quotes */
} Reader;

/* Reads a cell; TRUE if another one follows in the row. */
static gboolean
read_cell (Reader *reader)
{
  gboolean quoted = reader->at < reader->end && *reader->at == '"';

  g_string_truncate (reader->cell, 0);
  reader->at += quoted;
  while (reader->at < reader->end)
    {
      char c = *reader->at++;

      reader->line += c == '\n';
      if (quoted && c == '"' && reader->at < reader->end && *reader->at == '"')
        reader->at++;
      else if (quoted && c == '"')
        {
          quoted = FALSE;
          continue;
        }
      else if (!quoted && c == reader->separator)
        return TRUE;
      else if (!quoted && (c == '\n' || c == '\r'))
        {
          if (c == '\r' && reader->at < reader->end && *reader->at == '\n')
            {
              reader->at++;
              reader->line++;
            }
          return FALSE;
        }
      g_string_append_c (reader->cell, c);
    }

  reader->open_quote = reader->open_quote || quoted;
  return FALSE;
}

/* Reads one row; FALSE at the end of the file. */
static gboolean
read_row (Reader *reader)
{
  gboolean more = TRUE;

  if (reader->at == reader->end)
    return FALSE;

  g_ptr_array_set_size (reader->row, 0);
  while (more)
    {
      gboolean foreign;

      more = read_cell (reader);
      if (reader->row->len > DS_TABLE_MAX_COLUMNS)
        continue;
      g_ptr_array_add (reader->row, ds_text_decode (reader->cell->str, reader->cell->len,
                                                    &foreign));
      reader->table->n_foreign += foreign;
    }

  return TRUE;
}

static gboolean
is_blank (const GPtrArray *row)
{
  return row->len == 1 && ((char *) row->pdata[0])[0] == '\0';
}

/* The sign that the first line has most of, outside of quotes. */
static char
find_separator (const char *at,
                const char *end)
{
  static const char signs[] = { ',', '\t', ';', '|' };
  guint counts[G_N_ELEMENTS (signs)] = { 0 };
  gboolean quoted = FALSE;
  gsize best = 0;

  for (; at < end && (quoted || *at != '\n'); at++)
    {
      quoted = quoted != (*at == '"');
      for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
        counts[i] += !quoted && *at == signs[i];
    }

  for (gsize i = 1; i < G_N_ELEMENTS (signs); i++)
    if (counts[i] > counts[best])
      best = i;
  return signs[best];
}

static void
add_row (DsTable         *self,
         const GPtrArray *row,
         DsPart           part,
         guint            line)
{
  DsTableRow about = { part, line };

  for (guint i = 0; i < row->len; i++)
    {
      const char *cell = g_string_chunk_insert (self->strings, row->pdata[i]);

      g_array_append_val (self->cells, cell);
    }
  g_array_append_val (self->rows, about);
}

/* Words where the row below has numbers, or a name that tables have. */
static gboolean
is_header (const GPtrArray *first,
           const GPtrArray *second)
{
  gboolean differs = FALSE;
  double number;

  for (guint i = 0; i < first->len; i++)
    {
      if (ds_table_parse_number (first->pdata[i], &number)
          || ((char *) first->pdata[i])[0] == '\0')
        return FALSE;
      differs = differs || ds_table_is_answer_name (first->pdata[i])
                || (i < second->len && ds_table_parse_number (second->pdata[i], &number));
    }

  return differs;
}

/* The names of the first file are those of all. */
static gboolean
take_names (DsTable          *self,
            const GPtrArray  *first,
            gboolean          is_names,
            const char       *name,
            GError          **error)
{
  if (self->names->len == 0)
    {
      self->has_header = is_names;
      for (guint i = 0; i < first->len; i++)
        g_ptr_array_add (self->names, is_names ? g_strdup (first->pdata[i])
                                               : g_strdup_printf ("%u", i + 1));
      return TRUE;
    }

  if (self->names->len == first->len)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” has %u columns, but the files beside it have %u. They must be alike."), name,
               first->len, self->names->len);
  return FALSE;
}

static gboolean
check_width (const GPtrArray  *row,
             const char       *name,
             GError          **error)
{
  if (row->len >= 2 && row->len <= DS_TABLE_MAX_COLUMNS)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               row->len < 2
               ? _("“%s” has one column only. A table needs two: one for what is given and one "
                   "for the answer.")
               : _("“%s” has more columns than can be read."), name);
  return FALSE;
}

static void
add_rows (Reader *reader,
          DsPart  part)
{
  DsTable *self = reader->table;
  guint line = reader->line;

  for (; read_row (reader); line = reader->line)
    {
      if (is_blank (reader->row))
        continue;
      if (reader->row->len == self->names->len)
        add_row (self, reader->row, part, line);
      else
        ds_warn (self->warnings,
                 _("Line %u of “%s” has %u cells instead of %u and was left out."), line,
                 reader->name, reader->row->len, self->names->len);
    }
}

gboolean
ds_table_add_separated (DsTable     *self,
                        const char  *bytes,
                        gsize        n_bytes,
                        const char  *name,
                        DsPart       part,
                        GError     **error)
{
  g_autoptr (GString) cell = g_string_new (NULL);
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) second = g_ptr_array_new_with_free_func (g_free);
  Reader reader = { self, bytes, NULL, name, '\0', 1, cell, first };
  guint n_foreign;
  gboolean has_names;
  Reader ahead;

  if (n_bytes == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” is empty. Copy or download it again."), name);
      return FALSE;
    }

  reader.end = bytes + n_bytes;
  reader.separator = find_separator (bytes, reader.end);
  read_row (&reader);
  if (!check_width (first, name, error))
    return FALSE;

  /* A look at the second row, which is read again with the others. */
  n_foreign = self->n_foreign;
  ahead = reader;
  ahead.row = second;
  read_row (&ahead);
  self->n_foreign = n_foreign;

  has_names = is_header (first, second);
  if (!take_names (self, first, has_names, name, error))
    return FALSE;

  if (!has_names)
    add_row (self, first, part, 1);
  add_rows (&reader, part);
  if (!reader.open_quote)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” ends inside a cell in quotes. Copy or download it again."), name);
  return FALSE;
}

/* ---- JSON lines ---- */

/* The cells of @object in the order of the columns; FALSE if one is missing. */
static gboolean
order_cells (const DsTable   *self,
             GHashTable      *object,
             GPtrArray       *row)
{
  g_ptr_array_set_size (row, 0);
  for (guint i = 0; i < self->names->len; i++)
    {
      const char *cell = g_hash_table_lookup (object, self->names->pdata[i]);

      if (cell == NULL)
        return FALSE;
      g_ptr_array_add (row, g_strdup (cell));
    }

  return TRUE;
}

gboolean
ds_table_add_json_lines (DsTable     *self,
                         const char  *bytes,
                         gsize        n_bytes,
                         const char  *name,
                         DsPart       part,
                         GError     **error)
{
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  guint line = 1;
  gsize next;

  for (gsize at = 0; at < n_bytes; at = next, line++)
    {
      const char *stop = memchr (bytes + at, '\n', n_bytes - at);
      gsize length = stop != NULL ? (gsize) (stop - bytes) - at : n_bytes - at;
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      gboolean foreign;
      g_autofree char *text = ds_text_decode (bytes + at, length, &foreign);
      g_autoptr (GHashTable) object = NULL;

      next = at + length + 1;
      if (text[0] == '\0')
        continue;

      self->n_foreign += foreign;
      object = ds_json_line_parse (text, names);
      if (object != NULL && self->names->len == 0)
        {
          self->has_header = TRUE;
          if (!check_width (names, name, error) || !take_names (self, names, TRUE, name, error))
            return FALSE;
        }

      if (object != NULL && order_cells (self, object, row))
        add_row (self, row, part, line);
      else
        ds_warn (self->warnings,
                 _("Line %u of “%s” is no JSON object with the texts and numbers of the first one "
                   "and was left out."), line, name);
    }

  if (self->names->len > 0)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” has no line that is a JSON object of texts and numbers."), name);
  return FALSE;
}
