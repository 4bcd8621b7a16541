/* recurrent-steps.c: one direction of one recurrent layer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/recurrent.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the inputs contribute, p = W x + b, comes in ready for all steps: it is a
 * linear layer.  Likewise the slopes by its weights, by x, and by the recurrent
 * weights are products over all steps at once, made by the usual operations from
 * dp, the slope by p, and the states before each step.  Only what has to go step
 * by step is here.
 *
 * First and last states are batch × 1 × hidden, so that those of several layers
 * lie side by side when they are joined. */

static void *
in_data (const NnCall *call,
         const char   *port)
{
  int index = nn_op_find_in (call->op, port);

  return index >= 0 ? call->in[index].data : NULL;
}

static void *
out_data (const NnCall *call,
          const char   *port)
{
  int index = nn_op_find_out (call->op, port);

  return index >= 0 ? call->out[index].data : NULL;
}

static NnCell
cell_of (const NnCall *call)
{
  if (g_str_has_prefix (call->op->name, "lstm"))
    return NN_CELL_LSTM;
  if (g_str_has_prefix (call->op->name, "gru"))
    return NN_CELL_GRU;

  return nn_call_number (call, "nonlinearity") != 0 ? NN_CELL_RELU : NN_CELL_TANH;
}

/* What a call and its gradient have in common; the first operand of both is as
 * wide as the gates. */
static NnSteps
steps_of (const NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;

  return (NnSteps) {
    .cell = cell_of (call),
    .reverse = nn_call_number (call, "reverse") != 0,
    .b = shape->size[0],
    .t = shape->size[1],
    .h = shape->size[2] / nn_cell_gates (cell_of (call)),
    .lengths = in_data (call, "lengths"),
    .weight = in_data (call, "weight"),
    .c0 = in_data (call, "c0"),
    .workspace = call->workspace,
  };
}

static gboolean
prepare (NnCall  *call,
         GError **error)
{
  NnSteps steps = steps_of (call);

  call->workspace_bytes = nn_steps_size (&steps) * sizeof (float);
  return TRUE;
}

static void
forward_run (NnCall *call)
{
  NnSteps steps = steps_of (call);

  steps.bias = in_data (call, "bias");
  steps.h0 = in_data (call, "h0");
  steps.p = in_data (call, "p");
  steps.y = out_data (call, "y");
  steps.gates = nn_cell_gates (steps.cell) > 1 ? out_data (call, "gates") : steps.y;
  steps.q = out_data (call, "q");
  steps.cells = out_data (call, "cells");
  steps.states = out_data (call, "states");
  steps.last_h = out_data (call, "h");
  steps.last_c = out_data (call, "c");
  nn_steps_forward (&steps, call->pool, call->threads);
}

/* The slopes by the last states are the start; NULL says that nothing depends on
 * them. */
static float *
start_with (float       *to,
            const float *from,
            gint64       count)
{
  if (from != NULL)
    memcpy (to, from, (gsize) count * sizeof (float));
  else
    memset (to, 0, (gsize) count * sizeof (float));

  return to;
}

static void
backward_run (NnCall *call)
{
  NnStepsBack back = { steps_of (call) };
  gint64 count = back.steps.b * back.steps.h;

  back.steps.gates = call->in[0].data;
  back.steps.q = in_data (call, "q");
  back.steps.cells = in_data (call, "cells");
  back.steps.states = in_data (call, "states");
  back.dy = in_data (call, "dy");
  back.dp = out_data (call, "dp");
  back.dq = out_data (call, "dq");
  back.dh = start_with (out_data (call, "dh0"), in_data (call, "dh"), count);
  if (back.steps.cell == NN_CELL_LSTM)
    back.dc = start_with (out_data (call, "dc0"), in_data (call, "dc"), count);
  nn_steps_backward (&back, call->pool, call->threads);
}

static gint64
work (const NnCall *call)
{
  NnSteps steps = steps_of (call);

  return steps.b * steps.t * nn_cell_gates (steps.cell) * steps.h * steps.h;
}

/* Every result is as wide as the gates, or one number for each unit at each
 * step, or one for each unit. */
