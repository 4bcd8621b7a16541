/* attribute.c: one setting of an op, an optimiser or a schedule, and its value
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/attribute.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

NnAttrValue
nn_attr_initial (const NnAttr *attr)
{
  return (NnAttrValue) { 1, { attr->initial } };
}

static gboolean
is_list (const NnAttr *attr)
{
  return attr->type == NN_ATTR_INTS || attr->type == NN_ATTR_FLOATS;
}

static int
count_words (const NnAttr *attr)
{
  return attr->words == NULL ? 0 : (int) g_strv_length ((char **) attr->words);
}

static char *
print_words (const NnAttr *attr)
{
  return g_strjoinv (", ", (char **) attr->words);
}

static gboolean
check_word (const NnAttr  *attr,
            double         index,
            GError       **error)
{
  g_autofree char *words = NULL;

  if (index >= 0 && index < count_words (attr) && index == floor (index))
    return TRUE;

  words = print_words (attr);
  g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
               _("“%s” must be one of: %s."), _(attr->title), words);
  return FALSE;
}

static gboolean
check_number (const NnAttr  *attr,
              double         number,
              GError       **error)
{
  char low[G_ASCII_DTOSTR_BUF_SIZE];
  char high[G_ASCII_DTOSTR_BUF_SIZE];
  char shown[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (shown, sizeof shown, "%.10g", number);
  if (attr->type != NN_ATTR_FLOAT && attr->type != NN_ATTR_FLOATS
      && number != floor (number))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("“%s” is %s and must be a whole number."), _(attr->title), shown);
      return FALSE;
    }

  /* Written so that a number that is none fails, too. */
  if (!(number >= attr->min && number <= attr->max))
    {
      g_ascii_formatd (low, sizeof low, "%.10g", attr->min);
      g_ascii_formatd (high, sizeof high, "%.10g", attr->max);
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("“%s” is %s and must lie between %s and %s."),
                   _(attr->title), shown, low, high);
      return FALSE;
    }

  return TRUE;
}

gboolean
nn_attr_check (const NnAttr       *attr,
               const NnAttrValue  *value,
               GError            **error)
{
  int most = is_list (attr) ? NN_MAX_ATTR_NUMBERS : 1;

  if (attr->type == NN_ATTR_CHOICE || (is_list (attr) && value->count == 0))
    return check_word (attr, value->number[0], error);

  if (value->count < 1 || value->count > most)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("“%s” has %d numbers and takes at most %d."),
                   _(attr->title), value->count, most);
      return FALSE;
    }

  for (int i = 0; i < value->count; i++)
    if (!check_number (attr, value->number[i], error))
      return FALSE;

  return TRUE;
}

/* Fills @value from @text, without looking at ranges. */
static gboolean
read_text (const NnAttr  *attr,
           const char    *text,
           NnAttrValue   *value,
           GError       **error)
{
  g_auto (GStrv) parts = NULL;

  if (attr->type == NN_ATTR_BOOL && (g_str_equal (text, "true") || g_str_equal (text, "false")))
    {
      *value = (NnAttrValue) { 1, { g_str_equal (text, "true") } };
      return TRUE;
    }

  for (int i = 0; i < count_words (attr); i++)
    if (g_str_equal (attr->words[i], text))
      {
        *value = (NnAttrValue) { attr->type == NN_ATTR_CHOICE ? 1 : 0, { i } };
        return TRUE;
      }

  if (attr->type == NN_ATTR_CHOICE)
    return check_word (attr, -1, error);

  /* Spaces, commas (full-width ones, too) and × may stand between numbers. */
  parts = g_regex_split_simple ("\\s*(?:[,，×x]|\\s)\\s*", text, G_REGEX_OPTIMIZE, 0);
  for (int i = 0; parts[i] != NULL; i++)
    {
      char *end;
      double number = g_ascii_strtod (parts[i], &end);

      if (parts[i][0] == '\0' || *end != '\0' || i == NN_MAX_ATTR_NUMBERS)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("“%s” cannot be read as a value of “%s”."), text, _(attr->title));
          return FALSE;
        }
      value->number[i] = number;
      value->count = i + 1;
    }

  return TRUE;
}

gboolean
nn_attr_parse (const NnAttr  *attr,
               const char    *text,
               NnAttrValue   *value,
               GError       **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  NnAttrValue result = { 0 };

  if (!read_text (attr, stripped, &result, error) || !nn_attr_check (attr, &result, error))
    return FALSE;

  *value = result;
  return TRUE;
}

char *
nn_attr_print (const NnAttr      *attr,
               const NnAttrValue *value)
{
  const char *word = nn_attr_word (attr, value);
  GString *text;

  if (word != NULL)
    return g_strdup (word);
  if (attr->type == NN_ATTR_BOOL)
    return g_strdup (value->number[0] != 0 ? "true" : "false");

  text = g_string_new (NULL);
  for (int i = 0; i < value->count; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      /* The shortest form that reads back as the same number. */
      g_ascii_formatd (number, sizeof number, "%.15g", value->number[i]);
      if (g_ascii_strtod (number, NULL) != value->number[i])
        g_ascii_dtostr (number, sizeof number, value->number[i]);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", number);
    }

  return g_string_free (text, FALSE);
}

const char *
nn_attr_word (const NnAttr      *attr,
              const NnAttrValue *value)
{
  int index;

  if (attr->type != NN_ATTR_CHOICE && !(is_list (attr) && value->count == 0))
    return NULL;

  index = (int) value->number[0];
  return index >= 0 && index < count_words (attr) ? attr->words[index] : NULL;
}

gboolean
nn_attr_equal (const NnAttrValue *a,
               const NnAttrValue *b)
{
  return a->count == b->count
         && memcmp (a->number, b->number, sizeof (double) * (gsize) MAX (a->count, 1)) == 0;
}

int
nn_attrs_find (const NnAttr *attrs,
               const char   *name)
{
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (g_str_equal (attrs[i].name, name))
      return i;

  return -1;
}

void
nn_attrs_initial (const NnAttr *attrs,
                  NnAttrValue   values[NN_MAX_ATTRS])
{
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    values[i] = nn_attr_initial (&attrs[i]);
}
