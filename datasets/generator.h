/* generator.h: data sets that the program draws itself
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/random.h"
#include "engine/shape.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* Writes item @index of the set that @seed names, and its class.  The item is
 * a function of the two numbers alone, so any thread may draw any item in any
 * order.  @item has room for the record's shape and type. */
typedef void (*DsDraw) (guint64  seed,
                        guint32  index,
                        void    *item,
                        int     *label);

/* The same for an image and the class of each of its pixels. */
typedef void (*DsDrawMap) (guint64  seed,
                           guint32  index,
                           void    *item,
                           guint8  *map);

/* The same for a text; with its class in @label, or with the text that is the
 * answer in @answer, if the record has no classes. */
typedef void (*DsWrite) (guint64  seed,
                         guint32  index,
                         GString *text,
                         GString *answer,
                         int     *label);

/* One data set that needs no file.  The list on the data page, the command
 * line's --builtin and the tests all read this. */
typedef struct
{
  const char         *name;             /* "digits": unique, saved, never renamed */
  const char         *title;            /* N_(): in lists */
  const char         *summary;          /* N_(): one sentence with a full stop */
  NnShape             item;             /* C×H×W for images; a text has none */
  NnDtype             dtype;            /* NN_UINT8 images or NN_FLOAT32 features */
  int                 n_classes;        /* at most DS_GENERATOR_MAX_CLASSES */
  const char * const *class_names;      /* N_(), @n_classes of them */
  guint32             default_count;    /* items when the user names no number */
  double              test_share;       /* of the items, kept for the test part */

  /* One of these. */
  DsDraw              draw;
  DsDrawMap           draw_map;
  DsWrite             write;
} DsGenerator;

#define DS_GENERATOR_MAX_CLASSES 64

/* The record called @name, or NULL. */
const DsGenerator *ds_generator_find  (const char *name);

/* The record at @position, or NULL behind the last one. */
const DsGenerator *ds_generator_nth   (guint       position);

/* What every draw function starts with: @random becomes the item's own stream
 * of numbers and @label its class.  Each run of @n_classes items, counted from
 * item 0, holds every class once in an order of its own. */
void               ds_generator_begin (const char *name,
                                       int         n_classes,
                                       guint64     seed,
                                       guint32     index,
                                       NnRandom   *random,
                                       int        *label);

G_END_DECLS
