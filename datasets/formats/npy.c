/* npy.c: arrays of samples and of answers, as NumPy writes them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/npy-file.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* An archive “.npz” is a ZIP with a file for each array; “x” and “y” are the
 * usual names.  The first axis counts the samples.
 *
 * A set is few arrays, so each is read as a whole. */

#define BITS         48         /* the magic number has six bytes */
#define MOST_CLASSES 65536
#define LEAST_SIDE   8          /* of what is taken for an image */

/* An array with its bytes. */
typedef struct
{
  guint      member;
  DsNpyHead  head;
  GBytes    *bytes;             /* of the whole file */
} Array;

/* The samples and answers of one part. */
typedef struct
{
  Array    items;
  Array    answers;             /* bytes are NULL for none */
  DsPart   part;
  guint32  first;               /* number of its first item */
} Pair;

typedef struct
{
  DsContainer *container;
  GArray      *pairs;           /* of Pair */
  gboolean     channels_last;   /* and so to be turned */
  DsField      item;
  DsField      answer;
  int          n_classes;
} Arrays;

static void
pair_clear (void *data)
{
  Pair *pair = data;

  g_clear_pointer (&pair->items.bytes, g_bytes_unref);
  g_clear_pointer (&pair->answers.bytes, g_bytes_unref);
}

static void
arrays_free (Arrays *self)
{
  g_array_unref (self->pairs);
  ds_container_unref (self->container);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arrays, arrays_free)

static Pair *
get_pair (Arrays *self,
          guint   i)
{
  return &g_array_index (self->pairs, Pair, i);
}

static gboolean
is_array (DsContainer *container,
          guint        member)
{
  guint8 head[DS_HEAD_BYTES];
  gsize n = ds_container_peek (container, member, head, NULL);

  return ds_npy_sniff (head, n);
}

static int
bid (DsContainer  *container,
     char        **why)
{
  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    if (is_array (container, i))
      {
        *why = g_strdup_printf (_("“%s” begins as the arrays of NumPy do."),
                                ds_container_get_name (container, i));
        return BITS;
      }

  return 0;
}

/* ---- Which array is what ---- */

static gboolean
is_one_of (const char         *word,
           gsize               length,
           const char * const *words)
{
  for (; *words != NULL; words++)
    if (strlen (*words) == length && g_ascii_strncasecmp (*words, word, length) == 0)
      return TRUE;

  return FALSE;
}

/* "x_train.npy" and "test/labels.npy" say what they are in words. */
static void
read_name (const char *name,
           gboolean   *is_answer,
           DsPart     *part)
{
  static const char * const answers[] = {
    "y", "label", "labels", "target", "targets", "mask", "masks", NULL
  };
  static const char * const trains[] = { "train", "training", NULL };
  static const char * const validations[] = { "val", "valid", "validation", NULL };
  static const char * const tests[] = { "test", "testing", NULL };

  *is_answer = FALSE;
  *part = DS_PART_UNDECIDED;
  for (const char *c = name; *c != '\0'; )
    {
      gsize length = strcspn (c, "/_-. ");

      *is_answer = *is_answer || is_one_of (c, length, answers);
      if (is_one_of (c, length, trains))
        *part = DS_PART_TRAIN;
      else if (is_one_of (c, length, validations))
        *part = DS_PART_VALIDATION;
      else if (is_one_of (c, length, tests))
        *part = DS_PART_TEST;
      c += length;
      c += *c != '\0';
    }
}

static gboolean
read_array (Arrays        *self,
            guint          member,
            Array         *array,
            GCancellable  *cancellable,
            GError       **error)
{
  const DsLimits *limits = ds_container_get_limits (self->container);
  g_autofree char *name = ds_container_describe (self->container, member);
  gsize expected;
  const guint8 *bytes;
  gsize size;

  array->member = member;
  array->bytes = ds_container_read (self->container, member, limits->total_bytes, cancellable,
                                    error);
  if (array->bytes == NULL)
    return FALSE;

  bytes = g_bytes_get_data (array->bytes, &size);
  if (!ds_npy_parse (bytes, size, name, &array->head, error))
    return FALSE;

  expected = (gsize) nn_shape_count (&array->head.shape) * array->head.bytes;
  if (array->head.shape.rank > 0 && size - array->head.header_bytes == expected)
    return TRUE;

  if (array->head.shape.rank == 0)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” is a single number, and not an array of samples."), name);
  else
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” has %zu bytes of numbers, but its header says %zu. Copy or download it "
                   "again."), name, size - array->head.header_bytes, expected);
  return FALSE;
}

