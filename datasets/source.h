/* source.h: items that can be decoded one after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/container.h"
#include "datasets/field.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which part of a data set an item belongs to. */
typedef enum
{
  DS_PART_UNDECIDED,            /* the data does not say */
  DS_PART_TRAIN,
  DS_PART_VALIDATION,
  DS_PART_TEST,
  DS_N_PARTS,
} DsPart;

/* What is known of an item besides its numbers. */
typedef struct
{
  int         label;            /* a class, or -1 for none */
  DsPart      part;
  const char *name;             /* of the file it came from, or NULL */
  const void *answer;           /* what the source's answers are, unless that is a class */
} DsItem;

/* Where a source puts its items: see cache-writer.h. */
typedef struct _DsCacheWriter DsCacheWriter;

/* What a format or a generator makes: a description of the items, and a
 * function that decodes all of them once.  Atomically reference-counted;
 * immutable once its maker has returned it. */
typedef struct _DsSource DsSource;

/* Puts every item, in any order and from any threads, or reports it damaged.
 * Ends early when ds_cache_writer_is_stopped(); what stopped it is known to
 * the writer.  FALSE with @error set when the source itself breaks. */
typedef gboolean (*DsFillFunc) (DsSource       *source,
                                void           *data,
                                DsCacheWriter  *writer,
                                GCancellable   *cancellable,
                                GError        **error);

/* @format is the name of the DsFormat.  @item is C×H×W for images; @dtype is
 * NN_UINT8 or NN_FLOAT32.  Items that are no numbers, and answers that are no
 * classes, are set afterwards.  (transfer full) of @data */
DsSource           *ds_source_new             (const char       *format,
                                               const char       *title,
                                               const NnShape    *item,
                                               NnDtype           dtype,
                                               guint32           n_items,
                                               DsFillFunc        fill,
                                               void             *data,
                                               GDestroyNotify    free_data)
                                               G_GNUC_WARN_UNUSED_RESULT;
DsSource           *ds_source_ref             (DsSource         *self) G_GNUC_WARN_UNUSED_RESULT;
void                ds_source_unref           (DsSource         *self);

/* Finds the format that fits the folder, file or archive at @path best, or
 * uses the one that @options (nullable) names.  Reads headers, not items. */
DsSource           *ds_source_open            (const char       *path,
                                               const DsOptions  *options,
                                               GCancellable     *cancellable,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;

DsSource           *ds_source_open_container  (DsContainer      *container,
                                               const DsOptions  *options,
                                               GCancellable     *cancellable,
                                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* For its maker.  A text is put as a string that ends with a zero byte. */
void                ds_source_set_item        (DsSource         *self,
                                               const DsField    *item);
void                ds_source_set_answer      (DsSource         *self,
                                               const DsField    *answer);

/* For its maker, in the order of the class numbers. */
void                ds_source_add_class       (DsSource         *self,
                                               const char       *name);

/* One sentence that says why this format was chosen. */
void                ds_source_set_reason      (DsSource         *self,
                                               const char       *reason);

const char         *ds_source_get_format      (DsSource         *self);
const char         *ds_source_get_title       (DsSource         *self);
const char         *ds_source_get_reason      (DsSource         *self);
const DsField      *ds_source_get_item        (DsSource         *self);
const DsField      *ds_source_get_answer      (DsSource         *self);

/* Items that will be tried; damaged ones are not among those of the cache. */
guint32             ds_source_get_n_items     (DsSource         *self);
guint               ds_source_get_n_classes   (DsSource         *self);
const char         *ds_source_get_class_name  (DsSource         *self,
                                               guint             index);

/* The vocabulary that made the items, as ds_vocabulary_print() writes it; empty
 * if there is none. */
void                ds_source_set_vocabulary  (DsSource         *self,
                                               const char       *vocabulary);
const char         *ds_source_get_vocabulary  (DsSource         *self);

/* A list for ds_warn(). */
GPtrArray          *ds_source_get_warnings    (DsSource         *self);

gboolean            ds_source_fill            (DsSource         *self,
                                               DsCacheWriter    *writer,
                                               GCancellable     *cancellable,
                                               GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsSource, ds_source_unref)

G_END_DECLS
