/* chart-export.h: charts as SVG, PDF, PNG and CSV
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/chart.h"

G_BEGIN_DECLS

typedef enum
{
  UI_EXPORT_SVG,
  UI_EXPORT_PDF,
  UI_EXPORT_PNG,
  UI_EXPORT_CSV,
} UiExportFormat;

typedef struct
{
  double   width;               /* pixels at 96 to the inch; points in a PDF */
  double   height;
  double   scale;               /* device pixels per pixel, for PNG */
  gboolean is_dark;
} UiExportOptions;

/* From "svg", "pdf", "png" or "csv", in any case; FALSE for another name. */
gboolean  ui_export_format_from_name (const char            *name,
                                      UiExportFormat        *format);

/* The chart as the bytes of a file; @options may be NULL for 720 × 440 in
 * light colours, at scale 2.  NULL with @error set when the picture is larger
 * than its format allows.  (transfer full) */
GBytes   *ui_chart_render            (UiChart               *chart,
                                      UiExportFormat         format,
                                      const UiExportOptions *options,
                                      GError               **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the chart to @path as a whole or not at all: on failure a file that
 * was there before is still there, unharmed. */
gboolean  ui_chart_export            (UiChart               *chart,
                                      const char            *path,
                                      UiExportFormat         format,
                                      const UiExportOptions *options,
                                      GError               **error);

/* The numbers behind the chart, after RFC 4180: for curves one row for each x
 * and one column for each visible curve, whatever part of x is shown.  A gap is
 * "NaN", a place where a curve has no point is empty.  (transfer full) */
char     *ui_chart_to_csv            (UiChart               *chart) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
