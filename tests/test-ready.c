/* test-ready.c: what stands in the way of a training is said before it starts
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/ready.h"
#include "datasets/generator.h"
#include "engine/error.h"
#include "engine/template.h"

/* The template's network for the set that the program draws. */
static AppProject *
make_project (const char *template,
              const char *set)
{
  AppProject *project = app_project_new ();
  const DsGenerator *generator = ds_generator_find (set);
  g_autoptr (GError) error = NULL;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup (set);
  nn_graph_unref (project->graph);
  project->graph = nn_template_build (nn_template_find (template), &generator->item,
                                      generator->n_classes, &error);
  g_assert_no_error (error);
  return project;
}

/* The node that the message, which contains @words, is about. */
static guint
assert_refused (const AppProject *project,
                const char       *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (app_project_check_ready (project, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (g_strstr_len (error->message, -1, words));
  return nn_error_get_node (error);
}

static const NnNode *
find_role (NnGraph *graph,
           NnRole   role)
{
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    if (nn_graph_get_nth (graph, i)->op->role == role)
      return nn_graph_get_nth (graph, i);

  g_assert_not_reached ();
}

static void
test_ready (void)
{
  g_autoptr (AppProject) digits = make_project ("cnn", "digits");
  g_autoptr (AppProject) moons = make_project ("perceptron-2d", "moons");
  g_autoptr (GError) error = NULL;

  g_assert_true (app_project_check_ready (digits, &error));
  g_assert_no_error (error);
  g_assert_true (app_project_check_ready (moons, &error));
  g_assert_no_error (error);
}

static void
test_network (void)
{
  g_autoptr (AppProject) empty = app_project_new ();
  g_autoptr (AppProject) project = make_project ("mlp", "digits");

  g_assert_cmpuint (assert_refused (empty, "no input"), ==, 0);
  nn_graph_remove_node (project->graph, find_role (project->graph, NN_ROLE_LOSS)->id);
  g_assert_cmpuint (assert_refused (project, "no loss"), ==, 0);
}

static void
test_data (void)
{
  g_autoptr (AppProject) project = make_project ("mlp", "digits");

  g_free (project->data.name);
  project->data.name = g_strdup ("unheard-of");
  assert_refused (project, "“unheard-of”");

  project->data.kind = APP_DATA_PATH;
  g_free (project->data.name);
  project->data.name = g_strdup ("/no/such/folder");
  assert_refused (project, "“/no/such/folder”");

  project->data.kind = APP_DATA_NONE;
  assert_refused (project, "no data");
}

/* The node is named, so that the canvas can show it. */
static void
test_fit (void)
{
  g_autoptr (AppProject) project = make_project ("perceptron-2d", "moons");
  NnShape plane = ds_generator_find ("moons")->item;
  g_autoptr (GError) error = NULL;

  g_free (project->data.name);
  project->data.name = g_strdup ("digits");
  g_assert_cmpuint (assert_refused (project, "1×28×28"), ==,
                    find_role (project->graph, NN_ROLE_INPUT)->id);

  /* A network for two classes, and data with three. */
  nn_graph_unref (project->graph);
  project->graph = nn_template_build (nn_template_find ("mlp"), &plane, 2, &error);
  g_assert_no_error (error);
  g_free (project->data.name);
  project->data.name = g_strdup ("blobs");
  g_assert_cmpuint (assert_refused (project, "3 classes"), !=, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ready/ready", test_ready);
  g_test_add_func ("/ready/network", test_network);
  g_test_add_func ("/ready/data", test_data);
  g_test_add_func ("/ready/fit", test_fit);

  return g_test_run ();
}
