/* wire-set.h: the links of a graph as drawn curves
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

typedef struct _UiWireSet UiWireSet;

UiWireSet         *ui_wire_set_new          (void);
void               ui_wire_set_free         (UiWireSet          *self);
void               ui_wire_set_clear        (UiWireSet          *self);

void               ui_wire_set_add          (UiWireSet          *self,
                                             const UiGraphLink  *link);
void               ui_wire_set_remove       (UiWireSet          *self,
                                             const UiGraphLink  *link);
guint              ui_wire_set_get_size     (UiWireSet          *self);
const UiGraphLink *ui_wire_set_get_link     (UiWireSet          *self,
                                             guint               index);

/* Gives wire @index its curve.  A wire that has it already keeps its picture. */
void               ui_wire_set_place        (UiWireSet          *self,
                                             guint               index,
                                             UiPoint             from,
                                             UiPoint             to);
void               ui_wire_set_set_selected (UiWireSet          *self,
                                             guint               index,
                                             gboolean            selected);
gboolean           ui_wire_set_get_selected (UiWireSet          *self,
                                             guint               index);

/* The index of the wire nearest to @point and within @reach of it, or -1. */
int                ui_wire_set_hit          (UiWireSet          *self,
                                             const UiPoint      *point,
                                             double              reach);

/* The wire that would change if the user let go now, or -1 for none. */
void               ui_wire_set_set_lit      (UiWireSet          *self,
                                             int                 index);
int                ui_wire_set_get_lit      (UiWireSet          *self);

gboolean           ui_wire_set_crosses      (UiWireSet          *self,
                                             guint               index,
                                             const UiRect       *rect);

/* Appends the wires that reach into @visible.  Each is a render node that is
 * only made again when its curve or its look has changed. */
void               ui_wire_set_snapshot     (UiWireSet          *self,
                                             GtkSnapshot        *snapshot,
                                             const UiRect       *visible,
                                             const UiWireColors *colors);

/* The link that follows the pointer; it is never cached. */
void               ui_wire_snapshot_preview (const UiWire       *wire,
                                             UiWirePreview       preview,
                                             GtkSnapshot        *snapshot,
                                             const UiWireColors *colors);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWireSet, ui_wire_set_free)

G_END_DECLS
