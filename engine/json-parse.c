/* json-parse.c: from text to a JSON tree
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/json-private.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The text may come from anybody, so nothing here recurses: the containers
 * that are open stand in an array, and its length is the limit on depth.
 * Memory is bounded by the limits on bytes and on values, and keys are found
 * by sorting rather than hashing, because nobody can choose names that make
 * sorting slow. */

#define FIRST_BLOCK_BYTES   1024
#define LARGEST_BLOCK_BYTES (256 * 1024)
#define LONGEST_NUMBER      512 /* characters; Python writes 24 at most */

typedef struct
{
  NnJson *container;
  NnJson *last;                 /* its newest item or member */
} Level;

typedef struct
{
  NnJsonDocument *document;
  const char     *start, *at, *end;
  Level           levels[NN_JSON_MAX_DEPTH];
  int             depth;
  guint           n_values;
} Parser;

void *
nn_json_alloc (NnJsonDocument *self,
               gsize           bytes)
{
  void *memory;

  bytes = (bytes + sizeof (gpointer) - 1) / sizeof (gpointer) * sizeof (gpointer);
  if (bytes > self->size - self->used)
    {
      self->size = CLAMP (self->size * 2, FIRST_BLOCK_BYTES, LARGEST_BLOCK_BYTES);
      self->size = MAX (self->size, bytes);
      self->used = 0;
      self->block = g_malloc0 (self->size);
      g_ptr_array_add (self->blocks, self->block);
    }

  memory = self->block + self->used;
  self->used += bytes;
  return memory;
}

static NnJsonDocument *
document_new (const char *source)
{
  NnJsonDocument *self = g_new0 (NnJsonDocument, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source = g_strdup (source);
  self->blocks = g_ptr_array_new_with_free_func (g_free);

  return self;
}

/* (transfer full) */
static char *
describe_found (const Parser *parser,
                const char   *at)
{
  gunichar character;
  char text[8] = { 0 };

  if (at >= parser->end)
    return g_strdup (_("the end"));

  character = g_utf8_get_char (at);
  if (!g_unichar_isgraph (character))
    return g_strdup_printf ("U+%04X", character);

  g_unichar_to_utf8 (character, text);
  return g_strdup_printf ("“%s”", text);
}

/* "project.json, line 3, column 14", for the place @at.  (transfer full) */
static char *
describe_place (const Parser *parser,
                const char   *at)
{
  guint line = 1;
  guint column = 1;

  for (const char *c = parser->start; c < at; c = g_utf8_next_char (c))
    {
      column = *c == '\n' ? 1 : column + 1;
      line += *c == '\n';
    }

  return g_strdup_printf (_("%s, line %u, column %u"), parser->document->source, line, column);
}

static gboolean
fail (const Parser  *parser,
      const char    *at,
      const char    *expected,
      GError       **error)
{
  g_autofree char *place = describe_place (parser, at);
  g_autofree char *found = describe_found (parser, at);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               /* Translators: file, line 3, column 7: expected a comma, found “x”. */
               _("%s: expected %s, found %s."), place, expected, found);
  return FALSE;
}

/* For what is well formed and refused nevertheless; @rule is a sentence. */
static gboolean
refuse (const Parser  *parser,
        const char    *at,
        const char    *rule,
        GError       **error)
{
  g_autofree char *place = describe_place (parser, at);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, "%s: %s", place, rule);
  return FALSE;
}

static void
skip_space (Parser *parser)
{
  while (parser->at < parser->end
         && (*parser->at == ' ' || *parser->at == '\t'
             || *parser->at == '\n' || *parser->at == '\r'))
    parser->at++;
}

static gboolean
is_next (const Parser *parser,
         char          character)
{
  return parser->at < parser->end && *parser->at == character;
}

/* Moves over digits and tells whether there were any. */
static gboolean
skip_digits (Parser *parser)
{
  const char *first = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;

  return parser->at > first;
}

