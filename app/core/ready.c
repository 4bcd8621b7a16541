/* ready.c: whether a project can be trained, before anything is started
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/ready.h"

#include "app/core/form.h"
#include "datasets/generator.h"
#include "engine/error.h"
#include "engine/lower.h"

#include <glib/gi18n.h>

/* What the program draws is known without opening it, but for the tokens of its
 * texts: those are met when they are opened. */
static gboolean
check_drawn (const AppProject  *self,
             const NnLowered   *lowered,
             GError           **error)
{
  const DsGenerator *generator = ds_generator_find (self->data.name);
  NnForm form;

  if (generator == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("There is no built-in data set “%s” in this version."), self->data.name);
      return FALSE;
    }
  if (generator->write != NULL)
    return TRUE;
  if (!ds_transform_list_check (self->data.transforms, &generator->item, error))
    return FALSE;

  form = (NnForm) {
    .input_dtype = NN_FLOAT32,
    .answer = generator->draw_map != NULL ? NN_ANSWER_CLASSES : NN_ANSWER_CLASS,
    .n_classes = generator->n_classes,
  };
  ds_transform_list_get_shape (self->data.transforms, &generator->item, &form.input);
  if (form.answer == NN_ANSWER_CLASSES)
    form.target = nn_shape_item (&form.input);
  return app_graph_check_form (self->graph, &form, error)
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
