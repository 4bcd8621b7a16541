/* test-generators.c: every generated set is complete, repeatable, balanced and learnable
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"
#include "datasets/generators/digit-shape.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_THREADS 4
#define CANARY    0xA5

/* Items one after the other, with a canary behind the last. */
typedef struct
{
  const DsGenerator *generator;
  guint32            count;
  gsize              item_bytes;
  guint8            *items;
  int               *labels;
} Drawn;

/* Room for a text and its answer. */
#define TEXT_BYTES 256

static gsize
bytes_of (const DsGenerator *generator)
{
  gsize n_pixels = generator->draw_map != NULL
                   ? generator->item.size[1] * generator->item.size[2] : 0;

  return generator->write != NULL ? 2 * TEXT_BYTES
         : nn_shape_count (&generator->item) * nn_dtype_size (generator->dtype) + n_pixels;
}

static Drawn *
drawn_new (const DsGenerator *generator,
           guint32            count)
{
  Drawn *self = g_new0 (Drawn, 1);

  self->generator = generator;
  self->count = count;
  self->item_bytes = bytes_of (generator);
  self->items = g_malloc (count * self->item_bytes + 1);
  self->items[count * self->item_bytes] = CANARY;
  self->labels = g_new (int, count);
  return self;
}

static void
drawn_free (Drawn *self)
{
  g_free (self->items);
  g_free (self->labels);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Drawn, drawn_free)

static void
write_text (const Drawn *self,
            guint64      seed,
            guint32      i,
            char        *item)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) answer = g_string_new (NULL);

  self->generator->write (seed, i, text, answer, &self->labels[i]);
  g_assert_cmpint (text->len, >, 0);
  g_assert_cmpint (text->len, <, TEXT_BYTES);
  g_assert_cmpint (answer->len, <, TEXT_BYTES);
  memset (item, 0, 2 * TEXT_BYTES);
  memcpy (item, text->str, text->len);
  memcpy (item + TEXT_BYTES, answer->str, answer->len);
}

static void
drawn_fill (Drawn   *self,
            guint64  seed,
            guint32  i)
{
  const DsGenerator *generator = self->generator;
  guint8 *item = self->items + i * self->item_bytes;

  self->labels[i] = -1;
  if (generator->write != NULL)
    write_text (self, seed, i, (char *) item);
  else if (generator->draw_map != NULL)
    generator->draw_map (seed, i, item, item + nn_shape_count (&generator->item));
  else
    generator->draw (seed, i, item, &self->labels[i]);
}

static Drawn *
draw_all (const DsGenerator *generator,
          guint32            count,
          guint64            seed)
{
  Drawn *self = drawn_new (generator, count);

  for (guint32 i = 0; i < count; i++)
    drawn_fill (self, seed, i);

  g_assert_cmpint (self->items[count * self->item_bytes], ==, CANARY);
  return self;
}

/* Number @j of item @i, whatever the type. */
static double
number (const Drawn *self,
        guint32      i,
        gsize        j)
{
  const guint8 *item = self->items + i * self->item_bytes;

  return self->generator->dtype == NN_UINT8 ? item[j] : ((const float *) item)[j];
}

static void
test_records (void)
{
  const DsGenerator *record;
  guint n_records = 0;

  for (; (record = ds_generator_nth (n_records)) != NULL; n_records++)
    {
      g_test_message ("%s", record->name);
      g_assert_true (ds_generator_find (record->name) == record);
      g_assert_true (g_str_has_suffix (record->summary, "."));
      g_assert_cmpint (strlen (record->title), >, 0);
      g_assert_true (record->dtype == NN_UINT8 || record->dtype == NN_FLOAT32);
      g_assert_cmpint (nn_shape_count (&record->item), >, 0);
      g_assert_cmpint ((record->draw != NULL) + (record->draw_map != NULL)
                       + (record->write != NULL), ==, 1);
      g_assert_cmpint (record->n_classes, >=, record->write != NULL ? 0 : 2);
      g_assert_cmpint (record->n_classes, <=, DS_GENERATOR_MAX_CLASSES);
      g_assert_cmpint (record->default_count, >=, 100);
      g_assert_cmpfloat (record->test_share, >, 0);
      g_assert_cmpfloat (record->test_share, <, 0.5);
      for (int i = 0; i < record->n_classes; i++)
        g_assert_cmpint (strlen (record->class_names[i]), >, 0);
    }

  g_assert_cmpint (n_records, >=, 9);
  g_assert_null (ds_generator_find ("no such set"));
}

