/* watchdog.c: whether the main loop keeps running
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/watchdog.h"

#include <glib-unix.h>
#include <signal.h>

#define INTERVAL_MS 5
#define LONGEST_MS  10000       /* gaps that are longer count as this long */

struct _AppWatchdog
{
  guint  timeout;
  guint  signal;
  gint64 last;                  /* monotonic, µs; 0: nothing to compare with yet */
  guint  counts[LONGEST_MS + 1];        /* gaps by whole milliseconds */
  guint  n_gaps;
  guint  longest;               /* ms */
};

static gboolean
tick_cb (gpointer data)
{
  AppWatchdog *self = data;
  gint64 now = g_get_monotonic_time ();

  if (self->last != 0)
    {
      guint gap = (guint) CLAMP ((now - self->last) / 1000, 0, LONGEST_MS);

      self->counts[gap]++;
      self->n_gaps++;
      self->longest = MAX (self->longest, gap);
    }
  self->last = now;
  return G_SOURCE_CONTINUE;
}

static void
print (AppWatchdog *self)
{
  guint median = 0;
  guint seen = self->counts[0];

  while (median < LONGEST_MS && 2 * seen < self->n_gaps)
    seen += self->counts[++median];
  g_printerr ("watchdog: median %u ms, maximum %u ms, %u gaps\n", median, self->longest,
              self->n_gaps);
}

static void
begin (AppWatchdog *self)
{
  for (guint i = 0; i <= LONGEST_MS; i++)
    self->counts[i] = 0;
  self->n_gaps = self->longest = 0;
  self->last = 0;
}

static gboolean
signal_cb (gpointer data)
{
  AppWatchdog *self = data;

  print (self);
  begin (self);
  return G_SOURCE_CONTINUE;
}

AppWatchdog *
app_watchdog_new (void)
{
  AppWatchdog *self;

  if (g_getenv ("EPOCH_WATCHDOG") == NULL)
    return NULL;

  self = g_new0 (AppWatchdog, 1);
  self->timeout = g_timeout_add (INTERVAL_MS, tick_cb, self);
  self->signal = g_unix_signal_add (SIGUSR1, signal_cb, self);
  return self;
}

void
app_watchdog_free (AppWatchdog *self)
{
  print (self);
  g_source_remove (self->timeout);
  g_source_remove (self->signal);
  g_free (self);
}
