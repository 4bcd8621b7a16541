/* verb.c: what all verbs of the command line share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "datasets/error.h"
#include "engine/error.h"

#include <glib/gi18n.h>

gboolean
app_verb_parse (const AppVerb       *verb,
                const GOptionEntry  *entries,
                int                 *argc,
                char              ***argv,
                int                 *code)
{
  g_autofree char *name = g_strdup_printf ("epoch-cli %s", verb->name);
  g_autoptr (GOptionContext) context = g_option_context_new (_(verb->arguments));
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, _(verb->summary));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_set_prgname (name);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;

  g_printerr ("epoch-cli %s: %s\n", verb->name, error->message);
  g_printerr (_("“epoch-cli %s --help” tells more.\n"), verb->name);
  *code = APP_EXIT_USAGE;
  return FALSE;
}

int
app_verb_fail (const GError *error)
{
  g_printerr ("epoch-cli: %s\n", error->message);

  if (g_error_matches (error, NN_ERROR, NN_ERROR_CANCELLED)
      || g_error_matches (error, DS_ERROR, DS_ERROR_CANCELLED))
    return APP_EXIT_INTERRUPTED;
  return APP_EXIT_FAILED;
}

int
app_verb_misuse (const AppVerb *verb,
                 const char    *format,
                 ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_printerr ("epoch-cli %s: %s\n", verb->name, text);
  g_printerr (_("“epoch-cli %s --help” tells more.\n"), verb->name);
  return APP_EXIT_USAGE;
}

void
app_verb_print (NnJsonWriter *writer)
{
  g_autofree char *text = nn_json_writer_finish (writer, NULL);

  g_print ("%s\n", text);
}
