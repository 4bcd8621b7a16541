/* test-formula.c: formulas are taken apart and set, and refused where they must be
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula-layout.h"
#include "app/formula-tree.h"
#include "exercises/checks/choice.h"
#include "exercises/course.h"

#include <math.h>
#include <string.h>

/* NULL when it is refused. */
static AppFormulaLayout *
set (const char *tex,
     double      pixels,
     gboolean    is_displayed)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = pango_font_description_from_string ("sans");
  AppFormulaLayout *layout;

  pango_font_description_set_absolute_size (font, pixels * PANGO_SCALE);
  pango_context_set_font_description (context, font);
  layout = app_formula_layout_new (tex, context, is_displayed);
  pango_font_description_free (font);
  g_object_unref (context);
  return layout;
}

static AppBox
measure (const char *tex,
         double      pixels,
         gboolean    is_displayed)
{
  g_autoptr (AppFormulaLayout) layout = set (tex, pixels, is_displayed);

  g_assert_nonnull (layout);
  return app_formula_layout_get_box (layout);
}

static const AppFormulaNode *
child (const AppFormulaNode *node,
       guint                 i)
{
  g_assert_cmpuint (i, <, node->children->len);
  return g_ptr_array_index (node->children, i);
}

static void
test_tree (void)
{
  g_autoptr (AppFormulaNode) root = app_formula_parse ("x_i^2 + \\frac1{n}\\le\\sqrt[3]{y}");
  const AppFormulaNode *scripts = child (root, 0);
  const AppFormulaNode *fraction = child (root, 2);
  const AppFormulaNode *cube_root = child (root, 4);

  g_assert_cmpuint (root->children->len, ==, 5);
  g_assert_cmpint (scripts->kind, ==, APP_NODE_SCRIPTS);
  g_assert_cmpstr (child (scripts, 0)->text, ==, "x");
  g_assert_cmpint (child (scripts, 0)->flags, ==, APP_GLYPH_ITALIC);
  g_assert_cmpstr (child (scripts, 1)->text, ==, "i");
  g_assert_cmpstr (child (scripts, 2)->text, ==, "2");
  g_assert_cmpint (child (root, 1)->atom, ==, APP_ATOM_BINARY);
  g_assert_cmpint (fraction->kind, ==, APP_NODE_FRACTION);
  g_assert_cmpstr (child (fraction, 0)->text, ==, "1");
  g_assert_cmpstr (child (child (fraction, 1), 0)->text, ==, "n");
  g_assert_cmpint (child (root, 3)->atom, ==, APP_ATOM_RELATION);
  g_assert_cmpint (cube_root->kind, ==, APP_NODE_ROOT);
  g_assert_cmpstr (child (child (cube_root, 1), 0)->text, ==, "3");
}

static void
test_characters (void)
{
  static const struct
  {
    const char *tex;
    const char *text;
  } cases[] = {
    { "-", "−" }, { "0.25", "0.25" }, { "\\alpha", "α" }, { "\\%", "%" }, { "\\|", "‖" },
    { "|", "|" }, { "\\argmax", "arg max" }, { "\\text{if so}", "if so" },
    { "\\mathbb{R}", "ℝ" }, { "\\{", "{" }, { "损", "损" }, { "\\infty", "∞" },
    { "\\rightarrow", "→" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AppFormulaNode) root = app_formula_parse (cases[i].tex);

      g_assert_nonnull (root);
      g_assert_cmpuint (root->children->len, ==, 1);
      g_assert_cmpstr (child (root, 0)->text, ==, cases[i].text);
    }
}

static void
test_refused (void)
{
  static const char * const wrong[] = {
    "", " ", "{", "}", "a}", "{a", "\\frac{a}", "\\frac", "x^", "x^2^3", "x_1_2", "x'^2",
    "\\sqrt[3", "\\left(a", "\\left(a\\right", "a\\right)", "\\left a\\right)", "\\unknown", "\\",
    "a & b", "#", "\\begin{matrix}a\\end{matrix}", "\\text{a{b}}", "\\text a", "\\mathbb{Y}",
    "\\hat", "\\frac{a}{\\b}", "^", "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (AppFormulaNode) root = app_formula_parse (wrong[i]);

      if (root != NULL)
        g_error ("“%s” is not refused.", wrong[i]);
    }
}

