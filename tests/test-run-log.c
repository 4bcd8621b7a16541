/* test-run-log.c: records come back in order, through crashes, damage and resumed trainings
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-log.h"
#include "app/core/run-reader.h"
#include "app/core/run-slot.h"
#include "engine/error.h"
#include "engine/file.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOT sizeof (AppRunSlot)

typedef struct
{
  char   *folder;
  char   *path;                 /* events.bin in it */
  GArray *records;
} Fixture;

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = g_dir_make_tmp ("epoch-run-log-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "events.bin", NULL);
  fixture->records = g_array_new (FALSE, FALSE, sizeof (AppRunRecord));
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_array_unref (fixture->records);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static AppRunLog *
open_log (Fixture *fixture,
          guint64  last_step)
{
  g_autoptr (GError) error = NULL;
  AppRunLog *log = app_run_log_open (fixture->path, last_step, &error);

  g_assert_no_error (error);
  return log;
}

static void
add (AppRunLog  *log,
     guint64     step,
     const char *tag,
     double      value)
{
  g_autoptr (GError) error = NULL;

  app_run_log_add (log, step, 1000 + (gint64) step, tag, value, &error);
  g_assert_no_error (error);
}

static void
flush (AppRunLog *log)
{
  g_autoptr (GError) error = NULL;

  app_run_log_flush (log, &error);
  g_assert_no_error (error);
}

/* Replaces @fixture->records by what is new, and tells how many these are. */
static guint
read_new (Fixture      *fixture,
          AppRunReader *reader,
          gboolean     *restarted)
{
  g_autoptr (GError) error = NULL;

  g_array_set_size (fixture->records, 0);
  app_run_reader_read (reader, fixture->records, G_MAXUINT, restarted, &error);
  g_assert_no_error (error);

  return fixture->records->len;
}

static guint
read_all (Fixture *fixture,
          guint64 *n_damaged)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  gboolean restarted;
  guint count = read_new (fixture, reader, &restarted);

  g_assert_false (restarted);
  *n_damaged = app_run_reader_get_damaged (reader);
  return count;
}

static const AppRunRecord *
get_record (Fixture *fixture,
            guint    index)
{
  return &g_array_index (fixture->records, AppRunRecord, index);
}

static void
test_round_trip (Fixture    *fixture,
                 const void *data)
{
  static const double values[] = { 0.1, -0.0, 1e308, INFINITY, -INFINITY, 5e-324 };
  static const int lengths[] = { 1, 23, 24, 25, 48, 238, 239 };
  g_autoptr (AppRunReader) reader = NULL;
  AppRunLog *log = open_log (fixture, G_MAXUINT64);
  gboolean restarted;
  guint at = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *tag = g_strnfill ((gsize) lengths[i], 'a' + (char) i);

      for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
        add (log, G_MAXUINT64 - k, tag, values[k]);
    }
  add (log, 0, "误差/训练", NAN);
  app_run_log_free (log);

  reader = app_run_reader_new (fixture->path);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 7 * 6 + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (values); k++)
      {
        g_autofree char *tag = g_strnfill ((gsize) lengths[i], 'a' + (char) i);
        const AppRunRecord *record = get_record (fixture, at++);

        g_assert_cmpstr (app_run_reader_get_tag (reader, record->tag), ==, tag);
        g_assert_cmpuint (record->step, ==, G_MAXUINT64 - k);
        g_assert_cmpint (record->time_us, ==, 1000 + (gint64) record->step);
        g_assert_cmpmem (&record->value, sizeof (double), &values[k], sizeof (double));
      }
  g_assert_cmpstr (app_run_reader_get_tag (reader, get_record (fixture, at)->tag), ==, "误差/训练");
  g_assert_true (isnan (get_record (fixture, at)->value));
  g_assert_cmpuint (app_run_reader_get_damaged (reader), ==, 0);
  g_assert_null (app_run_reader_get_tag (reader, 1000));
}

