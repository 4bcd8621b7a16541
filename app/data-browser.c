/* data-browser.c: the samples, the classes and the warnings of open data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-browser.h"

#include "app/data-classes.h"
#include "app/data-sample.h"
#include "app/data-texts.h"
#include "widgets/image-grid.h"
#include "widgets/scatter-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* More points than this would only cover each other. */
#define MOST_POINTS 5000

#define PANE_WIDTH 232
#define SEARCHED_CLASSES 12     /* a longer list gets a search entry */

struct _AppDataBrowser
{
  GtkWidget      parent_instance;

  AppDataImages *images;        /* owned, or NULL */
  guint32        item;          /* that is shown large */
  guint          stride;        /* positions from one point to the next */
  gboolean       is_filling;    /* the filters are being filled */

  GtkWidget     *box;
  GtkWidget     *class_filter;  /* GtkDropDown: all, each class, perhaps none */
  GtkWidget     *part_filter;   /* GtkDropDown: all, and the parts in their order */
  GtkWidget     *count;
  GtkWidget     *overlay;       /* GtkToggleButton, where there are masks */
  GtkWidget     *views;         /* GtkStack: "pictures", "points", "texts", "nothing" */
  GtkWidget     *grid;
  GtkWidget     *scatter;
  GtkWidget     *texts;
  GtkWidget     *sample;
  GtkWidget     *classes;
  GtkWidget     *warnings;      /* GtkListBox */
  GtkStackPage  *warnings_page;
};

G_DEFINE_FINAL_TYPE (AppDataBrowser, app_data_browser, GTK_TYPE_WIDGET)

static gboolean
is_plane (DsDataset *dataset)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);

  return shape->rank == 1 && shape->size[0] == 2 && ds_dataset_get_dtype (dataset) == NN_FLOAT32;
}

static void
show_position (AppDataBrowser *self,
               guint           position)
{
  if (self->images == NULL || position >= app_data_images_get_count (self->images))
    {
      app_data_sample_show (APP_DATA_SAMPLE (self->sample), NULL, 0);
      return;
    }

  self->item = app_data_images_get_item (self->images, position);
  app_data_sample_show (APP_DATA_SAMPLE (self->sample), self->images, self->item);
}

static void
picture_selected_cb (AppDataBrowser *self)
{
  show_position (self, ui_image_grid_get_selected (UI_IMAGE_GRID (self->grid)));
}

static void
text_selected_cb (AppDataBrowser *self)
{
  show_position (self, app_data_texts_get_selected (APP_DATA_TEXTS (self->texts)));
}

static void
overlay_cb (AppDataBrowser *self)
{
  gboolean overlay = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->overlay));

  if (self->images == NULL)
    return;

  app_data_images_set_overlay (self->images, overlay);
  app_data_sample_show (APP_DATA_SAMPLE (self->sample), self->images, self->item);
}

static void
point_selected_cb (AppDataBrowser *self)
{
  guint index = ui_scatter_view_get_selected (UI_SCATTER_VIEW (self->scatter));

  show_position (self, index != GTK_INVALID_LIST_POSITION ? index * self->stride : index);
}

/* The points that pass, or evenly as many of them as are drawn. */
static void
fill_points (AppDataBrowser *self)
{
  DsDataset *dataset = app_data_images_get_dataset (self->images);
  guint n_classes = ds_dataset_get_n_classes (dataset);
  guint count = app_data_images_get_count (self->images);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (UiPoint));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < n_classes; i++)
    g_ptr_array_add (names, (gpointer) ds_dataset_get_class_name (dataset, i));
  g_ptr_array_add (names, NULL);

  self->stride = MAX (1, (count + MOST_POINTS - 1) / MOST_POINTS);
  for (guint i = 0; i < count; i += self->stride)
    {
      guint32 item = app_data_images_get_item (self->images, i);
      const float *numbers = ds_dataset_peek_item (dataset, item);
      int label = ds_dataset_get_label (dataset, item);
      UiPoint point = { numbers[0], numbers[1], label >= 0 ? (guint) label : n_classes };

      g_array_append_val (points, point);
    }
  ui_scatter_view_set_points (UI_SCATTER_VIEW (self->scatter),
                              (const UiPoint *) (void *) points->data, points->len,
                              (const char *const *) names->pdata);
}

