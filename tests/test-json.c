/* test-json.c: what JSON is accepted, what is refused with which words, and what comes back
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/json-writer.h"
#include "engine/json.h"
#include "engine/random.h"

#include <math.h>
#include <string.h>

#define LIMIT 100000

static NnJson *
parse (const char  *text,
       GError     **error)
{
  return nn_json_parse (text, strlen (text), LIMIT, "test.json", error);
}

/* (transfer full) */
static char *
write_back (const NnJson *value,
            gboolean      pretty)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (pretty);

  nn_json_writer_add_json (writer, NULL, value);
  return nn_json_writer_finish (writer, NULL);
}

/* Texts and what the compact writer makes of them; NULL for the same again. */
static const struct
{
  const char *text;
  const char *again;
} valid[] = {
  { "null" },
  { "true" },
  { "false" },
  { "0" },
  { "-1" },
  { "42" },
  { "9223372036854775807" },
  { "-9223372036854775808" },
  { "9223372036854775808" },
  { "18446744073709551615" },
  { "0.5" },
  { "-0", "-0.0" },
  { "-0.0" },
  { "1.0" },
  { "1e0", "1.0" },
  { "1E+2", "100.0" },
  { "1e-2", "0.01" },
  { "0e5", "0.0" },
  { "0.1" },
  { "3.141592653589793" },
  { "0.30000000000000004" },
  { "1.7976931348623157e308", "1.7976931348623157e+308" },
  { "5e-324", "4.94065645841247e-324" },
  { "2.2250738585072014e-308" },
  { "1e-400", "0.0" },
  { "\"\"" },
  { "\"text\"" },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\u000d\\t\"" },
  { "\"\\u0041\\u00e9\\u4e2d\"", "\"Aé中\"" },
  { "\"\\ud83d\\ude00\"", "\"😀\"" },
  { "\"\\uD83D\\uDE00\"", "\"😀\"" },
  { "\"中文 é 😀\"" },
  { "\"\x7f\"" },
  { "[]" },
  { "[ ]", "[]" },
  { "{}" },
  { "{ }", "{}" },
  { "[1,2,3]" },
  { " [ 1 ,\t2 ,\r\n3 ] ", "[1,2,3]" },
  { "[[],[[]],{}]" },
  { "{\"\":0}" },
  { "{\"a\":1,\"b\":2}" },
  { "{\"b\":1,\"a\":{\"b\":[null,true,{\"b\":\"a\"}]}}" },
  { "{ \"a\" : [ 1 , { } ] }\n", "{\"a\":[1,{}]}" },
  { "{\"a\":{\"a\":{\"a\":1}}}" },
  { "{\"A\":1,\"a\":2}" },
};

static void
test_valid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (NnJson) json = parse (valid[i].text, &error);
      g_autofree char *again = NULL;

      g_assert_no_error (error);
      again = write_back (json, FALSE);
      g_assert_cmpstr (again, ==, valid[i].again != NULL ? valid[i].again : valid[i].text);
    }
}

