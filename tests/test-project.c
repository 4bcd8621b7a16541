/* test-project.c: .epoch files, whole, damaged and hostile
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/package.h"
#include "app/core/project.h"
#include "engine/error.h"
#include "engine/template.h"

#include <glib/gstdio.h>
#include <string.h>

static AppProject *
make_project (void)
{
  AppProject *project = app_project_new ();
  const NnTemplate *template = nn_template_find ("lenet");
  NnShape item = nn_template_item (template);
  const double mean[] = { 0.5 };
  const double deviation[] = { 0.25 };
  const DsTransformSetting settings[] = {
    { "mean", mean, 1 }, { "deviation", deviation, 1 }, { NULL }
  };
  g_autoptr (GError) error = NULL;

  nn_graph_unref (project->graph);
  project->graph = nn_template_build (template, &item, 10, &error);
  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup ("digits");
  ds_transform_list_append (project->data.transforms, "normalise", settings, &error);
  if (error != NULL)            /* the setting's name is the record's business */
    {
      g_clear_error (&error);
      ds_transform_list_append (project->data.transforms, "normalise", NULL, &error);
    }
  g_assert_no_error (error);
  project->weights = g_bytes_new ("0123456789", 10);
  return project;
}

static void
set (AppProject *project,
     const char *key,
     const char *value)
{
  g_autoptr (GError) error = NULL;

  app_project_set (project, key, value, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autofree char *folder = g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "项目 1.epoch", NULL);
  g_autofree char *again_path = g_build_filename (folder, "2.epoch", NULL);
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (AppProject) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *bytes_again = NULL;
  gsize size, size_again;

  set (project, "epochs", "17");
  set (project, "batch", "48");
  set (project, "seed", "18446744073709551615");
  set (project, "optimiser", "sgd");
  set (project, "optimiser.momentum", "0.9");
  set (project, "rate", "0.05");
  set (project, "schedule", "cosine");
  set (project, "warm-up", "12");
  set (project, "patience", "4");
  set (project, "data.validation", "0.25");
  set (project, "threads", "2");

  app_project_write (project, path, &error);
  g_assert_no_error (error);
  read = app_project_read (path, &error);
  g_assert_no_error (error);
  first = app_project_to_json (project, NULL);
  second = app_project_to_json (read, NULL);
  g_assert_cmpstr (first, ==, second);
  g_assert_true (g_bytes_equal (project->weights, read->weights));
  g_assert_cmpuint (read->training.epochs, ==, 17);
  g_assert_cmpuint (read->training.seed, ==, G_MAXUINT64);

  /* The same project gives the same file. */
  app_project_write (read, again_path, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &bytes, &size, NULL);
  g_file_get_contents (again_path, &bytes_again, &size_again, NULL);
  g_assert_cmpmem (bytes, size, bytes_again, size_again);

  g_unlink (path);
  g_unlink (again_path);
  g_rmdir (folder);
}

static void
test_settings (void)
{
  static const struct
  {
    const char *key, *value, *words;
  } refused[] = {
    { "epochs", "0", "between 1 and" },
    { "epochs", "2.5", "whole number" },
    { "epochs", "many", "cannot be read" },
    { "batch", "-1", "between 1 and" },
    { "rate", "nan", "between" },
    { "seed", "-1", "" },
    { "optimiser", "magic", "“magic”" },
    { "optimiser.magic", "1", "“optimiser.magic”" },
    { "optimiser.momentum", "2", "" },
    { "schedule", "magic", "“magic”" },
    { "speed", "1", "“speed”" },
    { "clip-norm", "-1", "between 0 and" },
    { "accumulate", "0", "between 1 and" },
    { "average", "1", "between 0 and" },
    { "layer.magic.frozen", "true", "layer.magic.frozen" },
    { "layer.conv1", "true", "layer.conv1" },
    { "layer.conv1.magic", "true", "“magic”" },
    { "layer.conv1.frozen", "7", "" },
    { "layer.conv1.start.weight", "magic", "“magic”" },
    { "layer.conv1.start.x", "eye", "“start.x”" },
    { "layer.conv1.start.weight.gain", "1", "“start.weight.gain”" },
    { "data.test", "1.5", "between" },
  };
  g_autoptr (AppProject) project = make_project ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  set (project, "optimiser", "sgd");
  before = app_project_to_json (project, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (app_project_set (project, refused[i].key, refused[i].value, &error));
      g_assert_nonnull (error);
      if (strstr (error->message, refused[i].words) == NULL)
        {
          g_test_message ("%s=%s: “%s”", refused[i].key, refused[i].value, error->message);
          g_test_fail ();
        }
    }
  after = app_project_to_json (project, NULL);
  g_assert_cmpstr (before, ==, after);
}