/* Selects @item if it passes, and otherwise the first that does.  Of points
 * that are not all drawn it may be a neighbour. */
static void
select_item (AppDataBrowser *self,
             guint32         item)
{
  guint position = 0;

  app_data_images_find (self->images, item, &position);
  ui_image_grid_set_selected (UI_IMAGE_GRID (self->grid), position);
  ui_scatter_view_set_selected (UI_SCATTER_VIEW (self->scatter), position / self->stride);
  app_data_texts_set_selected (APP_DATA_TEXTS (self->texts), position);
  show_position (self, position);
}

static void
update_count (AppDataBrowser *self)
{
  guint count = app_data_images_get_count (self->images);
  g_autofree char *text = NULL;

  if (self->stride > 1)
    text = g_strdup_printf (_("%'u of %'u samples are drawn"),
                            (count + self->stride - 1) / self->stride, count);
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%'u sample", "%'u samples", count),
                            count);
  gtk_label_set_text (GTK_LABEL (self->count), text);
}

/* The class that the drop-down means: all come first, then the classes, then
 * samples without one. */
static int
get_label (AppDataBrowser *self)
{
  guint n_classes = ds_dataset_get_n_classes (app_data_images_get_dataset (self->images));
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->class_filter));

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return APP_ANY_LABEL;
  return selected <= n_classes ? (int) selected - 1 : -1;
}

static DsPart
get_part (AppDataBrowser *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->part_filter));

  return selected == 0 || selected == GTK_INVALID_LIST_POSITION ? DS_N_PARTS : (DsPart) selected;
}

static void
filter_cb (AppDataBrowser *self)
{
  guint32 item = self->item;

  if (self->is_filling || self->images == NULL)
    return;

  app_data_images_set_filter (self->images, get_label (self), get_part (self));
  self->stride = 1;
  if (is_plane (app_data_images_get_dataset (self->images)))
    fill_points (self);
  update_count (self);
  select_item (self, item);
}

static void
fill_class_filter (AppDataBrowser *self,
                   DsDataset      *dataset)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint32 n_labelled = 0;

  gtk_string_list_append (names, _("All Classes"));
  for (guint i = 0; i < ds_dataset_get_n_classes (dataset); i++)
    {
      gtk_string_list_append (names, ds_dataset_get_class_name (dataset, i));
      n_labelled += ds_dataset_get_class_count (dataset, i, DS_N_PARTS);
    }
  if (n_labelled > 0 && n_labelled < ds_dataset_get_n_items (dataset))
    gtk_string_list_append (names, _("No class"));

  gtk_drop_down_set_model (GTK_DROP_DOWN (self->class_filter), G_LIST_MODEL (names));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (self->class_filter),
                                   ds_dataset_get_n_classes (dataset) > SEARCHED_CLASSES);
  gtk_widget_set_sensitive (self->class_filter, n_labelled > 0);
}

static void
fill_warnings (AppDataBrowser *self,
               DsDataset      *dataset)
{
  const char *const *warnings = ds_dataset_get_warnings (dataset);
  guint n = g_strv_length ((char **) warnings);
  /* Translators: the title of a page with this many warnings. */
  g_autofree char *title = g_strdup_printf (_("Warnings (%u)"), n);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->warnings)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->warnings), row);
  for (guint i = 0; i < n; i++)
    {
      row = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), warnings[i]);
      adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      gtk_list_box_append (GTK_LIST_BOX (self->warnings), row);
    }
  gtk_stack_page_set_title (self->warnings_page, title);
  gtk_stack_page_set_visible (self->warnings_page, n > 0);
}

