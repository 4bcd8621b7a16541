/* chart-demo.c: every chart and the image grid in one window, for eyes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

/* chart-demo [--dark] [--screenshot FILE] */

#include "config.h"

#include "widgets/chart-view.h"
#include "widgets/image-grid.h"

#include <adwaita.h>
#include <math.h>

#define N_STEPS 2000
#define STEPS_IN_EPOCH 100
#define N_CLASSES 10
#define SIDE 28
#define N_PICTURES 60000

static const char *classes[N_CLASSES] = {
  "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
  "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
};

/* Pictures of digits, drawn when they are asked for. */
#define DEMO_TYPE_SOURCE (demo_source_get_type ())
G_DECLARE_FINAL_TYPE (DemoSource, demo_source, DEMO, SOURCE, GObject)

struct _DemoSource
{
  GObject parent_instance;
};

static guint
demo_source_get_count (UiImageSource *source)
{
  return N_PICTURES;
}

static UiImage *
demo_source_load (UiImageSource  *source,
                  guint           index,
                  GError        **error)
{
  g_autofree char *digit = g_strdup_printf ("%u", index * 7919 % 10);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  guint8 *pixels = g_new (guint8, SIDE * SIDE);
  g_autoptr (GBytes) bytes = NULL;
  cairo_text_extents_t extents;

  if (index % 41 == 40)
    {
      g_free (pixels);
      cairo_destroy (cr);
      cairo_surface_destroy (surface);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "Sample %u: the PNG file ends after 112 bytes", index);
      return NULL;
    }

  cairo_select_font_face (cr, index % 3 == 0 ? "serif" : "sans", index % 2, index % 5 == 0);
  cairo_set_font_size (cr, 22 + index % 4);
  cairo_translate (cr, SIDE / 2.0, SIDE / 2.0);
  cairo_rotate (cr, ((int) (index * 31 % 21) - 10) * 0.03);
  cairo_text_extents (cr, digit, &extents);
  cairo_move_to (cr, -extents.x_bearing - extents.width / 2,
                 -extents.y_bearing - extents.height / 2);
  cairo_show_text (cr, digit);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  for (int y = 0; y < SIDE; y++)
    memcpy (pixels + y * SIDE, cairo_image_surface_get_data (surface)
                               + y * cairo_image_surface_get_stride (surface), SIDE);
  cairo_surface_destroy (surface);

  bytes = g_bytes_new_take (pixels, SIDE * SIDE);
  return ui_image_new (SIDE, SIDE, 1, bytes, digit, index % 17 == 3 ? "≠ 4" : NULL);
}

static void
image_source_init (UiImageSourceInterface *iface)
{
  iface->get_count = demo_source_get_count;
  iface->load = demo_source_load;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DemoSource, demo_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_IMAGE_SOURCE, image_source_init))

static void
demo_source_class_init (DemoSourceClass *klass)
{
}

static void
demo_source_init (DemoSource *self)
{
}

typedef struct
{
  UiChart    *loss;
  UiChart    *accuracy;
  UiSeries   *training_loss;
  UiSeries   *validation_loss;
  UiSeries   *training_accuracy;
  UiSeries   *validation_accuracy;
  GRand      *rand;
  int         step;
  double      best;
  const char *screenshot;       /* NULL: stay open */
  GtkWidget  *window;
  GMainLoop  *loop;
} Demo;

static void
end_epoch (Demo   *demo,
           double  loss)
{
  double validation = loss + 0.05 + 4e-8 * demo->step * demo->step;

  ui_series_append (demo->validation_loss, demo->step, validation);
  ui_series_append (demo->validation_accuracy, demo->step, 1 - validation / 2.6);
  if (validation < demo->best)
    {
      g_autofree char *label = g_strdup_printf ("best epoch %d", demo->step / STEPS_IN_EPOCH);

      demo->best = validation;
      ui_chart_clear_marks (demo->loss);
      ui_chart_add_mark (demo->loss, 1, demo->step, label);
    }
}

