/* test-optimisers.c: every record is whole, agrees with PyTorch, and may be divided at will
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/device.h"
#include "engine/error.h"
#include "engine/optimiser.h"
#include "engine/random.h"
#include "tests/oracle-json.h"

#include <math.h>
#include <string.h>

#define MOST_WEIGHTS 64
#define MOST_MOMENTS 256
#define MOST_ROOM    256

static NnDevice *device;

/* One case of the oracle with all that an optimiser needs. */
typedef struct
{
  const NnOptimiser *optimiser;
  NnAttrValue        attr[NN_MAX_ATTRS];
  double             rate;
  guint              count;
  float              w[MOST_WEIGHTS];
  float              g[MOST_WEIGHTS];
  float             *moment[MOST_MOMENTS];
  double             memory[NN_MAX_MEMORY];
} Case;

static void
case_init (Case         *self,
           const NnJson *file,
           const NnJson *json)
{
  g_autofree double *start = test_oracle_numbers (file, "start", &self->count);
  int n_moments;

  self->optimiser = nn_optimiser_find (nn_json_get_string (json, "name", NULL));
  g_assert_nonnull (self->optimiser);
  test_apply_settings (self->optimiser->attrs, nn_json_get_string (json, "settings", NULL),
                       self->attr);
  g_assert_true (nn_json_get_double (json, "rate", 0, 100, &self->rate, NULL));
  n_moments = nn_optimiser_count_moments (self->optimiser, self->attr);
  g_assert_cmpint (n_moments, <, MOST_MOMENTS);
  for (int i = 0; i < n_moments; i++)
    self->moment[i] = g_new0 (float, self->count);
  for (guint i = 0; i < self->count; i++)
    self->w[i] = (float) start[i];
}

static void
case_clear (Case *self)
{
  for (int i = 0; i < MOST_MOMENTS; i++)
    g_free (self->moment[i]);
}

/* One step with the gradients divided by @factor, tensor by tensor. */
static void
step (Case         *self,
      const NnJson *file,
      const NnJson *gradients,
      guint64       number,
      double        factor)
{
  NnUpdate update = { .memory = self->memory, .rate = self->rate, .gradient_factor = factor,
                      .step = number };
  float room[MOST_ROOM];
  gint64 at = 0;
  guint i = 0;

  for (const NnJson *item = nn_json_first (gradients); item != NULL; item = nn_json_next (item))
    {
      double gradient;

      g_assert_true (nn_json_as_double (item, -100, 100, &gradient, NULL));
      self->g[i++] = (float) (gradient / factor);
    }
  memcpy (update.attr, self->attr, sizeof update.attr);
  if (self->optimiser->begin != NULL)
    self->optimiser->begin (&update);

  for (const NnJson *item = nn_json_first (nn_json_find (file, "shapes")); item != NULL;
       item = nn_json_next (item))
    {
      NnShape shape = { 0 };
      gint64 needs;

      for (const NnJson *axis = nn_json_first (item); axis != NULL; axis = nn_json_next (axis))
        g_assert_true (nn_json_as_integer (axis, 1, 10, &shape.size[shape.rank++], NULL));
      needs = self->optimiser->count_room != NULL ? self->optimiser->count_room (&shape) : 0;
      g_assert_cmpint (needs, <=, MOST_ROOM);
      update.w = self->w + at;
      update.g = self->g + at;
      for (int k = 0; k < NN_MAX_MOMENTS; k++)
        update.moment[k] = self->moment[k] != NULL ? self->moment[k] + at : NULL;
      if (needs > 0)
        device->klass->update_whole (device, self->optimiser, &update, &shape, room);
      else
        self->optimiser->update (&update, 0, nn_shape_count (&shape));
      at += nn_shape_count (&shape);
    }
  g_assert_cmpint (at, ==, self->count);
}

/* bowl() of the oracle. */
static double
evaluate (void *data)
{
  Case *self = data;
  double loss = 0;

  memset (self->g, 0, sizeof self->g);
  for (guint i = 0; i < self->count; i++)
    {
      double distance = (double) self->w[i] - 1;
      double steep = 1 + i % 7;

      loss += 0.5 * steep * distance * distance;
      self->g[i] += (float) (steep * distance);
      if (i > 0)
        {
          double valley = self->w[i] - (double) self->w[i - 1] * self->w[i - 1];

          loss += 0.1 * valley * valley;
          self->g[i] += (float) (0.2 * valley);
          self->g[i - 1] -= (float) (0.4 * valley * self->w[i - 1]);
        }
    }

  return loss;
}

