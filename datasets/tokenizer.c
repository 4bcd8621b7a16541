/* tokenizer.c: cutting texts into tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/tokenizer.h"

#include "datasets/tokenizers/tokenizer-table.h"

#include <string.h>

void
ds_pieces_init (DsPieces *self)
{
  self->list = g_array_new (FALSE, FALSE, sizeof (DsPiece));
  self->spelling = g_string_new (NULL);
}

void
ds_pieces_clear (DsPieces *self)
{
  g_clear_pointer (&self->list, g_array_unref);
  if (self->spelling != NULL)
    g_string_free (g_steal_pointer (&self->spelling), TRUE);
}

void
ds_pieces_reset (DsPieces *self)
{
  g_array_set_size (self->list, 0);
  g_string_truncate (self->spelling, 0);
}

const DsPiece *
ds_pieces_get (DsPieces *self,
               guint     index)
{
  g_assert (index < self->list->len);
  return &g_array_index (self->list, DsPiece, index);
}

const char *
ds_pieces_spell (DsPieces *self,
                 guint     index)
{
  return self->spelling->str + ds_pieces_get (self, index)->spelling;
}

void
ds_pieces_end (DsPieces *self,
               gsize     spelled_from,
               gsize     begin,
               gsize     end)
{
  DsPiece piece = { begin, end, spelled_from };

  g_string_append_c (self->spelling, '\0');
  g_array_append_val (self->list, piece);
}

const DsTokenizer *
ds_tokenizer_nth (guint position)
{
  for (guint i = 0; ds_tokenizers[i] != NULL; i++)
    if (i == position)
      return ds_tokenizers[i];

  return NULL;
}

const DsTokenizer *
ds_tokenizer_find (const char *name)
{
  for (int i = 0; ds_tokenizers[i] != NULL; i++)
    if (strcmp (ds_tokenizers[i]->name, name) == 0)
      return ds_tokenizers[i];

  return NULL;
}
