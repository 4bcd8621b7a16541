/* property-row.c: the control for one property
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/property-row.h"

#include <glib/gi18n.h>

/**
 * UiPropertyRow:
 *
 * A title, a control, a button that brings the default back, and below them
 * what is wrong.
 *
 * ## CSS nodes
 *
 * `property-row`, with the class `error` while the message shows, and
 * `.property-unit`, `.property-reset` and `.property-message`.
 */
struct _UiPropertyRow
{
  GtkWidget   parent_instance;

  UiProperty *property;         /* owned */
  GtkWidget  *box;
  GtkWidget  *control;          /* a switch, a drop-down or an entry */
  GtkWidget  *reset;
  GtkWidget  *message;
  char       *shown;            /* the last value shown or reported */
  char       *complaint;        /* (nullable): why the text in the entry is none */
  gboolean    updating;         /* the control is being set, not used */
};

G_DEFINE_FINAL_TYPE (UiPropertyRow, ui_property_row, GTK_TYPE_WIDGET)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* A text nobody can read is the user's first worry, so it goes before what the
 * model says about the last value that could be read. */
static void
update_message (UiPropertyRow *self)
{
  const char *text = self->complaint != NULL ? self->complaint
                                             : ui_property_get_error (self->property);

  gtk_label_set_text (GTK_LABEL (self->message), text != NULL ? text : "");
  gtk_widget_set_visible (self->message, text != NULL);
  if (text != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->control),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                            : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
update_reset (UiPropertyRow *self)
{
  const char *standard = ui_property_get_default (self->property);
  gboolean differs = self->complaint != NULL || g_strcmp0 (self->shown, standard) != 0;

  /* It keeps its place, or the controls would jump while one types. */
  gtk_widget_set_sensitive (self->reset, differs);
  gtk_widget_set_opacity (self->reset, differs ? 1 : 0);
}

static void
set_complaint (UiPropertyRow *self,
               const char    *complaint)
{
  g_free (self->complaint);
  self->complaint = g_strdup (complaint);
  update_message (self);
  update_reset (self);
}

/* Sets the control without taking that for an edit. */
static void
set_control (UiPropertyRow *self,
             const char    *value)
{
  const char * const *names = ui_property_get_choice_names (self->property);

  self->updating = TRUE;
  if (GTK_IS_SWITCH (self->control))
    gtk_switch_set_active (GTK_SWITCH (self->control), g_strcmp0 (value, "true") == 0);
  else if (GTK_IS_EDITABLE (self->control))
    gtk_editable_set_text (GTK_EDITABLE (self->control), value != NULL ? value : "");
  else
    for (guint i = 0; names[i] != NULL; i++)
      {
        if (g_strcmp0 (names[i], value) == 0)
          gtk_drop_down_set_selected (GTK_DROP_DOWN (self->control), i);
      }
  self->updating = FALSE;
}

static void
show_value (UiPropertyRow *self)
{
  g_free (self->shown);
  self->shown = g_strdup (ui_property_get_value (self->property));
  set_control (self, self->shown);
  set_complaint (self, NULL);
}

/* The model's echo of what was just typed must not disturb the typing. */
static void
value_changed_cb (UiPropertyRow *self)
{
  if (g_strcmp0 (ui_property_get_value (self->property), self->shown) != 0)
    show_value (self);
}

static gboolean
release_cb (gpointer control)
{
  return G_SOURCE_REMOVE;
}

/* Comes last in every handler, since a listener may replace the whole list.
 * The control is then still in the middle of its own signal, so it is kept
 * until the main loop comes round. */
static void
report (UiPropertyRow *self,
        const char    *value)
{
  g_autofree char *copy = NULL;

  if (g_strcmp0 (self->shown, value) == 0)
    return;

  copy = g_strdup (value);
  g_free (self->shown);
  self->shown = g_strdup (value);
  update_reset (self);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, release_cb,
                   g_object_ref (self->control), g_object_unref);
  g_signal_emit (self, signals[CHANGED], 0, copy);
}

static void
text_changed_cb (UiPropertyRow *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;

  if (self->updating)
    return;

  value = ui_property_parse (self->property,
                             gtk_editable_get_text (GTK_EDITABLE (self->control)), &error);
  set_complaint (self, error != NULL ? error->message : NULL);
  if (value != NULL)
    report (self, value);
}

static void
active_changed_cb (UiPropertyRow *self)
{
  if (!self->updating)
    report (self, gtk_switch_get_active (GTK_SWITCH (self->control)) ? "true" : "false");
}

static void
selected_changed_cb (UiPropertyRow *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->control));

  if (!self->updating && selected != GTK_INVALID_LIST_POSITION)
    report (self, ui_property_get_choice_names (self->property)[selected]);
}

static void
reset_cb (UiPropertyRow *self)
{
  /* The button is about to become insensitive, which would lose the focus. */
  gtk_widget_grab_focus (self->control);
  set_control (self, ui_property_get_default (self->property));
  set_complaint (self, NULL);
  report (self, ui_property_get_default (self->property));
}

/* Up and Down count, as far as the range goes. */
static gboolean
key_cb (UiPropertyRow   *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  gboolean up = keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up;
  gboolean down = keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down;
  g_autofree char *text = NULL;
  gint64 number;

  if ((!up && !down)
      || !g_ascii_string_to_signed (gtk_editable_get_text (GTK_EDITABLE (self->control)), 10,
                                    -G_MAXINT32, G_MAXINT32, &number, NULL))
    return GDK_EVENT_PROPAGATE;

  number += up ? 1 : -1;
  if (number < ui_property_get_minimum (self->property)
      || number > ui_property_get_maximum (self->property))
    return GDK_EVENT_STOP;

  text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  set_control (self, text);
  set_complaint (self, NULL);
  report (self, text);
  return GDK_EVENT_STOP;
}

