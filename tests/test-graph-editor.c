/* test-graph-editor.c: the graph editor on a toy model
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/toy-graph-model.h"

#include "widgets/graph-editor.h"
#include "widgets/node-view.h"

#include <gtk/gtk.h>
#include <math.h>

/* GTK 4 makes no events for tests, so a key is what the shortcuts of the focused
 * widget and of its parents make of it.  The pointer is the robot's in tests/ui,
 * which has real events. */

typedef struct
{
  ToyGraphModel *model;
  GtkWidget     *window;
  GtkWidget     *editor;
  int            n_selection_changes;
} Fixture;

static void
count_cb (int *count)
{
  (*count)++;
}

static void
settle (void)
{
  for (int i = 0; i < 20; i++)
    {
      while (g_main_context_pending (NULL))
        g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->model = toy_graph_model_new_sample ();
  fixture->editor = ui_graph_editor_new (UI_GRAPH_MODEL (fixture->model));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->editor);
  g_signal_connect_swapped (fixture->editor, "selection-changed", G_CALLBACK (count_cb),
                            &fixture->n_selection_changes);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (gtk_widget_get_width (fixture->editor) == 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *editor = g_object_ref (fixture->editor);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  settle ();
  g_assert_finalize_object (editor);
  g_assert_finalize_object (fixture->model);
}

/* The node called @title, or the port called @name, or NULL. */
static GtkWidget *
find (GtkWidget  *root,
      const char *name)
{
  if (UI_IS_NODE_VIEW (root) && g_str_equal (ui_node_view_get_title (UI_NODE_VIEW (root)), name))
    return root;
  if (UI_IS_PORT_VIEW (root) && g_str_equal (ui_port_view_get_name (UI_PORT_VIEW (root)), name))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static graphene_point_t
centre (Fixture    *fixture,
        const char *name)
{
  GtkWidget *widget = find (fixture->editor, name);
  graphene_rect_t bounds;
  graphene_point_t point;

  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_compute_bounds (widget, fixture->editor, &bounds));
  graphene_rect_get_center (&bounds, &point);
  return point;
}

/* What the bubble says, or NULL. */
static const char *
bubble (Fixture *fixture)
{
  for (GtkWidget *child = gtk_widget_get_first_child (fixture->editor);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && gtk_widget_get_visible (child))
      return gtk_label_get_text (GTK_LABEL (child));

  return NULL;
}

static GtkEventController *
controller (GtkWidget *widget,
            GType      type)
{
  g_autoptr (GListModel) list = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GtkEventController) item = g_list_model_get_item (list, i);

      if (G_OBJECT_TYPE (item) == type)
        return item;
    }

  return NULL;
}

static gboolean
press_shortcut (GtkWidget       *widget,
                guint            keyval,
                GdkModifierType  modifiers)
{
  g_autoptr (GListModel) list = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (item))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (item)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (item), k);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger)
              && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == keyval
              && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == modifiers)
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                 gtk_shortcut_get_arguments (shortcut));
        }
    }

  return FALSE;
}

static void
press_key (Fixture         *fixture,
           guint            keyval,
           GdkModifierType  modifiers)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));
  gboolean stopped = FALSE;

  g_signal_emit_by_name (controller (fixture->editor, GTK_TYPE_EVENT_CONTROLLER_KEY),
                         "key-pressed", keyval, 0, modifiers, &stopped);
  if (!stopped && (keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab))
    gtk_widget_child_focus (fixture->window, keyval == GDK_KEY_Tab
                                             ? GTK_DIR_TAB_FORWARD : GTK_DIR_TAB_BACKWARD);
  else
    for (; !stopped && focus != NULL; focus = gtk_widget_get_parent (focus))
      stopped = press_shortcut (focus, keyval, modifiers);
  settle ();
}

static guint
focused_id (Fixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  return UI_IS_NODE_VIEW (focus) ? ui_node_view_get_id (UI_NODE_VIEW (focus)) : 0;
}

static guint
count_links (Fixture *fixture)
{
  g_autoptr (GArray) links = ui_graph_model_list_links (UI_GRAPH_MODEL (fixture->model));

  return links->len;
}

