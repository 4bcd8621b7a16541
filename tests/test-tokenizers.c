/* test-tokenizers.c: texts are cut as the published tokenizers cut them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/text.h"
#include "datasets/vocabulary.h"
#include "engine/json.h"

#include <string.h>

#define N_SPECIAL 4

/* What tests/oracle/tokens.py has recorded. */
static const struct
{
  const char *name;
  const char *tokenizer;
  const char *file;             /* in ../shared/data/vocab: the whole vocabulary */
  int         offset;           /* of our ids from theirs */
} recorded[] = {
  { "bert-uncased", "word-piece", "bert-base-uncased-vocab.txt", 0 },
  { "bert-chinese", "word-piece", "bert-base-chinese-vocab.txt", 0 },
  { "gpt2", "byte-pair", "gpt2-vocab.bpe", N_SPECIAL },
};

static char *
fixture (const char *name,
         const char *ending)
{
  g_autofree char *file = g_strconcat (name, ending, NULL);

  return g_test_build_filename (G_TEST_DIST, "oracle", "tokens", file, NULL);
}

static DsVocabulary *
read_vocabulary (const char *tokenizer,
                 const char *path)
{
  g_autoptr (GError) error = NULL;
  DsVocabulary *vocabulary = ds_vocabulary_read (ds_tokenizer_find (tokenizer), path, &error);

  g_assert_no_error (error);
  return vocabulary;
}

/* A vocabulary of the words in @text. */
static DsVocabulary *
count_vocabulary (const char *tokenizer,
                  const char *text,
                  guint       size,
                  guint       min_count)
{
  const DsTokenizer *record = ds_tokenizer_find (tokenizer);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (DsPieces) pieces = { NULL };

  ds_pieces_init (&pieces);
  record->split (NULL, text, &pieces);
  for (guint i = 0; i < pieces.list->len; i++)
    {
      guint64 *count = g_hash_table_lookup (counts, ds_pieces_spell (&pieces, i));

      if (count == NULL)
        {
          count = g_new0 (guint64, 1);
          g_hash_table_insert (counts, g_strdup (ds_pieces_spell (&pieces, i)), count);
        }
      (*count)++;
    }

  return ds_vocabulary_new_counted (record, counts, size, min_count);
}

/* The pieces of @text with bars between.  (transfer full) */
static char *
cut (const char         *tokenizer,
     const DsVocabulary *vocabulary,
     const char         *text)
{
  g_auto (DsPieces) pieces = { NULL };
  GString *joined = g_string_new (NULL);

  ds_pieces_init (&pieces);
  ds_tokenizer_find (tokenizer)->split (vocabulary, text, &pieces);
  for (guint i = 0; i < pieces.list->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? "|" : "", ds_pieces_spell (&pieces, i));
  return g_string_free (joined, FALSE);
}

static void
test_records (void)
{
  const DsTokenizer *record;
  guint n_records = 0;

  for (; (record = ds_tokenizer_nth (n_records)) != NULL; n_records++)
    {
      g_assert_true (ds_tokenizer_find (record->name) == record);
      g_assert_true (g_regex_match_simple ("^[a-z]+(-[a-z]+)*$", record->name, 0, 0));
      g_assert_true (g_str_has_suffix (record->summary, "."));
      g_assert_cmpint (strlen (record->title), >, 0);
      g_assert_nonnull (record->split);
      g_assert_nonnull (record->append);
      g_assert_true ((record->file != NULL) == (record->read != NULL));
    }

  g_assert_cmpint (n_records, >=, 4);
  g_assert_null (ds_tokenizer_find ("no-such"));
}

/* Every piece lies behind the one before, and inside of the text. */
static void
check_places (DsPieces   *pieces,
              const char *text)
{
  gsize last = 0;

  for (guint i = 0; i < pieces->list->len; i++)
    {
      const DsPiece *piece = ds_pieces_get (pieces, i);

      g_assert_cmpuint (piece->begin, <, piece->end);
      g_assert_cmpuint (piece->end, <=, strlen (text));
      g_assert_cmpuint (piece->begin, >=, last);
      last = piece->begin;
    }
}

