/* test-initialisers.c: every record is whole, and starts parameters as it says
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include <math.h>
#include <string.h>

#define N_NUMBERS 6000

/* Fills @shape from a stream that depends on the name alone. */
static void
run (const char *name,
     NnShape     shape,
     gint64      fan_in,
     float      *data)
{
  const NnInitialiser *initialiser = nn_initialiser_find (name);
  NnAttrValue attr[NN_MAX_ATTRS] = { { 0 } };
  NnStart start = { data, shape, fan_in, attr };

  g_assert_nonnull (initialiser);
  nn_attrs_initial (initialiser->attrs, attr);
  nn_random_init (&start.random, 5, nn_random_stream (name));
  initialiser->fill (&start);
}

/* Each record is whole, and starts the same numbers every time. */
static void
test_records (void)
{
  const NnInitialiser *initialiser;
  guint count = 0;

  for (; (initialiser = nn_initialiser_get (count)) != NULL; count++)
    {
      float data[24], again[24];

      g_assert_true (nn_initialiser_find (initialiser->name) == initialiser);
      g_assert_true (initialiser->title != NULL && initialiser->title[0] != '\0');
      g_assert_true (g_str_has_suffix (initialiser->summary, "."));
      g_assert_true (initialiser->torch == NULL
                     || g_str_has_prefix (initialiser->torch, "torch.nn.init."));

      run (initialiser->name, NN_SHAPE (4, 6), 6, data);
      run (initialiser->name, NN_SHAPE (4, 6), 6, again);
      g_assert_cmpmem (data, sizeof data, again, sizeof again);
      for (gsize i = 0; i < G_N_ELEMENTS (data); i++)
        g_assert_true (isfinite (data[i]));
    }

  g_assert_cmpuint (count, >=, 3);
  g_assert_null (nn_initialiser_find ("none"));
}

/* A family that meson does not list would never be tested. */
static void
test_list (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "engine", "initialisers",
                                                   NULL);
  g_autofree char *list = g_build_filename (folder, "meson.build", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *text = NULL;
  const char *name;
  int count = 0;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".c"))
      {
        g_autofree char *family = g_strdup_printf ("'%.*s'", (int) strlen (name) - 2, name);

        g_assert_nonnull (strstr (text, family));
        count++;
      }
  g_assert_cmpint (count, >=, 2);
}

/* Even numbers fill their range to the ends, around 0. */
static void
test_fan_in (void)
{
  g_autofree float *data = g_new (float, N_NUMBERS);
  double sum = 0;
  float low = 0, high = 0;

  run ("fan-in", NN_SHAPE (240, 25), 25, data);
  for (int i = 0; i < N_NUMBERS; i++)
    {
      sum += data[i];
      low = MIN (low, data[i]);
      high = MAX (high, data[i]);
    }
  g_assert_cmpfloat (low, >=, -0.2f);
  g_assert_cmpfloat (low, <, -0.199f);
  g_assert_cmpfloat (high, <, 0.2f);
  g_assert_cmpfloat (high, >, 0.199f);
  g_assert_cmpfloat (fabs (sum / N_NUMBERS), <, 0.005);
}

static void
test_constant (void)
{
  float data[6];

  run ("ones", NN_SHAPE (2, 3), 3, data);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat (data[i], ==, 1);
  run ("zeros", NN_SHAPE (2, 3), 3, data);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat (data[i], ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initialisers/records", test_records);
  g_test_add_func ("/initialisers/list", test_list);
  g_test_add_func ("/initialisers/fan-in", test_fan_in);
  g_test_add_func ("/initialisers/constant", test_constant);
  return g_test_run ();
}
