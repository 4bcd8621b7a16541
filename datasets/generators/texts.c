/* texts.c: sentences to be judged and strings to be turned round
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"

#include <glib/gi18n-lib.h>

#define SHORTEST 4
#define LONGEST  10

/* Digits, and the same digits from the last to the first: what a network with
 * attention learns and one without memory cannot. */
static void
write_reversed (guint64  seed,
                guint32  index,
                GString *text,
                GString *answer,
                int     *label)
{
  NnRandom random;
  int n;

  ds_generator_begin ("reversed-digits", 1, seed, index, &random, label);
  *label = -1;
  n = SHORTEST + (int) nn_random_below (&random, LONGEST - SHORTEST + 1);
  for (int i = 0; i < n; i++)
    g_string_append_c (text, (char) ('0' + nn_random_below (&random, 10)));
  for (int i = n - 1; i >= 0; i--)
    g_string_append_c (answer, text->str[i]);
}

/* Reviews from a grammar.  One word in four is turned by a “not”, and what
 * stands behind “but” is what counts, so counting good words is not enough. */

#define N_WORDS 10

static const char * const things[N_WORDS] = {
  "film", "story", "plot", "acting", "music", "ending", "camera work", "dialogue", "cast",
  "script",
};

static const char * const praise[N_WORDS] = {
  "wonderful", "clever", "moving", "funny", "charming", "brilliant", "honest", "gripping",
  "beautiful", "fresh",
};

static const char * const blame[N_WORDS] = {
  "boring", "dull", "predictable", "clumsy", "tedious", "shallow", "awful", "lifeless", "noisy",
  "silly",
};

static const char * const weights[N_WORDS] = {
  "really", "quite", "rather", "truly", "very", "simply", "somewhat", "always", "often",
  "completely",
};

static const char *
pick (NnRandom           *random,
      const char * const *words)
{
  return words[nn_random_below (random, N_WORDS)];
}

/* "the plot is not very dull": good or bad as asked. */
static void
write_clause (NnRandom *random,
              gboolean  good,
              GString  *text)
{
  gboolean turned = nn_random_below (random, 4) == 0;
  const char *word = pick (random, good != turned ? praise : blame);

  g_string_append_printf (text, "the %s is ", pick (random, things));
  if (turned)
    g_string_append (text, "not ");
  if (nn_random_below (random, 2) == 0)
    g_string_append_printf (text, "%s ", pick (random, weights));
  g_string_append (text, word);
}

static void
write_review (guint64  seed,
              guint32  index,
              GString *text,
              GString *answer,
              int     *label)
{
  NnRandom random;

  ds_generator_begin ("reviews", 2, seed, index, &random, label);
  switch (nn_random_below (&random, 3))
    {
    case 0:
      write_clause (&random, *label == 1, text);
      g_string_append (text, " .");
      break;

    case 1:
      write_clause (&random, *label == 1, text);
      g_string_append (text, " and ");
      write_clause (&random, *label == 1, text);
      g_string_append (text, nn_random_below (&random, 2) == 0 ? " !" : " .");
      break;

    default:
      write_clause (&random, *label == 0, text);
      g_string_append (text, ", but in the end ");
      write_clause (&random, *label == 1, text);
      g_string_append (text, " .");
    }
}

static const char * const review_names[] = { N_("Negative"), N_("Positive") };

const DsGenerator ds_generators_texts[] = {
  {
    .name          = "reversed-digits",
    .title         = N_("Digit strings, reversed"),
    .summary       = N_("Strings of 4 to 10 digits; the answer has them from the last to the "
                        "first."),
    .default_count = 20000,
    .test_share    = 0.1,
    .write         = write_reversed,
  },
  {
    .name          = "reviews",
    .title         = N_("Short reviews"),
    .summary       = N_("English sentences about films, for or against; “not” and “but” matter."),
    .n_classes     = 2,
    .class_names   = review_names,
    .default_count = 4000,
    .test_share    = 0.2,
    .write         = write_review,
  },
  { NULL }
};
