/* draw.c: a chart on a cairo_t: colours, text, title, and who draws the rest
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw.h"

#include "widgets/draw-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#define PADDING 12.0
#define DIM 0.72                /* alpha of small text: 4.5:1 and better on both themes */

/* Okabe and Ito's colours, which stay apart under every kind of colour
 * blindness, darkened or lightened until each has 3:1 against its background. */
static const guint32 light_palette[UI_N_COLOURS] = {
  0x0069b4, 0xd4580b, 0x00865f, 0xb0508c, 0xa8740a, 0x3a8fc9, 0x7d7300, 0x5a5a5a,
};
static const guint32 dark_palette[UI_N_COLOURS] = {
  0x62b0f4, 0xff9352, 0x42cda2, 0xe89ac7, 0xf2b544, 0xa0d8f7, 0xd9cf5a, 0xc8c8c8,
};

static UiColour
colour_from_rgb (guint32 rgb)
{
  UiColour colour = {
    (rgb >> 16 & 0xff) / 255.0,
    (rgb >> 8 & 0xff) / 255.0,
    (rgb & 0xff) / 255.0,
    1,
  };

  return colour;
}

void
ui_theme_init (UiTheme  *self,
               gboolean  is_dark)
{
  const guint32 *palette = is_dark ? dark_palette : light_palette;

  *self = (UiTheme) { .scale = 1 };
  self->foreground = colour_from_rgb (is_dark ? 0xf2f2f2 : 0x26262a);
  self->background = colour_from_rgb (is_dark ? 0x1e1e1e : 0xffffff);
  self->grid = self->foreground;
  self->grid.alpha = 0.13;
  for (int i = 0; i < UI_N_COLOURS; i++)
    self->palette[i] = colour_from_rgb (palette[i]);
}

UiColour
ui_theme_get_colour (const UiTheme     *self,
                     const UiLineStyle *style)
{
  if (style->palette == UI_COLOUR_OWN)
    return style->own;
  return self->palette[(guint) style->palette % UI_N_COLOURS];
}

double
ui_mapping_to_pixel (const UiMapping *self,
                     double           value)
{
  if (self->is_log)
    {
      if (!(value > 0))
        return NAN;
      return self->start + self->length * (log (value) - log (self->low))
                           / (log (self->high) - log (self->low));
    }

  /* Halves, because the difference of two doubles may be infinite. */
  return self->start + self->length * ((value / 2 - self->low / 2)
                                       / (self->high / 2 - self->low / 2));
}

double
ui_mapping_to_value (const UiMapping *self,
                     double           pixel)
{
  double part = (pixel - self->start) / self->length;

  if (self->is_log)
    return exp (log (self->low) + part * (log (self->high) - log (self->low)));
  return self->low * (1 - part) + self->high * part;
}

void
ui_draw_set_colour (UiDraw         *draw,
                    const UiColour *colour,
                    double          alpha)
{
  cairo_set_source_rgba (draw->cr, colour->red, colour->green, colour->blue,
                         colour->alpha * alpha);
}

