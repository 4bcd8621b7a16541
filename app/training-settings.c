/* training-settings.c: how the network is trained, one setting below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/training-settings.h"

#include "app/attr-property.h"
#include "widgets/property-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Each row is a key of app_project_set(), which checks and writes it; what a row
 * looks like comes from the attribute behind the key.  Optimiser and schedule bring attributes
 * of their own, so their rows are made anew when another one is chosen. */

#define OPTIMISER "optimiser."
#define SCHEDULE  "schedule."

typedef enum
{
  CARD_BASICS,
  CARD_OPTIMISER,
  CARD_RATE,
  CARD_END,
  CARD_DEVICE,
  CARD_MORE,
  N_CARDS,
} Card;

struct _AppTrainingSettings
{
  GtkWidget          parent_instance;

  AppDocument       *document;          /* owned, or NULL */
  const NnOptimiser *optimiser;         /* whose rows there are; or NULL */
  const NnScheduleKind *schedule;

  GtkWidget         *scroller;
  GtkWidget         *note;
  GtkWidget         *cards;             /* a box: what is not editable now and then */
  GtkWidget         *more;              /* the expander around the last card */
  AdwPreferencesGroup *groups[N_CARDS]; /* NULL for the last card */
  GListStore        *rows[N_CARDS];     /* UiProperty */
};

G_DEFINE_FINAL_TYPE (AppTrainingSettings, app_training_settings, GTK_TYPE_WIDGET)

static AppProject *
project_of (AppTrainingSettings *self)
{
  return app_document_get_project (self->document);
}

/* Shows the project's value, unless the text in the row means the same: then it
 * is being typed. */
static void
refresh_row (AppTrainingSettings *self,
             UiProperty          *row)
{
  const char *key = ui_property_get_name (row);
  const NnAttr *attr = app_project_find_attr (project_of (self), key);
  g_autofree char *text = app_project_get (project_of (self), key);
  NnAttrValue value, shown;

  ui_property_set_error (row, NULL);
  if (attr == NULL || !nn_attr_parse (attr, ui_property_get_value (row), &shown, NULL)
      || !nn_attr_parse (attr, text, &value, NULL) || !nn_attr_equal (&shown, &value))
    ui_property_set_value (row, text);
}

static void
refresh_rows (AppTrainingSettings *self,
              GListStore          *rows)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows)); i++)
    {
      g_autoptr (UiProperty) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

      refresh_row (self, row);
    }
}

/* Replaces the rows in @store whose keys begin with @prefix, from the position
 * @first on, by those of @attrs. */
static void
replace_rows (GListStore   *store,
              guint         first,
              const char   *prefix,
              const NnAttr *attrs)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_old = 0;

  for (UiProperty *row;
       (row = g_list_model_get_item (G_LIST_MODEL (store), first + n_old)) != NULL
       && g_str_has_prefix (ui_property_get_name (row), prefix);
       n_old++)
    g_object_unref (row);

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    {
      g_autofree char *key = g_strconcat (prefix, attrs[i].name, NULL);
      NnAttrValue initial = nn_attr_initial (&attrs[i]);

      if (attrs[i].title != NULL)
        g_ptr_array_add (rows, app_attr_property_new (&attrs[i], key, NULL, &initial));
    }
  g_list_store_splice (store, first, n_old, rows->pdata, rows->len);
}

static void
refresh (AppTrainingSettings *self)
{
  const NnTraining *training = &project_of (self)->training;

  if (self->optimiser != training->optimiser)
    replace_rows (self->rows[CARD_OPTIMISER], 1, OPTIMISER, training->optimiser->attrs);
  if (self->schedule != training->schedule.kind)
    replace_rows (self->rows[CARD_RATE], 2, SCHEDULE, training->schedule.kind->attrs);
  self->optimiser = training->optimiser;
  self->schedule = training->schedule.kind;
  adw_preferences_group_set_description (self->groups[CARD_OPTIMISER],
                                         _(training->optimiser->summary));
  adw_preferences_group_set_description (self->groups[CARD_RATE],
                                         _(training->schedule.kind->summary));

  for (int i = 0; i < N_CARDS; i++)
    refresh_rows (self, self->rows[i]);
}

