/* main.c: epoch, the window
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/application.h"

#include "app/core/language.h"
#include "app/watchdog.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AppApplication) application = NULL;
  G_GNUC_UNUSED g_autoptr (AppWatchdog) watchdog = NULL;

  app_language_init ();
  watchdog = app_watchdog_new ();
  application = app_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
