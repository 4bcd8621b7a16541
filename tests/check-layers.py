#!/usr/bin/python3
# check-layers.py: every include stays inside what its folder may know
#
# SPDX-License-Identifier: Apache-2.0

import re

import sourcetree

BASE = ('engine/error.h', 'engine/shape.h', 'engine/tensor.h', 'engine/random.h')

# Who may include what of ours: an include has to begin with one of these.
FOLDERS = {
    'engine': ('engine/',),
    'datasets': ('datasets/', *BASE),
    'widgets': ('widgets/',),
    'exercises': ('exercises/', 'engine/', 'datasets/'),
    'app': ('app/', 'engine/', 'datasets/', 'widgets/', 'exercises/'),
    'tests': ('tests/', 'app/', 'engine/', 'datasets/', 'widgets/', 'exercises/'),
}

# An operation knows its record and its kernels, never the graph or the plan that uses it.
OPS = ('engine/op.h', 'engine/op-curve.h', 'engine/op-loss.h', 'engine/op-scalar.h',
       'engine/build.h', 'engine/window.h', 'engine/cpu/', *BASE)

# Rooms with a door of their own: what is inside, and who may look in.
ROOMS = (
    ('engine/cpu/', ('engine/cpu/', 'engine/ops/', 'engine/op-', 'engine/optimisers/',
                     'engine/device', 'tests/')),
    ('engine/cuda/', ('engine/cuda/', 'engine/device', 'tests/')),
)

# Libraries by their headers, and who may use them.
WINDOW = ('widgets/', 'app/', 'tests/')
NOT_ENGINE = ('datasets/', 'exercises/', *WINDOW)
LIBRARIES = (
    (r'(gtk|gdk|gsk)/|graphene', WINDOW),
    (r'adwaita\.h|gtksourceview/', ('app/', 'tests/')),
    (r'(pango/)?(cairo|pango)', ('datasets/generat', *WINDOW)),
    (r'gio/|glib-object\.h|gobject/', NOT_ENGINE),
    (r'archive(_entry)?\.h', ('datasets/', 'app/', 'tests/')),
    (r'jpeglib\.h|png\.h', ('datasets/', 'tests/')),
    (r'dnnl|cblas|lapack|openblas', ('engine/cpu/', 'tests/')),
    (r'Python\.h|numpy/', ('exercises/', 'tests/')),
    # Loaded at run time and declared by ourselves, so that every machine builds the same.
    (r'cu(da|blas|dnn)|nvrtc|nccl', ('tests/cuda-stand-in/',)),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)


def judge_ours(path, include):
  folder = path.split('/')[0]
  if include == 'config.h':
    return None
  if '/' not in include:
    return 'does not begin at the root of the tree'
  if not include.startswith(FOLDERS[folder]):
    return f'is not for {folder}/'
  if path.startswith('engine/ops/') and not include.startswith(OPS):
    return 'is not for operations'
  for room, guests in ROOMS:
    if include.startswith(room) and not path.startswith(guests):
      return f'is only for {", ".join(guests)}'
  return None


def judge_library(path, include):
  for pattern, users in LIBRARIES:
    if re.match(pattern, include) and not path.startswith(users):
      return f'is only for {", ".join(users)}'
  # The command line and the worker run on servers without a toolkit.
  if path.startswith('app/cli/') and re.match(r'(gtk|gdk|gsk)/|adwaita', include):
    return 'is not for the command line, which has no toolkit'
  return None


def check(root):
  problems = []
  for path in sourcetree.paths(root, '.c', '.h', '.c.in', '.h.in'):
    if path.split('/')[0] not in FOLDERS:
      problems.append(f'{path}: lies in no folder of the design.')
      continue
    for match in INCLUDE.finditer(sourcetree.blank_comments(sourcetree.read(root, path))):
      ours, library = match.groups()
      fault = judge_ours(path, ours) if ours else judge_library(path, library)
      if fault:
        problems.append(f'{path}: the include “{ours or library}” {fault}.')
  return problems


CASES = (
    ({'engine/plan.c': '#include "config.h"\n#include "engine/plan.h"\n#include <math.h>\n',
      'engine/ops/relu.c': '#include "engine/op.h"\n#include "engine/cpu/pool.h"\n',
      'datasets/idx.c': '#include "engine/shape.h"\n#include <gio/gio.h>\n',
      'datasets/generators/digits.c': '#include <pango/pangocairo.h>\n',
      'app/cli/main.c': '#include "widgets/draw.h"\n/* #include <gtk/gtk.h> */\n',
      'tests/test-plan.c': '#include "engine/cpu/pool.h"\n#include <gtk/gtk.h>\n'}, ()),
    ({'widgets/chart.c': '#include "engine/plan.h"\n'}, ('is not for widgets/',)),
    ({'datasets/idx.c': '#include "engine/graph.h"\n'}, ('is not for datasets/',)),
    ({'exercises/check.c': '#  include "app/window.h"\n'}, ('is not for exercises/',)),
    ({'engine/plan.c': '#include "plan.h"\n'}, ('does not begin at the root',)),
    ({'engine/ops/relu.c': '#include "engine/plan.h"\n'}, ('is not for operations',)),
    ({'engine/plan.c': '#include "engine/cpu/pool.h"\n'}, ('is only for engine/cpu/',)),
    ({'app/window.c': '#include "engine/cuda/module.h"\n'}, ('is only for engine/cuda/',)),
    ({'engine/plan.c': '#include <gio/gio.h>\n'}, ('is only for datasets/',)),
    ({'exercises/check.c': '#include <gtk/gtk.h>\n'}, ('is only for widgets/',)),
    ({'widgets/chart.c': '#include <adwaita.h>\n'}, ('is only for app/',)),
    ({'app/cli/main.c': '#include <gtk/gtk.h>\n'}, ('no toolkit',)),
    ({'datasets/idx.c': '#include <cairo.h>\n'}, ('is only for datasets/generat',)),
    ({'engine/cuda/module.c': '#include <cuda.h>\n'}, ('is only for tests/cuda-stand-in/',)),
    ({'misc/a.c': ''}, ('lies in no folder',)),
)

if __name__ == '__main__':
  sourcetree.main(check, CASES)
