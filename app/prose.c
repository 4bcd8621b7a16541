/* prose.c: a paragraph with emphasis, links and formulas in its lines
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/prose.h"

#include "app/formula-layout.h"

#include <string.h>

/* A formula is in the label as its TeX, so that it is read aloud and copied.
 * To the eye its first character has the shape of the whole formula and the
 * others have none.  Where the line may be broken, further parts follow behind
 * a space without width, each on a character that is nothing by itself.
 *
 * CSS node: “prose” with a label in it. */

#define BREAK   "\u200b"        /* zero-width space */
#define CARRIER "\u2060"        /* word joiner */

/* What a shape of the label's text draws. */
typedef struct
{
  const AppFormulaLayout *layout;
  guint                   part;
} Shape;

struct _AppProse
{
  GtkWidget             parent_instance;

  GStringChunk         *strings;
  GArray               *spans;          /* ExSpan, with texts in strings */
  GtkWidget            *label;
  PangoFontDescription *font;           /* that the formulas have been set in */
  GPtrArray            *layouts;        /* AppFormulaLayout */
  GPtrArray            *shapes;         /* Shape */
  int                   first_link;     /* characters before it, or -1 */
  int                   last_link;
  char                 *target;         /* of the link to be opened, or NULL */
  guint                 open_id;
};

G_DEFINE_FINAL_TYPE (AppProse, app_prose, GTK_TYPE_WIDGET)

/* The label's content while it is put together. */
typedef struct
{
  GString       *markup;
  GString       *text;          /* the same without marks */
  PangoAttrList *attributes;
} Content;

static gboolean
is_chinese (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iswide (g_utf8_get_char (text)))
      return TRUE;

  return FALSE;
}

/* Otherwise a system that is not Chinese may choose Japanese characters. */
static PangoAttribute *
make_chinese (void)
{
  return pango_attr_language_new (pango_language_from_string ("zh-cn"));
}

static void
add_text (Content    *content,
          const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (content->markup, escaped);
  g_string_append (content->text, text);
}

static void
add_attribute (Content        *content,
               PangoAttribute *attribute,
               gsize           start,
               gsize           end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (content->attributes, attribute);
}

/* The characters from @start on are one part of a formula. */
static void
add_shape (AppProse               *self,
           Content                *content,
           const AppFormulaLayout *layout,
           guint                   part,
           gsize                   start)
{
  AppBox box = app_formula_layout_get_part (layout, part);
  PangoRectangle whole = {
    0, -box.ascent * PANGO_SCALE,
    box.width * PANGO_SCALE, (box.ascent + box.descent) * PANGO_SCALE
  };
  PangoRectangle nothing = { 0, whole.y, 0, whole.height };
  const char *text = content->text->str;
  gsize second = g_utf8_next_char (text + start) - text;
  gsize end = content->text->len;
  Shape *shape = g_new (Shape, 1);

  *shape = (Shape) { layout, part };
  g_ptr_array_add (self->shapes, shape);
  add_attribute (content, pango_attr_shape_new_with_data (&whole, &whole, shape, NULL, NULL),
                 start, second);
  if (second < end)
    add_attribute (content, pango_attr_shape_new (&nothing, &nothing), second, end);
  add_attribute (content, pango_attr_allow_breaks_new (FALSE), start, end);
}

static void
add_formula (AppProse   *self,
             Content    *content,
             const char *tex)
{
  AppFormulaLayout *layout;
  gsize start = content->text->len;

  layout = app_formula_layout_new (tex, gtk_widget_get_pango_context (GTK_WIDGET (self)), FALSE);
  if (layout == NULL)
    {
      g_string_append (content->markup, "<tt>");
      add_text (content, tex);
      g_string_append (content->markup, "</tt>");
      return;
    }

  g_ptr_array_add (self->layouts, layout);
  add_text (content, tex);
  add_shape (self, content, layout, 0, start);
  for (guint i = 1; i < app_formula_layout_get_n_parts (layout); i++)
    {
      add_text (content, BREAK);
      start = content->text->len;
      add_text (content, CARRIER);
      add_shape (self, content, layout, i, start);
    }
}

static void
add_link (AppProse     *self,
          Content      *content,
          const ExSpan *span)
{
  g_autofree char *target = g_markup_escape_text (span->target, -1);

  self->last_link = g_utf8_strlen (content->text->str, -1);
  if (self->first_link < 0)
    self->first_link = self->last_link;
  g_string_append_printf (content->markup, "<a href=\"%s\">", target);
  add_text (content, span->text);
  g_string_append (content->markup, "</a>");
}

