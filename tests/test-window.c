/* test-window.c: how many windows there are, and what is said when there are none
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/program.h"

#include <string.h>

/* Calls the op @name with the settings @attrs on @shape: the shape of the result as people
 * read it, or the message. */
static char *
describe (const char    *name,
          const char    *attrs,
          const NnShape *shape)
{
  const NnOp *op = nn_op_find (name);
  g_autoptr (NnProgram) program = nn_program_new (NULL, TRUE);
  g_auto (GStrv) words = g_strsplit (attrs, " ", -1);
  NnValue *in = nn_program_add_value (program, NN_VALUE_INPUT, NN_FLOAT32, shape, "x");
  NnAttrValue values[NN_MAX_ATTRS];
  NnValue *out[NN_MAX_OUT];
  g_autoptr (GError) error = NULL;

  nn_attrs_initial (op->attrs, values);
  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (op->attrs, pair[0]);

      nn_attr_parse (&op->attrs[index], pair[1], &values[index], &error);
      g_assert_no_error (error);
    }

  if (!nn_program_call (program, op, values, &in, 1, "it", 1, out, &error))
    return g_strdup (error->message);
  return nn_shape_print (&out[0]->shape);
}

typedef struct
{
  const char *op;
  const char *attrs;
  NnShape     shape;
  const char *expected;         /* a shape, or part of the message */
} Case;

static const Case cases[] = {
  /* Stride 2 over 7 places begins 4 windows within them, over 8 also 4. */
  { "conv-2d", "channels=1 stride=2 padding=same-upper", { 4, { 1, 1, 7, 8 } }, "1×1×4×4" },
  { "conv-2d", "channels=1 kernel=2 padding=same", { 4, { 1, 1, 7, 8 } }, "1×1×7×8" },
  { "conv-2d", "channels=1 padding=0,1,2,3", { 4, { 1, 1, 7, 8 } }, "1×1×7×10" },
  { "conv-2d", "channels=1 stride=2 padding=same", { 4, { 1, 1, 7, 8 } },
    "Convolution 2D “it”: “same” padding needs a stride of 1." },
  { "conv-2d", "channels=1 padding=1,1,1", { 4, { 1, 1, 7, 8 } },
    "“Padding” has 3 numbers. It takes one for all axes, 2 for each axis, or 4" },
  { "conv-2d", "channels=1 kernel=3,3,3", { 4, { 1, 1, 7, 8 } },
    "“Kernel size” has 3 numbers and takes one for all axes, or 2." },
  { "conv-1d", "channels=1 kernel=3,3", { 3, { 1, 1, 7 } },
    "“Kernel size” has 2 numbers and takes one." },
  { "conv-3d", "channels=1 dilation=4", { 5, { 1, 1, 9, 9, 8 } },
    "a 9×9×9 kernel does not fit a 9×9×8 input." },
  { "conv-1d", "channels=3 groups=2", { 3, { 1, 4, 7 } },
    "4 input channels and 3 output channels cannot both be divided into 2 groups." },
  { "conv-2d", "channels=1 padding=4 padding-mode=zeros", { 4, { 1, 1, 3, 3 } }, "1×1×9×9" },

  /* A window may hang over the end, but not begin behind it. */
  { "max-pool-2d", "kernel=2 stride=2", { 4, { 1, 1, 7, 8 } }, "1×1×3×4" },
  { "max-pool-2d", "kernel=2 stride=2 ceil-mode=true", { 4, { 1, 1, 7, 8 } }, "1×1×4×4" },
  { "max-pool-2d", "kernel=1 stride=3 ceil-mode=true", { 4, { 1, 1, 7, 8 } }, "1×1×3×3" },
  { "max-pool-2d", "kernel=2 padding=2", { 4, { 1, 1, 7, 8 } },
    "the padding may be at most half of the window." },
  { "max-pool-2d", "kernel=16", { 4, { 1, 1, 32, 32 } }, "a window may have at most 254 places." },
  { "adaptive-max-pool-2d", "size=2", { 4, { 1, 1, 32, 32 } },
    "a window may have at most 254 places." },
  { "adaptive-average-pool-2d", "size=2", { 4, { 1, 1, 32, 32 } }, "1×1×2×2" },
  { "adaptive-average-pool-2d", "size=3,0", { 4, { 1, 1, 8, 5 } }, "1×1×3×5" },

  { "conv-transpose-2d", "channels=2 kernel=2 stride=2", { 4, { 1, 1, 4, 5 } }, "1×2×8×10" },
  { "conv-transpose-2d", "channels=2 stride=2 padding=1 output-padding=1", { 4, { 1, 1, 4, 5 } },
    "1×2×8×10" },
  { "conv-transpose-2d", "channels=2 stride=2 output-padding=2", { 4, { 1, 1, 4, 5 } },
    "the output padding must be smaller than the stride or the dilation." },
  { "conv-transpose-2d", "channels=2 padding=5", { 4, { 1, 1, 4, 5 } },
    "nothing would be left of the result." },

  { "pad", "before=3 mode=reflect", { 2, { 1, 3 } },
    "axis 1 has 3 places, so a mirror shows at most 2 more on each side." },
  { "pad", "before=-2 behind=-2", { 2, { 1, 3 } },
    "axis 1 has 3 places, so 4 cannot be taken away." },
  { "pad", "before=1,1,1 behind=0", { 2, { 1, 3 } },
    "a sample has the shape 3, but 3 axes are to be padded." },
};

static void
test_windows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = describe (cases[i].op, cases[i].attrs, &cases[i].shape);

      if (strstr (found, cases[i].expected) == NULL)
        {
          g_test_message ("%s %s: “%s”, not “%s”", cases[i].op, cases[i].attrs, found,
                          cases[i].expected);
          g_test_fail ();
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/cases", test_windows);
  return g_test_run ();
}
