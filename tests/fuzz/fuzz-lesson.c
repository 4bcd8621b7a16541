/* fuzz-lesson.c: any bytes as the files of a lesson
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/lesson.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* A line of three dashes divides the lesson's settings, a page and a task. */
#define DIVIDER "\n---\n"

static const char *const names[] = { "lesson.ini", "01-page.en.md", "task-fuzz.ini" };

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        gsize         size)
{
  const char *folder = NULL;
  g_autoptr (ExLesson) lesson = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const guint8 *divider = i + 1 == G_N_ELEMENTS (names)
        ? NULL : memmem (bytes, size, DIVIDER, strlen (DIVIDER));
      gsize part = divider == NULL ? size : (gsize) (divider - bytes);

      folder = fuzz_folder (names[i], bytes, part);
      bytes += part;
      size -= part;
      if (divider != NULL)
        {
          bytes += strlen (DIVIDER);
          size -= strlen (DIVIDER);
        }
    }

  lesson = ex_lesson_read (folder, "zh_CN", NULL);
  return 0;
}
