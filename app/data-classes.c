/* data-classes.c: how many samples each class has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-classes.h"

#include "app/core/data-facts.h"
#include "app/notice.h"
#include "widgets/chart-view.h"

#include <glib/gi18n.h>

/* From this ratio of the largest class to the smallest on, there is a notice. */
#define IMBALANCE 2

#define BAR_HEIGHT 24
#define AXIS_HEIGHT 64          /* with the title */
#define LEAST_HEIGHT 96
#define MOST_HEIGHT 4000        /* the chart is one picture, so it cannot grow for ever */

struct _AppDataClasses
{
  GtkWidget  parent_instance;

  UiChart   *chart;             /* owned */
  GtkWidget *box;
  GtkWidget *notice;            /* AppNotice */
  GtkWidget *view;
};

G_DEFINE_FINAL_TYPE (AppDataClasses, app_data_classes, GTK_TYPE_WIDGET)

char *
app_data_explain_imbalance (DsDataset *dataset)
{
  guint n_classes = ds_dataset_get_n_classes (dataset);
  guint largest = 0;
  guint smallest = 0;
  guint32 most;
  guint32 least;

  if (n_classes == 0 || ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES)
    return NULL;

  for (guint i = 1; i < n_classes; i++)
    {
      guint32 count = ds_dataset_get_class_count (dataset, i, DS_N_PARTS);

      if (count > ds_dataset_get_class_count (dataset, largest, DS_N_PARTS))
        largest = i;
      if (count < ds_dataset_get_class_count (dataset, smallest, DS_N_PARTS))
        smallest = i;
    }
  most = ds_dataset_get_class_count (dataset, largest, DS_N_PARTS);
  least = ds_dataset_get_class_count (dataset, smallest, DS_N_PARTS);

  if (most == 0 || most < (guint64) IMBALANCE * least)
    return NULL;
  if (least == 0)
    return g_strdup_printf (_("“%s” has no sample, so a network cannot learn it. Add some, or "
                              "remove the class."),
                            ds_dataset_get_class_name (dataset, smallest));
  return g_strdup_printf (_("“%s” has %'u samples, %.1f times as many as “%s” with %'u. A network "
                            "may learn to prefer it, and accuracy alone says little."),
                          ds_dataset_get_class_name (dataset, largest), most,
                          (double) most / least,
                          ds_dataset_get_class_name (dataset, smallest), least);
}

static void
app_data_classes_dispose (GObject *object)
{
  AppDataClasses *self = APP_DATA_CLASSES (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->chart, ui_chart_unref);

  G_OBJECT_CLASS (app_data_classes_parent_class)->dispose (object);
}

static void
app_data_classes_class_init (AppDataClassesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_classes_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_data_classes_init (AppDataClasses *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->chart = ui_chart_new (UI_CHART_BARS, _("Samples of Each Class"));
  ui_chart_set_axis (self->chart, UI_AXIS_X, NULL, UI_RULER_WHOLE);
  ui_chart_set_empty_text (self->chart, _("The samples have no classes"));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->notice = app_notice_new ();
  gtk_widget_set_margin_top (self->notice, 12);
  gtk_widget_set_margin_start (self->notice, 12);
  gtk_widget_set_margin_end (self->notice, 12);
  gtk_box_append (GTK_BOX (self->box), self->notice);

  self->view = ui_chart_view_new (self->chart);
  gtk_widget_set_valign (self->view, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), scroller);
}

GtkWidget *
app_data_classes_new (void)
{
  return g_object_new (APP_TYPE_DATA_CLASSES, NULL);
}

void
app_data_classes_set_dataset (AppDataClasses *self,
                              DsDataset      *dataset)
{
  guint n_classes = ds_dataset_get_n_classes (dataset);
  g_autofree const char **names = g_new (const char *, n_classes);
  g_autofree double *counts = g_new (double, n_classes);
  g_autofree char *imbalance = app_data_explain_imbalance (dataset);
  gboolean masks = ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES;
  g_autofree double *shares = masks ? app_pixel_shares (dataset) : NULL;
  guint height;

  for (guint i = 0; i < n_classes; i++)
    {
      names[i] = ds_dataset_get_class_name (dataset, i);
      counts[i] = masks ? shares[i] * 100 : ds_dataset_get_class_count (dataset, i, DS_N_PARTS);
    }
  ui_chart_set_title (self->chart, masks ? _("Pixels of Each Class in %")
                                         : _("Samples of Each Class"));
  ui_chart_set_bars (self->chart, names, counts, n_classes);
  height = MIN (n_classes, MOST_HEIGHT / BAR_HEIGHT) * BAR_HEIGHT;
  gtk_widget_set_size_request (self->view, -1, MAX ((int) height, LEAST_HEIGHT) + AXIS_HEIGHT);
  app_notice_set (APP_NOTICE (self->notice),
                  imbalance != NULL ? _("The Classes Are Not Balanced") : NULL, imbalance);
}
