/* test-bad-npz.c: what an array of NumPy, and an archive of them, may not do
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/npy.h"
#include "tests/format-support.h"

#include <string.h>
#include <zlib.h>

/* The bytes of an .npy file of version 1.0.  (transfer full) */
static GBytes *
make_npy (const char *header,
          gsize       data_bytes)
{
  gsize length = strlen (header);
  guint8 lengths[2] = { (guint8) length, (guint8) (length >> 8) };
  g_autoptr (GByteArray) file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) "\x93NUMPY\1\0", 8);
  g_byte_array_append (file, lengths, 2);
  g_byte_array_append (file, (const guint8 *) header, (guint) length);
  for (gsize i = 0; i < data_bytes; i++)
    g_byte_array_append (file, (const guint8 *) "\1", 1);

  return g_byte_array_free_to_bytes (g_steal_pointer (&file));
}

#define HEADER(descr, order, shape) \
  "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }\n"

/* In front of eight bytes. */
static const struct
{
  const char *header;
  const char *message;          /* NULL: the file is good */
} headers[] = {
  { HEADER ("'<f4'", "False", "(2,)"), NULL },
  { HEADER ("'<f4'", "True", "(1, 2)"), NULL },
  { HEADER ("'>f8'", "False", "()"), NULL },
  { HEADER ("'|b1'", "False", "(2L, 4L)"), NULL },
  { HEADER ("'=i2'", "False", "(2,2)"), NULL },
  { "{\"shape\":(8,),\"descr\":\"|u1\",\"fortran_order\":False}", NULL },
  { "", "cannot be understood at “”" },
  { "{}", "cannot be understood" },
  { "{'descr': '<f4', 'fortran_order': False}", "cannot be understood" },
  { HEADER ("'<f4'", "False", "(2,)") "x", "understood at “x”" },
  { "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False}", "understood at “'<f4'" },
  { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", "cannot be understood" },
  { "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}", "cannot be understood" },
  { "{'descr: '<f4', 'fortran_order': False, 'shape': (2,)}", "cannot be understood" },
  { "{descr: '<f4'}", "understood at “descr" },
  { "{'de\\x73cr': '<f4'}", "cannot be understood" },
  { HEADER ("'<f4'", "false", "(2,)"), "understood at “false" },
  { HEADER ("'<f4'", "0", "(2,)"), "understood at “0" },
  { HEADER ("'<f4'", "False", "(2)"), "understood at “), }" },
  { HEADER ("'<f4'", "False", "[2]"), "understood at “[2]" },
  { HEADER ("'<f4'", "False", "(-2,)"), "understood at “-2" },
  { HEADER ("'<f4'", "False", "(2.0,)"), "cannot be understood" },
  { HEADER ("'<f4'", "False", "(2 2)"), "cannot be understood" },
  { HEADER ("'<f4'", "False", "(2,"), "cannot be understood" },
  { HEADER ("'<f4'", "False", "(__import__('os'),)"), "cannot be understood" },
  { HEADER ("'<f4'", "False", "(99999999999999999999,)"), "cannot be understood" },
  { HEADER ("'<f4'", "False", "(4294967296, 4294967296)"), "more elements" },
  { HEADER ("'<f4'", "False", "(0, 4294967296, 4294967296)"), "more elements" },
  { HEADER ("'<f4'", "False", "(3,)"), "need 12 bytes of numbers, and it has 8" },
  { HEADER ("'<f4'", "False", "(1,)"), "need 4 bytes" },
  { HEADER ("'<f4'", "False", "(0,)"), "need 0 bytes" },
  { HEADER ("'<f4'", "False", "(1,1,1,1,1,1,1,1,2)"), "It has 9 axes" },
  { HEADER ("'|O'", "False", "(1,)"), "type “|O”" },
  { HEADER ("'<f16'", "False", "(1,)"), "type “<f16”" },
  { HEADER ("'<c8'", "False", "(1,)"), "type “<c8”" },
  { HEADER ("'<U2'", "False", "(1,)"), "type “<U2”" },
  { HEADER ("'f4'", "False", "(2,)"), "type “f4”" },
  { HEADER ("''", "False", "(2,)"), "type “”" },
  { HEADER ("[('a', '<f4')]", "False", "(2,)"), "records of several values" },
  { HEADER ("('<f4', (2,))", "False", "(1,)"), "cannot be understood" },
  { "{'descr': '<f4', \xff\xfe", "cannot be understood" },
};

static void
test_headers (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GBytes) bytes = make_npy (headers[i].header, 8);

      test_format_refuses ("npy", bytes, &nn_limits_usual, headers[i].header, headers[i].message);
    }
}

