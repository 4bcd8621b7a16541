/* digit-fonts.c: the digits of the typefaces that this machine has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generators/digit-shape.h"

#include <math.h>
#include <pango/pangocairo.h>

/* The first four are names that fontconfig answers with something readable on
 * any machine that has a font at all; the others are common and look different.
 * Whatever resolves to a face already taken is left out, so a machine with a
 * single font has one or two faces and one without fonts has none. */
static const char * const wanted[] = {
  "Sans",
  "Serif Italic",
  "Monospace",
  "Cursive",
  "Sans Oblique",
  "Serif",
  "Z003",
  "Cantarell",
  "URW Gothic",
  "URW Bookman Light",
  "Liberation Sans Narrow",
  "Noto Sans Light",
};

#define FONT_PIXELS 100         /* glyph height asked for; outlines are scaled anyway */
#define TOLERANCE   0.5         /* of a flattened curve, in these pixels */
#define LONGEST     0.15        /* edge of an outline, in heights; longer ones are divided */

typedef struct
{
  int          n_faces;
  DsDigitShape digits[G_N_ELEMENTS (wanted)][10];
} Faces;

/* A line to @end in pieces that are short enough to bend. */
static gboolean
add_edge (DsDigitShape *shape,
          DsDigitPoint  end)
{
  DsDigitPoint start = shape->points[shape->ends[shape->n_lines - 1] - 1];
  float x = end.x - start.x;
  float y = end.y - start.y;
  int n_pieces = (int) ceilf (hypotf (x, y) / (float) LONGEST);
  gboolean fits = TRUE;

  for (int i = 1; fits && i <= n_pieces; i++)
    fits = ds_digit_shape_line_to (shape, (DsDigitPoint) { start.x + x * i / n_pieces,
                                                           start.y + y * i / n_pieces });

  return fits;
}

/* Takes the flattened @path, scaled to height 1 and centred.  FALSE when there
 * is no outline (a bitmap font) or a needlessly fine one. */
static gboolean
take_path (cairo_t            *cr,
           const cairo_path_t *path,
           DsDigitShape       *shape)
{
  double x1, y1, x2, y2;
  DsDigitPoint start = { 0 };
  gboolean fits = TRUE;

  cairo_path_extents (cr, &x1, &y1, &x2, &y2);
  if (y2 - y1 < 1)
    return FALSE;

  shape->filled = TRUE;
  shape->n_lines = 0;
  for (int i = 0; fits && i < path->num_data; i += path->data[i].header.length)
    {
      const cairo_path_data_t *data = &path->data[i];
      DsDigitPoint point;

      if (data->header.type == CAIRO_PATH_CLOSE_PATH)
        {
          fits = add_edge (shape, start);
          continue;
        }

      point.x = (float) ((data[1].point.x - (x1 + x2) / 2) / (y2 - y1));
      point.y = (float) ((data[1].point.y - (y1 + y2) / 2) / (y2 - y1));
      if (data->header.type == CAIRO_PATH_MOVE_TO)
        {
          fits = ds_digit_shape_move_to (shape, point);
          start = point;
        }
      else
        {
          fits = add_edge (shape, point);
        }
    }

  return fits && shape->n_lines > 0;
}

static gboolean
take_digit (cairo_t      *cr,
            PangoLayout  *layout,
            int           digit,
            DsDigitShape *shape)
{
  char text[2] = { (char) ('0' + digit), '\0' };
  cairo_path_t *path;
  gboolean taken;

  pango_layout_set_text (layout, text, 1);
  if (pango_layout_get_unknown_glyphs_count (layout) > 0)
    return FALSE;

  cairo_new_path (cr);
  pango_cairo_layout_path (cr, layout);
  path = cairo_copy_path_flat (cr);
  taken = path->status == CAIRO_STATUS_SUCCESS && take_path (cr, path, shape);
  cairo_path_destroy (path);

  return taken;
}

/* What Pango really takes for @description, as "DejaVu Sans Oblique". */
static char *
resolve (PangoContext               *context,
         const PangoFontDescription *description)
{
  PangoFont *font = pango_context_load_font (context, description);
  PangoFontDescription *found;
  char *name;

  if (font == NULL)
    return NULL;

  found = pango_font_describe (font);
  pango_font_description_unset_fields (found, PANGO_FONT_MASK_SIZE);
  name = pango_font_description_to_string (found);
  pango_font_description_free (found);
  g_object_unref (font);

  return name;
}

static void
take_face (Faces       *faces,
           cairo_t     *cr,
           PangoLayout *layout,
           GHashTable  *taken,
           const char  *name)
{
  PangoFontDescription *description = pango_font_description_from_string (name);
  DsDigitShape *digits = faces->digits[faces->n_faces];
  gboolean whole = TRUE;
  char *found;

  pango_font_description_set_absolute_size (description, FONT_PIXELS * PANGO_SCALE);
  found = resolve (pango_layout_get_context (layout), description);

  if (found != NULL && g_hash_table_add (taken, found))
    {
      pango_layout_set_font_description (layout, description);
      for (int i = 0; whole && i < 10; i++)
        whole = take_digit (cr, layout, i, &digits[i]);
      if (whole)
        faces->n_faces++;
    }

  pango_font_description_free (description);
}

/* Pango warns loudly about a machine without fonts, so it is asked first. */
static gboolean
has_fonts (PangoFontMap *map)
{
  g_autofree PangoFontFamily **families = NULL;
  int n_families;

  pango_font_map_list_families (map, &families, &n_families);
  return n_families > 0;
}

static void
take_all (Faces        *faces,
          PangoFontMap *map)
{
  PangoContext *context = pango_font_map_create_context (map);
  PangoLayout *layout = pango_layout_new (context);
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* Hinting would bend the outlines to a grid of pixels that is not ours. */
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_set_tolerance (cr, TOLERANCE);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    take_face (faces, cr, layout, taken, wanted[i]);

  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  cairo_font_options_destroy (options);
  g_object_unref (layout);
  g_object_unref (context);
}

/* Looked up once and kept: the outlines are the same for every set and thread.
 * The font map is our own, because Pango's default one belongs to the thread
 * that draws the window. */
static const Faces *
peek_faces (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      PangoFontMap *map = pango_cairo_font_map_new ();
      Faces *faces = g_new0 (Faces, 1);

      if (has_fonts (map))
        take_all (faces, map);
      g_object_unref (map);
      g_once_init_leave (&once, (gsize) faces);
    }

  return (const Faces *) once;
}

int
ds_digit_count_faces (void)
{
  return peek_faces ()->n_faces;
}

const DsDigitShape *
ds_digit_peek_face (int face,
                    int digit)
{
  const Faces *faces = peek_faces ();

  g_assert (face >= 0 && face < faces->n_faces);
  return &faces->digits[face][digit];
}
