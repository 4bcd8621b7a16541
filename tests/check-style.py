#!/usr/bin/python3
# check-style.py: what a formatter cannot judge and a reviewer should not have to
#
# SPDX-License-Identifier: Apache-2.0

import re

import sourcetree

CODE = ('.c', '.h', '.c.in', '.h.in', '.py', '.sh', 'meson.build', 'meson_options.txt', 'dev',
        '.ci/run')
TEXT = (*CODE, '.ui', '.css', '.xml', '.in', '.svg', '.md', '.po', 'POTFILES', 'LINGUAS')
MAX_COLUMNS = 100
MAX_LINES = 1000

LICENCE = r'SPDX-License-Identifier: Apache-2\.0\n'
HEADER_C = r'/\* (?:{names})(?:\.in)?: .+\n(?: \* .+\n)* \*\n \* ' + LICENCE + r' \*/\n'
HEADER_SCRIPT = r'(?:#!.+\n)?# (?:{names}): .+\n(?:# .+\n)*#\n# ' + LICENCE

# Written so that this file itself passes.
REMARK = re.compile(r'\b(?:TO[D]O|FIX[M]E|XX[X])\b')
MACHINE_PATH = re.compile(r'(?<![\w.])/(?:work|root|home/\w+)/')
PLAIN_TYPE = re.compile(r'\bg(?:char|int|short|long|float|double)\b')
INCLUDE = re.compile(r'#\s*include\s*("[^"]+"|<[^>]+>)')


def check_lines(path, lines):
  for number, line in enumerate(lines, 1):
    where = f'{path}:{number}:'
    if '\t' in line:
      yield f'{where} a tab.'
    if line != line.rstrip():
      yield f'{where} a space at the end of the line.'
    if path.endswith(CODE) and len(line) > MAX_COLUMNS:
      yield f'{where} {len(line)} columns, and {MAX_COLUMNS} is the limit.'
    if path.endswith(CODE) and REMARK.search(line):
      yield f'{where} a remark that belongs into an issue.'
    if MACHINE_PATH.search(line):
      yield f'{where} a path that only one machine has.'


def check_header(path, text):
  # "choice.c" and "checks/choice.c" are both names that tell the file.
  parts = path.removesuffix('.in').split('/')
  names = '|'.join(re.escape('/'.join(parts[start:])) for start in range(len(parts)))
  if path.endswith(('.c', '.h', '.c.in', '.h.in')):
    pattern = HEADER_C
  elif path.endswith(('.py', '.sh')) or path == 'dev':
    pattern = HEADER_SCRIPT
  else:
    return
  if not re.match(pattern.format(names=names), text):
    yield f'{path}: does not begin with “{parts[-1]}: purpose” and the SPDX line.'


def top_includes(text):
  """The includes that no condition guards, with the line each is on."""
  depth = 0
  for number, line in enumerate(sourcetree.blank_comments(text).splitlines(), 1):
    stripped = line.strip()
    if re.match(r'#\s*if', stripped):
      depth += 1
    elif re.match(r'#\s*endif', stripped):
      depth -= 1
    match = INCLUDE.match(stripped)
    if match and depth == 0:
      yield number, match[1]


def check_includes(path, text):
  """config.h, own header, project headers, system headers; in order within each group.

  Without a header of its own, json-parse.c begins with json-private.h."""
  stem = path.removesuffix('.c')

  def key(position, include):
    name = include.strip('"')
    if name == 'config.h':
      rank = 0
    elif name == stem + '.h' or position == 1 and name.endswith('-private.h'):
      rank = 1
    else:
      rank = 3 if include[0] == '<' else 2
    return rank, include

  includes = list(top_includes(text))
  keys = [key(position, include) for position, (_, include) in enumerate(includes)]
  for (before, after), (number, include) in zip(zip(keys, keys[1:]), includes[1:]):
    if before >= after:
      yield f'{path}:{number}: the include {include} should stand before {before[1]}.'
  if path.endswith('.c') and (not includes or includes[0][1] != '"config.h"'):
    yield f'{path}: "config.h" is not the first include.'


