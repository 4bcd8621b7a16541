/* idx-file.h: one file in the layout that MNIST made known
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* An IDX file (Y. LeCun, C. Cortes, C. Burges: The MNIST database) is two zero
 * bytes, a byte for the type of the numbers, a byte for the number of axes, a
 * big-endian size of 32 bits for each axis, and the numbers, big-endian and
 * last axis fastest. */

typedef struct _DsIdxType DsIdxType;

/* What the head of a file says. */
typedef struct
{
  const DsIdxType *type;
  NnShape          shape;       /* of the whole file: rank 1 to 8 */
  gsize            header_bytes;
  guint64          item_count;  /* numbers in one item: all axes but the first */
  gsize            item_bytes;
  guint64          data_bytes;  /* the file without its header */
} DsIdxHead;

/* TRUE if @bytes begin as an IDX file does; whether the sizes make sense is
 * for ds_idx_check() to say, which fills in the last three members too. */
gboolean     ds_idx_parse     (const guint8    *bytes,
                               gsize            n_bytes,
                               DsIdxHead       *head);

/* Checks the sizes against each other and against a file of @file_bytes, which
 * may be @packed with gzip.  @name is for the message. */
gboolean     ds_idx_check     (DsIdxHead       *head,
                               guint64          file_bytes,
                               gboolean         packed,
                               const char      *name,
                               GError         **error);

const char  *ds_idx_type_name (const DsIdxType *type);
gboolean     ds_idx_is_whole  (const DsIdxType *type);          /* whole numbers only */
NnDtype      ds_idx_dtype     (const DsIdxType *type);          /* what we keep them as */

/* Number @index of the numbers at @data. */
double       ds_idx_number    (const DsIdxType *type,
                               const guint8    *data,
                               gsize            index);

G_END_DECLS
