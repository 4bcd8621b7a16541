# test_crash.py: loses the program in the middle of work, and gets the work back
#
# SPDX-License-Identifier: Apache-2.0

"""Needs epoch under again.sh, so that it comes back after it was killed."""

import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from person import Person  # noqa: E402

DRAFTS = os.path.join(os.environ['XDG_STATE_HOME'], 'epoch', 'drafts')


def epoch():
  """The program, as a child of again.sh."""
  return int(subprocess.run(['pgrep', '-x', '-P', os.environ['UI_PID'], 'epoch'], check=True,
                            text=True, stdout=subprocess.PIPE).stdout)


def drafts():
  """Those that are whole."""
  return [name for _, _, names in os.walk(DRAFTS) for name in names if name == 'project.json']


def kill(person):
  """And the program that comes next."""
  os.kill(epoch(), signal.SIGKILL)
  person.gone('panel', 'Graph')
  return Person()


def add_dropout(person, name):
  person.key('alt+2', 'ctrl+f', 'ctrl+a')
  person.type('dropout')
  person.key('Return')
  person.find('panel', name)


def main():
  person = Person()
  add_dropout(person, 'dropout3')
  person.wait(drafts, 'no draft was written')
  person = kill(person)
  person.press('_Restore.*')
  person.find('panel', 'dropout3')

  # What was restored is safe from another crash at once, and so is what follows.
  person = kill(person)
  person.press('_Restore.*')
  person.find('panel', 'dropout3')
  add_dropout(person, 'dropout4')
  time.sleep(3)
  person = kill(person)
  person.press('_Restore.*')
  person.find('panel', 'dropout4')

  # Thrown away, it does not come back.
  person = kill(person)
  person.press('_Discard.*')
  person.wait(lambda: not drafts(), 'the draft is still there')
  person = kill(person)
  person.find('panel', 'dropout2')
  assert not person.look('panel', 'dropout3')
  assert not person.look('push button', re.compile('_Restore'))


main()
