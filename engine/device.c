/* device.c: where plans run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/device.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

NnDevice *
nn_device_open (const char  *name,
                int          threads,
                GError     **error)
{
  if (g_str_equal (name, "auto") || g_str_equal (name, "cpu"))
    return nn_cpu_device_new (threads);

  if (g_str_equal (name, "cuda") || g_str_has_prefix (name, "cuda:"))
    g_set_error (error, NN_ERROR, NN_ERROR_DEVICE,
                 _("“%s” cannot be used: this version computes on the processor only. Choose “cpu” "
                   "or “auto”."), name);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_DEVICE,
                 _("There is no device “%s”. Choose “auto”, “cpu” or “cuda”."), name);

  return NULL;
}

NnDevice *
nn_device_ref (NnDevice *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
nn_device_unref (NnDevice *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    self->klass->free (self);
}

const char *
nn_device_get_name (NnDevice *self)
{
  return self->klass->name;
}

const char *
nn_device_get_title (NnDevice *self)
{
  return self->title;
}

int
nn_device_get_threads (NnDevice *self)
{
  return self->threads;
}
