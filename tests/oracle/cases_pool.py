# cases_pool.py: random cases of pooling
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch.nn.functional as F
from ops import Case, pick, randn
from cases_convolution import some, words


def image(n, low, high):
    return randn(random.randint(1, 2), random.randint(1, 3), *some(n, low, high))


def pool(n, kind):
    function = getattr(F, f"{kind}_pool{n}d")

    def make():
        kernel, stride = some(n, 1, 3), some(n, 1, 3)
        padding = tuple(random.randint(0, k // 2) for k in kernel)
        ceil, dilation, count = pick(True, False), (1,) * n, pick(True, False)
        if kind == "max":
            dilation = some(n, 1, 2)
        x = randn(random.randint(1, 2), random.randint(1, 3),
                  *(d * (k - 1) + random.randint(1, 3) for k, d in zip(kernel, dilation)))
        attrs = (f"kernel={words(kernel)} stride={words(stride)} padding={words(padding)} "
                 f"ceil-mode={str(ceil).lower()} ")
        if kind == "max":
            return Case(attrs + f"dilation={words(dilation)}", [x],
                        lambda x: function(x, kernel, stride, padding, dilation, ceil))
        return Case(attrs + f"count-include-pad={str(count).lower()}", [x],
                    lambda x: function(x, kernel, stride, padding, ceil, count))
    return make


def lp(n):
    function = getattr(F, f"lp_pool{n}d")

    def make():
        kernel, stride, norm, ceil = some(n, 1, 3), some(n, 1, 3), pick(1, 2), pick(True, False)
        k, s = (kernel, stride) if n > 1 else (kernel[0], stride[0])
        return Case(f"kernel={words(kernel)} stride={words(stride)} norm={norm} "
                    f"ceil-mode={str(ceil).lower()}", [image(n, 3, 6)],
                    lambda x: function(x, norm, k, s, ceil))
    return make


def adaptive(n, kind):
    function = getattr(F, f"adaptive_{kind}_pool{n}d")

    def make():
        size = pick((1,) * n, some(n, 1, 4), some(n, 0, 4))
        wanted = tuple(s or None for s in size)
        return Case(f"size={words(size)}", [image(n, 2, 4 if n > 2 else 6)],
                    lambda x: function(x, wanted if n > 1 or size[0] else x.shape[2]))
    return make


def whole(n, kind):
    function = getattr(F, f"adaptive_{kind}_pool{n}d")
    return lambda: Case("", [image(n, 1, 5)], lambda x: function(x, 1))


CASES = {f"lp-pool-{n}d": lp(n) for n in (1, 2)}
for n in (1, 2, 3):
    for kind, name in (("max", "max"), ("avg", "average")):
        CASES[f"{name}-pool-{n}d"] = pool(n, kind)
        CASES[f"adaptive-{name}-pool-{n}d"] = adaptive(n, kind)
        CASES[f"global-{name}-pool-{n}d"] = whole(n, kind)
