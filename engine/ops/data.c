/* data.c: where samples and their answers enter a network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op.h"

#include <glib/gi18n-lib.h>

/* The plan binds the results of these ops from outside; they never run.  Their
 * shape attribute is that of one sample, without the batch. */

static const NnPort samples_port[] = {
  { "y", N_("Samples"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort answers_port[] = {
  { "y", N_("Right answers"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnAttr input_attrs[] = {
  { "shape", N_("Shape of one sample"), NN_ATTR_INTS, 1, 1, 65536 },
  { NULL }
};

static const char *const target_kinds[] = { "class", "numbers", NULL };

static const NnAttr target_attrs[] = {
  { "kind", N_("Answers are"), NN_ATTR_CHOICE, 0, .words = target_kinds },
  { "shape", N_("Shape of the numbers"), NN_ATTR_INTS, 1, 1, 65536 },
  { NULL }
};

/* Written for a batch of one: lowering puts the real batch in front. */
static gboolean
shape_from_attr (NnCall     *call,
                 const char *attr,
                 NnDtype     dtype)
{
  const NnAttrValue *value = nn_call_value (call, attr);
  NnShape shape = { value->count + 1, { 1 } };

  for (int i = 0; i < value->count && i + 1 < NN_MAX_RANK; i++)
    shape.size[i + 1] = (gint64) value->number[i];
  shape.rank = MIN (shape.rank, NN_MAX_RANK);
  nn_call_set_out (call, 0, dtype, &shape);

  return TRUE;
}

static gboolean
input_infer (NnCall  *call,
             GError **error)
{
  return shape_from_attr (call, "shape", NN_FLOAT32);
}

static gboolean
target_infer (NnCall  *call,
              GError **error)
{
  NnShape labels = { 1, { 1 } };

  if (nn_call_number (call, "kind") != 0)
    return shape_from_attr (call, "shape", NN_FLOAT32);

  nn_call_set_out (call, 0, NN_INT64, &labels);
  return TRUE;
}

const NnOp nn_ops_data[] = {
  {
    .name     = "input",
    .title    = N_("Input"),
    .summary  = N_("Hands the samples of the data set to the network."),
    .lesson   = "06",
    .category = NN_CATEGORY_DATA,
    .role     = NN_ROLE_INPUT,
    .ports    = samples_port,
    .attrs    = input_attrs,
    .infer    = input_infer,
  },
  {
    .name     = "target",
    .title    = N_("Target"),
    .summary  = N_("Hands the right answers of the data set to the loss."),
    .lesson   = "11",
    .category = NN_CATEGORY_DATA,
    .role     = NN_ROLE_TARGET,
    .ports    = answers_port,
    .attrs    = target_attrs,
    .infer    = target_infer,
  },
  { NULL }
};
