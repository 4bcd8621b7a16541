/* test-transforms.c: every transform keeps its promises, and known values come out
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include <math.h>
#include <string.h>

#define CANARY 12345.0f

/* Seed, epoch and index of an item. */
typedef struct
{
  guint64  seed;
  guint32  epoch;
  guint32  index;
  gboolean training;
} Address;

static const Address evaluation = { 1, 0, 0, FALSE };

/* The item that @list makes of @in, checked to keep inside its buffers. */
static float *
apply (DsTransformList *list,
       const void      *in,
       NnDtype          from,
       NnShape          shape,
       Address          address)
{
  gsize scratch_bytes = ds_transform_list_get_scratch (list, &shape);
  g_autofree float *scratch = g_malloc (scratch_bytes + sizeof (float));
  NnShape to;
  gint64 count;
  float *out;

  ds_transform_list_get_shape (list, &shape, &to);
  count = nn_shape_count (&to);
  out = g_new (float, count + 1);
  out[count] = CANARY;
  scratch[scratch_bytes / sizeof (float)] = CANARY;

  ds_transform_list_apply (list, in, from, &shape, address.training, address.seed,
                           address.epoch, address.index, out, scratch);

  g_assert_cmpfloat (out[count], ==, CANARY);
  g_assert_cmpfloat (scratch[scratch_bytes / sizeof (float)], ==, CANARY);
  return out;
}

/* Applies @list to @in and compares. */
static void
assert_becomes (DsTransformList *list,
                const void      *in,
                NnDtype          from,
                NnShape          shape,
                const float     *expected,
                int              n_expected)
{
  g_autofree float *out = apply (list, in, from, shape, evaluation);
  NnShape to;

  ds_transform_list_get_shape (list, &shape, &to);
  g_assert_cmpint (nn_shape_count (&to), ==, n_expected);
  for (int i = 0; i < n_expected; i++)
    g_assert_cmpfloat_with_epsilon (out[i], expected[i], 1e-5);
}

/* Puts @name with up to two single numbers behind @list. */
static void
append (DsTransformList *list,
        const char      *name,
        const char      *first,
        double           first_number,
        const char      *second,
        double           second_number)
{
  DsTransformSetting settings[] = {
    { first, &first_number, 1 },
    { second, &second_number, 1 },
    { NULL },
  };
  g_autoptr (GError) error = NULL;

  ds_transform_list_append (list, name, settings, &error);
  g_assert_no_error (error);
}

static void
test_records (void)
{
  const DsTransform *record;
  guint n_records = 0;

  for (; (record = ds_transform_nth (n_records)) != NULL; n_records++)
    {
      int n_attrs = 0;

      g_test_message ("%s", record->name);
      g_assert_true (ds_transform_find (record->name) == record);
      g_assert_cmpint (strlen (record->title), >, 0);
      g_assert_true (g_str_has_suffix (record->summary, "."));
      g_assert_nonnull (record->apply);
      g_assert_false (record->in_place && record->infer != NULL);

      for (const DsAttr *attr = record->attrs; attr != NULL && attr->name != NULL; attr++)
        {
          n_attrs++;
          g_assert_cmpint (strlen (attr->title), >, 0);
          g_assert_cmpfloat (attr->initial, >=, attr->min);
          g_assert_cmpfloat (attr->initial, <=, attr->max);
          if (attr->type == DS_ATTR_BOOLEAN)
            g_assert_true (attr->min == 0 && attr->max == 1);
        }
      g_assert_cmpint (n_attrs, <=, DS_TRANSFORM_MAX_ATTRS);
    }

  g_assert_cmpint (n_records, >=, 5);
  g_assert_null (ds_transform_find ("no such transform"));
}

