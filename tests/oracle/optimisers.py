#!/usr/bin/env python3
# optimisers.py: records what PyTorch's optimisers, schedules and initialisers compute
#
# SPDX-License-Identifier: Apache-2.0

"""usage: optimisers.py FILE, with torch at hand; tests/data/recorded/optimisers.json is committed.

Settings are in our words, "name=value …", as nn_attr_parse() reads them.  An optimiser's case has
the parameters after five steps: with the gradients at the top of the file, or for one that asks for
the loss with those of the function bowl() below.  A schedule's case has the learning rate of
each of thirty steps, three to an epoch.
"""

import json
import math
import sys

import torch
from torch import optim
from torch.optim import lr_scheduler

SHAPES = [(5, 3), (3, 5), (4,), (2, 3, 2)]
STEPS = 5
SCHEDULE_STEPS = 30
STEPS_PER_EPOCH = 3


def parts(parameters):
    """All numbers of the parameters, one after the other."""
    return [float(x) for p in parameters for x in p.detach().reshape(-1).tolist()]


class Lion(optim.Optimizer):
    """Program 1 of the paper: Chen and others, Symbolic Discovery of Optimization Algorithms."""
    def __init__(self, params, lr, betas=(.9, .99), weight_decay=0):
        super().__init__(params, {'lr': lr})
        self.betas, self.decay = betas, weight_decay

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group['params']:
                m = self.state[p].setdefault('m', torch.zeros_like(p))
                c = self.betas[0] * m + (1 - self.betas[0]) * p.grad
                p.sub_(group['lr'] * (c.sign() + self.decay * p))
                m.copy_(self.betas[1] * m + (1 - self.betas[1]) * p.grad)


class MuonWithAdamW:
    """Muon for what has rows and columns, a filter being a row, and AdamW for the rest.  The
    iteration runs in float32 as ours does; PyTorch's takes bfloat16."""
    def __init__(self, params, lr, adamw_rate=1, adamw_betas=(.9, .999), adamw_eps=1e-8,
                 adamw_decay=.01, **settings):
        self.matrices = [p for p in params if p.dim() > 1]
        self.flat = [torch.nn.Parameter(p.detach().reshape(p.shape[0], -1))
                     for p in self.matrices]
        self.inner = [optim.Muon(self.flat, lr=lr, **settings),
                      optim.AdamW([p for p in params if p.dim() == 1], lr=lr * adamw_rate,
                                  betas=adamw_betas, eps=adamw_eps, weight_decay=adamw_decay)]

    def step(self):
        for matrix, flat in zip(self.matrices, self.flat):
            flat.grad = matrix.grad.reshape(flat.shape)
        kept, torch.bfloat16 = torch.bfloat16, torch.float32
        for inner in self.inner:
            inner.step()
        torch.bfloat16 = kept
        for matrix, flat in zip(self.matrices, self.flat):
            matrix.data.copy_(flat.detach().reshape(matrix.shape))


