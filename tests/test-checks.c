/* test-checks.c: every kind of task, spellings of numbers, and what choices say
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/check.h"
#include "exercises/checks/choice.h"
#include "exercises/checks/number.h"
#include "exercises/error.h"
#include "exercises/number-reader.h"

#include <locale.h>
#include <string.h>

#define MIN_KINDS 2
#define TASK_HEAD "[task]\ntitle=T\nquestion=Q\nexplanation=E\n"

static ExTask *
parse_task (const char *keys)
{
  g_autofree char *text = g_strconcat (TASK_HEAD, keys, NULL);
  g_autoptr (GError) error = NULL;
  ExTask *task = ex_task_parse (text, strlen (text), "99", "sample", "sample.ini", "en", &error);

  g_assert_no_error (error);
  return task;
}

static void
check (const ExTask *task,
       const char   *answer,
       ExOutcome     outcome)
{
  g_autoptr (ExVerdict) verdict = ex_task_check_text (task, answer);

  if (verdict->outcome != outcome)
    g_test_message ("“%s” is judged “%s”: %s", answer, ex_outcome_get_name (verdict->outcome),
                    verdict->message);
  g_assert_cmpint (verdict->outcome, ==, outcome);
  g_assert_cmpstr (verdict->message, !=, "");
}

static void
check_mistake (const ExTask *task,
               const char   *answer,
               const char   *mistake,
               const char   *message)
{
  g_autoptr (ExVerdict) verdict = ex_task_check_text (task, answer);

  g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_FAIL);
  g_assert_cmpstr (verdict->mistake, ==, mistake);
  g_assert_cmpstr (verdict->message, ==, message);
}

/* Walks the table: what every kind of task owes the others. */
static void
test_kind (gconstpointer data)
{
  const ExCheck *kind = data;
  g_autoptr (ExTask) task = parse_task (kind->sample);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) binary = g_bytes_new_static ("\xFF\x00\xFE", 3);
  g_autoptr (GBytes) large = g_bytes_new_take (g_strnfill (1 << 20, '1'), 1 << 20);
  g_autoptr (ExVerdict) verdict = NULL;
  g_autofree char *guide = ex_task_dup_guide (task);

  g_assert_true (ex_check_find (kind->name) == kind);
  g_assert_cmpstr (kind->title, !=, "");
  g_assert_true (g_str_has_suffix (kind->summary, "."));
  g_assert_true (task->check == kind);
  g_assert_cmpstr (task->id, ==, "99/sample");
  g_assert_cmpstr (guide, !=, "");

  check (task, task->reference, EX_OUTCOME_PASS);
  check (task, "", EX_OUTCOME_FAIL);
  check (task, " \n\t", EX_OUTCOME_FAIL);
  check (task, "?!", EX_OUTCOME_ERROR);

  verdict = ex_task_check (task, binary, NULL);
  g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_ERROR);
  g_clear_pointer (&verdict, ex_verdict_free);
  verdict = ex_task_check (task, large, NULL);
  g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_ERROR);
  g_clear_pointer (&verdict, ex_verdict_free);

  g_cancellable_cancel (cancellable);
  answer = g_bytes_new (task->reference, strlen (task->reference));
  verdict = ex_task_check (task, answer, cancellable);
  g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_STOPPED);
}

/* checks/meson.build and the folder must list the same kinds. */
static void
test_table (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "exercises", "checks", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *kind = g_strndup (name, strcspn (name, "."));

      if (!g_str_has_suffix (name, ".c"))
        continue;
      g_test_message ("%s", name);
      g_assert_nonnull (ex_check_find (kind));
      n++;
    }

  g_assert_cmpuint (n, >=, MIN_KINDS);
  g_assert_null (ex_check_find ("no-such-kind"));
}

