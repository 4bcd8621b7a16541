/* json.c: a JSON tree and the questions that can be asked of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/json-private.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define QUOTED_CHARACTERS 60    /* of a hostile string are enough for a message */
#define EXACT_IN_DOUBLE (G_GINT64_CONSTANT (1) << 53)

static NnJsonDocument *
get_document (const NnJson *self)
{
  while (self->parent != NULL)
    self = self->parent;

  return (NnJsonDocument *) self;
}

NnJson *
nn_json_ref (NnJson *self)
{
  g_assert (self->parent == NULL);
  g_atomic_ref_count_inc (&get_document (self)->ref_count);
  return self;
}

void
nn_json_unref (NnJson *self)
{
  NnJsonDocument *document = get_document (self);

  g_assert (self->parent == NULL);
  if (!g_atomic_ref_count_dec (&document->ref_count))
    return;

  g_ptr_array_unref (document->blocks);
  g_free (document->source);
  g_free (document);
}

NnJsonType
nn_json_get_type (const NnJson *self)
{
  return self->type;
}

const char *
nn_json_get_key (const NnJson *self)
{
  return self->key;
}

guint
nn_json_get_length (const NnJson *self)
{
  return self->length;
}

const NnJson *
nn_json_first (const NnJson *self)
{
  return self->type == NN_JSON_ARRAY || self->type == NN_JSON_OBJECT ? self->first : NULL;
}

const NnJson *
nn_json_next (const NnJson *self)
{
  return self->next;
}

const NnJson *
nn_json_find (const NnJson *self,
              const char   *key)
{
  guint low = 0;
  guint high = self->type == NN_JSON_OBJECT ? self->length : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (key, self->sorted[middle]->key);

      if (order == 0)
        return self->sorted[middle];
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }

  return NULL;
}

static guint
get_position (const NnJson *self)
{
  guint position = 0;

  for (const NnJson *other = self->parent->first; other != self; other = other->next)
    position++;

  return position;
}

char *
nn_json_get_path (const NnJson *self)
{
  GString *path = g_string_new (NULL);

  for (; self->parent != NULL; self = self->parent)
    {
      g_autofree char *step = NULL;

      if (self->key == NULL)
        step = g_strdup_printf ("[%u]", get_position (self));
      else if (self->parent->parent != NULL)
        step = g_strconcat (".", self->key, NULL);
      else
        step = g_strdup (self->key);
      g_string_prepend (path, step);
    }

  return g_string_free (path, FALSE);
}

char *
nn_json_quote (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *quoted = g_string_new ("“");

  text = valid;
  for (int i = 0; *text != '\0'; i++)
    {
      gunichar character = g_utf8_get_char (text);

      if (i == QUOTED_CHARACTERS)
        {
          g_string_append (quoted, "…");
          break;
        }
      g_string_append_unichar (quoted, g_unichar_isprint (character) ? character : 0xfffd);
      text = g_utf8_next_char (text);
    }
  g_string_append (quoted, "”");

  return g_string_free (quoted, FALSE);
}

/* (transfer full) */
static char *
describe (const NnJson *self)
{
  char number[NN_JSON_NUMBER_SIZE];

  switch (self->type)
    {
    case NN_JSON_NULL:
      return g_strdup ("null");
    case NN_JSON_BOOL:
      return g_strdup (self->truth ? "true" : "false");
    case NN_JSON_INTEGER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, self->integer);
    case NN_JSON_UNSIGNED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, self->natural);
    case NN_JSON_DOUBLE:
      nn_json_format_double (number, self->number);
      return g_strdup (number);
    case NN_JSON_STRING:
      return nn_json_quote (self->string);
    case NN_JSON_ARRAY:
      return g_strdup (_("a list"));
    case NN_JSON_OBJECT:
    default:
      return g_strdup (_("an object"));
    }
}

/* Says that @self is not what @rule asks for. */
static void
set_rule_error (const NnJson  *self,
                const char    *rule,
                GError       **error)
{
  const char *source = get_document (self)->source;
  g_autofree char *value = describe (self);
  g_autofree char *path = nn_json_get_path (self);
  g_autofree char *quoted = nn_json_quote (path);

  if (self->parent == NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("%s holds %s and must hold %s."), source, value, rule);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 /* Translators: file: “place in the file” is value and must be rule. */
                 _("%s: %s is %s and must be %s."), source, quoted, value, rule);
}

gboolean
nn_json_as_bool (const NnJson  *self,
                 gboolean      *value,
                 GError       **error)
{
  if (self->type != NN_JSON_BOOL)
    {
      set_rule_error (self, _("true or false"), error);
      return FALSE;
    }

  *value = self->truth;
  return TRUE;
}

