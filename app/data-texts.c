/* data-texts.c: the texts of a data set, one below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-texts.h"

#include "app/token-text.h"
#include "widgets/image-model.h"

#include <glib/gi18n.h>

/* A row shows the beginning of a text: cutting all of a long one takes longer
 * than drawing a frame. */
#define SHOWN_BYTES 600
#define SHOWN_LINES 3

struct _AppDataTexts
{
  GtkWidget           parent_instance;

  AppDataImages      *images;   /* owned, or NULL */
  GtkSingleSelection *selection;
  GtkWidget          *scroller;
};

G_DEFINE_FINAL_TYPE (AppDataTexts, app_data_texts, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_SELECTED,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* The first bytes of the text on one line.  (transfer full) */
static char *
make_excerpt (DsDataset *dataset,
              guint32    item)
{
  char *text = ds_dataset_dup_text (dataset, item);
  gsize end = 0;

  while (text[end] != '\0' && end < SHOWN_BYTES)
    end = (gsize) (g_utf8_next_char (text + end) - text);
  text[end] = '\0';
  return g_strdelimit (text, "\n\r\t", ' ');
}

static void
setup_cb (GtkListItemFactory *factory,
          GtkListItem        *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *caption = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_ellipsize (GTK_LABEL (caption), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_widget_add_css_class (caption, "caption");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (text), SHOWN_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 10);
  gtk_widget_set_margin_end (box, 10);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (AppDataTexts *self,
         GtkListItem  *list_item)
{
  GtkWidget *caption = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *label = gtk_widget_get_next_sibling (caption);
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  guint position = ui_image_item_get_index (gtk_list_item_get_item (list_item));
  guint32 item = app_data_images_get_item (self->images, position);
  g_autofree char *text = make_excerpt (dataset, item);
  g_autofree char *answer = app_data_images_dup_answer (self->images, item);
  g_autofree char *words = g_strdup_printf (_("%s · #%u"), answer, item);
  PangoAttrList *style = app_token_text_style (ds_dataset_get_vocabulary (dataset), text,
                                               (guint) ds_dataset_get_shape (dataset)->size[0]);

  gtk_label_set_text (GTK_LABEL (caption), words);
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_attributes (GTK_LABEL (label), style);
  pango_attr_list_unref (style);

  /* The row around it is what a screen reader lands on. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (
                                                    gtk_list_item_get_child (list_item))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
selected_cb (AppDataTexts *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

static void
app_data_texts_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    g_value_set_uint (value, app_data_texts_get_selected (APP_DATA_TEXTS (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
app_data_texts_dispose (GObject *object)
{
  AppDataTexts *self = APP_DATA_TEXTS (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->images);

  G_OBJECT_CLASS (app_data_texts_parent_class)->dispose (object);
}

static void
app_data_texts_class_init (AppDataTextsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = app_data_texts_get_property;
  object_class->dispose = app_data_texts_dispose;
  props[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT,
                                            GTK_INVALID_LIST_POSITION,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_data_texts_init (AppDataTexts *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *view;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);

  view = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Texts"), -1);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), view);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
app_data_texts_new (void)
{
  return g_object_new (APP_TYPE_DATA_TEXTS, NULL);
}

void
app_data_texts_set_samples (AppDataTexts  *self,
                            AppDataImages *images)
{
  g_autoptr (UiImageModel) model = NULL;

  gtk_single_selection_set_model (self->selection, NULL);
  g_set_object (&self->images, images);
  if (images == NULL)
    return;

  model = ui_image_model_new (UI_IMAGE_SOURCE (images));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (model));
}

guint
app_data_texts_get_selected (AppDataTexts *self)
{
  return gtk_single_selection_get_selected (self->selection);
}

void
app_data_texts_set_selected (AppDataTexts *self,
                             guint         position)
{
  gtk_single_selection_set_selected (self->selection, position);
}
