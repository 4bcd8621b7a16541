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

/* Layers that a message about memory names. */
#define N_LARGEST 3

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
  NnArena   *arena;
  gsize      values_bytes;      /* in the arena; the workspace lies behind them */
  gsize      bytes;             /* of both */
  char      *base;              /* of the arena when addresses were written */
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

/* The place of @buffer among @placed, which are in the order of their offsets. */
static guint
find_place (GPtrArray    *placed,
            const Buffer *buffer)
{
  guint low = 0;
  guint high = placed->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const Buffer *other = g_ptr_array_index (placed, middle);

      if (other->offset <= buffer->offset)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
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
      g_ptr_array_insert (placed, (int) find_place (placed, buffer), buffer);
    }

  return end;
}

static void *
address_of (NnPlan        *self,
            const NnValue *value)
{
  char *base = nn_arena_get_base (self->arena);
  Buffer *buffer;

  if (value == NULL)
    return NULL;
  buffer = buffer_of (self, value);
  if (buffer->fixed != NULL)
    return buffer->fixed;
  return buffer->offset >= 0 && base != NULL ? base + buffer->offset : NULL;
}

static void
update_addresses (NnPlan *self)
{
  self->base = nn_arena_get_base (self->arena);
  for (guint i = 0; i < self->program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->program->instrs, i);

      for (int k = 0; k < instr->call.n_in; k++)
        instr->call.in[k].data = address_of (self, instr->in[k]);
      for (int k = 0; k < instr->call.n_out; k++)
        instr->call.out[k].data = address_of (self, instr->out[k]);
      instr->call.workspace = self->base != NULL ? self->base + self->values_bytes : NULL;
    }
}

/* The arena moves when another plan needs more room. */
static inline void
follow_arena (NnPlan *self)
{
  if (self->base != nn_arena_get_base (self->arena))
    update_addresses (self);
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

/* "“conv1” 1.2 GiB, “conv2” 0.8 GiB": the buffers that take most.  (transfer
 * full) */
static char *
describe_largest (NnPlan *self)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (int));
  GString *text = g_string_new (NULL);

  while (seen->len < N_LARGEST)
    {
      const NnValue *largest = NULL;
      g_autofree char *size = NULL;

      for (guint i = 0; i < self->program->values->len; i++)
        {
          const NnValue *value = g_ptr_array_index (self->program->values, i);
          gboolean is_new = value->maker != NULL && value->maker->call.name != NULL
                            && buffer_of (self, value)->offset >= 0;

          for (guint k = 0; is_new && k < seen->len; k++)
            is_new = g_array_index (seen, int, k) != value->buffer;
          if (is_new && (largest == NULL
                         || buffer_of (self, value)->bytes > buffer_of (self, largest)->bytes))
            largest = value;
        }
      if (largest == NULL)
        break;

      size = g_format_size_full (buffer_of (self, largest)->bytes, G_FORMAT_SIZE_IEC_UNITS);
      /* Translators: an item of a list: name of a layer, and how much memory. */
      g_string_append_printf (text, _("%s“%s” %s"), seen->len > 0 ? ", " : "",
                              largest->maker->call.name, size);
      g_array_append_val (seen, largest->buffer);
    }

  return g_string_free (text, FALSE);
}

gboolean
nn_plan_reserve (NnPlan  *self,
                 GError **error)
{
  g_autofree char *need = NULL;
  g_autofree char *have = NULL;
  g_autofree char *largest = NULL;

  if (nn_arena_reserve (self->arena, self->bytes))
    return TRUE;

  need = g_format_size_full (self->bytes, G_FORMAT_SIZE_IEC_UNITS);
  have = g_format_size_full (self->device->klass->get_available (self->device)
                             + nn_arena_get_size (self->arena), G_FORMAT_SIZE_IEC_UNITS);
  largest = describe_largest (self);
  g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
               _("The network needs %s for one batch, and there are %s. The largest parts are: %s. "
                 "Choose a smaller batch size."), need, have, largest);
  return FALSE;
}

NnPlan *
nn_plan_new (NnProgram *program,
             NnModel   *model,
             NnArena   *arena,
             GError   **error)
{
  NnPlan *self = g_new0 (NnPlan, 1);
  g_autofree guint *last = NULL;
  gsize workspace;

  self->program = program;
  self->model = model != NULL ? nn_model_ref (model) : NULL;
  self->device = nn_device_ref (program->device);
  self->arena = arena != NULL ? nn_arena_ref (arena) : nn_arena_new (self->device);
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
  self->values_bytes = place_buffers (self);

  if (!prepare_kernels (self, &workspace, error))
    {
      nn_plan_free (self);
      return NULL;
    }
  self->bytes = self->values_bytes + (workspace + ALIGN - 1) / ALIGN * ALIGN;
  if (arena == NULL && !nn_plan_reserve (self, error))
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
  nn_arena_unref (self->arena);
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

  follow_arena (self);
  self->clock = (NnClock) { seed, step };
  for (guint i = 0; i < n_steps; i++)
    steps[i].run (steps[i].call);
}

void
nn_plan_run_step (NnPlan *self,
                  guint   step)
{
  const Step *chosen = &g_array_index (self->steps, Step, step);

  follow_arena (self);
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
  follow_arena (self);
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

const char *
nn_plan_get_step_name (NnPlan *self,
                       guint   step)
{
  return step_instr (self, step)->call.name;
}

gint64
nn_plan_get_step_work (NnPlan *self,
                       guint   step)
{
  const NnCall *call = &step_instr (self, step)->call;

  return call->op->work != NULL ? call->op->work (call) : 0;
}

gsize
nn_plan_get_step_bytes (NnPlan *self,
                        guint   step)
{
  const NnCall *call = &step_instr (self, step)->call;
  gsize bytes = 0;

  for (int k = 0; k < call->n_in + call->n_out; k++)
    {
      const NnView *view = k < call->n_in ? &call->in[k] : &call->out[k - call->n_in];

      if (view->data != NULL)
        bytes += (gsize) nn_shape_count (&view->shape) * nn_dtype_size (view->dtype);
    }

  return bytes;
}

gsize
nn_plan_get_bytes (NnPlan *self)
{
  return self->bytes;
}
