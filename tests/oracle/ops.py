#!/usr/bin/env python3
# ops.py: records what PyTorch computes for each operation of the engine
#
# SPDX-License-Identifier: Apache-2.0
"""Records what PyTorch computes for each operation of the engine.

usage: ops.py [OP ...]        (with a python that has torch, numpy and safetensors)

For each op that has cases, or for those named, writes fixtures/OP.safetensors: twenty or more
random cases, each with its settings, inputs, parameters, results, and the gradients of

    loss = sum over all float results of  y[i] * w(i),    w(i) = ((7 * i) mod 11 - 5) / 5

by every float input and parameter, and what becomes of its state.  tests/test-oracle.c replays
them.

The cases are in the files cases_FAMILY.py beside this one: each has a dictionary CASES of
functions that make a random Case.  Its `run` gets inputs and parameters as
tensors and returns a tensor or a tuple of them, in the order of the op's output ports.
"""
import dataclasses
import importlib
import pathlib
import random
import sys
import typing

import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent / "fixtures"
N_CASES = 20


@dataclasses.dataclass
class Case:
    attrs: str                            # settings as a person types them: "kernel=3 stride=2"
    inputs: list                          # tensors; None where an optional one is absent
    run: typing.Callable                  # (*inputs, **parameters) -> results
    parameters: dict = dataclasses.field(default_factory=dict)     # by the names of the op's ports
    state: dict = dataclasses.field(default_factory=dict)          # not differentiated
    after: dict = dataclasses.field(default_factory=dict)          # state behind the step; by run()
    training: bool = True                 # False: as after training; nothing is differentiated


def randn(*shape, scale=1.0):
    return torch.randn(*shape) * scale


def pick(*choices):
    return random.choice(choices)


def some_shape(low=1, high=4, size=6):
    return [random.randint(1, size) for _ in range(random.randint(low, high))]


def module_case(attrs, module, inputs, names=None, run=None):
    """A case of an nn.Module: its parameters under our names, PyTorch's with "-" for "_"."""
    names = names or {}
    parameters = {names.get(n, n).replace("_", "-"): p.detach().clone()
                  for n, p in module.named_parameters()}
    back = {names.get(n, n).replace("_", "-"): n for n, _ in module.named_parameters()}

    def call(*tensors, **given):
        values = {back[n]: p for n, p in given.items()}
        return torch.func.functional_call(module, values, tensors)

    return Case(attrs, inputs, run or call, parameters)


def slope_weights(y):
    i = torch.arange(y.numel())
    return ((7 * i) % 11 - 5).to(y.dtype).reshape(y.shape) / 5


def record(op, make):
    random.seed(op)
    torch.manual_seed(sum(op.encode()))
    tensors, attrs = {}, []
    for index in range(N_CASES):
        case = make()
        attrs.append(case.attrs if case.training else f"{case.attrs} training=false".strip())
        leaves = {}
        for k, x in enumerate(case.inputs):
            if x is not None:
                leaves[f"in.{k}"] = x
        for name, p in case.parameters.items():
            leaves[f"own.{name}"] = p
        for name, value in leaves.items():
            tensors[f"{index}.{name}"] = value.detach().clone()
            if value.is_floating_point():
                leaves[name] = value.detach().double().requires_grad_(case.training)
        for name, value in case.state.items():
            tensors[f"{index}.own.{name}"] = value.clone()
        inputs = [leaves.get(f"in.{k}") for k in range(len(case.inputs))]
        own = {n: leaves[f"own.{n}"] for n in case.parameters}
        own |= {n: v.double() for n, v in case.state.items()}
        results = case.run(*inputs, **own)
        results = results if isinstance(results, tuple) else (results,)
        for name, value in case.after.items():
            tensors[f"{index}.after.{name}"] = value.float().detach()
        loss = 0
        for k, y in enumerate(results):
            tensors[f"{index}.out.{k}"] = (y.float() if y.is_floating_point() else y).detach()
            if y.is_floating_point() and y.requires_grad:
                loss = loss + (y * slope_weights(y)).sum()
        if torch.is_tensor(loss):
            loss.backward()
        for name, value in leaves.items():
            if value.is_floating_point() and value.grad is not None:
                tensors[f"{index}.slope.{name}"] = value.grad.float()
    tensors = {name: value.contiguous().clone() for name, value in tensors.items()}
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{op}.safetensors"
    save_file(tensors, path, {"cases": "\n".join(attrs)})
    path.chmod(0o644)


def main():
    cases = {}
    for path in sorted(pathlib.Path(__file__).parent.glob("cases_*.py")):
        cases |= importlib.import_module(path.stem).CASES
    for op in sys.argv[1:] or list(cases):
        record(op, cases[op])
        print(op)


if __name__ == "__main__":
    main()