gboolean
nn_json_as_integer (const NnJson  *self,
                    gint64         min,
                    gint64         max,
                    gint64        *value,
                    GError       **error)
{
  if (self->type != NN_JSON_INTEGER || self->integer < min || self->integer > max)
    {
      g_autofree char *rule = g_strdup_printf (_("a whole number from %lld to %lld"),
                                               (long long) min, (long long) max);

      set_rule_error (self, rule, error);
      return FALSE;
    }

  *value = self->integer;
  return TRUE;
}

gboolean
nn_json_as_unsigned (const NnJson  *self,
                     guint64        max,
                     guint64       *value,
                     GError       **error)
{
  gboolean small = self->type == NN_JSON_INTEGER && self->integer >= 0;
  guint64 number = self->type == NN_JSON_UNSIGNED ? self->natural : 0;

  if (small)
    number = (guint64) self->integer;

  if ((!small && self->type != NN_JSON_UNSIGNED) || number > max)
    {
      g_autofree char *rule = g_strdup_printf (_("a whole number from 0 to %llu"),
                                               (unsigned long long) max);

      set_rule_error (self, rule, error);
      return FALSE;
    }

  *value = number;
  return TRUE;
}

gboolean
nn_json_as_double (const NnJson  *self,
                   double         min,
                   double         max,
                   double        *value,
                   GError       **error)
{
  gboolean whole = self->type == NN_JSON_INTEGER
                   && self->integer >= -EXACT_IN_DOUBLE && self->integer <= EXACT_IN_DOUBLE;
  double number = self->type == NN_JSON_DOUBLE ? self->number : 0;

  if (whole)
    number = (double) self->integer;

  if ((!whole && self->type != NN_JSON_DOUBLE) || number < min || number > max)
    {
      char low[G_ASCII_DTOSTR_BUF_SIZE];
      char high[G_ASCII_DTOSTR_BUF_SIZE];
      g_autofree char *rule = NULL;

      g_ascii_formatd (low, sizeof low, "%.10g", min);
      g_ascii_formatd (high, sizeof high, "%.10g", max);
      if (isinf (min) && isinf (max))
        rule = g_strdup (_("a number"));
      else
        rule = g_strdup_printf (_("a number from %s to %s"), low, high);
      set_rule_error (self, rule, error);
      return FALSE;
    }

  *value = number;
  return TRUE;
}

const char *
nn_json_as_string (const NnJson  *self,
                   GError       **error)
{
  if (self->type == NN_JSON_STRING)
    return self->string;

  set_rule_error (self, _("a text"), error);
  return NULL;
}

const NnJson *
nn_json_as_array (const NnJson  *self,
                  GError       **error)
{
  if (self->type == NN_JSON_ARRAY)
    return self;

  set_rule_error (self, _("a list"), error);
  return NULL;
}

const NnJson *
nn_json_as_object (const NnJson  *self,
                   GError       **error)
{
  if (self->type == NN_JSON_OBJECT)
    return self;

  set_rule_error (self, _("an object"), error);
  return NULL;
}

/* The member @key of @self, or NULL with an error. */
static const NnJson *
require (const NnJson  *self,
         const char    *key,
         GError       **error)
{
  const NnJson *member;
  g_autofree char *path = NULL;
  g_autofree char *quoted = NULL;

  if (nn_json_as_object (self, error) == NULL)
    return NULL;

  member = nn_json_find (self, key);
  if (member != NULL)
    return member;

  path = nn_json_get_path (self);
  quoted = nn_json_quote (path);
  if (self->parent == NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("%s has no “%s”."), get_document (self)->source, key);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("%s: %s has no “%s”."), get_document (self)->source, quoted, key);
  return NULL;
}

gboolean
nn_json_get_bool (const NnJson  *self,
                  const char    *key,
                  gboolean      *value,
                  GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member != NULL && nn_json_as_bool (member, value, error);
}

gboolean
nn_json_get_integer (const NnJson  *self,
                     const char    *key,
                     gint64         min,
                     gint64         max,
                     gint64        *value,
                     GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member != NULL && nn_json_as_integer (member, min, max, value, error);
}

gboolean
nn_json_get_unsigned (const NnJson  *self,
                      const char    *key,
                      guint64        max,
                      guint64       *value,
                      GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member != NULL && nn_json_as_unsigned (member, max, value, error);
}

gboolean
nn_json_get_double (const NnJson  *self,
                    const char    *key,
                    double         min,
                    double         max,
                    double        *value,
                    GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member != NULL && nn_json_as_double (member, min, max, value, error);
}

const char *
nn_json_get_string (const NnJson  *self,
                    const char    *key,
                    GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member == NULL ? NULL : nn_json_as_string (member, error);
}

const NnJson *
nn_json_get_array (const NnJson  *self,
                   const char    *key,
                   GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member == NULL ? NULL : nn_json_as_array (member, error);
}

const NnJson *
nn_json_get_object (const NnJson  *self,
                    const char    *key,
                    GError       **error)
{
  const NnJson *member = require (self, key, error);

  return member == NULL ? NULL : nn_json_as_object (member, error);
}
