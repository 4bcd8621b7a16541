/* schedule.h: how the learning rate changes during a training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"

G_BEGIN_DECLS

/* One shape of the curve. */
typedef struct
{
  const char    *name;          /* "cosine": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name, or NULL for none */
  const char    *torch;         /* class name, or NULL if it has none */

  /* The learning rate of a training that starts with @base.  @epoch counts
   * whole epochs from 0; @progress runs from 0 before the first step to 1
   * behind the last. */
  double       (*rate)          (const NnAttrValue *attr,
                                 double             base,
                                 guint64            epoch,
                                 double             progress);
} NnScheduleKind;

/* A curve with its settings: a plain value. */
typedef struct
{
  const NnScheduleKind *kind;
  double                base;           /* learning rate to start from */
  guint64               warmup_steps;   /* 0 for none */
  NnAttrValue           attr[NN_MAX_ATTRS];
} NnSchedule;

/* All kinds, one after the other; NULL behind the last one. */
const NnScheduleKind  *nn_schedule_kind_get  (guint                 index);

/* The kind called @name, or NULL. */
const NnScheduleKind  *nn_schedule_kind_find (const char           *name);

/* @kind with the settings it starts from, and no warm-up. */
NnSchedule             nn_schedule_initial   (const NnScheduleKind *kind,
                                              double                base);

/* The learning rate of the step that comes after @step steps, out of
 * @total_steps.  A function of its arguments and nothing else, so a training
 * that resumes goes on as if it had never stopped.  Behind the end the rate
 * stays what it was there.
 *
 * Warm-up multiplies the first rates of any kind by a line that rises to 1:
 * 1 / (warmup_steps + 1) for the first step, 1 from step warmup_steps on. */
double                 nn_schedule_rate      (const NnSchedule     *self,
                                              guint64               step,
                                              guint64               steps_per_epoch,
                                              guint64               total_steps);

G_END_DECLS
