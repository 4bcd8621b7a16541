# cases_loss.py: random cases of losses
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
import torch.nn.functional as F
from ops import Case, pick, randn, some_shape


def number(low, high):
    return round(random.uniform(low, high), 3)


def text(**attrs):
    return " ".join(f"{name.replace('_', '-')}={value}" for name, value in attrs.items())


def join(terms, reduction):
    return terms.sum() if reduction == "sum" else terms.mean()


def of_numbers(run, attrs=dict, x=randn, t=randn, reductions=("mean", "sum")):
    """A loss that compares x with t; run(x, t, reduction, **attrs)."""
    def make():
        keys, reduction, shape = attrs(), pick(*reductions), some_shape(1, 3)
        return Case(text(reduction=reduction, **keys), [x(*shape), t(*shape)],
                    lambda a, b: run(a, b, reduction, **keys))
    return make


def share(*shape):
    return torch.rand(*shape) * 0.98 + 0.01


def yes_no(*shape):
    return (torch.rand(*shape) < 0.5).float() if random.random() < 0.5 else torch.rand(*shape)


def count(*shape):
    return torch.randint(0, 9, shape).float()


def log_share(*shape):
    return randn(*shape).log_softmax(-1)


def some_probabilities(*shape):
    p = randn(*shape).softmax(-1)
    p.view(-1)[0] = 0
    return p


def binary_focal(x, t, reduction, gamma, alpha):
    p, surprise = torch.sigmoid(x), F.binary_cross_entropy_with_logits(x, t, reduction="none")
    p_right = p * t + (1 - p) * (1 - t)
    balance = alpha * t + (1 - alpha) * (1 - t) if alpha >= 0 else 1
    return join(balance * surprise * (1 - p_right) ** gamma, reduction)


def hinge(x, t, reduction, margin):
    return join((margin - torch.where(t > 0, x, -x)).clamp(min=0), reduction)


def poisson(x, t, reduction, log_input, full, epsilon):
    return F.poisson_nll_loss(x, t, log_input == "true", full == "true", eps=epsilon,
                              reduction=reduction)


def poisson_case():
    log_input = pick("true", "false")
    keys = {"log_input": log_input, "full": pick("true", "false"), "epsilon": 1e-6}
    x = randn if log_input == "true" else lambda *shape: torch.rand(*shape) * 3 + 0.1
    return of_numbers(poisson, lambda: keys, x, count)()


def divergence_case():
    log_target = pick("true", "false")
    t = log_share if log_target == "true" else some_probabilities
    run = lambda x, t, reduction, log_target: F.kl_div(x, t, reduction=reduction,
                                                       log_target=log_target == "true")
    return of_numbers(run, lambda: {"log_target": log_target}, log_share, t,
                      ("batchmean", "mean", "sum"))()


def of_labels(run, attrs=dict, x=randn, ignores=True, weights=True, balances=True):
    """A loss of labels; run(x, t, classes first, weight, ignored, reduction, **attrs)."""
    def make():
        keys = attrs()
        classes = random.randint(2, 6) if random.random() < 0.8 else random.randint(15, 40)
        inner = some_shape(0, 2, 5) if classes < 10 else []
        axis = pick("first", "last")
        shape = [random.randint(1, 4), *inner]
        scores = x(*shape, classes)
        labels = torch.randint(0, classes, shape)
        ignored = -100
        if ignores and random.random() < 0.5:
            ignored = pick(-100, 0)
            labels[torch.rand(shape) < 0.3] = ignored
            labels.view(-1)[0] = classes - 1
        listed, weight = "1", None
        if weights and random.random() < 0.5:
            given = [number(0.2, 3) for _ in range(classes)]
            listed, weight = ",".join(map(str, given)), torch.tensor(given)
        elif balances and random.random() < 0.3:
            listed, weight = "balanced", balanced(labels[labels != ignored], classes)
        if len(listed.split(",")) > 32:
            listed, weight = "1", None
        reduction = pick("mean", "sum")
        if axis == "first":
            scores = scores.movedim(-1, 1)
        given = text(reduction=reduction, class_axis=axis, ignore_index=ignored,
                     class_weights=listed, **keys)

        def call(a, t):
            a = a if axis == "first" else a.movedim(-1, 1).contiguous()
            return run(a, t, None if weight is None else weight.double(), ignored, reduction,
                       **keys)
        return Case(given, [scores.contiguous(), labels], call)
    return make


def balanced(labels, classes):
    n = torch.bincount(labels, minlength=classes).double()
    return torch.where(n > 0, n.sum() / ((n > 0).sum() * n), 0)


def cross_entropy(x, t, weight, ignored, reduction, label_smoothing):
    return F.cross_entropy(x, t, weight, ignore_index=ignored, reduction=reduction,
                           label_smoothing=label_smoothing)


def cross_entropy_case():
    smoothing = lambda: {"label_smoothing": pick(0, number(0, 0.5))}
    if random.random() < 0.6:
        return of_labels(cross_entropy, smoothing)()
    keys, reduction = smoothing(), pick("mean", "sum")
    shape = [random.randint(1, 4), random.randint(2, 6), *some_shape(0, 2, 4)]
    given = [number(0.2, 3) for _ in range(pick(1, shape[1]))]
    weight = torch.tensor(given).expand(shape[1])
    return Case(text(reduction=reduction, class_weights=",".join(map(str, given)), **keys),
                [randn(*shape), randn(*shape).softmax(1)],
                lambda x, t: F.cross_entropy(x, t, weight.double(), reduction=reduction, **keys))


