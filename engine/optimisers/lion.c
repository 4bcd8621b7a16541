/* lion.c: steps of one size along the sign of the momentum
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>

/* Only the direction of each number counts (Chen and others: Symbolic Discovery
 * of Optimization Algorithms; NeurIPS 2023, program 1):
 *
 *   w ← w − rate · (sign (β1 · m + (1 − β1) · g) + decay · w)
 *   m ← β2 · m + (1 − β2) · g */

enum {
  BETA1,
  BETA2,
  DECAY,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float keep1, fresh1;          /* β1, 1 − β1 */
  float keep2, fresh2;
  float shrink;                 /* of the weights */
  float rate;
} Constants;

NN_CLONES static void
step (const Constants *c,
      float           *restrict w,
      const float     *restrict g,
      float           *restrict mean,
      gint64           first,
      gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i];
      float u = c->keep1 * mean[i] + c->fresh1 * d;
      float sign = u > 0 ? 1.0f : u < 0 ? -1.0f : 0.0f;

      mean[i] = c->keep2 * mean[i] + c->fresh2 * d;
      w[i] = c->shrink * w[i] - c->rate * sign;
    }
}

static void
lion_update (const NnUpdate *update,
             gint64          first,
             gint64          last)
{
  double beta1 = update->attr[BETA1].number[0];
  double beta2 = update->attr[BETA2].number[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .keep1 = (float) beta1,
    .fresh1 = (float) (1 - beta1),
    .keep2 = (float) beta2,
    .fresh2 = (float) (1 - beta2),
    .shrink = (float) (1 - update->rate * update->attr[DECAY].number[0]),
    .rate = (float) update->rate,
  };

  step (&c, update->w, update->g, update->moment[0], first, last);
}

static const NnAttr lion_attrs[] = {
  [BETA1] = { "beta1", N_("Momentum of the step (β1)"), NN_ATTR_FLOAT, 0.9, 0, 1 },
  [BETA2] = { "beta2", N_("Memory of the gradient (β2)"), NN_ATTR_FLOAT, 0.99, 0, 1 },
  [DECAY] = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT, 0, 0, 10 },
  { NULL }
};

const NnOptimiser nn_optimisers_lion[] = {
  {
    .name      = "lion",
    .title     = N_("Lion"),
    .summary   = N_("Moves every weight equally far, in the direction that gradients point to."),
    .attrs     = lion_attrs,
    .n_moments = 1,
    .rate      = 0.0001,
    .update    = lion_update,
  },
  { NULL }
};
