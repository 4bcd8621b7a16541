/* project-set.c: the settings of a project by their names
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/project-private.h"

#include "engine/error.h"
#include "engine/lower.h"

#include <glib/gi18n.h>
#include <string.h>

/* A key is a plain setting, an option of the training, "optimiser." or
 * "schedule." with a setting of the chosen record, or "layer.", the name of a
 * node and a key of its tuning. */

#define OPTIMISER "optimiser."
#define SCHEDULE  "schedule."
#define LAYER     "layer."

enum {
  EPOCHS,
  BATCH,
  SEED,
  RATE,
  WARM_UP,
  PATIENCE,
  KEEP_BEST,
  THREADS,
  DATA_SEED,
  DATA_COUNT,
  DATA_VALIDATION,
  DATA_TEST,
  DATA_TOKENS,
  DATA_MIN_COUNT,
  DATA_LENGTH,
  N_PLAIN,
};

/* Seeds have more digits than a double can tell; they are read as whole numbers. */
static const NnAttr plain_attrs[] = {
  [EPOCHS]          = { "epochs", N_("Epochs"), NN_ATTR_INT, 5, 1, APP_MOST_EPOCHS },
  [BATCH]           = { "batch", N_("Batch size"), NN_ATTR_INT, 64, 1, APP_MOST_BATCH },
  [SEED]            = { "seed", N_("Seed"), NN_ATTR_INT, 1, 0, 9007199254740992.0 },
  [RATE]            = { "rate", N_("Learning rate"), NN_ATTR_FLOAT, 0.001, 0, APP_MOST_RATE },
  [WARM_UP]         = { "warm-up", N_("Warm-up steps"), NN_ATTR_INT, 0, 0, 1e15 },
  [PATIENCE]        = { "patience", N_("Patience"), NN_ATTR_INT, 0, 0, APP_MOST_EPOCHS },
  [KEEP_BEST]       = { "keep-best", N_("Keep the best weights"), NN_ATTR_BOOL, 1, 0, 1 },
  [THREADS]         = { "threads", N_("Threads"), NN_ATTR_INT, 0, 0, APP_MOST_THREADS },
  [DATA_SEED]       = { "data.seed", N_("Seed of the data"), NN_ATTR_INT, 1, 0,
                        9007199254740992.0 },
  [DATA_COUNT]      = { "data.count", N_("Samples to draw"), NN_ATTR_INT, 0, 0, G_MAXINT32 },
  [DATA_VALIDATION] = { "data.validation", N_("Share for validation"), NN_ATTR_FLOAT, 0.1, 0, 1 },
  [DATA_TEST]       = { "data.test", N_("Share for the test"), NN_ATTR_FLOAT, 0.2, 0, 1 },
  [DATA_TOKENS]     = { "data.tokens", N_("Size of the vocabulary"), NN_ATTR_INT, 20000, 0,
                        DS_MAX_TOKENS },
  [DATA_MIN_COUNT]  = { "data.min-count", N_("Times a token has to occur"), NN_ATTR_INT, 1, 0,
                        G_MAXINT32 },
  [DATA_LENGTH]     = { "data.length", N_("Tokens of a row"), NN_ATTR_INT, 0, 0, DS_MAX_LENGTH },
  { NULL }
};

/* Settings that are words: of these lists, or any. */
static const char *const choices[] = {
  "optimiser", "schedule", "device", "data.tokenizer", "data.vocabulary",
  "data.answer", NULL
};

static void
put_plain (AppProject *self,
           int         index,
           double      number)
{
  NnTraining *training = &self->training;

  switch (index)
    {
    case EPOCHS:
      training->epochs = (guint32) number;
      break;
    case BATCH:
      training->batch = (gint64) number;
      break;
    case RATE:
      training->schedule.base = number;
      break;
    case WARM_UP:
      training->schedule.warmup_steps = (guint64) number;
      break;
    case PATIENCE:
      training->patience = (guint32) number;
      break;
    case KEEP_BEST:
      training->keep_best = number != 0;
      break;
    case THREADS:
      self->threads = (int) number;
      break;
    case DATA_COUNT:
      self->data.count = (guint32) number;
      break;
    case DATA_VALIDATION:
      self->data.validation = number;
      break;
    case DATA_TEST:
      self->data.test = number;
      break;
    case DATA_TOKENS:
      self->data.text.size = (guint) number;
      break;
    case DATA_MIN_COUNT:
      self->data.text.min_count = (guint) number;
      break;
    case DATA_LENGTH:
      self->data.text.length = (guint) number;
      break;
    default:
      g_assert_not_reached ();
    }
}