/* Texts and a part of the message each of them gets. */
static const struct
{
  const char *text;
  const char *message;
} invalid[] = {
  { "", "test.json, line 1, column 1: expected a value, found the end." },
  { " \n ", "line 2, column 2: expected a value, found the end." },
  { "nul", "expected a value, found “n”" },
  { "True", "expected a value, found “T”" },
  { "nulll", "line 1, column 5: expected the end, found “l”" },
  { "NaN", "expected a value, found “N”" },
  { "Infinity", "expected a value, found “I”" },
  { "-Infinity", "column 2: expected a digit, found “I”" },
  { "+1", "expected a value, found “+”" },
  { "-", "expected a digit, found the end" },
  { "--1", "column 2: expected a digit, found “-”" },
  { "01", "column 2: expected the end, found “1”" },
  { "-01", "column 3: expected the end, found “1”" },
  { ".5", "expected a value, found “.”" },
  { "1.", "column 3: expected a digit, found the end" },
  { "1.e5", "column 3: expected a digit, found “e”" },
  { "1e", "expected a digit, found the end" },
  { "1e+", "expected a digit, found the end" },
  { "1e1.5", "expected the end, found “.”" },
  { "0x10", "expected the end, found “x”" },
  { "1,5", "expected the end, found “,”" },
  { "1 2", "column 3: expected the end, found “2”" },
  { "1e400", "The number is too large." },
  { "-1e400", "The number is too large." },
  { "18446744073709551616", "does not fit into 64 bits" },
  { "-9223372036854775809", "does not fit into 64 bits" },
  { "'a'", "expected a value, found “'”" },
  { "\"", "column 2: expected a closing quote, found the end" },
  { "\"a", "expected a closing quote, found the end" },
  { "\"a\\", "expected an escape that JSON has" },
  { "\"a\\\"", "expected a closing quote, found the end" },
  { "\"\\x\"", "expected an escape that JSON has" },
  { "\"\\é\"", "found “é”" },
  { "\"\\u\"", "expected a hexadecimal digit, found “\"”" },
  { "\"\\u12g4\"", "column 6: expected a hexadecimal digit, found “g”" },
  { "\"\\u12", "expected a hexadecimal digit, found the end" },
  { "\"\\u0000\"", "must not contain U+0000" },
  { "\"\\ud800\"", "Half a surrogate pair" },
  { "\"\\ud800x\"", "Half a surrogate pair" },
  { "\"\\ud800\\n\"", "Half a surrogate pair" },
  { "\"\\ud800\\ud800\"", "Half a surrogate pair" },
  { "\"\\udc00\"", "column 2: Half a surrogate pair" },
  { "\"\\ud83d\\u\"", "expected a hexadecimal digit" },
  { "\"\n\"", "expected an escape for the control character, found U+000A" },
  { "\"\t\"", "found U+0009" },
  { "\"\x1f\"", "found U+001F" },
  { "\"\xff\"", "is not UTF-8 text: the byte at offset 1 is 0xff" },
  { "\"\xc3\"", "is not UTF-8" },
  { "\"\xc0\x80\"", "is not UTF-8" },
  { "\"\xed\xa0\x80\"", "is not UTF-8" },
  { "\"\xf4\x90\x80\x80\"", "is not UTF-8" },
  { "\xef\xbb\xbf{}", "expected a value, found U+FEFF" },
  { "[", "expected a value, found the end" },
  { "[1", "expected a comma or “]”, found the end" },
  { "[1,", "expected a value, found the end" },
  { "[1,]", "column 4: expected a value, found “]”" },
  { "[,1]", "expected a value, found “,”" },
  { "[1,,2]", "expected a value, found “,”" },
  { "[1 2]", "expected a comma or “]”, found “2”" },
  { "[1}", "expected a comma or “]”, found “}”" },
  { "[1;2]", "found “;”" },
  { "]", "expected a value, found “]”" },
  { "[]]", "expected the end, found “]”" },
  { "{", "expected a key in quotes, found the end" },
  { "}", "expected a value, found “}”" },
  { "{]", "expected a key in quotes, found “]”" },
  { "{a:1}", "expected a key in quotes, found “a”" },
  { "{1:1}", "expected a key in quotes, found “1”" },
  { "{'a':1}", "expected a key in quotes, found “'”" },
  { "{\"a\"}", "expected a colon, found “}”" },
  { "{\"a\" 1}", "expected a colon, found “1”" },
  { "{\"a\":}", "expected a value, found “}”" },
  { "{\"a\"::1}", "expected a value, found “:”" },
  { "{\"a\":1", "expected a comma or “}”, found the end" },
  { "{\"a\":1,}", "expected a key in quotes, found “}”" },
  { "{\"a\":1 \"b\":2}", "expected a comma or “}”, found “\"”" },
  { "{\"a\":1]", "expected a comma or “}”, found “]”" },
  { "{\"a\":1,\"a\":2}", "the key “a” twice" },
  { "{\"a\":1,\"b\":2,\"\\u0061\":3}", "the key “a” twice" },
  { "[{\"x\":{\"\":1,\"\":1}}]", "the key “” twice" },
  { "{\n  \"a\": 1,\n  \"é\" 2\n}", "line 3, column 7: expected a colon" },
  { "// comment\n1", "expected a value, found “/”" },
  { "[1] # comment", "expected the end, found “#”" },
  { "[1]\f", "expected the end, found U+000C" },
  { "\v1", "expected a value, found U+000B" },
};

