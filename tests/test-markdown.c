/* test-markdown.c: pages become blocks and spans, and nothing in them is trusted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/error.h"
#include "exercises/markdown.h"

#include <string.h>

static ExMarkdown *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ExMarkdown *page = ex_markdown_parse (text, strlen (text), "page.md", &error);

  g_assert_no_error (error);
  return page;
}

/* The markup of all blocks, with “¶” between two and what their spans do not
 * hold in braces. */
static char *
print (const ExMarkdown *page)
{
  static const char * const marks[] = { "h", "p", "item", "row", "code", "formula", "image" };
  GString *text = g_string_new (NULL);
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (page, &n_blocks);

  for (guint i = 0; i < n_blocks; i++)
    {
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (page, &blocks[i], &n_spans);
      g_autofree char *markup = ex_spans_to_markup (spans, n_spans);

      g_string_append_printf (text, "%s%s%s", i > 0 ? "¶" : "", blocks[i].quoted ? ">" : "",
                              marks[blocks[i].kind]);
      if (blocks[i].level > 0)
        g_string_append_printf (text, "%u", blocks[i].level);
      if (blocks[i].number > 0)
        g_string_append_printf (text, "#%u", blocks[i].number);
      if (*blocks[i].info != '\0')
        g_string_append_printf (text, "<%s>", blocks[i].info);
      g_string_append_printf (text, ":%s%s", blocks[i].text, markup);
    }

  return g_string_free (text, FALSE);
}

static void
check (const char *text,
       const char *expected)
{
  g_autoptr (ExMarkdown) page = parse (text);
  g_autofree char *printed = print (page);

  g_assert_cmpstr (printed, ==, expected);
}

static void
check_fails (const char *text,
             const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ex_markdown_parse (text, strlen (text), "page.md", &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_LESSON);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "page.md"));
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_blocks (void)
{
  check ("", "");
  check ("# One\n#### Four\n##### Five", "h1:One¶h4:Four¶p:##### Five");
  check ("a\nb\n\nc", "p:a b¶p:c");
  check ("a\r\nb\r\n\r\nc\r\n", "p:a b¶p:c");
  check ("\xEF\xBB\xBF# Title", "h1:Title");
  check ("a\\\nb", "p:a\nb");
  check ("- a\n- b\n  more\n  - c\n      - d\n", "item1:a¶item1:b more¶item2:c¶item3:d");
  check ("1. a\n2. b\n12. c\n2018. d", "item1#1:a¶item1#2:b¶item1#12:c 2018. d");
  check ("text\n- a\n* b\n-c", "p:text¶item1:a¶item1:b -c");
  check ("> a\n> b\n>\n> - c\nd", ">p:a b¶>item1:c¶p:d");
  check ("```python\nx = [1]\n\n  y * *z*\n```\nend", "code<python>:x = [1]\n\n  y * *z*¶p:end");
  check ("```\n\na\n```", "code:\na");
  check ("$$x^2$$", "formula:x^2");
  check ("text\n$$\na\n  b\n$$\nmore", "p:text¶formula:a\nb¶p:more");
  check ("![A curve](curve.svg)", "image<A curve>:curve.svg");
}

static void
test_tables (void)
{
  g_autoptr (ExMarkdown) page = NULL;
  const ExBlock *blocks;
  const ExSpan *spans;
  guint n;

  check ("| a | **b** |\n|---|--:|\n| $|x|$ | `|` |\n| c\\|d | |\nend",
         "row1:\ta\t<b>b</b>¶row2:\t<tt>|x|</tt>\t<tt>|</tt>¶row2:\tc|d\t¶p:end");
  check ("a\n| b |\n|:-:|\n", "p:a¶row1:\tb");
  check ("| *a | b* |\n|---|---|", "row1:\t*a\tb*");

  page = parse ("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |");
  blocks = ex_markdown_get_blocks (page, &n);
  g_assert_cmpuint (n, ==, 2);
  for (guint row = 0; row < 2; row++)
    {
      spans = ex_markdown_get_spans (page, &blocks[row], &n);
      g_assert_cmpuint (n, ==, 6);
      g_assert_cmpint (spans[0].kind, ==, EX_SPAN_CELL);
      g_assert_cmpint (spans[0].align, ==, EX_ALIGN_START);
      g_assert_cmpint (spans[2].align, ==, EX_ALIGN_CENTRE);
      g_assert_cmpint (spans[4].align, ==, EX_ALIGN_END);
    }
}

