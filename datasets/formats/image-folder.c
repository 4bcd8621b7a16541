/* image-folder.c: images in a folder for each class
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/class-layout.h"
#include "datasets/image-decode.h"
#include "datasets/pool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* All items of a data set have one shape, so a sample of the images decides
 * about size and colour before the first is decoded for good. */

#define MAX_BID_FILES 2000      /* looked at for a bid */
#define SAMPLE 64
#define LARGEST_SIDE 256        /* unless the user asks for more */

typedef struct
{
  DsContainer   *container;
  DsClassLayout  layout;
  int            channels;
  int            height;
  int            width;
} Folder;

static void
folder_free (Folder *folder)
{
  ds_class_layout_clear (&folder->layout);
  ds_container_unref (folder->container);
  g_free (folder);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

static DsPlacedItem *
get_image (Folder *folder,
           guint   i)
{
  return &g_array_index (folder->layout.items, DsPlacedItem, i);
}

static DsImageKind
peek_kind (DsContainer *container,
           guint        member)
{
  guint8 head[DS_HEAD_BYTES];
  gsize n = ds_container_peek (container, member, head, NULL);

  return ds_image_sniff (head, n);
}

static int
bid (DsContainer  *container,
     char        **why)
{
  guint n = MIN (ds_container_get_n_members (container), MAX_BID_FILES);
  int bits = 0;

  for (guint i = 0; i < n && bits < 24; i++)
    {
      const char *name = ds_container_get_name (container, i);
      gboolean in_folder = strchr (name, '/') != NULL;
      DsImageKind kind = bits > 0 && !in_folder ? DS_IMAGE_NONE : peek_kind (container, i);

      if (kind == DS_IMAGE_NONE)
        continue;

      /* JPEG's magic number has three bytes.  An image that lies in no folder
       * is hardly a data set, but it lets us say what is missing. */
      bits = in_folder ? 24 : 8;
      g_free (*why);
      *why = g_strdup_printf (in_folder
                              ? _("“%s” is a %s image, and its folder can name its class.")
                              : _("“%s” is a %s image."),
                              name, kind == DS_IMAGE_JPEG ? "JPEG" : "PNG");
    }

  return bits;
}

/* The members that are images.  (transfer full) */
static GArray *
find_images (DsContainer *container,
             GPtrArray   *warnings)
{
  GArray *images = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *other = NULL;
  guint n_others = 0;

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    if (peek_kind (container, i) != DS_IMAGE_NONE)
      g_array_append_val (images, i);
    else if (n_others++ == 0)
      other = ds_container_get_name (container, i);

  if (n_others > 0)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u file is no readable JPEG or PNG image and was left out: “%s”.",
                          "%u files are no readable JPEG or PNG images and were left out, for "
                          "example “%s”.", n_others),
             n_others, other);
  return images;
}

static gboolean
decode_stream (DsStream        *stream,
               const DsLimits  *limits,
               int              height,
               int              width,
               DsImage         *image,
               GError         **error)
{
  g_autoptr (GBytes) bytes = ds_stream_read_all (stream, limits->image_bytes, error);
  const guint8 *data;
  gsize size;

  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &size);
  return ds_image_decode (data, size, limits->image_pixels, height, width,
                          ds_stream_get_name (stream), image, error);
}

typedef struct
{
  int      heights[SAMPLE];
  int      widths[SAMPLE];
  int      n;
  gboolean in_colour;
  GError  *error;               /* why the first damaged one is damaged */
} Sample;