/* project.json with one thing replaced, and what must be said of it. */
/* Every key says what it has, takes it back, and what it took is in the file. */
static void
check_keys (AppProject *project)
{
  g_auto (GStrv) keys = app_project_list_keys (project);

  for (int i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = app_project_get (project, keys[i]);
      const NnAttr *attr = app_project_find_attr (project, keys[i]);
      g_auto (GStrv) words = app_project_list_words (project, keys[i]);
      g_autoptr (AppProject) again = NULL;
      g_autofree char *text = NULL;
      g_autofree char *other = NULL;
      g_autofree char *read = NULL;

      g_assert_nonnull (value);
      set (project, keys[i], value);
      if (attr == NULL)
        {
          g_assert_true (words == NULL || g_strv_contains ((const char *const *) words, value));
          continue;
        }

      other = nn_attr_print (attr, &(NnAttrValue) { 1, { attr->min == 0 ? 1 : attr->min } });
      if (g_strcmp0 (keys[i], "average") == 0)
        g_clear_pointer (&other, g_free);
      if (other == NULL || !nn_attr_parse (attr, other, &(NnAttrValue) { 0 }, NULL))
        {
          g_free (other);
          other = nn_attr_print (attr, &(NnAttrValue) { 1, { attr->max } });
        }
      set (project, keys[i], other);
      text = app_project_to_json (project, NULL);
      again = app_project_from_json (text, strlen (text), "project.json", NULL);
      g_assert_nonnull (again);
      read = app_project_get (again, keys[i]);
      g_assert_cmpstr (read, ==, other);
      set (project, keys[i], value);
    }
}

static void
test_every_key (void)
{
  g_autoptr (AppProject) project = make_project ();
  const NnOptimiser *optimiser;
  const NnScheduleKind *kind;

  set (project, "layer.conv1.start.weight", "kaiming-normal");
  set (project, "layer.linear2.start.bias", "uniform");
  for (guint i = 0; (optimiser = nn_optimiser_get (i)) != NULL; i++)
    {
      set (project, "optimiser", optimiser->name);
      check_keys (project);
    }
  for (guint i = 0; (kind = nn_schedule_kind_get (i)) != NULL; i++)
    {
      set (project, "schedule", kind->name);
      check_keys (project);
    }
  g_assert_null (app_project_get (project, "magic"));
  g_assert_null (app_project_get (project, "layer.conv1.magic"));
}

