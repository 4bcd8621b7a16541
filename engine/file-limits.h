/* file-limits.h: what a stranger's file may take before it is refused
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gsize bytes;                  /* unpacked, all numbers together */
  guint tensors;
  guint values;                 /* names, numbers and lists of a description */
  guint depth;                  /* of things inside things */
  guint nodes;
} NnLimits;

extern const NnLimits nn_limits_usual;

G_END_DECLS
