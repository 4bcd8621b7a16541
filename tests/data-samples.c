/* data-samples.c: small sets of texts, masks, arrays and tables for the tests
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/data-samples.h"

#include <png.h>
#include <string.h>

GBytes *
test_text (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

TestFiles *
test_text_files (void)
{
  TestFiles *files = test_files_new ();

  test_files_add (files, "train/pos/0_9.txt", test_text ("A good film.<br />Really!"));
  test_files_add (files, "train/pos/1_8.txt", test_text ("Fine.\n"));
  test_files_add (files, "train/neg/0_1.txt", test_text ("It isn't good."));
  test_files_add (files, "train/neg/1_2.txt", test_text ("Na\xc3\xafve"));
  test_files_add (files, "test/pos/0_7.txt", test_text ("Good"));
  test_files_add (files, "test/neg/0_3.txt", test_text ("Bad"));
  return files;
}

TestFiles *
test_line_files (void)
{
  TestFiles *files = test_files_new ();

  test_files_add (files, "films.pos", test_text ("a good film .\nreally fine !\r\nbrilliant\n"));
  test_files_add (files, "films.neg", test_text ("dull\nnot good at all\nso long , so slow"));
  return files;
}

static void
write_cb (png_structp  png,
          guint8      *bytes,
          gsize        size)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, size);
}

GBytes *
test_png_ids (gboolean      has_palette,
              int           height,
              int           width,
              const guint8 *ids,
              int           n_ids)
{
  static const png_color colours[256] = { { 0, 0, 0 }, { 128, 0, 0 }, { 0, 128, 0 } };
  GByteArray *bytes = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree guint8 *row = g_new (guint8, width);

  png_set_write_fn (png, bytes, write_cb, NULL);
  png_set_IHDR (png, info, width, height, 8,
                has_palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (has_palette)
    png_set_PLTE (png, info, colours, 256);
  png_write_info (png, info);
  for (int y = 0; y < height; y++)
    {
      for (int x = 0; x < width; x++)
        row[x] = ids[(x + y) % n_ids];
      png_write_row (png, row);
    }
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);

  return g_byte_array_free_to_bytes (bytes);
}

TestFiles *
test_mask_files (void)
{
  static const guint8 ids[] = { 0, 2, 255 };
  TestFiles *files = test_files_new ();

  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *image = g_strdup_printf ("voc/JPEGImages/%d.jpg", i);
      g_autofree char *mask = g_strdup_printf ("voc/SegmentationClassPNG/%d.png", i);

      test_files_add (files, image, test_jpeg (3, 32, 32, 20 * i));
      test_files_add (files, mask, test_png_ids (TRUE, 32, 32, ids, 3));
    }
  return files;
}

GBytes *
test_npy (const char *header,
          const void *data,
          gsize       n_bytes)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize length = strlen (header);
  guint8 head[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, length & 255, length >> 8 };

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) header, length);
  g_byte_array_append (bytes, data, n_bytes);
  return g_byte_array_free_to_bytes (bytes);
}

TestFiles *
test_npy_files (void)
{
  static const float x[4][3] = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 9, 10, 11 } };
  static const gint64 y[4] = { 0, 1, 0, 2 };
  TestFiles *files = test_files_new ();

  test_files_add (files, "x.npy",
                  test_npy ("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }\n", x,
                            sizeof x));
  test_files_add (files, "y.npy",
                  test_npy ("{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }\n", y,
                            sizeof y));
  return files;
}

static TestFiles *
one_file (const char *name,
          const char *text)
{
  TestFiles *files = test_files_new ();

  test_files_add (files, name, test_text (text));
  return files;
}

TestFiles *
test_table_files (void)
{
  return one_file ("iris.csv", "length,width,species\n1.5,2,setosa\n-2,3e1,virginica\n"
                   "0.25,4,setosa\n7,\"8\",\"virginica\"\n");
}

TestFiles *
test_number_files (void)
{
  return one_file ("houses.csv", "size;rooms;y\n50;2;100.5\n75;3;150\n100;4;200.25\n");
}

TestFiles *
test_pair_files (void)
{
  return one_file ("words.tsv", "hello\tbonjour\nhouse\tmaison\ngarden\tjardin\nred\trouge\n");
}

TestFiles *
test_json_files (void)
{
  return one_file ("reviews.jsonl",
                   "{\"text\": \"A really good film\", \"label\": \"pos\"}\n"
                   "{\"text\": \"Bad \\u00e9 \\ud83d\\ude00 film\", \"label\": \"neg\"}\n"
                   "{\"label\": \"pos\", \"text\": \"Good \\\"again\\\"\"}\n"
                   "{\"text\": \"Not good at all\", \"label\": \"neg\"}\n");
}
