/* cell-panel.c: which samples are behind a cell of the confusion matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cell-panel.h"

#include "app/cell-images.h"
#include "app/data-images.h"
#include "widgets/image-grid.h"

#include <glib/gi18n.h>

#define ROW_HEIGHT   112         /* of the pictures, and of two rows of them */
#define ROWS_HEIGHT  220
#define FEW          8          /* pictures that stand in one row */
#define SIDE         72         /* of a thumbnail */
#define MOST_WRITTEN 100        /* samples without a picture, as text */
#define MOST_NUMBERS 4          /* of such a sample */

struct _AppCellPanel
{
  GtkWidget   parent_instance;

  AppSession *session;          /* owned */
  guint       stamp;            /* of the answer that is shown */
  GtkWidget  *box;
  GtkWidget  *heading;
  GtkWidget  *stack;            /* a spinner, pictures, or text */
  GtkWidget  *spinner;
  GtkWidget  *grid;
  GtkWidget  *list;
};

G_DEFINE_FINAL_TYPE (AppCellPanel, app_cell_panel, GTK_TYPE_WIDGET)

/* "“cat” taken for “dog”: 12 samples" */
static char *
describe (AppCellPanel         *self,
          const AppCellSamples *samples)
{
  const AppEvaluation *evaluation = NULL;
  g_autofree char *truth = NULL;
  g_autofree char *guess = NULL;
  g_autofree char *count = g_strdup_printf ("%'" G_GINT64_FORMAT, samples->count);
  g_autofree char *text = NULL;
  NnPart part;

  if (app_part_find (samples->part, &part, NULL))
    evaluation = app_session_get_evaluation (self->session, part);
  if (evaluation == NULL)
    return g_strdup ("");

  truth = app_evaluation_dup_class (evaluation, samples->truth);
  guess = app_evaluation_dup_class (evaluation, samples->guess);
  if (samples->truth == samples->guess)
    text = g_strdup_printf (ngettext ("“%s” recognised: %s sample", "“%s” recognised: %s samples",
                                      (gulong) samples->count), truth, count);
  else
    text = g_strdup_printf (ngettext ("“%s” taken for “%s”: %s sample",
                                      "“%s” taken for “%s”: %s samples", (gulong) samples->count),
                            truth, guess, count);
  if (samples->count > samples->n_items)
    return g_strdup_printf (_("%s; the first %u are shown"), text, samples->n_items);
  return g_steal_pointer (&text);
}

/* "#12 (0.25, -1.5)   #40 (…)": the number in the data set, and what it is. */
static char *
write_out (const AppCellSamples *samples)
{
  gint64 size = nn_shape_count (&samples->shape);
  const float *numbers = g_bytes_get_data (samples->data, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (samples->n_items, MOST_WRITTEN); i++)
    {
      g_string_append_printf (text, "%s#%u", i > 0 ? "    " : "", samples->items[i]);
      if (samples->dtype != NN_FLOAT32 || size > MOST_NUMBERS)
        continue;
      for (gint64 k = 0; k < size; k++)
        g_string_append_printf (text, "%s%.3g", k == 0 ? " (" : ", ", numbers[i * size + k]);
      g_string_append_c (text, ')');
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_samples (AppCellPanel         *self,
              const AppCellSamples *samples)
{
  g_autofree char *heading = describe (self, samples);

  gtk_label_set_text (GTK_LABEL (self->heading), heading);
  if (app_shape_is_picture (&samples->shape) && samples->dtype != NN_INT64)
    {
      g_autoptr (AppCellImages) images = app_cell_images_new (samples);

      ui_image_grid_set_source (UI_IMAGE_GRID (self->grid), UI_IMAGE_SOURCE (images));
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "pictures");
    }
  else
    {
      g_autofree char *text = write_out (samples);

      gtk_label_set_text (GTK_LABEL (self->list), text);
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
    }
  gtk_widget_set_size_request (self->stack, -1, samples->n_items > FEW ? ROWS_HEIGHT : ROW_HEIGHT);
  gtk_widget_set_visible (self->stack, samples->n_items > 0);
}

static void
changed_cb (AppCellPanel *self)
{
  const AppCellSamples *samples = app_session_get_samples (self->session);
  gboolean is_asking = app_session_get_asking (self->session);
  guint stamp = app_session_get_samples_stamp (self->session);

  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_asking);
  if (is_asking)
    {
      gtk_label_set_text (GTK_LABEL (self->heading), _("Looking for the samples…"));
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "wait");
      gtk_widget_set_visible (self->stack, TRUE);
    }
  else if (samples != NULL && self->stamp != stamp)
    {
      show_samples (self, samples);
    }
  else if (samples == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->heading),
                          _("Click a cell to see the samples behind it."));
      gtk_widget_set_visible (self->stack, FALSE);
    }
  self->stamp = is_asking ? 0 : stamp;
}

void
app_cell_panel_ask (AppCellPanel *self,
                    NnPart        part,
                    gint64        truth,
                    gint64        guess)
{
  app_session_ask_samples (self->session, part, truth, guess);
}

static void
app_cell_panel_dispose (GObject *object)
{
  AppCellPanel *self = APP_CELL_PANEL (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_cell_panel_parent_class)->dispose (object);
}

static void
app_cell_panel_class_init (AppCellPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_cell_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_list (AppCellPanel *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->list = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->list), TRUE);
  gtk_label_set_selectable (GTK_LABEL (self->list), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->list), 0);
  gtk_label_set_yalign (GTK_LABEL (self->list), 0);
  gtk_widget_add_css_class (self->list, "numeric");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  return scroller;
}

static void
app_cell_panel_init (AppCellPanel *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->heading = g_object_new (GTK_TYPE_LABEL,
                                "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                                "wrap", TRUE,
                                "margin-start", 6,
                                "margin-bottom", 6,
                                "xalign", 0.0,
                                NULL);
  gtk_box_append (GTK_BOX (self->box), self->heading);

  self->stack = gtk_stack_new ();
  gtk_widget_set_visible (self->stack, FALSE);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_halign (self->spinner, GTK_ALIGN_CENTER);
  gtk_stack_add_named (GTK_STACK (self->stack), self->spinner, "wait");
  self->grid = ui_image_grid_new (NULL);
  ui_image_grid_set_side (UI_IMAGE_GRID (self->grid), SIDE);
  gtk_stack_add_named (GTK_STACK (self->stack), self->grid, "pictures");
  gtk_stack_add_named (GTK_STACK (self->stack), make_list (self), "list");
  gtk_box_append (GTK_BOX (self->box), self->stack);
}

GtkWidget *
app_cell_panel_new (AppSession *session)
{
  AppCellPanel *self = g_object_new (APP_TYPE_CELL_PANEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}
