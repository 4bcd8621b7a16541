/* main.c: epoch, the window
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/application.h"

#include "app/core/language.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AppApplication) application = NULL;

  app_language_init ();
  application = app_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
