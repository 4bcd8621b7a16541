# cases_function.py: random cases of functions of one number
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, pick, randn, some_shape


def function(run, low=-3.0, high=3.0, attrs=lambda: {}):
    """Inputs spread evenly from low to high; settings as a dictionary of numbers."""
    def make():
        values = attrs()
        text = " ".join(f"{name}={value}" for name, value in values.items())
        x = low + (high - low) * torch.rand(*some_shape())
        return Case(text, [x], lambda x: run(x, **values))
    return make


def number(low, high):
    return round(random.uniform(low, high), 3)


def scale(x, factor, offset):
    return x * factor + offset


def clamp_settings():
    low = number(-2, 1)
    return {"min": low, "max": low + number(0, 2)}


def nan_to_num():
    x = randn(*some_shape())
    bad = torch.tensor([float("nan"), float("inf"), float("-inf")])
    x = torch.where(torch.rand(x.shape) < 0.3, bad[torch.randint(3, x.shape)], x)
    nan, up, down = number(-2, 2), number(0, 9), number(-9, 0)
    return Case(f"nan={nan} posinf={up} neginf={down}", [x],
                lambda x: torch.nan_to_num(x, nan, up, down))


def logit():
    eps = pick(0, 0.1, 0.25)
    x = torch.rand(*some_shape()) * 0.9 + 0.05
    return Case(f"eps={eps}", [x], lambda x: torch.logit(x, eps or None))


CASES = {
    "scale": function(scale, attrs=lambda: {"factor": number(-2, 2), "offset": number(-2, 2)}),
    "neg": function(torch.neg),
    "abs": function(torch.abs),
    "sign": function(torch.sign),
    "floor": function(torch.floor, -9, 9),
    "ceil": function(torch.ceil, -9, 9),
    "round": function(torch.round, -9, 9),
    "trunc": function(torch.trunc, -9, 9),
    "frac": function(torch.frac, -9, 9),
    "exp": function(torch.exp),
    "expm1": function(torch.expm1, -0.1, 0.1),
    "log": function(torch.log, 0.05, 9),
    "log1p": function(torch.log1p, -0.1, 0.1),
    "log2": function(torch.log2, 0.05, 9),
    "log10": function(torch.log10, 0.05, 9),
    "sqrt": function(torch.sqrt, 0.05, 9),
    "rsqrt": function(torch.rsqrt, 0.05, 9),
    "square": function(torch.square),
    "reciprocal": function(torch.reciprocal, 0.1, 3),
    "power": function(lambda x, exponent: x ** exponent, 0.1, 3,
                      lambda: {"exponent": pick(0, 1, 2, -1, number(-3, 3))}),
    "sin": function(torch.sin, -20, 20),
    "cos": function(torch.cos, -20, 20),
    "tan": function(torch.tan, -1.4, 1.4),
    "asin": function(torch.asin, -0.95, 0.95),
    "acos": function(torch.acos, -0.95, 0.95),
    "atan": function(torch.atan, -9, 9),
    "sinh": function(torch.sinh),
    "cosh": function(torch.cosh),
    "asinh": function(torch.asinh, -9, 9),
    "acosh": function(torch.acosh, 1.05, 9),
    "atanh": function(torch.atanh, -0.95, 0.95),
    "erf": function(torch.erf),
    "erfc": function(torch.erfc),
    "logit": logit,
    "clamp": function(lambda x, **range_: torch.clamp(x, **range_), attrs=clamp_settings),
    "nan-to-num": nan_to_num,
}
