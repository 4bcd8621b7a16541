/* fuzz.c: what the fuzz entries share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/fuzz/fuzz.h"

#include "engine/format.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Less than a parser may take of its own accord, so that a bomb is noticed. */
static const NnLimits limits = {
  .bytes = 1 << 26, .tensors = 1000, .values = 10000, .depth = 64, .nodes = 1000,
};

const char *
fuzz_file (const guint8 *bytes,
           gsize         size)
{
  static char path[64];
  static int fd = -1;

  if (fd >= 0)
    close (fd);
  fd = memfd_create ("fuzz", MFD_CLOEXEC);
  if (fd < 0 || write (fd, bytes, size) != (gssize) size)
    g_error ("There is no memory for a file of %zu bytes.", size);
  g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);

  return path;
}

/* The inner one is named like a lesson. */
static char *outer, *inner;

static void
remove_folders (void)
{
  g_autoptr (GDir) dir = g_dir_open (inner, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (inner, name, NULL);

      g_remove (path);
    }
  g_rmdir (inner);
  g_rmdir (outer);
  g_free (inner);
  g_free (outer);
}

const char *
fuzz_folder (const char   *name,
             const guint8 *bytes,
             gsize         size)
{
  g_autofree char *path = NULL;

  if (inner == NULL)
    {
      outer = g_dir_make_tmp ("epoch-fuzz-XXXXXX", NULL);
      inner = g_build_filename (outer, "11-fuzz", NULL);
      g_mkdir (inner, 0700);
      atexit (remove_folders);
    }

  path = g_build_filename (inner, name, NULL);
  if (!g_file_set_contents_full (path, (const char *) bytes, (gssize) size,
                                 G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    g_error ("“%s” could not be written.", path);
  return inner;
}

void
fuzz_format (const char   *format,
             const guint8 *bytes,
             gsize         size)
{
  g_autoptr (GBytes) content = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import =
    nn_format_find (format)->read (content, "fuzz", NULL, &limits, &error);

  g_assert_true ((import == NULL) == (error != NULL));
  nn_format_find (format)->fits (content);
  for (guint i = 0; import != NULL && i < import->tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (import->tensors, i);
      g_autoptr (NnTensor) copy = NULL;

      if (nn_tensor_get_count (named->tensor) < 1 << 16)
        copy = nn_tensor_to_float32 (named->tensor, NULL);
    }
}