static void
test_invalid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;
      NnJson *json = parse (invalid[i].text, &error);

      g_assert_null (json);
      g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
      if (strstr (error->message, invalid[i].message) == NULL)
        g_error ("“%s”: “%s” does not say “%s”",
                 invalid[i].text, error->message, invalid[i].message);
      g_assert_true (g_str_has_prefix (error->message, "test.json"));
    }
}

static void
test_nul_byte (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_json_parse ("[1]\0", 4, LIMIT, "test.json", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
}

static void
test_types (void)
{
  static const struct
  {
    const char *text;
    NnJsonType  type;
  } rows[] = {
    { "null", NN_JSON_NULL },
    { "true", NN_JSON_BOOL },
    { "1", NN_JSON_INTEGER },
    { "9223372036854775807", NN_JSON_INTEGER },
    { "9223372036854775808", NN_JSON_UNSIGNED },
    { "1.0", NN_JSON_DOUBLE },
    { "1e0", NN_JSON_DOUBLE },
    { "-0", NN_JSON_DOUBLE },
    { "\"1\"", NN_JSON_STRING },
    { "[1]", NN_JSON_ARRAY },
    { "{\"1\":1}", NN_JSON_OBJECT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (NnJson) json = parse (rows[i].text, NULL);

      g_assert_cmpint (nn_json_get_type (json), ==, rows[i].type);
    }
}

static void
test_tree (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnJson) json = parse ("{\"z\":1,\"a\":[10,{\"deep\":true}],\"m\":\"é\"}", &error);
  const NnJson *list;
  const NnJson *item;
  g_autofree char *path = NULL;
  g_autofree char *top = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (nn_json_get_length (json), ==, 3);
  item = nn_json_first (json);
  g_assert_cmpstr (nn_json_get_key (item), ==, "z");
  item = nn_json_next (item);
  g_assert_cmpstr (nn_json_get_key (item), ==, "a");
  item = nn_json_next (item);
  g_assert_cmpstr (nn_json_get_key (item), ==, "m");
  g_assert_cmpuint (nn_json_get_length (item), ==, 2);
  g_assert_null (nn_json_next (item));

  list = nn_json_find (json, "a");
  g_assert_cmpuint (nn_json_get_length (list), ==, 2);
  item = nn_json_next (nn_json_first (list));
  path = nn_json_get_path (nn_json_find (item, "deep"));
  g_assert_cmpstr (path, ==, "a[1].deep");
  top = nn_json_get_path (json);
  g_assert_cmpstr (top, ==, "");

  g_assert_null (nn_json_find (json, "b"));
  g_assert_null (nn_json_find (list, "a"));
  g_assert_null (nn_json_first (nn_json_find (json, "m")));
}

/* Sorted look-up finds every one of many members, and no other. */
static void
test_many_members (void)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);
  g_autofree char *text = NULL;
  g_autoptr (NnJson) json = NULL;

  nn_json_writer_begin_object (writer, NULL);
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %d", (i * 617) % 1000);

      nn_json_writer_add_integer (writer, key, i);
    }
  nn_json_writer_end_object (writer);
  text = nn_json_writer_finish (writer, NULL);
  json = parse (text, NULL);

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *key = g_strdup_printf ("key %d", (i * 617) % 1000);
      gint64 value;

      g_assert_true (nn_json_get_integer (json, key, 0, 999, &value, NULL));
      g_assert_cmpint (value, ==, i);
    }
  g_assert_null (nn_json_find (json, "key 1000"));
  g_assert_null (nn_json_find (json, ""));
}

