/* idx.c: pairs of IDX files, items beside their labels, as MNIST has them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/idx-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A file with one axis holds labels, one with more holds items.  Which belong
 * together, and to which part, is told by their names: "train-images-…" and
 * "train-labels-…", "t10k-…" for the test part. */

#define MAX_FILES 256           /* further files of the container are not looked at */
#define MAX_CLASSES 10000
#define CHUNK_BYTES (256 * 1024)

/* A file of items and the file of their labels. */
typedef struct
{
  guint      items;             /* member of the container */
  guint      labels;
  gboolean   has_labels;
  DsIdxHead  head;              /* of the items */
  DsPart     part;
  guint32    first;             /* index of its first item in the source */
  gint32    *classes;           /* of each item; NULL without labels */
} Pair;

typedef struct
{
  DsContainer *container;
  GArray      *pairs;           /* of Pair, train before test */
} Idx;

static void
pair_clear (void *data)
{
  g_free (((Pair *) data)->classes);
}

static void
idx_free (Idx *idx)
{
  g_array_unref (idx->pairs);
  ds_container_unref (idx->container);
  g_free (idx);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Idx, idx_free)

static Pair *
get_pair (Idx   *idx,
          guint  i)
{
  return &g_array_index (idx->pairs, Pair, i);
}

/* What the names of items and labels that belong together have in common:
 * "Train-Images.idx3-ubyte.gz" → "train-.idx-ubyte".  (transfer full) */
static char *
common_name (const char *name)
{
  static const char *differing[] = { "images", "image", "labels", "label" };
  g_autofree char *lower = g_utf8_strdown (name, -1);
  GString *text = g_string_new (lower);
  char *digit;

  if (g_str_has_suffix (lower, ".gz"))
    g_string_truncate (text, text->len - strlen (".gz"));
  for (gsize i = 0; i < G_N_ELEMENTS (differing); i++)
    g_string_replace (text, differing[i], "", 0);

  digit = strstr (text->str, "idx");
  if (digit != NULL && g_ascii_isdigit (digit[3]))
    g_string_erase (text, digit + 3 - text->str, 1);

  return g_string_free (text, FALSE);
}

static DsPart
part_of (const char *name)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *lower = g_utf8_strdown (base, -1);

  if (strstr (lower, "train") != NULL)
    return DS_PART_TRAIN;
  if (strstr (lower, "t10k") != NULL || strstr (lower, "test") != NULL)
    return DS_PART_TEST;
  if (strstr (lower, "valid") != NULL || g_str_has_prefix (lower, "val"))
    return DS_PART_VALIDATION;
  return DS_PART_UNDECIDED;
}

static gboolean
peek_head (DsContainer *container,
           guint        member,
           DsIdxHead   *head,
           gboolean    *packed)
{
  guint8 bytes[DS_HEAD_BYTES];
  gsize n = ds_container_peek (container, member, bytes, packed);

  return ds_idx_parse (bytes, n, head);
}

/* Looks for a file of items (@of_items) or labels from member @from on. */
static gboolean
find_file (DsContainer *container,
           guint        from,
           gboolean     of_items,
           guint       *member)
{
  guint n = MIN (ds_container_get_n_members (container), MAX_FILES);
  DsIdxHead head;

  for (guint i = from; i < n; i++)
    if (peek_head (container, i, &head, NULL) && (head.shape.rank > 1) == of_items)
      {
        *member = i;
        return TRUE;
      }

  return FALSE;
}

static int
bid (DsContainer  *container,
     char        **why)
{
  guint member;
  DsIdxHead head;
  gboolean packed;
  g_autofree char *sizes = NULL;

  if (!find_file (container, 0, TRUE, &member) && !find_file (container, 0, FALSE, &member))
    return 0;

  peek_head (container, member, &head, &packed);
  sizes = nn_shape_print (&head.shape);
  *why = g_strdup_printf (_("“%s” starts as an IDX file of %s numbers of type %s."),
                          ds_container_get_name (container, member), sizes,
                          ds_idx_type_name (head.type));

  /* Four bytes of magic number, and the size of the file comes out right. */
  return ds_idx_check (&head, ds_container_get_bytes (container, member), packed, "", NULL)
         ? 64 : 32;
}

