/* member-name.c: which names inside a folder or archive are safe to use
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/member-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Nothing is ever unpacked, so no name can reach the disk today.  The rules
 * hold all the same: names are shown, compared, and used as class names, and
 * an archive that breaks them was not made by an honest tool. */

static gboolean
has_control_characters (const char *name)
{
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return TRUE;

  return FALSE;
}

/* Appends one part of the name; FALSE with @why set when it is refused. */
static gboolean
append_component (GString         *clean,
                  const char      *component,
                  const DsLimits  *limits,
                  const char     **why)
{
  if (strcmp (component, "..") == 0)
    {
      *why = _("its name climbs out with “..”");
      return FALSE;
    }

  if (strlen (component) > limits->component_bytes)
    {
      *why = _("a part of its name is too long");
      return FALSE;
    }

  if (clean->len > 0)
    g_string_append_c (clean, '/');
  g_string_append (clean, component);
  return TRUE;
}

char *
ds_member_name_clean (const char      *raw,
                      const DsLimits  *limits,
                      const char     **why)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  g_auto (GStrv) components = NULL;
  guint depth = 0;

  *why = NULL;
  if (!g_utf8_validate (raw, -1, NULL))
    *why = _("its name is not valid UTF-8");
  else if (has_control_characters (raw))
    *why = _("its name contains control characters");
  else if (raw[0] == '/')
    *why = _("its name is an absolute path");
  else if (strlen (raw) > limits->path_bytes)
    *why = _("its name is too long");
  if (*why != NULL)
    return NULL;

  components = g_strsplit (raw, "/", -1);
  for (int i = 0; components[i] != NULL; i++)
    {
      if (components[i][0] == '\0' || strcmp (components[i], ".") == 0)
        continue;
      if (!append_component (clean, components[i], limits, why))
        return NULL;
      depth++;
    }

  if (depth > limits->depth)
    *why = _("it lies in too many folders inside each other");
  else if (depth == 0)
    *why = _("it has no name");
  if (*why != NULL)
    return NULL;

  return g_string_free (g_steal_pointer (&clean), FALSE);
}
