/* recurrent.c: layers that read a sequence step by step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* A layer is a stack of layers, each in one direction or in both, and each of
 * those is a linear layer over all steps and the steps themselves (see
 * recurrent-steps.c).  Parameters have PyTorch's names: "weight-ih-l0" for the
 * inputs of the first layer, "weight-hh-l1-reverse" for the states of the second
 * from the end, and gates lie in PyTorch's order.
 *
 * Our batch comes first everywhere, so first and last states are batch × (layers ·
 * directions) × hidden, where PyTorch has (layers · directions) × batch × hidden. */

#define MAX_LAYERS 16
#define MAX_DIRECTIONS 2

typedef struct
{
  const char *steps;            /* the op for one direction of one layer */
  int         gates;
  gboolean    has_cells;
  gint64      hidden;
  int         layers, directions;
  gboolean    bias;
} Form;

static Form
form_of (const NnCall *call)
{
  gboolean lstm = g_str_equal (call->op->name, "lstm");
  gboolean gru = g_str_equal (call->op->name, "gru");

  return (Form) {
    .steps = lstm ? "lstm-steps" : gru ? "gru-steps" : "rnn-steps",
    .gates = lstm ? 4 : gru ? 3 : 1,
    .has_cells = lstm,
    .hidden = (gint64) nn_call_number (call, "hidden"),
    .layers = (int) nn_call_number (call, "layers"),
    .directions = nn_call_number (call, "bidirectional") != 0 ? 2 : 1,
    .bias = nn_call_number (call, "bias") != 0,
  };
}

static gboolean
check_state (const NnCall   *call,
             const char     *port,
             const NnShape  *state,
             GError        **error)
{
  int index = nn_op_find_in (call->op, port);
  g_autofree char *found = NULL;
  g_autofree char *wanted = NULL;
  NnShape item = nn_shape_item (state);

  /* Rank -1 is an open link, and rank 0 what it looks like in a fresh call. */
  if (index < 0 || call->in[index].shape.rank <= 0
      || nn_shape_equal (&call->in[index].shape, state))
    return TRUE;

  found = nn_call_print (call, index);
  wanted = nn_shape_print (&item);
  return nn_call_refuse (call, error,
                         _("a first state of %s is linked, but must be %s: layers and directions "
                           "by units."), found, wanted);
}

static gboolean
check_lengths (const NnCall  *call,
               GError       **error)
{
  const NnView *lengths = &call->in[nn_op_find_in (call->op, "lengths")];

  if (lengths->shape.rank <= 0)
    return TRUE;
  if (lengths->dtype != NN_INT64 || lengths->shape.rank != 1
      || lengths->shape.size[0] != call->in[0].shape.size[0])
    return nn_call_refuse (call, error,
                           _("the lengths must be one whole number for each sample."));

  return TRUE;
}

static gboolean
infer (NnCall  *call,
       GError **error)
{
  Form form = form_of (call);
  const NnShape *x = &call->in[0].shape;
  NnShape state, y;

  if (x->rank != 3)
    {
      g_autofree char *sample = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but must be a sequence: "
                               "steps×features."), sample);
    }

  y = NN_SHAPE (x->size[0], x->size[1], form.directions * form.hidden);
  state = NN_SHAPE (x->size[0], form.layers * form.directions, form.hidden);
  if (x->size[1] < 1)
    return nn_call_refuse (call, error, _("a sequence needs at least one step."));
  if (!check_state (call, "h0", &state, error) || !check_state (call, "c0", &state, error)
      || !check_lengths (call, error))
    return FALSE;

  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  for (int i = 1; i < call->n_out; i++)
    nn_call_set_out (call, i, NN_FLOAT32, &state);
  return TRUE;
}

static NnValue *
own (NnBuild       *build,
     const char    *name,
     const NnShape *shape,
     int            layer,
     gboolean       reverse)
{
  g_autofree char *full = g_strdup_printf ("%s-l%d%s", name, layer, reverse ? "-reverse" : "");

  return nn_build_own (build, NN_VALUE_PARAMETER, full, shape, "fan-in",
                       form_of (nn_build_call (build)).hidden);
}

/* The first state of one layer and direction: batch × 1 × hidden. */
static NnValue *
pick_state (NnBuild *build,
            NnValue *states,
            int      index)
{
  return states != NULL ? nn_build_slice (build, states, 1, index, index + 1) : NULL;
}

