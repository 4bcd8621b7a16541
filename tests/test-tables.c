/* test-tables.c: tables, and every piece of what is parsed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/error.h"
#include "datasets/formats/npy-file.h"
#include "datasets/formats/table-file.h"
#include "datasets/text.h"
#include "tests/data-samples.h"

#include <string.h>

typedef struct
{
  char *folder;
  char *cache;
} Fixture;

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->folder = test_folder_new ();
  fixture->cache = test_path (fixture->folder, "cache");
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  g_free (fixture->cache);
  test_folder_free (fixture->folder);
}

/* (transfer full) of @files */
static DsDataset *
open_files (Fixture   *fixture,
            TestFiles *files)
{
  g_autofree char *path = test_files_pack (files, TEST_FOLDER, fixture->folder);
  g_autoptr (GError) error = NULL;
  DsDataset *dataset = ds_dataset_open (path, NULL, fixture->cache, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  test_files_free (files);
  return dataset;
}

static void
assert_text (DsDataset  *dataset,
             guint32     index,
             const char *expected)
{
  g_autofree char *text = ds_dataset_dup_text (dataset, index);

  g_assert_cmpstr (text, ==, expected);
}

/* ---- Tables ---- */

static void
test_tables (Fixture    *fixture,
             const void *data)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *answer;         /* the option */
    DsFieldKind item;
    DsFieldKind kind;           /* of the answer */
    const char *classes;
  } tables[] = {
    { "a.csv", "x,y\n1,a\n2,b\n", NULL, DS_FIELD_NUMBERS, DS_FIELD_CLASS, "a,b" },
    { "a.csv", "label,x\n10,1\n9,2\n10,3\n9,4\n", NULL, DS_FIELD_NUMBERS, DS_FIELD_CLASS, "9,10" },
    { "a.csv", "u,v\n1,0.5\n2,0.25\n", NULL, DS_FIELD_NUMBERS, DS_FIELD_NUMBERS, "" },
    { "a.csv", "u,v\n1,7\n2,8\n", "u", DS_FIELD_NUMBERS, DS_FIELD_CLASS, "1,2" },
    { "a.csv", "1;2;c\n3;4;d\n", NULL, DS_FIELD_NUMBERS, DS_FIELD_CLASS, "c,d" },
    { "a.csv", "id,text,label\n1,\"a, \"\"b\"\"\nlong text\",p\n2,another long text,n\n"
      "3,and one more text,n\n4,the last long text,p\n", NULL, DS_FIELD_TEXT, DS_FIELD_CLASS,
      "n,p" },
    { "a.tsv", "source\ttarget\n123\t321\n12\t21\n", NULL, DS_FIELD_TEXT, DS_FIELD_TEXT, "" },
    { "a.jsonl", "{\"x\": 1e1, \"y\": true}\n\n{\"y\": false, \"x\": -2.5}\n", NULL,
      DS_FIELD_NUMBERS, DS_FIELD_CLASS, "false,true" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (TestFiles) files = test_files_new ();
      g_autofree char *path = NULL;
      g_autoptr (DsDataset) dataset = NULL;
      g_autoptr (GString) classes = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      DsOptions options = { .answer = tables[i].answer };

      test_files_add (files, tables[i].name, test_text (tables[i].text));
      path = test_files_pack (files, TEST_ZIP, fixture->folder);
      dataset = ds_dataset_open (path, &options, fixture->cache, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      for (guint c = 0; c < ds_dataset_get_n_classes (dataset); c++)
        g_string_append_printf (classes, "%s%s", c > 0 ? "," : "",
                                ds_dataset_get_class_name (dataset, c));
      g_assert_cmpint (ds_dataset_get_item (dataset)->kind, ==, tables[i].item);
      g_assert_cmpint (ds_dataset_get_answer (dataset)->kind, ==, tables[i].kind);
      g_assert_cmpstr (classes->str, ==, tables[i].classes);
      if (tables[i].item == DS_FIELD_TEXT && tables[i].kind == DS_FIELD_CLASS)
        assert_text (dataset, 0, "a, \"b\"\nlong text");
    }
}

/* Parts by the names of the files. */
static void
test_table_parts (Fixture    *fixture,
                  const void *data)
{
  TestFiles *files = test_files_new ();
  g_autoptr (DsDataset) dataset = NULL;

  test_files_add (files, "test.csv", test_text ("x,label\n1,a\n"));
  test_files_add (files, "train.csv", test_text ("x,label\n2,a\n3,b\n"));
  dataset = open_files (fixture, files);
  g_assert_cmpint (ds_dataset_get_part (dataset, 0), ==, DS_PART_TEST);
  g_assert_cmpint (ds_dataset_get_part (dataset, 2), ==, DS_PART_TRAIN);
  g_assert_cmpint (ds_dataset_get_label (dataset, 2), ==, 1);
}

/* ---- Every piece of a sample, and every changed byte ---- */

typedef void (*Parse) (const char *bytes,
                       gsize       size);

static void
parse_npy (const char *bytes,
           gsize       size)
{
  g_autoptr (GError) error = NULL;
  DsNpyHead head;
  gboolean ok = ds_npy_parse ((const guint8 *) bytes, size, "x.npy", &head, &error);

  g_assert_true (ok == (error == NULL));
  g_assert_true (!ok || head.header_bytes <= size);
}

static void
parse_table (const char *bytes,
             gsize       size)
{
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  g_auto (DsTable) table = { NULL };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  ds_table_init (&table, warnings);
  ok = ds_table_add_separated (&table, bytes, size, "a.csv", DS_PART_TRAIN, &error);
  g_assert_true (ok == (error == NULL));
  g_assert_cmpuint (table.cells->len, ==, table.rows->len * table.names->len);
}

static void
parse_json (const char *bytes,
            gsize       size)
{
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  g_auto (DsTable) table = { NULL };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  ds_table_init (&table, warnings);
  ok = ds_table_add_json_lines (&table, bytes, size, "a.jsonl", DS_PART_TRAIN, &error);
  g_assert_true (ok == (error == NULL));
  g_assert_cmpuint (table.cells->len, ==, table.rows->len * table.names->len);
}

static void
parse_words (const char *bytes,
             gsize       size)
{
  gboolean foreign;
  g_autofree char *text = ds_text_decode (bytes, size, &foreign);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_auto (DsPieces) pieces = { NULL };

      ds_pieces_init (&pieces);
      ds_tokenizer_nth (i)->split (NULL, text, &pieces);
      for (guint k = 0; k < pieces.list->len; k++)
        g_assert_cmpuint (ds_pieces_get (&pieces, k)->end, <=, strlen (text));
    }
}

