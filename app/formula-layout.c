/* formula-layout.c: where each sign of a formula goes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula-layout.h"

#include "app/formula-layout-private.h"
#include "app/formula-tree.h"

/* Each set_ function below sets one kind of node at the origin and returns how
 * much room it takes; whoever has called it moves it to its place.  The
 * proportions are those of TeX where they matter and simpler elsewhere; all are
 * in em.  How deep the functions call each other is limited by the parser. */

#define FONTS           "STIX Two Text,STIX,Latin Modern Roman,TeX Gyre Termes," \
                        "Nimbus Roman,FreeSerif,DejaVu Serif,DejaVu Sans,serif"

/* Letters with serifs look smaller than the text around, which has none. */
#define FONT_SCALE      1.12

#define SCRIPT_SCALE    0.72
#define FRACTION_SCALE  0.88    /* of a fraction in a line */
#define LARGE_DISPLAYED 1.6
#define LARGE_INLINE    1.2
#define MIN_SIZE        7.0     /* pixels */
#define RULE            0.05
#define PADDING         0.12    /* above and below rules and limits */
#define PART_WIDTH_MIN  3.0     /* shorter parts are not worth a break */
#define TAIL_WIDTH_MIN  1.8     /* nor is a break before so little */

typedef struct
{
  PangoContext     *context;
  AppFormulaLayout *layout;
} Setter;

typedef struct
{
  double   size;                /* em in pixels */
  gboolean is_displayed;
  gboolean is_script;
} Style;

static AppBox set_node (Setter               *setter,
                        const AppFormulaNode *node,
                        Style                 style);

static void
clear_piece (gpointer piece)
{
  g_clear_object (&((AppPiece *) piece)->text);
}

static guint
count_pieces (Setter *setter)
{
  return setter->layout->pieces->len;
}

static void
move_pieces (Setter *setter,
             guint   from,
             guint   to,
             double  dx,
             double  dy)
{
  for (guint i = from; i < to; i++)
    {
      AppPiece *piece = &g_array_index (setter->layout->pieces, AppPiece, i);

      piece->x += dx;
      piece->y += dy;
    }
}

static void
add_piece (Setter *setter,
           AppPiece   piece)
{
  piece.part = setter->layout->breaks->len;
  g_array_append_val (setter->layout->pieces, piece);
}

static void
add_rule (Setter *setter,
          double  x,
          double  y,
          double  width,
          double  height)
{
  add_piece (setter, (AppPiece) { APP_PIECE_RULE, .x = x, .y = y, .width = width,
                                  .height = height });
}

static double
rule_thickness (Style style)
{
  return MAX (1, RULE * style.size);
}

static Style
smaller (Style  style,
         double scale)
{
  style.size = MAX (MIN_SIZE, style.size * scale);
  style.is_displayed = FALSE;
  return style;
}

static Style
script_of (Style style)
{
  style = smaller (style, SCRIPT_SCALE);
  style.is_script = TRUE;
  return style;
}

static PangoLayout *
make_text (Setter     *setter,
           const char *text,
           AppGlyph    flags,
           double      size)
{
  PangoLayout *layout = pango_layout_new (setter->context);
  PangoFontDescription *font;

  font = pango_font_description_copy (pango_context_get_font_description (setter->context));
  if (!(flags & APP_GLYPH_WORD))
    {
      pango_font_description_set_family (font, FONTS);
      pango_font_description_set_weight (font, PANGO_WEIGHT_NORMAL);
      size *= FONT_SCALE;
    }
  pango_font_description_set_style (font, flags & APP_GLYPH_ITALIC ? PANGO_STYLE_ITALIC
                                                                   : PANGO_STYLE_NORMAL);
  if (flags & APP_GLYPH_BOLD)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);

  pango_layout_set_font_description (layout, font);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
  pango_font_description_free (font);
  return layout;
}

/* The height is that of the ink.  A letter that leans out of its width keeps
 * that much away from its scripts. */
static AppBox
measure_text (PangoLayout *layout)
{
  double baseline = (double) pango_layout_get_baseline (layout) / PANGO_SCALE;
  PangoRectangle ink, logical;

  pango_layout_get_extents (layout, &ink, &logical);
  return (AppBox) {
    .width = (double) MAX (logical.width, ink.x + ink.width) / PANGO_SCALE,
    .ascent = baseline - (double) ink.y / PANGO_SCALE,
    .descent = (double) (ink.y + ink.height) / PANGO_SCALE - baseline,
  };
}

