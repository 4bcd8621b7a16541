/* initialiser-table.h: the families that meson lists
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/initialiser.h"

/* Each ends with a record without a name, and the list with NULL. */
extern const NnInitialiser *const nn_initialiser_families[];
