/* test-file.c: a file is the old one or the new one, whatever happens on the way
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#define N_KILLS        50
#define VERSION_WORDS  50000    /* of 8 bytes: several writes' worth of time */
#define NOBODY         65534

typedef struct
{
  char *folder;
  char *path;                   /* "file" in it */
} Fixture;

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = g_dir_make_tmp ("epoch-file-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
}

static int
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  int count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;

  return count;
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_text (const char *path,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  nn_file_write (path, text, strlen (text), &error);
  g_assert_no_error (error);
}

static void
assert_holds (const char *path,
              const char *text)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *found = nn_file_read (path, 1000, &size, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, text);
  g_assert_cmpuint (size, ==, strlen (text));
}

/* An error of the right kind that names @part. */
static void
assert_failed (GError     **error,
               const char  *part)
{
  g_assert_error (*error, NN_ERROR, NN_ERROR_FILE);
  if (strstr ((*error)->message, part) == NULL)
    g_error ("“%s” does not say “%s”", (*error)->message, part);
  g_clear_error (error);
}

static void
test_write (Fixture    *fixture,
            const void *data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnFileWriter) writer = NULL;

  write_text (fixture->path, "first");
  assert_holds (fixture->path, "first");
  write_text (fixture->path, "");
  assert_holds (fixture->path, "");

  writer = nn_file_writer_new (fixture->path, 6, &error);
  g_assert_true (nn_file_writer_write (writer, "one", 3, &error));
  g_assert_true (nn_file_writer_write (writer, "", 0, &error));
  g_assert_true (nn_file_writer_write (writer, "two", 3, &error));
  assert_holds (fixture->path, "");
  g_assert_true (nn_file_writer_commit (writer, &error));
  g_assert_no_error (error);
  assert_holds (fixture->path, "onetwo");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

static void
test_abandoned (Fixture    *fixture,
                const void *data)
{
  NnFileWriter *writer;

  write_text (fixture->path, "old");
  writer = nn_file_writer_new (fixture->path, 0, NULL);
  g_assert_true (nn_file_writer_write (writer, "new", 3, NULL));
  nn_file_writer_free (writer);

  assert_holds (fixture->path, "old");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

static void
test_mode (Fixture    *fixture,
           const void *data)
{
  struct stat info;

  write_text (fixture->path, "secret");
  g_assert_cmpint (g_chmod (fixture->path, 0640), ==, 0);
  write_text (fixture->path, "more secret");
  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0640);
}

static void
test_links (Fixture    *fixture,
            const void *data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *chain = g_build_filename (fixture->folder, "chain", NULL);
  g_autofree char *circle = g_build_filename (fixture->folder, "circle", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("file", link), ==, 0);
  g_assert_cmpint (symlink (link, chain), ==, 0);
  g_assert_cmpint (symlink ("circle", circle), ==, 0);

  /* To a file that is not there yet, and to one that is. */
  write_text (chain, "first");
  assert_holds (fixture->path, "first");
  write_text (link, "second");
  assert_holds (fixture->path, "second");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_test (chain, G_FILE_TEST_IS_SYMLINK));

  g_assert_false (nn_file_write (circle, "x", 1, &error));
  assert_failed (&error, "Repair the symbolic links.");
  g_assert_cmpint (count_files (fixture->folder), ==, 4);
}

