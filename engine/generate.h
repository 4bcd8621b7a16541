/* generate.h: networks that write, one token after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/network.h"

G_BEGIN_DECLS

/* Three kinds of network give scores for the next token:
 *
 * - with a teacher (the op “shift-right”) between the target and a decoder, the
 *   text is written where the right answer lies in training;
 * - without one, a network that reads tokens and gives scores for each of them
 *   goes on with the text that it is given, up to the end of its input;
 * - and one that gives scores for a single token reads the last few and then
 *   those moved on by one. */

typedef struct
{
  gint64  end;                  /* the token behind which nothing follows */
  gint64  padding;              /* what fills up a text that is given, and the result */
  gint64  shortest;             /* tokens at least, in front of the end */
  gint64  longest;              /* at most; 0 for as many as the network has room for */
  int     beams;                /* beginnings that are kept at a time; 1 takes the best token */
  double  length_penalty;       /* texts of n tokens compare by their logarithm / n^this */
} NnGeneration;

/* Writes a text for each of @n_samples samples, which lie one behind the other as
 * the network's input takes them.  @texts becomes n_samples × tokens, filled up
 * with padding behind the end, which is there; @scores, which may be NULL, gets the
 * logarithm of each text's probability over its length to the power of the
 * penalty.  Equal scores go to the beam, then the token that comes first.
 *
 * @cancelled, which may be NULL, is looked at between tokens; a non-zero value
 * ends with NN_ERROR_CANCELLED. */
gboolean  nn_generate  (NnNetwork           *network,
                        const void          *samples,
                        gint64               n_samples,
                        const NnGeneration  *settings,
                        const int           *cancelled,
                        NnTensor           **texts,
                        double              *scores,
                        GError             **error);

G_END_DECLS
