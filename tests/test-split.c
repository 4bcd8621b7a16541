/* test-split.c: every item in exactly one part, in the proportions asked for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/error.h"
#include "datasets/split.h"
#include "tests/data-support.h"

#include <math.h>
#include <string.h>

static DsSplit *
split (DsDataset *dataset,
       double     validation,
       double     test,
       guint64    seed,
       gboolean   stratify)
{
  DsSplitOptions options = { validation, test, seed, stratify };
  g_autoptr (GError) error = NULL;
  DsSplit *self = ds_split_new (dataset, &options, &error);

  g_assert_no_error (error);
  return self;
}

static guint32
count (DsSplit *self,
       DsPart   part)
{
  guint32 n;

  ds_split_get (self, part, &n);
  return n;
}

/* Counts how often each item occurs: it must be once, and in ascending order. */
static void
assert_partition (DsSplit   *self,
                  DsDataset *dataset)
{
  guint32 n = ds_dataset_get_n_items (dataset);
  g_autofree guint8 *seen = g_malloc0 (n);

  for (int part = DS_PART_TRAIN; part <= DS_PART_TEST; part++)
    {
      guint32 n_part;
      const guint32 *indices = ds_split_get (self, part, &n_part);

      for (guint32 i = 0; i < n_part; i++)
        {
          g_assert_cmpint (indices[i], <, n);
          g_assert_cmpint (seen[indices[i]]++, ==, 0);
          g_assert_true (i == 0 || indices[i] > indices[i - 1]);
        }
    }

  g_assert_null (memchr (seen, 0, n));
  g_assert_cmpint (count (self, DS_PART_UNDECIDED), ==, 0);
}

static gboolean
is_equal (DsSplit *a,
          DsSplit *b,
          DsPart   part)
{
  guint32 n_a;
  guint32 n_b;
  const guint32 *first = ds_split_get (a, part, &n_a);
  const guint32 *second = ds_split_get (b, part, &n_b);

  return n_a == n_b && memcmp (first, second, n_a * sizeof *first) == 0;
}

static guint32
count_class (DsSplit   *self,
             DsDataset *dataset,
             DsPart     part,
             int        label)
{
  guint32 n;
  const guint32 *indices = ds_split_get (self, part, &n);
  guint32 found = 0;

  for (guint32 i = 0; i < n; i++)
    found += ds_dataset_get_label (dataset, indices[i]) == label;
  return found;
}

static void
test_shares (void)
{
  char *folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = test_counting_set (folder, 1000, 7, NULL);

  for (int stratify = FALSE; stratify <= TRUE; stratify++)
    {
      g_autoptr (DsSplit) self = split (dataset, 0.15, 0.25, 3, stratify);

      assert_partition (self, dataset);
      g_assert_cmpint (count (self, DS_PART_VALIDATION), ==, 150);
      g_assert_cmpint (count (self, DS_PART_TEST), ==, 250);
      g_assert_cmpint (count (self, DS_PART_TRAIN), ==, 600);
    }

  test_folder_free (folder);
}

static void
test_stratified (void)
{
  char *folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = test_counting_set (folder, 1000, 7, NULL);
  g_autoptr (DsSplit) self = split (dataset, 0.15, 0.25, 3, TRUE);

  for (int label = 0; label < 7; label++)
    {
      double n = ds_dataset_get_class_count (dataset, label, DS_N_PARTS);

      g_assert_cmpfloat_with_epsilon (count_class (self, dataset, DS_PART_VALIDATION, label),
                                      0.15 * n, 1);
      g_assert_cmpfloat_with_epsilon (count_class (self, dataset, DS_PART_TEST, label),
                                      0.25 * n, 1);
    }

  test_folder_free (folder);
}

static void
test_seed (void)
{
  char *folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = test_counting_set (folder, 200, 2, NULL);
  g_autoptr (DsSplit) a = split (dataset, 0.2, 0.2, 3, TRUE);
  g_autoptr (DsSplit) again = split (dataset, 0.2, 0.2, 3, TRUE);
  g_autoptr (DsSplit) other = split (dataset, 0.2, 0.2, 4, TRUE);
  g_autoptr (DsSplit) less = split (dataset, 0.1, 0.2, 3, TRUE);

  for (int part = DS_PART_TRAIN; part <= DS_PART_TEST; part++)
    {
      g_assert_true (is_equal (a, again, part));
      g_assert_false (is_equal (a, other, part));
    }

  /* The test part does not hang on what validation takes. */
  g_assert_true (is_equal (a, less, DS_PART_TEST));

  test_folder_free (folder);
}

