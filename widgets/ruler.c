/* ruler.c: round tick values and their labels for an axis
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/ruler.h"

#include <math.h>
#include <string.h>

/* A range so narrow that numbers run out has no more ticks than this. */
#define MAX_TICKS 200

/* From here on labels use k, M, G and T, and then powers of ten. */
#define MIN_SHORT 1e4
#define MAX_SHORT 1e15

/* Below this a label is a power of ten as well. */
#define MAX_TINY 1e-3

static void
clear_tick (gpointer data)
{
  UiTick *tick = data;

  g_free (tick->label);
}

static void
add_tick (GArray *ticks,
          double  value,
          char   *label)
{
  UiTick tick = { value, label };

  g_array_append_val (ticks, tick);
}

/* @value with @decimals places and U+2212 for a minus.  What rounds to zero
 * has no sign. */
static void
append_number (GString *text,
               double   value,
               int      decimals)
{
  char format[8];
  char digits[400];             /* the largest double has 309 before its point */

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 60));
  g_ascii_formatd (digits, sizeof digits, format, fabs (value));
  if (value < 0 && strspn (digits, "0.") != strlen (digits))
    g_string_append (text, "−");
  g_string_append (text, digits);
}

/* Drops "0" after the point, and the point when nothing is left. */
static void
drop_zeros (GString *text)
{
  if (strchr (text->str, '.') == NULL)
    return;

  while (text->str[text->len - 1] == '0')
    g_string_truncate (text, text->len - 1);
  if (text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
}

static void
append_power_of_ten (GString *text,
                     int      exponent)
{
  static const char *superscripts[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
  char digits[16];

  g_snprintf (digits, sizeof digits, "%d", exponent);
  g_string_append (text, "10");
  for (const char *c = digits; *c != '\0'; c++)
    g_string_append (text, *c == '-' ? "⁻" : superscripts[*c - '0']);
}

static int
exponent_of (double value)
{
  /* A hair above, because log10 (1000) may be 2.9999999999999996. */
  return (int) floor (log10 (fabs (value)) + 1e-9);
}

static char *
print_scientific (double value,
                  int    decimals)
{
  GString *text = g_string_new (NULL);
  int exponent = exponent_of (value);
  double mantissa = value * pow (10, -exponent);

  /* Below 1e-308 the power of ten itself would be infinite. */
  if (!isfinite (mantissa))
    mantissa = value * 1e300 * pow (10, -exponent - 300);
  append_number (text, mantissa, decimals);
  drop_zeros (text);
  if (strcmp (text->str, "1") == 0 || strcmp (text->str, "−1") == 0)
    g_string_truncate (text, text->len - 1);
  else
    g_string_append (text, "×");
  append_power_of_ten (text, exponent);

  return g_string_free (text, FALSE);
}

/* Decimal places that tell apart multiples of @step. */
static int
decimals_for (double step)
{
  return MAX (0, -exponent_of (step));
}

/* "2.5k": @value in thousands, millions and so on. */
static char *
print_short (double value,
             double step)
{
  static const char *suffixes[] = { "", "k", "M", "G", "T" };
  GString *text = g_string_new (NULL);
  int rank = CLAMP (exponent_of (value) / 3, 0, 4);
  double unit = pow (1000, rank);

  append_number (text, value / unit, decimals_for (step / unit));
  drop_zeros (text);
  g_string_append (text, suffixes[rank]);
  return g_string_free (text, FALSE);
}

/* The label of a tick at @value on an axis whose ticks are @step apart and
 * whose largest magnitude is @largest. */
static char *
print_label (double value,
             double step,
             double largest)
{
  GString *text;

  if (fabs (value) < step / 2)
    value = 0;
  if (value == 0 && (largest >= MIN_SHORT || largest < MAX_TINY))
    return g_strdup ("0");
  if (largest >= MAX_SHORT || largest < MAX_TINY)
    return print_scientific (value, MAX (0, exponent_of (value) - exponent_of (step)));
  if (largest >= MIN_SHORT)
    return print_short (value, step);

  text = g_string_new (NULL);
  append_number (text, value, decimals_for (step));
  return g_string_free (text, FALSE);
}

/* The one of 1, 2, 5 times a power of ten that is nearest to @wanted, measured
 * as a ratio.  Rounding up instead would leave small charts a single tick. */
static double
round_step (double wanted)
{
  double power = pow (10, floor (log10 (wanted)));
  double ratio = wanted / power;

  if (ratio < sqrt (2))
    return power;
  if (ratio < sqrt (10))
    return 2 * power;
  if (ratio < sqrt (50))
    return 5 * power;
  return 10 * power;
}

static double
round_up_seconds (double least)
{
  static const double steps[] = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
    3600, 7200, 10800, 21600, 43200, 86400,
  };

  if (least < 1)
    return round_step (least);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (least <= steps[i])
      return steps[i];
  return 86400 * round_step (least / 86400);
}

static double
choose_step (UiRulerKind kind,
             double      low,
             double      high,
             int         n_ticks)
{
  /* Halves, so that the widest range of doubles stays finite. */
  double wanted = MAX (2 * (high / 2 / MAX (n_ticks, 1) - low / 2 / MAX (n_ticks, 1)), G_MINDOUBLE);

  if (kind == UI_RULER_TIME)
    return round_up_seconds (wanted);
  if (kind == UI_RULER_WHOLE)
    return MAX (1, round_step (wanted));
  return round_step (wanted);
}

static void
add_linear_ticks (GArray      *ticks,
                  UiRulerKind  kind,
                  double       low,
                  double       high,
                  int          n_ticks)
{
  double step = choose_step (kind, low, high, n_ticks);
  double largest = MAX (fabs (low), fabs (high));
  double first = ceil (low / step - 1e-9);

  for (int i = 0; i < MAX_TICKS; i++)
    {
      double value = (first + i) * step;

      if (!isfinite (value) || value > high + step * 1e-9)
        break;
      /* Neighbours are equal where the range is finer than the numbers. */
      if (i > 0 && value == g_array_index (ticks, UiTick, i - 1).value)
        break;
      add_tick (ticks, value,
                kind == UI_RULER_TIME ? ui_ruler_format_time (value)
                                      : print_label (value, step, largest));
    }
}

static char *
print_log_label (double value)
{
  double size = fabs (value);

  if (size >= MIN_SHORT && size < MAX_SHORT)
    return print_short (value, value);
  if (size < MAX_TINY)
    return print_scientific (value, 0);
  return ui_ruler_format (value, 3);
}

/* Powers of ten, with 2 and 5 between them where there is room. */
static void
add_log_ticks (GArray *ticks,
               double  low,
               double  high,
               int     n_ticks)
{
  int first = (int) floor (log10 (low));
  int last = (int) ceil (log10 (high));
  int stride = MAX (1, (last - first + n_ticks - 1) / MAX (n_ticks, 1));
  gboolean has_room = 3 * (last - first) <= n_ticks;

  for (int exponent = first; exponent <= last; exponent++)
    for (int digit = 1; digit < 10; digit++)
      {
        double value = digit * pow (10, exponent);
        gboolean is_major = digit == 1 && exponent % stride == 0;

        if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9))
          continue;
        if (has_room && (digit == 2 || digit == 5))
          is_major = TRUE;
        if (is_major || stride == 1)
          add_tick (ticks, value, is_major ? print_log_label (value) : NULL);
      }
}

