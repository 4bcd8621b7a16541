/* property.h: one setting that a person may change
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  UI_PROPERTY_KIND_BOOLEAN,          /* "true" or "false" */
  UI_PROPERTY_KIND_INTEGER,
  UI_PROPERTY_KIND_NUMBER,
  UI_PROPERTY_KIND_CHOICE,           /* the name of a choice */
  UI_PROPERTY_KIND_LIST,             /* integers, as "3, 3", or the name of a choice */
  UI_PROPERTY_KIND_NUMBERS,          /* the same with numbers, as "0.5, 2" */
  UI_PROPERTY_KIND_TEXT,
} UiPropertyKind;

/* Values are texts in the form files use: a point for the decimals, whatever
 * the language. */
#define UI_TYPE_PROPERTY (ui_property_get_type ())
G_DECLARE_FINAL_TYPE (UiProperty, ui_property, UI, PROPERTY, GObject)

/* @tooltip may be NULL.  The value is the default until it is set. */
UiProperty     *ui_property_new         (UiPropertyKind  kind,
                                         const char     *name,
                                         const char     *title,
                                         const char     *tooltip,
                                         const char     *default_value)
                                         G_GNUC_WARN_UNUSED_RESULT;

UiPropertyKind  ui_property_get_kind    (UiProperty     *self);
const char     *ui_property_get_name    (UiProperty     *self);
const char     *ui_property_get_title   (UiProperty     *self);
const char     *ui_property_get_tooltip (UiProperty     *self);
const char     *ui_property_get_default (UiProperty     *self);

/* Of an integer, a number, or each entry of a list; inclusive. */
void            ui_property_set_range   (UiProperty     *self,
                                         double          minimum,
                                         double          maximum);
double          ui_property_get_minimum (UiProperty     *self);
double          ui_property_get_maximum (UiProperty     *self);

/* (nullable): a sentence that is shown below the title. */
void            ui_property_set_subtitle (UiProperty    *self,
                                          const char    *subtitle);
const char     *ui_property_get_subtitle (UiProperty    *self);

/* (nullable): shown behind the value. */
void            ui_property_set_unit    (UiProperty     *self,
                                         const char     *unit);
const char     *ui_property_get_unit    (UiProperty     *self);

/* NULL-terminated and equally long: what is stored, and what is shown. */
void            ui_property_set_choices (UiProperty         *self,
                                         const char * const *names,
                                         const char * const *titles);
const char * const *
                ui_property_get_choice_names  (UiProperty *self);
const char * const *
                ui_property_get_choice_titles (UiProperty *self);

void            ui_property_set_value   (UiProperty     *self,
                                         const char     *value);
const char     *ui_property_get_value   (UiProperty     *self);

/* (nullable): what is wrong with a value that could be read. */
void            ui_property_set_error   (UiProperty     *self,
                                         const char     *error);
const char     *ui_property_get_error   (UiProperty     *self);

/* The value that @text means, in the form values have, or NULL and a reason
 * that names @text and the rule.  (transfer full) */
char           *ui_property_parse       (UiProperty     *self,
                                         const char     *text,
                                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
