/* image-mask.c: images with a mask that tells the class of each pixel
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/image-size.h"
#include "datasets/formats/mask-pairs.h"
#include "datasets/image-decode.h"
#include "datasets/pool.h"
#include "datasets/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The layout of Pascal VOC, which labelme writes too, and folders called images
 * and masks.  Every mask is looked at before the first item is made, because
 * the numbers in it need not be without gaps, and classes are. */

#define BITS        48          /* two magic numbers of three bytes at least */
#define N_IDS       256
#define WHITE       255
#define NAMES_BYTES (64 << 10)

/* Networks halve pictures up to five times, and double them again. */
#define SIDE_STEP   32

typedef struct
{
  DsContainer *container;
  GArray      *pairs;           /* of DsMaskPair */
  GPtrArray   *masks;           /* GBytes of the files, or NULL for a damaged one, by pair */
  GPtrArray   *damages;         /* why, or NULL */
  DsImageSize  size;
  guint8       class_of[N_IDS]; /* DS_NO_CLASS for what belongs to none */
} Pairs;

static void
bytes_free (void *data)
{
  if (data != NULL)
    g_bytes_unref (data);
}

static void
pairs_free (Pairs *self)
{
  g_ptr_array_unref (self->damages);
  g_ptr_array_unref (self->masks);
  g_array_unref (self->pairs);
  ds_container_unref (self->container);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pairs, pairs_free)

static const DsMaskPair *
get_pair (Pairs *self,
          guint  i)
{
  return &g_array_index (self->pairs, DsMaskPair, i);
}

static int
bid (DsContainer  *container,
     char        **why)
{
  g_autoptr (GArray) pairs = ds_mask_pairs_find (container, NULL);
  const DsMaskPair *first;

  if (pairs->len == 0)
    return 0;

  first = &g_array_index (pairs, DsMaskPair, 0);
  *why = g_strdup_printf (_("“%s” is the mask of the image “%s”."),
                          ds_container_get_name (container, first->mask),
                          ds_container_get_name (container, first->image));
  return BITS;
}

/* ---- Looking at all masks ---- */

typedef struct
{
  Pairs    *pairs;
  gint32   *pair_of;            /* for each member the pair whose mask it is */
  gboolean  used[N_IDS];
  gboolean  has_palette;        /* any of them */
  guint64   left;               /* bytes that masks may still have */
} Survey;

static gboolean
survey_member_cb (DsContainer  *container,
                  guint         member,
                  DsStream     *stream,
                  void         *data,
                  GError      **error)
{
  Survey *survey = data;
  const DsLimits *limits = ds_container_get_limits (container);
  gint32 pair = survey->pair_of[member];
  g_autoptr (GError) damage = NULL;
  g_autoptr (GBytes) bytes = ds_stream_read_all (stream, MIN (limits->image_bytes, survey->left),
                                                 &damage);
  g_auto (DsImage) image = { 0 };
  gboolean has_palette;
  const guint8 *file;
  gsize size;

  if (bytes == NULL)
    {
      survey->pairs->damages->pdata[pair] = g_strdup (damage->message);
      return TRUE;
    }

  file = g_bytes_get_data (bytes, &size);
  if (!ds_image_decode_mask (file, size, limits->image_pixels, ds_stream_get_name (stream), &image,
                             &has_palette, &damage))
    {
      survey->pairs->damages->pdata[pair] = g_strdup (damage->message);
      return TRUE;
    }

  for (gsize i = 0; i < (gsize) image.height * image.width; i++)
    survey->used[image.pixels[i]] = TRUE;
  survey->has_palette = survey->has_palette || has_palette;
  survey->left -= size;
  survey->pairs->masks->pdata[pair] = g_steal_pointer (&bytes);
  return TRUE;
}

/* White is “no class” beside others, as in VOC; in a picture of black and white
 * it is the one class besides the ground. */
