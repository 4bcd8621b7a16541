# cases_arithmetic.py: random cases of functions of two numbers, and of comparisons
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, pick, randn, some_shape


def stretched(n=2):
    """Shapes that broadcast with each other."""
    shape = some_shape(1, 4, 5)
    shapes = []
    for _ in range(n):
        kept = [size if random.random() < 0.7 else 1 for size in shape]
        shapes.append(kept[random.randint(0, len(kept) - 1):])
    shapes[random.randrange(n)] = shape
    return shapes


def decimals(run, make=randn):
    def case():
        return Case("", [make(*shape) for shape in stretched()], run)
    return case


def whole(*shape):
    return torch.randint(-9, 10, shape)


def positive(*shape):
    return torch.rand(*shape) * 2 + 0.2


def apart(*shape):
    """Not near to zero, so that quotients keep away from steps."""
    x = randn(*shape, scale=4)
    return torch.where(x.abs() < 0.5, x.sign() + 0.5, x)


def numbers(run, divide=False):
    """Decimal or whole numbers."""
    def case():
        make = pick(apart if divide else randn, whole)
        a, b = [make(*shape) for shape in stretched()]
        if divide and make is whole:
            b = torch.where(b == 0, 3, b)
        return Case("", [a, b], run)
    return case


def lerp():
    return Case("", [randn(*shape) for shape in stretched(3)], torch.lerp)


def compare(run):
    def case():
        kind = pick("decimal", "whole", "answer")
        a, b = [torch.randint(0, 3, shape) for shape in stretched()]
        if kind == "decimal":
            a, b = a.float(), b.float()
        elif kind == "answer":
            a, b = a > 1, b > 1
        return Case("", [a, b], run)
    return case


def logic(run):
    return lambda: Case("", [torch.rand(*shape) < 0.5 for shape in stretched()], run)


def question(run):
    def case():
        x = randn(*some_shape())
        bad = torch.tensor([float("nan"), float("inf"), float("-inf")])
        return Case("", [torch.where(torch.rand(x.shape) < 0.5, bad[torch.randint(3, x.shape)], x)],
                    run)
    return case


def where():
    c, a, b = stretched(3)
    make = pick(randn, randn, whole)
    return Case("", [torch.rand(*c) < 0.5, make(*a), make(*b)], torch.where)


def masked_fill():
    shape = some_shape()
    mask = torch.rand(*[size if random.random() < 0.7 else 1 for size in shape]) < 0.5
    value = round(random.uniform(-3, 3), 2)
    return Case(f"value={value}", [randn(*shape), mask], lambda x, mask: x.masked_fill(mask, value))


def cast():
    to, dtype = pick(("float32", torch.float64), ("int64", torch.int64), ("bool", torch.bool),
                     ("uint8", torch.uint8))
    x = pick(lambda s: randn(*s, scale=3).abs(), lambda s: torch.randint(0, 200, s),
             lambda s: torch.rand(*s) < 0.5)(some_shape())
    return Case(f"dtype={to}", [x], lambda x: x.to(dtype))


CASES = {
    "add": numbers(torch.add),
    "sub": numbers(torch.sub),
    "mul": numbers(torch.mul),
    "div": decimals(torch.div, positive),
    "maximum": numbers(torch.maximum),
    "minimum": numbers(torch.minimum),
    "pow": decimals(torch.pow, positive),
    "atan2": decimals(torch.atan2),
    "hypot": decimals(torch.hypot),
    "logaddexp": decimals(torch.logaddexp),
    "fmod": decimals(torch.fmod, apart),
    "remainder": numbers(torch.remainder, divide=True),
    "floor-divide": numbers(lambda a, b: torch.floor_divide(a.detach(), b.detach()),
                            divide=True),
    "lerp": lerp,
    "equal": compare(torch.eq),
    "not-equal": compare(torch.ne),
    "less": compare(torch.lt),
    "less-equal": compare(torch.le),
    "greater": compare(torch.gt),
    "greater-equal": compare(torch.ge),
    "logical-and": logic(torch.logical_and),
    "logical-or": logic(torch.logical_or),
    "logical-xor": logic(torch.logical_xor),
    "logical-not": lambda: Case("", [torch.rand(*some_shape()) < 0.5], torch.logical_not),
    "isnan": question(torch.isnan),
    "isinf": question(torch.isinf),
    "isfinite": question(torch.isfinite),
    "where": where,
    "masked-fill": masked_fill,
    "cast": cast,
}
