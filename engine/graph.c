/* graph.c: a network as a person draws it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/graph.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

struct _NnGraph
{
  gatomicrefcount  ref_count;
  GPtrArray       *nodes;       /* NnNode, owned, in the order of creation */
  GHashTable      *by_id;       /* id → NnNode of @nodes */
  GArray          *links;       /* NnLink; its order is that of a MANY port */
  guint            next_id;
};

NnGraph *
nn_graph_new (void)
{
  NnGraph *self = g_new0 (NnGraph, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->nodes = g_ptr_array_new_with_free_func (g_free);
  self->by_id = g_hash_table_new (NULL, NULL);
  self->links = g_array_new (FALSE, FALSE, sizeof (NnLink));
  self->next_id = 1;

  return self;
}

NnGraph *
nn_graph_ref (NnGraph *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
nn_graph_unref (NnGraph *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->nodes);
  g_array_unref (self->links);
  g_free (self);
}

static void
take_node (NnGraph *self,
           NnNode  *node)
{
  g_ptr_array_add (self->nodes, node);
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (node->id), node);
}

NnGraph *
nn_graph_dup (NnGraph *self)
{
  NnGraph *copy = nn_graph_new ();

  for (guint i = 0; i < self->nodes->len; i++)
    take_node (copy, g_memdup2 (g_ptr_array_index (self->nodes, i), sizeof (NnNode)));
  g_array_append_vals (copy->links, self->links->data, self->links->len);
  copy->next_id = self->next_id;

  return copy;
}

guint
nn_graph_get_n_nodes (NnGraph *self)
{
  return self->nodes->len;
}

const NnNode *
nn_graph_get_nth (NnGraph *self,
                  guint    index)
{
  return g_ptr_array_index (self->nodes, index);
}

static NnNode *
find_node (NnGraph *self,
           guint    id)
{
  return g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (id));
}

const NnNode *
nn_graph_get_node (NnGraph *self,
                   guint    id)
{
  return find_node (self, id);
}

const NnNode *
nn_graph_find_node (NnGraph    *self,
                    const char *name)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (g_str_equal (nn_graph_get_nth (self, i)->name, name))
      return nn_graph_get_nth (self, i);

  return NULL;
}

guint
nn_graph_get_n_links (NnGraph *self)
{
  return self->links->len;
}

NnLink
nn_graph_get_link (NnGraph *self,
                   guint    index)
{
  return g_array_index (self->links, NnLink, index);
}

/* "conv1" from "conv-2d": what a person would write. */
static void
make_name (NnGraph    *self,
           const NnOp *op,
           char        name[NN_NAME_BYTES])
{
  g_autofree char *stem = g_strdup (op->name);

  if (g_str_has_suffix (stem, "-2d"))
    stem[strlen (stem) - 3] = '\0';
  for (guint i = 1;; i++)
    {
      g_snprintf (name, NN_NAME_BYTES, "%.40s%u", stem, i);
      if (nn_graph_find_node (self, name) == NULL)
        return;
    }
}

guint
nn_graph_add_node (NnGraph    *self,
                   const NnOp *op,
                   guint       id,
                   const char *name)
{
  NnNode *node = g_new0 (NnNode, 1);

  g_assert (id == 0 || find_node (self, id) == NULL);
  node->id = id > 0 ? id : self->next_id;
  node->op = op;
  nn_attrs_initial (op->attrs, node->attr);
  node->tuning = nn_tuning_initial ();
  if (name != NULL)
    g_strlcpy (node->name, name, sizeof node->name);
  else
    make_name (self, op, node->name);
  take_node (self, node);
  self->next_id = MAX (self->next_id, node->id + 1);

  return node->id;
}

void
nn_graph_remove_node (NnGraph *self,
                      guint    id)
{
  NnNode *node = find_node (self, id);

  if (node == NULL)
    return;

  for (guint i = self->links->len; i-- > 0;)
    {
      NnLink link = nn_graph_get_link (self, i);

      if (link.from == id || link.to == id)
        g_array_remove_index (self->links, i);
    }
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (id));
  g_ptr_array_remove (self->nodes, node);
}