/* (transfer full) */
static UiProperty *
find_row (AppTrainingSettings *self,
          const char          *key)
{
  for (int i = 0; i < N_CARDS; i++)
    {
      GListModel *store = G_LIST_MODEL (self->rows[i]);

      for (guint k = 0; k < g_list_model_get_n_items (store); k++)
        {
          g_autoptr (UiProperty) row = g_list_model_get_item (store, k);

          if (g_str_equal (ui_property_get_name (row), key))
            return g_steal_pointer (&row);
        }
    }

  return NULL;
}

/* Writes @value under @key, as one step of the history.  An optimiser comes with
 * its own usual learning rate when the one before was left at its. */
static gboolean
set_key (AppTrainingSettings  *self,
         const char           *title,
         const char           *key,
         const char           *value,
         GError              **error)
{
  NnTraining *training = &project_of (self)->training;
  const NnOptimiser *before = training->optimiser;
  g_autofree char *merge = g_strconcat ("training-", key, NULL);
  g_autofree char *step = NULL;
  gboolean ok;

  /* Translators: what undo takes back; the name of a setting. */
  step = g_strdup_printf (_("Change %s"), title);
  app_document_begin (self->document, step, merge);
  ok = app_project_set (project_of (self), key, value, error);
  if (training->optimiser != before && training->schedule.base == before->rate)
    training->schedule.base = training->optimiser->rate;
  app_document_end (self->document);
  return ok;
}

static void
row_changed_cb (AppTrainingSettings *self,
                const char          *key,
                const char          *value)
{
  g_autoptr (UiProperty) row = find_row (self, key);
  g_autoptr (GError) error = NULL;

  if (self->document == NULL || row == NULL)
    return;

  /* First, so that the document's echo finds the text that is being typed. */
  ui_property_set_value (row, value);
  if (!set_key (self, ui_property_get_title (row), key,
                g_str_equal (value, "true") ? "1" : g_str_equal (value, "false") ? "0" : value,
                &error))
    ui_property_set_error (row, error->message);
}

static void
dice_cb (AppTrainingSettings *self)
{
  g_autofree char *seed = g_strdup_printf ("%u", g_random_int ());

  if (self->document != NULL)
    set_key (self, _("Seed"), "seed", seed, NULL);
}

void
app_training_settings_scale_rate (AppTrainingSettings *self,
                                  double               factor)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.10g",
                   project_of (self)->training.schedule.base * factor);
  set_key (self, _("Learning rate"), "rate", text, NULL);
}

void
app_training_settings_set_editable (AppTrainingSettings *self,
                                    gboolean             editable)
{
  gtk_widget_set_sensitive (self->cards, editable);
  gtk_widget_set_visible (self->note, !editable);
}

static void
app_training_settings_dispose (GObject *object)
{
  AppTrainingSettings *self = APP_TRAINING_SETTINGS (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  for (int i = 0; i < N_CARDS; i++)
    g_clear_object (&self->rows[i]);

  G_OBJECT_CLASS (app_training_settings_parent_class)->dispose (object);
}

static void
app_training_settings_class_init (AppTrainingSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_training_settings_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
add_choice (GListStore         *store,
            const char         *key,
            const char         *title,
            const char         *tooltip,
            const char         *initial,
            const char *const  *names,
            const char *const  *titles)
{
  g_autoptr (UiProperty) row = ui_property_new (UI_PROPERTY_KIND_CHOICE, key, title, tooltip,
                                                initial);

  ui_property_set_choices (row, names, titles);
  g_list_store_append (store, row);
}

static void
add_optimisers (GListStore *store)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  const NnOptimiser *optimiser;

  for (guint i = 0; (optimiser = nn_optimiser_get (i)) != NULL; i++)
    {
      g_ptr_array_add (names, (gpointer) optimiser->name);
      g_ptr_array_add (titles, (gpointer) _(optimiser->title));
    }
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (titles, NULL);
  add_choice (store, "optimiser", _("Optimiser"),
              _("How a gradient becomes a change of the weights."),
              app_training_initial ().optimiser->name,
              (const char *const *) names->pdata, (const char *const *) titles->pdata);
}

static void
add_schedules (GListStore *store)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  const NnScheduleKind *kind;

  for (guint i = 0; (kind = nn_schedule_kind_get (i)) != NULL; i++)
    {
      g_ptr_array_add (names, (gpointer) kind->name);
      g_ptr_array_add (titles, (gpointer) _(kind->title));
    }
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (titles, NULL);
  add_choice (store, "schedule", _("Schedule"),
              _("How the learning rate changes during the training."),
              app_training_initial ().schedule.kind->name,
              (const char *const *) names->pdata, (const char *const *) titles->pdata);
}

