/* data-sample.c: one sample, large, with all that is known of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-sample.h"

#include "app/token-text.h"
#include "widgets/pixel-view.h"
#include "widgets/ruler.h"

#include <glib/gi18n.h>

/* Of a sample that is no picture, as many numbers as a glance takes in. */
#define SHOWN_NUMBERS 12
#define SHOWN_BYTES   4000      /* of a text */
#define SQUARE        "\u25A0"

struct _AppDataSample
{
  GtkWidget      parent_instance;

  AppDataImages *images;        /* owned, or NULL */
  guint32        item;

  GtkWidget     *box;
  GtkWidget     *title;
  GtkWidget     *about;         /* number, part and file */
  GtkWidget     *picture;       /* UiPixelView */
  GtkWidget     *reading;       /* what the pixel or the sample holds */
  GtkWidget     *legend;        /* the colours of a mask, or the ids of a text */
};

G_DEFINE_FINAL_TYPE (AppDataSample, app_data_sample, GTK_TYPE_WIDGET)

const char *
app_data_part_title (DsPart part)
{
  switch (part)
    {
    case DS_PART_TRAIN:
      return _("Training");
    case DS_PART_VALIDATION:
      return _("Validation");
    case DS_PART_TEST:
      return _("Test");
    case DS_PART_UNDECIDED:
    case DS_N_PARTS:
    default:
      return "";
    }
}

static gboolean
has_tokens (DsDataset *dataset)
{
  return ds_dataset_get_vocabulary (dataset) != NULL;
}

/* Element @index of the sample, from 0 to 255 where it is stored so. */
static char *
print_element (AppDataSample *self,
               gsize          index)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  const void *data = ds_dataset_peek_item (dataset, self->item);

  if (ds_dataset_get_dtype (dataset) == NN_UINT8)
    return g_strdup_printf ("%u", ((const guint8 *) data)[index]);
  return ui_ruler_format (((const float *) data)[index], 4);
}

static char *
print_pixel (AppDataSample *self,
             int            x,
             int            y)
{
  const NnShape *shape = ds_dataset_get_shape (app_data_images_get_dataset (self->images));
  gsize plane = (gsize) (shape->size[1] * shape->size[2]);
  gsize index = (gsize) y * (gsize) shape->size[2] + (gsize) x;
  g_autofree char *first = print_element (self, index);
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  if (shape->size[0] == 1)
    /* Translators: a pixel and its grey value: "Row 12, column 7: 203". */
    return g_strdup_printf (_("Row %d, column %d: %s"), y, x, first);

  second = print_element (self, index + plane);
  third = print_element (self, index + 2 * plane);
  return g_strdup_printf (_("Row %d, column %d: red %s, green %s, blue %s"), y, x, first, second,
                          third);
}

static char *
print_numbers (AppDataSample *self)
{
  const NnShape *shape = ds_dataset_get_shape (app_data_images_get_dataset (self->images));
  gint64 count = nn_shape_count (shape);
  g_autoptr (GString) text = g_string_new (NULL);

  for (gint64 i = 0; i < MIN (count, SHOWN_NUMBERS); i++)
    {
      g_autofree char *number = print_element (self, (gsize) i);

      if (i > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, _("Feature %u: %s"), (guint) i + 1, number);
    }
  if (count > SHOWN_NUMBERS)
    g_string_append (text, "\n…");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
has_mask (AppDataSample *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);

  return ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES;
}

/* What the mask says of a pixel; a dash where it says nothing. */
static const char *
class_of_pixel (AppDataSample *self,
                int            x,
                int            y)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  const guint8 *map = ds_dataset_peek_answer (dataset, self->item);
  guint8 label = map[y * ds_dataset_get_shape (dataset)->size[2] + x];

  return label < ds_dataset_get_n_classes (dataset) ? ds_dataset_get_class_name (dataset, label)
                                                    : "–";
}

/* A square in its colour, the name, and the share for each class of the mask. */
static void
show_legend (AppDataSample *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  const guint8 *map = ds_dataset_peek_answer (dataset, self->item);
  gsize n_pixels = ds_field_bytes (ds_dataset_get_answer (dataset));
  g_autoptr (GString) text = g_string_new (NULL);
  PangoAttrList *style = pango_attr_list_new ();
  gsize counts[256] = { 0 };

  for (gsize i = 0; i < n_pixels; i++)
    counts[map[i]]++;
  for (guint i = 0; i < ds_dataset_get_n_classes (dataset); i++)
    {
      PangoAttribute *colour;
      guint8 rgb[3];

      if (counts[i] == 0)
        continue;
      app_data_class_colour (i, rgb);
      colour = pango_attr_foreground_new (rgb[0] * 257, rgb[1] * 257, rgb[2] * 257);
      g_string_append (text, text->len > 0 ? "\n" : "");
      colour->start_index = (guint) text->len;
      g_string_append (text, i > 0 ? SQUARE : "\u25A1");
      colour->end_index = (guint) text->len;
      pango_attr_list_insert (style, colour);
      g_string_append_printf (text, " %s  %.1f %%", ds_dataset_get_class_name (dataset, i),
                              100.0 * (double) counts[i] / (double) n_pixels);
    }

  gtk_label_set_text (GTK_LABEL (self->legend), text->str);
  gtk_label_set_attributes (GTK_LABEL (self->legend), style);
  pango_attr_list_unref (style);
}

