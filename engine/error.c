/* error.c: the engine's error domain, which knows the node at fault
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"

typedef struct
{
  guint node;                   /* graph node at fault, 0 for none */
} NnErrorPrivate;

static void
nn_error_private_init (NnErrorPrivate *self)
{
  self->node = 0;
}

static void
nn_error_private_copy (const NnErrorPrivate *from,
                       NnErrorPrivate       *to)
{
  *to = *from;
}

static void
nn_error_private_clear (NnErrorPrivate *self)
{
  self->node = 0;
}

G_DEFINE_EXTENDED_ERROR (NnError, nn_error)

guint
nn_error_get_node (const GError *error)
{
  if (error == NULL || error->domain != NN_ERROR)
    return 0;

  return nn_error_get_private (error)->node;
}

void
nn_error_set_node (GError *error,
                   guint   id)
{
  if (error == NULL || error->domain != NN_ERROR)
    return;

  if (nn_error_get_private (error)->node == 0)
    nn_error_get_private (error)->node = id;
}
