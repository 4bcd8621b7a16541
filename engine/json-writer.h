/* json-writer.h: JSON documents, written one value after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/json.h"

G_BEGIN_DECLS

typedef struct _NnJsonWriter NnJsonWriter;

/* One top value, whose text nn_json_parse() reads back to an equal tree.
 * Pretty text has a line for each member; lists of plain values stay on one.
 *
 * Each value takes the key it gets in an object, and NULL elsewhere.  Calls
 * that do not fit together are our own mistakes.  Text that is not UTF-8 is
 * repaired with U+FFFD, and a number that is not finite becomes null, because
 * JSON has neither. */
NnJsonWriter  *nn_json_writer_new          (gboolean       pretty) G_GNUC_WARN_UNUSED_RESULT;
void           nn_json_writer_free         (NnJsonWriter  *self);

void           nn_json_writer_begin_object (NnJsonWriter  *self,
                                            const char    *key);
void           nn_json_writer_end_object   (NnJsonWriter  *self);
void           nn_json_writer_begin_array  (NnJsonWriter  *self,
                                            const char    *key);
void           nn_json_writer_end_array    (NnJsonWriter  *self);

void           nn_json_writer_add_null     (NnJsonWriter  *self,
                                            const char    *key);
void           nn_json_writer_add_bool     (NnJsonWriter  *self,
                                            const char    *key,
                                            gboolean       value);
void           nn_json_writer_add_integer  (NnJsonWriter  *self,
                                            const char    *key,
                                            gint64         value);
void           nn_json_writer_add_unsigned (NnJsonWriter  *self,
                                            const char    *key,
                                            guint64        value);
void           nn_json_writer_add_double   (NnJsonWriter  *self,
                                            const char    *key,
                                            double         value);
void           nn_json_writer_add_string   (NnJsonWriter  *self,
                                            const char    *key,
                                            const char    *value);

/* A copy of @value with all that is in it: what a newer version wrote and this
 * one does not know is kept. */
void           nn_json_writer_add_json     (NnJsonWriter  *self,
                                            const char    *key,
                                            const NnJson  *value);

/* The text, NUL-terminated, once the top value is complete; pretty text ends
 * with a newline.  @length may be NULL.  The writer is empty afterwards and can
 * write another document.  (transfer full) */
char          *nn_json_writer_finish       (NnJsonWriter  *self,
                                            gsize         *length) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnJsonWriter, nn_json_writer_free)

G_END_DECLS
