/* oracle-json.h: what oracle/optimisers.py has recorded
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "engine/json.h"

G_BEGIN_DECLS

/* The whole file; the test fails without it. */
NnJson      *test_oracle_open     (void) G_GNUC_WARN_UNUSED_RESULT;

/* The list of numbers at @key.  (transfer full) */
double      *test_oracle_numbers  (const NnJson *json,
                                   const char   *key,
                                   guint        *count) G_GNUC_WARN_UNUSED_RESULT;

/* "name=value …" over the initial values of @attrs. */
void         test_apply_settings  (const NnAttr *attrs,
                                   const char   *settings,
                                   NnAttrValue   values[NN_MAX_ATTRS]);

/* Every file in the @folder of the source tree is in its meson.build; a family
 * that meson does not list would never be tested. */
void         test_list_is_whole   (const char   *folder);

G_END_DECLS