static void
assert_message (GError     **error,
                const char  *message)
{
  g_assert_error (*error, NN_ERROR, NN_ERROR_FILE);
  g_assert_cmpstr ((*error)->message, ==, message);
  g_clear_error (error);
}

static void
test_getters (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnJson) json = parse ("{\"training\":{\"epochs\":5,\"rate\":0.5,\"half\":12.5,"
                                   "\"shuffle\":true,\"name\":\"x\",\"seed\":18446744073709551615,"
                                   "\"list\":[1,\"two\"]}}", &error);
  const NnJson *training = nn_json_get_object (json, "training", &error);
  const NnJson *list = nn_json_get_array (training, "list", &error);
  gint64 integer = 0;
  guint64 natural = 0;
  double number = 0;
  gboolean truth = FALSE;

  g_assert_true (nn_json_get_integer (training, "epochs", 1, 5, &integer, &error));
  g_assert_cmpint (integer, ==, 5);
  g_assert_true (nn_json_get_unsigned (training, "seed", G_MAXUINT64, &natural, &error));
  g_assert_cmpuint (natural, ==, G_MAXUINT64);
  g_assert_true (nn_json_get_unsigned (training, "epochs", 5, &natural, &error));
  g_assert_cmpuint (natural, ==, 5);
  g_assert_true (nn_json_get_double (training, "rate", 0, 1, &number, &error));
  g_assert_cmpfloat (number, ==, 0.5);
  g_assert_true (nn_json_get_double (training, "epochs", 0, 10, &number, &error));
  g_assert_cmpfloat (number, ==, 5);
  g_assert_true (nn_json_get_bool (training, "shuffle", &truth, &error));
  g_assert_true (truth);
  g_assert_cmpstr (nn_json_get_string (training, "name", &error), ==, "x");
  g_assert_true (nn_json_as_integer (nn_json_first (list), 0, 9, &integer, &error));
  g_assert_cmpint (integer, ==, 1);
  g_assert_no_error (error);

  g_assert_false (nn_json_get_integer (training, "half", 1, 100000, &integer, &error));
  assert_message (&error, "test.json: “training.half” is 12.5 and must be "
                          "a whole number from 1 to 100000.");
  g_assert_false (nn_json_get_integer (training, "epochs", 6, 9, &integer, &error));
  assert_message (&error, "test.json: “training.epochs” is 5 and must be "
                          "a whole number from 6 to 9.");
  g_assert_cmpint (integer, ==, 1);
  g_assert_false (nn_json_get_integer (training, "seed", 0, G_MAXINT64, &integer, &error));
  g_clear_error (&error);
  g_assert_false (nn_json_get_unsigned (training, "seed", 9, &natural, &error));
  assert_message (&error, "test.json: “training.seed” is 18446744073709551615 and must be "
                          "a whole number from 0 to 9.");
  g_assert_false (nn_json_get_double (training, "rate", 1, 2.5, &number, &error));
  assert_message (&error, "test.json: “training.rate” is 0.5 and must be a number from 1 to 2.5.");
  g_assert_false (nn_json_get_double (training, "name", -INFINITY, INFINITY, &number, &error));
  assert_message (&error, "test.json: “training.name” is “x” and must be a number.");
  g_assert_false (nn_json_get_bool (training, "list", &truth, &error));
  assert_message (&error, "test.json: “training.list” is a list and must be true or false.");
  g_assert_null (nn_json_get_array (json, "training", &error));
  assert_message (&error, "test.json: “training” is an object and must be a list.");
  g_assert_null (nn_json_get_string (training, "absent", &error));
  assert_message (&error, "test.json: “training” has no “absent”.");
  g_assert_null (nn_json_get_object (json, "absent", &error));
  assert_message (&error, "test.json has no “absent”.");
  g_assert_null (nn_json_get_object (list, "absent", &error));
  assert_message (&error, "test.json: “training.list” is a list and must be an object.");
  g_assert_null (nn_json_as_array (json, &error));
  assert_message (&error, "test.json holds an object and must hold a list.");
  g_assert_null (nn_json_as_object (nn_json_next (nn_json_first (list)), &error));
  assert_message (&error, "test.json: “training.list[1]” is “two” and must be an object.");
}

