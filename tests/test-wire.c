/* test-wire.c: the curves of links, and where cards go
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-place.h"
#include "widgets/wire.h"

#include <math.h>

static UiWire
random_wire (GRand *random)
{
  UiPoint from = { g_rand_double_range (random, -2000, 2000),
                   g_rand_double_range (random, -2000, 2000) };
  UiPoint to = { g_rand_double_range (random, -2000, 2000),
                 g_rand_double_range (random, -2000, 2000) };

  return ui_wire_between (from, to);
}

static void
test_rect (void)
{
  UiRect rect = { 10, 20, 30, 40 };
  UiRect right = { 40, 20, 5, 5 };
  UiRect far = { 41, 20, 5, 5 };
  UiRect joined = ui_rect_join (&rect, &far);
  UiRect grown = ui_rect_grow (&rect, 2);
  UiRect span = ui_rect_span (&(UiPoint) { 5, 1 }, &(UiPoint) { 2, 9 });

  g_assert_true (ui_rect_contains (&rect, &(UiPoint) { 40, 60 }));
  g_assert_false (ui_rect_contains (&rect, &(UiPoint) { 40.1, 60 }));
  g_assert_true (ui_rect_intersects (&rect, &right));
  g_assert_false (ui_rect_intersects (&rect, &far));
  g_assert_cmpfloat (joined.x + joined.width, ==, 46);
  g_assert_cmpfloat (joined.y + joined.height, ==, 60);
  g_assert_cmpfloat (grown.x, ==, 8);
  g_assert_cmpfloat (grown.height, ==, 44);
  g_assert_cmpfloat (span.x, ==, 2);
  g_assert_cmpfloat (span.y, ==, 1);
  g_assert_cmpfloat (span.width, ==, 3);
  g_assert_cmpfloat (span.height, ==, 8);
}

static void
test_ends (void)
{
  UiPoint from = { 100, 50 };
  UiPoint to = { -40, 300 };
  UiWire wire = ui_wire_between (from, to);
  UiPoint start = ui_wire_point (&wire, 0);
  UiPoint end = ui_wire_point (&wire, 1);
  UiPoint soon = ui_wire_point (&wire, 0.01);
  UiPoint late = ui_wire_point (&wire, 0.99);

  g_assert_cmpfloat (start.x, ==, from.x);
  g_assert_cmpfloat (start.y, ==, from.y);
  g_assert_cmpfloat (end.x, ==, to.x);
  g_assert_cmpfloat (end.y, ==, to.y);

  /* It leaves to the right and arrives from the left even when the input lies
   * behind the output, and is level with both ports there. */
  g_assert_cmpfloat (soon.x, >, from.x);
  g_assert_cmpfloat (late.x, <, to.x);
  g_assert_cmpfloat (fabs (soon.y - from.y), <, 1);
  g_assert_cmpfloat (fabs (late.y - to.y), <, 1);
}

/* Back to the next row, it stays off both rows of cards. */
static void
test_gap (void)
{
  UiPoint from = { 900, 100 };
  UiPoint to = { 0, 200 };
  UiWire wire = ui_wire_between (from, to);

  for (int i = 0; i <= 1000; i++)
    {
      UiPoint point = ui_wire_point (&wire, i / 1000.0);

      if (point.x > to.x && point.x < from.x)
        g_assert_cmpfloat_with_epsilon (point.y, 150, 1e-9);
    }
}

/* The bounds hold every point, and every side is touched by one. */
static void
test_bounds (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (int i = 0; i < 200; i++)
    {
      UiWire wire = random_wire (random);
      UiRect bounds = ui_wire_bounds (&wire);
      UiRect tight = { INFINITY, INFINITY, 0, 0 };
      double right = -INFINITY;
      double bottom = -INFINITY;

      for (int k = 0; k <= 2000; k++)
        {
          UiPoint point = ui_wire_point (&wire, k / 2000.0);

          tight.x = MIN (tight.x, point.x);
          tight.y = MIN (tight.y, point.y);
          right = MAX (right, point.x);
          bottom = MAX (bottom, point.y);
        }
      g_assert_cmpfloat_with_epsilon (bounds.x, tight.x, 0.01);
      g_assert_cmpfloat_with_epsilon (bounds.y, tight.y, 0.01);
      g_assert_cmpfloat_with_epsilon (bounds.x + bounds.width, right, 0.01);
      g_assert_cmpfloat_with_epsilon (bounds.y + bounds.height, bottom, 0.01);
    }
}

