/* adam.c: Adam, Adam with decoupled weight decay, and AMSGrad
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* m and v are running means of the gradient d and of its square; both start at
 * zero, which the division by 1 − β^step makes up for:
 *
 *   m ← m + (1 − β1) · (d − m)        v ← β2 · v + (1 − β2) · d²
 *   w ← w − rate / (1 − β1^step) · m / (√v / √(1 − β2^step) + ε)
 *
 * Adam adds the weight decay to d (Kingma, Ba: Adam; ICLR 2015), AdamW shrinks
 * w by it before the step (Loshchilov, Hutter: Decoupled Weight Decay
 * Regularization; ICLR 2019).  AMSGrad divides by the largest v so far in place
 * of the newest (Reddi, Kale, Kumar: On the Convergence of Adam and Beyond; ICLR
 * 2018). */

enum {
  BETA1,
  BETA2,
  EPSILON,
  DECAY,
  AMSGRAD,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float decay;                  /* added to the gradient */
  float shrink;                 /* of the weights; 1 for none */
  float fresh1, keep2, fresh2;  /* 1 − β1, β2, 1 − β2 */
  float rate;                   /* with the correction of m */
  float root_factor;            /* the correction of √v */
  float epsilon;
} Constants;

NN_CLONES static void
step (const Constants *c,
      float           *restrict w,
      const float     *restrict g,
      float           *restrict mean,
      float           *restrict square,
      gint64           first,
      gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float m = mean[i] + c->fresh1 * (d - mean[i]);
      float v = c->keep2 * square[i] + c->fresh2 * d * d;

      mean[i] = m;
      square[i] = v;
      w[i] = c->shrink * w[i] - c->rate * m / (sqrtf (v) * c->root_factor + c->epsilon);
    }
}

NN_CLONES static void
step_amsgrad (const Constants *c,
              float           *restrict w,
              const float     *restrict g,
              float           *restrict mean,
              float           *restrict square,
              float           *restrict largest,
              gint64           first,
              gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float m = mean[i] + c->fresh1 * (d - mean[i]);
      float v = c->keep2 * square[i] + c->fresh2 * d * d;
      float most = v > largest[i] ? v : largest[i];

      mean[i] = m;
      square[i] = v;
      largest[i] = most;
      w[i] = c->shrink * w[i] - c->rate * m / (sqrtf (most) * c->root_factor + c->epsilon);
    }
}

static void
update_adam (const NnUpdate *update,
             float           decay,
             float           shrink,
             gint64          first,
             gint64          last)
{
  double beta1 = update->attr[BETA1].number[0];
  double beta2 = update->attr[BETA2].number[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = decay,
    .shrink = shrink,
    .fresh1 = (float) (1 - beta1),
    .keep2 = (float) beta2,
    .fresh2 = (float) (1 - beta2),
    .rate = (float) (update->rate / (1 - pow (beta1, (double) update->step))),
    .root_factor = (float) (1 / sqrt (1 - pow (beta2, (double) update->step))),
    .epsilon = (float) update->attr[EPSILON].number[0],
  };

  if (update->attr[AMSGRAD].number[0] != 0)
    step_amsgrad (&c, update->w, update->g, update->moment[0], update->moment[1],
                  update->moment[2], first, last);
  else
    step (&c, update->w, update->g, update->moment[0], update->moment[1], first, last);
}

static void
adam_update (const NnUpdate *update,
             gint64          first,
             gint64          last)
{
  update_adam (update, (float) update->attr[DECAY].number[0], 1, first, last);
}

static void
adamw_update (const NnUpdate *update,
              gint64          first,
              gint64          last)
{
  float shrink = (float) (1 - update->rate * update->attr[DECAY].number[0]);

  update_adam (update, 0, shrink, first, last);
}

static int
adam_count_moments (const NnAttrValue *attr)
{
  return attr[AMSGRAD].number[0] != 0 ? 3 : 2;
}

#define MEANS                                                                 \
  [BETA1]   = { "beta1", N_("Memory of the gradient (β1)"), NN_ATTR_FLOAT,    \
                0.9, 0, NN_LARGEST_BETA, .torch = "betas[0]" },               \
  [BETA2]   = { "beta2", N_("Memory of its square (β2)"), NN_ATTR_FLOAT,      \
                0.999, 0, NN_LARGEST_BETA, .torch = "betas[1]" },             \
  [EPSILON] = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,         \
                1e-8, 0, 1, .torch = "eps" }
#define LARGEST                                                               \
  [AMSGRAD] = { "amsgrad", N_("Largest square so far (AMSGrad)"),             \
                NN_ATTR_BOOL, 0, 0, 1, .torch = "amsgrad" }

static const NnAttr adam_attrs[] = {
  MEANS,
  [DECAY]   = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                0, 0, 1, .torch = "weight_decay" },
  LARGEST,
  { NULL }
};

static const NnAttr adamw_attrs[] = {
  MEANS,
  [DECAY]   = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                0.01, 0, 1, .torch = "weight_decay" },
  LARGEST,
  { NULL }
};

const NnOptimiser nn_optimisers_adam[] = {
  {
    .name      = "adam",
    .title     = N_("Adam"),
    .summary   = N_("Gives each weight a step size of its own, from the gradients it has seen."),
    .attrs     = adam_attrs,
    .n_moments = 3,
    .count_moments = adam_count_moments,
    .rate      = 0.001,
    .torch     = "torch.optim.Adam",
    .update    = adam_update,
  },
  {
    .name      = "adamw",
    .title     = N_("AdamW"),
    .summary   = N_("Adam whose weight decay shrinks the weights directly."),
    .attrs     = adamw_attrs,
    .n_moments = 3,
    .count_moments = adam_count_moments,
    .rate      = 0.001,
    .torch     = "torch.optim.AdamW",
    .update    = adamw_update,
  },
  { NULL }
};
