/* graph-file.c: a drawn network as JSON
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/graph-file.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

#define CANVAS_LIMIT 1e6        /* how far away a node may lie */

static void
write_number (NnJsonWriter *writer,
              const char   *key,
              const NnAttr *attr,
              double        number)
{
  if (attr->type == NN_ATTR_FLOAT)
    nn_json_writer_add_double (writer, key, number);
  else
    nn_json_writer_add_integer (writer, key, (gint64) number);
}

void
nn_attrs_write (const NnAttr      *attrs,
                const NnAttrValue  values[NN_MAX_ATTRS],
                NnJsonWriter      *writer,
                const char        *key)
{
  nn_json_writer_begin_object (writer, key);
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    {
      const NnAttr *attr = &attrs[i];
      const char *word = nn_attr_word (attr, &values[i]);

      /* Settings without a title are the plan's, not the person's. */
      if (attr->title == NULL)
        continue;
      if (word != NULL)
        nn_json_writer_add_string (writer, attr->name, word);
      else if (attr->type == NN_ATTR_BOOL)
        nn_json_writer_add_bool (writer, attr->name, values[i].number[0] != 0);
      else if (values[i].count == 1)
        write_number (writer, attr->name, attr, values[i].number[0]);
      else
        {
          nn_json_writer_begin_array (writer, attr->name);
          for (int k = 0; k < values[i].count; k++)
            write_number (writer, NULL, attr, values[i].number[k]);
          nn_json_writer_end_array (writer);
        }
    }
  nn_json_writer_end_object (writer);
}

static gboolean
read_value (const NnAttr  *attr,
            const NnJson  *json,
            NnAttrValue   *value,
            GError       **error)
{
  NnAttrValue result = { 0 };
  gboolean flag;

  switch (nn_json_get_type (json))
    {
    case NN_JSON_STRING:
      return nn_attr_parse (attr, nn_json_as_string (json, NULL), value, error);

    case NN_JSON_BOOL:
      nn_json_as_bool (json, &flag, NULL);
      result = (NnAttrValue) { 1, { flag } };
      break;

    case NN_JSON_ARRAY:
      for (const NnJson *item = nn_json_first (json); item != NULL; item = nn_json_next (item))
        {
          if (result.count == NN_MAX_ATTR_NUMBERS)
            {
              g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE, _("“%s” takes at most %d numbers."),
                           _(attr->title), NN_MAX_ATTR_NUMBERS);
              return FALSE;
            }
          if (!nn_json_as_double (item, -G_MAXDOUBLE, G_MAXDOUBLE, &result.number[result.count],
                                  error))
            return FALSE;
          result.count++;
        }
      break;

    case NN_JSON_NULL:
    case NN_JSON_INTEGER:
    case NN_JSON_UNSIGNED:
    case NN_JSON_DOUBLE:
    case NN_JSON_OBJECT:
    default:
      result.count = 1;
      if (!nn_json_as_double (json, -G_MAXDOUBLE, G_MAXDOUBLE, &result.number[0], error))
        return FALSE;
    }

  if (!nn_attr_check (attr, &result, error))
    return FALSE;
  *value = result;
  return TRUE;
}

gboolean
nn_attrs_read (const NnAttr  *attrs,
               const char    *title,
               const NnJson  *json,
               NnAttrValue    values[NN_MAX_ATTRS],
               GError       **error)
{
  for (const NnJson *member = nn_json_first (json); member != NULL; member = nn_json_next (member))
    {
      int index = nn_attrs_find (attrs, nn_json_get_key (member));

      if (index < 0 || attrs[index].title == NULL)
        {
          g_autofree char *name = nn_json_quote (nn_json_get_key (member));

          g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("%s has no setting %s; a newer version may have written this."),
                       title, name);
          return FALSE;
        }
      if (!read_value (&attrs[index], member, &values[index], error))
        return FALSE;
    }

  return TRUE;
}

