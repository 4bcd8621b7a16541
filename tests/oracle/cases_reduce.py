# cases_reduce.py: random cases of numbers folded along axes
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, pick, randn, some_shape


def folding(run, make=lambda: (lambda *s: randn(*s)), attrs=lambda: {}):
    """Any axes, or all; kept or not."""
    def case():
        shape, keep = some_shape(), pick(True, False)
        rank = len(shape)
        axes = random.sample(range(rank), random.randint(1, rank))
        axes = [axis - pick(0, rank) for axis in axes]
        word = ",".join(map(str, axes))
        if random.random() < 0.2:
            axes, word = list(range(rank)), "all"
        values = attrs()
        text = "".join(f" {name}={value}" for name, value in values.items())
        return Case(f"axes={word} keep={str(keep).lower()}{text}", [make()(*shape)],
                    lambda x: run(x, tuple(axes), keep, **values))
    return case


def decimal_or_whole():
    return pick(randn, randn, lambda *s: torch.randint(-9, 9, s))


def anything():
    return pick(lambda *s: torch.randint(0, 2, s), lambda *s: torch.rand(*s) < 0.7,
                lambda *s: torch.randint(0, 2, s).float())


def prod(x, axes, keep):
    for axis in sorted((axis % x.dim() for axis in axes), reverse=True):
        x = torch.prod(x, axis, keep)
    return x


def with_zeros():
    def make(*shape):
        return torch.where(torch.rand(*shape) < 0.1, 0.0, randn(*shape))
    return pick(make, lambda *s: torch.randint(-3, 4, s))


def norm(x, axes, keep, kind, p):
    order = {"power": p, "maximum": float("inf"), "minimum": float("-inf")}[kind]
    return torch.linalg.vector_norm(x, order, axes, keep)


def spread(run):
    return lambda x, axes, keep, correction: run(x, axes, correction=correction, keepdim=keep)


def count_nonzero(x, axes, keep):
    return (x != 0).sum(axes, keep)


def along(run, attrs=lambda: {}, keep=True):
    """One axis."""
    def case():
        shape, kept = some_shape(), pick(True, False)
        axis = random.randint(-len(shape), len(shape) - 1)
        values = attrs()
        text = f"axis={axis}" + "".join(f" {name}={value}" for name, value in values.items())
        if keep:
            return Case(f"{text} keep={str(kept).lower()}", [randn(*shape)],
                        lambda x: run(x, axis, kept, **values))
        return Case(text, [randn(*shape)], lambda x: run(x, axis, **values))
    return case


CASES = {
    "sum": folding(torch.sum, decimal_or_whole),
    "mean": folding(torch.mean),
    "max": folding(torch.amax, decimal_or_whole),
    "min": folding(torch.amin, decimal_or_whole),
    "prod": folding(prod, with_zeros),
    "var": folding(spread(torch.var), attrs=lambda: {"correction": 0}),
    "std": folding(spread(torch.std), attrs=lambda: {"correction": 0}),
    "norm": folding(norm, attrs=lambda: {"kind": pick("power", "power", "maximum", "minimum"),
                                         "p": pick(1, 2, 3, 2.5)}),
    "logsumexp": folding(torch.logsumexp),
    "all": folding(torch.all, anything),
    "any": folding(torch.any, anything),
    "count-nonzero": folding(count_nonzero, anything),
    "median": along(lambda x, axis, keep: torch.median(x, axis, keep).values),
    "normalise": along(lambda x, axis, p: torch.nn.functional.normalize(x, p, axis),
                       lambda: {"p": pick(1, 2, 3)}, keep=False),
    "softmax": along(torch.softmax, keep=False),
    "log-softmax": along(torch.log_softmax, keep=False),
}