static Pair *
pair_of_part (Arrays *self,
              DsPart  part)
{
  Pair pair = { .part = part };

  for (guint i = 0; i < self->pairs->len; i++)
    if (get_pair (self, i)->part == part)
      return get_pair (self, i);

  g_array_append_val (self->pairs, pair);
  return get_pair (self, self->pairs->len - 1);
}

static gboolean
collect (Arrays        *self,
         GCancellable  *cancellable,
         GError       **error)
{
  for (guint i = 0; i < ds_container_get_n_members (self->container); i++)
    {
      const char *name = ds_container_get_name (self->container, i);
      gboolean is_answer;
      DsPart part;
      Array *array;

      if (!is_array (self->container, i))
        continue;

      read_name (name, &is_answer, &part);
      array = is_answer ? &pair_of_part (self, part)->answers : &pair_of_part (self, part)->items;
      if (array->bytes != NULL)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s” has two arrays that could be the %s: “%s” and “%s”. Name the "
                         "samples “x” and the answers “y”."),
                       ds_container_get_shown (self->container),
                       is_answer ? _("answers") : _("samples"),
                       ds_container_get_name (self->container, array->member), name);
          return FALSE;
        }
      if (!read_array (self, i, array, cancellable, error))
        return FALSE;
    }

  return TRUE;
}

/* ---- What the numbers are ---- */

static gboolean
looks_channels_last (const NnShape *item)
{
  return item->rank == 3 && (item->size[2] == 1 || item->size[2] == 3) && item->size[0] != 1
         && item->size[0] != 3;
}

/* Images get the channel axis in front, if they have none or have it behind. */
static DsField
item_field (const DsNpyHead *head,
            gboolean        *channels_last)
{
  NnShape item = nn_shape_item (&head->shape);
  NnDtype dtype = head->kind == 'u' && head->bytes == 1 ? NN_UINT8 : NN_FLOAT32;

  *channels_last = looks_channels_last (&item);
  if (*channels_last)
    item = NN_SHAPE (item.size[2], item.size[0], item.size[1]);
  else if (item.rank == 2 && MIN (item.size[0], item.size[1]) >= LEAST_SIDE)
    item = NN_SHAPE (1, item.size[0], item.size[1]);
  else if (item.rank == 0)
    item = NN_SHAPE (1);

  return ds_field_numbers (dtype, &item);
}

/* Whole numbers for the samples are classes, and whole numbers for each pixel
 * too; all else is numbers. */
static DsField
answer_field (const Array   *answers,
              const DsField *item)
{
  NnShape shape = nn_shape_item (&answers->head.shape);
  gboolean whole = ds_npy_is_whole (&answers->head);

  if (whole && (shape.rank == 0 || (shape.rank == 1 && shape.size[0] == 1)))
    return ds_field_class ();
  if (whole && shape.rank == 2 && item->shape.rank == 3 && shape.size[0] == item->shape.size[1]
      && shape.size[1] == item->shape.size[2])
    return ds_field_classes (shape.size[0], shape.size[1]);

  if (shape.rank == 0)
    shape = NN_SHAPE (1);
  return ds_field_numbers (NN_FLOAT32, &shape);
}

static gboolean
field_equal (const DsField *a,
             const DsField *b)
{
  return a->kind == b->kind && a->dtype == b->dtype && nn_shape_equal (&a->shape, &b->shape);
}