static void
replay_line (const DsVocabulary *vocabulary,
             const NnJson       *line,
             int                 offset)
{
  const char *text = nn_json_get_string (line, "text", NULL);
  const NnJson *tokens = nn_json_get_array (line, "tokens", NULL);
  const NnJson *id = nn_json_first (nn_json_get_array (line, "ids", NULL));
  g_auto (DsPieces) pieces = { NULL };
  guint i = 0;

  ds_pieces_init (&pieces);
  ds_vocabulary_get_tokenizer (vocabulary)->split (vocabulary, text, &pieces);
  check_places (&pieces, text);
  g_assert_cmpuint (pieces.list->len, ==, nn_json_get_length (tokens));
  for (const NnJson *token = nn_json_first (tokens); token != NULL;
       token = nn_json_next (token), id = nn_json_next (id), i++)
    {
      gint64 expected;

      g_assert_cmpstr (ds_pieces_spell (&pieces, i), ==, nn_json_as_string (token, NULL));
      g_assert_true (nn_json_as_integer (id, 0, G_MAXINT32, &expected, NULL));
      if (offset >= 0)
        g_assert_cmpint (ds_vocabulary_look_up (vocabulary, &pieces, i), ==, expected + offset);
    }
}

/* @offset -1: the vocabulary has other numbers. */
static void
replay (const DsVocabulary *vocabulary,
        const char         *name,
        int                 offset)
{
  g_autofree char *path = fixture (name, ".jsonl");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_lines = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (; lines[n_lines][0] != '\0'; n_lines++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (NnJson) line = nn_json_parse (lines[n_lines], strlen (lines[n_lines]), 1 << 20,
                                               path, &error);

      g_assert_no_error (error);
      replay_line (vocabulary, line, offset);
    }
  g_assert_cmpuint (n_lines, >=, 20);
}

static void
test_recorded (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = fixture (recorded[i].name, ".txt");
      g_autoptr (DsVocabulary) vocabulary = read_vocabulary (recorded[i].tokenizer, path);

      replay (vocabulary, recorded[i].name, -1);
    }
}

static void
test_published (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "shared", "data",
                                                     "vocab", recorded[i].file, NULL);
      g_autoptr (DsVocabulary) vocabulary = NULL;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        {
          g_test_skip ("../shared/data/vocab is not there");
          return;
        }
      vocabulary = read_vocabulary (recorded[i].tokenizer, path);
      replay (vocabulary, recorded[i].name, recorded[i].offset);
      if (recorded[i].offset > 0)
        g_assert_cmpuint (ds_vocabulary_get_size (vocabulary), ==, 50257 + N_SPECIAL);
    }
}

/* The rules of the course, and where the words stand. */
static void
test_words (void)
{
  static const struct { const char *text; const char *tokens; } rules[] = {
    { "I like this film, really!", "i|like|this|film|,|really|!" },
    { "This is a good film!", "this|is|a|good|film|!" },
    { "It's (not) so-so...", "it|'|s|(|not|)|so-so|.|.|." },
    { "say \"yes\" twice; or: no", "say|yes|twice|or|no" },
    { "end.<br /><br />Next", "end|.|next" },
    { "", "" },
    { " \t\n ", "" },
    { "\"\"", "" },
    { "ÉCOLE Straße", "école|straße" },
    { "我喜欢 film。", "我|喜|欢|film|。" },
    { "a < b <br/>", "a|<|b|<br/>" },
  };
  g_auto (DsPieces) pieces = { NULL };
  const char *text = "Say \"Yes\", é!";

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      g_autofree char *tokens = cut ("words", NULL, rules[i].text);

      g_assert_cmpstr (tokens, ==, rules[i].tokens);
    }

  ds_pieces_init (&pieces);
  ds_tokenizer_find ("words")->split (NULL, text, &pieces);
  g_assert_cmpuint (pieces.list->len, ==, 5);
  g_assert_cmpuint (ds_pieces_get (&pieces, 1)->begin, ==, 5);
  g_assert_cmpuint (ds_pieces_get (&pieces, 1)->end, ==, 8);
  g_assert_cmpuint (ds_pieces_get (&pieces, 3)->begin, ==, 11);
  g_assert_cmpuint (ds_pieces_get (&pieces, 3)->end, ==, 13);
}

