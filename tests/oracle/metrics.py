#!/usr/bin/env python3
# metrics.py: records what scikit-learn’s formulas say of random predictions
#
# SPDX-License-Identifier: Apache-2.0
"""Records what scikit-learn's formulas say of random predictions.

usage: metrics.py        (with a python that has numpy and safetensors)

The formulas are written down here anew, in plain numpy and as naively as they can be, so that no
scikit-learn is needed.  Writes metrics.safetensors with inputs, and what is expected as JSON in its
metadata; tests/test-metrics.c compares.
"""
import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

rng = np.random.default_rng(18)
tensors, cases = {}, []


def ratio(a, b):
    return a / b if b else 0.0


def counted_classes(truth, guess, n):
    present = sorted(set(truth) | set(guess))
    hits = [int(np.sum((truth == c) & (guess == c))) for c in range(n)]
    guesses = [int(np.sum(guess == c)) for c in range(n)]
    truths = [int(np.sum(truth == c)) for c in range(n)]
    precision = [ratio(h, g) for h, g in zip(hits, guesses)]
    recall = [ratio(h, t) for h, t in zip(hits, truths)]
    f1 = [ratio(2 * h, g + t) for h, g, t in zip(hits, guesses, truths)]
    return present, precision, recall, f1, truths, hits, guesses


def class_numbers(truth, guess, n, yes_no=False):
    present, precision, recall, f1, truths, _, _ = counted_classes(truth, guess, n)
    confusion = [[int(np.sum((truth == i) & (guess == j))) for j in range(n)] for i in range(n)]
    out = {"accuracy": float(np.mean(truth == guess)),
           "table confusion": np.ravel(confusion).tolist(),
           "table classes": np.ravel(list(zip(precision, recall, f1, truths))).tolist()}
    for name, values in (("precision", precision), ("recall", recall), ("f1", f1)):
        if yes_no:
            out[name] = values[1]
            continue
        out[f"{name}-macro"] = float(np.mean([values[c] for c in present]))
        out[f"{name}-micro"] = out["accuracy"]
        out[f"{name}-weighted"] = float(np.average(values, weights=truths))
    return out


def area_numbers(truth, guess, n):
    iou, dice = {}, {}
    for c in range(n):
        both, either = np.sum((truth == c) & (guess == c)), np.sum((truth == c) | (guess == c))
        if either:
            iou[c], dice[c] = both / either, 2 * both / (both + either)
    out = {"miou": np.mean(list(iou.values())), "dice": np.mean(list(dice.values())),
           "miou-foreground": np.mean([v for c, v in iou.items() if c > 0]),
           "dice-foreground": np.mean([v for c, v in dice.items() if c > 0])}
    return {name: float(value) for name, value in out.items()}


def roc_auc(score, yes):
    """The chance that a right one lies above a wrong one; one half where they are equal."""
    a, b = score[yes][:, None], score[~yes][None, :]
    return float(np.mean((a > b) + 0.5 * (a == b)))


def average_precision(score, yes):
    total, recall_before = 0.0, 0.0
    for threshold in sorted(set(score), reverse=True):
        taken = score >= threshold
        recall = np.sum(taken & yes) / np.sum(yes)
        total += (recall - recall_before) * np.sum(taken & yes) / np.sum(taken)
        recall_before = recall
    return float(total)


def ranking_numbers(columns, truths):
    pairs = [(s, y) for s, y in zip(columns, truths) if 0 < np.sum(y) < len(y)]
    return {"roc-auc": float(np.mean([roc_auc(s, y) for s, y in pairs])),
            "average-precision": float(np.mean([average_precision(s, y) for s, y in pairs]))}


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def add(predicts, x, t, expected, axis=1, ignored=-100):
    index = len(cases)
    tensors[f"{index}.x"] = np.ascontiguousarray(x, dtype=np.float32)
    tensors[f"{index}.t"] = np.ascontiguousarray(t)
    cases.append({"predicts": predicts, "axis": axis, "ignored": ignored, "expected": expected})