static gboolean
has_labels (const DsGenerator *generator)
{
  return generator->draw_map == NULL && generator->n_classes > 0;
}

/* One of the threads: its own items first, then all the others. */
typedef struct
{
  Drawn   *drawn;
  guint32  start;
} Job;

static gpointer
draw_from_cb (gpointer data)
{
  Job *job = data;

  for (guint32 i = 0; i < job->drawn->count; i++)
    drawn_fill (job->drawn, 7, (job->start + i) % job->drawn->count);

  return NULL;
}

static void
test_repeats (gconstpointer data)
{
  const DsGenerator *generator = data;
  g_autoptr (Drawn) expected = draw_all (generator, 120, 7);
  g_autoptr (Drawn) other = draw_all (generator, 120, 8);
  GThread *threads[N_THREADS];
  Job jobs[N_THREADS];

  for (int i = 0; i < N_THREADS; i++)
    {
      jobs[i] = (Job) { drawn_new (generator, 120), i * 30 };
      threads[i] = g_thread_new ("draw", draw_from_cb, &jobs[i]);
    }

  for (int i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpmem (jobs[i].drawn->items, 120 * expected->item_bytes,
                       expected->items, 120 * expected->item_bytes);
      g_assert_cmpmem (jobs[i].drawn->labels, 120 * sizeof (int),
                       expected->labels, 120 * sizeof (int));
      drawn_free (jobs[i].drawn);
    }

  for (int i = 0; i < 120; i++)
    g_assert_true (memcmp (other->items + i * other->item_bytes,
                           expected->items + i * other->item_bytes, other->item_bytes) != 0);
  if (has_labels (generator))
    g_assert_true (memcmp (other->labels, expected->labels, 120 * sizeof (int)) != 0);
}

/* Every run of n_classes items holds each class once, not always in one order. */
static void
test_balance (gconstpointer data)
{
  const DsGenerator *generator = data;
  guint32 n_classes = generator->n_classes;
  g_autoptr (Drawn) drawn = draw_all (generator, 50 * n_classes, 1);
  gboolean varies = !has_labels (generator);

  for (guint32 i = 0; has_labels (generator) && i < drawn->count; i += n_classes)
    {
      guint64 seen = 0;

      for (guint32 j = 0; j < n_classes; j++)
        {
          g_assert_cmpint (drawn->labels[i + j], >=, 0);
          g_assert_cmpint (drawn->labels[i + j], <, n_classes);
          seen |= G_GUINT64_CONSTANT (1) << drawn->labels[i + j];
          varies |= drawn->labels[i + j] != drawn->labels[j];
        }
      g_assert_cmphex (seen, ==, (G_GUINT64_CONSTANT (1) << n_classes) - 1);
    }

  g_assert_true (varies);
}