static AppBox
set_text (Setter     *setter,
          const char *text,
          AppGlyph    flags,
          double      size)
{
  PangoLayout *layout = make_text (setter, text, flags, size);

  add_piece (setter, (AppPiece) { APP_PIECE_TEXT, .stretch = 1, .text = layout });
  return measure_text (layout);
}

/* The height at which fractions have their rule and sums their middle. */
static double
axis_height (Setter *setter,
             Style   style)
{
  g_autoptr (PangoLayout) plus = make_text (setter, "+", 0, style.size);
  AppBox box = measure_text (plus);

  return (box.ascent - box.descent) / 2;
}

static AppBox
set_symbol (Setter               *setter,
            const AppFormulaNode *node,
            Style                 style)
{
  guint from = count_pieces (setter);
  double scale = !(node->flags & APP_GLYPH_LARGE) ? 1
                 : style.is_displayed ? LARGE_DISPLAYED : LARGE_INLINE;
  AppBox box = set_text (setter, node->text, node->flags, style.size * scale);

  if (node->flags & APP_GLYPH_LARGE)
    {
      double drop = (box.ascent - box.descent) / 2 - axis_height (setter, style);

      move_pieces (setter, from, count_pieces (setter), 0, drop);
      box.ascent -= drop;
      box.descent += drop;
    }
  return box;
}

static AppBox
set_fraction (Setter               *setter,
              const AppFormulaNode *node,
              Style                 style)
{
  Style inner = smaller (style, style.is_displayed ? 1 : FRACTION_SCALE);
  double rule = rule_thickness (style);
  double axis = axis_height (setter, style);
  double side = PADDING * style.size;
  double gap = rule / 2 + PADDING * inner.size;
  guint first = count_pieces (setter);
  AppBox above = set_node (setter, g_ptr_array_index (node->children, 0), inner);
  guint second = count_pieces (setter);
  AppBox below = set_node (setter, g_ptr_array_index (node->children, 1), inner);
  double width = MAX (above.width, below.width) + 2 * side;
  double rise = axis + gap + above.descent;
  double drop = -axis + gap + below.ascent;

  move_pieces (setter, first, second, (width - above.width) / 2, -rise);
  move_pieces (setter, second, count_pieces (setter), (width - below.width) / 2, drop);
  add_rule (setter, side / 2, -axis - rule / 2, width - side, rule);
  return (AppBox) { width, rise + above.ascent, drop + below.descent };
}

static AppBox
set_root (Setter               *setter,
          const AppFormulaNode *node,
          Style                 style)
{
  const AppFormulaNode *degree = g_ptr_array_index (node->children, 1);
  double rule = rule_thickness (style);
  double gap = PADDING * style.size;
  double sign = 0.6 * style.size;
  guint first = count_pieces (setter);
  AppBox box = set_node (setter, g_ptr_array_index (node->children, 0), style);
  guint second = count_pieces (setter);
  double top = MAX (box.ascent, 0.6 * style.size) + gap + rule;
  double bottom = box.descent + gap / 2;
  double ascent = top;
  double left = 0;

  if (degree != NULL)
    {
      AppBox index = set_node (setter, degree, smaller (script_of (style), SCRIPT_SCALE));
      double rise = 0.55 * (top + bottom) - bottom + gap + index.descent;

      /* It stands on the short arm of the sign. */
      left = MAX (0, index.width - sign / 2);
      move_pieces (setter, second, count_pieces (setter), left + sign / 2 - index.width, -rise);
      ascent = MAX (top, rise + index.ascent);
    }

  move_pieces (setter, first, second, left + sign, 0);
  add_piece (setter, (AppPiece) { APP_PIECE_ROOT, .x = left, .y = -top, .width = sign,
                                  .height = top + bottom });
  add_rule (setter, left + sign, -top, box.width + gap / 2, rule);
  return (AppBox) { left + sign + box.width + gap / 2, ascent, bottom };
}

