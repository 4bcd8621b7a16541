/* sequence.c: sequences of different lengths in one batch
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Sentences of a batch are filled up to equal length with a padding id.  These
 * ops find out where each really ends. */

static void
lengths_run (NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;
  const gint64 *ids = call->in[0].data;
  gint64 *lengths = call->out[0].data;
  gint64 padding = (gint64) nn_call_number (call, "padding");

  for (gint64 i = 0; i < shape->size[0]; i++)
    {
      lengths[i] = 0;
      for (gint64 t = 0; t < shape->size[1]; t++)
        lengths[i] += ids[i * shape->size[1] + t] != padding;
    }
}

static void
padding_mask_run (NnCall *call)
{
  const gint64 *ids = call->in[0].data;
  guint8 *mask = call->out[0].data;
  gint64 padding = (gint64) nn_call_number (call, "padding");

  for (gint64 i = 0; i < nn_shape_count (&call->in[0].shape); i++)
    mask[i] = ids[i] == padding;
}

/* Each token has its predecessor as input, and the first one the sign for the
 * beginning.  What the loss passes over is padding to the network. */
static void
shift_right_run (NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;
  const gint64 *target = call->in[0].data;
  gint64 *y = call->out[0].data;
  gint64 padding = (gint64) nn_call_number (call, "padding");

  if (shape->size[1] == 0)
    return;
  for (gint64 i = 0; i < shape->size[0]; i++, target += shape->size[1], y += shape->size[1])
    {
      y[0] = (gint64) nn_call_number (call, "begin");
      for (gint64 t = 1; t < shape->size[1]; t++)
        y[t] = target[t - 1] >= 0 ? target[t - 1] : padding;
    }
}

/* Where item @i of @call, whose sequences have @steps steps, really ends: there
 * the forward half of the features is taken; the backward half ended its way at
 * the first step. */
static gint64
last_step (const gint64 *lengths,
           gint64        i,
           gint64        steps)
{
  return lengths != NULL ? CLAMP (lengths[i], 1, steps) - 1 : steps - 1;
}

static void
take_last_run (NnCall *call)
{
  const NnShape *x = &call->in[0].shape;
  gint64 steps = x->size[1];
  gint64 f = x->size[2];
  gint64 ahead = nn_call_number (call, "bidirectional") != 0 ? f / 2 : f;
  const float *from = call->in[0].data;
  float *to = call->out[0].data;

  for (gint64 i = 0; i < x->size[0]; i++, from += steps * f, to += f)
    {
      memcpy (to, from + last_step (call->in[1].data, i, steps) * f,
              (gsize) ahead * sizeof (float));
      memcpy (to + ahead, from + ahead, (gsize) (f - ahead) * sizeof (float));
    }
}

static void
take_last_gradient_run (NnCall *call)
{
  const NnShape *x = &call->out[0].shape;
  gint64 steps = x->size[1];
  gint64 f = x->size[2];
  gint64 ahead = nn_call_number (call, "bidirectional") != 0 ? f / 2 : f;
  const float *from = call->in[0].data;
  float *to = call->out[0].data;

  memset (to, 0, (gsize) nn_shape_count (x) * sizeof (float));
  for (gint64 i = 0; i < x->size[0]; i++, from += f, to += steps * f)
    {
      memcpy (to + last_step (call->in[1].data, i, steps) * f, from,
              (gsize) ahead * sizeof (float));
      memcpy (to + ahead, from + ahead, (gsize) (f - ahead) * sizeof (float));
    }
}

static gboolean
check_ids (NnCall  *call,
           GError **error)
{
  if (call->in[0].dtype != NN_INT64 || call->in[0].shape.rank != 2)
    {
      g_autofree char *sample = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but must be a row of whole numbers: the "
                               "ids of its words."), sample);
    }

  return TRUE;
}

static gboolean
lengths_infer (NnCall  *call,
               GError **error)
{
  NnShape items;

  if (!check_ids (call, error))
    return FALSE;

  items = NN_SHAPE (call->in[0].shape.size[0]);
  nn_call_set_out (call, 0, NN_INT64, &items);
  return TRUE;
}

static gboolean
shift_right_infer (NnCall  *call,
                   GError **error)
{
  if (call->in[0].dtype != NN_INT64 || call->in[0].shape.rank != 2)
    return nn_call_refuse (call, error,
                           _("the answers must be texts: set “Answers are” of the target to "
                             "“tokens”."));

  nn_call_set_out (call, 0, NN_INT64, &call->in[0].shape);
  return TRUE;
}

static gboolean
padding_mask_infer (NnCall  *call,
                    GError **error)
{
  if (!check_ids (call, error))
    return FALSE;

  nn_call_set_out (call, 0, NN_BOOL, &call->in[0].shape);
  return TRUE;
}

static gboolean
take_last_infer (NnCall  *call,
                 GError **error)
{
  const NnShape *x = &call->in[0].shape;
  const NnView *lengths = &call->in[1];
  NnShape y;

  if (x->rank != 3 || x->size[1] < 1)
    {
      g_autofree char *sample = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but must be a sequence: "
                               "steps×features."), sample);
    }
  if (nn_call_number (call, "bidirectional") != 0 && x->size[2] % 2 != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " features cannot be halved into two directions."),
                           x->size[2]);
  if (lengths->shape.rank > 0
      && (lengths->dtype != NN_INT64 || lengths->shape.rank != 1
          || lengths->shape.size[0] != x->size[0]))
    return nn_call_refuse (call, error,
                           _("the lengths must be one whole number for each sample."));

  y = NN_SHAPE (x->size[0], x->size[2]);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
