/* adagrad.c: step sizes from all gradients so far
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Weights whose gradients were large get smaller steps (Duchi, Hazan, Singer:
 * Adaptive Subgradient Methods; JMLR 2011).  With d = g + decay · w:
 *
 *   s ← s + d²        w ← w − rate / (1 + (t − 1) · rate decay) · d / (√s + ε)
 *
 * s starts from a number that can be chosen. */

enum {
  RATE_DECAY,
  DECAY,
  START,
  EPSILON,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float decay;
  float start;                  /* of the sum, in the first step; then 0 */
  float rate;
  float epsilon;
} Constants;

NN_CLONES static void
step (const Constants *c,
      float           *restrict w,
      const float     *restrict g,
      float           *restrict sum,
      gint64           first,
      gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float s = sum[i] + c->start + d * d;

      sum[i] = s;
      w[i] -= c->rate * d / (sqrtf (s) + c->epsilon);
    }
}

static void
adagrad_update (const NnUpdate *update,
                gint64          first,
                gint64          last)
{
  double slowed = 1 + (double) (update->step - 1) * update->attr[RATE_DECAY].number[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = (float) update->attr[DECAY].number[0],
    .start = update->step == 1 ? (float) update->attr[START].number[0] : 0,
    .rate = (float) (update->rate / slowed),
    .epsilon = (float) update->attr[EPSILON].number[0],
  };

  step (&c, update->w, update->g, update->moment[0], first, last);
}

static const NnAttr adagrad_attrs[] = {
  [RATE_DECAY] = { "rate-decay", N_("Decay of the learning rate"), NN_ATTR_FLOAT,
                   0, 0, 1000, .torch = "lr_decay" },
  [DECAY]      = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                   0, 0, 1, .torch = "weight_decay" },
  [START]      = { "start", N_("Sum at the start"), NN_ATTR_FLOAT,
                   0, 0, 1000, .torch = "initial_accumulator_value" },
  [EPSILON]    = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,
                   1e-10, 0, 1, .torch = "eps" },
  { NULL }
};

const NnOptimiser nn_optimisers_adagrad[] = {
  {
    .name      = "adagrad",
    .title     = N_("Adagrad"),
    .summary   = N_("Takes smaller steps where gradients have been large, and never larger ones."),
    .attrs     = adagrad_attrs,
    .n_moments = 1,
    .rate      = 0.01,
    .torch     = "torch.optim.Adagrad",
    .update    = adagrad_update,
  },
  { NULL }
};
