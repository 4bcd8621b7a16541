/* npy.c: one tensor as NumPy saves it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/npy.h"

#include "engine/error.h"
#include "engine/json.h"
#include "engine/little-endian.h"

#include <glib/gi18n-lib.h>

/* The format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
 * a magic word, the version, the length of the header, and the header, which is a
 * dictionary in Python's notation.  NumPy evaluates it; here it is a grammar of
 * one dictionary with three keys, and nothing else is understood. */

#define MAGIC             "\x93NUMPY"
#define MAGIC_BYTES       6
#define MAX_HEADER_BYTES  10000         /* NumPy's own limit */
#define ALIGN             64

/* The kind of number and its size as NumPy writes them. */
static const struct
{
  char    kind;
  int     bytes;
  NnDtype dtype;
} kinds[] = {
  { 'f', 4, NN_FLOAT32 },
  { 'f', 8, NN_FLOAT64 },
  { 'f', 2, NN_FLOAT16 },
  { 'i', 1, NN_INT8 },
  { 'i', 2, NN_INT16 },
  { 'i', 4, NN_INT32 },
  { 'i', 8, NN_INT64 },
  { 'u', 1, NN_UINT8 },
  { 'b', 1, NN_BOOL },
};

typedef struct
{
  const char *source;
  const char *next;             /* in the header */
  const char *end;

  gboolean    has_dtype;
  NnDtype     dtype;
  gboolean    is_big_endian;
  gboolean    has_order;
  gboolean    is_fortran;
  gboolean    has_shape;
  NnShape     shape;
} Header;

static gboolean
set_error (const char   *source,
           NnErrorCode   code,
           const char   *rule,
           GError      **error)
{
  g_set_error (error, NN_ERROR, code, _("%s: %s"), source, rule);
  return FALSE;
}

static gboolean
header_error (Header  *self,
              GError **error)
{
  g_autofree char *rest = g_strndup (self->next, (gsize) (self->end - self->next));
  g_autofree char *quoted = nn_json_quote (rest);
  g_autofree char *rule =
    g_strdup_printf (_("The header of the array cannot be understood at %s."), quoted);

  return set_error (self->source, NN_ERROR_FILE, rule, error);
}

static void
skip_space (Header *self)
{
  while (self->next < self->end && (*self->next == ' ' || *self->next == '\n'))
    self->next++;
}

/* Whether @c is next; then it is behind us, with the space around it. */
static gboolean
take (Header *self,
      char    c)
{
  skip_space (self);
  if (self->next == self->end || *self->next != c)
    return FALSE;

  self->next++;
  skip_space (self);
  return TRUE;
}

/* A text in either kind of quotes, without escapes.  (transfer full), or NULL */
static char *
take_text (Header *self)
{
  const char *start = self->next + 1;
  const char *close;
  char *text;

  if (self->next == self->end || (*self->next != '\'' && *self->next != '"'))
    return NULL;

  close = memchr (start, *self->next, (gsize) (self->end - start));
  if (close == NULL || memchr (start, '\\', (gsize) (close - start)) != NULL)
    return NULL;

  text = g_strndup (start, (gsize) (close - start));
  self->next = close + 1;
  return text;
}

static gboolean
take_word (Header     *self,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->next) < length || memcmp (self->next, word, length) != 0)
    return FALSE;

  self->next += length;
  return TRUE;
}

static gboolean
take_size (Header *self,
           gint64 *size)
{
  const char *start = self->next;

  for (*size = 0; self->next < self->end && g_ascii_isdigit (*self->next); self->next++)
    if (__builtin_mul_overflow (*size, 10, size)
        || __builtin_add_overflow (*size, *self->next - '0', size))
      return FALSE;
  if (self->next == start)
    return FALSE;

  /* Python 2 marked long numbers. */
  if (self->next < self->end && *self->next == 'L')
    self->next++;

  return TRUE;
}

