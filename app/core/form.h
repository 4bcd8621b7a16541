/* form.h: whether what a network expects is what the data gives
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/field.h"
#include "datasets/generator.h"
#include "engine/feed.h"
#include "engine/graph.h"

G_BEGIN_DECLS

/* What the engine calls the answers of @kind. */
NnAnswer  app_answer_of           (DsFieldKind         kind);

/* "a class", for messages. */
const char *app_answer_title      (NnAnswer            answer);

/* Whether the target of @graph asks for numbers. */
gboolean  app_graph_wants_numbers (NnGraph            *graph);

/* Whether the input and the target of @graph take samples and answers of @form;
 * the message says what to change. */
gboolean  app_graph_check_form    (NnGraph            *graph,
                                   const NnForm       *form,
                                   GError            **error);

/* Tokens are names, and only ops such as an embedding make numbers of them.  The
 * first node that reads the input of @graph but computes with numbers, if that
 * gives tokens; or NULL. */
const NnNode *app_graph_find_misreader (NnGraph       *graph,
                                        const NnForm  *form);

G_END_DECLS
