/* data-settings.c: the column that chooses data and divides it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-settings.h"

#include "app/data-text-settings.h"
#include "datasets/format.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

/* More of one part than this is not offered: something has to be left to
 * train on. */
#define MOST_PERCENT 95

/* The spin buttons count in doubles, and people do not type longer seeds. */
#define MOST_SEED G_MAXINT32
#define MOST_SAMPLES 1000000

/* The numbers that can be changed, each by a row. */
typedef enum
{
  SETTING_COUNT,
  SETTING_VALIDATION,
  SETTING_TEST,
  SETTING_SEED,
  N_SETTINGS,
} Setting;

struct _AppDataSettings
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
  gboolean     is_updating;     /* the rows are changed by us */
  gboolean     has_samples;     /* else what follows is 0 */
  gboolean     is_given[DS_N_PARTS];    /* the data brings this part */
  guint32      counts[DS_N_PARTS];
  guint32      n_items;

  GtkWidget   *box;
  GtkWidget   *title_row;       /* of the data, and what it is */
  GtkWidget   *format_row;
  GtkWidget   *format_label;
  GtkWidget   *samples_label;
  GtkWidget   *shape_label;
  GtkWidget   *classes_label;
  GtkWidget   *contents;        /* the group of these */
  GtkWidget   *texts;           /* AppDataTextSettings */
  GtkWidget   *sets_row;
  GPtrArray   *checks;          /* GtkImage, borrowed: one for each generator */
  GtkWidget   *division;
  GtkWidget   *training_label;
  GtkWidget   *rows[N_SETTINGS];
  GtkWidget   *spins[N_SETTINGS];
};

G_DEFINE_FINAL_TYPE (AppDataSettings, app_data_settings, GTK_TYPE_WIDGET)

enum {
  GENERATOR_CHOSEN,
  FOLDER_WANTED,
  FILE_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const AppDataRef *
get_ref (AppDataSettings *self)
{
  return &app_document_get_project (self->document)->data;
}

/* A part that the data brings has the share that it has. */
static double
get_percent (AppDataSettings *self,
             DsPart           part,
             double           share)
{
  if (self->is_given[part] && self->n_items > 0)
    share = (double) self->counts[part] / self->n_items;
  return share * 100;
}

/* The samples that are drawn, when nobody has asked for a number. */
static double
get_count (const AppDataRef *ref)
{
  const DsGenerator *generator = ref->kind == APP_DATA_DRAWN ? ds_generator_find (ref->name)
                                                             : NULL;

  return ref->count != 0 ? ref->count : generator != NULL ? generator->default_count : 0;
}

static double
get_value (AppDataSettings *self,
           Setting          setting)
{
  const AppDataRef *ref = get_ref (self);

  switch (setting)
    {
    case SETTING_COUNT:
      return get_count (ref);
    case SETTING_VALIDATION:
      return get_percent (self, DS_PART_VALIDATION, ref->validation);
    case SETTING_TEST:
      return get_percent (self, DS_PART_TEST, ref->test);
    case SETTING_SEED:
      return (double) ref->seed;
    case N_SETTINGS:
    default:
      g_assert_not_reached ();
    }
}

static void
set_value (AppDataRef *ref,
           Setting     setting,
           double      value)
{
  switch (setting)
    {
    case SETTING_COUNT:
      ref->count = (guint32) value;
      break;
    case SETTING_VALIDATION:
      ref->validation = value / 100;
      break;
    case SETTING_TEST:
      ref->test = value / 100;
      break;
    case SETTING_SEED:
      ref->seed = (guint64) value;
      break;
    case N_SETTINGS:
    default:
      g_assert_not_reached ();
    }
}

static void
value_changed_cb (AppDataSettings *self,
                  GtkSpinButton   *spin)
{
  const char *const names[N_SETTINGS] = {
    [SETTING_COUNT]      = _("Change Number of Samples"),
    [SETTING_VALIDATION] = _("Change Validation Share"),
    [SETTING_TEST]       = _("Change Test Share"),
    [SETTING_SEED]       = _("Change Seed of the Data"),
  };
  Setting setting = (Setting) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (spin), "setting"));
  g_autofree char *merge = g_strdup_printf ("data-%d", setting);

  if (self->is_updating || self->document == NULL)
    return;

  app_document_begin (self->document, names[setting], merge);
  set_value (&app_document_get_project (self->document)->data, setting,
             gtk_spin_button_get_value (spin));
  app_document_end (self->document);
}

