# cases_matmul.py: random cases of products of matrices
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, module_case, pick, randn, some_shape


def linear():
    i, o, bias = random.randint(1, 9), random.randint(1, 9), pick(True, False)
    module = torch.nn.Linear(i, o, bias)
    attrs = f"features={o} bias={str(bias).lower()}"
    return module_case(attrs, module, [randn(*some_shape(1, 3), i)])


def matmul():
    k, batch = random.randint(1, 6), some_shape(0, 2, 3)
    a = pick([k], [random.randint(1, 5), k])
    b = pick([k], [k, random.randint(1, 5)])
    attrs, run = [], torch.matmul
    if len(a) == 2 and len(b) == 2:
        ta, tb = pick(True, False), pick(True, False)
        attrs = [f"transpose-a={str(ta).lower()}", f"transpose-b={str(tb).lower()}"]
        a, b = (a[::-1] if ta else a), (b[::-1] if tb else b)

        def run(a, b):
            return torch.matmul(a.mT if ta else a, b.mT if tb else b)
    if len(a) == 2:
        a = pick([], [size if random.random() < 0.7 else 1 for size in batch]) + a
    if len(b) == 2:
        b = pick([], [size if random.random() < 0.7 else 1 for size in batch]) + b
    return Case(" ".join(attrs), [randn(*a), randn(*b)], run)


def bmm():
    b, m, k, n = some_shape(4, 4)
    return Case("", [randn(b, m, k), randn(b, k, n)], torch.bmm)


def addmm():
    m, k, n = some_shape(3, 3)
    alpha, beta = pick(1, 0.5, -2), pick(1, 0, 3)
    return Case(f"alpha={alpha} beta={beta}", [randn(*pick([m, n], [n], [m, 1])), randn(m, k),
                                               randn(k, n)],
                lambda x, a, b: torch.addmm(x, a, b, alpha=alpha, beta=beta))


def dot():
    shape = some_shape()
    return Case("", [randn(*shape), randn(*shape)], torch.linalg.vecdot)


def outer():
    *batch, m = some_shape()
    n = random.randint(1, 6)
    return Case("", [randn(*batch, m), randn(*batch, n)],
                lambda a, b: a[..., :, None] * b[..., None, :])


def cross():
    shape = some_shape()
    axis = random.randint(-len(shape), len(shape) - 1)
    shape[axis] = 3
    return Case(f"axis={axis}", [randn(*shape), randn(*shape)],
                lambda a, b: torch.linalg.cross(a, b, dim=axis))


def trace():
    return Case("", [randn(*some_shape(2, 2))], torch.trace)


def cosine_similarity():
    shape = some_shape()
    axis = random.randint(-len(shape), len(shape) - 1)
    # Of single numbers all slopes are zero, the difference of large ones.
    shape[axis] += 1
    other = [size if i == axis % len(shape) or random.random() < 0.7 else 1
             for i, size in enumerate(shape)]
    return Case(f"axis={axis}", [randn(*shape), randn(*other)], torch.nn.CosineSimilarity(axis))


def pairwise_distance():
    shape, p, keep = some_shape(), pick(1, 2, 3), pick(True, False)
    return Case(f"p={p} keep={str(keep).lower()}", [randn(*shape), randn(*shape)],
                torch.nn.PairwiseDistance(p, keepdim=keep))


def bilinear():
    m, n, o, bias = random.randint(1, 5), random.randint(1, 5), random.randint(1, 5), pick(0, 1)
    rows = some_shape(1, 3, 3)
    module = torch.nn.Bilinear(m, n, o, bool(bias))
    return module_case(f"features={o} bias={str(bool(bias)).lower()}", module,
                       [randn(*rows, m), randn(*rows, n)])


CASES = {
    "linear": linear,
    "matmul": matmul,
    "bmm": bmm,
    "addmm": addmm,
    "dot": dot,
    "outer": outer,
    "cross": cross,
    "trace": trace,
    "cosine-similarity": cosine_similarity,
    "pairwise-distance": pairwise_distance,
    "bilinear": bilinear,
}
