/* generate.c: networks that write, one token after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/generate.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_BEAMS 64

typedef enum
{
  WAY_TEACHER,
  WAY_CONTINUE,
  WAY_WINDOW,
} Way;

/* A token that could come next behind the beam @beam. */
typedef struct
{
  double score;
  int    beam;
  gint64 token;
} Candidate;

typedef struct
{
  const NnRunnable   *run;
  const NnGeneration *settings;
  Way                 way;
  gint64              n_samples, n_rows;        /* rows: beam after beam of each sample */
  gint64              item_bytes;               /* of one sample */
  gint64              room;                     /* tokens that the network reads */
  gint64              limit;                    /* tokens to write */
  gint64              vocabulary;
  guint8             *input;                    /* n_rows samples */
  gint64             *read;                     /* n_rows × room: what the network reads … */
  gint64             *written;                  /* n_rows × limit: … and what is new in it */
  gint64             *given;                    /* tokens at the start, for each row */
  double             *sums;                     /* logarithms of probabilities, for each row */
  gint64             *best;                     /* n_samples × limit: the best text that ended */
  double             *best_scores;
  int                *n_ended;                  /* texts that ended, for each sample */
} Writer;

static void
writer_clear (Writer *self)
{
  /* In two ways of the three, what is read is the input. */
  if (self->read != (gint64 *) self->input)
    g_free (self->read);
  g_free (self->input);
  g_free (self->written);
  g_free (self->given);
  g_free (self->sums);
  g_free (self->best);
  g_free (self->best_scores);
  g_free (self->n_ended);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("The network writes no texts: it must read tokens, or have a teacher in "
                         "front of its decoder, and give one score for each token that could "
                         "come next."));
  return FALSE;
}

/* How the network writes, and how many tokens it has room for. */
static gboolean
find_way (Writer   *self,
          GError  **error)
{
  const NnLowered *values = &self->run->values;
  const NnValue *read = values->target != NULL ? values->target : values->input;
  const NnShape *scores = &values->prediction->shape;

  if (read->dtype != NN_INT64 || read->shape.rank != 2
      || values->prediction->dtype != NN_FLOAT32 || scores->rank < 2 || scores->rank > 3
      || (scores->rank == 3 && scores->size[1] != read->shape.size[1])
      || (scores->rank == 2 && values->target != NULL))
    return refuse (error);

  self->way = values->target != NULL ? WAY_TEACHER : scores->rank == 3 ? WAY_CONTINUE : WAY_WINDOW;
  self->room = read->shape.size[1];
  self->vocabulary = scores->size[scores->rank - 1];
  self->limit = self->room;
  if (self->settings->longest > 0)
    self->limit = self->way == WAY_WINDOW ? self->settings->longest
                                          : MIN (self->limit, self->settings->longest);
  return TRUE;
}

/* The texts that are given lie at the start of their rows, but at the end where
 * the next token follows the last place. */
static void
place_given (Writer *self)
{
  for (gint64 row = 0; row < self->n_rows; row++)
    {
      gint64 *read = self->read + row * self->room;
      gint64 n = self->room;

      if (self->way == WAY_TEACHER)
        n = 0;
      while (n > 0 && read[n - 1] == self->settings->padding)
        n--;
      self->given[row] = n;
      if (self->way == WAY_WINDOW && n < self->room)
        {
          memmove (read + self->room - n, read, (gsize) n * sizeof *read);
          for (gint64 i = 0; i < self->room - n; i++)
            read[i] = self->settings->padding;
        }
    }
}

