/* image-folder.c: images in a folder for each class
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/class-layout.h"
#include "datasets/formats/image-size.h"
#include "datasets/image-decode.h"
#include "datasets/pool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BID_FILES 2000      /* looked at for a bid */

typedef struct
{
  DsContainer   *container;
  DsClassLayout  layout;
  DsImageSize    size;          /* of an item */
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
  const DsImageSize *size = &folder->size;
  g_autofree guint8 *item = g_malloc ((gsize) size->channels * size->height * size->width);

  ds_image_resize (image, size->channels, size->height, size->width, item);
  ds_cache_writer_put (filling->writer, job->index, item, &about);

  if (image->full_height != size->height || image->full_width != size->width)
    g_atomic_int_inc (&filling->n_resized);
  if (size->channels == 1 && !ds_image_is_grey (image))
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

  if (ds_image_decode (bytes, size, limits->image_pixels, folder->size.height, folder->size.width,
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
                          filling->n_resized, n_images, folder->size.width, folder->size.height);

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

/* The images that lie in a class folder.  (transfer full) */
static GArray *
placed_images (Folder *folder)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < folder->layout.items->len; i++)
    g_array_append_val (members, get_image (folder, i)->member);

  return members;
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
  g_autoptr (GArray) placed = NULL;
  NnShape shape;
  DsSource *source;

  folder->container = ds_container_ref (container);
  if (!ds_image_size_check (options, error))
    return NULL;

  images = find_images (container, warnings);
  if (images->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds no JPEG or PNG image that can be read. %s"),
                   ds_container_get_shown (container), (char *) warnings->pdata[0]);
      return NULL;
    }

  if (!ds_class_layout_find (&folder->layout, container, images, warnings, error))
    return NULL;

  placed = placed_images (folder);
  if (!ds_image_size_decide (&folder->size, container, placed, options, cancellable, error))
    return NULL;

  shape = NN_SHAPE (folder->size.channels, folder->size.height, folder->size.width);
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