/* Scripts in the middle above and below, as a displayed sum has its limits. */
static AppBox
set_limits (Setter               *setter,
            const AppFormulaNode *node,
            Style                 style)
{
  const AppFormulaNode *lower = g_ptr_array_index (node->children, 1);
  const AppFormulaNode *upper = g_ptr_array_index (node->children, 2);
  double gap = 1.5 * PADDING * style.size;
  AppBox below = { 0 };
  AppBox above = { 0 };
  guint first = count_pieces (setter);
  AppBox box = set_node (setter, g_ptr_array_index (node->children, 0), style);
  guint second = count_pieces (setter);
  guint third;
  double width;

  if (lower != NULL)
    below = set_node (setter, lower, script_of (style));
  third = count_pieces (setter);
  if (upper != NULL)
    above = set_node (setter, upper, script_of (style));

  width = MAX (box.width, MAX (below.width, above.width));
  move_pieces (setter, first, second, (width - box.width) / 2, 0);
  move_pieces (setter, second, third, (width - below.width) / 2,
               box.descent + gap + below.ascent);
  move_pieces (setter, third, count_pieces (setter), (width - above.width) / 2,
               -(box.ascent + gap + above.descent));
  box.width = width;
  if (lower != NULL)
    box.descent += gap + below.ascent + below.descent;
  if (upper != NULL)
    box.ascent += gap + above.ascent + above.descent;
  return box;
}

static AppBox
set_scripts (Setter               *setter,
             const AppFormulaNode *node,
             Style                 style)
{
  const AppFormulaNode *base = g_ptr_array_index (node->children, 0);
  const AppFormulaNode *lower = g_ptr_array_index (node->children, 1);
  const AppFormulaNode *upper = g_ptr_array_index (node->children, 2);
  gboolean is_prime = upper != NULL && upper->text != NULL && g_str_has_prefix (upper->text, "′");
  Style script = script_of (style);
  AppBox below = { 0 };
  AppBox above = { 0 };
  AppBox box;
  guint first, second;
  double rise, drop;

  if (style.is_displayed && (base->flags & APP_GLYPH_LIMITS))
    return set_limits (setter, node, style);

  box = set_node (setter, base, style);
  first = count_pieces (setter);
  if (lower != NULL)
    below = set_node (setter, lower, script);
  second = count_pieces (setter);
  if (upper != NULL)
    above = set_node (setter, upper, is_prime ? style : script);

  rise = MAX (0.42 * style.size, box.ascent - 0.3 * script.size);
  rise = MAX (rise, above.descent + 0.12 * style.size);
  if (is_prime)
    rise = 0;                   /* the sign is up there by itself */
  drop = MAX (0.18 * style.size, box.descent + 0.05 * style.size);
  if (lower != NULL && upper != NULL && !is_prime)
    drop = MAX (drop, below.ascent + above.descent + 0.15 * style.size - rise);

  move_pieces (setter, first, second, box.width, drop);
  move_pieces (setter, second, count_pieces (setter), box.width + 0.04 * style.size, -rise);
  box.width += MAX (below.width, above.width) + 0.06 * style.size;
  if (lower != NULL)
    box.descent = MAX (box.descent, drop + below.descent);
  if (upper != NULL)
    box.ascent = MAX (box.ascent, rise + above.ascent);
  return box;
}

static AppBox
set_accent (Setter               *setter,
            const AppFormulaNode *node,
            Style                 style)
{
  AppBox box = set_node (setter, g_ptr_array_index (node->children, 0), style);
  double gap = 0.6 * PADDING * style.size;
  double rule = rule_thickness (style);
  guint from = count_pieces (setter);
  AppBox accent;

  if (*node->text == '\0')
    {
      add_rule (setter, 0.05 * style.size, -box.ascent - gap - rule,
                box.width - 0.05 * style.size, rule);
      box.ascent += gap + rule;
      return box;
    }

  /* Its ink stands on the argument, a little to the right over slanted letters.
   * An arrow is a sign of the line and has to be made smaller. */
  accent = set_text (setter, node->text, 0,
                     style.size * (g_str_equal (node->text, "→") ? 0.6 : 1));
  move_pieces (setter, from, count_pieces (setter),
               (box.width - accent.width) / 2 + 0.06 * style.size,
               -(box.ascent + gap + accent.descent));
  box.ascent += gap + accent.ascent + accent.descent;
  return box;
}

