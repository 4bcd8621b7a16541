/* muon.c: steps that turn and do not stretch, for matrices of weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/cpu/gemm.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Momentum as a matrix has a few large directions and many small ones.  Muon
 * makes all of them about equally long (Jordan and others: Muon: An optimizer
 * for hidden layers in neural networks; 2024):
 *
 *   b ← b + (1 − μ) · (g − b)          u = g + μ · (b − g), or b without Nesterov
 *   w ← (1 − rate · decay) · w − rate · stretch · orthogonal (u)
 *
 * orthogonal (u) comes from a few rounds of a polynomial that brings singular
 * values near 1 (Newton and Schulz), on x = u / ‖u‖:
 *
 *   G = x xᵀ           x ← KEEP · x + (CUBE · G + FIFTH · G G) x
 *
 * A filter of a convolution is one row.  What is no matrix, biases and scales,
 * takes the steps of AdamW. */

#define KEEP  3.4445f
#define CUBE  (-4.7750f)
#define FIFTH 2.0315f

enum {
  MOMENTUM,
  NESTEROV,
  DECAY,
  ROUNDS,
  EPSILON,
  STRETCH,
  ADAMW_RATE,
  ADAMW_BETA1,
  ADAMW_BETA2,
  ADAMW_EPSILON,
  ADAMW_DECAY,
};

enum {
  STRETCH_ORIGINAL,
  STRETCH_LIKE_ADAMW,
  STRETCH_SPECTRAL,
};

/* The matrix as it is worked on: no more rows than columns. */
typedef struct
{
  gint64   rows, columns;
  gboolean turned;              /* its rows are the parameter's columns */
  float   *x;
  float   *y;                   /* as large as x */
  float   *gram;                /* rows × rows */
  float   *square;
  NnPool  *pool;
  int      threads;
} Matrix;

static gint64
count_rows (const NnShape *shape)
{
  return shape->size[0];
}

static gint64
count_columns (const NnShape *shape)
{
  return nn_shape_span (shape, 1, shape->rank);
}

static gint64
muon_count_room (const NnShape *shape)
{
  gint64 side;

  if (shape->rank < 2 || nn_shape_count (shape) == 0)
    return 0;

  side = MIN (count_rows (shape), count_columns (shape));
  return 2 * nn_shape_count (shape) + 2 * side * side;
}

static void
multiply (const Matrix *self,
          const NnGemm *gemm)
{
  if (nn_gemm_blas_fits ())
    nn_gemm_blas (gemm, self->pool, self->threads);
  else
    nn_gemm_loop (gemm);
}

/* y ← f · x + y */
NN_CLONES static void
add_scaled (float       *restrict y,
            const float *restrict x,
            float        f,
            gint64       count)
{
  for (gint64 i = 0; i < count; i++)
    y[i] += f * x[i];
}

/* y ← CUBE · x + FIFTH · y */
NN_CLONES static void
combine (float       *restrict y,
         const float *restrict x,
         gint64       count)
{
  for (gint64 i = 0; i < count; i++)
    y[i] = CUBE * x[i] + FIFTH * y[i];
}

/* Momentum forward, and what it says to do into @matrix. */
static void
gather (const NnUpdate *update,
        const Matrix   *matrix)
{
  float momentum = (float) update->attr[MOMENTUM].number[0];
  float factor = (float) update->gradient_factor;
  gboolean nesterov = update->attr[NESTEROV].number[0] != 0;
  gint64 width = matrix->turned ? matrix->rows : matrix->columns;
  gint64 count = matrix->rows * matrix->columns;

  for (gint64 i = 0; i < count; i++)
    {
      float g = factor * update->g[i];
      float b = update->moment[0][i] + (1 - momentum) * (g - update->moment[0][i]);
      gint64 at = matrix->turned ? i % width * matrix->columns + i / width : i;

      update->moment[0][i] = b;
      matrix->x[at] = nesterov ? g + momentum * (b - g) : b;
    }
}

static void
normalise (Matrix *self,
           double  epsilon)
{
  gint64 count = self->rows * self->columns;
  double sum = 0;
  float scale;

  for (gint64 i = 0; i < count; i++)
    sum += (double) self->x[i] * self->x[i];
  scale = (float) (1 / MAX (sqrt (sum), epsilon));
  for (gint64 i = 0; i < count; i++)
    self->x[i] *= scale;
}

static void
orthogonalise (Matrix *self,
               int     rounds)
{
  gint64 side = self->rows;
  NnGemm gram = { 1, side, side, self->columns, FALSE, TRUE, self->x, self->x, NULL, self->gram };
  NnGemm square = { 1, side, side, side, FALSE, FALSE, self->gram, self->gram, NULL,
                    self->square };
  NnGemm product = { 1, side, self->columns, side, FALSE, FALSE, self->square };

  for (int i = 0; i < rounds; i++)
    {
      float *x = self->x;

      gram.a = gram.b = x;
      multiply (self, &gram);
      multiply (self, &square);
      combine (self->square, self->gram, side * side);
      product.b = x;
      product.c = self->y;
      multiply (self, &product);
      add_scaled (self->y, x, KEEP, side * self->columns);
      self->x = self->y;
      self->y = x;
    }
}

