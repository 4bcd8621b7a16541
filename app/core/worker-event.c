/* worker-event.c: what the worker tells, checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker-event.h"

#include "engine/error.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Far above any training; below it, counts are exact as doubles, too. */
#define MOST_STEPS ((guint64) 1 << 53)

static gboolean
is_absent (const NnJson *json,
           const char   *key)
{
  const NnJson *member = nn_json_find (json, key);

  return member == NULL || nn_json_get_type (member) == NN_JSON_NULL;
}

/* Text that may be missing; JSON has made sure that it is UTF-8. */
static gboolean
read_text (const NnJson  *json,
           const char    *key,
           char         **text,
           GError       **error)
{
  const char *found;

  if (is_absent (json, key))
    return TRUE;

  found = nn_json_get_string (json, key, error);
  *text = g_strdup (found);
  return found != NULL;
}

/* What failed, if anything did. */
static gboolean
read_fault (AppWorkerEvent  *self,
            const NnJson    *json,
            const char      *key,
            GError         **error)
{
  gint64 node = 0;
  gint64 code = -1;

  if (!read_text (json, key, &self->message, error)
      || (!is_absent (json, "node")
          && !nn_json_get_integer (json, "node", 0, G_MAXUINT32, &node, error))
      || (!is_absent (json, "code")
          && !nn_json_get_integer (json, "code", -1, G_MAXINT32, &code, error)))
    return FALSE;

  self->node = (guint) node;
  self->code = (int) code;
  return TRUE;
}

static gboolean
read_reading (AppWorkerEvent  *self,
              const AppFrame  *frame,
              GError         **error)
{
  guint64 done, total;

  if (!nn_json_get_unsigned (frame->header, "done", MOST_STEPS, &done, error)
      || !nn_json_get_unsigned (frame->header, "total", MOST_STEPS, &total, error))
    return FALSE;

  self->share = total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : 0;
  return TRUE;
}

static gboolean
read_position (AppWorkerEvent  *self,
               const NnJson    *json,
               GError         **error)
{
  if (!nn_json_get_unsigned (json, "step", MOST_STEPS, &self->step, error)
      || !nn_json_get_unsigned (json, "total", MOST_STEPS, &self->total_steps, error))
    return FALSE;

  self->total_steps = MAX (self->total_steps, 1);
  return TRUE;
}

static gboolean
read_started (AppWorkerEvent  *self,
              const AppFrame  *frame,
              GError         **error)
{
  return read_position (self, frame->header, error)
         && read_text (frame->header, "warning", &self->message, error);
}

static gboolean
read_points (AppWorkerEvent  *self,
             const AppFrame  *frame,
             GError         **error)
{
  return read_position (self, frame->header, error)
         && nn_json_get_unsigned (frame->header, "samples", MOST_STEPS, &self->n_samples, error)
         && nn_json_get_array (frame->header, "points", error) != NULL;
}

static gboolean
read_state (AppWorkerEvent  *self,
            const AppFrame  *frame,
            GError         **error)
{
  const char *state = nn_json_get_string (frame->header, "state", error);

  self->is_paused = g_strcmp0 (state, "paused") == 0;
  return state != NULL;
}

static gboolean
read_ended (AppWorkerEvent  *self,
            const AppFrame  *frame,
            GError         **error)
{
  return app_run_info_read (&self->info, frame->header, error)
         && read_fault (self, frame->header, "error", error);
}

static gboolean
read_score (AppWorkerEvent  *self,
            const AppFrame  *frame,
            GError         **error)
{
  self->evaluation = app_evaluation_read (frame->header, error);
  return self->evaluation != NULL;
}

static gboolean
read_samples (AppWorkerEvent  *self,
              const AppFrame  *frame,
              GError         **error)
{
  self->samples = app_cell_samples_read (frame, error);
  return self->samples != NULL;
}

static gboolean
read_error (AppWorkerEvent  *self,
            const AppFrame  *frame,
            GError         **error)
{
  return nn_json_get_string (frame->header, "message", error) != NULL
         && read_fault (self, frame->header, "message", error);
}

static const struct
{
  const char    *name;
  AppEventKind   kind;

  /* NULL: there is nothing more to it. */
  gboolean     (*read) (AppWorkerEvent  *self,
                        const AppFrame  *frame,
                        GError         **error);
} events[] = {
  { "reading", APP_EVENT_READING, read_reading },
  { "started", APP_EVENT_STARTED, read_started },
  { "points", APP_EVENT_POINTS, read_points },
  { "state", APP_EVENT_STATE, read_state },
  { "ended", APP_EVENT_ENDED, read_ended },
  { "evaluating", APP_EVENT_EVALUATING, read_reading },
  { "score", APP_EVENT_SCORE, read_score },
  { "evaluation-stopped", APP_EVENT_EVALUATION_STOPPED, NULL },
  { "samples", APP_EVENT_SAMPLES, read_samples },
  { "error", APP_EVENT_ERROR, read_error },
};

gboolean
app_worker_event_read (AppWorkerEvent  *self,
                       const AppFrame  *frame,
                       GError         **error)
{
  const char *name = nn_json_get_string (frame->header, "event", error);

  memset (self, 0, sizeof *self);
  self->kind = APP_EVENT_OTHER;
  if (name == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (events[i].name, name))
      {
        self->kind = events[i].kind;
        return events[i].read == NULL || events[i].read (self, frame, error);
      }

  return TRUE;
}

void
app_worker_event_clear (AppWorkerEvent *self)
{
  app_run_info_clear (&self->info);
  g_clear_pointer (&self->evaluation, app_evaluation_free);
  g_clear_pointer (&self->samples, app_cell_samples_free);
  g_clear_pointer (&self->message, g_free);
}

/* [tag, step, value] */
static gboolean
read_point (const NnJson  *json,
            const char   **tag,
            guint64       *step,
            double        *value,
            GError       **error)
{
  const NnJson *item;

  if (nn_json_as_array (json, error) == NULL)
    return FALSE;
  if (nn_json_get_length (json) != 3)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("A point of a curve has %u parts instead of 3."), nn_json_get_length (json));
      return FALSE;
    }

  item = nn_json_first (json);
  *tag = nn_json_as_string (item, error);
  if (*tag == NULL)
    return FALSE;
  item = nn_json_next (item);
  return nn_json_as_unsigned (item, MOST_STEPS, step, error)
         && nn_json_as_double (nn_json_next (item), -G_MAXDOUBLE, G_MAXDOUBLE, value, error);
}

gboolean
app_worker_event_for_points (const AppFrame  *frame,
                             AppPointFunc     func,
                             void            *data,
                             GError         **error)
{
  const NnJson *points = nn_json_get_array (frame->header, "points", error);

  if (points == NULL)
    return FALSE;

  for (const NnJson *point = nn_json_first (points); point != NULL; point = nn_json_next (point))
    {
      const char *tag;
      guint64 step;
      double value;

      if (!read_point (point, &tag, &step, &value, error) || !func (tag, step, value, data, error))
        return FALSE;
    }

  return TRUE;
}
