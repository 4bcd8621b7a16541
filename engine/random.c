/* random.c: random numbers that depend on nothing but their address
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/random.h"

#include <math.h>

#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

void
nn_philox (guint64 key,
           guint64 high,
           guint64 low,
           guint32 out[4])
{
  guint32 k0 = (guint32) key;
  guint32 k1 = (guint32) (key >> 32);
  guint32 c0 = (guint32) low;
  guint32 c1 = (guint32) (low >> 32);
  guint32 c2 = (guint32) high;
  guint32 c3 = (guint32) (high >> 32);

  for (int round = 0; round < 10; round++)
    {
      guint64 p0 = (guint64) PHILOX_M0 * c0;
      guint64 p1 = (guint64) PHILOX_M1 * c2;

      c0 = (guint32) (p1 >> 32) ^ c1 ^ k0;
      c1 = (guint32) p1;
      c2 = (guint32) (p0 >> 32) ^ c3 ^ k1;
      c3 = (guint32) p0;
      k0 += PHILOX_W0;
      k1 += PHILOX_W1;
    }

  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void
nn_random_init (NnRandom *self,
                guint64   seed,
                guint64   stream)
{
  self->key = seed;
  self->stream = stream;
  self->next = 0;
  self->used = 4;
}

guint32
nn_random_bits (NnRandom *self)
{
  if (self->used == 4)
    {
      nn_philox (self->key, self->stream, self->next++, self->block);
      self->used = 0;
    }

  return self->block[self->used++];
}

float
nn_random_uniform (NnRandom *self)
{
  return nn_uniform_from_bits (nn_random_bits (self));
}

float
nn_random_normal (NnRandom *self)
{
  /* 1 - u lies above 0, so the logarithm is finite. */
  double radius = sqrt (-2.0 * log (1.0 - nn_random_uniform (self)));
  double angle = 2.0 * G_PI * nn_random_uniform (self);

  return (float) (radius * cos (angle));
}

guint32
nn_random_below (NnRandom *self,
                 guint32   limit)
{
  guint64 product;

  g_assert (limit > 0);

  /* Lemire, Fast Random Integer Generation in an Interval, 2019: the few
   * products that would favour small results are drawn again. */
  do
    product = (guint64) nn_random_bits (self) * limit;
  while ((guint32) product < -limit % limit);

  return (guint32) (product >> 32);
}

void
nn_random_shuffle (NnRandom *self,
                   guint32  *order,
                   guint32   count)
{
  for (guint32 i = 0; i < count; i++)
    order[i] = i;

  for (guint32 i = count; i > 1; i--)
    {
      guint32 j = nn_random_below (self, i);
      guint32 kept = order[i - 1];

      order[i - 1] = order[j];
      order[j] = kept;
    }
}

guint64
nn_random_stream (const char *name)
{
  guint64 hash = 0xCBF29CE484222325u;

  for (const char *c = name; *c != '\0'; c++)
    hash = (hash ^ (guint8) *c) * 0x100000001B3u;

  return hash;
}