/* The labels for @items: by name, or simply the only ones there are. */
static gboolean
find_labels (DsContainer *container,
             guint        items,
             guint       *labels)
{
  g_autofree char *wanted = common_name (ds_container_get_name (container, items));
  guint other;

  for (guint i = 0; find_file (container, i, FALSE, labels); i = *labels + 1)
    {
      g_autofree char *name = common_name (ds_container_get_name (container, *labels));

      if (strcmp (name, wanted) == 0)
        return TRUE;
    }

  /* find_file() has been told to start behind the last, so begin again. */
  return find_file (container, 0, FALSE, labels) &&
         !find_file (container, *labels + 1, FALSE, &other) &&
         find_file (container, 0, TRUE, &other) &&
         !find_file (container, other + 1, TRUE, &other);
}

static int
compare_pairs (const void *a,
               const void *b)
{
  return (int) ((const Pair *) a)->part - (int) ((const Pair *) b)->part;
}

/* One file for each part; the same file packed and unpacked counts once. */
static gboolean
add_pair (Idx     *idx,
          guint    items,
          GError **error)
{
  const char *name = ds_container_get_name (idx->container, items);
  g_autofree char *wanted = common_name (name);
  Pair pair = { .items = items, .part = part_of (name) };

  for (guint i = 0; i < idx->pairs->len; i++)
    {
      const char *other = ds_container_get_name (idx->container, get_pair (idx, i)->items);
      g_autofree char *taken = common_name (other);

      if (strcmp (taken, wanted) == 0)
        return TRUE;
      if (get_pair (idx, i)->part == pair.part)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                       _("“%s” holds several data sets: “%s” does not belong to “%s”. Move "
                         "each into a folder of its own."),
                       ds_container_get_shown (idx->container), name, other);
          return FALSE;
        }
    }

  pair.has_labels = find_labels (idx->container, items, &pair.labels);
  g_array_append_val (idx->pairs, pair);
  return TRUE;
}

/* Whether some pair uses the labels, or the same ones packed or unpacked. */
static gboolean
is_used (Idx   *idx,
         guint  labels)
{
  g_autofree char *wanted = common_name (ds_container_get_name (idx->container, labels));

  for (guint i = 0; i < idx->pairs->len; i++)
    {
      Pair *pair = get_pair (idx, i);
      g_autofree char *used = common_name (ds_container_get_name (idx->container, pair->labels));

      if (pair->has_labels && strcmp (used, wanted) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
collect_pairs (Idx     *idx,
               GError **error)
{
  guint member;

  for (guint i = 0; find_file (idx->container, i, TRUE, &member); i = member + 1)
    if (!add_pair (idx, member, error))
      return FALSE;

  /* Labels alone mean that half of a pair is missing, or too damaged to be
   * recognised. */
  for (guint i = 0; find_file (idx->container, i, FALSE, &member); i = member + 1)
    if (!is_used (idx, member))
      {
        g_autofree char *name = ds_container_describe (idx->container, member);

        g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                     _("“%s” holds labels, but not the items they are for. Open the folder that "
                       "has both files, or copy or download the other one again."), name);
        return FALSE;
      }

  g_array_sort (idx->pairs, compare_pairs);
  return TRUE;
}

static gboolean
check_file (Idx        *idx,
            guint       member,
            DsIdxHead  *head,
            GError    **error)
{
  g_autofree char *name = ds_container_describe (idx->container, member);
  gboolean packed;

  if (!peek_head (idx->container, member, head, &packed))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("“%s” has changed while it was being read. Try again."), name);
      return FALSE;
    }

  return ds_idx_check (head, ds_container_get_bytes (idx->container, member), packed, name,
                       error);
}

/* Turns the file's numbers into classes. */
static gboolean
convert_labels (Pair             *pair,
                const DsIdxHead  *head,
                const guint8     *data,
                const char       *name,
                GError          **error)
{
  pair->classes = g_try_new (gint32, head->shape.size[0]);
  if (pair->classes == NULL)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_MEMORY,
                   _("There is not enough memory for the labels of %u items."),
                   (guint) head->shape.size[0]);
      return FALSE;
    }

  for (gint64 i = 0; i < head->shape.size[0]; i++)
    {
      double label = ds_idx_number (head->type, data, i);

      if (label < 0 || label >= MAX_CLASSES)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s”: label %lld is %g, but labels go from 0 to %d."),
                       name, (long long) i, label, MAX_CLASSES - 1);
          return FALSE;
        }
      pair->classes[i] = label;
    }

  return TRUE;
}

