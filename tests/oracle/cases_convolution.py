# cases_convolution.py: random cases of convolutions, of windows and of what they show
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
import torch.nn.functional as F
from ops import Case, module_case, pick, randn


def some(n, low, high):
    return tuple(random.randint(low, high) for _ in range(n))


def words(numbers):
    return ",".join(str(n) for n in numbers)


def convolution(n):
    module = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)[n - 1]

    def make():
        groups = pick(1, 1, 2)
        i, o = groups * random.randint(1, 2), groups * random.randint(1, 2)
        kernel, stride, dilation = some(n, 1, 3), some(n, 1, 2), some(n, 1, 2)
        mode, bias = pick("zeros", "zeros", "reflect", "replicate", "circular"), pick(True, False)
        size = [d * (k - 1) + random.randint(1, 3) for k, d in zip(kernel, dilation)]
        kind = pick("valid", "numbers", "numbers", "ends", "same", "same-upper")
        if kind == "same":
            stride = (1,) * n
        reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
        if kind == "numbers":
            begins = ends = tuple(min(random.randint(0, 2), s - 1) for s in size)
            text = words(begins)
        elif kind == "ends":
            begins, ends = (tuple(min(random.randint(0, 2), s - 1) for s in size) for _ in "be")
            text = words(begins + ends)
        else:
            text = kind
            total = [0] * n
            if kind == "same":
                total = [r - 1 for r in reach]
            elif kind == "same-upper":
                total = [max((-(-s // t) - 1) * t + r - s, 0)
                         for s, t, r in zip(size, stride, reach)]
            begins, ends = [t // 2 for t in total], [t - t // 2 for t in total]
            if mode != "zeros" and any(e >= s for e, s in zip(ends, size)):
                mode = "zeros"
        layer = module(i, o, kernel, stride, 0, dilation, groups, bias)
        padding = [p for pair in reversed(list(zip(begins, ends))) for p in pair]

        def run(x, **parameters):
            x = F.pad(x, padding, {"zeros": "constant"}.get(mode, mode))
            return torch.func.functional_call(layer, parameters, (x,))

        attrs = (f"channels={o} kernel={words(kernel)} stride={words(stride)} padding={text} "
                 f"dilation={words(dilation)} groups={groups} bias={str(bias).lower()} "
                 f"padding-mode={mode}")
        return module_case(attrs, layer, [randn(random.randint(1, 2), i, *size)], run=run)
    return make


def transposed(n):
    module = (torch.nn.ConvTranspose1d, torch.nn.ConvTranspose2d, torch.nn.ConvTranspose3d)[n - 1]

    def make():
        groups = pick(1, 1, 2)
        i, o = groups * random.randint(1, 2), groups * random.randint(1, 2)
        kernel, stride, dilation = some(n, 1, 3), some(n, 1, 3), some(n, 1, 2)
        more = tuple(random.randint(0, max(s, d) - 1) for s, d in zip(stride, dilation))
        size, bias = some(n, 2, 3), pick(True, False)
        padding = tuple(random.randint(0, (d * (k - 1) + 1) // 2) for k, d in zip(kernel, dilation))
        attrs = (f"channels={o} kernel={words(kernel)} stride={words(stride)} "
                 f"padding={words(padding)} output-padding={words(more)} "
                 f"dilation={words(dilation)} groups={groups} bias={str(bias).lower()}")
        layer = module(i, o, kernel, stride, padding, more, groups, bias, dilation)
        return module_case(attrs, layer, [randn(random.randint(1, 2), i, *size)])
    return make


def window():
    kernel, stride, dilation = some(2, 1, 3), some(2, 1, 2), some(2, 1, 2)
    padding = some(2, 0, 1)
    size = [d * (k - 1) + random.randint(1, 3) for k, d in zip(kernel, dilation)]
    attrs = (f"kernel={words(kernel)} stride={words(stride)} padding={words(padding)} "
             f"dilation={words(dilation)}")
    return attrs, size, (kernel, dilation, padding, stride)


def unfold():
    attrs, size, how = window()
    return Case(attrs, [randn(random.randint(1, 2), random.randint(1, 2), *size)],
                lambda x: F.unfold(x, *how))


def fold():
    attrs, size, how = window()
    shape = F.unfold(torch.zeros(random.randint(1, 2), random.randint(1, 2), *size), *how).shape
    return Case(f"size={words(size)} {attrs}", [randn(*shape)], lambda x: F.fold(x, size, *how))


def pad():
    mode = pick("constant", "constant", "reflect", "replicate", "circular")
    rank, n = random.randint(3, 4), random.randint(1, 2)
    shape = [random.randint(2, 5) for _ in range(rank)]
    limit = {"reflect": -1, "circular": 0}.get(mode, 3)
    low = -1 if mode == "constant" else 0
    before, behind = ([random.randint(low, max(s + limit, 0) if limit <= 0 else 3)
                       for s in shape[-n:]] for _ in "be")
    value = random.uniform(-2, 2) if mode == "constant" else 0
    padding = [p for pair in reversed(list(zip(before, behind))) for p in pair]
    if n == 1 and rank == 4 and mode != "constant":
        padding, before, behind = padding + [0, 0], [0] + before, [0] + behind
    if n == 2 and rank == 3 and mode != "constant":
        padding, before, behind = padding[:2], before[1:], behind[1:]
    return Case(f"before={words(before)} behind={words(behind)} mode={mode} value={value:.4f}",
                [randn(*shape)], lambda x: F.pad(x, padding, mode, float(f"{value:.4f}")))


CASES = {
    "conv-1d": convolution(1),
    "conv-2d": convolution(2),
    "conv-3d": convolution(3),
    "conv-transpose-1d": transposed(1),
    "conv-transpose-2d": transposed(2),
    "conv-transpose-3d": transposed(3),
    "unfold": unfold,
    "fold": fold,
    "pad": pad,
}
