/* npy.c: one array of NumPy
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/format.h"
#include "engine/npy.h"

#include <glib/gi18n-lib.h>

#define SUFFIX ".npy"

/* The array is called like its file. */
static NnImport *
npy_read (GBytes          *bytes,
          const char      *source,
          const char      *folder,
          const NnLimits  *limits,
          GError         **error)
{
  NnTensor *tensor = nn_npy_parse (bytes, source, limits, error);
  g_autofree char *name = g_strdup (source);
  NnImport *import;

  if (tensor == NULL)
    return NULL;

  if (g_str_has_suffix (name, SUFFIX))
    name[strlen (name) - strlen (SUFFIX)] = '\0';
  import = nn_import_new ();
  nn_import_add (import, name, tensor);
  return import;
}

static const char *const suffixes[] = { "npy", NULL };

const NnFormat nn_format_npy = {
  .name     = "npy",
  .title    = N_("NumPy Array"),
  .summary  = N_("One array, as NumPy saves it."),
  .suffixes = suffixes,
  .content  = NN_CONTENT_WEIGHTS,
  .fits     = nn_npy_fits,
  .read     = npy_read,
};
