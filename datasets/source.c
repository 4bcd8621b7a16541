/* source.c: items that can be decoded one after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/source.h"

#include "datasets/error.h"
#include "datasets/format.h"

#include <glib/gi18n-lib.h>

struct _DsSource
{
  gatomicrefcount  ref_count;
  char            *format;
  char            *title;
  char            *reason;
  DsField          item;
  DsField          answer;
  char            *vocabulary;
  guint32          n_items;
  GPtrArray       *class_names;
  GPtrArray       *warnings;
  DsFillFunc       fill;
  void            *data;
  GDestroyNotify   free_data;
};

DsSource *
ds_source_new (const char     *format,
               const char     *title,
               const NnShape  *item,
               NnDtype         dtype,
               guint32         n_items,
               DsFillFunc      fill,
               void           *data,
               GDestroyNotify  free_data)
{
  DsSource *self = g_new0 (DsSource, 1);

  g_assert (dtype == NN_UINT8 || dtype == NN_FLOAT32);

  g_atomic_ref_count_init (&self->ref_count);
  self->format = g_strdup (format);
  self->title = g_strdup (title);
  self->reason = g_strdup ("");
  self->item = ds_field_numbers (dtype, item);
  self->answer = ds_field_class ();
  self->vocabulary = g_strdup ("");
  self->n_items = n_items;
  self->class_names = g_ptr_array_new_with_free_func (g_free);
  self->warnings = ds_warnings_new ();
  self->fill = fill;
  self->data = data;
  self->free_data = free_data;

  return self;
}

DsSource *
ds_source_ref (DsSource *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_source_unref (DsSource *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->free_data != NULL)
    self->free_data (self->data);
  g_ptr_array_unref (self->class_names);
  g_ptr_array_unref (self->warnings);
  g_free (self->vocabulary);
  g_free (self->reason);
  g_free (self->title);
  g_free (self->format);
  g_free (self);
}

DsSource *
ds_source_open_container (DsContainer      *container,
                          const DsOptions  *options,
                          GCancellable     *cancellable,
                          GError          **error)
{
  g_autoptr (DsSource) self = NULL;
  g_autofree char *reason = NULL;
  const DsFormat *format;
  GPtrArray *left_out;

  format = ds_format_choose (ds_formats, container, options->format, &reason, error);
  if (format == NULL)
    return NULL;

  self = format->open (container, options, cancellable, error);
  if (self == NULL)
    return NULL;

  ds_source_set_reason (self, reason);
  left_out = ds_container_get_warnings (container);
  for (guint i = 0; i < left_out->len; i++)
    ds_warn (self->warnings, "%s", (const char *) left_out->pdata[i]);

  return g_steal_pointer (&self);
}

DsSource *
ds_source_open (const char       *path,
                const DsOptions  *options,
                GCancellable     *cancellable,
                GError          **error)
{
  static const DsOptions as_it_is = { 0 };
  g_autoptr (DsContainer) container = NULL;

  if (options == NULL)
    options = &as_it_is;

  container = ds_container_open (path, options->limits, cancellable, error);
  if (container == NULL)
    return NULL;

  return ds_source_open_container (container, options, cancellable, error);
}

void
ds_source_set_item (DsSource      *self,
                    const DsField *item)
{
  g_assert (item->kind != DS_FIELD_CLASS && item->kind != DS_FIELD_CLASSES);
  self->item = *item;
}

void
ds_source_set_answer (DsSource      *self,
                      const DsField *answer)
{
  self->answer = *answer;
}

void
ds_source_set_vocabulary (DsSource   *self,
                          const char *vocabulary)
{
  g_free (self->vocabulary);
  self->vocabulary = g_strdup (vocabulary);
}

const char *
ds_source_get_vocabulary (DsSource *self)
{
  return self->vocabulary;
}

void
ds_source_add_class (DsSource   *self,
                     const char *name)
{
  g_ptr_array_add (self->class_names, g_strdup (name));
}

void
ds_source_set_reason (DsSource   *self,
                      const char *reason)
{
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

const char *
ds_source_get_format (DsSource *self)
{
  return self->format;
}

const char *
ds_source_get_title (DsSource *self)
{
  return self->title;
}

const char *
ds_source_get_reason (DsSource *self)
{
  return self->reason;
}

const DsField *
ds_source_get_item (DsSource *self)
{
  return &self->item;
}

const DsField *
ds_source_get_answer (DsSource *self)
{
  return &self->answer;
}

guint32
ds_source_get_n_items (DsSource *self)
{
  return self->n_items;
}

guint
ds_source_get_n_classes (DsSource *self)
{
  return self->class_names->len;
}

const char *
ds_source_get_class_name (DsSource *self,
                          guint     index)
{
  return self->class_names->pdata[index];
}

GPtrArray *
ds_source_get_warnings (DsSource *self)
{
  return self->warnings;
}

gboolean
ds_source_fill (DsSource       *self,
                DsCacheWriter  *writer,
                GCancellable   *cancellable,
                GError        **error)
{
  return self->fill (self, self->data, writer, cancellable, error);
}
