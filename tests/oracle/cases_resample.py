# cases_resample.py: random cases of images and signals in another size
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch.nn.functional as F
from ops import Case, pick, randn


def upsample(n):
    def make():
        mode = pick("nearest", "linear") if n == 1 else pick("nearest", "bilinear", "bicubic",
                                                             "nearest-exact")
        corners = pick(True, False) if "linear" in mode or mode == "bicubic" else None
        x = randn(random.randint(1, 2), random.randint(1, 2),
                  *(random.randint(1, 5) for _ in range(n)))
        attrs = f"mode={mode} align-corners={str(bool(corners)).lower()} "
        if pick(True, False):
            size = [random.randint(6 if mode == "bicubic" else 1, 8) for _ in range(n)]
            return Case(attrs + "size=" + ",".join(map(str, size)), [x],
                        lambda x: F.interpolate(x, size, None, mode, corners))
        scale = pick(1.0, 2.0, 3.0, float(f"{random.uniform(1, 3):.3f}"))
        if mode == "bicubic" and scale < 2:       # where the size stays, PyTorch's slope is wrong
            scale = 2.0
        return Case(attrs + f"scale={scale}", [x],
                    lambda x: F.interpolate(x, None, scale, mode, corners))
    return make


CASES = {"upsample-1d": upsample(1), "upsample-2d": upsample(2)}
