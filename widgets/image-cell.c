/* image-cell.c: one picture of an image grid
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image-cell.h"

#include <glib/gi18n.h>

/* A grid keeps some hundred cells alive, however few are seen, so a cell is a
 * single widget that draws its picture, caption and badge itself. */

#define PADDING 6
#define CAPTION_GAP 4
#define BADGE_PADDING 5
#define CAPTION_SCALE 0.88

struct _UiImageCell
{
  GtkWidget     parent_instance;

  int           side;           /* of the square for the picture */
  guint         number;         /* for people */
  GCancellable *cancellable;    /* of the picture under way, or NULL */
  GdkTexture   *texture;        /* NULL before it is there */
  int           texture_scale;  /* pixels of the texture in one of the widget */
  gboolean      has_failed;
  PangoLayout  *caption;
  PangoLayout  *badge;          /* NULL without one */
};

G_DEFINE_FINAL_TYPE (UiImageCell, ui_image_cell, GTK_TYPE_WIDGET)

static PangoLayout *
make_label (UiImageCell *self,
            const char  *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (CAPTION_SCALE));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

static void
set_caption (UiImageCell *self,
             const char  *text)
{
  g_clear_object (&self->caption);
  self->caption = make_label (self, text);
  pango_layout_set_alignment (self->caption, PANGO_ALIGN_CENTER);
}

/* The row widget of the list view is what a screen reader lands on. */
static void
set_name (UiImageCell *self,
          const char  *caption)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = NULL;

  /* Translators: the caption and the number of a picture: "7, sample 1203" */
  name = caption != NULL && *caption != '\0' ? g_strdup_printf (_("%s, sample %u"), caption,
                                                                self->number)
                                             : g_strdup_printf (_("sample %u"), self->number);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_image (UiImageCell *self,
            UiImage     *image)
{
  const char *caption = ui_image_get_caption (image);
  const char *badge = ui_image_get_badge (image);
  g_autoptr (GBytes) pixels = NULL;
  int width;
  int height;

  self->texture_scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  pixels = ui_image_fit (image, self->side * self->texture_scale, &width, &height);
  self->texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, pixels,
                                          (gsize) width * 4);
  set_caption (self, caption != NULL ? caption : "");
  if (badge != NULL)
    self->badge = make_label (self, badge);
  set_name (self, caption);
}

static void
show_failure (UiImageCell  *self,
              const GError *error)
{
  self->has_failed = TRUE;
  set_caption (self, _("Damaged"));
  set_name (self, _("Damaged"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
}

static void
load_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (UiImageCell) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiImage) image = ui_image_source_load_finish (UI_IMAGE_SOURCE (object), result,
                                                           &error);

  /* The cell may show another picture by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  if (image != NULL)
    show_image (self, image);
  else
    show_failure (self, error);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_image_cell_bind (UiImageCell   *self,
                    UiImageSource *source,
                    guint          index)
{
  g_return_if_fail (UI_IS_IMAGE_CELL (self));

  ui_image_cell_unbind (self);
  self->number = ui_image_source_get_number (source, index);
  self->cancellable = g_cancellable_new ();
  set_name (self, NULL);
  ui_image_source_load_async (source, index, self->cancellable, load_cb, g_object_ref (self));
}

void
ui_image_cell_unbind (UiImageCell *self)
{
  g_return_if_fail (UI_IS_IMAGE_CELL (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->texture);
  g_clear_object (&self->caption);
  g_clear_object (&self->badge);
  if (self->has_failed)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
  self->has_failed = FALSE;
}

static int
caption_height (UiImageCell *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics) * CAPTION_SCALE);

  pango_font_metrics_unref (metrics);
  return height;
}

static void
ui_image_cell_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  UiImageCell *self = UI_IMAGE_CELL (widget);
  int size = self->side + 2 * PADDING;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    size += CAPTION_GAP + caption_height (self);
  *minimum = size;
  *natural = size;
}

static void
get_colour (UiImageCell *self,
            double       alpha,
            GdkRGBA     *colour)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), colour);
  colour->alpha *= alpha;
}

/* A grey square, with a symbol when there will be no picture. */
static void
snapshot_placeholder (UiImageCell           *self,
                      GtkSnapshot           *snapshot,
                      const graphene_rect_t *square)
{
  g_autoptr (GtkIconPaintable) icon = NULL;
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  GdkRGBA colour;

  get_colour (self, 0.08, &colour);
  gtk_snapshot_append_color (snapshot, &colour, square);
  if (!self->has_failed)
    return;

  icon = gtk_icon_theme_lookup_icon (theme, "image-missing-symbolic", NULL, 16,
                                     gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                                     GTK_TEXT_DIR_NONE, 0);
  get_colour (self, 0.7, &colour);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (square->origin.x + self->side / 2 - 8,
                                                          square->origin.y + self->side / 2 - 8));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, 16, 16,
                                            &colour, 1);
  gtk_snapshot_restore (snapshot);
}