static double
get_plain (const AppProject *self,
           int               index)
{
  const NnTraining *training = &self->training;
  const double numbers[N_PLAIN] = {
    [EPOCHS] = training->epochs,
    [BATCH] = (double) training->batch,
    [RATE] = training->schedule.base,
    [WARM_UP] = (double) training->schedule.warmup_steps,
    [PATIENCE] = training->patience,
    [KEEP_BEST] = training->keep_best,
    [THREADS] = self->threads,
    [DATA_COUNT] = self->data.count,
    [DATA_VALIDATION] = self->data.validation,
    [DATA_TEST] = self->data.test,
    [DATA_TOKENS] = self->data.text.size,
    [DATA_MIN_COUNT] = self->data.text.min_count,
    [DATA_LENGTH] = self->data.text.length,
  };

  return numbers[index];
}

/* What a key that is no plain setting and no choice points to. */
typedef struct
{
  const NnAttr      *attr;      /* NULL for the choice of an initialiser */
  const NnAttrValue *value;     /* in the project, or NULL for a layer's */
  const NnNode      *node;      /* of a layer's */
  const char        *key;       /* within the layer */
} Place;

static gboolean
find_among (const NnAttr      *attrs,
            const NnAttrValue  values[NN_MAX_ATTRS],
            const char        *name,
            Place             *place)
{
  int index = nn_attrs_find (attrs, name);

  if (index < 0 || attrs[index].title == NULL)
    return FALSE;

  *place = (Place) { &attrs[index], &values[index] };
  return TRUE;
}

static gboolean
find_layer (const AppProject *self,
            const char       *key,
            Place            *place)
{
  const char *point = strchr (key, '.');
  g_autofree char *name = point != NULL ? g_strndup (key, (gsize) (point - key)) : NULL;

  *place = (Place) { NULL };
  if (name != NULL && (place->node = nn_graph_find_node (self->graph, name)) != NULL)
    {
      place->key = point + 1;
      place->attr = nn_tuning_find_attr (&place->node->tuning, place->node->op, place->key);
    }
  return place->node != NULL;
}

static gboolean
find_place (const AppProject *self,
            const char       *key,
            Place            *place)
{
  const NnTraining *training = &self->training;

  if (g_str_has_prefix (key, OPTIMISER))
    return find_among (training->optimiser->attrs, training->optimiser_attr,
                       key + strlen (OPTIMISER), place);
  if (g_str_has_prefix (key, SCHEDULE))
    return find_among (training->schedule.kind->attrs, training->schedule.attr,
                       key + strlen (SCHEDULE), place);
  if (g_str_has_prefix (key, LAYER))
    return find_layer (self, key + strlen (LAYER), place);

  return find_among (nn_training_attrs, training->option, key, place);
}

const NnAttr *
app_project_find_attr (const AppProject *self,
                       const char       *key)
{
  int index = nn_attrs_find (plain_attrs, key);
  Place place;

  if (index >= 0)
    return &plain_attrs[index];
  return find_place (self, key, &place) ? place.attr : NULL;
}