static NnValue *
join (NnBuild  *build,
      NnValue **parts,
      int       n_parts,
      int       axis)
{
  NnValue *whole = parts[0];

  for (int at = 1; at < n_parts;)
    {
      NnValue *in[NN_MAX_IN] = { whole };
      int n_in = 1;

      while (n_in < NN_MAX_IN && at < n_parts)
        in[n_in++] = parts[at++];
      nn_build_set (build, "axis", axis);
      whole = nn_build_op_array (build, "concat", in, n_in);
    }

  return whole;
}

/* One layer in one direction: y; the last states go to @h and @c. */
static NnValue *
add_direction (NnBuild  *build,
               NnValue  *x,
               int       layer,
               gboolean  reverse,
               NnValue **h,
               NnValue **c)
{
  const NnCall *call = nn_build_call (build);
  Form form = form_of (call);
  gint64 rows = form.gates * form.hidden;
  int index = layer * form.directions + reverse;
  NnShape wide = NN_SHAPE (rows, x->shape.size[2]);
  NnShape square = NN_SHAPE (rows, form.hidden);
  NnShape column = NN_SHAPE (rows);
  NnValue *weight_ih = own (build, "weight-ih", &wide, layer, reverse);
  NnValue *weight_hh = own (build, "weight-hh", &square, layer, reverse);
  NnValue *bias_ih = form.bias ? own (build, "bias-ih", &column, layer, reverse) : NULL;
  NnValue *bias_hh = form.bias ? own (build, "bias-hh", &column, layer, reverse) : NULL;
  NnValue *in[NN_MAX_IN];
  NnValue *first;
  int n_in = 0;
  int at_y = form.gates > 1;    /* gates are a result of their own, in front of y */

  /* Where both biases are only added, their slopes are one and the same sum. */
  if (form.bias && form.gates != 3)
    {
      bias_ih = nn_build_op (build, "add", bias_ih, bias_hh, NN_BUILD_END);
      bias_hh = NULL;
    }

  nn_build_set (build, "features", rows);
  nn_build_set (build, "bias", form.bias);
  in[n_in++] = nn_build_op (build, "linear", x, weight_ih, bias_ih, NN_BUILD_END);
  in[n_in++] = pick_state (build, nn_build_in (build, "h0"), index);
  if (form.has_cells)
    in[n_in++] = pick_state (build, nn_build_in (build, "c0"), index);
  in[n_in++] = nn_build_in (build, "lengths");
  in[n_in++] = weight_hh;
  in[n_in++] = bias_hh;

  nn_build_set (build, "reverse", reverse);
  if (form.gates == 1)
    nn_build_set (build, "nonlinearity", nn_call_number (call, "nonlinearity"));
  first = nn_build_op_array (build, form.steps, in, n_in);
  h[index] = nn_build_sibling (first, at_y + 1);
  c[index] = form.has_cells ? nn_build_sibling (first, at_y + 2) : NULL;
  return nn_build_sibling (first, at_y);
}

static void
expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  Form form = form_of (call);
  NnValue *x = nn_build_in (build, "x");
  NnValue *h[MAX_LAYERS * MAX_DIRECTIONS];
  NnValue *c[MAX_LAYERS * MAX_DIRECTIONS];
  int n_states = form.layers * form.directions;

  for (int layer = 0; layer < form.layers; layer++)
    {
      NnValue *y[MAX_DIRECTIONS] = { NULL };

      if (layer > 0 && nn_call_number (call, "dropout") > 0)
        {
          nn_build_set (build, "rate", nn_call_number (call, "dropout"));
          x = nn_build_op (build, "dropout", x, NN_BUILD_END);
        }
      for (int d = 0; d < form.directions; d++)
        y[d] = add_direction (build, x, layer, d == 1, h, c);
      x = join (build, y, form.directions, 2);
    }

  nn_build_result (build, "y", x);
  nn_build_result (build, "h", join (build, h, n_states, 1));
  if (form.has_cells)
    nn_build_result (build, "c", join (build, c, n_states, 1));
}

#define PORT_X { "x", N_("Sequence") }
#define PORT_H0 { "h0", N_("First state"), NN_PORT_OPTIONAL }
#define PORT_LENGTHS { "lengths", N_("Lengths"), NN_PORT_OPTIONAL, NN_INT64 }
#define PORT_Y { "y", N_("States of all steps"), NN_PORT_OUTPUT }
#define PORT_H { "h", N_("Last states"), NN_PORT_OUTPUT }

