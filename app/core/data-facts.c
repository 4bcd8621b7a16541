/* data-facts.c: what is to be known of texts and masks at a glance
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/data-facts.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MOST_TEXTS 2000
#define MOST_MAPS  500

/* Item @i of @n that are spread over @n_items. */
static guint32
spread (guint32 i,
        guint32 n,
        guint32 n_items)
{
  return (guint32) ((guint64) i * n_items / n);
}

static void
fill_histogram (AppTextFacts *facts,
                const guint  *lengths)
{
  facts->step = MAX ((facts->longest + APP_N_LENGTHS - 1) / APP_N_LENGTHS, 1);
  for (guint i = 0; i < facts->n_looked_at; i++)
    {
      guint bar = lengths[i] > 0 ? (lengths[i] - 1) / facts->step : 0;

      facts->lengths[MIN (bar, APP_N_LENGTHS - 1)]++;
    }
}

void
app_text_facts_measure (DsDataset    *dataset,
                        AppTextFacts *facts)
{
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);
  guint32 n_items = ds_dataset_get_n_items (dataset);
  guint32 n = MIN (n_items, MOST_TEXTS);
  g_autofree guint *lengths = g_new (guint, n);
  g_auto (DsPieces) pieces = { NULL };
  guint64 n_tokens = 0;
  guint64 n_unknown = 0;
  guint n_cut = 0;

  *facts = (AppTextFacts) {
    .n_looked_at = n,
    .n_tokens = ds_vocabulary_get_size (vocabulary),
    .row = ds_vocabulary_get_lengths (vocabulary).item,
  };
  ds_pieces_init (&pieces);
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *text = ds_dataset_dup_text (dataset, spread (i, n, n_items));
      DsTokenCount count = ds_vocabulary_encode (vocabulary, text, FALSE, NULL, 0, &pieces);

      lengths[i] = count.n_tokens;
      facts->longest = MAX (facts->longest, count.n_tokens);
      n_tokens += count.n_tokens;
      n_unknown += count.n_unknown;
      n_cut += count.n_tokens > facts->row;
    }

  facts->mean = n > 0 ? (double) n_tokens / n : 0;
  facts->cut = n > 0 ? (double) n_cut / n : 0;
  facts->unknown = n_tokens > 0 ? (double) n_unknown / (double) n_tokens : 0;
  fill_histogram (facts, lengths);
}

char *
app_text_facts_range (const AppTextFacts *facts,
                      guint               index)
{
  return g_strdup_printf ("%u–%u", index * facts->step + 1, (index + 1) * facts->step);
}

double *
app_pixel_shares (DsDataset *dataset)
{
  guint n_classes = ds_dataset_get_n_classes (dataset);
  guint32 n_items = ds_dataset_get_n_items (dataset);
  guint32 n = MIN (n_items, MOST_MAPS);
  gsize n_pixels = ds_field_bytes (ds_dataset_get_answer (dataset));
  double *shares = g_new0 (double, n_classes + 1);

  g_assert (ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES);
  for (guint32 i = 0; i < n; i++)
    {
      const guint8 *map = ds_dataset_peek_answer (dataset, spread (i, n, n_items));

      for (gsize k = 0; k < n_pixels; k++)
        shares[MIN (map[k], n_classes)]++;
    }
  for (guint i = 0; i <= n_classes; i++)
    shares[i] /= MAX ((double) n * (double) n_pixels, 1);

  return shares;
}
