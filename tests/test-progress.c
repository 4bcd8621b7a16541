/* test-progress.c: what a learner has done survives, and damage is never silent
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "exercises/error.h"
#include "exercises/progress.h"

#include <glib/gstdio.h>
#include <string.h>

/* A folder of its own for one test, and its “progress.ini”. */
typedef struct
{
  char *folder;
  char *file;
} Place;

static void
set_up (Place         *place,
        gconstpointer  data)
{
  place->folder = g_dir_make_tmp ("epoch-progress-XXXXXX", NULL);
  place->file = g_build_filename (place->folder, "progress.ini", NULL);
}

static void
tear_down (Place         *place,
           gconstpointer  data)
{
  g_autoptr (GDir) dir = g_dir_open (place->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (place->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  g_free (place->folder);
  g_free (place->file);
}

static ExProgress *
load (Place *place)
{
  g_autoptr (GError) error = NULL;
  ExProgress *progress = ex_progress_load (place->folder, &error);

  g_assert_no_error (error);
  return progress;
}

static void
write_file (Place      *place,
            const char *text,
            gssize      size)
{
  g_assert_true (g_file_set_contents (place->file, text, size, NULL));
}

static ExProgress *
make_progress (Place *place)
{
  ExProgress *progress = load (place);

  ex_progress_add_hint (progress, "11/reference");
  ex_progress_add_verdict (progress, "11/reference", "a", EX_OUTCOME_FAIL, 12.5);
  ex_progress_add_verdict (progress, "11/reference", "c", EX_OUTCOME_PASS, 30);
  ex_progress_add_verdict (progress, "11/reference", " d=1;\n[x] 二", EX_OUTCOME_FAIL, 1);
  ex_progress_add_verdict (progress, "18/reference", "??", EX_OUTCOME_ERROR, 4);
  ex_progress_give_up (progress, "11/cross-entropy");
  ex_progress_set_place (progress, "11", "01-measuring-error");
  return progress;
}

static void
check_progress (ExProgress *progress)
{
  const ExRecord *record = ex_progress_find (progress, "11/reference");

  g_assert_cmpint (record->state, ==, EX_TASK_PASSED);
  g_assert_cmpuint (record->attempts, ==, 3);
  g_assert_cmpint (record->best, ==, EX_OUTCOME_PASS);
  g_assert_cmpuint (record->hints, ==, 1);
  g_assert_cmpfloat (record->seconds, ==, 43.5);
  g_assert_cmpint (record->when, >, 1600000000);
  g_assert_cmpstr (record->answer, ==, " d=1;\n[x] 二");

  record = ex_progress_find (progress, "18/reference");
  g_assert_cmpint (record->state, ==, EX_TASK_TRIED);
  g_assert_cmpuint (record->attempts, ==, 0);
  g_assert_cmpint (record->best, ==, EX_OUTCOME_FAIL);
  g_assert_cmpstr (record->answer, ==, "??");

  record = ex_progress_find (progress, "11/cross-entropy");
  g_assert_cmpint (record->state, ==, EX_TASK_GIVEN_UP);
  g_assert_null (record->answer);

  g_assert_null (ex_progress_find (progress, "11/none"));
  g_assert_cmpstr (ex_progress_get_lesson (progress), ==, "11");
  g_assert_cmpstr (ex_progress_get_page (progress), ==, "01-measuring-error");
}

static void
test_round_trip (Place         *place,
                 gconstpointer  data)
{
  g_autoptr (ExProgress) progress = make_progress (place);
  g_autoptr (ExProgress) again = NULL;
  g_autoptr (GError) error = NULL;

  check_progress (progress);
  ex_progress_save (progress, &error);
  g_assert_no_error (error);

  again = load (place);
  g_assert_null (ex_progress_get_warning (again));
  check_progress (again);

  ex_progress_reset (again, "11/reference");
  g_assert_null (ex_progress_find (again, "11/reference"));
}

static void
test_states (Place         *place,
             gconstpointer  data)
{
  g_autoptr (ExProgress) progress = load (place);
  g_autofree char *long_answer = g_strnfill (100000, 'x');
  const ExRecord *record;

  ex_progress_give_up (progress, "a/b");
  ex_progress_add_verdict (progress, "a/b", "x", EX_OUTCOME_FAIL, -3);
  record = ex_progress_find (progress, "a/b");
  g_assert_cmpint (record->state, ==, EX_TASK_GIVEN_UP);
  g_assert_cmpfloat (record->seconds, ==, 0);

  ex_progress_add_verdict (progress, "a/b", long_answer, EX_OUTCOME_PASS, 1);
  g_assert_cmpint (record->state, ==, EX_TASK_PASSED);
  g_assert_null (record->answer);

  ex_progress_give_up (progress, "a/b");
  g_assert_cmpint (record->state, ==, EX_TASK_PASSED);
}

/* Wherever the file is cut, nothing is lost without a word: either all is
 * there, or there is a warning and the whole damaged file beside it. */
static void
test_cut (Place         *place,
          gconstpointer  data)
{
  g_autoptr (ExProgress) progress = make_progress (place);
  g_autofree char *aside = g_strconcat (place->file, ".damaged", NULL);
  g_autofree char *whole = NULL;
  gsize size;

  g_assert_true (ex_progress_save (progress, NULL));
  g_assert_true (g_file_get_contents (place->file, &whole, &size, NULL));
  for (gsize cut = 0; cut + strlen ("\n") < size; cut++)
    {
      g_autoptr (ExProgress) rest = NULL;
      g_autoptr (ExProgress) again = NULL;
      g_autofree char *kept = NULL;
      gsize kept_size;

      write_file (place, whole, cut);
      rest = load (place);
      g_assert_nonnull (ex_progress_get_warning (rest));
      g_assert_nonnull (strstr (ex_progress_get_warning (rest), aside));
      g_assert_true (g_file_get_contents (aside, &kept, &kept_size, NULL));
      g_assert_cmpmem (kept, kept_size, whole, cut);

      again = load (place);
      g_assert_null (ex_progress_get_warning (again));
      g_assert_cmpint (g_remove (aside), ==, 0);
    }
}

static void
test_change (Place         *place,
             gconstpointer  data)
{
  g_autoptr (ExProgress) progress = make_progress (place);
  g_autofree char *aside = g_strconcat (place->file, ".damaged", NULL);
  g_autofree char *whole = NULL;
  gsize size;

  g_assert_true (ex_progress_save (progress, NULL));
  g_assert_true (g_file_get_contents (place->file, &whole, &size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (ExProgress) rest = NULL;
      char good = whole[i];

      whole[i] = i % 2 == 0 ? '\0' : '\xFF';
      write_file (place, whole, size);
      whole[i] = good;
      rest = load (place);
      g_assert_nonnull (ex_progress_get_warning (rest));
      g_assert_cmpint (g_remove (aside), ==, 0);
    }
}

/* Older damage is not overwritten by newer, and what can be read counts. */
static void
test_aside (Place         *place,
            gconstpointer  data)
{
  g_autofree char *second = g_strconcat (place->file, ".damaged.2", NULL);
  g_autoptr (ExProgress) first_load = NULL;
  g_autoptr (ExProgress) second_load = NULL;
  g_autofree char *kept = NULL;

  write_file (place, "first", -1);
  first_load = load (place);
  g_assert_null (ex_progress_get_lesson (first_load));

  write_file (place,
              "[progress]\nversion=1\nlesson=11\n"
              "[task 11/a]\nstate=passed\nattempts=4\nbest=pass\nhints=0\nseconds=1\nwhen=2\n"
              "[task 11/b]\nstate=flying\nattempts=-4\nbest=pass\nhints=0\nseconds=inf\n", -1);
  second_load = load (place);
  g_assert_nonnull (strstr (ex_progress_get_warning (second_load), second));
  g_assert_cmpstr (ex_progress_get_lesson (second_load), ==, "11");
  g_assert_cmpint (ex_progress_find (second_load, "11/a")->state, ==, EX_TASK_PASSED);
  g_assert_cmpuint (ex_progress_find (second_load, "11/b")->attempts, ==, 0);
  g_assert_cmpfloat (ex_progress_find (second_load, "11/b")->seconds, ==, 0);

  g_assert_true (g_file_get_contents (second, &kept, NULL, NULL));
  g_assert_nonnull (strstr (kept, "state=flying"));
}

static void
test_refusals (Place         *place,
               gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExProgress) progress = NULL;
  g_autofree char *text = NULL;

  write_file (place, "[progress]\nversion=2\nwonder=1\n", -1);
  g_assert_null (ex_progress_load (place->folder, &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (place->file, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "wonder"));

  /* A folder in the place of the file, and a file in that of the folder. */
  g_assert_cmpint (g_remove (place->file), ==, 0);
  g_assert_cmpint (g_mkdir (place->file, 0700), ==, 0);
  g_assert_null (ex_progress_load (place->folder, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_clear_error (&error);
  g_assert_cmpint (g_rmdir (place->file), ==, 0);

  write_file (place, "", 0);
  progress = ex_progress_load (place->file, &error);
  g_assert_no_error (error);
  g_assert_false (ex_progress_save (progress, &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_FILE);
}

static void
add (const char *path,
     void      (*test) (Place *, gconstpointer))
{
  g_test_add (path, Place, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/progress/round-trip", test_round_trip);
  add ("/progress/states", test_states);
  add ("/progress/cut", test_cut);
  add ("/progress/change", test_change);
  add ("/progress/aside", test_aside);
  add ("/progress/refusals", test_refusals);
  return g_test_run ();
}
