/* text-folder.c: texts in a folder for each class
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"
#include "datasets/error.h"
#include "datasets/format.h"
#include "datasets/formats/class-layout.h"
#include "datasets/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The Large Movie Review Dataset (Maas et al. 2011) has
 * aclImdb/train/pos/0_9.txt and the like. */

#define MAX_BID_FILES 2000      /* looked at for a bid */
#define BITS          16
#define LONGEST_TEXT  (4 << 20)

static const char * const endings[] = { ".txt", NULL };

typedef struct
{
  DsContainer   *container;
  DsClassLayout  layout;
} Folder;

static void
folder_free (Folder *self)
{
  ds_class_layout_clear (&self->layout);
  ds_container_unref (self->container);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

static gboolean
is_text (DsContainer *container,
         guint        member)
{
  guint8 head[DS_HEAD_BYTES];
  gsize n;

  if (!ds_text_has_ending (ds_container_get_name (container, member), endings))
    return FALSE;

  n = ds_container_peek (container, member, head, NULL);
  return ds_text_sniff (head, n);
}

/* The bytes of a name that are its folder. */
static gsize
folder_length (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash + 1 - name : 0;
}

/* Texts that lie in two folders are a data set; those of one are not. */
static int
bid (DsContainer  *container,
     char        **why)
{
  guint n = MIN (ds_container_get_n_members (container), MAX_BID_FILES);
  guint step = MAX (ds_container_get_n_members (container) / MAX_BID_FILES, 1);
  const char *first = NULL;

  for (guint i = 0; i < n; i++)
    {
      const char *name = ds_container_get_name (container, i * step);

      if (folder_length (name) == 0 || !is_text (container, i * step))
        continue;
      if (first == NULL)
        first = name;
      else if (folder_length (first) != folder_length (name)
               || strncmp (first, name, folder_length (name)) != 0)
        {
          *why = g_strdup_printf (_("“%s” is text, and its folder can name its class."), name);
          return BITS;
        }
    }

  return 0;
}

/* One pass through the container. */
typedef struct
{
  Folder        *folder;
  DsCacheWriter *writer;
  gint32        *item_of;       /* for each member its item */
  guint          n_foreign;
} Filling;

static gboolean
fill_member_cb (DsContainer  *container,
                guint         member,
                DsStream     *stream,
                void         *data,
                GError      **error)
{
  Filling *filling = data;
  guint32 index = (guint32) filling->item_of[member];
  const DsPlacedItem *placed = &g_array_index (filling->folder->layout.items, DsPlacedItem, index);
  DsItem about = { placed->label, placed->part, ds_container_get_name (container, member) };
  g_autoptr (GError) damage = NULL;
  g_autoptr (GBytes) bytes = ds_stream_read_all (stream, LONGEST_TEXT, &damage);
  g_autofree char *text = NULL;
  gboolean foreign;
  const char *raw;
  gsize size;

  if (bytes == NULL)
    {
      ds_cache_writer_damaged (filling->writer, index, damage->message);
      return !ds_cache_writer_is_stopped (filling->writer);
    }

  raw = g_bytes_get_data (bytes, &size);
  text = ds_text_decode (raw, size, &foreign);
  if (text[0] == '\0')
    {
      g_autofree char *sentence = g_strdup_printf (_("“%s” has no words in it."),
                                                   ds_stream_get_name (stream));

      ds_cache_writer_damaged (filling->writer, index, sentence);
      return !ds_cache_writer_is_stopped (filling->writer);
    }

  filling->n_foreign += foreign;
  ds_cache_writer_put (filling->writer, index, text, &about);
  return !ds_cache_writer_is_stopped (filling->writer);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Folder *folder = data;
  guint n_members = ds_container_get_n_members (folder->container);
  guint n_texts = folder->layout.items->len;
  g_autofree gboolean *wanted = g_new0 (gboolean, n_members);
  g_autofree gint32 *item_of = g_new (gint32, n_members);
  Filling filling = { folder, writer, item_of };
  gboolean ok;

  for (guint i = 0; i < n_texts; i++)
    {
      guint member = g_array_index (folder->layout.items, DsPlacedItem, i).member;

      wanted[member] = TRUE;
      item_of[member] = (gint32) i;
    }

  ok = ds_container_walk (folder->container, wanted, fill_member_cb, &filling, cancellable, error);
  if (filling.n_foreign > 0)
    ds_cache_writer_warn (writer,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "%u of %u texts is not UTF-8 and was read as "
                                       "Windows-1252.",
                                       "%u of %u texts are not UTF-8 and were read as "
                                       "Windows-1252.", filling.n_foreign),
                          filling.n_foreign, n_texts);
  return ok;
}

/* The members that are texts.  (transfer full) */
static GArray *
find_texts (DsContainer *container,
            GPtrArray   *warnings)
{
  GArray *texts = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *other = NULL;
  guint n_others = 0;

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    if (is_text (container, i))
      g_array_append_val (texts, i);
    else if (n_others++ == 0)
      other = ds_container_get_name (container, i);

  if (n_others > 0)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u file is no text that ends with “.txt” and was left out: “%s”.",
                          "%u files are no texts that end with “.txt” and were left out, for "
                          "example “%s”.", n_others),
             n_others, other);
  return texts;
}

static DsSource *
open_folder (DsContainer      *container,
             const DsOptions  *options,
             GCancellable     *cancellable,
             GError          **error)
{
  g_autoptr (Folder) folder = g_new0 (Folder, 1);
  g_autoptr (GPtrArray) warnings = ds_warnings_new ();
  g_autoptr (GArray) texts = find_texts (container, warnings);
  DsField text = ds_field_text ();
  DsSource *source;

  folder->container = ds_container_ref (container);
  if (texts->len == 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” holds no text file that can be read. %s"),
                   ds_container_get_shown (container), (char *) warnings->pdata[0]);
      return NULL;
    }

  if (!ds_class_layout_find (&folder->layout, container, texts, warnings, error))
    return NULL;

  source = ds_source_new ("text-folder", ds_container_get_title (container), &text.shape, NN_UINT8,
                          folder->layout.items->len, fill, folder, (GDestroyNotify) folder_free);
  ds_source_set_item (source, &text);
  for (guint i = 0; i < folder->layout.classes->len; i++)
    ds_source_add_class (source, folder->layout.classes->pdata[i]);
  for (guint i = 0; i < warnings->len; i++)
    ds_warn (ds_source_get_warnings (source), "%s", (char *) warnings->pdata[i]);
  g_steal_pointer (&folder);

  return source;
}

const DsFormat ds_format_text_folder = {
  .name    = "text-folder",
  .title   = N_("Text folders"),
  .summary = N_("Text files in a folder for each class, perhaps below “train” and “test”."),
  .bid     = bid,
  .open    = open_folder,
};
