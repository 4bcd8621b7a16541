# sourcetree.py: what the checks of the sources share
#
# SPDX-License-Identifier: Apache-2.0
"""A check is a function from the root of a tree to a list of problems, each one sentence that
names the file.  main() runs it on the tree given, or proves on small made-up trees that it can
fail."""

import pathlib
import re
import sys
import tempfile

COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                               re.DOTALL)


def is_source_folder(root, folder):
  """Not what was built or is hidden, and not the samples of the tests, which may be anything."""
  if folder.is_symlink() or folder == root / 'tests/data':
    return False
  return folder.name == '.ci' or not folder.name.startswith(('.', 'build', '__pycache__'))


def paths(root, *suffixes):
  """The files with one of these suffixes, or all, relative to the root and in order."""
  found = []
  folders = [root]
  while folders:
    for entry in folders.pop().iterdir():
      if entry.is_dir():
        if is_source_folder(root, entry):
          folders.append(entry)
      elif not suffixes or entry.name.endswith(suffixes):
        found.append(entry.relative_to(root).as_posix())
  return sorted(found)


def read(root, path):
  return (root / path).read_text(encoding='utf-8')


def blank_comments(text, strings=False):
  """C without its comments, and without its strings on demand; lines keep their numbers."""
  def blank(match):
    is_comment = match[0].startswith('/')
    return re.sub(r'[^\n]', ' ', match[0]) if is_comment or strings else match[0]

  return COMMENT_OR_STRING.sub(blank, text)


def self_test(check, cases):
  """Each case is a tree, as a dictionary of contents, and a part of each expected problem."""
  for tree, expected in cases:
    with tempfile.TemporaryDirectory() as folder:
      root = pathlib.Path(folder)
      for path, content in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding='utf-8')
      problems = check(root)
    if len(problems) != len(expected) or not all(map(str.__contains__, problems, expected)):
      print(f'{sorted(tree)} gave {problems}\ninstead of {expected}')
      return 1
  return 0


def main(check, cases):
  if sys.argv[1:] == ['--self-test']:
    sys.exit(self_test(check, cases))
  if len(sys.argv) != 2:
    print(f'usage: {sys.argv[0]} ROOT | --self-test', file=sys.stderr)
    sys.exit(2)
  problems = check(pathlib.Path(sys.argv[1]))
  for problem in problems:
    print(problem)
  sys.exit(1 if problems else 0)
