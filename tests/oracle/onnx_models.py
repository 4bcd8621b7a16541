#!/usr/bin/env python3
# onnx_models.py: models that PyTorch exports, in Epoch and in onnxruntime
#
# SPDX-License-Identifier: Apache-2.0
"""Models that PyTorch exports, in Epoch and in onnxruntime.

usage: onnx_models.py EPOCH-CLI [WORD]
       (with a python that has torch, torchvision, onnx, onnxruntime and onnxscript)

Exports models of torchvision and models made by hand, with random weights, by both exporters of
PyTorch and with an open and a fixed batch; or those whose name contains WORD.  Epoch has to give
onnxruntime's numbers within 1e-4 of the largest.  With EPOCH_ONNX_FIXTURES set to a folder, those
below 50 kB stay there, each with NAME.safetensors that has "input" and "output".
"""
import contextlib
import io
import logging
import os
import pathlib
import sys
import tempfile
import warnings

import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save_file

import onnx_support

FIXTURE_BYTES = 50000


class Net(nn.Module):
    """Layers by name, and what is done with them."""

    def __init__(self, forward, **layers):
        super().__init__()
        self.run = forward
        for name, layer in layers.items():
            if isinstance(layer, torch.Tensor):
                self.register_parameter(name, nn.Parameter(layer))
            else:
                setattr(self, name, layer)

    def forward(self, x):
        return self.run(self, x)


