/* test-image-decode.c: JPEG and PNG, whole and damaged, and resizing
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/error.h"
#include "datasets/image-decode.h"
#include "tests/data-support.h"

#include <png.h>
#include <string.h>

#define LIMIT 10000

static gboolean
decode (GBytes   *bytes,
        DsImage  *image,
        GError  **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return ds_image_decode (data, size, LIMIT, 0, 0, "picture", image, error);
}

/* The pixel that data-support.h promises, laid on white if there is alpha. */
static int
expected_pixel (int n_samples,
                int value,
                int x,
                int y,
                int c)
{
  int sample = (value + 8 * x + 4 * y + 2 * c) & 255;
  int alpha = n_samples % 2 == 0 ? (value + 8 * x + 4 * y + 2 * (n_samples - 1)) & 255 : 255;

  return (sample * alpha + 255 * (255 - alpha) + 127) / 255;
}

static void
assert_pixels (const DsImage *image,
               int            n_samples,
               int            value,
               int            tolerance)
{
  for (int c = 0; c < image->channels; c++)
    for (int y = 0; y < image->height; y++)
      for (int x = 0; x < image->width; x++)
        {
          int got = image->pixels[(c * image->height + y) * image->width + x];

          g_assert_cmpint (ABS (got - expected_pixel (n_samples, value, x, y, c)), <=, tolerance);
        }
}

static void
test_png_kinds (void)
{
  for (int n_samples = 1; n_samples <= 4; n_samples++)
    {
      g_autoptr (GBytes) bytes = test_png (n_samples, 7, 9, 30);
      g_autoptr (GError) error = NULL;
      g_auto (DsImage) image = { 0 };

      g_assert_true (decode (bytes, &image, &error));
      g_assert_no_error (error);
      g_assert_cmpint (image.channels, ==, n_samples < 3 ? 1 : 3);
      g_assert_cmpint (image.height, ==, 7);
      g_assert_cmpint (image.width, ==, 9);
      g_assert_cmpint (image.full_height, ==, 7);
      assert_pixels (&image, n_samples, 30, 0);
    }
}

static void
write_cb (png_structp png,
          guint8     *bytes,
          gsize       size)
{
  g_byte_array_append (png_get_io_ptr (png), bytes, size);
}