/* With its initial settings, on shapes that it takes and others. */
static void
test_any_shape (gconstpointer data)
{
  const DsTransform *transform = data;
  NnShape shapes[] = {
    NN_SHAPE (1, 28, 28), NN_SHAPE (3, 32, 32), NN_SHAPE (3, 5, 7), NN_SHAPE (2, 1, 1),
    NN_SHAPE (2), NN_SHAPE (4, 6), NN_SHAPE (3, 0, 4), { 0 },
  };
  guint8 *bytes = g_malloc (3 * 32 * 32);
  g_autoptr (DsTransformList) list = ds_transform_list_new ();

  for (int i = 0; i < 3 * 32 * 32; i++)
    bytes[i] = (guint8) (i * 37);
  ds_transform_list_append (list, transform->name, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree float *resting = apply (list, bytes, NN_UINT8, shapes[i], evaluation);
      g_autofree float *first = apply (list, bytes, NN_UINT8, shapes[i],
                                       (Address) { 5, 1, i, TRUE });
      g_autofree float *second = apply (list, bytes, NN_UINT8, shapes[i],
                                        (Address) { 5, 1, i, TRUE });
      NnShape to;

      ds_transform_list_get_shape (list, &shapes[i], &to);
      for (gint64 j = 0; j < nn_shape_count (&to); j++)
        g_assert_true (isfinite (resting[j]) && isfinite (first[j]));
      g_assert_cmpmem (first, nn_shape_count (&to) * sizeof (float),
                       second, nn_shape_count (&to) * sizeof (float));
      if (!transform->random)
        g_assert_cmpmem (first, nn_shape_count (&to) * sizeof (float),
                         resting, nn_shape_count (&to) * sizeof (float));
      g_assert_cmpint (ds_transform_list_check (list, &shapes[i], NULL), ==,
                       !transform->images || i < 4);
    }

  g_free (bytes);
}

static void
test_empty (void)
{
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  guint8 bytes[] = { 0, 51, 255 };
  float floats[] = { -1.5f, 0, 300 };
  NnShape shape = NN_SHAPE (3);

  assert_becomes (list, bytes, NN_UINT8, shape, (float[]) { 0, 0.2f, 1 }, 3);
  assert_becomes (list, floats, NN_FLOAT32, shape, floats, 3);
  g_assert_cmpint (ds_transform_list_get_scratch (list, &shape), ==, 0);
}

static void
test_scale (void)
{
  g_autoptr (DsTransformList) alone = ds_transform_list_new ();
  g_autoptr (DsTransformList) own = ds_transform_list_new ();
  guint8 bytes[] = { 0, 51, 255 };
  float floats[] = { -1, 0, 3 };

  ds_transform_list_append (alone, "scale", NULL, NULL);
  assert_becomes (alone, bytes, NN_UINT8, NN_SHAPE (3), (float[]) { 0, 0.2f, 1 }, 3);

  /* The first sees 0 to 255, the second what the first made. */
  append (own, "scale", "factor", 2, "offset", -1);
  assert_becomes (own, bytes, NN_UINT8, NN_SHAPE (3), (float[]) { -1, 101, 509 }, 3);
  assert_becomes (own, floats, NN_FLOAT32, NN_SHAPE (3), (float[]) { -3, -1, 5 }, 3);
  append (own, "scale", "factor", 10, NULL, 0);
  assert_becomes (own, bytes, NN_UINT8, NN_SHAPE (3), (float[]) { -10, 1010, 5090 }, 3);
}

static void
test_normalise (void)
{
  double means[] = { 0.5, 0.2 };
  double deviations[] = { 0.25, 0.1 };
  DsTransformSetting settings[] = {
    { "mean", means, 2 },
    { "std", deviations, 2 },
    { NULL },
  };
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  g_autoptr (DsTransformList) plain = ds_transform_list_new ();
  float pixels[] = { 0, 1, 0.5f, 0.75f, 0, 0.2f, 0.3f, 1 };
  float expected[] = { -2, 2, 0, 1, -2, 0, 1, 8 };
  guint8 bytes[] = { 0, 255 };

  g_assert_true (ds_transform_list_append (list, "normalise", settings, NULL));
  assert_becomes (list, pixels, NN_FLOAT32, NN_SHAPE (2, 2, 2), expected, 8);

  /* Features are channels of one number each. */
  assert_becomes (list, (float[]) { 1, 1 }, NN_FLOAT32, NN_SHAPE (2), (float[]) { 2, 8 }, 2);

  ds_transform_list_append (plain, "normalise", NULL, NULL);
  assert_becomes (plain, bytes, NN_UINT8, NN_SHAPE (2, 1, 1), (float[]) { -1, 1 }, 2);
}

static void
assert_resizes (NnShape      from,
                const float *in,
                int          height,
                int          width,
                const float *expected)
{
  g_autoptr (DsTransformList) list = ds_transform_list_new ();

  append (list, "resize", "height", height, "width", width);
  assert_becomes (list, in, NN_FLOAT32, from, expected, (int) from.size[0] * height * width);
}

