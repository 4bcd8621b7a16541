/* checkpoints.c: the folder where a training keeps where it stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/checkpoints.h"

#include <glib/gstdio.h>
#include <string.h>

#define PREFIX "step-"
#define SUFFIX ".safetensors"

char *
nn_checkpoint_path (const char *folder,
                    guint64     step)
{
  g_autofree char *name = g_strdup_printf (PREFIX "%010" G_GUINT64_FORMAT SUFFIX, step);

  return g_build_filename (folder, name, NULL);
}

GArray *
nn_checkpoints_list (const char *folder)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *digits = NULL;
      guint64 step;
      guint at = 0;

      if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, SUFFIX))
        continue;
      digits = g_strndup (name + strlen (PREFIX),
                          strlen (name) - strlen (PREFIX) - strlen (SUFFIX));
      if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT64, &step, NULL))
        continue;
      while (at < steps->len && g_array_index (steps, guint64, at) > step)
        at++;
      g_array_insert_val (steps, at, step);
    }

  return steps;
}

void
nn_checkpoints_prune (const char *folder,
                      guint       n_kept)
{
  g_autoptr (GArray) steps = nn_checkpoints_list (folder);

  for (guint i = n_kept; i < steps->len; i++)
    {
      g_autofree char *path = nn_checkpoint_path (folder, g_array_index (steps, guint64, i));

      g_unlink (path);
    }
}
