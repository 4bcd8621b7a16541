/* package.h: several files in one, as a ZIP archive
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  GBytes     *bytes;
} AppPackageEntry;

/* Saves @entries as @path, the whole new file or the old one.  Equal contents
 * give equal files. */
gboolean     app_package_write  (const char             *path,
                                 const AppPackageEntry  *entries,
                                 gsize                   n_entries,
                                 GError                **error);

/* The entries of @path by name: a hash table of GBytes.  What is not a plain
 * file, or has a strange name, is passed over; together they may have
 * @limit_bytes.  (transfer full) */
GHashTable  *app_package_read   (const char             *path,
                                 gsize                   limit_bytes,
                                 GError                **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
