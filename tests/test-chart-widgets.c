/* test-chart-widgets.c: the chart view and the image grid under a display
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-view-private.h"
#include "widgets/image-cell.h"
#include "widgets/image-grid.h"

#include <math.h>
#include <string.h>

static UiChart *
make_chart (void)
{
  UiChart *chart = ui_chart_new (UI_CHART_LINES, "Loss");
  g_autoptr (UiSeries) training = ui_series_new ("training loss");
  g_autoptr (UiSeries) validation = ui_series_new ("validation loss");

  for (int i = 0; i <= 100; i++)
    ui_series_append (training, i, 1 - i / 128.0);
  for (int i = 0; i <= 100; i += 10)
    ui_series_append (validation, i, 0.5);
  ui_chart_add_line (chart, training, NULL);
  ui_chart_add_line (chart, validation, NULL);
  ui_chart_set_axis (chart, UI_AXIS_X, "step", UI_RULER_WHOLE);
  return chart;
}

/* A view of @chart, drawn once at the given size. */
static UiChartView *
make_view (UiChart *chart)
{
  return UI_CHART_VIEW (g_object_ref_sink (ui_chart_view_new (chart)));
}

static void
draw (UiChartView *view,
      int          width,
      int          height)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (widget, &(GtkAllocation) { 0, 0, width, height }, -1);
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_clear_pointer (&node, gsk_render_node_unref);
}

static GtkEventController *
find_controller (UiChartView *view,
                 GType        type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_OBJECT_TYPE (controller) == type)
        return controller;
    }

  g_assert_not_reached ();
}

static void
assert_reading (UiChartView *view,
                const char  *expected)
{
  g_autofree char *reading = ui_chart_view_dup_reading (view);

  g_assert_cmpstr (reading, ==, expected);
}

static void
count_cb (int *n)
{
  ++*n;
}

static void
test_properties (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);
  gboolean log_y;
  double smoothing;
  int n = 0;

  g_signal_connect_swapped (view, "notify", G_CALLBACK (count_cb), &n);
  g_object_set (view, "log-y", TRUE, "smoothing", 0.75, NULL);
  g_object_get (view, "log-y", &log_y, "smoothing", &smoothing, NULL);
  g_assert_true (log_y);
  g_assert_cmpfloat (smoothing, ==, 0.75);
  g_assert_cmpint (chart->axes[UI_AXIS_Y].ruler, ==, UI_RULER_LOG);
  g_assert_cmpint (n, ==, 2);

  /* The chart may also be changed by others. */
  ui_chart_set_smoothing (chart, 0.5);
  g_assert_cmpint (n, ==, 3);
  g_assert_cmpfloat (ui_chart_view_get_smoothing (view), ==, 0.5);

  ui_chart_view_set_chart (view, NULL);
  g_assert_cmpuint (chart->watches->len, ==, 0);
  draw (view, 300, 200);
  g_object_set (view, "log-y", TRUE, "smoothing", 0.1, NULL);
  g_assert_finalize_object (view);
}

static void
test_sizes (void)
{
  static const int sizes[][2] = {
    { 1, 1 }, { 2000, 20 }, { 20, 2000 }, { 240, 140 }, { 800, 500 },
  };
  static const char *labels[] = { "cat", "dog" };
  static const double values[] = { 1, 2, 3, 4 };

  for (int kind = UI_CHART_LINES; kind <= UI_CHART_MATRIX; kind++)
    {
      g_autoptr (UiChart) chart = ui_chart_new (kind, "Chart");
      UiChartView *view = make_view (chart);

      for (int is_filled = 0; is_filled < 2; is_filled++)
        {
          for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
            {
              draw (view, sizes[i][0], sizes[i][1]);
              for (int key = 0; key < 3; key++)
                {
                  gtk_widget_activate_action (GTK_WIDGET (view), "cursor.down", NULL);
                  gtk_widget_activate_action (GTK_WIDGET (view), "cursor.right", NULL);
                  draw (view, sizes[i][0], sizes[i][1]);
                }
            }
          if (kind == UI_CHART_LINES)
            {
              g_autoptr (UiSeries) series = ui_series_new ("series");

              ui_series_append (series, 0, 1);
              ui_chart_add_line (chart, series, NULL);
            }
          ui_chart_set_bars (chart, labels, values, 2);
          ui_chart_set_matrix (chart, 2, 2, values, labels, labels);
        }
      g_assert_finalize_object (view);
    }
}

/* The picture is made anew for new data and for nothing else. */
static void
test_redraw (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);
  g_autoptr (GdkTexture) first = NULL;

  draw (view, 400, 300);
  first = g_object_ref (view->picture);
  ui_chart_view_set_cursor (view, &(UiCursor) { 50, 0.5 });
  draw (view, 400, 300);
  g_assert_true (view->picture == first);

  ui_series_append (ui_chart_get_line (chart, 0)->series, 101, 0.2);
  ui_chart_changed (chart);
  draw (view, 400, 300);
  g_assert_true (view->picture != first);
  g_assert_finalize_object (view);
}

