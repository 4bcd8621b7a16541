/* document.c: the project that a window shows, with its history
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/document.h"

#include <glib/gi18n.h>
#include <string.h>

/* A step of the history is a whole project, because a graph is small (a few
 * kilobytes) and restoring it cannot go wrong.  What changed is found by
 * comparing. */

#define DEPTH      500          /* steps that can be undone */
#define MERGE_TIME (1500 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  char       *name;
  char       *merge;            /* or NULL */
  gint64      time;             /* monotonic, of the last edit in it */
  AppProject *before;
  AppProject *after;
} Step;

struct _AppDocument
{
  GObject     parent_instance;

  AppProject *project;
  char       *path;             /* or NULL */
  GPtrArray  *steps;            /* Step, owned; those from @done on are undone */
  guint       done;
  guint       saved;            /* @done when the file was written; G_MAXUINT: never */
  gboolean    is_changed;       /* differs from the file in what has no history */

  int         nesting;
  char       *name;             /* of the edit under way */
  char       *merge;
  AppProject *before;           /* as the outermost edit found it */
  AppProject *told;             /* as the signals know it so far */
};

enum {
  PROP_0,
  PROP_TITLE,
  PROP_PATH,
  PROP_MODIFIED,
  PROP_UNDO_NAME,
  PROP_REDO_NAME,
  N_PROPS,
};

enum {
  GRAPH_CHANGED,
  DATA_CHANGED,
  TRAINING_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppDocument, app_document, G_TYPE_OBJECT)

static void
step_free (Step *step)
{
  g_free (step->name);
  g_free (step->merge);
  app_project_free (step->before);
  app_project_free (step->after);
  g_free (step);
}

static void
app_document_finalize (GObject *object)
{
  AppDocument *self = APP_DOCUMENT (object);

  g_clear_pointer (&self->before, app_project_free);
  g_clear_pointer (&self->told, app_project_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->merge, g_free);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->project, app_project_free);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (app_document_parent_class)->finalize (object);
}

