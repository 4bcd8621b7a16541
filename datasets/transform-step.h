/* transform-step.h: one transform with its settings, for the list alone
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/transform.h"

G_BEGIN_DECLS

/* A step with the record's initial numbers. */
void      ds_transform_step_init  (DsTransformStep          *step,
                                   const DsTransform        *transform);
void      ds_transform_step_clear (DsTransformStep          *step);

/* The place of the attribute called @name, or -1. */
int       ds_transform_step_find  (const DsTransformStep    *step,
                                   const char               *name);

/* FALSE with NN_ERROR_ATTRIBUTE leaves the step as it was. */
gboolean  ds_transform_step_set   (DsTransformStep          *step,
                                   const DsTransformSetting *setting,
                                   GError                  **error);

/* Whether the step does anything to items of @shape; only pictures that are
 * not empty are pictures. */
gboolean  ds_transform_step_takes (const DsTransformStep    *step,
                                   const NnShape            *shape);

/* Turns @shape into what leaves the step. */
void      ds_transform_step_infer (const DsTransformStep    *step,
                                   NnShape                  *shape);

/* FALSE with NN_ERROR_SHAPE when items of @shape make no sense here. */
gboolean  ds_transform_step_check (const DsTransformStep    *step,
                                   const NnShape            *shape,
                                   GError                  **error);

G_END_DECLS
