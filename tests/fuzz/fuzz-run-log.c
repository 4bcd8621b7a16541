/* fuzz-run-log.c: any bytes as the numbers of a training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-reader.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fuzz_file (bytes, size));
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (AppRunRecord));
  gboolean restarted;

  app_run_reader_read (reader, records, 100, &restarted, NULL);
  for (guint i = 0; i < records->len; i++)
    app_run_reader_get_tag (reader, g_array_index (records, AppRunRecord, i).tag);
  return 0;
}
