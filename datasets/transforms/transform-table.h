/* transform-table.h: the list that the build makes of the transforms
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/transform.h"

/* One array of records a family, each ended by a NULL name; NULL ends the list. */
extern const DsTransform * const ds_transform_families[];