static void
assert_selected (Fixture *fixture,
                 guint    n_nodes,
                 guint    n_links)
{
  g_autoptr (GArray) ids = ui_graph_editor_list_selected (UI_GRAPH_EDITOR (fixture->editor));
  g_autoptr (GArray) links = NULL;

  links = ui_graph_editor_list_selected_links (UI_GRAPH_EDITOR (fixture->editor));
  g_assert_cmpuint (ids->len, ==, n_nodes);
  g_assert_cmpuint (links->len, ==, n_links);
}

static void
test_widgets (Fixture       *fixture,
              gconstpointer  data)
{
  UiGraphModel *model = UI_GRAPH_MODEL (fixture->model);
  GtkWidget *conv = find (fixture->editor, "Conv 2d 2");
  GtkWidget *port = find (fixture->editor, "Conv 2d 2 input Input");
  guint id;

  gtk_test_accessible_assert_role (conv, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_role (port, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (conv, GTK_ACCESSIBLE_PROPERTY_LABEL, "Conv 2d 2");
  gtk_test_accessible_assert_property (conv, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "8×26×26\nReceives from Images 1 output Images. "
                                       "Feeds ReLU 3 input Input.");
  gtk_test_accessible_assert_property (port, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Conv 2d 2 input Input");
  gtk_test_accessible_assert_property (port, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Connected to Images 1 output Images.");

  id = ui_graph_model_add_node (model, "pool", 0, 300, NULL);
  settle ();
  g_assert_cmpuint (id, ==, 7);
  g_assert_nonnull (find (fixture->editor, "Max Pool 2d 7"));
  gtk_test_accessible_assert_property (find (fixture->editor, "Max Pool 2d 7"),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "8×13×13\nNot connected.");

  toy_graph_model_set_subtitle (fixture->model, 2, "16×26×26");
  toy_graph_model_set_error (fixture->model, 2, "The kernel does not fit.");
  settle ();
  g_assert_true (find (fixture->editor, "Conv 2d 2") == conv);
  g_assert_true (gtk_widget_has_css_class (conv, "error"));
  gtk_test_accessible_assert_property (conv, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "16×26×26\nThe kernel does not fit.\n"
                                       "Receives from Images 1 output Images. "
                                       "Feeds ReLU 3 input Input.");

  toy_graph_model_undo (fixture->model);
  g_assert_null (find (fixture->editor, "Max Pool 2d 7"));
  toy_graph_model_redo (fixture->model);
  g_assert_nonnull (find (fixture->editor, "Max Pool 2d 7"));
}

static void
test_properties (Fixture       *fixture,
                 gconstpointer  data)
{
  UiGraphEditor *editor = UI_GRAPH_EDITOR (fixture->editor);
  g_autoptr (ToyGraphModel) other = toy_graph_model_new ();
  g_autoptr (UiGraphModel) model = NULL;
  int n_zooms = 0;
  int n_models = 0;
  double zoom;

  g_signal_connect_swapped (editor, "notify::zoom", G_CALLBACK (count_cb), &n_zooms);
  g_signal_connect_swapped (editor, "notify::model", G_CALLBACK (count_cb), &n_models);

  g_object_set (editor, "zoom", 2.0, NULL);
  g_object_set (editor, "zoom", 2.0, NULL);
  g_object_get (editor, "zoom", &zoom, NULL);
  g_assert_cmpfloat (zoom, ==, 2);
  g_assert_cmpint (n_zooms, ==, 1);

  /* Whatever comes in, the view stays one that can be drawn. */
  ui_graph_editor_set_zoom (editor, 1e9);
  g_assert_cmpfloat (ui_graph_editor_get_zoom (editor), ==, 4);
  ui_graph_editor_set_zoom (editor, 0);
  g_assert_cmpfloat (ui_graph_editor_get_zoom (editor), ==, 0.1);
  ui_graph_editor_set_zoom (editor, NAN);
  g_assert_cmpfloat (ui_graph_editor_get_zoom (editor), ==, 0.1);
  ui_graph_editor_zoom_by (editor, INFINITY);
  ui_graph_editor_pan_by (editor, NAN, INFINITY);
  g_assert_true (isfinite (ui_graph_editor_get_zoom (editor)));
  settle ();

  g_object_set (editor, "model", other, NULL);
  g_object_get (editor, "model", &model, NULL);
  g_assert_true (model == UI_GRAPH_MODEL (other));
  g_assert_cmpint (n_models, ==, 1);
  g_assert_null (find (fixture->editor, "Conv 2d 2"));
  settle ();
  ui_graph_editor_set_model (editor, NULL);
  g_assert_null (ui_graph_editor_get_model (editor));
  ui_graph_editor_delete_selection (editor);
  settle ();
}

static void
test_selection (Fixture       *fixture,
                gconstpointer  data)
{
  UiGraphEditor *editor = UI_GRAPH_EDITOR (fixture->editor);

  ui_graph_editor_select (editor, (guint[]) { 2, 4 }, 2);
  assert_selected (fixture, 2, 0);
  g_assert_cmpint (fixture->n_selection_changes, ==, 1);
  gtk_test_accessible_assert_state (find (fixture->editor, "Conv 2d 2"),
                                    GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  ui_graph_editor_select (editor, (guint[]) { 4, 2 }, 2);
  g_assert_cmpint (fixture->n_selection_changes, ==, 1);
  ui_graph_editor_select_all (editor);
  assert_selected (fixture, 6, 0);
  g_assert_cmpint (fixture->n_selection_changes, ==, 2);

  ui_graph_editor_show_node (editor, 3);
  assert_selected (fixture, 1, 0);
  g_assert_cmpuint (focused_id (fixture), ==, 3);

  /* What goes is no longer selected, and that is told. */
  fixture->n_selection_changes = 0;
  ui_graph_model_remove_nodes (UI_GRAPH_MODEL (fixture->model), (guint[]) { 3 }, 1, NULL);
  assert_selected (fixture, 0, 0);
  g_assert_cmpint (fixture->n_selection_changes, ==, 1);

  /* Ids nobody knows do no harm. */
  ui_graph_editor_select (editor, (guint[]) { 99 }, 1);
  ui_graph_editor_show_node (editor, 99);
  assert_selected (fixture, 0, 0);
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  UiGraphEditor *editor = UI_GRAPH_EDITOR (fixture->editor);

  ui_graph_editor_select (editor, (guint[]) { 2, 3 }, 2);
  press_key (fixture, GDK_KEY_Delete, 0);
  g_assert_null (find (fixture->editor, "Conv 2d 2"));
  g_assert_cmpuint (count_links (fixture), ==, 3);
  g_assert_cmpuint (toy_graph_model_get_depth (fixture->model), ==, 1);
  g_assert_cmpstr (toy_graph_model_get_undo (fixture->model), ==, "Delete 2 Nodes");
  toy_graph_model_undo (fixture->model);
  g_assert_cmpuint (count_links (fixture), ==, 6);

  /* By the action a screen reader calls; the focus stays in the editor. */
  gtk_widget_grab_focus (find (fixture->editor, "ReLU 3"));
  gtk_widget_activate_action (find (fixture->editor, "ReLU 3"), "node.delete", NULL);
  g_assert_null (find (fixture->editor, "ReLU 3"));
  g_assert_true (gtk_widget_has_focus (fixture->editor));
  g_assert_cmpstr (toy_graph_model_get_undo (fixture->model), ==, "Delete ReLU 3");

  gtk_widget_activate_action (find (fixture->editor, "Linear 5 output Output"),
                              "port.disconnect", NULL);
  g_assert_cmpuint (count_links (fixture), ==, 3);
  g_assert_cmpstr (toy_graph_model_get_undo (fixture->model), ==,
                   "Disconnect Cross Entropy 6 from Linear 5");
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  UiGraphModel *model = UI_GRAPH_MODEL (fixture->model);
  const UiGraphNode *node;
  double x, y;

  /* Tab follows the data, and back. */
  gtk_widget_grab_focus (fixture->editor);
  for (guint id = 1; id <= 3; id++)
    {
      press_key (fixture, GDK_KEY_Tab, 0);
      g_assert_cmpuint (focused_id (fixture), ==, id);
      assert_selected (fixture, 1, 0);
    }
  press_key (fixture, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK);
  g_assert_cmpuint (focused_id (fixture), ==, 2);

  /* Arrow keys move what is selected, on the grid. */
  node = ui_graph_model_get_node (model, 2);
  x = node->x;
  y = node->y;
  press_key (fixture, GDK_KEY_Right, 0);
  press_key (fixture, GDK_KEY_Up, GDK_SHIFT_MASK);
  node = ui_graph_model_get_node (model, 2);
  g_assert_cmpfloat (node->x, ==, x + 10);
  g_assert_cmpfloat (node->y, ==, y - 50);
  g_assert_cmpstr (toy_graph_model_get_undo (fixture->model), ==, "Move Conv 2d 2");

  /* Ctrl and an arrow only go; Ctrl+Space adds what is there. */
  press_key (fixture, GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_cmpuint (focused_id (fixture), ==, 3);
  assert_selected (fixture, 1, 0);
  press_key (fixture, GDK_KEY_space, GDK_CONTROL_MASK);
  assert_selected (fixture, 2, 0);
  press_key (fixture, GDK_KEY_a, GDK_CONTROL_MASK);
  assert_selected (fixture, 6, 0);
  press_key (fixture, GDK_KEY_Escape, 0);
  assert_selected (fixture, 0, 0);
}

static void
activated_cb (guint *seen,
              guint  id)
{
  *seen = id;
}

static void
test_activate (Fixture       *fixture,
               gconstpointer  data)
{
  guint seen = 0;

  g_signal_connect_swapped (fixture->editor, "node-activated", G_CALLBACK (activated_cb), &seen);
  gtk_widget_grab_focus (find (fixture->editor, "Flatten 4"));
  press_key (fixture, GDK_KEY_Return, 0);
  g_assert_cmpuint (seen, ==, 4);
}

static void
test_link_keys (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget *port;

  ui_graph_model_add_node (UI_GRAPH_MODEL (fixture->model), "norm", 400, 300, NULL);
  settle ();

  /* Into the ports of a node and from there to another. */
  gtk_widget_grab_focus (find (fixture->editor, "Conv 2d 2"));
  press_key (fixture, GDK_KEY_Up, GDK_ALT_MASK);
  port = find (fixture->editor, "Conv 2d 2 output Output");
  g_assert_true (gtk_widget_has_focus (port));
  press_key (fixture, GDK_KEY_Return, 0);
  g_assert_nonnull (bubble (fixture));
  for (int i = 0; i < 10; i++)
    if (!gtk_widget_has_focus (find (fixture->editor, "Batch Norm 7 input Input")))
      press_key (fixture, GDK_KEY_Tab, 0);
  g_assert_true (gtk_widget_has_css_class (find (fixture->editor, "Batch Norm 7 input Input"),
                                           "target"));
  g_assert_true (gtk_widget_has_css_class (find (fixture->editor, "Linear 5 input Input"),
                                           "incompatible"));
  press_key (fixture, GDK_KEY_Return, 0);
  g_assert_cmpuint (count_links (fixture), ==, 7);
  g_assert_true (gtk_widget_has_focus (port));
  g_assert_null (bubble (fixture));
  g_assert_false (gtk_widget_has_css_class (find (fixture->editor, "Linear 5 input Input"),
                                            "incompatible"));
  g_assert_cmpstr (toy_graph_model_get_undo (fixture->model), ==,
                   "Connect Conv 2d 2 to Batch Norm 7");

  /* Escape leaves everything as it was. */
  press_key (fixture, GDK_KEY_l, GDK_CONTROL_MASK);
  press_key (fixture, GDK_KEY_Right, 0);
  press_key (fixture, GDK_KEY_Escape, 0);
  g_assert_cmpuint (count_links (fixture), ==, 7);
  g_assert_true (gtk_widget_has_focus (port));

  /* The node goes while its port waits for the other end. */
  press_key (fixture, GDK_KEY_Return, 0);
  ui_graph_model_remove_nodes (UI_GRAPH_MODEL (fixture->model), (guint[]) { 2 }, 1, NULL);
  press_key (fixture, GDK_KEY_Tab, 0);
  press_key (fixture, GDK_KEY_Return, 0);
  g_assert_cmpuint (count_links (fixture), ==, 4);
}

/* Nothing left to connect to: said in words, and no mode to get stuck in. */
static void
test_link_nowhere (Fixture       *fixture,
                   gconstpointer  data)
{
  ui_graph_model_remove_nodes (UI_GRAPH_MODEL (fixture->model),
                               (guint[]) { 1, 3, 4, 5, 6 }, 5, NULL);
  gtk_widget_activate_action (find (fixture->editor, "Conv 2d 2 output Output"),
                              "port.connect", NULL);
  g_assert_cmpstr (bubble (fixture), ==,
                   "Nothing here can be connected to Conv 2d 2 output Output.");
  press_key (fixture, GDK_KEY_Escape, 0);
  g_assert_null (bubble (fixture));
}

static void
test_view (Fixture       *fixture,
           gconstpointer  data)
{
  UiGraphEditor *editor = UI_GRAPH_EDITOR (fixture->editor);
  graphene_point_t before, after;
  graphene_rect_t bounds;

  before = centre (fixture, "Conv 2d 2");
  ui_graph_editor_pan_by (editor, 30, -20);
  settle ();
  after = centre (fixture, "Conv 2d 2");
  g_assert_cmpfloat_with_epsilon (after.x - before.x, 30, 0.01);
  g_assert_cmpfloat_with_epsilon (after.y - before.y, -20, 0.01);

  /* The middle of the window stays where it is. */
  before = centre (fixture, "ReLU 3");
  ui_graph_editor_zoom_by (editor, 2);
  settle ();
  after = centre (fixture, "ReLU 3");
  g_assert_cmpfloat_with_epsilon (after.x - 500, 2 * (before.x - 500), 1);
  g_assert_cmpfloat_with_epsilon (after.y - gtk_widget_get_height (fixture->editor) / 2.0,
                                  2 * (before.y - gtk_widget_get_height (fixture->editor) / 2.0),
                                  1);

  ui_graph_editor_pan_by (editor, 5000, 5000);
  ui_graph_editor_fit (editor);
  settle ();
  g_assert_cmpfloat (ui_graph_editor_get_zoom (editor), ==, 1);
  for (guint id = 1; id <= 6; id++)
    {
      const UiGraphNode *node = ui_graph_model_get_node (UI_GRAPH_MODEL (fixture->model), id);

      g_assert_true (gtk_widget_compute_bounds (find (fixture->editor, node->title),
                                                fixture->editor, &bounds));
      g_assert_cmpfloat (bounds.origin.x, >=, 0);
      g_assert_cmpfloat (bounds.origin.y, >=, 0);
      g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=, 1000);
      g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, 600);
    }

  /* A node far away is brought into view. */
  ui_graph_editor_pan_by (editor, -5000, 3000);
  ui_graph_editor_show_node (editor, 4);
  settle ();
  after = centre (fixture, "Flatten 4");
  g_assert_true (after.x > 0 && after.x < 1000 && after.y > 0 && after.y < 600);
}

static void
test_insert (Fixture       *fixture,
             gconstpointer  data)
{
  UiGraphEditor *editor = UI_GRAPH_EDITOR (fixture->editor);
  graphene_rect_t bounds[30];
  const char *names[] = { "add", "relu", "loss" };

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      guint id = ui_graph_editor_insert (editor, names[i % G_N_ELEMENTS (names)]);
      const UiGraphNode *node = ui_graph_model_get_node (UI_GRAPH_MODEL (fixture->model), id);

      g_assert_nonnull (node);
      g_assert_cmpfloat (fmod (node->x, UI_GRAPH_GRID), ==, 0);
      assert_selected (fixture, 1, 0);
    }
  g_assert_cmpuint (toy_graph_model_get_depth (fixture->model), ==, G_N_ELEMENTS (bounds));
  settle ();

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      const UiGraphNode *node = ui_graph_model_get_node (UI_GRAPH_MODEL (fixture->model), 7 + i);

      g_assert_true (gtk_widget_compute_bounds (find (fixture->editor, node->title),
                                                fixture->editor, &bounds[i]));
      graphene_rect_inset (&bounds[i], UI_NODE_VIEW_OVERHANG, 0);
      for (guint k = 0; k < i; k++)
        g_assert_false (graphene_rect_intersection (&bounds[i], &bounds[k], NULL));
    }

  g_assert_cmpuint (ui_graph_editor_insert (editor, "perceptron"), ==, 0);
  g_assert_cmpstr (bubble (fixture), ==, "There is no layer called “perceptron”.");
}

static void
insert_on_wire (Fixture    *fixture,
                const char *kind)
{
  graphene_point_t from, to;

  settle ();
  from = centre (fixture, "Conv 2d 2 output Output");
  to = centre (fixture, "ReLU 3 input Input");
  ui_graph_editor_insert_at (UI_GRAPH_EDITOR (fixture->editor), kind,
                             (from.x + to.x) / 2, (from.y + to.y) / 2);
  settle ();
}

static void
test_insert_on_wire (Fixture       *fixture,
                     gconstpointer  data)
{
  insert_on_wire (fixture, "norm");
  g_assert_cmpuint (count_links (fixture), ==, 7);
  gtk_test_accessible_assert_property (find (fixture->editor, "Batch Norm 7"),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Receives from Conv 2d 2 output Output. "
                                       "Feeds ReLU 3 input Input.");
  g_assert_null (bubble (fixture));
  g_assert_cmpuint (toy_graph_model_get_depth (fixture->model), ==, 1);
  toy_graph_model_undo (fixture->model);
  g_assert_cmpuint (count_links (fixture), ==, 6);

  /* A node that does not fit there is added all the same, with the reason; the
   * wire is what it was. */
  insert_on_wire (fixture, "linear");
  g_assert_nonnull (find (fixture->editor, "Linear 8"));
  g_assert_cmpuint (count_links (fixture), ==, 6);
  g_assert_cmpstr (bubble (fixture), ==,
                   "“Linear 8” takes vectors, but “Conv 2d 2” gives images.");
  gtk_test_accessible_assert_property (find (fixture->editor, "ReLU 3 input Input"),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Connected to Conv 2d 2 output Output.");

  insert_on_wire (fixture, "loss");
  g_assert_cmpuint (count_links (fixture), ==, 6);
  g_assert_cmpstr (bubble (fixture), ==,
                   "“Cross Entropy 9” cannot stand between two nodes: "
                   "it needs an input and an output.");
}

static void
test_sizes (void)
{
  const int sizes[][2] = { { 1, 1 }, { 2000, 20 }, { 3, 700 }, { 0, 0 }, { 640, 480 } };
  ToyGraphModel *model = toy_graph_model_new_sample ();
  GtkWidget *editor = g_object_ref_sink (ui_graph_editor_new (UI_GRAPH_MODEL (model)));

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      int minimum, natural;

      gtk_widget_measure (editor, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
      g_assert_cmpint (minimum, ==, 0);
      g_assert_cmpint (natural, >, 0);
      gtk_widget_allocate (editor, sizes[i][0], sizes[i][1], -1, NULL);
      ui_graph_editor_fit (UI_GRAPH_EDITOR (editor));
      g_assert_true (isfinite (ui_graph_editor_get_zoom (UI_GRAPH_EDITOR (editor))));
      ui_graph_editor_insert (UI_GRAPH_EDITOR (editor), "relu");

      /* The bubble has a place at any size. */
      ui_graph_editor_insert (UI_GRAPH_EDITOR (editor), "no such layer");
      gtk_widget_allocate (editor, sizes[i][0], sizes[i][1], -1, NULL);
    }

  g_assert_finalize_object (editor);
  g_assert_finalize_object (model);
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  add ("/graph-editor/widgets", test_widgets);
  add ("/graph-editor/properties", test_properties);
  add ("/graph-editor/selection", test_selection);
  add ("/graph-editor/delete", test_delete);
  add ("/graph-editor/keys", test_keys);
  add ("/graph-editor/activate", test_activate);
  add ("/graph-editor/link-keys", test_link_keys);
  add ("/graph-editor/link-nowhere", test_link_nowhere);
  add ("/graph-editor/view", test_view);
  add ("/graph-editor/insert", test_insert);
  add ("/graph-editor/insert-on-wire", test_insert_on_wire);
  g_test_add_func ("/graph-editor/sizes", test_sizes);
  return g_test_run ();
}