/* What the other share leaves; never less than there is already. */
static double
find_limit (AppDataSettings *self,
            Setting          setting)
{
  double other;

  switch (setting)
    {
    case SETTING_VALIDATION:
      other = self->is_given[DS_PART_TEST] ? 0 : get_value (self, SETTING_TEST);
      return MAX (MOST_PERCENT - other, get_value (self, setting));
    case SETTING_TEST:
      other = self->is_given[DS_PART_VALIDATION] ? 0 : get_value (self, SETTING_VALIDATION);
      return MAX (MOST_PERCENT - other, get_value (self, setting));
    case SETTING_COUNT:
      return MAX (MOST_SAMPLES, get_value (self, setting));
    case SETTING_SEED:
      return MAX (MOST_SEED, get_value (self, setting));
    case N_SETTINGS:
    default:
      g_assert_not_reached ();
    }
}

static void
update_spins (AppDataSettings *self)
{
  self->is_updating = TRUE;
  for (int i = 0; i < N_SETTINGS; i++)
    {
      GtkSpinButton *spin = GTK_SPIN_BUTTON (self->spins[i]);
      GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (spin);
      double value = get_value (self, (Setting) i);

      /* A share from a file may be half of a percent. */
      gtk_spin_button_set_digits (spin, fabs (value - round (value)) > 0.01 ? 1 : 0);
      gtk_adjustment_set_upper (adjustment, find_limit (self, (Setting) i));
      gtk_adjustment_set_value (adjustment, value);
    }
  self->is_updating = FALSE;
}

static void
set_count (AppDataSettings *self,
           GtkWidget       *label,
           guint            count)
{
  g_autofree char *text = self->has_samples ? g_strdup_printf ("%'u", count) : g_strdup ("–");

  gtk_label_set_text (GTK_LABEL (label), text);
}

/* Below a share: what it comes to, or why it cannot be chosen. */
static void
update_share (AppDataSettings *self,
              Setting          setting,
              DsPart           part)
{
  guint32 count = self->counts[part];
  g_autofree char *text = NULL;

  if (!self->has_samples)
    text = g_strdup ("");
  else if (self->is_given[part])
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "The data brings this part: %'u sample.",
                                         "The data brings this part: %'u samples.", count), count);
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%'u sample", "%'u samples", count),
                            count);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[setting]), text);
  gtk_widget_set_sensitive (self->spins[setting], !self->is_given[part]);
}

static void
update_division (AppDataSettings *self)
{
  const AppDataRef *ref = get_ref (self);

  gtk_widget_set_visible (self->division, ref->kind != APP_DATA_NONE);
  update_spins (self);
  set_count (self, self->training_label, self->counts[DS_PART_TRAIN]);
  update_share (self, SETTING_VALIDATION, DS_PART_VALIDATION);
  update_share (self, SETTING_TEST, DS_PART_TEST);
  gtk_widget_set_visible (self->rows[SETTING_COUNT], ref->kind == APP_DATA_DRAWN);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[SETTING_SEED]),
                               ref->kind == APP_DATA_DRAWN
                               ? _("Draws and divides the samples") : _("Divides the samples"));
}

static void
update_checks (AppDataSettings *self)
{
  const AppDataRef *ref = get_ref (self);

  for (guint i = 0; i < self->checks->len; i++)
    gtk_widget_set_opacity (g_ptr_array_index (self->checks, i),
                            ref->kind == APP_DATA_DRAWN
                            && g_strcmp0 (ref->name, ds_generator_nth (i)->name) == 0);
}

