/* file.h: files that are either the old ones or the new ones, never half
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes a file of any size piece by piece.  Nobody sees it before
 * nn_file_writer_commit(), and whatever fails before that, the process
 * included, leaves the old file as it was.
 *
 * A symbolic link is followed, so the link stays and its target is replaced.
 * The new file gets the mode of the old one.  All of this blocks on the disk:
 * not for the thread that draws. */
typedef struct _NnFileWriter NnFileWriter;

/* @expected_bytes is what will be written, as far as known: too little space
 * on the disk is reported before a long write and not at its end. */
NnFileWriter *nn_file_writer_new     (const char    *path,
                                      guint64        expected_bytes,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean      nn_file_writer_write   (NnFileWriter  *self,
                                      const void    *bytes,
                                      gsize          size,
                                      GError       **error);

/* Flushes the bytes to the disk, gives the file its name, and flushes the
 * folder.  Nothing can be written afterwards.  Only when the very last of
 * these fails is the new file there in spite of the error. */
gboolean      nn_file_writer_commit  (NnFileWriter  *self,
                                      GError       **error);

/* Without a commit before, nothing has happened. */
void          nn_file_writer_free    (NnFileWriter  *self);

/* All of the above for bytes in memory. */
gboolean      nn_file_write          (const char    *path,
                                      const void    *bytes,
                                      gsize          size,
                                      GError       **error);

/* Deletes what writers left in @folder when their process was killed: their
 * process is gone, or nothing has been written for a day.  Returns how many
 * files went; a folder that cannot be read has none. */
guint         nn_file_remove_orphans (const char    *folder);

/* The bytes of the regular file @path, at most @limit_bytes, and a NUL behind
 * them.  @size may be NULL.  (transfer full) */
char         *nn_file_read           (const char    *path,
                                      gsize          limit_bytes,
                                      gsize         *size,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* The bytes of @path without reading them: pages come when they are looked at
 * and must not be written to.  Replacing the file does no harm, but shortening
 * it in place makes the missing pages raise SIGBUS; our own writers only
 * replace.  (transfer full) */
GBytes       *nn_file_map            (const char    *path,
                                      GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnFileWriter, nn_file_writer_free)

G_END_DECLS
