/* schedule.h: how the learning rate changes during a training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"

G_BEGIN_DECLS

/* What a schedule that watches the loss has seen; zeros but for what
 * nn_schedule_begin() sets. */
typedef struct
{
  double rate;                  /* where it has come to */
  double best;                  /* loss */
  double bad_epochs;            /* since that, whole numbers both */
  double cooldown;              /* epochs in which nothing counts as bad */
} NnScheduleState;

/* Where a training stands, in steps of the optimiser. */
typedef struct
{
  guint64 step;                 /* steps done */
  guint64 steps_per_epoch;
  guint64 total_steps;
} NnScheduleTime;

/* The same as the records like to have it, never behind the end. */
typedef struct
{
  double                 base;          /* learning rate to start from */
  guint64                step;
  guint64                total_steps;
  guint64                epoch;         /* whole epochs done */
  double                 epochs;        /* with their fraction */
  double                 progress;      /* from 0 to 1 behind the last step */
  const NnScheduleState *state;
} NnSchedulePoint;

/* One shape of the curve.  Those that change from epoch to epoch and those that
 * change with each step say so in their summary; both are as PyTorch's users
 * call step() on them. */
typedef struct
{
  const char    *name;          /* "cosine": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name, or NULL for none */
  const char    *torch;         /* class name, or NULL if it has none */

  /* The learning rate of the step that comes next. */
  double       (*rate)          (const NnAttrValue     *attr,
                                 const NnSchedulePoint *point);

  /* The momentum of that step, or NaN to leave it; NULL for never. */
  double       (*momentum)      (const NnAttrValue     *attr,
                                 const NnSchedulePoint *point);

  /* The loss of the epoch that has ended: of the validation, or of the training
   * where there is none.  NULL when the curve does not depend on it. */
  void         (*watch)         (const NnAttrValue     *attr,
                                 double                 loss,
                                 NnScheduleState       *state);
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

/* Each setting within its range. */
gboolean               nn_schedule_check     (const NnSchedule      *self,
                                              GError               **error);

/* What a training starts with. */
NnScheduleState        nn_schedule_begin     (const NnSchedule      *self);

/* The learning rate of the step that comes next.  A function of its arguments
 * and nothing else, so a training that resumes goes on as if it had never
 * stopped.  Behind the end the rate stays what it was there.
 *
 * Warm-up multiplies the first rates of any kind by a line that rises to 1:
 * 1 / (warmup_steps + 1) for the first step, 1 from step warmup_steps on. */
double                 nn_schedule_rate      (const NnSchedule      *self,
                                              const NnScheduleTime  *time,
                                              const NnScheduleState *state);

/* The momentum of that step, or NaN when the schedule leaves it alone. */
double                 nn_schedule_momentum  (const NnSchedule      *self,
                                              const NnScheduleTime  *time,
                                              const NnScheduleState *state);

/* At the end of each epoch. */
void                   nn_schedule_watch     (const NnSchedule      *self,
                                              double                 loss,
                                              NnScheduleState       *state);

G_END_DECLS