static void
data_changed_cb (AppDataSettings *self)
{
  update_division (self);
  update_checks (self);
}

static void
count_parts (AppDataSettings *self,
             AppSamples      *samples)
{
  DsDataset *dataset = samples != NULL ? app_samples_get_dataset (samples) : NULL;

  self->has_samples = samples != NULL;
  self->n_items = 0;
  for (int part = 0; part < DS_N_PARTS; part++)
    {
      self->is_given[part] = FALSE;
      self->counts[part] = 0;
    }
  if (samples == NULL)
    return;

  for (guint32 i = 0; i < ds_dataset_get_n_items (dataset); i++)
    self->is_given[ds_dataset_get_part (dataset, i)] = TRUE;
  for (int part = DS_PART_TRAIN; part < DS_N_PARTS; part++)
    ds_split_get (app_samples_get_split (samples), (DsPart) part, &self->counts[part]);
  self->n_items = ds_dataset_get_n_items (dataset);
}

static void
show_contents (AppDataSettings *self,
               DsDataset       *dataset)
{
  const DsFormat *format = ds_format_find (ds_dataset_get_format (dataset));
  const DsGenerator *generator = ds_generator_find (ds_dataset_get_format (dataset));
  g_autofree char *shape = nn_shape_print (ds_dataset_get_shape (dataset));
  const AppDataRef *ref = get_ref (self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->title_row),
                                 ds_dataset_get_title (dataset));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->title_row),
                               generator != NULL ? _(generator->summary) : ref->name);
  gtk_label_set_text (GTK_LABEL (self->format_label),
                      format != NULL ? _(format->title) : _("Built-in"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->format_row), ds_dataset_get_reason (dataset));
  set_count (self, self->samples_label, ds_dataset_get_n_items (dataset));
  gtk_label_set_text (GTK_LABEL (self->shape_label), shape);
  set_count (self, self->classes_label, ds_dataset_get_n_classes (dataset));
}

static void
set_activated_cb (AppDataSettings *self,
                  AdwActionRow    *row)
{
  const DsGenerator *generator = g_object_get_data (G_OBJECT (row), "generator");

  g_signal_emit (self, signals[GENERATOR_CHOSEN], 0, generator->name);
}

static void
folder_clicked_cb (AppDataSettings *self)
{
  g_signal_emit (self, signals[FOLDER_WANTED], 0);
}

static void
file_clicked_cb (AppDataSettings *self)
{
  g_signal_emit (self, signals[FILE_WANTED], 0);
}

static void
app_data_settings_dispose (GObject *object)
{
  AppDataSettings *self = APP_DATA_SETTINGS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->checks, g_ptr_array_unref);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_data_settings_parent_class)->dispose (object);
}

static void
app_data_settings_class_init (AppDataSettingsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_data_settings_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[GENERATOR_CHOSEN] = g_signal_new ("generator-chosen", type, G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FOLDER_WANTED] = g_signal_new ("folder-wanted", type, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FILE_WANTED] = g_signal_new ("file-wanted", type, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Names and words of a row may come from a file, and are no markup. */
static GtkWidget *
add_row (GtkWidget  *group,
         const char *title)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return row;
}

static GtkWidget *
add_label (GtkWidget *row)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return label;
}

static GtkWidget *
add_group (AppDataSettings *self,
           const char      *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (self->box), group);
  return group;
}

static void
add_setting (AppDataSettings *self,
             GtkWidget       *group,
             Setting          setting,
             const char      *title,
             double           low,
             double           high,
             double           step)
{
  GtkWidget *row = add_row (group, title);
  GtkWidget *spin = gtk_spin_button_new_with_range (low, high, step);

  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 6);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  g_object_set_data (G_OBJECT (spin), "setting", GINT_TO_POINTER (setting));
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  self->rows[setting] = row;
  self->spins[setting] = spin;
}

