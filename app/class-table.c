/* class-table.c: what an evaluation says of each class, in rows
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/class-table.h"

#include <glib/gi18n.h>
#include <math.h>

#define ROW_HEIGHT  34          /* about, for the room that is asked for */
#define MOST_HEIGHT 380         /* with more rows it scrolls */

/* One row of the model. */
#define APP_TYPE_CLASS_ROW (app_class_row_get_type ())
G_DECLARE_FINAL_TYPE (AppClassRow, app_class_row, APP, CLASS_ROW, GObject)

struct _AppClassRow
{
  GObject  parent_instance;

  gint64   class;
  char    *name;
  double  *values;
  char   **texts;               /* of the values */
};

G_DEFINE_FINAL_TYPE (AppClassRow, app_class_row, G_TYPE_OBJECT)

static void
app_class_row_finalize (GObject *object)
{
  AppClassRow *self = APP_CLASS_ROW (object);

  g_free (self->name);
  g_free (self->values);
  g_strfreev (self->texts);

  G_OBJECT_CLASS (app_class_row_parent_class)->finalize (object);
}

static void
app_class_row_class_init (AppClassRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_class_row_finalize;
}

static void
app_class_row_init (AppClassRow *self)
{
}

struct _AppClassTable
{
  GtkWidget  parent_instance;

  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (AppClassTable, app_class_table, GTK_TYPE_WIDGET)

/* Columns of values count from 0; the names come first. */
#define NAMES -1

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkListItemFactory *factory,
         GtkListItem        *item,
         gpointer            column)
{
  AppClassRow *row = gtk_list_item_get_item (item);
  int index = GPOINTER_TO_INT (column);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      index == NAMES ? row->name : row->texts[index]);
}

/* Classes in their own order, values by size; what has none comes first. */
static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      column)
{
  const AppClassRow *first = a;
  const AppClassRow *second = b;
  int index = GPOINTER_TO_INT (column);
  double x = index == NAMES ? (double) first->class : first->values[index];
  double y = index == NAMES ? (double) second->class : second->values[index];

  if (isnan (x) || isnan (y))
    return isnan (y) - isnan (x);
  return (x > y) - (x < y);
}

static void
add_column (GtkColumnView *view,
            const char    *title,
            int            index)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare,
                                                                    GINT_TO_POINTER (index),
                                                                    NULL));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GINT_TO_POINTER (index));
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_append_column (view, column);
  g_object_unref (column);
}

static GListModel *
make_rows (const AppEvaluation *evaluation,
           const NnTable       *table)
{
  GListStore *rows = g_list_store_new (APP_TYPE_CLASS_ROW);

  for (gint64 i = 0; i < table->n_rows; i++)
    {
      g_autoptr (AppClassRow) row = g_object_new (APP_TYPE_CLASS_ROW, NULL);

      row->class = i;
      row->name = app_evaluation_dup_class (evaluation, i);
      row->values = g_memdup2 (table->values + i * table->n_columns,
                               (gsize) table->n_columns * sizeof (double));
      row->texts = g_new0 (char *, table->n_columns + 1);
      for (gint64 k = 0; k < table->n_columns; k++)
        row->texts[k] = app_table_print (table, i, k);
      g_list_store_append (rows, row);
    }

  return G_LIST_MODEL (rows);
}

static void
app_class_table_dispose (GObject *object)
{
  g_clear_pointer (&APP_CLASS_TABLE (object)->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (app_class_table_parent_class)->dispose (object);
}

static void
app_class_table_class_init (AppClassTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_class_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_class_table_init (AppClassTable *self)
{
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
app_class_table_new (const AppEvaluation *evaluation,
                     const NnTable       *table)
{
  AppClassTable *self = g_object_new (APP_TYPE_CLASS_TABLE, NULL);
  GtkSortListModel *sorted = gtk_sort_list_model_new (make_rows (evaluation, table), NULL);
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (
    gtk_no_selection_new (G_LIST_MODEL (sorted))));

  gtk_accessible_update_property (GTK_ACCESSIBLE (view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(table->title), -1);
  add_column (GTK_COLUMN_VIEW (view), _(table->title), NAMES);
  for (gint64 i = 0; i < table->n_columns; i++)
    add_column (GTK_COLUMN_VIEW (view), _(table->columns[i]), (int) i);
  gtk_sort_list_model_set_sorter (sorted, gtk_column_view_get_sorter (GTK_COLUMN_VIEW (view)));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), view);

  /* The list itself asks for one row only. */
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller),
                                              (int) MIN ((table->n_rows + 1) * ROW_HEIGHT,
                                                         MOST_HEIGHT));
  return GTK_WIDGET (self);
}
