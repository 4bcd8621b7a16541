/* json.h: JSON documents, read strictly and asked politely
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NN_JSON_MAX_DEPTH   64
#define NN_JSON_MAX_VALUES  (1 << 22)

typedef enum
{
  NN_JSON_NULL,
  NN_JSON_BOOL,
  NN_JSON_INTEGER,              /* a whole number that fits gint64 */
  NN_JSON_UNSIGNED,             /* one above G_MAXINT64 that fits guint64 */
  NN_JSON_DOUBLE,               /* written with a fraction or an exponent, and "-0" */
  NN_JSON_STRING,
  NN_JSON_ARRAY,
  NN_JSON_OBJECT,
} NnJsonType;

/* One value of an immutable tree.  The top value owns the tree; every other
 * value lives as long as it does. */
typedef struct _NnJson NnJson;

/* Reads RFC 8259 and nothing else: valid UTF-8, no byte-order mark, no key
 * twice in one object, no number that would change its value or become
 * infinite, no U+0000, nothing behind the value.  @bytes need not end with a
 * NUL and are not needed afterwards.  @source names the text in messages. */
NnJson            *nn_json_parse        (const char    *bytes,
                                         gsize          size,
                                         gsize          limit_bytes,
                                         const char    *source,
                                         GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* Only for the top value. */
NnJson            *nn_json_ref          (NnJson        *self) G_GNUC_WARN_UNUSED_RESULT;
void               nn_json_unref        (NnJson        *self);

NnJsonType         nn_json_get_type     (const NnJson  *self);

/* The key of a member, or NULL for items and for the top value. */
const char        *nn_json_get_key      (const NnJson  *self);

/* Items, members, or the bytes of a string; otherwise 0. */
guint              nn_json_get_length   (const NnJson  *self);

/* Items and members in the order of the text; NULL after the last one. */
const NnJson      *nn_json_first        (const NnJson  *self);
const NnJson      *nn_json_next         (const NnJson  *self);

/* The member @key, or NULL when @self has none or is no object. */
const NnJson      *nn_json_find         (const NnJson  *self,
                                         const char    *key);

/* Where @self stands: "training.layers[3].name"; empty for the top value.
 * (transfer full) */
char              *nn_json_get_path     (const NnJson  *self) G_GNUC_WARN_UNUSED_RESULT;

/* What @self holds, if it is of the type and in the range.  Otherwise FALSE
 * or NULL, with an error that names source, path, value and rule.  A whole
 * number is a double, too, when no digit is lost. */
gboolean           nn_json_as_bool      (const NnJson  *self,
                                         gboolean      *value,
                                         GError       **error);
gboolean           nn_json_as_integer   (const NnJson  *self,
                                         gint64         min,
                                         gint64         max,
                                         gint64        *value,
                                         GError       **error);
gboolean           nn_json_as_unsigned  (const NnJson  *self,
                                         guint64        max,
                                         guint64       *value,
                                         GError       **error);
gboolean           nn_json_as_double    (const NnJson  *self,
                                         double         min,
                                         double         max,
                                         double        *value,
                                         GError       **error);
const char        *nn_json_as_string    (const NnJson  *self,
                                         GError       **error);
const NnJson      *nn_json_as_array     (const NnJson  *self,
                                         GError       **error);
const NnJson      *nn_json_as_object    (const NnJson  *self,
                                         GError       **error);

/* The same for the member @key of the object @self, which must be there. */
gboolean           nn_json_get_bool     (const NnJson  *self,
                                         const char    *key,
                                         gboolean      *value,
                                         GError       **error);
gboolean           nn_json_get_integer  (const NnJson  *self,
                                         const char    *key,
                                         gint64         min,
                                         gint64         max,
                                         gint64        *value,
                                         GError       **error);
gboolean           nn_json_get_unsigned (const NnJson  *self,
                                         const char    *key,
                                         guint64        max,
                                         guint64       *value,
                                         GError       **error);
gboolean           nn_json_get_double   (const NnJson  *self,
                                         const char    *key,
                                         double         min,
                                         double         max,
                                         double        *value,
                                         GError       **error);
const char        *nn_json_get_string   (const NnJson  *self,
                                         const char    *key,
                                         GError       **error);
const NnJson      *nn_json_get_array    (const NnJson  *self,
                                         const char    *key,
                                         GError       **error);
const NnJson      *nn_json_get_object   (const NnJson  *self,
                                         const char    *key,
                                         GError       **error);

/* "“text”" for a message about a key or string of a stranger: cut to a length
 * that fits, without control characters.  @text need not even be UTF-8.
 * (transfer full) */
char              *nn_json_quote        (const char    *text) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnJson, nn_json_unref)

G_END_DECLS
