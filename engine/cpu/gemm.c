/* gemm.c: products of matrices with our own loops and with OpenBLAS
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/gemm.h"

#include "engine/cpu/clones.h"
#include "engine/cpu/pool.h"

#ifdef HAVE_OPENBLAS
#include <cblas.h>
#endif

/* Multiplications up to which a call of a library is not worth its price. */
#define SMALL_PRODUCT 32768

/* Rows below which OpenBLAS is not shared among threads. */
#define BLAS_ROWS 16

static void
finish_rows (const NnGemm *gemm,
             float        *c,
             gint64        rows)
{
  if (!gemm->has_bias && !gemm->relu)
    return;

  for (gint64 i = 0; i < rows; i++, c += gemm->n)
    for (gint64 j = 0; j < gemm->n; j++)
      {
        float y = gemm->has_bias ? c[j] + gemm->bias[j] : c[j];

        c[j] = gemm->relu && !(y > 0) ? 0 : y;
      }
}

gboolean
nn_gemm_small_fits (const NnGemm *gemm)
{
  return gemm->m * gemm->n * gemm->k <= SMALL_PRODUCT;
}

gsize
nn_gemm_small_bytes (const NnGemm *gemm)
{
  return gemm->transpose_b ? (gsize) (gemm->k * gemm->n) * sizeof (float) : 0;
}

/* Rows of c as sums of rows of b, which are neighbours in memory. */
static NN_CLONES void
small_product (const NnGemm *gemm,
               const float  *a,
               const float  *b,
               float        *c)
{
  gint64 step_i = gemm->transpose_a ? 1 : gemm->k;
  gint64 step_l = gemm->transpose_a ? gemm->m : 1;
  gint64 n = gemm->n;

  for (gint64 i = 0; i < gemm->m; i++, c += n)
    {
      for (gint64 j = 0; j < n; j++)
        c[j] = gemm->has_bias ? gemm->bias[j] : 0;
      for (gint64 l = 0; l < gemm->k; l++)
        {
          float factor = a[i * step_i + l * step_l];
          const float *row = b + l * n;

          NN_IVDEP
          for (gint64 j = 0; j < n; j++)
            c[j] += factor * row[j];
        }
      if (gemm->relu)
        for (gint64 j = 0; j < n; j++)
          c[j] = c[j] > 0 ? c[j] : 0;
    }
}

void
nn_gemm_small (const NnGemm *gemm,
               float        *workspace)
{
  for (gint64 t = 0; t < gemm->batch; t++)
    {
      const float *b = gemm->b + t * gemm->k * gemm->n;

      if (gemm->transpose_b)
        {
          for (gint64 l = 0; l < gemm->k; l++)
            for (gint64 j = 0; j < gemm->n; j++)
              workspace[l * gemm->n + j] = b[j * gemm->k + l];
          b = workspace;
        }
      small_product (gemm, gemm->a + t * gemm->m * gemm->k, b, gemm->c + t * gemm->m * gemm->n);
    }
}

void
nn_gemm_loop (const NnGemm *gemm)
{
  for (gint64 t = 0; t < gemm->batch; t++)
    {
      const float *a = gemm->a + t * gemm->m * gemm->k;
      const float *b = gemm->b + t * gemm->k * gemm->n;
      float *c = gemm->c + t * gemm->m * gemm->n;

      for (gint64 i = 0; i < gemm->m; i++)
        for (gint64 j = 0; j < gemm->n; j++)
          {
            double sum = 0;

            for (gint64 l = 0; l < gemm->k; l++)
              sum += (double) (gemm->transpose_a ? a[l * gemm->m + i] : a[i * gemm->k + l])
                     * (gemm->transpose_b ? b[j * gemm->k + l] : b[l * gemm->n + j]);
            c[i * gemm->n + j] = (float) sum;
          }
      finish_rows (gemm, c, gemm->m);
    }
}

#ifdef HAVE_OPENBLAS

gboolean
nn_gemm_blas_fits (void)
{
  return TRUE;
}

static void
blas_rows (void   *data,
           gint64  first,
           gint64  last)
{
  const NnGemm *gemm = data;

  /* A task is one row of the long matrix that the batch makes when laid one
   * below the other; a part may begin and end within a matrix. */
  while (first < last)
    {
      gint64 t = first / gemm->m;
      gint64 i = first % gemm->m;
      gint64 rows = MIN (last - first, gemm->m - i);
      const float *a = gemm->a + t * gemm->m * gemm->k + (gemm->transpose_a ? i : i * gemm->k);
      float *c = gemm->c + first * gemm->n;

      cblas_sgemm (CblasRowMajor,
                   gemm->transpose_a ? CblasTrans : CblasNoTrans,
                   gemm->transpose_b ? CblasTrans : CblasNoTrans,
                   (blasint) rows, (blasint) gemm->n, (blasint) gemm->k,
                   1, a, (blasint) (gemm->transpose_a ? gemm->m : gemm->k),
                   gemm->b + t * gemm->k * gemm->n,
                   (blasint) (gemm->transpose_b ? gemm->k : gemm->n),
                   0, c, (blasint) gemm->n);
      finish_rows (gemm, c, rows);
      first += rows;
    }
}

void
nn_gemm_blas (const NnGemm *gemm,
              NnPool       *pool,
              int           threads)
{
  /* One thread inside: the pool's threads are the only ones that compute. */
  if (openblas_get_num_threads () != 1)
    openblas_set_num_threads (1);

  nn_pool_for (pool, threads, gemm->batch * gemm->m, BLAS_ROWS, blas_rows, (void *) gemm);
}

#else

gboolean
nn_gemm_blas_fits (void)
{
  return FALSE;
}

void
nn_gemm_blas (const NnGemm *gemm,
              NnPool       *pool,
              int           threads)
{
  nn_gemm_loop (gemm);
}

#endif
