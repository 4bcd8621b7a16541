/* container.c: a folder, a file or an archive, seen as a list of files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/container-private.h"

#include "datasets/error.h"
#include "datasets/member-name.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static void
member_clear (void *data)
{
  g_free (((DsMember *) data)->name);
}

/* "mnist.tar.gz" → "mnist" */
static char *
make_title (const char *path,
            gboolean    is_folder)
{
  static const char *endings[] = { ".zst", ".xz", ".gz", ".tgz", ".txz", ".tar", ".zip" };
  g_autofree char *base = g_path_get_basename (path);
  char *title = ds_printable (base);

  for (gsize i = 0; i < G_N_ELEMENTS (endings) && !is_folder; i++)
    if (g_str_has_suffix (title, endings[i]) && strlen (title) > strlen (endings[i]))
      title[strlen (title) - strlen (endings[i])] = '\0';

  return title;
}

static DsContainer *
container_new (const char     *path,
               const DsLimits *limits,
               gboolean        is_folder)
{
  DsContainer *self = g_new0 (DsContainer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->shown = ds_printable (path);
  self->title = make_title (path, is_folder);
  self->limits = limits != NULL ? *limits : ds_default_limits;
  self->members = g_array_new (FALSE, TRUE, sizeof (DsMember));
  g_array_set_clear_func (self->members, member_clear);
  self->heads = g_byte_array_new ();
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->warnings = ds_warnings_new ();

  return self;
}

/* A single file keeps the name it has: nobody but the user has chosen it. */
static void
add_single_file (DsContainer *self)
{
  g_autofree char *base = g_path_get_basename (self->path);
  DsMember member = { ds_printable (base), self->bytes };

  g_array_append_val (self->members, member);
  g_hash_table_insert (self->by_name, g_utf8_casefold (member.name, -1), GUINT_TO_POINTER (1));
}

static gboolean
list_members (DsContainer   *self,
              mode_t         mode,
              GCancellable  *cancellable,
              GError       **error)
{
  if (S_ISDIR (mode))
    return ds_folder_list (self, cancellable, error);

  self->kind = DS_CONTAINER_FILE;
  if (self->bytes == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” is empty. Copy or download it again."), self->shown);
      return FALSE;
    }

  if (!ds_archive_detect (self, error))
    return FALSE;

  if (self->packing == DS_PACKING_NONE)
    {
      add_single_file (self);
      return TRUE;
    }

  self->kind = DS_CONTAINER_ARCHIVE;
  return ds_archive_list (self, cancellable, error);
}

/* The first warning is the likely reason, so it becomes part of the message. */
static void
set_nothing_usable (DsContainer  *self,
                    GError      **error)
{
  if (self->warnings->len > 0)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” holds no file that can be used. %s"),
                 self->shown, (const char *) self->warnings->pdata[0]);
  else
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” holds no files. Choose a folder or archive with data in it."),
                 self->shown);
}

DsContainer *
ds_container_open (const char      *path,
                   const DsLimits  *limits,
                   GCancellable    *cancellable,
                   GError         **error)
{
  g_autoptr (DsContainer) self = NULL;
  g_autofree char *shown = ds_printable (path);
  struct stat status;

  if (stat (path, &status) < 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("“%s” cannot be opened: %s. Check the name and that the disk is there."),
                   shown, g_strerror (errno));
      return NULL;
    }

  if (!S_ISDIR (status.st_mode) && !S_ISREG (status.st_mode))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("“%s” is neither a folder nor an ordinary file, so no data set can be "
                     "read from it."), shown);
      return NULL;
    }

  self = container_new (path, limits, S_ISDIR (status.st_mode));
  self->bytes = status.st_size;
  self->changed = ds_changed_ns (&status);
  if (!list_members (self, status.st_mode, cancellable, error))
    return NULL;

  if (self->members->len == 0)
    {
      set_nothing_usable (self, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

DsContainer *
ds_container_ref (DsContainer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_container_unref (DsContainer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->members);
  g_byte_array_unref (self->heads);
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->warnings);
  g_free (self->title);
  g_free (self->shown);
  g_free (self->path);
  g_free (self);
}

void
ds_container_refuse (DsContainer *self,
                     const char  *raw,
                     const char  *why)
{
  g_autofree char *shown = ds_printable (raw);

  /* Translators: an entry, the archive or folder, and a reason such as "it is
   * a link". */
  ds_warn (self->warnings, _("“%s” in “%s” was left out: %s."), shown, self->shown, why);
}

DsMember *
ds_container_add (DsContainer *self,
                  const char  *raw)
{
  const char *why = NULL;
  g_autofree char *name = ds_member_name_clean (raw, &self->limits, &why);
  g_autofree char *folded = NULL;
  guint taken;
  DsMember member = { 0 };

  if (name == NULL)
    {
      ds_container_refuse (self, raw, why);
      return NULL;
    }

  folded = g_utf8_casefold (name, -1);
  taken = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, folded));
  if (taken != 0)
    {
      g_autofree char *reason =
        g_strdup_printf (_("“%s” has the same name, but for upper and lower case at most"),
                         ds_container_member (self, taken - 1)->name);

      ds_container_refuse (self, raw, reason);
      return NULL;
    }

  member.name = g_steal_pointer (&name);
  g_array_append_val (self->members, member);
  g_hash_table_insert (self->by_name, g_steal_pointer (&folded),
                       GUINT_TO_POINTER (self->members->len));
  return ds_container_member (self, self->members->len - 1);
}

