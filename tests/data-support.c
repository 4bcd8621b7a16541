/* data-support.c: small data sets and archives for the tests of datasets
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/data-support.h"

#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <glib/gstdio.h>         /* brings the <stdio.h> that libjpeg's header needs */
#include <jpeglib.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct _TestFiles
{
  GPtrArray *names;
  GPtrArray *contents;          /* of GBytes */
};

char *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("epoch-test-XXXXXX", &error);

  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  return folder;
}

static int
open_up_cb (const char        *path,
            const struct stat *status,
            int                type,
            struct FTW        *where)
{
  if (S_ISDIR (status->st_mode))
    g_chmod (path, 0700);
  return 0;
}

static int
remove_cb (const char        *path,
           const struct stat *status,
           int                type,
           struct FTW        *where)
{
  return g_remove (path);
}

void
test_folder_free (char *folder)
{
  g_assert_cmpint (nftw (folder, open_up_cb, 16, FTW_PHYS), ==, 0);
  g_assert_cmpint (nftw (folder, remove_cb, 16, FTW_PHYS | FTW_DEPTH), ==, 0);
  g_free (folder);
}

char *
test_path (const char *folder,
           const char *name)
{
  return g_build_filename (folder, name, NULL);
}

void
test_write (const char *folder,
            const char *name,
            GBytes     *bytes)
{
  g_autofree char *path = test_path (folder, name);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  /* GLib 2.74 does not shorten a file that is there. */
  g_remove (path);
  g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
}

guint
test_count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

void
test_give_up_rights (void)
{
  if (geteuid () == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
}

void
test_take_back_rights (void)
{
  g_assert_cmpint (seteuid (getuid ()), ==, 0);
}

TestFiles *
test_files_new (void)
{
  TestFiles *self = g_new0 (TestFiles, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
test_files_free (TestFiles *self)
{
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->contents);
  g_free (self);
}

void
test_files_add (TestFiles  *self,
                const char *name,
                GBytes     *bytes)
{
  g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->contents, bytes);
}

/* An archive to write to; the path is in @path (transfer full). */
static struct archive *
begin_archive (TestPacking   packing,
               const char   *folder,
               char        **path)
{
  static const char *endings[] = {
    [TEST_ZIP] = "set.zip", [TEST_TAR] = "set.tar", [TEST_TAR_GZIP] = "set.tar.gz",
    [TEST_TAR_XZ] = "set.tar.xz", [TEST_TAR_ZSTD] = "set.tar.zst",
  };
  struct archive *archive = archive_write_new ();

  if (packing == TEST_ZIP)
    archive_write_set_format_zip (archive);
  else
    archive_write_set_format_gnutar (archive);

  if (packing == TEST_TAR_GZIP)
    archive_write_add_filter_gzip (archive);
  else if (packing == TEST_TAR_XZ)
    archive_write_add_filter_xz (archive);
  else if (packing == TEST_TAR_ZSTD)
    archive_write_add_filter_zstd (archive);

  *path = test_path (folder, endings[packing]);
  g_assert_cmpint (archive_write_open_filename (archive, *path), ==, ARCHIVE_OK);
  return archive;
}

static void
end_archive (struct archive *archive)
{
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
}

static void
add_entry (struct archive  *archive,
           const TestEntry *wanted,
           const void      *bytes,
           gsize            size)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, wanted->name);
  archive_entry_set_filetype (entry, wanted->type);
  archive_entry_set_perm (entry, wanted->mode);
  archive_entry_set_mtime (entry, 1000000000, 0);
  if (wanted->type == AE_IFREG)
    archive_entry_set_size (entry, size);
  if (wanted->link != NULL)
    archive_entry_set_symlink (entry, wanted->link);
  if (wanted->hard_link != NULL)
    archive_entry_set_hardlink (entry, wanted->hard_link);

  g_assert_cmpint (archive_write_header (archive, entry), >=, ARCHIVE_WARN);
  if (wanted->type == AE_IFREG && wanted->hard_link == NULL)
    g_assert_cmpint (archive_write_data (archive, bytes, size), ==, size);
  archive_entry_free (entry);
}