static gboolean
expect_digits (Parser  *parser,
               GError **error)
{
  return skip_digits (parser) || fail (parser, parser->at, _("a digit"), error);
}

/* Moves over a number by the grammar of RFC 8259, section 6. */
static gboolean
skip_number (Parser    *parser,
             gboolean  *whole,
             GError   **error)
{
  *whole = TRUE;
  if (is_next (parser, '-'))
    parser->at++;

  if (is_next (parser, '0'))
    parser->at++;
  else if (!expect_digits (parser, error))
    return FALSE;

  if (is_next (parser, '.'))
    {
      *whole = FALSE;
      parser->at++;
      if (!expect_digits (parser, error))
        return FALSE;
    }

  if (is_next (parser, 'e') || is_next (parser, 'E'))
    {
      *whole = FALSE;
      parser->at++;
      if (is_next (parser, '+') || is_next (parser, '-'))
        parser->at++;
      if (!expect_digits (parser, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_number (Parser  *parser,
             NnJson  *value,
             GError **error)
{
  const char *first = parser->at;
  char text[LONGEST_NUMBER + 1];
  gsize length;
  gboolean whole;

  if (!skip_number (parser, &whole, error))
    return FALSE;

  length = (gsize) (parser->at - first);
  if (length > LONGEST_NUMBER)
    return refuse (parser, first, _("The number has too many digits."), error);
  memcpy (text, first, length);
  text[length] = '\0';

  /* A whole zero has no sign, so "-0" must be a double. */
  if (whole && !g_str_equal (text, "-0"))
    {
      if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &value->integer, NULL))
        value->type = NN_JSON_INTEGER;
      else if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &value->natural, NULL))
        value->type = NN_JSON_UNSIGNED;
      else
        return refuse (parser, first,
                       _("The whole number does not fit into 64 bits."), error);
      return TRUE;
    }

  value->type = NN_JSON_DOUBLE;
  value->number = g_ascii_strtod (text, NULL);
  if (isinf (value->number))
    return refuse (parser, first, _("The number is too large."), error);

  return TRUE;
}

/* Four hexadecimal digits behind "\u". */
static gboolean
read_unit (Parser    *parser,
           gunichar  *unit,
           GError   **error)
{
  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      if (parser->at >= parser->end || !g_ascii_isxdigit (*parser->at))
        return fail (parser, parser->at, _("a hexadecimal digit"), error);
      *unit = *unit * 16 + (gunichar) g_ascii_xdigit_value (*parser->at++);
    }

  return TRUE;
}

