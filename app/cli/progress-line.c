/* progress-line.c: one line on the terminal that tells how far the training is
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/progress-line.h"

#include <glib/gi18n.h>
#include <math.h>
#include <unistd.h>

#define BAR_CELLS   20
#define REDRAW_US   100000
#define SMOOTHING   0.9         /* of the loss that is shown */

struct _AppProgressLine
{
  gboolean is_terminal;
  gboolean is_open;             /* the line has text and no end yet */
  gint64   drawn_at;            /* monotonic time, µs */
  double   loss;                /* smoothed; NaN before the first */
  double   accuracy;
};

AppProgressLine *
app_progress_line_new (void)
{
  AppProgressLine *self = g_new0 (AppProgressLine, 1);

  self->is_terminal = isatty (STDERR_FILENO);
  self->loss = self->accuracy = NAN;
  return self;
}

void
app_progress_line_free (AppProgressLine *self)
{
  app_progress_line_end (self);
  g_free (self);
}

void
app_progress_line_end (AppProgressLine *self)
{
  if (self->is_open)
    g_printerr ("\n");
  self->is_open = FALSE;
}

/* Eighths of a cell make the bar move smoothly. */
static char *
draw_bar (double part)
{
  static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
  int filled = (int) (CLAMP (part, 0, 1) * BAR_CELLS * 8);
  GString *bar = g_string_new (NULL);

  for (int i = 0; i < filled / 8; i++)
    g_string_append (bar, "█");
  g_string_append (bar, eighths[filled % 8]);
  for (int i = (filled + 7) / 8; i < BAR_CELLS; i++)
    g_string_append (bar, " ");

  return g_string_free (bar, FALSE);
}

static void
smooth (double *shown,
        double  value)
{
  *shown = isfinite (*shown) ? *shown * SMOOTHING + value * (1 - SMOOTHING) : value;
}

static char *
print_time (double seconds)
{
  int whole = (int) (seconds + 0.5);

  return g_strdup_printf ("%d:%02d", whole / 60, whole % 60);
}

static void
redraw (AppProgressLine  *self,
        const NnProgress *progress)
{
  double part = progress->total_steps > 0
                ? (double) progress->step / (double) progress->total_steps : 1;
  double per_second = progress->seconds > 0
                      ? (double) progress->n_samples / progress->seconds : 0;
  double per_step = progress->n_steps > 0 ? progress->seconds / (double) progress->n_steps : 0;
  g_autofree char *bar = draw_bar (part);
  g_autofree char *accuracy = isfinite (self->accuracy)
                              ? g_strdup_printf (_("  accuracy %.1f %%"), self->accuracy * 100)
                              : g_strdup ("");
  g_autofree char *left = print_time (per_step * (double) (progress->total_steps
                                                           - progress->step));

  g_printerr ("\r\033[K%3.0f %% ▕%s▏ ", part * 100, bar);
  g_printerr (_("loss %.4f%s  %.0f samples/s  %s left"), self->loss, accuracy, per_second, left);
  self->is_open = TRUE;
}

void
app_progress_line_update (AppProgressLine  *self,
                          const NnProgress *progress)
{
  gint64 now = g_get_monotonic_time ();

  if (progress->kind == NN_PROGRESS_EPOCH)
    {
      g_autofree char *validation = progress->validation.n_samples > 0
                                    ? g_strdup_printf (_("  validation loss %.4f"),
                                                       progress->validation.loss)
                                    : g_strdup ("");
      g_autofree char *accuracy = isfinite (progress->validation.accuracy)
                                  ? g_strdup_printf (_("  accuracy %.2f %%"),
                                                     progress->validation.accuracy * 100)
                                  : g_strdup ("");

      if (self->is_terminal)
        g_printerr ("\r\033[K");
      g_printerr (_("Epoch %u: loss %.4f%s%s%s\n"), progress->epoch, progress->train.loss,
                  validation, accuracy, progress->is_best ? _("  (best so far)") : "");
      self->is_open = FALSE;
      return;
    }

  if (progress->kind != NN_PROGRESS_SAMPLE)
    return;
  smooth (&self->loss, progress->train.loss);
  smooth (&self->accuracy, progress->train.accuracy);
  if (!self->is_terminal || now - self->drawn_at < REDRAW_US)
    return;

  self->drawn_at = now;
  redraw (self, progress);
}

void
app_progress_line_decoding (guint32  n_done,
                            guint32  n_items,
                            void    *data)
{
  AppProgressLine *self = data;
  gint64 now = g_get_monotonic_time ();

  if (!self->is_terminal || now - self->drawn_at < REDRAW_US)
    return;

  self->drawn_at = now;
  g_printerr ("\r\033[K");
  g_printerr (_("Reading the data: %u of %u"), n_done, n_items);
  self->is_open = TRUE;
}
