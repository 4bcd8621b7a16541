/* data-sample.c: one sample, large, with all that is known of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-sample.h"

#include "widgets/pixel-view.h"
#include "widgets/ruler.h"

#include <glib/gi18n.h>

/* Of a sample that is no picture, as many numbers as a glance takes in. */
#define SHOWN_NUMBERS 12

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

static void
pixel_changed_cb (AppDataSample *self)
{
  g_autofree char *text = NULL;
  int x;
  int y;

  if (self->images != NULL && ui_pixel_view_get_pixel (UI_PIXEL_VIEW (self->picture), &x, &y))
    text = print_pixel (self, x, y);
  gtk_label_set_text (GTK_LABEL (self->reading),
                      text != NULL ? text : _("Point to a pixel to see its value."));
}

static void
show_about (AppDataSample *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  DsPart part = app_data_images_get_part (self->images, self->item);
  const char *name = ds_dataset_get_name (dataset, self->item);
  g_autofree char *label = app_data_images_dup_label (self->images, self->item);
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
  if (images == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->title), _("Nothing Selected"));
      return;
    }

  show_about (self);
  if (has_picture)
    pixel_changed_cb (self);
  else
    {
      g_autofree char *numbers = print_numbers (self);

      gtk_label_set_text (GTK_LABEL (self->reading), numbers);
    }
}
