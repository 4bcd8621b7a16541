/* cache-file.h: where things lie in a cache file, for its reader and its writer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/field.h"

G_BEGIN_DECLS

/* The file is a header, the items one behind the other from a page boundary,
 * where each lies if they are texts (DsCacheSpan), their labels (gint32), their
 * parts (guint8), and a GVariant with words about them.  Behind an item stands
 * its answer if that is no class.  It is read on the machine that wrote it, so
 * numbers are as that machine has them; @order tells a file from another kind
 * of machine. */

#define DS_CACHE_MAGIC    "EpochDS"
#define DS_CACHE_ORDER    0x01020304u
#define DS_CACHE_VERSION  2
#define DS_CACHE_ITEMS_AT 4096

/* Title, format, reason, classes, warnings, names, vocabulary. */
#define DS_CACHE_TEXTS    "(sssasasass)"

typedef struct
{
  char    kind[16];
  char    dtype[16];
  gint64  rank;
  gint64  size[NN_MAX_RANK];
} DsCacheField;

typedef struct
{
  char         magic[8];
  guint32      order;
  guint32      version;
  DsCacheField item;
  DsCacheField answer;
  guint64      n_items;
  guint64      heap_bytes;      /* of all items if they are texts, otherwise 0 */
  guint64      texts_bytes;
  guint8       digest[32];      /* SHA-256 of all before it here and all behind the items */
} DsCacheHeader;

/* A text, and behind it the answer. */
typedef struct
{
  guint64 begin;                /* from the first item on */
  guint32 n_text;               /* bytes */
  guint32 n_answer;
} DsCacheSpan;

typedef struct
{
  DsField item;
  DsField answer;
  guint64 record_bytes;         /* from one item to the next; 0 for texts */
  guint64 answer_at;            /* in the record */
  guint64 spans_at;
  guint64 labels_at;
  guint64 parts_at;
  guint64 texts_at;
  guint64 file_bytes;
} DsCacheLayout;

/* The bytes of an item with its answer, and where in them the answer begins.
 * FALSE if they are too many to count. */
gboolean  ds_cache_record      (const DsField       *item,
                                const DsField       *answer,
                                guint64             *record_bytes,
                                guint64             *answer_at);

void      ds_cache_set_field   (DsCacheField        *self,
                                const DsField       *field);

/* FALSE if the header's numbers do not fit together. */
gboolean  ds_cache_layout      (const DsCacheHeader *header,
                                DsCacheLayout       *layout);

/* The digest for @header, whose tables behind the items are @tables. */
void      ds_cache_digest      (const DsCacheHeader *header,
                                const guint8        *tables,
                                gsize                n_bytes,
                                guint8               digest[32]);

/* The cache's file for @key.  (transfer full) */
char     *ds_cache_path        (const char          *folder,
                                const char          *key) G_GNUC_WARN_UNUSED_RESULT;

/* A new file beside it, locked for as long as it is open, whose name is in
 * @path (transfer full).  -1 with @error set. */
int       ds_cache_new_partial (const char          *folder,
                                const char          *key,
                                char               **path,
                                GError             **error);

/* Removes what writers that died have left in @folder.  TRUE if a living one
 * is at work on @key. */
gboolean  ds_cache_sweep       (const char          *folder,
                                const char          *key);

/* Removes the caches of @folder that were not opened for longest until the rest
 * takes at most @n_bytes; that of @key stays in any case.  Who has one open may
 * go on reading it. */
void      ds_cache_limit       (const char          *folder,
                                const char          *key,
                                guint64              n_bytes);

G_END_DECLS
