# cases_index.py: random cases of indices, order, running results and embeddings
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, module_case, pick, randn, some_shape


def some_axis(rank):
    return random.randint(-rank, rank - 1)


def places(shape, axis):
    """Indices into an axis of a tensor of that shape, for gather and scatter."""
    smaller = [random.randint(1, size) for size in shape]
    smaller[axis] = random.randint(1, 6)
    return torch.randint(0, shape[axis], smaller)


def gather():
    shape = some_shape()
    axis = some_axis(len(shape))
    x = pick(randn, randn, lambda *s: torch.randint(0, 9, s))(*shape)
    return Case(f"axis={axis}", [x, places(shape, axis)],
                lambda x, index: torch.gather(x, axis, index))


def scatter():
    shape = some_shape()
    axis = some_axis(len(shape))
    smaller = [random.randint(1, size) for size in shape]
    # Each place once: which of several writers wins is not said.
    index = torch.rand(*[shape[i] if i == axis % len(shape) else smaller[i]
                         for i in range(len(shape))]).argsort(axis)
    index = index.narrow(axis, 0, smaller[axis])
    return Case(f"axis={axis}", [randn(*shape), index, randn(*index.shape)],
                lambda x, index, source: torch.scatter(x, axis, index, source))


def scatter_add():
    shape = some_shape()
    axis = some_axis(len(shape))
    index = places(shape, axis)
    return Case(f"axis={axis}", [randn(*shape), index, randn(*index.shape)],
                lambda x, index, source: torch.scatter_add(x, axis, index, source))


def index_select():
    shape = some_shape()
    axis = some_axis(len(shape))
    index = torch.randint(0, shape[axis], (random.randint(1, 6),))
    x = pick(randn, randn, lambda *s: torch.randint(0, 9, s))(*shape)
    return Case(f"axis={axis}", [x, index],
                lambda x, index: torch.index_select(x, axis, index))


def ordered(run, settings):
    def case():
        shape = some_shape()
        axis = some_axis(len(shape))
        x = pick(randn, randn, lambda *s: torch.randint(0, 4, s))(*shape)
        word, value = settings()
        return Case(f"axis={axis} {word}".strip(), [x], lambda x: run(x, axis, value))
    return case


def largest_first():
    value = pick(True, False)
    return f"descending={str(value).lower()}", value


def sort(x, axis, descending):
    values, indices = torch.sort(x, dim=axis, descending=descending, stable=True)
    return values, indices


def argsort(x, axis, descending):
    return torch.argsort(x, dim=axis, descending=descending, stable=True)


def top_k():
    shape = some_shape()
    axis = some_axis(len(shape))
    k, largest = random.randint(1, shape[axis]), pick(True, False)
    return Case(f"k={k} axis={axis} largest={str(largest).lower()}", [randn(*shape)],
                lambda x: tuple(torch.topk(x, k, axis, largest, sorted=True)))


def extreme_place(run):
    def case():
        shape, keep = some_shape(), pick(True, False)
        axis = some_axis(len(shape))
        return Case(f"axis={axis} keep={str(keep).lower()}", [randn(*shape)],
                    lambda x: run(x, axis, keep))
    return case


def searchsorted():
    shape, right = some_shape(1, 3), pick(True, False)
    line = pick([random.randint(1, 9)], shape[:-1] + [random.randint(1, 9)])
    ordered_ = torch.randint(0, 9, line).float().sort(-1).values
    return Case(f"right={str(right).lower()}", [ordered_, torch.randint(0, 9, shape).float()],
                lambda x, values: torch.searchsorted(x.detach(), values.detach(), right=right))


def bincount():
    bins = random.randint(9, 15)
    return Case(f"bins={bins}", [torch.randint(0, 9, (random.randint(1, 30),))],
                lambda x: torch.bincount(x, minlength=bins))


def histogram():
    bins, low = random.randint(1, 9), random.randint(-2, 0)
    high = low + random.randint(1, 4)
    return Case(f"bins={bins} min={low} max={high}", [randn(*some_shape())],
                lambda x: torch.histc(x.detach(), bins, low, high))


def cumsum():
    shape, reverse = some_shape(), pick(True, False)
    axis = some_axis(len(shape))
    x = pick(randn, randn, lambda *s: torch.randint(-9, 9, s))(*shape)

    def run(x):
        y = torch.cumsum(x.flip(axis) if reverse else x, axis)
        return y.flip(axis) if reverse else y
    return Case(f"axis={axis} reverse={str(reverse).lower()}", [x], run)


