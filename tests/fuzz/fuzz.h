/* fuzz.h: what feeds one parser with any bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each fuzz-NAME.c defines it; libFuzzer calls it with what it invents, and
 * replay.c with what is kept in corpus/NAME.  Returns 0. */
int          LLVMFuzzerTestOneInput (const guint8 *bytes,
                                     gsize         size);

/* The path of a file with @bytes, for parsers that open files themselves.  It is
 * gone at the next call. */
const char  *fuzz_file              (const guint8 *bytes,
                                     gsize         size);

/* Writes @bytes as @name into a folder of this process, and returns the folder,
 * which goes when the process ends. */
const char  *fuzz_folder            (const char   *name,
                                     const guint8 *bytes,
                                     gsize         size);

/* A file format reads @bytes, and each number that it gives is looked at. */
void         fuzz_format            (const char   *format,
                                     const guint8 *bytes,
                                     gsize         size);

G_END_DECLS
