# cases_recurrent.py: random cases of layers that read a sequence step by step
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, pick, randn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def recurrent(make, has_cells=False, extra=lambda: {}):
    def case():
        features, hidden, batch, steps = (random.randint(1, n) for n in (4, 3, 3, 3))
        options = {"layers": pick(1, 1, 2), "bidirectional": pick(True, False),
                   "bias": pick(True, True, False)} | extra()
        keywords = {"num_layers" if k == "layers" else k: v for k, v in options.items()}
        module = make(features, hidden, batch_first=True, **keywords)
        rows = options["layers"] * (2 if options["bidirectional"] else 1)
        inputs = [randn(batch, steps, features)]
        inputs += [randn(batch, rows, hidden) if pick(True, False) else None]
        if has_cells:
            inputs += [randn(batch, rows, hidden) if inputs[1] is not None else None]
        inputs += [torch.randint(1, steps + 1, (batch,)) if pick(True, False) else None]
        names = {n.replace("_", "-"): n for n, _ in module.named_parameters()}

        def run(x, *others, **given):
            lengths = others[-1]
            states = tuple(s.transpose(0, 1).contiguous() for s in others[:-1] if s is not None)
            first = (states if has_cells else states[0]) if states else None
            if lengths is not None:
                x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            y, last = torch.func.functional_call(
                module, {names[n]: p for n, p in given.items()}, (x, first))
            if lengths is not None:
                y, _ = pad_packed_sequence(y, batch_first=True, total_length=steps)
            last = last if has_cells else (last,)
            return y, *(s.transpose(0, 1) for s in last)

        attrs = " ".join([f"hidden={hidden}"] + [f"{k}={str(v).lower()}"
                                                 for k, v in options.items()])
        parameters = {n.replace("_", "-"): p.detach().clone()
                      for n, p in module.named_parameters()}
        return Case(attrs, inputs, run, parameters)
    return case


def take_last():
    batch, steps, half = (random.randint(1, 4) for _ in range(3))
    both = pick(True, False)
    lengths = torch.randint(1, steps + 1, (batch,)) if pick(True, False) else None

    def run(x, lengths):
        ends = lengths - 1 if lengths is not None else torch.full((batch,), steps - 1)
        ahead = x[torch.arange(batch), ends]
        return torch.cat([ahead[:, :half], x[:, 0, half:]], 1) if both else ahead

    return Case(f"bidirectional={str(both).lower()}",
                [randn(batch, steps, 2 * half), lengths], run)


def ids(function):
    def case():
        padding = random.randint(0, 2)
        x = torch.randint(0, 3, (random.randint(1, 4), random.randint(1, 6)))
        return Case(f"padding={padding}", [x], lambda x: function(x, padding))
    return case


def shift_right():
    begin, padding = random.randint(0, 2), random.randint(0, 2)
    target = torch.randint(-1, 3, (random.randint(1, 4), random.randint(1, 6)))
    target[target < 0] = -100

    def run(target):
        behind = torch.where(target < 0, padding, target)[:, :-1]
        return torch.cat([torch.full_like(target[:, :1], begin), behind], 1)

    return Case(f"begin={begin} padding={padding}", [target], run)


CASES = {
    "rnn": recurrent(torch.nn.RNN,
                     extra=lambda: {"nonlinearity": pick("tanh", "relu")}),
    "gru": recurrent(torch.nn.GRU),
    "lstm": recurrent(torch.nn.LSTM, has_cells=True),
    "take-last": take_last,
    "shift-right": shift_right,
    "lengths": ids(lambda x, padding: (x != padding).sum(1)),
    "padding-mask": ids(lambda x, padding: (x == padding).to(torch.bool)),
}