static void
test_bad_names (Fixture    *fixture,
                const void *data)
{
  g_autofree char *too_long = g_strnfill (240, 'x');
  const char *names[] = { "", too_long, "\xff" };
  g_autoptr (AppRunLog) log = open_log (fixture, G_MAXUINT64);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (app_run_log_add (log, 1, 0, names[i], 0, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
    }
}

static void
test_one_writer (Fixture    *fixture,
                 const void *data)
{
  AppRunLog *log = open_log (fixture, G_MAXUINT64);
  g_autoptr (GError) error = NULL;

  g_assert_null (app_run_log_open (fixture->path, G_MAXUINT64, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "another process is training"));
  app_run_log_free (log);
  app_run_log_free (open_log (fixture, G_MAXUINT64));
}

/* Three values of a tag of two pieces, and one of another tag: slots 1 to 7. */
static char *
write_sample (Fixture *fixture,
              gsize   *size)
{
  AppRunLog *log = open_log (fixture, G_MAXUINT64);

  add (log, 1, "a rather long name of a curve", 1);
  add (log, 2, "a rather long name of a curve", 2);
  add (log, 2, "other", -2);
  add (log, 3, "a rather long name of a curve", 3);
  app_run_log_free (log);

  return nn_file_read (fixture->path, 10000, size, NULL);
}

/* Which of the slots of the sample hold values. */
static const gboolean sample_is_value[] = { FALSE, FALSE, FALSE, TRUE, TRUE, FALSE, TRUE, TRUE };

static void
test_torn (Fixture    *fixture,
           const void *data)
{
  gsize size;
  g_autofree char *sample = write_sample (fixture, &size);

  g_assert_cmpuint (size, ==, G_N_ELEMENTS (sample_is_value) * SLOT);
  for (gsize length = 0; length <= size; length++)
    {
      guint expected = 0;
      guint64 n_damaged;
      AppRunLog *log;

      for (gsize slot = 0; (slot + 1) * SLOT <= length; slot++)
        expected += sample_is_value[slot];
      g_assert_true (g_file_set_contents (fixture->path, sample, (gssize) length, NULL));
      g_assert_cmpuint (read_all (fixture, &n_damaged), ==, expected);
      g_assert_cmpuint (n_damaged, ==, 0);

      /* Whoever goes on writes behind what is whole. */
      log = open_log (fixture, G_MAXUINT64);
      add (log, 4, "a rather long name of a curve", 4);
      app_run_log_free (log);
      g_assert_cmpuint (read_all (fixture, &n_damaged), ==, expected + 1);
      g_assert_cmpuint (n_damaged, ==, 0);
      g_assert_cmpfloat (get_record (fixture, expected)->value, ==, 4);
    }
}

static void
test_damaged (Fixture    *fixture,
              const void *data)
{
  /* Records that are left when a byte of each slot is wrong. */
  static const guint left[] = { 0, 1, 1, 3, 3, 3, 3, 3 };
  gsize size;
  g_autofree char *sample = write_sample (fixture, &size);

  for (gsize i = SLOT; i < size; i++)
    for (int bit = 0; bit < 8; bit++)
      {
        g_autofree char *changed = g_memdup2 (sample, size);
        guint64 n_damaged;

        changed[i] = (char) (changed[i] ^ (1 << bit));
        g_assert_true (g_file_set_contents (fixture->path, changed, (gssize) size, NULL));
        g_assert_cmpuint (read_all (fixture, &n_damaged), ==, left[i / SLOT]);
        g_assert_cmpuint (n_damaged, >, 0);
      }
}

static void
assert_refused (Fixture    *fixture,
                const char *content,
                gsize       size,
                const char *part)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;
  gboolean restarted;
  gsize size_after;

  g_assert_true (g_file_set_contents (fixture->path, content, (gssize) size, NULL));
  g_assert_false (app_run_reader_read (reader, fixture->records, 10, &restarted, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, part));
  g_clear_error (&error);

  g_assert_null (app_run_log_open (fixture->path, 0, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  after = nn_file_read (fixture->path, 10000, &size_after, NULL);
  g_assert_cmpmem (after, size_after, content, size);
}

static void
test_foreign (Fixture    *fixture,
              const void *data)
{
  AppRunHeader newer = app_run_header;

  newer.version++;
  assert_refused (fixture, "note", 4, "another kind of file");
  assert_refused (fixture, "A text longer than the first slot is.", 37, "another kind of file");
  assert_refused (fixture, (const char *) &newer, sizeof newer, "another version of Epoch");
}

/* Slots with a good checksum and a bad meaning. */
static void
test_hostile (Fixture    *fixture,
              const void *data)
{
  static const struct
  {
    guint32     tag;
    const char *piece;
  } slots[] = {
    { 0, "" },                                  /* a value of no tag */
    { 0x00ffffff, "" },
    { 0x01ffffff, "too large a number" },
    { 0x01010000, "too large by one" },
    { 0x02000000, "not the first piece" },
    { 0xff000000, "far away" },
    { 0x01000001, "\xff\xfe" },                 /* not UTF-8 */
    { 0x01000002, "exactly 24 bytes of name" }, /* and never finished */
    { 0x03000002, "not the second piece" },
    { 2, "" },
    { 0x01000003, "good" },
    { 0x01000003, "again" },
    { 3, "" },                                  /* the only one to be read */
  };
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  GByteArray *file = g_byte_array_new ();
  gboolean restarted;
  AppRunLog *log;

  g_byte_array_append (file, (const guint8 *) &app_run_header, sizeof app_run_header);
  for (gsize i = 0; i < G_N_ELEMENTS (slots); i++)
    {
      AppRunSlot slot = { .tag = slots[i].tag };

      memcpy (slot.piece, slots[i].piece, strlen (slots[i].piece));
      slot.checksum = app_run_slot_sum_up (&slot);
      g_byte_array_append (file, (const guint8 *) &slot, sizeof slot);
    }
  g_assert_true (g_file_set_contents (fixture->path, (const char *) file->data, file->len, NULL));
  g_byte_array_unref (file);

  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 1);
  g_assert_cmpstr (app_run_reader_get_tag (reader, 3), ==, "good");
  g_assert_null (app_run_reader_get_tag (reader, 1));
  g_assert_null (app_run_reader_get_tag (reader, 2));
  g_assert_cmpuint (app_run_reader_get_damaged (reader), ==, 10);

  /* A new name gets a number that nobody has tried to use. */
  log = open_log (fixture, G_MAXUINT64);
  add (log, 9, "new", 9);
  app_run_log_free (log);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 1);
  g_assert_cmpuint (get_record (fixture, 0)->tag, ==, 4);
}