static void
add_files (struct archive *archive,
           TestFiles      *files)
{
  for (guint i = 0; i < files->names->len; i++)
    {
      TestEntry entry = { files->names->pdata[i], AE_IFREG, 0644 };
      gsize size;
      const void *bytes = g_bytes_get_data (files->contents->pdata[i], &size);

      add_entry (archive, &entry, bytes, size);
    }
}

char *
test_files_pack (TestFiles   *self,
                 TestPacking  packing,
                 const char  *folder)
{
  struct archive *archive;
  char *path;

  if (packing == TEST_FOLDER)
    {
      path = test_path (folder, "set");
      for (guint i = 0; i < self->names->len; i++)
        test_write (path, self->names->pdata[i], self->contents->pdata[i]);
      return path;
    }

  archive = begin_archive (packing, folder, &path);
  add_files (archive, self);
  end_archive (archive);
  return path;
}

char *
test_pack_entries (const TestEntry *entries,
                   TestPacking      packing,
                   const char      *folder)
{
  g_autoptr (TestFiles) honest = test_image_files ();
  struct archive *archive;
  char *path;

  archive = begin_archive (packing, folder, &path);
  add_files (archive, honest);
  for (; entries->name != NULL; entries++)
    {
      g_autofree char *zeros = g_malloc0 (MAX (entries->n_zeros, 1));

      add_entry (archive, entries, zeros, entries->n_zeros);
    }
  end_archive (archive);
  return path;
}

GBytes *
test_gzip (GBytes *bytes)
{
  g_autoptr (GConverter) converter =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) packed = g_converter_input_stream_new (plain, converter);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (out, packed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

GBytes *
test_idx (int            n_axes,
          const guint32 *sizes,
          int            first,
          int            modulus)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 magic[4] = { 0, 0, 8, n_axes };
  guint32 count = 1;

  g_byte_array_append (bytes, magic, sizeof magic);
  for (int i = 0; i < n_axes; i++)
    {
      guint32 size = GUINT32_TO_BE (sizes[i]);

      g_byte_array_append (bytes, (guint8 *) &size, sizeof size);
      count *= sizes[i];
    }

  for (guint32 i = 0; i < count; i++)
    {
      guint8 value = (first + i) % modulus;

      g_byte_array_append (bytes, &value, 1);
    }

  return g_byte_array_free_to_bytes (bytes);
}

static guint8 *
make_row (int channels,
          int y,
          int width,
          int value)
{
  guint8 *row = g_new (guint8, channels * width);

  for (int x = 0; x < width; x++)
    for (int c = 0; c < channels; c++)
      row[x * channels + c] = value + 8 * x + 4 * y + 2 * c;

  return row;
}

static void
write_cb (png_structp  png,
          guint8      *bytes,
          gsize        size)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, size);
}

GBytes *
test_png (int channels,
          int height,
          int width,
          int value)
{
  static const int types[] = {
    0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
    PNG_COLOR_TYPE_RGB_ALPHA,
  };
  GByteArray *bytes = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);

  png_set_write_fn (png, bytes, write_cb, NULL);
  png_set_IHDR (png, info, width, height, 8, types[channels], PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info (png, info);
  for (int y = 0; y < height; y++)
    {
      g_autofree guint8 *row = make_row (channels, y, width, value);

      png_write_row (png, row);
    }
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);

  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
