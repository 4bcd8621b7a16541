/* schedule-table.h: the families that meson lists
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/schedule.h"

/* Each ends with a record without a name, and the list with NULL. */
extern const NnScheduleKind *const nn_schedule_families[];
