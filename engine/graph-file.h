/* graph-file.h: a drawn network as JSON
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"
#include "engine/json-writer.h"

G_BEGIN_DECLS

#define NN_GRAPH_MAX_NODES 10000

/* Writes @graph as one value: nodes by the names of their op and settings, and
 * links as [from, result, to, operand]. */
void      nn_graph_write      (NnGraph        *graph,
                               NnJsonWriter   *writer,
                               const char     *key);

/* Reads what nn_graph_write() writes.  Hostile input is safe; an op or setting
 * that this version does not know is an error that names it, and never dropped. */
NnGraph  *nn_graph_read       (const NnJson   *json,
                               GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* Settings of any record, ops or others, as one object; initial ones too. */
void      nn_attrs_write      (const NnAttr       *attrs,
                               const NnAttrValue   values[NN_MAX_ATTRS],
                               NnJsonWriter       *writer,
                               const char         *key);

/* Reads them over @values, which hold the initial ones; @title names the record
 * in messages. */
gboolean  nn_attrs_read       (const NnAttr   *attrs,
                               const char     *title,
                               const NnJson   *json,
                               NnAttrValue     values[NN_MAX_ATTRS],
                               GError        **error);

G_END_DECLS
