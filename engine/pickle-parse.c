/* pickle-parse.c: reads Python's pickles without doing what they say
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/pickle-private.h"

#include "engine/error.h"
#include "engine/json.h"
#include "engine/little-endian.h"

#include <glib/gi18n-lib.h>

/* A pickle is a program for a machine with a stack and a memory
 * (https://docs.python.org/3/library/pickletools.html).  Python's own machine may
 * call anything; this one knows the instructions that plain data needs, and
 * writes down a call instead of doing it. */

#define PROTOCOL  2

enum
{
  OP_MARK = '(', OP_STOP = '.', OP_BINFLOAT = 'G', OP_BININT = 'J', OP_BININT1 = 'K',
  OP_BININT2 = 'M', OP_NONE = 'N', OP_BINPERSID = 'Q', OP_REDUCE = 'R', OP_BINSTRING = 'T',
  OP_SHORT_BINSTRING = 'U', OP_BINUNICODE = 'X', OP_EMPTY_LIST = ']', OP_APPEND = 'a',
  OP_BUILD = 'b', OP_GLOBAL = 'c', OP_APPENDS = 'e', OP_BINGET = 'h', OP_LONG_BINGET = 'j',
  OP_BINPUT = 'q', OP_LONG_BINPUT = 'r', OP_SETITEM = 's', OP_TUPLE = 't', OP_EMPTY_TUPLE = ')',
  OP_SETITEMS = 'u', OP_EMPTY_DICT = '}', OP_PROTO = 0x80, OP_NEWOBJ = 0x81, OP_TUPLE1 = 0x85,
  OP_TUPLE2 = 0x86, OP_TUPLE3 = 0x87, OP_NEWTRUE = 0x88, OP_NEWFALSE = 0x89, OP_LONG1 = 0x8a,
};

typedef struct
{
  NnPickle             *pickle;
  const guint8         *start;
  const guint8         *next;
  const guint8         *end;
  const NnPickleGlobal *globals;
  const char           *source;
  const NnLimits       *limits;
  GPtrArray            *stack;  /* NULL stands for a mark */
  GPtrArray            *memo;
} Machine;

static gboolean
set_error (Machine      *self,
           NnErrorCode   code,
           const char   *rule,
           GError      **error)
{
  g_set_error (error, NN_ERROR, code,
               /* Translators: file, a place in it, and a sentence. */
               _("%s: the pickle at byte %zu: %s"), self->source,
               (gsize) (self->next - self->start), rule);
  return FALSE;
}

static gboolean
damaged (Machine  *self,
         GError  **error)
{
  return set_error (self, NN_ERROR_FILE,
                    _("It is damaged: what stands here makes no sense."), error);
}

static gboolean
too_large (Machine  *self,
           GError  **error)
{
  g_autofree char *rule = g_strdup_printf (_("It has more than %u values."),
                                           self->limits->values);

  return set_error (self, NN_ERROR_FILE, rule, error);
}

static NnPickleValue *
new_value (Machine       *self,
           NnPickleType   type,
           GError       **error)
{
  NnPickleValue *value = nn_pickle_new_value (self->pickle, type);

  if (value == NULL)
    too_large (self, error);
  return value;
}

static gboolean
add_item (Machine        *self,
          NnPickleValue  *value,
          NnPickleValue  *item,
          GError        **error)
{
  return nn_pickle_add_item (self->pickle, value, item) || too_large (self, error);
}

/* The next @size bytes, or NULL with an error. */
static const guint8 *
take (Machine  *self,
      gsize     size,
      GError  **error)
{
  const guint8 *taken = self->next;

  if (size > (gsize) (self->end - self->next))
    {
      set_error (self, NN_ERROR_FILE, _("It ends too early."), error);
      return NULL;
    }

  self->next += size;
  return taken;
}

/* @value is NULL when it could not be made; then @error is set already. */
static gboolean
push (Machine        *self,
      NnPickleValue  *value,
      GError        **error)
{
  if (value == NULL)
    return FALSE;
  if (self->stack->len == self->limits->values)
    return too_large (self, error);

  g_ptr_array_add (self->stack, value);
  return TRUE;
}

