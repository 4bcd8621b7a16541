/* metric-table.h: the families that meson lists
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/metric.h"

/* Each ends with a record without a name, and the list with NULL. */
extern const NnMetric *const nn_metric_families[];
