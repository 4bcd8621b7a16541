/* paint.c: what widgets share that draw themselves with Cairo
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/paint.h"

#include <pango/pangocairo.h>

PangoFontDescription *
ui_paint_dup_font (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontDescription *font = pango_font_description_copy (
    pango_context_get_font_description (context));
  double resolution = pango_cairo_context_get_resolution (context);

  if (resolution > 0 && !pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_size (font, (int) (pango_font_description_get_size (font)
                                                  * resolution / 96));
  return font;
}

static UiColour
colour_from_rgba (const GdkRGBA *rgba)
{
  return (UiColour) { rgba->red, rgba->green, rgba->blue, rgba->alpha };
}

void
ui_paint_get_theme (GtkWidget                  *widget,
                    const PangoFontDescription *font,
                    UiTheme                    *theme)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA rgba;

  gtk_style_context_get_color (style, &rgba);
  ui_theme_init (theme, 0.3 * rgba.red + 0.59 * rgba.green + 0.11 * rgba.blue > 0.5);
  theme->foreground = colour_from_rgba (&rgba);
  if (gtk_style_context_lookup_color (style, "borders", &rgba))
    theme->grid = colour_from_rgba (&rgba);
  if (gtk_style_context_lookup_color (style, "view_bg_color", &rgba)
      || gtk_style_context_lookup_color (style, "theme_base_color", &rgba))
    theme->background = colour_from_rgba (&rgba);
  theme->background.alpha = 0;
  theme->scale = gtk_widget_get_scale_factor (widget);
  theme->font = font;
}

cairo_surface_t *
ui_paint_surface (GtkWidget *widget)
{
  int scale = gtk_widget_get_scale_factor (widget);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32,
                                                         gtk_widget_get_width (widget) * scale,
                                                         gtk_widget_get_height (widget) * scale);

  cairo_surface_set_device_scale (surface, scale, scale);
  return surface;
}

GdkTexture *
ui_paint_texture (cairo_surface_t *surface)
{
  int height = cairo_image_surface_get_height (surface);
  int stride = cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }

  cairo_surface_flush (surface);
  bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                      (gsize) height * stride,
                                      (GDestroyNotify) cairo_surface_destroy, surface);
  return gdk_memory_texture_new (cairo_image_surface_get_width (surface), height,
                                 GDK_MEMORY_DEFAULT, bytes, stride);
}

void
ui_paint_focus (GtkWidget   *widget,
                GtkSnapshot *snapshot)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  const float widths[4] = { 2, 2, 2, 2 };
  GskRoundedRect outline;
  GdkRGBA colour;

  if (!gtk_widget_has_visible_focus (widget))
    return;
  if (!gtk_style_context_lookup_color (style, "accent_color", &colour))
    gtk_style_context_get_color (style, &colour);
  colour.alpha *= 0.5;
  gsk_rounded_rect_init_from_rect (&outline,
                                   &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget),
                                                        gtk_widget_get_height (widget)), 6);
  gtk_snapshot_append_border (snapshot, &outline, widths,
                              (GdkRGBA[]) { colour, colour, colour, colour });
}
