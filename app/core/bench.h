/* bench.h: how long a training step takes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/device.h"
#include "engine/program.h"
#include "engine/template.h"

G_BEGIN_DECLS

typedef struct
{
  gint64  batch;
  gint64  parameters;
  gint64  steps;                /* timed ones */
  double  step_us;              /* median */
  double  p10_us, p90_us;
  double  loss;                 /* after the last step */
  double  peak_mib;             /* of the process */
} AppBench;

/* Trains (or, with @infer, only runs) @network on made-up samples for @seconds,
 * with the optimiser that the template names, as the peers in PyTorch do.
 * @batch 0 means the template's own. */
gboolean  app_bench  (const NnTemplate  *network,
                      NnDevice          *device,
                      gint64             batch,
                      NnPrecision        precision,
                      gboolean           infer,
                      double             seconds,
                      AppBench          *result,
                      GError           **error);

/* What the steps of the network's plan are, one a line, with the time each
 * takes.  (transfer full) */
char     *app_bench_profile (const NnTemplate  *network,
                             NnDevice          *device,
                             gint64             batch,
                             NnPrecision        precision,
                             GError           **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
