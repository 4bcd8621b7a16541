/* dnn.c: preparing and running oneDNN’s primitives
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/dnn.h"

#include "engine/cpu/pool.h"
#include "engine/cpu/wide.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>

#ifdef HAVE_DNNL

#include "engine/cpu/dnn-private.h"

#define ALIGN(n) (((n) + 63) / 64 * 64)

dnnl_engine_t
nn_dnn_engine (void)
{
  static dnnl_engine_t engine;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      dnnl_engine_create (&engine, dnnl_cpu, 0);
      g_once_init_leave (&once, 1);
    }

  return engine;
}

gboolean
nn_dnn_is_built (void)
{
  return TRUE;
}

const char *
nn_dnn_version (void)
{
  static char text[32];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      const dnnl_version_t *version = dnnl_version ();

      g_snprintf (text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
      g_once_init_leave (&once, 1);
    }

  return text;
}

gboolean
nn_dnn_check (const NnCall   *call,
              dnnl_status_t   status,
              GError        **error)
{
  if (status == dnnl_success)
    return TRUE;

  g_set_error (error, NN_ERROR, status == dnnl_out_of_memory ? NN_ERROR_MEMORY : NN_ERROR_DEVICE,
               _("oneDNN refused %s “%s” (status %d)."),
               _(call->op->title), call->name != NULL ? call->name : "", (int) status);
  return FALSE;
}

NnDnnDesc
nn_dnn_desc (int               rank,
             const gint64     *dims,
             const gint64     *strides,
             dnnl_data_type_t  type)
{
  dnnl_dims_t d;
  dnnl_dims_t s;
  NnDnnDesc desc;

  for (int i = 0; i < rank; i++)
    {
      d[i] = dims[i];
      s[i] = strides != NULL ? strides[i] : 0;
    }

#if DNNL_VERSION_MAJOR >= 3
  if (strides != NULL)
    dnnl_memory_desc_create_with_strides (&desc, rank, d, type, s);
  else
    dnnl_memory_desc_create_with_tag (&desc, rank, d, type, dnnl_format_tag_any);
#else
  if (strides != NULL)
    dnnl_memory_desc_init_by_strides (&desc, rank, d, type, s);
  else
    dnnl_memory_desc_init_by_tag (&desc, rank, d, type, dnnl_format_tag_any);
#endif

  return desc;
}

void
nn_dnn_free_desc (NnDnnDesc *desc)
{
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy (*desc);
#endif
}

NnDnnDesc
nn_dnn_rows (int               rank,
             const gint64     *dims,
             dnnl_data_type_t  type)
{
  NnShape shape = nn_shape_new (rank, dims);
  gint64 strides[NN_MAX_RANK];

  nn_shape_strides (&shape, strides);
  /* The library wants strides it can believe, even of axes with nothing. */
  for (int i = 0; i < rank; i++)
    strides[i] = MAX (strides[i], 1);
  return nn_dnn_desc (rank, dims, strides, type);
}

static dnnl_memory_t
add_arg (NnDnn        *self,
         int           arg,
         NnDnnDescPtr  desc)
{
  dnnl_memory_t memory = NULL;

  g_assert (self->n_args < NN_DNN_MAX_ARGS);
  dnnl_memory_create (&memory, desc, nn_dnn_engine (), DNNL_MEMORY_NONE);
  self->args[self->n_args++] = (dnnl_exec_arg_t) { arg, memory };
  return memory;
}

gboolean
nn_dnn_add (NnCall       *call,
            NnDnn        *self,
            int           arg,
            NnDnnDescPtr  plain,
            NnDnnDescPtr  wanted,
            gboolean      is_result,
            GError      **error)
{
  dnnl_memory_t memory = add_arg (self, arg, wanted);
  NnDnnReorder *reorder = &self->reorders[self->n_reorders];
  dnnl_primitive_desc_t pd;
  gboolean ok;

  if (dnnl_memory_desc_equal (plain, wanted))
    return TRUE;

  self->n_reorders++;
  reorder->packed = memory;
  reorder->is_result = is_result;
  reorder->offset = self->packed_bytes;
  self->packed_bytes += ALIGN (dnnl_memory_desc_get_size (wanted));
  dnnl_memory_create (&reorder->plain, plain, nn_dnn_engine (), DNNL_MEMORY_NONE);
  if (!nn_dnn_check (call, dnnl_reorder_primitive_desc_create (
                             &pd, is_result ? wanted : plain, nn_dnn_engine (),
                             is_result ? plain : wanted, nn_dnn_engine (), NULL), error))
    return FALSE;
  ok = nn_dnn_check (call, dnnl_primitive_create (&reorder->primitive, pd), error);
  dnnl_primitive_desc_destroy (pd);

  return ok;
}

