# test_exchange.py: exports a trained network and imports weights, by mouse
#
# SPDX-License-Identifier: Apache-2.0

"""Needs epoch beside epoch-cli, which makes the projects."""

import os
import re
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from person import Person  # noqa: E402

HOME = os.environ['HOME']
CLI = os.path.join(os.path.dirname(os.readlink(f'/proc/{os.environ["UI_PID"]}/exe')), 'epoch-cli')


def cli(*words):
  subprocess.run([CLI, *words], cwd=HOME, check=True, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL)


def make(name, builtin):
  """A project, trained for a moment, and its weights."""
  cli('new', '--template', 'perceptron-2d', '--builtin', builtin, '-o', f'{name}.epoch')
  cli('train', f'{name}.epoch', '--epochs', '1')
  cli('export', f'{name}.epoch', '--to', 'pt', '-o', f'{name}.pt')


def import_file(person, name):
  person.choose('Main Menu', 'Import…')
  person.choose_file('Import Network or Weights', os.path.join(HOME, name))
  time.sleep(0.5)  # The window has to be in front again.


def main():
  make('moons', 'moons')
  make('blobs', 'blobs')
  person = Person()
  person.key('ctrl+o')
  person.choose_file('Open Project', os.path.join(HOME, 'moons.epoch'))
  person = Person('moons.epoch')

  path = os.path.join(HOME, 'out.npz')
  person.choose('Main Menu', 'Export', 'NumPy Archive…')
  person.save_as('Export Network', path)
  time.sleep(0.5)
  with zipfile.ZipFile(path) as archive:
    assert 'linear1.weight.npy' in archive.namelist()

  import_file(person, 'moons.pt')
  person.find('label', '• moons.epoch')

  # The last layer has three outputs there and two here.
  import_file(person, 'blobs.pt')
  person.find('label', re.compile(r'.*linear3.weight \(3×16 instead of 2×16\)', re.DOTALL))
  person.press('_Take What Fits.*')
  person.find('label', re.compile('The Weights Are in the Network'))
  person.press('_Close.*')
  assert person.alive()


main()
