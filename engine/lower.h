/* lower.h: from the graph a person drew to the program that computes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"
#include "engine/program.h"

G_BEGIN_DECLS

typedef enum
{
  NN_MODE_TRAIN,                /* forward with random ops, loss, gradients */
  NN_MODE_EVALUATE,             /* forward as after training, loss */
  NN_MODE_PREDICT,              /* forward up to the prediction; no target needed */
} NnMode;

/* A program and the values in it that the outside world deals with.  They
 * belong to the program; those that the mode does not have are NULL. */
typedef struct
{
  NnProgram *program;
  NnValue   *input;
  NnValue   *target;            /* predicting: only behind a teacher, for what is written */
  NnValue   *prediction;        /* what the loss looks at, or the last result */
  NnValue   *loss;              /* scalar */
  NnValue   *correct;           /* scalar: right answers in the batch, for classes */
} NnLowered;

/* Writes @graph out for batches of @batch samples on @device.  The first thing that cannot
 * work is an error that carries the node.  The caller owns @lowered->program. */
gboolean   nn_lower           (NnGraph      *graph,
                               NnDevice     *device,
                               NnMode        mode,
                               gint64        batch,
                               NnLowered    *lowered,
                               GError      **error);

/* What node @id computes, or NULL: where it stands on the way to no result. */
NnValue   *nn_lowered_find_node (NnLowered    *lowered,
                                 guint         id);

/* FALSE with a message unless there are scores enough for @n_classes. */
gboolean   nn_lowered_check_classes (const NnLowered *lowered,
                                     gint64           n_classes,
                                     GError         **error);

/* What the editor shows on each node. */
typedef struct
{
  guint     node;
  gboolean  has_shape;
  NnShape   shape;              /* of one sample of the first result */
  gint64    parameters;
  gint64    work;               /* multiply-adds for one sample */
  GError   *error;              /* what is wrong with this node, or NULL */
} NnNodeReport;

/* One report for each node, in the graph's order; a node behind a faulty one
 * has neither shape nor error.  (transfer full): an array of NnNodeReport. */
GArray    *nn_graph_report    (NnGraph      *graph) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
