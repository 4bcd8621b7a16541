/* test-safetensors.c: tensors survive a file, the reference library agrees, and lies are refused
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/safetensors.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* What tests/data/reference.safetensors holds, which safetensors 0.8.0 for
 * Python wrote with the metadata format=pt. */
static const gint64 steps = 7;
static const double bias[] = { 0.1, 0.2 };
static const guint32 weight[] = {
  0x3fc00000, 0xc0100000, 0x3b449ba6,   /* 1.5, -2.25, 0.003 */
  0x7fc00000, 0x7f800000, 0x80000000,   /* not a number, infinity, -0 */
};
static const float layer[] = { 2 };
static const gint32 labels[] = { 1, -2, 3 };
static const guint16 brain[] = { 0x3fc0, 0xff62 };      /* 1.5, -3e38 */
static const guint16 half[] = { 0x3e00, 0xfbff };       /* 1.5, -65504 */
static const gint16 small[] = { -300 };
static const gint8 tiny[] = { -128 };
static const guint8 bytes[] = { 0, 255, 7 };
static const guint8 mask[] = { 1, 0, 1 };

static const NnSafetensor reference[] = {
  { "weight", NN_FLOAT32, { 2, { 2, 3 } }, weight },
  { "bias", NN_FLOAT64, { 1, { 2 } }, bias },
  { "half", NN_FLOAT16, { 1, { 2 } }, half },
  { "brain", NN_BFLOAT16, { 1, { 2 } }, brain },
  { "steps", NN_INT64, { 0 }, &steps },
  { "labels", NN_INT32, { 1, { 3 } }, labels },
  { "short", NN_INT16, { 1, { 1 } }, small },
  { "bytes", NN_UINT8, { 1, { 3 } }, bytes },
  { "tiny", NN_INT8, { 1, { 1 } }, tiny },
  { "mask", NN_BOOL, { 1, { 3 } }, mask },
  { "empty", NN_FLOAT32, { 2, { 0, 4 } }, NULL },
  { "层.权重", NN_FLOAT32, { 1, { 1 } }, layer },
};

static const char *const metadata[] = { "format", "pt", NULL };

static gsize
get_bytes (const NnSafetensor *tensor)
{
  return (gsize) nn_shape_count (&tensor->shape) * nn_dtype_size (tensor->dtype);
}

/* (transfer full) */
static GBytes *
load_reference (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "reference.safetensors",
                                                 NULL);
  g_autoptr (GError) error = NULL;
  GBytes *file = nn_file_map (path, &error);

  g_assert_no_error (error);
  return file;
}

static void
assert_is_reference (NnSafetensors *file)
{
  g_assert_cmpuint (nn_safetensors_get_count (file), ==, G_N_ELEMENTS (reference));
  g_assert_cmpstr (nn_safetensors_get_metadata (file, "format"), ==, "pt");
  g_assert_null (nn_safetensors_get_metadata (file, "weight"));

  for (gsize i = 0; i < G_N_ELEMENTS (reference); i++)
    {
      const NnSafetensor *tensor = nn_safetensors_find (file, reference[i].name);

      g_assert_nonnull (tensor);
      g_assert_cmpint (tensor->dtype, ==, reference[i].dtype);
      g_assert_true (nn_shape_equal (&tensor->shape, &reference[i].shape));
      g_assert_cmpmem (tensor->data, get_bytes (tensor), reference[i].data, get_bytes (tensor));
    }
  g_assert_null (nn_safetensors_find (file, "__metadata__"));
  g_assert_null (nn_safetensors_find (file, "weigh"));
}

static void
test_reference (void)
{
  g_autoptr (GBytes) content = load_reference ();
  g_autoptr (GError) error = NULL;
  g_autoptr (NnSafetensors) file = nn_safetensors_parse (content, "reference", &error);

  g_assert_no_error (error);
  assert_is_reference (file);
  g_assert_cmpstr (nn_safetensors_get (file, 0)->name, ==, "steps");
  g_assert_cmpstr (nn_safetensors_get (file, 11)->name, ==, "mask");
}

/* A folder of its own, with @path in it.  (transfer full) */
static char *
make_folder (char **path)
{
  char *folder = g_dir_make_tmp ("epoch-safetensors-XXXXXX", NULL);

  *path = g_build_filename (folder, "x.safetensors", NULL);
  return folder;
}

