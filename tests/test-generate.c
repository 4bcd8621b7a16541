/* test-generate.c: networks that write, one token after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/generate.h"

#include <math.h>
#include <string.h>

/* A network of one embedding and one linear layer knows nothing but the token
 * before: what it writes can be computed by hand.  The vocabulary is padding,
 * end, begin, and three words. */

enum { PADDING, END, BEGIN, A, B, C, N_TOKENS };

#define ROOM 4

/* Probabilities of the next token, a row for each token before.  The best first
 * word, A, is followed by nothing that is likely; B leads to C and the end. */
static const float chances[N_TOKENS][N_TOKENS] = {
  [BEGIN] = { [A] = 0.5f, [B] = 0.4f, [C] = 0.1f },
  [A] = { [END] = 0.3f, [A] = 0.25f, [B] = 0.25f, [C] = 0.2f },
  [B] = { [C] = 0.9f, [END] = 0.1f },
  [C] = { [END] = 0.8f, [A] = 0.2f },
  [END] = { [END] = 1 },
  [PADDING] = { [PADDING] = 1 },
};

static NnDevice *device;

static guint
add_node (NnGraph    *graph,
          const char *op,
          const char *name,
          const char *settings,
          guint       from)
{
  const NnOp *record = nn_op_find (op);
  guint id = nn_graph_add_node (graph, record, 0, name);
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);
  g_autoptr (GError) error = NULL;

  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      NnAttrValue value;

      nn_attr_parse (&record->attrs[nn_attrs_find (record->attrs, pair[0])], pair[1], &value,
                     &error);
      g_assert_no_error (error);
      nn_graph_set_attr (graph, id, pair[0], &value, &error);
      g_assert_no_error (error);
    }
  if (from != 0)
    nn_graph_connect (graph, &(NnLink) { from, 0, id, 0 }, &error);
  g_assert_no_error (error);

  return id;
}

/* The chain behind @from: what follows the token is looked up in chances. */
static NnNetwork *
finish_network (NnGraph  *graph,
                guint     from,
                gboolean  window)
{
  g_autoptr (GError) error = NULL;
  NnNetwork *network;
  NnModel *model;
  float *weight;

  from = add_node (graph, "embedding", "embedding", "entries=6 features=6", from);
  if (window)
    from = add_node (graph, "flatten", "flatten", "", from);
  add_node (graph, "linear", "linear", "features=6 bias=false", from);
  network = nn_network_new (graph, device, &error);
  g_assert_no_error (error);

  model = nn_network_get_model (network);
  weight = nn_model_get_data (model, nn_model_find (model, "embedding.weight"));
  for (int i = 0; i < N_TOKENS; i++)
    weight[i * N_TOKENS + i] = 1;
  weight = nn_model_get_data (model, nn_model_find (model, "linear.weight"));
  for (int to = 0; to < N_TOKENS; to++)
    for (int before = 0; before < N_TOKENS; before++)
      {
        int row = window ? to * ROOM * N_TOKENS + (ROOM - 1) * N_TOKENS : to * N_TOKENS;

        weight[row + before] = logf (chances[before][to] + 1e-9f);
      }
  return network;
}

static NnNetwork *
make_decoder (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  guint target;

  add_node (graph, "input", "input", "kind=tokens shape=3", 0);
  target = add_node (graph, "target", "target", "kind=tokens shape=4", 0);
  return finish_network (graph, add_node (graph, "shift-right", "teacher", "begin=2", target),
                         FALSE);
}

static NnNetwork *
make_reader (gboolean window)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();

  return finish_network (graph, add_node (graph, "input", "input", "kind=tokens shape=4", 0),
                         window);
}

/* @expected are the tokens of all texts, one behind the other. */
static void
check (NnNetwork           *network,
       const gint64        *samples,
       gint64               n_samples,
       const NnGeneration  *settings,
       const gint64        *expected,
       double              *scores)
{
  g_autoptr (NnTensor) texts = NULL;
  g_autoptr (GError) error = NULL;

  nn_generate (network, samples, n_samples, settings, NULL, &texts, scores, &error);
  g_assert_no_error (error);
  g_assert_cmpint (nn_tensor_get_shape (texts)->size[0], ==, n_samples);
  g_assert_cmpmem (nn_tensor_get_data (texts), nn_tensor_get_bytes (texts), expected,
                   nn_tensor_get_bytes (texts));
}