void
nn_graph_move_node (NnGraph *self,
                    guint    id,
                    double   x,
                    double   y)
{
  NnNode *node = find_node (self, id);

  node->x = x;
  node->y = y;
}

gboolean
nn_graph_rename_node (NnGraph     *self,
                      guint        id,
                      const char  *name,
                      GError     **error)
{
  const NnNode *other = nn_graph_find_node (self, name);

  if (other != NULL && other->id != id)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("Another node is called “%s” already."), name);
      return FALSE;
    }

  /* Names become names of tensors in files, "conv1.weight", so the point is
   * taken. */
  if (name[0] == '\0' || strlen (name) >= NN_NAME_BYTES || strpbrk (name, "./\\\"") != NULL
      || !g_utf8_validate (name, -1, NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("A name has 1 to %d bytes, without point, slash, "
                     "backslash or quotation mark."),
                   NN_NAME_BYTES - 1);
      return FALSE;
    }
  for (const char *c = name; *c != '\0'; c++)
    if ((guchar) *c < ' ' || *c == 0x7f)
      {
        g_set_error_literal (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                             _("A name must not have control characters."));
        return FALSE;
      }

  g_strlcpy (find_node (self, id)->name, name, NN_NAME_BYTES);
  return TRUE;
}

gboolean
nn_graph_set_attr (NnGraph           *self,
                   guint              id,
                   const char        *attr,
                   const NnAttrValue *value,
                   GError           **error)
{
  NnNode *node = find_node (self, id);
  int index = nn_attrs_find (node->op->attrs, attr);

  if (index < 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("%s has no setting “%s”."), _(node->op->title), attr);
      nn_error_set_node (error != NULL ? *error : NULL, id);
      return FALSE;
    }
  if (!nn_attr_check (&node->op->attrs[index], value, error))
    {
      nn_error_set_node (error != NULL ? *error : NULL, id);
      return FALSE;
    }

  node->attr[index] = *value;
  return TRUE;
}

void
nn_graph_set_tuning (NnGraph        *self,
                     guint           id,
                     const NnTuning *tuning)
{
  find_node (self, id)->tuning = *tuning;
}

/* Whether @target can be reached from @start along links. */
static gboolean
reaches (NnGraph *self,
         guint    start,
         guint    target)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (waiting, start);
  while (waiting->len > 0)
    {
      guint id = g_array_index (waiting, guint, waiting->len - 1);

      g_array_set_size (waiting, waiting->len - 1);
      if (id == target)
        return TRUE;
      if (!g_hash_table_add (seen, GUINT_TO_POINTER (id)))
        continue;
      for (guint i = 0; i < self->links->len; i++)
        {
          NnLink link = nn_graph_get_link (self, i);

          if (link.from == id)
            g_array_append_val (waiting, link.to);
        }
    }

  return FALSE;
}

static gboolean
refuse (GError     **error,
        guint        node,
        const char  *message)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE, message);
  nn_error_set_node (error != NULL ? *error : NULL, node);
  return FALSE;
}

