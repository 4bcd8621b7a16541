/* network.h: a graph with what it has learned, ready for batches of any size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/feed.h"
#include "engine/lower.h"
#include "engine/metric.h"
#include "engine/plan.h"

G_BEGIN_DECLS

/* Plans are made for one batch size; the last batch of a part is mostly
 * smaller.  A network keeps one plan for each mode and size it has met. */
typedef struct _NnNetwork NnNetwork;

typedef struct
{
  NnLowered  values;            /* the program belongs to the plan */
  NnPlan    *plan;
  NnMode     mode;
  gint64     batch;
} NnRunnable;

/* What a pass over a part gave, averaged over its samples. */
typedef struct
{
  gint64 n_samples;
  double loss;
  double accuracy;              /* NaN where there are no classes */
} NnScore;

/* What an evaluation takes and tells besides the score; each may be NULL. */
typedef struct
{
  NnMetrics *metrics;           /* looks at every batch */
  const int *cancelled;         /* atomic; not 0 ends with NN_ERROR_CANCELLED */
  int       *n_done;            /* atomic: samples so far */
} NnEvaluation;

/* Keeps a copy of @graph, which later edits do not reach.  Parameters are
 * zero. */
NnNetwork         *nn_network_new           (NnGraph       *graph,
                                             NnDevice      *device,
                                             GError       **error) G_GNUC_WARN_UNUSED_RESULT;
void               nn_network_free          (NnNetwork     *self);

NnGraph           *nn_network_get_graph     (NnNetwork     *self);
NnDevice          *nn_network_get_device    (NnNetwork     *self);
NnModel           *nn_network_get_model     (NnNetwork     *self);

/* How exact products are from the next plan on; float32 at first.  Plans that
 * were made before are gone. */
void               nn_network_set_precision (NnNetwork     *self,
                                             NnPrecision    precision);

/* (transfer none) */
const NnRunnable  *nn_network_get           (NnNetwork     *self,
                                             NnMode         mode,
                                             gint64         batch,
                                             GError       **error);

/* FALSE with a message unless the samples of @feed fit the network: enough
 * scores for its classes. */
gboolean           nn_network_check_feed    (NnNetwork     *self,
                                             const NnFeed  *feed,
                                             GError       **error);

/* What there is to judge by metrics, as the loss has it. */
gboolean           nn_network_get_task      (NnNetwork     *self,
                                             NnTask        *task,
                                             GError       **error);

/* Runs @part through the network.  @evaluation may be NULL. */
gboolean           nn_network_evaluate      (NnNetwork          *self,
                                             const NnFeed       *feed,
                                             NnPart              part,
                                             gint64              batch,
                                             const NnEvaluation *evaluation,
                                             NnScore            *score,
                                             GError            **error);

/* "“conv1” (Convolution 2D)" for messages.  (transfer full) */
char              *nn_network_describe_node (NnNetwork     *self,
                                             guint          node) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnNetwork, nn_network_free)

G_END_DECLS
