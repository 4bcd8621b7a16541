/* member-name.h: which names inside a folder or archive are safe to use
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/options.h"

G_BEGIN_DECLS

/* @raw without "./" and doubled slashes: UTF-8, relative, without "..".  NULL
 * when it breaks a rule, which @why then states as the second half of a
 * sentence ("it contains control characters").  (transfer full) */
char *ds_member_name_clean (const char      *raw,
                            const DsLimits  *limits,
                            const char     **why) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
