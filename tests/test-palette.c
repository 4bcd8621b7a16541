/* test-palette.c: searching and choosing in the palette
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/toy-graph-model.h"

#include "widgets/palette.h"

static GtkWidget *
find_type (GtkWidget *root,
           GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkListBoxRow *
row_at (GtkWidget *palette,
        int        index)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (find_type (palette, GTK_TYPE_LIST_BOX)),
                                        index);
}

static void
activated_cb (char          **name,
              UiPaletteItem  *item)
{
  g_free (*name);
  *name = g_strdup (ui_palette_item_get_name (item));
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
test_rows (void)
{
  g_autoptr (GListModel) kinds = toy_graph_model_list_kinds ();
  GtkWidget *palette = g_object_ref_sink (ui_palette_new (kinds));
  int n_rows = 0;
  int n_headers = 0;

  for (GtkListBoxRow *row; (row = row_at (palette, n_rows)) != NULL; n_rows++)
    if (gtk_list_box_row_get_header (row) != NULL)
      n_headers++;
  g_assert_cmpint (n_rows, ==, (int) g_list_model_get_n_items (kinds));
  g_assert_cmpint (n_headers, ==, 7);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_at (palette, 1)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Conv 2d");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_at (palette, 1)),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Looks for the same small pattern everywhere.");
  g_assert_finalize_object (palette);
}

static void
test_search (void)
{
  g_autoptr (GListModel) kinds = toy_graph_model_list_kinds ();
  GtkWidget *palette = g_object_ref_sink (ui_palette_new (kinds));
  GtkWidget *entry = find_type (palette, GTK_TYPE_SEARCH_ENTRY);
  g_autofree char *chosen = NULL;
  g_autofree char *search = NULL;
  int n_searches = 0;

  g_signal_connect_swapped (palette, "item-activated", G_CALLBACK (activated_cb), &chosen);
  g_signal_connect_swapped (palette, "notify::search", G_CALLBACK (count_cb), &n_searches);

  ui_palette_set_search (UI_PALETTE (palette), "relu");
  g_assert_nonnull (row_at (palette, 0));
  g_assert_null (row_at (palette, 1));
  g_assert_nonnull (gtk_list_box_row_get_header (row_at (palette, 0)));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (chosen, ==, "relu");
  g_object_get (palette, "search", &search, NULL);
  g_assert_cmpstr (search, ==, "relu");
  g_assert_cmpint (n_searches, >=, 1);

  g_signal_emit_by_name (find_type (palette, GTK_TYPE_LIST_BOX), "row-activated",
                         row_at (palette, 0));
  g_assert_cmpstr (chosen, ==, "relu");

  /* Nothing is left, and Enter does nothing. */
  g_clear_pointer (&chosen, g_free);
  g_object_set (palette, "search", "no such layer", NULL);
  g_assert_null (row_at (palette, 0));
  g_signal_emit_by_name (entry, "activate");
  g_assert_null (chosen);

  ui_palette_set_search (UI_PALETTE (palette), NULL);
  g_assert_nonnull (row_at (palette, 9));
  g_assert_finalize_object (palette);
}

static void
test_model (void)
{
  g_autoptr (GListModel) kinds = toy_graph_model_list_kinds ();
  GtkWidget *palette = g_object_ref_sink (ui_palette_new (NULL));
  g_autoptr (GListModel) model = NULL;

  g_assert_null (row_at (palette, 0));
  g_object_set (palette, "model", kinds, NULL);
  g_object_get (palette, "model", &model, NULL);
  g_assert_true (model == kinds);
  g_assert_nonnull (row_at (palette, 0));
  g_list_store_remove (G_LIST_STORE (kinds), 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row_at (palette, 0)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Conv 2d");
  ui_palette_set_model (UI_PALETTE (palette), NULL);
  g_assert_null (row_at (palette, 0));
  g_assert_finalize_object (palette);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/rows", test_rows);
  g_test_add_func ("/palette/search", test_search);
  g_test_add_func ("/palette/model", test_model);
  return g_test_run ();
}
