/* control.h: pausing and stopping a training from another thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  NN_COMMAND_RUN,
  NN_COMMAND_PAUSE,
  NN_COMMAND_STEP,              /* one batch, then pause */
  NN_COMMAND_STOP,              /* save and end; the model is usable */
} NnCommand;

typedef struct _NnControl NnControl;

/* Begins with RUN. */
NnControl  *nn_control_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void        nn_control_free     (NnControl  *self);

/* Safe from any thread.  A stop is final. */
void        nn_control_command  (NnControl  *self,
                                 NnCommand   command);

typedef void (*NnPauseFunc) (void     *data,
                             gboolean  paused);

/* For the thread that trains, between two batches: costs nothing while nothing
 * is asked for, and waits while paused, which it tells @pause.  TRUE to stop. */
gboolean    nn_control_obey     (NnControl   *self,
                                 NnPauseFunc  pause,
                                 void        *data);

G_END_DECLS
