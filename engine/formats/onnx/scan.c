/* scan.c: whether the bytes of an ONNX file are worth unpacking
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/scan.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

/* The unpacker makes a record of a hundred bytes out of a message of two, and
 * trusts the file about how many there are.  So they are counted first.  The
 * messages do not contain their own kind (see onnx.proto), which bounds the
 * depth by the length of the longest path in this table. */

typedef enum
{
  MODEL,
  GRAPH,
  NODE,
  ATTRIBUTE,
  TENSOR,
  VALUE_INFO,
  TYPE,
  TENSOR_TYPE,
  SHAPE,
  DIMENSION,
  OPSET,
  ENTRY,
  N_KINDS,
  OTHER = N_KINDS,              /* bytes, text or numbers */
} Kind;

#define MAX_DEPTH 8

static const struct
{
  Kind    parent;
  guint64 field;
  Kind    child;
} children[] = {
  { MODEL, 7, GRAPH },
  { MODEL, 8, OPSET },
  { MODEL, 14, ENTRY },
  { GRAPH, 1, NODE },
  { GRAPH, 5, TENSOR },
  { GRAPH, 11, VALUE_INFO },
  { GRAPH, 12, VALUE_INFO },
  { NODE, 5, ATTRIBUTE },
  { ATTRIBUTE, 5, TENSOR },
  { TENSOR, 13, ENTRY },
  { VALUE_INFO, 2, TYPE },
  { TYPE, 1, TENSOR_TYPE },
  { TENSOR_TYPE, 2, SHAPE },
  { SHAPE, 1, DIMENSION },
};

enum { VARINT, FIXED_64, BYTES, FIXED_32 = 5 };

typedef struct
{
  Kind          kind;
  const guint8 *end;
} Level;

typedef struct
{
  const guint8 *at;
  const char   *source;
  Level         level[MAX_DEPTH];
  int           depth;
  guint         count[N_KINDS + 1];
  guint         n_fields;
} Scan;

static Kind
child_of (Kind    parent,
          guint64 field)
{
  for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
    if (children[i].parent == parent && children[i].field == field)
      return children[i].child;

  return OTHER;
}

/* Up to ten groups of seven bits, the lowest first. */
static gboolean
read_varint (Scan         *self,
             const guint8 *end,
             guint64      *value)
{
  *value = 0;
  for (int shift = 0; shift < 70 && self->at < end; shift += 7)
    {
      guint8 byte = *self->at++;

      if (shift < 64)
        *value |= (guint64) (byte & 0x7f) << shift;
      if (byte < 0x80)
        return TRUE;
    }

  return FALSE;
}

/* One field of the innermost message: stepped over, or entered. */
static gboolean
scan_field (Scan *self)
{
  const Level *level = &self->level[self->depth];
  guint64 left, tag, value;
  Kind child;

  if (!read_varint (self, level->end, &tag) || tag >> 3 == 0 || tag >> 3 > G_MAXINT32)
    return FALSE;

  child = child_of (level->kind, tag >> 3);
  left = (guint64) (level->end - self->at);
  self->n_fields++;
  switch (tag & 7)
    {
    case VARINT:
      return child == OTHER && read_varint (self, level->end, &value);

    case FIXED_64:
    case FIXED_32:
      value = (tag & 7) == FIXED_64 ? 8 : 4;
      if (child != OTHER || left < value)
        return FALSE;
      self->at += value;
      return TRUE;

    case BYTES:
      if (!read_varint (self, level->end, &value)
          || value > (guint64) (level->end - self->at))
        return FALSE;
      self->count[child]++;
      if (child == OTHER)
        {
          self->at += value;
          return TRUE;
        }
      g_assert (self->depth + 1 < MAX_DEPTH);
      self->level[self->depth + 1] = (Level) { child, self->at + value };
      self->depth++;
      return TRUE;

    default:
      return FALSE;
    }
}

static gboolean
check_counts (const Scan      *self,
              const NnLimits  *limits,
              GError         **error)
{
  if (self->n_fields > limits->values)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("“%s” consists of more than %u fields, which is more than any network needs."),
                 self->source, limits->values);
  else if (self->count[NODE] > limits->nodes)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("“%s” has more than %u nodes."), self->source, limits->nodes);
  else if (self->count[TENSOR] > limits->tensors)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("“%s” has more than %u tensors."), self->source, limits->tensors);
  else
    return TRUE;

  return FALSE;
}

gboolean
nn_onnx_scan (const guint8    *bytes,
              gsize            size,
              const char      *source,
              const NnLimits  *limits,
              GError         **error)
{
  Scan self = { .at = bytes, .source = source, .level = { { MODEL, bytes + size } } };

  while (self.depth > 0 || self.at < bytes + size)
    {
      if (self.at == self.level[self.depth].end)
        {
          self.depth--;
          continue;
        }
      if (!scan_field (&self))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s” is damaged, or no ONNX file: what begins at byte %zu cannot be "
                         "read."), source, (gsize) (self.at - bytes));
          return FALSE;
        }
      if (!check_counts (&self, limits, error))
        return FALSE;
    }

  return TRUE;
}
