/* test-bad-data.c: whatever is wrong with the data, the message says what
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/dataset.h"
#include "datasets/error.h"
#include "tests/data-support.h"

#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each row makes something bad and opens it.  Either opening fails, with this
 * code, or the rest of the data is usable and the cause is a warning. */

#define USABLE (-1)

typedef struct
{
  const char *name;
  char     *(*make) (const char *folder,
                     const void *data);
  const void *data;             /* for @make */
  int         code;             /* DsErrorCode, or USABLE */
  const char *cause;            /* what the message must say … */
  const char *names;            /* … and the file it must name */
  DsLimits    limits;           /* fields other than 0 replace the usual ones */
} Row;

/* ---- Files made of bytes ---- */

typedef struct
{
  const char *file;             /* of the small IDX or CIFAR set; NULL for all */
  int         keep;             /* bytes that stay; negative: that many are cut off */
  int         change_at;        /* a byte that becomes … */
  int         change_to;
  int         extra;            /* zero bytes added at the end */
} Harm;

static GBytes *
harm_bytes (GBytes     *bytes,
            const Harm *harm)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize keep = harm->keep > 0 ? MIN ((gsize) harm->keep, size) : size + harm->keep;
  GByteArray *harmed = g_byte_array_new ();

  g_byte_array_append (harmed, data, keep);
  if (harm->change_at > 0)
    harmed->data[harm->change_at] = harm->change_to;
  g_byte_array_set_size (harmed, keep + harm->extra);
  memset (harmed->data + keep, 0, harm->extra);
  return g_byte_array_free_to_bytes (harmed);
}

/* Packs @files as a folder and harms one of them. */
static char *
harm_one (TestFiles  *files,
          const char *folder,
          const Harm *harm)
{
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *path = test_path (set, harm->file);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) harmed = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  whole = g_bytes_new (text, size);
  harmed = harm_bytes (whole, harm);
  test_write (set, harm->file, harmed);
  return set;
}

static char *
make_idx (const char *folder,
          const void *data)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);

  return harm_one (files, folder, data);
}

static char *
make_idx_gz (const char *folder,
             const void *data)
{
  g_autoptr (TestFiles) files = test_idx_files (TRUE);

  return harm_one (files, folder, data);
}

static char *
make_cifar (const char *folder,
            const void *data)
{
  g_autoptr (TestFiles) files = test_cifar_files ();

  return harm_one (files, folder, data);
}

static char *
make_images (const char *folder,
             const void *data)
{
  g_autoptr (TestFiles) files = test_image_files ();

  return harm_one (files, folder, data);
}

/* One file of a set alone. */
static char *
make_without (const char *folder,
              const void *data)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *path = test_path (set, data);

  g_assert_cmpint (g_remove (path), ==, 0);
  return set;
}

static char *
make_labels_alone (const char *folder,
                   const void *data)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);
  g_autofree char *set = test_files_pack (files, TEST_FOLDER, folder);

  return test_path (set, "train-labels-idx1-ubyte");
}

static char *
make_two_sets (const char *folder,
               const void *data)
{
  g_autoptr (TestFiles) files = test_idx_files (FALSE);
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autoptr (GBytes) more = test_idx (3, (guint32[]) { 2, 4, 5 }, 0, 256);

  test_write (set, "letters-train-images-idx3-ubyte", more);
  return set;
}

static char *
make_text (const char *folder,
           const void *data)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));

  test_write (folder, "strange", bytes);
  return test_path (folder, "strange");
}

static char *
make_nothing (const char *folder,
              const void *data)
{
  return test_path (folder, "nothing");
}

static char *
make_fifo (const char *folder,
           const void *data)
{
  char *path = test_path (folder, "pipe");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  return path;
}

static char *
make_dev_null (const char *folder,
               const void *data)
{
  return g_strdup ("/dev/null");
}

/* ---- Archives ---- */

typedef struct
{
  TestPacking packing;
  Harm        harm;
} PackedHarm;