static gboolean
sample_member_cb (DsContainer  *container,
                  guint         member,
                  DsStream     *stream,
                  void         *data,
                  GError      **error)
{
  Sample *sample = data;
  g_auto (DsImage) image = { 0 };

  /* Size and colour show in a small picture too. */
  if (!decode_stream (stream, ds_container_get_limits (container), LARGEST_SIDE, LARGEST_SIDE,
                      &image, sample->error == NULL ? &sample->error : NULL))
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
decide_size (Folder          *folder,
             Sample          *sample,
             const DsOptions *options)
{
  int largest;

  qsort (sample->heights, sample->n, sizeof (int), compare_ints);
  qsort (sample->widths, sample->n, sizeof (int), compare_ints);
  folder->height = sample->heights[sample->n / 2];
  folder->width = sample->widths[sample->n / 2];

  largest = MAX (folder->height, folder->width);
  if (largest > LARGEST_SIDE)
    {
      folder->height = MAX ((gint64) folder->height * LARGEST_SIDE / largest, 1);
      folder->width = MAX ((gint64) folder->width * LARGEST_SIDE / largest, 1);
    }

  if (options->height > 0)
    folder->height = options->height;
  if (options->width > 0)
    folder->width = options->width;
  folder->channels = sample->in_colour ? 3 : 1;
  if (options->channels > 0)
    folder->channels = options->channels;
}

static gboolean
look_at_sample (Folder           *folder,
                const DsOptions  *options,
                GCancellable     *cancellable,
                GError          **error)
{
  guint n = folder->layout.items->len;
  g_autofree gboolean *wanted = g_new0 (gboolean,
                                        ds_container_get_n_members (folder->container));
  Sample sample = { .n = 0 };
  gboolean ok;

  for (guint i = 0; i < SAMPLE; i++)
    wanted[get_image (folder, (guint64) i * n / SAMPLE)->member] = TRUE;

  ok = ds_container_walk (folder->container, wanted, sample_member_cb, &sample, cancellable,
                          error);
  if (ok && sample.n == 0)
    g_propagate_error (error, g_steal_pointer (&sample.error));
  g_clear_error (&sample.error);
  if (!ok || sample.n == 0)
    return FALSE;

  decide_size (folder, &sample, options);
  return TRUE;
}

/* One pass through the container with its decoders. */
typedef struct
{
  Folder        *folder;
  DsCacheWriter *writer;
  DsPool        *pool;
  gint32        *item_of;       /* for each member its item, or -1 */
  int            n_resized;     /* atomic */
  int            n_greyed;      /* atomic: had colours and lost them */
} Filling;

typedef struct
{
  guint32  index;
  GBytes  *bytes;
  char    *name;                /* for messages */
} Job;

static void
put_image (Filling       *filling,
           const Job     *job,
           const DsImage *image)
{
  Folder *folder = filling->folder;
  DsPlacedItem *placed = get_image (folder, job->index);
  DsItem about = {
    placed->label, placed->part, ds_container_get_name (folder->container, placed->member),
  };
  g_autofree guint8 *item = g_malloc ((gsize) folder->channels * folder->height * folder->width);

  ds_image_resize (image, folder->channels, folder->height, folder->width, item);
  ds_cache_writer_put (filling->writer, job->index, item, &about);

  if (image->full_height != folder->height || image->full_width != folder->width)
    g_atomic_int_inc (&filling->n_resized);
  if (folder->channels == 1 && !ds_image_is_grey (image))
    g_atomic_int_inc (&filling->n_greyed);
}

static void
decode_job (Filling   *filling,
            const Job *job)
{
  Folder *folder = filling->folder;
  const DsLimits *limits = ds_container_get_limits (folder->container);
  g_auto (DsImage) image = { 0 };
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (job->bytes, &size);

  if (ds_image_decode (bytes, size, limits->image_pixels, folder->height, folder->width,
                       job->name, &image, &error))
    put_image (filling, job, &image);
  else
    ds_cache_writer_damaged (filling->writer, job->index, error->message);
}

static void
decode_cb (void *data,
           void *user_data)
{
  Job *job = data;
  Filling *filling = user_data;

  if (!ds_cache_writer_is_stopped (filling->writer))
    decode_job (filling, job);

  g_bytes_unref (job->bytes);
  g_free (job->name);
  g_free (job);
}

static gboolean
fill_member_cb (DsContainer  *container,
                guint         member,
                DsStream     *stream,
                void         *data,
                GError      **error)
{
  Filling *filling = data;
  guint32 index = filling->item_of[member];
  g_autoptr (GError) damage = NULL;
  GBytes *bytes = ds_stream_read_all (stream, ds_container_get_limits (container)->image_bytes,
                                      &damage);
  Job *job;

  if (bytes == NULL)
    ds_cache_writer_damaged (filling->writer, index, damage->message);
  else
    {
      job = g_new (Job, 1);
      *job = (Job) { index, bytes, g_strdup (ds_stream_get_name (stream)) };
      ds_pool_push (filling->pool, job);
    }

  return !ds_cache_writer_is_stopped (filling->writer);
}

static void
report (Filling *filling,
        guint    n_images)
{
  Folder *folder = filling->folder;

  if (filling->n_resized > 0)
    ds_cache_writer_warn (filling->writer,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "%d of %u images has another size and was scaled to %d×%d "
                                       "pixels.",
                                       "%d of %u images have another size and were scaled to "
                                       "%d×%d pixels.", filling->n_resized),
                          filling->n_resized, n_images, folder->width, folder->height);

  if (filling->n_greyed > 0)
    ds_cache_writer_warn (filling->writer,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "%d of %u images is in colour and was turned to grey.",
                                       "%d of %u images are in colour and were turned to grey.",
                                       filling->n_greyed),
                          filling->n_greyed, n_images);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Folder *folder = data;
  guint n_members = ds_container_get_n_members (folder->container);
  guint n_images = folder->layout.items->len;
  g_autofree gboolean *wanted = g_new0 (gboolean, n_members);
  g_autofree gint32 *item_of = g_new (gint32, n_members);
  Filling filling = { folder, writer, NULL, item_of };
  gboolean ok;

  for (guint i = 0; i < n_images; i++)
    {
      wanted[get_image (folder, i)->member] = TRUE;
      item_of[get_image (folder, i)->member] = i;
    }

  filling.pool = ds_pool_new (decode_cb, &filling);
  ok = ds_container_walk (folder->container, wanted, fill_member_cb, &filling, cancellable, error);
  ds_pool_free (filling.pool);
  report (&filling, n_images);

  return ok;
}

