/* findings.c: what an evaluation found, in numbers, tables and curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/findings.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MOST_POINTS  200        /* of a curve that is kept */
#define MOST_ROWS    4096       /* of a table that is read */

static void
measure_clear (NnMeasure *self)
{
  g_free (self->name);
  g_free (self->title);
}

static void
table_free (NnTable *self)
{
  g_free (self->name);
  g_free (self->title);
  g_strfreev (self->columns);
  g_free (self->values);
  g_free (self);
}

static void
curve_free (NnCurve *self)
{
  g_free (self->name);
  g_free (self->title);
  g_free (self->x_title);
  g_free (self->y_title);
  g_free (self->x);
  g_free (self->y);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTable, table_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnCurve, curve_free)

NnFindings *
nn_findings_new (void)
{
  NnFindings *self = g_new0 (NnFindings, 1);

  self->measures = g_array_new (FALSE, TRUE, sizeof (NnMeasure));
  g_array_set_clear_func (self->measures, (GDestroyNotify) measure_clear);
  self->tables = g_ptr_array_new_with_free_func ((GDestroyNotify) table_free);
  self->curves = g_ptr_array_new_with_free_func ((GDestroyNotify) curve_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
nn_findings_free (NnFindings *self)
{
  g_array_unref (self->measures);
  g_ptr_array_unref (self->tables);
  g_ptr_array_unref (self->curves);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

void
nn_findings_add_share (NnFindings *self,
                       const char *name,
                       const char *title,
                       double      value)
{
  NnMeasure measure = { g_strdup (name), g_strdup (title), value, NN_BETTER_HIGHER, TRUE };

  g_array_append_val (self->measures, measure);
}

void
nn_findings_add_number (NnFindings *self,
                        const char *name,
                        const char *title,
                        double      value,
                        NnBetter    better)
{
  NnMeasure measure = { g_strdup (name), g_strdup (title), value, better, FALSE };

  g_array_append_val (self->measures, measure);
}

void
nn_findings_add_table (NnFindings        *self,
                       const char        *name,
                       const char        *title,
                       gint64             n_rows,
                       gint64             n_columns,
                       const char *const *columns,
                       const double      *values)
{
  NnTable *table = g_new0 (NnTable, 1);

  table->name = g_strdup (name);
  table->title = g_strdup (title);
  table->n_rows = n_rows;
  table->n_columns = n_columns;
  table->columns = g_strdupv ((char **) columns);
  table->values = g_memdup2 (values, (gsize) (n_rows * n_columns) * sizeof (double));
  g_ptr_array_add (self->tables, table);
}

/* Both ends, and from what lies between them one point for each step along the
 * curve; corners lie at most one step away from where they were. */
static void
keep_points (NnCurve      *self,
             const double *x,
             const double *y,
             guint         n_points)
{
  guint most = MIN (n_points, MOST_POINTS);
  double length = 0;
  double walked = 0;

  self->x = g_new (double, most + 1);
  self->y = g_new (double, most + 1);
  for (guint i = 1; i < n_points; i++)
    length += fabs (x[i] - x[i - 1]) + fabs (y[i] - y[i - 1]);

  for (guint i = 0; i < n_points; i++)
    {
      double due = self->n_points * length / MAX (most - 1, 1);

      if (i > 0)
        walked += fabs (x[i] - x[i - 1]) + fabs (y[i] - y[i - 1]);
      if (i > 0 && i < n_points - 1
          && (n_points > most ? walked < due || self->n_points >= most - 1 : FALSE))
        continue;
      self->x[self->n_points] = x[i];
      self->y[self->n_points] = y[i];
      self->n_points++;
    }
}

void
nn_findings_add_curve (NnFindings   *self,
                       const char   *name,
                       const char   *title,
                       const char   *x_title,
                       const char   *y_title,
                       gint64        class,
                       double        area,
                       const double *x,
                       const double *y,
                       guint         n_points)
{
  NnCurve *curve = g_new0 (NnCurve, 1);

  curve->name = g_strdup (name);
  curve->title = g_strdup (title);
  curve->x_title = g_strdup (x_title);
  curve->y_title = g_strdup (y_title);
  curve->class = class;
  curve->area = area;
  keep_points (curve, x, y, n_points);
  g_ptr_array_add (self->curves, curve);
}

void
nn_findings_add_note (NnFindings *self,
                      const char *note)
{
  g_ptr_array_add (self->notes, g_strdup (note));
}

const NnMeasure *
nn_findings_find (const NnFindings *self,
                  const char       *name)
{
  for (guint i = 0; i < self->measures->len; i++)
    {
      const NnMeasure *measure = &g_array_index (self->measures, NnMeasure, i);

      if (g_str_equal (measure->name, name))
        return measure;
    }

  return NULL;
}

const NnTable *
nn_findings_find_table (const NnFindings *self,
                        const char       *name)
{
  for (guint i = 0; i < self->tables->len; i++)
    {
      const NnTable *table = g_ptr_array_index (self->tables, i);

      if (g_str_equal (table->name, name))
        return table;
    }

  return NULL;
}

static void
write_numbers (NnJsonWriter *writer,
               const char   *key,
               const double *numbers,
               gint64        count)
{
  nn_json_writer_begin_array (writer, key);
  for (gint64 i = 0; i < count; i++)
    if (numbers[i] == floor (numbers[i]) && fabs (numbers[i]) < 9e15)
      nn_json_writer_add_integer (writer, NULL, (gint64) numbers[i]);
    else
      nn_json_writer_add_double (writer, NULL, numbers[i]);
  nn_json_writer_end_array (writer);
}

static void
write_table (const NnTable *self,
             NnJsonWriter  *writer)
{
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "name", self->name);
  nn_json_writer_add_string (writer, "title", self->title);
  nn_json_writer_add_integer (writer, "rows", self->n_rows);
  if (self->columns != NULL)
    {
      nn_json_writer_begin_array (writer, "columns");
      for (gint64 i = 0; i < self->n_columns; i++)
        nn_json_writer_add_string (writer, NULL, self->columns[i]);
      nn_json_writer_end_array (writer);
    }
  write_numbers (writer, "values", self->values, self->n_rows * self->n_columns);
  nn_json_writer_end_object (writer);
}

static void
write_curve (const NnCurve *self,
             NnJsonWriter  *writer)
{
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "name", self->name);
  nn_json_writer_add_string (writer, "title", self->title);
  nn_json_writer_add_string (writer, "x-title", self->x_title);
  nn_json_writer_add_string (writer, "y-title", self->y_title);
  nn_json_writer_add_integer (writer, "class", self->class);
  nn_json_writer_add_double (writer, "area", self->area);
  write_numbers (writer, "x", self->x, self->n_points);
  write_numbers (writer, "y", self->y, self->n_points);
  nn_json_writer_end_object (writer);
}

void
nn_findings_write (const NnFindings *self,
                   NnJsonWriter     *writer)
{
  nn_json_writer_begin_array (writer, "measures");
  for (guint i = 0; i < self->measures->len; i++)
    {
      const NnMeasure *measure = &g_array_index (self->measures, NnMeasure, i);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "name", measure->name);
      nn_json_writer_add_string (writer, "title", measure->title);
      nn_json_writer_add_double (writer, "value", measure->value);
      nn_json_writer_add_bool (writer, "higher-is-better", measure->better == NN_BETTER_HIGHER);
      nn_json_writer_add_bool (writer, "share", measure->is_share);
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_array (writer);

  nn_json_writer_begin_array (writer, "tables");
  for (guint i = 0; i < self->tables->len; i++)
    write_table (g_ptr_array_index (self->tables, i), writer);
  nn_json_writer_end_array (writer);

  nn_json_writer_begin_array (writer, "curves");
  for (guint i = 0; i < self->curves->len; i++)
    write_curve (g_ptr_array_index (self->curves, i), writer);
  nn_json_writer_end_array (writer);

  nn_json_writer_begin_array (writer, "notes");
  for (guint i = 0; i < self->notes->len; i++)
    nn_json_writer_add_string (writer, NULL, g_ptr_array_index (self->notes, i));
  nn_json_writer_end_array (writer);
}

/* A number, or null for none. */
static gboolean
read_number (const NnJson  *json,
             double        *value,
             GError       **error)
{
  *value = NAN;
  return nn_json_get_type (json) == NN_JSON_NULL
         || nn_json_as_double (json, -G_MAXDOUBLE, G_MAXDOUBLE, value, error);
}

/* The numbers of the array @key; @count gets how many.  (transfer full) */
static double *
read_numbers (const NnJson  *json,
              const char    *key,
              guint         *count,
              GError       **error)
{
  const NnJson *array = nn_json_get_array (json, key, error);
  g_autofree double *numbers = NULL;
  const NnJson *item;

  if (array == NULL)
    return NULL;

  *count = nn_json_get_length (array);
  numbers = g_new (double, (gsize) *count + 1);
  item = nn_json_first (array);
  for (guint i = 0; item != NULL; item = nn_json_next (item), i++)
    if (!read_number (item, &numbers[i], error))
      return NULL;

  return g_steal_pointer (&numbers);
}

/* The member @key: a string that is not empty. */
static const char *
get_words (const NnJson  *json,
           const char    *key,
           GError       **error)
{
  const char *text = nn_json_get_string (json, key, error);

  if (text == NULL || *text != '\0')
    return text;

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” of an evaluation is empty."), key);
  return NULL;
}

/* Copies the members @keys to @places. */
static gboolean
read_strings (const NnJson       *json,
              const char *const  *keys,
              char              **places[],
              GError            **error)
{
  for (int i = 0; keys[i] != NULL; i++)
    {
      const char *text = get_words (json, keys[i], error);

      if (text == NULL)
        return FALSE;
      *places[i] = g_strdup (text);
    }

  return TRUE;
}

static gboolean
read_measure (NnFindings    *self,
              const NnJson  *json,
              GError       **error)
{
  const char *name = get_words (json, "name", error);
  const char *title = name != NULL ? get_words (json, "title", error) : NULL;
  const NnJson *number = nn_json_find (json, "value");
  gboolean is_higher, is_share;
  double value = NAN;

  if (title == NULL || !nn_json_get_bool (json, "higher-is-better", &is_higher, error)
      || !nn_json_get_bool (json, "share", &is_share, error)
      || (number != NULL && !read_number (number, &value, error)))
    return FALSE;

  if (is_share)
    nn_findings_add_share (self, name, title, value);
  else
    nn_findings_add_number (self, name, title, value,
                            is_higher ? NN_BETTER_HIGHER : NN_BETTER_LOWER);
  return TRUE;
}

static gboolean
read_columns (NnTable       *self,
              const NnJson  *array,
              GError       **error)
{
  const NnJson *item;
  guint i = 0;

  if (nn_json_as_array (array, error) == NULL)
    return FALSE;

  self->n_columns = nn_json_get_length (array);
  self->columns = g_new0 (char *, (gsize) self->n_columns + 1);
  for (item = nn_json_first (array); item != NULL; item = nn_json_next (item))
    {
      const char *text = nn_json_as_string (item, error);

      if (text == NULL)
        return FALSE;
      self->columns[i++] = g_strdup (text);
    }

  return TRUE;
}

static gboolean
read_table (NnFindings    *self,
            const NnJson  *json,
            GError       **error)
{
  static const char *const keys[] = { "name", "title", NULL };
  g_autoptr (NnTable) table = g_new0 (NnTable, 1);
  char **places[] = { &table->name, &table->title };
  const NnJson *columns = nn_json_find (json, "columns");
  guint count;

  if (!read_strings (json, keys, places, error)
      || !nn_json_get_integer (json, "rows", 0, MOST_ROWS, &table->n_rows, error)
      || (columns != NULL && !read_columns (table, columns, error)))
    return FALSE;
  if (columns == NULL)
    table->n_columns = table->n_rows;

  table->values = read_numbers (json, "values", &count, error);
  if (table->values == NULL)
    return FALSE;
  if (count != table->n_rows * table->n_columns)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The table “%s” has %u values, which does not go with %d rows."),
                   table->name, count, (int) table->n_rows);
      return FALSE;
    }

  g_ptr_array_add (self->tables, g_steal_pointer (&table));
  return TRUE;
}