def check_file(path, text):
  lines = text.splitlines()
  yield from check_lines(path, lines)
  yield from check_header(path, text)
  if path.endswith(CODE) and len(lines) > MAX_LINES:
    yield f'{path}: {len(lines)} lines, and {MAX_LINES} is the limit.'
  if text and not text.endswith('\n'):
    yield f'{path}: the last line does not end.'
  if path.endswith(('.c', '.h', '.c.in')):
    for number, line in enumerate(sourcetree.blank_comments(text, True).splitlines(), 1):
      match = PLAIN_TYPE.search(line)
      if match:
        yield f'{path}:{number}: plain C says {match[0][1:]} instead of {match[0]}.'
  if path.endswith(('.c', '.h')):
    yield from check_includes(path, text)


def check(root):
  return [problem for path in sourcetree.paths(root, *TEXT)
          for problem in check_file(path, sourcetree.read(root, path))]


def c_file(name, body, includes='#include "config.h"\n'):
  head = f'/* {name}: a purpose\n *\n * SPDX-License-Identifier: Apache-2.0\n */\n\n'
  return head + includes + body


CASES = (
    ({'engine/a.c': c_file('a.c', 'int a; /* gint */\nchar b[] = "gchar";\n',
                           '#include "config.h"\n\n#include "engine/a.h"\n\n#include "engine/B.h"\n'
                           '#ifdef X\n#include <a.h>\n#endif\n#include <glib.h>\n'),
      'engine/a.h': c_file('a.h', '', ''),
      'engine/table.c.in': c_file('table.c', ''),
      'engine/b/c.h': c_file('b/c.h', '', '')}, ()),
    ({'a.c': c_file('a.c', '\tint a;\n')}, ('a tab',)),
    ({'a.c': c_file('a.c', 'int a; \n')}, ('a space at the end',)),
    ({'a.c': c_file('a.c', 'int a;')}, ('the last line',)),
    ({'a.c': c_file('a.c', f'int {"a" * 96};\n')}, ('101 columns',)),
    ({'README.md': f'{"a" * 200}\n'}, ()),
    ({'a.c': c_file('a.c', 'int a;\n' * 999)}, ('1005 lines',)),
    ({'a.c': c_file('a.c', '/* TO' + 'DO: later */\n')}, ('belongs into an issue',)),
    ({'README.md': 'See /wo' + 'rk/notes.\n'}, ('only one machine',)),
    ({'a.c': c_file('a.c', 'gin' + 't a;\n')}, ('plain C says int',)),
    ({'a.c': c_file('b.c', '')}, ('does not begin with “a.c',)),
    ({'a.h': '/* a.h: a purpose */\n'}, ('does not begin with “a.h',)),
    ({'a.py': 'print ()\n'}, ('does not begin with “a.py',)),
    ({'dev': '#!/bin/sh\n# dev: a purpose\n#\n# SPDX-License-Identifier: Apache-2.0\n'}, ()),
    ({'a.c': c_file('a.c', '', '#include <glib.h>\n')}, ('"config.h" is not the first',)),
    ({'a.c': c_file('a.c', '', '#include "config.h"\n#include <b.h>\n#include <a.h>\n')},
     ('<a.h> should stand before <b.h>',)),
    ({'engine/a.c': c_file('a.c', '', '#include "config.h"\n#include "engine/B.h"\n'
                                      '#include "engine/a.h"\n')},
     ('"engine/a.h" should stand before "engine/B.h"',)),
    ({'engine/a-b.c': c_file('a-b.c', '', '#include "config.h"\n#include "engine/z-private.h"\n'
                                          '#include "engine/c.h"\n')}, ()),
)

if __name__ == '__main__':
  sourcetree.main(check, CASES)