static guint
number_classes (Pairs        *self,
                const Survey *survey,
                guint8        ids[N_IDS])
{
  gboolean white_counts = !survey->has_palette;
  guint n = 0;

  for (int id = 1; id < WHITE; id++)
    white_counts = white_counts && !survey->used[id];

  for (int id = 0; id < N_IDS; id++)
    {
      gboolean counts = survey->used[id] && (id != WHITE || white_counts);

      self->class_of[id] = counts ? (guint8) n : DS_NO_CLASS;
      if (counts)
        ids[n++] = (guint8) id;
    }

  return n;
}

static gboolean
survey_masks (Pairs         *self,
              Survey        *survey,
              GCancellable  *cancellable,
              GError       **error)
{
  guint n_members = ds_container_get_n_members (self->container);
  g_autofree gboolean *wanted = g_new0 (gboolean, n_members);
  g_autofree gint32 *pair_of = g_new0 (gint32, n_members);

  for (guint i = 0; i < self->pairs->len; i++)
    {
      wanted[get_pair (self, i)->mask] = TRUE;
      pair_of[get_pair (self, i)->mask] = (gint32) i;
    }

  survey->pairs = self;
  survey->pair_of = pair_of;
  survey->left = ds_container_get_limits (self->container)->total_bytes;
  return ds_container_walk (self->container, wanted, survey_member_cb, survey, cancellable, error);
}

/* Names of the numbers from 0 on, a line each, if a file beside the folders has
 * them; labelme begins with one for “no class”.  (transfer full) */
static char **
read_names (DsContainer  *container,
            GCancellable *cancellable)
{
  static const char * const known[] = {
    "class_names.txt", "classes.txt", "labels.txt", "names.txt", NULL
  };

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    {
      g_autofree char *base = g_path_get_basename (ds_container_get_name (container, i));
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *text = NULL;
      gboolean foreign;
      const char *raw;
      gsize size;

      if (!g_strv_contains (known, base))
        continue;
      bytes = ds_container_read (container, i, NAMES_BYTES, cancellable, NULL);
      if (bytes == NULL)
        continue;

      raw = g_bytes_get_data (bytes, &size);
      text = ds_text_decode (raw, size, &foreign);
      return g_strsplit (g_str_has_prefix (text, "__ignore__\n") ? strchr (text, '\n') + 1 : text,
                         "\n", -1);
    }

  return NULL;
}

static void
name_classes (DsSource     *source,
              DsContainer  *container,
              const guint8 *ids,
              guint         n_classes,
              GCancellable *cancellable)
{
  g_auto (GStrv) names = read_names (container, cancellable);
  guint n_names = names != NULL ? g_strv_length (names) : 0;

  for (guint i = 0; i < n_classes; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d", ids[i]);
      const char *name = ids[i] == 0 ? _("Ground") : number;

      if (ids[i] < n_names && g_strstrip (names[ids[i]])[0] != '\0')
        name = names[ids[i]];
      ds_source_add_class (source, name);
    }
}

/* ---- Making the items ---- */

typedef struct
{
  Pairs         *pairs;
  DsCacheWriter *writer;
  DsPool        *pool;
  gint32        *pair_of;       /* for each member the pair whose image it is */
  int            n_resized;     /* atomic */
} Filling;

typedef struct
{
  guint32  index;
  GBytes  *bytes;
  char    *name;                /* for messages */
} Job;

/* Classes cannot be mixed, so each pixel takes that under its centre. */
static void
resize_mask (const Pairs   *self,
             const DsImage *mask,
             guint8        *map)
{
  for (int y = 0; y < self->size.height; y++)
    {
      gint64 row = (2 * (gint64) y + 1) * mask->height / (2 * self->size.height);

      for (int x = 0; x < self->size.width; x++)
        {
          gint64 column = (2 * (gint64) x + 1) * mask->width / (2 * self->size.width);

          *map++ = self->class_of[mask->pixels[row * mask->width + column]];
        }
    }
}