take_last_gradient_infer (NnCall  *call,
                          GError **error)
{
  const NnShape *dy = &call->in[0].shape;
  NnShape x = NN_SHAPE (dy->size[0], (gint64) nn_call_number (call, "steps"), dy->size[1]);

  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

static void
take_last_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set (build, "bidirectional", nn_call_number (call, "bidirectional"));
  nn_build_set (build, "steps", call->in[0].shape.size[1]);
  nn_build_gradient (build, "x",
                     nn_build_op (build, "take-last-gradient", nn_build_slope (build, "y"),
                                  nn_build_in (build, "lengths"), NN_BUILD_END));
}

static const NnPort lengths_ports[] = {
  { "ids", N_("Ids"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Lengths"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort padding_mask_ports[] = {
  { "ids", N_("Ids"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("What is padding"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort shift_right_ports[] = {
  { "target", N_("Right answers"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("What the decoder reads"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort take_last_ports[] = {
  { "x", N_("Sequence") },
  { "lengths", N_("Lengths"), NN_PORT_OPTIONAL, NN_INT64 },
  { "y", N_("Last step"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort take_last_gradient_ports[] = {
  { "dy", N_("Gradient by the last step") },
  { "lengths", N_("Lengths"), NN_PORT_OPTIONAL, NN_INT64 },
  { "dx", N_("Gradient by the sequence"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr padding_attrs[] = {
  { "padding", N_("Padding id"), NN_ATTR_INT, 0, 0, 1e9, .torch = "padding_idx" },
  { NULL }
};

static const NnAttr shift_right_attrs[] = {
  { "begin", N_("Id of the beginning"), NN_ATTR_INT, 2, 0, 1e9 },
  { "padding", N_("Padding id"), NN_ATTR_INT, 0, 0, 1e9 },
  { NULL }
};

static const NnAttr take_last_attrs[] = {
  { "bidirectional", N_("From both directions"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnAttr take_last_gradient_attrs[] = {
  { "bidirectional", N_("From both directions"), NN_ATTR_BOOL, 0, 0, 1 },
  { "steps", N_("Steps"), NN_ATTR_INT, 1, 1, 1e9 },
  { NULL }
};

static const NnSample id_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .classes = 3 },
  { .in = { { 2, { 2, 37 } } }, .attrs = "padding=1", .classes = 3 },
  { .in = { { 2, { 0, 5 } } }, .classes = 3 },
  { .in[0].rank = 0 }
};

static const NnSample take_last_samples[] = {
  { .in = { { 3, { 3, 4, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 3, { 2, 3, 34 } }, { -1 } }, .attrs = "bidirectional=true" },
  { .in = { { 3, { 0, 3, 4 } }, { 1, { 0 } } } },
  { .in[0].rank = 0 }
};

static const NnSample take_last_gradient_samples[] = {
  { .in = { { 2, { 3, 6 } }, { 1, { 3 } } }, .attrs = "bidirectional=true steps=4", .classes = 5 },
  { .in = { { 2, { 0, 6 } }, { -1 } }, .attrs = "steps=2" },
  { .in[0].rank = 0 }
};

#define KERNEL(run)                                                           \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, NULL, NULL, run }, { NULL } }

const NnOp nn_ops_sequence[] = {
  {
    .name = "lengths", .title = N_("Lengths"),
    .summary = N_("Counts the words of each sentence that are not padding."),
    .lesson = "23", .category = NN_CATEGORY_SEQUENCE,
    .ports = lengths_ports, .attrs = padding_attrs, .infer = lengths_infer,
    .samples = id_samples, KERNEL (lengths_run),
  },
  {
    .name = "padding-mask", .title = N_("Padding Mask"),
    .summary = N_("Marks the words that are padding, so that attention leaves them out."),
    .lesson = "24", .category = NN_CATEGORY_SEQUENCE,
    .ports = padding_mask_ports, .attrs = padding_attrs, .infer = padding_mask_infer,
    .samples = id_samples, KERNEL (padding_mask_run),
  },
  {
    .name = "shift-right", .title = N_("Teacher"),
    .summary = N_("Shows the decoder what comes before each word: the right answer in training, "
                  "what it has written so far in use."),
    .lesson = "25", .category = NN_CATEGORY_SEQUENCE, .role = NN_ROLE_TEACHER,
    .ports = shift_right_ports, .attrs = shift_right_attrs, .infer = shift_right_infer,
    .samples = id_samples, KERNEL (shift_right_run),
  },
  {
    .name = "take-last", .title = N_("Last Step"),
    .summary = N_("Takes the state at the end of each sequence, as a summary of all of it."),
    .lesson = "23", .category = NN_CATEGORY_SEQUENCE,
    .ports = take_last_ports, .attrs = take_last_attrs, .infer = take_last_infer,
    .gradient = take_last_gradient, .samples = take_last_samples, KERNEL (take_last_run),
  },
  {
    .name = "take-last-gradient", .title = N_("Slope of the last step"),
    .summary = N_("Sends gradients back to the last step of each sequence."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = take_last_gradient_ports, .attrs = take_last_gradient_attrs,
    .infer = take_last_gradient_infer, .samples = take_last_gradient_samples,
    KERNEL (take_last_gradient_run),
  },
  { NULL }
};