char *
app_project_get (const AppProject *self,
                 const char       *key)
{
  int index = nn_attrs_find (plain_attrs, key);
  Place place;

  if (index == SEED || index == DATA_SEED)
    return g_strdup_printf ("%" G_GUINT64_FORMAT,
                            index == SEED ? self->training.seed : self->data.seed);
  if (index >= 0)
    return nn_attr_print (&plain_attrs[index], &(NnAttrValue) { 1, { get_plain (self, index) } });
  if (g_str_equal (key, "optimiser"))
    return g_strdup (self->training.optimiser->name);
  if (g_str_equal (key, "schedule"))
    return g_strdup (self->training.schedule.kind->name);
  if (g_str_equal (key, "device"))
    return g_strdup (self->device);
  if (g_str_equal (key, "data.tokenizer"))
    return g_strdup (self->data.text.tokenizer != NULL ? self->data.text.tokenizer->name
                                                       : APP_AUTOMATIC);
  if (g_str_equal (key, "data.answer"))
    return g_strdup (self->data.answer != NULL ? self->data.answer : "");
  if (g_str_equal (key, "data.vocabulary"))
    return g_strdup (self->data.text.file != NULL ? self->data.text.file : "");
  if (!find_place (self, key, &place))
    return NULL;
  if (place.node != NULL)
    return nn_tuning_has (&place.node->tuning, place.node->op, place.key)
           ? nn_tuning_get (&place.node->tuning, place.node->op, place.key) : NULL;

  return nn_attr_print (place.attr, place.value);
}

/* In the place of @word; an empty one is none. */
static gboolean
set_word (char       **word,
          const char  *text)
{
  g_free (*word);
  *word = text[0] != '\0' ? g_strdup (text) : NULL;
  return TRUE;
}

/* Settings that choose one of several records, or are words of any kind. */
static gboolean
set_choice (AppProject  *self,
            const char  *key,
            const char  *text,
            GError     **error)
{
  NnTraining *training = &self->training;

  if (g_str_equal (key, "optimiser"))
    {
      const NnOptimiser *optimiser = nn_optimiser_find (text);

      if (optimiser == NULL)
        return app_refuse_name (_("optimiser"), text, error);
      training->optimiser = optimiser;
      nn_attrs_initial (optimiser->attrs, training->optimiser_attr);
      return TRUE;
    }

  if (g_str_equal (key, "schedule"))
    {
      const NnScheduleKind *kind = nn_schedule_kind_find (text);
      guint64 warmup = training->schedule.warmup_steps;

      if (kind == NULL)
        return app_refuse_name (_("schedule"), text, error);
      training->schedule = nn_schedule_initial (kind, training->schedule.base);
      training->schedule.warmup_steps = warmup;
      return TRUE;
    }

  if (g_str_equal (key, "data.tokenizer"))
    return app_find_tokenizer (text, &self->data.text.tokenizer, error);

  if (g_str_equal (key, "data.answer"))
    return set_word (&self->data.answer, text);

  if (g_str_equal (key, "data.vocabulary"))
    {
      g_autofree char *path = text[0] != '\0' ? g_canonicalize_filename (text, NULL)
                                              : g_strdup ("");

      return set_word (&self->data.text.file, path);
    }

  g_free (self->device);
  self->device = g_strdup (text);
  return TRUE;
}

static gboolean
set_plain (AppProject  *self,
           int          index,
           const char  *text,
           GError     **error)
{
  NnAttrValue value;

  if (index == SEED || index == DATA_SEED)
    return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64,
                                       index == SEED ? &self->training.seed : &self->data.seed,
                                       error);
  if (!nn_attr_parse (&plain_attrs[index], text, &value, error))
    return FALSE;

  put_plain (self, index, value.number[0]);
  return TRUE;
}

static gboolean
set_layer (AppProject   *self,
           const Place  *place,
           const char   *text,
           GError      **error)
{
  NnTuning tuning = place->node->tuning;

  if (!nn_tuning_set (&tuning, place->node->op, place->key, text, error))
    return FALSE;

  nn_graph_set_tuning (self->graph, place->node->id, &tuning);
  return TRUE;
}