static gboolean
decode_mask (Pairs          *self,
             const Job      *job,
             const DsImage  *image,
             DsImage        *mask,
             GError        **error)
{
  const DsLimits *limits = ds_container_get_limits (self->container);
  g_autofree char *name = ds_container_describe (self->container,
                                                 get_pair (self, job->index)->mask);
  gboolean has_palette;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->masks->pdata[job->index], &size);

  if (!ds_image_decode_mask (bytes, size, limits->image_pixels, name, mask, &has_palette, error))
    return FALSE;

  if (mask->height == image->full_height && mask->width == image->full_width)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("The mask “%s” has %d×%d pixels, but its image has %d×%d. They must be alike."),
               name, mask->width, mask->height, image->full_width, image->full_height);
  return FALSE;
}

static void
decode_job (Filling   *filling,
            const Job *job)
{
  Pairs *self = filling->pairs;
  const DsMaskPair *pair = get_pair (self, job->index);
  const DsImageSize *to = &self->size;
  const DsLimits *limits = ds_container_get_limits (self->container);
  DsItem about = { -1, pair->part, ds_container_get_name (self->container, pair->image) };
  g_autofree guint8 *item = g_malloc ((gsize) to->channels * to->height * to->width);
  g_autofree guint8 *map = g_malloc ((gsize) to->height * to->width);
  g_auto (DsImage) image = { 0 };
  g_auto (DsImage) mask = { 0 };
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (job->bytes, &size);

  if (!ds_image_decode (bytes, size, limits->image_pixels, to->height, to->width, job->name,
                        &image, &error)
      || !decode_mask (self, job, &image, &mask, &error))
    {
      ds_cache_writer_damaged (filling->writer, job->index, error->message);
      return;
    }

  ds_image_resize (&image, to->channels, to->height, to->width, item);
  resize_mask (self, &mask, map);
  about.answer = map;
  ds_cache_writer_put (filling->writer, job->index, item, &about);
  if (image.full_height != to->height || image.full_width != to->width)
    g_atomic_int_inc (&filling->n_resized);
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
  guint32 index = (guint32) filling->pair_of[member];
  const char *damaged = filling->pairs->damages->pdata[index];
  g_autoptr (GError) damage = NULL;
  GBytes *bytes = ds_stream_read_all (stream, ds_container_get_limits (container)->image_bytes,
                                      &damage);

  if (bytes == NULL || damaged != NULL)
    {
      ds_cache_writer_damaged (filling->writer, index,
                               bytes == NULL ? damage->message : damaged);
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  else
    {
      Job *job = g_new (Job, 1);

      *job = (Job) { index, bytes, g_strdup (ds_stream_get_name (stream)) };
      ds_pool_push (filling->pool, job);
    }

  return !ds_cache_writer_is_stopped (filling->writer);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Pairs *self = data;
  guint n_members = ds_container_get_n_members (self->container);
  g_autofree gboolean *wanted = g_new0 (gboolean, n_members);
  g_autofree gint32 *pair_of = g_new0 (gint32, n_members);
  Filling filling = { self, writer, NULL, pair_of };
  gboolean ok;

  for (guint i = 0; i < self->pairs->len; i++)
    {
      wanted[get_pair (self, i)->image] = TRUE;
      pair_of[get_pair (self, i)->image] = (gint32) i;
    }

  filling.pool = ds_pool_new (decode_cb, &filling);
  ok = ds_container_walk (self->container, wanted, fill_member_cb, &filling, cancellable, error);
  ds_pool_free (filling.pool);
  if (filling.n_resized > 0)
    ds_cache_writer_warn (writer,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "%d of %u images has another size and was scaled to %d×%d "
                                       "pixels.",
                                       "%d of %u images have another size and were scaled to "
                                       "%d×%d pixels.", filling.n_resized),
                          filling.n_resized, self->pairs->len, self->size.width,
                          self->size.height);
  return ok;
}

