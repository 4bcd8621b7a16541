/* attention.c: every position looks at all others
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/attention.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* y = softmax (q kᵀ · scale + mask) v (Vaswani et al., Attention Is All You Need,
 * 2017).  Heads are either an axis of their own, batch × heads × positions ×
 * numbers, or parts of the rows, batch × positions × heads·numbers, as a linear
 * layer gives them.  The internal forms take queries, keys and values from one
 * tensor, where they lie side by side. */

static gboolean
is_packed (const NnCall *call)
{
  return g_str_has_prefix (call->op->name, "self-");
}

/* The view of an operand of @parts times heads·@d numbers a row, of which part
 * @part is meant. */
static NnHeads
heads_of (const NnView *view,
          gint64        d,
          int           parts,
          int           part,
          gint64        heads)
{
  const NnShape *shape = &view->shape;
  float *data = view->data;
  gint64 row;

  if (shape->rank == 4)
    return (NnHeads) { data, nn_shape_span (shape, 1, 4), nn_shape_span (shape, 2, 4), d };

  row = parts * heads * d;
  return (NnHeads) { data + part * heads * d, shape->size[1] * row, d, row };
}

/* The operand @port, or one that is absent. */
static NnView
view_of (const NnCall *call,
         const char   *port)
{
  int index = nn_op_find_in (call->op, port);
  NnView none = { .shape.rank = -1 };

  return index >= 0 ? call->in[index] : none;
}

static gboolean
is_present (const NnView *view)
{
  return view->shape.rank > 0;
}

/* What each axis of the mask stands for: it is aligned at its last axis, but one
 * of three axes belongs to the items when heads have no axis of their own. */
static void
mask_axes (const NnCall *call,
           int           rank,
           int           axes[4])
{
  for (int i = 0; i < rank; i++)
    axes[i] = 4 - rank + i;
  if (rank == 3 && call->in[0].shape.rank == 3)
    axes[0] = 0;
}

static void
set_mask (const NnCall *call,
          NnAttention  *self)
{
  NnView mask = view_of (call, "mask");
  gint64 strides[NN_MAX_RANK];
  int axes[4];

  self->padding = view_of (call, "padding").data;
  if (mask.data == NULL)
    return;

  self->mask = mask.data;
  self->mask_is_bytes = mask.dtype != NN_FLOAT32;
  nn_shape_strides (&mask.shape, strides);
  mask_axes (call, mask.shape.rank, axes);
  for (int i = 0; i < mask.shape.rank; i++)
    self->mask_step[axes[i]] = mask.shape.size[i] == 1 ? 0 : strides[i];
}

/* Sizes, settings and operands; what the results are is up to the caller. */
static NnAttention
attention_of (const NnCall *call)
{
  const NnView *q = &call->in[0];
  const NnView *k = is_packed (call) ? q : &call->in[1];
  int v_index = nn_op_find_in (call->op, "v");
  const NnView *v = v_index >= 0 ? &call->in[v_index] : k;
  int parts = is_packed (call) ? 3 : 1;
  gboolean has_axis = q->shape.rank == 4;
  int last = q->shape.rank - 1;
  gint64 heads = has_axis ? q->shape.size[1] : (gint64) nn_call_number (call, "heads");
  gint64 split = parts * (has_axis ? 1 : heads);
  double scale = nn_call_number (call, "scale");
  NnAttention self = {
    .b = q->shape.size[0], .heads = heads,
    .t = q->shape.size[last - 1], .s = k->shape.size[last - 1],
    .d = q->shape.size[last] / split, .dv = v->shape.size[last] / split,
    .causal = nn_call_number (call, "causal") != 0,
    .rate = nn_call_number (call, "dropout"),
    .workspace = call->workspace,
  };

  self.q = heads_of (q, self.d, parts, 0, heads);
  self.k = heads_of (k, self.d, parts, MIN (1, parts - 1), heads);
  self.v = heads_of (v, self.dv, parts, parts - 1, heads);
  self.scale = (float) (scale > 0 ? scale : 1 / sqrt ((double) self.d));
  set_mask (call, &self);
  return self;
}

static void
set_random (const NnCall *call,
            NnAttention  *self,
            guint64       stream)
{
  self->key = call->clock->seed ^ (stream * 0x9E3779B97F4A7C15u);
  self->step = call->clock->step;
}

static gboolean
forward_prepare (NnCall  *call,
                 GError **error)
{
  NnAttention self = attention_of (call);

  call->workspace_bytes = nn_attention_size (&self, call->threads) * sizeof (float);
  return TRUE;
}

