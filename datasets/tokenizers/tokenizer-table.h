/* tokenizer-table.h: the list that the build makes of the tokenizers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/tokenizer.h"

/* NULL-terminated. */
extern const DsTokenizer * const ds_tokenizers[];
