/* pt.c: weights as PyTorch saves them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/formats/torch-file.h"
#include "engine/formats/torch-write.h"
#include "engine/json.h"
#include "engine/weights.h"

#include <glib/gi18n-lib.h>

/* A checkpoint is whatever its author found useful: a dictionary of tensors, or
 * one that has it beside the optimiser's and other things.  This is how the
 * dictionary of the model is mostly called. */
static const char *const usual_keys[] = {
  "state_dict", "model_state_dict", "model", "net", "network", "weights", "params",
};

/* A dictionary on the way to the one that is looked for. */
typedef struct
{
  const NnPickleValue *dict;
  guint                depth;
  guint                order;           /* place in usual_keys, or behind them */
  guint                n_tensors;
} Candidate;

static guint
find_order (const NnPickleValue *key)
{
  guint order = 0;

  while (order < G_N_ELEMENTS (usual_keys)
         && !nn_pickle_is (key, NN_PICKLE_TEXT, usual_keys[order]))
    order++;
  return order;
}

static guint
count_tensors (const NnPickleValue *dict)
{
  guint count = 0;

  for (guint i = 0; i + 1 < dict->n_items; i += 2)
    count += nn_torch_file_is_tensor (dict->items[i + 1]);
  return count;
}

/* Usual names count most: a loss may be a tensor beside them.  Then those that
 * are least deep, because an optimiser's are deeper; then those with most. */
static gboolean
is_better (const Candidate *a,
           const Candidate *b)
{
  if (a->n_tensors == 0 || b->n_tensors == 0)
    return a->n_tensors > b->n_tensors;
  if (a->order != b->order)
    return a->order < b->order;
  if (a->depth != b->depth)
    return a->depth < b->depth;

  return a->n_tensors > b->n_tensors;
}

/* The dictionary with the model's tensors in it, or NULL.  Every dictionary is
 * looked at once, however often the file mentions it. */
static const NnPickleValue *
find_weights (const NnPickleValue *root,
              const NnLimits      *limits)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Candidate best = { root, 0, G_N_ELEMENTS (usual_keys), count_tensors (root) };

  g_array_append_val (found, best);
  g_hash_table_add (seen, (void *) root);
  for (guint k = 0; k < found->len; k++)
    {
      const Candidate parent = g_array_index (found, Candidate, k);

      for (guint i = 0; i + 1 < parent.dict->n_items && parent.depth < limits->depth; i += 2)
        {
          const NnPickleValue *value = parent.dict->items[i + 1];
          Candidate child = { value, parent.depth + 1 };

          if (value->type != NN_PICKLE_DICT || !g_hash_table_add (seen, (void *) value))
            continue;
          child.order = find_order (parent.dict->items[i]);
          child.n_tensors = count_tensors (value);
          g_array_append_val (found, child);
          if (is_better (&child, &best))
            best = child;
        }
    }

  return best.n_tensors > 0 ? best.dict : NULL;
}

/* The name that a key gives, or NULL.  (transfer full) */
static char *
print_key (const NnPickleValue *key)
{
  if (key->type == NN_PICKLE_TEXT)
    return g_strdup (key->text);
  if (key->type == NN_PICKLE_INTEGER)
    return g_strdup_printf ("%" G_GINT64_FORMAT, key->integer);

  return NULL;
}

/* What a person may want to know of the entries of @dict but @taken. */
static void
note_left_out (NnImport            *import,
               const NnPickleValue *dict,
               const NnPickleValue *taken)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint n_left = 0;

  for (guint i = 0; i + 1 < dict->n_items; i += 2)
    {
      g_autofree char *name = print_key (dict->items[i]);
      g_autofree char *quoted = name == NULL ? NULL : nn_json_quote (name);

      if (dict->items[i + 1] == taken || quoted == NULL
          || (dict == taken && nn_torch_file_is_tensor (dict->items[i + 1])))
        continue;
      if (n_left < 10)
        g_string_append_printf (list, "%s%s", n_left > 0 ? _(", ") : "", quoted);
      n_left++;
    }

  if (n_left > 10)
    g_string_append (list, ", …");
  if (n_left > 0)
    nn_import_note (import, g_strdup_printf (_("Left out of the file: %s."), list->str));
}

static gboolean
add_tensors (NnTorchFile          *file,
             const NnPickleValue  *dict,
             NnImport             *import,
             const char           *source,
             const NnLimits       *limits,
             GError              **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i + 1 < dict->n_items; i += 2)
    {
      g_autofree char *name = print_key (dict->items[i]);
      NnTensor *tensor;

      if (name == NULL || !nn_torch_file_is_tensor (dict->items[i + 1]))
        continue;
      if (!g_hash_table_add (names, g_strdup (name)) || import->tensors->len >= limits->tensors)
        {
          g_autofree char *quoted = nn_json_quote (name);

          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("%s: the tensor %s is there twice, or one too many."), source, quoted);
          return FALSE;
        }

      tensor = nn_torch_file_make_tensor (file, dict->items[i + 1], error);
      if (tensor == NULL)
        return FALSE;
      nn_import_add (import, name, tensor);
    }

  return TRUE;
}

static NnImport *
pt_read (GBytes          *bytes,
         const char      *source,
         const char      *folder,
         const NnLimits  *limits,
         GError         **error)
{
  g_autoptr (NnTorchFile) file = nn_torch_file_open (bytes, source, limits, error);
  g_autoptr (NnImport) import = nn_import_new ();
  const NnPickleValue *root = file == NULL ? NULL : nn_torch_file_get_root (file);
  const NnPickleValue *weights = NULL;
  NnTensor *tensor;

  if (root == NULL)
    return NULL;

  if (nn_torch_file_is_tensor (root))
    {
      tensor = nn_torch_file_make_tensor (file, root, error);
      if (tensor == NULL)
        return NULL;
      nn_import_add (import, "tensor", tensor);
      return g_steal_pointer (&import);
    }

  if (root->type == NN_PICKLE_DICT)
    weights = find_weights (root, limits);
  if (weights == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("%s has no dictionary of tensors. Save “model.state_dict()”."), source);
      return NULL;
    }

  if (!add_tensors (file, weights, import, source, limits, error))
    return NULL;
  note_left_out (import, root, weights);
  return g_steal_pointer (&import);
}

static gboolean
pt_write (const NnExport  *what,
          const char      *path,
          GError         **error)
{
  g_autoptr (GPtrArray) weights = nn_weights_list (nn_network_get_model (what->network));

  return nn_torch_write (path, weights, error);
}

static const char *const suffixes[] = { "pt", "pth", NULL };

const NnFormat nn_format_pt = {
  .name     = "pt",
  .title    = N_("PyTorch Weights"),
  .summary  = N_("Weights by name, for torch.load() and load_state_dict()."),
  .suffixes = suffixes,
  .content  = NN_CONTENT_WEIGHTS,
  .write    = pt_write,
  .fits     = nn_torch_file_fits,
  .read     = pt_read,
};
