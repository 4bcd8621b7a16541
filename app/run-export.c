/* run-export.c: charts of a run as files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/run-export.h"

#include "app/overlay.h"
#include "app/window.h"
#include "widgets/chart-export.h"

#include <glib/gi18n.h>

/* A chart belongs to the main thread, and a long run takes long to write.  So
 * the thread reads the run's folder, which holds all that the window shows, and
 * draws charts of its own with the look of those in the window. */

static const char *const formats[] = { "svg", "pdf", "png", "csv" };

typedef struct
{
  double      smoothing;
  UiRulerKind rulers[2];
  double      low, high;        /* the part of x that is shown */
} Look;

typedef struct
{
  char      *folder;            /* of the run */
  Look       looks[APP_N_CURVES];
  GPtrArray *overlays;          /* AppOverlay without curves: runs drawn over it */
  char      *path;              /* of the file, or of a folder for all */
  gboolean   is_all;
  AppCurve   curve;
  char      *format;
} Export;

static void
export_free (Export *self)
{
  g_ptr_array_unref (self->overlays);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->format);
  g_free (self);
}

static Look
look_of (UiChart *chart)
{
  return (Look) {
    chart->lines.smoothing,
    { chart->axes[UI_AXIS_X].ruler, chart->axes[UI_AXIS_Y].ruler },
    chart->axes[UI_AXIS_X].low, chart->axes[UI_AXIS_X].high
  };
}

static void
apply_look (UiChart    *chart,
            const Look *look)
{
  ui_chart_set_smoothing (chart, look->smoothing);
  ui_chart_set_ruler (chart, UI_AXIS_X, look->rulers[UI_AXIS_X]);
  ui_chart_set_ruler (chart, UI_AXIS_Y, look->rulers[UI_AXIS_Y]);
  ui_chart_set_range (chart, UI_AXIS_X, look->low, look->high);
}

static gboolean
write_chart (AppCurves   *curves,
             AppCurve     curve,
             const char  *path,
             const char  *format_name,
             GError     **error)
{
  UiExportFormat format;

  if (!ui_export_format_from_name (format_name, &format))
    g_assert_not_reached ();
  return ui_chart_export (app_curves_get_chart (curves, curve), path, format, NULL, error);
}

/* Every chart that has a point, in every format. */
static gboolean
write_all (AppCurves   *curves,
           const char  *folder,
           GError     **error)
{
  for (int i = 0; i < APP_N_CURVES; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (formats) && app_curves_has (curves, (AppCurve) i); k++)
      {
        g_autofree char *name = g_strconcat (app_curve_get_name ((AppCurve) i), ".", formats[k],
                                             NULL);
        g_autofree char *path = g_build_filename (folder, name, NULL);

        if (!write_chart (curves, (AppCurve) i, path, formats[k], error))
          return FALSE;
      }

  return TRUE;
}

/* Reads all the runs that are drawn.  The overlays' curves live on in the
 * charts. */
static gboolean
read_runs (Export     *self,
           AppCurves  *curves,
           GError    **error)
{
  if (!app_curves_read (curves, self->folder, error))
    return FALSE;

  for (guint i = 0; i < self->overlays->len; i++)
    {
      const AppOverlay *overlay = g_ptr_array_index (self->overlays, i);
      g_autoptr (AppCurves) other = app_curves_new ();

      if (!app_curves_read (other, overlay->folder, error))
        return FALSE;
      app_curves_overlay (curves, other, overlay->title, &overlay->colour);
    }

  return TRUE;
}

static void
export_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Export *export = data;
  g_autoptr (AppCurves) curves = app_curves_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok = read_runs (export, curves, &error);

  for (int i = 0; ok && i < APP_N_CURVES; i++)
    apply_look (app_curves_get_chart (curves, (AppCurve) i), &export->looks[i]);
  ok = ok && (export->is_all ? write_all (curves, export->path, &error)
                             : write_chart (curves, export->curve, export->path, export->format,
                                            &error));
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Export *export = g_task_get_task_data (G_TASK (result));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (source));
  g_autofree char *name = g_path_get_basename (export->path);
  g_autofree char *shown = g_filename_display_name (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (APP_IS_WINDOW (root))
        app_window_show_error (APP_WINDOW (root), _("The Export Failed"), error);
      return;
    }

  text = g_strdup_printf (export->is_all ? _("All charts are in “%s”") : _("“%s” was exported"),
                          shown);
  if (APP_IS_WINDOW (root))
    app_window_toast (APP_WINDOW (root), text);
}

