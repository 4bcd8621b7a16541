/* findings.h: what an evaluation found, in numbers, tables and curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/json-writer.h"
#include "engine/json.h"

G_BEGIN_DECLS

typedef enum
{
  NN_BETTER_HIGHER,
  NN_BETTER_LOWER,
} NnBetter;

/* Titles are English here and in files, and marked for translation: who shows
 * them translates them, in whatever language that is then. */

typedef struct
{
  char     *name;               /* "f1-macro": saved, never renamed */
  char     *title;
  double    value;              /* NaN where the data does not tell */
  NnBetter  better;
  gboolean  is_share;           /* from 0 to 1, shown in percent */
} NnMeasure;

/* One row for each class. */
typedef struct
{
  char   *name;                 /* "confusion" */
  char   *title;
  gint64  n_rows;
  gint64  n_columns;
  char  **columns;              /* titles; NULL: the columns are classes, too */
  double *values;               /* row by row; NaN where there is nothing to tell */
} NnTable;

/* One curve of those that share two axes, such as one for each class. */
typedef struct
{
  char   *name;                 /* "roc" */
  char   *title;
  char   *x_title;
  char   *y_title;
  gint64  class;
  double  area;
  guint   n_points;
  double *x;
  double *y;
} NnCurve;

typedef struct
{
  GArray    *measures;          /* NnMeasure */
  GPtrArray *tables;            /* NnTable */
  GPtrArray *curves;            /* NnCurve */
  GPtrArray *notes;             /* translated sentences */
} NnFindings;

NnFindings  *nn_findings_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void         nn_findings_free        (NnFindings       *self);

/* Shares from 0 to 1 for which more is better; other numbers. */
void         nn_findings_add_share   (NnFindings       *self,
                                      const char       *name,
                                      const char       *title,
                                      double            value);
void         nn_findings_add_number  (NnFindings       *self,
                                      const char       *name,
                                      const char       *title,
                                      double            value,
                                      NnBetter          better);

/* @columns may be NULL; @values is copied. */
void         nn_findings_add_table   (NnFindings       *self,
                                      const char       *name,
                                      const char       *title,
                                      gint64            n_rows,
                                      gint64            n_columns,
                                      const char *const *columns,
                                      const double     *values);

/* Points are copied, and left out where the curve does not need them. */
void         nn_findings_add_curve   (NnFindings       *self,
                                      const char       *name,
                                      const char       *title,
                                      const char       *x_title,
                                      const char       *y_title,
                                      gint64            class,
                                      double            area,
                                      const double     *x,
                                      const double     *y,
                                      guint             n_points);
void         nn_findings_add_note    (NnFindings       *self,
                                      const char       *note);

/* NULL when there is none of that name. */
const NnMeasure *nn_findings_find    (const NnFindings *self,
                                      const char       *name);
const NnTable   *nn_findings_find_table (const NnFindings *self,
                                      const char       *name);

/* Members of the object that is open: measures, tables, curves, notes. */
void         nn_findings_write       (const NnFindings *self,
                                      NnJsonWriter     *writer);

/* From a stranger: sizes and types are checked.  Titles come from the file. */
NnFindings  *nn_findings_read        (const NnJson     *json,
                                      GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnFindings, nn_findings_free)

G_END_DECLS
