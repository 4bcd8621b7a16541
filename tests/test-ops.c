/* test-ops.c: walks the table of operations and checks each before its author writes a test
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/device.h"
#include "engine/error.h"
#include "engine/plan.h"
#include "engine/random.h"

#include <math.h>
#include <string.h>

/* Per op and sample: infer() refuses what it must, by name; forward is finite;
 * the gradient agrees, sign included, with central differences; every kernel
 * agrees with the last and plainest one, and with the expansion; nothing writes
 * outside of its results.  At the end: that all of the table was walked. */

#define MIN_OPS   310           /* the table as it is: raise it with every new op */
#define SEED      11
#define STEP      3
#define CANARY    0x5a

static NnDevice *device;
static guint n_walked;

typedef struct
{
  const NnOp     *op;
  const NnSample *sample;
  int             index;
} Case;

static void
read_attrs (const NnOp     *op,
            const NnSample *sample,
            NnAttrValue     values[NN_MAX_ATTRS])
{
  g_auto (GStrv) parts = NULL;

  nn_attrs_initial (op->attrs, values);
  parts = g_strsplit (sample->attrs != NULL ? sample->attrs : "", " ", -1);
  for (int i = 0; parts[i] != NULL && parts[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
      int index = nn_attrs_find (op->attrs, pair[0]);
      NnAttr attr;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (index, >=, 0);
      attr = op->attrs[index];
      if (attr.title == NULL)
        attr.title = attr.name;
      nn_attr_parse (&attr, pair[1], &values[index], &error);
      g_assert_no_error (error);
    }
}

/* A program that calls the op once on fresh inputs and, for gradients, sums its
 * results weighted with fixed numbers. */
typedef struct
{
  const NnOp *op;
  NnProgram  *program;
  NnPlan     *plan;
  NnValue    *in[NN_MAX_IN];
  NnValue    *out[NN_MAX_OUT];
  NnValue    *weight[NN_MAX_OUT];
  NnValue    *loss;
  int         n_in, n_out;
} Bench;

/* What the sample fills operand @port with. */
static NnDtype
dtype_of_input (const NnPort   *port,
                const NnSample *sample)
{
  return port->also >> sample->dtype & 1 ? sample->dtype : port->dtype;
}

static int
count_sample_inputs (const NnOp *op)
{
  int count = 0;

  for (int i = 0; i < nn_op_count_in (op); i++)
    {
      NnPortKind kind = nn_op_get_in (op, i)->kind;

      count += kind != NN_PORT_PARAMETER && kind != NN_PORT_STATE;
    }
  return count;
}

static gboolean
is_many (const NnOp *op)
{
  return nn_op_count_in (op) > 0 && nn_op_get_in (op, 0)->kind == NN_PORT_MANY;
}

/* Whether the loss of the bench looks at result @k: hidden ones have no slope
 * of their own. */
static gboolean
is_weighted (const Bench *self,
             int          k)
{
  return self->out[k] != NULL && self->out[k]->dtype == NN_FLOAT32
         && self->out[k]->wants_gradient
         && nn_op_get_out (self->op, k)->kind == NN_PORT_OUTPUT;
}

static void
add_to_loss (Bench   *self,
             NnBuild *build,
             int      k)
{
  NnValue *part;

  self->weight[k] = nn_program_add_value (self->program, NN_VALUE_INPUT, NN_FLOAT32,
                                          &self->out[k]->shape, "weight");
  part = nn_build_op (build, "mul", self->out[k], self->weight[k], NN_BUILD_END);
  nn_build_set_list (build, "axes", 0, NULL);
  part = nn_build_op (build, "sum", part, NN_BUILD_END);
  self->loss = self->loss != NULL ? nn_build_op (build, "add", self->loss, part, NN_BUILD_END)
                                  : part;
}

/* @kernel -1 is the plan's own choice; others are that row of the record. */
static void
bench_init (Bench      *self,
            const Case *item,
            gboolean    gradient,
            gboolean    expand,
            int         kernel)
{
  const NnOp *op = item->op;
  NnAttrValue values[NN_MAX_ATTRS];
  g_autoptr (GError) error = NULL;
  NnBuild build = { 0 };

  memset (self, 0, sizeof *self);
  self->op = op;
  self->program = nn_program_new (device, TRUE);
  self->program->expand_all = expand;
  read_attrs (op, item->sample, values);

  self->n_in = count_sample_inputs (op);
  if (is_many (op))
    for (self->n_in = 0; item->sample->in[self->n_in].rank > 0;)
      self->n_in++;
  for (int i = 0; i < self->n_in; i++)
    {
      const NnPort *port = nn_op_get_in (op, i);
      NnDtype dtype = dtype_of_input (port, item->sample);

      if (item->sample->in[i].rank < 0)
        continue;               /* optional and absent */
      self->in[i] = nn_program_add_value (self->program, NN_VALUE_INPUT, dtype,
                                          &item->sample->in[i], port->name);
      self->in[i]->wants_gradient = gradient && dtype == NN_FLOAT32;
    }

  nn_program_call (self->program, op, values, self->in, self->n_in, "it", 7, self->out, &error);
  g_assert_no_error (error);
  self->n_out = nn_op_count_out (op);

  for (int i = 0; i < self->n_out; i++)
    if (self->out[i] != NULL)
      self->out[i]->keep = TRUE;

  if (gradient)
    {
      NnInstr origin = { .call = { .op = op, .name = "it" } };

      build.program = self->program;
      build.instr = &origin;
      for (int k = 0; k < self->n_out; k++)
        if (is_weighted (self, k))
          add_to_loss (self, &build, k);
      if (self->loss != NULL)
        {
          self->loss->keep = TRUE;
          nn_program_differentiate (self->program, self->loss);
        }
    }

  if (kernel >= 0)
    for (guint i = 0; i < self->program->instrs->len; i++)
      {
        NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

        if (instr->call.op == op)
          instr->kernel = &op->cpu[kernel];
      }
  self->plan = nn_plan_new (self->program, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
bench_clear (Bench *self)
{
  nn_plan_free (self->plan);
}

static void
fill_value (Bench      *self,
            const Case *item,
            NnValue    *value,
            const char *name)
{
  gint64 count = nn_shape_count (&value->shape);
  void *data = nn_plan_get_data (self->plan, value);
  float low = item->sample->low;
  float high = item->sample->high;
  NnRandom random;

  if (low == 0 && high == 0)
    {
      low = -2;
      high = 2;
    }
  nn_random_init (&random, SEED, nn_random_stream (name));
  for (gint64 i = 0; i < count; i++)
    if (value->dtype == NN_INT64)
      ((gint64 *) data)[i] = nn_random_below (&random, (guint32) item->sample->classes);
    else if (value->dtype == NN_BOOL)
      ((guint8 *) data)[i] = (guint8) nn_random_below (&random, 2);
    else if (value->dtype == NN_UINT8)
      ((guint8 *) data)[i] = (guint8) nn_random_below (&random, (guint32) item->sample->classes);
    else
      {
        float x = low + (high - low) * nn_random_uniform (&random);

        /* Not too near to the corner that many functions have at zero. */
        ((float *) data)[i] = fabsf (x) < 0.05f ? copysignf (0.05f, x) + x : x;
      }
}

/* Inputs, parameters and weights of the loss; the same numbers at every call. */
static void
bench_fill (Bench      *self,
            const Case *item)
{
  for (guint i = 0; i < self->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->program->values, i);

      if (value->kind != NN_VALUE_COMPUTED)
        {
          g_autofree char *name = g_strdup_printf ("%s%u", value->name, i);

          if (nn_plan_get_data (self->plan, value) != NULL)
            fill_value (self, item, value, name);
        }
    }
}

static double
bench_loss (Bench *self)
{
  double sum = 0;

  nn_plan_run (self->plan, SEED, STEP);
  for (int k = 0; k < self->n_out; k++)
    if (self->weight[k] != NULL)
      {
        const float *y = nn_plan_get_data (self->plan, self->out[k]);
        const float *weight = nn_plan_get_data (self->plan, self->weight[k]);

        for (gint64 i = 0; i < nn_shape_count (&self->out[k]->shape); i++)
          sum += (double) y[i] * weight[i];
      }
  return sum;
}

static void
compare (const char  *what,
         const float *a,
         const float *b,
         gint64       count,
         double       tolerance)
{
  for (gint64 i = 0; i < count; i++)
    {
      double scale = 1 + MAX (fabs (a[i]), fabs (b[i]));

      if (!(fabs (a[i] - b[i]) <= tolerance * scale))
        {
          g_test_message ("%s: element %" G_GINT64_FORMAT " is %g, should be %g", what, i,
                          a[i], b[i]);
          g_test_fail ();
          return;
        }
    }
}

static void
test_record (gconstpointer data)
{
  const NnOp *op = data;

  n_walked++;
  g_assert_nonnull (op->title);
  g_assert_nonnull (op->summary);
  g_assert_true (g_str_has_suffix (op->summary, "."));
  g_assert_nonnull (op->infer);
  g_assert_nonnull (op->ports);
  g_assert_true (nn_op_find (op->name) == op);
  g_assert_true (op->role == NN_ROLE_INPUT || op->role == NN_ROLE_TARGET
                 || op->cpu != NULL || op->expand != NULL);
  g_assert_true (op->onnx == NULL || op->onnx_since > 0);
  g_assert_cmpint (nn_op_count_in (op), <=, NN_MAX_IN);
  g_assert_cmpint (nn_op_count_out (op), <=, NN_MAX_OUT);
  g_assert_cmpint (nn_op_count_out (op), >=, 1);
  for (const char *c = op->name; *c != '\0'; c++)
    g_assert_true (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-');

  for (int i = 0; op->attrs != NULL && op->attrs[i].name != NULL; i++)
    {
      NnAttr attr = op->attrs[i];
      NnAttrValue value = nn_attr_initial (&attr);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (i, <, NN_MAX_ATTRS);
      if (attr.title == NULL)
        attr.title = attr.name;
      nn_attr_check (&attr, &value, &error);
      g_assert_no_error (error);
    }

  /* The last kernel is the plain one: it takes every call. */
  for (const NnKernel *kernel = op->cpu; kernel != NULL && kernel->name != NULL; kernel++)
    {
      g_assert_nonnull (kernel->run);
      if (kernel[1].name == NULL)
        g_assert_null (kernel->fits);
    }
}

/* An input of an impossible rank must be refused in words that name the op, or
 * be taken and computed. */
static void
test_refusal (gconstpointer data)
{
  const Case *item = data;
  const NnOp *op = item->op;
  NnAttrValue values[NN_MAX_ATTRS];

  read_attrs (op, item->sample, values);
  for (int rank = 0; rank <= 6; rank++)
    {
      g_autoptr (NnProgram) program = nn_program_new (device, TRUE);
      g_autoptr (GError) error = NULL;
      NnShape shape = { rank, { 2, 3, 4, 5, 6, 7 } };
      NnValue *in[NN_MAX_IN];
      NnValue *out[NN_MAX_OUT];
      int n_in = count_sample_inputs (op);

      for (int i = 0; i < n_in; i++)
        in[i] = nn_program_add_value (program, NN_VALUE_INPUT, nn_op_get_in (op, i)->dtype, &shape,
                                      "x");
      if (!nn_program_call (program, op, values, in, n_in, "it", 7, out, &error))
        {
          g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
          g_assert_nonnull (strstr (error->message, op->title));
          g_assert_nonnull (strstr (error->message, "“it”"));
          g_assert_cmpuint (nn_error_get_node (error), ==, 7);
          g_assert_true (g_str_has_suffix (error->message, "."));
        }
    }
}

/* Numbers of a kind that the first input does not take are refused by its
 * name, not read as if they were others. */
static void
test_wrong_dtype (gconstpointer data)
{
  const Case *item = data;
  const NnPort *port = nn_op_get_in (item->op, 0);
  NnAttrValue values[NN_MAX_ATTRS];
  g_autoptr (NnProgram) program = nn_program_new (device, TRUE);
  g_autoptr (GError) error = NULL;
  NnValue *in[NN_MAX_IN];
  NnValue *out[NN_MAX_OUT];
  int n_in = count_sample_inputs (item->op);
  NnDtype wrong = 0;

  while (wrong < NN_N_DTYPES && (wrong == port->dtype || port->also >> wrong & 1))
    wrong++;
  if (wrong == NN_N_DTYPES)
    return;

  read_attrs (item->op, item->sample, values);
  for (int i = 0; i < n_in; i++)
    in[i] = nn_program_add_value (program, NN_VALUE_INPUT,
                                  i == 0 ? wrong : dtype_of_input (nn_op_get_in (item->op, i),
                                                                   item->sample),
                                  &item->sample->in[i], "x");
  g_assert_false (nn_program_call (program, item->op, values, in, n_in, "it", 7, out, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_forward (gconstpointer data)
{
  const Case *item = data;
  Bench bench;

  bench_init (&bench, item, FALSE, FALSE, -1);
  bench_fill (&bench, item);
  nn_plan_run (bench.plan, SEED, STEP);

  for (int k = 0; k < bench.n_out; k++)
    if (bench.out[k] != NULL && bench.out[k]->dtype == NN_FLOAT32)
      {
        const float *y = nn_plan_get_data (bench.plan, bench.out[k]);

        for (gint64 i = 0; i < nn_shape_count (&bench.out[k]->shape); i++)
          g_assert_true (isfinite (y[i]));
      }

  bench_clear (&bench);
}

/* Central differences along each of a few elements, and along one direction
 * through all of them, so that no element is left out. */
static void
check_slope (Bench      *bench,
             NnValue    *value,
             const char *name)
{
  gint64 count = nn_shape_count (&value->shape);
  float *x = nn_plan_get_data (bench->plan, value);
  g_autofree float *slope = NULL;
  g_autofree float *start = NULL;
  const float h = 4e-3f;

  if (count == 0 || x == NULL)
    return;
  bench_loss (bench);

  /* No gradient says that nothing depends on the value, which is tried, too. */
  slope = g_new0 (float, count);
  if (value->gradient != NULL)
    memcpy (slope, nn_plan_get_data (bench->plan, value->gradient),
            (gsize) count * sizeof (float));
  start = g_memdup2 (x, (gsize) count * sizeof (float));

  for (gint64 k = -1; k < MIN (count, 24); k++)
    {
      gint64 at = k * MAX (count / 24, 1) % MAX (count, 1);
      double expected = 0;
      double up, down, found;
      double scale;

      if (k < 0)
        for (gint64 i = 0; i < count; i++)
          expected += slope[i] * (i % 3 - 1);
      else
        expected = slope[at];

      for (gint64 i = 0; i < count; i++)
        x[i] = start[i] + (k < 0 ? h * (float) (i % 3 - 1) : i == at ? h : 0);
      up = bench_loss (bench);
      for (gint64 i = 0; i < count; i++)
        x[i] = start[i] - (k < 0 ? h * (float) (i % 3 - 1) : i == at ? h : 0);
      down = bench_loss (bench);
      memcpy (x, start, (gsize) count * sizeof (float));

      found = (up - down) / (2 * h);
      scale = 1 + fabs (expected) + (k < 0 ? sqrt ((double) count) : 0);
      if (!(fabs (found - expected) <= 2e-2 * scale))
        {
          g_test_message ("gradient by %s%s %" G_GINT64_FORMAT ": %g, differences say %g", name,
                          k < 0 ? " along" : " element", at, expected, found);
          g_test_fail ();
        }
    }
}

static void
test_gradient (gconstpointer data)
{
  const Case *item = data;
  Bench bench;

  bench_init (&bench, item, TRUE, FALSE, -1);
  bench_fill (&bench, item);
  for (guint i = 0; i < bench.program->values->len && bench.loss != NULL; i++)
    {
      NnValue *value = g_ptr_array_index (bench.program->values, i);

      if (value->kind != NN_VALUE_COMPUTED && value->wants_gradient)
        check_slope (&bench, value, value->name);
    }
  bench_clear (&bench);
}

static void
compare_outputs (const Case *item,
                 const char *what,
                 gboolean    expand,
                 int         kernel,
                 int         other_kernel)
{
  int slack = kernel >= 0 ? MAX (item->op->cpu[kernel].slack, 1) : 1;
  Bench a, b;

  bench_init (&a, item, FALSE, expand, kernel);
  bench_init (&b, item, FALSE, FALSE, other_kernel);
  bench_fill (&a, item);
  bench_fill (&b, item);
  nn_plan_run (a.plan, SEED, STEP);
  nn_plan_run (b.plan, SEED, STEP);

  for (int k = 0; k < a.n_out; k++)
    {
      gint64 count = nn_shape_count (&b.out[k]->shape);

      if (a.out[k] != NULL && a.out[k]->dtype == NN_FLOAT32)
        compare (what, nn_plan_get_data (a.plan, a.out[k]), nn_plan_get_data (b.plan, b.out[k]),
                 count, 2e-5 * slack);
      else if (a.out[k] != NULL)
        {
          gsize bytes = (gsize) count * nn_dtype_size (a.out[k]->dtype);

          g_assert_cmpmem (nn_plan_get_data (a.plan, a.out[k]), bytes,
                           nn_plan_get_data (b.plan, b.out[k]), bytes);
        }
    }

  bench_clear (&a);
  bench_clear (&b);
}

static void
test_expansion (gconstpointer data)
{
  compare_outputs (data, "expansion against kernel", TRUE, -1, -1);
}

static void
test_kernels (gconstpointer data)
{
  const Case *item = data;
  const NnOp *op = item->op;
  Bench bench;
  NnCall *call = NULL;
  int last = 0;

  bench_init (&bench, item, FALSE, FALSE, -1);
  for (guint i = 0; i < bench.program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (bench.program->instrs, i);

      if (instr->call.op == op)
        call = &instr->call;
    }
  while (op->cpu[last + 1].name != NULL)
    last++;
  for (int k = 0; call != NULL && k < last; k++)
    if (op->cpu[k].fits == NULL || op->cpu[k].fits (call))
      compare_outputs (item, op->cpu[k].name, FALSE, k, last);
  bench_clear (&bench);
}

/* Every result and the workspace get a rim of known bytes, and inputs a copy:
 * neither may change. */
static void
test_canaries (gconstpointer data)
{
  const Case *item = data;
  const gsize rim = 256;
  Bench bench;

  bench_init (&bench, item, FALSE, FALSE, -1);
  bench_fill (&bench, item);
  for (guint i = 0; i < bench.program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (bench.program->instrs, i);
      NnCall *call = &instr->call;
      g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
      int n_blocks = call->n_out + 1;

      for (int k = 0; k < n_blocks; k++)
        {
          const NnView *view = &call->out[k];
          gsize bytes = k < call->n_out ? (gsize) nn_shape_count (&view->shape)
                                          * nn_dtype_size (view->dtype)
                                        : call->workspace_bytes;
          char *raw = g_malloc (bytes + 2 * rim + 64);
          char *block = (char *) (((gsize) raw + rim + 63) / 64 * 64);

          memset (raw, CANARY, bytes + 2 * rim + 64);
          g_ptr_array_add (blocks, raw);
          g_array_append_val (sizes, bytes);
          if (k < call->n_out && nn_plan_get_data (bench.plan, instr->out[k]) != NULL)
            call->out[k].data = block;
          else
            call->workspace = block;
        }
      instr->kernel->run (call);

      for (int k = 0; k < n_blocks; k++)
        {
          const guchar *block = k < call->n_out ? call->out[k].data : call->workspace;
          gsize bytes = g_array_index (sizes, gsize, k);

          for (gsize at = 1; at <= rim / 2; at++)
            {
              g_assert_cmphex (block[-(gssize) at], ==, CANARY);
              g_assert_cmphex (block[bytes + at - 1], ==, CANARY);
            }
        }
      for (int k = 0; k < call->n_out; k++)
        {
          void *home = nn_plan_get_data (bench.plan, instr->out[k]);

          if (home != NULL)
            memcpy (home, call->out[k].data, g_array_index (sizes, gsize, k));
          call->out[k].data = home;
        }
    }
  bench_clear (&bench);
}

static void
test_walked_all (void)
{
  guint count = 0;

  for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
    count++;
  g_assert_cmpuint (n_walked, ==, count);
  g_assert_cmpuint (count, >=, MIN_OPS);
}

static void
test_names_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
    g_assert_true (g_hash_table_add (seen, (gpointer) (*op)->name));
}

static void
add_case (const NnOp      *op,
          const NnSample  *sample,
          int              index,
          const char      *check,
          GTestDataFunc    function)
{
  Case *item = g_new (Case, 1);
  g_autofree char *path = g_strdup_printf ("/op/%s/%s/%d", op->name, check, index);

  *item = (Case) { op, sample, index };
  g_test_add_data_func_full (path, item, function, g_free);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);

  for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
    {
      g_autofree char *path = g_strdup_printf ("/op/%s/record", (*op)->name);

      g_test_add_data_func (path, *op, test_record);
      for (int i = 0; (*op)->samples != NULL && (*op)->samples[i].in[0].rank > 0; i++)
        {
          const NnSample *sample = &(*op)->samples[i];

          if (i == 0 && (*op)->category != NN_CATEGORY_INTERNAL)
            {
              add_case (*op, sample, i, "refusal", test_refusal);
              add_case (*op, sample, i, "wrong-dtype", test_wrong_dtype);
            }
          add_case (*op, sample, i, "forward", test_forward);
          add_case (*op, sample, i, "canaries", test_canaries);
          if ((*op)->gradient != NULL || (*op)->expand != NULL)
            add_case (*op, sample, i, "gradient", test_gradient);
          if ((*op)->expand != NULL && (*op)->cpu != NULL)
            add_case (*op, sample, i, "expansion", test_expansion);
          if ((*op)->cpu != NULL && (*op)->cpu[1].name != NULL)
            add_case (*op, sample, i, "kernels", test_kernels);
        }
    }
  g_test_add_func ("/table/names-differ", test_names_differ);
  g_test_add_func ("/table/walked-all", test_walked_all);

  result = g_test_run ();
  nn_device_unref (device);
  return result;
}
