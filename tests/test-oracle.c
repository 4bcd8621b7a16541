/* test-oracle.c: what PyTorch computes, for each operation
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/plan.h"
#include "engine/safetensors.h"

#include <math.h>
#include <string.h>

/* tests/oracle/ops.py wrote one file for each op, with some twenty random
 * cases: inputs, parameters, results, and the slopes of the loss that sums all
 * results with the weights of slope_weight().  PyTorch computed in float64, so
 * the tolerance below is all ours. */

#define TOLERANCE 1e-5

static NnDevice *device;

typedef struct
{
  NnSafetensors *file;
  const NnOp    *op;
  int            index;         /* of the case */
  NnProgram     *program;
  NnPlan        *plan;
  NnValue       *in[NN_MAX_IN];
  NnValue       *out[NN_MAX_OUT];
} Replay;

static float
slope_weight (gint64 i)
{
  return (float) (7 * i % 11 - 5) / 5;
}

static const NnSafetensor *
find (Replay     *self,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static const NnSafetensor *
find (Replay     *self,
      const char *format,
      ...)
{
  g_autofree char *name = NULL;
  g_autofree char *full = NULL;
  va_list arguments;

  va_start (arguments, format);
  name = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  full = g_strdup_printf ("%d.%s", self->index, name);
  return nn_safetensors_find (self->file, full);
}

/* Returns FALSE when the words say that the case is one of after the training. */
static gboolean
read_attrs (const NnOp  *op,
            const char  *text,
            NnAttrValue  values[NN_MAX_ATTRS])
{
  gboolean training = TRUE;
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  nn_attrs_initial (op->attrs, values);
  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (op->attrs, pair[0]);
      g_autoptr (GError) error = NULL;
      NnAttr attr;

      if (g_str_equal (words[i], "training=false"))
        {
          training = FALSE;
          continue;
        }
      if (index < 0)
        g_error ("%s has no attribute %s", op->name, pair[0]);
      attr = op->attrs[index];
      if (attr.title == NULL)
        attr.title = attr.name;
      nn_attr_parse (&attr, pair[1], &values[index], &error);
      g_assert_no_error (error);
    }

  return training;
}