/* Initialisers that somebody chose, with their settings. */
static void
write_starts (const NnNode *node,
              NnJsonWriter *writer)
{
  nn_json_writer_begin_object (writer, "start");
  for (int i = 0; i < nn_op_count_in (node->op); i++)
    {
      const NnInit *init = &node->tuning.init[i];
      NnAttrValue values[NN_MAX_ATTRS];

      if (init->kind == NULL)
        continue;
      nn_init_get_values (init, values);
      nn_json_writer_begin_object (writer, nn_op_get_in (node->op, i)->name);
      nn_json_writer_add_string (writer, "initialiser", init->kind->name);
      nn_attrs_write (init->kind->attrs, values, writer, "settings");
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_object (writer);
}

/* Left out where it is initial, so that files are as they were before there was
 * such a thing. */
static void
write_tuning (const NnNode *node,
              NnJsonWriter *writer)
{
  NnAttrValue values[NN_MAX_ATTRS];

  if (nn_tuning_is_initial (&node->tuning))
    return;

  for (int i = 0; i < NN_N_TUNINGS; i++)
    values[i] = (NnAttrValue) { 1, { node->tuning.number[i] } };
  nn_json_writer_begin_object (writer, "training");
  nn_attrs_write (nn_tuning_attrs, values, writer, "settings");
  write_starts (node, writer);
  nn_json_writer_end_object (writer);
}

void
nn_graph_write (NnGraph      *graph,
                NnJsonWriter *writer,
                const char   *key)
{
  nn_json_writer_begin_object (writer, key);

  nn_json_writer_begin_array (writer, "nodes");
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph, i);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_integer (writer, "id", node->id);
      nn_json_writer_add_string (writer, "op", node->op->name);
      nn_json_writer_add_string (writer, "name", node->name);
      nn_json_writer_add_double (writer, "x", node->x);
      nn_json_writer_add_double (writer, "y", node->y);
      nn_attrs_write (node->op->attrs, node->attr, writer, "settings");
      write_tuning (node, writer);
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_array (writer);

  nn_json_writer_begin_array (writer, "links");
  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink link = nn_graph_get_link (graph, i);

      nn_json_writer_begin_array (writer, NULL);
      nn_json_writer_add_integer (writer, NULL, link.from);
      nn_json_writer_add_integer (writer, NULL, link.out);
      nn_json_writer_add_integer (writer, NULL, link.to);
      nn_json_writer_add_integer (writer, NULL, link.in);
      nn_json_writer_end_array (writer);
    }
  nn_json_writer_end_array (writer);

  nn_json_writer_end_object (writer);
}

/* The initialiser of the parameter that @json is the member of. */
static gboolean
read_start (NnTuning      *tuning,
            const NnOp    *op,
            const NnJson  *json,
            GError       **error)
{
  const char *name = nn_json_get_string (json, "initialiser", error);
  const NnJson *settings = name != NULL ? nn_json_get_object (json, "settings", error) : NULL;
  g_autofree char *key = g_strconcat ("start.", nn_json_get_key (json), NULL);
  NnAttrValue values[NN_MAX_ATTRS];
  NnInit *init;

  if (settings == NULL || !nn_tuning_set (tuning, op, key, name, error))
    return FALSE;

  init = &tuning->init[nn_op_find_in (op, nn_json_get_key (json))];
  if (init->kind == NULL)
    return TRUE;
  nn_init_get_values (init, values);
  if (!nn_attrs_read (init->kind->attrs, _(init->kind->title), settings, values, error))
    return FALSE;

  nn_init_set_values (init, values);
  return TRUE;
}