/* Within a decade, round multiples say more than the one power of ten. */
static gboolean
is_log_range (UiRulerKind kind,
              double      low,
              double      high)
{
  return kind == UI_RULER_LOG && low > 0 && log10 (high) - log10 (low) >= 1;
}

GArray *
ui_ruler_ticks (UiRulerKind kind,
                double      low,
                double      high,
                int         n_ticks)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (UiTick));

  g_array_set_clear_func (ticks, clear_tick);
  if (!isfinite (low) || !isfinite (high) || low >= high || n_ticks < 1)
    return ticks;

  if (is_log_range (kind, low, high))
    add_log_ticks (ticks, low, high, n_ticks);
  else
    add_linear_ticks (ticks, kind, low, high, n_ticks);

  return ticks;
}

void
ui_ruler_round_out (UiRulerKind  kind,
                    double      *low,
                    double      *high,
                    int          n_ticks)
{
  double step;
  double new_low;
  double new_high;

  if (!isfinite (*low) || !isfinite (*high) || *low >= *high)
    return;

  if (is_log_range (kind, *low, *high))
    {
      new_low = pow (10, floor (log10 (*low) + 1e-9));
      new_high = pow (10, ceil (log10 (*high) - 1e-9));
    }
  else
    {
      step = choose_step (kind, *low, *high, n_ticks);
      new_low = floor (*low / step + 1e-9) * step;
      new_high = ceil (*high / step - 1e-9) * step;
    }

  if (isfinite (new_low) && (kind != UI_RULER_LOG || new_low > 0))
    *low = MIN (new_low, *low);
  if (isfinite (new_high))
    *high = MAX (new_high, *high);
}

char *
ui_ruler_format (double value,
                 int    n_digits)
{
  GString *text;
  int exponent;

  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : "−∞");
  if (value == 0)
    return g_strdup ("0");

  exponent = exponent_of (value);
  if (exponent < -4 || exponent >= 15)
    return print_scientific (value, n_digits - 1);

  text = g_string_new (NULL);
  append_number (text, value, MAX (0, n_digits - 1 - exponent));
  drop_zeros (text);
  return g_string_free (text, FALSE);
}

char *
ui_ruler_format_time (double seconds)
{
  GString *text = g_string_new (NULL);
  double whole = floor (fabs (seconds) + 1e-6);
  double hours = floor (whole / 3600);
  int minute = (int) fmod (floor (whole / 60), 60);
  int second = (int) fmod (whole, 60);

  if (seconds < 0 && fabs (seconds) > 1e-6)
    g_string_append (text, "−");
  if (hours >= 1)
    {
      append_number (text, hours, 0);
      g_string_append_printf (text, ":%02d:%02d", minute, second);
    }
  else
    g_string_append_printf (text, "%d:%02d", minute, second);

  /* A range of less than a few seconds has ticks between the seconds. */
  if (hours < 1 && fabs (seconds) - whole > 5e-4)
    {
      g_string_append_printf (text, ".%03d", (int) ((fabs (seconds) - whole) * 1000 + 0.5));
      drop_zeros (text);
    }

  return g_string_free (text, FALSE);
}