static const struct
{
  const char *text;
  double      value;
  const char *unit;
} numbers[] = {
  /* Plain */
  { "0", 0 }, { "7", 7 }, { "007", 7 }, { "+3", 3 }, { "-3", -3 }, { "- 3", -3 },
  { "  42  ", 42 }, { "1.5", 1.5 }, { ".5", 0.5 }, { "-.5", -0.5 }, { "5.", 5 },
  { "= 3", 3 }, { "≈ 3.14", 3.14 },
  /* Thousands */
  { "1,234", 1234 }, { "1,234,567", 1234567 }, { "1,234.5", 1234.5 }, { "-1,234", -1234 },
  { "1 234", 1234 }, { "1 234 567", 1234567 }, { "1 234.5", 1234.5 }, { "1\u00A0234", 1234 },
  { "1\u202F234,5", 1234.5 }, { "1_234", 1234 }, { "1_234_567.25", 1234567.25 },
  { "1'234.5", 1234.5 }, { "1’234", 1234 }, { "1.234.567", 1234567 }, { "1.234,5", 1234.5 },
  { "1.234.567,89", 1234567.89 }, { "4,010,110", 4010110 },
  /* Decimal comma */
  { "1,5", 1.5 }, { "3,14", 3.14 }, { "0,234", 0.234 }, { "0,5", 0.5 }, { "1234,567", 1234.567 },
  { "1,2345", 1.2345 }, { ",5", 0.5 }, { "1 234,567", 1234.567 }, { "-0,333", -0.333 },
  /* Powers of ten */
  { "1e3", 1000 }, { "1E3", 1000 }, { "1.2e-3", 1.2e-3 }, { "1,2e-3", 1.2e-3 },
  { "-1.5e+2", -150 }, { "1.2×10^-3", 1.2e-3 }, { "1.2 × 10^3", 1200 }, { "1.2×10⁻³", 1.2e-3 },
  { "3·10⁸", 3e8 }, { "3*10**8", 3e8 }, { "3x10^8", 3e8 }, { "10^6", 1e6 }, { "10⁻³", 1e-3 },
  { "2^10", 1024 }, { "1.2万", 12000 }, { "3 亿", 3e8 },
  /* Fractions */
  { "3/4", 0.75 }, { "-3/4", -0.75 }, { "3 / 4", 0.75 }, { "1,000/8", 125 }, { "1.5/3", 0.5 },
  { "3⁄4", 0.75 }, { "３／４", 0.75 },
  /* Full width, and every minus */
  { "１２３", 123 }, { "１．５", 1.5 }, { "１，２３４", 1234 }, { "－３", -3 }, { "−3", -3 },
  { "–3", -3 }, { "＋３", 3 }, { "１．２ｅ－３", 1.2e-3 }, { "\u30003\u3000", 3 },
  { "1.2ｅ−3", 1.2e-3 },
  /* Units */
  { "80%", 80, "%" }, { "80 %", 80, "%" }, { "８０％", 80, "%" }, { "5‰", 5, "‰" },
  { "3 ms", 3, "ms" }, { "3ms", 3, "ms" }, { "1.5e3 ms", 1500, "ms" }, { "12 像素", 12, "像素" },
  { "3 m/s", 3, "m/s" }, { "3/4 %", 0.75, "%" }, { "2 e", 2, "e" }, { "5 x", 5, "x" },
};

static const char * const no_numbers[] = {
  "", " ", "-", "+", ".", ",", "e3", "abc", "nan", "inf", "-inf", "infinity", "0x10", "１x１",
  "1 2", "1 23", "12 34", "1,23,456", "1,2,3", "1.2.3", "1,234.5.6", "1.234,5,6", "1,,234",
  "1_23", "1__234", "1_234 567", "--3", "+-3", "3-", "3+4", "1/0", "1/0.0", "1//2", "1/2/3",
  "3/", "/4", "1e400", "1e99999", "1e-99999999999", "10^400", "2^", "1 3/4", "12*10", "1=2",
  "1.2×10^", "(3)", "３，４，５", "3 is my answer to this question",
};

static void
test_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *unit = NULL;
      double value;

      g_test_message ("“%s”", numbers[i].text);
      ex_number_read (numbers[i].text, &value, &unit, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (value, ==, numbers[i].value);
      g_assert_cmpstr (unit, ==, numbers[i].unit);
    }
}

