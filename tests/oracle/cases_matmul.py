# cases_matmul.py: random cases of products of matrices
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import module_case, pick, randn, some_shape


def linear():
    i, o, bias = random.randint(1, 9), random.randint(1, 9), pick(True, False)
    module = torch.nn.Linear(i, o, bias)
    attrs = f"features={o} bias={str(bias).lower()}"
    return module_case(attrs, module, [randn(*some_shape(1, 3), i)])


CASES = {
    "linear": linear,
}
