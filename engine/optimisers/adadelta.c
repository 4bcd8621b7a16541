/* adadelta.c: step sizes from recent gradients and recent steps
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The size of a step is that of the recent ones, in the units of the weights
 * (Zeiler: ADADELTA: An Adaptive Learning Rate Method; 2012).  With
 * d = g + decay · w:
 *
 *   v ← ρ · v + (1 − ρ) · d²          δ = √(u + ε) / √(v + ε) · d
 *   u ← ρ · u + (1 − ρ) · δ²          w ← w − rate · δ */

enum {
  MEMORY,
  EPSILON,
  DECAY,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float decay;
  float keep, fresh;            /* ρ, 1 − ρ */
  float rate;
  float epsilon;
} Constants;

NN_CLONES static void
step (const Constants *c,
      float           *restrict w,
      const float     *restrict g,
      float           *restrict square,
      float           *restrict steps,
      gint64           first,
      gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float v = c->keep * square[i] + c->fresh * d * d;
      float delta = sqrtf (steps[i] + c->epsilon) / sqrtf (v + c->epsilon) * d;

      square[i] = v;
      steps[i] = c->keep * steps[i] + c->fresh * delta * delta;
      w[i] -= c->rate * delta;
    }
}

static void
adadelta_update (const NnUpdate *update,
                 gint64          first,
                 gint64          last)
{
  double keep = update->attr[MEMORY].number[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = (float) update->attr[DECAY].number[0],
    .keep = (float) keep,
    .fresh = (float) (1 - keep),
    .rate = (float) update->rate,
    .epsilon = (float) update->attr[EPSILON].number[0],
  };

  step (&c, update->w, update->g, update->moment[0], update->moment[1], first, last);
}

static const NnAttr adadelta_attrs[] = {
  [MEMORY]  = { "rho", N_("Memory of squares (ρ)"), NN_ATTR_FLOAT, 0.9, 0, 1, .torch = "rho" },
  [EPSILON] = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,
                1e-6, 0, 1, .torch = "eps" },
  [DECAY]   = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                0, 0, 1, .torch = "weight_decay" },
  { NULL }
};

const NnOptimiser nn_optimisers_adadelta[] = {
  {
    .name      = "adadelta",
    .title     = N_("Adadelta"),
    .summary   = N_("Finds the size of its steps itself, from the ones it has taken."),
    .attrs     = adadelta_attrs,
    .n_moments = 2,
    .rate      = 1,
    .torch     = "torch.optim.Adadelta",
    .update    = adadelta_update,
  },
  { NULL }
};
