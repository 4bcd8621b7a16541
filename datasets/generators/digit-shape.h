/* digit-shape.h: a digit as lines, before it is posed and painted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/random.h"

G_BEGIN_DECLS

#define DS_DIGIT_MAX_POINTS 256
#define DS_DIGIT_MAX_LINES  8

typedef struct
{
  float x, y;                           /* y grows downwards */
} DsDigitPoint;

/* Height 1 and centred on the origin: exactly in type, roughly by hand.  To
 * start one, set @filled and a @n_lines of 0. */
typedef struct
{
  gboolean     filled;                  /* lines enclose ink, or are a pen's way */
  int          n_lines;
  int          ends[DS_DIGIT_MAX_LINES];  /* each line's last point, plus one */
  DsDigitPoint points[DS_DIGIT_MAX_POINTS];
} DsDigitShape;

/* Starts a line at @point, or takes the newest one on to it.  FALSE when there
 * is no more room. */
gboolean            ds_digit_shape_move_to (DsDigitShape *self,
                                            DsDigitPoint  point);
gboolean            ds_digit_shape_line_to (DsDigitShape *self,
                                            DsDigitPoint  point);

/* Writes @digit as one of several hands would, and never twice the same.
 * Needs no font. */
void                ds_digit_write         (int           digit,
                                            NnRandom     *random,
                                            DsDigitShape *shape);

/* How many typefaces with digits this machine has, possibly none, looked up at
 * the first call; and the outline of @digit in one of them. */
int                 ds_digit_count_faces   (void);
const DsDigitShape *ds_digit_peek_face     (int           face,
                                            int           digit);

G_END_DECLS
