/* pooling.c: the windows of a pooling, as the loops over them see them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pooling.h"

#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

#define MOST_PLACES 254         /* that max-pool-2d can tell apart with one byte */

static gint64
largest_window (gint64 windows,
                gint64 size)
{
  gint64 largest = 0;

  for (gint64 i = 0; i < windows; i++)
    largest = MAX (largest,
                   nn_pooling_end (i, windows, size) - nn_pooling_start (i, windows, size));
  return largest;
}

static gboolean
is_adaptive (const NnCall *call)
{
  return nn_call_number (call, "windows") > 0;
}

NnPooling
nn_pooling_of (const NnCall  *call,
               const NnShape *x,
               NnLayout       layout)
{
  NnWindow windows[NN_WINDOW_AXES];
  NnPooling self = {
    call, x->size[0], x->size[1], x->size[2], x->size[3],
    .last = layout == NN_LAYOUT_CHANNELS_LAST,
    .adaptive = is_adaptive (call),
  };

  if (self.adaptive)
    {
      self.ho = nn_window_number (call, "windows", 0);
      self.wo = nn_window_number (call, "windows", 1);
      self.kh = largest_window (self.ho, self.h);
      self.kw = largest_window (self.wo, self.w);
      self.dh = self.dw = 1;
      return self;
    }

  nn_window_read (call, x, 2, windows, NULL);
  self.ho = windows[0].out;
  self.wo = windows[1].out;
  self.kh = windows[0].kernel;
  self.kw = windows[1].kernel;
  self.sh = windows[0].stride;
  self.sw = windows[1].stride;
  self.dh = windows[0].dilation;
  self.dw = windows[1].dilation;
  self.top = windows[0].before;
  self.bottom = windows[0].behind;
  self.left = windows[1].before;
  self.right = windows[1].behind;
  return self;
}

void
nn_pooling_for_each (NnCall    *call,
                     NnPooling *self,
                     NnRange    range)
{
  gint64 work = self->ho * self->wo * self->kh * self->kw * nn_pooling_lanes (self);

  nn_pool_for (call->pool, call->threads, self->last ? self->b : self->b * self->c,
               NN_SCALAR_GRAIN / MAX (work, 1), range, self);
}

/* FALSE unless the windows of @call, an ordinary pooling, can be made. */
static gboolean
check_windows (const NnCall  *call,
               GError       **error)
{
  NnWindow windows[NN_WINDOW_AXES];

  if (!nn_window_read (call, &call->in[0].shape, 2, windows, error))
    return FALSE;
  for (int i = 0; i < 2; i++)
    if (MAX (windows[i].before, windows[i].behind) > windows[i].kernel / 2)
      return nn_call_refuse (call, error, _("the padding may be at most half of the window."));
  return TRUE;
}

gboolean
nn_pooling_infer (NnCall  *call,
                  GError **error)
{
  NnShape y;
  NnPooling self;

  if (!nn_call_want_rank (call, 0, 4, error)
      || (!is_adaptive (call) && !check_windows (call, error)))
    return FALSE;

  self = nn_pooling_of (call, &call->in[0].shape, NN_LAYOUT_ROWS);
  if (call->n_out > 1 && self.kh * self.kw > MOST_PLACES)
    return nn_call_refuse (call, error, _("a window may have at most %d places."), MOST_PLACES);

  y = NN_SHAPE (self.b, self.c, self.ho, self.wo);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  if (call->n_out > 1)
    nn_call_set_out (call, 1, NN_UINT8, &y);
  return TRUE;
}

/* The gradient ops are told the size of the input. */
gboolean
nn_pooling_gradient_infer (NnCall  *call,
                           GError **error)
{
  const NnAttrValue *size = nn_call_value (call, "size");
  NnShape x = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;

  x.size[2] = (gint64) size->number[0];
  x.size[3] = (gint64) size->number[1];
  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

void
nn_pooling_pass_attrs (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  for (int i = 0; call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
}
