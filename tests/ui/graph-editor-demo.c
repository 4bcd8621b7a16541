/* graph-editor-demo.c: the graph editor, its palette and its inspector on a toy model
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/toy-graph-model.h"

#include "widgets/graph-editor.h"
#include "widgets/palette.h"
#include "widgets/property-list.h"

#include <gtk/gtk.h>

typedef struct
{
  ToyGraphModel *model;
  GtkWidget     *editor;
  GtkWidget     *inspector;
  GtkWidget     *inspector_title;
  GtkWidget     *status;
} Demo;

static gboolean dark;
static gboolean high_contrast;
static int large;
static int width = 1280;
static int height = 800;

static const GOptionEntry options[] = {
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Prefer the dark style", NULL },
  { "high-contrast", 0, 0, G_OPTION_ARG_NONE, &high_contrast, "Use more contrast", NULL },
  { "large", 0, 0, G_OPTION_ARG_INT, &large, "Show a graph of N nodes", "N" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Width of the window", "W" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Height of the window", "H" },
  { NULL },
};

static void
add_property (GListStore     *store,
              UiPropertyKind  kind,
              const char     *name,
              const char     *title,
              const char     *value)
{
  const char *modes[] = { "zeros", "reflect", "replicate", NULL };
  const char *mode_titles[] = { "Zeros", "Reflection", "Nearest", NULL };
  const char *words[] = { "same", NULL };
  g_autoptr (UiProperty) property = ui_property_new (kind, name, title, "A setting.", value);

  if (kind == UI_PROPERTY_KIND_CHOICE)
    ui_property_set_choices (property, modes, mode_titles);
  if (kind == UI_PROPERTY_KIND_LIST)
    ui_property_set_choices (property, words, words);
  if (kind == UI_PROPERTY_KIND_INTEGER || kind == UI_PROPERTY_KIND_LIST)
    ui_property_set_range (property, 0, 4096);
  if (kind == UI_PROPERTY_KIND_NUMBER)
    ui_property_set_range (property, 0, 1);
  g_list_store_append (store, property);
}

static GListModel *
make_properties (const char *title)
{
  GListStore *store = g_list_store_new (UI_TYPE_PROPERTY);

  add_property (store, UI_PROPERTY_KIND_TEXT, "title", "Name", title);
  add_property (store, UI_PROPERTY_KIND_INTEGER, "channels", "Channels", "8");
  add_property (store, UI_PROPERTY_KIND_LIST, "kernel", "Kernel Size", "3, 3");
  add_property (store, UI_PROPERTY_KIND_LIST, "padding", "Padding", "same");
  add_property (store, UI_PROPERTY_KIND_CHOICE, "mode", "Padding Mode", "zeros");
  add_property (store, UI_PROPERTY_KIND_NUMBER, "dropout", "Dropout", "0.1");
  add_property (store, UI_PROPERTY_KIND_BOOLEAN, "bias", "Bias", "true");
  return G_LIST_MODEL (store);
}

static void
selection_changed_cb (Demo *demo)
{
  g_autoptr (GArray) ids = ui_graph_editor_list_selected (UI_GRAPH_EDITOR (demo->editor));
  g_autoptr (GListModel) model = NULL;
  const char *title = "Nothing Selected";

  if (ids->len == 1)
    {
      const UiGraphNode *node = ui_graph_model_get_node (UI_GRAPH_MODEL (demo->model),
                                                         g_array_index (ids, guint, 0));

      title = node->title;
      model = make_properties (title);
    }
  gtk_label_set_text (GTK_LABEL (demo->inspector_title), title);
  ui_property_list_set_model (UI_PROPERTY_LIST (demo->inspector), model);
}

static void
changed_cb (Demo *demo)
{
  g_autoptr (GArray) nodes = ui_graph_model_list_nodes (UI_GRAPH_MODEL (demo->model));
  g_autoptr (GArray) links = ui_graph_model_list_links (UI_GRAPH_MODEL (demo->model));
  const char *undo = toy_graph_model_get_undo (demo->model);
  g_autofree char *text = g_strdup_printf ("%u nodes, %u links, %u steps, undo: %s",
                                           nodes->len, links->len,
                                           toy_graph_model_get_depth (demo->model),
                                           undo != NULL ? undo : "nothing");

  gtk_label_set_text (GTK_LABEL (demo->status), text);
}

static void
property_changed_cb (Demo       *demo,
                     const char *name,
                     const char *value)
{
  g_autoptr (GArray) ids = ui_graph_editor_list_selected (UI_GRAPH_EDITOR (demo->editor));

  if (ids->len == 1 && g_str_equal (name, "channels"))
    {
      g_autofree char *subtitle = g_strdup_printf ("%s×26×26", value);

      toy_graph_model_set_subtitle (demo->model, g_array_index (ids, guint, 0), subtitle);
    }
}

static void
item_activated_cb (Demo          *demo,
                   UiPaletteItem *item)
{
  ui_graph_editor_insert (UI_GRAPH_EDITOR (demo->editor), ui_palette_item_get_name (item));
}

static ToyGraphModel *
make_model (void)
{
  ToyGraphModel *model;
  const char *names[] = { "conv", "relu", "norm", "add" };

  if (large == 0)
    {
      model = toy_graph_model_new_sample ();
      ui_graph_model_add_node (UI_GRAPH_MODEL (model), "add", 0, 200, NULL);
      toy_graph_model_set_error (model, 5,
                                 "“Linear 5” expects 5408 numbers, but “Flatten 4” gives 4608. "
                                 "Set its inputs to 4608.");
      return model;
    }

  model = toy_graph_model_new ();
  for (int i = 0; i < large; i++)
    ui_graph_model_add_node (UI_GRAPH_MODEL (model), names[i % 4],
                             i / 20 * 220, i % 20 * 120, NULL);
  for (int i = 20; i < large; i++)
    ui_graph_model_connect (UI_GRAPH_MODEL (model),
                            &(UiGraphLink) { i - 19, 0, i + 1, 0 }, NULL);
  return model;
}

static GtkWidget *
make_button (const char *icon,
             const char *name,
             GCallback   callback,
             gpointer    data)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", callback, data);
  return button;
}

static GtkWidget *
make_inspector (Demo *demo)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  demo->inspector_title = gtk_label_new (NULL);
  g_object_set (demo->inspector_title, "xalign", 0.0, "margin-top", 14, "margin-start", 12,
                "margin-bottom", 6, NULL);
  gtk_widget_add_css_class (demo->inspector_title, "heading");
  demo->inspector = ui_property_list_new (NULL);
  gtk_box_append (GTK_BOX (box), demo->inspector_title);
  gtk_box_append (GTK_BOX (box), demo->inspector);
  gtk_widget_set_size_request (box, 264, -1);
  g_signal_connect_swapped (demo->inspector, "changed", G_CALLBACK (property_changed_cb), demo);
  return box;
}

static GtkWidget *
make_content (Demo *demo)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GListModel) kinds = toy_graph_model_list_kinds ();
  GtkWidget *palette = ui_palette_new (kinds);

  demo->editor = ui_graph_editor_new (UI_GRAPH_MODEL (demo->model));
  demo->status = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "margin-start", 8,
                               "margin-top", 4, "margin-bottom", 4,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, NULL);
  gtk_widget_set_vexpand (demo->editor, TRUE);
  gtk_widget_set_hexpand (middle, TRUE);
  gtk_widget_set_size_request (palette, 200, -1);
  gtk_box_append (GTK_BOX (middle), demo->editor);
  gtk_box_append (GTK_BOX (middle), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (middle), demo->status);

  gtk_box_append (GTK_BOX (content), palette);
  gtk_box_append (GTK_BOX (content), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (content), middle);
  gtk_box_append (GTK_BOX (content), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (content), make_inspector (demo));

  g_signal_connect_swapped (palette, "item-activated", G_CALLBACK (item_activated_cb), demo);
  return content;
}

static void
node_activated_cb (Demo *demo)
{
  ui_property_list_focus_name (UI_PROPERTY_LIST (demo->inspector), "channels");
}

/* Like the program with a double click on the canvas, but without asking. */
static void
background_activated_cb (Demo   *demo,
                         double  x,
                         double  y)
{
  ui_graph_editor_insert_at (UI_GRAPH_EDITOR (demo->editor), "pool", x, y);
}

