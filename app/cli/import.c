/* import.c: epoch-cli import
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/import.h"
#include "engine/error.h"

#include <glib/gi18n.h>

typedef struct
{
  char    *output;
  char    *match;
  gboolean partial;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->output);
  g_free (self->match);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
add_names (NnJsonWriter *writer,
           const char   *key,
           GPtrArray    *names)
{
  nn_json_writer_begin_array (writer, key);
  for (guint i = 0; i < names->len; i++)
    nn_json_writer_add_string (writer, NULL, g_ptr_array_index (names, i));
  nn_json_writer_end_array (writer);
}

static void
print_json (const NnMatch *match,
            gboolean       is_done)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_bool (writer, "imported", is_done);
  nn_json_writer_add_integer (writer, "tensors", match->tensors->len);
  nn_json_writer_add_integer (writer, "fitting", match->n_fitting);
  add_names (writer, "missing", match->missing);
  add_names (writer, "misshapen", match->misshapen);
  add_names (writer, "unexpected", match->unexpected);
  nn_json_writer_end_object (writer);
  app_verb_print (writer);
}

/* What else can be tried. */
static void
suggest (const NnMatch *match)
{
  if (match->order_fits)
    g_printerr ("%s\n", _("All shapes fit in the order of the file: --match order takes them so, "
                          "whatever their names."));
  else if (match->n_fitting > 0)
    g_printerr ("%s\n", _("--partial takes what fits."));
}

/* What fits is told before what went wrong. */
static void
tell (const Options *options,
      const NnMatch *match,
      gboolean       is_done)
{
  g_autofree char *text = app_import_describe (match);

  if (options->json)
    print_json (match, is_done);
  else if (is_done)
    g_print ("%s\n", text);
  else
    g_printerr ("%s\n", text);
}

static int
import_network (NnImport      *import,
                const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = app_import_network (import, &error);

  if (project == NULL || !app_project_write (project, options->output, &error))
    return app_verb_fail (error);

  g_print (_("The network with its %u tensors is in “%s”.\n"), import->tensors->len,
           options->output);
  return APP_EXIT_DONE;
}

static int
import_weights (NnImport      *import,
                const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnMatch) match = NULL;
  g_autoptr (GBytes) weights = NULL;

  if (!g_file_test (options->output, G_FILE_TEST_EXISTS))
    {
      g_set_error (&error, NN_ERROR, NN_ERROR_FILE,
                   _("This file holds weights and no network. Make “%s” first, with the network "
                     "that they belong to."), options->output);
      return app_verb_fail (error);
    }
  project = app_project_read (options->output, &error);
  if (project == NULL)
    return app_verb_fail (error);

  weights = app_import_weights (project, import,
                                g_strcmp0 (options->match, "order") == 0 ? NN_MATCH_ORDER
                                                                        : NN_MATCH_NAMES,
                                options->partial, &match, &error);
  if (match != NULL)
    tell (options, match, weights != NULL);
  if (weights == NULL)
    {
      app_verb_fail (error);
      if (match != NULL)
        suggest (match);
      return APP_EXIT_FAILED;
    }

  g_clear_pointer (&project->weights, g_bytes_unref);
  project->weights = g_steal_pointer (&weights);
  return app_project_write (project, options->output, &error) ? APP_EXIT_DONE
                                                              : app_verb_fail (error);
}

static int
import_file (const char    *path,
             const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import = nn_import_read (path, &nn_limits_usual, &error);

  if (import == NULL)
    return app_verb_fail (error);

  if (import->notes != NULL)
    g_printerr ("%s\n", import->notes);
  return import->graph != NULL ? import_network (import, options)
                               : import_weights (import, options);
}

static int
run (int    argc,
     char **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_("The project to make, or whose network takes the weights"), N_("FILE") },
    { "match", 0, 0, G_OPTION_ARG_STRING, &options.match,
      N_("How weights find their places: names, or order, which goes by shapes alone"),
      N_("HOW") },
    { "partial", 0, 0, G_OPTION_ARG_NONE, &options.partial,
      N_("Take what fits, and leave the rest of the network as it is"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  int code;

  if (!app_verb_parse (&app_verb_import, entries, &argc, &argv, &code))
    return code;
  if (argc != 2 || options.output == NULL)
    return app_verb_misuse (&app_verb_import, _("Name one file to read, and a project with -o."));
  if (options.match != NULL && !g_str_equal (options.match, "names")
      && !g_str_equal (options.match, "order"))
    return app_verb_misuse (&app_verb_import, _("--match takes “names” or “order”, not “%s”."),
                            options.match);

  return import_file (argv[1], &options);
}

const AppVerb app_verb_import = {
  "import", N_("FILE"), N_("Takes the network or the weights out of a file of others."), run
};
