/* test-data-widgets.c: the scatter view and the pixel view under a display
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/pixel-view.h"
#include "widgets/scatter-view.h"

#include <math.h>

static void
draw (GtkWidget *widget,
      int        width,
      int        height)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (widget, &(GtkAllocation) { 0, 0, width, height }, -1);
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_clear_pointer (&node, gsk_render_node_unref);
}

static GtkEventController *
find_controller (GtkWidget *widget,
                 GType      type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_OBJECT_TYPE (controller) == type)
        return controller;
    }

  g_assert_not_reached ();
}

static gboolean
press (GtkWidget *widget,
       guint      key)
{
  gboolean handled;

  g_signal_emit_by_name (find_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed",
                         key, 0, (GdkModifierType) 0, &handled);
  return handled;
}

static void
click (GtkWidget *widget,
       double     x,
       double     y)
{
  g_signal_emit_by_name (find_controller (widget, GTK_TYPE_GESTURE_CLICK), "pressed", 1, x, y);
}

static void
point_to (GtkWidget *widget,
          double     x,
          double     y)
{
  g_signal_emit_by_name (find_controller (widget, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion",
                         x, y);
}

static void
count_cb (guint *n)
{
  ++*n;
}

/* The corners of a square around the origin, and one that cannot be drawn. */
static const UiPoint corners[] = {
  { -1, -1, 0 }, { 1, -1, 1 }, { 1, 1, 0 }, { -1, 1, 2 }, { NAN, 0, 0 },
};

static GtkWidget *
make_scatter (void)
{
  GtkWidget *view = g_object_ref_sink (ui_scatter_view_new ());

  ui_scatter_view_set_titles (UI_SCATTER_VIEW (view), "Feature 1", "Feature 2");
  ui_scatter_view_set_points (UI_SCATTER_VIEW (view), corners, G_N_ELEMENTS (corners),
                              (const char *const[]) { "inner", "outer", NULL });
  return view;
}

static void
test_scatter_keys (void)
{
  GtkWidget *view = make_scatter ();
  UiScatterView *scatter = UI_SCATTER_VIEW (view);
  guint n_changes = 0;

  g_signal_connect_swapped (view, "notify::selected", G_CALLBACK (count_cb), &n_changes);
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, GTK_INVALID_LIST_POSITION);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "5 points");
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, 0);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Point 1 of 5 at −1, −1; group “inner”");
  g_assert_true (press (view, GDK_KEY_Left));
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, 0);
  g_assert_true (press (view, GDK_KEY_End));
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, 4);
  g_assert_true (press (view, GDK_KEY_Up));
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, 3);
  g_assert_true (press (view, GDK_KEY_Home));
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, 0);
  g_assert_false (press (view, GDK_KEY_a));
  g_assert_cmpuint (n_changes, ==, 4);

  /* Other points, no selection; none at all, no keys. */
  g_object_set (view, "selected", 2, NULL);
  ui_scatter_view_set_points (scatter, corners, 1, (const char *const[]) { NULL });
  g_assert_cmpuint (ui_scatter_view_get_selected (scatter), ==, GTK_INVALID_LIST_POSITION);
  ui_scatter_view_set_points (scatter, NULL, 0, NULL);
  g_assert_false (press (view, GDK_KEY_Right));
  draw (view, 300, 300);
  g_assert_finalize_object (view);
}

/* The square keeps its shape in a wide view, so its corners are known to lie on
 * the diagonals through the middle of the plot. */
static void
test_scatter_click (void)
{
  GtkWidget *view = make_scatter ();
  UiScatterView *scatter = UI_SCATTER_VIEW (view);
  gboolean found[4] = { FALSE };
  double left[4] = { INFINITY, INFINITY, INFINITY, INFINITY };
  double top[4] = { INFINITY, INFINITY, INFINITY, INFINITY };

  draw (view, 600, 400);
  for (int y = 0; y < 400; y += 4)
    for (int x = 0; x < 600; x += 4)
      {
        guint index;

        ui_scatter_view_set_selected (scatter, GTK_INVALID_LIST_POSITION);
        click (view, x, y);
        index = ui_scatter_view_get_selected (scatter);
        if (index == GTK_INVALID_LIST_POSITION)
          continue;
        g_assert_cmpuint (index, <, 4);
        found[index] = TRUE;
        left[index] = MIN (left[index], x);
        top[index] = MIN (top[index], y);
      }

  for (int i = 0; i < 4; i++)
    g_assert_true (found[i]);
  g_assert_cmpfloat_with_epsilon (left[0], left[3], 5);
  g_assert_cmpfloat_with_epsilon (left[1], left[2], 5);
  g_assert_cmpfloat_with_epsilon (top[0], top[1], 5);
  g_assert_cmpfloat_with_epsilon (top[2], top[3], 5);
  g_assert_cmpfloat (left[1], >, left[0]);
  g_assert_cmpfloat (top[0], >, top[3]);
  g_assert_cmpfloat_with_epsilon (left[1] - left[0], top[0] - top[3], 8);
  g_assert_finalize_object (view);
}