/* (), (3,) or (3, 4) */
static gboolean
read_shape (Header  *self,
            GError **error)
{
  guint rank = 0;

  if (!take (self, '('))
    return header_error (self, error);

  for (gboolean more = TRUE; more && !take (self, ')'); rank++)
    {
      gint64 size;

      if (!take_size (self, &size))
        return header_error (self, error);
      if (rank < NN_MAX_RANK)
        self->shape.size[rank] = size;
      more = take (self, ',');
      if (!more && (rank == 0 || !take (self, ')')))
        return header_error (self, error);
    }

  if (rank > NN_MAX_RANK)
    {
      g_autofree char *rule = g_strdup_printf (_("It has %u axes, and at most %d can be read."),
                                               rank, NN_MAX_RANK);

      return set_error (self->source, NN_ERROR_UNSUPPORTED, rule, error);
    }

  self->shape.rank = (int) rank;
  self->has_shape = TRUE;
  return TRUE;
}

/* '<f4': the order of bytes, the kind, and the size. */
static gboolean
read_dtype (Header  *self,
            GError **error)
{
  g_autofree char *text = take_text (self);
  g_autofree char *quoted = NULL;
  g_autofree char *rule = NULL;

  /* A list describes records of several numbers. */
  if (text == NULL && (self->next == self->end || *self->next != '['))
    return header_error (self, error);

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (text[0] != '\0' && strchr ("<>=|", text[0]) != NULL
        && text[1] == kinds[i].kind && text[2] == '0' + kinds[i].bytes && text[3] == '\0')
      {
        self->dtype = kinds[i].dtype;
        self->is_big_endian = text[0] == '>';
        self->has_dtype = TRUE;
        return TRUE;
      }

  if (text == NULL)
    return set_error (self->source, NN_ERROR_UNSUPPORTED,
                      _("Its elements are records of several values, and only plain numbers can "
                        "be read."), error);

  quoted = nn_json_quote (text);
  rule = g_strdup_printf (_("Numbers of the type %s cannot be read here."), quoted);
  return set_error (self->source, NN_ERROR_UNSUPPORTED, rule, error);
}

static gboolean
read_order (Header  *self,
            GError **error)
{
  self->is_fortran = take_word (self, "True");
  self->has_order = self->is_fortran || take_word (self, "False");

  return self->has_order || header_error (self, error);
}

static gboolean
read_header (Header  *self,
             GError **error)
{
  if (!take (self, '{'))
    return header_error (self, error);

  while (!take (self, '}'))
    {
      g_autofree char *key = take_text (self);
      gboolean is_good;

      if (key == NULL || !take (self, ':'))
        return header_error (self, error);
      if (g_str_equal (key, "descr") && !self->has_dtype)
        is_good = read_dtype (self, error);
      else if (g_str_equal (key, "fortran_order") && !self->has_order)
        is_good = read_order (self, error);
      else if (g_str_equal (key, "shape") && !self->has_shape)
        is_good = read_shape (self, error);
      else
        is_good = header_error (self, error);
      if (!is_good)
        return FALSE;
      if (!take (self, ',') && (self->next == self->end || *self->next != '}'))
        return header_error (self, error);
    }

  if (self->next != self->end || !self->has_dtype || !self->has_order || !self->has_shape)
    return header_error (self, error);

  return TRUE;
}

/* Where the header begins, and how long it is. */
static gboolean
find_header (GBytes      *bytes,
             const char  *source,
             gsize       *start,
             gsize       *length,
             GError     **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint8 version = size > MAGIC_BYTES ? data[MAGIC_BYTES] : 0;

  *start = version == 1 ? MAGIC_BYTES + 4 : MAGIC_BYTES + 6;
  if (!nn_npy_fits (bytes) || version < 1 || version > 3 || size < *start
      || data[MAGIC_BYTES + 1] != 0)
    return set_error (source, NN_ERROR_FILE,
                      _("It does not start like an array of NumPy, version 1.0 to 3.0."), error);

  *length = version == 1 ? nn_read_u16 (data + MAGIC_BYTES + 2)
                         : nn_read_u32 (data + MAGIC_BYTES + 2);
  if (*length > MAX_HEADER_BYTES || *length > size - *start)
    {
      g_autofree char *rule =
        g_strdup_printf (_("Its header says that it has %zu bytes. It is damaged, or made to do "
                           "harm."), *length);

      return set_error (source, NN_ERROR_FILE, rule, error);
    }

  return TRUE;
}