/* The text with its tokens, and their ids below. */
static void
show_text (AppDataSample *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);
  gsize length = (gsize) ds_dataset_get_shape (dataset)->size[0];
  g_autofree char *text = ds_dataset_dup_text (dataset, self->item);
  g_autofree char *ids = app_token_text_describe (ds_dataset_peek_item (dataset, self->item),
                                                  length);
  g_autofree char *words = NULL;
  PangoAttrList *style;
  gsize end = 0;

  while (text[end] != '\0' && end < SHOWN_BYTES)
    end = (gsize) (g_utf8_next_char (text + end) - text);
  text[end] = '\0';
  style = app_token_text_style (vocabulary, text, (guint) length);
  gtk_label_set_text (GTK_LABEL (self->reading), text);
  gtk_label_set_attributes (GTK_LABEL (self->reading), style);
  pango_attr_list_unref (style);

  words = g_strdup_printf (_("Tokens: %s"), ids);
  gtk_label_set_attributes (GTK_LABEL (self->legend), NULL);
  gtk_label_set_text (GTK_LABEL (self->legend), words);
}

static void
pixel_changed_cb (AppDataSample *self)
{
  g_autofree char *text = NULL;
  int x;
  int y;

  if (self->images != NULL && ui_pixel_view_get_pixel (UI_PIXEL_VIEW (self->picture), &x, &y))
    {
      text = print_pixel (self, x, y);
      if (has_mask (self))
        {
          g_autofree char *values = g_steal_pointer (&text);

          text = g_strdup_printf ("%s\n%s", values, class_of_pixel (self, x, y));
        }
    }
  gtk_label_set_text (GTK_LABEL (self->reading),
                      text != NULL ? text : _("Point to a pixel to see its value."));
}

static void
show_about (AppDataSample *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  DsPart part = app_data_images_get_part (self->images, self->item);
  const char *name = ds_dataset_get_name (dataset, self->item);
  g_autofree char *label = app_data_images_dup_answer (self->images, self->item);
  g_autoptr (GString) about = g_string_new (NULL);

  g_string_append_printf (about, _("Sample %u"), self->item);
  g_string_append_printf (about, "\n%s", app_data_part_title (part));
  if (name != NULL)
    g_string_append_printf (about, "\n%s", name);
  gtk_label_set_text (GTK_LABEL (self->title), label);
  gtk_label_set_text (GTK_LABEL (self->about), about->str);
}

static void
app_data_sample_dispose (GObject *object)
{
  AppDataSample *self = APP_DATA_SAMPLE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->images);

  G_OBJECT_CLASS (app_data_sample_parent_class)->dispose (object);
}

static void
app_data_sample_class_init (AppDataSampleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_sample_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
add_label (AppDataSample     *self,
           GtkAccessibleRole  role,
           const char        *css_class)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "accessible-role", role,
                                   "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "xalign", 0.0,
                                   NULL);

  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self->box), label);
  return label;
}

static void
app_data_sample_init (AppDataSample *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->title = add_label (self, GTK_ACCESSIBLE_ROLE_LABEL, "title-4");
  self->about = add_label (self, GTK_ACCESSIBLE_ROLE_LABEL, "dim-label");
  gtk_label_set_selectable (GTK_LABEL (self->about), TRUE);
  self->picture = ui_pixel_view_new ();
  gtk_widget_set_margin_top (self->picture, 6);
  g_signal_connect_object (self->picture, "pixel-changed", G_CALLBACK (pixel_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->picture);
  self->reading = add_label (self, GTK_ACCESSIBLE_ROLE_STATUS, "numeric");
  gtk_label_set_selectable (GTK_LABEL (self->reading), TRUE);
  self->legend = add_label (self, GTK_ACCESSIBLE_ROLE_LABEL, "numeric");
  app_data_sample_show (self, NULL, 0);
}

GtkWidget *
app_data_sample_new (void)
{
  return g_object_new (APP_TYPE_DATA_SAMPLE, NULL);
}

void
app_data_sample_show (AppDataSample *self,
                      AppDataImages *images,
                      guint32        item)
{
  gboolean has_picture = images != NULL
                         && app_data_has_pictures (app_data_images_get_dataset (images));
  g_autoptr (UiImage) image = has_picture ? app_data_images_load (images, item) : NULL;

  g_set_object (&self->images, images);
  self->item = item;
  ui_pixel_view_set_image (UI_PIXEL_VIEW (self->picture), image);
  gtk_widget_set_visible (self->picture, has_picture);
  gtk_widget_set_visible (self->reading, images != NULL);
  gtk_widget_set_visible (self->about, images != NULL);
  gtk_widget_set_visible (self->legend, images != NULL
                          && (has_mask (self)
                              || has_tokens (app_data_images_get_dataset (images))));
  gtk_label_set_attributes (GTK_LABEL (self->reading), NULL);
  if (images == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->title), _("Nothing Selected"));
      return;
    }

  show_about (self);
  if (has_mask (self))
    show_legend (self);
  if (has_picture)
    pixel_changed_cb (self);
  else if (has_tokens (app_data_images_get_dataset (images)))
    show_text (self);
  else
    {
      g_autofree char *numbers = print_numbers (self);

      gtk_label_set_text (GTK_LABEL (self->reading), numbers);
    }
}
