/* table-file.h: rows and columns from text
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/source.h"

G_BEGIN_DECLS

#define DS_TABLE_MAX_COLUMNS 4096

/* Cells of one or more files with the same columns. */
typedef struct
{
  GPtrArray    *names;          /* of the columns; empty before the first file */
  gboolean      has_header;     /* the names are from the file, not made up */
  GArray       *cells;          /* const char *, row after row */
  GArray       *rows;           /* of DsTableRow */
  GStringChunk *strings;        /* what the cells point to */
  GPtrArray    *warnings;       /* for ds_warn(), borrowed */
  guint         n_foreign;      /* cells that are not UTF-8 */
} DsTable;

typedef struct
{
  DsPart part;
  guint  line;                  /* in the file, where the row begins */
} DsTableRow;

void         ds_table_init       (DsTable        *self,
                                  GPtrArray      *warnings);
void         ds_table_clear      (DsTable        *self);

guint        ds_table_get_n_rows (const DsTable  *self);
const char  *ds_table_get_cell   (const DsTable  *self,
                                  guint           row,
                                  guint           column);

/* Adds the rows of a file with separated values (RFC 4180): cells may be in
 * double quotes; the separator is the one of comma, semicolon, tab and bar that
 * the first row has most of.  The first row holds the names if it has words
 * where the second has numbers, or names that tables often have.  A row with
 * another number of cells is left out with a warning.  FALSE with @error set,
 * naming @name, for what is no table. */
gboolean     ds_table_add_separated (DsTable     *self,
                                     const char  *bytes,
                                     gsize        n_bytes,
                                     const char  *name,
                                     DsPart       part,
                                     GError     **error);

/* The same for a JSON object on each line, whose members are texts, numbers and
 * truth values; the first object decides about the columns. */
gboolean     ds_table_add_json_lines (DsTable    *self,
                                      const char *bytes,
                                      gsize       n_bytes,
                                      const char *name,
                                      DsPart      part,
                                      GError    **error);

/* The number that @cell is, written as in C whatever the locale; FALSE for what
 * is none. */
gboolean     ds_table_parse_number (const char   *cell,
                                    double       *number);

/* Whether a column that is called so has the answers. */
gboolean     ds_table_is_answer_name (const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsTable, ds_table_clear)

G_END_DECLS