static void
test_follow (Fixture    *fixture,
             const void *data)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  AppRunLog *log;
  gboolean restarted;

  /* Nothing yet, not even a file. */
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);
  log = open_log (fixture, G_MAXUINT64);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);

  for (guint64 step = 1; step <= 10; step++)
    add (log, step, "loss", 1);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);
  flush (log);

  /* In portions, and then what is new. */
  g_array_set_size (fixture->records, 0);
  g_assert_true (app_run_reader_read (reader, fixture->records, 4, &restarted, NULL));
  g_assert_cmpuint (fixture->records->len, ==, 4);
  g_assert_true (app_run_reader_read (reader, fixture->records, 4, &restarted, NULL));
  g_assert_cmpuint (fixture->records->len, ==, 8);
  g_assert_cmpuint (get_record (fixture, 7)->step, ==, 8);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 2);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);
  add (log, 11, "accuracy", 1);
  flush (log);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 1);
  g_assert_cmpstr (app_run_reader_get_tag (reader, get_record (fixture, 0)->tag), ==, "accuracy");
  g_assert_false (restarted);
  app_run_log_free (log);
}

#define N_LIVE 20000

/* One process writes as fast as it can, another one reads at the same time. */
static void
test_follow_process (Fixture    *fixture,
                     const void *data)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  gboolean has_ended = FALSE;
  guint64 next = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      AppRunLog *log = app_run_log_open (fixture->path, G_MAXUINT64, NULL);

      for (guint64 step = 0; step < N_LIVE; step++)
        {
          g_autofree char *tag = g_strdup_printf ("tag %d", (int) (step % 50));

          if (!app_run_log_add (log, step, 0, tag, (double) step, NULL)
              || (step % 7 == 0 && !app_run_log_flush (log, NULL)))
            _exit (1);
        }
      app_run_log_free (log);
      _exit (0);
    }

  while (next < N_LIVE)
    {
      gboolean restarted;
      guint count = read_new (fixture, reader, &restarted);

      g_assert_false (restarted);
      for (guint i = 0; i < count; i++)
        {
          const AppRunRecord *record = get_record (fixture, i);
          g_autofree char *tag = g_strdup_printf ("tag %d", (int) (next % 50));

          g_assert_cmpuint (record->step, ==, next);
          g_assert_cmpfloat (record->value, ==, (double) next);
          g_assert_cmpstr (app_run_reader_get_tag (reader, record->tag), ==, tag);
          next++;
        }

      if (count == 0)
        {
          int status;

          g_assert_false (has_ended);
          has_ended = waitpid (child, &status, WNOHANG) == child;
          g_assert_true (!has_ended || status == 0);
          g_usleep (200);
        }
    }
  if (!has_ended)
    g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_cmpuint (app_run_reader_get_damaged (reader), ==, 0);
}

