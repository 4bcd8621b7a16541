# cases_activation.py: random cases of element-wise non-linearities
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, randn, some_shape


def activation(function, attrs=lambda: "", scale=2.0):
    def make():
        text = attrs()
        keys = dict(part.split("=") for part in text.split())
        return Case(text, [randn(*some_shape(), scale=scale)], lambda x: function(x, **keys))
    return make


CASES = {
    "relu": activation(torch.nn.functional.relu),
    "leaky-relu": activation(lambda x, slope: torch.nn.functional.leaky_relu(x, float(slope)),
                             lambda: f"slope={random.random():.3f}"),
    "sigmoid": activation(torch.sigmoid),
    "tanh": activation(torch.tanh),
    "gelu": activation(torch.nn.functional.gelu),
    "silu": activation(torch.nn.functional.silu),
    "softplus": activation(torch.nn.functional.softplus),
}
