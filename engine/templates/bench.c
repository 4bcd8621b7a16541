/* bench.c: the networks that are measured against PyTorch
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/template.h"

#include <glib/gi18n-lib.h>

/* The peers, with the same layers, losses and optimisers, are in the comparison
 * that “./dev bench” runs. */

#define CONV(channels) "conv-2d channels=" channels " padding=1\nrelu\n"
#define POOL           "max-pool-2d\n"

static void
add_conv (GString *layers,
          int      channels,
          int      kernel,
          int      stride,
          int      groups)
{
  g_string_append_printf (layers,
                          "conv-2d channels=%d kernel=%d stride=%d padding=%d groups=%d "
                          "bias=false\n"
                          "batch-norm\n", channels, kernel, stride, kernel / 2, groups);
}

static void
write_resnet (const NnTemplate *self,
              GString          *layers)
{
  int channels = 64;

  add_conv (layers, 64, 3, 1, 1);
  g_string_append (layers, "block0: relu\n");
  for (int i = 1; i <= 8; i++)
    {
      int width = 64 << (i - 1) / 2;
      int stride = width > channels ? 2 : 1;

      add_conv (layers, width, 3, stride, 1);
      g_string_append (layers, "relu\n");
      g_string_append_printf (layers, "conv-2d channels=%d padding=1 bias=false\n"
                              "main%d: batch-norm\n", width, i);
      if (width > channels)
        g_string_append_printf (layers,
                                "conv-2d channels=%d kernel=1 stride=2 bias=false block%d\n"
                                "batch-norm\n"
                                "add main%d .\n", width, i - 1, i);
      else
        g_string_append_printf (layers, "add . block%d\n", i - 1);
      g_string_append_printf (layers, "block%d: relu\n", i);
      channels = width;
    }
  g_string_append (layers, "global-average-pool-2d\nflatten\nlinear features=$classes\n");
}

static void
write_separable (const NnTemplate *self,
                 GString          *layers)
{
  static const struct { int channels, stride; } blocks[] = {
    { 64, 1 }, { 128, 2 }, { 128, 1 }, { 256, 2 }, { 256, 1 }, { 512, 2 }, { 512, 1 }, { 512, 1 }
  };
  int channels = 32;

  add_conv (layers, channels, 3, 1, 1);
  g_string_append (layers, "relu\n");
  for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      add_conv (layers, channels, 3, blocks[i].stride, channels);
      g_string_append (layers, "relu\n");
      channels = blocks[i].channels;
      add_conv (layers, channels, 1, 1, 1);
      g_string_append (layers, "relu\n");
    }
  g_string_append (layers, "global-average-pool-2d\nflatten\nlinear features=$classes\n");
}

const NnTemplate nn_templates_bench[] = {
  {
    .name    = "tiny-mlp",
    .title   = N_("Tiny perceptron"),
    .summary = N_("A measure of what a step costs besides arithmetic."),
    .layers  = "linear features=16\n"
               "relu\n"
               "linear features=16\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 2 }, .n_classes = 2, .is_bench = TRUE, .bench_batch = 32,
  },
  {
    .name    = "mnist-cnn",
    .title   = N_("Convolutional network for MNIST"),
    .summary = N_("The network of PyTorch’s MNIST example, for comparison."),
    .layers  = "conv-2d channels=32\n"
               "relu\n"
               "conv-2d channels=64\n"
               "relu\n"
               "max-pool-2d\n"
               "dropout rate=0.25\n"
               "flatten\n"
               "linear features=128\n"
               "relu\n"
               "dropout rate=0.5\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 64,
  },
  {
    .name    = "vgg11",
    .title   = N_("VGG-11 for small images"),
    .summary = N_("Eight convolutions without normalisation, for comparison."),
    .layers  = CONV ("64") POOL
               CONV ("128") POOL
               CONV ("256") CONV ("256") POOL
               CONV ("512") CONV ("512") POOL
               CONV ("512") CONV ("512") POOL
               "flatten\n"
               "linear features=$classes",
    .item    = { 3, 32, 32 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 32,
  },
  {
    .name    = "resnet18",
    .title   = N_("ResNet-18 for small images"),
    .summary = N_("Eight residual blocks behind a 3×3 stem, for comparison."),
    .write   = write_resnet,
    .item    = { 3, 32, 32 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 32,
    .optimiser = "sgd momentum=0.9 weight-decay=0.0005",
  },
  {
    .name    = "separable",
    .title   = N_("Depthwise-separable network"),
    .summary = N_("Convolutions within and across channels in turn, for comparison."),
    .write   = write_separable,
    .item    = { 3, 32, 32 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 32,
    .optimiser = "sgd momentum=0.9 weight-decay=0.0005",
  },
  {
    .name    = "lstm-small",
    .title   = N_("Small LSTM classifier"),
    .summary = N_("Reads 28 steps of 28 numbers into 128 units, for comparison."),
    .layers  = "lstm hidden=128\n"
               "take-last\n"
               "linear features=$classes",
    .item    = { 28, 28 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 64,
    .optimiser = "adam",
  },
  {
    .name    = "lstm-large",
    .title   = N_("Large LSTM classifier"),
    .summary = N_("Reads 35 steps of 256 numbers into 512 units, for comparison."),
    .layers  = "lstm hidden=512\n"
               "take-last\n"
               "linear features=$classes",
    .item    = { 35, 256 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 32,
    .optimiser = "adam",
  },
  { NULL }
};
