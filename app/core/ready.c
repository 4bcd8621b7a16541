/* ready.c: whether a project can be trained, before anything is started
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/ready.h"

#include "app/core/samples.h"
#include "engine/error.h"
#include "engine/lower.h"

#include <glib/gi18n.h>

/* What the program draws is at hand. */
static gboolean
check_drawn (const AppProject  *self,
             const NnLowered   *lowered,
             GError           **error)
{
  NnForm form;

  return app_drawn_get_form (&self->data, &form, error)
         && app_graph_check_form (self->graph, &form, error)
         && nn_lowered_check_classes (lowered, form.n_classes, error);
}

static gboolean
check_data (const AppProject  *self,
            const NnLowered   *lowered,
            GError           **error)
{
  switch (self->data.kind)
    {
    case APP_DATA_DRAWN:
      return check_drawn (self, lowered, error);

    case APP_DATA_PATH:
      if (g_file_test (self->data.name, G_FILE_TEST_EXISTS))
        return TRUE;
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The data “%s” is not there any more. Put it back, or choose other data."),
                   self->data.name);
      return FALSE;

    case APP_DATA_NONE:
    default:
      g_set_error_literal (error, NN_ERROR, NN_ERROR_FILE,
                           _("The project has no data. Choose a data set first."));
      return FALSE;
    }
}

gboolean
app_project_check_ready (const AppProject  *self,
                         GError           **error)
{
  g_autoptr (NnDevice) device = NULL;
  NnLowered lowered;
  gboolean ready;

  /* Shapes are the same on every device, and one thread is enough for them. */
  device = nn_device_open ("cpu", 1, error);
  if (device == NULL
      || !nn_training_check (&self->training, error)
      || !nn_lower (self->graph, device, NN_MODE_EVALUATE, 1, &lowered, error))
    return FALSE;

  ready = check_data (self, &lowered, error);
  nn_program_free (lowered.program);
  return ready;
}
