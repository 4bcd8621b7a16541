/* recurrent-cells.c: what happens in the cells of recurrent layers at one step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/recurrent-cells.h"

#include "engine/cpu/clones.h"

#include <string.h>

/* plain: h' = tanh (z + p) or relu (z + p)
 *
 * GRU:   r = σ (p_r + z_r)          LSTM:  i = σ (p_i + z_i)     c' = f c + i g
 *        u = σ (p_u + z_u)                 f = σ (p_f + z_f)     h' = o tanh c'
 *        n = tanh (p_n + r z_n)            g = tanh (p_g + z_g)
 *        h' = (1 - u) n + u h              o = σ (p_o + z_o)
 *
 * with z = W h + b.  These are the forms of torch.nn.RNN, GRU and LSTM; PyTorch
 * calls the u of the GRU z. */

/* A third of a step would be divisions and powers of e, one for each gate.  So
 * tanh x is n / d here, two polynomials in x² fitted to keep the relative error
 * below 4e-7 (beyond 9 it is 1), σ (x) is (1 + tanh (x / 2)) / 2, and neighbours
 * share one division: 1 / d = d' / (d d'). */
typedef struct
{
  float n, d;
} Ratio;

static inline Ratio
tanh_ratio (float x)
{
  float limited = x > 9 ? 9 : x < -9 ? -9 : x;
  float s = limited * limited;
  float n = (((1.33547428e-8f * s + 2.06091452e-5f) * s + 3.49559208e-3f) * s + 1.33810290e-1f) * s
            + 1;
  float d = (((7.77659292e-7f * s + 3.28564120e-4f) * s + 2.58769973e-2f) * s + 4.67143446e-1f) * s
            + 1;

  return (Ratio) { limited * n, d };
}

static inline float
one_tanh (float x)
{
  Ratio r = tanh_ratio (x);

  return r.n / r.d;
}

/* Three sigmoids and a tanh. */
static inline void
squash (float  a,
        float  b,
        float  c,
        float  g,
        float *sigmoid_a,
        float *sigmoid_b,
        float *sigmoid_c,
        float *tanh_g)
{
  Ratio ra = tanh_ratio (0.5f * a);
  Ratio rb = tanh_ratio (0.5f * b);
  Ratio rc = tanh_ratio (0.5f * c);
  Ratio rg = tanh_ratio (g);
  float ab = ra.d * rb.d;
  float cg = rc.d * rg.d;
  float inverse = 1 / (ab * cg);
  float inverse_ab = inverse * cg;
  float inverse_cg = inverse * ab;

  *sigmoid_a = 0.5f + 0.5f * (ra.n * rb.d * inverse_ab);
  *sigmoid_b = 0.5f + 0.5f * (rb.n * ra.d * inverse_ab);
  *sigmoid_c = 0.5f + 0.5f * (rc.n * rg.d * inverse_cg);
  *tanh_g = rg.n * rc.d * inverse_cg;
}

static NN_CLONES void
plain_forward (const NnCellForward *at,
               gboolean             relu)
{
  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float x = at->p[j] + at->z[j] + at->bias[j];
      float h = relu ? (x > 0 ? x : 0) : one_tanh (x);

      at->gates[j] = h;
      at->next[j] = h;
      at->y[j] = h;
    }
}

static NN_CLONES void
gru_forward (const NnCellForward *at)
{
  gint64 h = at->h;
  gint64 s = at->z_gate;

  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      Ratio a = tanh_ratio (0.5f * (at->p[j] + at->z[j] + at->bias[j]));
      Ratio b = tanh_ratio (0.5f * (at->p[h + j] + at->z[s + j] + at->bias[h + j]));
      float inverse = 1 / (a.d * b.d);
      float r = 0.5f + 0.5f * (a.n * b.d * inverse);
      float u = 0.5f + 0.5f * (b.n * a.d * inverse);
      float q = at->z[2 * s + j] + at->bias[2 * h + j];
      float n = one_tanh (at->p[2 * h + j] + r * q);
      float y = n + u * (at->state[j] - n);

      at->gates[j] = r;
      at->gates[h + j] = u;
      at->gates[2 * h + j] = n;
      at->q[j] = q;
      at->next[j] = y;
      at->y[j] = y;
    }
}

static NN_CLONES void
lstm_forward (const NnCellForward *at)
{
  gint64 h = at->h;
  gint64 s = at->z_gate;
  gboolean first = at->c_before == NULL;
  const float *c_before = first ? at->p : at->c_before;

  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float i, f, g, o, c, y;

      squash (at->p[j] + at->z[j] + at->bias[j],
              at->p[h + j] + at->z[s + j] + at->bias[h + j],
              at->p[3 * h + j] + at->z[3 * s + j] + at->bias[3 * h + j],
              at->p[2 * h + j] + at->z[2 * s + j] + at->bias[2 * h + j],
              &i, &f, &o, &g);
      c = f * (first ? 0 : c_before[j]) + i * g;
      y = o * one_tanh (c);

      at->gates[j] = i;
      at->gates[h + j] = f;
      at->gates[2 * h + j] = g;
      at->gates[3 * h + j] = o;
      at->c[j] = c;
      at->next[j] = y;
      at->y[j] = y;
    }
}

