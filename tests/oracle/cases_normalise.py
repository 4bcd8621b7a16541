# cases_normalise.py: random cases of normalisation and dropout
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
import torch.nn.functional as F
from ops import Case, module_case, pick, randn, some_shape


# One number becomes 0 and two become plus and minus one, whatever they were.  Their slopes are
# what rounding leaves of nothing, so everything here is normalised over three numbers or more.


def words(value):
    return str(value).lower()


def places(low, high, size=5):
    """Sizes of axes, the last of which is 3 or more."""
    return some_shape(low, high, size)[:-1] + [random.randint(3, 5)]


def layer_norm():
    shape = places(2, 4)
    axes = random.randint(1, len(shape) - 1)
    affine, bias = pick(True, True, False), pick(True, False)
    module = torch.nn.LayerNorm(shape[-axes:], 1e-3, affine, bias)
    return shuffled(f"axes={axes} epsilon=0.001 affine={words(affine)} bias={words(bias)}", module,
                    shape)


def rms_norm():
    shape = places(2, 4)
    axes, affine = random.randint(1, len(shape) - 1), pick(True, True, False)
    module = torch.nn.RMSNorm(shape[-axes:], 1e-4, affine)
    return shuffled(f"axes={axes} epsilon=0.0001 affine={words(affine)}", module, shape)


def group_norm():
    groups, affine, bias = random.randint(1, 3), pick(True, True, False), pick(True, False)
    shape = [random.randint(1, 3), groups * random.randint(1, 3)] + places(1, 2, 3)
    if pick(True, False, False):
        shape = [random.randint(1, 3), groups * random.randint(3, 5)]
    module = torch.nn.GroupNorm(groups, shape[1], 1e-3, affine, bias=bias)
    return shuffled(f"groups={groups} epsilon=0.001 affine={words(affine)} bias={words(bias)}",
                    module, shape)


def instance_norm():
    n, affine = random.randint(1, 3), pick(True, False)
    shape = [random.randint(1, 3), random.randint(1, 3)] + places(n, n, 3)
    kind = (torch.nn.InstanceNorm1d, torch.nn.InstanceNorm2d, torch.nn.InstanceNorm3d)[n - 1]
    return shuffled(f"epsilon=0.001 affine={words(affine)}", kind(shape[1], 1e-3, affine=affine),
                    shape)


def shuffled(attrs, module, shape):
    """A case of a module whose ones and zeros are replaced by random numbers."""
    for p in module.parameters():
        torch.nn.init.normal_(p)
    return module_case(attrs, module, [randn(*shape)])


def local_response_norm():
    size, k = random.randint(1, 5), random.uniform(1, 2)
    alpha, beta = random.uniform(0, 1), random.uniform(0, 1)
    keys = {n: float(f"{v:.3f}") for n, v in (("alpha", alpha), ("beta", beta), ("k", k))}
    attrs = f"size={size} " + " ".join(f"{n}={v}" for n, v in keys.items())
    return Case(attrs, [randn(random.randint(1, 2), random.randint(1, 6), *some_shape(1, 2, 4))],
                lambda x: F.local_response_norm(x, size, **keys))


def batch_norm():
    n, training = random.randint(0, 3), pick(True, True, False)
    shape = [random.randint(3, 5), random.randint(1, 4)] + [random.randint(1, 3)] * n
    affine, track, cumulative = pick(True, True, False), pick(True, True, False), pick(True, False)
    momentum = float(f"{random.uniform(0, 1):.3f}")
    kind = (torch.nn.BatchNorm1d, torch.nn.BatchNorm1d, torch.nn.BatchNorm2d,
            torch.nn.BatchNorm3d)[n]
    module = kind(shape[1], 1e-3, None if cumulative else momentum, affine, track)
    module.train(training)
    attrs = (f"epsilon=0.001 momentum={momentum} affine={words(affine)} track={words(track)} "
             f"cumulative={words(cumulative)}")
    case = shuffled(attrs, module, shape)
    case.training = training
    if track:
        case.state = {"running-mean": randn(shape[1]), "running-var": torch.rand(shape[1]) + 0.5}
        if cumulative:
            case.state["num-batches-tracked"] = torch.tensor([float(random.randint(0, 5))])

    def run(x, **own):
        values = {n.replace("-", "_"): v for n, v in own.items()}
        if track and cumulative:
            values["num_batches_tracked"] = values["num_batches_tracked"].long().reshape(())
        elif track:
            values["num_batches_tracked"] = torch.tensor(0)
        values = {n: v.clone() if n.startswith("running") else v for n, v in values.items()}
        y = torch.func.functional_call(module, values, (x,))
        if training and track:
            case.after = {n: values[n.replace("-", "_")].reshape(-1) for n in case.state}
            if cumulative:
                case.after["num-batches-tracked"] = case.state["num-batches-tracked"] + 1
        return y

    case.run = run
    return case


def inference(attrs, function=lambda x, **keys: x, rank=1):
    """After training an op that draws numbers draws none."""
    def make():
        text = attrs()
        keys = {n: float(v) for n, v in (part.split("=") for part in text.split())}
        return Case(text, [randn(*some_shape(rank, 4, 4))], lambda x: function(x, **keys),
                    training=False)
    return make


def rate():
    return f"rate={random.uniform(0, 0.9):.3f}"


def slopes():
    return f"lower={random.uniform(0, 0.3):.3f} upper={random.uniform(0.3, 1):.3f}"


CASES = {
    "batch-norm": batch_norm,
    "layer-norm": layer_norm,
    "rms-norm": rms_norm,
    "group-norm": group_norm,
    "instance-norm": instance_norm,
    "local-response-norm": local_response_norm,
    "dropout": inference(rate),
    "dropout-channels": inference(rate, rank=3),
    "alpha-dropout": inference(rate),
    "stochastic-depth": inference(rate, rank=2),
    "rrelu": inference(slopes, lambda x, lower, upper: F.rrelu(x, lower, upper)),
}