static gboolean
read_curve (NnFindings    *self,
            const NnJson  *json,
            GError       **error)
{
  static const char *const keys[] = { "name", "title", "x-title", "y-title", NULL };
  g_autoptr (NnCurve) curve = g_new0 (NnCurve, 1);
  char **places[] = { &curve->name, &curve->title, &curve->x_title, &curve->y_title };
  const NnJson *area = nn_json_find (json, "area");
  guint n_y = 0;

  if (!read_strings (json, keys, places, error)
      || !nn_json_get_integer (json, "class", 0, G_MAXINT32, &curve->class, error)
      || (area != NULL && !read_number (area, &curve->area, error))
      || (curve->x = read_numbers (json, "x", &curve->n_points, error)) == NULL
      || (curve->y = read_numbers (json, "y", &n_y, error)) == NULL)
    return FALSE;
  if (n_y != curve->n_points)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("The curve “%s” has %u points across and %u "
                                                     "up."), curve->name, curve->n_points, n_y);
      return FALSE;
    }

  g_ptr_array_add (self->curves, g_steal_pointer (&curve));
  return TRUE;
}

static gboolean
read_note (NnFindings    *self,
           const NnJson  *json,
           GError       **error)
{
  const char *note = nn_json_as_string (json, error);

  if (note == NULL)
    return FALSE;
  nn_findings_add_note (self, note);
  return TRUE;
}

NnFindings *
nn_findings_read (const NnJson  *json,
                  GError       **error)
{
  static const struct
  {
    const char *key;
    gboolean  (*read) (NnFindings    *self,
                       const NnJson  *item,
                       GError       **error);
  } parts[] = {
    { "measures", read_measure },
    { "tables", read_table },
    { "curves", read_curve },
    { "notes", read_note },
  };
  g_autoptr (NnFindings) self = nn_findings_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const NnJson *array = nn_json_get_array (json, parts[i].key, error);

      if (array == NULL)
        return NULL;
      for (const NnJson *item = nn_json_first (array); item != NULL; item = nn_json_next (item))
        if (!parts[i].read (self, item, error))
          return NULL;
    }

  return g_steal_pointer (&self);
}