/* Older files have none. */
static gboolean
read_tuning (NnTuning      *tuning,
             const NnOp    *op,
             const NnJson  *json,
             GError       **error)
{
  const NnJson *settings, *start;
  NnAttrValue values[NN_MAX_ATTRS];

  *tuning = nn_tuning_initial ();
  if (json == NULL)
    return TRUE;

  nn_attrs_initial (nn_tuning_attrs, values);
  if (nn_json_as_object (json, error) == NULL
      || (settings = nn_json_get_object (json, "settings", error)) == NULL
      || (start = nn_json_get_object (json, "start", error)) == NULL
      || !nn_attrs_read (nn_tuning_attrs, _(op->title), settings, values, error))
    return FALSE;

  for (int i = 0; i < NN_N_TUNINGS; i++)
    tuning->number[i] = values[i].number[0];
  for (const NnJson *member = nn_json_first (start); member != NULL; member = nn_json_next (member))
    if (nn_json_as_object (member, error) == NULL || !read_start (tuning, op, member, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_node (NnGraph       *graph,
           const NnJson  *json,
           GError       **error)
{
  const NnJson *settings;
  const char *op_name;
  const char *name;
  const NnOp *op;
  double x, y;
  gint64 id;
  NnAttrValue values[NN_MAX_ATTRS];
  NnTuning tuning;

  if (!nn_json_get_integer (json, "id", 1, G_MAXINT32, &id, error)
      || (op_name = nn_json_get_string (json, "op", error)) == NULL
      || (name = nn_json_get_string (json, "name", error)) == NULL
      || !nn_json_get_double (json, "x", -CANVAS_LIMIT, CANVAS_LIMIT, &x, error)
      || !nn_json_get_double (json, "y", -CANVAS_LIMIT, CANVAS_LIMIT, &y, error)
      || (settings = nn_json_get_object (json, "settings", error)) == NULL)
    return FALSE;

  op = nn_op_find (op_name);
  if (op == NULL || op->category == NN_CATEGORY_INTERNAL)
    {
      g_autofree char *quoted = nn_json_quote (op_name);

      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("There is no layer %s in this version; a newer one may have written this."),
                   quoted);
      return FALSE;
    }
  if (nn_graph_get_node (graph, (guint) id) != NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("Two nodes have the number %d."), (int) id);
      return FALSE;
    }

  nn_attrs_initial (op->attrs, values);
  if (!nn_attrs_read (op->attrs, _(op->title), settings, values, error)
      || !read_tuning (&tuning, op, nn_json_find (json, "training"), error))
    return FALSE;

  nn_graph_add_node (graph, op, (guint) id, NULL);
  nn_graph_move_node (graph, (guint) id, x, y);
  for (int i = 0; op->attrs != NULL && op->attrs[i].name != NULL; i++)
    if (op->attrs[i].title != NULL
        && !nn_graph_set_attr (graph, (guint) id, op->attrs[i].name, &values[i], error))
      return FALSE;
  nn_graph_set_tuning (graph, (guint) id, &tuning);

  return nn_graph_rename_node (graph, (guint) id, name, error);
}

static gboolean
read_link (NnGraph       *graph,
           const NnJson  *json,
           GError       **error)
{
  gint64 numbers[4];
  const NnJson *item;
  int count = 0;

  if (nn_json_as_array (json, error) == NULL)
    return FALSE;

  for (item = nn_json_first (json); item != NULL && count < 4; item = nn_json_next (item))
    if (!nn_json_as_integer (item, 0, G_MAXINT32, &numbers[count++], error))
      return FALSE;
  if (count != 4 || item != NULL)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_FILE,
                           _("A link is written as four numbers: node, output, node, input."));
      return FALSE;
    }

  return nn_graph_connect (graph, &(NnLink) { (guint) numbers[0], (int) numbers[1],
                                              (guint) numbers[2], (int) numbers[3] }, error);
}

NnGraph *
nn_graph_read (const NnJson  *json,
               GError       **error)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  const NnJson *nodes, *links;

  if (nn_json_as_object (json, error) == NULL
      || (nodes = nn_json_get_array (json, "nodes", error)) == NULL
      || (links = nn_json_get_array (json, "links", error)) == NULL)
    return NULL;
  if (nn_json_get_length (nodes) > NN_GRAPH_MAX_NODES
      || nn_json_get_length (links) > NN_GRAPH_MAX_NODES * NN_MAX_IN)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("A network has at most %d nodes."),
                   NN_GRAPH_MAX_NODES);
      return NULL;
    }

  for (const NnJson *item = nn_json_first (nodes); item != NULL; item = nn_json_next (item))
    if (!read_node (graph, item, error))
      return NULL;
  for (const NnJson *item = nn_json_first (links); item != NULL; item = nn_json_next (item))
    if (!read_link (graph, item, error))
      return NULL;

  return g_steal_pointer (&graph);
}