OPTIMISERS = [
    ('sgd', .1, '', optim.SGD, {}),
    ('sgd', .05, 'weight-decay=0.1', optim.SGD, {'weight_decay': .1}),
    ('sgd', .1, 'momentum=0.9 dampening=0.3 weight-decay=0.01', optim.SGD,
     {'momentum': .9, 'dampening': .3, 'weight_decay': .01}),
    ('sgd', .1, 'momentum=0.8 nesterov=true weight-decay=0.05', optim.SGD,
     {'momentum': .8, 'nesterov': True, 'weight_decay': .05}),
    ('adagrad', .01, '', optim.Adagrad, {}),
    ('adagrad', .1, 'rate-decay=0.2', optim.Adagrad, {'lr_decay': .2}),
    ('adagrad', .1, 'weight-decay=0.1 start=0.5', optim.Adagrad,
     {'weight_decay': .1, 'initial_accumulator_value': .5}),
    ('adagrad', .2, 'epsilon=0.1 rate-decay=0.01', optim.Adagrad, {'eps': .1, 'lr_decay': .01}),
    ('adadelta', 1, '', optim.Adadelta, {}),
    ('adadelta', .5, 'rho=0.5', optim.Adadelta, {'rho': .5}),
    ('adadelta', 1, 'epsilon=0.001 weight-decay=0.1', optim.Adadelta,
     {'eps': .001, 'weight_decay': .1}),
    ('adadelta', 2, 'rho=0.99 epsilon=0.01', optim.Adadelta, {'rho': .99, 'eps': .01}),
    ('rmsprop', .01, '', optim.RMSprop, {}),
    ('rmsprop', .05, 'alpha=0.9 momentum=0.9', optim.RMSprop, {'alpha': .9, 'momentum': .9}),
    ('rmsprop', .01, 'centred=true weight-decay=0.1 epsilon=0.01', optim.RMSprop,
     {'centered': True, 'weight_decay': .1, 'eps': .01}),
    ('rmsprop', .01, 'centred=true momentum=0.5 alpha=0.8 epsilon=0.001', optim.RMSprop,
     {'centered': True, 'momentum': .5, 'alpha': .8, 'eps': .001}),
    ('adam', .001, '', optim.Adam, {}),
    ('adam', .1, 'beta1=0.8 beta2=0.95 epsilon=0.001', optim.Adam,
     {'betas': (.8, .95), 'eps': .001}),
    ('adam', .05, 'weight-decay=0.1', optim.Adam, {'weight_decay': .1}),
    ('adam', .1, 'beta1=0.3 beta2=0.5 amsgrad=true', optim.Adam,
     {'betas': (.3, .5), 'amsgrad': True}),
    ('adamw', .001, '', optim.AdamW, {}),
    ('adamw', .1, 'beta1=0.8 beta2=0.95 epsilon=0.001 weight-decay=0.2', optim.AdamW,
     {'betas': (.8, .95), 'eps': .001, 'weight_decay': .2}),
    ('adamw', .05, 'weight-decay=0', optim.AdamW, {'weight_decay': 0}),
    ('adamw', .05, 'amsgrad=true beta2=0.6', optim.AdamW, {'amsgrad': True, 'betas': (.9, .6)}),
    ('nadam', .002, '', optim.NAdam, {}),
    ('nadam', .05, 'weight-decay=0.1', optim.NAdam, {'weight_decay': .1}),
    ('nadam', .05, 'weight-decay=0.1 decoupled=true beta1=0.7', optim.NAdam,
     {'weight_decay': .1, 'decoupled_weight_decay': True, 'betas': (.7, .999)}),
    ('nadam', .1, 'momentum-decay=0.5 epsilon=0.01 beta2=0.9', optim.NAdam,
     {'momentum_decay': .5, 'eps': .01, 'betas': (.9, .9)}),
    ('radam', .001, '', optim.RAdam, {}),
    ('radam', .1, 'beta2=0.9', optim.RAdam, {'betas': (.9, .9)}),
    ('radam', .05, 'weight-decay=0.1 beta2=0.99', optim.RAdam,
     {'weight_decay': .1, 'betas': (.9, .99)}),
    ('radam', .05, 'weight-decay=0.1 decoupled=true beta1=0.5 epsilon=0.01', optim.RAdam,
     {'weight_decay': .1, 'decoupled_weight_decay': True, 'betas': (.5, .999), 'eps': .01}),
    ('lion', .0001, '', Lion, {}),
    ('lion', .01, 'beta1=0.5', Lion, {'betas': (.5, .99)}),
    ('lion', .05, 'weight-decay=0.5', Lion, {'weight_decay': .5}),
    ('lion', .1, 'beta1=0.8 beta2=0.6 weight-decay=0.1', Lion,
     {'betas': (.8, .6), 'weight_decay': .1}),
    ('muon', .001, '', MuonWithAdamW, {}),
    ('muon', .02, 'stretch=match-rms-adamw weight-decay=0 nesterov=false', MuonWithAdamW,
     {'adjust_lr_fn': 'match_rms_adamw', 'weight_decay': 0, 'nesterov': False}),
    ('muon', .05, 'stretch=spectral-unclamped momentum=0.8 rounds=3', MuonWithAdamW,
     {'adjust_lr_fn': 'spectral_unclamped', 'momentum': .8, 'ns_steps': 3}),
    ('muon', .1, 'adamw-rate-factor=0.1 adamw-beta1=0.5 adamw-beta2=0.9 adamw-epsilon=0.01 '
     'adamw-weight-decay=0.2', MuonWithAdamW,
     {'adamw_rate': .1, 'adamw_betas': (.5, .9), 'adamw_eps': .01, 'adamw_decay': .2}),
    ('lbfgs', 1, '', optim.LBFGS, {}),
    ('lbfgs', 1, 'line-search=strong-wolfe', optim.LBFGS, {'line_search_fn': 'strong_wolfe'}),
    ('lbfgs', .5, 'history=3 iterations=6 evaluations=5', optim.LBFGS,
     {'history_size': 3, 'max_iter': 6, 'max_eval': 5}),
    ('lbfgs', .8, 'history=2 iterations=4 evaluations=9 line-search=strong-wolfe', optim.LBFGS,
     {'history_size': 2, 'max_iter': 4, 'max_eval': 9, 'line_search_fn': 'strong_wolfe'}),
    # Stopped on the way: at the bottom of the bowl they would all be the same.
    ('lbfgs', .3, 'history=3 iterations=1 evaluations=2', optim.LBFGS,
     {'history_size': 3, 'max_iter': 1, 'max_eval': 2}),
    ('lbfgs', 5, 'history=3 iterations=1 evaluations=12 line-search=strong-wolfe', optim.LBFGS,
     {'history_size': 3, 'max_iter': 1, 'max_eval': 12, 'line_search_fn': 'strong_wolfe'}),
    ('lbfgs', 20, 'iterations=1 evaluations=3 line-search=strong-wolfe', optim.LBFGS,
     {'max_iter': 1, 'max_eval': 3, 'line_search_fn': 'strong_wolfe'}),
]


