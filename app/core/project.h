/* project.h: a network, its data, and how to train it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/encoding.h"
#include "datasets/transform.h"
#include "engine/graph.h"
#include "engine/trainer.h"

G_BEGIN_DECLS

typedef enum
{
  APP_DATA_NONE,
  APP_DATA_DRAWN,               /* a generator of the program */
  APP_DATA_PATH,                /* a folder, file or archive */
} AppDataKind;

/* Which data, and how it is divided. */
typedef struct
{
  AppDataKind      kind;
  char            *name;        /* of the generator, or the absolute path */
  char            *answer;      /* of a table: the column with the answers, or NULL */
  guint64          seed;        /* of drawing and dividing */
  guint32          count;       /* samples to draw; 0: the usual number */
  double           validation;  /* shares of what the data leaves undecided */
  double           test;
  DsTransformList *transforms;  /* may be empty */
  DsTextOptions    text;        /* of texts; the file's name is owned and absolute */
} AppDataRef;

/* Whether both name the same items, however these are divided. */
gboolean     app_data_ref_same_items (const AppDataRef  *a,
                                      const AppDataRef  *b);
gboolean     app_data_ref_equal      (const AppDataRef  *a,
                                      const AppDataRef  *b);

/* @self holds nothing yet. */
void         app_data_ref_copy       (AppDataRef        *self,
                                      const AppDataRef  *from);
void         app_data_ref_clear      (AppDataRef        *self);

/* What an .epoch file holds.  The window's document and the command line both
 * work on this; it does not watch itself for changes. */
typedef struct
{
  NnGraph    *graph;
  AppDataRef  data;
  NnTraining  training;
  char       *device;           /* "auto" */
  int         threads;          /* 0: all */
  GBytes     *weights;          /* safetensors, or NULL before the first training */
  GBytes     *vocabulary;       /* of the texts that they were trained with, or NULL */
} AppProject;

/* An empty graph, no data, the usual training. */
AppProject  *app_project_new         (void) G_GNUC_WARN_UNUSED_RESULT;
AppProject  *app_project_dup         (const AppProject  *self) G_GNUC_WARN_UNUSED_RESULT;
void         app_project_free        (AppProject        *self);

/* An error names file, cause and remedy; a file from a newer version is refused
 * and not misread. */
AppProject  *app_project_read        (const char        *path,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     app_project_write       (const AppProject  *self,
                                      const char        *path,
                                      GError           **error);

/* project.json alone, for drafts, comparison and the worker.  (transfer full) */
char        *app_project_to_json     (const AppProject  *self,
                                      gsize             *length) G_GNUC_WARN_UNUSED_RESULT;
AppProject  *app_project_from_json   (const char        *text,
                                      gsize              length,
                                      const char        *source,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The usual settings for texts. */
DsTextOptions app_text_initial       (void);

/* What was learned, in the place of what there was; both may be NULL. */
void         app_project_set_learned (AppProject        *self,
                                      GBytes            *weights,
                                      GBytes            *vocabulary);

/* The usual settings for training. */
NnTraining   app_training_initial    (void);

/* One setting as the command line has it: "epochs=3", "optimiser=sgd",
 * "optimiser.momentum=0.9", "schedule=cosine", "clip-norm=1",
 * "data.validation=0.2", "data.tokenizer=characters", "layer.conv1.frozen=true",
 * "layer.conv1.start.weight=eye".
 * An error leaves the project as it was. */
gboolean     app_project_set         (AppProject        *self,
                                      const char        *key,
                                      const char        *value,
                                      GError           **error);

/* What app_project_set() reads back; NULL when there is no such setting.
 * (transfer full) */
char        *app_project_get         (const AppProject  *self,
                                      const char        *key) G_GNUC_WARN_UNUSED_RESULT;

/* All keys that this project has, in the order in which people are shown them.
 * (transfer full) */
char       **app_project_list_keys   (const AppProject  *self) G_GNUC_WARN_UNUSED_RESULT;

/* What can be chosen for @key, or NULL where that is no matter of words.
 * (transfer full) */
char       **app_project_list_words  (const AppProject  *self,
                                      const char        *key) G_GNUC_WARN_UNUSED_RESULT;

/* The attribute behind @key: title, range, and the value it starts from.  NULL
 * for a choice of names, and when there is no such setting. */
const NnAttr *app_project_find_attr  (const AppProject  *self,
                                      const char        *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppProject, app_project_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AppDataRef, app_data_ref_clear)

G_END_DECLS