static gboolean
check_options (const DsOptions  *options,
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

static DsSource *
open_folder (DsContainer      *container,
             const DsOptions  *options,
             GCancellable     *cancellable,
             GError          **error)
{
  g_autoptr (Folder) folder = g_new0 (Folder, 1);
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  g_autoptr (GArray) images = NULL;
  NnShape shape;
  DsSource *source;

  folder->container = ds_container_ref (container);
  if (!check_options (options, error))
    return NULL;

  images = find_images (container, warnings);
  if (images->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds no JPEG or PNG image that can be read. %s"),
                   ds_container_get_shown (container), (char *) warnings->pdata[0]);
      return NULL;
    }

  if (!ds_class_layout_find (&folder->layout, container, images, warnings, error) ||
      !look_at_sample (folder, options, cancellable, error))
    return NULL;

  shape = NN_SHAPE (folder->channels, folder->height, folder->width);
  source = ds_source_new ("image-folder", ds_container_get_title (container), &shape, NN_UINT8,
                          folder->layout.items->len, fill, folder, (GDestroyNotify) folder_free);
  for (guint i = 0; i < folder->layout.classes->len; i++)
    ds_source_add_class (source, folder->layout.classes->pdata[i]);
  for (guint i = 0; i < warnings->len; i++)
    ds_warn (ds_source_get_warnings (source), "%s", (char *) warnings->pdata[i]);
  g_steal_pointer (&folder);

  return source;
}

const DsFormat ds_format_image_folder = {
  .name    = "image-folder",
  .title   = N_("Image folders"),
  .summary = N_("JPEG and PNG images in a folder for each class, perhaps below “train” and "
                "“test”."),
  .bid     = bid,
  .open    = open_folder,
};
