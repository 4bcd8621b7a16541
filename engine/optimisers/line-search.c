/* line-search.c: how far to go along a direction
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/optimisers/line-search.h"

#include <math.h>
#include <string.h>

/* A step is long enough when the loss has fallen by a fair share of what its
 * slope promised, and flat enough when the slope there is much smaller (Nocedal,
 * Wright: Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6).  First an
 * interval is found that must hold such a place, then it is narrowed.  Constants
 * and the order of the checks are PyTorch's. */

#define FALL_SHARE  1e-4
#define SLOPE_SHARE 0.9

/* The least progress towards the middle of an interval. */
#define MARGIN 0.1

/* A place along the direction. */
typedef struct
{
  double at;
  double loss;
  double slope;
  float *gradient;              /* a copy */
} Place;

typedef struct
{
  NnSearch    *search;
  const float *direction;
  const float *origin;          /* w at the start */
  int          most;            /* places to try behind the first */
  int          tried;
} Line;

double
nn_dot (const float *a,
        const float *b,
        gint64       count)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    sum += (double) a[i] * b[i];
  return sum;
}

static void
move_to (Line   *self,
         double  at)
{
  float length = (float) at;

  for (gint64 i = 0; i < self->search->count; i++)
    self->search->w[i] = self->origin[i] + length * self->direction[i];
}

/* The gradient of the place stays in the search's buffer until the next. */
static Place
look_at (Line   *self,
         double  at)
{
  NnSearch *search = self->search;
  Place place = { .at = at };

  move_to (self, at);
  place.loss = search->evaluate (search->data);
  place.slope = nn_dot (search->g, self->direction, search->count);
  return place;
}

/* Puts @place, whose gradient is the newest, into the slot that owns a buffer. */
static void
keep (Line  *self,
      Place *slot,
      Place  place)
{
  place.gradient = slot->gradient;
  memcpy (place.gradient, self->search->g, (gsize) self->search->count * sizeof (float));
  *slot = place;
}

/* Where the cubic through two places with their slopes is lowest, within
 * @low … @high. */
static double
cubic_minimum (const Place *a,
               const Place *b,
               double       low,
               double       high)
{
  double d1 = a->slope + b->slope - 3 * (a->loss - b->loss) / (a->at - b->at);
  double square = d1 * d1 - a->slope * b->slope;
  double d2, at;

  if (!(square >= 0))
    return (low + high) / 2;

  d2 = sqrt (square);
  if (a->at <= b->at)
    at = b->at - (b->at - a->at) * ((b->slope + d2 - d1) / (b->slope - a->slope + 2 * d2));
  else
    at = a->at - (a->at - b->at) * ((a->slope + d2 - d1) / (a->slope - b->slope + 2 * d2));
  return MIN (MAX (at, low), high);
}

static gboolean
has_fallen (const Place *start,
            const Place *place)
{
  return place->loss <= start->loss + FALL_SHARE * place->at * start->slope;
}

static gboolean
is_flat (const Place *start,
         const Place *place)
{
  return fabs (place->slope) <= -SLOPE_SHARE * start->slope;
}

/* Goes out from @start until @ends hold a good place between them; TRUE when
 * @ends[1] is one already. */
static gboolean
bracket (Line        *self,
         const Place *start,
         double       length,
         Place        ends[2])
{
  Place place = look_at (self, length);

  for (; self->tried < self->most; self->tried++)
    {
      double next;

      if (!has_fallen (start, &place) || (self->tried > 1 && place.loss >= ends[0].loss)
          || is_flat (start, &place) || place.slope >= 0)
        {
          gboolean falls = has_fallen (start, &place)
                           && !(self->tried > 1 && place.loss >= ends[0].loss);

          keep (self, &ends[1], place);
          return falls && is_flat (start, &place);
        }

      next = cubic_minimum (&ends[0], &place, place.at + 0.01 * (place.at - ends[0].at),
                            place.at * 10);
      keep (self, &ends[0], place);
      place = look_at (self, next);
    }

  /* No more tries: the start, or where it has come to. */
  memcpy (ends[0].gradient, start->gradient, (gsize) self->search->count * sizeof (float));
  ends[0].at = start->at;
  ends[0].loss = start->loss;
  ends[0].slope = start->slope;
  keep (self, &ends[1], place);
  return FALSE;
}

/* The next place to look at: never too near to an end twice. */
static double
choose (const Place *a,
        const Place *b,
        gboolean    *was_near)
{
  double low = MIN (a->at, b->at);
  double high = MAX (a->at, b->at);
  double at = cubic_minimum (a, b, low, high);
  double margin = MARGIN * (high - low);

  if (MIN (high - at, at - low) >= margin)
    {
      *was_near = FALSE;
      return at;
    }
  if (!*was_near && at < high && at > low)
    {
      *was_near = TRUE;
      return at;
    }

  *was_near = FALSE;
  return fabs (at - high) < fabs (at - low) ? high - margin : low + margin;
}

/* Narrows @ends until a good place is found or nothing more is to be gained.
 * Returns the better end. */
static Place *
zoom (Line        *self,
      const Place *start,
      Place        ends[2],
      double       smallest)
{
  Place *low = ends[0].loss <= ends[1].loss ? &ends[0] : &ends[1];
  Place *high = low == &ends[0] ? &ends[1] : &ends[0];
  gboolean was_near = FALSE;
  gboolean done = FALSE;

  while (!done && self->tried < self->most && fabs (ends[1].at - ends[0].at) >= smallest)
    {
      Place place = look_at (self, choose (&ends[0], &ends[1], &was_near));

      self->tried++;
      if (!has_fallen (start, &place) || place.loss >= low->loss)
        {
          keep (self, high, place);
          low = ends[0].loss <= ends[1].loss ? &ends[0] : &ends[1];
          high = low == &ends[0] ? &ends[1] : &ends[0];
          continue;
        }

      done = is_flat (start, &place);
      if (!done && place.slope * (high->at - low->at) >= 0)
        {
          Place other = *high;

          *high = *low;
          low->gradient = other.gradient;
        }
      keep (self, low, place);
    }

  return low;
}

double
nn_line_search (NnSearch    *search,
                const float *direction,
                double       length,
                double       slope,
                int          most,
                double       tolerance,
                int         *evaluations)
{
  gsize bytes = (gsize) search->count * sizeof (float);
  Line line = { search, direction, search->work[0], most };
  Place start = { 0, search->loss, slope, search->work[1] };
  Place ends[2] = { { 0, search->loss, slope, search->work[2] }, { .gradient = search->work[3] } };
  Place *best = &ends[1];
  float largest = 0;

  for (gint64 i = 0; i < search->count; i++)
    largest = MAX (largest, fabsf (direction[i]));
  memcpy (search->work[0], search->w, bytes);
  memcpy (start.gradient, search->g, bytes);
  memcpy (ends[0].gradient, search->g, bytes);

  if (!bracket (&line, &start, length, ends))
    best = zoom (&line, &start, ends, tolerance / largest);
  *evaluations += 1 + line.tried;

  move_to (&line, best->at);
  memcpy (search->g, best->gradient, bytes);
  search->loss = best->loss;
  return best->at;
}