static gboolean
infer (NnCall  *call,
       GError **error)
{
  NnSteps steps = steps_of (call);
  NnShape all = NN_SHAPE (steps.b, steps.t, steps.h);
  NnShape last = NN_SHAPE (steps.b, 1, steps.h);

  for (int i = 0; i < call->n_out; i++)
    {
      const char *name = nn_op_get_out (call->op, i)->name;
      gboolean wide = g_str_equal (name, "gates") || g_str_equal (name, "dp")
                      || g_str_equal (name, "dq");
      gboolean single = g_str_equal (name, "h") || g_str_equal (name, "c")
                        || g_str_equal (name, "dh0") || g_str_equal (name, "dc0");

      nn_call_set_out (call, i, NN_FLOAT32,
                       wide ? &call->in[0].shape : single ? &last : &all);
    }
  return TRUE;
}

/* Operands of the gradient op: by name, those of the call, its results, and the
 * slopes by these, called "dy" for "y". */
static NnValue *
operand (NnBuild    *build,
         const char *name)
{
  const NnOp *op = nn_build_call (build)->op;

  if (nn_op_find_in (op, name) >= 0)
    return nn_build_in (build, name);
  if (nn_op_find_out (op, name) >= 0)
    return nn_build_out (build, name);
  return nn_build_slope (build, name + 1);
}

static NnValue *
as_matrix (NnBuild *build,
           NnValue *value)
{
  NnShape shape = NN_SHAPE (value->shape.size[0] * value->shape.size[1], value->shape.size[2]);

  return nn_build_reshape (build, value, &shape);
}

static void
gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  g_autofree char *name = g_strconcat (call->op->name, "-gradient", NULL);
  const NnOp *op = nn_op_find (name);
  gboolean is_gru = nn_op_find_out (op, "dq") >= 0;
  NnValue *in[NN_MAX_IN];
  NnValue *first, *slope;
  int n_in = nn_op_count_in (op);

  for (int i = 0; i < n_in; i++)
    in[i] = operand (build, nn_op_get_in (op, i)->name);
  for (int i = 0; op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, op->attrs[i].name, nn_call_value (call, op->attrs[i].name));
  first = nn_build_op_array (build, name, in, n_in);

  nn_build_gradient (build, "p", first);
  slope = as_matrix (build, is_gru ? nn_build_sibling (first, 1) : first);
  if (nn_build_wants (build, "weight"))
    {
      NnValue *states = as_matrix (build, nn_build_out (build, "states"));

      nn_build_set (build, "transpose-a", TRUE);
      nn_build_gradient (build, "weight",
                         nn_build_op (build, "gemm", slope, states, NN_BUILD_END));
    }
  if (nn_build_wants (build, "bias"))
    {
      nn_build_set (build, "axes", 0);
      nn_build_gradient (build, "bias", nn_build_op (build, "sum", slope, NN_BUILD_END));
    }
  if (nn_build_wants (build, "h0"))
    nn_build_gradient (build, "h0", nn_build_sibling (first, is_gru ? 2 : 1));
  if (nn_op_find_in (call->op, "c0") >= 0 && nn_build_wants (build, "c0"))
    nn_build_gradient (build, "c0", nn_build_sibling (first, 2));
}

/* Ports that several of these ops have. */
#define PORT_P { "p", N_("From the inputs") }
#define PORT_H0 { "h0", N_("First state"), NN_PORT_OPTIONAL }
#define PORT_C0 { "c0", N_("First cells"), NN_PORT_OPTIONAL }
#define PORT_LENGTHS { "lengths", N_("Lengths"), NN_PORT_OPTIONAL, NN_INT64 }
#define PORT_WEIGHT { "weight", N_("Recurrent weights") }
#define PORT_BIAS { "bias", N_("Recurrent bias"), NN_PORT_OPTIONAL }
#define PORT_GATES { "gates", N_("Gates"), NN_PORT_HIDDEN }
#define PORT_Y { "y", N_("States of all steps"), NN_PORT_OUTPUT }
#define PORT_H { "h", N_("Last state"), NN_PORT_OUTPUT }
#define PORT_STATES { "states", N_("States before the steps"), NN_PORT_HIDDEN }
#define PORT_DY { "dy", N_("Gradient by the states"), NN_PORT_OPTIONAL }
#define PORT_DH { "dh", N_("Gradient by the last state"), NN_PORT_OPTIONAL }
#define PORT_DP { "dp", N_("Gradient by what the inputs give"), NN_PORT_OUTPUT }
#define PORT_DH0 { "dh0", N_("Gradient by the first state"), NN_PORT_OUTPUT }