static void
answer_cb (GtkNativeDialog *dialog,
           int              response,
           GtkWidget       *widget)
{
  Export *export = g_object_steal_data (G_OBJECT (dialog), "export");
  g_autoptr (GFile) file = NULL;
  g_autoptr (GTask) task = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  export->path = file != NULL ? g_file_get_path (file) : NULL;
  if (export->path != NULL)
    {
      task = g_task_new (widget, NULL, exported_cb, NULL);
      g_task_set_source_tag (task, answer_cb);
      g_task_set_task_data (task, export, (GDestroyNotify) export_free);
      g_task_run_in_thread (task, export_thread);
    }
  else
    {
      export_free (export);
    }
  g_object_unref (dialog);
}

/* The overlays' titles, colours and folders; their curves stay with this thread. */
static GPtrArray *
copy_overlays (const GPtrArray *overlays)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func ((GDestroyNotify) app_overlay_free);

  for (guint i = 0; i < overlays->len; i++)
    {
      const AppOverlay *overlay = g_ptr_array_index (overlays, i);
      AppOverlay *copy = g_new0 (AppOverlay, 1);

      copy->folder = g_strdup (overlay->folder);
      copy->title = g_strdup (overlay->title);
      copy->colour = overlay->colour;
      g_ptr_array_add (copies, copy);
    }

  return copies;
}

void
app_run_export_ask (GtkWidget       *widget,
                    AppSession      *session,
                    const GPtrArray *overlays,
                    const char      *curve,
                    const char      *format)
{
  Export *export;
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;

  if (app_session_get_folder (session) == NULL)
    return;

  export = g_new0 (Export, 1);
  export->folder = g_strdup (app_session_get_folder (session));
  export->overlays = copy_overlays (overlays);
  for (int i = 0; i < APP_N_CURVES; i++)
    export->looks[i] = look_of (app_curves_get_chart (app_session_get_curves (session),
                                                      (AppCurve) i));
  export->is_all = curve == NULL;
  if (!export->is_all)
    {
      if (!app_curve_find (curve, &export->curve))
        g_assert_not_reached ();
      export->format = g_strdup (format);
      name = g_strconcat (curve, ".", format, NULL);
    }

  dialog = gtk_file_chooser_native_new (export->is_all ? _("Export All Charts")
                                                       : _("Export Chart"),
                                        GTK_WINDOW (gtk_widget_get_root (widget)),
                                        export->is_all ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                       : GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _("_Export"), NULL);
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data_full (G_OBJECT (dialog), "export", export, (GDestroyNotify) export_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answer_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GMenuModel *
app_run_export_menu (void)
{
  static const struct
  {
    AppCurve    curve;
    const char *title;          /* N_() */
  } charts[] = {
    { APP_CURVE_LOSS, N_("Loss Chart") },
    { APP_CURVE_ACCURACY, N_("Accuracy Chart") },
  };
  /* Translators: a format, and a file follows. */
  static const char *const titles[] = { N_("SVG…"), N_("PDF…"), N_("PNG…"), N_("CSV…") };
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (charts); i++)
    {
      g_autoptr (GMenu) section = g_menu_new ();

      for (gsize k = 0; k < G_N_ELEMENTS (formats); k++)
        {
          g_autoptr (GMenuItem) item = g_menu_item_new (_(titles[k]), NULL);

          g_menu_item_set_action_and_target (item, "export.chart", "(ss)",
                                             app_curve_get_name (charts[i].curve), formats[k]);
          g_menu_append_item (section, item);
        }
      g_menu_append_submenu (menu, _(charts[i].title), G_MENU_MODEL (section));
    }
  g_menu_append (menu, _("Everything…"), "export.all");
  return G_MENU_MODEL (menu);
}
