/* test-image.c: small pictures enlarged without blurring, large ones averaged
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image.h"

static UiImage *
make_image (int           width,
            int           height,
            int           n_channels,
            const guint8 *pixels)
{
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, (gsize) width * height * n_channels);

  return ui_image_new (width, height, n_channels, bytes, "caption", NULL);
}

static void
assert_pixel (GBytes *bytes,
              int     width,
              int     x,
              int     y,
              guint32 expected)
{
  const guint8 *pixel = (const guint8 *) g_bytes_get_data (bytes, NULL) + (y * width + x) * 4;

  g_assert_cmphex ((guint32) pixel[0] << 24 | pixel[1] << 16 | pixel[2] << 8 | pixel[3], ==,
                   expected);
}

static void
test_enlarge (void)
{
  static const guint8 grey[] = { 0, 50, 100, 150, 200, 250 };
  g_autoptr (UiImage) image = make_image (3, 2, 1, grey);
  g_autoptr (GBytes) bytes = NULL;
  int width;
  int height;

  /* 32 pixels hold ten times three, and no pixel is a mixture. */
  bytes = ui_image_fit (image, 32, &width, &height);
  g_assert_cmpint (width, ==, 30);
  g_assert_cmpint (height, ==, 20);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint32 value = grey[y / 10 * 3 + x / 10];

        assert_pixel (bytes, width, x, y, value << 24 | value << 16 | value << 8 | 255);
      }
}

static void
test_reduce (void)
{
  g_autofree guint8 *pixels = g_new (guint8, 40 * 20 * 3);
  g_autoptr (UiImage) image = NULL;
  g_autoptr (GBytes) bytes = NULL;
  int width;
  int height;

  /* A fine checkerboard becomes an even grey. */
  for (int i = 0; i < 40 * 20; i++)
    pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = (i % 40 + i / 40) % 2 * 200;
  image = make_image (40, 20, 3, pixels);
  bytes = ui_image_fit (image, 10, &width, &height);
  g_assert_cmpint (width, ==, 10);
  g_assert_cmpint (height, ==, 5);
  for (int i = 0; i < 50; i++)
    assert_pixel (bytes, width, i % 10, i / 10, 0x646464ff);
}

static void
test_channels (void)
{
  static const guint8 pixels[] = { 10, 20, 30, 40 };
  static const guint32 expected[] = { 0x0a0a0aff, 0x0a0a0a14, 0x0a141eff, 0x0a141e28 };

  for (int n = 1; n <= 4; n++)
    {
      g_autoptr (UiImage) image = make_image (1, 1, n, pixels);
      g_autoptr (GBytes) bytes = NULL;
      int width;
      int height;

      bytes = ui_image_fit (image, 1, &width, &height);
      assert_pixel (bytes, 1, 0, 0, expected[n - 1]);
    }
}

static void
test_extreme_shape (void)
{
  g_autofree guint8 *pixels = g_new0 (guint8, 5000);
  g_autoptr (UiImage) image = make_image (5000, 1, 1, pixels);
  g_autoptr (GBytes) bytes = NULL;
  int width;
  int height;

  bytes = ui_image_fit (image, 64, &width, &height);
  g_assert_cmpint (width, ==, 64);
  g_assert_cmpint (height, ==, 1);
}

static void
test_refusals (void)
{
  static const int sizes[][3] = {
    { 0, 4, 1 }, { 4, -1, 1 }, { 2, 2, 0 }, { 2, 2, 5 }, { 2, 2, 2 }, { 3, 1, 1 },
    { G_MAXINT, G_MAXINT, 4 },
  };
  g_autoptr (GBytes) bytes = g_bytes_new ("abcd", 4);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_assert_null (ui_image_new (sizes[i][0], sizes[i][1], sizes[i][2], bytes, NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/enlarge", test_enlarge);
  g_test_add_func ("/image/reduce", test_reduce);
  g_test_add_func ("/image/channels", test_channels);
  g_test_add_func ("/image/extreme-shape", test_extreme_shape);
  g_test_add_func ("/image/refusals", test_refusals);
  return g_test_run ();
}
