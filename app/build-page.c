/* build-page.c: the canvas, the palette and the settings of a node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/build-page.h"

#include "app/graph-adapter.h"
#include "app/inspector.h"
#include "widgets/graph-editor.h"
#include "widgets/palette.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define PALETTE_WIDTH   230
#define INSPECTOR_WIDTH 280

struct _AppBuildPage
{
  GtkWidget        parent_instance;

  AppDocument     *document;    /* owned, or NULL */
  AppGraphAdapter *adapter;     /* owned, or NULL */
  GtkWidget       *box;
  GtkWidget       *palette;
  GtkWidget       *editor;
  GtkWidget       *inspector;
};

G_DEFINE_FINAL_TYPE (AppBuildPage, app_build_page, GTK_TYPE_WIDGET)

static void
item_activated_cb (AppBuildPage  *self,
                   UiPaletteItem *item)
{
  guint id = ui_graph_editor_insert (UI_GRAPH_EDITOR (self->editor),
                                     ui_palette_item_get_name (item));

  if (id != 0)
    ui_graph_editor_show_node (UI_GRAPH_EDITOR (self->editor), id);
}

static void
selection_changed_cb (AppBuildPage *self)
{
  g_autoptr (GArray) ids = ui_graph_editor_list_selected (UI_GRAPH_EDITOR (self->editor));

  app_inspector_set_node (APP_INSPECTOR (self->inspector),
                          ids->len == 1 ? g_array_index (ids, guint, 0) : 0);
}

/* A double click on empty canvas looks for a layer to put there. */
static void
background_activated_cb (AppBuildPage *self)
{
  app_build_page_start_search (self);
}

void
app_build_page_start_search (AppBuildPage *self)
{
  ui_palette_start_search (UI_PALETTE (self->palette));
}

void
app_build_page_mark_node (AppBuildPage *self,
                          guint         id,
                          const char   *message)
{
  if (self->adapter == NULL)
    return;

  app_graph_adapter_mark (self->adapter, id, message);
  if (message != NULL && id != 0)
    ui_graph_editor_show_node (UI_GRAPH_EDITOR (self->editor), id);
}

static void
app_build_page_dispose (GObject *object)
{
  AppBuildPage *self = APP_BUILD_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->adapter);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_build_page_parent_class)->dispose (object);
}

static void
app_build_page_class_init (AppBuildPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_build_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_build_page_init (AppBuildPage *self)
{
  g_autoptr (GListModel) items = app_palette_items_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->palette = ui_palette_new (items);
  gtk_widget_set_size_request (self->palette, PALETTE_WIDTH, -1);
  gtk_widget_add_css_class (self->palette, "sidebar-pane");
  g_signal_connect_object (self->palette, "item-activated", G_CALLBACK (item_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->palette);
  gtk_box_append (GTK_BOX (self->box), gtk_separator_new (GTK_ORIENTATION_VERTICAL));

  self->editor = ui_graph_editor_new (NULL);
  gtk_widget_set_hexpand (self->editor, TRUE);
  g_signal_connect_object (self->editor, "selection-changed", G_CALLBACK (selection_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "background-activated",
                           G_CALLBACK (background_activated_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->editor);
  gtk_box_append (GTK_BOX (self->box), gtk_separator_new (GTK_ORIENTATION_VERTICAL));

  self->inspector = app_inspector_new ();
  gtk_widget_set_size_request (self->inspector, INSPECTOR_WIDTH, -1);
  gtk_widget_add_css_class (self->inspector, "sidebar-pane");
  gtk_box_append (GTK_BOX (self->box), self->inspector);
}

GtkWidget *
app_build_page_new (void)
{
  return g_object_new (APP_TYPE_BUILD_PAGE, NULL);
}

void
app_build_page_set_document (AppBuildPage *self,
                             AppDocument  *document)
{
  g_set_object (&self->document, document);
  g_clear_object (&self->adapter);
  self->adapter = app_graph_adapter_new (document);
  app_inspector_set_graph (APP_INSPECTOR (self->inspector), document, self->adapter);
  ui_graph_editor_set_model (UI_GRAPH_EDITOR (self->editor), UI_GRAPH_MODEL (self->adapter));
  ui_graph_editor_fit (UI_GRAPH_EDITOR (self->editor));
  gtk_widget_grab_focus (self->editor);
}
