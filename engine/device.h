/* device.h: where plans run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"
#include "engine/optimiser.h"

G_BEGIN_DECLS

/* A device knows its kernels, its memory, and how to change weights.  Each kind
 * is one of these tables in a folder of its own. */
typedef struct _NnDevice NnDevice;

typedef struct
{
  const char      *name;        /* "cpu" */

  /* The kernels of @op, fastest first; NULL when the op must be written out. */
  const NnKernel *(*get_kernels) (const NnOp         *op);

  /* Zeroed and aligned to 64 bytes, or NULL when there is not enough. */
  void           *(*allocate)    (NnDevice           *self,
                                  gsize               bytes);
  void            (*release)     (NnDevice           *self,
                                  void               *memory);

  /* Bytes that can be had without harm to other programs. */
  gsize           (*get_available) (NnDevice         *self);

  /* One optimiser step over @count weights. */
  void            (*update)      (NnDevice           *self,
                                  const NnOptimiser  *optimiser,
                                  const NnUpdate     *update,
                                  gint64              count);

  /* The same for a parameter of @shape that the optimiser sees as a whole, with
   * the @room it wants. */
  void            (*update_whole) (NnDevice           *self,
                                   const NnOptimiser  *optimiser,
                                   const NnUpdate     *update,
                                   const NnShape      *shape,
                                   float              *room);

  /* On flat buffers: y ← keep · y + factor · x; x ← factor · x, cut to ±limit;
   * the sum of all squares. */
  void            (*mix)         (NnDevice           *self,
                                  float              *y,
                                  const float        *x,
                                  double              keep,
                                  double              factor,
                                  gint64              count);
  void            (*clamp)       (NnDevice           *self,
                                  float              *x,
                                  double              factor,
                                  double              limit,
                                  gint64              count);
  double          (*sum_squares) (NnDevice           *self,
                                  const float        *x,
                                  gint64              count);

  void            (*free)        (NnDevice           *self);
} NnDeviceClass;

struct _NnDevice
{
  const NnDeviceClass *klass;
  gatomicrefcount      ref_count;
  char                *title;   /* of the processor or card */
  int                  threads;
  NnPool              *pool;    /* of the processor's threads */
};

/* @name is "auto", "cpu", "cuda" or "cuda:1"; @threads 0 means one for each
 * processor.  What cannot be had is an error that says what can. */
NnDevice       *nn_device_open          (const char     *name,
                                         int             threads,
                                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;
NnDevice       *nn_device_ref           (NnDevice       *self) G_GNUC_WARN_UNUSED_RESULT;
void            nn_device_unref         (NnDevice       *self);

const char     *nn_device_get_name      (NnDevice       *self);         /* "cpu" */
const char     *nn_device_get_title     (NnDevice       *self);
int             nn_device_get_threads   (NnDevice       *self);

/* The processor's device, made by engine/cpu/device.c. */
NnDevice       *nn_cpu_device_new       (int             threads) G_GNUC_WARN_UNUSED_RESULT;

/* Versions of the libraries in use, "oneDNN 2.6.3, OpenBLAS".  (transfer full) */
char           *nn_cpu_describe_libraries (void) G_GNUC_WARN_UNUSED_RESULT;

/* Call first in main() of a program that computes: see engine/cpu/pool.h. */
void            nn_device_prepare_process (char        **argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnDevice, nn_device_unref)

G_END_DECLS