/* Slanted Chinese is hard to read; its emphasis is weight. */
static const char *
find_tag (const ExSpan *span)
{
  if (span->style & EX_STYLE_STRONG)
    return "b";
  if (span->style & EX_STYLE_EMPHASIS)
    return is_chinese (span->text) ? "b" : "i";
  return NULL;
}

static void
add_span (AppProse     *self,
          Content      *content,
          const ExSpan *span)
{
  const char *tag = find_tag (span);

  if (tag != NULL)
    g_string_append_printf (content->markup, "<%s>", tag);

  switch (span->kind)
    {
    case EX_SPAN_FORMULA:
      add_formula (self, content, span->text);
      break;

    case EX_SPAN_CODE:
      g_string_append (content->markup, "<tt>");
      add_text (content, span->text);
      g_string_append (content->markup, "</tt>");
      break;

    case EX_SPAN_LINK:
      add_link (self, content, span);
      break;

    case EX_SPAN_BREAK:
      add_text (content, "\n");
      break;

    case EX_SPAN_TEXT:
    case EX_SPAN_CELL:
    default:
      add_text (content, span->text);
      break;
    }

  if (tag != NULL)
    g_string_append_printf (content->markup, "</%s>", tag);
}

/* GTK draws what is a shape through this, with the pen on the baseline. */
static void
draw_shape_cb (cairo_t        *cr,
               PangoAttrShape *attribute,
               gboolean        do_path,
               gpointer        label)
{
  const Shape *shape = attribute->data;
  GdkRGBA colour;
  double x, y;

  if (shape == NULL)
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (label), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_get_current_point (cr, &x, &y);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  app_formula_layout_draw_part (shape->layout, cr, shape->part);
  cairo_restore (cr);
}

static void
set_renderer (AppProse *self)
{
  PangoContext *context = gtk_widget_get_pango_context (self->label);

  pango_cairo_context_set_shape_renderer (context, draw_shape_cb, self->label, NULL);
}

static void
fill_label (AppProse *self)
{
  Content content = { g_string_new (NULL), g_string_new (NULL), pango_attr_list_new () };
  GPtrArray *old_layouts = self->layouts;
  GPtrArray *old_shapes = self->shapes;

  self->layouts = g_ptr_array_new_with_free_func ((GDestroyNotify) app_formula_layout_free);
  self->shapes = g_ptr_array_new_with_free_func (g_free);
  self->first_link = -1;
  for (guint i = 0; i < self->spans->len; i++)
    add_span (self, &content, &g_array_index (self->spans, ExSpan, i));

  if (is_chinese (content.text->str))
    pango_attr_list_insert (content.attributes, make_chinese ());

  gtk_label_set_markup (GTK_LABEL (self->label), content.markup->str);
  gtk_label_set_attributes (GTK_LABEL (self->label), content.attributes);
  set_renderer (self);

  /* The label has drawn with the old ones until now. */
  g_clear_pointer (&old_shapes, g_ptr_array_unref);
  g_clear_pointer (&old_layouts, g_ptr_array_unref);
  g_string_free (content.markup, TRUE);
  g_string_free (content.text, TRUE);
  pango_attr_list_unref (content.attributes);
}

/* The sizes of formulas are those of a font, so another font means others. */
static void
app_prose_css_changed (GtkWidget         *widget,
                       GtkCssStyleChange *change)
{
  AppProse *self = APP_PROSE (widget);
  const PangoFontDescription *font;

  GTK_WIDGET_CLASS (app_prose_parent_class)->css_changed (widget, change);

  font = pango_context_get_font_description (gtk_widget_get_pango_context (widget));
  if (self->layouts == NULL || self->layouts->len == 0 || self->font == NULL
      || pango_font_description_equal (font, self->font))
    return;

  pango_font_description_free (self->font);
  self->font = pango_font_description_copy (font);
  fill_label (self);
}

static gboolean
open_cb (gpointer data)
{
  AppProse *self = data;
  g_autofree char *target = g_steal_pointer (&self->target);

  self->open_id = 0;
  gtk_widget_activate_action (GTK_WIDGET (self), "lesson.open", "s", target);
  return G_SOURCE_REMOVE;
}

