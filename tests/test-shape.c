/* test-shape.c: counting, broadcasting and printing of shapes, and tensors made from them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/random.h"
#include "engine/shape.h"
#include "engine/tensor.h"

static void
test_count (void)
{
  NnShape image = NN_SHAPE (32, 3, 28, 28);
  NnShape empty = NN_SHAPE (0, 5);
  NnShape scalar = { 0 };
  NnShape huge = NN_SHAPE (G_MAXINT32, G_MAXINT32, G_MAXINT32);
  NnShape negative = NN_SHAPE (4, -1);
  gint64 count;

  g_assert_cmpint (nn_shape_count (&image), ==, 32 * 3 * 28 * 28);
  g_assert_cmpint (nn_shape_count (&empty), ==, 0);
  g_assert_cmpint (nn_shape_count (&scalar), ==, 1);
  g_assert_true (nn_shape_check_count (&image, 4, &count));
  g_assert_cmpint (count, ==, 32 * 3 * 28 * 28);
  g_assert_false (nn_shape_check_count (&huge, 4, NULL));
  g_assert_false (nn_shape_check_count (&negative, 4, NULL));
}

static void
test_broadcast (void)
{
  NnShape row = NN_SHAPE (5);
  NnShape column = NN_SHAPE (3, 1);
  NnShape both = NN_SHAPE (3, 5);
  NnShape other = NN_SHAPE (4, 2);
  NnShape out;

  g_assert_true (nn_shape_broadcast (&row, &column, &out));
  g_assert_true (nn_shape_equal (&out, &both));
  g_assert_false (nn_shape_broadcast (&both, &other, &out));
}

static void
test_print (void)
{
  NnShape image = NN_SHAPE (32, 3, 28, 28);
  NnShape item = nn_shape_item (&image);
  NnShape again = nn_shape_batch (&item, 32);
  g_autofree char *text = nn_shape_print (&image);
  g_autofree char *item_text = nn_shape_print (&item);

  g_assert_cmpstr (text, ==, "32×3×28×28");
  g_assert_cmpstr (item_text, ==, "3×28×28");
  g_assert_true (nn_shape_equal (&again, &image));
}

static void
test_tensor_views (void)
{
  NnShape shape = NN_SHAPE (2, 3);
  NnShape turned = NN_SHAPE (3, 2);
  g_autoptr (GError) error = NULL;
  NnTensor *tensor = nn_tensor_new (NN_INT32, &shape, &error);
  NnTensor *view = nn_tensor_view (tensor, &turned, (gint64[]) { 1, 3 }, 0);
  NnTensor *copy;
  gint32 *data = nn_tensor_get_data (tensor);

  for (int i = 0; i < 6; i++)
    data[i] = i;

  g_assert_false (nn_tensor_is_contiguous (view));
  copy = nn_tensor_dup (view, &error);
  g_assert_no_error (error);
  nn_tensor_unref (tensor);
  nn_tensor_unref (view);

  data = nn_tensor_get_data (copy);
  for (int i = 0; i < 6; i++)
    g_assert_cmpint (data[i], ==, (i % 2) * 3 + i / 2);
  nn_tensor_unref (copy);
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
}

/* Known answers of Philox 4x32-10 from its authors' distribution (Random123). */
static void
test_philox (void)
{
  guint32 out[4];

  nn_philox (0, 0, 0, out);
  g_assert_cmphex (out[0], ==, 0x6627e8d5);
  g_assert_cmphex (out[1], ==, 0xe169c58d);
  g_assert_cmphex (out[2], ==, 0xbc57ac4c);
  g_assert_cmphex (out[3], ==, 0x9b00dbd8);

  nn_philox (0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, out);
  g_assert_cmphex (out[0], ==, 0x408f276d);
  g_assert_cmphex (out[1], ==, 0x41c83b0e);
  g_assert_cmphex (out[2], ==, 0xa20bc7c6);
  g_assert_cmphex (out[3], ==, 0x6d5451fd);
}

static void
test_random (void)
{
  NnRandom random;
  guint32 order[100];
  gboolean seen[100] = { FALSE };
  double sum = 0;
  double squares = 0;

  nn_random_init (&random, 7, nn_random_stream ("test"));
  for (int i = 0; i < 20000; i++)
    {
      float x = nn_random_normal (&random);

      sum += x;
      squares += x * x;
    }
  g_assert_cmpfloat_with_epsilon (sum / 20000, 0, 0.03);
  g_assert_cmpfloat_with_epsilon (squares / 20000, 1, 0.05);

  nn_random_shuffle (&random, order, 100);
  for (int i = 0; i < 100; i++)
    {
      g_assert_false (seen[order[i]]);
      seen[order[i]] = TRUE;
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shape/count", test_count);
  g_test_add_func ("/shape/broadcast", test_broadcast);
  g_test_add_func ("/shape/print", test_print);
  g_test_add_func ("/tensor/views", test_tensor_views);
  g_test_add_func ("/random/philox", test_philox);
  g_test_add_func ("/random/spread", test_random);
  return g_test_run ();
}