static void
test_resize (void)
{
  float ramp[] = { 0, 1, 2, 3 };
  float square[] = { 0, 2, 4, 6 };
  float two_planes[] = { 0, 2, 4, 6, 1, 3, 5, 7 };
  float flat[30];

  /* Shrinking takes the mean by area, a pixel cut in two counts for both. */
  assert_resizes (NN_SHAPE (1, 1, 4), ramp, 1, 2, (float[]) { 0.5f, 2.5f });
  assert_resizes (NN_SHAPE (1, 4, 1), ramp, 2, 1, (float[]) { 0.5f, 2.5f });
  assert_resizes (NN_SHAPE (1, 1, 3), ramp, 1, 2, (float[]) { 1 / 3.0f, 5 / 3.0f });
  assert_resizes (NN_SHAPE (2, 2, 2), two_planes, 1, 1, (float[]) { 3, 4 });

  /* Enlarging is linear between pixel centres and flat beyond the outer ones. */
  assert_resizes (NN_SHAPE (1, 1, 2), ramp, 1, 4, (float[]) { 0, 0.25f, 0.75f, 1 });
  assert_resizes (NN_SHAPE (1, 1, 4), ramp, 1, 8,
                  (float[]) { 0, 0.25f, 0.75f, 1.25f, 1.75f, 2.25f, 2.75f, 3 });

  /* One axis each way, and the same size. */
  assert_resizes (NN_SHAPE (1, 2, 2), square, 1, 4, (float[]) { 2, 2.5f, 3.5f, 4 });
  assert_resizes (NN_SHAPE (1, 2, 2), square, 2, 2, square);

  /* Weights add up to 1 at every size, also past one block of columns. */
  for (int i = 0; i < 30; i++)
    flat[i] = 0.7f;
  for (int size = 1; size < 200; size += 13)
    {
      g_autofree float *expected = g_new (float, size * 3);

      for (int i = 0; i < size * 3; i++)
        expected[i] = 0.7f;
      assert_resizes (NN_SHAPE (1, 5, 6), flat, 3, size, expected);
    }
}

/* What numpy.pad would make of position @at outside 0 … @size - 1. */
static float
padded_pixel (const float *in,
              int          size,
              int          y,
              int          x,
              gboolean     reflect)
{
  int last = size - 1;

  if (!reflect && (y < 0 || x < 0 || y > last || x > last))
    return 0;

  y = y < 0 ? -y : y > last ? 2 * last - y : y;
  x = x < 0 ? -x : x > last ? 2 * last - x : x;
  return in[y * size + x];
}

/* Whether @out, @extent pixels square, is the piece at (@top, @left). */
static gboolean
is_piece (const float *out,
          const float *in,
          int          size,
          int          extent,
          int          top,
          int          left,
          gboolean     reflect)
{
  for (int y = 0; y < extent; y++)
    for (int x = 0; x < extent; x++)
      if (out[y * extent + x] != padded_pixel (in, size, top + y, left + x, reflect))
        return FALSE;

  return TRUE;
}

/* A 5×5 picture padded by 2 has 9 - extent + 1 places along each axis; training
 * visits all of them, and evaluation the middle. */
static void
check_crop (int      extent,
            gboolean reflect)
{
  g_autoptr (DsTransformList) list = ds_transform_list_new ();
  double padding = 2;
  double side = extent;
  double mirrored = reflect;
  DsTransformSetting settings[] = {
    { "padding", &padding, 1 }, { "reflect", &mirrored, 1 },
    { "height", &side, 1 }, { "width", &side, 1 }, { NULL },
  };
  NnShape shape = NN_SHAPE (1, 5, 5);
  int n_places = 9 - extent + 1;
  int visits[9][9] = { { 0 } };
  float in[25];
  g_autofree float *resting = NULL;

  for (int i = 0; i < 25; i++)
    in[i] = i + 1;
  g_assert_true (ds_transform_list_append (list, "random-crop", settings, NULL));

  for (int i = 0; i < 2000; i++)
    {
      g_autofree float *out = apply (list, in, NN_FLOAT32, shape, (Address) { 3, 2, i, TRUE });
      int found = 0;

      for (int top = 0; top < n_places; top++)
        for (int left = 0; left < n_places; left++)
          if (is_piece (out, in, 5, extent, top - 2, left - 2, reflect))
            {
              visits[top][left]++;
              found++;
            }
      g_assert_cmpint (found, ==, 1);
    }

  for (int top = 0; top < n_places; top++)
    for (int left = 0; left < n_places; left++)
      g_assert_cmpint (visits[top][left], >, 2000 / (n_places * n_places) / 3);

  resting = apply (list, in, NN_FLOAT32, shape, evaluation);
  g_assert_true (is_piece (resting, in, 5, extent, (5 - extent) / 2, (5 - extent) / 2, reflect));
}

