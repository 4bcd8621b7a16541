/* draft.h: unsaved work that outlives a crash
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"

G_BEGIN_DECLS

/* While a document has changes that are not in its file, a copy lies in a folder
 * of its own under the user's state folder, at most a few seconds old.  It goes
 * when the document is saved or given up; one whose process is gone is what is
 * left of a crash. */

#define APP_TYPE_DRAFT (app_draft_get_type ())
G_DECLARE_FINAL_TYPE (AppDraft, app_draft, APP, DRAFT, GObject)

/* Keeps a draft of @document as long as it lives. */
AppDraft   *app_draft_new          (AppDocument  *document) G_GNUC_WARN_UNUSED_RESULT;

/* Writes what is not written yet, now and in this thread. */
void        app_draft_flush        (AppDraft     *self);

/* The document has been given up: the draft goes, too. */
void        app_draft_discard      (AppDraft     *self);

/* What is left of a crash. */
typedef struct
{
  char    *folder;
  char    *path;                /* of the project's file, or NULL */
  gint64   time;                /* of the last change, seconds since 1970 */
} AppOrphan;

void        app_orphan_free        (AppOrphan    *self);

/* Drafts of processes that are gone, the newest first: AppOrphan.
 * (transfer full) */
GPtrArray  *app_drafts_find        (void) G_GNUC_WARN_UNUSED_RESULT;

/* A modified document from a draft, which stays where it is; NULL when it cannot
 * be read.  (transfer full) */
AppDocument *app_orphan_restore    (const AppOrphan *orphan,
                                    GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void        app_orphan_discard     (const AppOrphan *orphan);

G_END_DECLS