static gboolean
read_labels (Idx           *idx,
             Pair          *pair,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree char *name = ds_container_describe (idx->container, pair->labels);
  g_autoptr (GBytes) bytes = NULL;
  DsIdxHead head;
  gsize expected;

  if (!check_file (idx, pair->labels, &head, error))
    return FALSE;

  if (!ds_idx_is_whole (head.type))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds labels of type %s, but they must be whole numbers."),
                   name, ds_idx_type_name (head.type));
      return FALSE;
    }

  if (head.shape.size[0] != pair->head.shape.size[0])
    {
      g_autofree char *items = ds_container_describe (idx->container, pair->items);

      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds %lld labels, but “%s” holds %lld items. Both must come from the "
                     "same data set."),
                   name, (long long) head.shape.size[0], items,
                   (long long) pair->head.shape.size[0]);
      return FALSE;
    }

  expected = head.header_bytes + head.data_bytes;
  bytes = ds_container_read (idx->container, pair->labels, expected, cancellable, error);
  if (bytes == NULL)
    return FALSE;

  if (g_bytes_get_size (bytes) != expected)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” is cut off: it ends at byte %zu, where %zu are needed. Copy or download "
                     "it again."), name, g_bytes_get_size (bytes), expected);
      return FALSE;
    }

  return convert_labels (pair, &head,
                         (const guint8 *) g_bytes_get_data (bytes, NULL) + head.header_bytes,
                         name, error);
}

/* All parts of a data set have items of one kind, with labels or without. */
static gboolean
check_same (Idx     *idx,
            Pair    *pair,
            GError **error)
{
  Pair *first = get_pair (idx, 0);
  NnShape ours = nn_shape_item (&pair->head.shape);
  NnShape theirs = nn_shape_item (&first->head.shape);
  g_autofree char *name = ds_container_describe (idx->container, pair->items);

  if (!nn_shape_equal (&ours, &theirs) || pair->head.type != first->head.type)
    {
      g_autofree char *our_text = nn_shape_print (&ours);
      g_autofree char *their_text = nn_shape_print (&theirs);

      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” has items of %s (%s), but “%s” has items of %s (%s). They must be "
                     "alike."), name, our_text, ds_idx_type_name (pair->head.type),
                   ds_container_get_name (idx->container, first->items), their_text,
                   ds_idx_type_name (first->head.type));
      return FALSE;
    }

  if (pair->has_labels != first->has_labels)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds labels for some of its items only. Add the missing file, or "
                     "open one part alone."), ds_container_get_shown (idx->container));
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_pairs (Idx           *idx,
            GCancellable  *cancellable,
            GError       **error)
{
  gint64 n_items = 0;

  for (guint i = 0; i < idx->pairs->len; i++)
    {
      Pair *pair = get_pair (idx, i);

      if (!check_file (idx, pair->items, &pair->head, error) ||
          !check_same (idx, pair, error) ||
          (pair->has_labels && !read_labels (idx, pair, cancellable, error)))
        return FALSE;

      pair->first = n_items;
      n_items += pair->head.shape.size[0];
    }

  if (n_items <= G_MAXINT32)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
               _("“%s” holds %lld items; at most %d are possible."),
               ds_container_get_shown (idx->container), (long long) n_items, G_MAXINT32);
  return FALSE;
}

