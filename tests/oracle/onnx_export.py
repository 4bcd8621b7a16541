#!/usr/bin/env python3
# onnx_export.py: asks onnx and onnxruntime about the ONNX files that the engine writes
#
# SPDX-License-Identifier: Apache-2.0
"""Asks onnx and onnxruntime about the ONNX files that the engine writes.

usage: onnx_export.py BUILD        (with a python that has onnx, onnxruntime and safetensors)

BUILD is a build folder with tests/test-onnx in it.  That test exports every template and every op
that has a form in ONNX; here each file goes through onnx.checker with full shape inference, and
onnxruntime has to give the engine's numbers within 1e-4 of the largest.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-4


def distance(found, expected):
    """The largest difference, measured by the largest number."""
    if found.shape != expected.shape:
        return float("inf")
    same = (found == expected) | (numpy.isnan(found) & numpy.isnan(expected))
    error = numpy.where(same, 0, numpy.abs(found - expected))
    finite = numpy.abs(expected[numpy.isfinite(expected)])
    return float(error.max(initial=0) / max(finite.max(initial=0), 1e-6))


def check(path):
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    example = load_file(path.with_suffix(".safetensors"))
    name = session.get_inputs()[0].name
    return distance(session.run(None, {name: example["input"]})[0], example["output"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    onnxruntime.set_default_logger_severity(3)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(sys.argv[1]) / "tests" / "test-onnx"
        subprocess.run([program], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "EPOCH_ONNX_FOLDER": folder,
                            "G_TEST_SRCDIR": str(pathlib.Path(__file__).parents[1])})
        paths = sorted(pathlib.Path(folder).glob("*.onnx"))
        for path in paths:
            try:
                error = check(path)
                verdict = "ok" if error <= TOLERANCE else "WRONG"
                text = f"{error:.1e}"
            except Exception as problem:        # whatever they raise is what is to be shown
                verdict, text = "REFUSED", str(problem).splitlines()[0]
            failed += verdict != "ok"
            print(f"{path.stem:40} {verdict:8} {text}")
    print(f"{len(paths) - failed} of {len(paths)} files pass.")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
