/* digit-shape.c: a digit as lines, before it is posed and painted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generators/digit-shape.h"

gboolean
ds_digit_shape_move_to (DsDigitShape *self,
                        DsDigitPoint  point)
{
  if (self->n_lines == DS_DIGIT_MAX_LINES)
    return FALSE;

  self->ends[self->n_lines] = self->n_lines > 0 ? self->ends[self->n_lines - 1] : 0;
  self->n_lines++;
  return ds_digit_shape_line_to (self, point);
}

gboolean
ds_digit_shape_line_to (DsDigitShape *self,
                        DsDigitPoint  point)
{
  int *end = &self->ends[self->n_lines - 1];

  if (*end == DS_DIGIT_MAX_POINTS)
    return FALSE;

  self->points[(*end)++] = point;
  return TRUE;
}