static void
test_write (void)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = make_folder (&path);
  g_autoptr (GBytes) expected = load_reference ();
  g_autoptr (GBytes) written = NULL;
  g_autoptr (NnSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_safetensors_write (path, reference, G_N_ELEMENTS (reference), metadata,
                                       &error));
  g_assert_no_error (error);
  written = nn_file_map (path, &error);
  g_assert_true (g_bytes_equal (written, expected));

  file = nn_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_remove (path), ==, 0);
  assert_is_reference (file);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Nothing at all is a file, too. */
static void
test_no_tensors (void)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = make_folder (&path);
  g_autoptr (NnSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_safetensors_write (path, NULL, 0, NULL, &error));
  file = nn_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_safetensors_get_count (file), ==, 0);
  g_assert_null (nn_safetensors_find (file, ""));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What could not be read back leaves the old file alone. */
static void
test_unreadable_is_not_written (void)
{
  static const char *const no_text[] = { NULL };
  NnSafetensor twice[] = { reference[0], reference[1] };
  NnSafetensor reserved = reference[1];
  g_autofree char *path = NULL;
  g_autofree char *folder = make_folder (&path);
  g_autoptr (NnSafetensors) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_safetensors_write (path, reference, 1, no_text, &error));
  twice[1].name = twice[0].name;
  g_assert_false (nn_safetensors_write (path, twice, 2, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_clear_error (&error);
  reserved.name = "__metadata__";
  g_assert_false (nn_safetensors_write (path, &reserved, 1, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_clear_error (&error);

  file = nn_safetensors_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_safetensors_get_count (file), ==, 1);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A file with @header and @data_bytes zeros.  (transfer full) */
static GBytes *
make_file (const char *header,
           gsize       data_bytes)
{
  guint64 header_bytes = strlen (header);
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) &header_bytes, 8);
  g_byte_array_append (file, (const guint8 *) header, (guint) header_bytes);
  g_byte_array_set_size (file, (guint) (8 + header_bytes + data_bytes));
  memset (file->data + 8 + header_bytes, 0, data_bytes);

  return g_byte_array_free_to_bytes (file);
}

static void
test_view (void)
{
  static const char aligned[] =
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ";
  static const char crooked[] =
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}   ";

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) content = make_file (i == 0 ? aligned : crooked, 8);
      NnSafetensors *file = nn_safetensors_parse (content, "x", NULL);
      const NnSafetensor *entry = nn_safetensors_find (file, "x");
      g_autoptr (GError) error = NULL;
      NnTensor *tensor = nn_safetensors_view (file, entry, &error);
      const float *data = nn_tensor_get_data (tensor);
      gboolean is_copy = (const void *) data != entry->data;

      g_assert_no_error (error);
      g_assert_cmpint (is_copy, ==, i);
      nn_safetensors_unref (file);
      g_clear_pointer (&content, g_bytes_unref);
      g_assert_cmpint (nn_tensor_get_count (tensor), ==, 2);
      g_assert_cmpfloat (data[0] + data[1], ==, 0);
      nn_tensor_unref (tensor);
    }
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
}

#define ENTRY(dtype, shape, offsets) \
  "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

