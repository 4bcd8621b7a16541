/* error.h: the data sets' error domain, and the list of warnings
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Few codes, chosen by what the caller can do about it. */
typedef enum
{
  DS_ERROR_FILE,                /* repair, replace or move the file or folder */
  DS_ERROR_FORMAT,              /* the bytes are not what the format promises */
  DS_ERROR_LIMIT,               /* too large to be safe: unpack, or choose less */
  DS_ERROR_MEMORY,              /* choose smaller items */
  DS_ERROR_CANCELLED,           /* somebody asked for it */
  DS_ERROR_UNSUPPORTED,         /* convert it, or choose something else */
} DsErrorCode;

#define DS_ERROR (ds_error_quark ())
GQuark    ds_error_quark      (void);

/* TRUE, with @error set, once @cancellable (nullable) has been cancelled. */
gboolean  ds_error_cancelled  (GCancellable  *cancellable,
                               GError       **error);

/* Adds a sentence to @warnings, a GPtrArray of strings.  A broken disk makes
 * thousands of them: after the first 200 only one more is added, which says
 * that there are more. */
void      ds_warn             (GPtrArray     *warnings,
                               const char    *format,
                               ...) G_GNUC_PRINTF (2, 3);

/* An empty list for ds_warn().  (transfer full) */
GPtrArray *ds_warnings_new    (void) G_GNUC_WARN_UNUSED_RESULT;

/* A file name that is safe to show: valid UTF-8, control characters written
 * as \xNN.  (transfer full) */
char      *ds_printable       (const char    *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