static gboolean
writer_init (Writer              *self,
             NnNetwork           *network,
             const void          *samples,
             gint64               n_samples,
             const NnGeneration  *settings,
             GError             **error)
{
  const NnValue *input;
  int beams = settings->beams;

  self->settings = settings;
  self->n_samples = n_samples;
  self->n_rows = n_samples * beams;
  self->run = nn_network_get (network, NN_MODE_PREDICT, self->n_rows, error);
  if (self->run == NULL || !find_way (self, error))
    return FALSE;

  input = self->run->values.input;
  self->item_bytes = nn_shape_span (&input->shape, 1, input->shape.rank)
                     * (gint64) nn_dtype_size (input->dtype);
  self->input = g_malloc ((gsize) MAX (self->n_rows * self->item_bytes, 1));
  for (gint64 row = 0; row < self->n_rows; row++)
    memcpy (self->input + row * self->item_bytes,
            (const guint8 *) samples + row / beams * self->item_bytes, (gsize) self->item_bytes);
  self->read = self->way == WAY_TEACHER ? g_new (gint64, self->n_rows * self->room)
                                        : (gint64 *) self->input;
  if (self->way == WAY_TEACHER)
    for (gint64 i = 0; i < self->n_rows * self->room; i++)
      self->read[i] = settings->padding;

  self->written = g_new0 (gint64, self->n_rows * self->limit);
  self->given = g_new0 (gint64, self->n_rows);
  self->sums = g_new0 (double, self->n_rows);
  self->best = g_new (gint64, self->n_samples * self->limit);
  self->best_scores = g_new (double, self->n_samples);
  self->n_ended = g_new0 (int, self->n_samples);
  for (gint64 i = 0; i < n_samples; i++)
    self->best_scores[i] = -HUGE_VAL;
  /* All beams begin alike: the first of them stands for the others. */
  for (gint64 row = 0; row < self->n_rows; row++)
    self->sums[row] = row % beams == 0 ? 0 : -HUGE_VAL;
  place_given (self);

  nn_plan_bind (self->run->plan, self->run->values.input, self->input);
  if (self->way == WAY_TEACHER)
    nn_plan_bind (self->run->plan, self->run->values.target, self->read);
  return TRUE;
}

/* Whether there is room for token number @step behind what row @row was given. */
static gboolean
has_room (const Writer *self,
          gint64        row,
          gint64        step)
{
  return step < self->limit
         && (self->way == WAY_WINDOW || self->given[row] + step < self->room);
}

static void
put_token (Writer *self,
           gint64  row,
           gint64  step,
           gint64  token)
{
  gint64 *read = self->read + row * self->room;

  self->written[row * self->limit + step] = token;
  if (self->way == WAY_WINDOW)
    {
      memmove (read, read + 1, (gsize) (self->room - 1) * sizeof *read);
      read[self->room - 1] = token;
    }
  else
    read[self->given[row] + step] = token;
}

/* The scores of what comes next in @row. */
static const float *
scores_of (const Writer *self,
           gint64        row,
           gint64        step)
{
  const float *all = nn_plan_get_data (self->run->plan, self->run->values.prediction);
  gint64 at = step;

  if (self->way == WAY_WINDOW)
    return all + row * self->vocabulary;
  if (self->way == WAY_CONTINUE)
    at = MAX (self->given[row] + step - 1, 0);
  return all + (row * self->room + at) * self->vocabulary;
}

/* Keeps the @most best candidates, best first. */
static void
offer (Candidate       *list,
       int             *count,
       int              most,
       const Candidate *fresh)
{
  int at = *count;

  if (at == most && !(fresh->score > list[most - 1].score))
    return;

  at = MIN (at, most - 1);
  while (at > 0 && fresh->score > list[at - 1].score)
    {
      list[at] = list[at - 1];
      at--;
    }
  list[at] = *fresh;
  *count = MIN (*count + 1, most);
}

static void
offer_row (const Writer *self,
           gint64        row,
           gint64        step,
           Candidate    *list,
           int          *count)
{
  int beams = self->settings->beams;
  const float *scores = scores_of (self, row, step);
  double top = -HUGE_VAL;
  double sum = 0;

  for (gint64 i = 0; i < self->vocabulary; i++)
    top = MAX (top, scores[i]);
  for (gint64 i = 0; i < self->vocabulary; i++)
    sum += exp (scores[i] - top);

  for (gint64 i = 0; i < self->vocabulary; i++)
    if (i != self->settings->end || step >= self->settings->shortest)
      {
        Candidate fresh = { self->sums[row] + scores[i] - top - log (sum), (int) (row % beams), i };

        offer (list, count, 2 * beams, &fresh);
      }
}

/* The text of @row, of @length tokens, has ended. */
static void
end_text (Writer *self,
          gint64  row,
          gint64  length,
          double  sum)
{
  gint64 sample = row / self->settings->beams;
  double score = sum / pow ((double) MAX (length, 1), self->settings->length_penalty);
  gint64 *best = self->best + sample * self->limit;

  self->n_ended[sample]++;
  if (!(score > self->best_scores[sample]))
    return;

  self->best_scores[sample] = score;
  memcpy (best, self->written + row * self->limit, (gsize) length * sizeof *best);
  for (gint64 i = length; i < self->limit; i++)
    best[i] = self->settings->padding;
}

