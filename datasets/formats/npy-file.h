/* npy-file.h: one array as NumPy writes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"

G_BEGIN_DECLS

/* What the head of a file says (NEP 1, versions 1 to 3): six bytes of magic, a
 * version, the length of a header, and the header, a Python dictionary with the
 * type of the numbers, their order, and the shape. */
typedef struct
{
  char     kind;                /* as NumPy's: 'b' truth, 'i' 'u' whole, 'f' floating */
  int      bytes;               /* of a number */
  gboolean swapped;             /* big-endian */
  gboolean fortran;             /* first axis fastest */
  NnShape  shape;
  gsize    header_bytes;        /* before the first number */
} DsNpyHead;

/* The longest head: NumPy's own limit, and what stands before it. */
#define DS_NPY_HEAD_BYTES (10000 + 12)

gboolean  ds_npy_sniff   (const guint8     *bytes,
                          gsize             n_bytes);

/* Reads the head of a file from its first @n_bytes, which hold all of it if they
 * are DS_NPY_HEAD_BYTES or the whole file.  FALSE with @error set, which names
 * @name, for what is no such file, for Python objects, and for records. */
gboolean  ds_npy_parse   (const guint8     *bytes,
                          gsize             n_bytes,
                          const char       *name,
                          DsNpyHead        *head,
                          GError          **error);

/* Whether all numbers are whole. */
gboolean  ds_npy_is_whole (const DsNpyHead *head);

/* Number @index of the numbers at @data. */
double    ds_npy_number  (const DsNpyHead  *head,
                          const guint8     *data,
                          gsize             index);

G_END_DECLS
