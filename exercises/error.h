/* error.h: the error domain of lessons and checks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Few codes, chosen by what the caller can do about it. */
typedef enum
{
  EX_ERROR_FILE,                /* make the file readable or writable */
  EX_ERROR_LESSON,              /* its author has to repair the named line */
  EX_ERROR_ANSWER,              /* write the answer another way */
  EX_ERROR_UNSUPPORTED,         /* use a newer Epoch */
} ExErrorCode;

#define EX_ERROR (ex_error_quark ())
GQuark  ex_error_quark (void);

G_END_DECLS
