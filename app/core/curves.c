/* curves.c: the numbers of a run as charts
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/curves.h"

#include "app/core/run-reader.h"

#include <glib/gi18n.h>
#include <math.h>

#define RECORDS_AT_ONCE 65536

/* One line of a chart: its tag in the log and how it looks. */
static const struct
{
  const char *tag;
  const char *title;            /* N_() */
  AppCurve    curve;
  gboolean    is_exact;         /* a value each epoch, not each step */
} lines[] = {
  { "loss/train", N_("Training"), APP_CURVE_LOSS, FALSE },
  { "loss/validation", N_("Validation"), APP_CURVE_LOSS, TRUE },
  { "accuracy/train", N_("Training"), APP_CURVE_ACCURACY, FALSE },
  { "accuracy/validation", N_("Validation"), APP_CURVE_ACCURACY, TRUE },
  { "rate", N_("Learning rate"), APP_CURVE_RATE, TRUE },
};

static const struct
{
  const char *name;
  const char *title;            /* N_() */
  const char *axis;             /* N_() */
} curves[APP_N_CURVES] = {
  [APP_CURVE_LOSS]     = { "loss", N_("Loss"), N_("Loss") },
  [APP_CURVE_ACCURACY] = { "accuracy", N_("Accuracy"), N_("Accuracy") },
  [APP_CURVE_RATE]     = { "rate", N_("Learning Rate"), N_("Learning rate") },
};

struct _AppCurves
{
  UiChart  *charts[APP_N_CURVES];
  UiSeries *series[G_N_ELEMENTS (lines)];
  GArray   *bests;              /* guint64: steps of the best epochs, one better than the other */
};

const char *
app_curve_get_name (AppCurve curve)
{
  return curves[curve].name;
}

gboolean
app_curve_find (const char *name,
                AppCurve   *curve)
{
  for (int i = 0; i < APP_N_CURVES; i++)
    if (g_str_equal (curves[i].name, name))
      {
        *curve = (AppCurve) i;
        return TRUE;
      }

  return FALSE;
}

AppCurves *
app_curves_new (void)
{
  AppCurves *self = g_new0 (AppCurves, 1);

  self->bests = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (int i = 0; i < APP_N_CURVES; i++)
    {
      self->charts[i] = ui_chart_new (UI_CHART_LINES, _(curves[i].title));
      ui_chart_set_axis (self->charts[i], UI_AXIS_X, _("Step"), UI_RULER_WHOLE);
      ui_chart_set_axis (self->charts[i], UI_AXIS_Y, _(curves[i].axis), UI_RULER_LINEAR);
      ui_chart_set_empty_text (self->charts[i],
                               _("The curve draws itself while a network learns."));
    }
  ui_chart_set_range (self->charts[APP_CURVE_LOSS], UI_AXIS_Y, 0, NAN);
  ui_chart_set_range (self->charts[APP_CURVE_ACCURACY], UI_AXIS_Y, NAN, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      UiChart *chart = self->charts[lines[i].curve];
      guint line;

      self->series[i] = ui_series_new (_(lines[i].title));
      line = ui_chart_add_line (chart, self->series[i], NULL);
      ui_chart_set_line_exact (chart, line, lines[i].is_exact);
    }

  return self;
}

