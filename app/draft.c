/* draft.c: unsaved work that outlives a crash
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/draft.h"

#include "engine/file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DELAY_MS   2000         /* from a change to the draft of it */
#define JSON_BYTES (16 << 20)

struct _AppDraft
{
  GObject      parent_instance;

  AppDocument *document;        /* owned */
  char        *folder;
  guint        timeout;         /* 0: nothing to write */
  gboolean     exists;
};

G_DEFINE_FINAL_TYPE (AppDraft, app_draft, G_TYPE_OBJECT)

static char *
drafts_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "epoch", "drafts", NULL);
}

/* Tells this boot of the machine from others: process numbers start anew. */
static char *
boot_id (void)
{
  char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (text);
}

static void
remove_folder (const char *folder)
{
  static const char *const names[] = { "project.json", "about.ini" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* What is to be written, put together in the main thread. */
typedef struct
{
  char  *folder;
  char  *json;
  gsize  length;
  char  *about;
} Snapshot;

static void
snapshot_free (Snapshot *self)
{
  g_free (self->folder);
  g_free (self->json);
  g_free (self->about);
  g_free (self);
}

static Snapshot *
take_snapshot (AppDraft *self)
{
  Snapshot *snapshot = g_new0 (Snapshot, 1);
  g_autoptr (GKeyFile) about = g_key_file_new ();
  g_autofree char *boot = boot_id ();
  const char *path = app_document_get_path (self->document);

  g_key_file_set_integer (about, "draft", "pid", getpid ());
  g_key_file_set_string (about, "draft", "boot", boot);
  if (path != NULL)
    g_key_file_set_string (about, "draft", "path", path);
  snapshot->folder = g_strdup (self->folder);
  snapshot->json = app_project_to_json (app_document_get_project (self->document),
                                        &snapshot->length);
  snapshot->about = g_key_file_to_data (about, NULL, NULL);
  return snapshot;
}

/* A draft that cannot be written must not get in anybody's way. */
static void
write_snapshot (const Snapshot *snapshot)
{
  g_autofree char *project = g_build_filename (snapshot->folder, "project.json", NULL);
  g_autofree char *about = g_build_filename (snapshot->folder, "about.ini", NULL);

  if (g_mkdir_with_parents (snapshot->folder, 0700) != 0)
    return;
  if (nn_file_write (about, snapshot->about, strlen (snapshot->about), NULL))
    nn_file_write (project, snapshot->json, snapshot->length, NULL);
}

static void
write_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  write_snapshot (data);
  g_task_return_boolean (task, TRUE);
}

static gboolean
timeout_cb (gpointer user_data)
{
  AppDraft *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->timeout = 0;
  self->exists = TRUE;
  g_task_set_task_data (task, take_snapshot (self), (GDestroyNotify) snapshot_free);
  g_task_run_in_thread (task, write_thread);
  return G_SOURCE_REMOVE;
}

static void
modified_cb (AppDraft *self)
{
  if (!app_document_get_modified (self->document))
    app_draft_discard (self);
  else if (self->timeout == 0)
    self->timeout = g_timeout_add (DELAY_MS, timeout_cb, self);
}

void
app_draft_flush (AppDraft *self)
{
  Snapshot *snapshot;

  if (self->timeout == 0)
    return;

  g_clear_handle_id (&self->timeout, g_source_remove);
  self->exists = TRUE;
  snapshot = take_snapshot (self);
  write_snapshot (snapshot);
  snapshot_free (snapshot);
}

void
app_draft_discard (AppDraft *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->exists)
    remove_folder (self->folder);
  self->exists = FALSE;
}

static void
app_draft_dispose (GObject *object)
{
  AppDraft *self = APP_DRAFT (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (app_draft_parent_class)->dispose (object);
}

static void
app_draft_class_init (AppDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_draft_dispose;
}

static void
app_draft_init (AppDraft *self)
{
}

AppDraft *
app_draft_new (AppDocument *document)
{
  AppDraft *self = g_object_new (APP_TYPE_DRAFT, NULL);
  g_autofree char *folder = drafts_folder ();
  g_autofree char *name = g_uuid_string_random ();

  self->document = g_object_ref (document);
  self->folder = g_build_filename (folder, name, NULL);
  g_signal_connect_swapped (document, "notify::modified", G_CALLBACK (modified_cb), self);
  modified_cb (self);

  return self;
}

void
app_orphan_free (AppOrphan *self)
{
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

/* NULL for a draft whose process lives, or that holds nothing. */
static AppOrphan *
read_orphan (const char *folder)
{
  g_autofree char *about_path = g_build_filename (folder, "about.ini", NULL);
  g_autofree char *project = g_build_filename (folder, "project.json", NULL);
  g_autoptr (GKeyFile) about = g_key_file_new ();
  g_autofree char *boot = boot_id ();
  g_autofree char *its_boot = NULL;
  AppOrphan *orphan;
  GStatBuf info;
  int pid;

  if (!g_key_file_load_from_file (about, about_path, G_KEY_FILE_NONE, NULL)
      || g_stat (project, &info) != 0)
    return NULL;

  pid = g_key_file_get_integer (about, "draft", "pid", NULL);
  its_boot = g_key_file_get_string (about, "draft", "boot", NULL);
  if (g_strcmp0 (boot, its_boot) == 0 && pid > 0 && kill (pid, 0) == 0)
    return NULL;

  orphan = g_new0 (AppOrphan, 1);
  orphan->folder = g_strdup (folder);
  orphan->path = g_key_file_get_string (about, "draft", "path", NULL);
  orphan->time = info.st_mtime;
  return orphan;
}

static int
compare_orphans (gconstpointer a,
                 gconstpointer b)
{
  const AppOrphan *first = *(AppOrphan *const *) a;
  const AppOrphan *second = *(AppOrphan *const *) b;

  return (second->time > first->time) - (second->time < first->time);
}

GPtrArray *
app_drafts_find (void)
{
  GPtrArray *orphans = g_ptr_array_new_with_free_func ((GDestroyNotify) app_orphan_free);
  g_autofree char *folder = drafts_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (folder, name, NULL);
      AppOrphan *orphan = read_orphan (inner);

      if (orphan != NULL)
        g_ptr_array_add (orphans, orphan);
    }
  g_ptr_array_sort (orphans, compare_orphans);

  return orphans;
}

AppDocument *
app_orphan_restore (const AppOrphan  *orphan,
                    GError          **error)
{
  g_autofree char *path = g_build_filename (orphan->folder, "project.json", NULL);
  g_autofree char *text = NULL;
  AppProject *project;
  AppDocument *document;
  gsize length;

  text = nn_file_read (path, JSON_BYTES, &length, error);
  if (text == NULL)
    return NULL;
  project = app_project_from_json (text, length, path, error);
  if (project == NULL)
    return NULL;

  /* Weights are in the project's file, if there is one; the draft has none. */
  if (orphan->path != NULL)
    {
      g_autoptr (AppProject) saved = app_project_read (orphan->path, NULL);

      if (saved != NULL)
        app_project_set_learned (project, saved->weights, saved->vocabulary);
    }

  document = app_document_new (project, orphan->path);
  app_document_set_modified (document, TRUE);
  return document;
}

void
app_orphan_discard (const AppOrphan *orphan)
{
  remove_folder (orphan->folder);
}
