/* wires.c: the links of a graph as drawn curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/wires.h"

#include <math.h>

/* GTK 4.8 has no render node for curves, so each wire is a small Cairo picture
 * in a render node of its own.  Panning and zooming only place those nodes
 * anew; moving one card makes the pictures of its own wires again. */

#define LINE_WIDTH     2.0
#define LINE_WIDTH_LIT 3.5

/* Room around the curve for the widest line and its soft edge. */
#define MARGIN 4.0

typedef struct
{
  UiGraphLink    link;
  UiWire         curve;
  UiRect         bounds;        /* of the curve with MARGIN */
  gboolean       selected;
  GskRenderNode *picture;       /* (nullable): NULL until drawn */
} Wire;

struct _UiWires
{
  GArray       *wires;          /* Wire */
  int           lit;
  UiWireColors  colors;         /* of the pictures */
};

static Wire *
get_wire (UiWires *self,
          guint      index)
{
  return &g_array_index (self->wires, Wire, index);
}

static void
forget_picture (Wire *wire)
{
  g_clear_pointer (&wire->picture, gsk_render_node_unref);
}

static void
wire_clear (gpointer data)
{
  forget_picture (data);
}

UiWires *
ui_wires_new (void)
{
  UiWires *self = g_new0 (UiWires, 1);

  self->wires = g_array_new (FALSE, FALSE, sizeof (Wire));
  g_array_set_clear_func (self->wires, wire_clear);
  self->lit = -1;
  return self;
}

void
ui_wires_free (UiWires *self)
{
  g_array_unref (self->wires);
  g_free (self);
}

void
ui_wires_clear (UiWires *self)
{
  g_array_set_size (self->wires, 0);
  self->lit = -1;
}

void
ui_wires_add (UiWires           *self,
              const UiGraphLink *link)
{
  Wire wire = { .link = *link };

  g_array_append_val (self->wires, wire);
}

void
ui_wires_remove (UiWires           *self,
                 const UiGraphLink *link)
{
  ui_wires_set_lit (self, -1);
  for (guint i = 0; i < self->wires->len; i++)
    if (ui_graph_link_equal (&get_wire (self, i)->link, link))
      {
        g_array_remove_index (self->wires, i);
        return;
      }
}

guint
ui_wires_get_size (UiWires *self)
{
  return self->wires->len;
}

const UiGraphLink *
ui_wires_get_link (UiWires *self,
                   guint    index)
{
  return &get_wire (self, index)->link;
}

void
ui_wires_place (UiWires *self,
                guint    index,
                UiPoint  from,
                UiPoint  to)
{
  Wire *wire = get_wire (self, index);
  UiWire curve = ui_wire_between (from, to);
  UiRect bounds;

  if (ui_wire_equal (&wire->curve, &curve))
    return;

  wire->curve = curve;
  bounds = ui_wire_bounds (&curve);
  wire->bounds = ui_rect_grow (&bounds, MARGIN);
  forget_picture (wire);
}

void
ui_wires_set_selected (UiWires  *self,
                       guint     index,
                       gboolean  selected)
{
  Wire *wire = get_wire (self, index);

  if (wire->selected == selected)
    return;

  wire->selected = selected;
  forget_picture (wire);
}

gboolean
ui_wires_get_selected (UiWires *self,
                       guint    index)
{
  return get_wire (self, index)->selected;
}

int
ui_wires_hit (UiWires       *self,
              const UiPoint *point,
              double         reach)
{
  int best = -1;

  for (guint i = 0; i < self->wires->len; i++)
    {
      Wire *wire = get_wire (self, i);
      UiRect near = ui_rect_grow (&wire->bounds, reach);
      double distance;

      if (!ui_rect_contains (&near, point))
        continue;

      distance = ui_wire_distance (&wire->curve, point);
      if (distance <= reach)
        {
          reach = distance;
          best = i;
        }
    }

  return best;
}

void
ui_wires_set_lit (UiWires *self,
                  int      index)
{
  if (self->lit == index)
    return;

  if (self->lit >= 0)
    forget_picture (get_wire (self, self->lit));
  self->lit = index;
  if (self->lit >= 0)
    forget_picture (get_wire (self, self->lit));
}

int
ui_wires_get_lit (UiWires *self)
{
  return self->lit;
}

static void
trace (cairo_t      *cr,
       const UiWire *wire)
{
  const UiPoint *p = wire->p;

  cairo_move_to (cr, p[0].x, p[0].y);
  for (guint i = 0; i < wire->n_curves; i++, p += 3)
    cairo_curve_to (cr, p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
}

static graphene_rect_t
to_graphene (const UiRect *rect)
{
  return GRAPHENE_RECT_INIT (rect->x, rect->y, rect->width, rect->height);
}

static void
draw_picture (Wire               *wire,
              gboolean            emphasised,
              const UiWireColors *colors)
{
  graphene_rect_t bounds = to_graphene (&wire->bounds);
  cairo_t *cr;

  wire->picture = gsk_cairo_node_new (&bounds);
  cr = gsk_cairo_node_get_draw_context (wire->picture);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, emphasised ? LINE_WIDTH_LIT : LINE_WIDTH);
  gdk_cairo_set_source_rgba (cr, emphasised ? &colors->accent : &colors->normal);
  trace (cr, &wire->curve);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

void
ui_wires_snapshot (UiWires            *self,
                   GtkSnapshot        *snapshot,
                   const UiRect       *visible,
                   const UiWireColors *colors)
{
  gboolean repaint = !gdk_rgba_equal (&colors->normal, &self->colors.normal)
                     || !gdk_rgba_equal (&colors->accent, &self->colors.accent);

  self->colors = *colors;
  for (guint i = 0; i < self->wires->len; i++)
    {
      Wire *wire = get_wire (self, i);

      if (repaint)
        forget_picture (wire);
      if (!ui_rect_intersects (&wire->bounds, visible))
        continue;
      if (wire->picture == NULL)
        draw_picture (wire, wire->selected || (int) i == self->lit, colors);
      gtk_snapshot_append_node (snapshot, wire->picture);
    }
}

void
ui_wire_snapshot_preview (const UiWire       *wire,
                          UiWirePreview       preview,
                          GtkSnapshot        *snapshot,
                          const UiWireColors *colors)
{
  const double dashes[] = { 6, 5 };
  UiRect tight = ui_wire_bounds (wire);
  UiRect wide = ui_rect_grow (&tight, MARGIN);
  graphene_rect_t bounds = to_graphene (&wide);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  /* Solid where it would hold, dashed where it would not: colour is not the
   * only difference. */
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, preview == UI_WIRE_PREVIEW_TARGET ? LINE_WIDTH_LIT : LINE_WIDTH);
  if (preview != UI_WIRE_PREVIEW_TARGET)
    cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  gdk_cairo_set_source_rgba (cr, preview == UI_WIRE_PREVIEW_REFUSED
                                 ? &colors->refused : &colors->accent);
  trace (cr, wire);
  cairo_stroke (cr);
  cairo_destroy (cr);
}