static void
test_greedy (void)
{
  NnNetwork *network = make_decoder ();
  NnGeneration settings = { .end = END, .padding = PADDING, .beams = 1 };
  const gint64 samples[6] = { A, B, C, C, B, A };
  double scores[2];

  /* A is the likeliest word, and the end the likeliest behind it. */
  check (network, samples, 2, &settings, (gint64[]) { A, END, 0, 0, A, END, 0, 0 }, scores);
  g_assert_cmpfloat_with_epsilon (scores[0], log (0.5 * 0.3), 1e-5);

  /* No end before the third token. */
  settings.shortest = 2;
  check (network, samples, 1, &settings, (gint64[]) { A, A, END, 0 }, scores);
  settings.longest = 2;
  check (network, samples, 1, &settings, (gint64[]) { A, A }, scores);
  g_assert_cmpfloat_with_epsilon (scores[0], log (0.5 * 0.25), 1e-5);
  nn_network_free (network);
}

static void
test_beams (void)
{
  NnNetwork *network = make_decoder ();
  NnGeneration settings = { .end = END, .padding = PADDING, .beams = 3 };
  const gint64 samples[3] = { A, B, C };
  double score;

  /* 0.4 · 0.9 · 0.8 is more than 0.5 · 0.3. */
  check (network, samples, 1, &settings, (gint64[]) { B, C, END, 0 }, &score);
  g_assert_cmpfloat_with_epsilon (score, log (0.4 * 0.9 * 0.8), 1e-5);

  settings.length_penalty = 1;
  check (network, samples, 1, &settings, (gint64[]) { B, C, END, 0 }, &score);
  g_assert_cmpfloat_with_epsilon (score, log (0.4 * 0.9 * 0.8) / 3, 1e-5);
  nn_network_free (network);
}

/* Texts that are given end at different places of the same batch. */
static void
test_continue (void)
{
  NnNetwork *network = make_reader (FALSE);
  NnGeneration settings = { .end = END, .padding = PADDING, .beams = 1 };
  const gint64 samples[12] = { B, 0, 0, 0, C, A, B, 0, A, A, A, A };

  check (network, samples, 3, &settings, (gint64[]) { C, END, 0, 0, C, 0, 0, 0, 0, 0, 0, 0 },
         NULL);
  nn_network_free (network);
}

static void
test_window (void)
{
  NnNetwork *network = make_reader (TRUE);
  NnGeneration settings = { .end = END, .padding = PADDING, .beams = 2, .longest = 6 };
  const gint64 samples[8] = { B, 0, 0, 0, A, A, A, B };

  check (network, samples, 2, &settings,
         (gint64[]) { C, END, 0, 0, 0, 0, C, END, 0, 0, 0, 0 }, NULL);
  nn_network_free (network);
}

static void
test_refusals (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  NnGeneration settings = { .end = END, .padding = PADDING, .beams = 1 };
  const float samples[3] = { 0 };
  const int cancelled = 1;
  g_autoptr (NnTensor) texts = NULL;
  g_autoptr (GError) error = NULL;
  NnNetwork *network;

  add_node (graph, "linear", "linear", "features=2",
            add_node (graph, "input", "input", "shape=3", 0));
  network = nn_network_new (graph, device, &error);
  g_assert_no_error (error);
  g_assert_false (nn_generate (network, samples, 1, &settings, NULL, &texts, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_clear_error (&error);
  nn_network_free (network);

  network = make_decoder ();
  settings.beams = 0;
  g_assert_false (nn_generate (network, samples, 1, &settings, NULL, &texts, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
  g_clear_error (&error);

  settings.beams = 1;
  g_assert_false (nn_generate (network, (gint64[]) { A, B, C }, 1, &settings, &cancelled, &texts,
                               NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_CANCELLED);
  g_assert_null (texts);
  nn_network_free (network);
}

static void
test_skipped (void)
{
  g_test_skip ("networks cannot read tokens yet");
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  if (nn_op_find ("embedding") == NULL
      || nn_attrs_find (nn_op_find ("input")->attrs, "kind") < 0)
    {
      g_test_add_func ("/generate/without-tokens", test_skipped);
      return g_test_run ();
    }

  device = nn_cpu_device_new (2);
  g_test_add_func ("/generate/greedy", test_greedy);
  g_test_add_func ("/generate/beams", test_beams);
  g_test_add_func ("/generate/continue", test_continue);
  g_test_add_func ("/generate/window", test_window);
  g_test_add_func ("/generate/refusals", test_refusals);

  result = g_test_run ();
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
  nn_device_unref (device);
  return result;
}
