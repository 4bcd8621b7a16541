/* matrix.c: weights that start as a matrix with a purpose
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
check_rank (const NnShape  *shape,
            int             least,
            int             most,
            GError        **error)
{
  g_autofree char *text = NULL;

  if (shape->rank >= least && shape->rank <= most)
    return TRUE;

  text = nn_shape_print (shape);
  if (least == most)
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _("It starts weights with %d axes, and these have the shape %s."), least, text);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _("It starts weights with %d to %d axes, and these have the shape %s."),
                 least, most, text);
  return FALSE;
}

static void
clear (NnStart *start)
{
  memset (start->data, 0, (gsize) nn_shape_count (&start->shape) * sizeof (float));
}

static gboolean
plane_check (const double   *number,
             const NnShape  *shape,
             GError        **error)
{
  return check_rank (shape, 2, 2, error);
}

static gboolean
eye_fill (NnStart  *start,
          GError  **error)
{
  gint64 columns = start->shape.size[1];
  gint64 n = MIN (start->shape.size[0], columns);

  clear (start);
  for (gint64 i = 0; i < n; i++)
    start->data[i * columns + i] = 1;
  return TRUE;
}

enum {
  DIRAC_GROUPS,
};

static gboolean
dirac_check (const double   *number,
             const NnShape  *shape,
             GError        **error)
{
  gint64 groups = (gint64) number[DIRAC_GROUPS];

  if (!check_rank (shape, 3, 5, error))
    return FALSE;
  if (shape->size[0] % groups == 0)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("%d filters cannot be divided into %d groups."), (int) shape->size[0],
               (int) groups);
  return FALSE;
}

/* Each filter passes one channel on: its middle is 1. */
static gboolean
dirac_fill (NnStart  *start,
            GError  **error)
{
  const NnShape *shape = &start->shape;
  gint64 groups = (gint64) start->number[DIRAC_GROUPS];
  gint64 filters = shape->size[0] / groups;
  gint64 field = nn_shape_span (shape, 2, shape->rank);
  gint64 middle = 0;

  for (int axis = 2; axis < shape->rank; axis++)
    middle = middle * shape->size[axis] + shape->size[axis] / 2;

  clear (start);
  for (gint64 k = 0; k < groups; k++)
    for (gint64 i = 0; i < MIN (filters, shape->size[1]); i++)
      start->data[((k * filters + i) * shape->size[1] + i) * field + middle] = 1;
  return TRUE;
}

enum {
  ORTHOGONAL_GAIN,
};

static gboolean
orthogonal_check (const double   *number,
                  const NnShape  *shape,
                  GError        **error)
{
  return check_rank (shape, 2, NN_MAX_RANK, error);
}

/* Takes from vector @index what it has in common with those before it, and makes
 * its length 1.  The second round takes what rounding left in the first. */
static void
orthogonalise (double *vectors,
               gint64  length,
               gint64  index)
{
  double *v = vectors + index * length;
  double square = 0;

  for (int round = 0; round < 2; round++)
    for (gint64 k = 0; k < index; k++)
      {
        const double *u = vectors + k * length;
        double share = 0;

        for (gint64 i = 0; i < length; i++)
          share += u[i] * v[i];
        for (gint64 i = 0; i < length; i++)
          v[i] -= share * u[i];
      }

  for (gint64 i = 0; i < length; i++)
    square += v[i] * v[i];
  for (gint64 i = 0; i < length; i++)
    v[i] /= sqrt (square);
}

/* Q of the QR of normal numbers, with a positive diagonal in R: all directions
 * are equally likely then (Mezzadri: How to Generate Random Matrices from the
 * Classical Compact Groups; 2007).  The shorter side is orthogonal. */
