/* radam.c: Adam that waits until it knows how much gradients vary
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* With few gradients seen, √v is a bad guess.  ρ counts how many the guess rests
 * on; the step is divided by √v only from ρ > 5 on, and is then scaled by how
 * sure the guess is (Liu and others: On the Variance of the Adaptive Learning Rate
 * and Beyond; ICLR 2020):
 *
 *   ρ∞ = 2 / (1 − β2) − 1              ρ = ρ∞ − 2 t β2^t / (1 − β2^t)
 *   r = √((ρ − 4) (ρ − 2) ρ∞ / ((ρ∞ − 4) (ρ∞ − 2) ρ))
 *   w ← w − rate / (1 − β1^t) · m · r · √(1 − β2^t) / (√v + ε)
 *
 * with m and v as in adam.c. */

enum {
  BETA1,
  BETA2,
  EPSILON,
  DECAY,
  DECOUPLED,
};

typedef struct
{
  float    factor;              /* of the gradient */
  float    decay;               /* added to the gradient */
  float    shrink;              /* of the weights; 1 for none */
  float    fresh1, keep2, fresh2;
  float    rate;                /* with all that does not depend on v */
  float    epsilon;
  gboolean divides;             /* √v is known well enough */
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
      float divisor = c->divides ? sqrtf (v) + c->epsilon : 1;

      mean[i] = m;
      square[i] = v;
      w[i] = c->shrink * w[i] - c->rate * m / divisor;
    }
}

static void
radam_update (const NnUpdate *update,
              gint64          first,
              gint64          last)
{
  double beta1 = update->attr[BETA1].number[0];
  double beta2 = update->attr[BETA2].number[0];
  double decay = update->attr[DECAY].number[0];
  gboolean decoupled = update->attr[DECOUPLED].number[0] != 0;
  double t = (double) update->step;
  double correction = 1 - pow (beta2, t);
  double longest = 2 / (1 - beta2) - 1;
  double length = longest - 2 * t * pow (beta2, t) / correction;
  double rate = update->rate / (1 - pow (beta1, t));
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = decoupled ? 0 : (float) decay,
    .shrink = decoupled ? (float) (1 - update->rate * decay) : 1,
    .fresh1 = (float) (1 - beta1),
    .keep2 = (float) beta2,
    .fresh2 = (float) (1 - beta2),
    .epsilon = (float) update->attr[EPSILON].number[0],
    .divides = length > 5,
  };

  if (c.divides)
    rate *= sqrt (correction * (length - 4) * (length - 2) * longest
                  / ((longest - 4) * (longest - 2) * length));
  c.rate = (float) rate;
  step (&c, update->w, update->g, update->moment[0], update->moment[1], first, last);
}

static const NnAttr radam_attrs[] = {
  [BETA1]     = { "beta1", N_("Memory of the gradient (β1)"), NN_ATTR_FLOAT,
                  0.9, 0, NN_LARGEST_BETA, .torch = "betas[0]" },
  [BETA2]     = { "beta2", N_("Memory of its square (β2)"), NN_ATTR_FLOAT,
                  0.999, 0, NN_LARGEST_BETA, .torch = "betas[1]" },
  [EPSILON]   = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,
                  1e-8, 0, 1, .torch = "eps" },
  [DECAY]     = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                  0, 0, 1, .torch = "weight_decay" },
  [DECOUPLED] = { "decoupled", N_("Decay weights directly"), NN_ATTR_BOOL,
                  0, 0, 1, .torch = "decoupled_weight_decay" },
  { NULL }
};

const NnOptimiser nn_optimisers_radam[] = {
  {
    .name      = "radam",
    .title     = N_("RAdam"),
    .summary   = N_("Adam that begins carefully, until it knows how much gradients vary."),
    .attrs     = radam_attrs,
    .n_moments = 2,
    .rate      = 0.001,
    .torch     = "torch.optim.RAdam",
    .update    = radam_update,
  },
  { NULL }
};
