/* test-property-list.c: editing settings in the property list
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/property-list.h"
#include "widgets/property-row.h"

typedef struct
{
  GListStore *store;
  GtkWidget  *list;
  GString    *changes;          /* "name=value;" for every report */
} Fixture;

static void
changed_cb (Fixture    *fixture,
            const char *name,
            const char *value)
{
  g_string_append_printf (fixture->changes, "%s=%s;", name, value);
}

static UiProperty *
add_property (Fixture        *fixture,
              UiPropertyKind  kind,
              const char     *name,
              const char     *value)
{
  const char *choices[] = { "zeros", "reflect", NULL };
  const char *titles[] = { "Zeros", "Reflection", NULL };
  g_autoptr (UiProperty) property = ui_property_new (kind, name, name, "What it does.", value);

  if (kind == UI_PROPERTY_KIND_CHOICE)
    ui_property_set_choices (property, choices, titles);
  if (kind == UI_PROPERTY_KIND_INTEGER)
    ui_property_set_range (property, 1, 9);
  ui_property_set_unit (property, kind == UI_PROPERTY_KIND_NUMBER ? "s" : NULL);
  g_list_store_append (fixture->store, property);
  return property;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->changes = g_string_new (NULL);
  fixture->store = g_list_store_new (UI_TYPE_PROPERTY);
  fixture->list = g_object_ref_sink (ui_property_list_new (G_LIST_MODEL (fixture->store)));
  g_signal_connect_swapped (fixture->list, "changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->store);
  g_string_free (fixture->changes, TRUE);
}

static GtkWidget *
row_at (Fixture *fixture,
        int      index)
{
  GtkWidget *row = gtk_widget_get_first_child (fixture->list);

  while (row != NULL && index-- > 0)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

static GtkWidget *
control_at (Fixture *fixture,
            int      index)
{
  return ui_property_row_get_control (UI_PROPERTY_ROW (row_at (fixture, index)));
}

static GtkWidget *
find_class (GtkWidget  *root,
            const char *css_class)
{
  if (gtk_widget_has_css_class (root, css_class))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_class (child, css_class);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* What is said below the control, or NULL. */
static const char *
message_at (Fixture *fixture,
            int      index)
{
  GtkWidget *label = find_class (row_at (fixture, index), "property-message");

  return gtk_widget_get_visible (label) ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

static void
type (GtkWidget  *entry,
      const char *text)
{
  int position = 0;

  gtk_editable_delete_text (GTK_EDITABLE (entry), 0, -1);
  for (const char *c = text; *c != '\0'; c++)
    gtk_editable_insert_text (GTK_EDITABLE (entry), c, 1, &position);
}

static void
assert_changes (Fixture    *fixture,
                const char *expected)
{
  g_assert_cmpstr (fixture->changes->str, ==, expected);
  g_string_truncate (fixture->changes, 0);
}

static void
test_typing (Fixture       *fixture,
             gconstpointer  data)
{
  UiProperty *property = add_property (fixture, UI_PROPERTY_KIND_NUMBER, "rate", "0.1");
  GtkWidget *entry = control_at (fixture, 0);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "rate");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.1");

  /* Every value on the way is reported, and nothing that is none. */
  type (entry, "2e-3");
  assert_changes (fixture, "rate=2;rate=2e-3;");
  g_assert_null (message_at (fixture, 0));

  type (entry, "2x");
  assert_changes (fixture, "rate=2;");
  g_assert_cmpstr (message_at (fixture, 0), ==,
                   "“2x” is not a number. Write it like 0.01 or 1e-2.");
  g_assert_true (gtk_widget_has_css_class (row_at (fixture, 0), "error"));

  /* The echo of a value leaves the text alone; another value replaces it. */
  ui_property_set_value (property, "2");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "2x");
  ui_property_set_value (property, "3");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "3");
  g_assert_null (message_at (fixture, 0));
  assert_changes (fixture, "");
}

static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  UiProperty *property = add_property (fixture, UI_PROPERTY_KIND_INTEGER, "kernel", "3");
  GtkWidget *entry = control_at (fixture, 0);

  ui_property_set_error (property, "A 3×3 kernel does not fit a 2×2 input.");
  g_assert_cmpstr (message_at (fixture, 0), ==, "A 3×3 kernel does not fit a 2×2 input.");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);

  /* What was typed last is said first. */
  type (entry, "10");
  g_assert_cmpstr (message_at (fixture, 0), ==, "The largest value is 9.");
  type (entry, "2");
  g_assert_cmpstr (message_at (fixture, 0), ==, "A 3×3 kernel does not fit a 2×2 input.");
  ui_property_set_error (property, NULL);
  g_assert_null (message_at (fixture, 0));
  g_assert_false (gtk_widget_has_css_class (row_at (fixture, 0), "error"));
  assert_changes (fixture, "kernel=1;kernel=2;");
}