static void
advance (Demo *demo,
         int   n_steps)
{
  for (int i = 0; i < n_steps && demo->step < N_STEPS; i++)
    {
      double loss = 2.1 * exp (-demo->step / 330.0) + 0.17;
      double noise = g_rand_double_range (demo->rand, -1, 1) * g_rand_double (demo->rand);

      demo->step++;
      ui_series_append (demo->training_loss, demo->step, loss * (1 + 0.45 * noise));
      ui_series_append (demo->training_accuracy, demo->step,
                        CLAMP (1 - loss / 2.6 + 0.06 * noise, 0, 1));
      if (demo->step % STEPS_IN_EPOCH == 0)
        end_epoch (demo, loss);
    }

  ui_chart_changed (demo->loss);
  ui_chart_changed (demo->accuracy);
}

static gboolean
step_cb (gpointer data)
{
  Demo *demo = data;

  advance (demo, 4);
  return demo->step < N_STEPS ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static UiChart *
make_curves (const char *title,
             const char *unit,
             UiSeries   *training,
             UiSeries   *validation)
{
  UiChart *chart = ui_chart_new (UI_CHART_LINES, title);

  ui_chart_add_line (chart, training, NULL);
  ui_chart_add_line (chart, validation, NULL);
  ui_chart_set_line_exact (chart, 1, TRUE);
  ui_chart_set_axis (chart, UI_AXIS_X, "step", UI_RULER_WHOLE);
  ui_chart_set_axis (chart, UI_AXIS_Y, unit, UI_RULER_LINEAR);
  ui_chart_set_smoothing (chart, 0.9);
  return chart;
}

static UiChart *
make_bars (void)
{
  static const double counts[N_CLASSES] = {
    6000, 5988, 6000, 5410, 6000, 6000, 3120, 6000, 5875, 6000,
  };
  UiChart *chart = ui_chart_new (UI_CHART_BARS, "Pictures in each class");

  ui_chart_set_axis (chart, UI_AXIS_X, "pictures", UI_RULER_WHOLE);
  ui_chart_set_bars (chart, classes, counts, N_CLASSES);
  return chart;
}

static UiChart *
make_matrix (GRand *rand)
{
  UiChart *chart = ui_chart_new (UI_CHART_MATRIX, "Confusion matrix");
  double values[N_CLASSES * N_CLASSES];

  for (int i = 0; i < N_CLASSES * N_CLASSES; i++)
    {
      values[i] = g_rand_int_range (rand, 0, 3) * g_rand_int_range (rand, 0, 25);
      if (i % (N_CLASSES + 1) == 0)
        values[i] = g_rand_int_range (rand, 720, 990);
    }
  values[6] = 131;

  ui_chart_set_axis (chart, UI_AXIS_X, "predicted", UI_RULER_LINEAR);
  ui_chart_set_axis (chart, UI_AXIS_Y, "true", UI_RULER_LINEAR);
  ui_chart_set_matrix (chart, N_CLASSES, N_CLASSES, values, classes, classes);
  return chart;
}

/* Puts @child on a card in a cell of @grid. */
static void
attach (GtkWidget *grid,
        GtkWidget *child,
        int        column,
        int        row,
        int        n_columns)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (child, TRUE);
  gtk_widget_set_vexpand (child, TRUE);
  gtk_box_append (GTK_BOX (card), child);
  gtk_grid_attach (GTK_GRID (grid), card, column, row, n_columns, 1);
}

static GtkWidget *
attach_chart (GtkWidget *grid,
              UiChart   *chart,
              int        column,
              int        row,
              int        n_columns)
{
  GtkWidget *view = ui_chart_view_new (chart);

  attach (grid, view, column, row, n_columns);
  return view;
}

