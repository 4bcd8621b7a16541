/* checks/number.h: a number within a tolerance
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/task.h"

G_BEGIN_DECLS

/* An answer passes when |answer − value| ≤ absolute + relative · |value|. */
typedef struct
{
  double  value;
  double  absolute;
  double  relative;
  char   *unit;                 /* of @value, or NULL */
} ExNumber;

/* NULL when @task is of another kind. */
const ExNumber *ex_task_get_number (const ExTask *task);

G_END_DECLS