static void
test_reset (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *reset;

  add_property (fixture, UI_PROPERTY_KIND_TEXT, "name", "conv");
  reset = find_class (row_at (fixture, 0), "property-reset");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (reset), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Reset name to Default");
  g_assert_false (gtk_widget_get_sensitive (reset));
  type (control_at (fixture, 0), "c1");
  g_assert_true (gtk_widget_get_sensitive (reset));
  g_string_truncate (fixture->changes, 0);
  g_signal_emit_by_name (reset, "clicked");

  /* One step, not one for clearing and another for filling. */
  assert_changes (fixture, "name=conv;");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (control_at (fixture, 0))), ==, "conv");
  g_assert_false (gtk_widget_get_sensitive (reset));
}

static void
test_kinds (Fixture       *fixture,
            gconstpointer  data)
{
  UiProperty *flag = add_property (fixture, UI_PROPERTY_KIND_BOOLEAN, "bias", "true");
  UiProperty *mode = add_property (fixture, UI_PROPERTY_KIND_CHOICE, "mode", "reflect");

  g_assert_true (gtk_switch_get_active (GTK_SWITCH (control_at (fixture, 0))));
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (control_at (fixture, 1))), ==, 1);

  gtk_switch_set_active (GTK_SWITCH (control_at (fixture, 0)), FALSE);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (control_at (fixture, 1)), 0);
  assert_changes (fixture, "bias=false;mode=zeros;");

  /* From the model's side nothing is reported. */
  ui_property_set_value (flag, "false");
  ui_property_set_value (flag, "true");
  ui_property_set_value (mode, "zeros");
  ui_property_set_value (mode, "reflect");
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (control_at (fixture, 0))));
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (control_at (fixture, 1))), ==, 1);
  assert_changes (fixture, "");
}

static void
test_model (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GListModel) model = NULL;
  int minimum;

  add_property (fixture, UI_PROPERTY_KIND_INTEGER, "a", "1");
  add_property (fixture, UI_PROPERTY_KIND_LIST, "a property with a rather long title", "3, 3");
  add_property (fixture, UI_PROPERTY_KIND_NUMBER, "c", "0.5");
  g_list_store_remove (fixture->store, 0);
  g_assert_cmpstr (ui_property_get_name (ui_property_row_get_property
                                         (UI_PROPERTY_ROW (row_at (fixture, 1)))), ==, "c");
  g_assert_null (row_at (fixture, 2));

  gtk_widget_measure (fixture->list, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 260);

  g_assert_false (ui_property_list_focus_name (UI_PROPERTY_LIST (fixture->list), "a"));
  g_object_get (fixture->list, "model", &model, NULL);
  g_assert_true (model == G_LIST_MODEL (fixture->store));
  g_object_set (fixture->list, "model", NULL, NULL);
  g_assert_null (row_at (fixture, 0));
}

/* A listener that throws the whole list away in the middle of an edit. */
static void
forget_cb (GtkWidget *list)
{
  ui_property_list_set_model (UI_PROPERTY_LIST (list), NULL);
}

static void
test_replaced (Fixture       *fixture,
               gconstpointer  data)
{
  add_property (fixture, UI_PROPERTY_KIND_BOOLEAN, "bias", "true");
  g_signal_connect (fixture->list, "changed", G_CALLBACK (forget_cb), NULL);
  gtk_switch_set_active (GTK_SWITCH (control_at (fixture, 0)), FALSE);
  assert_changes (fixture, "bias=false;");
  g_assert_null (row_at (fixture, 0));
}

static void
add (const char *path,
     void      (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  add ("/property-list/typing", test_typing);
  add ("/property-list/errors", test_errors);
  add ("/property-list/reset", test_reset);
  add ("/property-list/kinds", test_kinds);
  add ("/property-list/model", test_model);
  add ("/property-list/replaced", test_replaced);
  return g_test_run ();
}