def conv(a, b, k=3, **settings):
    return nn.Conv2d(a, b, k, padding=k // 2, **settings)


def lenet():
    return nn.Sequential(conv(1, 4, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 5), nn.ReLU(),
                         nn.AvgPool2d(2), nn.Flatten(), nn.Linear(54, 10))


def shape_chain():
    def forward(self, x):
        y = torch.relu(self.a(x))
        y = y.view(y.size(0), y.size(1) // 2, 2, -1).mean(2)
        return self.b(y.reshape(y.shape[0], -1))
    return Net(forward, a=conv(3, 4), b=nn.Linear(2 * 64, 5))


def flatten_by_hand():
    def forward(self, x):
        n = x.shape[0]
        c = torch.tensor(x.shape[1:]).prod() if not torch.jit.is_tracing() else x[0].numel()
        return self.a(x.reshape(n, int(c)))
    return Net(forward, a=nn.Linear(3 * 64, 5))


def gated():
    def forward(self, x):
        a, b = self.a(x).chunk(2, dim=1)
        return self.b(a * torch.sigmoid(b))
    return Net(forward, a=nn.Linear(12, 16), b=nn.Linear(8, 3))


def squeeze_excite():
    def forward(self, x):
        s = F.silu(self.a(x))
        g = s.mean((2, 3), keepdim=True)
        g = torch.sigmoid(self.c(torch.relu(self.b(g))))
        return self.d((s * g).mean((2, 3)))
    return Net(forward, a=conv(3, 8), b=nn.Conv2d(8, 2, 1), c=nn.Conv2d(2, 8, 1),
               d=nn.Linear(8, 4))


def separable():
    return nn.Sequential(conv(3, 3, groups=3), nn.Conv2d(3, 8, 1), nn.BatchNorm2d(8), nn.ReLU6(),
                         conv(8, 8, groups=8, stride=2), nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8),
                         nn.Hardswish(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))


def channel_shuffle():
    def forward(self, x):
        y = self.a(x)
        n, c, h, w = y.shape
        y = y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.b(y).flatten(1)
    return Net(forward, a=conv(3, 8), b=conv(8, 2, groups=2))


def attention():
    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, 2, d // 2).permute(2, 0, 3, 1, 4)
        a = torch.softmax(q @ k.transpose(-2, -1) * (d // 2) ** -0.5, -1)
        return self.out((a @ v).transpose(1, 2).reshape(n, t, d)).mean(1)
    return Net(forward, qkv=nn.Linear(8, 24), out=nn.Linear(8, 8))


def causal_attention():
    def forward(self, x):
        t = x.shape[1]
        mask = torch.full((t, t), float("-inf")).triu(1)
        a = torch.softmax(self.q(x) @ self.k(x).transpose(1, 2) / 8 ** 0.5 + mask, -1)
        return a @ self.v(x)
    return Net(forward, q=nn.Linear(8, 8), k=nn.Linear(8, 8), v=nn.Linear(8, 8))


def encoder(**settings):
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, **settings),
                                 2, enable_nested_tensor=False)


def multihead():
    return Net(lambda self, x: self.a(x, x, x, need_weights=False)[0],
               a=nn.MultiheadAttention(8, 2, batch_first=True))


def mixer():
    def forward(self, x):
        y = self.patch(x).flatten(2).transpose(1, 2)
        y = y + self.tokens(self.n1(y).transpose(1, 2)).transpose(1, 2)
        y = y + self.channels(self.n2(y))
        return self.head(y.mean(1))

    def mlp(a, b):
        return nn.Sequential(nn.Linear(a, b), nn.GELU(), nn.Linear(b, a))
    return Net(forward, patch=nn.Conv2d(3, 8, 4, 4), n1=nn.LayerNorm(8), n2=nn.LayerNorm(8),
               tokens=mlp(4, 8), channels=mlp(8, 16), head=nn.Linear(8, 3))


def vision_transformer():
    def forward(self, x):
        y = self.patch(x).flatten(2).transpose(1, 2)
        y = torch.cat([self.token.expand(y.shape[0], -1, -1), y], 1) + self.place
        return self.head(self.encoder(y)[:, 0])
    return Net(forward, patch=nn.Conv2d(3, 8, 4, 4), token=torch.randn(1, 1, 8),
               place=torch.randn(1, 5, 8), encoder=encoder(norm_first=True, activation="gelu"),
               head=nn.Linear(8, 3))


def recurrent(kind, **settings):
    def forward(self, x):
        y, _ = self.a(x)
        return self.b(y[:, -1])
    width = 6 * (2 if settings.get("bidirectional") else 1)
    return Net(forward, a=kind(5, 6, batch_first=True, **settings), b=nn.Linear(width, 3))


def last_state():
    def forward(self, x):
        _, (h, _) = self.a(x)
        return self.b(h[-1])
    return Net(forward, a=nn.LSTM(5, 6, 2, batch_first=True), b=nn.Linear(6, 3))


def unet(up):
    def block(a, b):
        return nn.Sequential(conv(a, b, bias=False), nn.BatchNorm2d(b), nn.ReLU(), conv(b, b),
                             nn.ReLU())

    def forward(self, x):
        a = self.a(x)
        b = self.b(self.pool(a))
        c = self.c(self.pool(b))
        b = self.d(torch.cat([b, self.up1(c)], 1))
        return self.out(self.e(torch.cat([a, self.up2(b)], 1)))

    def upward(a, b):
        if up == "transposed":
            return nn.ConvTranspose2d(a, b, 2, 2)
        return nn.Sequential(nn.Upsample(scale_factor=2, mode=up), nn.Conv2d(a, b, 1))
    return Net(forward, pool=nn.MaxPool2d(2), a=block(3, 4), b=block(4, 8), c=block(8, 16),
               up1=upward(16, 8), d=block(16, 8), up2=upward(8, 4), e=block(8, 4),
               out=nn.Conv2d(4, 2, 1))


def autoencoder():
    return nn.Sequential(conv(1, 4, stride=2), nn.LeakyReLU(0.2), conv(4, 8, stride=2), nn.ELU(),
                         nn.ConvTranspose2d(8, 4, 3, 2, 1, 1), nn.PReLU(),
                         nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Tanh())


def sound():
    return nn.Sequential(nn.Conv1d(2, 8, 5, 2, 2), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(2),
                         nn.Conv1d(8, 8, 3, dilation=2), nn.ReLU(), nn.AdaptiveAvgPool1d(1),
                         nn.Flatten(), nn.Linear(8, 3))


def volume():
    return nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.ReLU(),
                         nn.MaxPool3d(2), nn.Flatten(), nn.Linear(4 * 64, 3))


