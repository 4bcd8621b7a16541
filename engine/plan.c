/* plan.c: a program with memory and kernels, ready to run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/plan.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ALIGN 64

/* Multiply-adds of a call below which waking the other threads costs more than
 * they save. */
#define SHARED_WORK 50000

/* Where a value lies. */
typedef struct
{
  gsize   bytes;
  guint   first, last;          /* calls between which it is needed */
  gssize  offset;               /* in the arena, or -1 */
  void   *fixed;                /* memory of the model or from outside, or NULL */
} Buffer;

typedef struct
{
  void   (*run) (NnCall *call);
  NnCall  *call;
} Step;

struct _NnPlan
{
  NnProgram *program;
  NnModel   *model;             /* NULL: none */
  NnDevice  *device;
  GArray    *buffers;           /* Buffer, by value->buffer */
  GArray    *steps;             /* Step */
  NnClock    clock;
  char      *arena;
  gsize      arena_bytes;
};

static Buffer *
buffer_of (NnPlan        *self,
           const NnValue *value)
{
  return &g_array_index (self->buffers, Buffer, value->buffer);
}

/* Whether @instr only shows its input's bytes in another way. */
static gboolean
is_view (const NnInstr *instr)
{
  const NnShape *shape = &instr->call.out[0].shape;

  if (instr->call.op->flags & NN_OP_VIEW)
    return TRUE;

  /* With one channel, or one pixel, both layouts are the same. */
  return g_str_equal (instr->call.op->name, "relayout")
         && (shape->size[1] == 1 || shape->size[2] * shape->size[3] == 1);
}

static void
give_buffer (NnPlan  *self,
             NnValue *value)
{
  Buffer buffer = {
    .bytes = (gsize) nn_shape_count (&value->shape) * nn_dtype_size (value->dtype),
    .offset = -1,
  };

  value->buffer = (int) self->buffers->len;
  g_array_append_val (self->buffers, buffer);
}

/* Whether the result of call @at may lie over its first input. */
static gboolean
can_overwrite (NnPlan        *self,
               const NnInstr *instr,
               guint          at,
               const guint   *last)
{
  const NnValue *x = instr->in[0];
  const NnValue *y = instr->out[0];

  return instr->call.op->flags & NN_OP_IN_PLACE
         && buffer_of (self, x)->fixed == NULL && buffer_of (self, y)->fixed == NULL
         && last[x->buffer] == at
         && x->dtype == y->dtype && nn_shape_equal (&x->shape, &y->shape);
}

/* The call that uses each buffer last.  Views share the buffer of what they
 * show.  Kept values are needed to the end, and what comes from outside must
 * never be overwritten. */
static guint *
find_last_uses (NnPlan *self)
{
  guint n_instrs = self->program->instrs->len;
  guint *last = g_new0 (guint, self->program->values->len + 1);

  for (guint i = 0; i < self->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->program->values, i);

      give_buffer (self, value);
      if (value->kind != NN_VALUE_COMPUTED)
        last[value->buffer] = n_instrs;
    }

  for (guint i = 0; i < n_instrs; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      if (is_view (instr))
        instr->out[0]->buffer = instr->in[0]->buffer;
      for (int k = 0; k < instr->call.n_in; k++)
        if (instr->in[k] != NULL)
          last[instr->in[k]->buffer] = MAX (last[instr->in[k]->buffer], i);
      for (int k = 0; k < instr->call.n_out; k++)
        last[instr->out[k]->buffer] = MAX (last[instr->out[k]->buffer],
                                           instr->out[k]->keep ? n_instrs : i);
    }

  return last;
}

/* Where the model keeps @value, or NULL. */
static void *
place_in_model (NnPlan        *self,
                const NnValue *value)
{
  const NnModelEntry *entry = self->model != NULL ? nn_model_find (self->model, value->name) : NULL;

  return entry != NULL ? nn_model_get_data (self->model, entry) : NULL;
}

static void
fix_buffers (NnPlan *self)
{
  for (guint i = 0; i < self->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->program->values, i);

      if (value->kind == NN_VALUE_PARAMETER || value->kind == NN_VALUE_STATE)
        {
          void *home = place_in_model (self, value);

          buffer_of (self, value)->fixed = home;
          if (value->gradient != NULL && home != NULL)
            {
              float *base = nn_model_get_parameters (self->model);

              buffer_of (self, value->gradient)->fixed
                = nn_model_get_gradients (self->model) + ((float *) home - base);
            }
        }
    }
}