static void
test_no_numbers (void)
{
  g_autofree char *long_text = g_strnfill (100000, '1');

  for (guint i = 0; i < G_N_ELEMENTS (no_numbers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *unit = NULL;
      double value = 17;

      g_test_message ("“%s”", no_numbers[i]);
      g_assert_false (ex_number_read (no_numbers[i], &value, &unit, &error));
      g_assert_error (error, EX_ERROR, EX_ERROR_ANSWER);
      g_assert_cmpfloat (value, ==, 17);
      g_assert_null (unit);
    }

  g_assert_false (ex_number_read (long_text, &(double) { 0 }, &(char *) { NULL }, NULL));
}

/* A German or French locale must not change what “1.5” is. */
static void
test_locale (void)
{
  static const char * const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8" };
  guint n_tried = 0;

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    if (setlocale (LC_NUMERIC, locales[i]) != NULL)
      {
        test_numbers ();
        n_tried++;
      }

  setlocale (LC_NUMERIC, "C");
  if (n_tried == 0)
    g_test_skip ("No locale with a decimal comma is installed.");
}

static void
test_tolerance (void)
{
  g_autoptr (ExTask) task = parse_task ("kind=number\nvalue=200\nabsolute=0.5\nrelative=0.01\n"
                                        "[mistake half]\nanswer=100\nmessage=Half\n");
  g_autoptr (ExTask) exact = parse_task ("kind=number\nvalue=1.2130\nabsolute=0.0005\n");
  g_autoptr (ExTask) whole = parse_task ("kind=number\nvalue=4010110\n");
  g_autofree char *guide = ex_task_dup_guide (task);
  g_autoptr (ExVerdict) verdict = NULL;

  g_assert_cmpfloat (ex_task_get_number (task)->relative, ==, 0.01);
  g_assert_nonnull (strstr (guide, "0.5"));
  g_assert_nonnull (strstr (guide, "1 %"));
  g_assert_null (strstr (guide, "200"));

  check (task, "202.5", EX_OUTCOME_PASS);
  check (task, "197.5", EX_OUTCOME_PASS);
  check (task, "202.6", EX_OUTCOME_FAIL);
  check (task, "-200", EX_OUTCOME_FAIL);
  check_mistake (task, "101", "half", "Half");
  check_mistake (task, "102", NULL, "This is not the value.");

  check (exact, "1.2135", EX_OUTCOME_PASS);
  check (exact, "1.2125", EX_OUTCOME_PASS);
  check (exact, "1.2136", EX_OUTCOME_FAIL);
  check (whole, "4,010,110", EX_OUTCOME_PASS);
  check (whole, "4010111", EX_OUTCOME_FAIL);

  verdict = ex_task_check_text (whole, "1,234");
  g_assert_cmpuint (verdict->details->len, ==, 1);
  g_assert_cmpstr (((ExDetail *) verdict->details->pdata[0])->key, ==, "read-as");
  g_assert_cmpstr (((ExDetail *) verdict->details->pdata[0])->value, ==, "1234");
}

static void
test_units (void)
{
  g_autoptr (ExTask) share = parse_task ("kind=number\nvalue=0.8\n");
  g_autoptr (ExTask) percent = parse_task ("kind=number\nvalue=80\nunit=%\n");
  g_autoptr (ExTask) time = parse_task ("kind=number\nvalue=1500\nunit=ms\n"
                                        "units=s:1000 min:60000\n");

  check (share, "0.8", EX_OUTCOME_PASS);
  check (share, "80 %", EX_OUTCOME_PASS);
  check (share, "4/5", EX_OUTCOME_PASS);
  check (share, "800‰", EX_OUTCOME_PASS);
  check (share, "80", EX_OUTCOME_FAIL);
  check (share, "0.8 kg", EX_OUTCOME_ERROR);
  check (percent, "80", EX_OUTCOME_PASS);
  check (percent, "８０％", EX_OUTCOME_PASS);
  check (percent, "0.8", EX_OUTCOME_FAIL);
  check (time, "1500", EX_OUTCOME_PASS);
  check (time, "1500 ms", EX_OUTCOME_PASS);
  check (time, "1.5 s", EX_OUTCOME_PASS);
  check (time, "0.025min", EX_OUTCOME_PASS);
  check (time, "1.5", EX_OUTCOME_FAIL);
  check (time, "1500 h", EX_OUTCOME_ERROR);
}

#define OPTIONS "[option a]\ntext=A\nmessage=Not A\n[option b]\ntext=B\n" \
                "[option c]\ntext=C\n[option d]\ntext=D\nmessage=Not D\n"

static void
test_single (void)
{
  g_autoptr (ExTask) task = parse_task ("kind=choice\nmode=single\nright=b\n" OPTIONS);

  g_assert_cmpuint (ex_task_get_choice (task)->options->len, ==, 4);
  g_assert_null (ex_task_get_number (task));
  g_assert_cmpuint (task->mistakes->len, ==, 2);
  check (task, "b", EX_OUTCOME_PASS);
  check (task, " B\n", EX_OUTCOME_PASS);
  check (task, "ｂ", EX_OUTCOME_PASS);
  check_mistake (task, "a", "a", "Not A");
  check_mistake (task, "d", "d", "Not D");
  check (task, "c", EX_OUTCOME_FAIL);
  check (task, "e", EX_OUTCOME_ERROR);
  check (task, "a b", EX_OUTCOME_ERROR);
  check (task, "b b", EX_OUTCOME_ERROR);
  check (task, "b:a", EX_OUTCOME_ERROR);
}

static void
test_multiple (void)
{
  g_autoptr (ExTask) task = parse_task ("kind=choice\nmode=multiple\nright=c b\n" OPTIONS
                                        "[mistake only-b]\nanswer=b\nmessage=And?\n");

  check (task, "b c", EX_OUTCOME_PASS);
  check (task, "c,b", EX_OUTCOME_PASS);
  check (task, "c、Ｂ", EX_OUTCOME_PASS);
  check_mistake (task, "b", "only-b", "And?");
  check_mistake (task, "c", NULL, "What you have chosen is right, but it is not all.");
  check_mistake (task, "b c d", "d", "Not D");
  check_mistake (task, "a b", "a", "Not A");
  check (task, "b b c", EX_OUTCOME_ERROR);
  check (task, "b c z", EX_OUTCOME_ERROR);
}

static void
test_ordering (void)
{
  g_autoptr (ExTask) task = parse_task ("kind=choice\nmode=ordering\nright=c a d b\n" OPTIONS
                                        "[mistake reverse]\nanswer=b d a c\n"
                                        "message=Backwards\n");

  check (task, "c a d b", EX_OUTCOME_PASS);
  check (task, "c, a, d, b", EX_OUTCOME_PASS);
  check (task, "a b c d", EX_OUTCOME_FAIL);
  check_mistake (task, "b d a c", "reverse", "Backwards");
  check (task, "c a d", EX_OUTCOME_ERROR);
  check (task, "c a d d", EX_OUTCOME_ERROR);
}

static void
test_matching (void)
{
  g_autoptr (ExTask) task = parse_task ("kind=choice\nmode=matching\nright=a:1 b:2\n"
                                        "[option a]\ntext=A\n[option b]\ntext=B\n"
                                        "[partner 1]\ntext=One\n[partner 2]\ntext=Two\n"
                                        "[partner 3]\ntext=Three\n");

  g_assert_cmpuint (ex_task_get_choice (task)->partners->len, ==, 3);
  check (task, "a:1 b:2", EX_OUTCOME_PASS);
  check (task, "b=2; a=1", EX_OUTCOME_PASS);
  check (task, "b：2，a：1", EX_OUTCOME_PASS);
  check_mistake (task, "a:1 b:3", NULL, "1 of the pairs is not right.");
  check_mistake (task, "a:2 b:1", NULL, "2 of the pairs are not right.");
  check (task, "a:1", EX_OUTCOME_ERROR);
  check (task, "a:1 a:2", EX_OUTCOME_ERROR);
  check (task, "a:1 b:9", EX_OUTCOME_ERROR);
  check (task, "a b", EX_OUTCOME_ERROR);
}

int
main (int   argc,
      char *argv[])
{
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  for (const ExCheck * const *kind = ex_check_list (); *kind != NULL; kind++, n++)
    {
      g_autofree char *path = g_strdup_printf ("/checks/kind/%s", (*kind)->name);

      g_test_add_data_func (path, *kind, test_kind);
    }
  g_assert_cmpuint (n, >=, MIN_KINDS);

  g_test_add_func ("/checks/table", test_table);
  g_test_add_func ("/checks/number/spellings", test_numbers);
  g_test_add_func ("/checks/number/refusals", test_no_numbers);
  g_test_add_func ("/checks/number/locale", test_locale);
  g_test_add_func ("/checks/number/tolerance", test_tolerance);
  g_test_add_func ("/checks/number/units", test_units);
  g_test_add_func ("/checks/choice/single", test_single);
  g_test_add_func ("/checks/choice/multiple", test_multiple);
  g_test_add_func ("/checks/choice/ordering", test_ordering);
  g_test_add_func ("/checks/choice/matching", test_matching);
  return g_test_run ();
}
