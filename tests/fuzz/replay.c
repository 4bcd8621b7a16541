/* replay.c: what a fuzzer found once is tried again by every compiler
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/fuzz/fuzz.h"

static void
test_file (const void *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpint (LLVMFuzzerTestOneInput ((const guint8 *) bytes, size), ==, 0);
}

/* The last argument is the folder with the inputs, one test each. */
int
main (int   argc,
      char *argv[])
{
  const char *folder = argv[argc - 1];
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  dir = g_dir_open (folder, 0, NULL);
  if (dir == NULL)
    g_error ("“%s” is no folder.", folder);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/replay/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_file, g_free);
    }
  return g_test_run ();
}