/* A message stays short and printable whatever the file holds. */
static void
test_hostile_message (void)
{
  g_autofree char *junk = g_strnfill (50000, 'x');
  g_autofree char *text = g_strconcat ("{\"\\u001b[31m", junk, "\":\"\\u0007", junk, "\"}", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnJson) json = nn_json_parse (text, strlen (text), 200000, "test.json", &error);
  gint64 value;

  g_assert_no_error (error);
  g_assert_false (nn_json_as_integer (nn_json_first (json), 0, 1, &value, &error));
  g_assert_cmpuint (strlen (error->message), <, 400);
  g_assert_null (strpbrk (error->message, "\x1b\x07"));
}

static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnJson) deepest = NULL;
  g_autofree char *opening = g_strnfill (NN_JSON_MAX_DEPTH, '[');
  g_autofree char *closing = g_strnfill (NN_JSON_MAX_DEPTH, ']');
  g_autofree char *deep = g_strconcat (opening, closing, NULL);
  g_autofree char *deeper = g_strconcat ("[", deep, "]", NULL);
  g_autofree char *bomb = g_strnfill (LIMIT, '[');
  GString *many;

  deepest = parse (deep, &error);
  g_assert_no_error (error);
  g_assert_null (parse (deeper, &error));
  assert_message (&error, "test.json, line 1, column 65: "
                          "More than 64 levels lie inside each other.");
  g_assert_null (parse (bomb, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_clear_error (&error);

  g_assert_null (nn_json_parse ("[1, 2]", 6, 5, "test.json", &error));
  assert_message (&error, "test.json has 6 bytes of JSON; at most 5 are accepted.");

  many = g_string_new ("[0");
  for (int i = 0; i < NN_JSON_MAX_VALUES; i++)
    g_string_append (many, ",0");
  g_string_append_c (many, ']');
  g_assert_null (nn_json_parse (many->str, many->len, G_MAXSIZE, "test.json", &error));
  g_assert_nonnull (strstr (error->message, "more than 4194304 values"));
  g_clear_error (&error);
  g_string_free (many, TRUE);

  many = g_string_new (NULL);
  for (int i = 0; i < 600; i++)
    g_string_append_c (many, '1');
  g_assert_null (parse (many->str, &error));
  g_assert_nonnull (strstr (error->message, "too many digits"));
  g_string_free (many, TRUE);
}

static void
assert_equal (const NnJson *a,
              const NnJson *b)
{
  g_autofree char *first = write_back (a, FALSE);
  g_autofree char *second = write_back (b, FALSE);

  g_assert_cmpstr (first, ==, second);
}

/* Whatever a byte is changed to and wherever the text ends, the answer is an
 * error or a tree that can be written and read again. */
static void
test_changed_bytes (void)
{
  static const char sample[] =
    "{\"a\": [1, -2.5e3, \"\\u00e9\\n中\", true, null, {\"b\": {}}], \"c\": 18446744073709551615}";
  gsize size = sizeof sample - 1;
  int n_read = 0;

  for (gsize length = 0; length < size; length++)
    {
      /* A block of its own, so that a sanitizer sees each step too far. */
      g_autofree char *part = g_memdup2 (sample, MAX (length, 1));

      g_assert_null (nn_json_parse (part, length, LIMIT, "test.json", NULL));
    }

  for (gsize i = 0; i < size; i++)
    for (int byte = 0; byte < 256; byte++)
      {
        g_autofree char *changed = g_memdup2 (sample, size);
        g_autoptr (NnJson) json = NULL;

        changed[i] = (char) byte;
        json = nn_json_parse (changed, size, LIMIT, "test.json", NULL);
        if (json != NULL)
          {
            g_autofree char *text = write_back (json, TRUE);
            g_autoptr (NnJson) again = parse (text, NULL);

            g_assert_nonnull (again);
            assert_equal (json, again);
            n_read++;
          }
      }
  g_assert_cmpint (n_read, >, (int) size);
}

static void
test_pretty (void)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);
  g_autofree char *text = NULL;
  g_autofree char *second = NULL;
  gsize length;

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "name", "Net \"1\"");
  nn_json_writer_add_double (writer, "rate", 0.001);
  nn_json_writer_add_double (writer, "lost", NAN);
  nn_json_writer_begin_array (writer, "shape");
  nn_json_writer_add_integer (writer, NULL, 3);
  nn_json_writer_add_unsigned (writer, NULL, G_MAXUINT64);
  nn_json_writer_end_array (writer);
  nn_json_writer_begin_array (writer, "nodes");
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_bool (writer, "on", TRUE);
  nn_json_writer_end_object (writer);
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_end_object (writer);
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
  text = nn_json_writer_finish (writer, &length);

  g_assert_cmpstr (text, ==,
                   "{\n"
                   "  \"name\": \"Net \\\"1\\\"\",\n"
                   "  \"rate\": 0.001,\n"
                   "  \"lost\": null,\n"
                   "  \"shape\": [3, 18446744073709551615],\n"
                   "  \"nodes\": [\n"
                   "    {\n"
                   "      \"on\": true\n"
                   "    },\n"
                   "    {}\n"
                   "  ]\n"
                   "}\n");
  g_assert_cmpuint (length, ==, strlen (text));

  nn_json_writer_add_string (writer, NULL, "a\xff" "b");
  second = nn_json_writer_finish (writer, NULL);
  g_assert_cmpstr (second, ==, "\"a�b\"\n");
}