/* Lets results lie over inputs that nobody needs any more. */
static void
share_buffers (NnPlan *self,
               guint  *last)
{
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      if (instr->call.n_in > 0 && can_overwrite (self, instr, i, last))
        {
          int gone = instr->out[0]->buffer;
          int kept = instr->in[0]->buffer;

          last[kept] = MAX (last[kept], last[gone]);
          for (guint v = 0; v < self->program->values->len; v++)
            {
              NnValue *value = g_ptr_array_index (self->program->values, v);

              if (value->buffer == gone)
                value->buffer = kept;
            }
        }
    }
}

/* From the first call that writes it to the last that reads it; what is there
 * before the run, or read after it, lives all the time. */
static void
find_lifetimes (NnPlan *self)
{
  guint n_instrs = self->program->instrs->len;

  for (guint i = 0; i < self->buffers->len; i++)
    g_array_index (self->buffers, Buffer, i).first = G_MAXUINT;

  for (guint i = 0; i < n_instrs; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      for (int k = 0; k < instr->call.n_in + instr->call.n_out; k++)
        {
          NnValue *value = k < instr->call.n_in ? instr->in[k]
                                                : instr->out[k - instr->call.n_in];
          Buffer *buffer;

          if (value == NULL)
            continue;
          buffer = buffer_of (self, value);
          buffer->first = MIN (buffer->first, i);
          buffer->last = i;
        }
    }

  for (guint i = 0; i < self->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->program->values, i);

      if (value->kind != NN_VALUE_COMPUTED)
        buffer_of (self, value)->first = 0;
      if (value->kind != NN_VALUE_COMPUTED || value->keep)
        buffer_of (self, value)->last = n_instrs;
    }
}

static int
compare_bytes (gconstpointer a,
               gconstpointer b)
{
  const Buffer *first = *(Buffer *const *) a;
  const Buffer *second = *(Buffer *const *) b;

  return (second->bytes > first->bytes) - (second->bytes < first->bytes);
}

static int
compare_offset (gconstpointer a,
                gconstpointer b)
{
  const Buffer *first = *(Buffer *const *) a;
  const Buffer *second = *(Buffer *const *) b;

  return (first->offset > second->offset) - (first->offset < second->offset);
}

/* Largest first, each at the lowest place that is free while it lives. */
static gsize
place_buffers (NnPlan *self)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new ();
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();
  gsize end = 0;

  for (guint i = 0; i < self->buffers->len; i++)
    {
      Buffer *buffer = &g_array_index (self->buffers, Buffer, i);

      if (buffer->fixed == NULL && buffer->first != G_MAXUINT)
        g_ptr_array_add (waiting, buffer);
    }
  g_ptr_array_sort (waiting, compare_bytes);

  for (guint i = 0; i < waiting->len; i++)
    {
      Buffer *buffer = g_ptr_array_index (waiting, i);
      gsize room = (buffer->bytes + ALIGN - 1) / ALIGN * ALIGN;
      gsize at = 0;

      for (guint k = 0; k < placed->len; k++)
        {
          const Buffer *other = g_ptr_array_index (placed, k);
          gsize other_end = (gsize) other->offset + (other->bytes + ALIGN - 1) / ALIGN * ALIGN;

          if (other->first > buffer->last || other->last < buffer->first || other_end <= at)
            continue;
          if ((gsize) other->offset >= at + room)
            break;
          at = other_end;
        }
      buffer->offset = (gssize) at;
      end = MAX (end, at + room);
      g_ptr_array_add (placed, buffer);
      g_ptr_array_sort (placed, compare_offset);
    }

  return end;
}

static void *
address_of (NnPlan        *self,
            const NnValue *value)
{
  Buffer *buffer;

  if (value == NULL)
    return NULL;
  buffer = buffer_of (self, value);
  if (buffer->fixed != NULL)
    return buffer->fixed;
  return buffer->offset >= 0 ? self->arena + buffer->offset : NULL;
}

static void
update_addresses (NnPlan *self)
{
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      for (int k = 0; k < instr->call.n_in; k++)
        instr->call.in[k].data = address_of (self, instr->in[k]);
      for (int k = 0; k < instr->call.n_out; k++)
        instr->call.out[k].data = address_of (self, instr->out[k]);
    }
}

static gboolean
prepare_kernels (NnPlan   *self,
                 gsize    *workspace,
                 GError  **error)
{
  *workspace = 0;
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);
      NnCall *call = &instr->call;
      Step step = { instr->kernel->run, call };

      call->pool = self->device->pool;
      call->clock = &self->clock;
      call->threads = call->op->work != NULL && call->op->work (call) < SHARED_WORK
                      ? 1 : self->device->threads;
      if (instr->kernel->prepare != NULL && !instr->kernel->prepare (call, error))
        {
          nn_error_set_node (error != NULL ? *error : NULL, instr->node);
          return FALSE;
        }
      *workspace = MAX (*workspace, call->workspace_bytes);

      /* A view is its input's bytes already. */
      if (!is_view (instr))
        g_array_append_val (self->steps, step);
    }

  return TRUE;
}