/* A fence as high as @content, which is around the axis. */
static AppBox
set_fence_sign (Setter     *setter,
                const char *text,
                AppBox      content,
                Style       style)
{
  double axis = axis_height (setter, style);
  double height = 2 * MAX (content.ascent - axis, content.descent + axis);
  guint from = count_pieces (setter);
  AppBox box = set_text (setter, text, 0, style.size);
  AppPiece *piece = &g_array_index (setter->layout->pieces, AppPiece, from);

  piece->stretch = MAX (1, height / (box.ascent + box.descent));
  box.ascent *= piece->stretch;
  box.descent *= piece->stretch;
  piece->y = (box.ascent - box.descent) / 2 - axis;
  box.ascent -= piece->y;
  box.descent += piece->y;
  return box;
}

static AppBox
set_fence (Setter               *setter,
           const AppFormulaNode *node,
           Style                 style)
{
  guint first = count_pieces (setter);
  AppBox box = set_node (setter, g_ptr_array_index (node->children, 0), style);
  guint second = count_pieces (setter);
  AppBox content = box;

  if (*node->text != '\0')
    {
      AppBox sign = set_fence_sign (setter, node->text, content, style);

      move_pieces (setter, first, second, sign.width, 0);
      box.width += sign.width;
      box.ascent = MAX (box.ascent, sign.ascent);
      box.descent = MAX (box.descent, sign.descent);
    }
  if (*node->right != '\0')
    {
      guint third = count_pieces (setter);
      AppBox sign = set_fence_sign (setter, node->right, content, style);

      move_pieces (setter, third, count_pieces (setter), box.width, 0);
      box.width += sign.width;
      box.ascent = MAX (box.ascent, sign.ascent);
      box.descent = MAX (box.descent, sign.descent);
    }
  return box;
}

/* Room between neighbours in eighteenths of an em, by what they are; negative
 * where scripts have none. */
static double
space_between (AppAtom left,
               AppAtom right,
               Style   style)
{
  static const signed char spaces[8][8] = {
    [APP_ATOM_ORDINARY]    = {  0,  3, -4, -5,  0,  0,  0, -3 },
    [APP_ATOM_OPERATOR]    = {  3,  3,  0, -5,  0,  0,  0, -3 },
    [APP_ATOM_BINARY]      = { -4, -4,  0,  0, -4,  0,  0, -4 },
    [APP_ATOM_RELATION]    = { -5, -5,  0,  0, -5,  0,  0, -5 },
    [APP_ATOM_OPEN]        = {  0,  0,  0,  0,  0,  0,  0,  0 },
    [APP_ATOM_CLOSE]       = {  0,  3, -4, -5,  0,  0,  0, -3 },
    [APP_ATOM_PUNCTUATION] = { -3, -3,  0, -3, -3, -3, -3, -3 },
    [APP_ATOM_INNER]       = { -3,  3, -4, -5, -3,  0, -3, -3 },
  };
  int space = spaces[left][right];

  if (space < 0)
    return style.is_script ? 0 : -space * style.size / 18;
  return space * style.size / 18;
}

/* A sign between two terms that has no term on one of its sides is a plain
 * one: the minus of “−1”. */
static gboolean
is_plain (AppAtom  before,
          gboolean is_first,
          AppAtom  after,
          gboolean is_last)
{
  return is_first || before == APP_ATOM_BINARY || before == APP_ATOM_OPERATOR
         || before == APP_ATOM_RELATION || before == APP_ATOM_OPEN
         || before == APP_ATOM_PUNCTUATION
         || is_last || after == APP_ATOM_RELATION || after == APP_ATOM_CLOSE
         || after == APP_ATOM_PUNCTUATION;
}

static const AppFormulaNode *
next_atom (const AppFormulaNode *row,
           guint                 i)
{
  for (i++; i < row->children->len; i++)
    {
      const AppFormulaNode *node = g_ptr_array_index (row->children, i);

      if (node->kind != APP_NODE_SPACE)
        return node;
    }

  return NULL;
}