def classes_case(n, inner, last=False, ignored=-100, logarithms=False, n_samples=None,
                 shares=False):
    n_samples = n_samples or int(rng.integers(5, 40))
    shape = (n_samples, *inner)
    t = rng.integers(0, n, shape)
    # A class that is rare, or never there.
    t[t == n - 1] = rng.integers(0, n, np.sum(t == n - 1))
    x = rng.normal(size=(*shape, n)).astype(np.float32)
    np.put_along_axis(x, t[..., None], np.take_along_axis(x, t[..., None], -1) + 1, -1)
    # Equal scores: the first of them is meant.
    x[rng.random(shape) < 0.1] = 0.5
    if logarithms:
        x = np.log(softmax(x.astype(np.float64), -1)).astype(np.float32)
    guess = x.argmax(-1)
    counts = np.ones(shape, bool)
    labels = t.copy()
    if ignored != -100 or rng.random() < 0.5:
        counts = rng.random(shape) > 0.2
        labels[~counts] = ignored
        counts = labels != ignored
    if shares:
        counts[...] = True
        labels = t
    truth, said = t[counts], guess[counts]
    expected = class_numbers(truth, said, n)
    flat = x[counts].astype(np.float64)
    if n > 5:
        rank = ((flat > flat[np.arange(len(flat)), truth][:, None]).sum(1)
                + ((flat == flat[np.arange(len(flat)), truth][:, None])
                   & (np.arange(n)[None] < truth[:, None])).sum(1))
        expected["top-5"] = float(np.mean(rank < 5))
    if len(inner) >= 2:
        expected |= area_numbers(truth, said, n)
    else:
        p = np.exp(flat) if logarithms else softmax(flat, 1)
        expected |= ranking_numbers(p.T, [truth == c for c in range(n)])
    if len(inner) == 1:
        log_p = flat if logarithms else np.log(softmax(flat, 1))
        expected["perplexity"] = float(np.exp(-np.mean(log_p[np.arange(len(truth)), truth])))
        right = (guess == t) | ~counts
        expected["exact-match"] = float(np.mean(right.all(1)))
    if not last:
        x = np.moveaxis(x, -1, 1)
    if shares:
        one_hot = np.eye(n, dtype=np.float32)[labels] * 0.8 + 0.2 / n
        labels = one_hot if last else np.moveaxis(one_hot, -1, 1)
    add("class-logarithms" if logarithms else "class-scores", x, labels, expected,
        x.ndim - 1 if last else 1, ignored)


def yes_no_case(inner, probabilities, minus=False):
    shape = (int(rng.integers(8, 60)), *inner)
    t = rng.integers(0, 2, shape)
    x = (np.round(rng.normal(size=shape) * 4) / 4 + t).astype(np.float32)
    if probabilities:
        x = (1 / (1 + np.exp(-x.astype(np.float64)))).astype(np.float32)
    guess = (x > (0.5 if probabilities else 0)).astype(int)
    expected = class_numbers(t.ravel(), guess.ravel(), 2, True)
    expected |= ranking_numbers([x.ravel()], [t.ravel() == 1])
    if len(inner) >= 2:
        expected |= area_numbers(t.ravel(), guess.ravel(), 2)
    add("yes-probabilities" if probabilities else "yes-scores", x,
        (t * 2 - 1 if minus else t).astype(np.float32), expected)


def numbers_case(inner, constant=False):
    shape = (int(rng.integers(4, 40)), *inner)
    t = rng.normal(size=shape).astype(np.float32) * 3 + 100
    x = (t + rng.normal(size=shape)).astype(np.float32)
    if constant:
        t[:] = 2
    a, b = (v.reshape(shape[0], -1).astype(np.float64) for v in (t, x))
    spread = ((a - a.mean(0)) ** 2).sum(0)
    r2 = np.where(spread > 0, 1 - ((a - b) ** 2).sum(0) / np.where(spread > 0, spread, 1), 0)
    add("numbers", x, t, {"mae": float(np.mean(abs(a - b))), "r2": float(np.mean(r2)),
                          "rmse": float(np.mean(np.sqrt(np.mean((a - b) ** 2, 0))))})


for n, inner, options in ((2, (), {}), (3, (), {}), (10, (), {}), (7, (), {"logarithms": True}),
                          (3, (), {"shares": True}), (40, (), {"n_samples": 12}),
                          (3, (4, 5), {}), (2, (6, 3), {"ignored": 1}),
                          (5, (3, 3), {"last": True}), (4, (6,), {"ignored": 0}),
                          (6, (5,), {"last": True, "ignored": 0}),
                          (4, (3,), {"last": True, "shares": True})):
    classes_case(n, inner, **options)
for inner in ((1,), (3,), (1, 4, 5)):
    yes_no_case(inner, False)
    yes_no_case(inner, True)
yes_no_case((1,), False, minus=True)
numbers_case((1,))
numbers_case((3, 2))
numbers_case((2,), constant=True)

path = pathlib.Path(__file__).parent / "metrics.safetensors"
save_file(tensors, path, {"cases": json.dumps(cases)})
path.chmod(0o644)