/* How much longer the step of a matrix is than its orthogonal form. */
static double
stretch_of (const NnUpdate *update,
            double          rows,
            double          columns)
{
  switch ((int) update->attr[STRETCH].number[0])
    {
    case STRETCH_LIKE_ADAMW:
      return 0.2 * sqrt (MAX (rows, columns));
    case STRETCH_SPECTRAL:
      return sqrt (rows / columns);
    case STRETCH_ORIGINAL:
    default:
      return sqrt (MAX (1, rows / columns));
    }
}

static void
muon_update_whole (const NnUpdate *update,
                   const NnShape  *shape,
                   float          *room,
                   NnPool         *pool,
                   int             threads)
{
  gint64 rows = count_rows (shape);
  gint64 columns = count_columns (shape);
  gint64 count = rows * columns;
  Matrix matrix = {
    .rows = MIN (rows, columns), .columns = MAX (rows, columns), .turned = rows > columns,
    .x = room, .y = room + count, .gram = room + 2 * count, .pool = pool, .threads = threads,
  };
  float shrink = (float) (1 - update->rate * update->attr[DECAY].number[0]);
  float rate = (float) (update->rate * stretch_of (update, (double) rows, (double) columns));

  matrix.square = matrix.gram + matrix.rows * matrix.rows;
  gather (update, &matrix);
  normalise (&matrix, update->attr[EPSILON].number[0]);
  orthogonalise (&matrix, (int) update->attr[ROUNDS].number[0]);
  for (gint64 i = 0; i < count; i++)
    {
      gint64 at = matrix.turned ? i % columns * matrix.columns + i / columns : i;

      update->w[i] = shrink * update->w[i] - rate * matrix.x[at];
    }
}

/* What is no matrix. */
static void
muon_update (const NnUpdate *update,
             gint64          first,
             gint64          last)
{
  const NnOptimiser *adamw = nn_optimiser_find ("adamw");
  const struct
  {
    const char *name;
    int         index;
  } settings[] = {
    { "beta1", ADAMW_BETA1 },
    { "beta2", ADAMW_BETA2 },
    { "epsilon", ADAMW_EPSILON },
    { "weight-decay", ADAMW_DECAY },
  };
  NnUpdate inner = *update;

  nn_attrs_initial (adamw->attrs, inner.attr);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    inner.attr[nn_attrs_find (adamw->attrs, settings[i].name)] = update->attr[settings[i].index];
  inner.rate = update->rate * update->attr[ADAMW_RATE].number[0];
  adamw->update (&inner, first, last);
}

static const char *const stretches[] = { "original", "match-rms-adamw", "spectral-unclamped",
                                         NULL };

static const NnAttr muon_attrs[] = {
  [MOMENTUM]      = { "momentum", N_("Momentum"), NN_ATTR_FLOAT, 0.95, 0, 1,
                      .torch = "momentum" },
  [NESTEROV]      = { "nesterov", N_("Nesterov momentum"), NN_ATTR_BOOL, 1, 0, 1,
                      .torch = "nesterov" },
  [DECAY]         = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT, 0.1, 0, 1,
                      .torch = "weight_decay" },
  [ROUNDS]        = { "rounds", N_("Rounds of Newton–Schulz"), NN_ATTR_INT, 5, 1, 99,
                      .torch = "ns_steps" },
  [EPSILON]       = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT, 1e-7, 0, 1,
                      .torch = "eps" },
  [STRETCH]       = { "stretch", N_("Length of a step"), NN_ATTR_CHOICE, STRETCH_ORIGINAL, 0, 2,
                      stretches, .torch = "adjust_lr_fn" },
  [ADAMW_RATE]    = { "adamw-rate-factor", N_("AdamW: share of the learning rate"),
                      NN_ATTR_FLOAT, 1, 0, 1000 },
  [ADAMW_BETA1]   = { "adamw-beta1", N_("AdamW: memory of the gradient (β1)"), NN_ATTR_FLOAT,
                      0.9, 0, NN_LARGEST_BETA },
  [ADAMW_BETA2]   = { "adamw-beta2", N_("AdamW: memory of its square (β2)"), NN_ATTR_FLOAT,
                      0.999, 0, NN_LARGEST_BETA },
  [ADAMW_EPSILON] = { "adamw-epsilon", N_("AdamW: smallest divisor (ε)"), NN_ATTR_FLOAT,
                      1e-8, 0, 1 },
  [ADAMW_DECAY]   = { "adamw-weight-decay", N_("AdamW: weight decay"), NN_ATTR_FLOAT,
                      0.01, 0, 1 },
  { NULL }
};

const NnOptimiser nn_optimisers_muon[] = {
  {
    .name         = "muon",
    .title        = N_("Muon"),
    .summary      = N_("Makes all directions of a weight matrix’s step equally long; AdamW moves "
                       "the rest."),
    .attrs        = muon_attrs,
    .n_moments    = 2,
    .rate         = 0.001,
    .torch        = "torch.optim.Muon",
    .update       = muon_update,
    .count_room   = muon_count_room,
    .update_whole = muon_update_whole,
  },
  { NULL }
};