static void
test_spans (void)
{
  check ("a *b* **c** ***d*** e", "p:a <i>b</i> <b>c</b> <b><i>d</i></b> e");
  check ("**a *b* c**", "p:<b>a </b><b><i>b</i></b><b> c</b>");
  check ("2 * 3 * 4, a*b, **x", "p:2 * 3 * 4, a*b, **x");
  check ("****a****", "p:****a****");
  check ("`a*b*` ``c`d`` `e", "p:<tt>a*b*</tt> <tt>c`d</tt> `e");
  check ("$a_1$, $5 and $6, \\$x\\$, $$y$$", "p:<tt>a_1</tt>, $5 and $6, $x$, <tt>y</tt>");
  check ("*see $a*b$ and `*`*", "p:<i>see </i><i><tt>a*b</tt></i><i> and </i><i><tt>*</tt></i>");
  check ("a < b & \"c\"", "p:a &lt; b &amp; &quot;c&quot;");
  check ("\\*a\\* \\`b\\` \\\\ \\q", "p:*a* `b` \\ \\q");
  check ("[Do it](task:mse) and [on](lesson:12)",
         "p:<a href=\"task:mse\">Do it</a> and <a href=\"lesson:12\">on</a>");
  check ("[x](task:a\"b)", "p:<a href=\"task:a&quot;b\">x</a>");
  check ("[PyTorch](https://pytorch.org/)", "p:PyTorch (https://pytorch.org/)");
  check ("a[0] and [b] (c) [d", "p:a[0] and [b] (c) [d");
}

/* Chinese lines are joined without a space, and emphasis needs none around it. */
static void
test_chinese (void)
{
  check ("损失函数\n给出一个数，\n用 $L$\n表示", "p:损失函数给出一个数，用 <tt>L</tt> 表示");
  check ("这是**重点**和*强调*。", "p:这是<b>重点</b>和<i>强调</i>。");
  check ("**注意：**别忘了", "p:<b>注意：</b>别忘了");
  check ("损失$L$最小", "p:损失<tt>L</tt>最小");
}

static void
test_words (void)
{
  g_autoptr (ExMarkdown) page = parse ("# A title\nTwo words, `no code` $no\\ formula$ 损失函数 v2");

  g_assert_cmpuint (ex_markdown_count_words (page), ==, 2 + 2 + 4 + 1);
}

static void
test_errors (void)
{
  check_fails ("a\n\n```\ncode\n", "line 3");
  check_fails ("a\n$$\nx", "line 2");
  check_fails ("| a |\ntext", "line 1");
  check_fails ("\n| a |", "line 2");
  check_fails ("| a | b |\n|---|", "line 2");
  check_fails ("| a |\n| b |", "line 2");
  check_fails ("| a | b |\n|---|---|\n| c |", "line 3");
  check_fails ("| a |\n|---|\n| b | c |", "2 cells");
  check_fails ("|1|2|3|4|5|6|7|8|9|10|11|12|13|\n", "13 cells");
  check_fails ("a\n\nb [x](file.html)", "line 3");
  check_fails ("[x](javascript:1)", "javascript:1");
  check_fails ("![x](../secret.png)", "../secret.png");
  check_fails ("![x](a.exe)", "a.exe");
  check_fails ("![x] (a.png)", "line 1");
  check_fails ("fine\n\xFF", "line 2");
}