static void
forward_run (NnCall *call)
{
  NnAttention self = attention_of (call);

  set_random (call, &self, call->stream);
  self.y = heads_of (&call->out[0], self.dv, 1, 0, self.heads);
  self.norm = call->out[1].data;
  nn_attention_forward (&self, call->pool, call->threads);
}

static gboolean
backward_prepare (NnCall  *call,
                  GError **error)
{
  NnAttention self = attention_of (call);

  call->workspace_bytes = nn_attention_back_size (&self, call->threads) * sizeof (float);
  return TRUE;
}

static void
backward_run (NnCall *call)
{
  int parts = is_packed (call) ? 3 : 1;
  NnAttentionBack back = { attention_of (call), .workspace = call->workspace };
  NnAttention *self = &back.forward;
  NnView dy = view_of (call, "dy");

  set_random (call, self, (guint64) nn_call_number (call, "stream"));
  self->norm = view_of (call, "norm").data;
  back.dy = heads_of (&dy, self->dv, 1, 0, self->heads);
  back.dq = heads_of (&call->out[0], self->d, parts, 0, self->heads);
  back.dk = heads_of (&call->out[parts == 1 ? 1 : 0], self->d, parts, MIN (1, parts - 1),
                      self->heads);
  back.dv = heads_of (&call->out[parts == 1 ? 2 : 0], self->dv, parts, parts - 1, self->heads);
  nn_attention_backward (&back, call->pool, call->threads);
}

static void
bias_run (NnCall *call)
{
  NnAttention self = attention_of (call);

  nn_attention_bias (&self, call->out[0].data);
}

static gint64
work (const NnCall *call)
{
  NnAttention self = attention_of (call);

  return self.b * self.heads * self.t * self.s * (self.d + self.dv);
}

static gint64
gradient_work (const NnCall *call)
{
  return 5 * work (call) / 2;
}

static gboolean
refuse_shapes (NnCall  *call,
               GError **error)
{
  g_autofree char *q = nn_call_print (call, 0);
  g_autofree char *k = nn_call_print (call, 1);
  g_autofree char *v = nn_call_print (call, 2);

  return nn_call_refuse (call, error,
                         _("queries of %s, keys of %s and values of %s do not belong together: all "
                           "must be positions×numbers or heads×positions×numbers, queries as long "
                           "as keys, and as many keys as values."), q, k, v);
}

/* Queries, keys and values, when they are three operands. */
static gboolean
check_shapes (NnCall  *call,
              GError **error)
{
  const NnShape *q = &call->in[0].shape;
  const NnShape *k = &call->in[1].shape;
  const NnShape *v = &call->in[2].shape;
  int last = q->rank - 1;
  gint64 heads = (gint64) nn_call_number (call, "heads");

  if (q->rank < 3 || q->rank > 4 || k->rank != q->rank || v->rank != q->rank
      || k->size[last] != q->size[last] || v->size[last - 1] != k->size[last - 1]
      || k->size[last - 1] < 1)
    return refuse_shapes (call, error);
  for (int i = 0; i < last - 1; i++)
    if (k->size[i] != q->size[i] || v->size[i] != q->size[i])
      return refuse_shapes (call, error);

  if (q->rank == 3 && (q->size[2] % heads != 0 || v->size[2] % heads != 0))
    {
      g_autofree char *first = nn_call_print (call, 0);
      g_autofree char *second = nn_call_print (call, 2);

      return nn_call_refuse (call, error,
                             _("rows of queries of %s and of values of %s cannot be divided into "
                               "%d heads of equal size."), first, second, (int) heads);
    }

  return TRUE;
}

/* Mask and padding against what the scores look like. */
static gboolean
check_mask (NnCall  *call,
            GError **error)
{
  NnView mask = view_of (call, "mask");
  NnView padding = view_of (call, "padding");
  NnAttention self = attention_of (call);
  NnShape keys = NN_SHAPE (self.b, self.s);
  NnShape scores = NN_SHAPE (self.b, self.heads, self.t, self.s);
  gboolean fits = mask.shape.rank >= 2 && mask.shape.rank <= 4;
  int axes[4];

  if (is_present (&mask))
    {
      if (fits)
        mask_axes (call, mask.shape.rank, axes);
      for (int i = 0; fits && i < mask.shape.rank; i++)
        fits = mask.shape.size[i] == 1 || mask.shape.size[i] == scores.size[axes[i]];
      if (!fits || (mask.dtype != NN_FLOAT32 && nn_dtype_size (mask.dtype) != 1))
        {
          g_autofree char *found = nn_shape_print (&mask.shape);
          g_autofree char *wanted = nn_shape_print (&scores);

          return nn_call_refuse (call, error,
                                 _("a mask of %s does not fit scores of %s: counted from the last "
                                   "axis, sizes must be equal or 1."), found, wanted);
        }
    }

  if (is_present (&padding)
      && (!nn_shape_equal (&padding.shape, &keys) || nn_dtype_size (padding.dtype) != 1))
    {
      g_autofree char *found = nn_shape_print (&padding.shape);
      g_autofree char *wanted = nn_shape_print (&keys);

      return nn_call_refuse (call, error,
                             _("the padding has the shape %s, but must be %s: one mark for each "
                               "key of each sample."), found, wanted);
    }

  return TRUE;
}