/* The most frequent come first, equal ones in the order of their bytes. */
static void
test_counted (void)
{
  const char *text = "b a c b d d b <pad> <unk> e";
  g_autoptr (DsVocabulary) all = count_vocabulary ("words", text, 0, 1);
  g_autoptr (DsVocabulary) few = count_vocabulary ("words", text, 6, 1);
  g_autoptr (DsVocabulary) common = count_vocabulary ("words", text, 0, 2);
  static const char * const expected[] = {
    "<pad>", "<unk>", "<bos>", "<eos>", "b", "d", "a", "c", "e"
  };

  g_assert_cmpuint (ds_vocabulary_get_size (all), ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpstr (ds_vocabulary_get_token (all, i), ==, expected[i]);
      g_assert_cmpint (ds_vocabulary_find (all, expected[i]), ==, i);
    }
  g_assert_cmpuint (ds_vocabulary_get_size (few), ==, 6);
  g_assert_cmpuint (ds_vocabulary_get_size (common), ==, 6);
  g_assert_cmpint (ds_vocabulary_find (few, "a"), ==, -1);
  g_assert_cmpint (ds_vocabulary_get_unknown (all), ==, 1);
  g_assert_cmpint (ds_vocabulary_get_begin (all), ==, 2);
  g_assert_cmpint (ds_vocabulary_get_end (all), ==, 3);
}

static void
assert_row (const gint32 *row,
            const gint32 *expected,
            gsize         n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpint (row[i], ==, expected[i]);
}

static void
test_encode (void)
{
  g_autoptr (DsVocabulary) vocabulary = count_vocabulary ("words", "a a a b b c", 0, 1);
  g_auto (DsPieces) pieces = { NULL };
  DsTokenCount count;
  gint32 row[5];

  ds_pieces_init (&pieces);
  count = ds_vocabulary_encode (vocabulary, "a new c", FALSE, row, 5, &pieces);
  g_assert_cmpuint (count.n_tokens, ==, 3);
  g_assert_cmpuint (count.n_unknown, ==, 1);
  assert_row (row, (gint32[]) { 4, 1, 6, 0, 0 }, 5);

  ds_vocabulary_encode (vocabulary, "a b a b a b a", FALSE, row, 5, &pieces);
  assert_row (row, (gint32[]) { 4, 5, 4, 5, 4 }, 5);

  /* An answer keeps its end even if it is cut. */
  ds_vocabulary_encode (vocabulary, "a b", TRUE, row, 5, &pieces);
  assert_row (row, (gint32[]) { 4, 5, 3, 0, 0 }, 5);
  count = ds_vocabulary_encode (vocabulary, "a b a b a b", TRUE, row, 3, &pieces);
  assert_row (row, (gint32[]) { 4, 5, 3 }, 3);
  g_assert_cmpuint (count.n_tokens, ==, 7);

  /* Special tokens are not to be written, and no text is nothing at all. */
  ds_vocabulary_encode (vocabulary, "<pad> <eos> a", FALSE, row, 5, &pieces);
  assert_row (row, (gint32[]) { 1, 1, 4, 0, 0 }, 5);
  ds_vocabulary_encode (vocabulary, "", FALSE, row, 2, &pieces);
  assert_row (row, (gint32[]) { 1, 0 }, 2);

  /* Bytes that are no text do no harm. */
  ds_vocabulary_encode (vocabulary, "a \xff\xfe b", FALSE, row, 5, &pieces);
  assert_row (row, (gint32[]) { 4, 1, 5, 0, 0 }, 5);
}

static void
test_bounds (void)
{
  g_autofree char *path = fixture ("bert-uncased", ".txt");
  g_autoptr (DsVocabulary) vocabulary = read_vocabulary ("word-piece", path);
  gint32 cls = ds_vocabulary_find (vocabulary, "[CLS]");
  gint32 sep = ds_vocabulary_find (vocabulary, "[SEP]");
  gint32 hello = ds_vocabulary_find (vocabulary, "hello");
  gint32 comma = ds_vocabulary_find (vocabulary, ",");
  g_auto (DsPieces) pieces = { NULL };
  g_autofree char *text = NULL;
  gint32 row[5];

  ds_pieces_init (&pieces);
  ds_vocabulary_encode (vocabulary, "Hello,", FALSE, row, 5, &pieces);
  assert_row (row, (gint32[]) { cls, hello, comma, sep, 0 }, 5);
  ds_vocabulary_encode (vocabulary, "Hello, hello, hello", FALSE, row, 4, &pieces);
  assert_row (row, (gint32[]) { cls, hello, comma, sep }, 4);
  text = ds_vocabulary_decode (vocabulary, row, 4);
  g_assert_cmpstr (text, ==, "hello ,");
}

