/* fuzz-image.c: any bytes as a picture, whole and at a smaller size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-decode.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  for (int enough = 0; enough <= 8; enough += 8)
    {
      g_auto (DsImage) image = { 0 };
      g_autoptr (GError) error = NULL;

      ds_image_decode (bytes, size, 1 << 20, enough, enough, "fuzz", &image, &error);
      if (image.pixels != NULL)
        ds_image_is_grey (&image);
    }
  return 0;
}