static void
test_range (gconstpointer data)
{
  const DsGenerator *generator = data;
  g_autoptr (Drawn) drawn = draw_all (generator, 400, 3);
  gsize n_numbers = nn_shape_count (&generator->item);

  for (guint32 i = 0; generator->write == NULL && i < drawn->count; i++)
    {
      double highest = -INFINITY;
      double lowest = INFINITY;

      for (gsize j = 0; j < n_numbers; j++)
        {
          highest = MAX (highest, number (drawn, i, j));
          lowest = MIN (lowest, number (drawn, i, j));
        }

      if (generator->dtype == NN_UINT8)
        {
          /* Ink on a dark ground: neither an empty picture nor a full one. */
          g_assert_cmpfloat (highest, >=, 90);
          g_assert_cmpfloat (lowest, <=, 20);
        }
      else
        {
          g_assert_cmpfloat (highest, <=, 1.4);
          g_assert_cmpfloat (lowest, >=, -1.4);
        }
    }
}

static double
squared_distance (const Drawn  *a,
                  guint32       i,
                  const double *point)
{
  gsize n_numbers = nn_shape_count (&a->generator->item);
  double sum = 0;

  for (gsize j = 0; j < n_numbers; j++)
    {
      double difference = number (a, i, j) - point[j];

      sum += difference * difference;
    }

  return sum;
}

/* The share of items that lie nearest to the mean of their own class, where the
 * means come from other items. */
static double
centroid_accuracy (const DsGenerator *generator)
{
  g_autoptr (Drawn) training = draw_all (generator, 1000, 11);
  g_autoptr (Drawn) test = draw_all (generator, 500, 12);
  gsize n_numbers = nn_shape_count (&generator->item);
  g_autofree double *means = g_new0 (double, generator->n_classes * n_numbers);
  int n_right = 0;

  for (guint32 i = 0; i < training->count; i++)
    for (gsize j = 0; j < n_numbers; j++)
      means[training->labels[i] * n_numbers + j]
        += number (training, i, j) * generator->n_classes / training->count;

  for (guint32 i = 0; i < test->count; i++)
    {
      int best = 0;

      for (int c = 1; c < generator->n_classes; c++)
        if (squared_distance (test, i, means + c * n_numbers)
            < squared_distance (test, i, means + best * n_numbers))
          best = c;
      n_right += best == test->labels[i];
    }

  return (double) n_right / test->count;
}

/* The share of points in the plane whose nearest neighbour in another set of
 * the same kind is of their class. */
static double
neighbour_accuracy (const DsGenerator *generator)
{
  g_autoptr (Drawn) training = draw_all (generator, 1000, 11);
  g_autoptr (Drawn) test = draw_all (generator, 300, 12);
  int n_right = 0;

  for (guint32 i = 0; i < test->count; i++)
    {
      double point[2] = { number (test, i, 0), number (test, i, 1) };
      guint32 best = 0;

      for (guint32 j = 1; j < training->count; j++)
        if (squared_distance (training, j, point) < squared_distance (training, best, point))
          best = j;
      n_right += training->labels[best] == test->labels[i];
    }

  return (double) n_right / test->count;
}

static void
test_digits_differ (void)
{
  const DsGenerator *digits = ds_generator_find ("digits");
  double accuracy = centroid_accuracy (digits);

  g_test_message ("%d typefaces, nearest mean is right for %.1f %%",
                  ds_digit_count_faces (), 100 * accuracy);
  g_assert_cmpfloat (accuracy, >, 0.6);

  /* A set that means alone could settle would leave a network nothing to do. */
  g_assert_cmpfloat (accuracy, <, 0.85);
}

/* What gcc 12 and Cairo 1.16 made.  Numbers drawn in another order, on purpose
 * or because a compiler may, change these pictures far more than rounding. */
static void
test_digits_recorded (void)
{
  static const struct
  {
    int    label;
    double ink;                 /* mean of the pixels */
  } recorded[] = {
    { 7, 24.12 }, { 4, 26.86 }, { 9, 21.44 }, { 5, 35.39 }, { 3, 23.21 },
    { 0, 30.59 }, { 1, 19.01 }, { 6, 22.51 }, { 2, 25.21 }, { 8, 40.16 },
  };
  g_autoptr (Drawn) drawn = draw_all (ds_generator_find ("digits"), G_N_ELEMENTS (recorded), 1);

  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      double ink = 0;

      for (int j = 0; j < 784; j++)
        ink += number (drawn, i, j) / 784;
      g_assert_cmpint (drawn->labels[i], ==, recorded[i].label);
      g_assert_cmpfloat_with_epsilon (ink, recorded[i].ink, 0.2);
    }
}

