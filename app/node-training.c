/* node-training.c: how the parameters of the selected node are trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/node-training.h"

#include "app/attr-property.h"
#include "widgets/property-list.h"

#include <glib/gi18n.h>
#include <string.h>

/* Rows are the keys of nn_tuning_list().  An initialiser brings settings of its
 * own, so the rows are made anew when the keys are others. */

struct _AppNodeTraining
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
  guint        node;            /* or 0 */
  GListStore  *rows;            /* UiProperty */
  GtkWidget   *expander;
};

G_DEFINE_FINAL_TYPE (AppNodeTraining, app_node_training, GTK_TYPE_WIDGET)

static const NnNode *
get_node (AppNodeTraining *self)
{
  return self->document != NULL && self->node != 0
         ? nn_graph_get_node (app_document_get_project (self->document)->graph, self->node) : NULL;
}

/* All initialisers, and the layer's own in front. */
static UiProperty *
make_choice (const NnNode *node,
             const char   *key)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  const NnPort *port = nn_op_get_in (node->op, nn_op_find_in (node->op, strchr (key, '.') + 1));
  const NnInitialiser *usual = nn_initialiser_find (port->init);
  const NnInitialiser *initialiser;
  g_autofree char *title = NULL;
  g_autofree char *tooltip = NULL;
  UiProperty *row;

  /* Translators: the numbers that a parameter starts from; its title. */
  title = g_strdup_printf (_("Initial %s"), _(port->title));
  tooltip = g_strdup_printf (_("The numbers before the first step; the layer’s own are “%s”."),
                             _(usual->title));
  g_ptr_array_add (names, (gpointer) NN_TUNING_DEFAULT);
  g_ptr_array_add (titles, _("Default"));
  for (guint i = 0; (initialiser = nn_initialiser_get (i)) != NULL; i++)
    {
      g_ptr_array_add (names, (gpointer) initialiser->name);
      g_ptr_array_add (titles, (gpointer) _(initialiser->title));
    }
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (titles, NULL);

  row = ui_property_new (UI_PROPERTY_KIND_CHOICE, key, title, tooltip, NN_TUNING_DEFAULT);
  ui_property_set_choices (row, (const char *const *) names->pdata,
                           (const char *const *) titles->pdata);
  return row;
}

static const char *
explain (const NnAttr *attr)
{
  static const char *const explanations[NN_N_TUNINGS] = {
    [NN_TUNING_FROZEN] = N_("Keeps the weights as they are; the training costs less then."),
    [NN_TUNING_RATE]   = N_("What the learning rate is multiplied by for this layer."),
    [NN_TUNING_DECAY]  = N_("What the weight decay is multiplied by for this layer."),
  };
  int index = nn_attrs_find (nn_tuning_attrs, attr->name);

  return index >= 0 && &nn_tuning_attrs[index] == attr ? _(explanations[index]) : NULL;
}

static UiProperty *
make_row (const NnNode *node,
          const char   *key)
{
  const NnAttr *attr = nn_tuning_find_attr (&node->tuning, node->op, key);
  NnAttrValue initial;

  if (attr == NULL)
    return make_choice (node, key);

  initial = nn_attr_initial (attr);
  return app_attr_property_new (attr, key, explain (attr), &initial);
}

/* Whether the rows are those of @keys already. */
static gboolean
has_rows (AppNodeTraining *self,
          char           **keys)
{
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  if (n_rows != g_strv_length (keys))
    return FALSE;
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (!g_str_equal (ui_property_get_name (row), keys[i]))
        return FALSE;
    }

  return TRUE;
}

static void
fill_rows (AppNodeTraining *self,
           const NnNode    *node,
           char           **keys)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; keys[i] != NULL; i++)
    g_ptr_array_add (rows, make_row (node, keys[i]));
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)),
                       rows->pdata, rows->len);
}

