/* number-reader.c: numbers as people write them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/number-reader.h"

#include "exercises/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* First every spelling of a sign, a digit or a space becomes its ASCII one;
 * then the parts of the number are taken from the left, and put together as a
 * text that g_ascii_strtod() reads, so that “1.2×10⁻³” is exactly 1.2e-3. */

#define TEXT_MAX_BYTES 200
#define UNIT_MAX_BYTES 24
#define EXPONENT_MAX   400

static const char superscript_digits[] = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/* The ASCII spelling of @c, or 0 when it stays what it is. */
static char
plain_character (gunichar c)
{
  switch (c)
    {
    case 0x00A0: case 0x2007: case 0x2009: case 0x202F: case 0x3000:
      return ' ';

    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: case 0xFE63:
      return '-';

    case 0x2044: case 0x2215: case 0x00F7:
      return '/';

    case 0x00B7: case 0x00D7: case 0x22C5:
      return '*';

    case 0x2019:
      return '\'';

    default:
      return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : 0;
    }
}

/* The digit or minus that the superscript @c is, or 0. */
static char
superscript_character (gunichar c)
{
  const char *found = g_utf8_strchr (superscript_digits, -1, c);

  if (c == 0x207B)
    return '-';
  return found != NULL ? '0' + g_utf8_pointer_to_offset (superscript_digits, found) : 0;
}

static char *
simplify (const char *text)
{
  GString *plain = g_string_new (NULL);
  gboolean raised = FALSE;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      char super = superscript_character (c);
      char other = plain_character (c);

      if (super != 0 && !raised)
        g_string_append_c (plain, '^');
      raised = super != 0;
      if (super != 0 || other != 0)
        g_string_append_c (plain, super != 0 ? super : other);
      else
        g_string_append_unichar (plain, c);
    }

  return g_string_free (plain, FALSE);
}

static const char *
skip_spaces (const char *at)
{
  while (g_ascii_isspace (*at))
    at++;

  return at;
}

/* The length of the digits and separators at @at.  A space belongs to them
 * only between two digits. */
static gsize
span_digits (const char *at)
{
  gsize n = 0;

  while (g_ascii_isdigit (at[n]) || (at[n] != '\0' && strchr (".,_'", at[n]) != NULL)
         || (at[n] == ' ' && n > 0 && g_ascii_isdigit (at[n - 1]) && g_ascii_isdigit (at[n + 1])))
    n++;

  return n;
}

static guint
count_character (const char *text,
                 char        c)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == c;

  return n;
}

/* Which separator groups the digits of @text and which one begins the
 * decimals; 0 for none.  FALSE when they contradict each other. */
static gboolean
find_separators (const char *text,
                 char       *group,
                 char       *decimal)
{
  guint commas = count_character (text, ',');
  guint dots = count_character (text, '.');
  const char *comma = strchr (text, ',');

  *group = 0;
  *decimal = 0;
  for (const char *other = " _'"; *other != '\0'; other++)
    if (strchr (text, *other) != NULL)
      {
        if (*group != 0)
          return FALSE;
        *group = *other;
      }

  if (*group != 0)
    {
      *decimal = commas > 0 ? ',' : dots > 0 ? '.' : 0;
      return commas + dots <= 1;
    }
  if (commas > 0 && dots > 0)
    {
      *decimal = strrchr (text, ',') > strrchr (text, '.') ? ',' : '.';
      *group = *decimal == ',' ? '.' : ',';
      return count_character (text, *decimal) == 1;
    }
  if (commas > 1 || dots > 1)
    *group = commas > 1 ? ',' : '.';
  else if (commas == 1 && strlen (comma + 1) == 3 && comma - text >= 1 && comma - text <= 3
           && *text != '0')
    *group = ',';
  else
    *decimal = commas == 1 ? ',' : '.';

  return TRUE;
}

/* “1.234,5” to “1234.5”; NULL when the groups are not of three digits. */
static char *
join_digits (const char *text)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  gboolean grouped = FALSE;
  gboolean decimals = FALSE;
  char group;
  char decimal;
  guint n = 0;                  /* digits since the newest separator */

  if (!find_separators (text, &group, &decimal))
    return NULL;

  for (; *text != '\0'; text++)
    {
      if (g_ascii_isdigit (*text))
        {
          g_string_append_c (joined, *text);
          n++;
          continue;
        }
      if (decimals || (grouped ? n != 3 : group == *text && (n < 1 || n > 3)))
        return NULL;
      grouped = *text == group;
      decimals = *text == decimal;
      n = 0;
      if (decimals)
        g_string_append_c (joined, '.');
    }

  if ((grouped && n != 3) || strspn (joined->str, ".") == joined->len)
    return NULL;
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

