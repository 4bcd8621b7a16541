/* fuzz-idx.c: any bytes as a file of MNIST
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/idx-file.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  DsIdxHead head;

  if (!ds_idx_parse (bytes, size, &head) || !ds_idx_check (&head, size, FALSE, "fuzz", &error))
    return 0;

  for (gsize i = 0; i < head.data_bytes / MAX (head.item_bytes, 1) * head.item_count; i++)
    ds_idx_number (head.type, bytes + head.header_bytes, i);
  return 0;
}
