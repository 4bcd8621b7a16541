/* test-bad-texts.c: what is wrong with texts, tables, arrays and masks is said
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/dataset.h"
#include "datasets/error.h"
#include "tests/data-samples.h"

#include <string.h>

/* Each row makes a folder with up to four files and opens it.  Either opening
 * fails, with this code, or the rest of the data is usable and the cause is a
 * warning. */

#define USABLE (-1)

/* What is not text: made by name. */
#define IMAGE       "an image of 32×32"
#define SMALL_IMAGE "an image of 8×8"
#define MASK        "a mask of 32×32"
#define COLOUR_MASK "a mask in colour"
#define EMPTY_MASK  "a mask of one class"
#define CUT_MASK    "half a mask"
#define CUT_IMAGE   "half an image"

typedef struct
{
  const char *name;
  const char *text;
} File;

typedef struct
{
  const char *name;
  File        files[4];
  int         code;             /* DsErrorCode, or USABLE */
  const char *cause;            /* what the message must say … */
  const char *names;            /* … and the file it must name */
  DsOptions   options;
} Row;

#define NPY(header) "\x93NUMPY\x01|" header
#define ROWS4       "a,b\n1,p\n2,q\n3,p\n4,q\n"

static const Row rows[] = {
  /* Lines and folders of texts */
  { "one file of lines", { { "pos.txt", "a\nb\n" } }, DS_ERROR_UNSUPPORTED, "no data set", "/set" },
  { "empty lines", { { "pos.txt", "\n\n" }, { "neg.txt", " \n" } },
    DS_ERROR_FORMAT, "0 lines that are not empty", "/set" },
  { "one folder of texts", { { "train/pos/1.txt", "a" }, { "test/pos/1.txt", "b" } },
    DS_ERROR_FORMAT, "one class only, “pos”", "/set" },
  { "text without words", { { "neg/1.txt", " \n " }, { "neg/2.txt", "a" }, { "pos/1.txt", "b" },
                            { "pos/2.txt", "c" } },
    USABLE, "has no words in it", "neg/1.txt" },
  { "stray file", { { "neg/1.txt", "a" }, { "neg/2.pdf", "b" }, { "pos/1.txt", "b" } },
    USABLE, "no text that ends with “.txt”", "neg/2.pdf" },
  { "binary among texts", { { "neg/1.txt", "a" }, { "neg/2.txt", "\x01\x02\x03\x04" },
                            { "pos/1.txt", "b" } },
    USABLE, "1 file is no text", "neg/2.txt" },
  { "foreign texts", { { "neg/1.txt", "caf\xe9" }, { "pos/1.txt", "b" } },
    USABLE, "1 of 2 texts is not UTF-8", "" },
  { "chosen lines", { { "a.bin", "\x01\x02" }, { "b.bin", "\x03" } },
    DS_ERROR_FORMAT, "0 files of text", "/set", { .format = "text-lines" } },
  { "chosen folder", { { "a/1.bin", "\x01\x02" } },
    DS_ERROR_FORMAT, "holds no text file", "/set", { .format = "text-folder" } },

  /* Tables */
  { "one column", { { "a.csv", "x\n1\n2\n" } }, DS_ERROR_FORMAT, "one column only", "a.csv" },
  { "no rows", { { "a.csv", "x,label\n" } }, DS_ERROR_FORMAT, "has no rows", "/set" },
  { "open quote", { { "a.csv", "x,y\n1,\"a\n2,b\n" } },
    DS_ERROR_FORMAT, "ends inside a cell in quotes", "a.csv" },
  { "ragged row", { { "a.csv", ROWS4 "5\n6,p,q\n" } },
    USABLE, "Line 6 of", "has 1 cells instead of 2" },
  { "missing number", { { "a.csv", ROWS4 ",p\n" } },
    USABLE, "no number in the column “a”", "Line 6" },
  { "missing answer", { { "a.csv", ROWS4 "5,\n" } },
    USABLE, "no answer in the column “b”", "Line 6" },
  { "unlike tables", { { "a.csv", ROWS4 }, { "b.csv", "a,b,c\n1,2,p\n" } },
    DS_ERROR_FORMAT, "has 3 columns, but the files beside it have 2", "b.csv" },
  { "no such column", { { "a.csv", ROWS4 } },
    DS_ERROR_UNSUPPORTED, "has no column “z”", "/set", { .answer = "z" } },
  { "one answer", { { "a.csv", "a,label\n1,p\n2,p\n" } },
    DS_ERROR_FORMAT, "1 different values", "“label”" },
  { "words only", { { "a.csv", "a,b,label\nu,v,p\nw,x,q\nu,x,q\nu,v,p\n" } },
    DS_ERROR_FORMAT, "no column of numbers or texts", "“label”" },
  { "unused column", { { "a.csv", "a,b,label\n1,v,p\n2,w,q\n3,v,q\n" } },
    USABLE, "“b” has words and is not used", "" },
  { "infinite", { { "a.csv", ROWS4 "inf,p\n1e999,q\n" } }, DS_ERROR_FORMAT, "no column of numbers",
    "“b”" },
  { "no objects", { { "a.jsonl", "{\"a\": [1]}\n" } },
    DS_ERROR_FORMAT, "no line that is a JSON object", "a.jsonl" },
  { "nested object", { { "a.jsonl", "{\"a\": 1, \"y\": 0}\n{\"a\": 2, \"y\": 1}\n"
                                    "{\"a\": {\"b\": 1}, \"y\": 0}\n" } },
    USABLE, "Line 3 of", "no JSON object" },
  { "missing member", { { "a.jsonl", "{\"a\": 1, \"y\": 0}\n{\"a\": 2, \"y\": 1}\n{\"a\": 3}\n" } },
    USABLE, "Line 3 of", "a.jsonl" },
  { "foreign table", { { "a.csv", "a,label\n1,caf\xe9\n2,b\n3,b\n4,caf\xe9\n" } },
    USABLE, "2 cells are not UTF-8", "" },
  { "no text", { { "a.csv", "text,label\n,p\na long text here,q\nanother text,p\nyes it is,q\n" } },
    USABLE, "no text in the column “text”", "Line 2" },

  /* Arrays */
  { "objects", { { "x.npy", NPY ("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }") } },
    DS_ERROR_UNSUPPORTED, "elements of type “|O”", "x.npy" },
  { "records", { { "x.npy", NPY ("{'descr': [('a', '<f4')], 'fortran_order': False, "
                                 "'shape': (2,), }") } },
    DS_ERROR_FORMAT, "not as NumPy writes it", "x.npy" },
  { "too short", { { "x.npy", NPY ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }") } },
    DS_ERROR_FORMAT, "0 bytes of numbers, but its header says 8", "x.npy" },
  { "huge array", { { "x.npy", NPY ("{'descr': '<f8', 'fortran_order': False, "
                                    "'shape': (4611686018427387904, 9), }") } },
    DS_ERROR_LIMIT, "too large to address", "x.npy" },
  { "negative", { { "x.npy", NPY ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }") } },
    DS_ERROR_FORMAT, "not as NumPy writes it", "x.npy" },
  { "scalar", { { "x.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (), }") "a" } },
    DS_ERROR_FORMAT, "a single number", "x.npy" },
  { "no samples", { { "y.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }")
                               "\x01" } },
    DS_ERROR_FORMAT, "no samples for them", "y.npy" },
  { "two sets",
    { { "a.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }") "a" },
      { "b.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }") "b" } },
    DS_ERROR_FORMAT, "two arrays that could be the samples", "b.npy" },
  { "unlike lengths",
    { { "x.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }") "ab" },
      { "y.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }") "a" } },
    DS_ERROR_FORMAT, "2 samples, but “y.npy” has 1 answers", "x.npy" },
  { "negative class",
    { { "x.npy", NPY ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }") "ab" },
      { "y.npy", NPY ("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }") "\x01\xf0" } },
    DS_ERROR_FORMAT, "the class -16", "y.npy" },
  { "version", { { "x.npy", "\x93NUMPY\x09|{}" } }, DS_ERROR_UNSUPPORTED, "version 9.0", "x.npy" },

  /* Masks */
  { "mask in colour", { { "images/1.png", IMAGE }, { "masks/1.png", COLOUR_MASK } },
    DS_ERROR_FORMAT, "is in full colour", "masks/1.png" },
  { "mask of one class", { { "images/1.png", IMAGE }, { "masks/1.png", EMPTY_MASK } },
    DS_ERROR_FORMAT, "pixels of 1 classes", "/set" },
  { "mask cut off", { { "images/1.png", IMAGE }, { "masks/1.png", CUT_MASK },
                      { "images/2.png", IMAGE }, { "masks/2.png", MASK } },
    USABLE, "it is cut off", "masks/1.png" },
  { "image cut off", { { "images/1.png", CUT_IMAGE }, { "masks/1.png", MASK } },
    DS_ERROR_FORMAT, "cut off", "images/1.png" },
  { "mask of another size", { { "images/1.png", SMALL_IMAGE }, { "masks/1.png", MASK } },
    DS_ERROR_FORMAT, "has 32×32 pixels, but its image has 8×8", "masks/1.png" },
  { "no pairs", { { "images/1.png", IMAGE } },
    DS_ERROR_FORMAT, "holds no image in a folder “images”", "/set", { .format = "image-mask" } },
};