static gboolean
push_mark (Machine  *self,
           GError  **error)
{
  if (self->stack->len == self->limits->values)
    return too_large (self, error);

  g_ptr_array_add (self->stack, NULL);
  return TRUE;
}

static gboolean
push_integer (Machine       *self,
              NnPickleType   type,
              gint64         integer,
              GError       **error)
{
  NnPickleValue *value = new_value (self, type, error);

  if (value != NULL)
    value->integer = integer;
  return push (self, value, error);
}

/* The last value above the last mark, or NULL. */
static NnPickleValue *
peek (Machine *self)
{
  return self->stack->len == 0 ? NULL
                               : g_ptr_array_index (self->stack, self->stack->len - 1);
}

static NnPickleValue *
pop (Machine *self)
{
  NnPickleValue *value = peek (self);

  if (value != NULL)
    g_ptr_array_set_size (self->stack, (int) self->stack->len - 1);
  return value;
}

/* The index of what stands on the last mark.  FALSE when there is none. */
static gboolean
find_mark (Machine *self,
           guint   *first)
{
  for (guint i = self->stack->len; i > 0; i--)
    if (g_ptr_array_index (self->stack, i - 1) == NULL)
      {
        *first = i;
        return TRUE;
      }

  return FALSE;
}

/* Bytes that Python keeps as an integer: the last one has the sign. */
static gboolean
push_long (Machine  *self,
           GError  **error)
{
  const guint8 *length = take (self, 1, error);
  const guint8 *bytes = length == NULL ? NULL : take (self, *length, error);
  guint64 bits = 0;

  if (bytes == NULL)
    return FALSE;
  if (*length > sizeof bits)
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("It has a whole number of more than 64 bits."), error);

  if (*length > 0 && bytes[*length - 1] & 0x80)
    bits = G_MAXUINT64;
  for (int i = *length - 1; i >= 0; i--)
    bits = bits << 8 | bytes[i];

  return push_integer (self, NN_PICKLE_INTEGER, (gint64) bits, error);
}

static gboolean
push_double (Machine  *self,
             GError  **error)
{
  const guint8 *bytes = take (self, 8, error);
  NnPickleValue *value = bytes == NULL ? NULL : new_value (self, NN_PICKLE_DOUBLE, error);
  guint64 bits;

  if (value == NULL)
    return FALSE;

  bits = GUINT64_SWAP_LE_BE (nn_read_u64 (bytes));
  memcpy (&value->number, &bits, sizeof bits);
  return push (self, value, error);
}

/* @length is NULL when there was no room even for it. */
static gboolean
push_text (Machine       *self,
           const guint8  *length,
           gsize          size,
           GError       **error)
{
  const char *bytes = length == NULL ? NULL : (const char *) take (self, size, error);
  NnPickleValue *value;

  if (bytes == NULL)
    return FALSE;
  if (!g_utf8_validate_len (bytes, size, NULL))
    return set_error (self, NN_ERROR_FILE, _("It has a text that is not UTF-8."), error);

  value = new_value (self, NN_PICKLE_TEXT, error);
  if (value != NULL)
    value->text = g_string_chunk_insert_len (self->pickle->texts, bytes, (gssize) size);
  return push (self, value, error);
}

/* The bytes up to the end of the line, without it. */
static char *
take_line (Machine *self)
{
  const guint8 *line = self->next;
  const guint8 *end = memchr (line, '\n', (gsize) (self->end - line));

  if (end == NULL || !g_utf8_validate_len ((const char *) line, (gsize) (end - line), NULL))
    return NULL;

  self->next = end + 1;
  return g_strndup ((const char *) line, (gsize) (end - line));
}

static const NnPickleGlobal *
find_global (Machine    *self,
             const char *name)
{
  for (const NnPickleGlobal *global = self->globals; global->name != NULL; global++)
    if (g_str_equal (global->name, name))
      return global;

  return NULL;
}

