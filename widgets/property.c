/* property.c: one setting that a person may change
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/property.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

struct _UiProperty
{
  GObject          parent_instance;

  UiPropertyKind   kind;
  char            *name;
  char            *title;
  char            *tooltip;
  char            *default_value;
  char            *subtitle;
  char            *unit;
  char           **choice_names;
  char           **choice_titles;
  double           minimum;
  double           maximum;
  char            *value;
  char            *error;
};

G_DEFINE_FINAL_TYPE (UiProperty, ui_property, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_VALUE,
  PROP_ERROR,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
ui_property_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  UiProperty *self = UI_PROPERTY (object);

  switch (prop_id)
    {
    case PROP_VALUE:
      g_value_set_string (value, self->value);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_property_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  UiProperty *self = UI_PROPERTY (object);

  switch (prop_id)
    {
    case PROP_VALUE:
      ui_property_set_value (self, g_value_get_string (value));
      break;
    case PROP_ERROR:
      ui_property_set_error (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_property_finalize (GObject *object)
{
  UiProperty *self = UI_PROPERTY (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->tooltip);
  g_free (self->default_value);
  g_free (self->subtitle);
  g_free (self->unit);
  g_strfreev (self->choice_names);
  g_strfreev (self->choice_titles);
  g_free (self->value);
  g_free (self->error);
  G_OBJECT_CLASS (ui_property_parent_class)->finalize (object);
}

static void
ui_property_class_init (UiPropertyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_property_get_property;
  object_class->set_property = ui_property_set_property;
  object_class->finalize = ui_property_finalize;

  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_property_init (UiProperty *self)
{
  self->minimum = -G_MAXDOUBLE;
  self->maximum = G_MAXDOUBLE;
}

UiProperty *
ui_property_new (UiPropertyKind  kind,
                 const char     *name,
                 const char     *title,
                 const char     *tooltip,
                 const char     *default_value)
{
  UiProperty *self = g_object_new (UI_TYPE_PROPERTY, NULL);

  self->kind = kind;
  self->name = g_strdup (name);
  self->title = g_strdup (title);
  self->tooltip = g_strdup (tooltip);
  self->default_value = g_strdup (default_value);
  self->value = g_strdup (default_value);
  return self;
}

UiPropertyKind
ui_property_get_kind (UiProperty *self)
{
  return self->kind;
}

const char *
ui_property_get_name (UiProperty *self)
{
  return self->name;
}

const char *
ui_property_get_title (UiProperty *self)
{
  return self->title;
}

const char *
ui_property_get_tooltip (UiProperty *self)
{
  return self->tooltip;
}

void
ui_property_set_subtitle (UiProperty *self,
                          const char *subtitle)
{
  g_free (self->subtitle);
  self->subtitle = g_strdup (subtitle);
}

const char *
ui_property_get_subtitle (UiProperty *self)
{
  return self->subtitle;
}

const char *
ui_property_get_default (UiProperty *self)
{
  return self->default_value;
}

void
ui_property_set_range (UiProperty *self,
                       double      minimum,
                       double      maximum)
{
  g_return_if_fail (minimum <= maximum);

  self->minimum = minimum;
  self->maximum = maximum;
}

double
ui_property_get_minimum (UiProperty *self)
{
  return self->minimum;
}

double
ui_property_get_maximum (UiProperty *self)
{
  return self->maximum;
}

void
ui_property_set_unit (UiProperty *self,
                      const char *unit)
{
  g_free (self->unit);
  self->unit = g_strdup (unit);
}

const char *
ui_property_get_unit (UiProperty *self)
{
  return self->unit;
}

void
ui_property_set_choices (UiProperty         *self,
                         const char * const *names,
                         const char * const *titles)
{
  g_return_if_fail (g_strv_length ((char **) names) == g_strv_length ((char **) titles));

  g_strfreev (self->choice_names);
  g_strfreev (self->choice_titles);
  self->choice_names = g_strdupv ((char **) names);
  self->choice_titles = g_strdupv ((char **) titles);
}

const char * const *
ui_property_get_choice_names (UiProperty *self)
{
  return (const char * const *) self->choice_names;
}

const char * const *
ui_property_get_choice_titles (UiProperty *self)
{
  return (const char * const *) self->choice_titles;
}

void
ui_property_set_value (UiProperty *self,
                       const char *value)
{
  if (g_strcmp0 (self->value, value) == 0)
    return;

  g_free (self->value);
  self->value = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

const char *
ui_property_get_value (UiProperty *self)
{
  return self->value;
}

void
ui_property_set_error (UiProperty *self,
                       const char *error)
{
  if (g_strcmp0 (self->error, error) == 0)
    return;

  g_free (self->error);
  self->error = g_strdup (error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

const char *
ui_property_get_error (UiProperty *self)
{
  return self->error;
}

static void
set_invalid (GError     **error,
             const char  *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
}

/* FALSE with a reason when @number is outside the range. */
static gboolean
check_range (UiProperty  *self,
             double       number,
             GError     **error)
{
  char limit[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *message = NULL;

  if (number >= self->minimum && number <= self->maximum)
    return TRUE;

  g_ascii_formatd (limit, sizeof limit, "%.15g",
                   number < self->minimum ? self->minimum : self->maximum);
  if (number < self->minimum)
    message = g_strdup_printf (_("The smallest value is %s."), limit);
  else
    message = g_strdup_printf (_("The largest value is %s."), limit);
  set_invalid (error, message);
  return FALSE;
}

static char *
parse_boolean (const char  *text,
               GError     **error)
{
  g_autofree char *message = NULL;

  if (g_str_equal (text, "true") || g_str_equal (text, "false"))
    return g_strdup (text);

  message = g_strdup_printf (_("“%s” is neither true nor false."), text);
  set_invalid (error, message);
  return NULL;
}

static char *
parse_integer (UiProperty  *self,
               const char  *text,
               GError     **error)
{
  g_autofree char *message = NULL;
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    {
      message = g_strdup_printf (_("“%s” is not a whole number."), text);
      set_invalid (error, message);
      return NULL;
    }
  if (!check_range (self, number, error))
    return NULL;

  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

/* The reading function also knows "nan", "inf" and hexadecimals, which nobody
 * means here. */
static char *
parse_number (UiProperty  *self,
              const char  *text,
              GError     **error)
{
  g_autofree char *message = NULL;
  char *end;
  double number = g_ascii_strtod (text, &end);

  if (*end != '\0' || text[strspn (text, "+-.0123456789eE")] != '\0' || !isfinite (number))
    {
      message = g_strdup_printf (_("“%s” is not a number. Write it like 0.01 or 1e-2."), text);
      set_invalid (error, message);
      return NULL;
    }
  if (!check_range (self, number, error))
    return NULL;

  return g_strdup (text);
}

static char *
parse_choice (UiProperty  *self,
              const char  *text,
              GError     **error)
{
  g_autofree char *message = NULL;

  for (guint i = 0; self->choice_names != NULL && self->choice_names[i] != NULL; i++)
    if (strcmp (text, self->choice_names[i]) == 0 || strcmp (text, self->choice_titles[i]) == 0)
      return g_strdup (self->choice_names[i]);

  message = g_strdup_printf (_("“%s” is not one of the choices."), text);
  set_invalid (error, message);
  return NULL;
}

/* Commas, spaces and the sign people write between sizes all part a list. */
static char *
parse_list (UiProperty  *self,
            const char  *text,
            GError     **error)
{
  g_autofree char *word = parse_choice (self, text, NULL);
  g_autoptr (GString) list = g_string_new (NULL);
  g_auto (GStrv) parts = NULL;

  if (word != NULL)
    return g_steal_pointer (&word);

  parts = g_regex_split_simple ("[\\s,;×]+", text, 0, 0);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *number = NULL;

      /* Behind the last comma, while the next number is being typed. */
      if (*parts[i] == '\0')
        continue;

      number = self->kind == UI_PROPERTY_KIND_NUMBERS ? parse_number (self, parts[i], error)
                                                      : parse_integer (self, parts[i], error);
      if (number == NULL)
        return NULL;
      if (list->len > 0)
        g_string_append (list, ", ");
      g_string_append (list, number);
    }

  if (list->len == 0)
    {
      set_invalid (error, _("A value is missing."));
      return NULL;
    }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

char *
ui_property_parse (UiProperty  *self,
                   const char  *text,
                   GError     **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (self->kind == UI_PROPERTY_KIND_TEXT)
    return g_strdup (text);
  if (*trimmed == '\0')
    {
      set_invalid (error, _("A value is missing."));
      return NULL;
    }

  switch (self->kind)
    {
    case UI_PROPERTY_KIND_INTEGER:
      return parse_integer (self, trimmed, error);
    case UI_PROPERTY_KIND_NUMBER:
      return parse_number (self, trimmed, error);
    case UI_PROPERTY_KIND_LIST:
    case UI_PROPERTY_KIND_NUMBERS:
      return parse_list (self, trimmed, error);
    case UI_PROPERTY_KIND_BOOLEAN:
      return parse_boolean (trimmed, error);
    case UI_PROPERTY_KIND_CHOICE:
    case UI_PROPERTY_KIND_TEXT:
    default:
      return parse_choice (self, trimmed, error);
    }
}
