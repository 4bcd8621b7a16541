/* formula-symbols.c: what the names and characters of a formula stand for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/formula-symbols.h"

#include <string.h>

/* A name of one character that is no letter is written as it is, and with a
 * backslash where TeX gives it a meaning of its own: “\%”, “\{”.  “\|” is a
 * double bar and “|” a single one; see app/formula-tree.c. */
static const AppSymbol symbols[] = {
  /* Letters */
  { "alpha", "α", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "beta", "β", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "gamma", "γ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "delta", "δ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "epsilon", "ϵ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "varepsilon", "ε", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "zeta", "ζ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "eta", "η", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "theta", "θ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "vartheta", "ϑ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "iota", "ι", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "kappa", "κ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "mu", "μ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "nu", "ν", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "xi", "ξ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "pi", "π", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "rho", "ρ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "sigma", "σ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "tau", "τ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "upsilon", "υ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "phi", "ϕ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "varphi", "φ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "chi", "χ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "psi", "ψ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "omega", "ω", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "lambda", "λ", APP_ATOM_ORDINARY, APP_GLYPH_ITALIC },
  { "Gamma", "Γ", APP_ATOM_ORDINARY },
  { "Delta", "Δ", APP_ATOM_ORDINARY },
  { "Theta", "Θ", APP_ATOM_ORDINARY },
  { "Lambda", "Λ", APP_ATOM_ORDINARY },
  { "Xi", "Ξ", APP_ATOM_ORDINARY },
  { "Pi", "Π", APP_ATOM_ORDINARY },
  { "Sigma", "Σ", APP_ATOM_ORDINARY },
  { "Phi", "Φ", APP_ATOM_ORDINARY },
  { "Psi", "Ψ", APP_ATOM_ORDINARY },
  { "Omega", "Ω", APP_ATOM_ORDINARY },

  /* Signs that stand by themselves */
  { "infty", "∞", APP_ATOM_ORDINARY },
  { "partial", "∂", APP_ATOM_ORDINARY },
  { "nabla", "∇", APP_ATOM_ORDINARY },
  { "ell", "ℓ", APP_ATOM_ORDINARY },
  { "hbar", "ℏ", APP_ATOM_ORDINARY },
  { "prime", "′", APP_ATOM_ORDINARY },
  { "forall", "∀", APP_ATOM_ORDINARY },
  { "exists", "∃", APP_ATOM_ORDINARY },
  { "emptyset", "∅", APP_ATOM_ORDINARY },
  { "ldots", "…", APP_ATOM_ORDINARY },
  { "dots", "…", APP_ATOM_ORDINARY },
  { "cdots", "⋯", APP_ATOM_ORDINARY },
  { "vdots", "⋮", APP_ATOM_ORDINARY },
  { "%", "%", APP_ATOM_ORDINARY },
  { "#", "#", APP_ATOM_ORDINARY },
  { "&", "&", APP_ATOM_ORDINARY },
  { "_", "_", APP_ATOM_ORDINARY },
  { "$", "$", APP_ATOM_ORDINARY },
  { "|", "‖", APP_ATOM_ORDINARY },
  { "/", "/", APP_ATOM_ORDINARY },
  { "top", "⊤", APP_ATOM_ORDINARY },
  { "degree", "°", APP_ATOM_ORDINARY },
  { ".", ".", APP_ATOM_ORDINARY },
  { "?", "?", APP_ATOM_ORDINARY },
  { "@", "@", APP_ATOM_ORDINARY },
  { "\"", "\"", APP_ATOM_ORDINARY },
  { "`", "`", APP_ATOM_ORDINARY },

  /* Operators, in signs and in words */
  { "sum", "∑", APP_ATOM_OPERATOR, APP_GLYPH_LARGE | APP_GLYPH_LIMITS },
  { "prod", "∏", APP_ATOM_OPERATOR, APP_GLYPH_LARGE | APP_GLYPH_LIMITS },
  { "int", "∫", APP_ATOM_OPERATOR, APP_GLYPH_LARGE },
  { "bigcup", "⋃", APP_ATOM_OPERATOR, APP_GLYPH_LARGE | APP_GLYPH_LIMITS },
  { "bigcap", "⋂", APP_ATOM_OPERATOR, APP_GLYPH_LARGE | APP_GLYPH_LIMITS },
  { "log", "log", APP_ATOM_OPERATOR },
  { "ln", "ln", APP_ATOM_OPERATOR },
  { "exp", "exp", APP_ATOM_OPERATOR },
  { "sin", "sin", APP_ATOM_OPERATOR },
  { "cos", "cos", APP_ATOM_OPERATOR },
  { "tan", "tan", APP_ATOM_OPERATOR },
  { "sinh", "sinh", APP_ATOM_OPERATOR },
  { "cosh", "cosh", APP_ATOM_OPERATOR },
  { "tanh", "tanh", APP_ATOM_OPERATOR },
  { "dim", "dim", APP_ATOM_OPERATOR },
  { "deg", "deg", APP_ATOM_OPERATOR },
  { "arg", "arg", APP_ATOM_OPERATOR },
  { "max", "max", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "min", "min", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "lim", "lim", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "sup", "sup", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "inf", "inf", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "argmax", "arg max", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "argmin", "arg min", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "Pr", "Pr", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },
  { "det", "det", APP_ATOM_OPERATOR, APP_GLYPH_LIMITS },

  /* Between two terms */
  { "+", "+", APP_ATOM_BINARY },
  { "-", "−", APP_ATOM_BINARY },
  { "*", "∗", APP_ATOM_BINARY },
  { "cdot", "⋅", APP_ATOM_BINARY },
  { "times", "×", APP_ATOM_BINARY },
  { "div", "÷", APP_ATOM_BINARY },
  { "pm", "±", APP_ATOM_BINARY },
  { "mp", "∓", APP_ATOM_BINARY },
  { "circ", "∘", APP_ATOM_BINARY },
  { "odot", "⊙", APP_ATOM_BINARY },
  { "oplus", "⊕", APP_ATOM_BINARY },
  { "otimes", "⊗", APP_ATOM_BINARY },
  { "ast", "∗", APP_ATOM_BINARY },
  { "star", "⋆", APP_ATOM_BINARY },
  { "cup", "∪", APP_ATOM_BINARY },
  { "cap", "∩", APP_ATOM_BINARY },
  { "wedge", "∧", APP_ATOM_BINARY },
  { "vee", "∨", APP_ATOM_BINARY },
  { "setminus", "∖", APP_ATOM_BINARY },
  { "bullet", "∙", APP_ATOM_BINARY },

  /* Between two sides */
  { "=", "=", APP_ATOM_RELATION },
  { "<", "<", APP_ATOM_RELATION },
  { ">", ">", APP_ATOM_RELATION },
  { ":", ":", APP_ATOM_RELATION },
  { "le", "≤", APP_ATOM_RELATION },
  { "leq", "≤", APP_ATOM_RELATION },
  { "ge", "≥", APP_ATOM_RELATION },
  { "geq", "≥", APP_ATOM_RELATION },
  { "ne", "≠", APP_ATOM_RELATION },
  { "neq", "≠", APP_ATOM_RELATION },
  { "approx", "≈", APP_ATOM_RELATION },
  { "equiv", "≡", APP_ATOM_RELATION },
  { "sim", "∼", APP_ATOM_RELATION },
  { "propto", "∝", APP_ATOM_RELATION },
  { "ll", "≪", APP_ATOM_RELATION },
  { "gg", "≫", APP_ATOM_RELATION },
  { "in", "∈", APP_ATOM_RELATION },
  { "notin", "∉", APP_ATOM_RELATION },
  { "ni", "∋", APP_ATOM_RELATION },
  { "subset", "⊂", APP_ATOM_RELATION },
  { "subseteq", "⊆", APP_ATOM_RELATION },
  { "supset", "⊃", APP_ATOM_RELATION },
  { "to", "→", APP_ATOM_RELATION },
  { "rightarrow", "→", APP_ATOM_RELATION },
  { "leftarrow", "←", APP_ATOM_RELATION },
  { "leftrightarrow", "↔", APP_ATOM_RELATION },
  { "Rightarrow", "⇒", APP_ATOM_RELATION },
  { "Leftarrow", "⇐", APP_ATOM_RELATION },
  { "Leftrightarrow", "⇔", APP_ATOM_RELATION },
  { "mapsto", "↦", APP_ATOM_RELATION },
  { "mid", "∣", APP_ATOM_RELATION },
  { "parallel", "∥", APP_ATOM_RELATION },
  { "perp", "⊥", APP_ATOM_RELATION },

  /* Fences and punctuation */
  { "(", "(", APP_ATOM_OPEN },
  { "[", "[", APP_ATOM_OPEN },
  { "{", "{", APP_ATOM_OPEN },
  { "lfloor", "⌊", APP_ATOM_OPEN },
  { "lceil", "⌈", APP_ATOM_OPEN },
  { "lvert", "|", APP_ATOM_OPEN },
  { "lVert", "‖", APP_ATOM_OPEN },
  { "langle", "⟨", APP_ATOM_OPEN },
  { "lbrace", "{", APP_ATOM_OPEN },
  { ")", ")", APP_ATOM_CLOSE },
  { "]", "]", APP_ATOM_CLOSE },
  { "}", "}", APP_ATOM_CLOSE },
  { "!", "!", APP_ATOM_CLOSE },
  { "rfloor", "⌋", APP_ATOM_CLOSE },
  { "rceil", "⌉", APP_ATOM_CLOSE },
  { "rvert", "|", APP_ATOM_CLOSE },
  { "rVert", "‖", APP_ATOM_CLOSE },
  { "rangle", "⟩", APP_ATOM_CLOSE },
  { "rbrace", "}", APP_ATOM_CLOSE },
  { ",", ",", APP_ATOM_PUNCTUATION },
  { ";", ";", APP_ATOM_PUNCTUATION },
};

static const struct
{
  const char *name;
  const char *text;
} accents[] = {
  { "hat", "ˆ" },
  { "widehat", "ˆ" },
  { "tilde", "˜" },
  { "widetilde", "˜" },
  { "dot", "˙" },
  { "ddot", "¨" },
  { "vec", "→" },
  { "bar", "" },                /* a rule as wide as the argument */
  { "overline", "" },
};

static const struct
{
  const char *name;
  double      em;
} spaces[] = {
  { " ", 0.25 },
  { ",", 3.0 / 18 },
  { ":", 4.0 / 18 },
  { ";", 5.0 / 18 },
  { "!", -3.0 / 18 },
  { "quad", 1.0 },
  { "qquad", 2.0 },
};

const AppSymbol *
app_symbol_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    if (strcmp (symbols[i].name, name) == 0)
      return &symbols[i];

  return NULL;
}

const char *
app_symbol_find_accent (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accents); i++)
    if (strcmp (accents[i].name, name) == 0)
      return accents[i].text;

  return NULL;
}

gboolean
app_symbol_find_space (const char *name,
                       double     *em)
{
  for (gsize i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (strcmp (spaces[i].name, name) == 0)
      {
        *em = spaces[i].em;
        return TRUE;
      }

  return FALSE;
}
