/* npy-file.c: one array as NumPy writes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/npy-file.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define LONGEST_HEADER 10000

static const guint8 magic[] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };

gboolean
ds_npy_sniff (const guint8 *bytes,
              gsize         n_bytes)
{
  return n_bytes >= sizeof magic && memcmp (bytes, magic, sizeof magic) == 0;
}

/* ---- The dictionary, in the one form that NumPy writes ---- */

typedef struct
{
  const char *at;
  const char *end;
} Scanner;

static void
skip_blanks (Scanner *scanner)
{
  while (scanner->at < scanner->end && (*scanner->at == ' ' || *scanner->at == '\n'))
    scanner->at++;
}

static gboolean
take (Scanner    *scanner,
      const char *word)
{
  gsize length = strlen (word);

  skip_blanks (scanner);
  if ((gsize) (scanner->end - scanner->at) < length
      || memcmp (scanner->at, word, length) != 0)
    return FALSE;

  scanner->at += length;
  return TRUE;
}

/* A string in single quotes without escapes. */
static gboolean
take_string (Scanner *scanner,
             char    *out,
             gsize    size)
{
  const char *close;

  if (!take (scanner, "'"))
    return FALSE;

  close = memchr (scanner->at, '\'', scanner->end - scanner->at);
  if (close == NULL || (gsize) (close - scanner->at) >= size)
    return FALSE;

  memcpy (out, scanner->at, close - scanner->at);
  out[close - scanner->at] = '\0';
  scanner->at = close + 1;
  return TRUE;
}

static gboolean
take_number (Scanner *scanner,
             gint64  *number)
{
  const char *begin;

  skip_blanks (scanner);
  begin = scanner->at;
  *number = 0;
  for (; scanner->at < scanner->end && g_ascii_isdigit (*scanner->at); scanner->at++)
    {
      if (*number > (G_MAXINT64 - 9) / 10)
        return FALSE;
      *number = *number * 10 + (*scanner->at - '0');
    }

  take (scanner, "L");          /* of Python 2 */
  return scanner->at > begin;
}

/* "(3, 4)", "(3,)" or "()". */
static gboolean
take_shape (Scanner *scanner,
            NnShape *shape)
{
  shape->rank = 0;
  if (!take (scanner, "("))
    return FALSE;

  while (!take (scanner, ")"))
    {
      if (shape->rank == NN_MAX_RANK || !take_number (scanner, &shape->size[shape->rank]))
        return FALSE;
      shape->rank++;
      if (!take (scanner, ","))
        return take (scanner, ")");
    }

  return TRUE;
}

/* "<f4": byte order, kind and size. */
static gboolean
parse_type (const char *text,
            DsNpyHead  *head)
{
  static const char * const known[] = {
    "b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8",
  };

  if (text[0] == '\0' || strchr ("<>|=", text[0]) == NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (text + 1, known[i]) == 0)
      {
        head->kind = known[i][0];
        head->bytes = known[i][1] - '0';
        head->swapped = text[0] == '>' && head->bytes > 1;
        return TRUE;
      }

  return FALSE;
}

static gboolean
parse_dictionary (Scanner    *scanner,
                  DsNpyHead  *head,
                  char       *type,
                  gsize       size)
{
  gboolean has_type = FALSE;
  gboolean has_order = FALSE;
  gboolean has_shape = FALSE;
  char key[16];

  if (!take (scanner, "{"))
    return FALSE;

  while (!take (scanner, "}"))
    {
      if (!take_string (scanner, key, sizeof key) || !take (scanner, ":"))
        return FALSE;

      if (strcmp (key, "descr") == 0 && !has_type)
        has_type = take_string (scanner, type, size);
      else if (strcmp (key, "fortran_order") == 0 && !has_order)
        {
          head->fortran = take (scanner, "True");
          has_order = head->fortran || take (scanner, "False");
        }
      else if (strcmp (key, "shape") == 0 && !has_shape)
        has_shape = take_shape (scanner, &head->shape);
      else
        return FALSE;

      if (!take (scanner, ",") && !take (scanner, "}"))
        return FALSE;
      if (scanner->at[-1] == '}')
        break;
    }

  skip_blanks (scanner);
  return has_type && has_order && has_shape && scanner->at == scanner->end;
}

