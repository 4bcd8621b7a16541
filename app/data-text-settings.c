/* data-text-settings.c: how texts become tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-text-settings.h"

#include "app/core/data-facts.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define MOST_LENGTH 2048
#define MOST_TOKENS 1000000
#define MOST_TIMES  1000

/* The numbers that can be changed, each by a row; 0 leaves it to the texts. */
typedef enum
{
  SETTING_LENGTH,
  SETTING_TOKENS,
  SETTING_TIMES,
  N_SETTINGS,
} Setting;

struct _AppDataTextSettings
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
  GPtrArray   *tokenizers;      /* const DsTokenizer *, as the list has them; NULL first */
  gboolean     is_updating;     /* the rows are changed by us */

  GtkWidget   *group;
  GtkWidget   *tokenizer_row;   /* AdwComboRow */
  GtkWidget   *rows[N_SETTINGS];
  GtkWidget   *spins[N_SETTINGS];
};

G_DEFINE_FINAL_TYPE (AppDataTextSettings, app_data_text_settings, GTK_TYPE_WIDGET)

static DsTextOptions *
get_options (AppDataTextSettings *self)
{
  return &app_document_get_project (self->document)->data.text;
}

static guint *
get_number (DsTextOptions *options,
            Setting        setting)
{
  switch (setting)
    {
    case SETTING_LENGTH:
      return &options->length;
    case SETTING_TOKENS:
      return &options->size;
    case SETTING_TIMES:
      return &options->min_count;
    case N_SETTINGS:
    default:
      g_assert_not_reached ();
    }
}

static void
number_changed_cb (AppDataTextSettings *self,
                   GtkSpinButton       *spin)
{
  const char *const names[N_SETTINGS] = {
    [SETTING_LENGTH] = _("Change Length of Texts"),
    [SETTING_TOKENS] = _("Change Size of the Vocabulary"),
    [SETTING_TIMES]  = _("Change Rarest Token"),
  };
  Setting setting = (Setting) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (spin), "setting"));
  g_autofree char *merge = g_strdup_printf ("text-%d", setting);

  if (self->is_updating || self->document == NULL)
    return;

  app_document_begin (self->document, names[setting], merge);
  *get_number (get_options (self), setting) = (guint) gtk_spin_button_get_value_as_int (spin);
  app_document_end (self->document);
}

static void
tokenizer_changed_cb (AppDataTextSettings *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->tokenizer_row));

  if (self->is_updating || self->document == NULL || selected >= self->tokenizers->len)
    return;

  app_document_begin (self->document, _("Change Tokenizer"), NULL);
  get_options (self)->tokenizer = self->tokenizers->pdata[selected];
  app_document_end (self->document);
}

/* Those that need a vocabulary file are there once the project names one. */
static void
fill_tokenizers (AppDataTextSettings *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  const DsTextOptions *options = get_options (self);
  const DsTokenizer *tokenizer;
  guint selected = 0;

  g_ptr_array_set_size (self->tokenizers, 0);
  g_ptr_array_add (self->tokenizers, NULL);
  gtk_string_list_append (titles, _("Automatic"));
  for (guint i = 0; (tokenizer = ds_tokenizer_nth (i)) != NULL; i++)
    {
      if (tokenizer->file != NULL && options->file == NULL)
        continue;
      if (tokenizer == options->tokenizer)
        selected = self->tokenizers->len;
      g_ptr_array_add (self->tokenizers, (void *) tokenizer);
      gtk_string_list_append (titles, _(tokenizer->title));
    }

  adw_combo_row_set_model (ADW_COMBO_ROW (self->tokenizer_row), G_LIST_MODEL (titles));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->tokenizer_row), selected);
}

static void
update (AppDataTextSettings *self)
{
  self->is_updating = TRUE;
  fill_tokenizers (self);
  for (int i = 0; i < N_SETTINGS; i++)
    {
      GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (self->spins[i]));
      guint number = *get_number (get_options (self), (Setting) i);

      gtk_adjustment_set_upper (adjustment, MAX (gtk_adjustment_get_upper (adjustment), number));
      gtk_adjustment_set_value (adjustment, number);
    }
  self->is_updating = FALSE;
}

/* Below the settings: what they come to. */
static void
show_facts (AppDataTextSettings *self,
            DsDataset           *dataset)
{
  const DsTokenizer *tokenizer =
    ds_vocabulary_get_tokenizer (ds_dataset_get_vocabulary (dataset));
  g_autofree char *length = NULL;
  g_autofree char *tokens = NULL;
  AppTextFacts facts;

  app_text_facts_measure (dataset, &facts);
  length = g_strdup_printf (_("%u; %.1f %% of the texts are longer, the longest has %u"), facts.row,
                            facts.cut * 100, facts.longest);
  tokens = g_strdup_printf (_("%'u; %.1f %% of what the texts have is unknown"), facts.n_tokens,
                            facts.unknown * 100);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->tokenizer_row), _(tokenizer->title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[SETTING_LENGTH]), length);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[SETTING_TOKENS]), tokens);
}

static void
app_data_text_settings_dispose (GObject *object)
{
  AppDataTextSettings *self = APP_DATA_TEXT_SETTINGS (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
  g_clear_pointer (&self->tokenizers, g_ptr_array_unref);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_data_text_settings_parent_class)->dispose (object);
}

static void
app_data_text_settings_class_init (AppDataTextSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_text_settings_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
add_number (AppDataTextSettings *self,
            Setting              setting,
            const char          *title,
            double               high)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (0, high, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 6);
  gtk_widget_set_tooltip_text (spin, _("0: as the texts suggest"));
  g_object_set_data (G_OBJECT (spin), "setting", GINT_TO_POINTER (setting));
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (number_changed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  self->rows[setting] = row;
  self->spins[setting] = spin;
}

static void
app_data_text_settings_init (AppDataTextSettings *self)
{
  self->tokenizers = g_ptr_array_new ();
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _("Texts"));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));

  self->tokenizer_row = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->tokenizer_row), _("Tokenizer"));
  g_signal_connect_object (self->tokenizer_row, "notify::selected",
                           G_CALLBACK (tokenizer_changed_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), self->tokenizer_row);
  add_number (self, SETTING_LENGTH, _("Tokens of a Row"), MOST_LENGTH);
  add_number (self, SETTING_TOKENS, _("Size of the Vocabulary"), MOST_TOKENS);
  add_number (self, SETTING_TIMES, _("Times a Token Has to Occur"), MOST_TIMES);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
app_data_text_settings_new (void)
{
  return g_object_new (APP_TYPE_DATA_TEXT_SETTINGS, NULL);
}

void
app_data_text_settings_set_document (AppDataTextSettings *self,
                                     AppDocument         *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  g_signal_connect_object (document, "data-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
app_data_text_settings_set_samples (AppDataTextSettings *self,
                                    AppSamples          *samples)
{
  DsDataset *dataset = samples != NULL ? app_samples_get_dataset (samples) : NULL;
  gboolean has_texts = dataset != NULL && ds_dataset_get_vocabulary (dataset) != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), has_texts);
  if (has_texts)
    show_facts (self, dataset);
}
