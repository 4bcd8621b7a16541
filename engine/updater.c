/* updater.c: from the gradients of a batch to other weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/updater.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* As in torch.nn.utils.clip_grad_norm_(). */
#define NORM_EPSILON 1e-6

/* Parameters that lie side by side and are updated alike. */
typedef struct
{
  gint64   offset;
  gint64   count;
  double   rate_factor;
  double   decay_factor;
  NnShape  shape;               /* of one that the optimiser sees as a whole */
  gboolean is_whole;
} Group;

struct _NnUpdater
{
  NnModel    *model;            /* borrowed */
  NnDevice   *device;           /* borrowed */
  NnTraining  training;
  guint64     batches_per_epoch;
  GArray     *groups;           /* Group */
  int         n_moments;
  float     **moments;          /* flat as the parameters */
  float     **work;             /* for a search */
  float      *room;             /* for whole parameters, or NULL */
  float      *sum;              /* gradients of the window so far, or NULL */
  float      *average;          /* running mean of the weights, or NULL */
  GArray     *buffers;          /* NnBuffer */
  GPtrArray  *names;            /* of the moments */
};

static double
option (NnUpdater *self,
        int        index)
{
  return nn_training_get_option (&self->training, index);
}

/* Appends the parameter, or lets the last group grow over it: not where frozen
 * parameters lie between. */
static void
add_to_groups (NnUpdater          *self,
               const NnModelEntry *entry,
               gboolean            after_frozen,
               gint64             *room)
{
  const NnOptimiser *optimiser = self->training.optimiser;
  gint64 needs = optimiser->count_room != NULL ? optimiser->count_room (&entry->shape) : 0;
  gboolean spared = option (self, NN_OPTION_SPARE) != 0 && entry->shape.rank < 2;
  Group group = {
    .offset = entry->offset,
    .count = nn_shape_count (&entry->shape),
    .rate_factor = entry->rate_factor,
    .decay_factor = spared ? 0 : entry->decay_factor,
    .shape = entry->shape,
    .is_whole = needs > 0,
  };
  Group *last = self->groups->len > 0
                ? &g_array_index (self->groups, Group, self->groups->len - 1) : NULL;

  *room = MAX (*room, needs);
  if (last == NULL || after_frozen || last->is_whole || group.is_whole
      || last->rate_factor != group.rate_factor || last->decay_factor != group.decay_factor)
    g_array_append_val (self->groups, group);
  else
    last->count = group.offset + group.count - last->offset;
}

static gboolean
make_groups (NnUpdater  *self,
             gint64     *room,
             GError    **error)
{
  guint n_parameters = 0;
  gboolean after_frozen = FALSE;

  for (guint i = 0; i < nn_model_get_n_entries (self->model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (self->model, i);

      if (entry->is_state)
        continue;
      n_parameters++;
      if (self->training.optimiser->search != NULL && !entry->is_frozen
          && entry->rate_factor != 1)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("%s moves all weights together: “%s” cannot have a learning rate of its "
                         "own."), _(self->training.optimiser->title), entry->name);
          nn_error_set_node (error != NULL ? *error : NULL, entry->node);
          return FALSE;
        }
      if (!entry->is_frozen)
        add_to_groups (self, entry, after_frozen, room);
      after_frozen = entry->is_frozen;
    }

  if (n_parameters == 0 || self->groups->len > 0)
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("All layers are frozen, so there is nothing to train. Unfreeze one."));
  return FALSE;
}

/* A zeroed buffer as long as the parameters; NULL when there is no memory. */
static float *
make_buffer (NnUpdater *self)
{
  return g_try_malloc0 ((gsize) nn_model_get_flat_size (self->model) * sizeof (float) + 1);
}

static gboolean
make_buffers (NnUpdater  *self,
              GError    **error)
{
  int n_work = self->training.optimiser->n_work;
  gboolean ok = TRUE;

  self->moments = g_new0 (float *, (gsize) self->n_moments + 1);
  self->work = g_new0 (float *, (gsize) n_work + 1);
  for (int i = 0; i < self->n_moments && ok; i++)
    {
      char *name = g_strdup_printf ("optimiser.%d", i);
      NnBuffer buffer = { name, self->moments[i] = make_buffer (self) };

      g_ptr_array_add (self->names, name);
      g_array_append_val (self->buffers, buffer);
      ok = buffer.data != NULL;
    }
  for (int i = 0; i < n_work && ok; i++)
    ok = (self->work[i] = make_buffer (self)) != NULL;
  if (ok)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
               _("There is no memory for the optimiser’s %d numbers per weight."),
               self->n_moments + n_work);
  return FALSE;
}