def focal(x, t, weight, ignored, reduction, gamma):
    log_p = x.log_softmax(1)
    surprise = F.nll_loss(log_p, t, ignore_index=ignored, reduction="none")
    weight = torch.ones(x.shape[1], dtype=x.dtype) if weight is None else weight
    counted = t != ignored
    terms = weight[t.clamp(min=0)] * (1 - (-surprise).exp()) ** gamma * surprise
    terms = terms[counted]
    return join(terms, reduction)


def nll(x, t, weight, ignored, reduction):
    return F.nll_loss(x, t, weight, ignore_index=ignored, reduction=reduction)


def multi_margin(x, t, weight, ignored, reduction, margin, power):
    classes = x.shape[1]
    x, t = x.movedim(1, -1).reshape(-1, classes), t.reshape(-1)
    return F.multi_margin_loss(x, t, power, margin, weight, reduction=reduction)


def dice_of(p, t, smooth, reduction):
    dice = (2 * (p * t).sum(-1) + smooth) / (p.sum(-1) + t.sum(-1) + smooth)
    return join(1 - dice, reduction)


def dice_case():
    keys = {"predictions": pick("scores", "probabilities"), "smooth": number(0.1, 2)}
    scores = keys["predictions"] == "scores"

    def run(x, t, reduction, predictions, smooth):
        x = torch.sigmoid(x) if scores else x
        return dice_of(x.flatten(1), t.flatten(1), smooth, reduction)
    shape = some_shape(2, 4, 5)
    reduction = pick("mean", "sum")
    return Case(text(reduction=reduction, **keys),
                [randn(*shape) if scores else share(*shape), yes_no(*shape)],
                lambda x, t: run(x, t, reduction, **keys))


def class_dice(x, t, weight, ignored, reduction, predictions, smooth, background):
    classes = x.shape[1]
    x = x.softmax(1) if predictions == "scores" else x
    counted = (t != ignored)
    masks = F.one_hot(t * counted, classes).movedim(-1, 1) * counted.unsqueeze(1)
    first = 0 if background == "true" else 1
    x = (x * counted.unsqueeze(1)).reshape(len(x), classes, -1)[:, first:]
    return dice_of(x, masks.reshape(len(x), classes, -1)[:, first:].to(x.dtype), smooth, reduction)


def class_dice_case():
    keys = {"predictions": pick("scores", "probabilities"), "smooth": number(0.1, 2),
            "background": pick("true", "false")}
    case = of_labels(class_dice, lambda: keys, weights=False, balances=False)()
    case.attrs = case.attrs.replace(" class-weights=1", "")
    return case


def cosine_case():
    b, n = random.randint(1, 5), random.randint(2, 9)
    margin, reduction = pick(0, number(-0.5, 0.9)), pick("mean", "sum")
    t = torch.randint(0, 2, (b, 1)).float() * 2 - 1
    return Case(text(margin=margin, reduction=reduction), [randn(b, n), randn(b, n), t],
                lambda x, y, t: F.cosine_embedding_loss(x, y, t.detach().reshape(-1), margin,
                                                        reduction=reduction))


def triplet_case():
    b, n = random.randint(1, 5), random.randint(1, 9)
    margin, swap, reduction = number(0, 3), pick("true", "false"), pick("mean", "sum")
    return Case(text(margin=margin, swap=swap, reduction=reduction),
                [randn(b, n), randn(b, n), randn(b, n)],
                lambda a, p, n: F.triplet_margin_loss(a, p, n, margin, swap=swap == "true",
                                                      reduction=reduction))


CASES = {
    "mean-squared-error": of_numbers(lambda x, t, r: F.mse_loss(x, t, reduction=r)),
    "mean-absolute-error": of_numbers(lambda x, t, r: F.l1_loss(x, t, reduction=r)),
    "smooth-l1": of_numbers(lambda x, t, r, beta: F.smooth_l1_loss(x, t, reduction=r, beta=beta),
                            lambda: {"beta": pick(0, 1, number(0.1, 3))}),
    "huber": of_numbers(lambda x, t, r, delta: F.huber_loss(x, t, reduction=r, delta=delta),
                        lambda: {"delta": pick(1, number(0.1, 3))}),
    "binary-cross-entropy": of_numbers(
        lambda x, t, r, positive_weight: F.binary_cross_entropy_with_logits(
            x, t, reduction=r, pos_weight=torch.tensor(positive_weight).double()),
        lambda: {"positive_weight": pick(1, number(0.1, 5))}, t=yes_no),
    "binary-cross-entropy-of-probabilities": of_numbers(
        lambda x, t, r: F.binary_cross_entropy(x, t, reduction=r), x=share, t=yes_no),
    "binary-focal": of_numbers(binary_focal, lambda: {
        "gamma": pick(0, 2, number(0.5, 5)), "alpha": pick(-1, 0.25, number(0, 1))}, t=yes_no),
    "hinge": of_numbers(hinge, lambda: {"margin": pick(1, number(0, 3))},
                        t=lambda *shape: pick(yes_no, lambda *s: randn(*s).sign())(*shape)),
    "kl-divergence": divergence_case,
    "poisson-nll": poisson_case,
    "cross-entropy": cross_entropy_case,
    "focal": of_labels(focal, lambda: {"gamma": pick(0, 2, number(0.5, 4))}),
    "nll": of_labels(nll, x=lambda *shape: randn(*shape).log_softmax(-1)),
    "multi-margin": of_labels(multi_margin, lambda: {"margin": pick(1, number(0, 2)),
                                                     "power": pick(1, 2)}, ignores=False),
    "dice": dice_case,
    "class-dice": class_dice_case,
    "cosine-embedding": cosine_case,
    "triplet-margin": triplet_case,
}
