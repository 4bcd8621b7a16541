/* lesson-image.c: a picture from the folder of a lesson
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/lesson-image.h"

#include "app/prose.h"

#include <glib/gi18n.h>

/* Lessons may come from anybody. */
#define FILE_MAX_BYTES  (16 * 1024 * 1024)
#define SIDE_MAX_PIXELS 8192

static void
read_in_thread (GTask        *task,
                gpointer      picture,
                gpointer      data,
                GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (data);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = NULL;
  int width = 0;
  int height = 0;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL,
                            &error);
  if (info != NULL && g_file_info_get_size (info) > FILE_MAX_BYTES)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The image “%s” has more than %d MiB."), (const char *) data,
                 FILE_MAX_BYTES / (1024 * 1024));
  else if (info != NULL
           && (gdk_pixbuf_get_file_info (data, &width, &height) == NULL
               || width > SIDE_MAX_PIXELS || height > SIDE_MAX_PIXELS))
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("“%s” is no image of at most %d pixels in each direction."),
                 (const char *) data, SIDE_MAX_PIXELS);
  else if (info != NULL)
    texture = gdk_texture_new_from_file (file, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GtkWidget *box = GTK_WIDGET (object);
  GtkWidget *picture = gtk_widget_get_first_child (box);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  /* The page may have been left meanwhile. */
  if (picture == NULL)
    return;
  if (texture != NULL)
    {
      gtk_picture_set_paintable (GTK_PICTURE (picture), GDK_PAINTABLE (texture));
      return;
    }
  gtk_widget_set_tooltip_text (box, error->message);
  gtk_widget_set_visible (picture, FALSE);
  gtk_widget_set_visible (gtk_widget_get_last_child (box), TRUE);
}

GtkWidget *
app_lesson_image_new (const char *folder,
                      const char *file,
                      const char *description)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *picture = gtk_picture_new ();
  const ExSpan span = { .kind = EX_SPAN_TEXT, .style = EX_STYLE_EMPHASIS, .text = description };
  GtkWidget *words = app_prose_new (&span, 1);
  g_autoptr (GTask) task = g_task_new (box, NULL, read_cb, NULL);

  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_SCALE_DOWN);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), description);
  gtk_widget_add_css_class (words, "quiet");
  gtk_widget_set_visible (words, FALSE);
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), words);
  gtk_widget_add_css_class (box, "lesson-image");

  g_task_set_task_data (task, g_build_filename (folder, file, NULL), g_free);
  g_task_run_in_thread (task, read_in_thread);
  return box;
}
