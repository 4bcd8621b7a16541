/* data-views.h: what “epoch-cli data” shows
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"

G_BEGIN_DECLS

/* N_(), by DsPart. */
extern const char * const app_data_part_names[DS_N_PARTS];

/* A dash for an item without a class. */
const char  *app_data_class_of      (DsDataset *dataset,
                                     guint32    index);

/* data-info.c: what the set is and has. */
void         app_data_print_info    (DsDataset *dataset,
                                     gboolean   json);

/* data-preview.c: the first items. */
void         app_data_print_preview (DsDataset *dataset,
                                     gboolean   json);

G_END_DECLS
