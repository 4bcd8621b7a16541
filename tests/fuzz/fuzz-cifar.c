/* fuzz-cifar.c: any bytes as a file of CIFAR-10
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/source.h"
#include "tests/fuzz/fuzz.h"

/* The sizes of such a file are its only structure, and names of classes may lie
 * beside it. */
int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  gsize names = size % 3073;
  const char *folder = fuzz_folder ("batches.meta.txt", bytes, names);
  g_autoptr (DsSource) source = NULL;

  fuzz_folder ("data_batch_1.bin", bytes + names, size - names);
  source = ds_source_open (folder, NULL, NULL, NULL);
  return 0;
}