static const NnPort rnn_ports[] = {
  PORT_P, PORT_H0, PORT_LENGTHS, PORT_WEIGHT, PORT_BIAS,
  PORT_Y, PORT_H, PORT_STATES,
  { NULL }
};

static const NnPort rnn_gradient_ports[] = {
  { "y", N_("States of all steps") }, PORT_LENGTHS, PORT_WEIGHT, PORT_DY, PORT_DH,
  PORT_DP, PORT_DH0,
  { NULL }
};

static const NnPort gru_ports[] = {
  PORT_P, PORT_H0, PORT_LENGTHS, PORT_WEIGHT, PORT_BIAS,
  PORT_GATES, PORT_Y, PORT_H, { "q", N_("State in the new gate"), NN_PORT_HIDDEN }, PORT_STATES,
  { NULL }
};

static const NnPort gru_gradient_ports[] = {
  { "gates", N_("Gates") }, { "q", N_("State in the new gate") },
  { "states", N_("States before the steps") }, PORT_LENGTHS, PORT_WEIGHT, PORT_DY, PORT_DH,
  PORT_DP, { "dq", N_("Gradient by what the states give"), NN_PORT_OUTPUT }, PORT_DH0,
  { NULL }
};

static const NnPort lstm_ports[] = {
  PORT_P, PORT_H0, PORT_C0, PORT_LENGTHS, PORT_WEIGHT, PORT_BIAS,
  PORT_GATES, PORT_Y, PORT_H, { "c", N_("Last cells"), NN_PORT_OUTPUT },
  { "cells", N_("Cells of all steps"), NN_PORT_HIDDEN }, PORT_STATES,
  { NULL }
};