/* What follows "\u": one unit, or two that make a pair. */
static gboolean
read_unicode (Parser  *parser,
              char   **out,
              GError **error)
{
  const char *first = parser->at - 2;
  gunichar character;
  gunichar low = 0;

  if (!read_unit (parser, &character, error))
    return FALSE;

  if (character >= 0xd800 && character <= 0xdbff)
    {
      if (parser->end - parser->at >= 2 && memcmp (parser->at, "\\u", 2) == 0)
        {
          parser->at += 2;
          if (!read_unit (parser, &low, error))
            return FALSE;
        }
      if (low < 0xdc00 || low > 0xdfff)
        return refuse (parser, first, _("Half a surrogate pair is not a character."), error);
      character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (character >= 0xdc00 && character <= 0xdfff)
    return refuse (parser, first, _("Half a surrogate pair is not a character."), error);

  if (character == 0)
    return refuse (parser, first, _("A text must not contain U+0000."), error);

  *out += g_unichar_to_utf8 (character, *out);
  return TRUE;
}

static gboolean
read_escape (Parser  *parser,
             char   **out,
             GError **error)
{
  static const char names[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";
  const char *found;

  parser->at++;
  if (is_next (parser, 'u'))
    {
      parser->at++;
      return read_unicode (parser, out, error);
    }

  found = parser->at < parser->end ? strchr (names, *parser->at) : NULL;
  if (found == NULL || *parser->at == '\0')
    return fail (parser, parser->at, _("an escape that JSON has, such as \\n or \\u0041"), error);

  *(*out)++ = meant[found - names];
  parser->at++;
  return TRUE;
}

/* The text between two quotes, NUL-terminated, in the document's memory. */
static const char *
read_string (Parser  *parser,
             guint   *length,
             GError **error)
{
  const char *closing = parser->at + 1;
  char *text;
  char *out;

  /* No escape is shorter than what it stands for, so this is room enough. */
  while (closing < parser->end && *closing != '"')
    closing += *closing == '\\' ? 2 : 1;
  closing = MIN (closing, parser->end);
  text = out = nn_json_alloc (parser->document, (gsize) (closing - parser->at));

  parser->at++;
  while (parser->at < closing)
    {
      if ((guchar) *parser->at < 0x20)
        {
          fail (parser, parser->at, _("an escape for the control character"), error);
          return NULL;
        }
      if (*parser->at != '\\')
        *out++ = *parser->at++;
      else if (!read_escape (parser, &out, error))
        return NULL;
    }

  if (parser->at >= parser->end)
    {
      fail (parser, parser->end, _("a closing quote"), error);
      return NULL;
    }

  parser->at++;
  *length = (guint) (out - text);
  return text;
}

static gboolean
read_word (Parser      *parser,
           const char  *word)
{
  gsize length = strlen (word);

  if ((gsize) (parser->end - parser->at) < length || memcmp (parser->at, word, length) != 0)
    return FALSE;

  parser->at += length;
  return TRUE;
}

static gboolean
open_container (Parser  *parser,
                NnJson  *value,
                GError **error)
{
  if (parser->depth == NN_JSON_MAX_DEPTH)
    {
      g_autofree char *rule = g_strdup_printf (_("More than %d levels lie inside each other."),
                                               NN_JSON_MAX_DEPTH);

      return refuse (parser, parser->at, rule, error);
    }

  value->type = *parser->at == '[' ? NN_JSON_ARRAY : NN_JSON_OBJECT;
  parser->levels[parser->depth++] = (Level) { value, NULL };
  parser->at++;
  return TRUE;
}

/* Fills @value; a container is only opened. */
static gboolean
read_value (Parser  *parser,
            NnJson  *value,
            GError **error)
{
  skip_space (parser);

  if (is_next (parser, '{') || is_next (parser, '['))
    return open_container (parser, value, error);

  if (is_next (parser, '"'))
    {
      value->type = NN_JSON_STRING;
      value->string = read_string (parser, &value->length, error);
      return value->string != NULL;
    }

  if (is_next (parser, '-') || (parser->at < parser->end && g_ascii_isdigit (*parser->at)))
    return read_number (parser, value, error);

  if (read_word (parser, "true") || read_word (parser, "false"))
    {
      value->type = NN_JSON_BOOL;
      value->truth = parser->at[-2] == 'u';
      return TRUE;
    }

  if (read_word (parser, "null"))
    {
      value->type = NN_JSON_NULL;
      return TRUE;
    }

  return fail (parser, parser->at, _("a value"), error);
}

/* Moves over a key and its colon. */
static gboolean
read_key (Parser  *parser,
          NnJson  *member,
          GError **error)
{
  guint length;

  if (!is_next (parser, '"'))
    return fail (parser, parser->at, _("a key in quotes"), error);
  member->key = read_string (parser, &length, error);
  if (member->key == NULL)
    return FALSE;

  skip_space (parser);
  if (!is_next (parser, ':'))
    return fail (parser, parser->at, _("a colon"), error);
  parser->at++;
  return TRUE;
}

static int
compare_keys (const void *a,
              const void *b)
{
  const NnJson *const *first = a;
  const NnJson *const *second = b;

  return strcmp ((*first)->key, (*second)->key);
}

static gboolean
close_container (Parser  *parser,
                 GError **error)
{
  NnJson *self = parser->levels[--parser->depth].container;
  guint count = 0;

  if (self->type == NN_JSON_OBJECT && self->length > 0)
    {
      self->sorted = nn_json_alloc (parser->document, sizeof (NnJson *) * self->length);
      for (const NnJson *member = self->first; member != NULL; member = member->next)
        self->sorted[count++] = member;
      qsort (self->sorted, count, sizeof (NnJson *), compare_keys);

      for (guint i = 1; i < count; i++)
        if (g_str_equal (self->sorted[i - 1]->key, self->sorted[i]->key))
          {
            g_autofree char *key = nn_json_quote (self->sorted[i]->key);
            g_autofree char *rule = g_strdup_printf (_("The object that ends here has the "
                                                       "key %s twice."), key);

            return refuse (parser, parser->at, rule, error);
          }
    }

  parser->at++;
  return TRUE;
}

/* Adds an empty item or member to the innermost container. */
static NnJson *
append_child (Parser  *parser,
              GError **error)
{
  Level *level = &parser->levels[parser->depth - 1];
  NnJson *child;

  if (++parser->n_values > NN_JSON_MAX_VALUES)
    {
      g_autofree char *rule = g_strdup_printf (_("There are more than %d values."),
                                               NN_JSON_MAX_VALUES);

      refuse (parser, parser->at, rule, error);
      return NULL;
    }

  child = nn_json_alloc (parser->document, sizeof *child);
  child->parent = level->container;
  if (level->last == NULL)
    level->container->first = child;
  else
    level->last->next = child;
  level->last = child;
  level->container->length++;

  return child;
}

/* Behind a value: closes what ends here and finds the place of the next one,
 * which is NULL when the document is complete. */
static gboolean
find_next (Parser  *parser,
           NnJson **next,
           GError **error)
{
  *next = NULL;

  while (parser->depth > 0)
    {
      NnJson *container = parser->levels[parser->depth - 1].container;
      gboolean is_object = container->type == NN_JSON_OBJECT;

      skip_space (parser);
      if (is_next (parser, is_object ? '}' : ']'))
        {
          if (!close_container (parser, error))
            return FALSE;
          continue;
        }

      if (container->length > 0)
        {
          if (!is_next (parser, ','))
            return fail (parser, parser->at,
                         is_object ? _("a comma or “}”") : _("a comma or “]”"), error);
          parser->at++;
          skip_space (parser);
        }

      *next = append_child (parser, error);
      return *next != NULL && (!is_object || read_key (parser, *next, error));
    }

  return TRUE;
}

static gboolean
parse (Parser  *parser,
       GError **error)
{
  NnJson *value = &parser->document->root;

  while (value != NULL)
    if (!read_value (parser, value, error) || !find_next (parser, &value, error))
      return FALSE;

  skip_space (parser);
  return parser->at == parser->end || fail (parser, parser->at, _("the end"), error);
}

static gboolean
check_bytes (const char  *bytes,
             gsize        size,
             gsize        limit_bytes,
             const char  *source,
             GError     **error)
{
  const char *bad;

  if (size > limit_bytes || size > G_MAXUINT32)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("%s has %zu bytes of JSON; at most %zu are accepted."),
                   source, size, MIN (limit_bytes, G_MAXUINT32));
      return FALSE;
    }

  if (!g_utf8_validate_len (bytes, size, &bad))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("%s is not UTF-8 text: the byte at offset %zu is 0x%02x."),
                   source, (gsize) (bad - bytes), (guint) (guchar) *bad);
      return FALSE;
    }

  return TRUE;
}

NnJson *
nn_json_parse (const char  *bytes,
               gsize        size,
               gsize        limit_bytes,
               const char  *source,
               GError     **error)
{
  Parser parser = { .start = bytes, .at = bytes, .end = bytes + size };

  if (!check_bytes (bytes, size, limit_bytes, source, error))
    return NULL;

  parser.document = document_new (source);
  if (!parse (&parser, error))
    {
      nn_json_unref (&parser.document->root);
      return NULL;
    }

  return &parser.document->root;
}
