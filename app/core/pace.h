/* pace.h: how fast a training goes, and how long it will take
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define APP_PACE_MARKS 32

/* Looks at the last seconds only, so that it follows a machine that becomes
 * busy.  All zero is a pace nobody knows yet. */
typedef struct
{
  struct
  {
    gint64  time_us;
    guint64 step;
    guint64 samples;
  }     marks[APP_PACE_MARKS];  /* the newest one at @n_marks - 1 */
  guint n_marks;
} AppPace;

/* Forgets what was before a pause. */
void    app_pace_clear            (AppPace  *self);

/* At the monotonic time @time_us, @step steps and @samples samples are done. */
void    app_pace_add              (AppPace  *self,
                                   gint64    time_us,
                                   guint64   step,
                                   guint64   samples);

/* Samples a second; 0 while unknown. */
double  app_pace_get_per_second   (AppPace  *self);

/* NaN while unknown. */
double  app_pace_get_seconds_left (AppPace  *self,
                                   guint64   steps_left);

G_END_DECLS