/* What is cut can be put together again, as far as the tokenizer keeps it. */
static void
test_decode (void)
{
  static const struct
  {
    const char *tokenizer;
    const char *fixture;        /* NULL: counted */
    const char *text;
    const char *back;
  } cases[] = {
    { "characters", NULL, "Grüße, 世界\n\\n!", "Grüße, 世界\n\\n!" },
    { "words", NULL, "It's \"good\"!", "it ' s good !" },
    { "word-piece", "bert-uncased", "Unaffable Embeddings", "unaffable embeddings" },
    { "byte-pair", "gpt2", " Naïve café 😀\n\n", " Naïve café 😀\n\n" },
    { "byte-pair", "gpt2", "any 世界 at all\x01", "any 世界 at all\x01" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cases[i].fixture != NULL ? fixture (cases[i].fixture, ".txt") : NULL;
      g_autoptr (DsVocabulary) vocabulary =
        path != NULL ? read_vocabulary (cases[i].tokenizer, path)
                     : count_vocabulary (cases[i].tokenizer, cases[i].text, 0, 1);
      g_auto (DsPieces) pieces = { NULL };
      g_autofree char *back = NULL;
      gint32 row[64];

      ds_pieces_init (&pieces);
      ds_vocabulary_encode (vocabulary, cases[i].text, FALSE, row, G_N_ELEMENTS (row), &pieces);
      back = ds_vocabulary_decode (vocabulary, row, G_N_ELEMENTS (row));
      g_assert_cmpstr (back, ==, cases[i].back);
    }
}

static DsVocabulary *
parse (const char  *text,
       GError     **error)
{
  return ds_vocabulary_parse (text, strlen (text), "vocabulary.txt", error);
}

/* Saved and read again, each tokenizer's vocabulary is the same; and half a file
 * is no vocabulary. */
static void
test_saved (void)
{
  static const char * const texts[][2] = {
    { "characters", "a\\b\nc\rd e" }, { "words", "a <b c's" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts) + G_N_ELEMENTS (recorded); i++)
    {
      gsize k = i - G_N_ELEMENTS (texts);
      g_autofree char *path = i < G_N_ELEMENTS (texts) ? NULL : fixture (recorded[k].name, ".txt");
      g_autoptr (DsVocabulary) vocabulary =
        path == NULL ? count_vocabulary (texts[i][0], texts[i][1], 0, 1)
                     : read_vocabulary (recorded[k].tokenizer, path);
      const DsLengths lengths = { 17, 5 };
      g_autoptr (GError) error = NULL;
      g_autoptr (DsVocabulary) again = NULL;
      g_autofree char *printed = NULL;
      g_autofree char *second = NULL;

      ds_vocabulary_set_lengths (vocabulary, &lengths);
      printed = ds_vocabulary_print (vocabulary);
      again = parse (printed, &error);
      g_assert_no_error (error);
      second = ds_vocabulary_print (again);
      g_assert_cmpstr (second, ==, printed);
      g_assert_cmpuint (ds_vocabulary_get_lengths (again).answer, ==, 5);
      if (path != NULL)
        replay (again, recorded[k].name, -1);

      for (gsize n = 0; n < MIN (strlen (printed), 200); n++)
        {
          g_autoptr (DsVocabulary) part = ds_vocabulary_parse (printed, n, "cut", NULL);

          g_assert_true (part == NULL || ds_vocabulary_get_size (part) >= N_SPECIAL);
          g_assert_true (part == NULL || printed[n - 1] == '\n');
        }
    }
}

#define FORM    "epoch-vocabulary 1\nwords\n4 0\n"
#define SPECIAL "<pad>\n<unk>\n<bos>\n<eos>\n"

/* What is wrong with a saved vocabulary, or with the file of another. */
static void
test_bad (void)
{
  static const struct { const char *text; const char *cause; } saved[] = {
    { "", "no whole vocabulary" },
    { "hello\n", "no whole vocabulary" },
    { "epoch-vocabulary 2\nwords\n4 0\n" SPECIAL, "line 1" },
    { "epoch-vocabulary 1\nrunes\n4 0\n" SPECIAL, "“runes”" },
    { "epoch-vocabulary 1\nwords\n4\n" SPECIAL, "line 3" },
    { "epoch-vocabulary 1\nwords\n4 999999999\n" SPECIAL, "line 3" },
    { "epoch-vocabulary 1\nwords\n-4 1\n" SPECIAL, "line 3" },
    { FORM SPECIAL "a\\x\n", "line 8" },
    { FORM "<pad>\n<unk>\n<bos>\na\n", "lacks the token “<eos>”" },
    { FORM "a\n" SPECIAL, "“<pad>” as token 1" },
    { FORM SPECIAL "a", "line 1" },
    { FORM SPECIAL "\xff\n", "not UTF-8 text at byte 53" },
  };
  static const struct { const char *text; const char *cause; } files[] = {
    { "", "lacks the token “[PAD]”" },
    { "[PAD]\n[UNK]\n[CLS]\n", "lacks the token “[SEP]”" },
    { "[UNK]\n[PAD]\n[CLS]\n[SEP]\n", "“[PAD]” as token 1" },
  };
  g_autoptr (GError) missing = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (saved); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (saved[i].text, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, saved[i].cause));
      g_assert_nonnull (strstr (error->message, "vocabulary.txt"));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ds_vocabulary_read_bytes (ds_tokenizer_find ("word-piece"), files[i].text,
                                               strlen (files[i].text), "vocab.txt", &error));
      g_assert_nonnull (strstr (error->message, files[i].cause));
    }

  g_assert_null (ds_vocabulary_read (ds_tokenizer_find ("byte-pair"), "/no/such", &missing));
  g_assert_error (missing, DS_ERROR, DS_ERROR_FILE);
  g_assert_nonnull (strstr (missing->message, "vocab.bpe"));
}