/* A project from elsewhere may name a device that this machine does not have. */
static void
add_devices (GListStore *store,
             const char *device)
{
  const char *names[] = { "auto", "cpu", NULL, NULL };
  const char *titles[] = { _("Automatic"), _("CPU"), NULL, NULL };

  if (!g_strv_contains (names, device))
    names[2] = titles[2] = device;
  add_choice (store, "device", _("Device"),
              _("What computes; automatic takes the fastest there is."), "auto", names, titles);
}

static UiProperty *
add_plain (GListStore *store,
           const char *key,
           const char *tooltip)
{
  g_autoptr (AppProject) usual = app_project_new ();
  const NnAttr *attr = app_project_find_attr (usual, key);
  NnAttrValue initial = nn_attr_initial (attr);
  g_autoptr (UiProperty) row = app_attr_property_new (attr, key, tooltip, &initial);

  g_list_store_append (store, row);
  return row;                   /* the store keeps it */
}

/* What every optimiser and schedule can have besides. */
static void
add_options (GListStore *store)
{
  static const char *const explanations[] = {
    [NN_OPTION_CLIP_NORM]  = N_("The gradient of all weights together is shortened to this length; "
                                "0 leaves it as it is."),
    [NN_OPTION_CLIP_VALUE] = N_("Each number of the gradient is cut to this size; 0 leaves it as "
                                "it is."),
    [NN_OPTION_ACCUMULATE] = N_("The mean gradient of so many batches makes one step, as a larger "
                                "batch would."),
    [NN_OPTION_AVERAGE]    = N_("Validates and ends with a running mean of the weights, of which "
                                "this share stays at each step, 0.999 say; 0 uses the weights "
                                "themselves."),
    [NN_OPTION_SPARE]      = N_("Weight decay shrinks matrices and filters only."),
    [NN_OPTION_WATCH]      = N_("What the validation must get better in, for keeping the best "
                                "weights and for the patience."),
  };

  for (int i = 0; i < NN_N_OPTIONS; i++)
    ui_property_set_subtitle (add_plain (store, nn_training_attrs[i].name, NULL),
                              _(explanations[i]));
}

static void
add_rows (AppTrainingSettings *self)
{
  add_plain (self->rows[CARD_BASICS], "epochs",
             _("How often the network sees every training sample."));
  add_plain (self->rows[CARD_BASICS], "batch",
             _("Samples that are looked at before the weights change."));
  add_plain (self->rows[CARD_BASICS], "seed",
             _("The same seed gives the same training, to the last digit."));
  add_optimisers (self->rows[CARD_OPTIMISER]);
  add_plain (self->rows[CARD_RATE], "rate", _("How far each step changes the weights."));
  add_schedules (self->rows[CARD_RATE]);
  add_plain (self->rows[CARD_RATE], "warm-up",
             _("Steps at the start over which the learning rate rises to its full size."));
  add_plain (self->rows[CARD_END], "patience",
             _("Epochs without a better validation loss after which training stops; 0 never "
               "stops early."));
  add_plain (self->rows[CARD_END], "keep-best",
             _("Ends with the weights of the epoch whose validation loss was lowest."));
  add_options (self->rows[CARD_MORE]);
}