static void
test_crop (void)
{
  check_crop (5, FALSE);
  check_crop (5, TRUE);
  check_crop (3, FALSE);
  check_crop (3, TRUE);
}

/* Padding wider than the picture, which mirrors more than once, and a crop of
 * nothing but padding. */
static void
test_crop_extremes (void)
{
  g_autoptr (DsTransformList) mirrored = ds_transform_list_new ();
  g_autoptr (DsTransformList) dark = ds_transform_list_new ();
  double one = 1;
  double padding = 900;
  DsTransformSetting settings[] = {
    { "padding", &padding, 1 }, { "height", &one, 1 }, { "width", &one, 1 }, { NULL },
  };
  float in[] = { 1, 2, 3, 4, 5, 6 };
  int n_dark = 0;

  append (mirrored, "random-crop", "padding", 1000, "reflect", 1);
  g_assert_true (ds_transform_list_append (dark, "random-crop", settings, NULL));

  for (int i = 0; i < 200; i++)
    {
      Address address = { 1, 1, i, TRUE };
      g_autofree float *bright = apply (mirrored, in, NN_FLOAT32, NN_SHAPE (1, 2, 3), address);
      g_autofree float *pixel = apply (dark, in, NN_FLOAT32, NN_SHAPE (1, 2, 3), address);

      for (int j = 0; j < 6; j++)
        g_assert_true (bright[j] >= 1 && bright[j] <= 6);
      n_dark += pixel[0] == 0;
    }
  g_assert_cmpint (n_dark, >, 190);
}

static void
test_flip (void)
{
  g_autoptr (DsTransformList) once = ds_transform_list_new ();
  g_autoptr (DsTransformList) twice = ds_transform_list_new ();
  g_autoptr (DsTransformList) never = ds_transform_list_new ();
  g_autoptr (DsTransformList) half = ds_transform_list_new ();
  float in[] = { 1, 2, 3, 4, 5, 6 };
  float odd[] = { 3, 2, 1, 6, 5, 4 };
  float even[] = { 2, 1, 4, 3, 6, 5 };
  Address training = { 1, 1, 1, TRUE };
  g_autofree float *flipped_odd = NULL;
  g_autofree float *flipped_even = NULL;
  g_autofree float *back = NULL;
  g_autofree float *kept = NULL;
  int n_flipped = 0;

  append (once, "horizontal-flip", "probability", 1, NULL, 0);
  append (twice, "horizontal-flip", "probability", 1, NULL, 0);
  append (twice, "horizontal-flip", "probability", 1, NULL, 0);
  append (never, "horizontal-flip", "probability", 0, NULL, 0);
  ds_transform_list_append (half, "horizontal-flip", NULL, NULL);

  flipped_odd = apply (once, in, NN_FLOAT32, NN_SHAPE (2, 1, 3), training);
  flipped_even = apply (once, in, NN_FLOAT32, NN_SHAPE (1, 3, 2), training);
  back = apply (twice, in, NN_FLOAT32, NN_SHAPE (2, 1, 3), training);
  kept = apply (never, in, NN_FLOAT32, NN_SHAPE (2, 1, 3), training);
  g_assert_cmpmem (flipped_odd, sizeof in, odd, sizeof in);
  g_assert_cmpmem (flipped_even, sizeof in, even, sizeof in);
  g_assert_cmpmem (back, sizeof in, in, sizeof in);
  g_assert_cmpmem (kept, sizeof in, in, sizeof in);

  /* Asleep in evaluation, even with probability 1. */
  assert_becomes (once, in, NN_FLOAT32, NN_SHAPE (2, 1, 3), in, 6);

  for (int i = 0; i < 2000; i++)
    {
      g_autofree float *out = apply (half, in, NN_FLOAT32, NN_SHAPE (2, 1, 3),
                                     (Address) { 1, 1, i, TRUE });

      n_flipped += out[0] == 3;
    }
  g_assert_cmpint (n_flipped, >, 900);
  g_assert_cmpint (n_flipped, <, 1100);
}

