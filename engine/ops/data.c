/* data.c: where samples and their answers enter a network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>

/* The plan binds the results of input and target from outside; they never run.
 * The shape attribute is that of one sample, without the batch. */

static const NnPort samples_port[] = {
  { "y", N_("Samples"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort answers_port[] = {
  { "y", N_("Right answers"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const char *const input_kinds[] = { "numbers", "tokens", NULL };

static const NnAttr input_attrs[] = {
  { "shape", N_("Shape of one sample"), NN_ATTR_INTS, 1, 1, 65536 },
  { "kind", N_("Samples are"), NN_ATTR_CHOICE, 0, .words = input_kinds },
  { NULL }
};

/* In the order of NnAnswer. */
enum {
  CLASS,
  NUMBERS,
};

static const char *const target_kinds[] = { "class", "numbers", "classes", "tokens", NULL };

static const NnAttr target_attrs[] = {
  { "kind", N_("Answers are"), NN_ATTR_CHOICE, 0, .words = target_kinds },
  { "shape", N_("Shape of one answer"), NN_ATTR_INTS, 1, 1, 65536 },
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
  gboolean tokens = nn_call_number (call, "kind") != 0;

  return shape_from_attr (call, "shape", tokens ? NN_INT64 : NN_FLOAT32);
}

static gboolean
target_infer (NnCall  *call,
              GError **error)
{
  double kind = nn_call_number (call, "kind");
  NnShape labels = { 1, { 1 } };

  if (kind != CLASS)
    return shape_from_attr (call, "shape", kind == NUMBERS ? NN_FLOAT32 : NN_INT64);

  nn_call_set_out (call, 0, NN_INT64, &labels);
  return TRUE;
}

/* Numbers of the network's own are the same for each sample: there is one of
 * them, which broadcasting repeats, unless somebody needs as many as @x has. */
static gboolean
own_infer (NnCall  *call,
           GError **error)
{
  NnShape shape;

  shape_from_attr (call, "shape", NN_FLOAT32);
  shape = nn_shape_item (&call->out[0].shape);
  nn_call_set_in (call, 1, NN_FLOAT32, &shape);
  if (call->in[0].shape.rank > 0 && call->n_in > 0)
    call->out[0].shape.size[0] = call->in[0].shape.size[0];
  return TRUE;
}

static void
own_expand (NnBuild *build)
{
  const NnShape *y = &nn_build_call (build)->out[0].shape;
  NnShape one = nn_shape_item (y);
  NnValue *value = nn_build_in (build, "value");

  one = nn_shape_batch (&one, 1);
  value = nn_build_reshape (build, value, &one);
  if (!nn_shape_equal (&one, y))
    {
      nn_build_set_list (build, "shape", y->rank, y->size);
      value = nn_build_op (build, "expand-to", value, NN_BUILD_END);
    }
  nn_build_result (build, "y", value);
}

static const NnPort parameter_ports[] = {
  { "x", N_("As many as there are samples here"), NN_PORT_OPTIONAL },
  { "value", N_("Numbers"), NN_PORT_PARAMETER, NN_FLOAT32, "zeros" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort buffer_ports[] = {
  { "x", N_("As many as there are samples here"), NN_PORT_OPTIONAL },
  { "value", N_("Numbers"), NN_PORT_STATE, NN_FLOAT32, "zeros" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnSample own_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "shape=4" },
  { .in = { { 2, { 1, 5 } } }, .attrs = "shape=2,35" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "shape=4" },
  { .in[0].rank = 0 }
};

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
  {
    .name     = "parameter",
    .title    = N_("Parameter"),
    .summary  = N_("Hands out numbers that training changes, such as a place’s own vector."),
    .category = NN_CATEGORY_DATA,
    .ports    = parameter_ports,
    .attrs    = input_attrs,
    .infer    = own_infer,
    .expand   = own_expand,
    .samples  = own_samples,
  },
  {
    .name     = "buffer",
    .title    = N_("Buffer"),
    .summary  = N_("Hands out numbers that stay as they are, such as a mask."),
    .category = NN_CATEGORY_DATA,
    .ports    = buffer_ports,
    .attrs    = input_attrs,
    .infer    = own_infer,
    .expand   = own_expand,
    .samples  = own_samples,
  },
  { NULL }
};
