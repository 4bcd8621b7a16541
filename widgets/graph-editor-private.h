/* graph-editor-private.h: what the files of the graph editor share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-editor.h"
#include "widgets/graph-sheet.h"

G_BEGIN_DECLS

typedef enum
{
  UI_GESTURE_NONE,
  UI_GESTURE_PENDING,           /* a button is down but has not moved far enough */
  UI_GESTURE_PAN,
  UI_GESTURE_BAND,
  UI_GESTURE_MOVE,
  UI_GESTURE_LINK,              /* with the pointer */
  UI_GESTURE_LINK_KEYS,
} UiGesture;

struct _UiGraphEditor
{
  GtkWidget      parent_instance;

  UiGraphModel  *model;         /* owned, nullable */
  UiGraphSheet  *sheet;
  GtkWidget     *bubble;        /* a word at the pointer */
  UiPoint        bubble_place;
  guint          bubble_timeout_id;

  /* The view. */
  UiPoint        origin;        /* where the model's (0, 0) is in the widget */
  double         zoom;
  double         pinch_zoom;    /* the zoom when a pinch began */
  gboolean       keep_fit;      /* fit again when the size changes */
  int            fit_width;     /* the size it was fitted to */
  int            fit_height;

  /* The gesture. */
  UiGesture      gesture;
  UiPoint        press;         /* where it began, in the widget */
  UiPoint        pointer;       /* where the pointer is, in the widget */
  UiPoint        press_origin;  /* the view's origin then */
  guint          press_node;    /* 0 for none */
  gboolean       press_kept;    /* the node was selected already */
  UiPortView    *link_start;    /* weak */
  UiPortView    *link_end;      /* weak; a port that would take the link */
  GArray        *band_base;     /* (nullable): what was selected before the band */
  UiRect         band;          /* in the model's coordinates */
  gboolean       space_down;
};

/* graph-editor-view.c */
UiPoint   ui_graph_editor_to_model     (UiGraphEditor      *self,
                                        UiPoint             point);
UiPoint   ui_graph_editor_to_widget    (UiGraphEditor      *self,
                                        UiPoint             point);
void      ui_graph_editor_zoom_about   (UiGraphEditor      *self,
                                        UiPoint             point,
                                        double              zoom);

/* Pans just far enough for @rect of the model to be seen. */
void      ui_graph_editor_reveal       (UiGraphEditor      *self,
                                        const UiRect       *rect);
void      ui_graph_editor_place_sheet  (UiGraphEditor      *self);
void      ui_graph_editor_add_view     (UiGraphEditor      *self);

/* Shows @text near @place in the widget: while a gesture lasts, or a moment. */
void      ui_graph_editor_say          (UiGraphEditor      *self,
                                        const char         *text,
                                        UiPoint             place,
                                        gboolean            refusal,
                                        gboolean            fleeting);
void      ui_graph_editor_hush         (UiGraphEditor      *self);

/* graph-editor-input.c */
void      ui_graph_editor_add_input    (UiGraphEditor      *self);
void      ui_graph_editor_cancel       (UiGraphEditor      *self);

/* graph-editor-link.c */
void      ui_graph_editor_begin_link   (UiGraphEditor      *self,
                                        UiPortView         *start,
                                        UiGesture           gesture);
void      ui_graph_editor_drag_link    (UiGraphEditor      *self,
                                        UiPortView         *port,
                                        UiNodeView         *node);
void      ui_graph_editor_drop_link    (UiGraphEditor      *self);
void      ui_graph_editor_end_link     (UiGraphEditor      *self);
gboolean  ui_graph_editor_link_key     (UiGraphEditor      *self,
                                        guint               keyval,
                                        GdkModifierType     state);

/* graph-editor-keys.c */
void      ui_graph_editor_add_keys     (UiGraphEditor      *self);
gboolean  ui_graph_editor_tab          (UiGraphEditor      *self,
                                        GtkDirectionType    direction);
void      ui_graph_editor_bind_keys    (GtkWidgetClass     *widget_class);

/* graph-editor-edit.c */
gboolean  ui_graph_editor_connect      (UiGraphEditor      *self,
                                        const UiGraphLink  *link,
                                        GError            **error);
void      ui_graph_editor_unlink       (UiGraphEditor      *self,
                                        UiPortView         *port);
void      ui_graph_editor_remove       (UiGraphEditor      *self,
                                        const guint        *ids,
                                        guint               n_ids,
                                        const UiGraphLink  *links,
                                        guint               n_links);

/* Moves the selection; @into is NULL, or the link that the only selected node
 * goes into. */
void      ui_graph_editor_move_by      (UiGraphEditor      *self,
                                        double              dx,
                                        double              dy,
                                        const UiGraphLink  *into);

/* The link that a node with its middle at @point of the model would be put
 * into, or NULL. */
const UiGraphLink *ui_graph_editor_link_below (UiGraphEditor *self,
                                               UiPoint        point);

G_END_DECLS