/* The device may be one that only this project names. */
static void
add_device_rows (AppTrainingSettings *self)
{
  g_list_store_remove_all (self->rows[CARD_DEVICE]);
  add_devices (self->rows[CARD_DEVICE], project_of (self)->device);
  add_plain (self->rows[CARD_DEVICE], "threads",
             _("Threads of the CPU that compute; 0 uses all."));
}

static GtkWidget *
make_dice (AppTrainingSettings *self)
{
  GtkWidget *dice = gtk_button_new ();
  GtkWidget *content = adw_button_content_new ();

  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "app-dice-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _("New Seed"));
  gtk_button_set_child (GTK_BUTTON (dice), content);
  gtk_widget_add_css_class (dice, "flat");
  gtk_widget_set_valign (dice, GTK_ALIGN_CENTER);
  g_signal_connect_object (dice, "clicked", G_CALLBACK (dice_cb), self, G_CONNECT_SWAPPED);
  return dice;
}

static GtkWidget *
make_list (AppTrainingSettings *self,
           Card                 card)
{
  GtkWidget *list = ui_property_list_new (G_LIST_MODEL (self->rows[card]));

  g_signal_connect_object (list, "changed", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (list, "card");
  return list;
}

static void
add_card (AppTrainingSettings *self,
          Card                 card,
          const char          *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  self->groups[card] = ADW_PREFERENCES_GROUP (group);
  adw_preferences_group_set_title (self->groups[card], title);
  adw_preferences_group_add (self->groups[card], make_list (self, card));
  gtk_box_append (GTK_BOX (self->cards), group);
}

static void
add_more (AppTrainingSettings *self)
{
  GtkWidget *list = make_list (self, CARD_MORE);

  self->more = gtk_expander_new (_("More"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->more),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("More"),
                                  -1);
  gtk_widget_set_margin_top (list, 6);
  gtk_expander_set_child (GTK_EXPANDER (self->more), list);
  gtk_box_append (GTK_BOX (self->cards), self->more);
}

static void
app_training_settings_init (AppTrainingSettings *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  for (int i = 0; i < N_CARDS; i++)
    self->rows[i] = g_list_store_new (UI_TYPE_PROPERTY);
  add_rows (self);

  self->note = gtk_label_new (_("Settings can be changed again when the training has ended."));
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_widget_add_css_class (self->note, "dim-label");
  gtk_widget_set_visible (self->note, FALSE);
  gtk_box_append (GTK_BOX (box), self->note);

  self->cards = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  add_card (self, CARD_BASICS, _("Basics"));
  adw_preferences_group_set_header_suffix (self->groups[CARD_BASICS], make_dice (self));
  add_card (self, CARD_OPTIMISER, _("Optimiser"));
  add_card (self, CARD_RATE, _("Learning Rate"));
  add_card (self, CARD_END, _("Early Stopping"));
  add_card (self, CARD_DEVICE, _("Device"));
  add_more (self);
  gtk_box_append (GTK_BOX (box), self->cards);

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

/* Whether the project has something behind “More” that is not as usual. */
static gboolean
has_options (AppTrainingSettings *self)
{
  const NnTraining *training = &project_of (self)->training;

  for (int i = 0; i < NN_N_OPTIONS; i++)
    if (nn_training_get_option (training, i) != nn_training_attrs[i].initial)
      return TRUE;

  return FALSE;
}

GtkWidget *
app_training_settings_new (void)
{
  return g_object_new (APP_TYPE_TRAINING_SETTINGS, NULL);
}

void
app_training_settings_set_document (AppTrainingSettings *self,
                                    AppDocument         *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  gtk_widget_set_visible (self->cards, document != NULL);
  if (document == NULL)
    return;

  g_signal_connect_object (document, "training-changed", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  add_device_rows (self);
  refresh (self);
  gtk_expander_set_expanded (GTK_EXPANDER (self->more), has_options (self));
}
