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
    return marks.to(torch.bool)


def as_torch(mask):
    """Nothing learns through a mask."""
    if mask is None:
        return None
    return mask.bool() if mask.dtype == torch.bool else mask.detach()


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


def words(value):
    return str(value).lower()


def named(module):
    """Our names of the parameters: PyTorch's, back to PyTorch's, and their values."""
    names = {n.replace("_", "-"): n for n, _ in module.named_parameters()}
    values = {n.replace("_", "-"): torch.randn_like(p) * 0.5 for n, p in module.named_parameters()}
    return names, values


def call(module, names, given, inputs, **options):
    module.double()
    return torch.func.functional_call(module, {names[n]: p for n, p in given.items()},
                                      inputs, options)


def padding_for(batch, steps):
    if pick(True, False):
        return None
    ends = torch.randint(1, steps + 1, (batch, 1))
    return (torch.arange(steps) >= ends).to(torch.bool)


def multi_head():
    heads, batch, t, s = (random.randint(1, 3) for _ in range(4))
    d = heads * random.randint(1, 3)
    bias, causal = pick(True, False), pick(True, False, False)
    key = randn(batch, s, d) if pick(True, False) else None
    value = randn(batch, s, d) if key is not None and pick(True, False) else None
    s = t if key is None else s
    mask = None if causal else mask_for(batch, t, s)
    padding = padding_for(batch, s) if mask is None else None
    module = torch.nn.MultiheadAttention(d, heads, bias=bias, batch_first=True)
    names, parameters = named(module)

    def run(query, key, value, mask, padding, **given):
        key = query if key is None else key
        value = key if value is None else value
        if causal:
            mask = torch.ones(t, s, dtype=torch.bool).triu(1)
        elif mask is not None:
            mask = as_torch(mask).expand(batch, t, s).repeat_interleave(heads, 0)
            mask = ~mask if mask.dtype == torch.bool else mask
        if padding is not None:
            padding = padding.bool()
        return call(module, names, given, (query, key, value), attn_mask=mask,
                    key_padding_mask=padding)

    return Case(f"heads={heads} bias={words(bias)} causal={words(causal)}",
                [randn(batch, t, d), key, value, mask, padding], run, parameters)


def compare(additive):
    def case():
        batch, t, s, dq, dk, dv, hidden = (random.randint(1, 4) for _ in range(7))
        single = pick(True, False)
        value = randn(batch, s, dv) if pick(True, False) else None
        parameters = {"query.weight": randn(hidden if additive else dk, dq)}
        if additive:
            parameters |= {"key.weight": randn(hidden, dk), "score.weight": randn(1, hidden)}

        def run(query, key, value, padding, **w):
            q = (query.unsqueeze(1) if single else query) @ w["query.weight"].T
            if additive:
                k = key @ w["key.weight"].T
                scores = (torch.tanh(q.unsqueeze(2) + k.unsqueeze(1)) @ w["score.weight"].T)[..., 0]
            else:
                scores = q @ key.transpose(1, 2)
            if padding is not None:
                scores = scores.masked_fill(padding.bool().unsqueeze(1), -torch.inf)
            weights = scores.softmax(-1)
            y = weights @ (key if value is None else value)
            return (y[:, 0], weights[:, 0]) if single else (y, weights)

        query = [batch, dq] if single else [batch, t, dq]
        return Case(f"hidden={hidden}" if additive else "",
                    [randn(*query, scale=0.5), randn(batch, s, dk), value, padding_for(batch, s)],
                    run, parameters)
    return case


def transformer(decoder, layers):
    def case():
        # Rows of one or two numbers are all the same once they are normalised.
        heads, batch, t, s = pick(1, 2, 4), *(random.randint(1, n) for n in (2, 3, 3))
        d, hidden = 4, random.randint(1, 3)
        activation, first = pick("relu", "gelu"), pick(True, False)
        causal, final = pick(True, False), pick(True, False)
        make = (torch.nn.TransformerDecoderLayer if decoder else torch.nn.TransformerEncoderLayer)
        module = make(d, heads, hidden, 0.0, activation, batch_first=True, norm_first=first)
        attrs = (f"heads={heads} hidden={hidden} dropout=0 activation={activation} "
                 f"norm-first={words(first)} causal={words(causal)}")
        if layers:
            n = pick(1, 1, 1, 2)
            norm = torch.nn.LayerNorm(d) if final else None
            module = (torch.nn.TransformerDecoder(module, n, norm) if decoder else
                      torch.nn.TransformerEncoder(module, n, norm, enable_nested_tensor=False))
            attrs += f" layers={n} final-norm={words(final)}"
        names, parameters = named(module)
        mask = None if causal else mask_for(t, t)
        padding = padding_for(batch, t) if mask is None else None

        def run(x, *others, **given):
            mask, padding = others[1:3] if decoder else others
            if causal:
                mask = torch.ones(t, t, dtype=torch.bool).triu(1)
            elif mask is not None:
                mask = as_torch(mask).expand(t, t)
                mask = ~mask if mask.dtype == torch.bool else mask
            padding = padding.bool() if padding is not None else None
            if not decoder:
                name = "mask" if layers else "src_mask"
                return call(module, names, given, (x,), src_key_padding_mask=padding,
                            **{name: mask})
            behind = others[3].bool() if others[3] is not None else None
            return call(module, names, given, (x, others[0]), tgt_mask=mask,
                        tgt_key_padding_mask=padding, memory_key_padding_mask=behind)

        inputs = [randn(batch, t, d), mask, padding]
        if decoder:
            inputs = [inputs[0], randn(batch, s, d), mask, padding, padding_for(batch, s)]
        return Case(attrs, inputs, run, parameters)
    return case


CASES = {
    "scaled-dot-product-attention": dot_product,
    "multi-head-attention": multi_head,
    "additive-attention": compare(True),
    "multiplicative-attention": compare(False),
    "transformer-encoder-layer": transformer(False, False),
    "transformer-decoder-layer": transformer(True, False),
    "transformer-encoder": transformer(False, True),
    "transformer-decoder": transformer(True, True),
}
