/* graph-editor-edit.c: what the graph editor asks of its model
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor-private.h"

#include "widgets/graph-place.h"

#include <glib/gi18n.h>
#include <math.h>

/* What a card takes before it exists and can be measured. */
#define USUAL_WIDTH  180
#define USUAL_HEIGHT 60

/* Room kept free around a new card. */
#define GAP 20

static const char *
node_title (UiGraphEditor *self,
            guint          id)
{
  const UiGraphNode *node = ui_graph_model_get_node (self->model, id);

  return node != NULL ? node->title : "";
}

gboolean
ui_graph_editor_connect (UiGraphEditor      *self,
                         const UiGraphLink  *link,
                         GError            **error)
{
  /* Translators: the name of an edit in the history, between two nodes. */
  g_autofree char *name = g_strdup_printf (_("Connect %s to %s"),
                                           node_title (self, link->from),
                                           node_title (self, link->to));
  gboolean connected;

  ui_graph_model_begin_action (self->model, name);
  connected = ui_graph_model_connect (self->model, link, error);
  ui_graph_model_end_action (self->model);
  return connected;
}

static char *
removal_name (UiGraphEditor     *self,
              const guint       *ids,
              guint              n_ids,
              const UiGraphLink *links)
{
  /* Translators: these are names of edits in the history. */
  if (n_ids == 1)
    return g_strdup_printf (_("Delete %s"), node_title (self, ids[0]));
  if (n_ids > 1)
    return g_strdup_printf (ngettext ("Delete %u Node", "Delete %u Nodes", n_ids), n_ids);

  return g_strdup_printf (_("Disconnect %s from %s"),
                          node_title (self, links[0].to), node_title (self, links[0].from));
}

/* Keeps the keyboard where the user is working when the widget that has the
 * focus is about to go. */
static void
keep_focus (UiGraphEditor *self,
            const guint   *ids,
            guint          n_ids)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->sheet));

  for (guint i = 0; focus != NULL && i < n_ids; i++)
    if (ui_node_view_get_id (UI_NODE_VIEW (focus)) == ids[i])
      gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
ui_graph_editor_remove (UiGraphEditor     *self,
                        const guint       *ids,
                        guint              n_ids,
                        const UiGraphLink *links,
                        guint              n_links)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  gboolean removed = TRUE;

  if (n_ids == 0 && n_links == 0)
    return;

  name = removal_name (self, ids, n_ids, links);
  keep_focus (self, ids, n_ids);
  ui_graph_model_begin_action (self->model, name);
  for (guint i = 0; removed && i < n_links; i++)
    removed = ui_graph_model_disconnect (self->model, &links[i], &error);
  if (removed && n_ids > 0)
    removed = ui_graph_model_remove_nodes (self->model, ids, n_ids, &error);
  ui_graph_model_end_action (self->model);

  if (!removed)
    ui_graph_editor_say (self, error->message, self->pointer, TRUE, TRUE);
}

void
ui_graph_editor_delete_selection (UiGraphEditor *self)
{
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) links = NULL;
  GtkWidget *focus;

  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  ids = ui_graph_sheet_list_selected (self->sheet);
  links = ui_graph_sheet_list_selected_links (self->sheet);
  focus = gtk_widget_get_focus_child (GTK_WIDGET (self->sheet));
  if (ids->len == 0 && links->len == 0 && focus != NULL)
    {
      guint id = ui_node_view_get_id (UI_NODE_VIEW (focus));

      g_array_append_val (ids, id);
    }

  ui_graph_editor_remove (self, (guint *) ids->data, ids->len,
                          (UiGraphLink *) links->data, links->len);
}

void
ui_graph_editor_unlink (UiGraphEditor *self,
                        UiPortView    *port)
{
  g_autoptr (GArray) links = ui_graph_sheet_list_links_at (self->sheet, port);

  ui_graph_editor_remove (self, NULL, 0, (UiGraphLink *) links->data, links->len);
}

const UiGraphLink *
ui_graph_editor_link_below (UiGraphEditor *self,
                            UiPoint        point)
{
  return ui_graph_sheet_hit_link (self->sheet, &point, USUAL_HEIGHT / 2);
}

/* The first link out of @links that the model accepts is made. */
static gboolean
connect_any (UiGraphEditor  *self,
             GArray         *links,
             UiGraphLink    *made,
             GError        **error)
{
  for (guint i = 0; i < links->len; i++)
    {
      *made = g_array_index (links, UiGraphLink, i);
      g_clear_error (error);
      if (ui_graph_model_connect (self->model, made, error))
        return TRUE;
    }

  return FALSE;
}

/* Takes @link apart and puts the node @id between its ends, or leaves it as it
 * was and tells why. */