static gboolean
infer (NnCall  *call,
       GError **error)
{
  NnShape y = call->in[0].shape;
  NnShape norm;
  NnAttention self;

  if (!is_packed (call) && !check_shapes (call, error))
    return FALSE;
  if (!check_mask (call, error))
    return FALSE;

  self = attention_of (call);
  y.size[y.rank - 1] = self.dv * (y.rank == 3 ? self.heads : 1);
  norm = NN_SHAPE (self.b, self.heads, self.t);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  nn_call_set_out (call, 1, NN_FLOAT32, &norm);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  for (int i = 0; i < call->n_out; i++)
    nn_call_set_out (call, i, NN_FLOAT32, &call->in[i].shape);
  return TRUE;
}

static gboolean
scores_infer (NnCall  *call,
            GError **error)
{
  NnAttention self = attention_of (call);
  NnShape scores = NN_SHAPE (self.b, self.heads, self.t, self.s);

  nn_call_set_out (call, 0, NN_FLOAT32, &scores);
  return TRUE;
}

static void
keep_settings (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  for (int i = 0; call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
}

static void
gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *dq;

  keep_settings (build);
  nn_build_set (build, "stream", (double) call->stream);
  if (is_packed (call))
    {
      nn_build_gradient (build, "qkv",
                         nn_build_op (build, "self-attention-gradient",
                                      nn_build_in (build, "qkv"), nn_build_in (build, "mask"),
                                      nn_build_in (build, "padding"), nn_build_out (build, "norm"),
                                      nn_build_slope (build, "y"), NN_BUILD_END));
      return;
    }

  dq = nn_build_op (build, "attention-gradient", nn_build_in (build, "q"),
                    nn_build_in (build, "k"), nn_build_in (build, "v"),
                    nn_build_in (build, "mask"), nn_build_in (build, "padding"),
                    nn_build_out (build, "norm"), nn_build_slope (build, "y"), NN_BUILD_END);
  nn_build_gradient (build, "q", dq);
  nn_build_gradient (build, "k", nn_build_sibling (dq, 1));
  nn_build_gradient (build, "v", nn_build_sibling (dq, 2));
}

/* Batch × heads × positions × numbers. */
static NnValue *
with_heads (NnBuild *build,
            NnValue *x)
{
  gint64 heads = (gint64) nn_call_number (nn_build_call (build), "heads");
  const gint64 order[] = { 0, 2, 1, 3 };
  NnShape shape;

  if (x->shape.rank == 4)
    return x;

  shape = NN_SHAPE (x->shape.size[0], x->shape.size[1], heads, x->shape.size[2] / heads);
  x = nn_build_reshape (build, x, &shape);
  nn_build_set_list (build, "axes", 4, order);
  return nn_build_op (build, "permute", x, NN_BUILD_END);
}

static NnValue *
product (NnBuild  *build,
         NnValue  *a,
         NnValue  *b,
         gboolean  transpose_b)
{
  nn_build_set (build, "transpose-b", transpose_b);
  return nn_build_op (build, "gemm", a, b, NN_BUILD_END);
}

static NnValue *
weights_of (NnBuild *build)
{
  keep_settings (build);
  return nn_build_op (build, "attention-weights", nn_build_in (build, "q"),
                      nn_build_in (build, "k"), nn_build_in (build, "mask"),
                      nn_build_in (build, "padding"), NN_BUILD_END);
}

/* The formula, tensor by tensor: what the kernel is tested against. */
static void
expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const gint64 order[] = { 0, 2, 1, 3 };
  NnValue *p = weights_of (build);
  NnValue *y;

  if (nn_call_number (call, "dropout") > 0)
    {
      nn_build_set (build, "rate", nn_call_number (call, "dropout"));
      p = nn_build_op (build, "dropout", p, NN_BUILD_END);
    }
  y = product (build, p, with_heads (build, nn_build_in (build, "v")), FALSE);
  if (call->in[0].shape.rank == 3)
    {
      nn_build_set_list (build, "axes", 4, order);
      y = nn_build_op (build, "permute", y, NN_BUILD_END);
    }
  nn_build_result (build, "y", nn_build_reshape (build, y, &call->out[0].shape));
}

