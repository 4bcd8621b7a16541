/* test-document.c: undo takes back everything, and the editor hears of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/document.h"
#include "app/graph-adapter.h"
#include "engine/random.h"
#include "engine/template.h"
#include "widgets/graph-model.h"

#include <string.h>

static AppDocument *
make_document (void)
{
  AppProject *project = app_project_new ();
  const NnTemplate *template = nn_template_find ("perceptron-2d");
  NnShape item = nn_template_item (template);

  nn_graph_unref (project->graph);
  project->graph = nn_template_build (template, &item, 2, NULL);
  return app_document_new (project, NULL);
}

static char *
to_json (AppDocument *document)
{
  return app_project_to_json (app_document_get_project (document), NULL);
}

/* What the editor shows as the signals have told it, to be held against what a
 * look at the model finds. */
typedef struct
{
  GHashTable *nodes;            /* id → title|subtitle|error|x|y */
  GHashTable *links;            /* "from.port>to.port" */
} Mirror;

static char *
describe (UiGraphModel *model,
          guint         id)
{
  const UiGraphNode *node = ui_graph_model_get_node (model, id);

  return g_strdup_printf ("%s|%s|%s|%g|%g", node->title, node->subtitle, node->error, node->x,
                          node->y);
}

static char *
link_key (const UiGraphLink *link)
{
  return g_strdup_printf ("%u.%u>%u.%u", link->from, link->from_port, link->to, link->to_port);
}

static void
node_cb (UiGraphModel *model,
         guint         id,
         Mirror       *mirror)
{
  g_hash_table_insert (mirror->nodes, GUINT_TO_POINTER (id), describe (model, id));
}

static void
node_removed_cb (UiGraphModel *model,
                 guint         id,
                 Mirror       *mirror)
{
  g_assert_true (g_hash_table_remove (mirror->nodes, GUINT_TO_POINTER (id)));
}

static void
link_added_cb (UiGraphModel      *model,
               const UiGraphLink *link,
               Mirror            *mirror)
{
  g_assert_true (g_hash_table_add (mirror->links, link_key (link)));
}

static void
link_removed_cb (UiGraphModel      *model,
                 const UiGraphLink *link,
                 Mirror            *mirror)
{
  g_autofree char *key = link_key (link);

  g_assert_true (g_hash_table_remove (mirror->links, key));
}

static void
mirror_init (Mirror       *mirror,
             UiGraphModel *model)
{
  g_autoptr (GArray) nodes = ui_graph_model_list_nodes (model);
  g_autoptr (GArray) links = ui_graph_model_list_links (model);

  mirror->nodes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  mirror->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < nodes->len; i++)
    node_cb (model, g_array_index (nodes, guint, i), mirror);
  for (guint i = 0; i < links->len; i++)
    link_added_cb (model, &g_array_index (links, UiGraphLink, i), mirror);
  g_signal_connect (model, "node-added", G_CALLBACK (node_cb), mirror);
  g_signal_connect (model, "node-changed", G_CALLBACK (node_cb), mirror);
  g_signal_connect (model, "node-moved", G_CALLBACK (node_cb), mirror);
  g_signal_connect (model, "node-removed", G_CALLBACK (node_removed_cb), mirror);
  g_signal_connect (model, "link-added", G_CALLBACK (link_added_cb), mirror);
  g_signal_connect (model, "link-removed", G_CALLBACK (link_removed_cb), mirror);
}

static void
mirror_check (Mirror       *mirror,
              UiGraphModel *model)
{
  g_autoptr (GArray) nodes = ui_graph_model_list_nodes (model);
  g_autoptr (GArray) links = ui_graph_model_list_links (model);

  g_assert_cmpuint (nodes->len, ==, g_hash_table_size (mirror->nodes));
  g_assert_cmpuint (links->len, ==, g_hash_table_size (mirror->links));
  for (guint i = 0; i < nodes->len; i++)
    {
      guint id = g_array_index (nodes, guint, i);
      g_autofree char *now = describe (model, id);

      g_assert_cmpstr (g_hash_table_lookup (mirror->nodes, GUINT_TO_POINTER (id)), ==, now);
    }
  for (guint i = 0; i < links->len; i++)
    {
      g_autofree char *key = link_key (&g_array_index (links, UiGraphLink, i));

      g_assert_true (g_hash_table_contains (mirror->links, key));
    }
}

static guint
any_node (UiGraphModel *model,
          NnRandom     *random)
{
  g_autoptr (GArray) nodes = ui_graph_model_list_nodes (model);

  return nodes->len > 0 ? g_array_index (nodes, guint, nn_random_below (random, nodes->len)) : 0;
}

