/* fuzz-archive.c: any bytes as an archive with a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/source.h"
#include "tests/fuzz/fuzz.h"

static const DsLimits limits = {
  .entries = 100, .entry_bytes = 1 << 20, .total_bytes = 1 << 22, .ratio = 10,
  .path_bytes = 1024, .component_bytes = 255, .depth = 32, .image_bytes = 1 << 20,
  .image_pixels = 1 << 20,
};

static gboolean
read_member (DsContainer  *container,
             guint         index,
             DsStream     *stream,
             void         *data,
             GError      **error)
{
  guint8 buffer[4096];

  while (ds_stream_read (stream, buffer, sizeof buffer, NULL) > 0)
    continue;
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  const DsOptions options = { .limits = &limits };
  g_autoptr (DsContainer) container = ds_container_open (fuzz_file (bytes, size), &limits, NULL,
                                                         NULL);
  g_autoptr (DsSource) source = NULL;

  if (container == NULL)
    return 0;

  ds_container_walk (container, NULL, read_member, NULL, NULL, NULL);
  source = ds_source_open_container (container, &options, NULL, NULL);
  return 0;
}
