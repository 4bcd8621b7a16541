/* language.c: the language of messages
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/language.h"

#include <libintl.h>
#include <locale.h>

char *
app_program_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : g_strdup (".");
}

void
app_language_init (void)
{
  g_autofree char *folder = app_program_folder ();
  g_autofree char *built = g_build_filename (folder, "po", NULL);
  g_autofree char *catalogue = g_build_filename (built, "zh_CN", "LC_MESSAGES",
                                                 GETTEXT_PACKAGE ".mo", NULL);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE,
                  g_file_test (catalogue, G_FILE_TEST_EXISTS) ? built : EPOCH_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

void
app_language_choose (const char *language)
{
  if (!g_str_equal (language, "system"))
    g_setenv ("LANGUAGE", language, TRUE);
}
