/* checkpoints.h: the folder where a training keeps where it stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checkpoints are files "step-0000000123.safetensors". */

/* (transfer full) */
char    *nn_checkpoint_path    (const char  *folder,
                                guint64      step) G_GNUC_WARN_UNUSED_RESULT;

/* The steps of those in @folder as guint64, newest first.  (transfer full) */
GArray  *nn_checkpoints_list   (const char  *folder) G_GNUC_WARN_UNUSED_RESULT;

/* Removes all but the newest @n_kept. */
void     nn_checkpoints_prune  (const char  *folder,
                                guint        n_kept);

G_END_DECLS