static gboolean
go_between (UiGraphEditor      *self,
            guint               id,
            const UiGraphLink  *link,
            GError            **error)
{
  g_autoptr (GArray) before = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));
  g_autoptr (GArray) after = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));
  g_autoptr (GError) refusal = NULL;
  const UiGraphNode *node = ui_graph_model_get_node (self->model, id);
  UiGraphLink first, second;

  for (guint i = 0; i < node->n_inputs; i++)
    g_array_append_val (before, ((UiGraphLink) { link->from, link->from_port, id, i }));
  for (guint i = 0; i < node->n_outputs; i++)
    g_array_append_val (after, ((UiGraphLink) { id, i, link->to, link->to_port }));
  if (before->len == 0 || after->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” cannot stand between two nodes: it needs an input and an output."),
                   node->title);
      return FALSE;
    }

  if (!ui_graph_model_disconnect (self->model, link, error))
    return FALSE;
  if (connect_any (self, before, &first, &refusal))
    {
      if (connect_any (self, after, &second, &refusal))
        return TRUE;
      ui_graph_model_disconnect (self->model, &first, NULL);
    }

  ui_graph_model_connect (self->model, link, NULL);
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

void
ui_graph_editor_move_by (UiGraphEditor     *self,
                         double             dx,
                         double             dy,
                         const UiGraphLink *into)
{
  g_autoptr (GArray) ids = ui_graph_sheet_list_selected (self->sheet);
  g_autofree UiGraphPlace *places = g_new0 (UiGraphPlace, ids->len);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (ids->len == 0 || (dx == 0 && dy == 0))
    return;

  /* Translators: these are names of edits in the history. */
  if (ids->len == 1)
    name = g_strdup_printf (_("Move %s"), node_title (self, g_array_index (ids, guint, 0)));
  else
    name = g_strdup_printf (ngettext ("Move %u Node", "Move %u Nodes", ids->len), ids->len);

  for (guint i = 0; i < ids->len; i++)
    {
      guint id = g_array_index (ids, guint, i);
      UiPoint place = ui_node_view_get_place (ui_graph_sheet_get_view (self->sheet, id));

      places[i] = (UiGraphPlace) { id, place.x + dx, place.y + dy };
    }

  ui_graph_model_begin_action (self->model, name);
  ui_graph_model_move_nodes (self->model, places, ids->len);
  if (into != NULL && !go_between (self, places[0].id, into, &error))
    ui_graph_editor_say (self, error->message, self->pointer, TRUE, TRUE);
  ui_graph_model_end_action (self->model);
}

/* A card is placed before its size is known, so it may have to give way once
 * it can be measured. */
static void
settle (UiGraphEditor *self,
        guint          id,
        UiPoint        middle)
{
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (UiRect));
  UiRect wish = ui_node_view_get_rect (ui_graph_sheet_get_view (self->sheet, id));
  UiGraphPlace place = { .id = id };
  UiPoint found;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->sheet));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ui_node_view_get_id (UI_NODE_VIEW (child)) != id)
      {
        UiRect rect = ui_node_view_get_rect (UI_NODE_VIEW (child));

        g_array_append_val (taken, rect);
      }

  wish.x = round ((middle.x - wish.width / 2) / UI_GRAPH_GRID) * UI_GRAPH_GRID;
  wish.y = round ((middle.y - wish.height / 2) / UI_GRAPH_GRID) * UI_GRAPH_GRID;
  found = ui_graph_find_place ((UiRect *) taken->data, taken->len, &wish, GAP);
  place.x = found.x;
  place.y = found.y;
  ui_graph_model_move_nodes (self->model, &place, 1);
}

static guint
add_node (UiGraphEditor     *self,
          const char        *kind,
          UiPoint            middle,
          const UiGraphLink *into)
{
  g_autoptr (GError) error = NULL;
  guint id;

  /* Translators: the name of an edit in the history. */
  ui_graph_model_begin_action (self->model, _("Add Node"));
  id = ui_graph_model_add_node (self->model, kind,
                                round (middle.x - USUAL_WIDTH / 2),
                                round (middle.y - USUAL_HEIGHT / 2), &error);
  if (id != 0)
    {
      settle (self, id, middle);
      if (into != NULL)
        go_between (self, id, into, &error);
    }
  ui_graph_model_end_action (self->model);

  if (error != NULL)
    ui_graph_editor_say (self, error->message, ui_graph_editor_to_widget (self, middle),
                         TRUE, TRUE);
  return id;
}

static guint
insert (UiGraphEditor     *self,
        const char        *kind,
        UiPoint            middle,
        const UiGraphLink *into)
{
  guint id = add_node (self, kind, middle, into);
  UiRect rect;

  if (id == 0)
    return 0;

  self->keep_fit = FALSE;
  rect = ui_node_view_get_rect (ui_graph_sheet_get_view (self->sheet, id));
  ui_graph_editor_select (self, &id, 1);
  ui_graph_editor_reveal (self, &rect);
  return id;
}

guint
ui_graph_editor_insert (UiGraphEditor *self,
                        const char    *kind)
{
  UiPoint middle;

  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), 0);
  g_return_val_if_fail (self->model != NULL, 0);

  middle.x = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  middle.y = gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  return insert (self, kind, ui_graph_editor_to_model (self, middle), NULL);
}

guint
ui_graph_editor_insert_at (UiGraphEditor *self,
                           const char    *kind,
                           double         x,
                           double         y)
{
  UiPoint middle = ui_graph_editor_to_model (self, (UiPoint) { x, y });
  const UiGraphLink *below;
  UiGraphLink link;

  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), 0);
  g_return_val_if_fail (self->model != NULL, 0);

  below = ui_graph_editor_link_below (self, middle);
  if (below == NULL)
    return insert (self, kind, middle, NULL);

  link = *below;
  return insert (self, kind, middle, &link);
}
