/* error.c: the data sets' error domain, and the list of warnings
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>

#define MAX_WARNINGS 200

G_DEFINE_QUARK (ds-error-quark, ds_error)

gboolean
ds_error_cancelled (GCancellable  *cancellable,
                    GError       **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return FALSE;

  g_set_error_literal (error, DS_ERROR, DS_ERROR_CANCELLED, _("Reading the data was cancelled."));
  return TRUE;
}

void
ds_warn (GPtrArray  *warnings,
         const char *format,
         ...)
{
  va_list arguments;

  if (warnings->len > MAX_WARNINGS)
    return;

  if (warnings->len == MAX_WARNINGS)
    {
      g_ptr_array_add (warnings,
                       g_strdup_printf (_("There are more problems; only the first %d are listed."),
                                        MAX_WARNINGS));
      return;
    }

  va_start (arguments, format);
  g_ptr_array_add (warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

GPtrArray *
ds_warnings_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

char *
ds_printable (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  GString *text = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (g_unichar_iscntrl (character))
        g_string_append_printf (text, "\\x%02x", character);
      else
        g_string_append_unichar (text, character);
    }

  return g_string_free (text, FALSE);
}