static const NnPort ports[] = {
  PORT_X, PORT_H0, PORT_LENGTHS, PORT_Y, PORT_H,
  { NULL }
};

static const NnPort lstm_ports[] = {
  PORT_X, PORT_H0, { "c0", N_("First cells"), NN_PORT_OPTIONAL }, PORT_LENGTHS,
  PORT_Y, PORT_H, { "c", N_("Last cells"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const nonlinearities[] = { "tanh", "relu", NULL };

#define ATTRS                                                                 \
  { "hidden", N_("Hidden units"), NN_ATTR_INT, 32, 1, 65536,                  \
    .onnx = "hidden_size", .torch = "hidden_size" },                          \
  { "layers", N_("Layers"), NN_ATTR_INT, 1, 1, MAX_LAYERS, .torch = "num_layers" }, \
  { "bidirectional", N_("In both directions"), NN_ATTR_BOOL, 0, 0, 1,         \
    .torch = "bidirectional" },                                               \
  { "dropout", N_("Share to drop between layers"), NN_ATTR_FLOAT, 0, 0, 1,    \
    .torch = "dropout" },                                                     \
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" }

static const NnAttr rnn_attrs[] = {
  ATTRS,
  { "nonlinearity", N_("Activation"), NN_ATTR_CHOICE, 0, .words = nonlinearities,
    .torch = "nonlinearity" },
  { NULL }
};

static const NnAttr attrs[] = { ATTRS, { NULL } };

#define NONE { -1 }

static const NnSample samples[] = {
  { .in = { { 3, { 3, 4, 5 } }, NONE, NONE }, .attrs = "hidden=6" },
  { .in = { { 3, { 3, 2, 5 } }, { 3, { 3, 4, 3 } }, { 1, { 3 } } },
    .attrs = "hidden=3 layers=2 bidirectional=true", .classes = 3 },
  { .in = { { 3, { 2, 3, 35 } }, NONE, { 1, { 2 } } },
    .attrs = "hidden=17 layers=5 bidirectional=true bias=false", .classes = 4,
    .low = -0.3f, .high = 0.4f },
  { .in = { { 3, { 0, 3, 4 } }, NONE, NONE }, .attrs = "hidden=4" },
  { .in[0].rank = 0 }
};

static const NnSample lstm_samples[] = {
  { .in = { { 3, { 3, 4, 5 } }, NONE, NONE, NONE }, .attrs = "hidden=6" },
  { .in = { { 3, { 3, 2, 5 } }, { 3, { 3, 4, 3 } }, { 3, { 3, 4, 3 } }, { 1, { 3 } } },
    .attrs = "hidden=3 layers=2 bidirectional=true", .classes = 3 },
  { .in = { { 3, { 2, 3, 35 } }, NONE, NONE, { 1, { 2 } } },
    .attrs = "hidden=17 layers=5 bidirectional=true bias=false", .classes = 4,
    .low = -0.3f, .high = 0.4f },
  { .in = { { 3, { 0, 3, 4 } }, NONE, NONE, NONE }, .attrs = "hidden=4" },
  { .in[0].rank = 0 }
};

#define LAYER                                                                 \
  .lesson   = "23",                                                           \
  .category = NN_CATEGORY_SEQUENCE,                                           \
  .infer    = infer,                                                          \
  .expand   = expand

const NnOp nn_ops_recurrent[] = {
  {
    .name = "rnn", .title = N_("RNN"), LAYER,
    .summary = N_("Reads a sequence step by step, with a state that is the memory of what was."),
    .ports = ports, .attrs = rnn_attrs, .samples = samples,
    .torch = "torch.nn.RNN",
  },
  {
    .name = "gru", .title = N_("GRU"), LAYER,
    .summary = N_("Reads a sequence, with gates that decide how much of its memory to renew."),
    .ports = ports, .attrs = attrs, .samples = samples,
    .torch = "torch.nn.GRU",
  },
  {
    .name = "lstm", .title = N_("LSTM"), LAYER,
    .summary = N_("Reads a sequence, with gated cells that remember over long distances."),
    .ports = lstm_ports, .attrs = attrs, .samples = lstm_samples,
    .torch = "torch.nn.LSTM",
  },
  { NULL }
};
