/* json-writer.c: JSON documents, written one value after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/json-writer.h"

#include "engine/json-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char     closing;             /* '}' or ']' */
  gboolean broken;              /* its newest value stands on a line of its own */
  guint    count;
} Level;

struct _NnJsonWriter
{
  GString  *text;
  gboolean  pretty;
  gboolean  complete;           /* the top value is written */
  Level     levels[NN_JSON_MAX_DEPTH];
  int       depth;
};

NnJsonWriter *
nn_json_writer_new (gboolean pretty)
{
  NnJsonWriter *self = g_new0 (NnJsonWriter, 1);

  self->text = g_string_new (NULL);
  self->pretty = pretty;

  return self;
}

void
nn_json_writer_free (NnJsonWriter *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

void
nn_json_format_double (char   text[NN_JSON_NUMBER_SIZE],
                       double value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (text, NN_JSON_NUMBER_SIZE, formats[i], value);
      if (g_ascii_strtod (text, NULL) == value)
        break;
    }

  /* What was a double is read back as a double. */
  if (strpbrk (text, ".e") == NULL)
    strcat (text, ".0");
}

static void
write_string (GString    *text,
              const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_string_append_c (text, '"');
  for (const char *c = valid; *c != '\0'; c++)
    {
      switch (*c)
        {
        case '"':
        case '\\':
          g_string_append_c (text, '\\');
          g_string_append_c (text, *c);
          break;
        case '\n':
          g_string_append (text, "\\n");
          break;
        case '\t':
          g_string_append (text, "\\t");
          break;
        default:
          if ((guchar) *c < 0x20)
            g_string_append_printf (text, "\\u%04x", (guint) *c);
          else
            g_string_append_c (text, *c);
          break;
        }
    }
  g_string_append_c (text, '"');
}

static void
break_line (NnJsonWriter *self)
{
  g_string_append_c (self->text, '\n');
  for (int i = 0; i < self->depth; i++)
    g_string_append (self->text, "  ");
}

/* Everything that stands before a value: comma, line break and key. */
static void
begin_value (NnJsonWriter *self,
             const char   *key,
             gboolean      is_container)
{
  Level *level;

  g_assert (!self->complete);
  if (self->depth == 0)
    {
      g_assert (key == NULL);
      self->complete = !is_container;
      return;
    }

  level = &self->levels[self->depth - 1];
  g_assert ((key != NULL) == (level->closing == '}'));
  level->broken = self->pretty && (is_container || level->closing == '}');

  if (level->count++ > 0)
    g_string_append (self->text, self->pretty && !level->broken ? ", " : ",");
  if (level->broken)
    break_line (self);

  if (key != NULL)
    {
      write_string (self->text, key);
      g_string_append (self->text, self->pretty ? ": " : ":");
    }
}

static void
begin_container (NnJsonWriter *self,
                 const char   *key,
                 char          opening,
                 char          closing)
{
  begin_value (self, key, TRUE);
  g_assert (self->depth < NN_JSON_MAX_DEPTH);
  self->levels[self->depth++] = (Level) { .closing = closing };
  g_string_append_c (self->text, opening);
}

static void
end_container (NnJsonWriter *self,
               char          closing)
{
  Level *level = &self->levels[self->depth - 1];

  g_assert (self->depth > 0 && level->closing == closing);
  self->depth--;
  if (level->broken)
    break_line (self);
  g_string_append_c (self->text, closing);
  self->complete = self->depth == 0;
}

void
nn_json_writer_begin_object (NnJsonWriter *self,
                             const char   *key)
{
  begin_container (self, key, '{', '}');
}

void
nn_json_writer_end_object (NnJsonWriter *self)
{
  end_container (self, '}');
}

void
nn_json_writer_begin_array (NnJsonWriter *self,
                            const char   *key)
{
  begin_container (self, key, '[', ']');
}

void
nn_json_writer_end_array (NnJsonWriter *self)
{
  end_container (self, ']');
}

void
nn_json_writer_add_null (NnJsonWriter *self,
                         const char   *key)
{
  begin_value (self, key, FALSE);
  g_string_append (self->text, "null");
}

void
nn_json_writer_add_bool (NnJsonWriter *self,
                         const char   *key,
                         gboolean      value)
{
  begin_value (self, key, FALSE);
  g_string_append (self->text, value ? "true" : "false");
}

void
nn_json_writer_add_integer (NnJsonWriter *self,
                            const char   *key,
                            gint64        value)
{
  begin_value (self, key, FALSE);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void
nn_json_writer_add_unsigned (NnJsonWriter *self,
                             const char   *key,
                             guint64       value)
{
  begin_value (self, key, FALSE);
  g_string_append_printf (self->text, "%" G_GUINT64_FORMAT, value);
}

void
nn_json_writer_add_double (NnJsonWriter *self,
                           const char   *key,
                           double        value)
{
  char number[NN_JSON_NUMBER_SIZE];

  if (!isfinite (value))
    {
      nn_json_writer_add_null (self, key);
      return;
    }

  begin_value (self, key, FALSE);
  nn_json_format_double (number, value);
  g_string_append (self->text, number);
}

void
nn_json_writer_add_string (NnJsonWriter *self,
                           const char   *key,
                           const char   *value)
{
  begin_value (self, key, FALSE);
  write_string (self->text, value);
}

/* Writes @value, or only its opening bracket when it is a container. */
static void
add_or_begin (NnJsonWriter *self,
              const char   *key,
              const NnJson *value)
{
  switch (value->type)
    {
    case NN_JSON_NULL:
      nn_json_writer_add_null (self, key);
      break;
    case NN_JSON_BOOL:
      nn_json_writer_add_bool (self, key, value->truth);
      break;
    case NN_JSON_INTEGER:
      nn_json_writer_add_integer (self, key, value->integer);
      break;
    case NN_JSON_UNSIGNED:
      nn_json_writer_add_unsigned (self, key, value->natural);
      break;
    case NN_JSON_DOUBLE:
      nn_json_writer_add_double (self, key, value->number);
      break;
    case NN_JSON_STRING:
      nn_json_writer_add_string (self, key, value->string);
      break;
    case NN_JSON_ARRAY:
      nn_json_writer_begin_array (self, key);
      break;
    case NN_JSON_OBJECT:
      nn_json_writer_begin_object (self, key);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* Closes @at and the ancestors up to @top that end with it, and returns what
 * comes next, or NULL when @top is complete. */
static const NnJson *
leave (NnJsonWriter *self,
       const NnJson *at,
       const NnJson *top)
{
  while (TRUE)
    {
      if (at->type == NN_JSON_ARRAY || at->type == NN_JSON_OBJECT)
        end_container (self, self->levels[self->depth - 1].closing);
      if (at == top)
        return NULL;
      if (at->next != NULL)
        return at->next;
      at = at->parent;
    }
}

void
nn_json_writer_add_json (NnJsonWriter *self,
                         const char   *key,
                         const NnJson *value)
{
  const NnJson *at = value;

  while (at != NULL)
    {
      const NnJson *inside = nn_json_first (at);

      add_or_begin (self, at == value ? key : at->key, at);
      at = inside != NULL ? inside : leave (self, at, value);
    }
}

char *
nn_json_writer_finish (NnJsonWriter *self,
                       gsize        *length)
{
  GString *text = g_steal_pointer (&self->text);

  g_assert (self->complete);
  if (self->pretty)
    g_string_append_c (text, '\n');
  if (length != NULL)
    *length = text->len;

  self->text = g_string_new (NULL);
  self->complete = FALSE;
  return g_string_free (text, FALSE);
}