static gboolean
push_global (Machine  *self,
             GError  **error)
{
  g_autofree char *module = take_line (self);
  g_autofree char *class = module == NULL ? NULL : take_line (self);
  g_autofree char *name = class == NULL ? NULL : g_strdup_printf ("%s.%s", module, class);
  const NnPickleGlobal *global;
  NnPickleValue *value;

  if (name == NULL)
    return damaged (self, error);

  global = find_global (self, name);
  if (global == NULL)
    {
      g_autofree char *quoted = nn_json_quote (name);

      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("%s wants the Python object %s, and only plain numbers are taken from files. "
                     "Save “model.state_dict()” instead of the model."), self->source, quoted);
      return FALSE;
    }

  value = new_value (self, NN_PICKLE_GLOBAL, error);
  if (value != NULL)
    value->text = global->name;
  return push (self, value, error);
}

static gboolean
put_memo (Machine  *self,
          gsize     index,
          GError  **error)
{
  NnPickleValue *value = peek (self);

  if (value == NULL)
    return damaged (self, error);
  if (index >= self->limits->values)
    return too_large (self, error);

  if (index >= self->memo->len)
    g_ptr_array_set_size (self->memo, (int) index + 1);
  self->memo->pdata[index] = value;
  return TRUE;
}

static gboolean
get_memo (Machine  *self,
          gsize     index,
          GError  **error)
{
  if (index >= self->memo->len || self->memo->pdata[index] == NULL)
    return damaged (self, error);

  return push (self, self->memo->pdata[index], error);
}

/* The last @n values become one tuple. */
static gboolean
make_tuple (Machine  *self,
            guint     n,
            GError  **error)
{
  guint first = self->stack->len - MIN (n, self->stack->len);
  NnPickleValue *tuple = new_value (self, NN_PICKLE_TUPLE, error);

  if (tuple == NULL)
    return FALSE;

  if (self->stack->len < n)
    return damaged (self, error);
  for (guint i = first; i < self->stack->len; i++)
    {
      if (g_ptr_array_index (self->stack, i) == NULL)
        return damaged (self, error);
      if (!add_item (self, tuple, g_ptr_array_index (self->stack, i), error))
        return FALSE;
    }

  g_ptr_array_set_size (self->stack, (int) first);
  return push (self, tuple, error);
}

static gboolean
make_marked_tuple (Machine  *self,
                   GError  **error)
{
  guint mark;
  NnPickleValue *tuple;

  if (!find_mark (self, &mark))
    return damaged (self, error);
  if (!make_tuple (self, self->stack->len - mark, error))
    return FALSE;

  tuple = pop (self);
  g_ptr_array_set_size (self->stack, (int) mark - 1);
  return push (self, tuple, error);
}

/* Adds the values from @first on to the list or dictionary that stands @below
 * values further down. */
static gboolean
add_items (Machine       *self,
           NnPickleType   type,
           guint          first,
           guint          below,
           GError       **error)
{
  NnPickleValue *target = first < below ? NULL : g_ptr_array_index (self->stack, first - below);

  if (target == NULL || target->type != type
      || (type == NN_PICKLE_DICT && (self->stack->len - first) % 2 != 0))
    return damaged (self, error);

  for (guint i = first; i < self->stack->len; i++)
    if (!add_item (self, target, g_ptr_array_index (self->stack, i), error))
      return FALSE;
  g_ptr_array_set_size (self->stack, (int) (first - below + 1));
  return TRUE;
}

static gboolean
add_marked_items (Machine       *self,
                  NnPickleType   type,
                  GError       **error)
{
  guint first;

  if (!find_mark (self, &first))
    return damaged (self, error);

  return add_items (self, type, first, 2, error);
}

