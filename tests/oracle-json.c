/* oracle-json.c: what oracle/optimisers.py has recorded
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/oracle-json.h"

#include <string.h>

#define MOST_BYTES (1 << 20)

NnJson *
test_oracle_open (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "recorded",
                                                 "optimisers.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  NnJson *json;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  json = nn_json_parse (text, length, MOST_BYTES, path, &error);
  g_assert_no_error (error);
  return json;
}

double *
test_oracle_numbers (const NnJson *json,
                     const char   *key,
                     guint        *count)
{
  const NnJson *list = nn_json_get_array (json, key, NULL);
  double *numbers;

  g_assert_nonnull (list);
  numbers = g_new0 (double, nn_json_get_length (list) + 1);
  *count = 0;
  for (const NnJson *item = nn_json_first (list); item != NULL; item = nn_json_next (item))
    g_assert_true (nn_json_as_double (item, -G_MAXDOUBLE, G_MAXDOUBLE, &numbers[(*count)++], NULL));
  return numbers;
}

void
test_apply_settings (const NnAttr *attrs,
                     const char   *settings,
                     NnAttrValue   values[NN_MAX_ATTRS])
{
  g_auto (GStrv) words = g_strsplit (settings, " ", 0);

  nn_attrs_initial (attrs, values);
  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (attrs, pair[0]);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (index, >=, 0);
      nn_attr_parse (&attrs[index], pair[1], &values[index], &error);
      g_assert_no_error (error);
    }
}

void
test_list_is_whole (const char *folder)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", folder, NULL);
  g_autofree char *list = g_build_filename (path, "meson.build", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autofree char *text = NULL;
  const char *name;
  int count = 0;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".c"))
      {
        g_autofree char *word = g_strdup_printf ("'%.*s", (int) strlen (name) - 2, name);

        g_assert_nonnull (strstr (text, word));
        count++;
      }
  g_assert_cmpint (count, >=, 2);
}
