/* graph.h: a network as a person draws it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/tuning.h"

G_BEGIN_DECLS

typedef struct _NnGraph NnGraph;

#define NN_NAME_BYTES 64        /* longest node name, in bytes with the final 0 */

typedef struct
{
  guint        id;              /* unique in the graph, never reused, above 0 */
  const NnOp  *op;
  char         name[NN_NAME_BYTES];     /* unique in the graph */
  double       x, y;            /* on the canvas */
  NnAttrValue  attr[NN_MAX_ATTRS];
  NnTuning     tuning;
} NnNode;

/* From result @out of node @from to operand @in of node @to, both counted over
 * the op's visible ports of that side. */
typedef struct
{
  guint from;
  int   out;
  guint to;
  int   in;
} NnLink;

NnGraph       *nn_graph_new            (void) G_GNUC_WARN_UNUSED_RESULT;
NnGraph       *nn_graph_ref            (NnGraph       *self) G_GNUC_WARN_UNUSED_RESULT;
void           nn_graph_unref          (NnGraph       *self);
NnGraph       *nn_graph_dup            (NnGraph       *self) G_GNUC_WARN_UNUSED_RESULT;

guint          nn_graph_get_n_nodes    (NnGraph       *self);
const NnNode  *nn_graph_get_nth        (NnGraph       *self,
                                        guint          index);
const NnNode  *nn_graph_get_node       (NnGraph       *self,
                                        guint          id);     /* or NULL */
const NnNode  *nn_graph_find_node      (NnGraph       *self,
                                        const char    *name);   /* or NULL */
guint          nn_graph_get_n_links    (NnGraph       *self);
NnLink         nn_graph_get_link       (NnGraph       *self,
                                        guint          index);

/* The new node's id.  @id 0 means the next free one; undo and files give the
 * id the node had.  @name NULL makes one from the op: "conv1". */
guint          nn_graph_add_node       (NnGraph       *self,
                                        const NnOp    *op,
                                        guint          id,
                                        const char    *name);

/* The node goes with its links. */
void           nn_graph_remove_node    (NnGraph       *self,
                                        guint          id);

void           nn_graph_move_node      (NnGraph       *self,
                                        guint          id,
                                        double         x,
                                        double         y);
gboolean       nn_graph_rename_node    (NnGraph       *self,
                                        guint          id,
                                        const char    *name,
                                        GError       **error);
gboolean       nn_graph_set_attr       (NnGraph           *self,
                                        guint              id,
                                        const char        *attr,
                                        const NnAttrValue *value,
                                        GError           **error);

/* @tuning has been made by nn_tuning_set() for the op of the node. */
void           nn_graph_set_tuning     (NnGraph           *self,
                                        guint              id,
                                        const NnTuning    *tuning);

/* Whether the link could be made: the ports exist, the input is free or takes
 * many, no circle is closed.  Shapes are another matter: see engine/lower.h. */
gboolean       nn_graph_can_connect    (NnGraph       *self,
                                        const NnLink  *link,
                                        GError       **error);
gboolean       nn_graph_connect        (NnGraph       *self,
                                        const NnLink  *link,
                                        GError       **error);
void           nn_graph_disconnect     (NnGraph       *self,
                                        const NnLink  *link);

/* The ids in an order in which every node comes behind what it reads; of
 * several orders the one that follows the creation of nodes.  (transfer full) */
guint         *nn_graph_sort           (NnGraph       *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnGraph, nn_graph_unref)

G_END_DECLS
