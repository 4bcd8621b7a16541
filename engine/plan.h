/* plan.h: a program with memory and kernels, ready to run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/arena.h"
#include "engine/model.h"
#include "engine/program.h"

G_BEGIN_DECLS

/* A plan is a flat array of calls over one block of memory.  Running it is a
 * loop; nothing is allocated, looked up or decided while it runs. */

typedef struct _NnPlan NnPlan;

/* Takes @program over (transfer full), also on failure.  Parameters and state
 * lie in @model; with NULL the plan gives them memory of its own.  Everything
 * else lies in @arena, where nn_plan_reserve() makes room; with NULL the plan
 * has one for itself and room at once. */
NnPlan      *nn_plan_new           (NnProgram     *program,
                                    NnModel       *model,
                                    NnArena       *arena,
                                    GError       **error) G_GNUC_WARN_UNUSED_RESULT;
void         nn_plan_free          (NnPlan        *self);

/* Before the first run.  NN_ERROR_MEMORY says how much is needed, how much there
 * is, and which layers take most of it. */
gboolean     nn_plan_reserve       (NnPlan        *self,
                                    GError       **error);

NnProgram   *nn_plan_get_program   (NnPlan        *self);

/* Lets the input @value lie at @data, in rows, until the next call. */
void         nn_plan_bind          (NnPlan        *self,
                                    NnValue       *value,
                                    void          *data);

/* Where an input, a parameter or a kept value lies. */
void        *nn_plan_get_data      (NnPlan        *self,
                                    NnValue       *value);

/* One pass; @seed and @step are what random ops draw from. */
void         nn_plan_run           (NnPlan        *self,
                                    guint64        seed,
                                    guint64        step);

/* One call of the pass, for profiles and for stepping through it. */
void         nn_plan_run_step      (NnPlan        *self,
                                    guint          step);

/* The same pass again, looking at every result: TRUE with the graph node and
 * the name of the op that first made a number infinite or no number at all. */
gboolean     nn_plan_find_bad      (NnPlan        *self,
                                    guint64        seed,
                                    guint64        step,
                                    guint         *node,
                                    const char   **op);

/* What the plan consists of. */
guint        nn_plan_get_n_steps   (NnPlan        *self);
const char  *nn_plan_get_step_op   (NnPlan        *self,
                                    guint          step);
const char  *nn_plan_get_step_kernel (NnPlan      *self,
                                      guint        step);
const char  *nn_plan_get_step_name (NnPlan        *self,        /* of the layer, or NULL */
                                    guint          step);
gint64       nn_plan_get_step_work (NnPlan        *self,        /* multiply-adds */
                                    guint          step);
gsize        nn_plan_get_step_bytes (NnPlan       *self,        /* read and written */
                                     guint         step);
gsize        nn_plan_get_bytes     (NnPlan        *self);        /* in the arena */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnPlan, nn_plan_free)

G_END_DECLS
