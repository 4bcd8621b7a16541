/* data-reading.c: opening data while the window goes on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-reading.h"

typedef struct
{
  AppDataRef  ref;
  DsDataset  *known;            /* or NULL */
  guint       n_done;           /* written by the thread, read by the main loop */
  guint       n_items;
} Reading;

static void
reading_free (Reading *reading)
{
  app_data_ref_clear (&reading->ref);
  g_clear_pointer (&reading->known, ds_dataset_unref);
  g_free (reading);
}

static void
progress_cb (guint32  n_done,
             guint32  n_items,
             void    *data)
{
  Reading *reading = data;

  g_atomic_int_set (&reading->n_done, n_done);
  g_atomic_int_set (&reading->n_items, n_items);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Reading *reading = data;
  GError *error = NULL;
  AppSamples *samples;

  if (reading->known != NULL)
    samples = app_samples_new (reading->known, &reading->ref, NULL, progress_cb, reading,
                               cancellable, &error);
  else
    samples = app_samples_open (&reading->ref, NULL, progress_cb, reading, cancellable, &error);

  if (samples != NULL)
    g_task_return_pointer (task, samples, (GDestroyNotify) app_samples_free);
  else
    g_task_return_error (task, error);
}

GTask *
app_data_reading_start (const AppDataRef    *ref,
                        DsDataset           *known,
                        GAsyncReadyCallback  callback,
                        gpointer             data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  /* The thread may be the last to let go of the task, so no widget is its
   * source. */
  GTask *self = g_task_new (NULL, cancellable, callback, data);
  Reading *reading = g_new0 (Reading, 1);

  app_data_ref_copy (&reading->ref, ref);
  reading->known = known != NULL ? ds_dataset_ref (known) : NULL;
  g_task_set_source_tag (self, app_data_reading_start);
  g_task_set_task_data (self, reading, (GDestroyNotify) reading_free);
  g_task_run_in_thread (self, read_in_thread);
  return self;
}

AppSamples *
app_data_reading_finish (GTask   *self,
                         GError **error)
{
  return g_task_propagate_pointer (self, error);
}

const AppDataRef *
app_data_reading_get_ref (GTask *self)
{
  return &((Reading *) g_task_get_task_data (self))->ref;
}

gboolean
app_data_reading_get_progress (GTask *self,
                               guint *done,
                               guint *total)
{
  Reading *reading = g_task_get_task_data (self);

  *total = (guint) g_atomic_int_get (&reading->n_items);
  *done = (guint) g_atomic_int_get (&reading->n_done);
  return *total > 0;
}
