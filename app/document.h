/* document.h: the project that a window shows, with its history
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define APP_TYPE_DOCUMENT (app_document_get_type ())
G_DECLARE_FINAL_TYPE (AppDocument, app_document, APP, DOCUMENT, GObject)

/* Every edit lies between app_document_begin() and app_document_end(), and all
 * that lies between the outermost pair is one step of the history.  What can be
 * undone is the graph, the choice of data and the settings of training.
 *
 * Properties, all read-only and notified: "title" (of the window), "path" (NULL
 * until saved), "modified", "undo-name" and "redo-name" (NULL when there is
 * nothing).
 *
 * Signals, at the end of an edit, an undo or a redo:
 *   graph-changed     the network; carries the NnGraph as it was before
 *   data-changed      which data, or how it is divided
 *   training-changed  settings of training */

/* (transfer full) of @project; @path may be NULL. */
AppDocument       *app_document_new           (AppProject        *project,
                                               const char        *path) G_GNUC_WARN_UNUSED_RESULT;

/* To be read, and to be written between begin and end only: then the graph may
 * be changed in place or replaced, and so may data and training. */
AppProject        *app_document_get_project   (AppDocument       *self);

const char        *app_document_get_path      (AppDocument       *self);
const char        *app_document_get_title     (AppDocument       *self);
gboolean           app_document_get_modified  (AppDocument       *self);

/* @name is what undoing is called, "Delete conv1".  Edits with the same @merge,
 * which may be NULL, that follow each other within a second or two are one step:
 * a number being typed, a slider being moved. */
void               app_document_begin         (AppDocument       *self,
                                               const char        *name,
                                               const char        *merge);
void               app_document_end           (AppDocument       *self);

const char        *app_document_get_undo_name (AppDocument       *self);
const char        *app_document_get_redo_name (AppDocument       *self);
void               app_document_undo          (AppDocument       *self);
void               app_document_redo          (AppDocument       *self);

/* Trained weights are part of the file, but not of the history. */
void               app_document_set_learned   (AppDocument       *self,
                                               GBytes            *weights,
                                               GBytes            *vocabulary);

/* Blocks on the disk.  Failure leaves file and document as they were. */
gboolean           app_document_save          (AppDocument       *self,
                                               const char        *path,
                                               GError           **error);

/* Says that the document differs from its file, as a recovered one does. */
void               app_document_set_modified  (AppDocument       *self,
                                               gboolean           modified);

G_END_DECLS