void
app_data_browser_set_samples (AppDataBrowser *self,
                              AppSamples     *samples)
{
  DsDataset *dataset = samples != NULL ? app_samples_get_dataset (samples) : NULL;
  gboolean is_same = self->images != NULL
                     && app_data_images_get_dataset (self->images) == dataset;
  guint32 item = is_same ? self->item : 0;
  gboolean has_pictures;

  ui_image_grid_set_source (UI_IMAGE_GRID (self->grid), NULL);
  app_data_texts_set_samples (APP_DATA_TEXTS (self->texts), NULL);
  g_clear_object (&self->images);
  show_position (self, 0);
  if (samples == NULL)
    return;

  if (!is_same)
    {
      self->is_filling = TRUE;
      fill_class_filter (self, dataset);
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->part_filter), 0);
      self->is_filling = FALSE;
      fill_warnings (self, dataset);
      app_data_classes_set_dataset (APP_DATA_CLASSES (self->classes), dataset);
    }

  has_pictures = app_data_has_pictures (dataset);
  self->images = app_data_images_new (dataset, app_samples_get_split (samples));
  app_data_images_set_overlay (self->images, gtk_toggle_button_get_active (
                                 GTK_TOGGLE_BUTTON (self->overlay)));
  gtk_widget_set_visible (self->overlay,
                          ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES);
  gtk_stack_set_visible_child_name (GTK_STACK (self->views),
                                    has_pictures ? "pictures"
                                    : is_plane (dataset) ? "points"
                                    : ds_dataset_get_vocabulary (dataset) != NULL ? "texts"
                                    : "nothing");
  if (has_pictures)
    ui_image_grid_set_source (UI_IMAGE_GRID (self->grid), UI_IMAGE_SOURCE (self->images));
  if (ds_dataset_get_vocabulary (dataset) != NULL)
    app_data_texts_set_samples (APP_DATA_TEXTS (self->texts), self->images);
  self->item = item;
  filter_cb (self);
}

static void
app_data_browser_dispose (GObject *object)
{
  AppDataBrowser *self = APP_DATA_BROWSER (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->images);

  G_OBJECT_CLASS (app_data_browser_parent_class)->dispose (object);
}

static void
app_data_browser_class_init (AppDataBrowserClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_browser_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
setup_name_cb (GtkListItemFactory *factory,
               GtkListItem        *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 10);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_list_item_set_child (item, label);
}

static void
bind_name_cb (GtkListItemFactory *factory,
              GtkListItem        *item)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *name = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (label), name);

  /* The row around the label is what a screen reader lands on. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* A list of names that may be long and come from a file. */
