/* samples.h: a project's data, opened, divided and fed to the engine
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/form.h"
#include "app/core/project.h"
#include "datasets/dataset.h"
#include "datasets/split.h"
#include "engine/feed.h"

G_BEGIN_DECLS

typedef struct _AppSamples AppSamples;

/* Opens what @ref names; the first time this decodes it into the user's cache,
 * and @progress and @cancellable, which may be NULL, are about that.  Texts are
 * cut with the @vocabulary of a trained network, or one that is counted now if
 * it is NULL. */
AppSamples       *app_samples_open          (const AppDataRef  *ref,
                                             GBytes            *vocabulary,
                                             DsProgressFunc     progress,
                                             void              *data,
                                             GCancellable      *cancellable,
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for items that are open already: divides them as @ref says. */
AppSamples       *app_samples_new           (DsDataset         *dataset,
                                             const AppDataRef  *ref,
                                             GBytes            *vocabulary,
                                             DsProgressFunc     progress,
                                             void              *data,
                                             GCancellable      *cancellable,
                                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void              app_samples_free          (AppSamples        *self);

DsDataset        *app_samples_get_dataset   (AppSamples        *self);
DsSplit          *app_samples_get_split     (AppSamples        *self);

/* Of one sample as the network gets it, and all that is to be known of samples
 * and answers. */
const NnShape    *app_samples_get_shape     (AppSamples        *self);
const NnForm     *app_samples_get_form      (AppSamples        *self);

/* Sample @index as the network gets it outside of training; @out has room for
 * it. */
void              app_samples_read          (AppSamples        *self,
                                             guint32            index,
                                             void              *out);

/* The vocabulary as it is to be kept with the weights, or NULL.
 * (transfer full) */
GBytes           *app_samples_dup_vocabulary (AppSamples       *self) G_GNUC_WARN_UNUSED_RESULT;

/* What the trainer reads.  @answers_are_numbers makes the class a float32, for
 * networks whose target asks for numbers.  One user at a time. */
const NnFeed     *app_samples_get_feed      (AppSamples        *self,
                                             gboolean           answers_are_numbers);

/* Whether the network's input and target can take these samples; the message
 * says what to change. */
gboolean          app_samples_check_graph   (AppSamples        *self,
                                             NnGraph           *graph,
                                             GError           **error);

/* The form of samples that the program makes itself: of texts they have to be
 * opened for it. */
gboolean          app_drawn_get_form        (const AppDataRef  *ref,
                                             NnForm            *form,
                                             GError           **error);

/* Nanoseconds that training has waited for data so far. */
guint64           app_samples_get_stall_ns  (AppSamples        *self);

/* Makes a next() that waits return, with an error. */
void              app_samples_cancel        (AppSamples        *self);

/* Where decoded data is kept.  (transfer full) */
char             *app_samples_cache_folder  (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppSamples, app_samples_free)

G_END_DECLS