/* ---- Opening ---- */

static int
round_side (int side,
            int wanted)
{
  return wanted > 0 ? wanted : MAX ((side + SIDE_STEP / 2) / SIDE_STEP, 1) * SIDE_STEP;
}

static gboolean
decide_size (Pairs            *self,
             const DsOptions  *options,
             GCancellable     *cancellable,
             GError          **error)
{
  g_autoptr (GArray) images = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->pairs->len; i++)
    g_array_append_val (images, get_pair (self, i)->image);
  if (!ds_image_size_decide (&self->size, self->container, images, options, cancellable, error))
    return FALSE;

  self->size.height = round_side (self->size.height, options->height);
  self->size.width = round_side (self->size.width, options->width);
  return TRUE;
}

static Pairs *
pairs_new (DsContainer *container,
           guint       *n_lonely)
{
  Pairs *self = g_new0 (Pairs, 1);

  self->container = ds_container_ref (container);
  self->pairs = ds_mask_pairs_find (container, n_lonely);
  self->masks = g_ptr_array_new_with_free_func (bytes_free);
  self->damages = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (self->masks, (int) self->pairs->len);
  g_ptr_array_set_size (self->damages, (int) self->pairs->len);
  return self;
}

static gboolean
check_classes (Pairs        *self,
               guint         n_classes,
               GError      **error)
{
  for (guint i = 0; n_classes < 2 && i < self->pairs->len; i++)
    if (self->damages->pdata[i] != NULL)
      {
        g_set_error_literal (error, DS_ERROR, DS_ERROR_FORMAT, self->damages->pdata[i]);
        return FALSE;
      }

  if (n_classes >= 2)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("The masks of “%s” have pixels of %u classes, and two are needed to tell them "
                 "apart."), ds_container_get_shown (self->container), n_classes);
  return FALSE;
}

static DsSource *
open_pairs (DsContainer      *container,
            const DsOptions  *options,
            GCancellable     *cancellable,
            GError          **error)
{
  guint n_lonely;
  g_autoptr (Pairs) self = pairs_new (container, &n_lonely);
  Survey survey = { NULL };
  guint8 ids[N_IDS];
  guint n_classes;
  DsField answer;
  NnShape shape;
  DsSource *source;

  if (self->pairs->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds no image in a folder “images” with a PNG of the same name in a "
                     "folder “masks” beside it."), ds_container_get_shown (container));
      return NULL;
    }

  if (!ds_image_size_check (options, error)
      || !survey_masks (self, &survey, cancellable, error))
    return NULL;

  n_classes = number_classes (self, &survey, ids);
  if (!check_classes (self, n_classes, error)
      || !decide_size (self, options, cancellable, error))
    return NULL;

  shape = NN_SHAPE (self->size.channels, self->size.height, self->size.width);
  answer = ds_field_classes (self->size.height, self->size.width);
  source = ds_source_new ("image-mask", ds_container_get_title (container), &shape, NN_UINT8,
                          self->pairs->len, fill, self, (GDestroyNotify) pairs_free);
  ds_source_set_answer (source, &answer);
  name_classes (source, container, ids, n_classes, cancellable);
  if (n_lonely > 0)
    ds_warn (ds_source_get_warnings (source),
             g_dngettext (GETTEXT_PACKAGE,
                          "%u image has no mask of the same name and was left out.",
                          "%u images have no masks of the same names and were left out.",
                          n_lonely), n_lonely);
  g_steal_pointer (&self);

  return source;
}

const DsFormat ds_format_image_mask = {
  .name    = "image-mask",
  .title   = N_("Images with masks"),
  .summary = N_("Images in a folder “images” or “JPEGImages”, and PNG masks of the same names in "
                "“masks” or “SegmentationClassPNG”."),
  .bid     = bid,
  .open    = open_pairs,
};