/* Begins another part when the last one is long enough. */
static void
break_part (Setter *setter,
            double  at,
            double  em)
{
  GArray *breaks = setter->layout->breaks;
  double start = breaks->len > 0 ? g_array_index (breaks, double, breaks->len - 1) : 0;

  if (at - start >= PART_WIDTH_MIN * em)
    g_array_append_val (breaks, at);
}

static AppBox
set_row (Setter               *setter,
         const AppFormulaNode *row,
         Style                 style,
         gboolean              is_breakable)
{
  AppBox box = { 0 };
  AppAtom before = APP_ATOM_ORDINARY;
  gboolean is_first = TRUE;

  for (guint i = 0; i < row->children->len; i++)
    {
      const AppFormulaNode *node = g_ptr_array_index (row->children, i);
      const AppFormulaNode *next = next_atom (row, i);
      AppAtom atom = node->atom;
      AppBox child;
      guint from;

      if (node->kind == APP_NODE_SPACE)
        {
          box.width += node->space * style.size;
          continue;
        }
      if (atom == APP_ATOM_BINARY
          && is_plain (before, is_first, next != NULL ? next->atom : atom, next == NULL))
        atom = APP_ATOM_ORDINARY;
      if (!is_first)
        box.width += space_between (before, atom, style);
      if (is_breakable && (before == APP_ATOM_RELATION || before == APP_ATOM_BINARY))
        break_part (setter, box.width, style.size);

      from = count_pieces (setter);
      child = set_node (setter, node, style);
      move_pieces (setter, from, count_pieces (setter), box.width, 0);
      box.width += child.width;
      box.ascent = MAX (box.ascent, child.ascent);
      box.descent = MAX (box.descent, child.descent);
      before = atom;
      is_first = FALSE;
    }

  return box;
}

static AppBox
set_node (Setter               *setter,
          const AppFormulaNode *node,
          Style                 style)
{
  switch (node->kind)
    {
    case APP_NODE_SYMBOL:
      return set_symbol (setter, node, style);

    case APP_NODE_SPACE:
      return (AppBox) { .width = node->space * style.size };

    case APP_NODE_FRACTION:
      return set_fraction (setter, node, style);

    case APP_NODE_ROOT:
      return set_root (setter, node, style);

    case APP_NODE_SCRIPTS:
      return set_scripts (setter, node, style);

    case APP_NODE_ACCENT:
      return set_accent (setter, node, style);

    case APP_NODE_FENCE:
      return set_fence (setter, node, style);

    case APP_NODE_ROW:
    default:
      return set_row (setter, node, style, FALSE);
    }
}

/* Takes a short last part into the one before. */
static void
join_tail (AppFormulaLayout *self)
{
  guint n = self->breaks->len;

  if (n == 0
      || self->box.width - g_array_index (self->breaks, double, n - 1) >= TAIL_WIDTH_MIN * self->em)
    return;

  g_array_set_size (self->breaks, n - 1);
  for (guint i = 0; i < self->pieces->len; i++)
    {
      AppPiece *piece = &g_array_index (self->pieces, AppPiece, i);

      piece->part = MIN (piece->part, n - 1);
    }
}

static double
font_size (PangoContext *context)
{
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;
  double dpi = pango_cairo_context_get_resolution (context);

  if (pango_font_description_get_size_is_absolute (font))
    return size;
  if (dpi <= 0)
    dpi = pango_cairo_font_map_get_resolution (
      PANGO_CAIRO_FONT_MAP (pango_context_get_font_map (context)));
  return size * dpi / 72;
}

AppFormulaLayout *
app_formula_layout_new (const char   *tex,
                        PangoContext *context,
                        gboolean      is_displayed)
{
  g_autoptr (AppFormulaNode) root = app_formula_parse (tex);
  Style style = { MAX (MIN_SIZE, font_size (context)), is_displayed, FALSE };
  Setter setter = { context, NULL };
  AppFormulaLayout *self;

  if (root == NULL)
    return NULL;

  self = g_new0 (AppFormulaLayout, 1);
  self->pieces = g_array_new (FALSE, TRUE, sizeof (AppPiece));
  g_array_set_clear_func (self->pieces, clear_piece);
  self->breaks = g_array_new (FALSE, FALSE, sizeof (double));
  setter.layout = self;
  self->em = style.size;
  self->box = set_row (&setter, root, style, !is_displayed);
  join_tail (self);
  return self;
}