/* In the middle of the square, on whole pixels so that it stays sharp. */
static void
snapshot_picture (UiImageCell           *self,
                  GtkSnapshot           *snapshot,
                  const graphene_rect_t *square)
{
  float width = (float) gdk_texture_get_width (self->texture) / self->texture_scale;
  float height = (float) gdk_texture_get_height (self->texture) / self->texture_scale;

  gtk_snapshot_append_texture (snapshot, self->texture,
                               &GRAPHENE_RECT_INIT (
                                 square->origin.x + (int) (self->side - width) / 2,
                                 square->origin.y + (int) (self->side - height) / 2,
                                 width, height));
}

static void
snapshot_badge (UiImageCell           *self,
                GtkSnapshot           *snapshot,
                const graphene_rect_t *square)
{
  GskRoundedRect pill;
  GdkRGBA ink = { 1, 1, 1, 1 };
  GdkRGBA back = { 0.16, 0.16, 0.18, 0.92 };
  GdkRGBA edge = { 1, 1, 1, 0.55 };
  int width;
  int height;

  pango_layout_set_width (self->badge, (self->side - 2 * BADGE_PADDING) * PANGO_SCALE);
  pango_layout_get_pixel_size (self->badge, &width, &height);
  gsk_rounded_rect_init_from_rect (&pill,
                                   &GRAPHENE_RECT_INIT (
                                     square->origin.x + self->side - width - 2 * BADGE_PADDING + 3,
                                     square->origin.y - 3, width + 2 * BADGE_PADDING, height),
                                   height / 2.0);

  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &back, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &pill, (float[]) { 1, 1, 1, 1 },
                              (GdkRGBA[]) { edge, edge, edge, edge });
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (pill.bounds.origin.x + BADGE_PADDING,
                                                          pill.bounds.origin.y));
  gtk_snapshot_append_layout (snapshot, self->badge, &ink);
  gtk_snapshot_restore (snapshot);
}

static void
ui_image_cell_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  UiImageCell *self = UI_IMAGE_CELL (widget);
  int width = gtk_widget_get_width (widget);
  graphene_rect_t square = GRAPHENE_RECT_INIT ((width - self->side) / 2, PADDING,
                                               self->side, self->side);
  GdkRGBA colour;

  if (self->texture != NULL)
    snapshot_picture (self, snapshot, &square);
  else
    snapshot_placeholder (self, snapshot, &square);
  if (self->badge != NULL)
    snapshot_badge (self, snapshot, &square);
  if (self->caption == NULL)
    return;

  get_colour (self, 0.85, &colour);
  pango_layout_set_width (self->caption, MAX (0, width - 2 * PADDING) * PANGO_SCALE);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (PADDING, PADDING + self->side + CAPTION_GAP));
  gtk_snapshot_append_layout (snapshot, self->caption, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
ui_image_cell_dispose (GObject *object)
{
  ui_image_cell_unbind (UI_IMAGE_CELL (object));
  G_OBJECT_CLASS (ui_image_cell_parent_class)->dispose (object);
}

static void
ui_image_cell_class_init (UiImageCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_image_cell_dispose;
  widget_class->measure = ui_image_cell_measure;
  widget_class->snapshot = ui_image_cell_snapshot;
  gtk_widget_class_set_css_name (widget_class, "imagecell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ui_image_cell_init (UiImageCell *self)
{
}

GtkWidget *
ui_image_cell_new (int side)
{
  UiImageCell *self = g_object_new (UI_TYPE_IMAGE_CELL, NULL);

  self->side = side;
  return GTK_WIDGET (self);
}
