/* test-property.c: texts that people type, and the values they mean
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/palette-item.h"
#include "widgets/property.h"

#include <locale.h>

static UiProperty *
make (UiPropertyKind  kind,
      const char     *value)
{
  return ui_property_new (kind, "name", "Title", NULL, value);
}

static void
assert_parses (UiProperty *property,
               const char *text,
               const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = ui_property_parse (property, text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, expected);
}

static void
assert_refuses (UiProperty *property,
                const char *text,
                const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = ui_property_parse (property, text, &error);

  g_assert_null (value);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, reason);
}

static void
test_integer (void)
{
  g_autoptr (UiProperty) property = make (UI_PROPERTY_KIND_INTEGER, "3");

  ui_property_set_range (property, 1, 4096);
  assert_parses (property, " 7 ", "7");
  assert_parses (property, "4096", "4096");
  assert_refuses (property, "0", "The smallest value is 1.");
  assert_refuses (property, "4097", "The largest value is 4096.");
  assert_refuses (property, "3.5", "“3.5” is not a whole number.");
  assert_refuses (property, "9999999999999999999", "“9999999999999999999” is not a whole number.");
  assert_refuses (property, "", "A value is missing.");
  assert_refuses (property, "  ", "A value is missing.");
}

static void
test_number (void)
{
  g_autoptr (UiProperty) property = make (UI_PROPERTY_KIND_NUMBER, "0.5");

  ui_property_set_range (property, 0, 1);
  assert_parses (property, "0.25", "0.25");
  assert_parses (property, "1e-3", "1e-3");
  assert_parses (property, ".5", ".5");
  assert_refuses (property, "1.01", "The largest value is 1.");
  assert_refuses (property, "nan", "“nan” is not a number. Write it like 0.01 or 1e-2.");
  assert_refuses (property, "0x0", "“0x0” is not a number. Write it like 0.01 or 1e-2.");
  assert_refuses (property, "1e", "“1e” is not a number. Write it like 0.01 or 1e-2.");
  assert_refuses (property, "0,25", "“0,25” is not a number. Write it like 0.01 or 1e-2.");
}

/* A comma for the decimals is how German writes numbers, not how files do.
 * Without that locale installed the test proves what test_number() does. */
static void
test_locale (void)
{
  g_autoptr (UiProperty) property = make (UI_PROPERTY_KIND_NUMBER, "0.5");

  setlocale (LC_NUMERIC, "de_DE.UTF-8");
  ui_property_set_range (property, 0, 0.5);
  assert_parses (property, "0.25", "0.25");
  assert_refuses (property, "0.75", "The largest value is 0.5.");
  setlocale (LC_NUMERIC, "C");
}

static void
test_list (void)
{
  const char *words[] = { "same", NULL };
  const char *titles[] = { "Same", NULL };
  g_autoptr (UiProperty) property = make (UI_PROPERTY_KIND_LIST, "3, 3");

  ui_property_set_choices (property, words, titles);
  ui_property_set_range (property, 0, 99);
  assert_parses (property, "3,3", "3, 3");
  assert_parses (property, "3 5", "3, 5");
  assert_parses (property, "3×5×7", "3, 5, 7");
  assert_parses (property, "3,", "3");
  assert_parses (property, "same", "same");
  assert_parses (property, "Same", "same");
  assert_refuses (property, "3, x", "“x” is not a whole number.");
  assert_refuses (property, "3, 100", "The largest value is 99.");
  assert_refuses (property, ",", "A value is missing.");
}

static void
test_choice (void)
{
  const char *names[] = { "zeros", "reflect", NULL };
  const char *titles[] = { "Zeros", "Reflection", NULL };
  g_autoptr (UiProperty) choice = make (UI_PROPERTY_KIND_CHOICE, "zeros");
  g_autoptr (UiProperty) flag = make (UI_PROPERTY_KIND_BOOLEAN, "true");
  g_autoptr (UiProperty) text = make (UI_PROPERTY_KIND_TEXT, "");

  ui_property_set_choices (choice, names, titles);
  assert_parses (choice, "reflect", "reflect");
  assert_parses (choice, "Reflection", "reflect");
  assert_refuses (choice, "mirror", "“mirror” is not one of the choices.");
  assert_parses (flag, "false", "false");
  assert_refuses (flag, "yes", "“yes” is neither true nor false.");
  assert_parses (text, "", "");
  assert_parses (text, " as it is ", " as it is ");
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
test_notify (void)
{
  g_autoptr (UiProperty) property = make (UI_PROPERTY_KIND_INTEGER, "3");
  g_autofree char *value = NULL;
  g_autofree char *message = NULL;
  int values = 0;
  int errors = 0;

  g_signal_connect_swapped (property, "notify::value", G_CALLBACK (count_cb), &values);
  g_signal_connect_swapped (property, "notify::error", G_CALLBACK (count_cb), &errors);
  g_object_set (property, "value", "4", "error", "Too many.", NULL);
  g_object_set (property, "value", "4", "error", "Too many.", NULL);
  g_object_get (property, "value", &value, "error", &message, NULL);
  g_assert_cmpstr (value, ==, "4");
  g_assert_cmpstr (message, ==, "Too many.");
  g_assert_cmpint (values, ==, 1);
  g_assert_cmpint (errors, ==, 1);
}

static void
test_palette_item (void)
{
  g_autoptr (UiPaletteItem) item = ui_palette_item_new ("leaky-relu", "Leaky ReLU",
                                                        "Lets a little through below zero.",
                                                        "activation", "激活函数", NULL);

  g_assert_true (ui_palette_item_matches (item, ""));
  g_assert_true (ui_palette_item_matches (item, "relu"));
  g_assert_true (ui_palette_item_matches (item, " LEAKY "));
  g_assert_true (ui_palette_item_matches (item, "little through"));
  g_assert_true (ui_palette_item_matches (item, "函数"));
  g_assert_false (ui_palette_item_matches (item, "conv"));
  g_assert_true (ui_palette_item_is_called (item, "leaky"));
  g_assert_false (ui_palette_item_is_called (item, "little through"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/property/integer", test_integer);
  g_test_add_func ("/property/number", test_number);
  g_test_add_func ("/property/locale", test_locale);
  g_test_add_func ("/property/list", test_list);
  g_test_add_func ("/property/choice", test_choice);
  g_test_add_func ("/property/notify", test_notify);
  g_test_add_func ("/palette-item/matches", test_palette_item);
  return g_test_run ();
}