static void
search (Case *self)
{
  float work[8][MOST_WEIGHTS];
  float *places[8];
  NnSearch search = {
    .count = self->count, .w = self->w, .g = self->g, .moment = self->moment, .work = places,
    .memory = self->memory, .rate = self->rate, .evaluate = evaluate, .data = self,
  };

  g_assert_cmpint (self->optimiser->n_work, <=, 8);
  for (int i = 0; i < 8; i++)
    places[i] = work[i];
  memcpy (search.attr, self->attr, sizeof search.attr);
  search.loss = evaluate (self);
  self->optimiser->search (&search);
}

/* Whether the case agrees with PyTorch to @tolerance, gradients having been
 * divided by @factor on the way in. */
static void
run_recorded (const NnJson *file,
              const NnJson *json,
              double        factor)
{
  g_autofree double *after = NULL;
  Case self = { NULL };
  guint64 number = 1;
  guint count;

  case_init (&self, file, json);
  for (const NnJson *item = nn_json_first (nn_json_find (file, "gradients")); item != NULL;
       item = nn_json_next (item))
    if (self.optimiser->search != NULL)
      search (&self);
    else
      step (&self, file, item, number++, factor);

  after = test_oracle_numbers (json, "after", &count);
  g_assert_cmpuint (count, ==, self.count);
  for (guint i = 0; i < count; i++)
    if (!(fabs (self.w[i] - after[i]) <= 1e-5 * MAX (1, fabs (after[i]))))
      g_error ("%s (%s): weight %u is %.9g and must be %.9g", self.optimiser->name,
               nn_json_get_string (json, "settings", NULL), i, (double) self.w[i], after[i]);
  case_clear (&self);
}

static void
test_recorded (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();

  for (const NnJson *json = nn_json_first (nn_json_find (file, "optimisers")); json != NULL;
       json = nn_json_next (json))
    {
      run_recorded (file, json, 1);
      run_recorded (file, json, 0.25);
    }
}

static void
check_attrs (const NnOptimiser *optimiser)
{
  int n_attrs = 0;

  for (const NnAttr *setting = optimiser->attrs; setting->name != NULL; setting++)
    {
      g_assert_cmpint (n_attrs++, <, NN_MAX_ATTRS);
      g_assert_nonnull (setting->title);
      /* What belongs to another optimiser inside has no name in PyTorch's class. */
      g_assert_true (setting->torch != NULL || optimiser->torch == NULL
                     || g_str_has_prefix (setting->name, "adamw-"));
      g_assert_cmpint (nn_attrs_find (optimiser->attrs, setting->name), ==,
                       (int) (setting - optimiser->attrs));
    }
}