static gboolean
allocate_arena (NnPlan   *self,
                gsize     values,
                gsize     workspace,
                GError  **error)
{
  gsize bytes = values + (workspace + ALIGN - 1) / ALIGN * ALIGN;

  self->arena_bytes = bytes;
  self->arena = self->device->klass->allocate (self->device, MAX (bytes, ALIGN));
  if (self->arena == NULL)
    {
      g_autofree char *size = g_format_size_full (self->arena_bytes, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("The network needs %s for one batch, which is not to be had. Choose a smaller "
                     "batch size."), size);
      return FALSE;
    }

  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      instr->call.workspace = self->arena + values;
    }

  return TRUE;
}

NnPlan *
nn_plan_new (NnProgram *program,
             NnModel   *model,
             GError   **error)
{
  NnPlan *self = g_new0 (NnPlan, 1);
  g_autofree guint *last = NULL;
  gsize values, workspace;

  self->program = program;
  self->model = model != NULL ? nn_model_ref (model) : NULL;
  self->device = nn_device_ref (program->device);
  self->buffers = g_array_new (FALSE, TRUE, sizeof (Buffer));
  self->steps = g_array_new (FALSE, TRUE, sizeof (Step));

  nn_program_fuse (program);
  nn_program_choose (program);
  nn_program_lay_out (program);
  nn_program_update_views (program);

  last = find_last_uses (self);
  fix_buffers (self);
  share_buffers (self, last);
  find_lifetimes (self);
  values = place_buffers (self);

  if (!prepare_kernels (self, &workspace, error)
      || !allocate_arena (self, values, workspace, error))
    {
      nn_plan_free (self);
      return NULL;
    }
  update_addresses (self);

  return self;
}

void
nn_plan_free (NnPlan *self)
{
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      if (instr->kernel != NULL && instr->kernel->release != NULL)
        instr->kernel->release (&instr->call);
    }
  g_clear_pointer (&self->model, nn_model_unref);
  g_array_unref (self->buffers);
  g_array_unref (self->steps);
  nn_program_free (self->program);
  if (self->arena != NULL)
    self->device->klass->release (self->device, self->arena);
  nn_device_unref (self->device);
  g_free (self);
}

NnProgram *
nn_plan_get_program (NnPlan *self)
{
  return self->program;
}

void
nn_plan_bind (NnPlan  *self,
              NnValue *value,
              void    *data)
{
  g_assert (value->kind == NN_VALUE_INPUT);
  if (buffer_of (self, value)->fixed == data)
    return;

  buffer_of (self, value)->fixed = data;
  update_addresses (self);
}

void *
nn_plan_get_data (NnPlan  *self,
                  NnValue *value)
{
  return address_of (self, value);
}

void
nn_plan_run (NnPlan  *self,
             guint64  seed,
             guint64  step)
{
  const Step *steps = (const Step *) self->steps->data;
  guint n_steps = self->steps->len;

  self->clock = (NnClock) { seed, step };
  for (guint i = 0; i < n_steps; i++)
    steps[i].run (steps[i].call);
}

void
nn_plan_run_step (NnPlan *self,
                  guint   step)
{
  const Step *chosen = &g_array_index (self->steps, Step, step);

  chosen->run (chosen->call);
}

static gboolean
all_finite (const NnView *view)
{
  const float *data = view->data;
  gint64 count = nn_shape_count (&view->shape);

  if (view->dtype != NN_FLOAT32 || data == NULL)
    return TRUE;

  for (gint64 i = 0; i < count; i++)
    if (!isfinite (data[i]))
      return FALSE;

  return TRUE;
}

gboolean
nn_plan_find_bad (NnPlan      *self,
                  guint64      seed,
                  guint64      step,
                  guint       *node,
                  const char **op)
{
  self->clock = (NnClock) { seed, step };
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      instr->kernel->run (&instr->call);
      for (int k = 0; k < instr->call.n_out; k++)
        if (!all_finite (&instr->call.out[k]))
          {
            *node = instr->node;
            *op = instr->call.op->name;
            return TRUE;
          }
    }

  return FALSE;
}

guint
nn_plan_get_n_steps (NnPlan *self)
{
  return self->steps->len;
}

static NnInstr *
step_instr (NnPlan *self,
            guint   step)
{
  return (NnInstr *) g_array_index (self->steps, Step, step).call;
}

const char *
nn_plan_get_step_op (NnPlan *self,
                     guint   step)
{
  return step_instr (self, step)->call.op->name;
}

const char *
nn_plan_get_step_kernel (NnPlan *self,
                         guint   step)
{
  return step_instr (self, step)->kernel->name;
}

gsize
nn_plan_get_bytes (NnPlan *self)
{
  return self->arena_bytes;
}
