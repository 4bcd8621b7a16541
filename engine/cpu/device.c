/* device.c: the processor as a device
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/dnn.h"
#include "engine/cpu/flat.h"
#include "engine/cpu/pool.h"
#include "engine/device.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGN 64
#define HUGE_PAGE (2 << 20)

/* Weights below which one thread updates them all. */
#define UPDATE_GRAIN 16384

static const NnKernel *
cpu_get_kernels (const NnOp *op)
{
  return op->cpu;
}

static void *
cpu_allocate (NnDevice *self,
              gsize     bytes)
{
  gsize unit = bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGN;
  gsize rounded = (bytes + unit) / unit * unit;
  void *memory = aligned_alloc (unit, rounded);

  if (memory == NULL)
    return NULL;

  /* Fewer, larger pages: 3 to 8 % of a step on convolution nets. */
  if (unit == HUGE_PAGE)
    madvise (memory, rounded, MADV_HUGEPAGE);
  return memset (memory, 0, rounded);
}

static void
cpu_release (NnDevice *self,
             void     *memory)
{
  free (memory);
}

/* The number behind @key in the text of the file @path, in bytes of @unit, or
 * @otherwise. */
static gsize
read_bytes (const char *path,
            const char *key,
            gsize       unit,
            gsize       otherwise)
{
  g_autofree char *text = NULL;
  const char *at;
  char *end;
  guint64 number;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (at = strstr (text, key)) == NULL)
    return otherwise;
  number = g_ascii_strtoull (at + strlen (key), &end, 10);
  return end != at + strlen (key) && number < G_MAXSIZE / unit ? (gsize) number * unit : otherwise;
}

/* What the kernel says is free, or less where the process lives in a container
 * with a limit. */
static gsize
cpu_get_available (NnDevice *self)
{
  gsize available = read_bytes ("/proc/meminfo", "MemAvailable:", 1024, G_MAXSIZE / 2);
  gsize limit = read_bytes ("/sys/fs/cgroup/memory.max", "", 1, G_MAXSIZE / 2);
  gsize used = read_bytes ("/sys/fs/cgroup/memory.current", "", 1, 0);

  return MIN (available, limit > used ? limit - used : 0);
}

typedef struct
{
  const NnOptimiser *optimiser;
  const NnUpdate    *update;
} Update;

static void
update_range (void   *data,
              gint64  first,
              gint64  last)
{
  Update *self = data;

  self->optimiser->update (self->update, first, last);
}

static void
cpu_update (NnDevice          *self,
            const NnOptimiser *optimiser,
            const NnUpdate    *update,
            gint64             count)
{
  Update work = { optimiser, update };

  nn_pool_for (self->pool, self->threads, count, UPDATE_GRAIN, update_range, &work);
}

static void
cpu_update_whole (NnDevice          *self,
                  const NnOptimiser *optimiser,
                  const NnUpdate    *update,
                  const NnShape     *shape,
                  float             *room)
{
  optimiser->update_whole (update, shape, room, self->pool, self->threads);
}

static void
cpu_mix (NnDevice    *self,
         float       *y,
         const float *x,
         double       keep,
         double       factor,
         gint64       count)
{
  nn_flat_mix (self->pool, self->threads, y, x, keep, factor, count);
}

static void
cpu_clamp (NnDevice *self,
           float    *x,
           double    factor,
           double    limit,
           gint64    count)
{
  nn_flat_clamp (self->pool, self->threads, x, factor, limit, count);
}

static double
cpu_sum_squares (NnDevice    *self,
                 const float *x,
                 gint64       count)
{
  return nn_flat_sum_squares (x, count);
}

static void
cpu_free (NnDevice *self)
{
  nn_pool_free (self->pool);
  g_free (self->title);
  g_free (self);
}

static const NnDeviceClass cpu_class = {
  .name          = "cpu",
  .get_kernels   = cpu_get_kernels,
  .allocate      = cpu_allocate,
  .release       = cpu_release,
  .get_available = cpu_get_available,
  .update        = cpu_update,
  .update_whole  = cpu_update_whole,
  .mix           = cpu_mix,
  .clamp         = cpu_clamp,
  .sum_squares   = cpu_sum_squares,
  .free          = cpu_free,
};

/* "AMD Ryzen 7 5800X 8-Core Processor", as the kernel calls it. */
static char *
read_title (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL)
      && (line = strstr (text, "model name")) != NULL && (line = strchr (line, ':')) != NULL)
    return g_strstrip (g_strndup (line + 1, strcspn (line + 1, "\n")));

  return g_strdup (_("Processor"));
}

NnDevice *
nn_cpu_device_new (int threads)
{
  NnDevice *self = g_new0 (NnDevice, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->klass = &cpu_class;
  self->title = read_title ();
  self->pool = nn_pool_new (threads);
  self->threads = nn_pool_get_threads (self->pool);

  return self;
}

char *
nn_cpu_describe_libraries (void)
{
#ifdef HAVE_OPENBLAS
  const char *blas = "OpenBLAS";
#else
  const char *blas = NULL;
#endif

  if (nn_dnn_is_built ())
    return g_strdup_printf ("oneDNN %s%s%s", nn_dnn_version (), blas != NULL ? ", " : "",
                            blas != NULL ? blas : "");
  return g_strdup (blas != NULL ? blas : _("own loops only"));
}

void
nn_device_prepare_process (char **argv)
{
  nn_pool_prepare_process (argv);
}
