/* cifar.c: CIFAR-10 in its binary layout
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A file is a row of records: one byte for the class, then a picture of 32×32
 * pixels as a red, a green and a blue plane (A. Krizhevsky: Learning Multiple
 * Layers of Features from Tiny Images, 2009).  There is no header, so names and
 * sizes are the evidence. */

#define N_CLASSES 10
#define SIDE 32
#define PICTURE_BYTES (3 * SIDE * SIDE)
#define RECORD_BYTES (1 + PICTURE_BYTES)
#define RECORDS_PER_READ 64
#define MAX_NAMES_BYTES 4096

static const char *published_names[N_CLASSES] = {
  "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
};

/* One file of records. */
typedef struct
{
  guint   member;               /* of the container */
  DsPart  part;
  guint32 first;                /* index of its first picture */
  guint32 n_records;
} Batch;

typedef struct
{
  DsContainer *container;
  GArray      *batches;         /* of Batch */
} Cifar;

static void
cifar_free (Cifar *cifar)
{
  g_array_unref (cifar->batches);
  ds_container_unref (cifar->container);
  g_free (cifar);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cifar, cifar_free)

static const char *
base_name (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash + 1 : name;
}

/* Whether the file's name is one that the data set uses. */
static gboolean
is_batch (const char *name,
          DsPart     *part)
{
  const char *base = base_name (name);

  *part = strcmp (base, "test_batch.bin") == 0 ? DS_PART_TEST : DS_PART_TRAIN;
  return *part == DS_PART_TEST ||
         (g_str_has_prefix (base, "data_batch_") && g_str_has_suffix (base, ".bin"));
}

static int
bid (DsContainer  *container,
     char        **why)
{
  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    {
      guint64 bytes = ds_container_get_bytes (container, i);
      const char *name = ds_container_get_name (container, i);
      guint8 head[DS_HEAD_BYTES];
      DsPart part;
      int bits = 8;

      if (!is_batch (name, &part))
        continue;

      /* One size in 3073 fits, one class in 26 is possible. */
      if (bytes > 0 && bytes % RECORD_BYTES == 0)
        bits += 11;
      if (ds_container_peek (container, i, head, NULL) > 0 && head[0] < N_CLASSES)
        bits += 4;
      *why = g_strdup_printf (_("“%s” has the name of a CIFAR-10 file."), name);
      return bits;
    }

  return 0;
}

static int
compare_batches (const void *a,
                 const void *b,
                 void       *data)
{
  const Batch *first = a;
  const Batch *second = b;
  Cifar *cifar = data;

  if (first->part != second->part)
    return (int) first->part - (int) second->part;

  return strcmp (ds_container_get_name (cifar->container, first->member),
                 ds_container_get_name (cifar->container, second->member));
}

static gboolean
add_batch (Cifar   *cifar,
           guint    member,
           DsPart   part,
           GError **error)
{
  guint64 bytes = ds_container_get_bytes (cifar->container, member);
  g_autofree char *name = ds_container_describe (cifar->container, member);
  guint8 head[DS_HEAD_BYTES];
  gboolean packed = FALSE;
  Batch batch = { member, part };

  ds_container_peek (cifar->container, member, head, &packed);
  if (packed)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” is packed with gzip. Unpack it, as CIFAR-10 comes."), name);
      return FALSE;
    }

  if (bytes == 0 || bytes % RECORD_BYTES != 0 || bytes / RECORD_BYTES > G_MAXINT32)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” has %llu bytes, but CIFAR-10 files consist of records of %d bytes. Copy "
                     "or download it again."),
                   name, (unsigned long long) bytes, RECORD_BYTES);
      return FALSE;
    }

  batch.n_records = bytes / RECORD_BYTES;
  g_array_append_val (cifar->batches, batch);
  return TRUE;
}

static gboolean
collect_batches (Cifar   *cifar,
                 guint64 *n_items,
                 GError **error)
{
  DsPart part;

  for (guint i = 0; i < ds_container_get_n_members (cifar->container); i++)
    if (is_batch (ds_container_get_name (cifar->container, i), &part) &&
        !add_batch (cifar, i, part, error))
      return FALSE;

  *n_items = 0;
  g_array_sort_with_data (cifar->batches, compare_batches, cifar);
  for (guint i = 0; i < cifar->batches->len; i++)
    {
      Batch *batch = &g_array_index (cifar->batches, Batch, i);

      batch->first = *n_items;
      *n_items += batch->n_records;
    }

  if (*n_items > 0 && *n_items <= G_MAXINT32)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” holds %llu CIFAR-10 pictures in files such as “data_batch_1.bin”; between "
                 "1 and %d are possible."),
               ds_container_get_shown (cifar->container), (unsigned long long) *n_items,
               G_MAXINT32);
  return FALSE;
}

