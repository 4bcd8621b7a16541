/* doctor.c: epoch-cli doctor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "engine/device.h"

#include <archive.h>
#include <glib/gi18n.h>

static int
run (int    argc,
     char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  g_autoptr (NnDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *libraries = nn_cpu_describe_libraries ();
  int code;

  if (!app_verb_parse (&app_verb_doctor, entries, &argc, &argv, &code))
    return code;

  device = nn_device_open ("cpu", 0, &error);
  if (device == NULL)
    return app_verb_fail (error);

  if (json)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "version", EPOCH_VERSION);
      nn_json_writer_add_string (writer, "processor", nn_device_get_title (device));
      nn_json_writer_add_integer (writer, "threads", nn_device_get_threads (device));
      nn_json_writer_add_string (writer, "computing", libraries);
      nn_json_writer_add_string (writer, "archives", archive_version_details ());
      nn_json_writer_add_null (writer, "gpu");
      nn_json_writer_end_object (writer);
      app_verb_print (writer);
      return APP_EXIT_DONE;
    }

  g_print (_("Epoch %s\n"), EPOCH_VERSION);
  g_print (_("Processor: %s, %d threads\n"), nn_device_get_title (device),
           nn_device_get_threads (device));
  g_print (_("Computing with: %s\n"), libraries);
  g_print (_("Archives: %s\n"), archive_version_details ());
  g_print (_("GPU: none is used by this version\n"));
  return APP_EXIT_DONE;
}

const AppVerb app_verb_doctor = {
  "doctor", "", N_("Tells versions and devices, and what is missing."), run
};