/* Against the slow way: the nearest of many points. */
static void
test_distance (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (int i = 0; i < 200; i++)
    {
      UiWire wire = random_wire (random);
      UiPoint point = { g_rand_double_range (random, -2000, 2000),
                        g_rand_double_range (random, -2000, 2000) };
      double slow = INFINITY;

      for (int k = 0; k <= 20000; k++)
        {
          UiPoint on = ui_wire_point (&wire, k / 20000.0);

          slow = MIN (slow, hypot (on.x - point.x, on.y - point.y));
        }
      g_assert_cmpfloat_with_epsilon (ui_wire_distance (&wire, &point), slow, 1);
    }
}

static void
test_no_length (void)
{
  UiPoint here = { 7, 7 };
  UiWire dot = { 1, { here, here, here, here } };
  UiRect bounds = ui_wire_bounds (&dot);

  g_assert_cmpfloat_with_epsilon (ui_wire_distance (&dot, &(UiPoint) { 10, 11 }), 5, 1e-9);
  g_assert_cmpfloat (bounds.width, ==, 0);
  g_assert_cmpfloat (bounds.height, ==, 0);
}

/* As many cards as there are, put where somebody else is, never overlap. */
static void
test_find_place (void)
{
  UiRect taken[60];
  UiRect wish = { 0, 0, 130, 50 };

  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    {
      UiPoint place = ui_graph_find_place (taken, i, &wish, 20);

      taken[i] = (UiRect) { place.x, place.y, wish.width, wish.height };
      for (guint k = 0; k < i; k++)
        {
          UiRect wide = ui_rect_grow (&taken[k], 19);

          g_assert_false (ui_rect_intersects (&wide, &taken[i]));
        }

      /* Near, too: sixty such cards fit into a square of 1000. */
      g_assert_cmpfloat (fabs (place.x), <, 700);
      g_assert_cmpfloat (fabs (place.y), <, 700);
    }
  g_assert_cmpfloat (taken[0].x, ==, 0);
  g_assert_cmpfloat (taken[0].y, ==, 0);
}

static void
assert_order (const UiGraphPlace *nodes,
              guint               n_nodes,
              const UiGraphLink  *links,
              guint               n_links,
              const guint        *expected)
{
  g_autoptr (GArray) order = ui_graph_order (nodes, n_nodes, links, n_links);

  g_assert_cmpuint (order->len, ==, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    g_assert_cmpuint (nodes[g_array_index (order, guint, i)].id, ==, expected[i]);
}

static void
test_order (void)
{
  const UiGraphPlace nodes[] = {
    { 10, 300, 0 }, { 20, 0, 50 }, { 30, 0, 0 }, { 40, 100, 0 },
  };
  const UiGraphLink links[] = { { 10, 0, 30, 0 }, { 10, 1, 30, 1 } };
  const UiGraphLink cycle[] = { { 20, 0, 30, 0 }, { 30, 0, 20, 0 } };

  assert_order (nodes, 4, NULL, 0, (guint[]) { 30, 20, 40, 10 });
  assert_order (nodes, 4, links, 2, (guint[]) { 20, 40, 10, 30 });
  assert_order (nodes, 4, cycle, 2, (guint[]) { 40, 10, 30, 20 });
  assert_order (NULL, 0, NULL, 0, NULL);
}

static void
test_neighbour (void)
{
  const UiPoint points[] = { { 0, 0 }, { 100, 10 }, { 60, 90 }, { -50, 0 }, { 0, 40 } };

  g_assert_cmpint (ui_graph_neighbour (points, 5, 0, 1, 0), ==, 1);
  g_assert_cmpint (ui_graph_neighbour (points, 5, 0, -1, 0), ==, 3);
  g_assert_cmpint (ui_graph_neighbour (points, 5, 0, 0, 1), ==, 4);
  g_assert_cmpint (ui_graph_neighbour (points, 5, 0, 0, -1), ==, -1);
  g_assert_cmpint (ui_graph_neighbour (points, 1, 0, 1, 0), ==, -1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rect/arithmetic", test_rect);
  g_test_add_func ("/wire/ends", test_ends);
  g_test_add_func ("/wire/gap", test_gap);
  g_test_add_func ("/wire/bounds", test_bounds);
  g_test_add_func ("/wire/distance", test_distance);
  g_test_add_func ("/wire/no-length", test_no_length);
  g_test_add_func ("/graph-place/free", test_find_place);
  g_test_add_func ("/graph-place/order", test_order);
  g_test_add_func ("/graph-place/neighbour", test_neighbour);
  return g_test_run ();
}
