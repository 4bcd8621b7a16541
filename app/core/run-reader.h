/* run-reader.h: follows the numbers of a training while they are written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64  step;
  gint64   time_us;
  double   value;
  guint    tag;                 /* for app_run_reader_get_tag() */
} AppRunRecord;

/* Follows a file from its beginning, while it grows or afterwards.  The file
 * may come from anybody. */
typedef struct _AppRunReader AppRunReader;

/* The file need not be there yet. */
AppRunReader  *app_run_reader_new         (const char    *path) G_GNUC_WARN_UNUSED_RESULT;
void           app_run_reader_free        (AppRunReader  *self);

/* Appends to @records, an array of AppRunRecord, what has come since the last
 * call, at most @most of them; fewer mean that there are no more for now.
 *
 * @restarted tells that the file has been replaced since the last call, as it
 * is when a training resumes: what was read before no longer holds, tags
 * included, and this call has begun anew. */
gboolean       app_run_reader_read        (AppRunReader  *self,
                                           GArray        *records,
                                           guint          most,
                                           gboolean      *restarted,
                                           GError       **error);

/* The name of a tag, which every record that was given has; NULL for numbers
 * that have none. */
const char    *app_run_reader_get_tag     (AppRunReader  *self,
                                           guint          tag);

/* One more than the largest number of a tag so far. */
guint          app_run_reader_count_tags  (AppRunReader  *self);

/* Records skipped so far because they were damaged.  A torn one at the end is
 * not damaged: it is not there yet. */
guint64        app_run_reader_get_damaged (AppRunReader  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppRunReader, app_run_reader_free)

G_END_DECLS
