/* optimiser-table.h: the families that meson lists
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/optimiser.h"

/* Each ends with a record without a name, and the list with NULL. */
extern const NnOptimiser *const nn_optimiser_families[];