gboolean
ds_container_allows (DsContainer  *self,
                     guint         n_entries,
                     GError      **error)
{
  if (n_entries <= self->limits.entries)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
               _("“%s” holds more than the %u files that are allowed. Choose a folder further "
                 "down, or divide it."), self->shown, self->limits.entries);
  return FALSE;
}

DsContainerKind
ds_container_get_kind (DsContainer *self)
{
  return self->kind;
}

const char *
ds_container_get_path (DsContainer *self)
{
  return self->path;
}

const char *
ds_container_get_shown (DsContainer *self)
{
  return self->shown;
}

const DsLimits *
ds_container_get_limits (DsContainer *self)
{
  return &self->limits;
}

const char *
ds_container_get_title (DsContainer *self)
{
  return self->title;
}

GPtrArray *
ds_container_get_warnings (DsContainer *self)
{
  return self->warnings;
}

guint
ds_container_get_n_members (DsContainer *self)
{
  return self->members->len;
}

const char *
ds_container_get_name (DsContainer *self,
                       guint        index)
{
  return ds_container_member (self, index)->name;
}

guint64
ds_container_get_bytes (DsContainer *self,
                        guint        index)
{
  return ds_container_member (self, index)->bytes;
}

gint64
ds_container_get_changed (DsContainer *self,
                          guint        index)
{
  return ds_container_member (self, index)->changed;
}

char *
ds_container_describe (DsContainer *self,
                       guint        index)
{
  if (self->kind == DS_CONTAINER_FILE)
    return g_strdup (self->shown);

  return g_strconcat (self->shown, "/", ds_container_get_name (self, index), NULL);
}

gboolean
ds_container_find (DsContainer *self,
                   const char  *name,
                   guint       *index)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, folded));

  if (found == 0 || strcmp (ds_container_get_name (self, found - 1), name) != 0)
    return FALSE;

  *index = found - 1;
  return TRUE;
}

gsize
ds_container_peek (DsContainer *self,
                   guint        index,
                   guint8       head[DS_HEAD_BYTES],
                   gboolean    *packed)
{
  g_autoptr (DsStream) stream = NULL;
  gssize n;

  if (self->kind == DS_CONTAINER_ARCHIVE)
    {
      DsMember *member = ds_container_member (self, index);

      memcpy (head, self->heads->data + (gsize) index * DS_HEAD_BYTES, member->n_head);
      if (packed != NULL)
        *packed = member->packed;
      return member->n_head;
    }

  stream = ds_folder_open_member (self, index);
  n = ds_stream_read (stream, head, DS_HEAD_BYTES, NULL);
  if (packed != NULL)
    *packed = ds_stream_is_packed (stream);
  return MAX (n, 0);
}

static gboolean
walk_folder (DsContainer     *self,
             const gboolean  *wanted,
             DsMemberFunc     func,
             void            *data,
             GCancellable    *cancellable,
             GError         **error)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      g_autoptr (DsStream) stream = NULL;
      GError *cause = NULL;

      if (wanted != NULL && !wanted[i])
        continue;
      if (ds_error_cancelled (cancellable, error))
        return FALSE;

      stream = ds_folder_open_member (self, i);
      if (!func (self, i, stream, data, &cause))
        {
          if (cause == NULL)
            return TRUE;
          g_propagate_error (error, cause);
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
ds_container_walk (DsContainer     *self,
                   const gboolean  *wanted,
                   DsMemberFunc     func,
                   void            *data,
                   GCancellable    *cancellable,
                   GError         **error)
{
  if (self->kind == DS_CONTAINER_ARCHIVE)
    return ds_archive_walk (self, wanted, func, data, cancellable, error);

  return walk_folder (self, wanted, func, data, cancellable, error);
}

typedef struct
{
  gsize   limit;
  GBytes *bytes;                /* what was read, once it has been */
} Reading;

static gboolean
read_member_cb (DsContainer  *self,
                guint         index,
                DsStream     *stream,
                void         *data,
                GError      **error)
{
  Reading *reading = data;

  reading->bytes = ds_stream_read_all (stream, reading->limit, error);
  return FALSE;
}

GBytes *
ds_container_read (DsContainer   *self,
                   guint          index,
                   gsize          limit,
                   GCancellable  *cancellable,
                   GError       **error)
{
  Reading reading = { limit };
  g_autoptr (DsStream) stream = NULL;
  g_autofree gboolean *wanted = NULL;

  if (self->kind != DS_CONTAINER_ARCHIVE)
    {
      stream = ds_folder_open_member (self, index);
      return ds_stream_read_all (stream, limit, error);
    }

  wanted = g_new0 (gboolean, self->members->len);
  wanted[index] = TRUE;
  if (!ds_archive_walk (self, wanted, read_member_cb, &reading, cancellable, error))
    return NULL;

  return reading.bytes;
}
