/* table-roles.h: what the columns of a table are for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/formats/table-file.h"

G_BEGIN_DECLS

typedef struct
{
  int         text;             /* the column with the texts, or -1: then … */
  GArray     *features;         /* … these (guint) hold the numbers of an item */
  int         answer;           /* the column with the answers */
  DsFieldKind answer_kind;      /* a class, numbers (one), or a text */
  GPtrArray  *classes;          /* names, sorted; numbers by size */
  GHashTable *class_of;         /* name → number + 1; the names are the classes' */
} DsTableRoles;

void      ds_table_roles_clear  (DsTableRoles   *self);

/* Looks at names and cells: the answer is in the column called @answer
 * (nullable), in one that is called “label” or the like, or in the last.  Few
 * different answers are classes, many numbers are numbers, many texts are
 * texts.  What is given is the column with the longest texts, or else all
 * numbers; columns that are left out are warned of.  FALSE with @error set,
 * naming @name, where nothing can be learned. */
gboolean  ds_table_roles_decide (DsTableRoles   *self,
                                 const DsTable  *table,
                                 const char     *answer,
                                 const char     *name,
                                 GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsTableRoles, ds_table_roles_clear)

G_END_DECLS
