/* first.c: networks for a first day
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/template.h"

#include <glib/gi18n-lib.h>

const NnTemplate nn_templates_first[] = {
  {
    .name    = "perceptron-2d",
    .title   = N_("Perceptron in the plane"),
    .summary = N_("Divides points of the plane; small enough to follow every number."),
    .layers  = "linear features=16\n"
               "relu\n"
               "linear features=16\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 2 }, .n_classes = 2,
  },
  {
    .name    = "mlp",
    .title   = N_("Multi-layer perceptron"),
    .summary = N_("Two hidden layers that see all pixels at once."),
    .layers  = "flatten\n"
               "linear features=512\n"
               "relu\n"
               "linear features=512\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 784 }, .n_classes = 10, .bench_batch = 64,
  },
  {
    .name    = "lenet",
    .title   = N_("LeNet"),
    .summary = N_("The classic network for digits, with two convolutions."),
    .layers  = "conv-2d channels=6 kernel=5 padding=2\n"
               "relu\n"
               "max-pool-2d\n"
               "conv-2d channels=16 kernel=5\n"
               "relu\n"
               "max-pool-2d\n"
               "flatten\n"
               "linear features=120\n"
               "relu\n"
               "linear features=84\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10, .bench_batch = 64,
  },
  {
    .name    = "cnn",
    .title   = N_("Convolutional network"),
    .summary = N_("Two convolutions with pooling and dropout: a good start for small images."),
    .layers  = "conv-2d channels=32 padding=same\n"
               "relu\n"
               "max-pool-2d\n"
               "conv-2d channels=64 padding=same\n"
               "relu\n"
               "max-pool-2d\n"
               "dropout rate=0.25\n"
               "flatten\n"
               "linear features=128\n"
               "relu\n"
               "dropout rate=0.5\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10,
  },
  { NULL }
};