/* Two rows of two pixels in a form that few programs write. */
static GBytes *
make_rare_png (int           type,
               int           depth,
               int           interlace,
               const guint8 *rows,
               gsize         row_bytes)
{
  static png_color palette[2] = { { 10, 20, 30 }, { 40, 50, 60 } };
  static guint8 alphas[2] = { 255, 0 };
  GByteArray *bytes = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  guint8 *pointers[2] = { (guint8 *) rows, (guint8 *) rows + row_bytes };

  png_set_write_fn (png, bytes, write_cb, NULL);
  png_set_IHDR (png, info, 2, 2, depth, type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  if (type == PNG_COLOR_TYPE_PALETTE)
    {
      png_set_PLTE (png, info, palette, 2);
      png_set_tRNS (png, info, alphas, 2, NULL);
    }
  png_set_rows (png, info, pointers);
  png_write_png (png, info, PNG_TRANSFORM_IDENTITY, NULL);
  png_destroy_write_struct (&png, &info);

  return g_byte_array_free_to_bytes (bytes);
}

static void
test_png_rare_kinds (void)
{
  static const guint8 one_bit[2] = { 0x40, 0x80 };              /* 0 1, 1 0 */
  static const guint8 deep[8] = { 0x10, 0, 0x20, 0xff, 0x30, 0, 0xff, 0xff };
  static const guint8 plain[4] = { 1, 2, 3, 4 };
  static const struct
  {
    int           type, depth, interlace;
    const guint8 *rows;
    gsize         row_bytes;
    int           channels;
    guint8        expected[12];
  } kinds[] = {
    { PNG_COLOR_TYPE_GRAY, 1, PNG_INTERLACE_NONE, one_bit, 1, 1, { 0, 255, 255, 0 } },
    { PNG_COLOR_TYPE_GRAY, 16, PNG_INTERLACE_NONE, deep, 4, 1, { 16, 33, 48, 255 } },
    { PNG_COLOR_TYPE_GRAY, 8, PNG_INTERLACE_ADAM7, plain, 2, 1, { 1, 2, 3, 4 } },
    { PNG_COLOR_TYPE_PALETTE, 1, PNG_INTERLACE_NONE, one_bit, 1, 3,
      { 10, 255, 255, 10, 20, 255, 255, 20, 30, 255, 255, 30 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GBytes) bytes = make_rare_png (kinds[i].type, kinds[i].depth, kinds[i].interlace,
                                                kinds[i].rows, kinds[i].row_bytes);
      g_autoptr (GError) error = NULL;
      g_auto (DsImage) image = { 0 };

      g_assert_true (decode (bytes, &image, &error));
      g_assert_no_error (error);
      g_assert_cmpint (image.channels, ==, kinds[i].channels);
      g_assert_cmpmem (image.pixels, 4 * image.channels, kinds[i].expected, 4 * image.channels);
    }
}

static void
test_jpeg_kinds (void)
{
  for (int n_samples = 1; n_samples <= 3; n_samples += 2)
    {
      g_autoptr (GBytes) bytes = test_jpeg (n_samples, 7, 9, 30);
      g_autoptr (GError) error = NULL;
      g_auto (DsImage) image = { 0 };

      g_assert_true (decode (bytes, &image, &error));
      g_assert_no_error (error);
      g_assert_cmpint (image.channels, ==, n_samples);
      assert_pixels (&image, n_samples, 30, 6);
    }
}

/* libjpeg writes an Adobe marker with CMYK, by which 255 is no ink. */
static void
test_jpeg_ink (void)
{
  g_autoptr (GBytes) bytes = test_jpeg (4, 8, 8, 30);
  g_autoptr (GError) error = NULL;
  g_auto (DsImage) image = { 0 };

  g_assert_true (decode (bytes, &image, &error));
  g_assert_no_error (error);
  g_assert_cmpint (image.channels, ==, 3);
  for (int c = 0; c < 3; c++)
    for (int y = 0; y < 8; y++)
      for (int x = 0; x < 8; x++)
        {
          int ink = 30 + 8 * x + 4 * y + 2 * c;
          int black = 30 + 8 * x + 4 * y + 6;
          int got = image.pixels[(c * 8 + y) * 8 + x];

          g_assert_cmpint (ABS (got - ink * black / 255), <=, 6);
        }
}

/* An upright image and the same with an EXIF marker put behind its first two
 * bytes show the same pixels in other places. */
static GBytes *
add_orientation (GBytes   *jpeg,
                 int       orientation,
                 gboolean  little_endian)
{
  guint8 big[] = {
    0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
    0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
  };
  guint8 little[] = {
    0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
    1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0,
  };
  GByteArray *bytes = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  g_byte_array_append (bytes, data, 2);
  g_byte_array_append (bytes, little_endian ? little : big, sizeof big);
  g_byte_array_append (bytes, data + 2, size - 2);
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_orientation (void)
{
  g_autoptr (GBytes) upright = test_jpeg (1, 4, 6, 30);
  g_auto (DsImage) image = { 0 };
  /* Where the stored top left and top right corners go: x and y as shares of
   * the sides. */
  static const int corners[8][4] = {
    { 0, 0, 1, 0 }, { 1, 0, 0, 0 }, { 1, 1, 0, 1 }, { 0, 1, 1, 1 },
    { 0, 0, 0, 1 }, { 1, 0, 1, 1 }, { 1, 1, 1, 0 }, { 0, 1, 0, 0 },
  };

  g_assert_true (decode (upright, &image, NULL));
  for (int i = 0; i < 16; i++)
    {
      g_autoptr (GBytes) bytes = add_orientation (upright, i % 8 + 1, i < 8);
      g_autoptr (GError) error = NULL;
      g_auto (DsImage) turned = { 0 };
      const int *corner = corners[i % 8];
      int right = i % 8 < 4 ? 5 : 3;
      int bottom = i % 8 < 4 ? 3 : 5;
      int width = right + 1;

      g_assert_true (decode (bytes, &turned, &error));
      g_assert_no_error (error);
      g_assert_cmpint (turned.width, ==, width);
      g_assert_cmpint (turned.full_width, ==, width);
      g_assert_cmpint (turned.height, ==, bottom + 1);
      g_assert_cmpint (turned.pixels[corner[1] * bottom * width + corner[0] * right], ==,
                       image.pixels[0]);
      g_assert_cmpint (turned.pixels[corner[3] * bottom * width + corner[2] * right], ==,
                       image.pixels[5]);
    }
}

static void
test_scaled_decoding (void)
{
  g_autoptr (GBytes) bytes = test_jpeg (3, 64, 80, 0);
  g_auto (DsImage) image = { 0 };
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_assert_true (ds_image_decode (data, size, LIMIT, 16, 16, "picture", &image, NULL));
  g_assert_cmpint (image.height, ==, 16);
  g_assert_cmpint (image.width, ==, 20);
  g_assert_cmpint (image.full_height, ==, 64);
  g_assert_cmpint (image.full_width, ==, 80);
}

static void
test_pixel_limit (void)
{
  g_autoptr (GBytes) png = test_png (1, 101, 100, 0);
  g_autoptr (GBytes) jpeg = test_jpeg (1, 101, 100, 0);
  g_auto (DsImage) image = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (decode (png, &image, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "100×101"));
  g_clear_error (&error);

  g_assert_false (decode (jpeg, &image, &error));
  g_assert_error (error, DS_ERROR, DS_ERROR_LIMIT);
  g_assert_null (image.pixels);
}

/* Any truncation is an error, and no damage gets past the error values. */
static void
test_damage (void)
{
  for (int kind = 0; kind < 4; kind++)
    {
      g_autoptr (GBytes) bytes = kind < 2 ? test_png (kind * 2 + 1, 9, 8, 50)
                                          : test_jpeg (kind * 2 - 3, 9, 8, 50);
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);

      for (gsize i = 0; i < size; i++)
        {
          g_autofree guint8 *cut = g_memdup2 (data, i);
          g_auto (DsImage) image = { 0 };
          g_autoptr (GError) error = NULL;

          /* The last two bytes of a JPEG only say that it ends. */
          if (kind < 2 || i < size - 2)
            {
              g_assert_false (ds_image_decode (cut, i, LIMIT, 0, 0, "picture", &image, &error));
              g_assert_nonnull (strstr (error->message, "“picture”"));
            }
        }

      for (gsize i = 0; i < size * 8; i++)
        {
          g_autofree guint8 *changed = g_memdup2 (data, size);
          g_auto (DsImage) image = { 0 };
          g_autoptr (GError) error = NULL;

          changed[i / 8] ^= 1 << i % 8;
          if (ds_image_decode (changed, size, LIMIT, 0, 0, "picture", &image, &error))
            g_assert_cmpint (image.height * image.width, <=, LIMIT);
          else
            g_assert_true (error->domain == DS_ERROR);
        }
    }
}

static void
assert_resized (const guint8 *pixels,
                int           height,
                int           width,
                int           to_height,
                int           to_width,
                const guint8 *expected)
{
  DsImage image = { 1, height, width, height, width, (guint8 *) pixels };
  guint8 out[64];

  ds_image_resize (&image, 1, to_height, to_width, out);
  g_assert_cmpmem (out, to_height * to_width, expected, to_height * to_width);
}

static void
test_resize (void)
{
  static const guint8 ramp[] = { 0, 100, 200 };
  static const guint8 square[] = { 0, 40, 80, 120, 10, 50, 90, 130, 20, 60, 100, 140, 30, 70, 110,
                                   150 };

  /* The same size copies; growing mixes neighbours and repeats the border. */
  assert_resized (ramp, 1, 3, 1, 3, ramp);
  assert_resized (ramp, 1, 3, 1, 6, (guint8[]) { 0, 25, 75, 125, 175, 200 });
  assert_resized (ramp, 3, 1, 6, 1, (guint8[]) { 0, 25, 75, 125, 175, 200 });

  /* Shrinking averages what each pixel covers, parts of pixels included. */
  assert_resized (square, 4, 4, 2, 2, (guint8[]) { 25, 105, 45, 125 });
  assert_resized (ramp, 1, 3, 1, 2, (guint8[]) { 33, 167 });
  assert_resized (square, 4, 4, 1, 1, (guint8[]) { 75 });

  /* One pixel becomes many. */
  assert_resized ((guint8[]) { 7 }, 1, 1, 2, 2, (guint8[]) { 7, 7, 7, 7 });
}

static void
test_channels (void)
{
  guint8 colour[3] = { 100, 200, 50 };
  guint8 even[3] = { 9, 9, 9 };
  DsImage image = { 3, 1, 1, 1, 1, colour };
  guint8 out[3];

  g_assert_false (ds_image_is_grey (&image));
  ds_image_resize (&image, 1, 1, 1, out);
  g_assert_cmpint (out[0], ==, (299 * 100 + 587 * 200 + 114 * 50 + 500) / 1000);

  image.pixels = even;
  g_assert_true (ds_image_is_grey (&image));

  image.channels = 1;
  ds_image_resize (&image, 3, 1, 1, out);
  g_assert_cmpmem (out, 3, even, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-decode/png", test_png_kinds);
  g_test_add_func ("/image-decode/png-rare", test_png_rare_kinds);
  g_test_add_func ("/image-decode/jpeg", test_jpeg_kinds);
  g_test_add_func ("/image-decode/jpeg-ink", test_jpeg_ink);
  g_test_add_func ("/image-decode/orientation", test_orientation);
  g_test_add_func ("/image-decode/scaled", test_scaled_decoding);
  g_test_add_func ("/image-decode/pixel-limit", test_pixel_limit);
  g_test_add_func ("/image-decode/damage", test_damage);
  g_test_add_func ("/image-decode/resize", test_resize);
  g_test_add_func ("/image-decode/channels", test_channels);
  return g_test_run ();
}