static void
test_resume (Fixture    *fixture,
             const void *data)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (fixture->path);
  AppRunLog *log = open_log (fixture, 0);
  gboolean restarted;

  for (guint64 step = 1; step <= 1000; step++)
    {
      add (log, step, "loss", (double) step);
      add (log, step, step <= 500 ? "early" : "late", 0);
    }
  app_run_log_free (log);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 2000);

  /* Nothing is after the last step: the file goes on. */
  log = open_log (fixture, 1000);
  add (log, 1001, "loss", 1001);
  flush (log);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 1);
  g_assert_false (restarted);
  app_run_log_free (log);

  /* Back to step 400, and on with another value of step 401. */
  log = open_log (fixture, 400);
  add (log, 401, "loss", -401);
  add (log, 401, "late", 1);
  flush (log);
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 802);
  g_assert_true (restarted);
  for (guint i = 0; i < 800; i++)
    g_assert_cmpuint (get_record (fixture, i)->step, ==, i / 2 + 1);
  g_assert_cmpfloat (get_record (fixture, 800)->value, ==, -401);
  g_assert_cmpstr (app_run_reader_get_tag (reader, get_record (fixture, 801)->tag), ==, "late");
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);
  g_assert_false (restarted);
  app_run_log_free (log);

  /* Back to the very beginning. */
  app_run_log_free (open_log (fixture, 0));
  g_assert_cmpuint (read_new (fixture, reader, &restarted), ==, 0);
  g_assert_true (restarted);
}

/* A full disk costs no record that was accepted, once there is room again. */
static void
test_full_disk (Fixture    *fixture,
                const void *data)
{
  AppRunLog *log = open_log (fixture, G_MAXUINT64);
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;
  guint64 n_damaged;
  guint accepted = 0;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = (struct rlimit) { 5000, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  while (error == NULL)
    accepted += app_run_log_add (log, accepted, 0, "loss", accepted, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_cmpuint (accepted, >, 100);
  flush (log);
  app_run_log_free (log);
  g_assert_cmpuint (read_all (fixture, &n_damaged), ==, accepted);
  g_assert_cmpuint (n_damaged, ==, 0);
  for (guint i = 0; i < accepted; i++)
    g_assert_cmpuint (get_record (fixture, i)->step, ==, i);
}

static void
register_test (const char *name,
               void      (*test) (Fixture *, const void *))
{
  g_autofree char *path = g_strconcat ("/run-log/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  register_test ("round-trip", test_round_trip);
  register_test ("bad-names", test_bad_names);
  register_test ("one-writer", test_one_writer);
  register_test ("torn", test_torn);
  register_test ("damaged", test_damaged);
  register_test ("foreign", test_foreign);
  register_test ("hostile", test_hostile);
  register_test ("follow", test_follow);
  register_test ("follow-process", test_follow_process);
  register_test ("resume", test_resume);
  register_test ("full-disk", test_full_disk);
  return g_test_run ();
}