/* An expander row is a list in a row, and libadwaita names neither. */
static void
name_lists (GtkWidget  *widget,
            const char *name)
{
  if (GTK_IS_LIST_BOX (widget) || ADW_IS_EXPANDER_ROW (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_lists (child, name);
}

static void
add_sets (AppDataSettings *self,
          GtkWidget       *group)
{
  const DsGenerator *generator;

  self->sets_row = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->sets_row), _("Built-in Data Sets"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->sets_row);
  name_lists (self->sets_row, _("Built-in Data Sets"));
  for (guint i = 0; (generator = ds_generator_nth (i)) != NULL; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *check = gtk_image_new_from_icon_name ("object-select-symbolic");

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(generator->title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _(generator->summary));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), check);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data (G_OBJECT (row), "generator", (gpointer) generator);
      g_signal_connect_object (row, "activated", G_CALLBACK (set_activated_cb), self,
                               G_CONNECT_SWAPPED);
      adw_expander_row_add_row (ADW_EXPANDER_ROW (self->sets_row), row);
      g_ptr_array_add (self->checks, check);
    }
}

static GtkWidget *
make_choose_button (AppDataSettings *self,
                    const char      *label,
                    GCallback        callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_hexpand (button, TRUE);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static void
app_data_settings_init (AppDataSettings *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *group;

  self->checks = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  group = add_group (self, _("Data Set"));
  self->title_row = add_row (group, "");
  add_sets (self, group);
  gtk_box_set_homogeneous (GTK_BOX (buttons), TRUE);
  gtk_widget_set_margin_top (buttons, 12);
  gtk_box_append (GTK_BOX (buttons), make_choose_button (self, _("Choose Folder…"),
                                                         G_CALLBACK (folder_clicked_cb)));
  gtk_box_append (GTK_BOX (buttons), make_choose_button (self, _("Choose File…"),
                                                         G_CALLBACK (file_clicked_cb)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), buttons);

  self->contents = add_group (self, _("Contents"));
  self->format_row = add_row (self->contents, _("Format"));
  self->format_label = add_label (self->format_row);
  self->samples_label = add_label (add_row (self->contents, _("Samples")));
  self->shape_label = add_label (add_row (self->contents, _("Shape of One Sample")));
  self->classes_label = add_label (add_row (self->contents, _("Classes")));

  self->texts = app_data_text_settings_new ();
  gtk_box_append (GTK_BOX (self->box), self->texts);

  self->division = add_group (self, _("Division"));
  self->training_label = add_label (add_row (self->division, _("Training Samples")));
  add_setting (self, self->division, SETTING_VALIDATION, _("Validation Share in %"), 0,
               MOST_PERCENT, 1);
  add_setting (self, self->division, SETTING_TEST, _("Test Share in %"), 0,
               MOST_PERCENT, 1);
  add_setting (self, self->division, SETTING_SEED, _("Seed"), 0, MOST_SEED, 1);
  add_setting (self, self->division, SETTING_COUNT, _("Samples to Draw"), 10,
               MOST_SAMPLES, 100);
}

GtkWidget *
app_data_settings_new (void)
{
  return g_object_new (APP_TYPE_DATA_SETTINGS, NULL);
}

void
app_data_settings_set_document (AppDataSettings *self,
                                AppDocument     *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  g_signal_connect_object (document, "data-changed", G_CALLBACK (data_changed_cb), self,
                           G_CONNECT_SWAPPED);
  app_data_text_settings_set_document (APP_DATA_TEXT_SETTINGS (self->texts), document);
  app_data_settings_set_samples (self, NULL);
  update_checks (self);
}

void
app_data_settings_set_samples (AppDataSettings *self,
                               AppSamples      *samples)
{
  gtk_widget_set_visible (self->title_row, samples != NULL);
  gtk_widget_set_visible (self->contents, samples != NULL);
  app_data_text_settings_set_samples (APP_DATA_TEXT_SETTINGS (self->texts), samples);
  count_parts (self, samples);
  if (samples != NULL)
    show_contents (self, app_samples_get_dataset (samples));
  update_division (self);
}
