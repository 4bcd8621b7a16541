/* vocabulary-private.h: what the maker of a vocabulary and its files share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/vocabulary.h"

G_BEGIN_DECLS

/* A vocabulary of @tokens (transfer full).  NULL with @error set when a special
 * one is missing; @name is what messages call it. */
DsVocabulary *ds_vocabulary_new (const DsTokenizer  *tokenizer,
                                 GPtrArray          *tokens,
                                 const char         *name,
                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