static DsPart
part_with_test (guint32 index)
{
  return index % 5 == 0 ? DS_PART_TEST : DS_PART_TRAIN;
}

static DsPart
part_of_each (guint32 index)
{
  return DS_PART_UNDECIDED + index % DS_N_PARTS;
}

static DsPart
part_test_only (guint32 index)
{
  return DS_PART_TEST;
}

static void
test_given_parts (void)
{
  char *folder = test_folder_new ();
  char *other_folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = test_counting_set (folder, 100, 2, part_with_test);
  g_autoptr (DsSplit) self = split (dataset, 0.25, 0.5, 1, TRUE);
  g_autoptr (DsDataset) full = test_counting_set (other_folder, 100, 2, part_of_each);
  g_autoptr (DsSplit) given = split (full, 0.25, 0.5, 1, TRUE);
  guint32 n;
  const guint32 *indices = ds_split_get (self, DS_PART_TEST, &n);

  /* The share for testing is not asked for; validation is one of the rest. */
  assert_partition (self, dataset);
  g_assert_cmpint (n, ==, 20);
  for (guint32 i = 0; i < n; i++)
    g_assert_cmpint (indices[i], ==, 5 * i);
  g_assert_cmpint (count (self, DS_PART_VALIDATION), ==, 20);
  g_assert_cmpint (count (self, DS_PART_TRAIN), ==, 60);

  /* With both parts given, what is undecided is trained on. */
  assert_partition (given, full);
  g_assert_cmpint (count (given, DS_PART_VALIDATION), ==, 25);
  g_assert_cmpint (count (given, DS_PART_TEST), ==, 25);
  g_assert_cmpint (count (given, DS_PART_TRAIN), ==, 50);

  test_folder_free (other_folder);
  test_folder_free (folder);
}

/* However few there are, each class keeps something to train on. */
static void
test_few_items (void)
{
  for (guint32 n = 1; n <= 12; n++)
    {
      char *folder = test_folder_new ();
      g_autoptr (DsDataset) dataset = test_counting_set (folder, n, 3, NULL);
      g_autoptr (DsSplit) self = split (dataset, 0.4, 0.4, 1, TRUE);

      assert_partition (self, dataset);
      for (int label = 0; label < (int) MIN (n, 3); label++)
        g_assert_cmpint (count_class (self, dataset, DS_PART_TRAIN, label), >=, 1);
      test_folder_free (folder);
    }
}

static void
test_refused (void)
{
  static const double shares[][2] = {
    { 0.5, 0.5 }, { -0.1, 0.2 }, { 0.2, -0.1 }, { 1, 0 }, { 0, NAN }, { INFINITY, 0 },
  };
  char *folder = test_folder_new ();
  char *other_folder = test_folder_new ();
  g_autoptr (DsDataset) dataset = test_counting_set (folder, 10, 2, NULL);
  g_autoptr (DsDataset) test_only = test_counting_set (other_folder, 10, 2, part_test_only);
  DsSplitOptions options = { 0.1, 0.1, 1, TRUE };
  g_autoptr (GError) error = NULL;
  DsSplit *self;

  self = ds_split_new (test_only, &options, &error);
  g_assert_null (self);
  g_assert_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED);
  for (gsize i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      g_clear_error (&error);
      options.validation = shares[i][0];
      options.test = shares[i][1];
      self = ds_split_new (dataset, &options, &error);
      g_assert_null (self);
      g_assert_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, "share"));
    }

  test_folder_free (other_folder);
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/split/shares", test_shares);
  g_test_add_func ("/split/stratified", test_stratified);
  g_test_add_func ("/split/seed", test_seed);
  g_test_add_func ("/split/given-parts", test_given_parts);
  g_test_add_func ("/split/few-items", test_few_items);
  g_test_add_func ("/split/refused", test_refused);
  return g_test_run ();
}
