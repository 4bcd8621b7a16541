/* field.c: what items and their answers look like
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/field.h"

#include <string.h>

static const char * const names[DS_N_FIELD_KINDS] = {
  [DS_FIELD_NUMBERS] = "numbers",
  [DS_FIELD_CLASS]   = "class",
  [DS_FIELD_CLASSES] = "classes",
  [DS_FIELD_TEXT]    = "text",
  [DS_FIELD_TOKENS]  = "tokens",
};

DsField
ds_field_numbers (NnDtype        dtype,
                  const NnShape *shape)
{
  return (DsField) { DS_FIELD_NUMBERS, dtype, *shape };
}

DsField
ds_field_class (void)
{
  return (DsField) { DS_FIELD_CLASS, NN_INT32, { 0 } };
}

DsField
ds_field_classes (gint64 height,
                  gint64 width)
{
  return (DsField) { DS_FIELD_CLASSES, NN_UINT8, NN_SHAPE (height, width) };
}

DsField
ds_field_text (void)
{
  return (DsField) { DS_FIELD_TEXT, NN_UINT8, NN_SHAPE (0) };
}

DsField
ds_field_tokens (gint64 length)
{
  return (DsField) { DS_FIELD_TOKENS, NN_INT32, NN_SHAPE (length) };
}

gsize
ds_field_bytes (const DsField *self)
{
  if (self->kind == DS_FIELD_CLASS)
    return 0;

  return (gsize) nn_shape_count (&self->shape) * nn_dtype_size (self->dtype);
}

const char *
ds_field_kind_name (DsFieldKind kind)
{
  return names[kind];
}

gboolean
ds_field_kind_find (const char  *name,
                    DsFieldKind *kind)
{
  for (int i = 0; i < DS_N_FIELD_KINDS; i++)
    if (strcmp (names[i], name) == 0)
      {
        *kind = (DsFieldKind) i;
        return TRUE;
      }

  return FALSE;
}
