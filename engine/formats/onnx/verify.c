/* verify.c: whether an ONNX file gives what the network gives
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/formats/onnx/export.h"
#include "engine/formats/onnx/import.h"
#include "engine/random.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define SAMPLES   2
#define TOLERANCE 1e-4          /* of the largest number */

/* The network of @import with its numbers, or NULL. */
static NnNetwork *
make_network (NnImport  *import,
              NnDevice  *device,
              GError   **error)
{
  g_autoptr (NnNetwork) network = nn_network_new (import->graph, device, error);

  if (network == NULL)
    return NULL;

  for (guint i = 0; i < import->tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (import->tensors, i);
      NnModel *model = nn_network_get_model (network);
      const NnModelEntry *entry = nn_model_find (model, named->name);
      g_autoptr (NnTensor) copy = nn_tensor_dup (named->tensor, error);

      if (copy == NULL)
        return NULL;
      g_assert (entry != NULL);
      memcpy (nn_model_get_data (model, entry), nn_tensor_get_data (copy),
              nn_tensor_get_bytes (copy));
    }

  return g_steal_pointer (&network);
}

/* A plan of @network for the samples, with the results of all nodes kept. */
static NnPlan *
make_plan (NnNetwork  *network,
           NnLowered  *lowered,
           GError    **error)
{
  NnGraph *graph = nn_network_get_graph (network);

  if (!nn_lower (graph, nn_network_get_device (network), NN_MODE_PREDICT, SAMPLES, lowered, error))
    return NULL;

  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      NnValue *value = nn_lowered_find_node (lowered, nn_graph_get_nth (graph, i)->id);

      if (value != NULL)
        value->keep = TRUE;
    }
  return nn_plan_new (lowered->program, nn_network_get_model (network), NULL, error);
}

/* Numbers for @input: those of the example, or random ones. */
static gboolean
fill_input (const NnExport  *what,
            float           *input,
            gint64           count,
            GError         **error)
{
  NnBatch batch = { 0 };
  NnRandom random;

  nn_random_init (&random, 1, nn_random_stream ("onnx"));
  if (what->example != NULL
      && (!what->example->begin (what->example->data, NN_PART_TRAIN, 0, 0, 0, SAMPLES, error)
          || !what->example->next (what->example->data, &batch, error)))
    return FALSE;

  if (batch.count == SAMPLES)
    memcpy (input, batch.input, (gsize) count * sizeof (float));
  else
    for (gint64 i = 0; i < count; i++)
      input[i] = 2 * nn_random_uniform (&random) - 1;
  return TRUE;
}

static gboolean
is_equal (const float *a,
          const float *b,
          gint64       count)
{
  float largest = 0;

  for (gint64 i = 0; i < count; i++)
    largest = fmaxf (largest, fabsf (a[i]));

  /* Written so that what is no number differs, unless both are. */
  for (gint64 i = 0; i < count; i++)
    if (!(fabsf (a[i] - b[i]) <= TOLERANCE * fmaxf (largest, 1e-3f))
        && !(isnan (a[i]) && isnan (b[i])) && !(isinf (a[i]) && a[i] == b[i]))
      return FALSE;

  return TRUE;
}

typedef struct
{
  NnNetwork *network;
  NnLowered  lowered;
  NnPlan    *plan;
} Side;

/* The first node of ours whose namesake gives something else. */
static const NnNode *
find_difference (const Side *ours,
                 const Side *theirs)
{
  NnGraph *graph = nn_network_get_graph (ours->network);
  g_autofree guint *order = nn_graph_sort (graph);

  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_node (graph, order[i]);
      const NnNode *other = nn_graph_find_node (nn_network_get_graph (theirs->network),
                                                node->name);
      NnValue *a = nn_lowered_find_node ((NnLowered *) &ours->lowered, node->id);
      NnValue *b = other != NULL
                   ? nn_lowered_find_node ((NnLowered *) &theirs->lowered, other->id) : NULL;

      /* The memory of the samples may hold something else by now. */
      if (node->op->role == NN_ROLE_NONE && a != NULL && b != NULL
          && nn_shape_count (&a->shape) == nn_shape_count (&b->shape)
          && !is_equal (nn_plan_get_data (ours->plan, a), nn_plan_get_data (theirs->plan, b),
                        nn_shape_count (&a->shape)))
        return node;
    }

  return NULL;
}

static gboolean
compare (const NnExport  *what,
         const Side      *ours,
         const Side      *theirs,
         GError         **error)
{
  NnValue *a = ours->lowered.prediction;
  NnValue *b = theirs->lowered.prediction;
  gint64 n_in = nn_shape_count (&ours->lowered.input->shape);
  float *input = nn_plan_get_data (ours->plan, ours->lowered.input);
  const NnNode *node;

  if (!fill_input (what, input, n_in, error))
    return FALSE;
  memcpy (nn_plan_get_data (theirs->plan, theirs->lowered.input), input,
          (gsize) n_in * sizeof (float));
  nn_plan_run (ours->plan, 0, 0);
  nn_plan_run (theirs->plan, 0, 0);
  if (nn_shape_count (&a->shape) == nn_shape_count (&b->shape)
      && is_equal (nn_plan_get_data (ours->plan, a), nn_plan_get_data (theirs->plan, b),
                   nn_shape_count (&a->shape)))
    return TRUE;

  node = find_difference (ours, theirs);
  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("The ONNX file was read again and does not give what the network gives; they "
                 "differ from “%s” on. Nothing was written. Please report this."),
               node != NULL ? node->name
               : nn_graph_get_node (nn_network_get_graph (ours->network), a->node)->name);
  return FALSE;
}

gboolean
nn_onnx_verify (const NnExport  *what,
                GBytes          *bytes,
                const char      *source,
                const char      *folder,
                GError         **error)
{
  g_autoptr (NnImport) import = nn_onnx_import (bytes, source, folder, &nn_limits_usual, error);
  g_autoptr (NnNetwork) network = NULL;
  g_autoptr (NnPlan) our_plan = NULL;
  g_autoptr (NnPlan) their_plan = NULL;
  Side ours = { .network = what->network };
  Side theirs;

  if (import == NULL
      || (network = make_network (import, nn_network_get_device (what->network), error)) == NULL)
    return FALSE;

  theirs = (Side) { .network = network };
  ours.plan = our_plan = make_plan (ours.network, &ours.lowered, error);
  theirs.plan = their_plan = our_plan != NULL ? make_plan (network, &theirs.lowered, error) : NULL;
  return their_plan != NULL && compare (what, &ours, &theirs, error);
}
