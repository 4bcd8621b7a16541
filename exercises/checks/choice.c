/* checks/choice.c: choosing, ordering and matching options
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/checks/choice.h"

#include "exercises/check.h"
#include "exercises/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_OPTIONS 26

static const char * const mode_names[] = {
  [EX_CHOICE_SINGLE]   = "single",
  [EX_CHOICE_MULTIPLE] = "multiple",
  [EX_CHOICE_ORDERING] = "ordering",
  [EX_CHOICE_MATCHING] = "matching",
};

static void
option_free (gpointer data)
{
  ExOption *option = data;

  g_free (option->id);
  g_free (option->text);
  g_free (option->message);
  g_free (option);
}

static void
choice_free (gpointer data)
{
  ExChoice *choice = data;

  g_ptr_array_unref (choice->options);
  g_ptr_array_unref (choice->partners);
  g_strfreev (choice->right);
  g_free (choice);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExChoice, choice_free)

static const ExOption *
find_option (GPtrArray  *options,
             const char *id)
{
  for (guint i = 0; i < options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (options, i);

      if (strcmp (option->id, id) == 0)
        return option;
    }

  return NULL;
}

/* The words of @answer in small letters, sorted where their order means
 * nothing.  Full-width letters and punctuation are what a Chinese keyboard
 * gives, and NFKC makes the usual ones of them. */
static char **
split_answer (const ExChoice *choice,
              const char     *answer)
{
  g_autofree char *usual = g_utf8_normalize (answer, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *small = g_ascii_strdown (usual, -1);
  g_autoptr (GString) text = g_string_new (small);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  char **words;

  g_string_replace (text, "、", " ", 0);
  g_string_replace (text, "=", ":", 0);
  parts = g_strsplit_set (text->str, " \t\r\n,;", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);

  words = g_strv_builder_end (builder);
  if (choice->mode != EX_CHOICE_ORDERING)
    qsort (words, g_strv_length (words), sizeof (char *), ex_text_compare);
  return words;
}

static char *
join_ids (GPtrArray *options)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (options, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", option->id);
    }

  return g_string_free (text, FALSE);
}

/* Why @word is no part of an answer, or NULL.  (transfer full) */
static char *
find_fault (const ExChoice *choice,
            const char     *word)
{
  g_auto (GStrv) pair = g_strsplit (word, ":", 2);
  g_autofree char *ids = NULL;

  if (find_option (choice->options, pair[0]) == NULL)
    {
      ids = join_ids (choice->options);
      return g_strdup_printf (_("“%s” is none of the options; they are %s."), pair[0], ids);
    }
  if (choice->mode != EX_CHOICE_MATCHING)
    return pair[1] == NULL ? NULL
           : g_strdup_printf (_("“%s” pairs two options; here they are only named."), word);
  if (pair[1] != NULL && find_option (choice->partners, pair[1]) != NULL)
    return NULL;

  ids = join_ids (choice->partners);
  return g_strdup_printf (_("“%s” needs a partner behind a colon; they are %s."), pair[0], ids);
}

static gboolean
names_same_option (const char *a,
                   const char *b)
{
  gsize size = strcspn (a, ":");

  return size == strcspn (b, ":") && strncmp (a, b, size) == 0;
}

/* Whether @words can be judged; says why not otherwise.  (transfer full) */
static char *
find_faults (const ExChoice  *choice,
             char           **words)
{
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    {
      char *fault = find_fault (choice, words[i]);

      if (fault != NULL)
        return fault;
      for (guint j = 0; j < i; j++)
        if (names_same_option (words[i], words[j]))
          return g_strdup_printf (_("“%s” is there twice."), words[i]);
    }

  if (choice->mode == EX_CHOICE_SINGLE && n != 1)
    return g_strdup_printf (_("Choose one option; %u are chosen."), n);
  if ((choice->mode == EX_CHOICE_ORDERING || choice->mode == EX_CHOICE_MATCHING)
      && n != choice->options->len)
    return g_strdup_printf (_("All %u items have to be used; there are %u."),
                            choice->options->len, n);
  return NULL;
}