static void
load_style (GdkDisplay *display,
            const char *file_name)
{
  g_autofree char *path = g_build_filename (WIDGETS_DIR, file_name, NULL);
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();

  gtk_css_provider_load_from_path (css, path);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
activate_cb (GtkApplication *application,
             gpointer        user_data)
{
  Demo *demo = user_data;
  GtkWidget *window = gtk_application_window_new (application);
  GtkWidget *bar = gtk_header_bar_new ();

  load_style (gtk_widget_get_display (window), "widgets.css");
  if (high_contrast)
    load_style (gtk_widget_get_display (window), "widgets-hc.css");
  g_object_set (gtk_settings_get_default (), "gtk-application-prefer-dark-theme", dark, NULL);

  demo->model = make_model ();
  gtk_header_bar_pack_start (GTK_HEADER_BAR (bar),
                             make_button ("edit-undo-symbolic", "Undo",
                                          G_CALLBACK (toy_graph_model_undo), demo->model));
  gtk_header_bar_pack_start (GTK_HEADER_BAR (bar),
                             make_button ("edit-redo-symbolic", "Redo",
                                          G_CALLBACK (toy_graph_model_redo), demo->model));
  gtk_window_set_titlebar (GTK_WINDOW (window), bar);
  gtk_window_set_title (GTK_WINDOW (window), "Graph Editor");
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), make_content (demo));

  g_signal_connect_swapped (demo->editor, "selection-changed",
                            G_CALLBACK (selection_changed_cb), demo);
  g_signal_connect_swapped (demo->editor, "node-activated",
                            G_CALLBACK (node_activated_cb), demo);
  g_signal_connect_swapped (demo->editor, "background-activated",
                            G_CALLBACK (background_activated_cb), demo);
  g_signal_connect_swapped (demo->model, "changed", G_CALLBACK (changed_cb), demo);
  selection_changed_cb (demo);
  changed_cb (demo);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application = NULL;
  Demo demo = { NULL };
  int status;

  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_add_main_option_entries (G_APPLICATION (application), options);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &demo);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_clear_object (&demo.model);
  return status;
}
