/* formula-layout-private.h: what a formula is made of, once it has been set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/formula-layout.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  APP_PIECE_TEXT,
  APP_PIECE_RULE,
  APP_PIECE_ROOT,               /* the sign; its bar is a rule */
} AppPieceKind;

typedef struct
{
  AppPieceKind  kind;
  guint         part;
  double        x;              /* left end */
  double        y;              /* baseline of a text, upper edge of the others */
  double        width;
  double        height;
  double        stretch;        /* of a text, in height */
  PangoLayout  *text;           /* owned, or NULL */
} AppPiece;

struct _AppFormulaLayout
{
  AppBox   box;
  double   em;                  /* of its largest letters */
  GArray  *pieces;              /* AppPiece */
  GArray  *breaks;              /* double: where each part but the first begins */
};

G_END_DECLS