static const NnPort lstm_gradient_ports[] = {
  { "gates", N_("Gates") }, { "cells", N_("Cells of all steps") }, PORT_C0, PORT_LENGTHS,
  PORT_WEIGHT, PORT_DY, PORT_DH, { "dc", N_("Gradient by the last cells"), NN_PORT_OPTIONAL },
  PORT_DP, PORT_DH0, { "dc0", N_("Gradient by the first cells"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const nonlinearities[] = { "tanh", "relu", NULL };

static const NnAttr rnn_attrs[] = {
  { "reverse", N_("From the end"), NN_ATTR_BOOL, 0, 0, 1 },
  { "nonlinearity", N_("Activation"), NN_ATTR_CHOICE, 0, .words = nonlinearities },
  { NULL }
};

static const NnAttr gated_attrs[] = {
  { "reverse", N_("From the end"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

/* An optional operand that is absent. */
#define NONE { -1 }

static const NnSample rnn_samples[] = {
  { .in = { { 3, { 3, 4, 5 } }, { 3, { 3, 1, 5 } }, { 1, { 3 } }, { 2, { 5, 5 } }, { 1, { 5 } } },
    .classes = 5, .low = -1, .high = 1 },
  { .in = { { 3, { 9, 3, 37 } }, NONE, NONE, { 2, { 37, 37 } }, NONE },
    .attrs = "reverse=true nonlinearity=relu", .low = 0.05f, .high = 0.2f },
  { .in = { { 3, { 0, 2, 5 } }, NONE, { 1, { 0 } }, { 2, { 5, 5 } }, { 1, { 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample gru_samples[] = {
  { .in = { { 3, { 3, 4, 15 } }, { 3, { 3, 1, 5 } }, { 1, { 3 } }, { 2, { 15, 5 } },
            { 1, { 15 } } },
    .classes = 5, .low = -1, .high = 1 },
  { .in = { { 3, { 9, 3, 111 } }, NONE, NONE, { 2, { 111, 37 } }, NONE },
    .attrs = "reverse=true", .low = -1, .high = 1 },
  { .in = { { 3, { 0, 2, 15 } }, NONE, { 1, { 0 } }, { 2, { 15, 5 } }, { 1, { 15 } } } },
  { .in[0].rank = 0 }
};

static const NnSample lstm_samples[] = {
  { .in = { { 3, { 3, 4, 20 } }, { 3, { 3, 1, 5 } }, { 3, { 3, 1, 5 } }, { 1, { 3 } },
            { 2, { 20, 5 } }, { 1, { 20 } } },
    .classes = 5, .low = -1, .high = 1 },
  { .in = { { 3, { 9, 3, 148 } }, NONE, NONE, NONE, { 2, { 148, 37 } }, NONE },
    .attrs = "reverse=true", .low = -1, .high = 1 },
  /* Weights so large that the threads share the units, not the items. */
  { .in = { { 3, { 17, 2, 1184 } }, NONE, NONE, { 1, { 17 } }, { 2, { 1184, 296 } },
            { 1, { 1184 } } },
    .attrs = "reverse=true", .classes = 3, .low = -0.2f, .high = 0.2f },
  { .in = { { 3, { 0, 2, 20 } }, NONE, NONE, { 1, { 0 } }, { 2, { 20, 5 } }, { 1, { 20 } } } },
  { .in[0].rank = 0 }
};

static const NnSample rnn_gradient_samples[] = {
  { .in = { { 3, { 3, 4, 5 } }, { 1, { 3 } }, { 2, { 5, 5 } }, { 3, { 3, 4, 5 } },
            { 3, { 3, 1, 5 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample gru_gradient_samples[] = {
  { .in = { { 3, { 3, 4, 15 } }, { 3, { 3, 4, 5 } }, { 3, { 3, 4, 5 } }, { 1, { 3 } },
            { 2, { 15, 5 } }, { 3, { 3, 4, 5 } }, { 3, { 3, 1, 5 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample lstm_gradient_samples[] = {
  { .in = { { 3, { 3, 4, 20 } }, { 3, { 3, 4, 5 } }, { 3, { 3, 1, 5 } }, { 1, { 3 } },
            { 2, { 20, 5 } }, { 3, { 3, 4, 5 } }, { 3, { 3, 1, 5 } }, { 3, { 3, 1, 5 } } },
    .classes = 5 },
  { .in[0].rank = 0 }
};

#define KERNEL(run)                                                           \
  .cpu = (const NnKernel[]) { { "panels", NN_LAYOUT_ROWS, NULL, prepare, run }, { NULL } }

#define STEPS                                                                 \
  .title    = N_("Steps of a recurrent layer"),                               \
  .summary  = N_("Takes one layer in one direction through all steps."),      \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .infer    = infer,                                                          \
  .gradient = gradient,                                                       \
  .work     = work,                                                           \
  KERNEL (forward_run)

#define SLOPE                                                                 \
  .title    = N_("Slope of a recurrent layer"),                               \
  .summary  = N_("Sends gradients back through all steps of a recurrent layer."), \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .infer    = infer,                                                          \
  .work     = work,                                                           \
  KERNEL (backward_run)

const NnOp nn_ops_recurrent_steps[] = {
  { .name = "rnn-steps", STEPS, .ports = rnn_ports, .attrs = rnn_attrs, .samples = rnn_samples },
  { .name = "gru-steps", STEPS, .ports = gru_ports, .attrs = gated_attrs, .samples = gru_samples },
  {
    .name = "lstm-steps", STEPS, .ports = lstm_ports, .attrs = gated_attrs,
    .samples = lstm_samples,
  },
  {
    .name = "rnn-steps-gradient", SLOPE, .ports = rnn_gradient_ports, .attrs = rnn_attrs,
    .samples = rnn_gradient_samples,
  },
  {
    .name = "gru-steps-gradient", SLOPE, .ports = gru_gradient_ports, .attrs = gated_attrs,
    .samples = gru_gradient_samples,
  },
  {
    .name = "lstm-steps-gradient", SLOPE, .ports = lstm_gradient_ports, .attrs = gated_attrs,
    .samples = lstm_gradient_samples,
  },
  { NULL }
};
