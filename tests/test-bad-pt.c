/* test-bad-pt.c: what a file of PyTorch may not do
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/format-support.h"

#include <string.h>

/* Pieces of pickles.  Lengths and numbers are written in octal: text goes on
 * right behind them. */
#define TEXT(length, text) "X" length "\0\0\0" text
#define STORAGE(class, key, count)                                            \
  "(" TEXT ("\7", "storage") "ctorch\n" class "\n" key TEXT ("\3", "cpu") count "tQ"
#define FLOATS STORAGE ("FloatStorage", TEXT ("\1", "0"), "K\4")
#define TENSOR(storage, offset, sizes, strides)                               \
  "ctorch._utils\n_rebuild_tensor_v2\n(" storage offset sizes strides         \
  "\x89" "ccollections\nOrderedDict\n)RtR"
#define SQUARE TENSOR (FLOATS, "K\0", "K\2K\2\x86", "K\2K\1\x86")
#define FILE_OF(value) "\x80\2}" TEXT ("\1", "w") value "s."
#define MINUS_ONE "J\377\377\377\377"
#define HUGE "\x8a\x08\0\0\0\0\0\0\0\x40"       /* 2 to the power of 62 */
#define NINE "K\1K\1K\1K\1K\1K\1K\1K\1K\1"

typedef struct
{
  const char *pickle;
  gsize       size;
  const char *message;          /* NULL: the file is good */
} Row;

#define ROW(pickle, message) { pickle, sizeof pickle - 1, message }

static const Row rows[] = {
  ROW (FILE_OF (SQUARE), NULL),
  ROW (FILE_OF (TENSOR (FLOATS, "K\3", ")", ")")), NULL),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", "K\2K\2\x86", "K\0K\0\x86")), NULL),
  ROW (FILE_OF (TENSOR (FLOATS, "K\4", "K\0\x85", "K\1\x85")), NULL),
  ROW (FILE_OF ("ctorch._utils\n_rebuild_parameter\n(" SQUARE "\x88" "N\x87R"), "no sense"),
  ROW (FILE_OF ("ctorch._utils\n_rebuild_parameter\n" SQUARE "\x88" "N\x87R"), NULL),

  /* Numbers that are not there. */
  ROW (FILE_OF (TENSOR (STORAGE ("FloatStorage", TEXT ("\1", "0"), "K\5"), "K\0", ")", ")")),
       "“0” should have 5 numbers of float32, and has 16 bytes"),
  ROW (FILE_OF (TENSOR (STORAGE ("DoubleStorage", TEXT ("\1", "0"), "K\4"), "K\0", ")", ")")),
       "should have 4 numbers of float64"),
  ROW (FILE_OF (TENSOR (STORAGE ("FloatStorage", TEXT ("\1", "0"), HUGE), "K\0", ")", ")")),
       "should have 4611686018427387904 numbers"),
  ROW (FILE_OF (TENSOR (STORAGE ("FloatStorage", TEXT ("\1", "0"), MINUS_ONE), "K\0", ")", ")")),
       "no sense"),
  ROW (FILE_OF (TENSOR (STORAGE ("FloatStorage", TEXT ("\1", "9"), "K\4"), "K\0", ")", ")")),
       "no storage “9”"),
  ROW (FILE_OF (TENSOR (STORAGE ("FloatStorage", TEXT ("\5", "../.."), "K\4"), "K\0", ")", ")")),
       "no storage “../..”"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\1", "K\2K\2\x86", "K\2K\1\x86")), "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", "K\2K\2\x86", "K\3K\1\x86")), "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\5", "K\0\x85", "K\1\x85")), "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, HUGE, "K\2\x85", HUGE "\x85")), "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", HUGE HUGE "\x86", "K\0K\0\x86")),
       "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", HUGE "\x85", "K\0\x85")), "larger than its numbers"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", MINUS_ONE "\x85", "K\1\x85")), "no sense"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", "K\1\x85", MINUS_ONE "\x85")), "no sense"),
  ROW (FILE_OF (TENSOR (FLOATS, MINUS_ONE, "K\1\x85", "K\1\x85")), "no sense"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", "K\1\x85", "K\1K\1\x86")), "no sense"),
  ROW (FILE_OF (TENSOR (FLOATS, "N", "K\1\x85", "K\1\x85")), "no sense"),
  ROW (FILE_OF (TENSOR (FLOATS, "K\0", "(" NINE "t", "(" NINE "t")), "a tensor of 9 axes"),
  ROW (FILE_OF (TENSOR ("K\1Q", "K\0", ")", ")")), "no sense"),
  ROW (FILE_OF (TENSOR ("K\1", "K\0", ")", ")")), "no sense"),
  ROW (FILE_OF ("ctorch._utils\n_rebuild_tensor_v2\n)R"), "no sense"),
  ROW ("\x80\2}(" TEXT ("\1", "w") SQUARE TEXT ("\1", "w") SQUARE "u.", "“w” is there twice"),

  /* What is no list of numbers. */
  ROW ("\x80\2K\1.", "no dictionary of tensors"),
  ROW ("\x80\2}.", "no dictionary of tensors"),
  ROW ("\x80\2]q\0h\0a.", "no dictionary of tensors"),
  ROW ("\x80\2}q\0" TEXT ("\1", "w") "h\0s.", "no dictionary of tensors"),
  ROW (FILE_OF ("cos\nsystem\n" TEXT ("\2", "ls") "\x85R"), "wants the Python object “os.system”"),
  ROW (FILE_OF ("c__builtin__\neval\n"), "“__builtin__.eval”"),
  ROW ("\x80\2ctorch.nn.modules.linear\nLinear\n)\x81.", "“torch.nn.modules.linear.Linear”"),
  ROW (FILE_OF ("ctorch\nComplexFloatStorage\n"), "“torch.ComplexFloatStorage”"),
  ROW ("\x80\2ccollections\nOrderedDict\n)\x81.", "makes a Python object"),

  /* Pickles that no pickler writes. */
  ROW ("\x80\4}.", "of protocol 4"),
  ROW ("\x80\2(i__main__\nX\n.", "instruction 0x69"),
  ROW ("\x80\2\x8c\1a.", "instruction 0x8c"),
  ROW ("", "ends too early"),
  ROW ("\x80\2}", "ends too early"),
  ROW ("\x80\2X\xff\xff\xff\xff" "a.", "ends too early"),
  ROW ("\x80\2.", "no sense"),
  ROW ("\x80\2NN.", "no sense"),
  ROW ("\x80\2(.", "no sense"),
  ROW ("\x80\2]NNs.", "no sense"),
  ROW ("\x80\2}Na.", "no sense"),
  ROW ("\x80\2}(Nu.", "no sense"),
  ROW ("\x80\2(NNu.", "no sense"),
  ROW ("\x80\2}s.", "no sense"),
  ROW ("\x80\2}(s.", "no sense"),
  ROW ("\x80\2Nt.", "no sense"),
  ROW ("\x80\2N\x86.", "no sense"),
  ROW ("\x80\2h\5.", "no sense"),
  ROW ("\x80\2q\0.", "no sense"),
  ROW ("\x80\2(q\0.", "no sense"),
  ROW ("\x80\2Q.", "no sense"),
  ROW ("\x80\2NNR.", "no sense"),
  ROW ("\x80\2ctorch\nSize\nNR.", "no sense"),
  ROW ("\x80\2ccollections\nOrderedDict\n]Na\x85R.", "no sense"),
  ROW ("\x80\2NNb.", "no sense"),
  ROW ("\x80\2ctorch", "no sense"),
  ROW ("\x80\2" TEXT ("\1", "\xff") ".", "not UTF-8"),
  ROW ("\x80\2\x8a\x09" "123456789.", "more than 64 bits"),
  ROW ("\x80\2Nr\xff\xff\xff\x7f.", "more than 1048576 values"),
};

