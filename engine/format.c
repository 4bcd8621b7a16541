/* format.c: the kinds of files that others read or write
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/format.h"

#include "engine/error.h"
#include "engine/file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

NnNamedTensor *
nn_named_tensor_new (const char *name,
                     NnTensor   *tensor)
{
  NnNamedTensor *self = g_new0 (NnNamedTensor, 1);

  self->name = g_strdup (name);
  self->tensor = tensor;

  return self;
}

void
nn_named_tensor_free (NnNamedTensor *self)
{
  g_clear_pointer (&self->tensor, nn_tensor_unref);
  g_free (self->name);
  g_free (self);
}

NnImport *
nn_import_new (void)
{
  NnImport *self = g_new0 (NnImport, 1);

  self->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_named_tensor_free);

  return self;
}

void
nn_import_free (NnImport *self)
{
  g_clear_pointer (&self->graph, nn_graph_unref);
  g_ptr_array_unref (self->tensors);
  g_free (self->notes);
  g_free (self);
}

void
nn_import_add (NnImport   *self,
               const char *name,
               NnTensor   *tensor)
{
  g_ptr_array_add (self->tensors, nn_named_tensor_new (name, tensor));
}

void
nn_import_note (NnImport *self,
                char     *sentence)
{
  g_autofree char *before = g_steal_pointer (&self->notes);

  if (before == NULL)
    {
      self->notes = sentence;
      return;
    }

  self->notes = g_strconcat (before, " ", sentence, NULL);
  g_free (sentence);
}

const NnFormat *
nn_format_find (const char *name)
{
  for (int i = 0; nn_formats[i] != NULL; i++)
    if (g_str_equal (nn_formats[i]->name, name))
      return nn_formats[i];

  return NULL;
}

const NnFormat *
nn_format_recognise (GBytes *bytes)
{
  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->read != NULL && nn_formats[i]->fits (bytes))
      return nn_formats[i];

  return NULL;
}

const NnFormat *
nn_format_for_path (const char *path)
{
  const char *point = strrchr (path, '.');
  g_autofree char *suffix = point == NULL ? NULL : g_ascii_strdown (point + 1, -1);

  for (int i = 0; suffix != NULL && nn_formats[i] != NULL; i++)
    if (nn_formats[i]->write != NULL && g_strv_contains (nn_formats[i]->suffixes, suffix))
      return nn_formats[i];

  return NULL;
}

/* "safetensors, npz": what can be read.  (transfer full) */
static char *
list_readable (void)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();

  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->read != NULL)
      g_ptr_array_add (titles, (char *) _(nn_formats[i]->title));
  g_ptr_array_add (titles, NULL);

  /* Translators: between the items of a list. */
  return g_strjoinv (_(", "), (char **) titles->pdata);
}

NnImport *
nn_import_read (const char      *path,
                const NnLimits  *limits,
                GError         **error)
{
  g_autoptr (GBytes) bytes = nn_file_map (path, error);
  g_autofree char *source = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *readable = NULL;
  const NnFormat *format;

  if (bytes == NULL)
    return NULL;

  format = nn_format_recognise (bytes);
  source = g_filename_display_basename (path);
  if (format == NULL)
    {
      readable = list_readable ();
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("“%s” is of no kind that can be read. These can: %s."), source, readable);
      return NULL;
    }

  folder = g_path_get_dirname (path);
  return format->read (bytes, source, folder, limits, error);
}
