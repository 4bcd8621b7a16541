/* chart-export.c: charts as SVG, PDF, PNG and CSV
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-export.h"

#include "widgets/draw.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Cairo's images end at 32767 pixels; half of that is 1 GB already. */
#define MAX_PIXELS 16384

/* Points per unit of a curve in a file that can be enlarged. */
#define VECTOR_SCALE 2

static const char *format_names[] = {
  [UI_EXPORT_SVG] = "svg",
  [UI_EXPORT_PDF] = "pdf",
  [UI_EXPORT_PNG] = "png",
  [UI_EXPORT_CSV] = "csv",
};

gboolean
ui_export_format_from_name (const char     *name,
                            UiExportFormat *format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (format_names); i++)
    if (g_ascii_strcasecmp (name, format_names[i]) == 0)
      {
        *format = i;
        return TRUE;
      }

  return FALSE;
}

static cairo_status_t
append_bytes (void                *closure,
              const unsigned char *data,
              unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
make_surface (UiChart               *chart,
              UiExportFormat         format,
              const UiExportOptions *options,
              GByteArray            *bytes)
{
  cairo_surface_t *surface;

  switch (format)
    {
    case UI_EXPORT_SVG:
      surface = cairo_svg_surface_create_for_stream (append_bytes, bytes,
                                                     options->width, options->height);
      cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
      return surface;

    case UI_EXPORT_PDF:
      surface = cairo_pdf_surface_create_for_stream (append_bytes, bytes,
                                                     options->width, options->height);
      if (chart->title != NULL)
        cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, chart->title);
      return surface;

    case UI_EXPORT_PNG:
      surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                            (int) ceil (options->width * options->scale),
                                            (int) ceil (options->height * options->scale));
      cairo_surface_set_device_scale (surface, options->scale, options->scale);
      return surface;

    case UI_EXPORT_CSV:
    default:
      g_assert_not_reached ();
    }
}

/* Cairo writes letters as outlines.  A title and a description give the picture
 * back its words, for screen readers and for search. */
static void
insert_svg_words (GByteArray *bytes,
                  UiChart    *chart)
{
  g_autofree char *sentence = ui_chart_describe (chart);
  g_autofree char *words = g_markup_printf_escaped ("\n<title>%s</title>\n<desc>%s</desc>",
                                                    chart->title != NULL ? chart->title : sentence,
                                                    sentence);
  const char *text = (const char *) bytes->data;
  const char *root = g_strstr_len (text, bytes->len, "<svg");
  const char *end = root != NULL ? memchr (root, '>', text + bytes->len - root) : NULL;
  gsize n_words = strlen (words);
  gsize place;
  gsize n_rest;

  if (end == NULL)
    return;

  place = end + 1 - text;
  n_rest = bytes->len - place;
  g_byte_array_set_size (bytes, bytes->len + n_words);
  memmove (bytes->data + place + n_words, bytes->data + place, n_rest);
  memcpy (bytes->data + place, words, n_words);
}

static gboolean
check_size (const UiExportOptions *options,
            double                 scale,
            GError               **error)
{
  double width = options->width * scale;
  double height = options->height * scale;

  if (width >= 1 && height >= 1 && width <= MAX_PIXELS && height <= MAX_PIXELS)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
               _("A picture of %.0f×%.0f pixels cannot be written. "
                 "Both sides must have from 1 to %d pixels."),
               width, height, MAX_PIXELS);
  return FALSE;
}

static GBytes *
render_picture (UiChart               *chart,
                UiExportFormat         format,
                const UiExportOptions *options,
                GError               **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  UiTheme theme;
  cairo_t *cr;

  if (!check_size (options, format == UI_EXPORT_PNG ? options->scale : 1, error))
    return NULL;

  ui_theme_init (&theme, options->is_dark);
  theme.scale = format == UI_EXPORT_PNG ? options->scale : VECTOR_SCALE;
  surface = make_surface (chart, format, options, bytes);
  cr = cairo_create (surface);
  ui_draw_chart (cr, chart, &theme, options->width, options->height, NULL);
  status = cairo_status (cr);
  cairo_destroy (cr);

  if (status == CAIRO_STATUS_SUCCESS && format == UI_EXPORT_PNG)
    status = cairo_surface_write_to_png_stream (surface, append_bytes, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                   _("The chart could not be drawn: %s. Choose a smaller size."),
                   cairo_status_to_string (status));
      return NULL;
    }

  if (format == UI_EXPORT_SVG)
    insert_svg_words (bytes, chart);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
ui_chart_render (UiChart               *chart,
                 UiExportFormat         format,
                 const UiExportOptions *options,
                 GError               **error)
{
  static const UiExportOptions usual = { 720, 440, 2, FALSE };

  if (format == UI_EXPORT_CSV)
    {
      char *csv = ui_chart_to_csv (chart);

      return g_bytes_new_take (csv, strlen (csv));
    }

  return render_picture (chart, format, options != NULL ? options : &usual, error);
}

/* Why @cause happened and what to do about it, in one sentence each. */
static char *
explain (const GError *cause)
{
  if (cause->domain != G_FILE_ERROR)
    return g_strdup (cause->message);

  if (cause->code == G_FILE_ERROR_NOSPC)
    return g_strdup (_("The disk is full. Free some space or choose another disk."));
  if (cause->code == G_FILE_ERROR_ACCES || cause->code == G_FILE_ERROR_PERM
      || cause->code == G_FILE_ERROR_ROFS)
    return g_strdup (_("Writing there is not allowed. Choose a folder of your own."));
  if (cause->code == G_FILE_ERROR_NOENT || cause->code == G_FILE_ERROR_NOTDIR)
    return g_strdup (_("The folder does not exist. Create it or choose another."));
  if (cause->code == G_FILE_ERROR_ISDIR)
    return g_strdup (_("This is the name of a folder. Choose another name."));

  return g_strdup_printf (_("%s. Choose another place."), cause->message);
}

gboolean
ui_chart_export (UiChart               *chart,
                 const char            *path,
                 UiExportFormat         format,
                 const UiExportOptions *options,
                 GError               **error)
{
  g_autoptr (GBytes) bytes = ui_chart_render (chart, format, options, error);
  g_autoptr (GError) cause = NULL;
  g_autofree char *name = NULL;
  g_autofree char *reason = NULL;

  if (bytes == NULL)
    return FALSE;
  if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0666, &cause))
    return TRUE;

  name = g_filename_display_name (path);
  reason = explain (cause);
  /* Translators: the second %s is one or two sentences with their full stops. */
  g_set_error (error, cause->domain, cause->code,
               _("The chart was not written to “%s”. %s"), name, reason);
  return FALSE;
}