static void
swap_bytes (NnTensor *tensor)
{
  gsize size = nn_dtype_size (nn_tensor_get_dtype (tensor));
  gsize bytes = nn_tensor_get_bytes (tensor);
  guint8 *data = nn_tensor_get_data (tensor);

  for (guint8 *number = data; number < data + bytes; number += size)
    for (gsize i = 0; i < size / 2; i++)
      {
        guint8 first = number[i];

        number[i] = number[size - 1 - i];
        number[size - 1 - i] = first;
      }
}

/* The numbers at @start of @bytes, of which there are exactly enough. */
static NnTensor *
make_tensor (const Header  *self,
             GBytes        *bytes,
             gsize          start,
             GError       **error)
{
  g_autoptr (NnTensor) tensor = nn_tensor_new_in (self->dtype, &self->shape, bytes, start, error);
  gint64 strides[NN_MAX_RANK];
  gint64 stride = 1;

  if (tensor == NULL)
    return NULL;

  if (self->is_big_endian)
    {
      NnTensor *swapped = nn_tensor_dup (tensor, error);

      if (swapped == NULL)
        return NULL;
      swap_bytes (swapped);
      nn_tensor_unref (tensor);
      tensor = swapped;
    }
  if (!self->is_fortran)
    return g_steal_pointer (&tensor);

  /* The first axis is the fastest. */
  for (int axis = 0; axis < self->shape.rank; axis++)
    {
      strides[axis] = stride;
      stride *= self->shape.size[axis];
    }
  return nn_tensor_view (tensor, &self->shape, strides, 0);
}

gboolean
nn_npy_fits (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= MAGIC_BYTES && memcmp (data, MAGIC, MAGIC_BYTES) == 0;
}

NnTensor *
nn_npy_parse (GBytes          *bytes,
              const char      *source,
              const NnLimits  *limits,
              GError         **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  Header header = { .source = source };
  gsize start, length, wanted;
  gint64 count;

  if (!find_header (bytes, source, &start, &length, error))
    return NULL;

  header.next = data + start;
  header.end = data + start + length;
  if (!read_header (&header, error))
    return NULL;

  start += length;
  if (!nn_shape_check_count (&header.shape, nn_dtype_size (header.dtype), &count))
    {
      set_error (source, NN_ERROR_FILE, _("Its shape has more elements than can be counted."),
                 error);
      return NULL;
    }

  wanted = (gsize) count * nn_dtype_size (header.dtype);
  if (wanted != size - start || wanted > limits->bytes)
    {
      g_autofree char *rule =
        g_strdup_printf (_("Its shape and type need %zu bytes of numbers, and it has %zu."),
                         wanted, size - start);

      set_error (source, NN_ERROR_FILE, rule, error);
      return NULL;
    }

  return make_tensor (&header, bytes, start, error);
}

GString *
nn_npy_header (NnDtype        dtype,
               const NnShape *shape)
{
  GString *header = g_string_new (NULL);
  gsize i = 0;

  while (kinds[i].dtype != dtype)
    g_assert (++i < G_N_ELEMENTS (kinds));

  g_string_append_len (header, MAGIC "\x01\x00..", MAGIC_BYTES + 4);
  g_string_append_printf (header, "{'descr': '%c%c%d', 'fortran_order': False, 'shape': (",
                          kinds[i].bytes == 1 ? '|' : '<', kinds[i].kind, kinds[i].bytes);
  for (int axis = 0; axis < shape->rank; axis++)
    g_string_append_printf (header, "%s%" G_GINT64_FORMAT "%s", axis > 0 ? " " : "",
                            shape->size[axis],
                            axis < shape->rank - 1 || shape->rank == 1 ? "," : "");
  g_string_append (header, "), }");
  while ((header->len + 1) % ALIGN != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');

  header->str[MAGIC_BYTES + 2] = (char) ((header->len - MAGIC_BYTES - 4) & 0xff);
  header->str[MAGIC_BYTES + 3] = (char) ((header->len - MAGIC_BYTES - 4) >> 8);
  return header;
}
