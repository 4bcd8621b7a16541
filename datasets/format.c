/* format.c: choosing among the ways of laying out a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/format.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const DsFormat *
find_in (const DsFormat * const *formats,
         const char             *name)
{
  for (; *formats != NULL; formats++)
    if (strcmp ((*formats)->name, name) == 0)
      return *formats;

  return NULL;
}

const DsFormat *
ds_format_find (const char *name)
{
  return find_in (ds_formats, name);
}

static const DsFormat *
choose_named (const DsFormat * const  *formats,
              const char              *name,
              char                   **why,
              GError                 **error)
{
  const DsFormat *format = find_in (formats, name);
  g_autoptr (GString) names = NULL;

  if (format != NULL)
    {
      *why = g_strdup (_("You have chosen this format."));
      return format;
    }

  names = g_string_new (NULL);
  for (int i = 0; formats[i] != NULL; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", formats[i]->name);
  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("There is no data format called “%s”. Choose one of: %s."), name, names->str);
  return NULL;
}

static void
set_none_fits (const DsFormat * const  *formats,
               DsContainer             *container,
               GError                 **error)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  for (int i = 0; formats[i] != NULL; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? ", " : "", _(formats[i]->title));
  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("“%s” is no data set that can be recognised. Known are: %s."),
               ds_container_get_shown (container), titles->str);
}

const DsFormat *
ds_format_choose (const DsFormat * const  *formats,
                  DsContainer             *container,
                  const char              *name,
                  char                   **why,
                  GError                 **error)
{
  const DsFormat *best = NULL;
  const DsFormat *rival = NULL;
  g_autofree char *reason = NULL;
  int best_bits = 0;

  if (name != NULL)
    return choose_named (formats, name, why, error);

  for (int i = 0; formats[i] != NULL; i++)
    {
      g_autofree char *text = NULL;
      int bits = formats[i]->bid (container, &text);

      if (bits > best_bits)
        {
          best = formats[i];
          best_bits = bits;
          rival = NULL;
          g_free (reason);
          reason = g_steal_pointer (&text);
        }
      else if (bits > 0 && bits == best_bits)
        rival = formats[i];
    }

  if (best == NULL)
    {
      set_none_fits (formats, container, error);
      return NULL;
    }

  if (rival != NULL)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” could be read as “%s” and as “%s” with equal right. Choose one of the "
                     "two formats."),
                   ds_container_get_shown (container), _(best->title), _(rival->title));
      return NULL;
    }

  *why = g_steal_pointer (&reason);
  return best;
}
