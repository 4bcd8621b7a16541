/* file-drag.c: a file manager with one file, to drag into other windows
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include <gtk/gtk.h>

static void
closed_cb (gboolean *is_open)
{
  *is_open = FALSE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GdkContentProvider) content = NULL;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  GtkDragSource *source = gtk_drag_source_new ();
  gboolean is_open = TRUE;
  GtkWidget *window;
  GtkWidget *label;

  gtk_init ();
  for (int i = 1; i < argc; i++)
    g_ptr_array_add (files, g_file_new_for_commandline_arg (argv[i]));
  content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST,
                                            gdk_file_list_new_from_array ((GFile **) files->pdata,
                                                                          files->len));
  gtk_drag_source_set_content (source, content);
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);

  label = gtk_label_new ("Drag Me");
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "Files");
  gtk_window_set_default_size (GTK_WINDOW (window), 160, 100);
  gtk_window_set_child (GTK_WINDOW (window), label);
  g_signal_connect_swapped (window, "destroy", G_CALLBACK (closed_cb), &is_open);
  gtk_window_present (GTK_WINDOW (window));
  while (is_open)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
