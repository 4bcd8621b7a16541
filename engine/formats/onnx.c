/* onnx.c: networks as ONNX files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/format.h"
#include "engine/formats/onnx/export.h"
#include "engine/formats/onnx/import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The message has no magic number.  Its first field is the version of the
 * format, a small number, unless the writer orders fields in its own way: then it
 * is the graph, or who wrote it. */
static gboolean
onnx_fits (GBytes *bytes)
{
  gsize size;
  const guint8 *start = g_bytes_get_data (bytes, &size);

  return size > 4 && ((start[0] == 0x08 && start[1] >= 3 && start[1] < 0x40)
                      || (start[0] == 0x12 && start[1] < 0x40) || start[0] == 0x3a);
}

static gboolean
onnx_write (const NnExport  *what,
            const char      *path,
            GError         **error)
{
  return nn_onnx_export (what, path, NN_ONNX_INLINE_BYTES, error);
}

static const char *const suffixes[] = { "onnx", NULL };

const NnFormat nn_format_onnx = {
  .name     = "onnx",
  .title    = N_("ONNX"),
  .summary  = N_("The network with its weights, for most programs that run networks."),
  .suffixes = suffixes,
  .content  = NN_CONTENT_NETWORK,
  .write    = onnx_write,
  .fits     = onnx_fits,
  .read     = nn_onnx_import,
};
