/* rmsprop.c: gradients divided by their recent size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The gradient is divided by the root of its recent mean square (Tieleman,
 * Hinton: Lecture 6.5 of Neural Networks for Machine Learning; 2012).  Centred,
 * it is the recent variance (Graves: Generating Sequences With Recurrent Neural
 * Networks; 2013).  With d = g + decay · w:
 *
 *   v ← α · v + (1 − α) · d²          a ← a + (1 − α) · (d − a)
 *   s = √v + ε, or centred √(v − a²) + ε
 *   b ← momentum · b + d / s          w ← w − rate · b
 *
 * Without momentum b is d / s and need not be kept. */

enum {
  MEMORY,
  EPSILON,
  DECAY,
  MOMENTUM,
  CENTRED,
};

typedef struct
{
  float factor;                 /* of the gradient */
  float decay;
  float keep, fresh;            /* α, 1 − α */
  float momentum;
  float rate;
  float epsilon;
} Constants;

NN_CLONES static void
step_plain (const Constants *c,
            float           *restrict w,
            const float     *restrict g,
            float           *restrict square,
            gint64           first,
            gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float v = c->keep * square[i] + c->fresh * d * d;

      square[i] = v;
      w[i] -= c->rate * d / (sqrtf (v) + c->epsilon);
    }
}

NN_CLONES static void
step_momentum (const Constants *c,
               float           *restrict w,
               const float     *restrict g,
               float           *restrict square,
               float           *restrict velocity,
               gint64           first,
               gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float v = c->keep * square[i] + c->fresh * d * d;
      float b = c->momentum * velocity[i] + d / (sqrtf (v) + c->epsilon);

      square[i] = v;
      velocity[i] = b;
      w[i] -= c->rate * b;
    }
}

/* @velocity may be NULL, for no momentum.  Rounding can make a variance of 0 a
 * little less than that. */
NN_CLONES static void
step_centred (const Constants *c,
              float           *restrict w,
              const float     *restrict g,
              float           *restrict square,
              float           *restrict mean,
              float           *restrict velocity,
              gint64           first,
              gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float v = c->keep * square[i] + c->fresh * d * d;
      float a = mean[i] + c->fresh * (d - mean[i]);
      float variance = v - a * a;
      float b = d / (sqrtf (variance > 0 ? variance : 0) + c->epsilon);

      if (velocity != NULL)
        {
          b += c->momentum * velocity[i];
          velocity[i] = b;
        }
      square[i] = v;
      mean[i] = a;
      w[i] -= c->rate * b;
    }
}

static void
rmsprop_update (const NnUpdate *update,
                gint64          first,
                gint64          last)
{
  double keep = update->attr[MEMORY].number[0];
  double momentum = update->attr[MOMENTUM].number[0];
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = (float) update->attr[DECAY].number[0],
    .keep = (float) keep,
    .fresh = (float) (1 - keep),
    .momentum = (float) momentum,
    .rate = (float) update->rate,
    .epsilon = (float) update->attr[EPSILON].number[0],
  };
  float *const *moment = update->moment;

  if (update->attr[CENTRED].number[0] != 0)
    step_centred (&c, update->w, update->g, moment[0], moment[1], momentum > 0 ? moment[2] : NULL,
                  first, last);
  else if (momentum > 0)
    step_momentum (&c, update->w, update->g, moment[0], moment[1], first, last);
  else
    step_plain (&c, update->w, update->g, moment[0], first, last);
}

static int
rmsprop_count_moments (const NnAttrValue *attr)
{
  return 1 + (attr[CENTRED].number[0] != 0) + (attr[MOMENTUM].number[0] > 0);
}

static const NnAttr rmsprop_attrs[] = {
  [MEMORY]   = { "alpha", N_("Memory of squares (α)"), NN_ATTR_FLOAT,
                 0.99, 0, 1, .torch = "alpha" },
  [EPSILON]  = { "epsilon", N_("Smallest divisor (ε)"), NN_ATTR_FLOAT,
                 1e-8, 0, 1, .torch = "eps" },
  [DECAY]    = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT,
                 0, 0, 1, .torch = "weight_decay" },
  [MOMENTUM] = { "momentum", N_("Momentum"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "momentum" },
  [CENTRED]  = { "centred", N_("Divide by the variance"), NN_ATTR_BOOL,
                 0, 0, 1, .torch = "centered" },
  { NULL }
};

const NnOptimiser nn_optimisers_rmsprop[] = {
  {
    .name      = "rmsprop",
    .title     = N_("RMSprop"),
    .summary   = N_("Divides each gradient by its usual size of late."),
    .attrs     = rmsprop_attrs,
    .n_moments = 3,
    .rate      = 0.01,
    .torch     = "torch.optim.RMSprop",
    .count_moments = rmsprop_count_moments,
    .update    = rmsprop_update,
  },
  { NULL }
};