/* As torch.save() packs it, with four numbers in one storage.  (transfer full) */
static GBytes *
pack (const void *pickle,
      gsize       size)
{
  static const float numbers[] = { 1, 2, 3, 4 };
  const NnZipPart parts[] = {
    { "x/data.pkl", pickle, size },
    { "x/data/0", numbers, sizeof numbers },
    { "x/version", "3\n", 2 },
  };

  return test_zip (parts, G_N_ELEMENTS (parts));
}

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = pack (rows[i].pickle, rows[i].size);
      g_autofree char *what = g_strdup_printf ("Row %zu", i);

      test_format_refuses ("pt", bytes, &nn_limits_usual, what, rows[i].message);
    }
}

/* Every instruction of one byte that takes memory, a million times and more. */
static void
test_bombs (void)
{
  static const char *const repeated[] = { "(", "N", "]", "}", ")", "N\x85", "K\1", "h\0" };

  for (gsize i = 0; i < G_N_ELEMENTS (repeated); i++)
    {
      g_autoptr (GString) pickle = g_string_new_len ("\x80\2Nq\0", 5);
      g_autoptr (GBytes) bytes = NULL;
      gsize length = MAX (strlen (repeated[i]), 1);

      for (int k = 0; k < 1200000; k++)
        g_string_append_len (pickle, repeated[i], (gssize) (repeated[i][0] == 'h' ? 2 : length));
      bytes = pack (pickle->str, pickle->len);
      test_format_refuses ("pt", bytes, &nn_limits_usual, repeated[i], "more than 1048576 values");
    }
}

