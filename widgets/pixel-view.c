/* pixel-view.c: one small picture, enlarged, whose pixels can be pointed to
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/pixel-view.h"

#include "widgets/paint.h"

#include <glib/gi18n.h>

/**
 * UiPixelView:
 *
 * Shows a [struct@UiImage] as large as a whole factor allows, its pixels sharp;
 * one that is too large is shrunk.
 *
 * The pointer, or the arrow keys, choose a pixel, which gets a frame.  What
 * stands there is told by whoever knows it.
 *
 * ## Signals
 *
 * [signal@UiPixelView::pixel-changed] when another pixel is chosen, or none.
 *
 * ## CSS nodes
 *
 * `pixelview`, without children.
 *
 * ## Accessibility
 *
 * The role is `img`, the label is its owner's.
 */

#define MIN_SIDE 96
#define NATURAL_SIDE 224

struct _UiPixelView
{
  GtkWidget   parent_instance;

  UiImage    *image;            /* or NULL */
  GdkTexture *texture;          /* of it; NULL when it has to be made */
  int         texture_side;     /* that it was made for, in device pixels */
  gboolean    has_pixel;
  int         x;
  int         y;
};

G_DEFINE_FINAL_TYPE (UiPixelView, ui_pixel_view, GTK_TYPE_WIDGET)

enum {
  PIXEL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
choose (UiPixelView *self,
        gboolean     has_pixel,
        int          x,
        int          y)
{
  if (self->has_pixel == has_pixel && (!has_pixel || (self->x == x && self->y == y)))
    return;

  self->has_pixel = has_pixel;
  self->x = x;
  self->y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[PIXEL_CHANGED], 0);
}

/* The square is as large as the widget allows; the picture lies in its middle,
 * on whole pixels. */
static void
find_picture (UiPixelView     *self,
              graphene_rect_t *picture)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  float width = (float) gdk_texture_get_width (self->texture) / scale;
  float height = (float) gdk_texture_get_height (self->texture) / scale;

  graphene_rect_init (picture, (int) ((gtk_widget_get_width (GTK_WIDGET (self)) - width) / 2),
                      (int) ((gtk_widget_get_height (GTK_WIDGET (self)) - height) / 2),
                      width, height);
}

static void
make_texture (UiPixelView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int side = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget))
             * gtk_widget_get_scale_factor (widget);
  g_autoptr (GBytes) pixels = NULL;
  int width;
  int height;

  if (self->texture != NULL && self->texture_side == side)
    return;

  g_clear_object (&self->texture);
  if (self->image == NULL || side < 1)
    return;

  pixels = ui_image_fit (self->image, side, &width, &height);
  self->texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8, pixels,
                                          (gsize) width * 4);
  self->texture_side = side;
}

/* Light inside dark, which shows on every picture. */
static void
snapshot_frame (UiPixelView           *self,
                GtkSnapshot           *snapshot,
                const graphene_rect_t *picture)
{
  float width = picture->size.width / ui_image_get_width (self->image);
  float height = picture->size.height / ui_image_get_height (self->image);
  const float widths[4] = { 1, 1, 1, 1 };
  const GdkRGBA colours[] = { { 1, 1, 1, 1 }, { 0, 0, 0, 1 } };

  for (int i = 0; i < 2; i++)
    {
      const GdkRGBA *colour = &colours[i];
      GskRoundedRect frame;

      gsk_rounded_rect_init_from_rect (&frame,
                                       &GRAPHENE_RECT_INIT (
                                         picture->origin.x + self->x * width - i - 1,
                                         picture->origin.y + self->y * height - i - 1,
                                         width + 2 * i + 2, height + 2 * i + 2), 0);
      gtk_snapshot_append_border (snapshot, &frame, widths,
                                  (GdkRGBA[]) { *colour, *colour, *colour, *colour });
    }
}

static void
ui_pixel_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  UiPixelView *self = UI_PIXEL_VIEW (widget);
  graphene_rect_t picture;

  make_texture (self);
  if (self->texture != NULL)
    {
      find_picture (self, &picture);
      gtk_snapshot_append_texture (snapshot, self->texture, &picture);
      if (self->has_pixel)
        snapshot_frame (self, snapshot, &picture);
    }
  ui_paint_focus (widget, snapshot);
}

static void
ui_pixel_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = MIN_SIDE;
  *natural = NATURAL_SIDE;
}

static void
motion_cb (UiPixelView *self,
           double       x,
           double       y)
{
  graphene_rect_t picture;

  if (self->texture == NULL)
    return;

  find_picture (self, &picture);
  x = (x - picture.origin.x) / picture.size.width * ui_image_get_width (self->image);
  y = (y - picture.origin.y) / picture.size.height * ui_image_get_height (self->image);
  choose (self, x >= 0 && y >= 0 && x < ui_image_get_width (self->image)
                && y < ui_image_get_height (self->image), (int) x, (int) y);
}

static void
leave_cb (UiPixelView *self)
{
  choose (self, FALSE, 0, 0);
}

/* The first key begins in the middle; Escape ends. */
static gboolean
key_cb (UiPixelView     *self,
        guint            key,
        guint            code,
        GdkModifierType  state)
{
  int dx = key == GDK_KEY_Right ? 1 : key == GDK_KEY_Left ? -1 : 0;
  int dy = key == GDK_KEY_Down ? 1 : key == GDK_KEY_Up ? -1 : 0;
  int width;
  int height;

  if (self->image == NULL)
    return FALSE;
  if (key == GDK_KEY_Escape && self->has_pixel)
    {
      leave_cb (self);
      return TRUE;
    }
  if (dx == 0 && dy == 0)
    return FALSE;

  width = ui_image_get_width (self->image);
  height = ui_image_get_height (self->image);
  if (!self->has_pixel)
    choose (self, TRUE, width / 2, height / 2);
  else
    choose (self, TRUE, CLAMP (self->x + dx, 0, width - 1), CLAMP (self->y + dy, 0, height - 1));
  return TRUE;
}

static void
ui_pixel_view_dispose (GObject *object)
{
  UiPixelView *self = UI_PIXEL_VIEW (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->image, ui_image_unref);

  G_OBJECT_CLASS (ui_pixel_view_parent_class)->dispose (object);
}

static void
ui_pixel_view_class_init (UiPixelViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_pixel_view_dispose;
  widget_class->measure = ui_pixel_view_measure;
  widget_class->snapshot = ui_pixel_view_snapshot;

  /**
   * UiPixelView::pixel-changed:
   *
   * Another pixel is chosen, or none any more.
   */
  signals[PIXEL_CHANGED] = g_signal_new ("pixel-changed", UI_TYPE_PIXEL_VIEW, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "pixelview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ui_pixel_view_init (UiPixelView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Enlarged picture"), -1);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
ui_pixel_view_new (void)
{
  return g_object_new (UI_TYPE_PIXEL_VIEW, NULL);
}

void
ui_pixel_view_set_image (UiPixelView *self,
                         UiImage     *image)
{
  g_return_if_fail (UI_IS_PIXEL_VIEW (self));

  if (self->image == image)
    return;

  g_clear_object (&self->texture);
  g_clear_pointer (&self->image, ui_image_unref);
  self->image = image != NULL ? ui_image_ref (image) : NULL;
  leave_cb (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
ui_pixel_view_get_pixel (UiPixelView *self,
                         int         *x,
                         int         *y)
{
  g_return_val_if_fail (UI_IS_PIXEL_VIEW (self), FALSE);

  if (!self->has_pixel)
    return FALSE;

  *x = self->x;
  *y = self->y;
  return TRUE;
}