test_jpeg (int channels,
           int height,
           int width,
           int value)
{
  static const J_COLOR_SPACE spaces[] = { 0, JCS_GRAYSCALE, 0, JCS_RGB, JCS_CMYK };
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  unsigned char *memory = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  info.err = jpeg_std_error (&errors);
  jpeg_create_compress (&info);
  jpeg_mem_dest (&info, &memory, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = channels;
  info.in_color_space = spaces[channels];
  jpeg_set_defaults (&info);
  jpeg_set_quality (&info, 100, TRUE);
  info.optimize_coding = TRUE;
  info.comp_info[0].h_samp_factor = 1;
  info.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress (&info, TRUE);
  for (int y = 0; y < height; y++)
    {
      g_autofree guint8 *row = make_row (channels, y, width, value);

      jpeg_write_scanlines (&info, &row, 1);
    }
  jpeg_finish_compress (&info);
  jpeg_destroy_compress (&info);

  bytes = g_bytes_new (memory, size);
  free (memory);
  return bytes;
}

TestFiles *
test_idx_files (gboolean packed)
{
  static const struct { const char *name; int n_axes; guint32 sizes[3]; int modulus; } files[] = {
    { "t10k-images-idx3-ubyte", 3, { 3, 4, 5 }, 256 },
    { "t10k-labels-idx1-ubyte", 1, { 3 }, 3 },
    { "train-images-idx3-ubyte", 3, { 6, 4, 5 }, 251 },
    { "train-labels-idx1-ubyte", 1, { 6 }, 3 },
  };
  TestFiles *self = test_files_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *name = g_strconcat (files[i].name, packed ? ".gz" : "", NULL);
      g_autoptr (GBytes) bytes = test_idx (files[i].n_axes, files[i].sizes, 0, files[i].modulus);

      test_files_add (self, name, packed ? test_gzip (bytes) : g_bytes_ref (bytes));
    }

  return self;
}

TestFiles *
test_image_files (void)
{
  TestFiles *self = test_files_new ();

  test_files_add (self, "animals/test/cat/a.png", test_png (3, 6, 5, 0));
  test_files_add (self, "animals/test/dog/b.png", test_png (3, 6, 5, 20));
  test_files_add (self, "animals/train/cat/c.png", test_png (3, 6, 5, 40));
  test_files_add (self, "animals/train/cat/d.jpg", test_jpeg (3, 6, 5, 60));
  test_files_add (self, "animals/train/dog/e.png", test_png (1, 6, 5, 80));
  test_files_add (self, "animals/train/dog/f.jpg", test_jpeg (1, 6, 5, 100));
  return self;
}

TestFiles *
test_cifar_files (void)
{
  static const struct { const char *name; int n_records; } files[] = {
    { "cifar-10-batches-bin/data_batch_1.bin", 2 },
    { "cifar-10-batches-bin/data_batch_2.bin", 2 },
    { "cifar-10-batches-bin/test_batch.bin", 1 },
  };
  static const char names[] = "plane\ncar\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
  TestFiles *self = test_files_new ();

  test_files_add (self, "cifar-10-batches-bin/batches.meta.txt",
                  g_bytes_new_static (names, sizeof names - 1));
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gsize size = files[i].n_records * 3073;
      guint8 *bytes = g_malloc (size);

      for (gsize j = 0; j < size; j++)
        bytes[j] = j % 3073 == 0 ? (i * 4 + j / 3073) % 10 : j * (i + 1);
      test_files_add (self, files[i].name, g_bytes_new_take (bytes, size));
    }

  return self;
}

typedef struct
{
  guint32  n_items;
  int      n_classes;
  DsPart (*part_of) (guint32 index);
} Counting;

static gboolean
count_cb (DsSource       *source,
          void           *data,
          DsCacheWriter  *writer,
          GCancellable   *cancellable,
          GError        **error)
{
  Counting *counting = data;

  for (guint32 i = 0; i < counting->n_items; i++)
    {
      float item = i;
      DsItem about = { i % counting->n_classes, DS_PART_UNDECIDED, NULL };

      if (counting->part_of != NULL)
        about.part = counting->part_of (i);
      ds_cache_writer_put (writer, i, &item, &about);
    }

  return TRUE;
}

DsDataset *
test_counting_set (const char *folder,
                   guint32     n_items,
                   int         n_classes,
                   DsPart    (*part_of) (guint32 index))
{
  Counting counting = { n_items, n_classes, part_of };
  NnShape shape = NN_SHAPE (1);
  g_autoptr (DsSource) source = ds_source_new ("counting", "Counting", &shape, NN_FLOAT32,
                                               n_items, count_cb, &counting, NULL);
  g_autoptr (GError) error = NULL;
  DsCache *cache;

  for (int i = 0; i < n_classes; i++)
    ds_source_add_class (source, "class");
  cache = ds_cache_fill (folder, "counting", source, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return ds_dataset_new (cache);
}