void
nn_cell_forward (NnCell               cell,
                 const NnCellForward *at)
{
  switch (cell)
    {
    case NN_CELL_TANH: plain_forward (at, FALSE); break;
    case NN_CELL_RELU: plain_forward (at, TRUE); break;
    case NN_CELL_GRU: gru_forward (at); break;
    case NN_CELL_LSTM: lstm_forward (at); break;
    }
}

void
nn_cell_rest (NnCell               cell,
              const NnCellForward *at)
{
  gsize bytes = (gsize) at->units * sizeof (float);

  memcpy (at->next, at->state, bytes);
  memset (at->y, 0, bytes);
  for (int gate = 0; gate < nn_cell_gates (cell); gate++)
    memset (at->gates + gate * at->h, 0, bytes);
  if (cell == NN_CELL_GRU)
    memset (at->q, 0, bytes);
  if (cell == NN_CELL_LSTM && at->c_before != NULL)
    memcpy (at->c, at->c_before, bytes);
  else if (cell == NN_CELL_LSTM)
    memset (at->c, 0, bytes);
}

static NN_CLONES void
plain_backward (const NnCellBackward *at,
                gboolean              relu)
{
  gboolean has_dy = at->dy != NULL;
  const float *dy = has_dy ? at->dy : at->dh;

  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float y = at->gates[j];
      float dh = at->dh[j] + (has_dy ? dy[j] : 0);

      at->dp[j] = relu ? (y > 0 ? dh : 0) : dh * (1 - y * y);
      at->dh[j] = 0;
    }
}

static NN_CLONES void
gru_backward (const NnCellBackward *at)
{
  gint64 h = at->h;
  gboolean has_dy = at->dy != NULL;
  const float *dy = has_dy ? at->dy : at->dh;

  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float r = at->gates[j];
      float u = at->gates[h + j];
      float n = at->gates[2 * h + j];
      float dh = at->dh[j] + (has_dy ? dy[j] : 0);
      float dn = dh * (1 - u) * (1 - n * n);
      float du = dh * (at->state[j] - n) * u * (1 - u);
      float dr = dn * at->q[j] * r * (1 - r);

      at->dp[j] = dr;
      at->dp[h + j] = du;
      at->dp[2 * h + j] = dn;
      at->dq[j] = dr;
      at->dq[h + j] = du;
      at->dq[2 * h + j] = dn * r;
      at->dh[j] = dh * u;
    }
}

static NN_CLONES void
lstm_backward (const NnCellBackward *at)
{
  gint64 h = at->h;
  gboolean has_dy = at->dy != NULL;
  gboolean first = at->c_before == NULL;
  const float *dy = has_dy ? at->dy : at->dh;
  const float *c_before = first ? at->c : at->c_before;

  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float i = at->gates[j];
      float f = at->gates[h + j];
      float g = at->gates[2 * h + j];
      float o = at->gates[3 * h + j];
      float squashed = one_tanh (at->c[j]);
      float dh = at->dh[j] + (has_dy ? dy[j] : 0);
      float dc = at->dc[j] + dh * o * (1 - squashed * squashed);

      at->dp[j] = dc * g * i * (1 - i);
      at->dp[h + j] = dc * (first ? 0 : c_before[j]) * f * (1 - f);
      at->dp[2 * h + j] = dc * i * (1 - g * g);
      at->dp[3 * h + j] = dh * squashed * o * (1 - o);
      at->dc[j] = dc * f;
      at->dh[j] = 0;
    }
}

void
nn_cell_backward (NnCell                cell,
                  const NnCellBackward *at)
{
  switch (cell)
    {
    case NN_CELL_TANH: plain_backward (at, FALSE); break;
    case NN_CELL_RELU: plain_backward (at, TRUE); break;
    case NN_CELL_GRU: gru_backward (at); break;
    case NN_CELL_LSTM: lstm_backward (at); break;
    }
}

void
nn_cell_rest_backward (NnCell                cell,
                       const NnCellBackward *at)
{
  gsize bytes = (gsize) at->units * sizeof (float);

  for (int gate = 0; gate < nn_cell_gates (cell); gate++)
    {
      memset (at->dp + gate * at->h, 0, bytes);
      if (cell == NN_CELL_GRU)
        memset (at->dq + gate * at->h, 0, bytes);
    }
}