void
app_curves_free (AppCurves *self)
{
  for (int i = 0; i < APP_N_CURVES; i++)
    ui_chart_unref (self->charts[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    ui_series_unref (self->series[i]);
  g_array_unref (self->bests);
  g_free (self);
}

UiChart *
app_curves_get_chart (AppCurves *self,
                      AppCurve   curve)
{
  return self->charts[curve];
}

/* Only the best epoch so far is marked, on the curve it was judged by. */
static void
mark_best (AppCurves *self)
{
  ui_chart_clear_marks (self->charts[APP_CURVE_LOSS]);
  if (self->bests->len > 0)
    ui_chart_add_mark (self->charts[APP_CURVE_LOSS], 1,
                       (double) g_array_index (self->bests, guint64, self->bests->len - 1),
                       _("best"));
}

void
app_curves_add (AppCurves  *self,
                const char *tag,
                guint64     step,
                double      value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (g_str_equal (lines[i].tag, tag))
      ui_series_append (self->series[i], (double) step, value);

  if (g_str_equal (tag, "best"))
    {
      g_array_append_val (self->bests, step);
      mark_best (self);
    }
}

void
app_curves_changed (AppCurves *self)
{
  for (int i = 0; i < APP_N_CURVES; i++)
    ui_chart_changed (self->charts[i]);
}

void
app_curves_clear (AppCurves *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    ui_series_truncate (self->series[i], -1);
  g_array_set_size (self->bests, 0);
  mark_best (self);
  app_curves_changed (self);
}

void
app_curves_truncate (AppCurves *self,
                     guint64    step)
{
  guint n_bests = self->bests->len;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    ui_series_truncate (self->series[i], (double) step);
  while (n_bests > 0 && g_array_index (self->bests, guint64, n_bests - 1) > step)
    n_bests--;
  g_array_set_size (self->bests, n_bests);
  mark_best (self);
  app_curves_changed (self);
}

gboolean
app_curves_for_progress (const NnProgress  *progress,
                         AppPointFunc       func,
                         void              *data,
                         GError           **error)
{
  gboolean is_sample = progress->kind == NN_PROGRESS_SAMPLE;
  gboolean is_score = progress->kind == NN_PROGRESS_EPOCH && progress->validation.n_samples > 0;
  const struct
  {
    const char *tag;
    double      value;
    gboolean    wanted;
  } points[] = {
    { "loss/train", progress->train.loss, is_sample },
    { "accuracy/train", progress->train.accuracy, is_sample },
    { "rate", progress->rate, is_sample },
    { "loss/validation", progress->validation.loss, is_score },
    { "accuracy/validation", progress->validation.accuracy, is_score },
    { "best", progress->validation.loss, is_score && progress->is_best },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    if (points[i].wanted && isfinite (points[i].value)
        && !func (points[i].tag, progress->step, points[i].value, data, error))
      return FALSE;

  return TRUE;
}

gboolean
app_curves_read (AppCurves   *self,
                 const char  *folder,
                 GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "events.bin", NULL);
  g_autoptr (AppRunReader) reader = app_run_reader_new (path);
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (AppRunRecord));
  gboolean restarted;

  do
    {
      g_array_set_size (records, 0);
      if (!app_run_reader_read (reader, records, RECORDS_AT_ONCE, &restarted, error))
        return FALSE;
      for (guint i = 0; i < records->len; i++)
        {
          const AppRunRecord *record = &g_array_index (records, AppRunRecord, i);

          app_curves_add (self, app_run_reader_get_tag (reader, record->tag), record->step,
                          record->value);
        }
    }
  while (records->len == RECORDS_AT_ONCE);

  app_curves_changed (self);
  return TRUE;
}

/* How many lines the nth chart has of its own. */
static guint
count_lines (int chart)
{
  guint n_lines = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    n_lines += lines[i].curve == (AppCurve) chart;
  return n_lines;
}

void
app_curves_overlay (AppCurves      *self,
                    AppCurves      *other,
                    const char     *title,
                    const UiColour *colour)
{
  guint place[APP_N_CURVES] = { 0 };    /* of the next line in each chart */

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      UiChart *chart = self->charts[lines[i].curve];
      UiLineStyle style = ui_line_style_nth (place[lines[i].curve]++);
      g_autofree char *name = NULL;

      /* Translators: a curve in a legend: name of a run, then “Training” or the like. */
      name = g_strdup_printf (_("%s · %s"), title, _(lines[i].title));
      ui_series_set_name (other->series[i], name);
      style.palette = UI_COLOUR_OWN;
      style.own = *colour;
      ui_chart_set_line_exact (chart, ui_chart_add_line (chart, other->series[i], &style),
                               lines[i].is_exact);
    }
}

void
app_curves_clear_overlays (AppCurves *self)
{
  for (int i = 0; i < APP_N_CURVES; i++)
    for (guint k = self->charts[i]->lines.lines->len; k > count_lines (i); k--)
      ui_chart_remove_line (self->charts[i], k - 1);
}

gboolean
app_curves_has (AppCurves *self,
                AppCurve   curve)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].curve == curve && ui_series_get_length (self->series[i]) > 0)
      return TRUE;

  return FALSE;
}
