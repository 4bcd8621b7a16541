/* vocabulary-file.c: vocabularies as they are saved, and as others have them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/vocabulary-private.h"

#include "datasets/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Our form is text: a line that says what this is, one for the tokenizer and
 * one for the lengths of rows, and then a line for each token, in which \\, \n
 * and \r stand for the characters that would be mistaken. */

#define FORM       "epoch-vocabulary 1"
#define FILE_BYTES (64 << 20)

enum {
  LINE_FORM,
  LINE_TOKENIZER,
  LINE_LENGTHS,
  FIRST_TOKEN,
};

static void
print_token (GString    *text,
             const char *token)
{
  for (const char *c = token; *c != '\0'; c++)
    switch (*c)
      {
      case '\\': g_string_append (text, "\\\\"); break;
      case '\n': g_string_append (text, "\\n"); break;
      case '\r': g_string_append (text, "\\r"); break;
      default:   g_string_append_c (text, *c);
      }
  g_string_append_c (text, '\n');
}

/* The token that @line stands for, or NULL.  (transfer full) */
static char *
parse_token (const char *line)
{
  g_autoptr (GString) token = g_string_new (NULL);

  for (const char *c = line; *c != '\0'; c++)
    {
      if (*c != '\\')
        g_string_append_c (token, *c);
      else if (c[1] == '\\' || c[1] == 'n' || c[1] == 'r')
        {
          c++;
          g_string_append_c (token, *c == 'n' ? '\n' : *c == 'r' ? '\r' : '\\');
        }
      else
        return NULL;
    }

  return g_string_free (g_steal_pointer (&token), FALSE);
}

char *
ds_vocabulary_print (DsVocabulary *self)
{
  GString *text = g_string_new (FORM "\n");
  DsLengths lengths = ds_vocabulary_get_lengths (self);

  g_string_append_printf (text, "%s\n%u %u\n", ds_vocabulary_get_tokenizer (self)->name,
                          lengths.item, lengths.answer);
  for (guint i = 0; i < ds_vocabulary_get_size (self); i++)
    print_token (text, ds_vocabulary_get_token (self, (gint32) i));

  return g_string_free (text, FALSE);
}

static void
set_damaged (const char  *name,
             int          line,
             GError     **error)
{
  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” is no whole vocabulary of Epoch: line %d is not as it should be."), name,
               line + 1);
}

static gboolean
parse_lengths (const char *line,
               DsLengths  *lengths)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 3);
  guint64 item;
  guint64 answer;

  if (g_strv_length (parts) != 2
      || !g_ascii_string_to_unsigned (parts[0], 10, 0, DS_MAX_LENGTH, &item, NULL)
      || !g_ascii_string_to_unsigned (parts[1], 10, 0, DS_MAX_LENGTH, &answer, NULL))
    return FALSE;

  lengths->item = (guint) item;
  lengths->answer = (guint) answer;
  return TRUE;
}

/* The lines of a text without zero bytes and in UTF-8.  (transfer full) */
static char **
split_lines (const char  *bytes,
             gsize        n_bytes,
             const char  *name,
             GError     **error)
{
  const char *wrong = NULL;
  g_autofree char *text = NULL;
  char **lines;

  if (!g_utf8_validate_len (bytes, n_bytes, &wrong))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” is no vocabulary: it is not UTF-8 text at byte %zu."), name,
                   (gsize) (wrong - bytes));
      return NULL;
    }

  text = g_strndup (bytes, n_bytes);
  lines = g_strsplit (text, "\n", -1);
  if (g_strv_length (lines) <= DS_MAX_TOKENS)
    return lines;

  g_strfreev (lines);
  g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
               _("“%s” has more than %d lines, which is too much for a vocabulary."), name,
               DS_MAX_TOKENS);
  return NULL;
}

DsVocabulary *
ds_vocabulary_parse (const char  *text,
                     gsize        n_bytes,
                     const char  *name,
                     GError     **error)
{
  g_auto (GStrv) lines = split_lines (text, n_bytes, name, error);
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);
  const DsTokenizer *tokenizer;
  DsVocabulary *self;
  DsLengths lengths;
  int n_lines;

  if (lines == NULL)
    return NULL;

  /* Behind the last line is an empty one, unless the end is cut off. */
  n_lines = (int) g_strv_length (lines) - 1;
  if (n_lines < FIRST_TOKEN || strcmp (lines[LINE_FORM], FORM) != 0 || lines[n_lines][0] != '\0')
    {
      set_damaged (name, n_lines < FIRST_TOKEN ? n_lines : LINE_FORM, error);
      return NULL;
    }

  tokenizer = ds_tokenizer_find (lines[LINE_TOKENIZER]);
  if (tokenizer == NULL)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” is for the tokenizer “%s”, which this version does not have."), name,
                   lines[LINE_TOKENIZER]);
      return NULL;
    }

  if (!parse_lengths (lines[LINE_LENGTHS], &lengths))
    {
      set_damaged (name, LINE_LENGTHS, error);
      return NULL;
    }

  for (int i = FIRST_TOKEN; i < n_lines; i++)
    {
      char *token = parse_token (lines[i]);

      if (token == NULL)
        {
          set_damaged (name, i, error);
          return NULL;
        }
      g_ptr_array_add (tokens, token);
    }

  self = ds_vocabulary_new (tokenizer, g_steal_pointer (&tokens), name, error);
  if (self != NULL)
    ds_vocabulary_set_lengths (self, &lengths);
  return self;
}

DsVocabulary *
ds_vocabulary_read_bytes (const DsTokenizer  *tokenizer,
                          const char         *bytes,
                          gsize               n_bytes,
                          const char         *name,
                          GError            **error)
{
  g_auto (GStrv) lines = split_lines (bytes, n_bytes, name, error);
  GPtrArray *tokens;

  g_assert (tokenizer->read != NULL);
  if (lines == NULL)
    return NULL;

  for (int i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  tokens = g_ptr_array_new_with_free_func (g_free);
  tokenizer->read (lines, tokens);
  return ds_vocabulary_new (tokenizer, tokens, name, error);
}

DsVocabulary *
ds_vocabulary_read (const DsTokenizer  *tokenizer,
                    const char         *path,
                    GError            **error)
{
  g_autofree char *shown = ds_printable (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autoptr (DsStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  if (fd < 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("The vocabulary “%s” cannot be opened: %s. “%s” needs a file such as “%s”."),
                   shown, g_strerror (errno), _(tokenizer->title), tokenizer->file);
      return NULL;
    }

  stream = ds_stream_new_fd (shown, fd);
  bytes = ds_stream_read_all (stream, FILE_BYTES, error);
  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &size);
  return ds_vocabulary_read_bytes (tokenizer, data != NULL ? data : "", size, shown, error);
}