static gboolean
check_pair (Arrays     *self,
            const Pair *pair,
            GError    **error)
{
  const char *shown = ds_container_get_shown (self->container);

  if (pair->items.bytes == NULL)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” has the answers “%s”, but no samples for them. Name the samples “x”."),
                 shown, ds_container_get_name (self->container, pair->answers.member));
  else if (pair->items.head.shape.size[0] == 0)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT, _("“%s” of “%s” has no samples."),
                 ds_container_get_name (self->container, pair->items.member), shown);
  else if (pair->items.head.shape.size[0] > G_MAXINT32)
    g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
                 _("“%s” holds %lld items; at most %d are possible."), shown,
                 (long long) pair->items.head.shape.size[0], G_MAXINT32);
  else if (pair->answers.bytes != NULL
           && pair->items.head.shape.size[0] != pair->answers.head.shape.size[0])
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” of “%s” has %lld samples, but “%s” has %lld answers."),
                 ds_container_get_name (self->container, pair->items.member), shown,
                 (long long) pair->items.head.shape.size[0],
                 ds_container_get_name (self->container, pair->answers.member),
                 (long long) pair->answers.head.shape.size[0]);
  else
    return TRUE;

  return FALSE;
}

static gboolean
decide_fields (Arrays  *self,
               GError **error)
{
  guint32 n_items = 0;

  for (guint i = 0; i < self->pairs->len; i++)
    {
      Pair *pair = get_pair (self, i);
      gboolean channels_last;
      DsField item;
      DsField answer;

      if (!check_pair (self, pair, error))
        return FALSE;

      item = item_field (&pair->items.head, &channels_last);
      answer = pair->answers.bytes != NULL ? answer_field (&pair->answers, &item)
                                           : ds_field_class ();
      if (i > 0 && (!field_equal (&item, &self->item) || !field_equal (&answer, &self->answer)))
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("The arrays of “%s” for training and testing have different shapes or "
                         "types."), ds_container_get_shown (self->container));
          return FALSE;
        }

      self->item = item;
      self->answer = answer;
      self->channels_last = channels_last;
      pair->first = n_items;
      n_items += (guint32) pair->items.head.shape.size[0];
    }

  return TRUE;
}

/* The place in the file of number @k of item @i. */
static gsize
place_of (const DsNpyHead *head,
          gsize            i,
          gsize            k)
{
  gsize place = i;

  if (!head->fortran)
    return i * (gsize) nn_shape_span (&head->shape, 1, head->shape.rank) + k;

  /* The first axis is fastest, and @k counts with the last one fastest. */
  for (int axis = head->shape.rank - 1; axis >= 1; axis--)
    {
      gsize size = (gsize) head->shape.size[axis];
      gsize at = k % size;
      gsize before = (gsize) nn_shape_span (&head->shape, 0, axis);

      k /= size;
      place += at * before;
    }

  return place;
}

static double
number_of (const Array *array,
           gsize        i,
           gsize        k)
{
  const guint8 *data = (const guint8 *) g_bytes_get_data (array->bytes, NULL)
                       + array->head.header_bytes;

  return ds_npy_number (&array->head, data, place_of (&array->head, i, k));
}

/* Classes have to be whole, not negative but for -1, and not too many. */
static gboolean
count_classes (Arrays  *self,
               GError **error)
{
  double largest = -1;

  for (guint p = 0; p < self->pairs->len; p++)
    {
      const Pair *pair = get_pair (self, p);
      gsize n = pair->answers.bytes != NULL
                ? (gsize) nn_shape_count (&pair->answers.head.shape) : 0;
      const guint8 *data;

      if (n == 0)
        continue;
      data = (const guint8 *) g_bytes_get_data (pair->answers.bytes, NULL)
             + pair->answers.head.header_bytes;
      for (gsize k = 0; k < n; k++)
        {
          double label = ds_npy_number (&pair->answers.head, data, k);
          gboolean none = label == -1 || (self->answer.kind == DS_FIELD_CLASSES
                                          && (label == DS_NO_CLASS || label == DS_IGNORED_CLASS));

          if (!none && (label < 0 || label >= MOST_CLASSES
                        || (self->answer.kind == DS_FIELD_CLASSES && label >= DS_NO_CLASS)))
            {
              g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                           _("“%s” of “%s” has the class %g. Classes are counted from 0, and at "
                             "most %d are possible."),
                           ds_container_get_name (self->container, pair->answers.member),
                           ds_container_get_shown (self->container), label,
                           self->answer.kind == DS_FIELD_CLASSES ? DS_NO_CLASS : MOST_CLASSES);
              return FALSE;
            }
          if (!none)
            largest = MAX (largest, label);
        }
    }

  self->n_classes = (int) largest + 1;
  return TRUE;
}

