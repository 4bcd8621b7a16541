/* table.c: tables of numbers or texts
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/class-layout.h"
#include "datasets/formats/table-file.h"
#include "datasets/formats/table-roles.h"
#include "datasets/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BITS 20                 /* an ending, text, and a sign that parts cells */

static const char * const separated[] = { ".csv", ".tsv", ".tab", NULL };
static const char * const json_lines[] = { ".jsonl", ".ndjson", NULL };

typedef struct
{
  DsTable      table;
  DsTableRoles roles;
  char        *title;           /* of the container, for messages */
} Table;

static void
table_free (Table *self)
{
  ds_table_roles_clear (&self->roles);
  ds_table_clear (&self->table);
  g_free (self->title);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Table, table_free)

/* Whether the member is a table, by its ending and its first bytes. */
static gboolean
is_table (DsContainer *container,
          guint        member,
          gboolean    *is_json)
{
  const char *name = ds_container_get_name (container, member);
  guint8 head[DS_HEAD_BYTES + 1];
  gsize n = ds_container_peek (container, member, head, NULL);

  *is_json = ds_text_has_ending (name, json_lines);
  head[n] = '\0';
  if (!ds_text_sniff (head, n))
    return FALSE;

  return *is_json ? head[strspn ((const char *) head, " \t\r\n\xef\xbb\xbf")] == '{'
                  : ds_text_has_ending (name, separated);
}

static int
bid (DsContainer  *container,
     char        **why)
{
  gboolean is_json;

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    if (is_table (container, i, &is_json))
      {
        *why = g_strdup_printf (is_json
                                ? _("“%s” has a JSON object on each line.")
                                : _("“%s” is a table of separated values."),
                                ds_container_get_name (container, i));
        return BITS;
      }

  return 0;
}

/* "data/train.csv" is for training. */
static DsPart
part_of (const char *name)
{
  const char *slash = strrchr (name, '/');
  const char *base = slash != NULL ? slash + 1 : name;
  DsPart part = ds_part_called (base, strcspn (base, "._-"));

  return part != DS_PART_UNDECIDED || slash == NULL ? part : ds_part_around (name, base - name);
}

static gboolean
read_files (Table         *self,
            DsContainer   *container,
            GCancellable  *cancellable,
            GError       **error)
{
  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    {
      g_autofree char *name = ds_container_describe (container, i);
      g_autoptr (GBytes) bytes = NULL;
      gboolean is_json;
      const char *data;
      gsize size;
      DsPart part;

      if (!is_table (container, i, &is_json))
        continue;

      bytes = ds_container_read (container, i, ds_container_get_limits (container)->text_bytes,
                                 cancellable, error);
      if (bytes == NULL)
        return FALSE;

      data = g_bytes_get_data (bytes, &size);
      part = part_of (ds_container_get_name (container, i));
      if (!(is_json ? ds_table_add_json_lines : ds_table_add_separated) (&self->table, data, size,
                                                                         name, part, error))
        return FALSE;
    }

  if (ds_table_get_n_rows (&self->table) > 0)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” has no rows. A table needs names of columns and rows below them, in a file "
                 "that ends with “.csv”, “.tsv” or “.jsonl”."), ds_container_get_shown (container));
  return FALSE;
}

/* ---- Making the items ---- */

/* FALSE with the place in @damage: (transfer full) of @damage */
static gboolean
read_answer (Table   *self,
             guint    row,
             float   *number,
             DsItem  *about,
             char   **damage)
{
  const DsTableRoles *roles = &self->roles;
  const char *cell = ds_table_get_cell (&self->table, row, roles->answer);
  double value = 0;

  if (cell[0] == '\0'
      || (roles->answer_kind == DS_FIELD_NUMBERS && !ds_table_parse_number (cell, &value)))
    {
      *damage = g_strdup_printf (_("Line %u of “%s” has no answer in the column “%s”."),
                                 g_array_index (self->table.rows, DsTableRow, row).line,
                                 self->title, (char *) self->table.names->pdata[roles->answer]);
      return FALSE;
    }

  if (roles->answer_kind == DS_FIELD_CLASS)
    about->label = (int) GPOINTER_TO_UINT (g_hash_table_lookup (roles->class_of, cell)) - 1;
  else if (roles->answer_kind == DS_FIELD_TEXT)
    about->answer = cell;
  else
    {
      *number = (float) value;
      about->answer = number;
    }
  return TRUE;
}

