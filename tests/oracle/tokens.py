#!/usr/bin/env python3
# tokens.py: records how the published tokenizers cut texts
#
# SPDX-License-Identifier: Apache-2.0
"""Records how the published tokenizers cut texts.

usage: tokens.py FOLDER       (with a python that has “tokenizers”)

FOLDER has bert-base-uncased-vocab.txt, bert-base-chinese-vocab.txt, gpt2-encoder.json and
gpt2-vocab.bpe.  For each model, two files are written beside this script: tokens/NAME.jsonl has
the texts with tokens and ids, and tokens/NAME.txt the part of the vocabulary that they need.
What is left out could not have been chosen: the longest token that fits, or the earliest join,
is still there.  tests/test-tokenizers.c replays them.
"""
import json
import pathlib
import sys

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

OUT = pathlib.Path(__file__).parent / "tokens"

TEXTS = [
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    "it's don't we'll I'm they've he'd you're 'quoted' ''",
    "unaffable embeddings, tokenization and antidisestablishmentarianism",
    "Naïve café, El Niño: résumé — “quoted” … €5",
    "  leading, trailing and    many blanks  ",
    "tab\tnewline\nand\r\nmore\n\n\nlines",
    "3.14159 and 1,000,000 or 2nd, x86_64; 100%",
    "我喜欢学习深度学习。今天天气不错！",
    "混合 mixed 中文 and English，句子",
    "emoji 😀 and family 👨‍👩‍👧, flags 🇨🇳",
    "ＦＵＬＬ width １２３ and ﬁ ligature",
    "$#@!%^&*()_+-=[]{}|;':\",./<>?`~",
    "ΑΒΓ αβγ Привет мир שלום مرحبا",
    "[CLS] [SEP] [PAD] <pad> <|endoftext|>",
    "a",
    "a" * 115,
    "zero\u200bwidth and soft\u00adhyphen and no\u00a0break",
    "e\u0301 combining a\u030a",
    "HTML <br /> &amp; https://example.org/a?b=c#d",
]


def record(name, tokenizer, vocabulary):
  with open(OUT / f"{name}.jsonl", "w", encoding="utf-8") as file:
    for text in TEXTS:
      got = tokenizer.encode(text, add_special_tokens=False)
      line = {"text": text, "tokens": got.tokens, "ids": got.ids}
      file.write(json.dumps(line, ensure_ascii=False) + "\n")
  (OUT / f"{name}.txt").write_text("".join(line + "\n" for line in vocabulary), encoding="utf-8")


def word_piece(name, path):
  tokens = path.read_text(encoding="utf-8").split("\n")
  while tokens and not tokens[-1]:
    tokens.pop()
  model = models.WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]",
                           max_input_chars_per_word=100)
  tokenizer = Tokenizer(model)
  tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True,
                                                    strip_accents=True, lowercase=True)
  tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
  used = {token for text in TEXTS for token in tokenizer.encode(text).tokens}
  special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
  record(name, tokenizer, special + [t for t in tokens if t in used and t not in special])


def byte_pair(name, encoder, merges_path):
  lines = merges_path.read_text(encoding="utf-8").split("\n")
  merges = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
  vocabulary = json.loads(encoder.read_text(encoding="utf-8"))
  tokenizer = Tokenizer(models.BPE(vocabulary, merges))
  tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)

  # Every join on the way to a token that is used.
  made = {a + b: (a, b) for a, b in merges}
  wanted = [token for text in TEXTS for token in tokenizer.encode(text).tokens]
  used = set()
  while wanted:
    token = wanted.pop()
    if token in made and token not in used:
      used.add(token)
      wanted.extend(made[token])
  record(name, tokenizer, [f"{a} {b}" for a, b in merges if a + b in used])


def main():
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  folder = pathlib.Path(sys.argv[1])
  word_piece("bert-uncased", folder / "bert-base-uncased-vocab.txt")
  word_piece("bert-chinese", folder / "bert-base-chinese-vocab.txt")
  byte_pair("gpt2", folder / "gpt2-encoder.json", folder / "gpt2-vocab.bpe")


main()
