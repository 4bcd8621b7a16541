/* data-samples.h: small sets of texts, masks, arrays and tables for the tests
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "tests/data-support.h"

G_BEGIN_DECLS

GBytes     *test_text           (const char       *text) G_GNUC_WARN_UNUSED_RESULT;

/* Two classes, "neg" and "pos", with 2 training and 1 test text each. */
TestFiles  *test_text_files     (void) G_GNUC_WARN_UNUSED_RESULT;

/* The same classes as two files with three lines each. */
TestFiles  *test_line_files     (void) G_GNUC_WARN_UNUSED_RESULT;

/* Three pairs of an image of 32×32 and a palette mask with the numbers 0, 2 and
 * 255, as VOC lays them out. */
TestFiles  *test_mask_files     (void) G_GNUC_WARN_UNUSED_RESULT;

/* A PNG of one byte a pixel, with a palette or in grey: of @ids that which the
 * sum of row and column tells. */
GBytes     *test_png_ids        (gboolean          has_palette,
                                 int               height,
                                 int               width,
                                 const guint8     *ids,
                                 int               n_ids) G_GNUC_WARN_UNUSED_RESULT;

/* An array as NumPy writes it, version 1: @header is the dictionary. */
GBytes     *test_npy            (const char       *header,
                                 const void       *data,
                                 gsize             n_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* x with 4 items of 3 float32, and y with the classes 0, 1, 0, 2. */
TestFiles  *test_npy_files      (void) G_GNUC_WARN_UNUSED_RESULT;

/* Two columns of numbers and one of two classes, 4 rows. */
TestFiles  *test_table_files    (void) G_GNUC_WARN_UNUSED_RESULT;

/* Rows of numbers to other numbers, for regression. */
TestFiles  *test_number_files   (void) G_GNUC_WARN_UNUSED_RESULT;

/* Words and what they are in French, 4 pairs. */
TestFiles  *test_pair_files     (void) G_GNUC_WARN_UNUSED_RESULT;

/* JSON lines with a text and a class, 4 of them. */
TestFiles  *test_json_files     (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