static gboolean
check_text (Table  *self,
            guint   row,
            char  **damage)
{
  if (ds_table_get_cell (&self->table, row, self->roles.text)[0] != '\0')
    return TRUE;

  *damage = g_strdup_printf (_("Line %u of “%s” has no text in the column “%s”."),
                             g_array_index (self->table.rows, DsTableRow, row).line, self->title,
                             (char *) self->table.names->pdata[self->roles.text]);
  return FALSE;
}

static gboolean
read_features (Table  *self,
               guint   row,
               float  *features,
               char  **damage)
{
  for (guint i = 0; i < self->roles.features->len; i++)
    {
      guint column = g_array_index (self->roles.features, guint, i);
      double number;

      if (!ds_table_parse_number (ds_table_get_cell (&self->table, row, column), &number))
        {
          *damage = g_strdup_printf (_("Line %u of “%s” has no number in the column “%s”."),
                                     g_array_index (self->table.rows, DsTableRow, row).line,
                                     self->title, (char *) self->table.names->pdata[column]);
          return FALSE;
        }
      features[i] = (float) number;
    }

  return TRUE;
}

static void
put_row (Table         *self,
         guint          row,
         float         *features,
         DsCacheWriter *writer)
{
  int text = self->roles.text;
  DsItem about = { -1, g_array_index (self->table.rows, DsTableRow, row).part, NULL };
  g_autofree char *damage = NULL;
  float number;

  if (read_answer (self, row, &number, &about, &damage)
      && (text >= 0 ? check_text (self, row, &damage)
                    : read_features (self, row, features, &damage)))
    ds_cache_writer_put (writer, row, text >= 0 ? ds_table_get_cell (&self->table, row, text)
                                                : (const void *) features, &about);
  else
    ds_cache_writer_damaged (writer, row, damage);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Table *self = data;
  g_autofree float *features = g_new (float, MAX (self->roles.features->len, 1));

  for (guint i = 0; i < ds_table_get_n_rows (&self->table)
       && !ds_cache_writer_is_stopped (writer); i++)
    put_row (self, i, features, writer);

  return TRUE;
}

static DsField
item_field (const DsTableRoles *roles)
{
  NnShape features = NN_SHAPE (roles->features->len);

  return roles->text >= 0 ? ds_field_text () : ds_field_numbers (NN_FLOAT32, &features);
}

static DsField
answer_field (const DsTableRoles *roles)
{
  NnShape one = NN_SHAPE (1);

  switch (roles->answer_kind)
    {
    case DS_FIELD_NUMBERS:
      return ds_field_numbers (NN_FLOAT32, &one);
    case DS_FIELD_TEXT:
      return ds_field_text ();
    case DS_FIELD_CLASS:
    case DS_FIELD_CLASSES:
    case DS_FIELD_TOKENS:
    case DS_N_FIELD_KINDS:
    default:
      return ds_field_class ();
    }
}

static DsSource *
open_table (DsContainer      *container,
            const DsOptions  *options,
            GCancellable     *cancellable,
            GError          **error)
{
  g_autoptr (Table) self = g_new0 (Table, 1);
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  DsField answer;
  DsField item;
  DsSource *source;

  ds_table_init (&self->table, warnings);
  self->title = g_strdup (ds_container_get_shown (container));
  if (!read_files (self, container, cancellable, error)
      || !ds_table_roles_decide (&self->roles, &self->table, options->answer, self->title, error))
    return NULL;

  item = item_field (&self->roles);
  answer = answer_field (&self->roles);
  if (self->table.n_foreign > 0)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u cell is not UTF-8 and was read as Windows-1252.",
                          "%u cells are not UTF-8 and were read as Windows-1252.",
                          self->table.n_foreign),
             self->table.n_foreign);

  source = ds_source_new ("table", ds_container_get_title (container), &item.shape, NN_FLOAT32,
                          ds_table_get_n_rows (&self->table), fill, self,
                          (GDestroyNotify) table_free);
  ds_source_set_item (source, &item);
  ds_source_set_answer (source, &answer);
  for (guint i = 0; i < self->roles.classes->len; i++)
    ds_source_add_class (source, self->roles.classes->pdata[i]);
  for (guint i = 0; i < warnings->len; i++)
    ds_warn (ds_source_get_warnings (source), "%s", (char *) warnings->pdata[i]);
  self->table.warnings = NULL;
  g_steal_pointer (&self);

  return source;
}

const DsFormat ds_format_table = {
  .name    = "table",
  .title   = N_("Tables (CSV, TSV, JSON lines)"),
  .summary = N_("Rows of numbers or of a text, and a column with a class, a number or a text as "
                "the answer."),
  .bid     = bid,
  .open    = open_table,
};