/* Headers in front of eight zeros, and what is said about them. */
static const struct
{
  const char *header;
  const char *message;          /* NULL: the file is good */
} hostile[] = {
  { "{\"x\":" ENTRY ("F32", "[2]", "[0,8]") "}", NULL },
  { "{\"x\":" ENTRY ("F32", "[2]", "[0,8]") "}      ", NULL },
  { "{\"a\":" ENTRY ("F32", "[1]", "[4,8]") ",\"b\":" ENTRY ("F32", "[]", "[0,4]") "}", NULL },
  { "{\"a\":" ENTRY ("F64", "[0]", "[8,8]") ",\"b\":" ENTRY ("F64", "[]", "[0,8]") "}", NULL },
  { "{\"a\":" ENTRY ("F64", "[1]", "[0,8]") ",\"b\":" ENTRY ("F64", "[0]", "[0,0]") "}", NULL },
  { "", "does not start like" },
  { " {}", "does not start like" },
  { "[]", "does not start like" },
  { "\xef\xbb\xbf{}", "does not start like" },
  { "{}", "has 8 bytes of data, and its tensors have 0" },
  { "{", "expected a key" },
  { "{}{}", "expected the end" },
  { "{\"x\":\"\xff\"}", "is not UTF-8" },
  { "{\"x\":1}", "“x” is 1 and must be an object" },
  { "{\"x\":{}}", "“x” has no “dtype”" },
  { "{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}", "has no “data_offsets”" },
  { "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "has no “shape”" },
  { "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":1}}",
    "may only have" },
  { "{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    "the key “dtype” twice" },
  { "{\"x\":" ENTRY ("F32", "[1]", "[0,4]") ",\"x\":" ENTRY ("F32", "[1]", "[4,8]") "}",
    "the key “x” twice" },
  { "{\"x\":" ENTRY ("U64", "[1]", "[0,8]") "}", "type “U64” cannot be read" },
  { "{\"x\":" ENTRY ("f32", "[2]", "[0,8]") "}", "type “f32” cannot be read" },
  { "{\"x\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", "is 32 and must be a text" },
  { "{\"x\":" ENTRY ("F32", "2", "[0,8]") "}", "“x.shape” is 2 and must be a list" },
  { "{\"x\":" ENTRY ("F32", "[2.0]", "[0,8]") "}", "“x.shape[0]” is 2.0 and must be a whole" },
  { "{\"x\":" ENTRY ("F32", "[-2]", "[0,8]") "}", "“x.shape[0]” is -2" },
  { "{\"x\":" ENTRY ("F32", "[18446744073709551615]", "[0,8]") "}", "“x.shape[0]” is 184467" },
  { "{\"x\":" ENTRY ("F32", "[4294967296,4294967296]", "[0,8]") "}", "more elements" },
  { "{\"x\":" ENTRY ("F32", "[4611686018427387904]", "[0,8]") "}", "more elements" },
  { "{\"x\":" ENTRY ("U8", "[1,1,1,1,1,1,1,1,8]", "[0,8]") "}", "has 9 axes" },
  { "{\"x\":" ENTRY ("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,8]", "[0,8]") "}", "has 17 axes" },
  { "{\"x\":" ENTRY ("F32", "[2]", "8") "}", "must be a list" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[]") "}", "must be two numbers" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[0,8,8]") "}", "must be two numbers" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[0,9]") "}", "is 9 and must be a whole number from 0 to 8" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[-1,7]") "}", "is -1" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[8,0]") "}", "lies from 8 to 0" },
  { "{\"x\":" ENTRY ("F32", "[1]", "[0,8]") "}", "need 4 bytes, and it lies from 0 to 8" },
  { "{\"x\":" ENTRY ("F32", "[2]", "[0,18446744073709551615]") "}", "is 18446744073709551615" },
  { "{\"x\":" ENTRY ("F32", "[1]", "[0,4]") "}", "8 bytes of data, and its tensors have 4" },
  { "{\"x\":" ENTRY ("F32", "[1]", "[4,8]") "}", "starts at byte 4 of the data, where byte 0" },
  { "{\"a\":" ENTRY ("F32", "[2]", "[0,8]") ",\"b\":" ENTRY ("F32", "[1]", "[4,8]") "}",
    "tensor “b”: It starts at byte 4 of the data, where byte 8" },
  { "{\"a\":" ENTRY ("F32", "[2]", "[0,8]") ",\"b\":" ENTRY ("F32", "[2]", "[0,8]") "}",
    "starts at byte 0 of the data, where byte 8" },
  { "{\"a\":" ENTRY ("U8", "[3]", "[0,3]") ",\"b\":" ENTRY ("U8", "[4]", "[4,8]") "}",
    "starts at byte 4 of the data, where byte 3" },
  { "{\"a\":" ENTRY ("F64", "[0]", "[4,4]") ",\"b\":" ENTRY ("F64", "[]", "[0,8]") "}",
    "starts at byte 4 of the data, where byte 8" },
  { "{\"__metadata__\":1,\"x\":" ENTRY ("F32", "[2]", "[0,8]") "}", "must be an object" },
  { "{\"__metadata__\":{\"a\":1},\"x\":" ENTRY ("F32", "[2]", "[0,8]") "}", "must be a text" },
  { "{\"__metadata__\":{\"a\":\"1\"},\"x\":" ENTRY ("F32", "[2]", "[0,8]") "}", NULL },
};