/* One edit as a person might make it; some are refused, which changes nothing. */
static void
edit_at_random (AppDocument  *document,
                UiGraphModel *model,
                NnRandom     *random)
{
  static const char *const kinds[] = { "linear", "relu", "concat", "dropout", "add", "conv-2d" };
  AppProject *project = app_document_get_project (document);
  guint id = any_node (model, random);
  UiGraphPlace place = { id, nn_random_below (random, 500), nn_random_below (random, 500) };
  UiGraphLink link = { any_node (model, random), 0, id, nn_random_below (random, 2) };

  switch (nn_random_below (random, 9))
    {
    case 0:
      ui_graph_model_add_node (model, kinds[nn_random_below (random, G_N_ELEMENTS (kinds))],
                               place.x, place.y, NULL);
      break;
    case 1:
      if (id != 0 && nn_random_below (random, 3) == 0)
        ui_graph_model_remove_nodes (model, &id, 1, NULL);
      break;
    case 2:
      if (id != 0)
        ui_graph_model_move_nodes (model, &place, 1);
      break;
    case 3:
    case 4:
      if (id != 0)
        ui_graph_model_connect (model, &link, NULL);
      break;
    case 5:
      {
        g_autoptr (GArray) links = ui_graph_model_list_links (model);

        if (links->len > 0)
          ui_graph_model_disconnect (model, &g_array_index (links, UiGraphLink,
                                                            nn_random_below (random, links->len)),
                                     NULL);
      }
      break;
    case 6:
      app_document_begin (document, "Epochs", NULL);
      project->training.epochs = 1 + nn_random_below (random, 50);
      app_document_end (document);
      break;
    case 7:
      app_document_begin (document, "Training", NULL);
      if (id != 0)
        {
          NnTuning tuning = nn_graph_get_node (project->graph, id)->tuning;

          tuning.number[NN_TUNING_RATE] = nn_random_below (random, 5);
          nn_graph_set_tuning (project->graph, id, &tuning);
        }
      app_document_end (document);
      break;
    default:
      app_document_begin (document, "Rename", NULL);
      if (id != 0)
        {
          g_autofree char *name = g_strdup_printf ("n%u", nn_random_below (random, 1000));

          nn_graph_rename_node (project->graph, id, name, NULL);
        }
      app_document_end (document);
    }
}

static void
test_undo_all (void)
{
  g_autoptr (AppDocument) document = make_document ();
  g_autoptr (AppGraphAdapter) adapter = app_graph_adapter_new (document);
  UiGraphModel *model = UI_GRAPH_MODEL (adapter);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  Mirror mirror;
  NnRandom random;

  mirror_init (&mirror, model);
  nn_random_init (&random, 3, 4);
  g_ptr_array_add (states, to_json (document));
  for (int i = 0; i < 400; i++)
    {
      char *now;

      edit_at_random (document, model, &random);
      mirror_check (&mirror, model);
      now = to_json (document);
      if (g_strcmp0 (now, g_ptr_array_index (states, states->len - 1)) != 0)
        g_ptr_array_add (states, now);
      else
        g_free (now);
    }
  g_assert_cmpuint (states->len, >, 200);

  /* Moves that follow each other are one step, so states may be skipped. */
  while (app_document_get_undo_name (document) != NULL)
    {
      app_document_undo (document);
      mirror_check (&mirror, model);
    }
  {
    g_autofree char *first = to_json (document);

    g_assert_cmpstr (first, ==, g_ptr_array_index (states, 0));
    g_assert_false (app_document_get_modified (document));
  }

  while (app_document_get_redo_name (document) != NULL)
    {
      app_document_redo (document);
      mirror_check (&mirror, model);
    }
  {
    g_autofree char *last = to_json (document);

    g_assert_cmpstr (last, ==, g_ptr_array_index (states, states->len - 1));
    g_assert_true (app_document_get_modified (document));
  }

  g_hash_table_unref (mirror.nodes);
  g_hash_table_unref (mirror.links);
  g_assert_finalize_object (g_steal_pointer (&adapter));
  g_assert_finalize_object (g_steal_pointer (&document));
}

static void
set_epochs (AppDocument *document,
            guint32      epochs)
{
  app_document_begin (document, "Epochs", "epochs");
  app_document_get_project (document)->training.epochs = epochs;
  app_document_end (document);
}

/* Typing 120 is one step, not three; saving in between parts it. */
static void
test_merge (void)
{
  g_autoptr (AppDocument) document = make_document ();

  set_epochs (document, 1);
  set_epochs (document, 12);
  set_epochs (document, 120);
  app_document_undo (document);
  g_assert_cmpuint (app_document_get_project (document)->training.epochs, ==, 5);
  g_assert_null (app_document_get_undo_name (document));

  app_document_redo (document);
  app_document_set_modified (document, FALSE);
  set_epochs (document, 7);
  app_document_undo (document);
  g_assert_cmpuint (app_document_get_project (document)->training.epochs, ==, 120);
  g_assert_false (app_document_get_modified (document));
}

static void
test_nothing_changed (void)
{
  g_autoptr (AppDocument) document = make_document ();

  set_epochs (document, 5);
  g_assert_null (app_document_get_undo_name (document));
  g_assert_false (app_document_get_modified (document));
}

/* The link that an input had makes room for a new one, in one step. */
static void
test_replaced_link (void)
{
  g_autoptr (AppDocument) document = make_document ();
  g_autoptr (AppGraphAdapter) adapter = app_graph_adapter_new (document);
  UiGraphModel *model = UI_GRAPH_MODEL (adapter);
  NnGraph *graph = app_document_get_project (document)->graph;
  guint n_links = nn_graph_get_n_links (graph);
  UiGraphLink link = {
    nn_graph_find_node (graph, "relu1")->id, 0, nn_graph_find_node (graph, "loss")->id, 0
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (ui_graph_model_can_connect (model, &link, &error));
  g_assert_true (ui_graph_model_connect (model, &link, &error));
  g_assert_cmpuint (nn_graph_get_n_links (app_document_get_project (document)->graph), ==, n_links);
  app_document_undo (document);
  g_assert_null (app_document_get_undo_name (document));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/undo-all", test_undo_all);
  g_test_add_func ("/document/merge", test_merge);
  g_test_add_func ("/document/nothing-changed", test_nothing_changed);
  g_test_add_func ("/document/replaced-link", test_replaced_link);
  return g_test_run ();
}
