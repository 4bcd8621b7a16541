# cases_shape.py: random cases of ops that move numbers and change none
#
# SPDX-License-Identifier: Apache-2.0
import math
import random

import torch
from ops import Case, pick, randn, some_shape


def listed(numbers):
    return ",".join(str(number) for number in numbers)


def some(*shape):
    """Mostly decimal numbers, which have a gradient; sometimes others."""
    return pick(randn, randn, randn, lambda *s: torch.randint(0, 9, s),
                lambda *s: torch.rand(*s) < 0.5)(*shape)


def some_axis(rank):
    return random.randint(-rank, rank - 1)


def some_axes(rank, n=None):
    axes = random.sample(range(rank), n or random.randint(1, rank))
    return [axis - rank if random.random() < 0.5 else axis for axis in axes]


def flatten():
    return Case("", [some(*some_shape(2, 4))], lambda x: torch.flatten(x, 1))


def reshape():
    b, *sizes = some_shape(2, 4)
    wanted = random.sample(sizes, len(sizes))
    if random.random() < 0.5:
        wanted[random.randrange(len(wanted))] = -1
    return Case(f"shape={listed(wanted)}", [some(b, *sizes)], lambda x: x.reshape(b, *wanted))


def reshape_to():
    shape = some_shape(1, 4)
    wanted = random.sample(shape, len(shape)) + [1]
    return Case(f"shape={listed(wanted)}", [some(*shape)], lambda x: x.reshape(wanted))


def flatten_axes():
    shape = some_shape(1, 4)
    start, end = sorted(random.randrange(len(shape)) for _ in range(2))
    end -= pick(0, len(shape))
    return Case(f"start={start} end={end}", [some(*shape)], lambda x: torch.flatten(x, start, end))


def unflatten():
    shape, parts = some_shape(1, 3, 4), some_shape(1, 3, 3)
    axis = some_axis(len(shape))
    shape[axis] = math.prod(parts)
    if random.random() < 0.5:
        parts[random.randrange(len(parts))] = -1
    return Case(f"axis={axis} sizes={listed(parts)}", [some(*shape)],
                lambda x: torch.unflatten(x, axis, parts))


def squeeze():
    shape = [pick(1, 1, 3, 4) for _ in range(random.randint(1, 4))]
    axes = some_axes(len(shape))
    return Case(f"axes={listed(axes)}", [some(*shape)], lambda x: torch.squeeze(x, tuple(axes)))


def unsqueeze():
    shape = some_shape()
    axis = random.randint(-len(shape) - 1, len(shape))
    return Case(f"axis={axis}", [some(*shape)], lambda x: torch.unsqueeze(x, axis))


def transpose():
    shape = some_shape()
    first, second = some_axis(len(shape)), some_axis(len(shape))
    return Case(f"first={first} second={second}", [some(*shape)],
                lambda x: torch.transpose(x, first, second))


def permute():
    shape = some_shape()
    axes = some_axes(len(shape), len(shape))
    return Case(f"axes={listed(axes)}", [some(*shape)], lambda x: torch.permute(x, axes))


def movedim():
    shape = some_shape()
    source, target = some_axis(len(shape)), some_axis(len(shape))
    return Case(f"from={source} to={target}", [some(*shape)],
                lambda x: torch.movedim(x, source, target))


def slice_():
    shape = some_shape()
    axes = some_axes(len(shape))
    cuts = [(random.randint(-7, 7), random.randint(-7, 7), random.randint(1, 3)) for _ in axes]
    index = [slice(None)] * len(shape)
    for axis, cut in zip(axes, cuts):
        index[axis] = slice(*cut)
    start, end, step = zip(*cuts)
    return Case(f"axes={listed(axes)} start={listed(start)} end={listed(end)} step={listed(step)}",
                [some(*shape)], lambda x: x[tuple(index)])


def narrow():
    shape = some_shape()
    axis = some_axis(len(shape))
    length = random.randint(0, shape[axis])
    start = random.randint(0, shape[axis] - length) - pick(0, shape[axis])
    return Case(f"axis={axis} start={start} length={length}", [some(*shape)],
                lambda x: torch.narrow(x, axis, start, length))


def select():
    shape = some_shape()
    axis = some_axis(len(shape))
    index = random.randint(-shape[axis], shape[axis] - 1)
    return Case(f"axis={axis} index={index}", [some(*shape)],
                lambda x: torch.select(x, axis, index))


