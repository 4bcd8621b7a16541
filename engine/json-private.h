/* json-private.h: what the reader, the tree and the writer of JSON share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/json.h"

G_BEGIN_DECLS

struct _NnJson
{
  NnJsonType       type;
  guint            length;      /* items, members, or bytes of a string */
  const NnJson    *parent;      /* NULL for the top value */
  const NnJson    *next;        /* the sibling that follows */
  const char      *key;         /* NULL unless the parent is an object */
  union
  {
    gboolean       truth;
    gint64         integer;
    guint64        natural;
    double         number;
    const char    *string;
    struct
    {
      const NnJson  *first;
      const NnJson **sorted;    /* members by key; NULL in arrays */
    };
  };
};

/* A tree is freed as a whole, so its values and strings come from a few large
 * blocks. */
typedef struct
{
  NnJson           root;        /* first, so the top value is the document */
  gatomicrefcount  ref_count;
  char            *source;
  GPtrArray       *blocks;
  char            *block;       /* the last one */
  gsize            used, size;  /* bytes of it */
} NnJsonDocument;

/* Zeroed memory that lives as long as @self. */
void          *nn_json_alloc         (NnJsonDocument *self,
                                      gsize           bytes);

#define NN_JSON_NUMBER_SIZE 40

/* The shortest text that reads back as the same double, in every locale, and
 * as a double even if it is whole.  @value must be finite. */
void           nn_json_format_double (char            text[NN_JSON_NUMBER_SIZE],
                                      double          value);

G_END_DECLS