static void
check_record (const NnOptimiser *optimiser)
{
  NnAttrValue attr[NN_MAX_ATTRS] = { { 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_optimiser_find (optimiser->name) == optimiser);
  g_assert_true (optimiser->title != NULL && optimiser->title[0] != '\0');
  g_assert_true (g_str_has_suffix (optimiser->summary, "."));
  g_assert_true (optimiser->torch == NULL || g_str_has_prefix (optimiser->torch, "torch.optim."));
  g_assert_cmpint (optimiser->n_moments, >=, 0);
  g_assert_cmpint (optimiser->n_moments, <=, NN_MAX_MOMENTS);
  g_assert_cmpfloat (optimiser->rate, >, 0);
  g_assert_true ((optimiser->update != NULL) != (optimiser->search != NULL));
  g_assert_true ((optimiser->count_room != NULL) == (optimiser->update_whole != NULL));
  check_attrs (optimiser);

  nn_attrs_initial (optimiser->attrs, attr);
  g_assert_true (nn_optimiser_check (optimiser, attr, &error));
  g_assert_no_error (error);
  if (optimiser->search == NULL)
    g_assert_cmpint (nn_optimiser_count_moments (optimiser, attr), <=, optimiser->n_moments);

  attr[0].number[0] = -1;
  g_assert_false (nn_optimiser_check (optimiser, attr, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
}

/* Each record is whole and has four cases of recorded numbers. */
static void
test_records (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();
  const NnOptimiser *optimiser;
  guint count = 0;

  for (; (optimiser = nn_optimiser_get (count)) != NULL; count++)
    {
      int n_recorded = 0;

      check_record (optimiser);
      for (const NnJson *json = nn_json_first (nn_json_find (file, "optimisers")); json != NULL;
           json = nn_json_next (json))
        n_recorded += g_str_equal (nn_json_get_string (json, "name", NULL), optimiser->name);
      g_assert_cmpint (n_recorded, >=, 4);
    }

  g_assert_cmpuint (count, >=, 11);
  g_assert_null (nn_optimiser_find ("none"));
}

static void
test_list (void)
{
  test_list_is_whole ("engine/optimisers");
}

static void
test_nesterov_rule (void)
{
  const NnOptimiser *sgd = nn_optimiser_find ("sgd");
  NnAttrValue attr[NN_MAX_ATTRS] = { { 0 } };
  g_autoptr (GError) error = NULL;

  test_apply_settings (sgd->attrs, "nesterov=true", attr);
  g_assert_false (nn_optimiser_check (sgd, attr, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
  g_clear_error (&error);

  test_apply_settings (sgd->attrs, "nesterov=true momentum=0.9 dampening=0.1", attr);
  g_assert_false (nn_optimiser_check (sgd, attr, NULL));
  test_apply_settings (sgd->attrs, "nesterov=true momentum=0.9", attr);
  g_assert_true (nn_optimiser_check (sgd, attr, NULL));
}

#define N_SPLIT 1037            /* more than a few vectors, and a rest behind them */

typedef struct
{
  float w[N_SPLIT];
  float g[N_SPLIT];
  float moment[NN_MAX_MOMENTS][N_SPLIT];
} Buffers;

static void
fill (Buffers *buffers)
{
  NnRandom random;

  memset (buffers, 0, sizeof *buffers);
  nn_random_init (&random, 3, nn_random_stream ("split"));
  for (int i = 0; i < N_SPLIT; i++)
    {
      buffers->w[i] = nn_random_normal (&random);
      buffers->g[i] = nn_random_normal (&random) * 0.1f;
    }
}

/* Three steps in ranges of @width elements, the last range first. */
static void
run_split (const NnJson *json,
           gint64        width,
           Buffers      *buffers)
{
  const NnOptimiser *optimiser = nn_optimiser_find (nn_json_get_string (json, "name", NULL));
  double memory[NN_MAX_MEMORY] = { 0 };
  NnUpdate update = {
    .w = buffers->w,
    .g = buffers->g,
    .moment = { buffers->moment[0], buffers->moment[1], buffers->moment[2] },
    .memory = memory,
    .gradient_factor = 0.7,
  };

  g_assert_true (nn_json_get_double (json, "rate", 0, 10, &update.rate, NULL));
  test_apply_settings (optimiser->attrs, nn_json_get_string (json, "settings", NULL), update.attr);
  fill (buffers);
  for (update.step = 1; update.step <= 3; update.step++)
    {
      if (optimiser->begin != NULL)
        optimiser->begin (&update);
      for (gint64 first = (N_SPLIT - 1) / width * width; first >= 0; first -= width)
        optimiser->update (&update, first, MIN (first + width, N_SPLIT));
    }
}

static void
test_split (void)
{
  static const gint64 widths[] = { 1, 3, 8, 17, 64, 500, 1036 };
  g_autoptr (NnJson) file = test_oracle_open ();
  g_autofree Buffers *whole = g_new (Buffers, 1);
  g_autofree Buffers *parts = g_new (Buffers, 1);

  for (const NnJson *json = nn_json_first (nn_json_find (file, "optimisers")); json != NULL;
       json = nn_json_next (json))
    {
      if (nn_optimiser_find (nn_json_get_string (json, "name", NULL))->search != NULL)
        continue;
      run_split (json, N_SPLIT, whole);
      for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
        {
          run_split (json, widths[i], parts);
          g_assert_cmpmem (whole, sizeof *whole, parts, sizeof *parts);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  g_test_add_func ("/optimisers/records", test_records);
  g_test_add_func ("/optimisers/list", test_list);
  g_test_add_func ("/optimisers/recorded", test_recorded);
  g_test_add_func ("/optimisers/nesterov-rule", test_nesterov_rule);
  g_test_add_func ("/optimisers/split", test_split);

  result = g_test_run ();
  nn_device_unref (device);
  return result;
}