static GtkWidget *
make_content (Demo *demo)
{
  GtkWidget *grid = gtk_grid_new ();
  g_autoptr (UiImageSource) source = g_object_new (DEMO_TYPE_SOURCE, NULL);
  g_autoptr (UiChart) bars = make_bars ();
  g_autoptr (UiChart) matrix = make_matrix (demo->rand);
  GtkWidget *images = ui_image_grid_new (source);

  gtk_grid_set_row_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_widget_set_margin_top (grid, 12);
  gtk_widget_set_margin_bottom (grid, 12);
  gtk_widget_set_margin_start (grid, 12);
  gtk_widget_set_margin_end (grid, 12);

  attach_chart (grid, demo->loss, 0, 0, 7);
  attach_chart (grid, demo->accuracy, 7, 0, 5);
  attach_chart (grid, bars, 0, 1, 3);
  attach_chart (grid, matrix, 3, 1, 5);
  attach (grid, images, 8, 1, 4);
  ui_image_grid_set_selected (UI_IMAGE_GRID (images), 2);
  return grid;
}

static GtkWidget *
find_view (GtkWidget *widget)
{
  if (UI_IS_CHART_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_view (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
screenshot_cb (gpointer data)
{
  Demo *demo = data;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (demo->window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (demo->window));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (renderer, node, NULL);
  if (!gdk_texture_save_to_png (texture, demo->screenshot))
    g_printerr ("Could not write %s\n", demo->screenshot);
  g_main_loop_quit (demo->loop);
  return G_SOURCE_REMOVE;
}

/* A reading in the middle of the loss, as the pointer would leave it. */
static gboolean
read_cb (gpointer data)
{
  Demo *demo = data;
  GtkWidget *view = find_view (demo->window);

  gtk_widget_activate_action (view, "cursor.first", NULL);
  for (int i = 0; i < 250; i++)
    gtk_widget_activate_action (view, "cursor.right", NULL);
  g_timeout_add (500, screenshot_cb, demo);
  return G_SOURCE_REMOVE;
}

static gboolean
close_cb (Demo *demo)
{
  g_main_loop_quit (demo->loop);
  return FALSE;
}

int
main (int   argc,
      char *argv[])
{
  gboolean is_dark = FALSE;
  char *screenshot = NULL;
  const GOptionEntry options[] = {
    { "dark", 'd', 0, G_OPTION_ARG_NONE, &is_dark, "Dark colours", NULL },
    { "screenshot", 's', 0, G_OPTION_ARG_FILENAME, &screenshot, "Write a picture and end", "FILE" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Demo demo = { .best = INFINITY, .rand = g_rand_new_with_seed (4) };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }

  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      is_dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                              : ADW_COLOR_SCHEME_FORCE_LIGHT);
  demo.screenshot = screenshot;
  demo.loop = g_main_loop_new (NULL, FALSE);
  demo.training_loss = ui_series_new ("training loss");
  demo.validation_loss = ui_series_new ("validation loss");
  demo.training_accuracy = ui_series_new ("training accuracy");
  demo.validation_accuracy = ui_series_new ("validation accuracy");
  demo.loss = make_curves ("Loss", "cross-entropy", demo.training_loss, demo.validation_loss);
  demo.accuracy = make_curves ("Accuracy", NULL, demo.training_accuracy, demo.validation_accuracy);
  ui_chart_set_range (demo.accuracy, UI_AXIS_Y, 0, 1);
  advance (&demo, screenshot != NULL ? N_STEPS : 1);

  demo.window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (demo.window), "Charts");
  gtk_window_set_default_size (GTK_WINDOW (demo.window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (demo.window), make_content (&demo));
  g_signal_connect_swapped (demo.window, "close-request", G_CALLBACK (close_cb), &demo);
  gtk_window_present (GTK_WINDOW (demo.window));

  if (screenshot != NULL)
    g_timeout_add (1000, read_cb, &demo);
  else
    g_timeout_add (33, step_cb, &demo);
  g_main_loop_run (demo.loop);

  g_main_loop_unref (demo.loop);
  ui_chart_unref (demo.loss);
  ui_chart_unref (demo.accuracy);
  ui_series_unref (demo.training_loss);
  ui_series_unref (demo.validation_loss);
  ui_series_unref (demo.training_accuracy);
  ui_series_unref (demo.validation_accuracy);
  g_rand_free (demo.rand);
  g_free (screenshot);
  return 0;
}
