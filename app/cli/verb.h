/* verb.h: what the command line can be asked to do
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/json-writer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Exit codes of the program. */
enum
{
  APP_EXIT_DONE = 0,
  APP_EXIT_FAILED = 1,
  APP_EXIT_USAGE = 2,
  APP_EXIT_INTERRUPTED = 130,
};

typedef struct
{
  const char *name;             /* "train" */
  const char *arguments;        /* N_(): what stands behind the options */
  const char *summary;          /* N_(): one sentence with a full stop */

  /* argv[0] is the verb.  Returns the exit code. */
  int       (*run) (int    argc,
                    char **argv);
} AppVerb;

extern const AppVerb app_verb_bench;
extern const AppVerb app_verb_chart;
extern const AppVerb app_verb_data;
extern const AppVerb app_verb_doctor;
extern const AppVerb app_verb_evaluate;
extern const AppVerb app_verb_export;
extern const AppVerb app_verb_import;
extern const AppVerb app_verb_new;
extern const AppVerb app_verb_predict;
extern const AppVerb app_verb_serve;
extern const AppVerb app_verb_train;

/* Parses the options of @verb and gives "--help" to all of them.  TRUE with the
 * arguments that are no options left in @argc and @argv; otherwise FALSE, and
 * @code is what the verb has to return. */
gboolean  app_verb_parse   (const AppVerb       *verb,
                            const GOptionEntry  *entries,
                            int                 *argc,
                            char              ***argv,
                            int                 *code);

/* Tells the error on stderr.  Returns the exit code that fits it. */
int       app_verb_fail    (const GError        *error);

/* The same for a wrong use of the command line. */
int       app_verb_misuse  (const AppVerb       *verb,
                            const char          *format,
                            ...) G_GNUC_PRINTF (2, 3);

/* Prints what @writer holds as one line on stdout. */
void      app_verb_print   (NnJsonWriter        *writer);

G_END_DECLS