/* Puts the items of one file, a chunk at a time. */
static gboolean
put_items (DsStream       *stream,
           const Pair     *pair,
           DsCacheWriter  *writer,
           GError        **error)
{
  const DsIdxHead *head = &pair->head;
  gboolean convert = ds_idx_dtype (head->type) != NN_UINT8;
  gsize per_chunk = MAX (CHUNK_BYTES / head->item_bytes, 1);
  g_autofree guint8 *chunk = g_malloc (MAX (per_chunk * head->item_bytes, head->header_bytes));
  g_autofree float *numbers = convert ? g_new (float, head->item_count) : NULL;
  guint32 n = head->shape.size[0];

  if (!ds_stream_read_exactly (stream, chunk, head->header_bytes, error))
    return FALSE;

  for (guint32 i = 0; i < n && !ds_cache_writer_is_stopped (writer); i++)
    {
      const guint8 *item = chunk + i % per_chunk * head->item_bytes;
      DsItem about = { pair->classes != NULL ? pair->classes[i] : -1, pair->part, NULL };

      if (i % per_chunk == 0 &&
          !ds_stream_read_exactly (stream, chunk, MIN (per_chunk, n - i) * head->item_bytes,
                                   error))
        return FALSE;

      for (gsize j = 0; convert && j < head->item_count; j++)
        numbers[j] = ds_idx_number (head->type, item, j);
      ds_cache_writer_put (writer, pair->first + i, convert ? (void *) numbers : item, &about);
    }

  return ds_cache_writer_is_stopped (writer) || ds_stream_expect_end (stream, error);
}

typedef struct
{
  Idx           *idx;
  DsCacheWriter *writer;
} Filling;

static gboolean
fill_member_cb (DsContainer  *container,
                guint         member,
                DsStream     *stream,
                void         *data,
                GError      **error)
{
  Filling *filling = data;

  for (guint i = 0; i < filling->idx->pairs->len; i++)
    if (get_pair (filling->idx, i)->items == member)
      return put_items (stream, get_pair (filling->idx, i), filling->writer, error);

  return TRUE;
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Idx *idx = data;
  Filling filling = { idx, writer };
  g_autofree gboolean *wanted = g_new0 (gboolean, ds_container_get_n_members (idx->container));

  for (guint i = 0; i < idx->pairs->len; i++)
    wanted[get_pair (idx, i)->items] = TRUE;

  return ds_container_walk (idx->container, wanted, fill_member_cb, &filling, cancellable, error);
}

/* Images get the channel axis that IDX leaves out. */
static NnShape
item_shape (const DsIdxHead *head)
{
  NnShape item = nn_shape_item (&head->shape);

  return item.rank == 2 ? NN_SHAPE (1, item.size[0], item.size[1]) : item;
}

static void
name_classes (Idx      *idx,
              DsSource *source)
{
  int n_classes = 0;

  for (guint i = 0; i < idx->pairs->len; i++)
    {
      Pair *pair = get_pair (idx, i);

      for (gint64 j = 0; pair->classes != NULL && j < pair->head.shape.size[0]; j++)
        n_classes = MAX (n_classes, pair->classes[j] + 1);
    }

  for (int i = 0; i < n_classes; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);

      ds_source_add_class (source, name);
    }

  if (n_classes == 0)
    ds_warn (ds_source_get_warnings (source),
             _("“%s” has no labels. If they are in another file, open the folder that holds "
               "both."), ds_container_get_shown (idx->container));
}

static DsSource *
open_idx (DsContainer      *container,
          const DsOptions  *options,
          GCancellable     *cancellable,
          GError          **error)
{
  g_autoptr (Idx) idx = g_new0 (Idx, 1);
  Pair *last;
  NnShape shape;
  DsSource *source;

  idx->container = ds_container_ref (container);
  idx->pairs = g_array_new (FALSE, TRUE, sizeof (Pair));
  g_array_set_clear_func (idx->pairs, pair_clear);
  if (!collect_pairs (idx, error) || !read_pairs (idx, cancellable, error))
    return NULL;

  last = get_pair (idx, idx->pairs->len - 1);
  shape = item_shape (&last->head);
  source = ds_source_new ("idx", ds_container_get_title (container), &shape,
                          ds_idx_dtype (last->head.type), last->first + last->head.shape.size[0],
                          fill, idx, (GDestroyNotify) idx_free);
  name_classes (idx, source);
  g_steal_pointer (&idx);

  return source;
}

const DsFormat ds_format_idx = {
  .name    = "idx",
  .title   = N_("MNIST files (IDX)"),
  .summary = N_("Files of images and of labels, such as train-images-idx3-ubyte.gz and "
                "train-labels-idx1-ubyte.gz."),
  .bid     = bid,
  .open    = open_idx,
};