/* The same on a machine without fonts, where Pango must not even warn; in a
 * process of its own because fonts are looked up once. */
static void
test_digits_without_fonts (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  if (g_test_subprocess ())
    {
      test_digits_differ ();
      test_digits_recorded ();
      g_assert_cmpint (ds_digit_count_faces (), ==, 0);
      return;
    }

  folder = g_dir_make_tmp ("epoch-generators-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, "fonts.conf", NULL);
  text = g_strdup_printf ("<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
                          "<fontconfig><dir>%s</dir></fontconfig>", folder);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  g_setenv ("FONTCONFIG_FILE", path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("FONTCONFIG_FILE");
  g_test_trap_assert_passed ();

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Pens write every digit differently each time, around the origin. */
static void
test_digits_written (void)
{
  NnRandom random;

  nn_random_init (&random, 5, 0);
  for (int i = 0; i < 1000; i++)
    {
      DsDigitShape shape;
      int n_points;

      ds_digit_write (i % 10, &random, &shape);
      g_assert_false (shape.filled);
      g_assert_cmpint (shape.n_lines, >=, 1);
      g_assert_cmpint (shape.n_lines, <=, DS_DIGIT_MAX_LINES);
      n_points = shape.ends[shape.n_lines - 1];
      g_assert_cmpint (n_points, >, 10);
      for (int j = 0; j < n_points; j++)
        g_assert_true (fabsf (shape.points[j].x) < 0.6f && fabsf (shape.points[j].y) < 0.75f);
    }
}

/* Whether each of the lines ends where it starts. */
static gboolean
is_closed (const DsDigitShape *shape)
{
  int start = 0;

  for (int i = 0; i < shape->n_lines; i++)
    {
      const DsDigitPoint *first = &shape->points[start];
      const DsDigitPoint *last = &shape->points[shape->ends[i] - 1];

      if (fabsf (first->x - last->x) > 1e-5f || fabsf (first->y - last->y) > 1e-5f)
        return FALSE;
      start = shape->ends[i];
    }

  return TRUE;
}

/* Every typeface's outlines are closed, of height 1 and centred; 8 has at least
 * one hole. */
static void
test_digits_faces (void)
{
  if (ds_digit_count_faces () == 0)
    {
      g_test_skip ("no fonts on this machine");
      return;
    }

  for (int i = 0; i < 10 * ds_digit_count_faces (); i++)
    {
      const DsDigitShape *shape = ds_digit_peek_face (i / 10, i % 10);
      float low = INFINITY;
      float high = -INFINITY;

      g_assert_true (shape->filled);
      g_assert_true (is_closed (shape));
      g_assert_cmpint (shape->n_lines, >=, i % 10 == 8 ? 2 : 1);
      for (int j = 0; j < shape->ends[shape->n_lines - 1]; j++)
        {
          low = MIN (low, shape->points[j].y);
          high = MAX (high, shape->points[j].y);
        }
      g_assert_cmpfloat_with_epsilon (low, -0.5, 0.02);
      g_assert_cmpfloat_with_epsilon (high, 0.5, 0.02);
    }
}

/* Each plane set can be learnt, and of them blobs alone by a straight line. */
static void
test_plane_sets (void)
{
  static const char * const curved[] = { "circles", "moons", "spiral", "xor" };
  static const double straight_limit[] = { 0.6, 0.9, 0.75, 0.65 };

  g_assert_cmpfloat (centroid_accuracy (ds_generator_find ("blobs")), >, 0.97);

  for (guint i = 0; i < G_N_ELEMENTS (curved); i++)
    {
      const DsGenerator *generator = ds_generator_find (curved[i]);
      double near = neighbour_accuracy (generator);
      double straight = centroid_accuracy (generator);

      g_test_message ("%s: %.3f by neighbours, %.3f by means", curved[i], near, straight);
      g_assert_cmpfloat (near, >, 0.95);
      g_assert_cmpfloat (straight, <, straight_limit[i]);
    }
}

static void
add_for_each (const char    *check,
              GTestDataFunc  func)
{
  const DsGenerator *record;

  for (guint i = 0; (record = ds_generator_nth (i)) != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/generator/%s/%s", record->name, check);

      g_test_add_data_func (path, record, func);
    }
}

/* The answer is the text from its end; no two lengths are left out. */
static void
test_reversed (void)
{
  g_autoptr (Drawn) drawn = draw_all (ds_generator_find ("reversed-digits"), 500, 1);
  guint lengths = 0;

  for (guint32 i = 0; i < drawn->count; i++)
    {
      const char *text = (const char *) drawn->items + i * drawn->item_bytes;
      g_autofree char *back = g_strreverse (g_strdup (text));

      g_assert_cmpstr (back, ==, text + TEXT_BYTES);
      g_assert_cmpint (strspn (text, "0123456789"), ==, strlen (text));
      lengths |= 1u << strlen (text);
    }
  g_assert_cmphex (lengths, ==, 0x7F0);
}

/* Words alone do not settle a review: each is found on both sides. */
static void
test_reviews (void)
{
  g_autoptr (Drawn) drawn = draw_all (ds_generator_find ("reviews"), 1000, 1);
  int n_good[2] = { 0 };

  for (guint32 i = 0; i < drawn->count; i++)
    if (strstr ((const char *) drawn->items + i * drawn->item_bytes, "wonderful") != NULL)
      n_good[drawn->labels[i]]++;
  g_assert_cmpint (n_good[1], >, n_good[0]);
  g_assert_cmpint (n_good[0], >, n_good[1] / 5);
}

/* Every class has pixels, and they look different from the ground. */
static void
test_shapes (void)
{
  const DsGenerator *generator = ds_generator_find ("shapes");
  g_autoptr (Drawn) drawn = draw_all (generator, 100, 1);
  gsize n_pixels = generator->item.size[1] * generator->item.size[2];
  double sum[4] = { 0 };
  double count[4] = { 0 };

  for (guint32 i = 0; i < drawn->count; i++)
    {
      const guint8 *item = drawn->items + i * drawn->item_bytes;
      const guint8 *map = item + 3 * n_pixels;

      for (gsize p = 0; p < n_pixels; p++)
        {
          g_assert_cmpint (map[p], <, generator->n_classes);
          sum[map[p]] += item[p];
          count[map[p]]++;
        }
    }

  for (int c = 0; c < 4; c++)
    g_assert_cmpfloat (count[c] / (100 * n_pixels), >, 0.02);
  for (int c = 1; c < 4; c++)
    g_assert_cmpfloat (sum[c] / count[c], >, 2 * sum[0] / count[0]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  /* First, because it changes the environment, which wants no threads yet. */
  g_test_add_func ("/digits/without-fonts", test_digits_without_fonts);
  g_test_add_func ("/generator/records", test_records);
  add_for_each ("repeats", test_repeats);
  add_for_each ("balance", test_balance);
  add_for_each ("range", test_range);
  g_test_add_func ("/digits/differ", test_digits_differ);
  g_test_add_func ("/digits/written", test_digits_written);
  g_test_add_func ("/digits/faces", test_digits_faces);
  g_test_add_func ("/plane/learnable", test_plane_sets);
  g_test_add_func ("/texts/reversed", test_reversed);
  g_test_add_func ("/texts/reviews", test_reviews);
  g_test_add_func ("/shapes/maps", test_shapes);
  return g_test_run ();
}
