/* split.c: which items to train on, to tune with and to judge by
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/split.h"

#include "datasets/error.h"
#include "engine/random.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _DsSplit
{
  gatomicrefcount  ref_count;
  guint32         *indices[DS_N_PARTS];
  guint32          counts[DS_N_PARTS];
};

/* Items that may still go anywhere, sorted into groups: one for each class, or
 * one for all. */
typedef struct
{
  guint32 *items;
  guint32  n_items;
  guint32 *begin;               /* where each group begins in @items; one more for the end */
  guint    n_groups;
  guint32 *taken;               /* items of each group that are given away already */
} Pool;

static void
pool_clear (Pool *pool)
{
  g_free (pool->items);
  g_free (pool->begin);
  g_free (pool->taken);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pool, pool_clear)

/* Items without a label are a group too, the first one. */
static guint
group_of (DsDataset *dataset,
          guint32    index,
          gboolean   stratify)
{
  return stratify ? ds_dataset_get_label (dataset, index) + 1 : 0;
}

static gboolean
is_free (DsDataset *dataset,
         guint32    index)
{
  DsPart part = ds_dataset_get_part (dataset, index);

  return part == DS_PART_UNDECIDED || part == DS_PART_TRAIN;
}

/* A counting sort by group; inside a group the items are in random order. */
static void
pool_init (Pool                 *pool,
           DsDataset            *dataset,
           const DsSplitOptions *options)
{
  guint32 n = ds_dataset_get_n_items (dataset);
  g_autofree guint32 *next = NULL;
  g_autofree guint32 *order = g_new (guint32, n);
  g_autofree guint32 *sorted = g_new (guint32, n);

  pool->n_groups = options->stratify ? ds_dataset_get_n_classes (dataset) + 1 : 1;
  pool->begin = g_new0 (guint32, pool->n_groups + 1);
  pool->taken = g_new0 (guint32, pool->n_groups);
  pool->items = g_new (guint32, n);

  for (guint32 i = 0; i < n; i++)
    if (is_free (dataset, i))
      pool->begin[group_of (dataset, i, options->stratify) + 1]++;
  for (guint g = 0; g < pool->n_groups; g++)
    pool->begin[g + 1] += pool->begin[g];
  pool->n_items = pool->begin[pool->n_groups];

  next = g_memdup2 (pool->begin, pool->n_groups * sizeof *next);
  for (guint32 i = 0; i < n; i++)
    if (is_free (dataset, i))
      sorted[next[group_of (dataset, i, options->stratify)]++] = i;

  for (guint g = 0; g < pool->n_groups; g++)
    {
      guint32 begin = pool->begin[g];
      guint32 count = pool->begin[g + 1] - begin;
      NnRandom random;

      nn_random_init (&random, options->seed, nn_random_stream ("split") + g);
      nn_random_shuffle (&random, order, count);
      for (guint32 i = 0; i < count; i++)
        pool->items[begin + i] = sorted[begin + order[i]];
    }
}

static void
give (Pool    *pool,
      guint    group,
      guint32  n,
      DsPart   part,
      guint8  *parts)
{
  const guint32 *items = pool->items + pool->begin[group] + pool->taken[group];

  for (guint32 i = 0; i < n; i++)
    parts[items[i]] = part;
  pool->taken[group] += n;
}

/* Items that the group can still lose without being lost for training. */
static guint32
spare (const Pool *pool,
       guint       group)
{
  guint32 left = pool->begin[group + 1] - pool->begin[group] - pool->taken[group];

  return left > 0 ? left - 1 : 0;
}

/* Gives @share of the pool to @part: each group its share rounded down, and
 * what rounding has left over to the groups that lost most by it. */
static void
give_share (Pool   *pool,
            double  share,
            DsPart  part,
            guint8 *parts)
{
  guint32 wanted = (guint32) llround (share * pool->n_items);
  g_autofree double *lost = g_new (double, pool->n_groups);

  for (guint g = 0; g < pool->n_groups; g++)
    {
      double exact = share * (pool->begin[g + 1] - pool->begin[g]);
      guint32 n = MIN (MIN ((guint32) exact, spare (pool, g)), wanted);

      lost[g] = exact - n;
      give (pool, g, n, part, parts);
      wanted -= n;
    }

  while (wanted > 0)
    {
      guint best = 0;

      for (guint g = 1; g < pool->n_groups; g++)
        if (spare (pool, g) > 0 && (spare (pool, best) == 0 || lost[g] > lost[best]))
          best = g;
      if (spare (pool, best) == 0)
        break;

      lost[best] -= 1;
      give (pool, best, 1, part, parts);
      wanted--;
    }
}

static gboolean
check_shares (double   validation,
              double   test,
              GError **error)
{
  /* Written so that NaN is refused as well. */
  if (validation >= 0 && test >= 0 && validation + test < 1)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("A validation share of %g and a test share of %g leave nothing to train on. "
                 "Both must be at least 0, and together less than 1."), validation, test);
  return FALSE;
}

static DsSplit *
split_new (const guint8 *parts,
           guint32       n)
{
  DsSplit *self = g_new0 (DsSplit, 1);

  g_atomic_ref_count_init (&self->ref_count);
  for (guint32 i = 0; i < n; i++)
    self->counts[parts[i]]++;
  for (int p = 0; p < DS_N_PARTS; p++)
    {
      self->indices[p] = g_new (guint32, self->counts[p]);
      self->counts[p] = 0;
    }
  for (guint32 i = 0; i < n; i++)
    self->indices[parts[i]][self->counts[parts[i]]++] = i;

  return self;
}

DsSplit *
ds_split_new (DsDataset             *dataset,
              const DsSplitOptions  *options,
              GError               **error)
{
  g_auto (Pool) pool = { 0 };
  guint32 n = ds_dataset_get_n_items (dataset);
  g_autofree guint8 *parts = g_new (guint8, n);
  gboolean given[DS_N_PARTS] = { FALSE };
  double validation;
  double test;

  for (guint32 i = 0; i < n; i++)
    {
      DsPart part = ds_dataset_get_part (dataset, i);

      given[part] = TRUE;
      parts[i] = is_free (dataset, i) ? DS_PART_TRAIN : part;
    }

  validation = given[DS_PART_VALIDATION] ? 0 : options->validation;
  test = given[DS_PART_TEST] ? 0 : options->test;
  if (!check_shares (validation, test, error))
    return NULL;

  /* The test part first, so that it stays the same whatever validation takes. */
  pool_init (&pool, dataset, options);
  give_share (&pool, test, DS_PART_TEST, parts);
  give_share (&pool, validation, DS_PART_VALIDATION, parts);

  if (pool.n_items == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” has %u items, but all of them are in its test or validation part. "
                     "Open the folder that holds the training part too."),
                   ds_dataset_get_title (dataset), n);
      return NULL;
    }

  return split_new (parts, n);
}

DsSplit *
ds_split_ref (DsSplit *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_split_unref (DsSplit *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (int p = 0; p < DS_N_PARTS; p++)
    g_free (self->indices[p]);
  g_free (self);
}

const guint32 *
ds_split_get (DsSplit *self,
              DsPart   part,
              guint32 *count)
{
  g_assert (part < DS_N_PARTS);
  *count = self->counts[part];
  return self->indices[part];
}