static void
test_limits (void)
{
  g_autofree char *large = g_strnfill (200 * 1024, 'a');
  g_autoptr (GString) headings = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  check_fails (large, "131072");
  for (guint i = 0; i < 5000; i++)
    g_string_append (headings, "# a\n");
  check_fails (headings->str, "4000");

  g_assert_null (ex_markdown_parse ("a\0b", 3, "page.md", &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_LESSON);
}

/* Text made to be slow: with each of these, a reader that searches for every
 * mark's partner anew takes time by the square of the length. */
static void
test_worst_cases (void)
{
  static const char * const pieces[] = {
    "*", "**", "* a", " *a", "`a", "``` `", "$a ", "$", "[", "[a](", "](", "\\", "|", "> ", "- ",
    "*a **b ", "$$ ", "` `` ``` ", "[a](task:b ", "\n\n", "**a**",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new ("x ");
      g_autoptr (ExMarkdown) page = NULL;

      while (text->len + strlen (pieces[i]) < 128 * 1024)
        g_string_append (text, pieces[i]);
      page = ex_markdown_parse (text->str, text->len, "page.md", NULL);
      g_test_message ("“%s”: %s", pieces[i], page != NULL ? "read" : "refused");
    }
}

static const char sample[] =
  "# *Loss* `x`\n\nA **b *c* d** $e_f$, [g](task:h) \\*.\n\n> q [l](lesson:12)\n> - r\n\n"
  "1. one\n  - two\n\n| a | $|b|$ |\n|:-:|--:|\n| `c` | d\\|e |\n\n```py\nx\n```\n"
  "$$\ny\n$$\n![k](l.png)\n损失\n函数";

static void
check_markup (const ExMarkdown *page)
{
  g_autofree char *text = print (page);
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (page, &n_blocks);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (guint i = 0; i < n_blocks; i++)
    {
      static const GMarkupParser nothing = { NULL };
      g_autoptr (GMarkupParseContext) context =
        g_markup_parse_context_new (&nothing, G_MARKUP_DEFAULT_FLAGS, NULL, NULL);
      g_autoptr (GError) error = NULL;
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (page, &blocks[i], &n_spans);
      g_autofree char *markup = ex_spans_to_markup (spans, n_spans);
      g_autofree char *document = g_strconcat ("<m>", markup, "</m>", NULL);

      g_markup_parse_context_parse (context, document, -1, &error);
      g_assert_no_error (error);
    }
}

static void
try_bytes (const char *data,
           gsize       size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExMarkdown) page = ex_markdown_parse (data, size, "page.md", &error);

  g_assert_true ((page == NULL) == (error != NULL));
  if (page != NULL)
    check_markup (page);
}

/* Every truncation, and every byte replaced by each that means something. */
static void
test_damage (void)
{
  static const char marks[] = "*`$[]()|#>-\\!: \n1a\xE6\xFF";
  g_autofree char *text = g_strdup (sample);
  gsize size = strlen (text);

  try_bytes (sample, size);
  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *cut = g_memdup2 (text, i > 0 ? i : 1);
      char good = text[i];

      try_bytes (cut, i);
      for (gsize j = 0; j < sizeof marks; j++)
        {
          text[i] = marks[j];
          try_bytes (text, size);
        }
      text[i] = good;
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markdown/blocks", test_blocks);
  g_test_add_func ("/markdown/tables", test_tables);
  g_test_add_func ("/markdown/spans", test_spans);
  g_test_add_func ("/markdown/chinese", test_chinese);
  g_test_add_func ("/markdown/words", test_words);
  g_test_add_func ("/markdown/errors", test_errors);
  g_test_add_func ("/markdown/limits", test_limits);
  g_test_add_func ("/markdown/worst-cases", test_worst_cases);
  g_test_add_func ("/markdown/damage", test_damage);
  return g_test_run ();
}
