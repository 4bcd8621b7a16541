/* inspector.c: the settings of the selected node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/inspector.h"

#include "app/attr-property.h"
#include "app/node-training.h"
#include "widgets/property-list.h"

#include <glib/gi18n.h>

struct _AppInspector
{
  GtkWidget        parent_instance;

  AppDocument     *document;    /* owned, or NULL */
  AppGraphAdapter *adapter;     /* owned, or NULL */
  guint            node;        /* or 0 */
  GListStore      *rows;        /* UiProperty: the name, then the settings */

  GtkWidget       *box;
  GtkWidget       *title;
  GtkWidget       *summary;
  GtkWidget       *numbers;     /* shape, parameters, work */
  GtkWidget       *error;
  GtkWidget       *list;
  GtkWidget       *training;
};

G_DEFINE_FINAL_TYPE (AppInspector, app_inspector, GTK_TYPE_WIDGET)

static const NnNode *
get_node (AppInspector *self)
{
  return self->document != NULL && self->node != 0
         ? nn_graph_get_node (app_document_get_project (self->document)->graph, self->node) : NULL;
}

static UiProperty *
make_row (const NnAttr      *attr,
          const NnAttrValue *value)
{
  NnAttrValue initial = nn_attr_initial (attr);
  g_autofree char *now = nn_attr_print (attr, value);
  UiProperty *row = app_attr_property_new (attr, attr->name, NULL, &initial);

  ui_property_set_value (row, now);
  return row;
}

/* The rows of @node, or none. */
static void
fill_rows (AppInspector *self)
{
  const NnNode *node = get_node (self);

  g_list_store_remove_all (self->rows);
  if (node == NULL)
    return;

  {
    g_autoptr (UiProperty) name = ui_property_new (UI_PROPERTY_KIND_TEXT, "", _("Name"),
                                                   _("Parameters are saved under this name."),
                                                   node->name);

    g_list_store_append (self->rows, name);
  }
  for (int i = 0; node->op->attrs != NULL && node->op->attrs[i].name != NULL; i++)
    if (node->op->attrs[i].title != NULL)
      {
        g_autoptr (UiProperty) row = make_row (&node->op->attrs[i], &node->attr[i]);

        g_list_store_append (self->rows, row);
      }
}

/* The values of the rows, after an undo or an edit of theirs. */
static void
update_rows (AppInspector *self)
{
  const NnNode *node = get_node (self);

  for (guint i = 0; node != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
      int index = nn_attrs_find (node->op->attrs, ui_property_get_name (row));
      g_autofree char *value = index >= 0 ? nn_attr_print (&node->op->attrs[index],
                                                           &node->attr[index])
                                          : g_strdup (node->name);

      if (g_strcmp0 (value, ui_property_get_value (row)) != 0)
        ui_property_set_value (row, value);
      ui_property_set_error (row, NULL);
    }
}

static char *
print_count (gint64 count)
{
  if (count >= 1000000000)
    return g_strdup_printf ("%.2f G", (double) count / 1e9);
  if (count >= 10000000)
    return g_strdup_printf ("%.1f M", (double) count / 1e6);
  return g_strdup_printf ("%'" G_GINT64_FORMAT, count);
}

static void
update_words (AppInspector *self)
{
  const NnNode *node = get_node (self);
  const NnNodeReport *report = NULL;
  g_autofree char *parameters = NULL;
  g_autofree char *work = NULL;
  g_autoptr (GString) numbers = g_string_new (NULL);

  if (self->adapter == NULL)
    return;
  if (node != NULL)
    report = app_graph_adapter_get_report (self->adapter, self->node);
  parameters = print_count (report != NULL ? report->parameters
                                           : app_graph_adapter_get_parameters (self->adapter));
  work = print_count (report != NULL ? report->work : app_graph_adapter_get_work (self->adapter));

  gtk_label_set_text (GTK_LABEL (self->title), node != NULL ? _(node->op->title) : _("Network"));
  gtk_label_set_text (GTK_LABEL (self->summary),
                      node != NULL ? _(node->op->summary)
                                   : _("Select a node to see and change its settings."));
  if (report != NULL && report->has_shape)
    {
      g_autofree char *shape = nn_shape_print (&report->shape);

      g_string_append_printf (numbers, _("Output: %s\n"), shape);
    }
  g_string_append_printf (numbers, _("Parameters: %s\n"), parameters);
  g_string_append_printf (numbers, _("Multiply-adds for a sample: %s"), work);
  gtk_label_set_text (GTK_LABEL (self->numbers), numbers->str);

  gtk_label_set_text (GTK_LABEL (self->error),
                      report != NULL && report->error != NULL ? report->error->message : "");
  gtk_widget_set_visible (self->error, report != NULL && report->error != NULL);
}

