/* fuzz-onnx.c: any bytes as a file of the format onnx
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  fuzz_format ("onnx", bytes, size);
  return 0;
}
