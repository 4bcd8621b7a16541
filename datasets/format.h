/* format.h: the record that describes one way of laying out a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/container.h"
#include "datasets/source.h"

G_BEGIN_DECLS

/* A format is a record; the list is formats/meson.build.  Adding one is one
 * file there and one word in the list. */
typedef struct
{
  /* What it is called */
  const char *name;             /* "idx": unique, saved, never renamed */
  const char *title;            /* N_(): "MNIST files (IDX)" */
  const char *summary;          /* N_(): what it looks for; one sentence with a full stop */

  /* The bits of @container that speak for this format, 0 for none: each byte
   * of a magic number is 8, each size that comes out right as many as could
   * have been wrong.  @why becomes one sentence for the user.  Looks at names,
   * sizes and heads only.  A format that recognises its layout but sees that
   * it is broken bids all the same: then open() says what is wrong. */
  int         (*bid)            (DsContainer      *container,
                                 char            **why);
  DsSource   *(*open)           (DsContainer      *container,
                                 const DsOptions  *options,
                                 GCancellable     *cancellable,
                                 GError          **error);
} DsFormat;

/* NULL-terminated. */
extern const DsFormat * const ds_formats[];

const DsFormat *ds_format_find   (const char              *name);

/* The one of @formats (NULL-terminated) that verifies most bits, or the one
 * called @name (nullable), with its reason in @why.  NULL with @error set when
 * there is none, or when two would fit equally well. */
const DsFormat *ds_format_choose (const DsFormat * const  *formats,
                                  DsContainer             *container,
                                  const char              *name,
                                  char                   **why,
                                  GError                 **error);

G_END_DECLS
