/* test-graph-editor.c: the graph editor on a toy model
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/toy-graph-model.h"

#include "widgets/graph-editor.h"

#include <gtk/gtk.h>

static void
test_finalize (void)
{
  ToyGraphModel *model = toy_graph_model_new_sample ();
  GtkWidget *editor = ui_graph_editor_new (UI_GRAPH_MODEL (model));

  g_object_ref_sink (editor);
  g_assert_finalize_object (editor);
  g_assert_finalize_object (model);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-editor/finalize", test_finalize);
  return g_test_run ();
}