/* ---- Making the items ---- */

/* The place of number @k of an item with channels in front. */
static gsize
turned (const Arrays *self,
        gsize         k)
{
  gsize channels = (gsize) self->item.shape.size[0];
  gsize plane = (gsize) (self->item.shape.size[1] * self->item.shape.size[2]);

  return k % plane * channels + k / plane;
}

static void
put_item (Arrays        *self,
          const Pair    *pair,
          gsize          i,
          DsCacheWriter *writer,
          void          *item,
          void          *answer)
{
  gsize n = (gsize) nn_shape_count (&self->item.shape);
  gsize n_answer = (gsize) nn_shape_count (&self->answer.shape);
  DsItem about = { -1, pair->part, NULL, answer };

  for (gsize k = 0; k < n; k++)
    {
      double number = number_of (&pair->items, i, self->channels_last ? turned (self, k) : k);

      if (self->item.dtype == NN_UINT8)
        ((guint8 *) item)[k] = (guint8) number;
      else
        ((float *) item)[k] = (float) number;
    }

  for (gsize k = 0; pair->answers.bytes != NULL && k < n_answer; k++)
    {
      double number = number_of (&pair->answers, i, k);

      if (self->answer.kind == DS_FIELD_CLASS)
        about.label = (int) number;
      else if (self->answer.kind == DS_FIELD_CLASSES)
        ((guint8 *) answer)[k] = number >= 0 ? (guint8) number : DS_NO_CLASS;
      else
        ((float *) answer)[k] = (float) number;
    }

  ds_cache_writer_put (writer, pair->first + (guint32) i, item, &about);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Arrays *self = data;
  g_autofree void *item = g_malloc (MAX (ds_field_bytes (&self->item), 1));
  g_autofree void *answer = g_malloc (MAX (ds_field_bytes (&self->answer), 1));

  for (guint p = 0; p < self->pairs->len; p++)
    {
      const Pair *pair = get_pair (self, p);

      for (gint64 i = 0; i < pair->items.head.shape.size[0]; i++)
        {
          if (ds_cache_writer_is_stopped (writer))
            return TRUE;
          put_item (self, pair, (gsize) i, writer, item, answer);
        }
    }

  return TRUE;
}

static DsSource *
open_arrays (DsContainer      *container,
             const DsOptions  *options,
             GCancellable     *cancellable,
             GError          **error)
{
  g_autoptr (Arrays) self = g_new0 (Arrays, 1);
  const Pair *last;
  DsSource *source;

  self->container = ds_container_ref (container);
  self->pairs = g_array_new (FALSE, TRUE, sizeof (Pair));
  g_array_set_clear_func (self->pairs, pair_clear);
  if (!collect (self, cancellable, error))
    return NULL;
  if (self->pairs->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT, _("“%s” holds no array of NumPy."),
                   ds_container_get_shown (container));
      return NULL;
    }
  if (!decide_fields (self, error)
      || (self->answer.kind != DS_FIELD_NUMBERS && !count_classes (self, error)))
    return NULL;

  last = get_pair (self, self->pairs->len - 1);
  source = ds_source_new ("npy", ds_container_get_title (container), &self->item.shape,
                          self->item.dtype,
                          last->first + (guint32) last->items.head.shape.size[0], fill, self,
                          (GDestroyNotify) arrays_free);
  ds_source_set_answer (source, &self->answer);
  for (int i = 0; i < self->n_classes; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);

      ds_source_add_class (source, name);
    }
  if (last->answers.bytes == NULL)
    ds_warn (ds_source_get_warnings (source),
             _("“%s” has no answers. Save them as an array “y” beside the samples “x”."),
             ds_container_get_shown (container));
  g_steal_pointer (&self);

  return source;
}

const DsFormat ds_format_npy = {
  .name    = "npy",
  .title   = N_("Arrays of NumPy"),
  .summary = N_("Arrays “x” and “y” in an “.npz” file, or “.npy” files of these names."),
  .bid     = bid,
  .open    = open_arrays,
};
