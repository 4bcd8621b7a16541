/* generator-table.h: the list that the build makes of the generators
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/generator.h"

/* One array of records a family, each ended by a NULL name; NULL ends the list. */
extern const DsGenerator * const ds_generator_families[];
