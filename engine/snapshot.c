/* snapshot.c: the numbers of a model as they were
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/snapshot.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _NnSnapshot
{
  NnModel *model;               /* borrowed */
  float   *parameters;
  float   *state;
};

static gsize
parameter_bytes (NnSnapshot *self)
{
  return (gsize) nn_model_get_flat_size (self->model) * sizeof (float);
}

static gsize
state_bytes (NnSnapshot *self)
{
  return (gsize) nn_model_get_state_size (self->model) * sizeof (float);
}

NnSnapshot *
nn_snapshot_new (NnModel  *model,
                 GError  **error)
{
  NnSnapshot *self = g_new0 (NnSnapshot, 1);

  self->model = model;
  self->parameters = g_try_malloc0 (parameter_bytes (self) + 1);
  self->state = g_try_malloc0 (state_bytes (self) + 1);
  if (self->parameters != NULL && self->state != NULL)
    return self;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_MEMORY,
                       _("There is no memory for another copy of the weights."));
  nn_snapshot_free (self);
  return NULL;
}

void
nn_snapshot_free (NnSnapshot *self)
{
  g_free (self->parameters);
  g_free (self->state);
  g_free (self);
}

void
nn_snapshot_take (NnSnapshot *self)
{
  memcpy (self->parameters, nn_model_get_parameters (self->model), parameter_bytes (self));
  memcpy (self->state, nn_model_get_state (self->model), state_bytes (self));
}

void
nn_snapshot_put_back (NnSnapshot *self)
{
  memcpy (nn_model_get_parameters (self->model), self->parameters, parameter_bytes (self));
  memcpy (nn_model_get_state (self->model), self->state, state_bytes (self));
}