gboolean
ds_npy_parse (const guint8  *bytes,
              gsize          n_bytes,
              const char    *name,
              DsNpyHead     *head,
              GError       **error)
{
  char type[64] = "";
  gsize length_at = sizeof magic + 2;
  gsize begin;
  gsize length;
  Scanner scanner;

  memset (head, 0, sizeof *head);
  if (!ds_npy_sniff (bytes, n_bytes) || n_bytes < length_at + 4)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT, _("“%s” is no array of NumPy."), name);
      return FALSE;
    }
  if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” is an array in version %d.%d of NumPy’s format; 1.0, 2.0 and 3.0 are "
                     "known."), name, bytes[6], bytes[7]);
      return FALSE;
    }

  length = bytes[8] | (gsize) bytes[9] << 8;
  begin = length_at + 2;
  if (bytes[6] > 1)
    {
      length |= (gsize) bytes[10] << 16 | (gsize) bytes[11] << 24;
      begin += 2;
    }
  if (length > LONGEST_HEADER || length > n_bytes - MIN (begin, n_bytes))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("The header of “%s” claims to have %zu bytes, but there are %zu, and at most "
                     "%d are allowed."), name, length, n_bytes - MIN (begin, n_bytes),
                   LONGEST_HEADER);
      return FALSE;
    }

  scanner = (Scanner) { (const char *) bytes + begin, (const char *) bytes + begin + length };
  if (!parse_dictionary (&scanner, head, type, sizeof type))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("The header of “%s” is not as NumPy writes it, or its array has more than %d "
                     "axes or named columns. Save a plain array."), name, NN_MAX_RANK);
      return FALSE;
    }
  if (!parse_type (type, head))
    {
      g_autofree char *shown = ds_printable (type);

      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” has elements of type “%s”, which are no plain numbers. Save numbers, "
                     "such as float32 or int64."), name, shown);
      return FALSE;
    }
  if (!nn_shape_check_count (&head->shape, head->bytes, NULL))
    {
      g_autofree char *shape = nn_shape_print (&head->shape);

      g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
                   _("“%s” claims to be an array of %s, which is too large to address."), name,
                   shape);
      return FALSE;
    }

  head->header_bytes = begin + length;
  return TRUE;
}

gboolean
ds_npy_is_whole (const DsNpyHead *head)
{
  return head->kind != 'f';
}

/* IEEE 754 half precision: 5 bits of exponent, 10 of the fraction. */
static double
half (guint16 bits)
{
  int exponent = bits >> 10 & 31;
  int fraction = bits & 1023;
  double value;

  if (exponent == 31)
    value = fraction == 0 ? INFINITY : NAN;
  else if (exponent == 0)
    value = ldexp (fraction, -24);
  else
    value = ldexp (1024 + fraction, exponent - 25);

  return (bits & 0x8000) != 0 ? -value : value;
}

static double
floating (guint64 bits,
          int     bytes)
{
  guint32 narrow = (guint32) bits;
  float single;
  double number;

  if (bytes == 2)
    return half ((guint16) bits);
  if (bytes == 4)
    {
      memcpy (&single, &narrow, sizeof single);
      return single;
    }

  memcpy (&number, &bits, sizeof number);
  return number;
}

double
ds_npy_number (const DsNpyHead *head,
               const guint8    *data,
               gsize            index)
{
  const guint8 *at = data + index * head->bytes;
  guint64 bits = 0;

  for (int i = 0; i < head->bytes; i++)
    bits |= (guint64) at[head->swapped ? head->bytes - 1 - i : i] << 8 * i;

  switch (head->kind)
    {
    case 'f':
      return floating (bits, head->bytes);
    case 'i':
      return (double) ((gint64) (bits << (64 - 8 * head->bytes)) >> (64 - 8 * head->bytes));
    case 'b':
      return bits != 0;
    default:
      return (double) bits;
    }
}
