/* arena.c: memory that plans share, one at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/arena.h"

struct _NnArena
{
  gatomicrefcount  ref_count;
  NnDevice        *device;
  char            *base;
  gsize            size;
};

NnArena *
nn_arena_new (NnDevice *device)
{
  NnArena *self = g_new0 (NnArena, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->device = nn_device_ref (device);

  return self;
}

NnArena *
nn_arena_ref (NnArena *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
release (NnArena *self)
{
  if (self->base != NULL)
    self->device->klass->release (self->device, self->base);
  self->base = NULL;
}

void
nn_arena_unref (NnArena *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  release (self);
  nn_device_unref (self->device);
  g_free (self);
}

gboolean
nn_arena_reserve (NnArena *self,
                  gsize    bytes)
{
  const NnDeviceClass *klass = self->device->klass;

  if (bytes <= self->size && self->base != NULL)
    return TRUE;
  if (bytes > klass->get_available (self->device) + self->size)
    return FALSE;

  /* The old room goes first, or for a moment both would be there. */
  release (self);
  self->base = klass->allocate (self->device, MAX (bytes, 1));
  if (self->base == NULL)
    {
      self->base = klass->allocate (self->device, MAX (self->size, 1));
      return FALSE;
    }

  self->size = bytes;
  return TRUE;
}

char *
nn_arena_get_base (NnArena *self)
{
  return self->base;
}

gsize
nn_arena_get_size (NnArena *self)
{
  return self->size;
}