/* One more buffer that is kept in checkpoints. */
static gboolean
add_buffer (NnUpdater   *self,
            const char  *name,
            float      **data,
            GError     **error)
{
  NnBuffer buffer = { name, *data = make_buffer (self) };

  if (buffer.data == NULL)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_MEMORY,
                           _("There is no memory for another copy of the weights."));
      return FALSE;
    }

  g_array_append_val (self->buffers, buffer);
  return TRUE;
}

/* Settings as they may be during the training: one that a schedule moves counts
 * as switched on. */
static int
count_moments (const NnTraining *training)
{
  NnAttrValue attr[NN_MAX_ATTRS];
  int index = nn_optimiser_find_momentum (training->optimiser);

  for (int i = 0; i < NN_MAX_ATTRS; i++)
    attr[i] = training->optimiser_attr[i];
  if (training->schedule.kind->momentum != NULL && index >= 0)
    attr[index].number[0] = training->optimiser->attrs[index].max;
  return nn_optimiser_count_moments (training->optimiser, attr);
}

NnUpdater *
nn_updater_new (NnModel           *model,
                NnDevice          *device,
                const NnTraining  *training,
                guint64            batches_per_epoch,
                GError           **error)
{
  g_autoptr (NnUpdater) self = g_new0 (NnUpdater, 1);
  gint64 room = 0;

  self->model = model;
  self->device = device;
  self->training = *training;
  self->batches_per_epoch = batches_per_epoch;
  self->groups = g_array_new (FALSE, FALSE, sizeof (Group));
  self->buffers = g_array_new (FALSE, FALSE, sizeof (NnBuffer));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->n_moments = count_moments (training);

  if (!make_groups (self, &room, error) || !make_buffers (self, error)
      || (nn_training_get_window (training) > 1
          && !add_buffer (self, "window", &self->sum, error))
      || (option (self, NN_OPTION_AVERAGE) > 0
          && !add_buffer (self, "average", &self->average, error)))
    return NULL;

  if (room > 0 && (self->room = g_try_new (float, (gsize) room)) == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY, _("There is no memory for a step of %s."),
                   _(training->optimiser->title));
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
nn_updater_free (NnUpdater *self)
{
  for (guint i = 0; i < self->buffers->len; i++)
    g_free (g_array_index (self->buffers, NnBuffer, i).data);
  for (int i = 0; self->work != NULL && i < self->training.optimiser->n_work; i++)
    g_free (self->work[i]);
  g_array_unref (self->buffers);
  g_array_unref (self->groups);
  g_ptr_array_unref (self->names);
  g_free (self->moments);
  g_free (self->work);
  g_free (self->room);
  g_free (self);
}

const NnBuffer *
nn_updater_get_buffers (NnUpdater *self,
                        int       *n_buffers)
{
  *n_buffers = (int) self->buffers->len;
  return (const NnBuffer *) self->buffers->data;
}

/* Multiplies every weight decay in @attr. */
static void
scale_decay (const NnOptimiser *optimiser,
             double             factor,
             NnAttrValue        attr[NN_MAX_ATTRS])
{
  for (int i = 0; optimiser->attrs[i].name != NULL; i++)
    if (g_str_has_suffix (optimiser->attrs[i].name, "weight-decay"))
      attr[i].number[0] *= factor;
}

static void
update_group (NnUpdater      *self,
              const Group    *group,
              const NnUpdate *all)
{
  const NnOptimiser *optimiser = self->training.optimiser;
  NnUpdate update = *all;

  update.w += group->offset;
  update.g += group->offset;
  for (int i = 0; i < NN_MAX_MOMENTS; i++)
    if (update.moment[i] != NULL)
      update.moment[i] += group->offset;
  update.rate *= group->rate_factor;
  scale_decay (optimiser, group->decay_factor, update.attr);

  if (group->is_whole)
    self->device->klass->update_whole (self->device, optimiser, &update, &group->shape,
                                       self->room);
  else
    self->device->klass->update (self->device, optimiser, &update, group->count);
}

static void
search (NnUpdater  *self,
        NnPosition *position,
        double      rate,
        double      loss,
        NnEvaluate  evaluate,
        void       *data)
{
  NnSearch work = {
    .count = nn_model_get_flat_size (self->model),
    .w = nn_model_get_parameters (self->model),
    .g = nn_model_get_gradients (self->model),
    .moment = self->moments,
    .work = self->work,
    .memory = position->memory,
    .rate = rate,
    .loss = loss,
    .evaluate = evaluate,
    .data = data,
  };

  for (int i = 0; i < NN_MAX_ATTRS; i++)
    work.attr[i] = self->training.optimiser_attr[i];
  self->training.optimiser->search (&work);
}

/* The gradients of the whole window and what they are to be multiplied by. */
static const float *
clip (NnUpdater *self,
      float     *g,
      double    *factor)
{
  gint64 count = nn_model_get_flat_size (self->model);
  double most = option (self, NN_OPTION_CLIP_VALUE);
  double longest = option (self, NN_OPTION_CLIP_NORM);

  if (most > 0)
    {
      self->device->klass->clamp (self->device, g, *factor, most, count);
      *factor = 1;
    }
  if (longest > 0)
    {
      double length = *factor * sqrt (self->device->klass->sum_squares (self->device, g, count));

      *factor *= MIN (longest / (length + NORM_EPSILON), 1);
    }

  return g;
}

static void
step (NnUpdater            *self,
      NnPosition           *position,
      const NnScheduleTime *time,
      double                rate,
      float                *gradients,
      double                factor)
{
  const NnOptimiser *optimiser = self->training.optimiser;
  double momentum = nn_schedule_momentum (&self->training.schedule, time, &position->schedule);
  NnUpdate update = {
    .w = nn_model_get_parameters (self->model),
    .memory = position->memory,
    .rate = rate,
    .step = time->step + 1,
  };

  update.g = clip (self, gradients, &factor);
  update.gradient_factor = factor;
  for (int i = 0; i < MIN (self->n_moments, NN_MAX_MOMENTS); i++)
    update.moment[i] = self->moments[i];
  for (int i = 0; i < NN_MAX_ATTRS; i++)
    update.attr[i] = self->training.optimiser_attr[i];
  if (isfinite (momentum))
    update.attr[nn_optimiser_find_momentum (optimiser)].number[0] = momentum;

  if (optimiser->begin != NULL)
    optimiser->begin (&update);
  for (guint i = 0; i < self->groups->len; i++)
    update_group (self, &g_array_index (self->groups, Group, i), &update);
}

/* The first mean is the weights themselves. */
static void
follow (NnUpdater *self,
        gboolean   is_first)
{
  double keep = is_first ? 0 : option (self, NN_OPTION_AVERAGE);

  self->device->klass->mix (self->device, self->average, nn_model_get_parameters (self->model),
                            keep, 1 - keep, nn_model_get_flat_size (self->model));
}

double
nn_updater_learn (NnUpdater  *self,
                  NnPosition *position,
                  gint64      count,
                  double      loss,
                  NnEvaluate  evaluate,
                  void       *data)
{
  NnScheduleTime time = nn_training_get_time (&self->training, position->step,
                                              self->batches_per_epoch);
  double rate = nn_schedule_rate (&self->training.schedule, &time, &position->schedule);
  guint64 window = nn_training_get_window (&self->training);
  guint64 batch = position->step % self->batches_per_epoch;
  guint64 at = batch % window;
  float *gradients = nn_model_get_gradients (self->model);
  double factor = 1;

  if (self->sum != NULL)
    {
      /* All batches but an epoch's last are of one size. */
      gint64 samples = count + (gint64) at * self->training.batch;

      self->device->klass->mix (self->device, self->sum, gradients, at == 0 ? 0 : 1,
                                (double) count, nn_model_get_flat_size (self->model));
      if (at + 1 < window && batch + 1 < self->batches_per_epoch)
        return rate;
      gradients = self->sum;
      factor = 1 / (double) samples;
    }

  if (self->training.optimiser->search != NULL)
    search (self, position, rate, loss, evaluate, data);
  else
    step (self, position, &time, rate, gradients, factor);
  if (self->average != NULL)
    follow (self, time.step == 0);

  return rate;
}

gboolean
nn_updater_swap_average (NnUpdater        *self,
                         const NnPosition *position)
{
  float *weights = nn_model_get_parameters (self->model);
  gint64 count = nn_model_get_flat_size (self->model);

  if (self->average == NULL
      || nn_training_get_time (&self->training, position->step,
                               self->batches_per_epoch).step == 0)
    return FALSE;

  for (gint64 i = 0; i < count; i++)
    {
      float kept = weights[i];

      weights[i] = self->average[i];
      self->average[i] = kept;
    }
  return TRUE;
}