/* What stands in front of the header. */
static void
test_starts (void)
{
  static const struct
  {
    const char *start;
    gsize       size;
    const char *message;
  } starts[] = {
    { "", 0, "does not start" },
    { "\x93NUMPY", 6, "does not start" },
    { "\x93NUMPY\1", 7, "does not start" },
    { "\x93NUMPX\1\0\2\0{}", 12, "does not start" },
    { "\x93NUMPY\4\0\2\0{}", 12, "does not start" },
    { "\x93NUMPY\0\0\2\0{}", 12, "does not start" },
    { "\x93NUMPY\1\1\2\0{}", 12, "does not start" },
    { "\x93NUMPY\1\0\3\0{}", 12, "says that it has 3 bytes" },
    { "\x93NUMPY\2\0\xff\xff\xff\xff{}", 14, "says that it has 4294967295 bytes" },
    { "\x93NUMPY\3\0\2\0\0\0{}", 14, "cannot be understood" },
  };
  g_autofree char *spaces = g_strnfill (10001, ' ');
  g_autoptr (GBytes) wordy = make_npy (spaces, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (starts[i].start, starts[i].size);
      g_autofree char *what = g_strdup_printf ("Start %zu", i);

      test_format_refuses ("npy", bytes, &nn_limits_usual, what, starts[i].message);
    }
  test_format_refuses ("npy", wordy, &nn_limits_usual, "Wordy", "has 10001 bytes");
}

/* Two arrays of two numbers, called a and b.  (transfer full) */
static GBytes *
make_npz (void)
{
  static const float numbers[] = { 1, 2 };
  const NnShape shape = NN_SHAPE (2);
  g_autoptr (GString) header = nn_npy_header (NN_FLOAT32, &shape);
  const NnZipPart parts[] = {
    { "a.npy", header->str, header->len, numbers, sizeof numbers },
    { "b.npy", header->str, header->len, numbers, sizeof numbers },
  };

  return test_zip (parts, G_N_ELEMENTS (parts));
}

/* The records of an archive, from its end, and where their fields are. */
typedef enum
{
  LOCAL,                        /* in front of the first entry */
  CENTRAL,                      /* of the first entry */
  CENTRAL_B,
  END,
} Record;

typedef struct
{
  Record  record;
  gsize   offset;
  int     n_bytes;              /* 0 ends the list */
  guint32 value;
} Patch;

static const struct
{
  Patch       patches[4];
  const char *message;
} damages[] = {
  { { { END, 0, 4, 0 } }, "does not end like a ZIP archive" },
  { { { END, 4, 2, 1 } }, "does not end like" },
  { { { END, 8, 2, 1 } }, "does not end like" },
  { { { END, 8, 4, 0x00030003 } }, "does not end like" },
  { { { END, 12, 4, 10 } }, "does not end like" },
  { { { END, 16, 4, G_MAXUINT32 } }, "does not end like" },
  { { { END, 20, 2, 1 } }, "does not end like" },
  { { { END, 8, 4, 0x00010001 } }, "directory is damaged" },
  { { { CENTRAL, 0, 4, 0 } }, "directory is damaged" },
  { { { CENTRAL, 8, 2, 1 } }, "“a.npy”: It is encrypted" },
  { { { CENTRAL, 10, 2, 12 } }, "method 12" },
  { { { CENTRAL, 10, 2, 8 } }, "not where the archive’s directory says" },
  { { { CENTRAL, 10, 2, 8 }, { LOCAL, 8, 2, 8 } }, "compressed bytes are damaged" },
  { { { CENTRAL, 10, 2, 8 }, { LOCAL, 8, 2, 8 }, { CENTRAL, 24, 4, 1 << 30 } },
    "cannot unpack from 136 to 1073741824 bytes" },
  { { { CENTRAL, 16, 4, 1 } }, "checksum is wrong" },
  { { { CENTRAL, 20, 4, 135 } }, "cannot unpack from 135 to 136" },
  { { { CENTRAL, 20, 4, 200 }, { CENTRAL, 24, 4, 200 } }, "begins inside the entry before it" },
  { { { CENTRAL, 20, 4, 9999 }, { CENTRAL, 24, 4, 9999 } }, "longer than the archive" },
  { { { CENTRAL, 24, 4, 0 } }, "cannot unpack" },
  { { { CENTRAL, 24, 4, G_MAXUINT32 } }, "cannot unpack" },
  { { { CENTRAL, 28, 2, 4 } }, "not where" },
  { { { CENTRAL, 28, 2, G_MAXUINT16 } }, "directory is damaged" },
  { { { CENTRAL, 30, 2, G_MAXUINT16 } }, "directory is damaged" },
  { { { CENTRAL, 32, 2, 1 } }, "directory is damaged" },
  { { { CENTRAL, 42, 4, 1 } }, "not where" },
  { { { CENTRAL, 42, 4, 1 << 20 } }, "outside of the archive" },
  { { { CENTRAL, 46, 1, 0xff } }, "directory is damaged" },
  { { { CENTRAL, 46, 1, 0 } }, "directory is damaged" },
  { { { CENTRAL, 46, 1, 'c' } }, "not where" },
  { { { CENTRAL_B, 46, 1, 'a' } }, "“a.npy”: It is there twice" },
  { { { CENTRAL, 50, 1, 'z' }, { LOCAL, 34, 1, 'z' } }, "“a.npz” is no array" },
  { { { LOCAL, 0, 4, 0 } }, "not where" },
  { { { LOCAL, 26, 2, 4 } }, "not where" },
  { { { LOCAL, 28, 2, G_MAXUINT16 } }, "longer than the archive" },
  { { { CENTRAL, 16, 4, 0 }, { LOCAL, 64 + 6, 1, 9 } }, "bad.file: a.npy: It does not start" },
};

