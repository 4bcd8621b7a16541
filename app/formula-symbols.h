/* formula-symbols.h: what the names and characters of a formula stand for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The classes of TeX: they decide how much room is between neighbours. */
typedef enum
{
  APP_ATOM_ORDINARY,
  APP_ATOM_OPERATOR,
  APP_ATOM_BINARY,
  APP_ATOM_RELATION,
  APP_ATOM_OPEN,
  APP_ATOM_CLOSE,
  APP_ATOM_PUNCTUATION,
  APP_ATOM_INNER,               /* a fraction, or what stands between fences */
} AppAtom;

typedef enum
{
  APP_GLYPH_ITALIC = 1 << 0,
  APP_GLYPH_LARGE  = 1 << 1,    /* grows in a displayed formula, as a sum does */
  APP_GLYPH_LIMITS = 1 << 2,    /* scripts stand above and below in one */
  APP_GLYPH_WORD   = 1 << 3,    /* in the font of the text around */
  APP_GLYPH_BOLD   = 1 << 4,
} AppGlyph;

typedef struct
{
  const char *name;             /* without the backslash, or one character */
  const char *text;             /* what is drawn */
  AppAtom     atom;
  AppGlyph    flags;
} AppSymbol;

/* NULL when there is none of this name. */
const AppSymbol *app_symbol_find        (const char *name);

/* What is drawn above its argument by “\hat” and the like, or NULL. */
const char      *app_symbol_find_accent (const char *name);

/* The width in em of “\quad” and the like.  FALSE when @name is no space. */
gboolean         app_symbol_find_space  (const char *name,
                                         double     *em);

G_END_DECLS
