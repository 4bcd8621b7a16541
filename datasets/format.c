/* format.c: choosing among the ways of laying out a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/format.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const DsFormat *
ds_format_find (const char *name)
{
  for (int i = 0; ds_formats[i] != NULL; i++)
    if (strcmp (ds_formats[i]->name, name) == 0)
      return ds_formats[i];

  return NULL;
}

/* The names of all formats, for a message.  (transfer full) */
static char *
list_titles (gboolean by_name)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; ds_formats[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            by_name ? ds_formats[i]->name : _(ds_formats[i]->title));

  return g_string_free (text, FALSE);
}

static const DsFormat *
choose_named (const char  *name,
              char       **why,
              GError     **error)
{
  const DsFormat *format = ds_format_find (name);
  g_autofree char *names = NULL;

  if (format != NULL)
    {
      *why = g_strdup (_("You have chosen this format."));
      return format;
    }

  names = list_titles (TRUE);
  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("There is no data format called “%s”. Choose one of: %s."), name, names);
  return NULL;
}

const DsFormat *
ds_format_choose (DsContainer  *container,
                  const char   *name,
                  char        **why,
                  GError      **error)
{
  const DsFormat *best = NULL;
  const DsFormat *rival = NULL;
  g_autofree char *reason = NULL;
  int best_bits = 0;

  if (name != NULL)
    return choose_named (name, why, error);

  for (int i = 0; ds_formats[i] != NULL; i++)
    {
      g_autofree char *text = NULL;
      int bits = ds_formats[i]->bid (container, &text);

      if (bits > best_bits)
        {
          best = ds_formats[i];
          best_bits = bits;
          rival = NULL;
          g_free (reason);
          reason = g_steal_pointer (&text);
        }
      else if (bits > 0 && bits == best_bits)
        rival = ds_formats[i];
    }

  if (best == NULL)
    {
      g_autofree char *titles = list_titles (FALSE);

      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” is no data set that can be recognised. Known are: %s."),
                   ds_container_get_shown (container), titles);
      return NULL;
    }

  if (rival != NULL)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” could be read as “%s” and as “%s” with equal right. "
                     "Choose one of the two formats."),
                   ds_container_get_shown (container), _(best->title), _(rival->title));
      return NULL;
    }

  *why = g_steal_pointer (&reason);
  return best;
}