static GtkWidget *
make_filter (AppDataBrowser *self,
             const char     *label)
{
  GtkExpression *name = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkWidget *filter = gtk_drop_down_new (NULL, name);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_name_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name_cb), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (filter), factory);

  /* The keyboard goes to the button inside. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (filter), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (filter)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (filter, "notify::selected", G_CALLBACK (filter_cb), self,
                           G_CONNECT_SWAPPED);
  return filter;
}

static GtkWidget *
make_filters (AppDataBrowser *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GtkStringList) parts = gtk_string_list_new (NULL);

  gtk_string_list_append (parts, _("All Parts"));
  for (int part = DS_PART_TRAIN; part < DS_N_PARTS; part++)
    gtk_string_list_append (parts, app_data_part_title ((DsPart) part));

  self->class_filter = make_filter (self, _("Class"));
  gtk_box_append (GTK_BOX (bar), self->class_filter);
  self->part_filter = make_filter (self, _("Part"));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->part_filter), G_LIST_MODEL (parts));
  gtk_box_append (GTK_BOX (bar), self->part_filter);

  self->overlay = gtk_toggle_button_new_with_label (_("Masks"));
  gtk_widget_set_tooltip_text (self->overlay, _("Show the classes of the pixels as colours"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->overlay), TRUE);
  gtk_widget_set_visible (self->overlay, FALSE);
  g_signal_connect_object (self->overlay, "toggled", G_CALLBACK (overlay_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bar), self->overlay);

  self->count = g_object_new (GTK_TYPE_LABEL,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                              "ellipsize", PANGO_ELLIPSIZE_END,
                              "hexpand", TRUE,
                              "xalign", 1.0,
                              NULL);
  gtk_widget_add_css_class (self->count, "dim-label");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_box_append (GTK_BOX (bar), self->count);
  gtk_widget_add_css_class (bar, "page-toolbar");
  return bar;
}

static GtkWidget *
make_views (AppDataBrowser *self)
{
  GtkWidget *nothing = adw_status_page_new ();

  self->grid = ui_image_grid_new (NULL);
  ui_image_grid_set_empty_text (UI_IMAGE_GRID (self->grid),
                                _("No sample has this class and is in this part."));
  g_signal_connect_object (self->grid, "notify::selected", G_CALLBACK (picture_selected_cb), self,
                           G_CONNECT_SWAPPED);
  self->scatter = ui_scatter_view_new ();
  ui_scatter_view_set_titles (UI_SCATTER_VIEW (self->scatter), _("Feature 1"), _("Feature 2"));
  g_signal_connect_object (self->scatter, "notify::selected", G_CALLBACK (point_selected_cb),
                           self, G_CONNECT_SWAPPED);

  adw_status_page_set_title (ADW_STATUS_PAGE (nothing), _("No Picture"));
  adw_status_page_set_description (ADW_STATUS_PAGE (nothing),
                                   _("These samples are neither pictures, texts nor points in a "
                                     "plane. Training works all the same."));
  self->texts = app_data_texts_new ();
  g_signal_connect_object (self->texts, "notify::selected", G_CALLBACK (text_selected_cb), self,
                           G_CONNECT_SWAPPED);

  self->views = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->views), self->grid, "pictures");
  gtk_stack_add_named (GTK_STACK (self->views), self->scatter, "points");
  gtk_stack_add_named (GTK_STACK (self->views), self->texts, "texts");
  gtk_stack_add_named (GTK_STACK (self->views), nothing, "nothing");
  gtk_widget_set_hexpand (self->views, TRUE);
  gtk_widget_set_vexpand (self->views, TRUE);
  return self->views;
}

static GtkWidget *
make_pane (AppDataBrowser *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->sample = app_data_sample_new ();
  gtk_widget_set_margin_top (self->sample, 12);
  gtk_widget_set_margin_bottom (self->sample, 12);
  gtk_widget_set_margin_start (self->sample, 12);
  gtk_widget_set_margin_end (self->sample, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->sample);
  gtk_widget_set_size_request (scroller, PANE_WIDTH, -1);
  return scroller;
}

static GtkWidget *
make_samples_page (AppDataBrowser *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (left), make_filters (self));
  gtk_box_append (GTK_BOX (left), make_views (self));
  gtk_box_append (GTK_BOX (page), left);
  gtk_box_append (GTK_BOX (page), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (page), make_pane (self));
  return page;
}

static GtkWidget *
make_warnings_page (AppDataBrowser *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  self->warnings = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->warnings), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->warnings, "boxed-list");
  gtk_widget_set_valign (self->warnings, GTK_ALIGN_START);
  gtk_widget_set_margin_top (clamp, 12);
  gtk_widget_set_margin_bottom (clamp, 12);
  gtk_widget_set_margin_start (clamp, 12);
  gtk_widget_set_margin_end (clamp, 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->warnings),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Warnings"), -1);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->warnings);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  return scroller;
}

static void
app_data_browser_init (AppDataBrowser *self)
{
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *stack = gtk_stack_new ();

  self->stride = 1;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  gtk_stack_add_titled (GTK_STACK (stack), make_samples_page (self), "samples", _("Samples"));
  self->classes = app_data_classes_new ();
  gtk_stack_add_titled (GTK_STACK (stack), self->classes, "classes", _("Classes"));
  self->warnings_page = gtk_stack_add_titled (GTK_STACK (stack), make_warnings_page (self),
                                              "warnings", _("Warnings"));
  gtk_stack_page_set_visible (self->warnings_page, FALSE);
  gtk_widget_set_vexpand (stack, TRUE);

  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (stack));
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (switcher, 6);
  gtk_widget_set_margin_bottom (switcher, 6);
  gtk_box_append (GTK_BOX (self->box), switcher);
  gtk_box_append (GTK_BOX (self->box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (self->box), stack);
}

GtkWidget *
app_data_browser_new (void)
{
  return g_object_new (APP_TYPE_DATA_BROWSER, NULL);
}
