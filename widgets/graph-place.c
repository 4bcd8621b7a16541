/* graph-place.c: where cards go, and in which order they are visited
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-place.h"

#include <math.h>

static gboolean
is_free (const UiRect *taken,
         guint         n_taken,
         const UiRect *place,
         double        gap)
{
  /* Touching counts as intersecting, but cards exactly @gap apart are fine. */
  UiRect wide = ui_rect_grow (place, gap - 0.5);

  for (guint i = 0; i < n_taken; i++)
    if (ui_rect_intersects (&wide, &taken[i]))
      return FALSE;

  return TRUE;
}

/* The best free place on the square ring @ring steps away from @wish. */
static gboolean
search_ring (const UiRect *taken,
             guint         n_taken,
             const UiRect *wish,
             double        gap,
             int           ring,
             UiPoint      *best)
{
  double best_distance = INFINITY;

  for (int row = -ring; row <= ring; row++)
    for (int column = -ring; column <= ring; column++)
      {
        double distance = hypot (row, column);
        UiRect place = *wish;

        if (MAX (ABS (row), ABS (column)) != ring || distance >= best_distance)
          continue;

        place.x += column * gap;
        place.y += row * gap;
        if (is_free (taken, n_taken, &place, gap))
          {
            best_distance = distance;
            *best = (UiPoint) { place.x, place.y };
          }
      }

  return best_distance < INFINITY;
}

UiPoint
ui_graph_find_place (const UiRect *taken,
                     guint         n_taken,
                     const UiRect *wish,
                     double        gap)
{
  UiPoint best;
  int ring = 0;

  /* The plane has no edge, so some ring is free. */
  while (!search_ring (taken, n_taken, wish, gap, ring, &best))
    ring++;
  return best;
}

/* Of the nodes that still wait, the one with the fewest links coming from
 * other waiting nodes, then the leftmost, then the topmost.  "Fewest" instead
 * of "none" lets a graph with a cycle be walked as well. */
static guint
pick_next (const UiGraphPlace *nodes,
           guint               n_nodes,
           const int          *waiting_for,
           const gboolean     *done)
{
  guint best = n_nodes;

  for (guint i = 0; i < n_nodes; i++)
    {
      if (done[i])
        continue;
      if (best == n_nodes || waiting_for[i] < waiting_for[best]
          || (waiting_for[i] == waiting_for[best]
              && (nodes[i].x < nodes[best].x
                  || (nodes[i].x == nodes[best].x && nodes[i].y < nodes[best].y))))
        best = i;
    }

  return best;
}

GArray *
ui_graph_order (const UiGraphPlace *nodes,
                guint               n_nodes,
                const UiGraphLink  *links,
                guint               n_links)
{
  g_autoptr (GHashTable) index_of = g_hash_table_new (NULL, NULL);
  g_autofree int *waiting_for = g_new0 (int, n_nodes);
  g_autofree gboolean *done = g_new0 (gboolean, n_nodes);
  GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_nodes);

  for (guint i = 0; i < n_nodes; i++)
    g_hash_table_insert (index_of, GUINT_TO_POINTER (nodes[i].id), GUINT_TO_POINTER (i));
  for (guint i = 0; i < n_links; i++)
    waiting_for[GPOINTER_TO_UINT (g_hash_table_lookup (index_of,
                                                       GUINT_TO_POINTER (links[i].to)))]++;

  while (order->len < n_nodes)
    {
      guint next = pick_next (nodes, n_nodes, waiting_for, done);

      done[next] = TRUE;
      g_array_append_val (order, next);
      for (guint i = 0; i < n_links; i++)
        if (links[i].from == nodes[next].id)
          waiting_for[GPOINTER_TO_UINT (g_hash_table_lookup (index_of,
                                                             GUINT_TO_POINTER (links[i].to)))]--;
    }

  return order;
}

int
ui_graph_neighbour (const UiPoint *points,
                    guint          n_points,
                    guint          start,
                    int            dx,
                    int            dy)
{
  double best_cost = INFINITY;
  int best = -1;

  for (guint i = 0; i < n_points; i++)
    {
      double right = points[i].x - points[start].x;
      double down = points[i].y - points[start].y;
      double ahead = right * dx + down * dy;
      double aside = fabs (right * dy) + fabs (down * dx);
      double cost = ahead + 2 * aside;

      if (i != start && ahead > 0 && cost < best_cost)
        {
          best_cost = cost;
          best = i;
        }
    }

  return best;
}