static void
app_document_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  AppDocument *self = APP_DOCUMENT (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, app_document_get_title (self));
      break;
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, app_document_get_modified (self));
      break;
    case PROP_UNDO_NAME:
      g_value_set_string (value, app_document_get_undo_name (self));
      break;
    case PROP_REDO_NAME:
      g_value_set_string (value, app_document_get_redo_name (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
app_document_class_init (AppDocumentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = app_document_finalize;
  object_class->get_property = app_document_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  properties[PROP_UNDO_NAME] = g_param_spec_string ("undo-name", NULL, NULL, NULL, flags);
  properties[PROP_REDO_NAME] = g_param_spec_string ("redo-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[GRAPH_CHANGED] = g_signal_new ("graph-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DATA_CHANGED] = g_signal_new ("data-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TRAINING_CHANGED] = g_signal_new ("training-changed", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
}

static void
app_document_init (AppDocument *self)
{
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  self->saved = G_MAXUINT;
}

AppDocument *
app_document_new (AppProject *project,
                  const char *path)
{
  AppDocument *self = g_object_new (APP_TYPE_DOCUMENT, NULL);

  self->project = project;
  self->path = g_strdup (path);
  self->saved = 0;

  return self;
}

AppProject *
app_document_get_project (AppDocument *self)
{
  return self->project;
}

const char *
app_document_get_path (AppDocument *self)
{
  return self->path;
}

const char *
app_document_get_title (AppDocument *self)
{
  const char *slash = self->path != NULL ? strrchr (self->path, '/') : NULL;

  return slash != NULL ? slash + 1 : self->path != NULL ? self->path : _("Unsaved Project");
}

gboolean
app_document_get_modified (AppDocument *self)
{
  return self->is_changed || self->done != self->saved;
}

static void
notify_all (AppDocument *self)
{
  for (int i = PROP_0 + 1; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

void
app_document_set_modified (AppDocument *self,
                           gboolean     modified)
{
  self->is_changed = modified;
  if (!modified)
    self->saved = self->done;
  notify_all (self);
}

static gboolean
same_graph (NnGraph *a,
            NnGraph *b)
{
  if (nn_graph_get_n_nodes (a) != nn_graph_get_n_nodes (b)
      || nn_graph_get_n_links (a) != nn_graph_get_n_links (b))
    return FALSE;

  for (guint i = 0; i < nn_graph_get_n_nodes (a); i++)
    if (memcmp (nn_graph_get_nth (a, i), nn_graph_get_nth (b, i), sizeof (NnNode)) != 0)
      return FALSE;
  for (guint i = 0; i < nn_graph_get_n_links (a); i++)
    {
      NnLink first = nn_graph_get_link (a, i);
      NnLink second = nn_graph_get_link (b, i);

      if (memcmp (&first, &second, sizeof first) != 0)
        return FALSE;
    }

  return TRUE;
}

static gboolean
same_training (const AppProject *a,
               const AppProject *b)
{
  return memcmp (&a->training, &b->training, sizeof a->training) == 0
         && g_strcmp0 (a->device, b->device) == 0 && a->threads == b->threads;
}

/* Tells what differs between @before and the project as it is now. */
static void
emit_changes (AppDocument      *self,
              const AppProject *before)
{
  gboolean graph = !same_graph (before->graph, self->project->graph);
  gboolean data = !app_data_ref_equal (&before->data, &self->project->data);
  gboolean training = !same_training (before, self->project);

  if (graph)
    g_signal_emit (self, signals[GRAPH_CHANGED], 0, before->graph);
  if (data)
    g_signal_emit (self, signals[DATA_CHANGED], 0);
  if (training)
    g_signal_emit (self, signals[TRAINING_CHANGED], 0);
  notify_all (self);
}

void
app_document_begin (AppDocument *self,
                    const char  *name,
                    const char  *merge)
{
  if (self->nesting++ > 0)
    return;

  self->name = g_strdup (name);
  self->merge = g_strdup (merge);
  self->before = app_project_dup (self->project);
  self->told = app_project_dup (self->project);
}

static gboolean
can_merge (AppDocument *self,
           gint64       now)
{
  const Step *last = self->done > 0 ? g_ptr_array_index (self->steps, self->done - 1) : NULL;

  return self->merge != NULL && last != NULL && self->done == self->steps->len
         && self->done != self->saved && g_strcmp0 (last->merge, self->merge) == 0
         && now - last->time < MERGE_TIME;
}

static void
push_step (AppDocument *self)
{
  gint64 now = g_get_monotonic_time ();
  Step *step;

  if (can_merge (self, now))
    {
      step = g_ptr_array_index (self->steps, self->done - 1);
      app_project_free (step->after);
      step->after = app_project_dup (self->project);
      step->time = now;
      return;
    }

  /* What had been undone cannot be redone any more; if the file held it, the
   * file can no longer be reached by undoing either. */
  if (self->done < self->steps->len)
    {
      if (self->saved != G_MAXUINT && self->saved > self->done)
        self->saved = G_MAXUINT;
      g_ptr_array_set_size (self->steps, (int) self->done);
    }

  step = g_new0 (Step, 1);
  step->name = g_steal_pointer (&self->name);
  step->merge = g_steal_pointer (&self->merge);
  step->time = now;
  step->before = app_project_dup (self->before);
  step->after = app_project_dup (self->project);
  g_ptr_array_add (self->steps, step);
  if (self->steps->len > DEPTH)
    {
      g_ptr_array_remove_index (self->steps, 0);
      self->saved = self->saved > 0 && self->saved != G_MAXUINT ? self->saved - 1 : G_MAXUINT;
    }
  self->done = self->steps->len;
}

void
app_document_end (AppDocument *self)
{
  g_autoptr (AppProject) told = NULL;

  g_return_if_fail (self->nesting > 0);

  /* Inner edits are told at once: what follows in the action may build on what
   * the listeners made of them. */
  told = g_steal_pointer (&self->told);
  if (--self->nesting > 0)
    {
      self->told = app_project_dup (self->project);
      emit_changes (self, told);
      return;
    }

  if (!same_graph (self->before->graph, self->project->graph)
      || !app_data_ref_equal (&self->before->data, &self->project->data)
      || !same_training (self->before, self->project))
    push_step (self);
  g_clear_pointer (&self->before, app_project_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->merge, g_free);
  emit_changes (self, told);
}

const char *
app_document_get_undo_name (AppDocument *self)
{
  return self->done > 0 ? ((Step *) g_ptr_array_index (self->steps, self->done - 1))->name : NULL;
}

const char *
app_document_get_redo_name (AppDocument *self)
{
  return self->done < self->steps->len
         ? ((Step *) g_ptr_array_index (self->steps, self->done))->name : NULL;
}

/* Puts @wanted in the place of the project; weights have no history. */
static void
restore (AppDocument      *self,
         const AppProject *wanted)
{
  g_autoptr (AppProject) before = self->project;

  self->project = app_project_dup (wanted);
  app_project_set_learned (self->project, before->weights, before->vocabulary);
  emit_changes (self, before);
}

void
app_document_undo (AppDocument *self)
{
  if (self->done == 0 || self->nesting > 0)
    return;

  self->done--;
  restore (self, ((Step *) g_ptr_array_index (self->steps, self->done))->before);
}

void
app_document_redo (AppDocument *self)
{
  if (self->done == self->steps->len || self->nesting > 0)
    return;

  self->done++;
  restore (self, ((Step *) g_ptr_array_index (self->steps, self->done - 1))->after);
}

void
app_document_set_learned (AppDocument *self,
                          GBytes      *weights,
                          GBytes      *vocabulary)
{
  app_project_set_learned (self->project, weights, vocabulary);
  self->is_changed = TRUE;
  notify_all (self);
}

gboolean
app_document_save (AppDocument  *self,
                   const char   *path,
                   GError      **error)
{
  char *kept;

  if (!app_project_write (self->project, path, error))
    return FALSE;

  kept = g_strdup (path);
  g_free (self->path);
  self->path = kept;
  app_document_set_modified (self, FALSE);
  return TRUE;
}