/* The names beside the data, or NULL when there are not ten.  (transfer full) */
static char **
read_names (DsContainer  *container,
            GCancellable *cancellable)
{
  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      if (strcmp (base_name (ds_container_get_name (container, i)), "batches.meta.txt") != 0)
        continue;

      bytes = ds_container_read (container, i, MAX_NAMES_BYTES, cancellable, NULL);
      if (bytes == NULL)
        return NULL;

      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      lines = g_strsplit (g_strstrip (text), "\n", N_CLASSES + 1);
      return g_strv_length (lines) == N_CLASSES ? g_steal_pointer (&lines) : NULL;
    }

  return NULL;
}

static void
name_classes (DsSource     *source,
              DsContainer  *container,
              GCancellable *cancellable)
{
  g_auto (GStrv) names = read_names (container, cancellable);

  for (int i = 0; i < N_CLASSES; i++)
    {
      g_autofree char *shown = ds_printable (names != NULL ? g_strstrip (names[i])
                                                           : published_names[i]);

      ds_source_add_class (source, shown);
    }
}

typedef struct
{
  Cifar         *cifar;
  DsCacheWriter *writer;
} Filling;

static gboolean
put_batch (const Batch    *batch,
           DsStream       *stream,
           DsCacheWriter  *writer,
           GError        **error)
{
  g_autofree guint8 *records = g_malloc (RECORDS_PER_READ * RECORD_BYTES);

  for (guint32 i = 0; i < batch->n_records && !ds_cache_writer_is_stopped (writer); i++)
    {
      guint8 *record = records + i % RECORDS_PER_READ * RECORD_BYTES;
      gsize n = MIN (RECORDS_PER_READ, batch->n_records - i);
      DsItem about = { 0, batch->part, NULL };

      if (i % RECORDS_PER_READ == 0 &&
          !ds_stream_read_exactly (stream, records, n * RECORD_BYTES, error))
        return FALSE;

      about.label = record[0];
      if (about.label >= N_CLASSES)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s”: record %u, at byte %llu, has label %d, but CIFAR-10 has labels 0 "
                         "to 9. Copy or download it again."),
                       ds_stream_get_name (stream), i, (unsigned long long) i * RECORD_BYTES,
                       about.label);
          return FALSE;
        }
      ds_cache_writer_put (writer, batch->first + i, record + 1, &about);
    }

  return ds_cache_writer_is_stopped (writer) || ds_stream_expect_end (stream, error);
}

static gboolean
fill_member_cb (DsContainer  *container,
                guint         member,
                DsStream     *stream,
                void         *data,
                GError      **error)
{
  Filling *filling = data;

  for (guint i = 0; i < filling->cifar->batches->len; i++)
    {
      const Batch *batch = &g_array_index (filling->cifar->batches, Batch, i);

      if (batch->member == member)
        return put_batch (batch, stream, filling->writer, error);
    }

  return TRUE;
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Cifar *cifar = data;
  Filling filling = { cifar, writer };
  g_autofree gboolean *wanted = g_new0 (gboolean, ds_container_get_n_members (cifar->container));

  for (guint i = 0; i < cifar->batches->len; i++)
    wanted[g_array_index (cifar->batches, Batch, i).member] = TRUE;

  return ds_container_walk (cifar->container, wanted, fill_member_cb, &filling, cancellable,
                            error);
}

static DsSource *
open_cifar (DsContainer      *container,
            const DsOptions  *options,
            GCancellable     *cancellable,
            GError          **error)
{
  g_autoptr (Cifar) cifar = g_new0 (Cifar, 1);
  NnShape shape = NN_SHAPE (3, SIDE, SIDE);
  DsSource *source;
  guint64 n_items;

  cifar->container = ds_container_ref (container);
  cifar->batches = g_array_new (FALSE, TRUE, sizeof (Batch));
  if (!collect_batches (cifar, &n_items, error))
    return NULL;

  source = ds_source_new ("cifar", ds_container_get_title (container), &shape, NN_UINT8, n_items,
                          fill, g_steal_pointer (&cifar), (GDestroyNotify) cifar_free);
  name_classes (source, container, cancellable);
  return source;
}

const DsFormat ds_format_cifar = {
  .name    = "cifar",
  .title   = N_("CIFAR-10 (binary)"),
  .summary = N_("Files named data_batch_1.bin and so on, and test_batch.bin, of records of 3073 "
                "bytes."),
  .bid     = bid,
  .open    = open_cifar,
};
