/* feed.h: where batches come from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  NN_PART_TRAIN,
  NN_PART_VALIDATION,
  NN_PART_TEST,
  NN_N_PARTS,
} NnPart;

/* What a right answer is; in the order of the kinds of the op “target”. */
typedef enum
{
  NN_ANSWER_CLASS,              /* one int64 */
  NN_ANSWER_NUMBERS,            /* float32 of any shape */
  NN_ANSWER_CLASSES,            /* an int64 for each pixel, height × width */
  NN_ANSWER_TOKENS,             /* a row of int64 */
} NnAnswer;

/* A class that the loss passes over, as PyTorch's ignore_index. */
#define NN_IGNORED_CLASS (-100)

/* What samples and answers look like.  A text is a row of ids that padding
 * fills up to the end, so the ids tell its length. */
typedef struct
{
  NnDtype   input_dtype;        /* NN_FLOAT32, or NN_INT64 for tokens */
  NnShape   input;              /* of one sample */
  NnAnswer  answer;
  NnShape   target;             /* of one answer; rank 0 for a class */
  gint64    n_classes;          /* scores that an answer needs; 0 for numbers */
  gint64    n_tokens;           /* size of the vocabulary, 0 without one */
  gint64    padding;            /* ids of the vocabulary: fills up … */
  gint64    unknown;            /* … stands for what is not in it … */
  gint64    begin;              /* … and for the ends of a text */
  gint64    end;
} NnForm;

/* One batch; the memory is the feed's until the next call. */
typedef struct
{
  gint64  count;                /* samples, 0 behind the last batch */
  void   *input;                /* sample after sample, in rows, … */
  void   *target;               /* … and their answers, both as the form says */
} NnBatch;

/* The engine reads data through this, and knows nothing of files.  The order of
 * a part is a function of (seed, epoch) for training and fixed for the others. */
typedef struct
{
  gint64    n_samples[NN_N_PARTS];
  NnForm    form;
  void     *data;

  /* Starts @part at sample @position of its order. */
  gboolean (*begin) (void     *data,
                     NnPart    part,
                     guint64   seed,
                     guint32   epoch,
                     gint64    position,
                     gint64    batch,
                     GError  **error);
  gboolean (*next)  (void     *data,
                     NnBatch  *batch,
                     GError  **error);
} NnFeed;

G_END_DECLS
