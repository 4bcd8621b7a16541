/* pickle.h: the few kinds of value that a file of numbers needs of Python's pickles
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/file-limits.h"

G_BEGIN_DECLS

typedef enum
{
  NN_PICKLE_NONE,
  NN_PICKLE_BOOL,
  NN_PICKLE_INTEGER,
  NN_PICKLE_DOUBLE,
  NN_PICKLE_TEXT,
  NN_PICKLE_GLOBAL,             /* the name of a class or function */
  NN_PICKLE_TUPLE,
  NN_PICKLE_LIST,
  NN_PICKLE_DICT,               /* items are keys and values in turn */
  NN_PICKLE_OUTSIDE,            /* one item: what names a thing outside of the pickle */
  NN_PICKLE_CALL,               /* two items: a global, and a tuple of arguments */
} NnPickleType;

/* Values may be shared, and a list or dictionary may even hold itself. */
typedef struct _NnPickleValue NnPickleValue;
struct _NnPickleValue
{
  NnPickleType type;
  guint        n_items;
  union
  {
    gint64           integer;   /* and 0 or 1 of a bool */
    double           number;
    const char      *text;      /* and "module.name" of a global */
    NnPickleValue  **items;
  };
};

/* A name that a pickle may mention.  Nothing is ever looked up or called. */
typedef struct
{
  const char *name;             /* "collections.OrderedDict" */
  gboolean    is_dict;          /* calling it makes a dictionary */
} NnPickleGlobal;

typedef struct _NnPickle NnPickle;

/* Reads one pickle of protocol 2 from the start of @bytes; *@used, which may be
 * NULL, is how long it is.  @globals ends with a NULL name; a pickle that
 * mentions another is refused by that name. */
NnPickle             *nn_pickle_parse    (const guint8          *bytes,
                                          gsize                  size,
                                          const NnPickleGlobal  *globals,
                                          const char            *source,
                                          const NnLimits        *limits,
                                          gsize                 *used,
                                          GError               **error)
                                          G_GNUC_WARN_UNUSED_RESULT;
void                  nn_pickle_free     (NnPickle              *self);

/* Lives as long as @self. */
const NnPickleValue  *nn_pickle_get_root (NnPickle              *self);

/* All values, in the order in which they were made. */
guint                 nn_pickle_get_n_values (NnPickle          *self);
const NnPickleValue  *nn_pickle_get_nth  (NnPickle              *self,
                                          guint                  index);

/* Whether @value is the text, or the global, @text. */
gboolean              nn_pickle_is       (const NnPickleValue   *value,
                                          NnPickleType           type,
                                          const char            *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnPickle, nn_pickle_free)

G_END_DECLS
