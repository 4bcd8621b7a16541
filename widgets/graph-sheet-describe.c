/* graph-sheet-describe.c: the graph in words, for whoever cannot see the wires
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-sheet-private.h"

#include <glib/gi18n.h>

static void
append_name (GString    *list,
             const char *name)
{
  if (list->len > 0)
    /* Translators: stands between the items of a list. */
    g_string_append (list, _(", "));
  g_string_append (list, name);
}

static void
add_partner (GHashTable *partners,
             UiPortView *port,
             UiPortView *partner)
{
  GString *list = g_hash_table_lookup (partners, port);

  if (list == NULL)
    {
      list = g_string_new (NULL);
      g_hash_table_insert (partners, port, list);
    }
  append_name (list, ui_port_view_get_name (partner));
}

static void
free_list (gpointer list)
{
  g_string_free (list, TRUE);
}

/* (transfer full): UiPortView → GString with the names of the ports it is
 * linked to.  Ports without links are not in it. */
static GHashTable *
list_partners (UiGraphSheet *self)
{
  GHashTable *partners = g_hash_table_new_full (NULL, NULL, NULL, free_list);

  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    {
      const UiGraphLink *link = ui_wires_get_link (self->wires, i);
      UiPortView *from = ui_graph_sheet_get_port (self, link->from, UI_PORT_OUTPUT,
                                                  link->from_port);
      UiPortView *to = ui_graph_sheet_get_port (self, link->to, UI_PORT_INPUT, link->to_port);

      if (from == NULL || to == NULL)
        continue;
      add_partner (partners, from, to);
      add_partner (partners, to, from);
    }

  return partners;
}

static void
describe_port (UiPortView        *port,
               const UiGraphPort *info,
               GString           *partners)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (info->detail != NULL)
    g_string_append_printf (text, "%s\n", info->detail);
  if (partners != NULL)
    g_string_append_printf (text, _("Connected to %s."), partners->str);
  else
    g_string_append (text, _("Not connected."));

  ui_port_view_set_linked (port, partners != NULL);
  ui_port_view_set_description (port, text->str);
}

/* Describes the ports of one side and adds what they are linked to to @all. */
static void
describe_side (UiNodeView        *view,
               UiPortDirection    direction,
               const UiGraphPort *infos,
               guint              n_ports,
               GHashTable        *partners,
               GString           *all)
{
  for (guint i = 0; i < n_ports; i++)
    {
      UiPortView *port = ui_node_view_get_port (view, direction, i);
      GString *list = g_hash_table_lookup (partners, port);

      describe_port (port, &infos[i], list);
      if (list != NULL)
        append_name (all, list->str);
    }
}

static void
describe_node (UiNodeView        *view,
               const UiGraphNode *node,
               GHashTable        *partners)
{
  g_autoptr (GString) sources = g_string_new (NULL);
  g_autoptr (GString) sinks = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  describe_side (view, UI_PORT_INPUT, node->inputs, node->n_inputs, partners, sources);
  describe_side (view, UI_PORT_OUTPUT, node->outputs, node->n_outputs, partners, sinks);

  if (sources->len > 0)
    g_string_append_printf (text, _("Receives from %s."), sources->str);
  if (sources->len > 0 && sinks->len > 0)
    g_string_append_c (text, ' ');
  if (sinks->len > 0)
    g_string_append_printf (text, _("Feeds %s."), sinks->str);
  if (text->len == 0)
    g_string_append (text, _("Not connected."));
  ui_node_view_set_connections (view, text->str);
}

void
ui_graph_sheet_describe (UiGraphSheet *self)
{
  g_autoptr (GHashTable) partners = list_partners (self);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiNodeView *view = UI_NODE_VIEW (child);
      const UiGraphNode *node = ui_graph_model_get_node (self->model,
                                                         ui_node_view_get_id (view));

      describe_node (view, node, partners);
    }
}