dnnl_primitive_attr_t
nn_dnn_attr (gboolean relu)
{
  dnnl_primitive_attr_t attr;
  dnnl_post_ops_t post_ops;

  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  if (relu)
    {
      dnnl_post_ops_create (&post_ops);
#if DNNL_VERSION_MAJOR >= 3
      dnnl_post_ops_append_eltwise (post_ops, dnnl_eltwise_relu, 0, 0);
#else
      dnnl_post_ops_append_eltwise (post_ops, 1, dnnl_eltwise_relu, 0, 0);
#endif
      dnnl_primitive_attr_set_post_ops (attr, post_ops);
      dnnl_post_ops_destroy (post_ops);
    }

  return attr;
}

gboolean
nn_dnn_adopt (NnCall                 *call,
              NnDnn                  *self,
              dnnl_primitive_desc_t   pd,
              GError                **error)
{
  NnDnnDescPtr scratch = dnnl_primitive_desc_query_md (pd, dnnl_query_scratchpad_md, 0);
  gboolean ok;

  self->scratch_bytes = dnnl_memory_desc_get_size (scratch);
  if (self->scratch_bytes > 0)
    self->scratch = add_arg (self, DNNL_ARG_SCRATCHPAD, scratch);
  ok = nn_dnn_check (call, dnnl_primitive_create (&self->primitive, pd), error)
       && nn_dnn_check (call, dnnl_stream_create (&self->stream, nn_dnn_engine (),
                                                  dnnl_stream_default_flags), error);
  dnnl_primitive_desc_destroy (pd);

  call->workspace_bytes = ALIGN (self->scratch_bytes) + self->packed_bytes;
  return ok;
}

void
nn_dnn_hang (NnDnn      *self,
             int         arg,
             const void *data)
{
  for (int i = 0; i < self->n_args; i++)
    if (self->args[i].arg == arg)
      {
        dnnl_memory_t memory = self->args[i].memory;

        for (int k = 0; k < self->n_reorders; k++)
          if (self->reorders[k].packed == memory)
            memory = self->reorders[k].plain;
        dnnl_memory_set_data_handle (memory, (void *) data);
      }
}

static void
pack (NnCall             *call,
      const NnDnnReorder *reorder)
{
  void *from, *to;

  dnnl_memory_get_data_handle (reorder->plain, &from);
  dnnl_memory_get_data_handle (reorder->packed, &to);
  nn_wide_get ()->pack_bfloat16 (from, reorder->k_step, reorder->n_step, reorder->k, reorder->n,
                                 to, call->pool, call->threads);
}

static void
copy_operands (NnCall   *call,
               gboolean  results)
{
  NnDnn *self = call->state;

  for (int i = 0; i < self->n_reorders; i++)
    {
      const NnDnnReorder *reorder = &self->reorders[i];
      dnnl_exec_arg_t args[] = {
        { DNNL_ARG_FROM, results ? reorder->packed : reorder->plain },
        { DNNL_ARG_TO, results ? reorder->plain : reorder->packed },
      };

      if (reorder->is_result != results)
        continue;
      if (reorder->own)
        pack (call, reorder);
      else
        dnnl_primitive_execute (reorder->primitive, self->stream, 2, args);
    }
}

void
nn_dnn_execute (NnCall *call)
{
  NnDnn *self = call->state;
  char *packed = (char *) call->workspace + ALIGN (self->scratch_bytes);

  nn_pool_limit (call->threads);
  if (self->scratch != NULL)
    dnnl_memory_set_data_handle (self->scratch, call->workspace);
  for (int i = 0; i < self->n_reorders; i++)
    dnnl_memory_set_data_handle (self->reorders[i].packed, packed + self->reorders[i].offset);

  copy_operands (call, FALSE);
  dnnl_primitive_execute (self->primitive, self->stream, self->n_args, self->args);
  copy_operands (call, TRUE);
  dnnl_stream_wait (self->stream);
}

void
nn_dnn_release (NnCall *call)
{
  NnDnn *self = call->state;

  if (self == NULL)
    return;

  for (int i = 0; i < self->n_args; i++)
    dnnl_memory_destroy (self->args[i].memory);
  for (int i = 0; i < self->n_reorders; i++)
    {
      dnnl_memory_destroy (self->reorders[i].plain);
      dnnl_primitive_destroy (self->reorders[i].primitive);
    }
  dnnl_primitive_destroy (self->primitive);
  dnnl_stream_destroy (self->stream);
  g_free (self);
  call->state = NULL;
}

/* Whether the library runs on instructions of the kind @isa. */
static gboolean
has_isa (dnnl_cpu_isa_t isa)
{
  return ((unsigned) dnnl_get_effective_cpu_isa () & (unsigned) isa) == (unsigned) isa;
}

NnDnnSpeed
nn_dnn_bfloat16_speed (void)
{
  if (has_isa (dnnl_cpu_isa_avx512_core_amx))
    return NN_DNN_TILES;
  return has_isa (dnnl_cpu_isa_avx512_core_bf16) ? NN_DNN_TWICE : NN_DNN_SLOW;
}

#else

gboolean
nn_dnn_is_built (void)
{
  return FALSE;
}

const char *
nn_dnn_version (void)
{
  return NULL;
}

void
nn_dnn_release (NnCall *call)
{
}

NnDnnSpeed
nn_dnn_bfloat16_speed (void)
{
  return NN_DNN_SLOW;
}

#endif