static void
test_bad_targets (Fixture    *fixture,
                  const void *data)
{
  g_autofree char *absent = g_build_filename (fixture->folder, "no", "file", NULL);
  g_autofree char *pipe_path = g_build_filename (fixture->folder, "pipe", NULL);
  g_autofree char *long_name = g_strnfill (300, 'n');
  g_autofree char *long_path = g_build_filename (fixture->folder, long_name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (nn_file_write (fixture->folder, "x", 1, &error));
  assert_failed (&error, "Choose a file instead of a folder.");
  g_assert_false (nn_file_write (absent, "x", 1, &error));
  assert_failed (&error, "Check the name and the folder.");
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_assert_false (nn_file_write (pipe_path, "x", 1, &error));
  assert_failed (&error, pipe_path);
  g_assert_false (nn_file_write (long_path, "x", 1, &error));
  assert_failed (&error, "Choose a shorter name.");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

/* The superuser may write anywhere, so it becomes nobody for a moment. */
static void
test_forbidden (Fixture    *fixture,
                const void *data)
{
  gboolean is_root = geteuid () == 0;
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  g_autoptr (GError) error = NULL;
  gboolean saved_old, saved_new;

  write_text (fixture->path, "old");
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  if (is_root)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  saved_new = nn_file_write (other, "new", 3, &error);
  assert_failed (&error, "Choose a place that you are allowed to use.");
  saved_old = nn_file_write (fixture->path, "new", 3, NULL);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);

  g_assert_false (saved_old);
  g_assert_false (saved_new);
  assert_holds (fixture->path, "old");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

/* A file that may not be written to is not replaced behind its owner's back. */
static void
test_write_protected (Fixture    *fixture,
                      const void *data)
{
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is protected from the superuser");
      return;
    }

  write_text (fixture->path, "old");
  g_assert_cmpint (g_chmod (fixture->path, 0444), ==, 0);
  g_assert_false (nn_file_write (fixture->path, "new", 3, &error));
  assert_failed (&error, "Choose a place that you are allowed to use.");
  assert_holds (fixture->path, "old");
}

static void
test_file_size_limit (Fixture    *fixture,
                      const void *data)
{
  g_autofree char *bytes = g_malloc0 (1 << 20);
  g_autoptr (GError) error = NULL;
  struct rlimit before, limit;
  gboolean saved;

  write_text (fixture->path, "old");
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = (struct rlimit) { 64 << 10, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  saved = nn_file_write (fixture->path, bytes, 1 << 20, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);

  g_assert_false (saved);
  assert_failed (&error, "Choose a place that allows larger files.");
  assert_holds (fixture->path, "old");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

/* Too little space is known before the first byte, in numbers. */
static void
test_expected_bytes (Fixture    *fixture,
                     const void *data)
{
  g_autoptr (GError) error = NULL;

  write_text (fixture->path, "old");
  g_assert_null (nn_file_writer_new (fixture->path, G_GUINT64_CONSTANT (1) << 60, &error));
  g_assert_nonnull (strstr (error->message, "it needs 1.0\u00a0EiB"));
  assert_failed (&error, "Free some space, or choose another disk.");
  assert_holds (fixture->path, "old");
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

/* What is written to the end of a disk of four megabytes. */
static void
fill_disk (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *bytes = g_malloc0 (8 << 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnFileWriter) writer = NULL;

  write_text (path, "old");
  g_assert_false (nn_file_write (path, bytes, 8 << 20, &error));
  assert_failed (&error, "it needs 8.0\u00a0MiB");

  writer = nn_file_writer_new (path, 0, &error);
  g_assert_no_error (error);
  g_assert_false (nn_file_writer_write (writer, bytes, 8 << 20, &error));
  assert_failed (&error, "Free some space, or choose another disk.");
  g_clear_pointer (&writer, nn_file_writer_free);

  assert_holds (path, "old");
  g_assert_cmpint (count_files (folder), ==, 1);
  write_text (path, "new");
}

static void
test_full_disk (Fixture    *fixture,
                const void *data)
{
  g_autofree char *disk = g_build_filename (fixture->folder, "disk", NULL);

  g_assert_cmpint (g_mkdir (disk, 0755), ==, 0);
  if (mount ("tmpfs", disk, "tmpfs", 0, "size=4m") != 0)
    {
      g_test_skip ("a small disk can only be mounted by the superuser");
      return;
    }

  fill_disk (disk);
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
}

/* Saves one version after the other and says so through @acknowledge. */
static G_NORETURN void
save_for_ever (const char *path,
               guint64     version,
               int         acknowledge)
{
  guint64 *words = g_new (guint64, VERSION_WORDS);

  while (TRUE)
    {
      version++;
      for (int i = 0; i < VERSION_WORDS; i++)
        words[i] = version;
      if (!nn_file_write (path, words, sizeof (guint64) * VERSION_WORDS, NULL)
          || write (acknowledge, &version, sizeof version) != sizeof version)
        _exit (1);
    }
}

/* The version in @path, whole and unmixed; 0 when there is no file. */
static guint64
read_version (const char *path)
{
  g_autoptr (GBytes) bytes = NULL;
  const guint64 *words;
  gsize size;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return 0;

  bytes = nn_file_map (path, NULL);
  words = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (size, ==, sizeof (guint64) * VERSION_WORDS);
  for (int i = 1; i < VERSION_WORDS; i++)
    g_assert_cmpuint (words[i], ==, words[0]);

  return words[0];
}

static void
test_kill (Fixture    *fixture,
           const void *data)
{
  NnRandom random;
  guint64 acknowledged = 0;

  nn_random_init (&random, 5, nn_random_stream ("kill"));
  for (int i = 0; i < N_KILLS; i++)
    {
      guint64 version;
      int ends[2];
      int status;
      pid_t child;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      if (child == 0)
        save_for_ever (fixture->path, acknowledged, ends[1]);

      close (ends[1]);
      g_usleep (nn_random_below (&random, 30000));
      g_assert_cmpint (kill (child, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));

      while (read (ends[0], &version, sizeof version) == sizeof version)
        acknowledged = version;
      close (ends[0]);

      /* Nothing that was promised is lost; one more may have been finished. */
      version = read_version (fixture->path);
      g_assert_cmpuint (version, >=, acknowledged);
      g_assert_cmpuint (version, <=, acknowledged + 1);
      acknowledged = version;
    }

  g_assert_cmpuint (acknowledged, >, 0);
  nn_file_remove_orphans (fixture->folder);
  g_assert_cmpint (count_files (fixture->folder), ==, 1);
}

/* Creates @name in @folder, @age_seconds ago. */
static void
leave_file (const char *folder,
            const char *name,
            int         age_seconds)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gint64 then = g_get_real_time () / G_USEC_PER_SEC - age_seconds;
  struct utimbuf times = { then, then };

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
}

static void
test_orphans (Fixture    *fixture,
              const void *data)
{
  const int two_days = 2 * 24 * 60 * 60;
  g_autoptr (NnFileWriter) writer = nn_file_writer_new (fixture->path, 0, NULL);
  g_autofree char *elsewhere = NULL;
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      /* Ends without a word, as a crash does. */
      NnFileWriter *lost = nn_file_writer_new (fixture->path, 0, NULL);

      _exit (lost != NULL && nn_file_writer_write (lost, "x", 1, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);

  /* The child's number, but counted on another system. */
  elsewhere = g_strdup_printf (".epoch-00000001-%d-00000001.part", (int) child);
  leave_file (fixture->folder, elsewhere, 60);
  leave_file (fixture->folder, ".epoch-00000001-1-00000002.part", two_days);
  leave_file (fixture->folder, ".epoch-00000001-1-00000002.part.txt", two_days);
  leave_file (fixture->folder, ".epoch-1-1-1.part", two_days);
  leave_file (fixture->folder, ".epoch-00000001--7-00000001.part", two_days);
  leave_file (fixture->folder, "notes.part", two_days);
  g_assert_cmpint (count_files (fixture->folder), ==, 8);

  /* The child's and the old one go; ours is alive, and the rest is not ours. */
  g_assert_cmpuint (nn_file_remove_orphans (fixture->folder), ==, 2);
  g_assert_cmpint (count_files (fixture->folder), ==, 6);
  g_assert_true (nn_file_writer_write (writer, "new", 3, NULL));
  g_assert_true (nn_file_writer_commit (writer, NULL));
  assert_holds (fixture->path, "new");
  g_assert_cmpuint (nn_file_remove_orphans ("/nowhere"), ==, 0);
}

static void
test_read (Fixture    *fixture,
           const void *data)
{
  g_autofree char *pipe_path = g_build_filename (fixture->folder, "pipe", NULL);
  g_autofree char *large = g_strnfill (100000, 'x');
  g_autofree char *found = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GBytes) map = NULL;
  g_autoptr (GBytes) empty = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_assert_null (nn_file_read (fixture->path, 10, NULL, &error));
  assert_failed (&error, fixture->path);
  g_assert_null (nn_file_map (fixture->path, &error));
  assert_failed (&error, "Check the name and the folder.");
  g_assert_null (nn_file_read (fixture->folder, 10, NULL, &error));
  assert_failed (&error, "Choose a file instead of a folder.");
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_assert_null (nn_file_read (pipe_path, 10, NULL, &error));
  assert_failed (&error, pipe_path);
  g_assert_null (nn_file_map (pipe_path, &error));
  assert_failed (&error, pipe_path);

  write_text (fixture->path, large);
  g_assert_null (nn_file_read (fixture->path, 99999, NULL, &error));
  assert_failed (&error, "larger than the 97.7\u00a0KiB that are accepted");
  whole = nn_file_read (fixture->path, 100000, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 100000);
  g_assert_cmpstr (whole, ==, large);
  map = nn_file_map (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (map, NULL), g_bytes_get_size (map), large, 100000);

  /* Replacing a file leaves those alone who look at the old one. */
  write_text (fixture->path, "");
  g_assert_cmpmem (g_bytes_get_data (map, NULL), g_bytes_get_size (map), large, 100000);
  empty = nn_file_map (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (empty), ==, 0);

  /* A file of the kernel that says it has no bytes, and has some. */
  found = nn_file_read ("/proc/self/comm", 100, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, 0);
  g_assert_null (nn_file_read ("/proc/self/comm", 1, NULL, &error));
  assert_failed (&error, "larger than");
}

static void
add (const char *name,
     void      (*test) (Fixture *, const void *))
{
  g_autofree char *path = g_strconcat ("/file/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("write", test_write);
  add ("abandoned", test_abandoned);
  add ("mode", test_mode);
  add ("links", test_links);
  add ("bad-targets", test_bad_targets);
  add ("forbidden", test_forbidden);
  add ("write-protected", test_write_protected);
  add ("file-size-limit", test_file_size_limit);
  add ("expected-bytes", test_expected_bytes);
  add ("full-disk", test_full_disk);
  add ("kill", test_kill);
  add ("orphans", test_orphans);
  add ("read", test_read);
  return g_test_run ();
}