static void
test_pointer (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);
  GtkEventController *motion = find_controller (view, GTK_TYPE_EVENT_CONTROLLER_MOTION);
  double x;
  double y;

  draw (view, 500, 300);
  x = ui_mapping_to_pixel (&view->plot.axes[UI_AXIS_X], 64.2);
  y = view->plot.y + 20;
  g_signal_emit_by_name (motion, "motion", x, y);
  assert_reading (view, "step 64, training loss 0.5, validation loss 0.5 (at step 60)");
  draw (view, 500, 300);

  g_signal_emit_by_name (motion, "motion", 2.0, 2.0);
  assert_reading (view, NULL);
  g_signal_emit_by_name (motion, "motion", x, y);
  g_signal_emit_by_name (motion, "leave");
  assert_reading (view, NULL);
  g_assert_finalize_object (view);
}

static void
press (UiChartView *view,
       const char  *action,
       int          n)
{
  for (int i = 0; i < n; i++)
    g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), action, NULL));
}

static void
test_keys (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);

  draw (view, 500, 300);
  press (view, "cursor.last", 1);
  assert_reading (view, "step 100, training loss 0.2188, validation loss 0.5");
  press (view, "cursor.left", 4);
  assert_reading (view, "step 96, training loss 0.25, validation loss 0.5 (at step 100)");
  press (view, "cursor.right", 50);
  assert_reading (view, "step 100, training loss 0.2188, validation loss 0.5");
  press (view, "cursor.first", 1);
  press (view, "cursor.left", 3);
  assert_reading (view, "step 0, training loss 1, validation loss 0.5");

  /* Every key press is told at once. */
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "step 0, training loss 1, validation loss 0.5");
  g_assert_finalize_object (view);
}

/* With more samples than pixels, a key press moves by a pixel. */
static void
test_keys_in_a_crowd (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, NULL);
  g_autoptr (UiSeries) series = ui_series_new ("series");
  UiChartView *view;
  double per_pixel;

  for (int i = 0; i < 100000; i++)
    ui_series_append (series, i, i);
  ui_chart_add_line (chart, series, NULL);
  view = make_view (chart);
  draw (view, 500, 300);
  per_pixel = 99999 / view->plot.width;

  press (view, "cursor.first", 1);
  press (view, "cursor.right", 10);
  g_assert_cmpfloat (view->cursor.x, >=, 10 * per_pixel);
  g_assert_cmpfloat (view->cursor.x, <=, 10 * per_pixel + 10);
  press (view, "cursor.left", 10);
  g_assert_cmpfloat (view->cursor.x, <=, 10);
  g_assert_finalize_object (view);
}

static void
cell_cb (UiChartView *view,
         guint        row,
         guint        column,
         GString     *told)
{
  g_string_append_printf (told, "%u,%u;", row, column);
}

static void
test_bars_and_matrix (void)
{
  static const char *labels[] = { "cat", "dog" };
  static const double values[] = { 90, 10, 0.125, 4 };
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (UiChart) bars = ui_chart_new (UI_CHART_BARS, NULL);
  g_autoptr (UiChart) matrix = ui_chart_new (UI_CHART_MATRIX, NULL);
  UiChartView *view = make_view (bars);

  g_signal_connect (view, "cell-activated", G_CALLBACK (cell_cb), told);
  ui_chart_set_bars (bars, labels, values, 2);
  draw (view, 400, 300);
  press (view, "cursor.first", 1);
  press (view, "cell.activate", 1);
  assert_reading (view, "cat, value 90");
  press (view, "cursor.down", 5);
  assert_reading (view, "dog, value 10");

  ui_chart_set_matrix (matrix, 2, 2, values, labels, labels);
  ui_chart_set_axis (matrix, UI_AXIS_X, "predicted", UI_RULER_LINEAR);
  ui_chart_view_set_chart (view, matrix);
  assert_reading (view, NULL);
  draw (view, 400, 300);
  press (view, "cursor.first", 1);
  press (view, "cursor.right", 1);
  assert_reading (view, "10, row cat, predicted dog");
  press (view, "cell.activate", 1);
  press (view, "cursor.last", 1);
  assert_reading (view, "4, row dog, predicted dog");
  press (view, "cell.activate", 1);
  g_assert_cmpstr (told->str, ==, "0,1;1,1;");
  g_assert_finalize_object (view);
}

