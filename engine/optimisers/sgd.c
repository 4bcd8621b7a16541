/* sgd.c: stochastic gradient descent, with momentum
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/clones.h"
#include "engine/error.h"
#include "engine/optimiser.h"

#include <glib/gi18n-lib.h>

/* The plain step is w ← w − rate · d with d = g + decay · w.  Momentum steps
 * along v ← momentum · v + (1 − dampening) · d instead, and Nesterov's variant
 * along d + momentum · v, which looks one step ahead (Sutskever, Martens, Dahl,
 * Hinton: On the importance of initialization and momentum in deep learning;
 * ICML 2013).  The first velocity is d itself, whatever the dampening. */

enum {
  MOMENTUM,
  DAMPENING,
  DECAY,
  NESTEROV,
};

typedef struct
{
  float    factor;              /* of the gradient */
  float    decay;
  float    momentum;
  float    fresh;               /* share of d in the velocity */
  float    rate;
  gboolean nesterov;
} Constants;

NN_CLONES static void
step_plain (const Constants *c,
            float           *restrict w,
            const float     *restrict g,
            gint64           first,
            gint64           last)
{
  for (gint64 i = first; i < last; i++)
    w[i] -= c->rate * (c->factor * g[i] + c->decay * w[i]);
}

NN_CLONES static void
step_momentum (const Constants *c,
               float           *restrict w,
               const float     *restrict g,
               float           *restrict velocity,
               gint64           first,
               gint64           last)
{
  for (gint64 i = first; i < last; i++)
    {
      float d = c->factor * g[i] + c->decay * w[i];
      float v = c->momentum * velocity[i] + c->fresh * d;

      velocity[i] = v;
      w[i] -= c->rate * (c->nesterov ? d + c->momentum * v : v);
    }
}

static void
sgd_update (const NnUpdate *update,
            gint64          first,
            gint64          last)
{
  Constants c = {
    .factor = (float) update->gradient_factor,
    .decay = (float) update->attr[DECAY].number[0],
    .momentum = (float) update->attr[MOMENTUM].number[0],
    .fresh = update->step == 1 ? 1 : (float) (1 - update->attr[DAMPENING].number[0]),
    .rate = (float) update->rate,
    .nesterov = update->attr[NESTEROV].number[0] != 0,
  };

  if (update->attr[MOMENTUM].number[0] == 0)
    step_plain (&c, update->w, update->g, first, last);
  else
    step_momentum (&c, update->w, update->g, update->moment[0], first, last);
}

static gboolean
sgd_check (const NnAttrValue *attr,
           GError           **error)
{
  if (attr[NESTEROV].number[0] == 0
      || (attr[MOMENTUM].number[0] > 0 && attr[DAMPENING].number[0] == 0))
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("Nesterov momentum needs a momentum above 0 and a dampening of 0."));
  return FALSE;
}

static const NnAttr sgd_attrs[] = {
  [MOMENTUM]  = { "momentum", N_("Momentum"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "momentum" },
  [DAMPENING] = { "dampening", N_("Dampening"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "dampening" },
  [DECAY]     = { "weight-decay", N_("Weight decay"), NN_ATTR_FLOAT, 0, 0, 1,
                  .torch = "weight_decay" },
  [NESTEROV]  = { "nesterov", N_("Nesterov momentum"), NN_ATTR_BOOL, 0, 0, 1,
                  .torch = "nesterov" },
  { NULL }
};

const NnOptimiser nn_optimisers_sgd[] = {
  {
    .name      = "sgd",
    .title     = N_("SGD"),
    .summary   = N_("Steps downhill along the gradient, with momentum if asked for."),
    .attrs     = sgd_attrs,
    .n_moments = 1,
    .rate      = 0.001,
    .torch     = "torch.optim.SGD",
    .check     = sgd_check,
    .update    = sgd_update,
  },
  { NULL }
};
