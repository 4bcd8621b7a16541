/* graph-sheet-select.c: which nodes and links of the graph are selected
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-sheet-private.h"

/* Both tell whether that changed anything: listeners rebuild whole sidebars, and
 * a rubber band asks with every movement of the pointer. */
static gboolean
set_node_selected (UiNodeView *view,
                   gboolean    selected)
{
  if (ui_node_view_get_selected (view) == selected)
    return FALSE;

  ui_node_view_set_selected (view, selected);
  return TRUE;
}

static gboolean
set_wire_selected (UiGraphSheet *self,
                   guint         index,
                   gboolean      selected)
{
  if (ui_wires_get_selected (self->wires, index) == selected)
    return FALSE;

  ui_wires_set_selected (self->wires, index, selected);
  return TRUE;
}

void
ui_graph_sheet_select_node (UiGraphSheet *self,
                            guint         id,
                            gboolean      selected)
{
  UiNodeView *view = ui_graph_sheet_get_view (self, id);

  if (view != NULL && set_node_selected (view, selected))
    ui_graph_sheet_selection_changed (self);
}

void
ui_graph_sheet_select_link (UiGraphSheet      *self,
                            const UiGraphLink *link,
                            gboolean           selected)
{
  int index = ui_graph_sheet_find_wire (self, link);

  if (index >= 0 && set_wire_selected (self, index, selected))
    ui_graph_sheet_selection_changed (self);
}

static gboolean
has_id (const guint *ids,
        guint        n_ids,
        guint        id)
{
  for (guint i = 0; i < n_ids; i++)
    if (ids[i] == id)
      return TRUE;

  return FALSE;
}

void
ui_graph_sheet_select_only (UiGraphSheet *self,
                            const guint  *ids,
                            guint         n_ids)
{
  gboolean changed = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiNodeView *view = UI_NODE_VIEW (child);

      changed |= set_node_selected (view, has_id (ids, n_ids, ui_node_view_get_id (view)));
    }
  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    changed |= set_wire_selected (self, i, FALSE);

  if (changed)
    ui_graph_sheet_selection_changed (self);
}

void
ui_graph_sheet_select_rect (UiGraphSheet *self,
                            const UiRect *rect,
                            GArray       *base)
{
  gboolean changed = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiNodeView *view = UI_NODE_VIEW (child);
      UiRect card = ui_node_view_get_rect (view);

      changed |= set_node_selected (view, ui_rect_intersects (&card, rect)
                                          || has_id ((guint *) base->data, base->len,
                                                     ui_node_view_get_id (view)));
    }

  if (changed)
    ui_graph_sheet_selection_changed (self);
}

/* Links go with their nodes, so selecting them too would only hide the wires'
 * ordinary look. */
void
ui_graph_sheet_select_all (UiGraphSheet *self)
{
  g_autoptr (GArray) ids = ui_graph_sheet_list_in_order (self);

  ui_graph_sheet_select_only (self, (guint *) ids->data, ids->len);
}

void
ui_graph_sheet_unselect_all (UiGraphSheet *self)
{
  ui_graph_sheet_select_only (self, NULL, 0);
}

gboolean
ui_graph_sheet_is_link_selected (UiGraphSheet      *self,
                                 const UiGraphLink *link)
{
  int index = ui_graph_sheet_find_wire (self, link);

  return index >= 0 && ui_wires_get_selected (self->wires, index);
}

GArray *
ui_graph_sheet_list_selected (UiGraphSheet *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ui_node_view_get_selected (UI_NODE_VIEW (child)))
      {
        guint id = ui_node_view_get_id (UI_NODE_VIEW (child));

        g_array_append_val (ids, id);
      }

  return ids;
}

GArray *
ui_graph_sheet_list_selected_links (UiGraphSheet *self)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));

  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    if (ui_wires_get_selected (self->wires, i))
      g_array_append_vals (links, ui_wires_get_link (self->wires, i), 1);

  return links;
}
