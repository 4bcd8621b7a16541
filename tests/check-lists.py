#!/usr/bin/python3
# check-lists.py: the files on disk and the lists that name them agree
#
# SPDX-License-Identifier: Apache-2.0

import pathlib
import re

import sourcetree

# In these folders a file foo.c that defines the records …_foo is a word in the list that the
# table is made from.  Compiled some other way, its records would be missing without a word.
RECORD_FOLDERS = (
    'engine/formats', 'engine/initialisers', 'engine/metrics', 'engine/ops', 'engine/optimisers',
    'engine/schedules', 'engine/templates',
    'datasets/formats', 'datasets/transforms', 'datasets/generators', 'datasets/tokenizers',
    'exercises/checks',
)

STRING = re.compile(r"'([^'\n]*)'")
LIST = re.compile(r'\w+\s*\+?=\s*\[(.*?)\]', re.DOTALL)
TEST_KEY = re.compile(r"^ *'([\w-]+)'\s*:\s*\{", re.MULTILINE)
MARKED = {
    ('.c', '.h', '.py'): re.compile(r'\b(?:N?_|N?C_|Q_|n?gettext)\s*\(\s*[\'"]'),
    ('.ui',): re.compile(r'translatable="(?:yes|true)"'),
    ('.desktop.in', '.metainfo.xml.in', '.mime.xml.in'): re.compile(r''),
    ('.gschema.xml',): re.compile(r'gettext-domain='),
}


def read_meson(root, folder):
  path = root / folder / 'meson.build'
  return re.sub(r'#[^\n]*', '', path.read_text(encoding='utf-8')) if path.is_file() else ''


def is_named(root, path):
  """Whether a meson.build names the file, from its own folder or from one above."""
  return any(path.relative_to(folder).as_posix() in STRING.findall(read_meson(root, folder))
             for folder in path.parents)


def has_records(root, path):
  table = rf'^const \w+ \w+_{path.stem.replace("-", "_")}(\[\])? ='
  return (path.parent.as_posix() in RECORD_FOLDERS and
          re.search(table, sourcetree.read(root, path), re.MULTILINE))


def is_listed(root, path):
  names = {name for body in LIST.findall(read_meson(root, path.parent))
           for name in STRING.findall(body)}
  return path.stem in names


def is_test(root, path):
  return path.stem.removeprefix('test-') in TEST_KEY.findall(read_meson(root, path.parent))


def check_sources(root):
  for name in sourcetree.paths(root, '.c'):
    path = pathlib.PurePosixPath(name)
    if has_records(root, path):
      if not is_listed(root, path):
        yield f'{name}: the list in {path.parent}/meson.build lacks “{path.stem}”.'
    elif name.startswith('tests/test-'):
      if not is_test(root, path) and not is_named(root, path):
        yield f'{name}: the dictionary in tests/meson.build lacks it.'
    elif not is_named(root, path):
      yield f'{name}: no meson.build names it.'


def check_scripts(root):
  """A check that nobody calls passes quietly."""
  meson = STRING.findall(read_meson(root, 'tests'))
  for name in sourcetree.paths(root, '.py'):
    path = pathlib.PurePosixPath(name)
    if name.startswith('tests/check-') and path.stem not in meson and path.name not in meson:
      yield f'{name}: tests/meson.build does not run it.'


def has_marks(root, name):
  for suffixes, marks in MARKED.items():
    if name.endswith(suffixes):
      return bool(marks.search(sourcetree.blank_comments(sourcetree.read(root, name))
                               if suffixes[0] == '.c' else sourcetree.read(root, name)))
  return False


def check_potfiles(root):
  path = root / 'po/POTFILES'
  listed = [line for line in path.read_text(encoding='utf-8').splitlines()
            if line and not line.startswith('#')] if path.is_file() else []
  marked = {name for name in sourcetree.paths(root)
            if not name.startswith('tests/') and has_marks(root, name)}
  for name in sorted(marked - set(listed)):
    yield f'{name}: has words to translate, and po/POTFILES lacks it.'
  for name in sorted(set(listed) - marked):
    yield f'po/POTFILES: “{name}” is gone, or has no word to translate.'
  if listed != sorted(set(listed)):
    yield 'po/POTFILES: is not in alphabetical order, or names a file twice.'


def check(root):
  return [*check_sources(root), *check_scripts(root), *check_potfiles(root)]


GOOD = {
    'engine/meson.build': "files(\n  'shape.c',  # 'gone.c'\n  'cpu/gemm.c',\n)\n",
    'engine/shape.c': 'return _("scalar");\n',
    'engine/cpu/gemm.c': '/* _("a comment") */\n',
    'engine/ops/meson.build': "families = [\n  'leaky-relu',\n]\nfiles('help.c')\n",
    'engine/ops/leaky-relu.c': 'const NnOp nn_ops_leaky_relu[] = {\n.title = N_("ReLU"),\n',
    'engine/ops/help.c': '',
    'tests/meson.build': "tests = {\n  'shape': { 'suite': 'pure' },\n}\nx = ['check-a']\n",
    'tests/test-shape.c': 'puts (_("not for translators"));\n',
    'tests/check-a.py': '',
    'app/window.ui': '<property name="label" translatable="yes">Open</property>\n',
    'po/POTFILES': 'app/window.ui\nengine/ops/leaky-relu.c\nengine/shape.c\n',
}

CASES = (
    (GOOD, ()),
    ({**GOOD, 'engine/gone.c': ''}, ('engine/gone.c: no meson.build',)),
    ({**GOOD, 'engine/ops/pool.c': ''}, ('engine/ops/pool.c: no meson.build',)),
    ({**GOOD, 'engine/ops/help.c': 'const NnOp nn_ops_help[] = {\n'}, ('lacks “help”',)),
    ({**GOOD, 'engine/ops/help.c': 'const NnOp nn_op_help = {\n'}, ('lacks “help”',)),
    ({**GOOD, 'tests/test-graph.c': ''}, ('tests/test-graph.c: the dictionary',)),
    ({**GOOD, 'tests/check-b.py': ''}, ('does not run it',)),
    ({**GOOD, 'app/page.ui': '<property translatable="yes">'}, ('po/POTFILES lacks it',)),
    ({**GOOD, 'engine/shape.c': ''}, ('“engine/shape.c” is gone',)),
    ({**GOOD, 'po/POTFILES': 'engine/shape.c\nengine/ops/leaky-relu.c\napp/window.ui\n'},
     ('alphabetical',)),
)

if __name__ == '__main__':
  sourcetree.main(check, CASES)
