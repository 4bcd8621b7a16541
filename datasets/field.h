/* field.h: what items and their answers look like
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  DS_FIELD_NUMBERS,             /* uint8 (items only) or float32, all of one shape */
  DS_FIELD_CLASS,               /* answers only: the label that lies with the item */
  DS_FIELD_CLASSES,             /* answers only: uint8, height × width, one for each pixel */
  DS_FIELD_TEXT,                /* UTF-8 as long as it is */
  DS_FIELD_TOKENS,              /* int32 ids of a vocabulary, in a row of one length */
  DS_N_FIELD_KINDS,
} DsFieldKind;

/* A pixel that belongs to no class, as in the masks of Pascal VOC. */
#define DS_NO_CLASS 255

/* What such a pixel is in a batch: the class that losses pass over. */
#define DS_IGNORED_CLASS (-100)

typedef struct
{
  DsFieldKind kind;
  NnDtype     dtype;
  NnShape     shape;            /* of one item; 0 for a text, rank 0 for a class */
} DsField;

DsField      ds_field_numbers   (NnDtype        dtype,
                                 const NnShape *shape);
DsField      ds_field_class     (void);
DsField      ds_field_classes   (gint64         height,
                                 gint64         width);
DsField      ds_field_text      (void);
DsField      ds_field_tokens    (gint64         length);

/* The bytes that one takes in memory: 0 for a class and for a text. */
gsize        ds_field_bytes     (const DsField *self);

/* "numbers", for files. */
const char  *ds_field_kind_name (DsFieldKind    kind);
gboolean     ds_field_kind_find (const char    *name,
                                 DsFieldKind   *kind);

G_END_DECLS