/* A signed whole number of at most four digits behind an “e” or a “^”. */
static gboolean
read_exponent (const char **at,
               int         *exponent)
{
  const char *from = *at;
  gboolean negative = *from == '-';
  gsize n;

  if (*from == '-' || *from == '+')
    from++;
  n = strspn (from, "0123456789");
  if (n == 0 || n > 4)
    return FALSE;

  *exponent = g_ascii_strtoull (from, NULL, 10);
  if (negative)
    *exponent = -*exponent;
  *at = from + n;
  return TRUE;
}

/* “e-3”, “×10^-3”, “万”: the power of ten behind the digits, 0 for none. */
static int
read_scale (const char **at)
{
  const char *next = skip_spaces (*at);
  int exponent = 0;

  if (**at == 'e' || **at == 'E')
    {
      next = *at + 1;
      if (!read_exponent (&next, &exponent))
        return 0;
    }
  else if (g_str_has_prefix (next, "万") || g_str_has_prefix (next, "亿"))
    {
      exponent = g_str_has_prefix (next, "万") ? 4 : 8;
      next += strlen ("万");
    }
  else if (*next == '*' || *next == 'x' || *next == 'X')
    {
      next = skip_spaces (next + 1);
      if (!g_str_has_prefix (next, "10"))
        return 0;
      next += 2;
      if (*next == '^')
        next++;
      else if (g_str_has_prefix (next, "**"))
        next += 2;
      else
        return 0;
      if (!read_exponent (&next, &exponent))
        return 0;
    }
  else
    {
      return 0;
    }

  *at = next;
  return exponent;
}

/* Digits with what scales them: one side of a fraction. */
static gboolean
read_part (const char **at,
           double      *value)
{
  gsize size = span_digits (*at);
  g_autofree char *digits = g_strndup (*at, size);
  g_autofree char *joined = join_digits (digits);
  g_autofree char *whole = NULL;
  int exponent;

  if (joined == NULL)
    return FALSE;

  *at += size;
  if (**at == '^')
    {
      *at += 1;
      if (!read_exponent (at, &exponent))
        return FALSE;
      *value = pow (g_ascii_strtod (joined, NULL), exponent);
      return TRUE;
    }

  exponent = read_scale (at);
  if (ABS (exponent) > EXPONENT_MAX)
    return FALSE;
  whole = g_strdup_printf ("%se%d", joined, exponent);
  *value = g_ascii_strtod (whole, NULL);
  return TRUE;
}

static gboolean
read_number (const char **at,
             double      *value)
{
  gboolean negative = FALSE;
  double below;

  *at = skip_spaces (*at);
  if (**at == '=' || g_str_has_prefix (*at, "≈"))
    *at = skip_spaces (g_utf8_next_char (*at));
  if (**at == '-' || **at == '+')
    {
      negative = **at == '-';
      *at = skip_spaces (*at + 1);
    }
  if (!read_part (at, value))
    return FALSE;

  if (*skip_spaces (*at) == '/')
    {
      *at = skip_spaces (skip_spaces (*at) + 1);
      if (!read_part (at, &below) || below == 0)
        return FALSE;
      *value /= below;
    }
  if (negative)
    *value = -*value;
  *at = skip_spaces (*at);
  return isfinite (*value);
}

gboolean
ex_number_read (const char  *text,
                double      *value,
                char       **unit,
                GError     **error)
{
  g_autofree char *plain = NULL;
  const char *at;
  double number;

  if (strlen (text) > TEXT_MAX_BYTES)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_ANSWER,
                   _("A number is expected; this has %zu bytes, and at most %d are read."),
                   strlen (text), TEXT_MAX_BYTES);
      return FALSE;
    }

  plain = g_strchomp (simplify (text));
  at = plain;
  if (!read_number (&at, &number) || strlen (at) > UNIT_MAX_BYTES
      || strpbrk (at, "0123456789") != NULL || (*at != '\0' && strchr (".,+-*/^_=(", *at) != NULL))
    {
      g_set_error (error, EX_ERROR, EX_ERROR_ANSWER,
                   _("“%s” cannot be read as a number. Write it like 1234.5, 1.2e-3 or 3/4."),
                   text);
      return FALSE;
    }

  *value = number;
  *unit = *at != '\0' ? g_strdup (at) : NULL;
  return TRUE;
}