def bowl(w):
    """A bowl of very different curvatures, in which neighbours pull at each other."""
    steep = 1 + torch.arange(len(w)) % 7
    return (.5 * steep * (w - 1) ** 2).sum() + .1 * ((w[1:] - w[:-1] ** 2) ** 2).sum()


def record_search(start, rate, make, settings):
    w = torch.nn.Parameter(torch.tensor(start))
    optimiser = make([w], lr=rate, **settings)

    def closure():
        optimiser.zero_grad()
        loss = bowl(w)
        loss.backward()
        return loss

    for _ in range(STEPS):
        optimiser.step(closure)
    return parts([w])


def record_optimiser(start, gradients, rate, make, settings):
    parameters, at = [], 0
    for shape in SHAPES:
        count = math.prod(shape)
        parameters.append(torch.nn.Parameter(torch.tensor(start[at:at + count]).reshape(shape)))
        at += count
    optimiser = make(parameters, lr=rate, **settings)
    for gradient in gradients:
        at = 0
        for p in parameters:
            p.grad = torch.tensor(gradient[at:at + p.numel()]).reshape(p.shape)
            at += p.numel()
        optimiser.step()
    return parts(parameters)


LOSSES = [1, .8, .7, .7, .699999, .71, .6, .65, .64, .63]

SCHEDULES = [
    ('constant', '', None, {}),
    ('step', 'epochs=2 factor=0.5', lr_scheduler.StepLR, {'step_size': 2, 'gamma': .5}),
    ('multi-step', 'epochs=1,4,5 factor=0.3', lr_scheduler.MultiStepLR,
     {'milestones': [1, 4, 5], 'gamma': .3}),
    ('exponential', 'factor=0.8', lr_scheduler.ExponentialLR, {'gamma': .8}),
    ('cosine', 'minimum=0.01', lr_scheduler.CosineAnnealingLR,
     {'T_max': SCHEDULE_STEPS, 'eta_min': .01}),
    ('linear', 'minimum=0.005', lr_scheduler.LinearLR,
     {'start_factor': 1, 'end_factor': .05, 'total_iters': SCHEDULE_STEPS}),
    ('polynomial', 'power=2', lr_scheduler.PolynomialLR,
     {'power': 2, 'total_iters': SCHEDULE_STEPS}),
    ('polynomial', '', lr_scheduler.PolynomialLR, {'total_iters': SCHEDULE_STEPS}),
    ('cosine-restarts', 'epochs=2 minimum=0.001', lr_scheduler.CosineAnnealingWarmRestarts,
     {'T_0': 2, 'eta_min': .001}),
    ('cosine-restarts', 'epochs=1 growth=2', lr_scheduler.CosineAnnealingWarmRestarts,
     {'T_0': 1, 'T_mult': 2}),
    ('one-cycle', '', lr_scheduler.OneCycleLR, {'total_steps': SCHEDULE_STEPS}),
    ('one-cycle', 'rise=0.2 shape=linear start-divisor=10 end-divisor=100 three-phases=true '
     'least-momentum=0.8 most-momentum=0.9', lr_scheduler.OneCycleLR,
     {'total_steps': SCHEDULE_STEPS, 'pct_start': .2, 'anneal_strategy': 'linear',
      'div_factor': 10, 'final_div_factor': 100, 'three_phase': True, 'base_momentum': .8,
      'max_momentum': .9}),
    ('plateau', 'factor=0.5 patience=1 threshold=0.01', lr_scheduler.ReduceLROnPlateau,
     {'factor': .5, 'patience': 1, 'threshold': .01}),
    ('plateau', 'factor=0.1 patience=0 mode=absolute threshold=0.05 cooldown=2 minimum=0.004',
     lr_scheduler.ReduceLROnPlateau,
     {'factor': .1, 'patience': 0, 'threshold': .05, 'threshold_mode': 'abs', 'cooldown': 2,
      'min_lr': .004}),
]


