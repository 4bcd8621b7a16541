/* amx.c: products of float32 matrices with the processor's matrix unit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/amx.h"

#include "engine/cpu/pool.h"
#include "engine/cpu/wide/amx-tile.h"

#ifdef NN_AMX

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Columns and depth of the right-hand matrix that are packed at a time: 1.5 MiB,
 * which stay in the cache of each core. */
#define MAX_COLUMNS 1024
#define MAX_DEPTH   256

/* Rows, columns and depth below which packing costs more than it brings. */
#define MIN_SIDE 96

/* What Linux wants to be asked for before a process uses the tiles. */
#define REQUEST_PERMISSION 0x1023
#define TILE_DATA          18

static gboolean
is_usable (void)
{
  static gsize answer;

  if (g_once_init_enter (&answer))
    {
      unsigned a, b, c, d = 0;
      gboolean has_unit = __get_cpuid_count (7, 0, &a, &b, &c, &d)
                          && (d & 1u << 22) != 0 && (d & 1u << 24) != 0
                          && __builtin_cpu_supports ("avx512bw")
                          && __builtin_cpu_supports ("avx512dq")
                          && __builtin_cpu_supports ("avx512vl")
                          && syscall (SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;

      g_once_init_leave (&answer, has_unit ? 1 : 2);
    }

  return answer == 1;
}

gboolean
nn_amx_gemm_fits (const NnGemm *gemm)
{
  return MIN (MIN (gemm->m, gemm->n), gemm->k) >= MIN_SIDE && is_usable ();
}

static gint64
round_up (gint64 n,
          gint64 unit)
{
  return (n + unit - 1) / unit * unit;
}

static gint64
count_blocks (gint64 n)
{
  return (n + NN_AMX_BLOCK - 1) / NN_AMX_BLOCK;
}

/* 16-bit numbers for 32 rows or columns, @depth deep. */
static gint64
block_size (gint64 depth)
{
  return 2 * NN_AMX_GROUP * (round_up (depth, NN_AMX_DEPTH) / NN_AMX_DEPTH);
}

static gint64
count_parts (const NnGemm *gemm,
             int           threads)
{
  return MIN (threads, count_blocks (gemm->m));
}

gsize
nn_amx_gemm_bytes (const NnGemm *gemm,
                   int           threads)
{
  gint64 columns = count_blocks (MIN (gemm->n, MAX_COLUMNS));
  gint64 block = block_size (MIN (gemm->k, MAX_DEPTH));

  return (gsize) ((columns + count_parts (gemm, threads)) * block) * sizeof (guint16);
}

/* A part of the columns and of k, of one pair of matrices. */
typedef struct
{
  const NnGemm *gemm;
  const float  *a, *b;
  float        *c;
  gint64        column, columns;
  gint64        depth_from, depth;
  guint16      *right;          /* packed: block after block of columns */
  guint16      *left;           /* room for a block of rows, for each part */
  gint64        n_parts;
} Product;

/* One block of rows of the left or of columns of the right. */
static void
pack_block (guint16     *to,
            const float *from,
            gint64       step,
            gboolean     along_k,
            gboolean     is_left,
            gint64       count,
            gint64       depth)
{
  for (gint64 k = 0; k < depth; k += NN_AMX_DEPTH)
    for (gint64 half = 0; half < 2; half++, to += NN_AMX_GROUP)
      {
        gint64 at = half * NN_AMX_SIDE;

        nn_amx_pack (to, along_k ? from + at * step + k : from + k * step + at, step, along_k,
                     is_left, MAX (count - at, 0), depth - k);
      }
}

static void
pack_right (void   *data,
            gint64  first,
            gint64  last)
{
  const Product *self = data;
  const NnGemm *gemm = self->gemm;
  gint64 step = gemm->transpose_b ? gemm->k : gemm->n;

  for (gint64 i = first; i < last; i++)
    {
      gint64 column = self->column + i * NN_AMX_BLOCK;
      const float *from = self->b + (gemm->transpose_b ? column * step + self->depth_from
                                                       : self->depth_from * step + column);

      pack_block (self->right + i * block_size (self->depth), from, step, gemm->transpose_b,
                  FALSE, self->columns - i * NN_AMX_BLOCK, self->depth);
    }
}

static void
finish (const NnGemm *gemm,
        float        *c,
        gint64        row,
        const float  *bias,
        gint64        rows,
        gint64        columns)
{
  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < columns; j++)
      {
        float y = c[i * row + j] + (gemm->has_bias ? bias[j] : 0);

        c[i * row + j] = gemm->relu && !(y > 0) ? 0 : y;
      }
}