static void
test_hostile (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GBytes) content = make_file (hostile[i].header, 8);
      g_autoptr (GError) error = NULL;
      g_autoptr (NnSafetensors) file = nn_safetensors_parse (content, "bad.file", &error);

      if (hostile[i].message == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (file);
          continue;
        }
      g_assert_null (file);
      g_assert_true (error->domain == NN_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "bad.file"));
      if (strstr (error->message, hostile[i].message) == NULL)
        g_error ("“%s”: “%s” does not say “%s”",
                 hostile[i].header, error->message, hostile[i].message);
    }
}

static void
test_lengths (void)
{
  static const struct
  {
    guint64 length;
    gsize   size;
  } rows[] = {
    { 2, 0 }, { 2, 1 }, { 2, 7 }, { 2, 8 }, { 2, 9 },
    { 3, 10 }, { G_MAXUINT64, 10 }, { G_MAXUINT64 - 7, 10 }, { 100000001, 10 }, { 0, 10 }, { 0, 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 file[10] = "........{}";
      g_autoptr (GBytes) content = NULL;
      g_autoptr (GError) error = NULL;

      memcpy (file, &rows[i].length, 8);
      content = g_bytes_new (file, rows[i].size);
      g_assert_null (nn_safetensors_parse (content, "bad.file", &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
    }
}

static void
test_too_many_tensors (void)
{
  GString *header = g_string_new ("{");
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i <= 100000; i++)
    g_string_append_printf (header, "%s\"%d\":" ENTRY ("U8", "[0]", "[0,0]"), i > 0 ? "," : "", i);
  g_string_append_c (header, '}');
  content = make_file (header->str, 0);
  g_assert_null (nn_safetensors_parse (content, "bad.file", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "100000 tensors"));
  g_string_free (header, TRUE);
}

/* Reads every number of @file, so that a sanitizer sees a wrong address. */
static guint
sum_up (NnSafetensors *file)
{
  guint sum = 0;

  for (gsize i = 0; i < nn_safetensors_get_count (file); i++)
    {
      const NnSafetensor *tensor = nn_safetensors_get (file, i);
      const guint8 *data = tensor->data;

      g_assert_true (nn_safetensors_find (file, tensor->name) == tensor);
      for (gsize k = 0; k < get_bytes (tensor); k++)
        sum += data[k];
    }

  return sum;
}

static void
test_truncated (void)
{
  g_autoptr (GBytes) content = load_reference ();
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);

  for (gsize length = 0; length < size; length++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, length);

      g_assert_null (nn_safetensors_parse (part, "bad.file", NULL));
    }
}

static void
test_changed_bytes (void)
{
  g_autoptr (GBytes) content = load_reference ();
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);
  gsize header_end = 8 + 0x2e8;
  guint n_good = 0;
  guint sum = 0;

  for (gsize i = 0; i < size; i++)
    for (int byte = 0; byte < 256; byte++)
      {
        g_autofree guint8 *changed = g_memdup2 (data, size);
        g_autoptr (GBytes) bad = NULL;
        g_autoptr (NnSafetensors) file = NULL;

        if (byte == data[i])
          continue;
        changed[i] = (guint8) byte;
        bad = g_bytes_new_take (g_steal_pointer (&changed), size);
        file = nn_safetensors_parse (bad, "bad.file", NULL);
        if (file != NULL)
          {
            n_good++;
            sum += sum_up (file);
          }
        g_assert_true (file != NULL || i < header_end);
      }

  /* All numbers are allowed, and in the header little else than names can be
   * changed unnoticed. */
  g_assert_cmpuint (n_good, >, (size - header_end) * 255);
  g_assert_cmpuint (n_good, <, (size - header_end) * 255 + 100 * 255);
  g_assert_cmpuint (sum, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/reference", test_reference);
  g_test_add_func ("/safetensors/write", test_write);
  g_test_add_func ("/safetensors/no-tensors", test_no_tensors);
  g_test_add_func ("/safetensors/unreadable", test_unreadable_is_not_written);
  g_test_add_func ("/safetensors/view", test_view);
  g_test_add_func ("/safetensors/hostile", test_hostile);
  g_test_add_func ("/safetensors/lengths", test_lengths);
  g_test_add_func ("/safetensors/too-many-tensors", test_too_many_tensors);
  g_test_add_func ("/safetensors/truncated", test_truncated);
  g_test_add_func ("/safetensors/changed-bytes", test_changed_bytes);
  return g_test_run ();
}
