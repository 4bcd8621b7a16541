/* nadam.c: Adam with the momentum of Nesterov
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Adam that steps along the mean as it will be after the next gradient (Dozat:
 * Incorporating Nesterov Momentum into Adam; ICLR 2016 workshop).  μ warms up:
 *
 *   μ(t) = β1 · (1 − 0.96^(t · momentum decay) / 2)        Π(t) = μ(1) · … · μ(t)
 *   w ← w − rate · (1 − μ(t)) / (1 − Π(t)) · d / s
 *         − rate · μ(t+1) / (1 − Π(t+1)) · m / s          s = √(v / (1 − β2^t)) + ε
 *
 * with d, m and v as in adam.c.  Π is the one number it remembers. */

enum {
  BETA1,
  BETA2,
  EPSILON,
  DECAY,
  MOMENTUM_DECAY,
  DECOUPLED,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float decay;                  /* added to the gradient */
  float shrink;                 /* of the weights; 1 for none */
  float fresh1, keep2, fresh2;
  float now, next;              /* how far to step along d and along m */
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
      float s = sqrtf (v) * c->root_factor + c->epsilon;

      mean[i] = m;
      square[i] = v;
      w[i] = c->shrink * w[i] - c->now * d / s - c->next * m / s;
    }
}

static double
momentum_at (const NnUpdate *update,
             guint64         step_number)
{
  double exponent = (double) step_number * update->attr[MOMENTUM_DECAY].number[0];

  return update->attr[BETA1].number[0] * (1 - 0.5 * pow (0.96, exponent));
}

static void
nadam_begin (const NnUpdate *update)
{
  double before = update->step == 1 ? 1 : update->memory[0];

  update->memory[0] = before * momentum_at (update, update->step);
}

static void
nadam_update (const NnUpdate *update,
              gint64          first,
              gint64          last)
{
  double beta1 = update->attr[BETA1].number[0];
  double beta2 = update->attr[BETA2].number[0];
  double decay = update->attr[DECAY].number[0];
  gboolean decoupled = update->attr[DECOUPLED].number[0] != 0;
  double mu = momentum_at (update, update->step);
  double mu_next = momentum_at (update, update->step + 1);
  double product = update->memory[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = decoupled ? 0 : (float) decay,
    .shrink = decoupled ? (float) (1 - update->rate * decay) : 1,
    .fresh1 = (float) (1 - beta1),
    .keep2 = (float) beta2,
    .fresh2 = (float) (1 - beta2),
    .now = (float) (update->rate * (1 - mu) / (1 - product)),
    .next = (float) (update->rate * mu_next / (1 - product * mu_next)),
    .root_factor = (float) (1 / sqrt (1 - pow (beta2, (double) update->step))),
    .epsilon = (float) update->attr[EPSILON].number[0],
  };

  step (&c, update->w, update->g, update->moment[0], update->moment[1], first, last);
}

static const NnAttr nadam_attrs[] = {
  [BETA1]          = { "beta1", N_("Memory of the gradient (β1)"), NN_ATTR_FLOAT,
                       0.9, 0, NN_LARGEST_BETA, .torch = "betas[0]" },
  [BETA2]          = { "beta2", N_("Memory of its square (β2)"), NN_ATTR_FLOAT,
                       0.999, 0, NN_LARGEST_BETA, .torch = "betas[1]" },
  [EPSILON]        = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,
                       1e-8, 0, 1, .torch = "eps" },
  [DECAY]          = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                       0, 0, 1, .torch = "weight_decay" },
  [MOMENTUM_DECAY] = { "momentum-decay", N_("Momentum decay"), NN_ATTR_FLOAT,
                       0.004, 0, 1, .torch = "momentum_decay" },
  [DECOUPLED]      = { "decoupled", N_("Decay weights directly"), NN_ATTR_BOOL,
                       0, 0, 1, .torch = "decoupled_weight_decay" },
  { NULL }
};

const NnOptimiser nn_optimisers_nadam[] = {
  {
    .name      = "nadam",
    .title     = N_("NAdam"),
    .summary   = N_("Adam with Nesterov momentum, which looks one step ahead."),
    .attrs     = nadam_attrs,
    .n_moments = 2,
    .rate      = 0.002,
    .torch     = "torch.optim.NAdam",
    .begin     = nadam_begin,
    .update    = nadam_update,
  },
  { NULL }
};
