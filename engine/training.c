/* training.c: how a network is to be trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/training.h"

#include "engine/error.h"
#include "engine/watch.h"

#include <glib/gi18n-lib.h>

const NnAttr nn_training_attrs[] = {
  [NN_OPTION_CLIP_NORM]  = { "clip-norm", N_("Longest gradient"), NN_ATTR_FLOAT, 0, 0, 1e9,
                             .torch = "max_norm" },
  [NN_OPTION_CLIP_VALUE] = { "clip-value", N_("Largest gradient"), NN_ATTR_FLOAT, 0, 0, 1e9,
                             .torch = "clip_value" },
  [NN_OPTION_ACCUMULATE] = { "accumulate", N_("Batches for a step"), NN_ATTR_INT, 1, 1, 100000 },
  [NN_OPTION_AVERAGE]    = { "average", N_("Averaged weights"), NN_ATTR_FLOAT, 0, 0, 0.999999,
                             .torch = "decay" },
  [NN_OPTION_SPARE]      = { "spare-biases", N_("No decay for biases and norms"), NN_ATTR_BOOL,
                             0, 0, 1 },
  [NN_OPTION_WATCH]      = { "watch", N_("Best by"), NN_ATTR_CHOICE, 0, .words = nn_watch_words },
  { NULL }
};

double
nn_training_get_option (const NnTraining *self,
                        int               option)
{
  return self->option[option].number[0];
}

guint64
nn_training_get_window (const NnTraining *self)
{
  return (guint64) MAX (nn_training_get_option (self, NN_OPTION_ACCUMULATE), 1);
}

NnScheduleTime
nn_training_get_time (const NnTraining *self,
                      guint64           batches,
                      guint64           batches_per_epoch)
{
  guint64 window = nn_training_get_window (self);
  guint64 per_epoch = (batches_per_epoch + window - 1) / window;

  return (NnScheduleTime) {
    .step = batches / batches_per_epoch * per_epoch + batches % batches_per_epoch / window,
    .steps_per_epoch = per_epoch,
    .total_steps = per_epoch * self->epochs,
  };
}

/* Optimisers that look at the loss several times want it to be one function of
 * the weights and nothing else. */
static gboolean
check_search (const NnTraining  *self,
              GError           **error)
{
  const int options[] = { NN_OPTION_CLIP_NORM, NN_OPTION_CLIP_VALUE, NN_OPTION_ACCUMULATE };

  if (self->optimiser->search == NULL)
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      const NnAttr *attr = &nn_training_attrs[options[i]];

      if (nn_training_get_option (self, options[i]) > attr->initial)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("%s looks at each batch several times and takes its gradients as they "
                         "are: set “%s” to %g."),
                       _(self->optimiser->title), _(attr->title), attr->initial);
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
nn_training_check (const NnTraining  *self,
                   GError           **error)
{
  NnScheduleTime time = { 0, 1, 1 };
  NnScheduleState state = nn_schedule_begin (&self->schedule);
  double momentum;

  if (!nn_optimiser_check (self->optimiser, self->optimiser_attr, error)
      || !nn_schedule_check (&self->schedule, error))
    return FALSE;

  momentum = nn_schedule_momentum (&self->schedule, &time, &state);
  if (momentum == momentum && nn_optimiser_find_momentum (self->optimiser) < 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s has no momentum that the schedule “%s” could move. Choose another "
                     "optimiser, or let the schedule leave the momentum alone."),
                   _(self->optimiser->title), _(self->schedule.kind->title));
      return FALSE;
    }

  return check_search (self, error);
}