def record_schedule(make, settings):
    """Rates and momenta of the steps; schedules of epochs are told of each that has ended."""
    optimiser = optim.SGD([torch.zeros(1, requires_grad=True)], lr=.1, momentum=.9)
    if make is lr_scheduler.OneCycleLR:
        settings = {'max_lr': .1, **settings}
    schedule = make(optimiser, **settings) if make else None
    of_epochs = make in (lr_scheduler.StepLR, lr_scheduler.MultiStepLR,
                         lr_scheduler.ExponentialLR)
    rates, momenta = [], []
    for step in range(SCHEDULE_STEPS):
        if make is lr_scheduler.CosineAnnealingWarmRestarts:
            schedule.step(step / STEPS_PER_EPOCH)
        rates.append(float(optimiser.param_groups[0]['lr']))
        momenta.append(float(optimiser.param_groups[0]['momentum']))
        optimiser.step()
        ends = step % STEPS_PER_EPOCH == STEPS_PER_EPOCH - 1
        if make is lr_scheduler.ReduceLROnPlateau:
            if ends:
                schedule.step(LOSSES[step // STEPS_PER_EPOCH])
        elif make is lr_scheduler.CosineAnnealingWarmRestarts:
            pass
        elif schedule and step < SCHEDULE_STEPS - 1 and (ends or not of_epochs):
            schedule.step()
    return {'rates': rates, 'momenta': momenta}


INITIALISERS = [
    ('zeros', '', (2, 3), lambda t: torch.nn.init.zeros_(t)),
    ('ones', '', (2, 3), lambda t: torch.nn.init.ones_(t)),
    ('constant', 'value=-2.5', (2, 2, 2), lambda t: torch.nn.init.constant_(t, -2.5)),
    ('eye', '', (3, 5), torch.nn.init.eye_),
    ('eye', '', (4, 2), torch.nn.init.eye_),
    ('dirac', '', (3, 4, 3), torch.nn.init.dirac_),
    ('dirac', 'groups=2', (4, 3, 3, 2), lambda t: torch.nn.init.dirac_(t, 2)),
    ('dirac', '', (2, 1, 1, 3, 3), torch.nn.init.dirac_),
]

GAINS = {'leaky-relu': .3, 'relu': None, 'tanh': None, 'selu': None, 'sigmoid': None,
         'linear': None}


def main(path):
    torch.manual_seed(4)
    count = sum(math.prod(shape) for shape in SHAPES)
    start = parts([torch.randn(count) * .5])
    gradients = [parts([torch.randn(count)]) for _ in range(STEPS)]
    fans = [(6, 4), (8, 3, 5), (4, 2, 3, 3)]
    written = {
        'torch': torch.__version__,
        'shapes': SHAPES, 'start': start, 'gradients': gradients,
        'optimisers': [
            {'name': name, 'rate': rate, 'settings': words,
             'after': record_search(start, rate, make, settings) if make is optim.LBFGS
             else record_optimiser(start, gradients, rate, make, settings)}
            for name, rate, words, make, settings in OPTIMISERS],
        'steps-per-epoch': STEPS_PER_EPOCH, 'losses': LOSSES,
        'schedules': [{'name': name, 'settings': words, **record_schedule(make, settings)}
                      for name, words, make, settings in SCHEDULES],
        'initialisers': [{'name': name, 'settings': words, 'shape': shape,
                          'numbers': parts([fill(torch.empty(shape))])}
                         for name, words, shape, fill in INITIALISERS],
        'fans': [{'shape': shape,
                  'fans': torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))}
                 for shape in fans],
        'gains': {name: torch.nn.init.calculate_gain(name.replace('-', '_'), slope)
                  for name, slope in GAINS.items()},
    }
    # A line for each value below the top: small changes make small differences.
    lines = []
    for key, value in written.items():
        if isinstance(value, list) and value and not isinstance(value[0], (int, float)):
            rows = ',\n    '.join(json.dumps(row) for row in value)
            lines.append(f'  {json.dumps(key)}: [\n    {rows}\n  ]')
        else:
            lines.append(f'  {json.dumps(key)}: {json.dumps(value)}')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{\n' + ',\n'.join(lines) + '\n}\n')


main(sys.argv[1])
