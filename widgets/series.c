/* series.c: a growing curve that can be asked for its extent in any range
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/series.h"

#include <math.h>

/* Above the points stands a pyramid: block b of level k holds the extent of
 * points 16^(k+1) b to 16^(k+1) (b+1) - 1.  A range is measured from a few
 * blocks of each level, so a million points cost as little as a thousand.  The
 * pyramid adds a tenth to the memory of the points. */

#define FANOUT 16
#define N_LEVELS 6              /* 16^6 points in a block of the top level */

struct _UiSeries
{
  gatomicrefcount  n_refs;
  char            *name;
  GArray          *x;           /* double */
  GArray          *y;           /* double */
  GArray          *levels[N_LEVELS]; /* UiExtent */
  guint64          stamp;
  guint64          generation;
};

UiSeries *
ui_series_new (const char *name)
{
  UiSeries *self = g_new0 (UiSeries, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->name = g_strdup (name);
  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  for (int k = 0; k < N_LEVELS; k++)
    self->levels[k] = g_array_new (FALSE, FALSE, sizeof (UiExtent));

  return self;
}

UiSeries *
ui_series_ref (UiSeries *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
ui_series_unref (UiSeries *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;

  for (int k = 0; k < N_LEVELS; k++)
    g_array_unref (self->levels[k]);
  g_array_unref (self->x);
  g_array_unref (self->y);
  g_free (self->name);
  g_free (self);
}

const char *
ui_series_get_name (UiSeries *self)
{
  return self->name;
}

void
ui_series_set_name (UiSeries   *self,
                    const char *name)
{
  char *copy = g_strdup (name);

  g_free (self->name);
  self->name = copy;
  self->stamp++;
}

gsize
ui_series_get_length (UiSeries *self)
{
  return self->x->len;
}

double
ui_series_get_x (UiSeries *self,
                 gsize     index)
{
  g_assert (index < self->x->len);
  return g_array_index (self->x, double, index);
}

double
ui_series_get_y (UiSeries *self,
                 gsize     index)
{
  g_assert (index < self->y->len);
  return g_array_index (self->y, double, index);
}

guint64
ui_series_get_stamp (UiSeries *self)
{
  return self->stamp;
}

guint64
ui_series_get_generation (UiSeries *self)
{
  return self->generation;
}

void
ui_extent_init (UiExtent *self)
{
  self->min = INFINITY;
  self->max = -INFINITY;
  self->above_zero = INFINITY;
}

void
ui_extent_merge (UiExtent       *self,
                 const UiExtent *other)
{
  self->min = MIN (self->min, other->min);
  self->max = MAX (self->max, other->max);
  self->above_zero = MIN (self->above_zero, other->above_zero);
}

static inline void
extent_add (UiExtent *self,
            double    y)
{
  if (!isfinite (y))
    return;

  self->min = MIN (self->min, y);
  self->max = MAX (self->max, y);
  if (y > 0)
    self->above_zero = MIN (self->above_zero, y);
}

gboolean
ui_series_append (UiSeries *self,
                  double    x,
                  double    y)
{
  gsize block = self->x->len;

  if (!isfinite (x) || block == G_MAXUINT)
    return FALSE;
  if (block > 0 && x < g_array_index (self->x, double, block - 1))
    return FALSE;

  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
  for (int k = 0; k < N_LEVELS; k++)
    {
      GArray *level = self->levels[k];

      block /= FANOUT;
      if (block == level->len)
        {
          g_array_set_size (level, block + 1);
          ui_extent_init (&g_array_index (level, UiExtent, block));
        }
      extent_add (&g_array_index (level, UiExtent, block), y);
    }

  self->stamp++;
  return TRUE;
}

/* Adds elements @start to @end - 1 of a level to @extent; level -1 is the
 * points themselves. */
static void
merge_elements (UiSeries *self,
                int       level,
                gsize     start,
                gsize     end,
                UiExtent *extent)
{
  for (gsize i = start; i < end; i++)
    if (level < 0)
      extent_add (extent, g_array_index (self->y, double, i));
    else
      ui_extent_merge (extent, &g_array_index (self->levels[level], UiExtent, i));
}

void
ui_series_truncate (UiSeries *self,
                    double    x)
{
  gsize length = self->x->len;

  while (length > 0 && g_array_index (self->x, double, length - 1) > x)
    length--;
  if (length == self->x->len)
    return;

  g_array_set_size (self->x, length);
  g_array_set_size (self->y, length);

  /* Only the last block of each level has lost points. */
  for (int k = 0; k < N_LEVELS; k++)
    {
      gsize n_below = length;
      UiExtent *last;

      length = (length + FANOUT - 1) / FANOUT;
      g_array_set_size (self->levels[k], length);
      if (length == 0)
        continue;

      last = &g_array_index (self->levels[k], UiExtent, length - 1);
      ui_extent_init (last);
      merge_elements (self, k - 1, (length - 1) * FANOUT, n_below, last);
    }

  self->stamp++;
  self->generation++;
}

/* As ui_series_find(), for a caller who knows that no point before @start
 * qualifies. */
static gsize
find_from (UiSeries *self,
           double    x,
           gsize     start)
{
  const double *values = (const double *) self->x->data;
  gsize low = start;
  gsize high = self->x->len;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (values[middle] < x)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

gsize
ui_series_find (UiSeries *self,
                double    x)
{
  return find_from (self, x, 0);
}

gboolean
ui_series_find_nearest (UiSeries *self,
                        double    x,
                        gsize    *index)
{
  gsize found;

  if (self->x->len == 0)
    return FALSE;

  found = ui_series_find (self, x);
  if (found == self->x->len)
    found--;
  else if (found > 0 && x - ui_series_get_x (self, found - 1) < ui_series_get_x (self, found) - x)
    found--;

  *index = found;
  return TRUE;
}

void
ui_series_measure (UiSeries *self,
                   gsize     start,
                   gsize     end,
                   UiExtent *extent)
{
  ui_extent_init (extent);
  end = MIN (end, self->x->len);

  /* On each level the ragged ends are read, the rest is left to the next. */
  for (int level = -1; start < end; level++)
    {
      gsize inner_start = (start + FANOUT - 1) / FANOUT;
      gsize inner_end = end / FANOUT;

      if (level == N_LEVELS - 1 || inner_start >= inner_end)
        {
          merge_elements (self, level, start, end, extent);
          return;
        }

      merge_elements (self, level, start, inner_start * FANOUT, extent);
      merge_elements (self, level, inner_end * FANOUT, end, extent);
      start = inner_start;
      end = inner_end;
    }
}

void
ui_series_measure_columns (UiSeries     *self,
                           const double *edges,
                           gsize         n_columns,
                           UiColumn     *columns)
{
  gsize start = ui_series_find (self, edges[0]);

  for (gsize i = 0; i < n_columns; i++)
    {
      UiColumn *column = &columns[i];

      column->start = start;
      column->end = find_from (self, edges[i + 1], start);
      column->first = NAN;
      column->last = NAN;
      ui_series_measure (self, column->start, column->end, &column->extent);
      if (column->start < column->end)
        {
          column->first = ui_series_get_y (self, column->start);
          column->last = ui_series_get_y (self, column->end - 1);
        }
      start = column->end;
    }
}
