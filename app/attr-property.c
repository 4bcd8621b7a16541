/* attr-property.c: a setting of an engine's record as a row shows it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/attr-property.h"

#include <glib/gi18n.h>

UiProperty *
app_attr_property_new (const NnAttr      *attr,
                       const char        *name,
                       const char        *tooltip,
                       const NnAttrValue *initial)
{
  static const UiPropertyKind kinds[] = {
    [NN_ATTR_BOOL]   = UI_PROPERTY_KIND_BOOLEAN,
    [NN_ATTR_INT]    = UI_PROPERTY_KIND_INTEGER,
    [NN_ATTR_FLOAT]  = UI_PROPERTY_KIND_NUMBER,
    [NN_ATTR_CHOICE] = UI_PROPERTY_KIND_CHOICE,
    [NN_ATTR_INTS]   = UI_PROPERTY_KIND_LIST,
    [NN_ATTR_FLOATS] = UI_PROPERTY_KIND_NUMBERS,
  };
  g_autofree char *first = nn_attr_print (attr, initial);
  UiProperty *property = ui_property_new (kinds[attr->type], name, _(attr->title), tooltip, first);

  if (attr->type != NN_ATTR_BOOL && attr->type != NN_ATTR_CHOICE)
    ui_property_set_range (property, attr->min, attr->max);
  if (attr->words != NULL)
    ui_property_set_choices (property, attr->words, attr->words);
  return property;
}