static void
damage (Parse       parse,
        const char *bytes,
        gsize       size)
{
  for (gsize i = 0; i <= size; i++)
    {
      g_autofree char *piece = g_memdup2 (bytes, i);

      parse (piece, i);
    }
  for (gsize i = 0; i < size; i++)
    for (int bit = 0; bit < 8; bit++)
      {
        g_autofree char *changed = g_memdup2 (bytes, size);

        changed[i] ^= (char) (1 << bit);
        parse (changed, size);
      }
}

static void
test_damage (Fixture    *fixture,
             const void *data)
{
  static const char table[] = "name,\"a \"\"b\"\"\",label\nx,1.5,p\ny,,n\n\"z\nz\",2,p\n";
  static const char json[] = "{\"a\": \"\\u00e9\\ud83d\\ude00\\n\", \"b\": -1.5e3, \"c\": null}\n";
  static const char words[] = "It's “caf\xe9”, 世界! <br /> \xf0\x9f\x98\x80.";
  g_autoptr (GBytes) npy =
    test_npy ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }   \n", "", 0);
  gsize size;
  const char *bytes = g_bytes_get_data (npy, &size);

  damage (parse_npy, bytes, size);
  damage (parse_table, table, sizeof table - 1);
  damage (parse_json, json, sizeof json - 1);
  damage (parse_words, words, sizeof words - 1);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void      (*func) (Fixture *, const void *);
  } tests[] = {
    { "/tables/roles", test_tables },
    { "/tables/parts", test_table_parts },
    { "/tables/damage", test_damage },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
