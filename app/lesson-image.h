/* lesson-image.h: a picture from the folder of a lesson
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Read in the background.  One that is too large or cannot be read is replaced
 * by @description, which is also what a screen reader reads. */
GtkWidget *app_lesson_image_new (const char *folder,
                                 const char *file,
                                 const char *description);

G_END_DECLS