/* What is deep or long is refused before it costs anything. */
static void
test_limits (void)
{
  g_autoptr (GString) nested = g_string_new ("x");
  g_autofree char *opened = g_strnfill (1900, '{');
  g_autofree char *wide = g_strnfill (1900, 'x');
  g_autofree char *too_wide = g_strnfill (2001, 'x');
  g_autoptr (AppFormulaNode) root = app_formula_parse (wide);

  g_assert_nonnull (root);
  g_assert_null (app_formula_parse (too_wide));
  g_assert_null (app_formula_parse (opened));
  for (int i = 0; i < 60; i++)
    {
      g_string_prepend (nested, "\\frac 1{");
      g_string_append_c (nested, '}');
    }
  g_assert_null (app_formula_parse (nested->str));
}

/* Any bytes at all: a formula or a refusal, and what can be parsed can be set. */
static void
test_noise (void)
{
  static const char * const scraps[] = {
    "\\frac", "\\sqrt", "[", "]", "{", "}", "^", "_", "'", "\\left", "\\right", "(", ")", "|", ".",
    "\\hat", "\\sum", "\\text", "x", "12", " ", "\\", "\\,", "&", "α", "\\bar{", "+", "=", "\\ln",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (20240611);
  guint n_set = 0;

  for (int i = 0; i < 3000; i++)
    {
      g_autoptr (GString) tex = g_string_new (NULL);
      AppFormulaLayout *layout;

      for (int n = g_rand_int_range (random, 1, 12); n > 0; n--)
        g_string_append (tex, scraps[g_rand_int_range (random, 0, G_N_ELEMENTS (scraps))]);
      layout = set (tex->str, 16, i % 2);
      if (layout == NULL)
        continue;
      n_set++;
      g_assert_true (isfinite (app_formula_layout_get_box (layout).width));
      app_formula_layout_free (layout);
    }
  g_assert_cmpuint (n_set, >, 100);
}

/* Bigger things are bigger, and grow with the font. */
static void
test_sizes (void)
{
  AppBox letter = measure ("x", 20, FALSE);
  AppBox power = measure ("x^2", 20, FALSE);
  AppBox indexed = measure ("x_k", 20, FALSE);
  AppBox fraction = measure ("\\frac{a}{b}", 20, TRUE);
  AppBox line_fraction = measure ("\\frac{a}{b}", 20, FALSE);
  AppBox root = measure ("\\sqrt{x}", 20, FALSE);
  AppBox barred = measure ("\\bar{x}", 20, FALSE);
  AppBox twice = measure ("x", 40, FALSE);

  g_assert_cmpfloat (power.ascent, >, letter.ascent);
  g_assert_cmpfloat (power.width, >, letter.width);
  g_assert_cmpfloat (indexed.descent, >, letter.descent);
  g_assert_cmpfloat (indexed.ascent, ==, letter.ascent);
  g_assert_cmpfloat (fraction.ascent + fraction.descent, >,
                     line_fraction.ascent + line_fraction.descent);
  g_assert_cmpfloat (fraction.descent, >, letter.descent);
  g_assert_cmpfloat (root.width, >, letter.width + 6);
  g_assert_cmpfloat (root.ascent, >, letter.ascent);
  g_assert_cmpfloat (barred.ascent, >, letter.ascent);
  g_assert_cmpfloat (fabs (twice.width - 2 * letter.width), <, 2);
}

/* The limits of a sum stand beside it in a line, and above and below by itself. */
static void
test_limits_of_sums (void)
{
  AppBox plain = measure ("\\sum", 20, TRUE);
  AppBox displayed = measure ("\\sum_{i=1}^{N}", 20, TRUE);
  AppBox beside = measure ("\\sum_{i=1}^{N}", 20, FALSE);
  AppBox lower_only = measure ("\\max_i", 20, TRUE);

  g_assert_cmpfloat (displayed.ascent, >, plain.ascent + 8);
  g_assert_cmpfloat (displayed.descent, >, plain.descent + 8);
  g_assert_cmpfloat (beside.width, >, displayed.width);
  g_assert_cmpfloat (beside.ascent + beside.descent, <, displayed.ascent + displayed.descent);
  g_assert_cmpfloat (lower_only.descent, >, measure ("\\max", 20, TRUE).descent + 8);
}

static void
test_spaces (void)
{
  /* A sign between two terms has room; the sign of a number has none. */
  g_assert_cmpfloat (measure ("a-b", 20, FALSE).width, >, measure ("ab", 20, FALSE).width
                     + measure ("-", 20, FALSE).width + 6);
  g_assert_cmpfloat (fabs (measure ("-b", 20, FALSE).width - measure ("b", 20, FALSE).width
                           - measure ("-", 20, FALSE).width), <, 0.5);
  g_assert_cmpfloat (measure ("a\\quad b", 20, FALSE).width, >, measure ("ab", 20, FALSE).width
                     + 19);
  /* Scripts are set tight. */
  g_assert_cmpfloat (measure ("x^{a=b}", 20, FALSE).width, <,
                     measure ("x", 20, FALSE).width + 0.72 * measure ("a=b", 20, FALSE).width);
}

static void
test_fences (void)
{
  AppBox content = measure ("\\frac{a}{b}", 20, TRUE);
  AppBox plain = measure ("(\\frac{a}{b})", 20, TRUE);
  AppBox fenced = measure ("\\left(\\frac{a}{b}\\right)", 20, TRUE);
  AppBox open = measure ("\\left.\\frac{a}{b}\\right|", 20, TRUE);

  g_assert_cmpfloat (plain.width, >, content.width);
  g_assert_cmpfloat (fenced.ascent + fenced.descent, >=, content.ascent + content.descent);
  g_assert_cmpfloat (open.width, <, fenced.width);
}

/* A long formula can be broken in a line, a short or a displayed one cannot,
 * and its parts make up the whole. */
static void
test_parts (void)
{
  static const char sum[] = "-(0.5\\ln 0.25+0.25\\ln 0.5)=0.6931+0.1733+0.3466=1.2130";
  g_autoptr (AppFormulaLayout) line = set (sum, 16, FALSE);
  g_autoptr (AppFormulaLayout) displayed = set (sum, 16, TRUE);
  g_autoptr (AppFormulaLayout) small = set ("x=2", 16, FALSE);
  g_autoptr (AppFormulaLayout) grouped = set ("{a+b+c+d+e+f+g}", 16, FALSE);
  double width = 0;
  guint n = app_formula_layout_get_n_parts (line);

  g_assert_cmpuint (n, >=, 3);
  for (guint i = 0; i < n; i++)
    {
      AppBox part = app_formula_layout_get_part (line, i);

      g_assert_cmpfloat (part.width, >, 16);
      g_assert_cmpfloat (part.ascent, >=, app_formula_layout_get_box (line).ascent);
      width += part.width;
    }
  g_assert_cmpfloat (fabs (width - app_formula_layout_get_box (line).width), <, 0.01);
  g_assert_cmpuint (app_formula_layout_get_n_parts (displayed), ==, 1);
  g_assert_cmpuint (app_formula_layout_get_n_parts (small), ==, 1);
  g_assert_cmpuint (app_formula_layout_get_n_parts (grouped), ==, 1);
}

/* How much ink is in the rows of @surface from @top on. */
static guint
count_ink (cairo_surface_t *surface,
           int              top,
           int              bottom)
{
  const guchar *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  guint n = 0;

  cairo_surface_flush (surface);
  for (int y = top; y < bottom; y++)
    for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
      n += data[y * stride + x] > 64;
  return n;
}

/* The ink is in the box, on both sides of the axis, and drawing the parts one
 * by one draws all of it. */
static void
test_draw (void)
{
  static const char tex[] = "\\frac{abc}{def}+\\sqrt{x}+aaaaaa+bbbbbb=\\hat{y}";
  g_autoptr (AppFormulaLayout) layout = set (tex, 24, FALSE);
  AppBox box = app_formula_layout_get_box (layout);
  cairo_surface_t *whole = cairo_image_surface_create (CAIRO_FORMAT_A8, ceil (box.width) + 4, 120);
  cairo_surface_t *parts = cairo_image_surface_create (CAIRO_FORMAT_A8, ceil (box.width) + 4, 120);
  cairo_t *cr = cairo_create (whole);
  double x = 0;

  cairo_translate (cr, 2, 60);
  app_formula_layout_draw (layout, cr);
  cairo_destroy (cr);

  for (guint i = 0; i < app_formula_layout_get_n_parts (layout); i++)
    {
      cr = cairo_create (parts);
      cairo_translate (cr, 2 + x, 60);
      app_formula_layout_draw_part (layout, cr, i);
      x += app_formula_layout_get_part (layout, i).width;
      cairo_destroy (cr);
    }

  g_assert_cmpuint (count_ink (whole, 0, 60), >, 300);
  g_assert_cmpuint (count_ink (whole, 60, 120), >, 50);
  g_assert_cmpuint (count_ink (whole, 0, 60 - ceil (box.ascent) - 1), ==, 0);
  g_assert_cmpuint (count_ink (whole, 60 + ceil (box.descent) + 1, 120), ==, 0);
  g_assert_cmpint (abs ((int) count_ink (whole, 0, 120) - (int) count_ink (parts, 0, 120)), <,
                   (int) count_ink (whole, 0, 120) / 20);
  cairo_surface_destroy (whole);
  cairo_surface_destroy (parts);
}

static guint
check_formulas (const char       *where,
                const ExMarkdown *text)
{
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (text, &n_blocks);
  guint n = 0;

  for (guint i = 0; i < n_blocks; i++)
    {
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (text, &blocks[i], &n_spans);

      for (guint j = 0; j <= n_spans; j++)
        {
          const char *tex = j < n_spans ? (spans[j].kind == EX_SPAN_FORMULA ? spans[j].text : NULL)
                            : blocks[i].kind == EX_BLOCK_FORMULA ? blocks[i].text : NULL;
          g_autoptr (AppFormulaNode) root = tex != NULL ? app_formula_parse (tex) : NULL;

          if (tex != NULL && root == NULL)
            g_error ("%s: “%s” cannot be drawn.", where, tex);
          n += tex != NULL;
        }
    }
  return n;
}

static guint
check_text (const char *where,
            const char *text)
{
  g_autoptr (ExMarkdown) markdown = ex_markdown_parse (text, strlen (text), where, NULL);

  g_assert_nonnull (markdown);
  return check_formulas (where, markdown);
}

static guint
check_task (const ExTask *task)
{
  const ExChoice *choice = ex_task_get_choice (task);
  guint n = check_text (task->id, task->question) + check_text (task->id, task->explanation);

  for (guint i = 0; task->hints[i] != NULL; i++)
    n += check_text (task->id, task->hints[i]);
  for (guint i = 0; i < task->mistakes->len; i++)
    n += check_text (task->id, ((ExMistake *) g_ptr_array_index (task->mistakes, i))->message);
  for (guint i = 0; choice != NULL && i < choice->options->len; i++)
    n += check_text (task->id, ((ExOption *) g_ptr_array_index (choice->options, i))->text);
  return n;
}

/* Our own lessons never show TeX. */
static void
test_lessons (gconstpointer language)
{
  g_auto (GStrv) folders = ex_course_dup_folders ();
  g_autoptr (ExCourse) course = ex_course_load ((const char * const *) folders, language);
  GPtrArray *chapters = ex_course_get_chapters (course);
  guint n = 0;

  for (guint i = 0; i < chapters->len; i++)
    {
      const ExLesson *lesson = ((ExChapter *) g_ptr_array_index (chapters, i))->lesson;

      for (guint j = 0; lesson != NULL && j < lesson->pages->len; j++)
        {
          const ExPage *page = g_ptr_array_index (lesson->pages, j);

          n += check_formulas (page->file, page->text);
        }
      for (guint j = 0; lesson != NULL && j < lesson->tasks->len; j++)
        n += check_task (g_ptr_array_index (lesson->tasks, j));
    }
  g_assert_cmpuint (n, >, 80);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formula/tree", test_tree);
  g_test_add_func ("/formula/characters", test_characters);
  g_test_add_func ("/formula/refused", test_refused);
  g_test_add_func ("/formula/limits", test_limits);
  g_test_add_func ("/formula/noise", test_noise);
  g_test_add_func ("/formula/sizes", test_sizes);
  g_test_add_func ("/formula/limits-of-sums", test_limits_of_sums);
  g_test_add_func ("/formula/spaces", test_spaces);
  g_test_add_func ("/formula/fences", test_fences);
  g_test_add_func ("/formula/parts", test_parts);
  g_test_add_func ("/formula/draw", test_draw);
  g_test_add_data_func ("/formula/lessons/en", "en", test_lessons);
  g_test_add_data_func ("/formula/lessons/zh_CN", "zh_CN", test_lessons);

  return g_test_run ();
}
