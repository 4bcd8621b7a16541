/* notice.c: a card that says what is wrong and what can be done
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/notice.h"

struct _AppNotice
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *heading;
  GtkWidget *text;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (AppNotice, app_notice, GTK_TYPE_WIDGET)

void
app_notice_set (AppNotice  *self,
                const char *heading,
                const char *text)
{
  GtkWidget *button;

  while ((button = gtk_widget_get_first_child (self->buttons)) != NULL)
    gtk_box_remove (GTK_BOX (self->buttons), button);
  gtk_widget_set_visible (self->buttons, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), heading != NULL);
  gtk_label_set_text (GTK_LABEL (self->heading), heading != NULL ? heading : "");
  gtk_label_set_text (GTK_LABEL (self->text), text != NULL ? text : "");
}

void
app_notice_add (AppNotice  *self,
                const char *label,
                const char *action,
                GVariant   *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_box_append (GTK_BOX (self->buttons), button);
  gtk_widget_set_visible (self->buttons, TRUE);
}

static void
app_notice_dispose (GObject *object)
{
  g_clear_pointer (&APP_NOTICE (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (app_notice_parent_class)->dispose (object);
}

static void
app_notice_class_init (AppNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_notice_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (GtkWidget  *box,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
app_notice_init (AppNotice *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->box, "card");
  gtk_widget_add_css_class (self->box, "notice-card");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->box), icon);

  gtk_widget_set_hexpand (words, TRUE);
  self->heading = add_label (words, "heading");
  self->text = add_label (words, "body");
  gtk_label_set_selectable (GTK_LABEL (self->text), TRUE);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_margin_top (self->buttons, 6);
  gtk_box_append (GTK_BOX (words), self->buttons);
  gtk_box_append (GTK_BOX (self->box), words);

  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  app_notice_set (self, NULL, NULL);
}

GtkWidget *
app_notice_new (void)
{
  return g_object_new (APP_TYPE_NOTICE, NULL);
}