static char *
make_packed (const char *folder,
             const void *data)
{
  const PackedHarm *harm = data;
  g_autoptr (TestFiles) files = test_image_files ();
  g_autofree char *path = test_files_pack (files, harm->packing, folder);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) harmed = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  whole = g_bytes_new (text, size);
  harmed = harm_bytes (whole, &harm->harm);
  test_write (folder, name, harmed);
  return g_steal_pointer (&path);
}

static char *
make_tar (const char *folder,
          const void *data)
{
  return test_pack_entries (data, TEST_TAR, folder);
}

static char *
make_zip (const char *folder,
          const void *data)
{
  return test_pack_entries (data, TEST_ZIP, folder);
}

static char *
make_tar_xz (const char *folder,
             const void *data)
{
  return test_pack_entries (data, TEST_TAR_XZ, folder);
}

/* A gzip file inside a ZIP archive, whose size tells nothing. */
static char *
make_nested_bomb (const char *folder,
                  const void *data)
{
  g_autoptr (TestFiles) files = test_files_new ();
  g_autofree guint8 *zeros = g_malloc0 (1 << 20);
  g_autoptr (GBytes) items = NULL;
  guint8 head[] = { 0, 0, 8, 3, 0, 0, 4, 0, 0, 0, 0, 32, 0, 0, 0, 32 };

  memcpy (zeros, head, sizeof head);
  items = g_bytes_new (zeros, 1 << 20);
  test_files_add (files, "zeros-images", test_gzip (items));
  return test_files_pack (files, TEST_ZIP, folder);
}

/* ---- Images ---- */

/* Names of images to make; a name that starts with "!" is text. */
static char *
make_named (const char *folder,
            const void *data)
{
  g_autoptr (TestFiles) files = test_files_new ();

  for (const char * const *name = data; *name != NULL; name++)
    if (**name == '!')
      test_files_add (files, *name + 1, g_bytes_new_static ("text", 4));
    else
      test_files_add (files, *name, test_png (1, 4, 4, 0));

  return test_files_pack (files, TEST_FOLDER, folder);
}

/* A PNG of one pixel whose header, with the right checksum, says 50000×50000. */
static char *
make_huge_png (const char *folder,
               const void *data)
{
  static const guint8 header[] = {
    0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R',
    0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50, 8, 0, 0, 0, 0, 0x6e, 0xc4, 0x62, 0x16,
    0, 0, 0, 1, 'I', 'D', 'A', 'T',
  };
  g_autoptr (TestFiles) files = test_image_files ();

  test_files_add (files, "animals/train/cat/huge.png",
                  g_bytes_new_static (header, sizeof header));
  return test_files_pack (files, TEST_FOLDER, folder);
}

/* ---- Folders ---- */

static char *
make_link (const char *folder,
           const void *data)
{
  g_autoptr (TestFiles) files = test_image_files ();
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *path = test_path (set, "animals/train/cat/passwords.png");

  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  return set;
}

static char *
make_pipe_inside (const char *folder,
                  const void *data)
{
  g_autoptr (TestFiles) files = test_image_files ();
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *path = test_path (set, "animals/pipe");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  return set;
}

static char *
make_unreadable (const char *folder,
                 const void *data)
{
  g_autoptr (TestFiles) files = test_image_files ();
  char *set = test_files_pack (files, TEST_FOLDER, folder);
  g_autofree char *path = test_path (set, data);

  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  return set;
}

static char *
make_empty_folder (const char *folder,
                   const void *data)
{
  char *path = test_path (folder, "empty");

  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  return path;
}

#define ENTRY(...) (const TestEntry[]) { { __VA_ARGS__ }, { NULL } }
#define NAMES(...) (const char *[]) { __VA_ARGS__, NULL }
#define HARM(...) &(const Harm) { __VA_ARGS__ }
#define PACKED(...) &(const PackedHarm) { __VA_ARGS__ }
#define DEEP "d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d"

