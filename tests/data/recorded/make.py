#!/usr/bin/env python3
# make.py: records what PyTorch computes, for test-recorded.c
#
# SPDX-License-Identifier: Apache-2.0

"""usage: make.py FOLDER, with torch and safetensors at hand; the files are committed.

Each case is a network in the words of engine/template.h, trained for a few steps.  Its file holds
the input, the answers, the parameters and state before and after, the gradients of the first step,
the scores of the trained network in evaluation mode, and the losses as text.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch import nn

STEPS = 4


class Same(nn.Module):
    """Sums over the two pixel axes, keeping them."""
    def forward(self, x):
        return x.mean((2, 3), keepdim=True)


def pair(text):
    numbers = [int(part) for part in text.split(',')]
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def conv(size, channels='16', kernel='3', stride='1', padding='0', dilation='1', groups='1',
         bias='true'):
    return nn.Conv2d(size, int(channels), pair(kernel), pair(stride),
                     padding if padding in ('same', 'valid') else pair(padding), pair(dilation),
                     int(groups), bias == 'true')


def pool(kind, kernel='2', stride='0', padding='0'):
    return kind(pair(kernel), None if stride == '0' else pair(stride), pair(padding))


def norm(x, momentum='0.1', epsilon='1e-05'):
    kind = nn.BatchNorm2d if x.dim() == 4 else nn.BatchNorm1d
    return kind(x.shape[1], eps=float(epsilon), momentum=float(momentum))


MAKERS = {
    'linear': lambda x, features='10', bias='true': nn.Linear(x.shape[-1], int(features),
                                                              bias == 'true'),
    'conv-2d': lambda x, **attrs: conv(x.shape[1], **attrs),
    'max-pool-2d': lambda x, **attrs: pool(nn.MaxPool2d, **attrs),
    'average-pool-2d': lambda x, **attrs: pool(nn.AvgPool2d, **attrs),
    'global-average-pool-2d': lambda x: Same(),
    'batch-norm': norm,
    'flatten': lambda x: nn.Flatten(),
    'relu': lambda x: nn.ReLU(),
    'leaky-relu': lambda x, slope='0.01': nn.LeakyReLU(float(slope)),
    'sigmoid': lambda x: nn.Sigmoid(),
    'tanh': lambda x: nn.Tanh(),
    'gelu': lambda x: nn.GELU(),
    'silu': lambda x: nn.SiLU(),
    'softplus': lambda x: nn.Softplus(),
    'softmax': lambda x: nn.Softmax(1),
    'log-softmax': lambda x: nn.LogSoftmax(1),
}

NAMES = {'running_mean': 'running-mean', 'running_var': 'running-var'}

CASES = {
    'dense': ('linear features=7\ntanh\nlinear features=5\nsigmoid\nlinear features=3',
              (6,), 3, 'cross-entropy', 'sgd'),
    'convolution': ('conv-2d channels=3 padding=1\nrelu\nmax-pool-2d\nconv-2d channels=4\n'
                    'batch-norm\nleaky-relu\nglobal-average-pool-2d\nflatten\nlinear features=3',
                    (2, 8, 8), 3, 'cross-entropy', 'momentum'),
    'odd': ('conv-2d channels=4 kernel=3,2 stride=2,1 padding=1,0 groups=2 bias=false\nsilu\n'
            'average-pool-2d kernel=2 stride=1\nconv-2d channels=3 kernel=2 dilation=2 padding=same\n'
            'softplus\nmax-pool-2d kernel=3 stride=2 padding=1\nflatten\nlinear features=4',
            (2, 9, 7), 4, 'cross-entropy', 'adam'),
    'numbers': ('linear features=6\ngelu\nbatch-norm\nlinear features=2', (4,), 2,
                'mean-squared-error', 'adamw'),
    'binary': ('linear features=5\nsilu\nlinear features=2', (3,), 2, 'binary-cross-entropy',
               'nesterov'),
}


def named(module, x, layers):
    """The layers, with the names that Epoch gives them, and the module's parameters and state."""
    counts, modules, entries = {}, [], []
    for line in layers.split('\n'):
        op, *settings = line.split(' ')
        stem = op.removesuffix('-2d')
        counts[stem] = counts.get(stem, 0) + 1
        layer = MAKERS[op](x, **dict(setting.split('=') for setting in settings))
        modules.append(layer)
        x = layer(x)
        for key, _ in list(layer.named_parameters()) + list(layer.named_buffers()):
            if key != 'num_batches_tracked':
                entries.append((f'{stem}{counts[stem]}.{NAMES.get(key, key)}', layer, key))
    return nn.Sequential(*modules), entries


def snapshot(prefix, entries):
    return {prefix + name: getattr(layer, key).detach().clone().contiguous()
            for name, layer, key in entries}


def record(folder, name):
    layers, item, classes, loss_name, optimiser_name = CASES[name]
    torch.manual_seed(len(name))
    x = torch.randn(5, *item)
    model, entries = named(None, x, layers)
    for module in model:                # building has moved the running averages
        if hasattr(module, 'reset_running_stats'):
            module.reset_running_stats()

    if loss_name == 'cross-entropy':
        target, loss_of = torch.randint(classes, (5,)), nn.CrossEntropyLoss()
    elif loss_name == 'mean-squared-error':
        target, loss_of = torch.randn(5, classes), nn.MSELoss()
    else:
        target, loss_of = (torch.rand(5, classes) > .5).float(), nn.BCEWithLogitsLoss()
    optimiser = {
        'sgd': lambda p: torch.optim.SGD(p, lr=.1),
        'momentum': lambda p: torch.optim.SGD(p, lr=.05, momentum=.9, weight_decay=.01),
        'nesterov': lambda p: torch.optim.SGD(p, lr=.1, momentum=.8, nesterov=True),
        'adam': lambda p: torch.optim.Adam(p, lr=.01),
        'adamw': lambda p: torch.optim.AdamW(p, lr=.01, weight_decay=.1),
    }[optimiser_name](model.parameters())

    tensors = {'input': x, 'target': target, **snapshot('before.', entries)}
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = loss_of(model(x), target)
        loss.backward()
        losses.append(f'{loss.item():.9g}')
        if step == 0:
            tensors |= {'gradient.' + entry: getattr(layer, key).grad.clone().contiguous()
                        for entry, layer, key in entries
                        if getattr(layer, key).requires_grad}
        optimiser.step()
    tensors |= snapshot('after.', entries)
    model.eval()
    tensors['scores'] = model(x).detach()
    save_file(tensors, folder / f'{name}.safetensors',
              {'layers': layers, 'loss': loss_name, 'optimiser': optimiser_name,
               'losses': ' '.join(losses), 'classes': str(classes)})


for case in CASES:
    record(pathlib.Path(sys.argv[1]), case)
