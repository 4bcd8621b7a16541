/* project-private.h: between the parts of the project
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"

G_BEGIN_DECLS

/* The largest numbers that files and people may give. */
#define APP_MOST_EPOCHS   1000000
#define APP_MOST_BATCH    1000000
#define APP_MOST_RATE     1e6
#define APP_MOST_THREADS  1024

/* The tokenizer that suits the texts, whichever that is. */
#define APP_AUTOMATIC "auto"

/* The tokenizer called @name; NULL for APP_AUTOMATIC. */
gboolean  app_find_tokenizer (const char         *name,
                              const DsTokenizer **tokenizer,
                              GError            **error);

/* "There is no optimiser “foo” in this version."  Always FALSE. */
gboolean  app_refuse_name  (const char  *what,
                            const char  *name,
                            GError     **error);

G_END_DECLS