/* Ids of the wrong size are never looked up. */
static void
test_widen (void)
{
  g_autoptr (DsVocabulary) vocabulary = count_vocabulary ("words", "a", 0, 1);
  static const gint32 ids[] = { 4, 5, -1, 0, G_MAXINT32 };
  static const gint64 expected[] = { 4, 1, 1, 0, 1 };
  g_autofree char *text = ds_vocabulary_decode (vocabulary, ids, 5);
  gint64 out[5];

  ds_vocabulary_widen (vocabulary, ids, 5, out);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (out[i], ==, expected[i]);
  g_assert_cmpstr (text, ==, "a");
}

/* As BERT does it: the last of two equal tokens counts. */
static void
test_twice (void)
{
  const char *text = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n\nb\na\n";
  g_autoptr (DsVocabulary) vocabulary =
    ds_vocabulary_read_bytes (ds_tokenizer_find ("word-piece"), text, strlen (text), "vocab.txt",
                              NULL);

  g_assert_cmpuint (ds_vocabulary_get_size (vocabulary), ==, 8);
  g_assert_cmpint (ds_vocabulary_find (vocabulary, "a"), ==, 7);
  g_assert_cmpint (ds_vocabulary_find (vocabulary, "b"), ==, 6);
}

/* Bytes of any kind can be read afterwards. */
static void
test_text (void)
{
  static const struct
  {
    const char *bytes;
    gsize       n;
    const char *text;
    gboolean    foreign;
  } texts[] = {
    { "plain", 5, "plain", FALSE },
    { "\xef\xbb\xbf mark ", 9, "mark", FALSE },
    { "na\xefve \x85 \x91q\x92", 12, "naïve … ‘q’", TRUE },
    { "caf\xc3\xa9", 5, "café", FALSE },
    { "a\x81z", 3, "a\xef\xbf\xbdz", TRUE },
    { "a\0b\x07\x7f" "c", 6, "a b  c", FALSE },
    { "a\r\nb\t", 5, "a \nb", FALSE },
    { "\xc3", 1, "Ã", TRUE },
    { "", 0, "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gboolean foreign;
      g_autofree char *text = ds_text_decode (texts[i].bytes, texts[i].n, &foreign);

      g_assert_cmpstr (text, ==, texts[i].text);
      g_assert_cmpint (foreign, ==, texts[i].foreign);
    }

  g_assert_true (ds_text_sniff ((const guint8 *) "a text with one\x01 of them", 24));
  g_assert_false (ds_text_sniff ((const guint8 *) "\x01\x02\x03", 3));
  g_assert_false (ds_text_sniff ((const guint8 *) "a\0b", 3));
  g_assert_false (ds_text_sniff (NULL, 0));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizers/records", test_records);
  g_test_add_func ("/tokenizers/recorded", test_recorded);
  g_test_add_func ("/tokenizers/published", test_published);
  g_test_add_func ("/tokenizers/words", test_words);
  g_test_add_func ("/vocabulary/counted", test_counted);
  g_test_add_func ("/vocabulary/encode", test_encode);
  g_test_add_func ("/vocabulary/bounds", test_bounds);
  g_test_add_func ("/vocabulary/decode", test_decode);
  g_test_add_func ("/vocabulary/saved", test_saved);
  g_test_add_func ("/vocabulary/bad", test_bad);
  g_test_add_func ("/vocabulary/widen", test_widen);
  g_test_add_func ("/vocabulary/twice", test_twice);
  g_test_add_func ("/text/decode", test_text);
  return g_test_run ();
}
