/* progress-line.h: one line on the terminal that tells how far the training is
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/trainer.h"

G_BEGIN_DECLS

/* On a terminal the line is written over and over; elsewhere there is one line
 * for each epoch.  All of it goes to stderr. */
typedef struct _AppProgressLine AppProgressLine;

AppProgressLine *app_progress_line_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void             app_progress_line_free      (AppProgressLine   *self);

void             app_progress_line_update    (AppProgressLine   *self,
                                              const NnProgress  *progress);

/* A DsProgressFunc; @data is the line. */
void             app_progress_line_decoding  (guint32            n_done,
                                              guint32            n_items,
                                              void              *data);

/* Leaves the line as it is and goes to the next one. */
void             app_progress_line_end       (AppProgressLine   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppProgressLine, app_progress_line_free)

G_END_DECLS