/* Below the settings, for nodes that have something to train. */
static void
update_training (AppInspector *self)
{
  const NnNodeReport *report = self->adapter != NULL && self->node != 0
                               ? app_graph_adapter_get_report (self->adapter, self->node) : NULL;
  gboolean is_trained = report != NULL && report->parameters > 0;

  app_node_training_set_node (APP_NODE_TRAINING (self->training), self->document,
                              is_trained ? self->node : 0);
}

static void
graph_changed_cb (AppInspector *self)
{
  if (self->node != 0 && get_node (self) == NULL)
    {
      self->node = 0;
      fill_rows (self);
    }
  update_rows (self);
  update_words (self);
  update_training (self);
}

static UiProperty *
find_row (AppInspector *self,
          const char   *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (g_str_equal (ui_property_get_name (row), name))
        return row;             /* the store keeps it */
    }

  return NULL;
}

static void
row_changed_cb (AppInspector *self,
                const char   *name,
                const char   *value)
{
  NnGraph *graph = app_document_get_project (self->document)->graph;
  const NnNode *node = get_node (self);
  int index = node != NULL ? nn_attrs_find (node->op->attrs, name) : -1;
  g_autofree char *step = NULL;
  g_autofree char *merge = NULL;
  g_autoptr (GError) error = NULL;
  NnAttrValue parsed;
  UiProperty *row;

  if (node == NULL)
    return;

  /* Translators: what undo takes back; a setting, then the name of a layer. */
  step = g_strdup_printf (_("Change %s of %s"),
                          index >= 0 ? _(node->op->attrs[index].title) : _("Name"), node->name);
  merge = g_strdup_printf ("attr-%u-%s", self->node, name);
  app_document_begin (self->document, step, merge);
  if (index < 0)
    nn_graph_rename_node (graph, self->node, value, &error);
  else if (nn_attr_parse (&node->op->attrs[index], value, &parsed, &error))
    nn_graph_set_attr (graph, self->node, name, &parsed, &error);
  app_document_end (self->document);

  row = find_row (self, name);
  if (row != NULL)
    ui_property_set_error (row, error != NULL ? error->message : NULL);
}

static void
app_inspector_dispose (GObject *object)
{
  AppInspector *self = APP_INSPECTOR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->rows);
  g_clear_object (&self->adapter);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_inspector_parent_class)->dispose (object);
}

static void
app_inspector_class_init (AppInspectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_inspector_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
add_label (AppInspector *self,
           const char   *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self->box), label);
  return label;
}

static void
app_inspector_init (AppInspector *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *settings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->rows = g_list_store_new (UI_TYPE_PROPERTY);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_margin_top (self->box, 12);
  gtk_widget_set_margin_start (self->box, 12);
  gtk_widget_set_margin_end (self->box, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->title = add_label (self, "title-4");
  self->summary = add_label (self, "dim-label");
  self->numbers = add_label (self, "numeric");
  self->error = add_label (self, "error");

  self->list = ui_property_list_new (G_LIST_MODEL (self->rows));
  g_signal_connect_object (self->list, "changed", G_CALLBACK (row_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  self->training = app_node_training_new ();
  gtk_box_append (GTK_BOX (settings), self->list);
  gtk_box_append (GTK_BOX (settings), self->training);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), settings);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), scroller);
  update_words (self);
}

GtkWidget *
app_inspector_new (void)
{
  return g_object_new (APP_TYPE_INSPECTOR, NULL);
}

void
app_inspector_set_graph (AppInspector    *self,
                         AppDocument     *document,
                         AppGraphAdapter *adapter)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  g_set_object (&self->adapter, adapter);
  g_signal_connect_object (document, "graph-changed", G_CALLBACK (graph_changed_cb), self,
                           G_CONNECT_SWAPPED);
  app_inspector_set_node (self, 0);
}

void
app_inspector_set_node (AppInspector *self,
                        guint         id)
{
  self->node = id;
  fill_rows (self);
  update_words (self);
  update_training (self);
}
