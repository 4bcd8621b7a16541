# cases_channels.py: random cases of layers about whole channels
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
import torch.nn.functional as F
from ops import Case, pick, randn


def squeeze_excite():
    c, reduced = random.randint(1, 9), random.randint(0, 4)
    activation, gate = pick("relu", "silu", "gelu"), pick("sigmoid", "hard-sigmoid")
    between = reduced or max(c // 4, 1)
    curve = {"relu": F.relu, "silu": F.silu, "gelu": F.gelu,
             "sigmoid": torch.sigmoid, "hard-sigmoid": F.hardsigmoid}
    own = {"fc1.weight": randn(between, c, 1, 1), "fc1.bias": randn(between),
           "fc2.weight": randn(c, between, 1, 1), "fc2.bias": randn(c)}

    def run(x, **p):
        s = F.conv2d(x.mean((2, 3), keepdim=True), p["fc1.weight"], p["fc1.bias"])
        s = F.conv2d(curve[activation](s), p["fc2.weight"], p["fc2.bias"])
        return x * curve[gate](s)

    x = randn(random.randint(1, 2), c, random.randint(1, 4), random.randint(1, 4))
    return Case(f"reduced={reduced} activation={activation} gate={gate}", [x], run, own)


def channel_shuffle():
    groups = random.randint(1, 4)
    x = randn(random.randint(1, 2), groups * random.randint(1, 3), 2, random.randint(1, 4))
    return Case(f"groups={groups}", [x], lambda x: F.channel_shuffle(x, groups))


def pixel_shuffle():
    r = random.randint(1, 3)
    x = randn(random.randint(1, 2), r * r * random.randint(1, 2), 2, random.randint(1, 3))
    return Case(f"factor={r}", [x], lambda x: F.pixel_shuffle(x, r))


def pixel_unshuffle():
    r = random.randint(1, 3)
    x = randn(random.randint(1, 2), random.randint(1, 2), r * 2, r * random.randint(1, 3))
    return Case(f"factor={r}", [x], lambda x: F.pixel_unshuffle(x, r))


CASES = {
    "squeeze-excite": squeeze_excite,
    "channel-shuffle": channel_shuffle,
    "pixel-shuffle": pixel_shuffle,
    "pixel-unshuffle": pixel_unshuffle,
}