static void
test_scatter_sizes (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 2000, 20 }, { 20, 2000 }, { 200, 160 } };
  GtkWidget *view = make_scatter ();
  UiPoint same[3000] = { { 3, 3, 40 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    draw (view, sizes[i][0], sizes[i][1]);
  ui_scatter_view_set_points (UI_SCATTER_VIEW (view), same, 1, NULL);
  draw (view, 300, 200);
  ui_scatter_view_set_points (UI_SCATTER_VIEW (view), same, G_N_ELEMENTS (same), NULL);
  draw (view, 300, 200);
  g_assert_finalize_object (view);
}

static UiImage *
make_image (int width,
            int height)
{
  g_autoptr (GBytes) pixels = g_bytes_new_take (g_malloc0 ((gsize) width * height),
                                                (gsize) width * height);

  return ui_image_new (width, height, 1, pixels, NULL, NULL);
}

static void
assert_pixel (GtkWidget *view,
              int        expected_x,
              int        expected_y)
{
  int x;
  int y;

  g_assert_true (ui_pixel_view_get_pixel (UI_PIXEL_VIEW (view), &x, &y));
  g_assert_cmpint (x, ==, expected_x);
  g_assert_cmpint (y, ==, expected_y);
}

static void
assert_no_pixel (GtkWidget *view)
{
  int x;
  int y;

  g_assert_false (ui_pixel_view_get_pixel (UI_PIXEL_VIEW (view), &x, &y));
}

/* 28×20 pixels in a view of 300×290: ten for each, 10 beside and 45 above. */
static void
test_pixel_pointer (void)
{
  GtkWidget *view = g_object_ref_sink (ui_pixel_view_new ());
  g_autoptr (UiImage) image = make_image (28, 20);
  g_autoptr (UiImage) other = make_image (400, 600);
  guint n_changes = 0;

  g_signal_connect_swapped (view, "pixel-changed", G_CALLBACK (count_cb), &n_changes);
  point_to (view, 5, 5);
  draw (view, 300, 290);
  ui_pixel_view_set_image (UI_PIXEL_VIEW (view), image);
  draw (view, 300, 290);
  point_to (view, 10, 45);
  assert_pixel (view, 0, 0);
  point_to (view, 19, 54);
  assert_pixel (view, 0, 0);
  g_assert_cmpuint (n_changes, ==, 1);
  point_to (view, 289, 244);
  assert_pixel (view, 27, 19);
  draw (view, 300, 290);
  point_to (view, 291, 244);
  assert_no_pixel (view);

  /* Shrunk, a point is a pixel among several. */
  ui_pixel_view_set_image (UI_PIXEL_VIEW (view), other);
  draw (view, 300, 300);
  point_to (view, 50, 0);
  assert_pixel (view, 0, 0);
  point_to (view, 150, 150);
  assert_pixel (view, 200, 300);
  ui_pixel_view_set_image (UI_PIXEL_VIEW (view), NULL);
  assert_no_pixel (view);
  draw (view, 1, 1);
  g_assert_finalize_object (view);
}

static void
test_pixel_keys (void)
{
  GtkWidget *view = g_object_ref_sink (ui_pixel_view_new ());
  g_autoptr (UiImage) image = make_image (3, 3);

  g_assert_false (press (view, GDK_KEY_Right));
  ui_pixel_view_set_image (UI_PIXEL_VIEW (view), image);
  g_assert_true (press (view, GDK_KEY_Right));
  assert_pixel (view, 1, 1);
  g_assert_true (press (view, GDK_KEY_Right));
  g_assert_true (press (view, GDK_KEY_Right));
  assert_pixel (view, 2, 1);
  g_assert_true (press (view, GDK_KEY_Up));
  g_assert_true (press (view, GDK_KEY_Left));
  assert_pixel (view, 1, 0);
  g_assert_false (press (view, GDK_KEY_Tab));
  g_assert_true (press (view, GDK_KEY_Escape));
  assert_no_pixel (view);
  g_assert_false (press (view, GDK_KEY_Escape));
  g_assert_finalize_object (view);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/data-widgets/scatter-keys", test_scatter_keys);
  g_test_add_func ("/data-widgets/scatter-click", test_scatter_click);
  g_test_add_func ("/data-widgets/scatter-sizes", test_scatter_sizes);
  g_test_add_func ("/data-widgets/pixel-pointer", test_pixel_pointer);
  g_test_add_func ("/data-widgets/pixel-keys", test_pixel_keys);

  return g_test_run ();
}