static void
weights_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *q = nn_build_in (build, "q");
  NnValue *k = nn_build_in (build, "k");
  NnValue *mask = nn_build_in (build, "mask");
  NnValue *padding = nn_build_in (build, "padding");
  NnValue *p = product (build, with_heads (build, q), with_heads (build, k), TRUE);

  p = nn_build_scale (build, p, attention_of (call).scale, 0);
  if (mask != NULL || padding != NULL || nn_call_number (call, "causal") != 0)
    {
      keep_settings (build);
      p = nn_build_op (build, "add", p,
                       nn_build_op (build, "attention-bias", q, k, mask, padding, NN_BUILD_END),
                       NN_BUILD_END);
    }
  nn_build_set (build, "axis", 3);
  nn_build_result (build, "y", nn_build_op (build, "softmax", p, NN_BUILD_END));
}

#define PORT_Q { "q", N_("Queries") }
#define PORT_K { "k", N_("Keys") }
#define PORT_V { "v", N_("Values") }
#define PORT_QKV { "qkv", N_("Queries, keys and values") }

/* Marks, 0 for what to leave out; numbers that are added to the scores are taken,
 * too.  Nothing learns through it. */
#define PORT_MASK { "mask", N_("Mask"), NN_PORT_OPTIONAL, NN_BOOL, .also = 1u << NN_FLOAT32 }
#define PORT_PADDING { "padding", N_("Padding"), NN_PORT_OPTIONAL, NN_BOOL }
#define PORT_Y { "y", N_("Output"), NN_PORT_OUTPUT }
#define PORT_NORM { "norm", N_("Sum of the weights"), NN_PORT_HIDDEN }
#define PORTS_BACK                                                            \
  { "norm", N_("Sum of the weights") }, { "dy", N_("Gradient by the output") }

static const NnPort ports[] = {
  PORT_Q, PORT_K, PORT_V, PORT_MASK, PORT_PADDING, PORT_Y, PORT_NORM,
  { NULL }
};

static const NnPort self_ports[] = {
  PORT_QKV, PORT_MASK, PORT_PADDING, PORT_Y, PORT_NORM,
  { NULL }
};

