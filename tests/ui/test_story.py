# test_story.py: from a template to a trained network, by mouse and again by keyboard
#
# SPDX-License-Identifier: Apache-2.0

"""Needs the program itself, on its welcome project."""

import os
import re
import sys
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from person import Atspi, Person  # noqa: E402

HOME = os.environ['HOME']
CLASSES = 'Receives from relu3 output Output. Feeds linear2 input Input.'


def free_spot(person):
  """A point of the canvas below every node."""
  x, y, width, height = person.box(person.find('panel', 'Graph'))
  return x + width // 2, y + height - 60


def build_by_mouse(person):
  person.choose('Main Menu', 'New Project…')
  dialog = person.find('frame', 'New Project')
  person.click(person.find('list item', 'LeNet', dialog))
  person.gone('frame', 'New Project')
  person.gone('panel', 'dropout1')

  item = person.find('list item', 'Dropout')
  person.scroll_to(item, person.find('list', 'Palette').get_parent())
  person.drag(item, free_spot(person))
  node = person.find('panel', 'dropout1')
  person.describes(node, 'nothing is linked to “Input”')

  person.drag(person.find('push button', 'relu3 output Output'),
              person.find('push button', 'dropout1 input Input'))
  person.describes(node, '120\n')
  person.drag(person.find('push button', 'dropout1 output Output'),
              person.find('push button', 'linear2 input Input'))
  person.describes(node, CLASSES)


def build_by_keyboard(person):
  person.key('ctrl+n')
  dialog = person.find('frame', 'New Project')
  wanted = person.find('list item', 'LeNet', dialog)
  for _ in range(8):
    if wanted.get_state_set().contains(Atspi.StateType.FOCUSED):
      break
    person.key('Down')
    time.sleep(0.1)
  person.shows(wanted, Atspi.StateType.FOCUSED)
  person.key('Return')
  person.gone('frame', 'New Project')

  person.key('ctrl+f')
  person.type('dropout')
  person.gone('list item', 'ReLU')
  person.key('Return')
  node = person.find('panel', 'dropout1')
  person.shows(node, Atspi.StateType.FOCUSED)

  link(person, 'dropout1 input Input', 'relu3 output Output')
  person.describes(node, '120\n')
  link(person, 'dropout1 output Output', 'linear2 input Input')
  person.describes(node, CLASSES)


def walk_to(person, item, key):
  for _ in range(40):
    if item.get_state_set().contains(Atspi.StateType.FOCUSED):
      return
    person.key(key)
    time.sleep(0.05)
  raise AssertionError(f'{key} does not lead to {item.get_name()!r}')


def link(person, start, end):
  """From the node that has the focus."""
  walk_to(person, person.find('push button', start), 'alt+Down')
  person.key('ctrl+l')
  walk_to(person, person.find('push button', end), 'Tab')
  person.key('Return')


def both_curves(person):
  """Of a training that is long enough to be paused."""
  person.status('Training$')
  person.grows('Loss')
  person.grows('Accuracy')


def paused_step(person, step):
  person.status('Paused')
  stands = person.step()
  step()
  person.wait(lambda: person.step() == stands + 1, 'it does not take one step')
  person.status('Paused')


def exported(path):
  with open(path, encoding='utf-8') as file:
    assert '<svg' in file.read(2000)


def saved(path):
  with zipfile.ZipFile(path) as archive:
    assert 'dropout1' in archive.read('project.json').decode()


# GTK 4.8 names a drop-down, but not the button and the row inside of it.
INNER = ('GtkToggleButton', 'GtkListItemWidget')


def names(person):
  """Whatever is shown and can have the focus has a name that is not its type's."""
  for page in range(1, 5):
    person.key(f'alt+{page}')
    time.sleep(1)
    for item in person.walk(person.frame):
      states = item.get_state_set()
      if (states.contains(Atspi.StateType.FOCUSABLE) and states.contains(Atspi.StateType.SENSITIVE)
          and item.get_component_iface().get_extents(Atspi.CoordType.WINDOW).width > 0):
        name = item.get_name() or ''
        if item.get_role_name() == 'scroll pane' or name in INNER:
          continue
        assert name and not re.match('(Gtk|Gdk|Ui|Adw|App)[A-Z]', name), \
          f'page {page}: a {item.get_role_name()} is called {name!r}'


def by_mouse(person):
  build_by_mouse(person)
  person.click(person.find('page tab', 'Train'))
  person.click(person.find('text', 'Epochs'))
  person.key('ctrl+a')
  person.type('200')
  person.press('Start')
  both_curves(person)
  person.press('Pause')
  paused_step(person, lambda: person.press('Step'))
  person.press('Stop')
  person.status('Training stopped after step')

  person.choose('Export Charts', 'Loss Chart', 'SVG…')
  person.save_as('Export Chart', os.path.join(HOME, 'mouse.svg'))
  exported(os.path.join(HOME, 'mouse.svg'))

  person.choose('Main Menu', 'Save')
  person.save_as('Save Project', os.path.join(HOME, 'mouse.epoch'))
  saved(os.path.join(HOME, 'mouse.epoch'))


def reopen(person, path):
  """Another project takes the place, and then the saved one again."""
  person.key('ctrl+n')
  dialog = person.find('frame', 'New Project')
  person.click(person.find('list item', 'Multi-layer perceptron', dialog))
  person.gone('panel', 'dropout1')
  person.key('ctrl+o')
  person.choose_file('Open Project', path)
  person.describes(person.find('panel', 'dropout1'), CLASSES)


def by_keyboard(person):
  person.key('alt+2')
  build_by_keyboard(person)
  person.key('alt+4')
  walk_to(person, person.find('text', 'Epochs'), 'Tab')
  person.key('ctrl+a')
  person.type('200')
  person.key('ctrl+r')
  both_curves(person)
  person.key('ctrl+period')
  paused_step(person, lambda: person.key('ctrl+bracketright'))
  person.key('shift+ctrl+r')
  person.status('Training stopped after step')
  person.key('ctrl+s')
  person.save_as('Save Project', os.path.join(HOME, 'keyboard.epoch'))
  saved(os.path.join(HOME, 'keyboard.epoch'))


def main():
  person = Person()
  names(person)
  by_mouse(person)
  reopen(person, os.path.join(HOME, 'mouse.epoch'))
  by_keyboard(person)
  reopen(person, os.path.join(HOME, 'keyboard.epoch'))
  assert person.alive()


main()
