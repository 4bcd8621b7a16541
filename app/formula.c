/* formula.c: a formula that stands on its own
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula.h"

#include "app/formula-layout.h"

#include <math.h>

/* CSS node: “formula”; a label with the class “formula-source” in it shows the
 * TeX that cannot be drawn.  The accessible role is that of an image, with the
 * TeX as its name. */
struct _AppFormula
{
  GtkWidget         parent_instance;

  char             *tex;
  AppFormulaLayout *layout;     /* NULL: the label is shown instead */
  GtkWidget        *source;     /* or NULL */
};

G_DEFINE_FINAL_TYPE (AppFormula, app_formula, GTK_TYPE_WIDGET)

static void
lay_out (AppFormula *self)
{
  g_clear_pointer (&self->layout, app_formula_layout_free);
  g_clear_pointer (&self->source, gtk_widget_unparent);
  self->layout = app_formula_layout_new (self->tex,
                                         gtk_widget_get_pango_context (GTK_WIDGET (self)), TRUE);
  if (self->layout == NULL)
    {
      self->source = gtk_label_new (self->tex);
      gtk_label_set_selectable (GTK_LABEL (self->source), TRUE);
      gtk_widget_add_css_class (self->source, "formula-source");
      gtk_widget_set_parent (self->source, GTK_WIDGET (self));
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
app_formula_css_changed (GtkWidget         *widget,
                         GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (app_formula_parent_class)->css_changed (widget, change);

  lay_out (APP_FORMULA (widget));
}

static void
app_formula_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  AppFormula *self = APP_FORMULA (widget);
  AppBox box;

  if (self->source != NULL)
    {
      gtk_widget_measure (self->source, orientation, for_size, minimum, natural,
                          minimum_baseline, natural_baseline);
      return;
    }

  box = app_formula_layout_get_box (self->layout);
  *minimum = *natural = ceil (orientation == GTK_ORIENTATION_HORIZONTAL
                              ? box.width : box.ascent + box.descent);
}

static void
app_formula_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  AppFormula *self = APP_FORMULA (widget);

  if (self->source != NULL)
    gtk_widget_size_allocate (self->source, &(GtkAllocation) { 0, 0, width, height }, baseline);
}

static void
app_formula_snapshot (GtkWidget   *widget,
                      GtkSnapshot *snapshot)
{
  AppFormula *self = APP_FORMULA (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  GdkRGBA colour;
  AppBox box;
  cairo_t *cr;

  if (self->source != NULL)
    {
      gtk_widget_snapshot_child (widget, self->source, snapshot);
      return;
    }

  box = app_formula_layout_get_box (self->layout);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_translate (cr, round ((width - box.width) / 2),
                   round ((height - box.ascent - box.descent) / 2 + box.ascent));
  app_formula_layout_draw (self->layout, cr);
  cairo_destroy (cr);
}

static void
app_formula_dispose (GObject *object)
{
  AppFormula *self = APP_FORMULA (object);

  g_clear_pointer (&self->source, gtk_widget_unparent);

  G_OBJECT_CLASS (app_formula_parent_class)->dispose (object);
}

static void
app_formula_finalize (GObject *object)
{
  AppFormula *self = APP_FORMULA (object);

  g_clear_pointer (&self->layout, app_formula_layout_free);
  g_free (self->tex);

  G_OBJECT_CLASS (app_formula_parent_class)->finalize (object);
}

static void
app_formula_class_init (AppFormulaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_formula_dispose;
  object_class->finalize = app_formula_finalize;
  widget_class->css_changed = app_formula_css_changed;
  widget_class->measure = app_formula_measure;
  widget_class->size_allocate = app_formula_size_allocate;
  widget_class->snapshot = app_formula_snapshot;
  gtk_widget_class_set_css_name (widget_class, "formula");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
app_formula_init (AppFormula *self)
{
}

GtkWidget *
app_formula_new (const char *tex)
{
  AppFormula *self = g_object_new (APP_TYPE_FORMULA, NULL);

  self->tex = g_strdup (tex);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, tex, -1);
  lay_out (self);
  return GTK_WIDGET (self);
}