def flip():
    shape = some_shape()
    axes = some_axes(len(shape))
    return Case(f"axes={listed(axes)}", [some(*shape)], lambda x: torch.flip(x, axes))


def roll():
    shape = some_shape()
    axes = some_axes(len(shape))
    shifts = [random.randint(-9, 9) for _ in axes]
    return Case(f"axes={listed(axes)} shifts={listed(shifts)}", [some(*shape)],
                lambda x: torch.roll(x, shifts, axes))


def rot90():
    shape = some_shape(2, 4)
    axes, times = some_axes(len(shape), 2), random.randint(-5, 5)
    return Case(f"axes={listed(axes)} times={times}", [some(*shape)],
                lambda x: torch.rot90(x, times, axes))


def diagonal():
    shape = some_shape(2, 4)
    first, second = some_axes(len(shape), 2)
    offset = random.randint(-3, 3)
    return Case(f"offset={offset} axis1={first} axis2={second}", [some(*shape)],
                lambda x: torch.diagonal(x, offset, first, second))


def expand():
    shape = [pick(1, 1, 3, 4) for _ in range(random.randint(1, 3))]
    wanted = [random.randint(1, 5) if size == 1 else pick(size, -1) for size in shape]
    wanted = some_shape(1, 2, 3)[:pick(0, 1, 2)] + wanted
    return Case(f"shape={listed(wanted)}", [some(*shape)], lambda x: x.expand(wanted))


def tile():
    times = some_shape(1, 4, 3)
    return Case(f"times={listed(times)}", [some(*some_shape(1, 3, 4))],
                lambda x: torch.tile(x, times))


def repeat_interleave():
    shape, times = some_shape(), random.randint(1, 4)
    axis = some_axis(len(shape))
    return Case(f"axis={axis} times={times}", [some(*shape)],
                lambda x: torch.repeat_interleave(x, times, axis))


def triangle(run):
    def case():
        offset = random.randint(-4, 4)
        return Case(f"offset={offset}", [some(*some_shape(2, 4))], lambda x: run(x, offset))
    return case


def concat():
    shape, kind = some_shape(), pick(randn, randn, lambda *s: torch.randint(0, 9, s))
    axis, n = some_axis(len(shape)), random.randint(1, 4)
    inputs = []
    for _ in range(n):
        shape[axis] = random.randint(0, 4)
        inputs.append(kind(*shape))
    return Case(f"axis={axis}", inputs, lambda *x: torch.cat(x, axis))


def stack():
    shape, n = some_shape(1, 3), random.randint(1, 4)
    axis = random.randint(-len(shape) - 1, len(shape))
    return Case(f"axis={axis}", [randn(*shape) for _ in range(n)], lambda *x: torch.stack(x, axis))


def split():
    shape = some_shape()
    axis = some_axis(len(shape))
    if random.random() < 0.5:
        sizes = some_shape(2, 4, 3)
        shape[axis] = sum(sizes)
    else:
        sizes = [math.ceil(shape[axis] / random.randint(1, 4))]
    return Case(f"axis={axis} sizes={listed(sizes)}", [some(*shape)],
                lambda x: torch.split(x, sizes if len(sizes) > 1 else sizes[0], axis))


def chunk():
    shape, chunks = some_shape(), random.randint(1, 4)
    axis = some_axis(len(shape))
    return Case(f"axis={axis} chunks={chunks}", [some(*shape)],
                lambda x: torch.chunk(x, chunks, axis))


CASES = {
    "flatten": flatten,
    "reshape": reshape,
    "reshape-to": reshape_to,
    "flatten-axes": flatten_axes,
    "unflatten": unflatten,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "transpose": transpose,
    "permute": permute,
    "movedim": movedim,
    "identity": lambda: Case("", [some(*some_shape())], torch.nn.Identity()),
    "detach": lambda: Case("", [some(*some_shape())], torch.detach),
    "slice": slice_,
    "narrow": narrow,
    "select": select,
    "flip": flip,
    "roll": roll,
    "rot90": rot90,
    "diagonal": diagonal,
    "expand": expand,
    "tile": tile,
    "repeat-interleave": repeat_interleave,
    "tril": triangle(torch.tril),
    "triu": triangle(torch.triu),
    "concat": concat,
    "stack": stack,
    "split": split,
    "chunk": chunk,
}
