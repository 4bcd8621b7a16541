/* recurrent-cells.c: what happens in the cells of recurrent layers at one step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/recurrent-cells.h"

#include "engine/op-scalar.h"

/* plain: h' = tanh (z + p) or relu (z + p)
 *
 * GRU:   r = σ (p_r + z_r)          LSTM:  i = σ (p_i + z_i)     c' = f c + i g
 *        u = σ (p_u + z_u)                 f = σ (p_f + z_f)     h' = o tanh c'
 *        n = tanh (p_n + r z_n)            g = tanh (p_g + z_g)
 *        h' = (1 - u) n + u h              o = σ (p_o + z_o)
 *
 * with z = W h + b.  These are the forms of torch.nn.RNN, GRU and LSTM; PyTorch
 * calls the u of the GRU z. */

static NN_CLONES void
plain_forward (const NnCellForward *at,
               gboolean             relu)
{
  NN_IVDEP
  for (gint64 j = 0; j < at->units; j++)
    {
      float x = at->p[j] + at->z[j] + at->bias[j];
      float h = relu ? (x > 0 ? x : 0) : nn_tanhf (x);

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
      float r = nn_sigmoidf (at->p[j] + at->z[j] + at->bias[j]);
      float u = nn_sigmoidf (at->p[h + j] + at->z[s + j] + at->bias[h + j]);
      float q = at->z[2 * s + j] + at->bias[2 * h + j];
      float n = nn_tanhf (at->p[2 * h + j] + r * q);
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
      float i = nn_sigmoidf (at->p[j] + at->z[j] + at->bias[j]);
      float f = nn_sigmoidf (at->p[h + j] + at->z[s + j] + at->bias[h + j]);
      float g = nn_tanhf (at->p[2 * h + j] + at->z[2 * s + j] + at->bias[2 * h + j]);
      float o = nn_sigmoidf (at->p[3 * h + j] + at->z[3 * s + j] + at->bias[3 * h + j]);
      float c = f * (first ? 0 : c_before[j]) + i * g;
      float y = o * nn_tanhf (c);

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
      float squashed = nn_tanhf (at->c[j]);
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
