/* control.c: pausing and stopping a training from another thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/control.h"

struct _NnControl
{
  GMutex    mutex;              /* guards @command */
  GCond     cond;
  NnCommand command;
  int       wants_attention;    /* atomic: something but RUN was asked for */
};

NnControl *
nn_control_new (void)
{
  NnControl *self = g_new0 (NnControl, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

void
nn_control_free (NnControl *self)
{
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

gboolean
nn_control_obey (NnControl   *self,
                 NnPauseFunc  pause,
                 void        *data)
{
  gboolean stop;

  if (!g_atomic_int_get (&self->wants_attention))
    return FALSE;

  g_mutex_lock (&self->mutex);
  if (self->command == NN_COMMAND_PAUSE)
    {
      g_mutex_unlock (&self->mutex);
      pause (data, TRUE);
      g_mutex_lock (&self->mutex);
      while (self->command == NN_COMMAND_PAUSE)
        g_cond_wait (&self->cond, &self->mutex);
      if (self->command == NN_COMMAND_RUN)
        {
          g_mutex_unlock (&self->mutex);
          pause (data, FALSE);
          g_mutex_lock (&self->mutex);
        }
    }
  stop = self->command == NN_COMMAND_STOP;
  if (self->command == NN_COMMAND_STEP)
    self->command = NN_COMMAND_PAUSE;
  else if (self->command == NN_COMMAND_RUN)
    g_atomic_int_set (&self->wants_attention, 0);
  g_mutex_unlock (&self->mutex);

  return stop;
}

void
nn_control_command (NnControl *self,
                    NnCommand  command)
{
  g_mutex_lock (&self->mutex);

  /* A stop is final. */
  if (self->command != NN_COMMAND_STOP)
    self->command = command;
  g_atomic_int_set (&self->wants_attention, 1);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}
