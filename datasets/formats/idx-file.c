/* idx-file.c: one file in the layout that MNIST made known
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/idx-file.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ITEM_COUNT (16 << 20)       /* numbers in an item: 4096 × 4096 */
#define MAX_INFLATION 1032              /* the most that gzip can */

struct _DsIdxType
{
  guint8      code;
  guint8      bytes;
  const char *name;
};

static const DsIdxType types[] = {
  { 0x08, 1, "uint8" },
  { 0x09, 1, "int8" },
  { 0x0b, 2, "int16" },
  { 0x0c, 4, "int32" },
  { 0x0d, 4, "float32" },
  { 0x0e, 8, "float64" },
};

static const DsIdxType *
find_type (guint8 code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].code == code)
      return &types[i];

  return NULL;
}

static guint64
read_big_endian (const guint8 *bytes,
                 int           n_bytes)
{
  guint64 value = 0;

  for (int i = 0; i < n_bytes; i++)
    value = value << 8 | bytes[i];

  return value;
}

gboolean
ds_idx_parse (const guint8 *bytes,
              gsize         n_bytes,
              DsIdxHead    *head)
{
  if (n_bytes < 4 || bytes[0] != 0 || bytes[1] != 0)
    return FALSE;

  *head = (DsIdxHead) { find_type (bytes[2]), { bytes[3] } };
  head->header_bytes = 4 + 4 * bytes[3];
  if (head->type == NULL || head->shape.rank < 1 || head->shape.rank > NN_MAX_RANK ||
      n_bytes < head->header_bytes)
    return FALSE;

  for (int i = 0; i < head->shape.rank; i++)
    head->shape.size[i] = read_big_endian (bytes + 4 + 4 * i, 4);

  return TRUE;
}

/* Fills in what follows from the sizes; FALSE if they are absurd. */
static gboolean
multiply (DsIdxHead *head)
{
  gint64 count;

  if (!nn_shape_check_count (&head->shape, head->type->bytes, &count) ||
      count == 0 || head->shape.size[0] > G_MAXINT32)
    return FALSE;

  head->item_count = nn_shape_span (&head->shape, 1, head->shape.rank);
  head->item_bytes = head->item_count * head->type->bytes;
  head->data_bytes = count * head->type->bytes;
  return head->item_count <= MAX_ITEM_COUNT;
}

gboolean
ds_idx_check (DsIdxHead   *head,
              guint64      file_bytes,
              gboolean     packed,
              const char  *name,
              GError     **error)
{
  g_autofree char *sizes = nn_shape_print (&head->shape);
  guint64 expected;

  if (!multiply (head))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s”: its IDX header claims %s numbers, which cannot be. Copy or download "
                     "it again."), name, sizes);
      return FALSE;
    }

  expected = head->header_bytes + head->data_bytes;
  if (packed ? expected / MAX_INFLATION <= file_bytes : expected == file_bytes)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s”: its IDX header promises %s numbers of type %s, which take %llu bytes, but "
                 "the file has %llu. Copy or download it again."),
               name, sizes, head->type->name, (unsigned long long) expected,
               (unsigned long long) file_bytes);
  return FALSE;
}

const char *
ds_idx_type_name (const DsIdxType *type)
{
  return type->name;
}

gboolean
ds_idx_is_whole (const DsIdxType *type)
{
  return type->code <= 0x0c;
}

NnDtype
ds_idx_dtype (const DsIdxType *type)
{
  return type->code == 0x08 ? NN_UINT8 : NN_FLOAT32;
}

double
ds_idx_number (const DsIdxType *type,
               const guint8    *data,
               gsize            index)
{
  guint64 bits = read_big_endian (data + index * type->bytes, type->bytes);
  guint32 low = bits;
  float single;
  double twice;

  switch (type->code)
    {
    case 0x08:
      return bits;
    case 0x09:
      return (gint8) bits;
    case 0x0b:
      return (gint16) bits;
    case 0x0c:
      return (gint32) bits;
    case 0x0d:
      memcpy (&single, &low, sizeof single);
      return single;
    default:
      memcpy (&twice, &bits, sizeof twice);
      return twice;
    }
}