static void
copy_block (float       *to,
            gint64       to_row,
            const float *from,
            gint64       from_row,
            gint64       rows,
            gint64       columns)
{
  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < columns; j++)
      to[i * to_row + j] = from[i * from_row + j];
}

static void
multiply_block (const Product *self,
                const guint16 *left,
                gint64         row,
                gint64         index)
{
  const NnGemm *gemm = self->gemm;
  gint64 column = self->column + index * NN_AMX_BLOCK;
  const guint16 *right = self->right + index * block_size (self->depth);
  gint64 groups = round_up (self->depth, NN_AMX_DEPTH) / NN_AMX_DEPTH;
  gint64 rows = MIN (gemm->m - row, NN_AMX_BLOCK);
  gint64 columns = MIN (gemm->n - column, NN_AMX_BLOCK);
  float *c = self->c + row * gemm->n + column;
  gboolean add = self->depth_from > 0;

  if (rows == NN_AMX_BLOCK && columns == NN_AMX_BLOCK)
    nn_amx_block (left, right, groups, c, gemm->n, add);
  else
    {
      float whole[NN_AMX_BLOCK * NN_AMX_BLOCK] = { 0 };

      if (add)
        copy_block (whole, NN_AMX_BLOCK, c, gemm->n, rows, columns);
      nn_amx_block (left, right, groups, whole, NN_AMX_BLOCK, add);
      copy_block (c, gemm->n, whole, NN_AMX_BLOCK, rows, columns);
    }

  if (self->depth_from + self->depth == gemm->k && (gemm->has_bias || gemm->relu))
    finish (gemm, c, gemm->n, gemm->bias + (gemm->has_bias ? column : 0), rows, columns);
}

static void
multiply_parts (void   *data,
                gint64  first,
                gint64  last)
{
  const Product *self = data;
  const NnGemm *gemm = self->gemm;
  gint64 step = gemm->transpose_a ? gemm->m : gemm->k;
  gint64 n_rows = count_blocks (gemm->m);

  nn_amx_begin ();
  for (gint64 part = first; part < last; part++)
    {
      guint16 *left = self->left + part * block_size (self->depth);

      for (gint64 i = part * n_rows / self->n_parts; i < (part + 1) * n_rows / self->n_parts; i++)
        {
          gint64 row = i * NN_AMX_BLOCK;
          const float *from = self->a + (gemm->transpose_a ? self->depth_from * step + row
                                                           : row * step + self->depth_from);

          pack_block (left, from, step, !gemm->transpose_a, TRUE, gemm->m - row, self->depth);
          for (gint64 j = 0; j < count_blocks (self->columns); j++)
            multiply_block (self, left, row, j);
        }
    }
  nn_amx_end ();
}

void
nn_amx_gemm (const NnGemm *gemm,
             void         *workspace,
             NnPool       *pool,
             int           threads)
{
  Product self = { .gemm = gemm, .right = workspace, .n_parts = count_parts (gemm, threads) };

  self.left = self.right + count_blocks (MIN (gemm->n, MAX_COLUMNS))
                           * block_size (MIN (gemm->k, MAX_DEPTH));
  for (gint64 t = 0; t < gemm->batch; t++)
    {
      self.a = gemm->a + t * gemm->m * gemm->k;
      self.b = gemm->b + t * gemm->k * gemm->n;
      self.c = gemm->c + t * gemm->m * gemm->n;
      for (self.column = 0; self.column < gemm->n; self.column += self.columns)
        {
          self.columns = MIN (gemm->n - self.column, MAX_COLUMNS);
          for (self.depth_from = 0; self.depth_from < gemm->k; self.depth_from += self.depth)
            {
              self.depth = MIN (gemm->k - self.depth_from, MAX_DEPTH);
              nn_pool_for (pool, threads, count_blocks (self.columns), 1, pack_right, &self);
              nn_pool_for (pool, threads, self.n_parts, 1, multiply_parts, &self);
            }
        }
    }
}

#else

gboolean
nn_amx_gemm_fits (const NnGemm *gemm)
{
  return FALSE;
}

gsize
nn_amx_gemm_bytes (const NnGemm *gemm,
                   int           threads)
{
  return 0;
}

void
nn_amx_gemm (const NnGemm *gemm,
             void         *workspace,
             NnPool       *pool,
             int           threads)
{
  g_assert_not_reached ();
}

#endif