static void
drag (UiChartView *view,
      double       from,
      double       to)
{
  GtkEventController *gesture = find_controller (view, GTK_TYPE_GESTURE_DRAG);

  g_signal_emit_by_name (gesture, "drag-begin", from, view->plot.y + 5);
  g_signal_emit_by_name (gesture, "drag-update", to - from, 3.0);
  draw (view, 500, 300);
  g_signal_emit_by_name (gesture, "drag-end", to - from, 3.0);
  draw (view, 500, 300);
}

static void
test_zoom (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);
  const UiMapping *axis = &view->plot.axes[UI_AXIS_X];
  double twenty;

  draw (view, 500, 300);
  twenty = ui_mapping_to_pixel (axis, 20);
  drag (view, ui_mapping_to_pixel (axis, 60), twenty);
  g_assert_cmpfloat_with_epsilon (axis->low, 20, 1e-6);
  g_assert_cmpfloat_with_epsilon (axis->high, 60, 1e-6);

  /* A click is no drag. */
  drag (view, 200, 202);
  g_assert_cmpfloat_with_epsilon (axis->high, 60, 1e-6);

  press (view, "zoom.in", 1);
  draw (view, 500, 300);
  g_assert_cmpfloat_with_epsilon (axis->high - axis->low, 32, 1e-6);

  /* Zooming out ends at all there is, and then new points come into view. */
  press (view, "zoom.out", 1);
  draw (view, 500, 300);
  for (int i = 0; i < 20; i++)
    {
      press (view, "zoom.out", 1);
      draw (view, 500, 300);
    }
  g_assert_true (isnan (chart->axes[UI_AXIS_X].low));
  g_assert_true (isnan (chart->axes[UI_AXIS_X].high));

  /* Zooming in ends before the numbers do. */
  for (int i = 0; i < 300; i++)
    {
      press (view, "zoom.in", 1);
      draw (view, 500, 300);
    }
  g_assert_cmpfloat (axis->high, >, axis->low);

  g_signal_emit_by_name (find_controller (view, GTK_TYPE_GESTURE_CLICK), "pressed",
                         2, 100.0, 100.0);
  g_assert_true (isnan (chart->axes[UI_AXIS_X].low));
  g_assert_finalize_object (view);
}

/* Assistive technology hears the first news, and not each that follows. */
static void
test_description (void)
{
  g_autoptr (UiChart) chart = make_chart ();
  UiChartView *view = make_view (chart);
  UiSeries *series = ui_chart_get_line (chart, 0)->series;

  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Loss");
  gtk_test_accessible_assert_property (
    view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "training loss 0.219, validation loss 0.5 at step 100");

  ui_series_append (series, 101, 0.25);
  ui_chart_changed (chart);
  gtk_test_accessible_assert_property (
    view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "training loss 0.25, validation loss 0.5 at step 101");
  ui_series_append (series, 102, 0.125);
  ui_chart_changed (chart);
  gtk_test_accessible_assert_property (
    view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "training loss 0.25, validation loss 0.5 at step 101");
  g_assert_finalize_object (view);
}

/* Pictures of 4×4; every 100th is damaged.  Counts how often it is asked. */
#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GObject)

struct _TestSource
{
  GObject parent_instance;

  guint   count;
  guint   n_loads;
};

static guint
test_source_get_count (UiImageSource *source)
{
  return TEST_SOURCE (source)->count;
}

static UiImage *
test_source_load (UiImageSource  *source,
                  guint           index,
                  GError        **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (16), 16);
  g_autofree char *caption = g_strdup_printf ("%u", index % 10);

  TEST_SOURCE (source)->n_loads++;
  if (index % 100 == 99)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Sample %u is damaged", index);
      return NULL;
    }

  return ui_image_new (4, 4, 1, bytes, caption, index % 2 == 0 ? "new" : NULL);
}

static void
image_source_init (UiImageSourceInterface *iface)
{
  iface->get_count = test_source_get_count;
  iface->load = test_source_load;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSource, test_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_IMAGE_SOURCE, image_source_init))

static void
test_source_class_init (TestSourceClass *klass)
{
}

static void
test_source_init (TestSource *self)
{
}