static gboolean
orthogonal_fill (NnStart  *start,
                 GError  **error)
{
  gint64 rows = start->shape.size[0];
  gint64 columns = nn_shape_span (&start->shape, 1, start->shape.rank);
  gint64 n = MIN (rows, columns);
  gint64 length = MAX (rows, columns);
  double gain = start->number[ORTHOGONAL_GAIN];
  g_autofree double *vectors = g_try_new (double, (gsize) (n * length) + 1);

  if (vectors == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("There is no memory to make %d vectors of %d numbers orthogonal."),
                   (int) n, (int) length);
      return FALSE;
    }

  for (gint64 i = 0; i < n * length; i++)
    vectors[i] = (double) nn_random_normal (&start->random);
  for (gint64 i = 0; i < n; i++)
    orthogonalise (vectors, length, i);
  for (gint64 r = 0; r < rows; r++)
    for (gint64 c = 0; c < columns; c++)
      start->data[r * columns + c] = (float) (gain * (rows < columns ? vectors[r * length + c]
                                                                     : vectors[c * length + r]));
  return TRUE;
}

enum {
  SPARSITY,
  SPARSE_DEVIATION,
};

/* Of each column the same share is 0, in places drawn anew (Martens: Deep
 * learning via Hessian-free optimization; ICML 2010). */
static gboolean
sparse_fill (NnStart  *start,
             GError  **error)
{
  gint64 rows = start->shape.size[0];
  gint64 columns = start->shape.size[1];
  float deviation = (float) start->number[SPARSE_DEVIATION];
  gint64 n_zeros = (gint64) ceil (start->number[SPARSITY] * (double) rows);
  g_autofree guint32 *order = g_try_new (guint32, (gsize) rows + 1);

  if (order == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("There is no memory to put %d rows in order."), (int) rows);
      return FALSE;
    }

  for (gint64 i = 0; i < rows * columns; i++)
    start->data[i] = deviation * nn_random_normal (&start->random);
  for (gint64 c = 0; c < columns; c++)
    {
      nn_random_shuffle (&start->random, order, (guint32) rows);
      for (gint64 i = 0; i < n_zeros; i++)
        start->data[order[i] * columns + c] = 0;
    }

  return TRUE;
}

static const NnAttr dirac_attrs[] = {
  [DIRAC_GROUPS] = { "groups", N_("Groups"), NN_ATTR_INT, 1, 1, 65536, .torch = "groups" },
  { NULL }
};

static const NnAttr orthogonal_attrs[] = {
  [ORTHOGONAL_GAIN] = { "gain", N_("Gain"), NN_ATTR_FLOAT, 1, 0, 1000, .torch = "gain" },
  { NULL }
};

/* PyTorch gives the share no default. */
static const NnAttr sparse_attrs[] = {
  [SPARSITY]         = { "sparsity", N_("Share of zeros"), NN_ATTR_FLOAT, 0.1, 0, 1,
                         .torch = "sparsity" },
  [SPARSE_DEVIATION] = { "deviation", N_("Standard deviation"), NN_ATTR_FLOAT, 0.01, 0, 1e6,
                         .torch = "std" },
  { NULL }
};

const NnInitialiser nn_initialisers_matrix[] = {
  {
    .name    = "eye",
    .title   = N_("Identity"),
    .summary = N_("Passes on each input as it is: 1 on the diagonal, 0 elsewhere."),
    .torch   = "torch.nn.init.eye_",
    .check   = plane_check,
    .fill    = eye_fill,
  },
  {
    .name    = "dirac",
    .title   = N_("Dirac"),
    .summary = N_("Passes on each channel as it is: 1 in the middle of a filter, 0 elsewhere."),
    .attrs   = dirac_attrs,
    .torch   = "torch.nn.init.dirac_",
    .check   = dirac_check,
    .fill    = dirac_fill,
  },
  {
    .name    = "orthogonal",
    .title   = N_("Orthogonal"),
    .summary = N_("Turns what comes in without stretching it."),
    .attrs   = orthogonal_attrs,
    .torch   = "torch.nn.init.orthogonal_",
    .check   = orthogonal_check,
    .fill    = orthogonal_fill,
  },
  {
    .name    = "sparse",
    .title   = N_("Sparse"),
    .summary = N_("Small normal numbers, with a share of zeros in each column."),
    .attrs   = sparse_attrs,
    .torch   = "torch.nn.init.sparse_",
    .check   = plane_check,
    .fill    = sparse_fill,
  },
  { NULL }
};