/* The program of one case: the op, and a weighted sum of its results. */
static void
replay_init (Replay     *self,
             const char *attrs)
{
  NnAttrValue values[NN_MAX_ATTRS];
  NnInstr origin = { .call = { .op = self->op, .name = "it" } };
  NnBuild build = { .instr = &origin };
  g_autoptr (GError) error = NULL;
  NnValue *loss = NULL;
  int n_in = 0;

  self->program = build.program = nn_program_new (device, read_attrs (self->op, attrs, values));
  for (int k = 0; k < NN_MAX_IN; k++)
    {
      const NnSafetensor *x = find (self, "in.%d", k);

      self->in[k] = NULL;
      if (x == NULL)
        continue;
      self->in[k] = nn_program_add_value (self->program, NN_VALUE_INPUT, x->dtype, &x->shape, "x");
      self->in[k]->wants_gradient = find (self, "slope.in.%d", k) != NULL;
      n_in = k + 1;
    }

  nn_program_call (self->program, self->op, values, self->in, n_in, "it", 7, self->out, &error);
  g_assert_no_error (error);

  for (int k = 0; k < nn_op_count_out (self->op); k++)
    {
      NnValue *y = self->out[k];
      NnValue *weight, *part;

      if (find (self, "out.%d", k) == NULL)
        continue;
      y->keep = TRUE;
      if (y->dtype != NN_FLOAT32 || !y->wants_gradient)
        continue;
      weight = nn_program_add_value (self->program, NN_VALUE_INPUT, NN_FLOAT32, &y->shape, "w");
      part = nn_build_op (&build, "mul", y, weight, NN_BUILD_END);
      nn_build_set_list (&build, "axes", 0, NULL);
      part = nn_build_op (&build, "sum", part, NN_BUILD_END);
      loss = loss != NULL ? nn_build_op (&build, "add", loss, part, NN_BUILD_END) : part;
    }
  if (loss != NULL)
    {
      loss->keep = TRUE;
      nn_program_differentiate (self->program, loss);
    }

  self->plan = nn_plan_new (self->program, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
fill (Replay  *self,
      NnValue *value)
{
  void *data = nn_plan_get_data (self->plan, value);
  gsize bytes = (gsize) nn_shape_count (&value->shape) * nn_dtype_size (value->dtype);
  const NnSafetensor *source = NULL;

  if (data == NULL || value->kind == NN_VALUE_COMPUTED)
    return;

  for (int k = 0; k < NN_MAX_IN; k++)
    if (self->in[k] == value)
      source = find (self, "in.%d", k);
  if (value->kind != NN_VALUE_INPUT)
    {
      source = find (self, "own.%s", value->name + strlen ("it."));
      if (source == NULL)
        g_error ("%s: no numbers for %s", self->op->name, value->name);
    }

  if (source != NULL)
    {
      g_assert_true (nn_shape_equal (&source->shape, &value->shape));
      memcpy (data, source->data, bytes);
    }
  else
    for (gint64 i = 0; i < nn_shape_count (&value->shape); i++)
      ((float *) data)[i] = slope_weight (i);
}

/* Errors are measured against the largest number of the tensor: sums that
 * cancel out have no relative precision of their own. */
static void
compare (Replay             *self,
         const char         *what,
         NnValue            *value,
         const NnSafetensor *expected)
{
  const float *a = nn_plan_get_data (self->plan, value);
  const float *b = expected->data;
  gint64 count = nn_shape_count (&value->shape);
  double largest = 1e-30;
  double worst = 0;

  g_assert_true (nn_shape_equal (&value->shape, &expected->shape));
  if (value->dtype != NN_FLOAT32)
    {
      g_assert_cmpint (value->dtype, ==, expected->dtype);
      g_assert_cmpmem (a, (gsize) count * nn_dtype_size (value->dtype),
                       b, (gsize) count * nn_dtype_size (value->dtype));
      return;
    }

  for (gint64 i = 0; i < count; i++)
    if (isfinite (b[i]))
      largest = MAX (largest, fabs ((double) b[i]));
  for (gint64 i = 0; i < count; i++)
    if (a[i] != b[i])
      worst = isfinite (a[i]) ? MAX (worst, fabs ((double) a[i] - b[i]) / MAX (largest, 0.01))
                              : HUGE_VAL;
  if (worst > TOLERANCE)
    {
      g_test_message ("%s, case %d: %s differs by %g", self->op->name, self->index, what, worst);
      g_test_fail ();
    }
}

static void
compare_all (Replay *self)
{
  for (int k = 0; k < nn_op_count_out (self->op); k++)
    {
      g_autofree char *what = g_strdup_printf ("result %d", k);

      if (find (self, "out.%d", k) != NULL)
        compare (self, what, self->out[k], find (self, "out.%d", k));
    }

  for (guint i = 0; i < self->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->program->values, i);
      const NnSafetensor *slope = NULL;
      g_autofree char *what = g_strdup_printf ("slope by %s", value->name);

      for (int k = 0; k < NN_MAX_IN; k++)
        if (value == self->in[k])
          slope = find (self, "slope.in.%d", k);
      if (value->kind == NN_VALUE_PARAMETER)
        slope = find (self, "slope.own.%s", value->name + strlen ("it."));
      if (value->kind == NN_VALUE_STATE && find (self, "after.%s", value->name + strlen ("it.")))
        compare (self, value->name, value, find (self, "after.%s", value->name + strlen ("it.")));
      if (slope == NULL)
        continue;
      g_assert_nonnull (value->gradient);
      compare (self, what, value->gradient, slope);
    }
}

static void
test_op (gconstpointer data)
{
  const char *path = data;
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnSafetensors) file = nn_safetensors_open (path, &error);
  g_auto (GStrv) cases = NULL;

  g_assert_no_error (error);
  *strchr (base, '.') = '\0';
  cases = g_strsplit (nn_safetensors_get_metadata (file, "cases"), "\n", -1);
  g_assert_cmpuint (g_strv_length (cases), >=, 20);

  for (int i = 0; cases[i] != NULL; i++)
    {
      Replay replay = { file, nn_op_find (base), i };

      g_assert_nonnull (replay.op);
      replay_init (&replay, cases[i]);
      for (guint k = 0; k < replay.program->values->len; k++)
        fill (&replay, g_ptr_array_index (replay.program->values, k));
      nn_plan_run (replay.plan, 1, 1);
      compare_all (&replay);
      nn_plan_free (replay.plan);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  folder = g_test_build_filename (G_TEST_DIST, "oracle", "fixtures", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/oracle/%s", name);

      g_test_add_data_func_full (path, g_build_filename (folder, name, NULL), test_op, g_free);
    }

  result = g_test_run ();
  nn_device_unref (device);
  return result;
}