/* Gives the rows of a sample the beginnings that were chosen. */
static void
reorder (Writer          *self,
         gint64           first,
         const Candidate *chosen,
         int              count)
{
  int beams = self->settings->beams;
  g_autofree gint64 *read = g_memdup2 (self->read + first * self->room,
                                       (gsize) (beams * self->room) * sizeof (gint64));
  g_autofree gint64 *written = g_memdup2 (self->written + first * self->limit,
                                          (gsize) (beams * self->limit) * sizeof (gint64));

  for (int i = 0; i < count; i++)
    {
      memcpy (self->read + (first + i) * self->room, read + chosen[i].beam * self->room,
              (gsize) self->room * sizeof (gint64));
      memcpy (self->written + (first + i) * self->limit, written + chosen[i].beam * self->limit,
              (gsize) self->limit * sizeof (gint64));
      self->sums[first + i] = chosen[i].score;
    }
  for (int i = count; i < beams; i++)
    self->sums[first + i] = -HUGE_VAL;
}

/* The next token of all beams of @sample; FALSE when it is done. */
static gboolean
extend (Writer *self,
        gint64  sample,
        gint64  step)
{
  int beams = self->settings->beams;
  gint64 first = sample * beams;
  Candidate list[2 * MAX_BEAMS];
  Candidate chosen[MAX_BEAMS];
  int count = 0;
  int n_chosen = 0;

  if (self->n_ended[sample] >= beams || !has_room (self, first, step))
    return FALSE;

  for (int i = 0; i < beams; i++)
    if (self->sums[first + i] > -HUGE_VAL)
      offer_row (self, first + i, step, list, &count);

  for (int i = 0; i < count && n_chosen < beams; i++)
    if (list[i].token != self->settings->end)
      chosen[n_chosen++] = list[i];
    else if (i < beams)
      {
        self->written[(first + list[i].beam) * self->limit + step] = list[i].token;
        end_text (self, first + list[i].beam, step + 1, list[i].score);
      }

  reorder (self, first, chosen, n_chosen);
  for (int i = 0; i < n_chosen; i++)
    put_token (self, first + i, step, chosen[i].token);
  return self->n_ended[sample] < beams && n_chosen > 0 && has_room (self, first, step + 1);
}

/* Texts that did not end are cut off where room or limit ends. */
static void
cut_off (Writer *self,
         gint64  sample)
{
  int beams = self->settings->beams;

  for (gint64 row = sample * beams; row < (sample + 1) * beams; row++)
    {
      gint64 length = 0;

      while (has_room (self, row, length))
        length++;
      if (self->n_ended[sample] < beams && self->sums[row] > -HUGE_VAL)
        end_text (self, row, length, self->sums[row]);
    }
}

static gboolean
write_all (Writer     *self,
           const int  *cancelled,
           GError    **error)
{
  gboolean go_on = self->n_samples > 0;

  for (gint64 step = 0; go_on; step++)
    {
      if (cancelled != NULL && g_atomic_int_get (cancelled))
        {
          g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("The writing was stopped."));
          return FALSE;
        }

      nn_plan_run (self->run->plan, 0, 0);
      go_on = FALSE;
      for (gint64 sample = 0; sample < self->n_samples; sample++)
        go_on |= extend (self, sample, step);
    }

  for (gint64 sample = 0; sample < self->n_samples; sample++)
    cut_off (self, sample);
  return TRUE;
}

gboolean
nn_generate (NnNetwork           *network,
             const void          *samples,
             gint64               n_samples,
             const NnGeneration  *settings,
             const int           *cancelled,
             NnTensor           **texts,
             double              *scores,
             GError             **error)
{
  g_auto (Writer) writer = { 0 };
  NnShape shape;

  if (settings->beams < 1 || settings->beams > MAX_BEAMS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                   _("There are %d beams, but there must be 1 to %d."), settings->beams,
                   MAX_BEAMS);
      return FALSE;
    }
  if (!writer_init (&writer, network, samples, n_samples, settings, error)
      || !write_all (&writer, cancelled, error))
    return FALSE;

  shape = NN_SHAPE (n_samples, writer.limit);
  *texts = nn_tensor_new (NN_INT64, &shape, error);
  if (*texts == NULL)
    return FALSE;

  memcpy (nn_tensor_get_data (*texts), writer.best,
          (gsize) nn_shape_count (&shape) * sizeof (gint64));
  if (scores != NULL)
    memcpy (scores, writer.best_scores, (gsize) n_samples * sizeof *scores);
  return TRUE;
}
