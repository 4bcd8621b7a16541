/* format-support.c: files that a file format has to read or to refuse
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/format-support.h"

#include "engine/error.h"

#include <glib/gstdio.h>
#include <string.h>

/* Looks at every number, so that a sanitizer sees a wrong address. */
static void
touch (NnImport *import)
{
  for (guint i = 0; i < import->tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (import->tensors, i);
      g_autoptr (NnTensor) copy = NULL;

      if (nn_tensor_get_count (named->tensor) < 1 << 16)
        copy = nn_tensor_to_float32 (named->tensor, NULL);
    }
}

void
test_format_refuses (const char      *format,
                     GBytes          *bytes,
                     const NnLimits  *limits,
                     const char      *what,
                     const char      *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import =
    nn_format_find (format)->read (bytes, "bad.file", NULL, limits, &error);

  if (message == NULL)
    {
      g_assert_no_error (error);
      touch (import);
      return;
    }

  if (import != NULL)
    g_error ("%s was read, instead of “%s”", what, message);
  g_assert_true (error->domain == NN_ERROR);
  g_assert_true (g_str_has_prefix (error->message, "bad.file"));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
  if (strstr (error->message, message) == NULL)
    g_error ("%s: “%s” does not say “%s”", what, error->message, message);
}

void
test_format_survives (const char *format,
                      GBytes     *bytes)
{
  const NnFormat *record = nn_format_find (format);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize length = 0; length < size; length++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, length);
      NnImport *import = record->read (part, "bad.file", NULL, &nn_limits_usual, NULL);

      if (import != NULL)
        g_error ("The first %zu of %zu bytes were read.", length, size);
    }

  for (gsize i = 0; i < size; i++)
    for (int bit = 0; bit < 8; bit++)
      {
        guint8 *changed = g_memdup2 (data, size);
        g_autoptr (GBytes) bad = NULL;
        g_autoptr (NnImport) import = NULL;

        changed[i] ^= (guint8) (1 << bit);
        bad = g_bytes_new_take (changed, size);
        import = record->read (bad, "bad.file", NULL, &nn_limits_usual, NULL);
        if (import != NULL)
          touch (import);
      }
}

GBytes *
test_zip (const NnZipPart *parts,
          gsize            n_parts)
{
  g_autofree char *folder = g_dir_make_tmp ("epoch-zip-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.zip", NULL);
  g_autoptr (GError) error = NULL;
  char *content;
  gsize size;

  nn_zip_write (path, parts, n_parts, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);

  return g_bytes_new_take (content, size);
}