static const NnPort gradient_ports[] = {
  PORT_Q, PORT_K, PORT_V, PORT_MASK, PORT_PADDING, PORTS_BACK,
  { "dq", N_("Gradient by the queries"), NN_PORT_OUTPUT },
  { "dk", N_("Gradient by the keys"), NN_PORT_OUTPUT },
  { "dv", N_("Gradient by the values"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort self_gradient_ports[] = {
  PORT_QKV, PORT_MASK, PORT_PADDING, PORTS_BACK,
  { "dqkv", N_("Gradient by queries, keys and values"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort score_ports[] = {
  PORT_Q, PORT_K, PORT_MASK, PORT_PADDING, PORT_Y,
  { NULL }
};

#define ATTRS                                                                 \
  { "heads", N_("Heads in a row"), NN_ATTR_INT, 1, 1, 1024 },                 \
  { "causal", N_("Only what came before"), NN_ATTR_BOOL, 0, 0, 1, .torch = "is_causal" }, \
  { "dropout", N_("Share of weights to drop"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "dropout_p" }, \
  { "scale", N_("Factor of the scores (0: by size)"), NN_ATTR_FLOAT, 0, 0, 1e6, .torch = "scale" }

static const NnAttr attrs[] = { ATTRS, { NULL } };

static const NnAttr gradient_attrs[] = {
  ATTRS,
  { "stream", N_("Random stream"), NN_ATTR_INT, 0, 0, 1e15 },
  { NULL }
};

#define NONE { -1 }

static const NnSample samples[] = {
  { .in = { { 3, { 2, 3, 4 } }, { 3, { 2, 5, 4 } }, { 3, { 2, 5, 6 } }, NONE, NONE } },
  { .in = { { 3, { 2, 5, 12 } }, { 3, { 2, 5, 12 } }, { 3, { 2, 5, 6 } }, NONE,
            { 2, { 2, 5 } } },
    .attrs = "heads=3 scale=0.7", .dtype = NN_BOOL },
  { .in = { { 3, { 2, 3, 4 } }, { 3, { 2, 9, 4 } }, { 3, { 2, 9, 4 } }, { 3, { 2, 3, 9 } },
            NONE }, .attrs = "heads=2", .dtype = NN_BOOL },
  { .in = { { 4, { 1, 2, 67, 35 } }, { 4, { 1, 2, 67, 35 } }, { 4, { 1, 2, 67, 33 } }, NONE,
            NONE }, .attrs = "causal=true" },
  { .in = { { 4, { 2, 2, 70, 3 } }, { 4, { 2, 2, 3, 3 } }, { 4, { 2, 2, 3, 2 } },
            { 2, { 1, 3 } }, NONE }, .dtype = NN_BOOL },
  { .in = { { 3, { 0, 3, 4 } }, { 3, { 0, 5, 4 } }, { 3, { 0, 5, 6 } }, NONE, NONE } },
  { .in[0].rank = 0 }
};

static const NnSample self_samples[] = {
  { .in = { { 3, { 2, 5, 24 } }, NONE, NONE }, .attrs = "heads=2 causal=true" },
  { .in = { { 3, { 1, 9, 105 } }, NONE, { 2, { 1, 9 } } }, .attrs = "dropout=0.4",
    .dtype = NN_BOOL },
  { .in = { { 3, { 0, 5, 24 } }, NONE, NONE }, .attrs = "heads=2" },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 3, { 2, 3, 4 } }, { 3, { 2, 5, 4 } }, { 3, { 2, 5, 6 } }, NONE, NONE,
            { 3, { 2, 1, 3 } }, { 3, { 2, 3, 6 } } } },
  { .in[0].rank = 0 }
};

static const NnSample self_gradient_samples[] = {
  { .in = { { 3, { 2, 5, 24 } }, NONE, NONE, { 3, { 2, 2, 5 } }, { 3, { 2, 5, 8 } } },
    .attrs = "heads=2 causal=true" },
  { .in[0].rank = 0 }
};

static const NnSample score_samples[] = {
  { .in = { { 3, { 2, 3, 4 } }, { 3, { 2, 5, 4 } }, NONE, { 2, { 2, 5 } } },
    .attrs = "causal=true", .dtype = NN_BOOL },
  { .in = { { 4, { 2, 2, 3, 4 } }, { 4, { 2, 2, 5, 4 } }, { 2, { 3, 5 } }, NONE },
    .dtype = NN_BOOL },
  { .in[0].rank = 0 }
};

#define KERNEL(prepare, run)                                                  \
  .cpu = (const NnKernel[]) { { "panels", NN_LAYOUT_ROWS, NULL, prepare, run }, { NULL } }

const NnOp nn_ops_attention[] = {
  {
    .name = "scaled-dot-product-attention", .title = N_("Dot-Product Attention"),
    .summary = N_("Mixes the values, each as much as its key is like the query."),
    .lesson = "22", .category = NN_CATEGORY_ATTENTION, .flags = NN_OP_RANDOM,
    .ports = ports, .attrs = attrs, .infer = infer, .expand = expand, .gradient = gradient,
    .work = work, .samples = samples,
    .torch = "torch.nn.functional.scaled_dot_product_attention",
    KERNEL (forward_prepare, forward_run),
  },
  {
    .name = "self-attention", .title = N_("Attention within one sequence"),
    .summary = N_("Dot-product attention with queries, keys and values side by side."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_RANDOM,
    .ports = self_ports, .attrs = attrs, .infer = infer, .gradient = gradient, .work = work,
    .samples = self_samples,
    KERNEL (forward_prepare, forward_run),
  },
  {
    .name = "attention-gradient", .title = N_("Slope of attention"),
    .summary = N_("Sends a gradient back through a dot-product attention."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_RANDOM,
    .ports = gradient_ports, .attrs = gradient_attrs, .infer = gradient_infer,
    .work = gradient_work, .samples = gradient_samples,
    KERNEL (backward_prepare, backward_run),
  },
  {
    .name = "self-attention-gradient", .title = N_("Slope of attention"),
    .summary = N_("Sends a gradient back through a dot-product attention."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_RANDOM,
    .ports = self_gradient_ports, .attrs = gradient_attrs, .infer = gradient_infer,
    .work = gradient_work, .samples = self_gradient_samples,
    KERNEL (backward_prepare, backward_run),
  },
  {
    .name = "attention-bias", .title = N_("Mask of attention"),
    .summary = N_("Says in numbers what attention leaves out."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = score_ports, .attrs = attrs, .infer = scores_infer, .samples = score_samples,
    KERNEL (NULL, bias_run),
  },
  {
    .name = "attention-weights", .title = N_("Weights of attention"),
    .summary = N_("Says how much each query takes from each key."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = score_ports, .attrs = attrs, .infer = scores_infer, .expand = weights_expand,
    .samples = score_samples,
  },
  { NULL }
};
