#!/usr/bin/env python3
# onnx_nodes.py: the ONNX project's tests of single operators, in Epoch
#
# SPDX-License-Identifier: Apache-2.0
"""The ONNX project's tests of single operators, in Epoch.

usage: onnx_nodes.py EPOCH-CLI [WORD]        (with a python that has onnx and numpy)

Runs the test cases that the onnx package makes for each operator, or those whose name contains
WORD.  A network of ours has one input: the first real one stays, the numbers of the others become
tensors of the file.  An operator counts as known unless Epoch says that it has no layer for it;
of the cases of known operators 90 % must pass, and none may give other numbers.
"""
import collections
import sys
import tempfile

import numpy
import onnx
import onnx.backend.test.loader
from onnx import numpy_helper

import onnx_support

NEEDED = 0.9
UNKNOWN = "has no layer for this operator"


def arrays(case):
    """The inputs and the first output of the first data set."""
    inputs, outputs = case.data_sets[0]
    return inputs, outputs[0]


def cases(word):
    for kind in ("node",):
        onnx.backend.test.loader  # the package's own collection
        from onnx.backend.test.case.node import collect_testcases
        for case in collect_testcases(None):
            if word in case.name:
                yield case


def is_real(value):
    return isinstance(value, numpy.ndarray) and value.dtype.kind == "f"


def with_one_input(model, inputs, kept):
    """A copy of @model where all inputs but @kept are tensors of the file."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    infos = list(copy.graph.input)
    for info, value in zip(infos, inputs):
        if info.name != infos[kept].name:
            copy.graph.initializer.append(numpy_helper.from_array(value, info.name))
            copy.graph.input.remove(info)
    return copy


def judge(cli, case, folder):
    """None for a case that is not about real numbers, or its verdict and more about it."""
    inputs, expected = arrays(case)
    kept = next((i for i, x in enumerate(inputs) if is_real(x)), None)
    if kept is None or not is_real(expected) or not all(
            isinstance(x, numpy.ndarray) for x in inputs):
        return None
    path = f"{folder}/model.onnx"
    onnx.save(with_one_input(case.model, inputs, kept), path)
    try:
        found = onnx_support.run(cli, path, inputs[kept].astype(numpy.float32), folder)
    except onnx_support.Refused as refusal:
        return ("unknown" if UNKNOWN in str(refusal) else "refused"), str(refusal)
    except Exception as problem:
        return "BROKEN", str(problem)
    error = onnx_support.distance(found, expected)
    return ("pass" if error <= onnx_support.TOLERANCE else "WRONG"), f"{error:.1e}"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    table = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(sys.argv[2] if len(sys.argv) > 2 else ""):
            verdict = judge(sys.argv[1], case, folder)
            if verdict is None:
                continue
            operator = case.model.graph.node[0].op_type
            if "_expanded" in case.name:
                operator += " (written out)"
            table[operator][verdict[0]] += 1
            if verdict[0] not in ("pass", "unknown"):
                print(f"{verdict[0]:8} {case.name}: {verdict[1]}")

    print(f"\n{'operator':32} {'pass':>6} {'refused':>8} {'wrong':>6}")
    total = collections.Counter()
    for operator, counts in sorted(table.items()):
        if counts["pass"] + counts["refused"] + counts["WRONG"] + counts["BROKEN"] == 0:
            continue
        wrong = counts["WRONG"] + counts["BROKEN"]
        print(f"{operator:32} {counts['pass']:6} {counts['refused']:8} {wrong:6}")
        total.update(passed=counts["pass"], refused=counts["refused"], wrong=wrong)
    unknown = sorted(o for o, c in table.items() if c["unknown"])
    known = sum(total.values())
    share = total["passed"] / max(known, 1)
    print(f"\n{total['passed']} of {known} pass ({share:.0%}), {total['refused']} are refused, "
          f"{total['wrong']} are wrong.\nUnknown: {', '.join(unknown)}")
    sys.exit(0 if share >= NEEDED and total["wrong"] == 0 else 1)


if __name__ == "__main__":
    main()
