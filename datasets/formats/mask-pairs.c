/* mask-pairs.c: which mask belongs to which image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/formats/mask-pairs.h"

#include "datasets/formats/class-layout.h"
#include "datasets/image-decode.h"

#include <string.h>

static const char * const image_folders[] = {
  "JPEGImages", "images", "image", "imgs", "img", "photos", NULL
};

static const char * const mask_folders[] = {
  "SegmentationClassPNG", "SegmentationClass", "masks", "mask", "annotations", "labels", NULL
};

static gboolean
is_called (const char         *folder,
           gsize               length,
           const char * const *names)
{
  for (; *names != NULL; names++)
    if (strlen (*names) == length && g_ascii_strncasecmp (*names, folder, length) == 0)
      return TRUE;

  return FALSE;
}

/* "set/JPEGImages/train/7.jpg" → "set//train/7" when JPEGImages is one of
 * @folders; NULL when none is.  (transfer full) */
static char *
key_of (const char         *name,
        const char * const *folders)
{
  const char *begin = name;
  const char *slash;

  while ((slash = strchr (begin, '/')) != NULL)
    {
      if (is_called (begin, slash - begin, folders))
        {
          const char *dot = strrchr (slash, '.');
          gsize rest = dot != NULL ? (gsize) (dot - slash) : strlen (slash);

          return g_strdup_printf ("%.*s%.*s", (int) (begin - name), name, (int) rest, slash);
        }
      begin = slash + 1;
    }

  return NULL;
}

static DsImageKind
peek_kind (DsContainer *container,
           guint        member)
{
  guint8 head[DS_HEAD_BYTES];
  gsize n = ds_container_peek (container, member, head, NULL);

  return ds_image_sniff (head, n);
}

/* The masks by what they have in common with their images. */
static GHashTable *
find_masks (DsContainer *container)
{
  GHashTable *masks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < ds_container_get_n_members (container); i++)
    {
      char *key = key_of (ds_container_get_name (container, i), mask_folders);

      if (key != NULL && peek_kind (container, i) == DS_IMAGE_PNG)
        g_hash_table_insert (masks, key, GUINT_TO_POINTER (i + 1));
      else
        g_free (key);
    }

  return masks;
}

static int
compare_pairs (const void *a,
               const void *b,
               void       *data)
{
  return strcmp (ds_container_get_name (data, ((const DsMaskPair *) a)->image),
                 ds_container_get_name (data, ((const DsMaskPair *) b)->image));
}

GArray *
ds_mask_pairs_find (DsContainer *container,
                    guint       *n_lonely)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (DsMaskPair));
  g_autoptr (GHashTable) masks = find_masks (container);
  guint lonely = 0;

  for (guint i = 0; g_hash_table_size (masks) > 0 && i < ds_container_get_n_members (container);
       i++)
    {
      const char *name = ds_container_get_name (container, i);
      g_autofree char *key = key_of (name, image_folders);
      guint mask = key != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (masks, key)) : 0;

      if (key == NULL || peek_kind (container, i) == DS_IMAGE_NONE)
        continue;
      if (mask == 0)
        lonely++;
      else
        {
          DsMaskPair pair = { i, mask - 1, ds_part_around (name, strrchr (name, '/') + 1 - name) };

          g_array_append_val (pairs, pair);
        }
    }

  g_array_sort_with_data (pairs, compare_pairs, container);
  if (n_lonely != NULL)
    *n_lonely = lonely;
  return pairs;
}
