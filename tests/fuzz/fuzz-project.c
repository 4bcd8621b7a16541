/* fuzz-project.c: any bytes as a project file, and as the description in one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/project.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (AppProject) packed = app_project_read (fuzz_file (bytes, size), NULL);
  g_autoptr (AppProject) plain = app_project_from_json ((const char *) bytes, size, "fuzz", NULL);

  return 0;
}