/* Random bit patterns come back bit by bit, and whole doubles stay doubles. */
static void
test_double_round_trip (void)
{
  NnRandom random;

  nn_random_init (&random, 1, nn_random_stream ("doubles"));
  for (int i = 0; i < 20000; i++)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
      g_autoptr (NnJson) json = NULL;
      g_autofree char *text = NULL;
      union { guint64 bits; double number; } in, out;

      in.bits = (guint64) nn_random_bits (&random) << 32 | nn_random_bits (&random);
      if (i % 3 == 0)
        in.number = floor (fmod (in.number, 1e6));
      if (!isfinite (in.number))
        continue;

      nn_json_writer_add_double (writer, NULL, in.number);
      text = nn_json_writer_finish (writer, NULL);
      json = parse (text, NULL);
      g_assert_cmpint (nn_json_get_type (json), ==, NN_JSON_DOUBLE);
      g_assert_true (nn_json_as_double (json, -INFINITY, INFINITY, &out.number, NULL));
      g_assert_cmphex (in.bits, ==, out.bits);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/valid", test_valid);
  g_test_add_func ("/json/invalid", test_invalid);
  g_test_add_func ("/json/nul-byte", test_nul_byte);
  g_test_add_func ("/json/types", test_types);
  g_test_add_func ("/json/tree", test_tree);
  g_test_add_func ("/json/many-members", test_many_members);
  g_test_add_func ("/json/getters", test_getters);
  g_test_add_func ("/json/hostile-message", test_hostile_message);
  g_test_add_func ("/json/limits", test_limits);
  g_test_add_func ("/json/changed-bytes", test_changed_bytes);
  g_test_add_func ("/json/pretty", test_pretty);
  g_test_add_func ("/json/double-round-trip", test_double_round_trip);
  return g_test_run ();
}