/* Values of the rows, but for those that mean the same: they are being typed. */
static void
refresh_values (AppNodeTraining *self,
                const NnNode    *node)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
      const char *key = ui_property_get_name (row);
      const NnAttr *attr = nn_tuning_find_attr (&node->tuning, node->op, key);
      g_autofree char *text = nn_tuning_get (&node->tuning, node->op, key);
      NnAttrValue value, shown;

      ui_property_set_error (row, NULL);
      if (attr == NULL || !nn_attr_parse (attr, ui_property_get_value (row), &shown, NULL)
          || !nn_attr_parse (attr, text, &value, NULL) || !nn_attr_equal (&shown, &value))
        ui_property_set_value (row, text);
    }
}

void
app_node_training_refresh (AppNodeTraining *self)
{
  const NnNode *node = get_node (self);
  g_auto (GStrv) keys = node != NULL ? nn_tuning_list (&node->tuning, node->op) : NULL;

  gtk_widget_set_visible (self->expander, node != NULL);
  if (node == NULL)
    return;

  if (!has_rows (self, keys))
    fill_rows (self, node, keys);
  refresh_values (self, node);
}

static UiProperty *
find_row (AppNodeTraining *self,
          const char      *key)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

      if (g_str_equal (ui_property_get_name (row), key))
        return row;             /* the store keeps it */
    }

  return NULL;
}

static void
row_changed_cb (AppNodeTraining *self,
                const char      *key,
                const char      *value)
{
  const NnNode *node = get_node (self);
  UiProperty *row = find_row (self, key);
  g_autofree char *step = NULL;
  g_autofree char *merge = NULL;
  g_autoptr (GError) error = NULL;
  NnTuning tuning;

  if (node == NULL || row == NULL)
    return;

  /* First, so that the document's echo finds the text that is being typed. */
  ui_property_set_value (row, value);

  /* Translators: what undo takes back; a setting, then the name of a layer. */
  step = g_strdup_printf (_("Change %s of %s"), ui_property_get_title (row), node->name);
  merge = g_strdup_printf ("tuning-%u-%s", self->node, key);
  tuning = node->tuning;
  if (!nn_tuning_set (&tuning, node->op, key, value, &error))
    {
      ui_property_set_error (row, error->message);
      return;
    }

  app_document_begin (self->document, step, merge);
  nn_graph_set_tuning (app_document_get_project (self->document)->graph, self->node, &tuning);
  app_document_end (self->document);
}

static void
app_node_training_dispose (GObject *object)
{
  AppNodeTraining *self = APP_NODE_TRAINING (object);

  g_clear_pointer (&self->expander, gtk_widget_unparent);
  g_clear_object (&self->rows);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_node_training_parent_class)->dispose (object);
}

static void
app_node_training_class_init (AppNodeTrainingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_node_training_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_node_training_init (AppNodeTraining *self)
{
  GtkWidget *list;

  self->rows = g_list_store_new (UI_TYPE_PROPERTY);
  list = ui_property_list_new (G_LIST_MODEL (self->rows));
  g_signal_connect_object (list, "changed", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  self->expander = gtk_expander_new (_("Training"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Training"),
                                  -1);
  gtk_expander_set_child (GTK_EXPANDER (self->expander), list);
  gtk_widget_set_visible (self->expander, FALSE);
  gtk_widget_set_parent (self->expander, GTK_WIDGET (self));
}

GtkWidget *
app_node_training_new (void)
{
  return g_object_new (APP_TYPE_NODE_TRAINING, NULL);
}

void
app_node_training_set_node (AppNodeTraining *self,
                            AppDocument     *document,
                            guint            id)
{
  gboolean is_another = self->node != id;
  const NnNode *node;

  g_set_object (&self->document, document);
  self->node = id;
  app_node_training_refresh (self);

  node = get_node (self);
  if (is_another && node != NULL && !nn_tuning_is_initial (&node->tuning))
    gtk_expander_set_expanded (GTK_EXPANDER (self->expander), TRUE);
}
