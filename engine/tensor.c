/* tensor.c: numbers in memory, seen through a shape and strides
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/tensor.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64            /* a cache line, and the widest vector there is */

struct _NnStorage
{
  gatomicrefcount  ref_count;
  void            *bytes;
  GDestroyNotify   free_func;
  void            *owner;       /* argument of @free_func */
};

struct _NnTensor
{
  gatomicrefcount  ref_count;
  NnStorage       *storage;
  NnDtype          dtype;
  NnShape          shape;
  gint64           strides[NN_MAX_RANK];
  gint64           offset;      /* of the first element, in elements */
};

static const struct
{
  const char *name;
  gsize       size;
} dtypes[NN_N_DTYPES] = {
  [NN_FLOAT32]  = { "float32", 4 },
  [NN_FLOAT64]  = { "float64", 8 },
  [NN_BFLOAT16] = { "bfloat16", 2 },
  [NN_FLOAT16]  = { "float16", 2 },
  [NN_INT8]     = { "int8", 1 },
  [NN_INT16]    = { "int16", 2 },
  [NN_INT32]    = { "int32", 4 },
  [NN_INT64]    = { "int64", 8 },
  [NN_UINT8]    = { "uint8", 1 },
  [NN_BOOL]     = { "bool", 1 },
};

static int n_alive;             /* for tests only */

const char *
nn_dtype_name (NnDtype dtype)
{
  return dtypes[dtype].name;
}

gsize
nn_dtype_size (NnDtype dtype)
{
  return dtypes[dtype].size;
}

gboolean
nn_dtype_find (const char *name,
               NnDtype    *dtype)
{
  for (int i = 0; i < NN_N_DTYPES; i++)
    if (g_str_equal (dtypes[i].name, name))
      {
        *dtype = i;
        return TRUE;
      }

  return FALSE;
}

static NnTensor *
tensor_alloc (NnStorage     *storage,
              NnDtype        dtype,
              const NnShape *shape)
{
  NnTensor *self = g_new0 (NnTensor, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->storage = storage;
  self->dtype = dtype;
  self->shape = *shape;
  nn_shape_strides (shape, self->strides);
  g_atomic_int_inc (&n_alive);

  return self;
}

NnTensor *
nn_tensor_new_around (NnDtype         dtype,
                      const NnShape  *shape,
                      void           *bytes,
                      GDestroyNotify  free_func,
                      void           *owner)
{
  NnStorage *storage = g_new0 (NnStorage, 1);

  g_atomic_ref_count_init (&storage->ref_count);
  storage->bytes = bytes;
  storage->free_func = free_func;
  storage->owner = owner;

  return tensor_alloc (storage, dtype, shape);
}

NnTensor *
nn_tensor_new (NnDtype        dtype,
               const NnShape *shape,
               GError       **error)
{
  gint64 count;
  gsize bytes;
  void *memory;

  if (!nn_shape_check_count (shape, nn_dtype_size (dtype), &count))
    {
      g_autofree char *text = nn_shape_print (shape);

      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("A tensor of %s elements is larger than any memory."), text);
      return NULL;
    }

  /* aligned_alloc() wants a multiple of the alignment, and never zero. */
  bytes = ((gsize) count * nn_dtype_size (dtype) + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
  memory = aligned_alloc (ALIGNMENT, bytes);
  if (memory == NULL)
    {
      g_autofree char *text = nn_shape_print (shape);
      g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("There is no memory for a tensor of %s elements (%s)."), text, size);
      return NULL;
    }
  memset (memory, 0, bytes);

  return nn_tensor_new_around (dtype, shape, memory, free, memory);
}

NnTensor *
nn_tensor_new_in (NnDtype         dtype,
                  const NnShape  *shape,
                  GBytes         *bytes,
                  gsize           start,
                  GError        **error)
{
  const char *data = (const char *) g_bytes_get_data (bytes, NULL) + start;
  NnTensor *copy;

  if ((guintptr) data % nn_dtype_size (dtype) == 0)
    return nn_tensor_new_around (dtype, shape, (void *) data, (GDestroyNotify) g_bytes_unref,
                                 g_bytes_ref (bytes));

  copy = nn_tensor_new (dtype, shape, error);
  if (copy != NULL)
    memcpy (nn_tensor_get_data (copy), data, nn_tensor_get_bytes (copy));

  return copy;
}

NnTensor *
nn_tensor_view (NnTensor      *self,
                const NnShape *shape,
                const gint64  *strides,
                gint64         offset)
{
  NnTensor *view;

  g_atomic_ref_count_inc (&self->storage->ref_count);
  view = tensor_alloc (self->storage, self->dtype, shape);
  view->offset = self->offset + offset;
  if (strides != NULL)
    memcpy (view->strides, strides, sizeof (gint64) * (gsize) shape->rank);

  return view;
}

NnTensor *
nn_tensor_ref (NnTensor *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
nn_tensor_unref (NnTensor *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (g_atomic_ref_count_dec (&self->storage->ref_count))
    {
      if (self->storage->free_func != NULL)
        self->storage->free_func (self->storage->owner);
      g_free (self->storage);
    }
  g_free (self);
  g_atomic_int_add (&n_alive, -1);
}

NnTensor *
nn_tensor_dup (NnTensor  *self,
               GError   **error)
{
  NnTensor *copy = nn_tensor_new (self->dtype, &self->shape, error);
  gsize size = nn_dtype_size (self->dtype);
  gint64 count = nn_shape_count (&self->shape);
  gint64 index[NN_MAX_RANK] = { 0 };
  const char *from;
  char *to;

  if (copy == NULL)
    return NULL;

  from = nn_tensor_get_data (self);
  to = nn_tensor_get_data (copy);

  if (nn_tensor_is_contiguous (self))
    {
      memcpy (to, from, (gsize) count * size);
      return copy;
    }

  for (gint64 i = 0; i < count; i++, to += size)
    {
      gint64 at = 0;

      for (int axis = 0; axis < self->shape.rank; axis++)
        at += index[axis] * self->strides[axis];
      memcpy (to, from + at * (gint64) size, size);

      for (int axis = self->shape.rank - 1; axis >= 0; axis--)
        {
          if (++index[axis] < self->shape.size[axis])
            break;
          index[axis] = 0;
        }
    }

  return copy;
}

NnDtype
nn_tensor_get_dtype (NnTensor *self)
{
  return self->dtype;
}

const NnShape *
nn_tensor_get_shape (NnTensor *self)
{
  return &self->shape;
}

const gint64 *
nn_tensor_get_strides (NnTensor *self)
{
  return self->strides;
}

gboolean
nn_tensor_is_contiguous (NnTensor *self)
{
  gint64 strides[NN_MAX_RANK];

  nn_shape_strides (&self->shape, strides);
  for (int i = 0; i < self->shape.rank; i++)
    if (self->shape.size[i] != 1 && self->strides[i] != strides[i])
      return FALSE;

  return TRUE;
}

gint64
nn_tensor_get_count (NnTensor *self)
{
  return nn_shape_count (&self->shape);
}

gsize
nn_tensor_get_bytes (NnTensor *self)
{
  return (gsize) nn_shape_count (&self->shape) * nn_dtype_size (self->dtype);
}

void *
nn_tensor_get_data (NnTensor *self)
{
  return (char *) self->storage->bytes + self->offset * (gint64) nn_dtype_size (self->dtype);
}

int
nn_tensor_count_alive (void)
{
  return g_atomic_int_get (&n_alive);
}
