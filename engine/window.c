/* window.c: windows that slide over images, signals and volumes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

enum { PADDING_VALID, PADDING_SAME, PADDING_SAME_UPPER };

const char *const nn_window_paddings[] = { "valid", "same", "same-upper", NULL };
const char *const nn_window_modes[] = { "zeros", "reflect", "replicate", "circular", NULL };

gint64
nn_window_number (const NnCall *call,
                  const char   *attr,
                  int           axis)
{
  const NnAttrValue *value = nn_call_value (call, attr);

  return (gint64) value->number[value->count > 1 ? axis : 0];
}

static const char *
title_of (const NnCall *call,
          const char   *attr)
{
  return _(call->op->attrs[nn_attrs_find (call->op->attrs, attr)].title);
}

gboolean
nn_window_check (const NnCall  *call,
                 const char    *attr,
                 int            n_axes,
                 GError       **error)
{
  int count = nn_call_value (call, attr)->count;

  if (count == 1 || count == n_axes)
    return TRUE;
  return nn_call_refuse (call, error, n_axes == 1
                         ? _("“%s” has %d numbers and takes one.")
                         : _("“%s” has %d numbers and takes one for all axes, or %d."),
                         title_of (call, attr), count, n_axes);
}

static gboolean
check_padding (const NnCall  *call,
               int            n_axes,
               GError       **error)
{
  const NnAttrValue *padding;

  if (nn_attrs_find (call->op->attrs, "padding") < 0)
    return TRUE;

  padding = nn_call_value (call, "padding");
  if (padding->count == 0 || padding->count == 1 || padding->count == n_axes
      || padding->count == 2 * n_axes)
    return TRUE;
  return nn_call_refuse (call, error,
                         _("“%s” has %d numbers. It takes one for all axes, %d for each axis, or "
                           "%d for each begin and then each end."),
                         title_of (call, "padding"), padding->count, n_axes, 2 * n_axes);
}

gboolean
nn_window_check_groups (const NnCall  *call,
                        gint64         in,
                        gint64         out,
                        gint64         groups,
                        GError       **error)
{
  if (in % groups == 0 && out % groups == 0)
    return TRUE;

  return nn_call_refuse (call, error,
                         _("%" PRId64 " input channels and %" PRId64 " output "
                           "channels cannot both be divided into %" PRId64 " groups."),
                         in, out, groups);
}

static gint64
reach (const NnWindow *self)
{
  return self->dilation * (self->kernel - 1) + 1;
}

/* Places around the axis, as numbers or by the word that stands for them. */
static void
set_padding (const NnCall *call,
             int           axis,
             int           n_axes,
             NnWindow     *self)
{
  const NnAttrValue *value;
  gint64 wanted = self->in;
  gint64 total;

  if (nn_attrs_find (call->op->attrs, "padding") < 0)
    return;

  value = nn_call_value (call, "padding");
  if (value->count > 0)
    {
      self->before = nn_window_number (call, "padding", axis);
      self->behind = value->count == 2 * n_axes ? (gint64) value->number[n_axes + axis]
                                                : self->before;
      return;
    }

  if (value->number[0] == PADDING_VALID)
    return;
  if (value->number[0] == PADDING_SAME_UPPER)
    wanted = (self->in + self->stride - 1) / self->stride;
  total = MAX ((wanted - 1) * self->stride + reach (self) - self->in, 0);
  self->before = total / 2;
  self->behind = total - total / 2;
}

static gint64
count_windows (const NnCall   *call,
               const NnWindow *self)
{
  gint64 room = self->in + self->before + self->behind - reach (self);
  gboolean ceil_mode = nn_attrs_find (call->op->attrs, "ceil-mode") >= 0
                       && nn_call_number (call, "ceil-mode") != 0;
  gint64 out;

  if (room < 0)
    return 0;
  if (!ceil_mode)
    return room / self->stride + 1;

  /* A window may hang over the end, but not begin behind it. */
  out = (room + self->stride - 1) / self->stride + 1;
  return (out - 1) * self->stride >= self->in + self->before ? out - 1 : out;
}

static gboolean
is_same (const NnCall *call)
{
  int index = nn_attrs_find (call->op->attrs, "padding");

  return index >= 0 && call->attr[index].count == 0
         && call->attr[index].number[0] == PADDING_SAME;
}

static gboolean
refuse_small (const NnCall    *call,
              const NnWindow  *windows,
              int              n_axes,
              GError         **error)
{
  NnShape kernel = { n_axes };
  NnShape input = { n_axes };
  g_autofree char *large = NULL;
  g_autofree char *small = NULL;

  for (int i = 0; i < n_axes; i++)
    {
      kernel.size[i] = reach (&windows[i]);
      input.size[i] = windows[i].in;
    }
  large = nn_shape_print (&kernel);
  small = nn_shape_print (&input);
  return nn_call_refuse (call, error,
                         _("a %s kernel does not fit a %s input. Lower the kernel size or add "
                           "padding."), large, small);
}

gboolean
nn_window_read (const NnCall   *call,
                const NnShape  *x,
                int             n_axes,
                NnWindow        windows[NN_WINDOW_AXES],
                GError        **error)
{
  gboolean dilates = nn_attrs_find (call->op->attrs, "dilation") >= 0;
  gboolean fits = TRUE;

  if (!nn_window_check (call, "kernel", n_axes, error)
      || !nn_window_check (call, "stride", n_axes, error)
      || (dilates && !nn_window_check (call, "dilation", n_axes, error))
      || !check_padding (call, n_axes, error))
    return FALSE;

  for (int i = 0; i < n_axes; i++)
    {
      NnWindow *self = &windows[i];

      *self = (NnWindow) {
        .in = x->size[x->rank - n_axes + i],
        .kernel = nn_window_number (call, "kernel", i),
        .stride = nn_window_number (call, "stride", i),
        .dilation = dilates ? nn_window_number (call, "dilation", i) : 1,
      };
      if (self->stride == 0)
        self->stride = self->kernel;
      if (is_same (call) && self->stride != 1)
        return nn_call_refuse (call, error,
                               _("“same” padding needs a stride of 1. Use “same-upper” or a number "
                                 "as padding."));
      set_padding (call, i, n_axes, self);
      self->out = count_windows (call, self);
      fits &= self->out > 0;
    }

  return fits || refuse_small (call, windows, n_axes, error);
}

NnValue *
nn_window_pad (NnBuild  *build,
               NnValue  *x,
               int       n_axes,
               NnWindow  windows[NN_WINDOW_AXES])
{
  double mode = nn_call_number (nn_build_call (build), "padding-mode");
  gint64 before[NN_WINDOW_AXES];
  gint64 behind[NN_WINDOW_AXES];

  if (mode == 0)
    return x;

  for (int i = 0; i < n_axes; i++)
    {
      before[i] = windows[i].before;
      behind[i] = windows[i].behind;
      windows[i].in += before[i] + behind[i];
      windows[i].before = windows[i].behind = 0;
    }
  nn_build_set (build, "mode", mode);
  nn_build_set_list (build, "before", n_axes, before);
  nn_build_set_list (build, "behind", n_axes, behind);
  return nn_build_op (build, "pad", x, NN_BUILD_END);
}
