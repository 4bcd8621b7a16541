/* tuning.c: how the parameters of one node are trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/tuning.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define START "start."

const NnAttr nn_tuning_attrs[] = {
  [NN_TUNING_FROZEN] = { "frozen", N_("Frozen"), NN_ATTR_BOOL, 0, 0, 1 },
  [NN_TUNING_RATE]   = { "rate-factor", N_("Learning rate ×"), NN_ATTR_FLOAT, 1, 0, 1000 },
  [NN_TUNING_DECAY]  = { "decay-factor", N_("Weight decay ×"), NN_ATTR_FLOAT, 1, 0, 1000 },
  { NULL }
};

NnTuning
nn_tuning_initial (void)
{
  NnTuning self = { { 0 } };

  for (int i = 0; i < NN_N_TUNINGS; i++)
    self.number[i] = nn_tuning_attrs[i].initial;
  return self;
}

gboolean
nn_tuning_is_initial (const NnTuning *self)
{
  NnTuning initial = nn_tuning_initial ();

  return memcmp (self, &initial, sizeof initial) == 0;
}

/* What a key points to. */
typedef struct
{
  const NnAttr *attr;           /* NULL: the choice of an initialiser */
  double       *number;
  NnInit       *init;
} Place;

/* FALSE when there is no such key.  @self is only pointed into. */
static gboolean
find_place (NnTuning   *self,
            const NnOp *op,
            const char *key,
            Place      *place)
{
  int index = nn_attrs_find (nn_tuning_attrs, key);
  g_auto (GStrv) parts = NULL;

  if (index >= 0)
    {
      *place = (Place) { &nn_tuning_attrs[index], &self->number[index] };
      return TRUE;
    }
  if (!g_str_has_prefix (key, START))
    return FALSE;

  parts = g_strsplit (key + strlen (START), ".", 2);
  index = parts[0] != NULL ? nn_op_find_in (op, parts[0]) : -1;
  if (index < 0 || nn_op_get_in (op, index)->kind != NN_PORT_PARAMETER)
    return FALSE;

  *place = (Place) { .init = &self->init[index] };
  if (parts[1] == NULL)
    return TRUE;
  if (place->init->kind == NULL
      || (index = nn_attrs_find (place->init->kind->attrs, parts[1])) < 0)
    return FALSE;

  place->attr = &place->init->kind->attrs[index];
  place->number = &place->init->number[index];
  return TRUE;
}

static gboolean
set_init (NnInit      *init,
          const char  *name,
          GError     **error)
{
  const NnInitialiser *kind = nn_initialiser_find (name);

  if (kind == NULL && !g_str_equal (name, NN_TUNING_DEFAULT))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("There is no initialiser “%s” in this version."), name);
      return FALSE;
    }

  if (init->kind != kind)
    *init = nn_init_initial (kind);
  return TRUE;
}

gboolean
nn_tuning_set (NnTuning    *self,
               const NnOp  *op,
               const char  *key,
               const char  *text,
               GError     **error)
{
  NnAttrValue value;
  Place place;

  if (!find_place (self, op, key, &place))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE, _("%s has no setting “%s” for training."),
                   _(op->title), key);
      return FALSE;
    }
  if (place.attr == NULL)
    return set_init (place.init, text, error);
  if (!nn_attr_parse (place.attr, text, &value, error))
    return FALSE;

  *place.number = value.number[0];
  return TRUE;
}

gboolean
nn_tuning_has (const NnTuning *self,
               const NnOp     *op,
               const char     *key)
{
  NnTuning copy = *self;
  Place place;

  return find_place (&copy, op, key, &place);
}

char *
nn_tuning_get (const NnTuning *self,
               const NnOp     *op,
               const char     *key)
{
  NnTuning copy = *self;
  gboolean found;
  Place place;

  found = find_place (&copy, op, key, &place);
  g_assert (found);
  if (place.attr != NULL)
    return nn_attr_print (place.attr, &(NnAttrValue) { 1, { *place.number } });
  return g_strdup (place.init->kind != NULL ? place.init->kind->name : NN_TUNING_DEFAULT);
}

const NnAttr *
nn_tuning_find_attr (const NnTuning *self,
                     const NnOp     *op,
                     const char     *key)
{
  NnTuning copy = *self;
  Place place = { NULL };

  find_place (&copy, op, key, &place);
  return place.attr;
}

char **
nn_tuning_list (const NnTuning *self,
                const NnOp     *op)
{
  GPtrArray *keys = g_ptr_array_new ();

  for (int i = 0; i < NN_N_TUNINGS; i++)
    g_ptr_array_add (keys, g_strdup (nn_tuning_attrs[i].name));
  for (int i = 0; i < nn_op_count_in (op); i++)
    {
      const NnPort *port = nn_op_get_in (op, i);
      const NnInitialiser *kind = self->init[i].kind;

      if (port->kind != NN_PORT_PARAMETER)
        continue;
      g_ptr_array_add (keys, g_strconcat (START, port->name, NULL));
      for (int k = 0; kind != NULL && kind->attrs != NULL && kind->attrs[k].name != NULL; k++)
        g_ptr_array_add (keys, g_strconcat (START, port->name, ".", kind->attrs[k].name, NULL));
    }

  g_ptr_array_add (keys, NULL);
  return (char **) g_ptr_array_free (keys, FALSE);
}
