/* scaling.c: transforms that act on each number alone
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include <glib/gi18n-lib.h>

static void
multiply_add (const float *in,
              float       *out,
              gint64       count,
              float        factor,
              float        offset)
{
  for (gint64 i = 0; i < count; i++)
    out[i] = in[i] * factor + offset;
}

enum {
  FACTOR,
  OFFSET,
};

static void
scale_apply (const DsTransformStep *step,
             const NnShape         *shape,
             NnRandom              *random,
             const float           *in,
             float                 *out)
{
  multiply_add (in, out, nn_shape_count (shape),
                (float) ds_transform_step_number (step, FACTOR),
                (float) ds_transform_step_number (step, OFFSET));
}

enum {
  MEAN,
  DEVIATION,
};

/* (x - mean) / deviation, with the numbers of the channel that x is in. */
static void
normalise_apply (const DsTransformStep *step,
                 const NnShape         *shape,
                 NnRandom              *random,
                 const float           *in,
                 float                 *out)
{
  gint64 n_channels = shape->rank > 0 ? shape->size[0] : 1;
  gint64 plane = nn_shape_span (shape, MIN (shape->rank, 1), shape->rank);

  for (gint64 c = 0; c < n_channels; c++)
    {
      double mean = ds_transform_step_channel (step, MEAN, c);
      double factor = 1 / ds_transform_step_channel (step, DEVIATION, c);

      multiply_add (in + c * plane, out + c * plane, plane,
                    (float) factor, (float) (-mean * factor));
    }
}

static const DsAttr scale_attrs[] = {
  [FACTOR] = { "factor", N_("Factor"), DS_ATTR_FLOAT, 1.0 / 255, -1e6, 1e6 },
  [OFFSET] = { "offset", N_("Offset"), DS_ATTR_FLOAT, 0, -1e6, 1e6 },
  { NULL }
};

static const DsAttr normalise_attrs[] = {
  [MEAN]      = { "mean", N_("Mean"), DS_ATTR_LIST, 0.5, -1e6, 1e6 },
  [DEVIATION] = { "std", N_("Standard deviation"), DS_ATTR_LIST, 0.5, 1e-6, 1e6 },
  { NULL }
};

const DsTransform ds_transforms_scaling[] = {
  {
    .name     = "scale",
    .title    = N_("Scale Values"),
    .summary  = N_("Multiplies every number by a factor and adds an offset; "
                   "at the head of the list it sees bytes as 0 to 255."),
    .attrs    = scale_attrs,
    .in_place = TRUE,
    .apply    = scale_apply,
  },
  {
    .name     = "normalise",
    .title    = N_("Normalise"),
    .summary  = N_("Subtracts the mean of each channel and divides by its standard deviation."),
    .attrs    = normalise_attrs,
    .in_place = TRUE,
    .apply    = normalise_apply,
  },
  { NULL }
};
