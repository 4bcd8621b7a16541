# cases_activation.py: random cases of element-wise non-linearities
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
import torch.nn.functional as F
from ops import Case, pick, randn, some_shape


def activation(function, attrs=lambda: "", scale=2.0):
    def make():
        text = attrs()
        keys = dict(part.split("=") for part in text.split())
        return Case(text, [randn(*some_shape(size=5), scale=scale)],
                    lambda x: function(x, **keys))
    return make


def softmax(function, axis=None):
    def make():
        shape = some_shape(4 if axis is None else 1, 4, 4)
        dim = random.randrange(-len(shape), len(shape))
        if axis is None:
            return Case("", [randn(*shape)], lambda x: function(x, 1))
        return Case(f"axis={dim}", [randn(*shape)], lambda x: function(x, dim))
    return make


def glu():
    shape = some_shape(1, 4, 4)
    axis = random.randrange(-len(shape), len(shape))
    shape[axis] *= 2
    return Case(f"axis={axis}", [randn(*shape)], lambda x: F.glu(x, axis))


def prelu():
    per_channel = pick(True, False)
    shape = some_shape(2 if per_channel else 1, 4, 4)
    return Case(f"per-channel={str(per_channel).lower()}", [randn(*shape)],
                lambda x, weight: F.prelu(x, weight),
                {"weight": randn(shape[1] if per_channel else 1)})


def number(name, low, high):
    return lambda: f"{name}={random.uniform(low, high):.3f}"


def hard_tanh():
    low, high = random.uniform(-2, 0), random.uniform(0, 2)
    return f"low={low:.3f} high={high:.3f}"


def threshold():
    return f"threshold={random.uniform(-1, 1):.3f} value={random.uniform(-3, 3):.3f}"


CASES = {
    "relu": activation(F.relu),
    "leaky-relu": activation(lambda x, slope: F.leaky_relu(x, float(slope)),
                             number("slope", 0, 1)),
    "sigmoid": activation(torch.sigmoid),
    "tanh": activation(torch.tanh),
    "gelu": activation(lambda x, approximate: F.gelu(x, approximate=approximate),
                       lambda: "approximate=" + pick("none", "tanh")),
    "silu": activation(F.silu),
    "softplus": activation(F.softplus),
    "softmin": softmax(F.softmin, "any"),
    "softmax-2d": softmax(F.softmax),
    "glu": glu,
    "prelu": prelu,
    "elu": activation(lambda x, alpha: F.elu(x, float(alpha)), number("alpha", 0.1, 2)),
    "selu": activation(F.selu),
    "relu6": activation(F.relu6, scale=5),
    "hard-swish": activation(F.hardswish, scale=3),
    "mish": activation(F.mish, scale=4),
    "hard-sigmoid": activation(F.hardsigmoid, scale=3),
    "hard-tanh": activation(lambda x, low, high: F.hardtanh(x, float(low), float(high)), hard_tanh),
    "celu": activation(lambda x, alpha: F.celu(x, float(alpha)), number("alpha", 0.1, 2)),
    "log-sigmoid": activation(F.logsigmoid, scale=5),
    "softsign": activation(F.softsign),
    "tanhshrink": activation(F.tanhshrink),
    "softshrink": activation(lambda x, **keys: F.softshrink(x, float(keys["lambda"])),
                             number("lambda", 0, 1.5)),
    "hardshrink": activation(lambda x, **keys: F.hardshrink(x, float(keys["lambda"])),
                             number("lambda", 0, 1.5)),
    "threshold": activation(lambda x, threshold, value: F.threshold(x, float(threshold),
                                                                    float(value)), threshold),
}
