/* key-file.h: the hand-written settings of lessons, tasks and the course
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Groups of “key=value” lines as in a desktop file; the notation is described
 * for authors in exercises/lessons/README.md.  Whoever reads a file asks for
 * what it knows and then calls ex_key_file_finish(), which refuses the rest:
 * a misspelt key is an error, never a setting without effect.
 *
 * Strings handed out belong to the file. */
typedef struct _ExKeyFile ExKeyFile;
typedef struct _ExKeyGroup ExKeyGroup;

/* Texts are given out in the first of ex_text_languages(@language) they have. */
ExKeyFile   *ex_key_file_parse         (const char        *data,
                                        gsize              size,
                                        const char        *name,
                                        const char        *language,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
ExKeyFile   *ex_key_file_read          (const char        *path,
                                        const char        *name,
                                        const char        *language,
                                        GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void         ex_key_file_free          (ExKeyFile         *self);

/* The group “[kind]”, which has to be there. */
ExKeyGroup  *ex_key_file_get           (ExKeyFile         *self,
                                        const char        *kind,
                                        GError           **error);

/* The first group “[kind id]” behind @after, or in the whole file for NULL;
 * NULL when there is no more. */
ExKeyGroup  *ex_key_file_next          (ExKeyFile         *self,
                                        const char        *kind,
                                        ExKeyGroup        *after);

/* FALSE when the file says something that nobody has asked for. */
gboolean     ex_key_file_finish        (ExKeyFile         *self,
                                        GError           **error);

/* One line for each text that was asked for and is not there in the language
 * wanted.  (element-type utf8) */
GPtrArray   *ex_key_file_get_untranslated (ExKeyFile      *self);

const char  *ex_key_group_get_id       (ExKeyGroup        *self);

/* NULL when the key is absent or empty. */
const char  *ex_key_group_find         (ExKeyGroup        *self,
                                        const char        *key);
const char  *ex_key_group_find_text    (ExKeyGroup        *self,
                                        const char        *key);

/* The same, but then with @error set. */
const char  *ex_key_group_get          (ExKeyGroup        *self,
                                        const char        *key,
                                        GError           **error);
const char  *ex_key_group_get_text     (ExKeyGroup        *self,
                                        const char        *key,
                                        GError           **error);

/* The number at @key within @min and @max; @number keeps its value when the
 * key is absent. */
gboolean     ex_key_group_read_number  (ExKeyGroup        *self,
                                        const char        *key,
                                        double             min,
                                        double             max,
                                        double            *number,
                                        GError           **error);

/* The words at @key, without any when the key is absent.  (transfer full) */
char       **ex_key_group_dup_words    (ExKeyGroup        *self,
                                        const char        *key) G_GNUC_WARN_UNUSED_RESULT;

/* Says what is wrong with @key, or with the group when @key is NULL. */
void         ex_key_group_set_error    (ExKeyGroup        *self,
                                        const char        *key,
                                        GError           **error,
                                        const char        *format,
                                        ...) G_GNUC_PRINTF (4, 5);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExKeyFile, ex_key_file_free)

G_END_DECLS
