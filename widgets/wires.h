/* wires.h: the links of a graph as drawn curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"
#include "widgets/wire.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GdkRGBA normal;
  GdkRGBA accent;               /* of a selected wire and of one about to change */
  GdkRGBA refused;
} UiWireColors;

typedef enum
{
  UI_WIRE_PREVIEW,              /* the link being drawn, ending nowhere yet */
  UI_WIRE_PREVIEW_TARGET,       /* ending at a port that takes it */
  UI_WIRE_PREVIEW_REFUSED,      /* ending at one that does not */
} UiWirePreview;

typedef struct _UiWires UiWires;

UiWires           *ui_wires_new             (void);
void               ui_wires_free            (UiWires            *self);
void               ui_wires_clear           (UiWires            *self);

void               ui_wires_add             (UiWires            *self,
                                             const UiGraphLink  *link);
void               ui_wires_remove          (UiWires            *self,
                                             const UiGraphLink  *link);
guint              ui_wires_get_size        (UiWires            *self);
const UiGraphLink *ui_wires_get_link        (UiWires            *self,
                                             guint               index);

/* Gives wire @index its curve.  A wire that has it already keeps its picture. */
void               ui_wires_place           (UiWires            *self,
                                             guint               index,
                                             UiPoint             from,
                                             UiPoint             to);
void               ui_wires_set_selected    (UiWires            *self,
                                             guint               index,
                                             gboolean            selected);
gboolean           ui_wires_get_selected    (UiWires            *self,
                                             guint               index);

/* The index of the wire nearest to @point and within @reach of it, or -1. */
int                ui_wires_hit             (UiWires            *self,
                                             const UiPoint      *point,
                                             double              reach);

/* The wire that would change if the user let go now, or -1 for none. */
void               ui_wires_set_lit         (UiWires            *self,
                                             int                 index);
int                ui_wires_get_lit         (UiWires            *self);

/* Appends the wires that reach into @visible.  Each is a render node that is
 * only made again when its curve or its look has changed. */
void               ui_wires_snapshot        (UiWires            *self,
                                             GtkSnapshot        *snapshot,
                                             const UiRect       *visible,
                                             const UiWireColors *colors);

/* The link that follows the pointer; it is never cached. */
void               ui_wire_snapshot_preview (const UiWire       *wire,
                                             UiWirePreview       preview,
                                             GtkSnapshot        *snapshot,
                                             const UiWireColors *colors);

G_END_DECLS
