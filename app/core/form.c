/* form.c: whether what a network expects is what the data gives
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/form.h"

#include "engine/error.h"

#include <glib/gi18n.h>

NnAnswer
app_answer_of (DsFieldKind kind)
{
  switch (kind)
    {
    case DS_FIELD_NUMBERS:
      return NN_ANSWER_NUMBERS;
    case DS_FIELD_CLASSES:
      return NN_ANSWER_CLASSES;
    case DS_FIELD_TEXT:
    case DS_FIELD_TOKENS:
      return NN_ANSWER_TOKENS;
    case DS_FIELD_CLASS:
    case DS_N_FIELD_KINDS:
    default:
      return NN_ANSWER_CLASS;
    }
}

static const NnAttrValue *
get_value (const NnNode *node,
           const char   *attr)
{
  return &node->attr[nn_attrs_find (node->op->attrs, attr)];
}

static const NnNode *
find_role (NnGraph *graph,
           NnRole   role)
{
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    if (nn_graph_get_nth (graph, i)->op->role == role)
      return nn_graph_get_nth (graph, i);

  return NULL;
}

gboolean
app_graph_wants_numbers (NnGraph *graph)
{
  const NnNode *target = find_role (graph, NN_ROLE_TARGET);

  return target != NULL && get_value (target, "kind")->number[0] == NN_ANSWER_NUMBERS;
}

static gboolean
has_shape (const NnNode  *node,
           const NnShape *shape)
{
  const NnAttrValue *value = get_value (node, "shape");

  if (value->count != shape->rank)
    return FALSE;
  for (int i = 0; i < shape->rank; i++)
    if (value->number[i] != (double) shape->size[i])
      return FALSE;

  return TRUE;
}

static char *
print_value (const NnNode *node,
             const char   *attr)
{
  int i = nn_attrs_find (node->op->attrs, attr);

  return nn_attr_print (&node->op->attrs[i], &node->attr[i]);
}

static gboolean
check_input (const NnNode  *input,
             const NnForm  *form,
             GError       **error)
{
  gboolean tokens = form->input_dtype == NN_INT64;

  if ((get_value (input, "kind")->number[0] != 0) != tokens)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   tokens ? _("The samples are texts in tokens, but the input “%s” expects "
                              "numbers. Set its kind to tokens, and let an embedding follow it.")
                   : _("The samples are numbers, but the input “%s” expects tokens. Change its "
                       "kind, or choose texts as data."), input->name);
      return FALSE;
    }

  if (!has_shape (input, &form->input))
    {
      g_autofree char *is = nn_shape_print (&form->input);
      g_autofree char *wants = print_value (input, "shape");

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("The samples have the shape %s, but the input “%s” expects %s. Change the "
                     "input’s shape, or choose other data."), is, input->name, wants);
      return FALSE;
    }

  return TRUE;
}

const char *
app_answer_title (NnAnswer answer)
{
  static const char * const titles[] = {
    [NN_ANSWER_CLASS]   = N_("a class"),
    [NN_ANSWER_NUMBERS] = N_("numbers"),
    [NN_ANSWER_CLASSES] = N_("a class for each pixel"),
    [NN_ANSWER_TOKENS]  = N_("a text in tokens"),
  };

  return _(titles[answer]);
}

/* A class will do as a number, too. */
static gboolean
check_target (const NnNode  *target,
              const NnForm  *form,
              GError       **error)
{
  NnAnswer wanted = (NnAnswer) get_value (target, "kind")->number[0];

  if (form->answer == NN_ANSWER_CLASS && wanted == NN_ANSWER_NUMBERS)
    return TRUE;

  if (wanted != form->answer)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   /* Translators: such as “a class” or “numbers”, and the name of a node. */
                   _("The answer to each sample is %s, but the target “%s” expects %s. Change the "
                     "target’s kind, or choose other data."), app_answer_title (form->answer),
                   target->name, app_answer_title (wanted));
      return FALSE;
    }

  if (form->answer != NN_ANSWER_CLASS && !has_shape (target, &form->target))
    {
      g_autofree char *is = nn_shape_print (&form->target);
      g_autofree char *wants = print_value (target, "shape");

      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("The answers have the shape %s, but the target “%s” expects %s. Change the "
                     "target’s shape, or choose other data."), is, target->name, wants);
      return FALSE;
    }

  return TRUE;
}

const NnNode *
app_graph_find_misreader (NnGraph      *graph,
                          const NnForm *form)
{
  const NnNode *input = find_role (graph, NN_ROLE_INPUT);

  if (input == NULL || form->input_dtype != NN_INT64)
    return NULL;

  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink link = nn_graph_get_link (graph, i);
      const NnNode *reader = nn_graph_get_node (graph, link.to);

      if (link.from == input->id && nn_op_get_in (reader->op, (int) link.in)->dtype != NN_INT64)
        return reader;
    }

  return NULL;
}

gboolean
app_graph_check_form (NnGraph       *graph,
                      const NnForm  *form,
                      GError       **error)
{
  const NnNode *input = find_role (graph, NN_ROLE_INPUT);
  const NnNode *target = find_role (graph, NN_ROLE_TARGET);
  const NnNode *wrong = NULL;

  if (input != NULL && !check_input (input, form, error))
    wrong = input;
  else if (target != NULL && !check_target (target, form, error))
    wrong = target;
  else if ((wrong = app_graph_find_misreader (graph, form)) != NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _("“%s” takes numbers, but it reads tokens, which are names. Put an "
                   "embedding between them."), wrong->name);

  if (wrong != NULL)
    nn_error_set_node (error != NULL ? *error : NULL, wrong->id);
  return wrong == NULL;
}