static GBytes *
half_of (GBytes *bytes)
{
  g_autoptr (GBytes) whole = bytes;

  return g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
}

/* A header of NumPy has its length where the bar stands, and then a zero. */
static GBytes *
make_npy (const char *text)
{
  gsize length = strcspn (text + 8, "}") + 1;
  GByteArray *bytes = g_byte_array_new ();
  guint8 head[4] = { 0, (guint8) length, (guint8) (length >> 8) };

  g_byte_array_append (bytes, (const guint8 *) text, 7);
  g_byte_array_append (bytes, head, 3);
  g_byte_array_append (bytes, (const guint8 *) text + 8, strlen (text + 8));
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
make_file (const char *text)
{
  static const guint8 ids[] = { 0, 1 };

  if (strcmp (text, IMAGE) == 0)
    return test_png (3, 32, 32, 0);
  if (strcmp (text, SMALL_IMAGE) == 0)
    return test_png (3, 8, 8, 0);
  if (strcmp (text, MASK) == 0)
    return test_png_ids (TRUE, 32, 32, ids, 2);
  if (strcmp (text, COLOUR_MASK) == 0)
    return test_png (3, 32, 32, 0);
  if (strcmp (text, EMPTY_MASK) == 0)
    return test_png_ids (TRUE, 32, 32, ids, 1);
  if (strcmp (text, CUT_MASK) == 0)
    return half_of (test_png_ids (TRUE, 32, 32, ids, 2));
  if (strcmp (text, CUT_IMAGE) == 0)
    return half_of (test_png (3, 32, 32, 0));
  if (g_str_has_prefix (text, "\x93NUMPY"))
    return make_npy (text);
  return test_text (text);
}

static gboolean
has_warning (DsDataset *dataset,
             const Row *row)
{
  const char * const *warnings = ds_dataset_get_warnings (dataset);

  for (int i = 0; warnings[i] != NULL; i++)
    if (strstr (warnings[i], row->cause) != NULL && strstr (warnings[i], row->names) != NULL)
      return TRUE;

  for (int i = 0; warnings[i] != NULL; i++)
    g_test_message ("%s", warnings[i]);
  return FALSE;
}

static void
test_row (const void *data)
{
  const Row *row = data;
  char *folder = test_folder_new ();
  g_autofree char *cache = test_path (folder, "cache");
  g_autoptr (TestFiles) files = test_files_new ();
  g_autofree char *path = NULL;
  g_autoptr (DsDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (row->files) && row->files[i].name != NULL; i++)
    test_files_add (files, row->files[i].name, make_file (row->files[i].text));
  path = test_files_pack (files, TEST_FOLDER, folder);
  dataset = ds_dataset_open (path, &row->options, cache, NULL, NULL, NULL, &error);

  if (row->code == USABLE)
    {
      g_assert_no_error (error);
      g_assert_cmpint (ds_dataset_get_n_items (dataset), >=, 1);
      g_assert_true (has_warning (dataset, row));
    }
  else
    {
      g_assert_null (dataset);
      g_test_message ("%s", error->message);
      g_assert_error (error, DS_ERROR, row->code);
      g_assert_nonnull (strstr (error->message, row->cause));
      g_assert_nonnull (strstr (error->message, row->names));
      g_assert_cmpint (test_count_entries (cache), ==, 0);
    }
  test_folder_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/bad-texts/", rows[i].name, NULL);

      g_strdelimit (path + strlen ("/bad-texts/"), " ", '-');
      g_test_add_data_func (path, &rows[i], test_row);
    }
  return g_test_run ();
}