gboolean
nn_graph_can_connect (NnGraph       *self,
                      const NnLink  *link,
                      GError       **error)
{
  const NnNode *from = find_node (self, link->from);
  const NnNode *to = find_node (self, link->to);
  const NnPort *out = from != NULL && link->out >= 0 ? nn_op_get_out (from->op, link->out) : NULL;
  const NnPort *in = to != NULL && link->in >= 0 ? nn_op_get_in (to->op, link->in) : NULL;
  int n_links = 0;

  if (from == NULL || to == NULL)
    return refuse (error, 0, _("A link needs two nodes that exist."));
  if (out == NULL || out->kind != NN_PORT_OUTPUT)
    return refuse (error, link->from, _("There is no such output."));
  if (in == NULL || in->kind == NN_PORT_PARAMETER || in->kind == NN_PORT_STATE
      || (in->kind != NN_PORT_MANY && link->in >= nn_op_count_in (to->op)))
    return refuse (error, link->to, _("There is no such input."));
  if (link->from == link->to)
    return refuse (error, link->to, _("A node cannot feed itself."));
  if (reaches (self, link->to, link->from))
    return refuse (error, link->to, _("This link would close a circle: the node would need its "
                                      "own result."));

  for (guint i = 0; i < self->links->len; i++)
    {
      NnLink other = nn_graph_get_link (self, i);

      if (memcmp (&other, link, sizeof other) == 0)
        return refuse (error, link->to, _("These ports are linked already."));
      if (other.to == link->to && other.in == link->in)
        n_links++;
    }
  if (in->kind != NN_PORT_MANY && n_links > 0)
    return refuse (error, link->to, _("This input has a link already and takes only one."));
  if (in->kind == NN_PORT_MANY && n_links >= NN_MAX_IN)
    {
      g_autofree char *text = g_strdup_printf (_("This input takes at most %d links."), NN_MAX_IN);

      return refuse (error, link->to, text);
    }

  return TRUE;
}

gboolean
nn_graph_connect (NnGraph       *self,
                  const NnLink  *link,
                  GError       **error)
{
  if (!nn_graph_can_connect (self, link, error))
    return FALSE;

  g_array_append_val (self->links, *link);
  return TRUE;
}

void
nn_graph_disconnect (NnGraph      *self,
                     const NnLink *link)
{
  for (guint i = 0; i < self->links->len; i++)
    {
      NnLink other = nn_graph_get_link (self, i);

      if (memcmp (&other, link, sizeof other) == 0)
        {
          g_array_remove_index (self->links, i);
          return;
        }
    }
}

static int
compare_sources (const void *a,
                 const void *b)
{
  const NnLink *first = a;
  const NnLink *second = b;

  return (first->from > second->from) - (first->from < second->from);
}

guint *
nn_graph_sort (NnGraph *self)
{
  guint n = self->nodes->len;
  guint *order = g_new0 (guint, n + 1);
  g_autoptr (GHashTable) waits = g_hash_table_new (NULL, NULL);    /* id → links not done */
  g_autofree gboolean *done = g_new0 (gboolean, n + 1);
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);   /* id → place of its links */
  g_autofree NnLink *links = g_new (NnLink, self->links->len + 1);
  guint count = 0;

  /* Links lie together by the node they come from. */
  memcpy (links, self->links->data, self->links->len * sizeof (NnLink));
  qsort (links, self->links->len, sizeof (NnLink), compare_sources);
  for (guint i = self->links->len; i-- > 0;)
    {
      gpointer to = GUINT_TO_POINTER (links[i].to);

      g_hash_table_insert (places, GUINT_TO_POINTER (links[i].from), GUINT_TO_POINTER (i));
      g_hash_table_insert (waits, to, GUINT_TO_POINTER (
                             GPOINTER_TO_UINT (g_hash_table_lookup (waits, to)) + 1));
    }

  /* No circle can be made, so each round finds at least one node. */
  while (count < n)
    for (guint i = 0; i < n; i++)
      {
        guint id = nn_graph_get_nth (self, i)->id;
        gpointer place;

        if (done[i] || g_hash_table_lookup (waits, GUINT_TO_POINTER (id)) != NULL)
          continue;
        done[i] = TRUE;
        order[count++] = id;
        if (!g_hash_table_lookup_extended (places, GUINT_TO_POINTER (id), NULL, &place))
          continue;
        for (guint k = GPOINTER_TO_UINT (place); k < self->links->len && links[k].from == id; k++)
          {
            gpointer to = GUINT_TO_POINTER (links[k].to);

            g_hash_table_insert (waits, to, GUINT_TO_POINTER (
                                   GPOINTER_TO_UINT (g_hash_table_lookup (waits, to)) - 1));
          }
      }

  return order;
}