static void
set_text (UiDraw      *draw,
          UiTextStyle  style,
          const char  *text,
          double       max_width)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  /* Digits of equal width, so that a number does not jump while it counts. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (style == UI_TEXT_TITLE)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  else
    pango_attr_list_insert (attributes, pango_attr_scale_new (0.88));
  pango_layout_set_attributes (draw->layout, attributes);
  pango_attr_list_unref (attributes);

  pango_layout_set_text (draw->layout, text, -1);
  pango_layout_set_width (draw->layout, max_width > 0 ? (int) ceil (max_width * PANGO_SCALE) : -1);
}

void
ui_draw_measure_text (UiDraw      *draw,
                      UiTextStyle  style,
                      const char  *text,
                      double       max_width,
                      double      *width,
                      double      *height)
{
  int pango_width;
  int pango_height;

  set_text (draw, style, text, max_width);
  pango_layout_get_size (draw->layout, &pango_width, &pango_height);
  if (width != NULL)
    *width = (double) pango_width / PANGO_SCALE;
  if (height != NULL)
    *height = (double) pango_height / PANGO_SCALE;
}

static void
show_text (UiDraw      *draw,
           UiTextStyle  style,
           const char  *text,
           double       max_width,
           double       align_x,
           double       align_y)
{
  double width;
  double height;

  ui_draw_measure_text (draw, style, text, max_width, &width, &height);
  cairo_rel_move_to (draw->cr, -width * align_x, -height * align_y);
  ui_draw_set_colour (draw, &draw->theme->foreground, style == UI_TEXT_DIM ? DIM : 1);
  pango_cairo_show_layout (draw->cr, draw->layout);
  cairo_new_path (draw->cr);
}

void
ui_draw_text (UiDraw      *draw,
              UiTextStyle  style,
              const char  *text,
              double       max_width,
              double       x,
              double       y,
              double       align_x,
              double       align_y)
{
  cairo_move_to (draw->cr, x, y);
  show_text (draw, style, text, max_width, align_x, align_y);
}

void
ui_draw_text_upwards (UiDraw      *draw,
                      UiTextStyle  style,
                      const char  *text,
                      double       max_width,
                      double       x,
                      double       y,
                      double       align_x,
                      double       align_y)
{
  cairo_save (draw->cr);
  cairo_translate (draw->cr, x, y);
  cairo_rotate (draw->cr, -G_PI / 2);
  cairo_move_to (draw->cr, 0, 0);
  show_text (draw, style, text, max_width, align_x, align_y);
  cairo_restore (draw->cr);
}

void
ui_draw_hairline (UiDraw *draw,
                  double  x0,
                  double  y0,
                  double  x1,
                  double  y1)
{
  double scale = draw->theme->scale;
  double half = 0.5 / scale;

  if (y0 == y1)
    y0 = y1 = floor (y0 * scale) / scale + half;
  if (x0 == x1)
    x0 = x1 = floor (x0 * scale) / scale + half;
  cairo_set_line_width (draw->cr, MAX (1, floor (scale)) / scale);
  cairo_move_to (draw->cr, x0, y0);
  cairo_line_to (draw->cr, x1, y1);
  cairo_stroke (draw->cr);
}

void
ui_draw_sentence (UiDraw     *draw,
                  const char *text)
{
  draw->plot->is_empty = TRUE;
  if (draw->plot->height < draw->line || draw->plot->width < 4 * draw->line)
    return;

  ui_draw_text (draw, UI_TEXT_DIM, text, draw->plot->width,
                draw->plot->x + draw->plot->width / 2, draw->plot->y + draw->plot->height / 2,
                0.5, 0.5);
}

void
ui_draw_empty (UiDraw *draw)
{
  const char *text = draw->chart->empty_text;

  ui_draw_sentence (draw, text != NULL ? text : _("Nothing to draw yet"));
}

static void
draw_title (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  double height;

  if (draw->chart->title == NULL || draw->height < 8 * draw->line || plot->width < 4 * draw->line)
    return;

  ui_draw_measure_text (draw, UI_TEXT_TITLE, draw->chart->title, plot->width, NULL, &height);
  ui_draw_text (draw, UI_TEXT_TITLE, draw->chart->title, plot->width, plot->x, plot->y, 0, 0);
  height += draw->line / 2;
  plot->y += height;
  plot->height -= height;
}

static PangoLayout *
make_layout (cairo_t       *cr,
             const UiTheme *theme)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = NULL;

  if (theme->font == NULL)
    font = pango_font_description_from_string ("Sans 10");
  pango_layout_set_font_description (layout, theme->font != NULL ? theme->font : font);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

static void
draw_data (UiDraw *draw)
{
  switch (draw->chart->kind)
    {
    case UI_CHART_LINES:
      ui_draw_lines (draw);
      break;
    case UI_CHART_BARS:
      ui_draw_bars (draw);
      break;
    case UI_CHART_MATRIX:
      ui_draw_matrix (draw);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
ui_draw_begin (UiDraw        *draw,
               cairo_t       *cr,
               UiChart       *chart,
               const UiTheme *theme,
               double         width,
               double         height,
               UiPlot        *plot)
{
  *draw = (UiDraw) {
    .cr = cr,
    .chart = chart,
    .theme = theme,
    .layout = make_layout (cr, theme),
    .width = width,
    .height = height,
    .padding = MIN (PADDING, MIN (width, height) / 8),
    .plot = plot,
  };
  cairo_save (cr);
  ui_draw_measure_text (draw, UI_TEXT_DIM, "0", 0, NULL, &draw->line);
}

void
ui_draw_end (UiDraw *draw)
{
  cairo_restore (draw->cr);
  g_object_unref (draw->layout);
}

void
ui_draw_chart (cairo_t       *cr,
               UiChart       *chart,
               const UiTheme *theme,
               double         width,
               double         height,
               UiPlot        *plot)
{
  UiPlot own_plot;
  UiDraw draw;

  ui_draw_begin (&draw, cr, chart, theme, width, height, plot != NULL ? plot : &own_plot);
  *draw.plot = (UiPlot) {
    .x = draw.padding,
    .y = draw.padding,
    .width = width - 2 * draw.padding,
    .height = height - 2 * draw.padding,
  };

  ui_draw_set_colour (&draw, &theme->background, 1);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  draw_title (&draw);
  draw_data (&draw);
  ui_draw_end (&draw);
}