static DsTransformList *
new_pipeline (guint length)
{
  static const char * const names[] = {
    "random-crop", "horizontal-flip", "resize", "random-crop", "random-crop", "normalise",
  };
  DsTransformList *list = ds_transform_list_new ();

  for (guint i = 0; i < MIN (length, G_N_ELEMENTS (names)); i++)
    g_assert_true (ds_transform_list_append (list, names[i], NULL, NULL));

  return list;
}

/* A picture in which every pixel of a plane has a value of its own. */
static void
fill_picture (guint8 picture[3 * 16 * 16])
{
  for (int i = 0; i < 3 * 16 * 16; i++)
    picture[i] = (guint8) i;
}

typedef struct
{
  DsTransformList *list;
  const guint8    *picture;
  float           *items[64];
} Job;

static gpointer
apply_from_cb (gpointer data)
{
  Job *job = data;

  for (guint32 i = 0; i < 64; i++)
    job->items[i] = apply (job->list, job->picture, NN_UINT8, NN_SHAPE (3, 16, 16),
                           (Address) { 9, 4, i, TRUE });

  return NULL;
}

/* Four threads on one list agree; another seed, epoch or index does not. */
static void
test_repeats (void)
{
  g_autoptr (DsTransformList) list = new_pipeline (6);
  NnShape shape = NN_SHAPE (3, 16, 16);
  guint8 picture[3 * 16 * 16];
  gsize bytes = 3 * 32 * 32 * sizeof (float);
  Address others[] = { { 10, 4, 0, TRUE }, { 9, 5, 0, TRUE }, { 9, 4, 64, TRUE } };
  GThread *threads[4];
  Job jobs[4];

  fill_picture (picture);
  for (int i = 0; i < 4; i++)
    {
      jobs[i] = (Job) { ds_transform_list_ref (list), picture };
      threads[i] = g_thread_new ("apply", apply_from_cb, &jobs[i]);
    }
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);

  for (int i = 0; i < 64; i++)
    for (int j = 1; j < 4; j++)
      g_assert_cmpmem (jobs[j].items[i], bytes, jobs[0].items[i], bytes);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree float *out = apply (list, picture, NN_UINT8, shape, others[i]);

      g_assert_true (memcmp (out, jobs[0].items[0], bytes) != 0);
    }

  for (int i = 0; i < 4; i++)
    {
      for (int j = 0; j < 64; j++)
        g_free (jobs[i].items[j]);
      ds_transform_list_unref (jobs[i].list);
    }
}

/* The preview shows a list up to each step: what the first steps make does not
 * depend on those behind them. */
static void
test_prefix (void)
{
  NnShape shape = NN_SHAPE (3, 16, 16);
  Address address = { 2, 3, 4, TRUE };
  guint8 picture[3 * 16 * 16];

  fill_picture (picture);
  for (guint length = 1; length < 6; length++)
    {
      g_autoptr (DsTransformList) list = new_pipeline (length);
      g_autoptr (DsTransformList) longer = new_pipeline (length);
      g_autofree float *out = apply (list, picture, NN_UINT8, shape, address);
      g_autofree float *more = NULL;
      NnShape to;

      /* A scale by 1 changes nothing but comes after. */
      append (longer, "scale", "factor", 1, NULL, 0);
      more = apply (longer, picture, NN_UINT8, shape, address);
      ds_transform_list_get_shape (list, &shape, &to);
      g_assert_cmpmem (out, nn_shape_count (&to) * sizeof (float),
                       more, nn_shape_count (&to) * sizeof (float));
    }
}

int
main (int   argc,
      char *argv[])
{
  const DsTransform *record;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transform/records", test_records);
  for (guint i = 0; (record = ds_transform_nth (i)) != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/transform/%s/any-shape", record->name);

      g_test_add_data_func (path, record, test_any_shape);
    }
  g_test_add_func ("/values/empty", test_empty);
  g_test_add_func ("/values/scale", test_scale);
  g_test_add_func ("/values/normalise", test_normalise);
  g_test_add_func ("/values/resize", test_resize);
  g_test_add_func ("/values/crop", test_crop);
  g_test_add_func ("/values/crop-extremes", test_crop_extremes);
  g_test_add_func ("/values/flip", test_flip);
  g_test_add_func ("/list/repeats", test_repeats);
  g_test_add_func ("/list/prefix", test_prefix);
  return g_test_run ();
}