static gboolean
add_last_items (Machine       *self,
                NnPickleType   type,
                guint          n,
                GError       **error)
{
  for (guint i = 0; i < n; i++)
    if (self->stack->len < n || self->stack->pdata[self->stack->len - n + i] == NULL)
      return damaged (self, error);

  return add_items (self, type, self->stack->len - n, 1, error);
}

/* Python 2 makes an ordered dictionary from a list of pairs. */
static gboolean
add_pairs (Machine              *self,
           NnPickleValue        *dict,
           const NnPickleValue  *list,
           GError              **error)
{
  for (guint i = 0; list->type == NN_PICKLE_LIST && i < list->n_items; i++)
    {
      const NnPickleValue *pair = list->items[i];

      if ((pair->type != NN_PICKLE_LIST && pair->type != NN_PICKLE_TUPLE) || pair->n_items != 2)
        return damaged (self, error);
      if (!add_item (self, dict, pair->items[0], error)
          || !add_item (self, dict, pair->items[1], error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
reduce (Machine  *self,
        GError  **error)
{
  NnPickleValue *arguments = pop (self);
  NnPickleValue *function = arguments == NULL ? NULL : pop (self);
  NnPickleValue *value;

  if (function == NULL || function->type != NN_PICKLE_GLOBAL || arguments->type != NN_PICKLE_TUPLE)
    return damaged (self, error);

  if (find_global (self, function->text)->is_dict)
    {
      value = new_value (self, NN_PICKLE_DICT, error);
      return push (self, value, error)
             && (arguments->n_items == 0 || add_pairs (self, value, arguments->items[0], error));
    }

  value = new_value (self, NN_PICKLE_CALL, error);
  return value != NULL
         && add_item (self, value, function, error)
         && add_item (self, value, arguments, error)
         && push (self, value, error);
}

/* The state of an object: the values of its class are not needed. */
static gboolean
build (Machine  *self,
       GError  **error)
{
  NnPickleValue *state = pop (self);
  NnPickleValue *object = peek (self);

  if (state == NULL || object == NULL
      || (object->type != NN_PICKLE_DICT && object->type != NN_PICKLE_CALL))
    return damaged (self, error);

  return TRUE;
}

static gboolean
refer_outside (Machine  *self,
               GError  **error)
{
  NnPickleValue *what = pop (self);
  NnPickleValue *value = what == NULL ? NULL : new_value (self, NN_PICKLE_OUTSIDE, error);

  if (what == NULL)
    return damaged (self, error);

  return value != NULL && add_item (self, value, what, error) && push (self, value, error);
}

static gboolean
check_protocol (Machine  *self,
                GError  **error)
{
  const guint8 *version = take (self, 1, error);

  if (version == NULL)
    return FALSE;

  if (*version != PROTOCOL)
    {
      g_autofree char *rule = g_strdup_printf (_("It is of protocol %d, and only %d is read."),
                                               *version, PROTOCOL);

      return set_error (self, NN_ERROR_UNSUPPORTED, rule, error);
    }

  return TRUE;
}

static gboolean
unknown_instruction (Machine  *self,
                     guint8    op,
                     GError  **error)
{
  g_autofree char *rule = NULL;

  if (op == OP_NEWOBJ)
    return set_error (self, NN_ERROR_UNSUPPORTED,
                      _("It makes a Python object, and only plain numbers are taken from files. "
                        "Save “model.state_dict()” instead of the model."), error);

  rule = g_strdup_printf (_("It has the instruction 0x%02x, which plain numbers do not need."),
                          op);
  return set_error (self, NN_ERROR_UNSUPPORTED, rule, error);
}

/* Instructions with a number of @size bytes behind them. */
static gboolean
execute_number (Machine  *self,
                guint8    op,
                gsize     size,
                GError  **error)
{
  const guint8 *bytes = take (self, size, error);
  guint32 number;

  if (bytes == NULL)
    return FALSE;

  number = size == 1 ? *bytes : size == 2 ? nn_read_u16 (bytes) : nn_read_u32 (bytes);
  switch (op)
    {
    case OP_BININT:
      return push_integer (self, NN_PICKLE_INTEGER, (gint32) number, error);
    case OP_BININT1:
    case OP_BININT2:
      return push_integer (self, NN_PICKLE_INTEGER, number, error);
    case OP_BINPUT:
    case OP_LONG_BINPUT:
      return put_memo (self, number, error);
    case OP_BINGET:
    case OP_LONG_BINGET:
      return get_memo (self, number, error);
    default:
      return push_text (self, bytes, number, error);
    }
}

static gboolean
execute (Machine  *self,
         guint8    op,
         GError  **error)
{
  switch (op)
    {
    case OP_PROTO:
      return check_protocol (self, error);
    case OP_MARK:
      return push_mark (self, error);
    case OP_NONE:
      return push (self, new_value (self, NN_PICKLE_NONE, error), error);
    case OP_NEWTRUE:
    case OP_NEWFALSE:
      return push_integer (self, NN_PICKLE_BOOL, op == OP_NEWTRUE, error);
    case OP_BININT1:
    case OP_BINPUT:
    case OP_BINGET:
    case OP_SHORT_BINSTRING:
      return execute_number (self, op, 1, error);
    case OP_BININT2:
      return execute_number (self, op, 2, error);
    case OP_BININT:
    case OP_LONG_BINPUT:
    case OP_LONG_BINGET:
    case OP_BINSTRING:
    case OP_BINUNICODE:
      return execute_number (self, op, 4, error);
    case OP_LONG1:
      return push_long (self, error);
    case OP_BINFLOAT:
      return push_double (self, error);
    case OP_GLOBAL:
      return push_global (self, error);
    case OP_EMPTY_TUPLE:
      return push (self, new_value (self, NN_PICKLE_TUPLE, error), error);
    case OP_EMPTY_LIST:
      return push (self, new_value (self, NN_PICKLE_LIST, error), error);
    case OP_EMPTY_DICT:
      return push (self, new_value (self, NN_PICKLE_DICT, error), error);
    case OP_TUPLE1:
    case OP_TUPLE2:
    case OP_TUPLE3:
      return make_tuple (self, op - OP_TUPLE1 + 1, error);
    case OP_TUPLE:
      return make_marked_tuple (self, error);
    case OP_APPEND:
      return add_last_items (self, NN_PICKLE_LIST, 1, error);
    case OP_APPENDS:
      return add_marked_items (self, NN_PICKLE_LIST, error);
    case OP_SETITEM:
      return add_last_items (self, NN_PICKLE_DICT, 2, error);
    case OP_SETITEMS:
      return add_marked_items (self, NN_PICKLE_DICT, error);
    case OP_REDUCE:
      return reduce (self, error);
    case OP_BUILD:
      return build (self, error);
    case OP_BINPERSID:
      return refer_outside (self, error);
    default:
      return unknown_instruction (self, op, error);
    }
}

/* Runs to the end of the pickle, where one value is left. */
static gboolean
run (Machine  *self,
     GError  **error)
{
  const guint8 *op;

  while ((op = take (self, 1, error)) != NULL)
    {
      if (*op == OP_STOP)
        {
          self->pickle->root = pop (self);
          return (self->pickle->root != NULL && self->stack->len == 0) || damaged (self, error);
        }
      if (!execute (self, *op, error))
        return FALSE;
    }

  return FALSE;
}

NnPickle *
nn_pickle_parse (const guint8          *bytes,
                 gsize                  size,
                 const NnPickleGlobal  *globals,
                 const char            *source,
                 const NnLimits        *limits,
                 gsize                 *used,
                 GError               **error)
{
  g_autoptr (NnPickle) self = nn_pickle_new (limits->values);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GPtrArray) memo = g_ptr_array_new ();
  Machine machine = {
    self, bytes, bytes, bytes + size, globals, source, limits, stack, memo
  };

  if (!run (&machine, error))
    return NULL;

  if (used != NULL)
    *used = (gsize) (machine.next - bytes);
  return g_steal_pointer (&self);
}