/* Opening another page takes this one away, and the label goes on with its link
 * after the signal. */
static gboolean
activate_link_cb (AppProse   *self,
                  const char *target)
{
  g_free (self->target);
  self->target = g_strdup (target);
  if (self->open_id == 0)
    self->open_id = g_idle_add (open_cb, self);
  return TRUE;
}

/* Tab visits links and passes by what has none: a page has many paragraphs.
 * GTK selects a whole label that gets the focus, and then it sees no links. */
static gboolean
app_prose_focus (GtkWidget        *widget,
                 GtkDirectionType  direction)
{
  AppProse *self = APP_PROSE (widget);
  GtkLabel *label = GTK_LABEL (self->label);
  gboolean was_inside = gtk_widget_is_focus (self->label);

  if (self->first_link < 0 || !gtk_label_get_selectable (label)
      || !gtk_widget_child_focus (self->label, direction))
    return FALSE;

  if (!was_inside)
    {
      int link = direction == GTK_DIR_TAB_BACKWARD ? self->last_link : self->first_link;

      gtk_label_select_region (label, link, link);
    }
  return TRUE;
}

static void
app_prose_dispose (GObject *object)
{
  AppProse *self = APP_PROSE (object);

  g_clear_handle_id (&self->open_id, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (app_prose_parent_class)->dispose (object);
}

static void
app_prose_finalize (GObject *object)
{
  AppProse *self = APP_PROSE (object);

  g_ptr_array_unref (self->shapes);
  g_ptr_array_unref (self->layouts);
  g_clear_pointer (&self->font, pango_font_description_free);
  g_free (self->target);
  g_array_unref (self->spans);
  g_string_chunk_free (self->strings);

  G_OBJECT_CLASS (app_prose_parent_class)->finalize (object);
}

static void
app_prose_class_init (AppProseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_prose_dispose;
  object_class->finalize = app_prose_finalize;
  widget_class->css_changed = app_prose_css_changed;
  widget_class->focus = app_prose_focus;
  gtk_widget_class_set_css_name (widget_class, "prose");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_prose_init (AppProse *self)
{
  self->strings = g_string_chunk_new (256);
  self->spans = g_array_new (FALSE, FALSE, sizeof (ExSpan));
  self->first_link = -1;

  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  g_signal_connect_object (self->label, "activate-link", G_CALLBACK (activate_link_cb), self,
                           G_CONNECT_SWAPPED);
  /* A label has another context after it has been put into a window. */
  g_signal_connect_object (self->label, "notify::root", G_CALLBACK (set_renderer), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
app_prose_new (const ExSpan *spans,
               guint         n_spans)
{
  AppProse *self = g_object_new (APP_TYPE_PROSE, NULL);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));

  for (guint i = 0; i < n_spans; i++)
    {
      ExSpan span = spans[i];

      span.text = g_string_chunk_insert (self->strings, span.text);
      if (span.target != NULL)
        span.target = g_string_chunk_insert (self->strings, span.target);
      g_array_append_val (self->spans, span);
    }

  self->font = pango_font_description_copy (pango_context_get_font_description (context));
  fill_label (self);
  return GTK_WIDGET (self);
}

void
app_prose_set_selectable (AppProse *self,
                          gboolean  selectable)
{
  gtk_label_set_selectable (GTK_LABEL (self->label), selectable);
}

void
app_prose_set_align (AppProse *self,
                     ExAlign   align)
{
  static const float places[] = {
    [EX_ALIGN_START]  = 0,
    [EX_ALIGN_CENTRE] = 0.5,
    [EX_ALIGN_END]    = 1,
  };
  static const GtkJustification lines[] = {
    [EX_ALIGN_START]  = GTK_JUSTIFY_LEFT,
    [EX_ALIGN_CENTRE] = GTK_JUSTIFY_CENTER,
    [EX_ALIGN_END]    = GTK_JUSTIFY_RIGHT,
  };

  gtk_label_set_xalign (GTK_LABEL (self->label), places[align]);
  gtk_label_set_justify (GTK_LABEL (self->label), lines[align]);
}

void
app_prose_mark_language (GtkLabel *label)
{
  g_autoptr (PangoAttrList) attributes = NULL;

  if (is_chinese (gtk_label_get_text (label)))
    {
      attributes = pango_attr_list_new ();
      pango_attr_list_insert (attributes, make_chinese ());
    }
  gtk_label_set_attributes (label, attributes);
}
