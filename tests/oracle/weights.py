#!/usr/bin/env python3
# weights.py: files of weights as PyTorch and NumPy write them, and ours as they read them
#
# SPDX-License-Identifier: Apache-2.0
"""Files of weights as PyTorch and NumPy write them, and ours as they read them.

usage: weights.py make             writes tests/data/weights
       weights.py check EPOCH-CLI  trains a network, exports it and reads the files

With a python that has torch, numpy and safetensors, or any python when the environment variable
EPOCH_ORACLE_PYTHON names one that has; without either, check ends with 77: skipped.

Every tensor made here counts upwards from -2 (from 0 without a sign, 0 and 1 for bool) in the
order of its elements, so that test-weights.c knows what it has to find.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data/weights"
SKIPPED = 77

try:
    import numpy as np
    import safetensors.numpy
    import torch
except ImportError:
    better = os.environ.get("EPOCH_ORACLE_PYTHON")
    if better is None or os.environ.get("EPOCH_ORACLE_TRIED"):
        print("skipped: no python with torch, numpy and safetensors")
        sys.exit(SKIPPED)
    os.environ["EPOCH_ORACLE_TRIED"] = "1"
    os.execvp(better, [better, *sys.argv])

DTYPES = ("float32", "float64", "bfloat16", "float16", "int8", "int16", "int32", "int64", "uint8",
          "bool")


def count(*shape, dtype="float32"):
    size = int(np.prod(shape))
    numbers = torch.arange(size)
    if dtype == "bool":
        numbers = numbers % 2
    elif dtype != "uint8":
        numbers = numbers - 2
    return numbers.reshape(shape).to(getattr(torch, dtype))


def every_kind():
    """All types and all ways to lie in a storage, as torch.save() may meet them."""
    tensors = {name: count(2, 3, dtype=name) for name in DTYPES}
    tensors["scalar"] = count()
    tensors["empty"] = count(0, 3)
    tensors["transposed"] = count(2, 3).t().contiguous().t()
    frame = torch.zeros(4, 8)
    frame[1:3, 2:5] = count(2, 3)
    tensors["part"] = frame[1:3, 2:5]
    tensors["shared"] = frame[1:3, 2:5]
    tensors["parameter"] = torch.nn.Parameter(count(2, 3))
    return tensors


def network():
    """As nn_template_build() names "conv-2d channels=4 …", with random numbers."""
    torch.manual_seed(3)
    net = torch.nn.Sequential(collections.OrderedDict([
        ("conv1", torch.nn.Conv2d(2, 4, 3)),
        ("batch_norm1", torch.nn.BatchNorm2d(4)),
        ("relu1", torch.nn.ReLU()),
        ("pool", torch.nn.AdaptiveAvgPool2d(1)),
        ("flatten1", torch.nn.Flatten()),
        ("linear1", torch.nn.Linear(4, 3)),
    ]))
    net(torch.randn(16, 2, 8, 8))
    return net.eval()


def make_torch():
    kinds = every_kind()
    torch.save(kinds, FOLDER / "kinds.pt")
    torch.save(kinds, FOLDER / "kinds-old.pt", _use_new_zipfile_serialization=False)
    torch.save(count(2, 3), FOLDER / "tensor.pt")
    torch.serialization.set_crc32_options(False)
    torch.save({"float32": count(2, 3)}, FOLDER / "no-checksums.pt")
    torch.serialization.set_crc32_options(True)

    net = network()
    data = torch.randn(2, 2, 8, 8)
    np.savez(FOLDER / "network-run.npz", input=data.numpy(), output=net(data).detach().numpy())
    torch.save(net.state_dict(), FOLDER / "network.pt")
    torch.save(net, FOLDER / "whole-model.pt")
    torch.jit.save(torch.jit.script(net), FOLDER / "torch-script.pt")

    optimiser = torch.optim.Adam(net.parameters())
    net(data).sum().backward()
    optimiser.step()
    wrapped = {"module." + name: tensor for name, tensor in network().state_dict().items()}
    torch.save({"epoch": 3, "loss": torch.tensor(0.5), "name": "a net", "lr": 1e-3, "done": True,
                "state_dict": wrapped, "optimizer": optimiser.state_dict()},
               FOLDER / "checkpoint.pth")


def make_numpy():
    arrays = {name: count(2, 3, dtype=name).numpy() for name in DTYPES if name != "bfloat16"}
    np.savez(FOLDER / "kinds.npz", **arrays)
    np.savez_compressed(FOLDER / "kinds-packed.npz", **arrays)
    np.savez(FOLDER / "big-endian.npz",
             **{name: a.astype(a.dtype.newbyteorder(">")) for name, a in arrays.items()})
    np.save(FOLDER / "fortran.npy", np.asfortranarray(arrays["float32"]))
    for version in ((2, 0), (3, 0)):
        with open(FOLDER / f"version-{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, arrays["float32"], version=version)
    np.save(FOLDER / "objects.npy", np.array([None]), allow_pickle=True)


def same(found, expected):
    return (found.dtype == expected.dtype and found.shape == expected.shape
            and found.tobytes() == expected.tobytes())


def check(cli):
    with tempfile.TemporaryDirectory() as folder:
        def run(*words):
            return subprocess.run([cli, *words], cwd=folder, check=True, capture_output=True).stdout

        path = pathlib.Path(folder)
        run("new", "--template", "cnn", "--builtin", "digits", "-o", "p.epoch")
        run("train", "p.epoch", "--epochs", "1", "--set", "data.count=100", "--run", "run")
        for kind in ("safetensors", "npz", "pt"):
            run("export", "p.epoch", "--to", kind, "-o", f"w.{kind}")

        expected = safetensors.numpy.load_file(path / "w.safetensors")
        assert len(expected) >= 6 and all(np.isfinite(a).all() for a in expected.values())
        arrays = np.load(path / "w.npz")
        assert set(arrays) == set(expected)
        assert all(same(arrays[name], a) for name, a in expected.items())
        tensors = torch.load(path / "w.pt", weights_only=True)
        assert set(tensors) == set(expected)
        assert all(same(tensors[name].numpy(), a) for name, a in expected.items())

        wrapped = {"module." + name: tensor.double() for name, tensor in tensors.items()}
        torch.save({"model": wrapped, "epoch": 1}, path / "c.pth")
        run("new", "--template", "cnn", "--builtin", "digits", "-o", "q.epoch")
        report = json.loads(run("import", "c.pth", "-o", "q.epoch", "--json"))
        assert report["imported"] and report["fitting"] == len(expected), report
        run("export", "q.epoch", "--to", "safetensors", "-o", "again.safetensors")
        again = safetensors.numpy.load_file(path / "again.safetensors")
        assert all(same(again[name], a) for name, a in expected.items())
    print(f"{len(expected)} tensors are the same in three formats, and after coming back.")


def main():
    if sys.argv[1:] == ["make"]:
        FOLDER.mkdir(exist_ok=True)
        make_torch()
        make_numpy()
    elif len(sys.argv) == 3 and sys.argv[1] == "check":
        check(os.path.abspath(sys.argv[2]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
