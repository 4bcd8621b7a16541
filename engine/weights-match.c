/* weights-match.c: which tensors of a file go where in a network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/weights.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* PyTorch counts the batches that a normalisation has seen; nothing here asks. */
#define COUNTER ".num_batches_tracked"

/* The numbers of a network by all the names that they have. */
typedef struct
{
  NnModel    *model;
  GHashTable *ours;             /* name: index + 1 */
  GHashTable *theirs;
} Names;

static void
names_init (Names   *self,
            NnModel *model)
{
  g_autoptr (GPtrArray) list = nn_weights_list (model);

  self->model = model;
  self->ours = g_hash_table_new (g_str_hash, g_str_equal);
  self->theirs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (list, i);

      g_hash_table_insert (self->ours, nn_model_get_entry (model, i)->name,
                           GUINT_TO_POINTER (i + 1));
      g_hash_table_insert (self->theirs, g_strdup (named->name), GUINT_TO_POINTER (i + 1));
    }
}

static void
names_clear (Names *self)
{
  g_hash_table_unref (self->ours);
  g_hash_table_unref (self->theirs);
}

/* FALSE when the network has no number that is called so. */
static gboolean
names_find (const Names *self,
            const char  *name,
            guint       *index)
{
  g_autofree char *theirs = nn_weights_name (name);
  void *found = g_hash_table_lookup (self->ours, name);

  if (found == NULL)
    found = g_hash_table_lookup (self->theirs, name);
  if (found == NULL)
    found = g_hash_table_lookup (self->theirs, theirs);
  if (found == NULL)
    return FALSE;

  *index = GPOINTER_TO_UINT (found) - 1;
  return TRUE;
}

static const NnNamedTensor *
nth (GPtrArray *tensors,
     guint      index)
{
  return g_ptr_array_index (tensors, index);
}

static gboolean
is_counter (const NnNamedTensor *named)
{
  return g_str_has_suffix (named->name, COUNTER);
}

static gboolean
any_fits (const Names *names,
          GPtrArray   *tensors,
          gsize        skip)
{
  guint index;

  for (guint i = 0; i < tensors->len; i++)
    if (names_find (names, nth (tensors, i)->name + skip, &index))
      return TRUE;

  return FALSE;
}

/* The length of one more part, with its point, that all names have in front, or
 * @skip when they have none. */
static gsize
skip_part (GPtrArray *tensors,
           gsize      skip)
{
  const char *first = nth (tensors, 0)->name;
  const char *point = strchr (first + skip, '.');
  gsize length = point == NULL ? skip : (gsize) (point + 1 - first);

  for (guint i = 1; i < tensors->len; i++)
    if (strncmp (nth (tensors, i)->name, first, length) != 0)
      return skip;

  return length;
}

/* How much of every name is to be passed over so that any of them fits. */
static gsize
find_skip (const Names *names,
           GPtrArray   *tensors)
{
  gsize skip = 0;

  while (tensors->len > 0 && !any_fits (names, tensors, skip))
    {
      gsize longer = skip_part (tensors, skip);

      if (longer == skip)
        return 0;
      skip = longer;
    }

  return skip;
}

static gboolean
has_shape_of (NnModel             *model,
              guint                index,
              const NnNamedTensor *named)
{
  return nn_shape_equal (&nn_model_get_entry (model, index)->shape,
                         nn_tensor_get_shape (named->tensor));
}

static void
note_shape (NnMatch             *self,
            const NnModelEntry  *entry,
            const NnNamedTensor *named)
{
  g_autofree char *is = nn_shape_print (nn_tensor_get_shape (named->tensor));
  g_autofree char *should = nn_shape_print (&entry->shape);

  g_ptr_array_add (self->misshapen,
                   /* Translators: a tensor of a file: its shape, and the one it should have. */
                   g_strdup_printf (_("%s (%s instead of %s)"), named->name, is, should));
}

