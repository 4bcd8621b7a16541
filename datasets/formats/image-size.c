/* image-size.c: the one size of all images of a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/image-size.h"

#include "datasets/error.h"
#include "datasets/image-decode.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define SAMPLE       64
#define LARGEST_SIDE 256        /* unless the user asks for more */

gboolean
ds_image_size_check (const DsOptions  *options,
                     GError          **error)
{
  if ((options->channels == 0 || options->channels == 1 || options->channels == 3) &&
      options->height >= 0 && options->height <= 4096 &&
      options->width >= 0 && options->width <= 4096)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("Images of %d channels and %d×%d pixels are not possible. Choose 1 or 3 channels "
                 "and at most 4096×4096 pixels."),
               options->channels, options->width, options->height);
  return FALSE;
}

typedef struct
{
  int      heights[SAMPLE];
  int      widths[SAMPLE];
  int      n;
  gboolean in_colour;
  GError  *error;               /* why the first damaged one is damaged */
} Sample;

/* Size and colour show in a small picture too. */
static gboolean
decode (DsStream        *stream,
        const DsLimits  *limits,
        DsImage         *image,
        GError         **error)
{
  g_autoptr (GBytes) bytes = ds_stream_read_all (stream, limits->image_bytes, error);
  const guint8 *data;
  gsize size;

  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &size);
  return ds_image_decode (data, size, limits->image_pixels, LARGEST_SIDE, LARGEST_SIDE,
                          ds_stream_get_name (stream), image, error);
}

static gboolean
sample_member_cb (DsContainer  *container,
                  guint         member,
                  DsStream     *stream,
                  void         *data,
                  GError      **error)
{
  Sample *sample = data;
  g_auto (DsImage) image = { 0 };

  if (!decode (stream, ds_container_get_limits (container), &image,
               sample->error == NULL ? &sample->error : NULL))
    return TRUE;

  sample->heights[sample->n] = image.full_height;
  sample->widths[sample->n] = image.full_width;
  sample->in_colour = sample->in_colour || !ds_image_is_grey (&image);
  sample->n++;
  return TRUE;
}

static int
compare_ints (const void *a,
              const void *b)
{
  return *(const int *) a - *(const int *) b;
}

/* The sizes may differ, then the items get the middle one; and photographs are
 * larger than a network wants them, then they shrink in proportion. */
static void
decide (DsImageSize     *self,
        Sample          *sample,
        const DsOptions *options)
{
  int largest;

  qsort (sample->heights, sample->n, sizeof (int), compare_ints);
  qsort (sample->widths, sample->n, sizeof (int), compare_ints);
  self->height = sample->heights[sample->n / 2];
  self->width = sample->widths[sample->n / 2];

  largest = MAX (self->height, self->width);
  if (largest > LARGEST_SIDE)
    {
      self->height = MAX ((gint64) self->height * LARGEST_SIDE / largest, 1);
      self->width = MAX ((gint64) self->width * LARGEST_SIDE / largest, 1);
    }

  if (options->height > 0)
    self->height = options->height;
  if (options->width > 0)
    self->width = options->width;
  self->channels = sample->in_colour ? 3 : 1;
  if (options->channels > 0)
    self->channels = options->channels;
}

gboolean
ds_image_size_decide (DsImageSize      *self,
                      DsContainer      *container,
                      GArray           *images,
                      const DsOptions  *options,
                      GCancellable     *cancellable,
                      GError          **error)
{
  g_autofree gboolean *wanted = g_new0 (gboolean, ds_container_get_n_members (container));
  Sample sample = { .n = 0 };
  gboolean ok;

  for (guint i = 0; i < SAMPLE; i++)
    wanted[g_array_index (images, guint, (guint64) i * images->len / SAMPLE)] = TRUE;

  ok = ds_container_walk (container, wanted, sample_member_cb, &sample, cancellable, error);
  if (ok && sample.n == 0)
    g_propagate_error (error, g_steal_pointer (&sample.error));
  g_clear_error (&sample.error);
  if (!ok || sample.n == 0)
    return FALSE;

  decide (self, &sample, options);
  return TRUE;
}