def norms():
    return nn.Sequential(conv(3, 8), nn.GroupNorm(2, 8), nn.SiLU(), conv(8, 8),
                         nn.InstanceNorm2d(8, affine=True), nn.Mish(), nn.Flatten(1),
                         nn.Linear(8 * 64, 4), nn.LayerNorm(4), nn.LogSoftmax(1))


def activations():
    def forward(self, x):
        y = self.a(x)
        y = F.elu(y) + F.selu(y) + F.softplus(y) + F.hardtanh(y) + F.hardsigmoid(y)
        return F.celu(y) * F.softsign(y) - F.gelu(y, approximate="tanh") + torch.clamp(y, -0.5, 2)
    return Net(forward, a=nn.Linear(6, 6))


def arithmetic():
    def forward(self, x):
        y = self.a(x)
        y = (2 - y) * 0.5 + 1 / (y * y + 1) + torch.sqrt(torch.exp(y)) + y.abs().pow(3)
        return torch.maximum(y, self.b) - torch.log(y.abs() + 1) + y.sum(1, keepdim=True)
    return Net(forward, a=nn.Linear(6, 6), b=torch.randn(6))


def slices():
    def forward(self, x):
        a, b = x[:, :, ::2, ::2], x[:, :, 1::2, 1::2]
        y = torch.stack([a, b], 1).flatten(1, 2)
        return F.pad(self.a(y), (1, 2, 0, 1)).amax((2, 3))
    return Net(forward, a=conv(6, 4))


def pools():
    def forward(self, x):
        a = F.max_pool2d(x, 3, 2, ceil_mode=True)
        b = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return torch.cat([F.adaptive_avg_pool2d(a, 2), F.adaptive_max_pool2d(b, 1).expand(-1, -1, 2,
                                                                                        2)], 1)
    return Net(forward)


def zoo(name, size):
    def make():
        import torchvision.models
        settings = {"weights": None}
        if name in ("googlenet", "inception_v3"):
            settings.update(aux_logits=False, init_weights=False)
        return getattr(torchvision.models, name)(**settings)
    return make, (3, size, size)


MODELS = {
    "lenet": (lenet, (1, 20, 20)), "shape-chain": (shape_chain, (3, 8, 8)),
    "flatten-by-hand": (flatten_by_hand, (3, 8, 8)), "gated": (gated, (12,)),
    "squeeze-excite": (squeeze_excite, (3, 8, 8)), "separable": (separable, (3, 8, 8)),
    "channel-shuffle": (channel_shuffle, (3, 6, 6)), "attention": (attention, (5, 8)),
    "causal-attention": (causal_attention, (5, 8)), "multihead": (multihead, (5, 8)),
    "encoder": (encoder, (5, 8)),
    "encoder-pre-norm": (lambda: encoder(norm_first=True, activation="gelu"), (5, 8)),
    "mixer": (mixer, (3, 8, 8)), "vision-transformer": (vision_transformer, (3, 8, 8)),
    "lstm": (lambda: recurrent(nn.LSTM), (7, 5)),
    "lstm-both-ways": (lambda: recurrent(nn.LSTM, bidirectional=True, num_layers=2), (7, 5)),
    "gru": (lambda: recurrent(nn.GRU), (7, 5)), "rnn": (lambda: recurrent(nn.RNN), (7, 5)),
    "lstm-state": (last_state, (7, 5)),
    "unet-transposed": (lambda: unet("transposed"), (3, 16, 16)),
    "unet-nearest": (lambda: unet("nearest"), (3, 16, 16)),
    "unet-bilinear": (lambda: unet("bilinear"), (3, 16, 16)),
    "autoencoder": (autoencoder, (1, 16, 16)), "sound": (sound, (2, 40)),
    "volume": (volume, (1, 8, 8, 8)), "norms": (norms, (3, 8, 8)),
    "activations": (activations, (6,)), "arithmetic": (arithmetic, (6,)),
    "slices": (slices, (3, 8, 8)), "pools": (pools, (3, 10, 10)),
    "resnet18": zoo("resnet18", 64), "resnet50": zoo("resnet50", 64),
    "vgg11": zoo("vgg11", 224), "vgg16-bn": zoo("vgg16_bn", 224), "alexnet": zoo("alexnet", 224),
    "googlenet": zoo("googlenet", 64), "inception-v3": zoo("inception_v3", 96),
    "mobilenet-v2": zoo("mobilenet_v2", 64), "mobilenet-v3": zoo("mobilenet_v3_small", 64),
    "efficientnet-b0": zoo("efficientnet_b0", 64), "densenet121": zoo("densenet121", 64),
    "squeezenet": zoo("squeezenet1_1", 64), "shufflenet": zoo("shufflenet_v2_x0_5", 64),
    "mnasnet": zoo("mnasnet0_5", 64), "regnet": zoo("regnet_y_400mf", 64),
    "convnext": zoo("convnext_tiny", 64), "vit": zoo("vit_b_16", 224), "swin": zoo("swin_t", 64),
}


