/* format.h: the record that describes one kind of file that others read or write
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/file-limits.h"
#include "engine/network.h"

G_BEGIN_DECLS

/* A tensor of a file.  Its strides are any that stay inside its storage, and its
 * memory may be the file itself: for reading only. */
typedef struct
{
  char     *name;
  NnTensor *tensor;
} NnNamedTensor;

/* (transfer full) of @tensor */
NnNamedTensor  *nn_named_tensor_new   (const char           *name,
                                       NnTensor             *tensor) G_GNUC_WARN_UNUSED_RESULT;
void            nn_named_tensor_free  (NnNamedTensor        *self);

/* What is written: a network with its numbers. */
typedef struct
{
  NnNetwork    *network;
  const char   *title;
  const NnFeed *example;        /* batches to compare outputs on, or NULL */
} NnExport;

/* What was read. */
typedef struct
{
  NnGraph   *graph;             /* NULL: weights only */
  GPtrArray *tensors;           /* NnNamedTensor, owned, no two of one name */
  char      *notes;             /* what was left out, in sentences, or NULL */
} NnImport;

NnImport       *nn_import_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void            nn_import_free        (NnImport             *self);

/* (transfer full) of @tensor, which no tensor of @self is called like. */
void            nn_import_add         (NnImport             *self,
                                       const char           *name,
                                       NnTensor             *tensor);

/* Adds @sentence to the notes.  (transfer full) */
void            nn_import_note        (NnImport             *self,
                                       char                 *sentence);

typedef enum
{
  NN_CONTENT_WEIGHTS,           /* numbers by name, which somebody's network takes */
  NN_CONTENT_NETWORK,           /* the network and its numbers */
} NnContent;

/* A format is a record; the list is formats/meson.build.  Adding one is one file
 * there and one word in the list. */
typedef struct
{
  /* What it is called */
  const char         *name;     /* "npz": unique, what --to takes, never renamed */
  const char         *title;    /* N_(): "NumPy Archive" */
  const char         *summary;  /* N_(): who reads it; one sentence with a full stop */
  const char *const  *suffixes; /* "npz": lower case, the usual one first, ended by NULL */
  NnContent           content;

  /* Writes @path, whole or not at all.  NULL: cannot be written. */
  gboolean          (*write)    (const NnExport  *what,
                                 const char      *path,
                                 GError         **error);

  /* Whether the first bytes of a file speak for this format; asked in the order
   * of the list.  NULL when there is no read. */
  gboolean          (*fits)     (GBytes          *bytes);

  /* Reads a file that may be anything.  @source names it in messages; @folder is
   * where data that lies beside it may be looked for, or NULL for nowhere.
   * NULL: cannot be read. */
  NnImport         *(*read)     (GBytes          *bytes,
                                 const char      *source,
                                 const char      *folder,
                                 const NnLimits  *limits,
                                 GError         **error);
} NnFormat;

/* NULL-terminated. */
extern const NnFormat *const nn_formats[];

/* The one called @name, or NULL. */
const NnFormat *nn_format_find        (const char           *name);

/* The one whose file @bytes looks like, whatever it is called, or NULL. */
const NnFormat *nn_format_recognise   (GBytes               *bytes);

/* The one that can be written and has the suffix of @path, or NULL. */
const NnFormat *nn_format_for_path    (const char           *path);

/* Reads the file @path by what it looks like. */
NnImport       *nn_import_read        (const char           *path,
                                       const NnLimits       *limits,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnNamedTensor, nn_named_tensor_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnImport, nn_import_free)

G_END_DECLS
