/* arrange.c: where the nodes of a graph stand that nobody has placed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/arrange.h"

/* Distance of nodes on the canvas. */
#define STEP_X 170
#define STEP_Y 110

/* Columns in a row: a small network fills the canvas, a deep one still has rows
 * that can be seen without scrolling sideways. */
#define COLUMNS      4
#define MANY_COLUMNS 8
#define DEEP         24

typedef struct
{
  NnGraph    *graph;
  guint      *order;            /* ids, each behind what it reads */
  guint       n_nodes;
  GHashTable *columns;          /* id → longest way from an input */
} Arrangement;

static int
column_of (Arrangement *self,
           guint        id)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->columns, GUINT_TO_POINTER (id)));
}

static void
set_column (Arrangement *self,
            guint        id,
            int          column)
{
  g_hash_table_insert (self->columns, GUINT_TO_POINTER (id), GINT_TO_POINTER (column));
}

/* Links are walked in the order of their readers, so one pass is enough. */
static void
find_columns (Arrangement *self)
{
  g_autoptr (GHashTable) readers = g_hash_table_new_full (NULL, NULL, NULL,
                                                          (GDestroyNotify) g_array_unref);

  for (guint i = 0; i < nn_graph_get_n_links (self->graph); i++)
    {
      NnLink link = nn_graph_get_link (self->graph, i);
      GArray *list = g_hash_table_lookup (readers, GUINT_TO_POINTER (link.from));

      if (list == NULL)
        {
          list = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (readers, GUINT_TO_POINTER (link.from), list);
        }
      g_array_append_val (list, link.to);
    }

  for (guint i = 0; i < self->n_nodes; i++)
    {
      GArray *list = g_hash_table_lookup (readers, GUINT_TO_POINTER (self->order[i]));

      for (guint k = 0; list != NULL && k < list->len; k++)
        {
          guint to = g_array_index (list, guint, k);

          set_column (self, to, MAX (column_of (self, to), column_of (self, self->order[i]) + 1));
        }
    }

  /* What reads nothing, such as the target, stands in front of its reader. */
  for (guint i = 0; i < self->n_nodes; i++)
    {
      GArray *list = g_hash_table_lookup (readers, GUINT_TO_POINTER (self->order[i]));
      int nearest = G_MAXINT;

      if (column_of (self, self->order[i]) > 0)
        continue;
      for (guint k = 0; list != NULL && k < list->len; k++)
        nearest = MIN (nearest, column_of (self, g_array_index (list, guint, k)));
      if (nearest != G_MAXINT)
        set_column (self, self->order[i], nearest - 1);
    }
}

void
nn_graph_arrange (NnGraph *self)
{
  g_autofree guint *order = nn_graph_sort (self);
  g_autoptr (GHashTable) columns = g_hash_table_new (NULL, NULL);
  guint n_nodes = nn_graph_get_n_nodes (self);
  Arrangement arrangement = { self, order, n_nodes, columns };
  g_autofree int *used = NULL;  /* nodes in each column */
  g_autofree int *tops = NULL;  /* first line of each row */
  int n_columns = 1;
  int width, n_rows;

  find_columns (&arrangement);
  for (guint i = 0; i < n_nodes; i++)
    n_columns = MAX (n_columns, column_of (&arrangement, order[i]) + 1);
  width = n_columns > DEEP ? MANY_COLUMNS : COLUMNS;
  n_rows = (n_columns + width - 1) / width;

  used = g_new0 (int, n_columns);
  tops = g_new0 (int, n_rows + 1);
  for (guint i = 0; i < n_nodes; i++)
    used[column_of (&arrangement, order[i])]++;
  for (int i = 0; i < n_columns; i++)
    tops[i / width + 1] = MAX (tops[i / width + 1], used[i]);
  for (int i = 0; i < n_rows; i++)
    tops[i + 1] += tops[i];

  for (int i = 0; i < n_columns; i++)
    used[i] = 0;
  for (guint i = 0; i < n_nodes; i++)
    {
      int column = column_of (&arrangement, order[i]);

      nn_graph_move_node (self, order[i], column % width * STEP_X,
                          (tops[column / width] + used[column]++) * STEP_Y);
    }
}