gboolean
app_project_set (AppProject  *self,
                 const char  *key,
                 const char  *value,
                 GError     **error)
{
  int index = nn_attrs_find (plain_attrs, key);
  Place place;

  if (index >= 0)
    return set_plain (self, index, value, error);
  if (g_strv_contains (choices, key))
    return set_choice (self, key, value, error);
  if (!find_place (self, key, &place))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("There is no setting “%s” here. “epoch-cli train PROJECT --set list” lists "
                     "all there are."), key);
      return FALSE;
    }
  if (place.node != NULL)
    return set_layer (self, &place, value, error);

  return nn_attr_parse (place.attr, value, (NnAttrValue *) place.value, error);
}

char **
app_project_list_words (const AppProject *self,
                        const char       *key)
{
  static const char *const free_words[] = { "device", "data.answer", "data.vocabulary", NULL };
  const NnAttr *attr = app_project_find_attr (self, key);
  g_autofree char *value = app_project_get (self, key);
  g_autoptr (GPtrArray) words = NULL;
  const NnOptimiser *optimiser;
  const NnScheduleKind *kind;
  const NnInitialiser *initialiser;
  const DsTokenizer *tokenizer;

  if (attr != NULL)
    return g_strdupv ((char **) attr->words);
  if (value == NULL || g_strv_contains (free_words, key))
    return NULL;

  words = g_ptr_array_new ();
  if (g_str_equal (key, "optimiser"))
    for (guint i = 0; (optimiser = nn_optimiser_get (i)) != NULL; i++)
      g_ptr_array_add (words, g_strdup (optimiser->name));
  else if (g_str_equal (key, "schedule"))
    for (guint i = 0; (kind = nn_schedule_kind_get (i)) != NULL; i++)
      g_ptr_array_add (words, g_strdup (kind->name));
  else if (g_str_equal (key, "data.tokenizer"))
    {
      g_ptr_array_add (words, g_strdup (APP_AUTOMATIC));
      for (guint i = 0; (tokenizer = ds_tokenizer_nth (i)) != NULL; i++)
        g_ptr_array_add (words, g_strdup (tokenizer->name));
    }
  else
    {
      g_ptr_array_add (words, g_strdup (NN_TUNING_DEFAULT));
      for (guint i = 0; (initialiser = nn_initialiser_get (i)) != NULL; i++)
        g_ptr_array_add (words, g_strdup (initialiser->name));
    }
  g_ptr_array_add (words, NULL);

  return (char **) g_ptr_array_steal (words, NULL);
}

static void
list_attrs (GPtrArray    *keys,
            const char   *prefix,
            const NnAttr *attrs)
{
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (attrs[i].title != NULL)
      g_ptr_array_add (keys, g_strconcat (prefix, attrs[i].name, NULL));
}

/* Layers that have something to train. */
static void
list_layers (const AppProject *self,
             GPtrArray        *keys)
{
  g_autoptr (GArray) reports = nn_graph_report (self->graph);

  for (guint i = 0; i < reports->len; i++)
    {
      const NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);
      const NnNode *node = nn_graph_get_node (self->graph, report->node);
      g_auto (GStrv) names = nn_tuning_list (&node->tuning, node->op);

      for (int k = 0; report->parameters > 0 && names[k] != NULL; k++)
        g_ptr_array_add (keys, g_strconcat (LAYER, node->name, ".", names[k], NULL));
    }
}

char **
app_project_list_keys (const AppProject *self)
{
  GPtrArray *keys = g_ptr_array_new ();

  list_attrs (keys, "", plain_attrs);
  g_ptr_array_add (keys, g_strdup ("data.answer"));
  g_ptr_array_add (keys, g_strdup ("data.tokenizer"));
  g_ptr_array_add (keys, g_strdup ("data.vocabulary"));
  g_ptr_array_add (keys, g_strdup ("device"));
  g_ptr_array_add (keys, g_strdup ("optimiser"));
  list_attrs (keys, OPTIMISER, self->training.optimiser->attrs);
  g_ptr_array_add (keys, g_strdup ("schedule"));
  list_attrs (keys, SCHEDULE, self->training.schedule.kind->attrs);
  list_attrs (keys, "", nn_training_attrs);
  list_layers (self, keys);
  g_ptr_array_add (keys, NULL);

  return (char **) g_ptr_array_free (keys, FALSE);
}
