# cases_attention.py: random cases of attention and of what is made of it
#
# SPDX-License-Identifier: Apache-2.0
import random

import torch
from ops import Case, pick, randn


def mask_for(*sizes):
    """None, marks with at least one in a row, or numbers to add; broadcast at random."""
    sizes = [n if k > 1 or pick(True, False) else 1 for k, n in enumerate(reversed(sizes))][::-1]
    kind = pick("none", "marks", "numbers")
    if kind == "none":
        return None
    if kind == "numbers":
        return randn(*sizes)
    marks = torch.rand(*sizes) < 0.6
    marks[..., random.randrange(sizes[-1])] = True
    return marks.to(torch.uint8)


def as_torch(mask):
    """Nothing learns through a mask."""
    if mask is None:
        return None
    return mask.bool() if mask.dtype == torch.uint8 else mask.detach()


def dot_product():
    batch, heads, t, s, d, dv = (random.randint(1, 4) for _ in range(6))
    lead = [batch, heads] if pick(True, False) else [batch]
    causal = pick(True, False, False)
    scale = random.choice([0, 0, 0.5])
    mask = None if causal else mask_for(*lead, t, s)

    def run(q, k, v, mask):
        return torch.nn.functional.scaled_dot_product_attention(
            q, k, v, attn_mask=as_torch(mask), is_causal=causal, scale=scale or None)

    return Case(f"causal={str(causal).lower()} scale={scale}",
                [randn(*lead, t, d), randn(*lead, s, d), randn(*lead, s, dv), mask], run)


CASES = {
    "scaled-dot-product-attention": dot_product,
}
