/* options.h: how data is to be read, and how much of it is still safe
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of a few kilobytes can claim to hold terabytes.  These bounds are
 * checked before memory is asked for and while archives are inflated. */
typedef struct
{
  guint   entries;              /* files in a folder or archive */
  guint64 entry_bytes;          /* one file, inflated */
  guint64 total_bytes;          /* all files of an archive: always allowed … */
  guint   ratio;                /* … as is this many times the archive's size */
  gsize   path_bytes;           /* a whole name inside the container */
  gsize   component_bytes;      /* one part of it between slashes */
  guint   depth;                /* number of these parts */
  guint64 text_bytes;           /* one file of text or of a table */
  guint64 image_bytes;          /* one JPEG or PNG file */
  guint64 image_pixels;         /* width times height that its header may claim */
} DsLimits;

extern const DsLimits ds_default_limits;

/* What the user may decide.  Zeros and NULL mean: as the data suggests. */
typedef struct
{
  const char     *format;       /* name of a DsFormat to use without asking the others */
  int             height;       /* images: resize to this size */
  int             width;
  int             channels;     /* images: 1 for grey, 3 for colour */
  const char     *answer;       /* tables: the name of the column with the answers */
  const DsLimits *limits;       /* NULL for ds_default_limits */
} DsOptions;

G_END_DECLS
