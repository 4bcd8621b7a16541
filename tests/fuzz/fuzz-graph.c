/* fuzz-graph.c: any bytes as a drawn network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/graph-file.h"
#include "engine/lower.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  g_autoptr (NnJson) json = nn_json_parse ((const char *) bytes, size, 1 << 20, "fuzz", NULL);
  g_autoptr (NnGraph) graph = json == NULL ? NULL : nn_graph_read (json, NULL);
  g_autoptr (GArray) report = graph == NULL ? NULL : nn_graph_report (graph);

  g_assert_true (report == NULL || report->len == nn_graph_get_n_nodes (graph));
  return 0;
}
