/* test-transform-list.c: settings of transforms in and out, and what a list refuses
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"
#include "engine/error.h"

#include <math.h>
#include <string.h>

/* Puts @name with two single numbers behind @list. */
static void
append (DsTransformList *list,
        const char      *name,
        const char      *first,
        double           first_number,
        const char      *second,
        double           second_number)
{
  DsTransformSetting settings[] = {
    { first, &first_number, 1 },
    { second, &second_number, 1 },
    { NULL },
  };
  g_autoptr (GError) error = NULL;

  ds_transform_list_append (list, name, settings, &error);
  g_assert_no_error (error);
}

/* What a project file would save is what a list is made from. */
static void
test_settings (void)
{
  double means[] = { 0.1, 0.2, 0.3 };
  DsTransformSetting settings[] = { { "mean", means, 3 }, { NULL } };
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  const double *numbers;
  int count;

  g_assert_true (ds_transform_list_append (list, "normalise", settings, NULL));
  append (list, "resize", "width", 64, NULL, 0);
  means[0] = 9;

  g_assert_cmpint (ds_transform_list_get_length (list), ==, 2);
  g_assert_true (ds_transform_list_peek (list, 0) == ds_transform_find ("normalise"));
  g_assert_true (ds_transform_list_peek (list, 1) == ds_transform_find ("resize"));

  numbers = ds_transform_list_get_numbers (list, 0, "mean", &count);
  g_assert_cmpint (count, ==, 3);
  g_assert_cmpfloat (numbers[0], ==, 0.1);
  g_assert_cmpfloat (numbers[2], ==, 0.3);
  numbers = ds_transform_list_get_numbers (list, 0, "std", &count);
  g_assert_cmpint (count, ==, 1);
  g_assert_cmpfloat (numbers[0], ==, 0.5);
  numbers = ds_transform_list_get_numbers (list, 1, "width", &count);
  g_assert_cmpfloat (numbers[0], ==, 64);
  numbers = ds_transform_list_get_numbers (list, 1, "height", &count);
  g_assert_cmpfloat (numbers[0], ==, 32);
  g_assert_null (ds_transform_list_get_numbers (list, 1, "depth", &count));
}

static void
test_refusals (void)
{
  double many[5000] = { 0 };
  static const struct
  {
    const char *transform;
    const char *attr;
    double      number;
    int         count;
    int         code;
    const char *says[3];
  } refusals[] = {
    { "blur", "radius", 1, 1, NN_ERROR_UNSUPPORTED, { "“blur”" } },
    { "resize", "depth", 1, 1, NN_ERROR_ATTRIBUTE, { "Resize", "“depth”", "height, width" } },
    { "resize", "height", 0, 1, NN_ERROR_ATTRIBUTE, { "“height” is 0", "1 and 4096" } },
    { "resize", "width", 4097, 1, NN_ERROR_ATTRIBUTE, { "“width” is 4097" } },
    { "resize", "width", 20.5, 1, NN_ERROR_ATTRIBUTE, { "20.5", "whole number" } },
    { "resize", "width", NAN, 1, NN_ERROR_ATTRIBUTE, { "“width”" } },
    { "resize", "width", 20, 2, NN_ERROR_ATTRIBUTE, { "2 numbers", "exactly one" } },
    { "random-crop", "reflect", 0.5, 1, NN_ERROR_ATTRIBUTE, { "Random crop", "“reflect”" } },
    { "horizontal-flip", "probability", 1.5, 1, NN_ERROR_ATTRIBUTE, { "1.5", "0 and 1" } },
    { "normalise", "std", 0, 1, NN_ERROR_ATTRIBUTE, { "Normalise", "“std” is 0" } },
    { "normalise", "mean", INFINITY, 1, NN_ERROR_ATTRIBUTE, { "“mean”" } },
    { "normalise", "mean", 0, 0, NN_ERROR_ATTRIBUTE, { "0 numbers", "1 and 4096" } },
    { "normalise", "mean", 0, 5000, NN_ERROR_ATTRIBUTE, { "5000 numbers" } },
  };
  g_autoptr (DsTransformList) list = ds_transform_list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      DsTransformSetting settings[] = { { refusals[i].attr, many, refusals[i].count }, { NULL } };
      g_autoptr (GError) error = NULL;

      many[0] = refusals[i].number;
      g_assert_false (ds_transform_list_append (list, refusals[i].transform, settings, &error));
      g_assert_error (error, NN_ERROR, refusals[i].code);
      g_test_message ("%s", error->message);
      for (int j = 0; j < 3 && refusals[i].says[j] != NULL; j++)
        g_assert_nonnull (strstr (error->message, refusals[i].says[j]));
      g_assert_cmpint (ds_transform_list_get_length (list), ==, 0);
    }
}

static void
assert_refuses_shape (DsTransformList *list,
                      NnShape          shape,
                      const char      *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ds_transform_list_check (list, &shape, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_shapes (void)
{
  double means[] = { 0.1, 0.2, 0.3 };
  DsTransformSetting settings[] = { { "mean", means, 3 }, { NULL } };
  g_autoptr (DsTransformList) crop = ds_transform_list_new ();
  g_autoptr (DsTransformList) resized = ds_transform_list_new ();
  g_autoptr (DsTransformList) colours = ds_transform_list_new ();
  NnShape picture = NN_SHAPE (3, 32, 40);
  NnShape larger = NN_SHAPE (3, 33, 40);
  NnShape inside = NN_SHAPE (3, 40, 48);
  NnShape out;

  append (crop, "random-crop", "height", 41, "width", 48);
  assert_refuses_shape (crop, picture, "height 41 and width 48 does not fit pictures of 3×32×40");
  assert_refuses_shape (crop, NN_SHAPE (2), "Random crop works on pictures");
  g_assert_true (ds_transform_list_check (crop, &larger, NULL));

  /* Without the check the crop stays inside. */
  ds_transform_list_get_shape (crop, &picture, &out);
  g_assert_true (nn_shape_equal (&out, &inside));

  /* Each step is asked about what the one before it makes. */
  append (resized, "resize", "height", 20, "width", 20);
  append (resized, "random-crop", "padding", 0, "height", 24);
  assert_refuses_shape (resized, picture, "3×20×20");
  assert_refuses_shape (resized, NN_SHAPE (G_MAXINT64 / 1000, 2, 2), "too large");

  g_assert_true (ds_transform_list_append (colours, "normalise", settings, NULL));
  g_assert_true (ds_transform_list_check (colours, &picture, NULL));
  assert_refuses_shape (colours, NN_SHAPE (1, 28, 28), "“mean” has 3 numbers");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transform-list/settings", test_settings);
  g_test_add_func ("/transform-list/refusals", test_refusals);
  g_test_add_func ("/transform-list/shapes", test_shapes);
  return g_test_run ();
}
