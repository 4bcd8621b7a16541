# onnx_support.py: runs a model in Epoch, for the scripts that compare with others
#
# SPDX-License-Identifier: Apache-2.0
"""Runs a model in Epoch, for the scripts that compare with others."""
import json
import pathlib
import subprocess
import zipfile

import numpy

TOLERANCE = 1e-4


class Refused(Exception):
    """What Epoch says about a model that it does not read."""


def call(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        if done.returncode != 1:
            raise RuntimeError(lines[-1])
        raise Refused(lines[-1].removeprefix("epoch-cli: "))


def sample_shape(project):
    """The shape of one sample, from the node that they come from."""
    with zipfile.ZipFile(project) as archive:
        graph = json.loads(archive.read("project.json"))["graph"]
    node = next(n for n in graph["nodes"] if n["op"] == "input")
    shape = node["settings"]["shape"]
    return shape if isinstance(shape, list) else [shape]


def run(cli, model, batch, folder):
    """What Epoch computes of @batch with the file @model."""
    project = pathlib.Path(folder) / "model.epoch"
    call(cli, "import", str(model), "-o", str(project))
    numpy.savez(pathlib.Path(folder) / "in.npz",
                x=batch.reshape(-1, *sample_shape(project)))
    call(cli, "predict", str(project), str(pathlib.Path(folder) / "in.npz"),
         "-o", str(pathlib.Path(folder) / "out.npz"))
    return numpy.load(pathlib.Path(folder) / "out.npz")["x"]


def distance(found, expected):
    """The largest difference, measured by the largest number."""
    if found.size != expected.size:
        return float("inf")
    found = found.reshape(expected.shape).astype(numpy.float64)
    expected = expected.astype(numpy.float64)
    same = (found == expected) | (numpy.isnan(found) & numpy.isnan(expected))
    with numpy.errstate(invalid="ignore"):
        error = numpy.where(same, 0, numpy.abs(found - expected))
    finite = numpy.abs(expected[numpy.isfinite(expected)])
    return float(error.max(initial=0) / max(finite.max(initial=0), 1e-6))
