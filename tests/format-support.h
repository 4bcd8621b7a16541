/* format-support.h: files that a file format has to read or to refuse
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"
#include "engine/zip.h"

G_BEGIN_DECLS

/* Fails unless @format refuses @bytes with one sentence that names the file and
 * has @message in it; NULL wants them to be read.  @what is for the log. */
void     test_format_refuses   (const char       *format,
                                GBytes           *bytes,
                                const NnLimits   *limits,
                                const char       *what,
                                const char       *message);

/* Every shortened copy of @bytes is refused, and no change of one byte does
 * harm. */
void     test_format_survives  (const char       *format,
                                GBytes           *bytes);

/* The archive that nn_zip_write() makes.  (transfer full) */
GBytes  *test_zip              (const NnZipPart  *parts,
                                gsize             n_parts) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
