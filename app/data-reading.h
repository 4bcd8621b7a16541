/* data-reading.h: opening data while the window goes on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens @ref in a thread and answers in the main loop; @known, which may be
 * NULL, is a data set with the same items that is open already.  (transfer
 * full): cancel it by the task's own GCancellable. */
GTask       *app_data_reading_start     (const AppDataRef     *ref,
                                         DsDataset            *known,
                                         GAsyncReadyCallback   callback,
                                         gpointer              data) G_GNUC_WARN_UNUSED_RESULT;
AppSamples  *app_data_reading_finish    (GTask                *self,
                                         GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is being opened. */
const AppDataRef *
             app_data_reading_get_ref   (GTask                *self);

/* Items that are decoded and all items; FALSE while the number is not known. */
gboolean     app_data_reading_get_progress (GTask             *self,
                                            guint             *done,
                                            guint             *total);

G_END_DECLS