/* Where @record begins in @data. */
static gsize
find_record (const guint8 *data,
             gsize         size,
             Record        record)
{
  gsize end = size - 22;
  guint32 central;

  memcpy (&central, data + end + 16, sizeof central);
  switch (record)
    {
    case CENTRAL:
      return central;
    case CENTRAL_B:
      return central + 46 + 5;
    case END:
      return end;
    case LOCAL:
    default:
      return 0;
    }
}

static void
test_damages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (GBytes) good = make_npz ();
      gsize size;
      guint8 *data = g_memdup2 (g_bytes_get_data (good, &size), g_bytes_get_size (good));
      g_autoptr (GBytes) bad = NULL;
      g_autofree char *what = g_strdup_printf ("Damage %zu", i);

      for (const Patch *patch = damages[i].patches; patch->n_bytes > 0; patch++)
        memcpy (data + find_record (g_bytes_get_data (good, NULL), size, patch->record)
                + patch->offset, &patch->value, (gsize) patch->n_bytes);
      bad = g_bytes_new_take (data, size);
      test_format_refuses ("npz", bad, &nn_limits_usual, what, damages[i].message);
    }
}

static void
test_limits (void)
{
  NnLimits few = nn_limits_usual;
  NnLimits small = nn_limits_usual;
  g_autoptr (GBytes) good = make_npz ();

  test_format_refuses ("npz", good, &nn_limits_usual, "Good", NULL);
  few.tensors = 1;
  test_format_refuses ("npz", good, &few, "Few", "It has 2 entries, and 1 are the most");
  small.bytes = 200;
  test_format_refuses ("npz", good, &small, "Small", "It unpacks to 272 bytes, and 200");
}

/* numpy.savez_compressed() writes this kind; @bytes is what the archive says that
 * the entry unpacks to.  (transfer full) */
static GBytes *
make_deflated (GBytes  *npy,
               guint32  bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (npy, &size);
  guint8 packed[4096];
  z_stream stream = {
    .next_in = (guint8 *) data, .avail_in = (uInt) size, .next_out = packed, .avail_out = 4096,
  };
  guint32 crc = (guint32) crc32 (0, data, (uInt) size);
  guint32 packed_bytes;
  NnZipPart part = { "a.npy", packed };
  g_autoptr (GBytes) stored = NULL;
  guint8 *archive;
  gsize central;

  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  packed_bytes = (guint32) stream.total_out;
  deflateEnd (&stream);

  part.head_bytes = packed_bytes;
  stored = test_zip (&part, 1);
  archive = g_memdup2 (g_bytes_get_data (stored, NULL), g_bytes_get_size (stored));
  central = find_record (archive, g_bytes_get_size (stored), CENTRAL);
  archive[8] = archive[central + 10] = 8;
  memcpy (archive + central + 16, &crc, 4);
  memcpy (archive + central + 24, &bytes, 4);

  return g_bytes_new_take (archive, g_bytes_get_size (stored));
}

static void
test_deflated (void)
{
  g_autoptr (GBytes) npy = make_npy (HEADER ("'|u1'", "False", "(100000,)"), 100000);
  guint32 size = (guint32) g_bytes_get_size (npy);
  g_autoptr (GBytes) good = make_deflated (npy, size);
  g_autoptr (GBytes) shorter = make_deflated (npy, size - 1);
  g_autoptr (GBytes) longer = make_deflated (npy, size + 1);
  g_autoptr (GBytes) much_longer = make_deflated (npy, 1 << 30);

  test_format_refuses ("npz", good, &nn_limits_usual, "Good", NULL);
  test_format_refuses ("npz", shorter, &nn_limits_usual, "Shorter", "compressed bytes");
  test_format_refuses ("npz", longer, &nn_limits_usual, "Longer", "compressed bytes");
  test_format_refuses ("npz", much_longer, &nn_limits_usual, "Much longer", "cannot unpack");
}

static void
test_changes (void)
{
  g_autoptr (GBytes) npz = make_npz ();
  g_autoptr (GBytes) npy = make_npy (HEADER ("'>i2'", "True", "(2, 2)"), 8);

  test_format_survives ("npz", npz);
  test_format_survives ("npy", npy);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-npz/headers", test_headers);
  g_test_add_func ("/bad-npz/starts", test_starts);
  g_test_add_func ("/bad-npz/damages", test_damages);
  g_test_add_func ("/bad-npz/limits", test_limits);
  g_test_add_func ("/bad-npz/deflated", test_deflated);
  g_test_add_func ("/bad-npz/changes", test_changes);
  return g_test_run ();
}
