/* shape.c: the extent of a tensor along each axis
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/shape.h"

#include <glib/gi18n-lib.h>

NnShape
nn_shape_new (int           rank,
              const gint64 *size)
{
  NnShape shape = { rank };

  g_assert (rank >= 0 && rank <= NN_MAX_RANK);
  for (int i = 0; i < rank; i++)
    shape.size[i] = size[i];

  return shape;
}

gboolean
nn_shape_equal (const NnShape *a,
                const NnShape *b)
{
  if (a->rank != b->rank)
    return FALSE;

  for (int i = 0; i < a->rank; i++)
    if (a->size[i] != b->size[i])
      return FALSE;

  return TRUE;
}

gint64
nn_shape_count (const NnShape *shape)
{
  return nn_shape_span (shape, 0, shape->rank);
}

gboolean
nn_shape_check_count (const NnShape *shape,
                      gsize          element_bytes,
                      gint64        *count)
{
  gint64 product = 1;
  gboolean is_empty = FALSE;
  gint64 bytes;

  if (shape->rank < 0 || shape->rank > NN_MAX_RANK)
    return FALSE;

  /* The strides of an empty tensor have to be countable, too. */
  for (int i = 0; i < shape->rank; i++)
    {
      if (shape->size[i] < 0 || __builtin_mul_overflow (product, MAX (shape->size[i], 1), &product))
        return FALSE;
      is_empty |= shape->size[i] == 0;
    }

  if (__builtin_mul_overflow (product, (gint64) element_bytes, &bytes))
    return FALSE;

  if (count != NULL)
    *count = is_empty ? 0 : product;
  return TRUE;
}

gboolean
nn_shape_broadcast (const NnShape *a,
                    const NnShape *b,
                    NnShape       *out)
{
  NnShape result = { MAX (a->rank, b->rank) };

  for (int i = 1; i <= result.rank; i++)
    {
      gint64 size_a = i <= a->rank ? a->size[a->rank - i] : 1;
      gint64 size_b = i <= b->rank ? b->size[b->rank - i] : 1;

      if (size_a != size_b && size_a != 1 && size_b != 1)
        return FALSE;
      result.size[result.rank - i] = size_a == 1 ? size_b : size_a;
    }

  *out = result;
  return TRUE;
}

void
nn_shape_strides (const NnShape *shape,
                  gint64         strides[NN_MAX_RANK])
{
  gint64 stride = 1;

  for (int i = shape->rank - 1; i >= 0; i--)
    {
      strides[i] = stride;
      stride *= shape->size[i];
    }
}

gint64
nn_shape_span (const NnShape *shape,
               int            first,
               int            last)
{
  gint64 product = 1;

  for (int i = first; i < last; i++)
    product *= shape->size[i];

  return product;
}

NnShape
nn_shape_item (const NnShape *shape)
{
  g_assert (shape->rank > 0);
  return nn_shape_new (shape->rank - 1, shape->size + 1);
}

NnShape
nn_shape_batch (const NnShape *item,
                gint64         batch)
{
  NnShape shape = { item->rank + 1, { batch } };

  g_assert (item->rank < NN_MAX_RANK);
  for (int i = 0; i < item->rank; i++)
    shape.size[i + 1] = item->size[i];

  return shape;
}

char *
nn_shape_print (const NnShape *shape)
{
  GString *text;

  if (shape->rank == 0)
    return g_strdup (_("scalar"));

  text = g_string_new (NULL);
  for (int i = 0; i < shape->rank; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "×" : "", shape->size[i]);

  return g_string_free (text, FALSE);
}
