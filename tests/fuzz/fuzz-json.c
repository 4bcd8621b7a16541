/* fuzz-json.c: any bytes as JSON, and each value along its first ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/json.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (NnJson) json = nn_json_parse ((const char *) bytes, size, 1 << 20, "fuzz", NULL);

  for (const NnJson *value = json; value != NULL;)
    {
      g_autofree char *path = nn_json_get_path (value);
      g_autofree char *quoted = nn_json_quote (path);
      const NnJson *first = nn_json_first (value);

      g_assert_true (g_utf8_validate (quoted, -1, NULL));
      value = first != NULL ? first : nn_json_next (value);
    }
  return 0;
}