/* A list of pairs, made into a dictionary again and again. */
static void
test_pairs_bomb (void)
{
  g_autoptr (GString) pickle = g_string_new ("\x80\2ccollections\nOrderedDict\nq\1](");
  g_autoptr (GBytes) bytes = NULL;

  for (int k = 0; k < 10000; k++)
    g_string_append (pickle, "NN\x86");
  g_string_append (pickle, "e\x85q\2");
  for (int k = 0; k < 10000; k++)
    g_string_append (pickle, "h\1h\2R");
  bytes = pack (pickle->str, pickle->len);
  test_format_refuses ("pt", bytes, &nn_limits_usual, "Pairs", "more than 1048576 values");
}

/* Archives around a good pickle. */
static void
test_archives (void)
{
  static const char good[] = FILE_OF (SQUARE);
  static const float numbers[] = { 1, 2, 3, 4 };
  const NnZipPart data = { "x/data/0", numbers, sizeof numbers };
  const NnZipPart pickle = { "x/data.pkl", good, sizeof good - 1 };
  const struct
  {
    NnZipPart   parts[3];
    const char *message;
  } cases[] = {
    { { pickle, data, { "x/byteorder", "little", 6 } }, NULL },
    { { pickle, data, { "x/byteorder", "big", 3 } }, "order of bytes" },
    { { pickle, data, { "x/constants.pkl", "", 0 } }, "TorchScript" },
    { { data, { "a", "", 0 }, { "data.pkl", "", 0 } }, "no “data.pkl”" },
    { { pickle, { "y/data/0", numbers, sizeof numbers }, { "a", "", 0 } }, "no storage “0”" },
    { { pickle, { "x/data/0", numbers, 15 }, { "a", "", 0 } }, "has 15 bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = test_zip (cases[i].parts, 3);

      test_format_refuses ("pt", bytes, &nn_limits_usual, "Archive", cases[i].message);
    }
}

#define OLD_HEAD "\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\2M\xe9\3."
#define OLD_SIZES(truth) "\x80\2}" TEXT ("\x0d", "little_endian") truth "s."
#define OLD_KEYS "\x80\2]" TEXT ("\1", "0") "a."
#define OLD_NUMBERS "\4\0\0\0\0\0\0\0" "\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40"
#define OLD_VIEW                                                              \
  "(" TEXT ("\7", "storage") "ctorch\nFloatStorage\n" TEXT ("\1", "0") TEXT ("\3", "cpu") \
  "K\4" ")tQ"

/* The kind of file before PyTorch 1.6. */
static void
test_old (void)
{
  static const Row cases[] = {
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) OLD_KEYS OLD_NUMBERS, NULL),
    ROW (OLD_HEAD OLD_SIZES ("\x89") FILE_OF (SQUARE) OLD_KEYS OLD_NUMBERS, "order of bytes"),
    ROW (OLD_HEAD "\x80\2N." FILE_OF (SQUARE) OLD_KEYS OLD_NUMBERS, "order of bytes"),
    ROW (OLD_HEAD, "ends too early"),
    ROW ("\x80\2}.", "not one that PyTorch has saved"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) OLD_KEYS OLD_NUMBERS "x", "more bytes"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) OLD_KEYS "\4\0\0\0", "cut short"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) OLD_KEYS "\5\0\0\0\0\0\0\0", "cut short"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) "\x80\2]" TEXT ("\1", "7") "a." OLD_NUMBERS,
         "cut short"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) "\x80\2]K\1a." OLD_NUMBERS, "cut short"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (SQUARE) "\x80\2]." , "no storage “0”"),
    ROW (OLD_HEAD OLD_SIZES ("\x88") FILE_OF (TENSOR (OLD_VIEW, "K\0", ")", ")")) OLD_KEYS
         OLD_NUMBERS, "cut short"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].pickle, cases[i].size);
      g_autofree char *what = g_strdup_printf ("Old %zu", i);

      test_format_refuses ("pt", bytes, &nn_limits_usual, what, cases[i].message);
      if (cases[i].message == NULL)
        test_format_survives ("pt", bytes);
    }
}

static void
test_changes (void)
{
  static const char good[] = FILE_OF (SQUARE);
  g_autoptr (GBytes) bytes = pack (good, sizeof good - 1);

  test_format_survives ("pt", bytes);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-pt/rows", test_rows);
  g_test_add_func ("/bad-pt/bombs", test_bombs);
  g_test_add_func ("/bad-pt/pairs-bomb", test_pairs_bomb);
  g_test_add_func ("/bad-pt/archives", test_archives);
  g_test_add_func ("/bad-pt/old", test_old);
  g_test_add_func ("/bad-pt/changes", test_changes);
  return g_test_run ();
}
