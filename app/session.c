/* session.c: the training of a window's project, in a worker process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/session.h"

struct _AppSession
{
  GObject          parent_instance;

  AppSessionState  state;
  AppCurves       *curves;
};

G_DEFINE_FINAL_TYPE (AppSession, app_session, G_TYPE_OBJECT)

static void
app_session_finalize (GObject *object)
{
  AppSession *self = APP_SESSION (object);

  g_clear_pointer (&self->curves, app_curves_free);

  G_OBJECT_CLASS (app_session_parent_class)->finalize (object);
}

static void
app_session_class_init (AppSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_session_finalize;

  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("worker-died", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
app_session_init (AppSession *self)
{
  self->curves = app_curves_new ();
}

AppSession *
app_session_new (void)
{
  return g_object_new (APP_TYPE_SESSION, NULL);
}

AppSessionState
app_session_get_state (AppSession *self)
{
  return self->state;
}

AppCurves *
app_session_get_curves (AppSession *self)
{
  return self->curves;
}

void
app_session_close (AppSession *self)
{
}

void
app_session_start (AppSession  *self,
                   AppDocument *document,
                   gboolean     resume)
{
}

void
app_session_pause (AppSession *self)
{
}

void
app_session_continue (AppSession *self)
{
}

void
app_session_step (AppSession  *self,
                  AppDocument *document)
{
}

void
app_session_stop (AppSession *self)
{
}

gboolean
app_session_can_resume (AppSession *self)
{
  return FALSE;
}
