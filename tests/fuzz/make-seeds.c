/* make-seeds.c: files that a fuzzer starts from, made by our own writers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/frame.h"
#include "app/core/project.h"
#include "app/core/run-log.h"
#include "engine/checkpoint.h"
#include "engine/file.h"
#include "engine/format.h"
#include "engine/graph-file.h"
#include "engine/template.h"
#include "exercises/check.h"
#include "tests/data-support.h"

#include <glib/gstdio.h>
#include <string.h>

#define LESSON "[lesson]\ntitle=A\nsummary=B.\nneeds=04 05\nicon=c\norder=2\n"
#define PAGE                                                                  \
  "# Title\n\nText with *emphasis*, **strong**, `code` and $x^2$.\n\n"        \
  "- item\n  1. number\n\n> quoted [link](task:fuzz)\n\n$$\n\\frac{1}{2}\n$$\n\n" \
  "| a | b |\n|---|--:|\n| 1 | 2 |\n\n![what](a.png)\n\n```c\nint x;\n```\n"
#define TASK                                                                  \
  "[task]\ntitle=T\nquestion=Why?\nhint1=A\nhint2=B\nhint3=C\nexplanation=E\n"

static const char *const texts[] = {
  "{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\n\"],\"b\":{\"c\":{}}}", "[[[[]]]]",
  "18446744073709551615",
};

static const char *const events[] = {
  "{\"event\":\"started\",\"step\":7,\"total\":70,\"folder\":\"/x\",\"samples\":9}",
  "{\"event\":\"points\",\"step\":8,\"total\":70,\"points\":[[\"loss/train\",8,0.5]]}",
  "{\"event\":\"error\",\"message\":\"no\",\"node\":3}",
};

/* @bytes as @name among the seeds of @parser. */
static void
save (const char *parser,
      const char *name,
      const void *bytes,
      gsize       size)
{
  g_autofree char *path = g_build_filename (parser, name, NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (parser, 0755);
  if (!nn_file_write (path, bytes, size, &error))
    g_error ("%s", error->message);
}

static void
save_text (const char *parser,
           const char *name,
           const char *text)
{
  save (parser, name, text, strlen (text));
}

static NnNetwork *
make_network (void)
{
  static const NnTemplate template = {
    "seed", "Seed", "A seed.", "conv-2d channels=2 kernel=3\nbatch-norm\nflatten\nlinear features=2"
  };
  NnShape item = NN_SHAPE (1, 4, 4);
  g_autoptr (NnDevice) device = nn_device_open ("cpu", 1, NULL);
  g_autoptr (NnGraph) graph = nn_template_build (&template, &item, 2, NULL);

  return nn_network_new (graph, device, NULL);
}

static void
save_formats (NnNetwork *network)
{
  const NnExport what = { network, "seed" };

  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->write != NULL && nn_formats[i]->read != NULL)
      {
        g_autofree char *path = g_build_filename (nn_formats[i]->name, "seed", NULL);
        g_autoptr (GError) error = NULL;

        g_mkdir_with_parents (nn_formats[i]->name, 0755);
        if (!nn_formats[i]->write (&what, path, &error))
          g_error ("%s", error->message);
      }
}

static void
save_project (NnNetwork *network)
{
  g_autoptr (AppProject) project = app_project_new ();
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
  g_autofree char *json = NULL;
  g_autofree char *graph = NULL;
  gsize length;

  nn_graph_unref (project->graph);
  project->graph = nn_graph_ref (nn_network_get_graph (network));
  project->weights = nn_model_pack (nn_network_get_model (network), NULL);
  json = app_project_to_json (project, &length);
  save ("project", "seed.json", json, length);
  app_project_write (project, "project/seed.epoch", NULL);

  nn_graph_write (project->graph, writer, NULL);
  graph = nn_json_writer_finish (writer, &length);
  save ("graph", "seed", graph, length);
}

static void
save_run (void)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  AppRunLog *log;

  g_mkdir_with_parents ("run-log", 0755);
  g_remove ("run-log/seed");
  log = app_run_log_open ("run-log/seed", G_MAXUINT64, NULL);
  for (guint64 step = 0; step < 3; step++)
    app_run_log_add (log, step, 1000, step == 2 ? "accuracy" : "loss/train", 0.5, NULL);
  app_run_log_free (log);

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      guint32 lengths[2] = { GUINT32_TO_LE ((guint32) strlen (events[i])), 0 };

      g_byte_array_append (frames, (const guint8 *) lengths, sizeof lengths);
      g_byte_array_append (frames, (const guint8 *) events[i], (guint) strlen (events[i]));
    }
  save ("frame", "seed", frames->data, frames->len);
}

static void
save_data (void)
{
  static const TestPacking packings[] = { TEST_ZIP, TEST_TAR, TEST_TAR_GZIP, TEST_TAR_XZ };
  static const guint32 sizes[] = { 3, 2, 2 };
  g_autoptr (GBytes) idx = test_idx (3, sizes, 0, 10);
  g_autoptr (GBytes) png = test_png (3, 5, 4, 9);
  g_autoptr (GBytes) jpeg = test_jpeg (3, 5, 4, 9);
  g_autofree char *record = g_malloc0 (2 * 3073);

  save ("idx", "seed", g_bytes_get_data (idx, NULL), g_bytes_get_size (idx));
  save ("image", "seed.png", g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  save ("image", "seed.jpg", g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg));
  save ("cifar", "seed", record, 2 * 3073);

  for (gsize i = 0; i < G_N_ELEMENTS (packings); i++)
    {
      g_autoptr (TestFiles) files = test_idx_files (FALSE);
      char *folder = test_folder_new ();
      g_autofree char *path = test_files_pack (files, packings[i], folder);
      g_autofree char *name = g_path_get_basename (path);
      g_autofree char *bytes = NULL;
      gsize size;

      g_file_get_contents (path, &bytes, &size, NULL);
      save ("archive", name, bytes, size);
      test_folder_free (folder);
    }
}

static void
save_lessons (void)
{
  for (int i = 0; ex_check_list ()[i] != NULL; i++)
    {
      const ExCheck *check = ex_check_list ()[i];
      g_autofree char *text = g_strconcat (LESSON, "\n---\n", PAGE, "\n---\n", TASK,
                                           check->sample, NULL);

      save_text ("lesson", check->name, text);
    }
}

/* Fills folders in the folder that is the argument. */
int
main (int   argc,
      char *argv[])
{
  g_autoptr (NnNetwork) network = NULL;

  if (argc != 2 || g_chdir (argv[1]) != 0)
    g_error ("The argument has to be a folder.");

  network = make_network ();
  save_formats (network);
  save_project (network);
  save_run ();
  save_data ();
  save_lessons ();
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *name = g_strdup_printf ("seed-%zu", i);

      save_text ("json", name, texts[i]);
    }
  save ("npy", "seed", "\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': True, 'shape': "
        "(1, 2), }            \n\0\0\x80\x3f\0\0\0\x40", 88);
  return 0;
}
