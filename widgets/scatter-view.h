/* scatter-view.h: points of several groups in a plane
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  float x;
  float y;
  guint group;                  /* one of the names */
} UiPoint;

#define UI_TYPE_SCATTER_VIEW (ui_scatter_view_get_type ())
G_DECLARE_FINAL_TYPE (UiScatterView, ui_scatter_view, UI, SCATTER_VIEW, GtkWidget)

GtkWidget  *ui_scatter_view_new           (void);
void        ui_scatter_view_set_titles    (UiScatterView     *self,
                                           const char        *x_title,
                                           const char        *y_title);

/* Copies all: @names are the legend, NULL-terminated. */
void        ui_scatter_view_set_points    (UiScatterView     *self,
                                           const UiPoint     *points,
                                           guint              n_points,
                                           const char *const *names);

/* The index of a point, or GTK_INVALID_LIST_POSITION. */
guint       ui_scatter_view_get_selected  (UiScatterView     *self);
void        ui_scatter_view_set_selected  (UiScatterView     *self,
                                           guint              index);

G_END_DECLS
