/* palette-item.c: something that can be dragged out of a palette
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/palette-item.h"

#include <string.h>

struct _UiPaletteItem
{
  GObject  parent_instance;

  char    *name;
  char    *title;
  char    *summary;
  char    *category;
  char    *category_title;
  char    *icon_name;
};

G_DEFINE_FINAL_TYPE (UiPaletteItem, ui_palette_item, G_TYPE_OBJECT)

static void
ui_palette_item_finalize (GObject *object)
{
  UiPaletteItem *self = UI_PALETTE_ITEM (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->summary);
  g_free (self->category);
  g_free (self->category_title);
  g_free (self->icon_name);
  G_OBJECT_CLASS (ui_palette_item_parent_class)->finalize (object);
}

static void
ui_palette_item_class_init (UiPaletteItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_palette_item_finalize;
}

static void
ui_palette_item_init (UiPaletteItem *self)
{
}

UiPaletteItem *
ui_palette_item_new (const char *name,
                     const char *title,
                     const char *summary,
                     const char *category,
                     const char *category_title,
                     const char *icon_name)
{
  UiPaletteItem *self = g_object_new (UI_TYPE_PALETTE_ITEM, NULL);

  self->name = g_strdup (name);
  self->title = g_strdup (title);
  self->summary = g_strdup (summary);
  self->category = g_strdup (category);
  self->category_title = g_strdup (category_title);
  self->icon_name = g_strdup (icon_name);
  return self;
}

const char *
ui_palette_item_get_name (UiPaletteItem *self)
{
  return self->name;
}

const char *
ui_palette_item_get_title (UiPaletteItem *self)
{
  return self->title;
}

const char *
ui_palette_item_get_summary (UiPaletteItem *self)
{
  return self->summary;
}

const char *
ui_palette_item_get_category (UiPaletteItem *self)
{
  return self->category;
}

const char *
ui_palette_item_get_category_title (UiPaletteItem *self)
{
  return self->category_title;
}

const char *
ui_palette_item_get_icon_name (UiPaletteItem *self)
{
  return self->icon_name;
}

/* g_str_match_string() splits at anything that is not a letter or a digit and
 * folds case and accents.  It sees Chinese text as one word, so a plain
 * substring search has to stand beside it. */
static gboolean
text_matches (const char *text,
              const char *search)
{
  g_autofree char *folded_text = NULL;
  g_autofree char *folded_search = NULL;

  if (text == NULL)
    return FALSE;
  if (g_str_match_string (search, text, TRUE))
    return TRUE;

  folded_text = g_utf8_casefold (text, -1);
  folded_search = g_utf8_casefold (search, -1);
  return strstr (folded_text, folded_search) != NULL;
}

gboolean
ui_palette_item_is_called (UiPaletteItem *self,
                           const char    *search)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (search));

  return text_matches (self->title, trimmed) || text_matches (self->name, trimmed);
}

gboolean
ui_palette_item_matches (UiPaletteItem *self,
                         const char    *search)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (search));

  return *trimmed == '\0'
         || ui_palette_item_is_called (self, trimmed)
         || text_matches (self->category_title, trimmed)
         || text_matches (self->summary, trimmed);
}