@contextlib.contextmanager
def silence():
    """Exporters talk a lot, some of them past Python."""
    keep = os.dup(1), os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        for fd, old in zip((1, 2), keep):
            os.dup2(old, fd)
            os.close(old)
        os.close(nothing)


def export(model, x, way, path):
    script, batch = way.split("-")
    settings = {"dynamo": script == "dynamo", "input_names": ["x"], "output_names": ["y"]}
    if batch == "open" and script == "dynamo":
        settings["dynamic_shapes"] = ({0: torch.export.Dim("N", min=1, max=4096)},)
    elif batch == "open":
        settings["dynamic_axes"] = {"x": {0: "N"}, "y": {0: "N"}}
    if script == "dynamo":
        settings["external_data"] = False
    with silence():
        torch.onnx.export(model, (x,), str(path), **settings)
    forget_origin(path)


def forget_origin(path):
    """The exporter notes for each node where in which file it was written: nobody else's matter."""
    model = onnx.load(str(path), load_external_data=False)
    for nodes in (model.graph.node, *(function.node for function in model.functions)):
        for node in nodes:
            node.doc_string = ""
            del node.metadata_props[:]
    onnx.save(model, str(path))


def randomise(model):
    """Running statistics as training leaves them."""
    for module in model.modules():
        if getattr(module, "running_var", None) is not None:
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)


def judge(cli, name, way, folder):
    make, item = MODELS[name]
    torch.manual_seed(3)
    model = make().eval()
    randomise(model)
    x = torch.randn(1 if way.endswith("one") else 2, *item)
    path = pathlib.Path(folder) / f"{name}-{way}.onnx"
    try:
        export(model, x, way, path)
    except Exception as problem:
        return "not exported", str(problem).strip().splitlines()[0][:120]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    expected = session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]
    try:
        found = onnx_support.run(cli, path, x.numpy(), folder)
    except onnx_support.Refused as refusal:
        return "REFUSED", str(refusal)
    except Exception as problem:
        return "BROKEN", str(problem)
    error = onnx_support.distance(found, expected)
    keep = os.environ.get("EPOCH_ONNX_FIXTURES")
    if keep is not None and path.stat().st_size < FIXTURE_BYTES:
        save_file({"input": x.numpy(), "output": expected}, f"{keep}/{path.stem}.safetensors")
        os.replace(path, f"{keep}/{path.name}")
    return ("ok" if error <= onnx_support.TOLERANCE else "WRONG"), f"{error:.1e}"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    onnxruntime.set_default_logger_severity(3)
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    counts = {}
    good = set()
    for name in MODELS:
        for way in ("script-open", "script-one", "dynamo-open", "dynamo-one"):
            if word not in f"{name}-{way}":
                continue
            with tempfile.TemporaryDirectory() as folder:
                verdict, text = judge(sys.argv[1], name, way, folder)
            counts[verdict] = counts.get(verdict, 0) + 1
            if verdict == "ok":
                good.add(name)
            print(f"{name:20} {way:12} {verdict:12} {text}", flush=True)
    print(f"{len(good)} models; files: "
          + ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())))
    sys.exit(0 if set(counts) <= {"ok", "not exported"} else 1)


if __name__ == "__main__":
    main()
