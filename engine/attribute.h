/* attribute.h: one setting of an op, an optimiser or a schedule, and its value
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NN_MAX_ATTRS        12  /* settings of one record */
#define NN_MAX_ATTR_NUMBERS 32  /* numbers of one setting */

typedef enum
{
  NN_ATTR_BOOL,                 /* 0 or 1 */
  NN_ATTR_INT,
  NN_ATTR_FLOAT,
  NN_ATTR_CHOICE,               /* the index of one of @words */
  NN_ATTR_INTS,                 /* some whole numbers, or one of @words */
  NN_ATTR_FLOATS,               /* some numbers, or one of @words */
} NnAttrType;

/* One setting.  The inspector row, the saved file, range checking and both
 * exchange formats derive from this, so it is described nowhere else.  Lists
 * of settings end with a NULL name. */
typedef struct
{
  const char         *name;             /* key in files; never renamed */
  const char         *title;            /* N_(): label in the inspector */
  NnAttrType          type;
  double              initial;          /* for words: the index */
  double              min, max;         /* exact for every integer below 2^53 */
  const char *const  *words;            /* NULL-terminated: what CHOICE and lists accept */
  const char         *onnx;             /* ONNX attribute, or NULL if it has none */
  const char         *torch;            /* PyTorch keyword argument, or NULL */
} NnAttr;

/* A plain value.  A word chosen in place of a list of numbers has @count 0 and
 * its index in @number[0]. */
typedef struct
{
  int    count;
  double number[NN_MAX_ATTR_NUMBERS];
} NnAttrValue;

NnAttrValue  nn_attr_initial  (const NnAttr       *attr);

/* Whole and finite numbers where they have to be, as many as the type allows,
 * all within the range.  The message names title, value and rule. */
gboolean     nn_attr_check    (const NnAttr       *attr,
                               const NnAttrValue  *value,
                               GError            **error);

/* Reads what a person types: "3", "3, 5", "0.5", "same", "true".  The same
 * checks as nn_attr_check(); @value is only written on success. */
gboolean     nn_attr_parse    (const NnAttr       *attr,
                               const char         *text,
                               NnAttrValue        *value,
                               GError            **error);

/* What nn_attr_parse() reads back to an equal value.  (transfer full) */
char        *nn_attr_print    (const NnAttr       *attr,
                               const NnAttrValue  *value) G_GNUC_WARN_UNUSED_RESULT;

/* The word that @value stands for, or NULL when it stands for numbers. */
const char  *nn_attr_word     (const NnAttr       *attr,
                               const NnAttrValue  *value);

gboolean     nn_attr_equal    (const NnAttrValue  *a,
                               const NnAttrValue  *b);

/* The position of @name in @attrs, or -1. */
int          nn_attrs_find    (const NnAttr       *attrs,
                               const char         *name);

/* Writes the initial value of each of @attrs, which may be NULL. */
void         nn_attrs_initial (const NnAttr       *attrs,
                               NnAttrValue         values[NN_MAX_ATTRS]);

G_END_DECLS
