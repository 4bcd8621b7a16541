/* language.h: the language of messages
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Call first in main(): the catalogue beside the program when it runs from the
 * build folder, otherwise the installed one. */
void   app_language_init     (void);

/* @language in place of the system's, "zh_CN"; "system" changes nothing.  Before
 * the first translated word. */
void   app_language_choose   (const char *language);

/* The folder that the program lies in, for what else lies beside it while it
 * is not installed.  (transfer full) */
char  *app_program_folder  (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