/* A file from before there were options is read with the usual ones. */
static void
test_older_file (void)
{
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (AppProject) read = NULL;
  g_autofree char *text = app_project_to_json (project, NULL);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  char *at = strstr (text, "\"options\"");
  g_autoptr (GString) older = NULL;

  g_assert_nonnull (at);
  older = g_string_new_len (text, at - text);
  g_string_append (older, "\"unknown\"");
  g_string_append (older, at + strlen ("\"options\""));
  read = app_project_from_json (older->str, older->len, "project.json", &error);
  g_assert_no_error (error);
  again = app_project_to_json (read, NULL);
  g_assert_cmpstr (text, ==, again);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *from, *to, *words;
  } cases[] = {
    { "\"epoch-project\"", "\"other\"", "no project" },
    { "\"version\": 1", "\"version\": 99", "newer version" },
    { "\"kind\": \"drawn\"", "\"kind\": \"magic\"", "“magic”" },
    { "\"optimiser\": \"adam\"", "\"optimiser\": \"magic\"", "“magic”" },
    { "\"schedule\": \"constant\"", "\"schedule\": \"magic\"", "“magic”" },
    { "\"epochs\": 5", "\"epochs\": 0", "epochs" },
    { "\"epochs\": 5", "\"epochs\": 1e99", "epochs" },
    { "\"batch\": 64", "\"batch\": \"64\"", "batch" },
    { "\"validation\": 0.1", "\"validation\": -0.1", "validation" },
    { "\"normalise\"", "\"magic\"", "magic" },
    { "\"op\": \"relu\"", "\"op\": \"magic\"", "“magic”" },
    { "\"graph\"", "\"grph\"", "graph" },
    { "{", "[", "" },
  };
  g_autoptr (AppProject) project = make_project ();
  g_autofree char *text = app_project_to_json (project, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *at = strstr (text, cases[i].from);
      g_autoptr (GString) changed = g_string_new_len (text, at - text);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (at);
      g_string_append (changed, cases[i].to);
      g_string_append (changed, at + strlen (cases[i].from));
      g_assert_null (app_project_from_json (changed->str, changed->len, "project.json", &error));
      if (strstr (error->message, cases[i].words) == NULL)
        {
          g_test_message ("%s: “%s”", cases[i].to, error->message);
          g_test_fail ();
        }
    }
}

/* No package file, whatever byte is changed or missing, does more than fail. */
static void
test_damaged (void)
{
  g_autofree char *folder = g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.epoch", NULL);
  g_autoptr (AppProject) project = make_project ();
  g_autofree char *bytes = NULL;
  gsize size;

  app_project_write (project, path, NULL);
  g_file_get_contents (path, &bytes, &size, NULL);
  for (gsize i = 0; i < size; i += 1 + size / 400)
    {
      g_autoptr (AppProject) cut = NULL;
      g_autoptr (AppProject) flipped = NULL;
      g_autoptr (GError) error = NULL;

      g_file_set_contents (path, bytes, (gssize) i, NULL);
      cut = app_project_read (path, &error);
      g_assert_true (cut != NULL || strstr (error->message, "a.epoch") != NULL);
      bytes[i] ^= 0x55;
      g_file_set_contents (path, bytes, (gssize) size, NULL);
      flipped = app_project_read (path, NULL);
      bytes[i] ^= 0x55;
    }
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_package_limits (void)
{
  g_autofree char *folder = g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bomb.epoch", NULL);
  g_autofree char *zeros = g_malloc0 (4 << 20);
  g_autoptr (GBytes) bytes = g_bytes_new (zeros, 4 << 20);
  const AppPackageEntry entries[] = { { "zeros", bytes }, { "../escape", bytes } };
  g_autoptr (GHashTable) read = NULL;
  g_autoptr (GError) error = NULL;

  app_package_write (path, entries, 2, &error);
  g_assert_no_error (error);
  g_assert_null (app_package_read (path, 1 << 20, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "more than is safe"));

  g_clear_error (&error);
  read = app_package_read (path, 64 << 20, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_hash_table_lookup (read, "zeros"));
  g_assert_cmpuint (g_hash_table_size (read), ==, 1);

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (app_project_read ("/nonexistent/a.epoch", &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent/a.epoch"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/project/round-trip", test_round_trip);
  g_test_add_func ("/project/settings", test_settings);
  g_test_add_func ("/project/every-key", test_every_key);
  g_test_add_func ("/project/older-file", test_older_file);
  g_test_add_func ("/project/refused", test_refused);
  g_test_add_func ("/project/damaged", test_damaged);
  g_test_add_func ("/project/package-limits", test_package_limits);
  g_test_add_func ("/project/missing", test_missing);
  return g_test_run ();
}