static void
match_names (NnMatch   *self,
             NnModel   *model,
             GPtrArray *tensors)
{
  g_autofree gboolean *is_named = g_new0 (gboolean, self->tensors->len);
  Names names;
  gsize skip;

  names_init (&names, model);
  skip = find_skip (&names, tensors);
  for (guint i = 0; i < tensors->len; i++)
    {
      const NnNamedTensor *named = nth (tensors, i);
      guint index;

      if (!names_find (&names, named->name + skip, &index) || is_named[index])
        {
          if (!is_counter (named))
            g_ptr_array_add (self->unexpected, g_strdup (named->name));
          continue;
        }
      is_named[index] = TRUE;
      if (has_shape_of (model, index, named))
        self->tensors->pdata[index] = (void *) named;
      else
        note_shape (self, nn_model_get_entry (model, index), named);
    }
  names_clear (&names);

  for (guint i = 0; i < self->tensors->len; i++)
    if (!is_named[i])
      g_ptr_array_add (self->missing, g_strdup (nn_model_get_entry (model, i)->name));
}

static void
match_order (NnMatch   *self,
             NnModel   *model,
             GPtrArray *tensors)
{
  g_autofree gboolean *is_taken = g_new0 (gboolean, tensors->len);

  for (guint i = 0; i < self->tensors->len; i++)
    {
      guint k = 0;

      while (k < tensors->len && (is_taken[k] || is_counter (nth (tensors, k))
                                  || !has_shape_of (model, i, nth (tensors, k))))
        k++;
      if (k < tensors->len)
        {
          is_taken[k] = TRUE;
          self->tensors->pdata[i] = g_ptr_array_index (tensors, k);
        }
      else
        g_ptr_array_add (self->missing, g_strdup (nn_model_get_entry (model, i)->name));
    }

  for (guint k = 0; k < tensors->len; k++)
    if (!is_taken[k] && !is_counter (nth (tensors, k)))
      g_ptr_array_add (self->unexpected, g_strdup (nth (tensors, k)->name));
}

NnMatch *
nn_weights_match (NnModel   *model,
                  GPtrArray *tensors,
                  NnMatchBy  by)
{
  NnMatch *self = g_new0 (NnMatch, 1);

  self->tensors = g_ptr_array_new ();
  g_ptr_array_set_size (self->tensors, (int) nn_model_get_n_entries (model));
  self->missing = g_ptr_array_new_with_free_func (g_free);
  self->unexpected = g_ptr_array_new_with_free_func (g_free);
  self->misshapen = g_ptr_array_new_with_free_func (g_free);

  if (by == NN_MATCH_ORDER)
    match_order (self, model, tensors);
  else
    match_names (self, model, tensors);

  for (guint i = 0; i < self->tensors->len; i++)
    self->n_fitting += self->tensors->pdata[i] != NULL;

  if (by == NN_MATCH_NAMES && !nn_match_is_complete (self))
    {
      g_autoptr (NnMatch) other = nn_weights_match (model, tensors, NN_MATCH_ORDER);

      self->order_fits = nn_match_is_complete (other);
    }

  return self;
}

void
nn_match_free (NnMatch *self)
{
  g_ptr_array_unref (self->tensors);
  g_ptr_array_unref (self->missing);
  g_ptr_array_unref (self->unexpected);
  g_ptr_array_unref (self->misshapen);
  g_free (self);
}

gboolean
nn_match_is_complete (const NnMatch *self)
{
  return self->n_fitting == self->tensors->len;
}

gboolean
nn_weights_take (NnModel        *model,
                 const NnMatch  *match,
                 GError        **error)
{
  g_autoptr (GPtrArray) copies =
    g_ptr_array_new_with_free_func ((GDestroyNotify) nn_tensor_unref);
  guint next = 0;

  for (guint i = 0; i < match->tensors->len; i++)
    {
      const NnNamedTensor *named = match->tensors->pdata[i];
      NnTensor *copy;

      if (named == NULL)
        continue;
      copy = nn_tensor_to_float32 (named->tensor, error);
      if (copy == NULL)
        return FALSE;
      g_ptr_array_add (copies, copy);
    }

  for (guint i = 0; i < match->tensors->len; i++)
    if (match->tensors->pdata[i] != NULL)
      {
        NnTensor *copy = copies->pdata[next++];

        memcpy (nn_model_get_data (model, nn_model_get_entry (model, i)),
                nn_tensor_get_data (copy), nn_tensor_get_bytes (copy));
      }

  return TRUE;
}
