/* formula-tree.c: a formula in TeX, taken apart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula-tree.h"

#include <string.h>

#define TEX_MAX_BYTES 2000

/* Groups inside groups; what is deeper is refused, so that the recursion below
 * and that of the layout have a bottom. */
#define MAX_DEPTH     16

typedef struct
{
  const char *at;
  guint       depth;
} Parser;

void
app_formula_node_free (AppFormulaNode *self)
{
  g_free (self->text);
  g_free (self->right);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

static void
free_child (gpointer child)
{
  if (child != NULL)
    app_formula_node_free (child);
}

static AppFormulaNode *
node_new (AppNodeKind kind,
          AppAtom     atom)
{
  AppFormulaNode *self = g_new0 (AppFormulaNode, 1);

  self->kind = kind;
  self->atom = atom;
  self->children = g_ptr_array_new_with_free_func (free_child);
  return self;
}

static AppFormulaNode *
symbol_new (const char *text,
            gsize       size,
            AppAtom     atom,
            AppGlyph    flags)
{
  AppFormulaNode *self = node_new (APP_NODE_SYMBOL, atom);

  self->text = g_strndup (text, size);
  self->flags = flags;
  return self;
}

static AppFormulaNode *
known_symbol_new (const AppSymbol *symbol)
{
  return symbol_new (symbol->text, strlen (symbol->text), symbol->atom, symbol->flags);
}

static void
skip_spaces (Parser *parser)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
}

/* What is behind a backslash: letters, or one other character.
 * (transfer full) */
static char *
read_name (Parser *parser)
{
  const char *start = ++parser->at;

  while (g_ascii_isalpha (*parser->at))
    parser->at++;
  if (parser->at == start && *start != '\0')
    parser->at = g_utf8_next_char (start);
  return g_strndup (start, parser->at - start);
}

/* “\right” is not the beginning of “\rightarrow”. */
static gboolean
starts_with (Parser     *parser,
             const char *end)
{
  gsize size = strlen (end);

  return strncmp (parser->at, end, size) == 0
         && !(*end == '\\' && g_ascii_isalpha (parser->at[size]));
}

static AppFormulaNode *parse_row      (Parser     *parser,
                                       const char *end);
static AppFormulaNode *parse_argument (Parser     *parser);

/* The text between braces as it stands.  (transfer full) */
static char *
read_braces (Parser *parser)
{
  const char *start;
  const char *end;

  skip_spaces (parser);
  if (*parser->at != '{')
    return NULL;

  start = parser->at + 1;
  end = strpbrk (start, "{}\\");
  if (end == NULL || *end != '}')
    return NULL;

  parser->at = end + 1;
  return g_strndup (start, end - start);
}

/* Adds @child to @self, or frees @self when there is none. */
static AppFormulaNode *
with_child (AppFormulaNode *self,
            AppFormulaNode *child)
{
  if (self == NULL || child == NULL)
    {
      g_clear_pointer (&self, app_formula_node_free);
      g_clear_pointer (&child, app_formula_node_free);
      return NULL;
    }

  g_ptr_array_add (self->children, child);
  return self;
}

static AppFormulaNode *
parse_fraction (Parser *parser)
{
  AppFormulaNode *self = node_new (APP_NODE_FRACTION, APP_ATOM_INNER);

  self = with_child (self, parse_argument (parser));
  return self != NULL ? with_child (self, parse_argument (parser)) : NULL;
}

static AppFormulaNode *
parse_root (Parser *parser)
{
  AppFormulaNode *self = node_new (APP_NODE_ROOT, APP_ATOM_ORDINARY);
  AppFormulaNode *degree = NULL;

  skip_spaces (parser);
  if (*parser->at == '[')
    {
      parser->at++;
      degree = parse_row (parser, "]");
      if (degree == NULL)
        {
          app_formula_node_free (self);
          return NULL;
        }
    }

  self = with_child (self, parse_argument (parser));
  if (self == NULL)
    g_clear_pointer (&degree, app_formula_node_free);
  else
    g_ptr_array_add (self->children, degree);
  return self;
}

/* The sign behind “\left” and “\right”; "." is none.  (transfer full) */
static char *
read_fence (Parser *parser)
{
  g_autofree char *name = NULL;
  const AppSymbol *symbol;

  skip_spaces (parser);
  if (*parser->at == '.')
    {
      parser->at++;
      return g_strdup ("");
    }
  if (*parser->at == '|' || *parser->at == '/')
    return g_strndup (parser->at++, 1);

  if (*parser->at == '\\')
    name = read_name (parser);
  else if (*parser->at != '\0' && g_ascii_isprint (*parser->at))
    name = g_strndup (parser->at++, 1);
  symbol = name != NULL ? app_symbol_find (name) : NULL;
  if (symbol == NULL || (symbol->atom != APP_ATOM_OPEN && symbol->atom != APP_ATOM_CLOSE
                         && !g_str_equal (name, "|")))
    return NULL;

  return g_strdup (symbol->text);
}