static const Row rows[] = {
  { "missing file", make_nothing, NULL,
    DS_ERROR_FILE, "No such file", "/nothing" },
  { "empty file", make_text, "",
    DS_ERROR_FORMAT, "is empty", "/strange" },
  { "FIFO", make_fifo, NULL,
    DS_ERROR_UNSUPPORTED, "neither a folder nor an ordinary file", "/pipe" },
  { "device", make_dev_null, NULL,
    DS_ERROR_UNSUPPORTED, "neither a folder nor an ordinary file", "/dev/null" },
  { "text", make_text, "What is this?",
    DS_ERROR_UNSUPPORTED, "no data set that can be recognised", "/strange" },
  { "RAR", make_text, "Rar!\x1a\x07 and so on",
    DS_ERROR_UNSUPPORTED, "packed with RAR", "/strange" },
  { "7-Zip", make_text, "7z\xbc\xaf\x27\x1c and so on",
    DS_ERROR_UNSUPPORTED, "packed with 7-Zip", "/strange" },
  { "bzip2", make_text, "BZh91AY and so on",
    DS_ERROR_UNSUPPORTED, "packed with bzip2", "/strange" },
  { "empty folder", make_empty_folder, NULL,
    DS_ERROR_FORMAT, "holds no files", "/empty" },
  { "unreadable folder", make_unreadable, ".",
    DS_ERROR_FILE, "Permission denied", "/set" },
  { "unreadable folder inside", make_unreadable, "animals/test/cat",
    USABLE, "Permission denied", "animals/test/cat" },
  { "unreadable file", make_unreadable, "animals/test/cat/a.png",
    USABLE, "1 file is no readable JPEG or PNG image", "animals/test/cat/a.png" },
  { "link in a folder", make_link, NULL,
    USABLE, "it is a link", "animals/train/cat/passwords.png" },
  { "FIFO in a folder", make_pipe_inside, NULL,
    USABLE, "it is a FIFO", "animals/pipe" },
  { "name not UTF-8 in a folder", make_named, NAMES ("a/1", "b/1", "b/\xff"),
    USABLE, "not valid UTF-8", "b/\xef\xbf\xbd" },
  { "control character in a folder", make_named, NAMES ("a/1", "b/1", "b/x\ny"),
    USABLE, "control characters", "b/x\\x0ay" },
  { "case in a folder", make_named, NAMES ("a/1", "b/x", "b/X"),
    USABLE, "upper and lower case", "b/X" },
  { "too many files", make_named, NAMES ("a/1", "a/2", "b/1", "b/2"),
    DS_ERROR_LIMIT, "more than the 3 files", "/set", { .entries = 3 } },
  { "too deep", make_named, NAMES ("a/1", "b/1", "b/c/d/1"),
    USABLE, "too many folders inside each other", "b/c", { .depth = 2 } },

  { "IDX cut off", make_idx, HARM ("train-images-idx3-ubyte", -1),
    DS_ERROR_FORMAT, "take 136 bytes, but the file has 135", "train-images-idx3-ubyte" },
  { "IDX too long", make_idx, HARM ("train-images-idx3-ubyte", .extra = 1),
    DS_ERROR_FORMAT, "take 136 bytes, but the file has 137", "train-images-idx3-ubyte" },
  { "IDX header cut off", make_idx, HARM ("train-images-idx3-ubyte", 10),
    DS_ERROR_FORMAT, "holds labels, but not the items", "train-labels-idx1-ubyte" },
  { "IDX of nothing", make_idx, HARM ("t10k-images-idx3-ubyte", .change_at = 7, .change_to = 0),
    DS_ERROR_FORMAT, "0×4×5", "t10k-images-idx3-ubyte" },
  { "IDX sizes overflow", make_idx,
    HARM ("t10k-images-idx3-ubyte", .change_at = 8, .change_to = 255),
    DS_ERROR_FORMAT, "which cannot be", "t10k-images-idx3-ubyte" },
  { "IDX counts differ", make_without, "t10k-labels-idx1-ubyte",
    DS_ERROR_FORMAT, "labels for some of its items only", "/set" },
  { "IDX label count", make_idx, HARM ("train-labels-idx1-ubyte", -1, 7, 5),
    DS_ERROR_FORMAT, "holds 5 labels, but", "train-labels-idx1-ubyte" },
  { "IDX labels alone", make_labels_alone, NULL,
    DS_ERROR_FORMAT, "holds labels, but not the items", "train-labels-idx1-ubyte" },
  { "IDX of two sets", make_two_sets, NULL,
    DS_ERROR_UNSUPPORTED, "several data sets", "letters-train-images-idx3-ubyte" },
  { "gzip cut off", make_idx_gz, HARM ("train-images-idx3-ubyte.gz", -9),
    DS_ERROR_FORMAT, "is cut off: its gzip data ends", "train-images-idx3-ubyte.gz" },
  { "gzip checksum", make_idx_gz, HARM ("train-images-idx3-ubyte.gz", -8, .extra = 8),
    DS_ERROR_FORMAT, "its gzip data is wrong", "train-images-idx3-ubyte.gz" },

  { "CIFAR size", make_cifar, HARM ("cifar-10-batches-bin/data_batch_2.bin", -1),
    DS_ERROR_FORMAT, "has 6145 bytes, but CIFAR-10 files consist of records of 3073",
    "data_batch_2.bin" },
  { "CIFAR label", make_cifar,
    HARM ("cifar-10-batches-bin/data_batch_2.bin", .change_at = 3073, .change_to = 10),
    DS_ERROR_FORMAT, "record 1, at byte 3073, has label 10", "data_batch_2.bin" },

  { "JPEG cut off", make_images, HARM ("animals/train/cat/d.jpg", -20),
    USABLE, "is a damaged JPEG image", "animals/train/cat/d.jpg" },
  { "PNG cut off", make_images, HARM ("animals/train/cat/c.png", -20),
    USABLE, "is a damaged PNG image", "animals/train/cat/c.png" },
  { "PNG changed", make_images, HARM ("animals/train/cat/c.png", .change_at = 50),
    USABLE, "is a damaged PNG image", "animals/train/cat/c.png" },
  { "image without its magic", make_images, HARM ("animals/train/cat/c.png", .change_at = 1),
    USABLE, "1 file is no readable JPEG or PNG image", "animals/train/cat/c.png" },
  { "huge PNG", make_huge_png, NULL,
    USABLE, "50000×50000 pixels; at most 67108864", "animals/train/cat/huge.png" },
  { "image file too long", make_images, HARM ("animals/train/cat/c.png", .extra = 2000),
    USABLE, "longer than the 1000 bytes", "animals/train/cat/c.png", { .image_bytes = 1000 } },
  { "folder without images", make_named, NAMES ("!a/1", "!b/2"),
    DS_ERROR_UNSUPPORTED, "no data set that can be recognised", "/set" },
  { "one class", make_named, NAMES ("x/cat/1", "x/cat/2"),
    DS_ERROR_FORMAT, "one class only, “cat”", "/set" },
  { "no class", make_named, NAMES ("1", "2"),
    DS_ERROR_FORMAT, "not sorted into folders", "/set" },

  { "ZIP cut off", make_packed, PACKED (TEST_ZIP, { .keep = -30 }),
    DS_ERROR_FORMAT, "the list of contents at its end is missing", "set.zip" },
  { "ZIP changed", make_packed, PACKED (TEST_ZIP, { .change_at = 120 }),
    USABLE, "1 file is no readable JPEG or PNG image", "animals/test/cat/a.png" },
  { "tar cut off", make_packed, PACKED (TEST_TAR, { .keep = 1536 + 20 }),
    DS_ERROR_FORMAT, "damaged after 2 entries: Truncated", "set.tar" },
  { "tar.gz cut off", make_packed, PACKED (TEST_TAR_GZIP, { .keep = -40 }),
    DS_ERROR_FORMAT, "is cut off: its gzip data ends", "set.tar.gz" },
  { "tar.xz cut off", make_packed, PACKED (TEST_TAR_XZ, { .keep = 300 }),
    DS_ERROR_FORMAT, "is damaged", "set.tar.xz" },
  { "tar.zst cut off", make_packed, PACKED (TEST_TAR_ZSTD, { .keep = 300 }),
    DS_ERROR_FORMAT, "is damaged", "set.tar.zst" },
  { "xz of no tar", make_text, "\xfd" "7zXZ",
    DS_ERROR_UNSUPPORTED, "no data set that can be recognised", "/strange" },

  { "tar with ../", make_tar, ENTRY ("../x.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "climbs out", "../x.png" },
  { "tar with a/../", make_tar, ENTRY ("a/../../x.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "climbs out", "a/../../x.png" },
  { "ZIP with ../", make_zip, ENTRY ("../x.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "climbs out", "../x.png" },
  { "absolute path", make_tar, ENTRY ("/etc/x.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "absolute path", "/etc/x.png" },
  { "symbolic link", make_tar, ENTRY ("link.png", AE_IFLNK, 0777, "/etc/passwd"),
    USABLE, "it is a link", "link.png" },
  { "hard link", make_tar, ENTRY ("hard.png", AE_IFREG, 0644, NULL, "animals/train/cat/c.png"),
    USABLE, "hard link", "hard.png" },
  { "character device", make_tar, ENTRY ("tty.png", AE_IFCHR, 0644),
    USABLE, "it is a device", "tty.png" },
  { "block device", make_tar, ENTRY ("sda.png", AE_IFBLK, 0644),
    USABLE, "it is a device", "sda.png" },
  { "FIFO in tar", make_tar, ENTRY ("pipe.png", AE_IFIFO, 0644),
    USABLE, "it is a FIFO", "pipe.png" },
  { "setuid", make_tar, ENTRY ("run.png", AE_IFREG, 04755, .n_zeros = 3),
    USABLE, "rights of its owner", "run.png" },
  { "control characters", make_tar, ENTRY ("a\x1b[2J\n.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "control characters", "a\\x1b[2J\\x0a.png" },
  { "name not UTF-8", make_tar, ENTRY ("caf\xe9.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "not valid UTF-8", "caf\xef\xbf\xbd.png" },
  { "same name but case", make_tar,
    ENTRY ("Animals/train/cat/C.PNG", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "upper and lower case", "Animals/train/cat/C.PNG" },
  { "same name", make_tar, ENTRY ("animals/train/cat/c.png", AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "the same name", "animals/train/cat/c.png" },
  { "too deep in tar", make_tar, ENTRY (DEEP, AE_IFREG, 0644, .n_zeros = 3),
    USABLE, "too many folders", DEEP },

  { "bomb by ratio", make_tar_xz, ENTRY ("zeros", AE_IFREG, 0644, .n_zeros = 1 << 20),
    DS_ERROR_LIMIT, "inflate to more than is safe", "“zeros”",
    { .total_bytes = 1 << 16, .ratio = 20 } },
  { "bomb by size", make_zip, ENTRY ("zeros", AE_IFREG, 0644, .n_zeros = 1 << 20),
    DS_ERROR_LIMIT, "inflate to more than is safe", "“zeros”", { .entry_bytes = 1 << 16 } },
  { "bomb inside gzip", make_nested_bomb, NULL,
    DS_ERROR_LIMIT, "bytes that are still allowed", "set.zip/zeros-images",
    { .total_bytes = 1 << 16, .ratio = 1 } },
  { "bomb by entries", make_tar, ENTRY ("x.png", AE_IFREG, 0644),
    DS_ERROR_LIMIT, "more than the 6 files", "set.tar", { .entries = 6 } },
};

static DsLimits
merge_limits (const DsLimits *own)
{
  DsLimits limits = ds_default_limits;

  if (own->entries != 0)
    limits.entries = own->entries;
  if (own->depth != 0)
    limits.depth = own->depth;
  if (own->total_bytes != 0)
    limits.total_bytes = own->total_bytes;
  if (own->ratio != 0)
    limits.ratio = own->ratio;
  if (own->entry_bytes != 0)
    limits.entry_bytes = own->entry_bytes;
  if (own->image_bytes != 0)
    limits.image_bytes = own->image_bytes;
  return limits;
}

static gboolean
has_warning (DsDataset  *dataset,
             const char *cause,
             const char *names)
{
  const char * const *warnings = ds_dataset_get_warnings (dataset);

  for (int i = 0; warnings[i] != NULL; i++)
    if (strstr (warnings[i], cause) != NULL && strstr (warnings[i], names) != NULL)
      return TRUE;

  for (int i = 0; warnings[i] != NULL; i++)
    g_test_message ("%s", warnings[i]);
  return FALSE;
}

static void
assert_error (const GError *error,
              const Row    *row)
{
  g_test_message ("%s", error->message);
  g_assert_error (error, DS_ERROR, row->code);
  g_assert_nonnull (strstr (error->message, row->cause));
  g_assert_nonnull (strstr (error->message, row->names));
}

/* What existed before: another data set, whose cache lies in the same folder. */
static void
open_bystander (const char *folder,
                const char *cache)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *place = test_path (folder, "bystander");
  g_autofree char *path = test_path (place, "set");
  g_autoptr (DsDataset) dataset = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autoptr (TestFiles) files = test_idx_files (FALSE);

      g_free (path);
      g_assert_cmpint (g_mkdir (place, 0755), ==, 0);
      path = test_files_pack (files, TEST_FOLDER, place);
    }

  dataset = ds_dataset_open (path, NULL, cache, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ds_dataset_get_n_items (dataset), ==, 9);
}

static void
test_row (const void *data)
{
  const Row *row = data;
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  DsLimits limits = merge_limits (&row->limits);
  DsOptions options = { .limits = &limits };
  g_autoptr (DsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = row->make (folder, row->data);

  open_bystander (folder, cache);
  g_assert_cmpint (g_chmod (cache, 0777), ==, 0);
  test_give_up_rights ();
  dataset = ds_dataset_open (path, &options, cache, NULL, NULL, NULL, &error);
  test_take_back_rights ();

  if (row->code == USABLE)
    {
      g_assert_no_error (error);
      g_assert_cmpint (ds_dataset_get_n_items (dataset), >=, 2);
      g_assert_true (has_warning (dataset, row->cause, row->names));
      g_assert_cmpint (test_count_entries (cache), ==, 2);
    }
  else
    {
      g_assert_null (dataset);
      assert_error (error, row);
      g_assert_cmpint (test_count_entries (cache), ==, 1);
    }

  /* The path is what it was, and the other data set is not touched. */
  g_assert_true (row->make == make_nothing || g_file_test (path, G_FILE_TEST_EXISTS));
  open_bystander (folder, cache);
  g_assert_cmpint (test_count_entries (cache), ==, row->code == USABLE ? 2 : 1);
  test_folder_free (folder);
}

/* Every image damaged: the first one's damage is the message. */
static void
test_all_damaged (void)
{
  g_autoptr (TestFiles) files = test_files_new ();
  g_autoptr (GBytes) png = test_png (1, 4, 4, 0);
  char *folder = test_folder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  DsDataset *dataset;

  test_files_add (files, "a/1.png", g_bytes_new_from_bytes (png, 0, 40));
  test_files_add (files, "b/2.png", g_bytes_new_from_bytes (png, 0, 50));
  path = test_files_pack (files, TEST_FOLDER, folder);
  dataset = ds_dataset_open (path, NULL, folder, NULL, NULL, NULL, &error);
  g_assert_null (dataset);
  g_assert_error (error, DS_ERROR, DS_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "a/1.png"));
  g_assert_nonnull (strstr (error->message, "cut off"));
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/bad-data/", rows[i].name, NULL);

      g_strdelimit (path + strlen ("/bad-data/"), "/ ", '-');
      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/bad-data/all-damaged", test_all_damaged);
  return g_test_run ();
}
