/* class-layout.c: classes and parts from the folders that files lie in
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/class-layout.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
ds_class_layout_clear (DsClassLayout *self)
{
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->classes, g_ptr_array_unref);
}

DsPart
ds_part_called (const char *name,
                gsize       length)
{
  static const struct { const char *name; DsPart part; } known[] = {
    { "train", DS_PART_TRAIN }, { "training", DS_PART_TRAIN },
    { "val", DS_PART_VALIDATION }, { "valid", DS_PART_VALIDATION },
    { "validation", DS_PART_VALIDATION }, { "dev", DS_PART_VALIDATION },
    { "test", DS_PART_TEST }, { "testing", DS_PART_TEST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strlen (known[i].name) == length && g_ascii_strncasecmp (known[i].name, name, length) == 0)
      return known[i].part;

  return DS_PART_UNDECIDED;
}

/* The bytes of @name that lie before its last slash, with it. */
static gsize
folder_length (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash + 1 - name : 0;
}

/* Cuts the last folder off the @length bytes. */
static gsize
step_out (const char *name,
          gsize       length)
{
  do
    length--;
  while (length > 0 && name[length - 1] != '/');

  return length;
}

/* The bytes of the folder, with its slash, that all files lie in; of the one
 * around it when they lie there side by side, so that it can be a class. */
static gsize
common_length (DsContainer *container,
               GArray      *files)
{
  const char *first = ds_container_get_name (container, g_array_index (files, guint, 0));
  gsize length = folder_length (first);
  gboolean side_by_side = TRUE;

  for (guint i = 1; i < files->len; i++)
    {
      const char *name = ds_container_get_name (container, g_array_index (files, guint, i));

      while (strncmp (first, name, length) != 0)
        length = step_out (first, length);
    }

  for (guint i = 0; i < files->len; i++)
    if (folder_length (ds_container_get_name (container, g_array_index (files, guint, i))) !=
        length)
      side_by_side = FALSE;

  return side_by_side && length > 0 ? step_out (first, length) : length;
}

DsPart
ds_part_around (const char *name,
                gsize       length)
{
  DsPart part = DS_PART_UNDECIDED;

  for (gsize begin = 0; begin < length; )
    {
      const char *slash = strchr (name + begin, '/');
      gsize n = slash - (name + begin);

      if (ds_part_called (name + begin, n) != DS_PART_UNDECIDED)
        part = ds_part_called (name + begin, n);
      begin += n + 1;
    }

  return part;
}

/* Parts are there if a training part is, or if there is nothing else. */
static gboolean
has_parts (DsContainer *container,
           GArray      *files,
           gsize        common)
{
  gboolean all = TRUE;
  gboolean any = FALSE;

  for (guint i = 0; i < files->len; i++)
    {
      const char *rest = ds_container_get_name (container, g_array_index (files, guint, i)) +
                         common;
      const char *slash = strchr (rest, '/');
      DsPart part = slash != NULL ? ds_part_called (rest, slash - rest) : DS_PART_UNDECIDED;

      if (part == DS_PART_TRAIN)
        return TRUE;
      all = all && (slash == NULL || part != DS_PART_UNDECIDED);
      any = any || part != DS_PART_UNDECIDED;
    }

  return all && any;
}

/* What is found for one file before its class has a number. */
typedef struct
{
  guint       member;
  const char *name;
  char       *class_name;
  DsPart      part;
} Found;

static void
found_clear (void *data)
{
  g_free (((Found *) data)->class_name);
}

static int
compare_found (const void *a,
               const void *b)
{
  return strcmp (((const Found *) a)->name, ((const Found *) b)->name);
}

/* FALSE if the file lies in no class folder. */
static gboolean
place (Found    *found,
       gsize     common,
       gboolean  with_parts,
       DsPart    around)
{
  const char *rest = found->name + common;
  const char *slash = strchr (rest, '/');

  found->part = around;
  if (slash != NULL && with_parts)
    {
      found->part = ds_part_called (rest, slash - rest);
      rest = slash + 1;
      slash = found->part != DS_PART_UNDECIDED ? strchr (rest, '/') : NULL;
    }

  if (slash == NULL)
    return FALSE;

  found->class_name = g_strndup (rest, slash - rest);
  return TRUE;
}

static int
compare_names (const void *a,
               const void *b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* Numbers the classes in the order of their names. */
static void
number_classes (DsClassLayout *self,
                GArray        *all)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);

  self->classes = g_ptr_array_new_with_free_func (g_free);
  self->items = g_array_new (FALSE, FALSE, sizeof (DsPlacedItem));
  for (guint i = 0; i < all->len; i++)
    {
      const char *name = g_array_index (all, Found, i).class_name;

      if (g_hash_table_add (numbers, (char *) name))
        g_ptr_array_add (self->classes, g_strdup (name));
    }

  g_ptr_array_sort (self->classes, compare_names);
  for (guint i = 0; i < self->classes->len; i++)
    g_hash_table_insert (numbers, self->classes->pdata[i], GUINT_TO_POINTER (i));

  for (guint i = 0; i < all->len; i++)
    {
      Found *found = &g_array_index (all, Found, i);
      DsPlacedItem item = {
        found->member,
        GPOINTER_TO_UINT (g_hash_table_lookup (numbers, found->class_name)),
        found->part,
      };

      g_array_append_val (self->items, item);
    }
}

static gboolean
check_classes (DsClassLayout  *self,
               DsContainer    *container,
               GError        **error)
{
  if (self->classes->len > 1)
    return TRUE;

  if (self->classes->len == 1)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” holds files of one class only, “%s”. Classification needs at least two "
                   "folders of them, one for each class."),
                 ds_container_get_shown (container), (char *) self->classes->pdata[0]);
  else
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” holds files that are not sorted into folders. Make one folder for "
                   "each class, and open the folder around them."),
                 ds_container_get_shown (container));
  return FALSE;
}

gboolean
ds_class_layout_find (DsClassLayout  *self,
                      DsContainer    *container,
                      GArray         *files,
                      GPtrArray      *warnings,
                      GError        **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (Found));
  gsize common = common_length (container, files);
  gboolean with_parts = has_parts (container, files, common);
  const char *first = ds_container_get_name (container, g_array_index (files, guint, 0));
  DsPart around = ds_part_around (first, common);       /* when somebody opens only "train" */
  const char *stray = NULL;

  g_array_set_clear_func (all, found_clear);
  for (guint i = 0; i < files->len; i++)
    {
      guint member = g_array_index (files, guint, i);
      Found found = { member, ds_container_get_name (container, member) };

      if (place (&found, common, with_parts, around))
        g_array_append_val (all, found);
      else if (stray == NULL)
        stray = found.name;
    }

  g_array_sort (all, compare_found);
  number_classes (self, all);
  if (!check_classes (self, container, error))
    return FALSE;

  if (stray != NULL)
    ds_warn (warnings,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u file lies in no class folder and was left out: “%s”.",
                          "%u files lie in no class folder and were left out, for example "
                          "“%s”.", files->len - all->len),
             files->len - all->len, stray);
  return TRUE;
}