static AppFormulaNode *
parse_fenced (Parser *parser)
{
  AppFormulaNode *self = node_new (APP_NODE_FENCE, APP_ATOM_INNER);

  self->text = read_fence (parser);
  if (self->text == NULL)
    {
      app_formula_node_free (self);
      return NULL;
    }
  self = with_child (self, parse_row (parser, "\\right"));
  if (self == NULL)
    return NULL;

  self->right = read_fence (parser);
  if (self->right == NULL)
    g_clear_pointer (&self, app_formula_node_free);
  return self;
}

static AppFormulaNode *
parse_accent (Parser     *parser,
              const char *text)
{
  AppFormulaNode *self = node_new (APP_NODE_ACCENT, APP_ATOM_ORDINARY);

  self->text = g_strdup (text);
  return with_child (self, parse_argument (parser));
}

/* The letters of “\mathbb” that have a character everybody's fonts have. */
static const char *
find_double_struck (const char *letter)
{
  static const char * const letters[][2] = {
    { "R", "ℝ" }, { "N", "ℕ" }, { "Z", "ℤ" }, { "Q", "ℚ" }, { "C", "ℂ" }, { "P", "ℙ" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if (g_str_equal (letters[i][0], letter))
      return letters[i][1];

  return NULL;
}

/* Words in a font of their own: “\text{if }”, “\mathrm{KL}”.  FALSE when @name
 * is not the name of one; otherwise @node is NULL when it is not written
 * rightly. */
static gboolean
parse_words (Parser          *parser,
             const char      *name,
             AppFormulaNode **node)
{
  static const struct
  {
    const char *name;
    AppAtom     atom;
    AppGlyph    flags;
  } fonts[] = {
    { "text", APP_ATOM_ORDINARY, APP_GLYPH_WORD },
    { "textbf", APP_ATOM_ORDINARY, APP_GLYPH_WORD | APP_GLYPH_BOLD },
    { "mathrm", APP_ATOM_ORDINARY, 0 },
    { "mathbf", APP_ATOM_ORDINARY, APP_GLYPH_BOLD },
    { "boldsymbol", APP_ATOM_ORDINARY, APP_GLYPH_BOLD | APP_GLYPH_ITALIC },
    { "mathit", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
    { "mathcal", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
    { "operatorname", APP_ATOM_OPERATOR, 0 },
  };
  g_autofree char *text = NULL;
  const char *shown;

  if (g_str_equal (name, "mathbb"))
    {
      text = read_braces (parser);
      shown = text != NULL ? find_double_struck (text) : NULL;
      *node = shown != NULL ? symbol_new (shown, strlen (shown), APP_ATOM_ORDINARY, 0) : NULL;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (fonts); i++)
    if (g_str_equal (fonts[i].name, name))
      {
        text = read_braces (parser);
        *node = text != NULL ? symbol_new (text, strlen (text), fonts[i].atom, fonts[i].flags)
                             : NULL;
        return TRUE;
      }

  return FALSE;
}

static AppFormulaNode *
parse_command (Parser *parser)
{
  g_autofree char *name = read_name (parser);
  const AppSymbol *symbol = app_symbol_find (name);
  const char *accent = app_symbol_find_accent (name);
  AppFormulaNode *node = NULL;
  double em;

  /* “\,” is a space although the comma is a symbol. */
  if (app_symbol_find_space (name, &em))
    {
      node = node_new (APP_NODE_SPACE, APP_ATOM_ORDINARY);
      node->space = em;
      return node;
    }
  if (symbol != NULL)
    return known_symbol_new (symbol);
  if (g_str_equal (name, "frac") || g_str_equal (name, "dfrac") || g_str_equal (name, "tfrac"))
    return parse_fraction (parser);
  if (g_str_equal (name, "sqrt"))
    return parse_root (parser);
  if (g_str_equal (name, "left"))
    return parse_fenced (parser);
  if (accent != NULL)
    return parse_accent (parser, accent);

  return parse_words (parser, name, &node) ? node : NULL;
}

/* “0.25” is one thing; a comma between digits is punctuation, as in TeX. */
static AppFormulaNode *
parse_number (Parser *parser)
{
  const char *start = parser->at;

  while (g_ascii_isdigit (*parser->at)
         || (*parser->at == '.' && g_ascii_isdigit (parser->at[1])))
    parser->at++;
  return symbol_new (start, parser->at - start, APP_ATOM_ORDINARY, 0);
}

static AppFormulaNode *
parse_character (Parser *parser)
{
  const char *start = parser->at;
  g_autofree char *name = NULL;
  const AppSymbol *symbol;

  parser->at = g_utf8_next_char (start);
  if (g_ascii_isalpha (*start))
    return symbol_new (start, 1, APP_ATOM_ORDINARY, APP_GLYPH_ITALIC);
  if ((guchar) *start >= 0x80)
    return symbol_new (start, parser->at - start, APP_ATOM_ORDINARY, APP_GLYPH_WORD);
  if (*start == '|')
    return symbol_new ("|", 1, APP_ATOM_ORDINARY, 0);
  if (*start == '~')
    {
      AppFormulaNode *space = node_new (APP_NODE_SPACE, APP_ATOM_ORDINARY);

      space->space = 0.25;
      return space;
    }

  /* These mean something to TeX unless a backslash stands before them. */
  if (strchr ("%#&_$^{}", *start) != NULL)
    return NULL;
  name = g_strndup (start, 1);
  symbol = app_symbol_find (name);
  return symbol != NULL ? known_symbol_new (symbol) : NULL;
}

static AppFormulaNode *
parse_atom (Parser *parser)
{
  skip_spaces (parser);
  if (*parser->at == '\0')
    return NULL;
  if (*parser->at == '{')
    {
      parser->at++;
      return parse_row (parser, "}");
    }
  if (*parser->at == '\\')
    return parse_command (parser);
  return g_ascii_isdigit (*parser->at) ? parse_number (parser) : parse_character (parser);
}

/* What an operation like “\frac” takes: a group, or the next thing, of which a
 * number gives one digit only. */
static AppFormulaNode *
parse_argument (Parser *parser)
{
  AppFormulaNode *node;

  skip_spaces (parser);
  if (g_ascii_isdigit (*parser->at))
    return symbol_new (parser->at++, 1, APP_ATOM_ORDINARY, 0);
  if (parser->depth == MAX_DEPTH)
    return NULL;

  parser->depth++;
  node = parse_atom (parser);
  parser->depth--;
  return node;
}

static AppFormulaNode *
parse_primes (Parser *parser)
{
  g_autoptr (GString) primes = g_string_new (NULL);

  for (; *parser->at == '\''; parser->at++)
    g_string_append (primes, "′");
  return symbol_new (primes->str, primes->len, APP_ATOM_ORDINARY, 0);
}

/* Adds the scripts that follow @base. */
static AppFormulaNode *
parse_scripts (Parser         *parser,
               AppFormulaNode *base)
{
  AppFormulaNode *scripts[2] = { NULL, NULL };
  AppFormulaNode *self;

  skip_spaces (parser);
  while (*parser->at == '^' || *parser->at == '_' || *parser->at == '\'')
    {
      guint i = *parser->at == '_' ? 0 : 1;
      gboolean is_prime = *parser->at == '\'';

      if (scripts[i] == NULL && !is_prime)
        parser->at++;
      if (scripts[i] == NULL)
        scripts[i] = is_prime ? parse_primes (parser) : parse_argument (parser);
      else
        g_clear_pointer (&scripts[i], app_formula_node_free);
      if (scripts[i] == NULL)
        {
          g_clear_pointer (&scripts[1 - i], app_formula_node_free);
          app_formula_node_free (base);
          return NULL;
        }
      skip_spaces (parser);
    }
  if (scripts[0] == NULL && scripts[1] == NULL)
    return base;

  self = node_new (APP_NODE_SCRIPTS, base->atom);
  g_ptr_array_add (self->children, base);
  g_ptr_array_add (self->children, scripts[0]);
  g_ptr_array_add (self->children, scripts[1]);
  return self;
}

/* Everything up to @end, which is "}", "]", "\\right" or "" for the end of the
 * formula. */
static AppFormulaNode *
parse_row (Parser     *parser,
           const char *end)
{
  g_autoptr (AppFormulaNode) row = node_new (APP_NODE_ROW, APP_ATOM_ORDINARY);

  if (parser->depth == MAX_DEPTH)
    return NULL;

  parser->depth++;
  for (;;)
    {
      AppFormulaNode *node;

      skip_spaces (parser);
      if (*parser->at == '\0' ? *end == '\0' : *end != '\0' && starts_with (parser, end))
        break;
      node = *parser->at == '^' || *parser->at == '_' || *parser->at == '\''
             ? node_new (APP_NODE_ROW, APP_ATOM_ORDINARY) : parse_atom (parser);
      node = node != NULL ? parse_scripts (parser, node) : NULL;
      if (node == NULL)
        return NULL;
      g_ptr_array_add (row->children, node);
    }

  parser->depth--;
  parser->at += strlen (end);
  return g_steal_pointer (&row);
}

AppFormulaNode *
app_formula_parse (const char *tex)
{
  Parser parser = { .at = tex };
  AppFormulaNode *root;

  if (strlen (tex) > TEX_MAX_BYTES || !g_utf8_validate (tex, -1, NULL))
    return NULL;

  root = parse_row (&parser, "");
  if (root != NULL && root->children->len == 0)
    g_clear_pointer (&root, app_formula_node_free);
  return root;
}
