/* transform.h: what happens to an item between the cache and the network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/field.h"
#include "engine/random.h"

G_BEGIN_DECLS

typedef enum
{
  DS_ATTR_FLOAT,
  DS_ATTR_INTEGER,
  DS_ATTR_BOOLEAN,                      /* 0 or 1 */
  DS_ATTR_LIST,                         /* one number for all channels, or one for each */
} DsAttrType;

/* One setting.  The inspector row, the project file and range checking derive
 * from this, so it is described nowhere else. */
typedef struct
{
  const char *name;                     /* key in project files; never renamed */
  const char *title;                    /* N_(): label in the inspector */
  DsAttrType  type;
  double      initial, min, max;        /* for each number of a list */
} DsAttr;

typedef struct _DsTransform DsTransform;

#define DS_TRANSFORM_MAX_ATTRS 8

/* A transform with its settings, one place in a list. */
typedef struct
{
  const DsTransform *transform;
  double            *numbers[DS_TRANSFORM_MAX_ATTRS];   /* by place in the record's attrs */
  int                counts[DS_TRANSFORM_MAX_ATTRS];    /* more than 1 for lists only */
} DsTransformStep;

struct _DsTransform
{
  /* What it is called */
  const char   *name;                   /* "random-crop": unique, saved, never renamed */
  const char   *title;                  /* N_(): in lists */
  const char   *summary;                /* N_(): one sentence with a full stop */
  const DsAttr *attrs;                  /* ended by a NULL name, or NULL for none */

  /* What it is like */
  gboolean      random;                 /* differs from epoch to epoch while training */
  gboolean      images;                 /* wants C×H×W; others take any shape */
  gboolean      in_place;               /* apply() gets one buffer as both */

  /* What it means.  check() says with NN_ERROR_SHAPE what @in lacks, NULL takes
   * anything; infer() gives the shape that leaves, NULL keeps the one that
   * came; apply() gets @random in training only, and without it a random
   * transform does what is in the middle of all it might have done. */
  gboolean    (*check)   (const DsTransformStep *step,
                          const NnShape         *in,
                          GError               **error);
  void        (*infer)   (const DsTransformStep *step,
                          const NnShape         *in,
                          NnShape               *out);
  void        (*apply)   (const DsTransformStep *step,
                          const NnShape         *shape,
                          NnRandom              *random,
                          const float           *in,
                          float                 *out);

  /* Where pixels go elsewhere: the same for a plane of classes, which are never
   * mixed, and DS_IGNORED_CLASS where no pixel comes from.  It draws what
   * apply() draws.  NULL where pixels stay. */
  void        (*apply_map) (const DsTransformStep *step,
                            const NnShape         *shape,
                            NnRandom              *random,
                            const float           *in,
                            float                 *out);
};

/* The record called @name, or NULL; and the record at @position, or NULL
 * behind the last one. */
const DsTransform *ds_transform_find (const char *name);
const DsTransform *ds_transform_nth  (guint       position);

/* The only number of the attribute at place @attr, which is no list; and the
 * number of a list for @channel, where a single one stands for all. */
double             ds_transform_step_number  (const DsTransformStep *step,
                                              int                    attr);
double             ds_transform_step_channel (const DsTransformStep *step,
                                              int                    attr,
                                              gint64                 channel);

/* An ordered, atomically reference-counted list.  Fill it before others see
 * it; afterwards every function but append is safe in any thread at once. */
typedef struct _DsTransformList DsTransformList;

/* The value of one attribute, as the project file has it. */
typedef struct
{
  const char   *name;
  const double *numbers;
  int           count;
} DsTransformSetting;

DsTransformList   *ds_transform_list_new         (void) G_GNUC_WARN_UNUSED_RESULT;
DsTransformList   *ds_transform_list_ref         (DsTransformList *self)
                                                  G_GNUC_WARN_UNUSED_RESULT;
void               ds_transform_list_unref       (DsTransformList *self);

/* Puts the transform called @name at the end.  @settings, ended by a NULL name
 * or NULL itself, are copied; what they leave out starts as the record says.
 * FALSE leaves the list alone: NN_ERROR_UNSUPPORTED for a transform, and
 * NN_ERROR_ATTRIBUTE for a setting, that does not exist or is out of range. */
gboolean           ds_transform_list_append      (DsTransformList          *self,
                                                  const char               *name,
                                                  const DsTransformSetting *settings,
                                                  GError                  **error);

/* For saving and showing: walk the places, and at each the record's attrs. */
guint              ds_transform_list_get_length  (DsTransformList *self);
const DsTransform *ds_transform_list_peek        (DsTransformList *self,
                                                  guint            place);

/* The numbers of @attr at @place, @count of them; NULL if it has no such. */
const double      *ds_transform_list_get_numbers (DsTransformList *self,
                                                  guint            place,
                                                  const char      *attr,
                                                  int             *count);

/* Whether the list makes sense for items of shape @in; NN_ERROR_SHAPE names the
 * transform that does not, with the numbers.  The functions below do something
 * harmless for a list that does not fit: what wants an image leaves other items
 * alone, a crop is never larger than its image, the last number of a list goes
 * on. */
gboolean           ds_transform_list_check       (DsTransformList *self,
                                                  const NnShape   *in,
                                                  GError         **error);

void               ds_transform_list_get_shape   (DsTransformList *self,
                                                  const NnShape   *in,
                                                  NnShape         *out);

/* The bytes that ds_transform_list_apply() must be lent, possibly none. */
gsize              ds_transform_list_get_scratch (DsTransformList *self,
                                                  const NnShape   *in);

/* Applies all to one item: @in has @shape and is uint8 or float32 as @from
 * says, @out is float32 of ds_transform_list_get_shape(), @scratch is aligned
 * for floats.  uint8 becomes 0 to 1 first, unless the list begins with scale;
 * an empty list does just this.  With @training FALSE the random ones rest.
 * Random numbers depend on (@seed, @epoch, @index, place in the list) only.
 * Allocates nothing. */
void               ds_transform_list_apply       (DsTransformList *self,
                                                  const void      *in,
                                                  NnDtype          from,
                                                  const NnShape   *shape,
                                                  gboolean         training,
                                                  guint64          seed,
                                                  guint32          epoch,
                                                  guint32          index,
                                                  float           *out,
                                                  void            *scratch);

/* Moves the classes of an image's pixels, height × width of them, as apply()
 * moves the pixels of an image of @shape for the same numbers; @scratch is what
 * apply() is lent. */
void               ds_transform_list_apply_map   (DsTransformList *self,
                                                  const guint8    *in,
                                                  const NnShape   *shape,
                                                  gboolean         training,
                                                  guint64          seed,
                                                  guint32          epoch,
                                                  guint32          index,
                                                  gint64          *out,
                                                  void            *scratch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsTransformList, ds_transform_list_unref)

G_END_DECLS