static gboolean
read_options (ExKeyFile  *file,
              const char *kind,
              GPtrArray  *options,
              GError    **error)
{
  ExKeyGroup *group = NULL;

  while ((group = ex_key_file_next (file, kind, group)) != NULL)
    {
      const char *text = ex_key_group_get_text (group, "text", error);
      ExOption *option;

      if (text == NULL)
        return FALSE;
      if (options->len == MAX_OPTIONS)
        {
          ex_key_group_set_error (group, NULL, error,
                                  _("a task has at most %d options."), MAX_OPTIONS);
          return FALSE;
        }
      option = g_new0 (ExOption, 1);
      option->id = g_strdup (ex_key_group_get_id (group));
      option->text = g_strdup (text);
      option->message = g_strdup (ex_key_group_find_text (group, "message"));
      g_ptr_array_add (options, option);
    }

  return TRUE;
}

static gboolean
read_mode (ExChoice    *choice,
           ExKeyGroup  *group,
           GError     **error)
{
  const char *name = ex_key_group_get (group, "mode", error);

  if (name == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (mode_names); i++)
    if (strcmp (name, mode_names[i]) == 0)
      {
        choice->mode = i;
        return TRUE;
      }

  ex_key_group_set_error (group, "mode", error,
                          _("“%s” is no way to choose; there are “single”, “multiple”, "
                            "“ordering” and “matching”."),
                          name);
  return FALSE;
}

/* An option with a message is a known mistake: chosen alone, or on top of
 * everything that is right. */
static void
add_option_mistakes (ExTask         *task,
                     const ExChoice *choice)
{
  if (choice->mode != EX_CHOICE_SINGLE && choice->mode != EX_CHOICE_MULTIPLE)
    return;

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);
      g_autofree char *all = g_strdup_printf ("%s %s", task->reference, option->id);

      if (option->message != NULL
          && !g_strv_contains ((const char * const *) choice->right, option->id))
        ex_task_add_mistake (task, option->id,
                             choice->mode == EX_CHOICE_SINGLE ? option->id : all,
                             option->message);
    }
}

static gpointer
choice_parse (ExTask     *task,
              ExKeyFile  *file,
              GError    **error)
{
  g_autoptr (ExChoice) choice = g_new0 (ExChoice, 1);
  g_autofree char *fault = NULL;
  ExKeyGroup *group;
  const char *right;

  choice->options = g_ptr_array_new_with_free_func (option_free);
  choice->partners = g_ptr_array_new_with_free_func (option_free);

  group = ex_key_file_get (file, "task", error);
  if (group == NULL || !read_mode (choice, group, error)
      || !read_options (file, "option", choice->options, error)
      || (choice->mode == EX_CHOICE_MATCHING
          && !read_options (file, "partner", choice->partners, error)))
    return NULL;

  right = ex_key_group_get (group, "right", error);
  if (right == NULL)
    return NULL;
  if (choice->options->len < 2)
    {
      ex_key_group_set_error (group, NULL, error,
                              _("a choice needs at least two groups “[option …]”."));
      return NULL;
    }
  choice->right = split_answer (choice, right);
  fault = find_faults (choice, choice->right);
  if (fault != NULL)
    {
      ex_key_group_set_error (group, "right", error, "%s", fault);
      return NULL;
    }

  task->reference = g_strdup (right);
  add_option_mistakes (task, choice);
  return g_steal_pointer (&choice);
}