static void
ui_property_row_dispose (GObject *object)
{
  UiPropertyRow *self = UI_PROPERTY_ROW (object);

  if (self->property != NULL)
    g_signal_handlers_disconnect_by_data (self->property, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->property);
  G_OBJECT_CLASS (ui_property_row_parent_class)->dispose (object);
}

static void
ui_property_row_finalize (GObject *object)
{
  UiPropertyRow *self = UI_PROPERTY_ROW (object);

  g_free (self->shown);
  g_free (self->complaint);
  G_OBJECT_CLASS (ui_property_row_parent_class)->finalize (object);
}

static void
ui_property_row_class_init (UiPropertyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ui_property_row_dispose;
  object_class->finalize = ui_property_row_finalize;

  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_PROPERTY_ROW, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_css_name (widget_class, "property-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_property_row_init (UiPropertyRow *self)
{
}

static GtkWidget *
make_entry (UiPropertyRow *self)
{
  UiPropertyKind kind = ui_property_get_kind (self->property);
  gboolean wide = kind == UI_PROPERTY_KIND_TEXT || kind == UI_PROPERTY_KIND_LIST
                  || kind == UI_PROPERTY_KIND_NUMBERS;
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), wide ? 10 : 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), wide ? 14 : 9);
  if (kind != UI_PROPERTY_KIND_TEXT)
    gtk_editable_set_alignment (GTK_EDITABLE (entry), 1);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (text_changed_cb), self);

  if (kind == UI_PROPERTY_KIND_INTEGER)
    {
      gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
      g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
      gtk_widget_add_controller (entry, keys);
    }
  else
    {
      g_object_unref (keys);
    }
  return entry;
}

static GtkWidget *
make_control (UiPropertyRow *self)
{
  GtkWidget *control;

  switch (ui_property_get_kind (self->property))
    {
    case UI_PROPERTY_KIND_BOOLEAN:
      control = gtk_switch_new ();
      g_signal_connect_swapped (control, "notify::active", G_CALLBACK (active_changed_cb), self);
      return control;

    case UI_PROPERTY_KIND_CHOICE:
      control = gtk_drop_down_new_from_strings ((const char **)
                                                ui_property_get_choice_titles (self->property));
      g_signal_connect_swapped (control, "notify::selected",
                                G_CALLBACK (selected_changed_cb), self);
      return control;

    case UI_PROPERTY_KIND_INTEGER:
    case UI_PROPERTY_KIND_NUMBER:
    case UI_PROPERTY_KIND_LIST:
    case UI_PROPERTY_KIND_NUMBERS:
    case UI_PROPERTY_KIND_TEXT:
    default:
      return make_entry (self);
    }
}

static GtkWidget *
make_reset (UiPropertyRow *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  g_autofree char *label = NULL;

  /* Translators: a button that brings back the default of the named setting. */
  label = g_strdup_printf (_("Reset %s to Default"), ui_property_get_title (self->property));
  gtk_widget_add_css_class (button, "property-reset");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (reset_cb), self);
  return button;
}

static GtkWidget *
make_line (UiPropertyRow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (ui_property_get_title (self->property));
  const char *unit = ui_property_get_unit (self->property);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (line), title);

  self->control = make_control (self);
  gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), self->control);
  if (unit != NULL)
    {
      GtkWidget *label = gtk_label_new (unit);

      gtk_widget_add_css_class (label, "property-unit");
      gtk_box_append (GTK_BOX (line), label);
    }

  self->reset = make_reset (self);
  gtk_box_append (GTK_BOX (line), self->reset);
  return line;
}

/* The sentence below the title, or NULL. */
static GtkWidget *
make_subtitle (UiPropertyRow *self)
{
  const char *text = ui_property_get_subtitle (self->property);
  GtkWidget *label = text != NULL ? gtk_label_new (text) : NULL;

  if (label == NULL)
    return NULL;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static void
describe (UiPropertyRow *self)
{
  const char *title = ui_property_get_title (self->property);
  const char *tooltip = ui_property_get_tooltip (self->property);
  const char *subtitle = ui_property_get_subtitle (self->property);
  const char *description = subtitle != NULL ? subtitle : tooltip;

  gtk_widget_set_tooltip_text (self->box, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->control),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "",
                                  -1);
}

GtkWidget *
ui_property_row_new (UiProperty *property)
{
  UiPropertyRow *self = g_object_new (UI_TYPE_PROPERTY_ROW, NULL);
  GtkWidget *subtitle;

  self->property = g_object_ref (property);
  self->message = g_object_new (GTK_TYPE_LABEL,
                                "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                                "wrap", TRUE,
                                "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                "xalign", 0.0,
                                NULL);
  gtk_widget_add_css_class (self->message, "property-message");

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), make_line (self));
  subtitle = make_subtitle (self);
  if (subtitle != NULL)
    gtk_box_append (GTK_BOX (self->box), subtitle);
  gtk_box_append (GTK_BOX (self->box), self->message);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  describe (self);
  show_value (self);
  g_signal_connect_swapped (property, "notify::value", G_CALLBACK (value_changed_cb), self);
  g_signal_connect_swapped (property, "notify::error", G_CALLBACK (update_message), self);
  return GTK_WIDGET (self);
}

UiProperty *
ui_property_row_get_property (UiPropertyRow *self)
{
  return self->property;
}

GtkWidget *
ui_property_row_get_control (UiPropertyRow *self)
{
  return self->control;
}