def running(run, zeros=False):
    def case():
        shape = some_shape()
        axis = some_axis(len(shape))
        x = randn(*shape)
        if zeros:
            x = torch.where(torch.rand(*shape) < 0.2, 0.0, x)
        return Case(f"axis={axis}", [x], lambda x: run(x, axis))
    return case


def extremes(run):
    return running(lambda x, axis: tuple(run(x, axis)))


def one_hot():
    classes, dtype = random.randint(1, 9), pick("float32", "int64")

    def run(x):
        y = torch.nn.functional.one_hot(x, classes)
        return y.double() if dtype == "float32" else y
    return Case(f"classes={classes} dtype={dtype}", [torch.randint(0, classes, some_shape(1, 3))],
                run)


def embedding():
    entries, features = random.randint(1, 9), random.randint(1, 6)
    padding = random.randint(-1, entries - 1)
    module = torch.nn.Embedding(entries, features, padding if padding >= 0 else None)
    return module_case(f"entries={entries} features={features} padding={padding}", module,
                       [torch.randint(0, entries, some_shape(1, 3))])


def embedding_bag():
    entries, features = random.randint(1, 9), random.randint(1, 6)
    padding = random.randint(-1, entries - 1)
    module = torch.nn.EmbeddingBag(entries, features, mode="mean",
                                   padding_idx=padding if padding >= 0 else None)
    return module_case(f"entries={entries} features={features} padding={padding}", module,
                       [torch.randint(0, entries, some_shape(2, 2))])


def learned_positions():
    b, t, d = some_shape(3, 3)
    length = t + random.randint(0, 3)
    return Case(f"length={length}", [randn(b, t, d)], lambda x, weight: x + weight[:t],
                {"weight": randn(length, d)})


def sinusoidal_positions():
    def run(x):
        t, d = x.shape[-2:]
        place = torch.arange(t, dtype=torch.double)[:, None]
        rate = 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.double) / d)
        table = torch.zeros(t, d, dtype=torch.double)
        table[:, 0::2] = torch.sin(place * rate)
        table[:, 1::2] = torch.cos(place * rate)[:, :d // 2]
        return x + table
    return Case("", [randn(*some_shape(2, 4, 7))], run)


def arange():
    start, step = random.randint(-9, 9), pick(-3, -1, 1, 2, 4)
    end = start + step * random.randint(0, 9) + pick(0, 1 if step > 1 else 0)
    dtype = pick("float32", "int64")
    return Case(f"start={start} end={end} step={step} dtype={dtype}", [],
                lambda: torch.arange(start, end, step,
                                     dtype=torch.double if dtype == "float32" else torch.int64))


def linspace():
    start, end, steps = random.randint(-9, 9), random.randint(-9, 9), random.randint(1, 9)
    return Case(f"start={start} end={end} steps={steps}", [],
                lambda: torch.linspace(start, end, steps, dtype=torch.double))


def eye():
    rows, columns = random.randint(1, 5), random.randint(1, 5)
    return Case(f"rows={rows} columns={columns}", [], lambda: torch.eye(rows, columns))


def fill():
    shape, value = some_shape(), round(random.uniform(-3, 3), 2)
    return Case(f"shape={','.join(map(str, shape))} value={value}", [],
                lambda: torch.full(shape, value))


CASES = {
    "gather": gather,
    "scatter": scatter,
    "scatter-add": scatter_add,
    "index-select": index_select,
    "sort": ordered(sort, largest_first),
    "argsort": ordered(argsort, largest_first),
    "top-k": top_k,
    "argmax": extreme_place(torch.argmax),
    "argmin": extreme_place(torch.argmin),
    "searchsorted": searchsorted,
    "bincount": bincount,
    "histogram": histogram,
    "cumsum": cumsum,
    "cumprod": running(torch.cumprod, zeros=True),
    "cummax": extremes(torch.cummax),
    "cummin": extremes(torch.cummin),
    "logcumsumexp": running(torch.logcumsumexp),
    "one-hot": one_hot,
    "embedding": embedding,
    "embedding-bag": embedding_bag,
    "learned-positions": learned_positions,
    "sinusoidal-positions": sinusoidal_positions,
    "arange": arange,
    "linspace": linspace,
    "eye": eye,
    "fill": fill,
}