static GtkWidget *
find_child (GtkWidget *widget,
            GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
run_until_idle (void)
{
  for (int i = 0; i < 20; i++)
    {
      g_usleep (5000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
test_grid (void)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *grid;
  GtkWidget *cell;
  guint n_loads;

  source->count = 1000000;
  grid = ui_image_grid_new (UI_IMAGE_SOURCE (source));
  g_object_ref (grid);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (window), grid);
  gtk_window_present (GTK_WINDOW (window));
  run_until_idle ();

  /* A million pictures cost what the visible part costs. */
  n_loads = source->n_loads;
  g_test_message ("%u of a million pictures were asked for", n_loads);
  g_assert_cmpuint (n_loads, >, 10);
  g_assert_cmpuint (n_loads, <, 2000);

  cell = find_child (grid, UI_TYPE_IMAGE_CELL);
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "0, sample 0");
  gtk_test_accessible_assert_property (gtk_widget_get_parent (cell),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "0, sample 0");

  /* Far away, others are asked for. */
  gtk_widget_activate_action (find_child (grid, GTK_TYPE_GRID_VIEW), "list.scroll-to-item",
                              "u", 500000);
  run_until_idle ();
  g_assert_cmpuint (source->n_loads, >, n_loads);

  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (grid);
  g_assert_finalize_object (source);
}

static void
activate_cb (guint *place,
             guint  index)
{
  *place = index;
}

static void
test_grid_properties (void)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  GtkWidget *grid = g_object_ref_sink (ui_image_grid_new (NULL));
  g_autofree char *text = NULL;
  g_autoptr (UiImageSource) same = NULL;
  guint activated = 0;
  guint selected;
  int side;
  int n = 0;

  source->count = 50;
  g_signal_connect_swapped (grid, "notify", G_CALLBACK (count_cb), &n);
  g_signal_connect_swapped (grid, "activate", G_CALLBACK (activate_cb), &activated);
  g_object_set (grid, "source", source, "side", 56, "empty-text", "Drop a folder here", NULL);
  g_assert_cmpint (n, ==, 3);
  g_object_set (grid, "selected", 7, NULL);
  g_object_get (grid, "source", &same, "side", &side, "selected", &selected,
                "empty-text", &text, NULL);
  g_assert_true (UI_IMAGE_SOURCE (source) == same);
  g_assert_cmpint (side, ==, 56);
  g_assert_cmpuint (selected, ==, 7);
  g_assert_cmpstr (text, ==, "Drop a folder here");

  gtk_widget_activate_action (find_child (grid, GTK_TYPE_GRID_VIEW), "list.activate-item", "u", 9);
  g_assert_cmpuint (activated, ==, 9);

  g_clear_object (&same);
  g_assert_finalize_object (grid);
  g_assert_finalize_object (source);
}

static void
test_grid_empty (void)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  GtkWidget *grid = g_object_ref_sink (ui_image_grid_new (UI_IMAGE_SOURCE (source)));
  GtkStack *stack = GTK_STACK (find_child (grid, GTK_TYPE_STACK));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  source->count = 3;
  ui_image_source_changed (UI_IMAGE_SOURCE (source));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "grid");
  ui_image_grid_set_source (UI_IMAGE_GRID (grid), NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  g_assert_cmpuint (ui_image_grid_get_selected (UI_IMAGE_GRID (grid)), ==,
                    GTK_INVALID_LIST_POSITION);
  g_assert_finalize_object (grid);
  g_assert_finalize_object (source);
}

/* A damaged picture says so; a cell that moves on drops what it asked for. */
static void
test_cell (void)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  GtkWidget *cell = g_object_ref_sink (ui_image_cell_new (32));

  source->count = 1000;
  ui_image_cell_bind (UI_IMAGE_CELL (cell), UI_IMAGE_SOURCE (source), 99);
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "sample 99");
  run_until_idle ();
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "Damaged, sample 99");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (cell), ==, "Sample 99 is damaged");

  ui_image_cell_bind (UI_IMAGE_CELL (cell), UI_IMAGE_SOURCE (source), 98);
  ui_image_cell_bind (UI_IMAGE_CELL (cell), UI_IMAGE_SOURCE (source), 23);
  run_until_idle ();
  gtk_test_accessible_assert_property (cell, GTK_ACCESSIBLE_PROPERTY_LABEL, "3, sample 23");
  g_assert_null (gtk_widget_get_tooltip_text (cell));

  ui_image_cell_bind (UI_IMAGE_CELL (cell), UI_IMAGE_SOURCE (source), 5);
  ui_image_cell_unbind (UI_IMAGE_CELL (cell));
  run_until_idle ();
  g_assert_finalize_object (cell);
  g_assert_finalize_object (source);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-view/properties", test_properties);
  g_test_add_func ("/chart-view/sizes", test_sizes);
  g_test_add_func ("/chart-view/redraw", test_redraw);
  g_test_add_func ("/chart-view/pointer", test_pointer);
  g_test_add_func ("/chart-view/keys", test_keys);
  g_test_add_func ("/chart-view/keys-in-a-crowd", test_keys_in_a_crowd);
  g_test_add_func ("/chart-view/bars-and-matrix", test_bars_and_matrix);
  g_test_add_func ("/chart-view/zoom", test_zoom);
  g_test_add_func ("/chart-view/description", test_description);
  g_test_add_func ("/image-grid/million", test_grid);
  g_test_add_func ("/image-grid/properties", test_grid_properties);
  g_test_add_func ("/image-grid/empty", test_grid_empty);
  g_test_add_func ("/image-grid/cell", test_cell);
  return g_test_run ();
}