static char *
choice_guide (const ExTask *task)
{
  const ExChoice *choice = task->parameters;

  switch (choice->mode)
    {
    case EX_CHOICE_MULTIPLE:
      return g_strdup (_("Choose every answer that is right: one or several."));

    case EX_CHOICE_ORDERING:
      return g_strdup (_("Put all items in order, the first one on top."));

    case EX_CHOICE_MATCHING:
      return g_strdup (_("Find the partner of each item."));

    case EX_CHOICE_SINGLE:
    default:
      return g_strdup (_("Choose the one answer that is right."));
    }
}

/* The first chosen option that is wrong and has something to say. */
static const ExOption *
find_wrong_option (const ExChoice  *choice,
                   char           **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      const ExOption *option = find_option (choice->options, words[i]);

      if (option != NULL && option->message != NULL
          && !g_strv_contains ((const char * const *) choice->right, words[i]))
        return option;
    }

  return NULL;
}

static ExVerdict *
fail (const ExChoice  *choice,
      char           **words)
{
  guint n_wrong = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains ((const char * const *) choice->right, words[i]))
      n_wrong++;

  switch (choice->mode)
    {
    case EX_CHOICE_MULTIPLE:
      if (n_wrong == 0)
        return ex_verdict_new (EX_OUTCOME_FAIL, "%s",
                               _("What you have chosen is right, but it is not all."));
      return ex_verdict_new (EX_OUTCOME_FAIL, "%s",
                             _("Something you have chosen is not right."));

    case EX_CHOICE_ORDERING:
      return ex_verdict_new (EX_OUTCOME_FAIL, "%s", _("This is not the order."));

    case EX_CHOICE_MATCHING:
      return ex_verdict_new (EX_OUTCOME_FAIL,
                             g_dngettext (GETTEXT_PACKAGE,
                                          "%u of the pairs is not right.",
                                          "%u of the pairs are not right.", n_wrong),
                             n_wrong);

    case EX_CHOICE_SINGLE:
    default:
      return ex_verdict_new (EX_OUTCOME_FAIL, "%s", _("This is not the right answer."));
    }
}

static ExVerdict *
choice_judge (const ExTask *task,
              GBytes       *answer,
              GCancellable *cancellable)
{
  const ExChoice *choice = task->parameters;
  ExVerdict *verdict = NULL;
  g_autofree char *text = ex_answer_dup_text (answer, &verdict);
  g_autofree char *fault = NULL;
  g_auto (GStrv) words = NULL;
  const ExOption *wrong;

  if (text == NULL)
    return verdict;

  words = split_answer (choice, text);
  fault = find_faults (choice, words);
  if (fault != NULL)
    return ex_verdict_new (EX_OUTCOME_ERROR, "%s", fault);
  if (g_strv_equal ((const char * const *) words, (const char * const *) choice->right))
    return ex_verdict_new (EX_OUTCOME_PASS, "%s", _("Right."));

  verdict = fail (choice, words);
  wrong = find_wrong_option (choice, words);
  if (wrong != NULL)
    ex_verdict_set_mistake (verdict, wrong->id, wrong->message);
  return verdict;
}

static gboolean
choice_same (const ExTask *task,
             const char   *answer,
             const char   *known)
{
  const ExChoice *choice = task->parameters;
  g_auto (GStrv) words = split_answer (choice, answer);
  g_auto (GStrv) others = split_answer (choice, known);

  return g_strv_equal ((const char * const *) words, (const char * const *) others);
}

const ExCheck ex_check_choice = {
  .name    = "choice",
  .title   = N_("Choice"),
  .summary = N_("Options to choose, to put in order or to match."),
  .parse   = choice_parse,
  .free    = choice_free,
  .guide   = choice_guide,
  .judge   = choice_judge,
  .same    = choice_same,
  .sample  = "kind=choice\n"
             "mode=single\n"
             "right=b\n"
             "[option a]\n"
             "text=Wrong\n"
             "[option b]\n"
             "text=Right\n",
};

const ExChoice *
ex_task_get_choice (const ExTask *task)
{
  return task->check == &ex_check_choice ? task->parameters : NULL;
}
