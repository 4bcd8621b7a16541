# test_data_page.py: chooses, looks at and divides data in the running program
#
# SPDX-License-Identifier: Apache-2.0

"""Needs epoch, and file-drag built beside it, which is a file manager of one file."""

import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot  # noqa: E402

CHOOSER = re.compile('Choose an? ')
WARNING = re.compile('.*broken.png” is a damaged PNG image')


def png(side, grey):
  """A picture of one grey."""
  def chunk(kind, data):
    return (struct.pack('>I', len(data)) + kind + data +
            struct.pack('>I', zlib.crc32(kind + data)))
  rows = (b'\0' + bytes([grey]) * side) * side
  header = struct.pack('>IIBBBBB', side, side, 8, 0, 0, 0, 0)
  return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) +
          chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def make_pictures(folder):
  """12 cats and 5 dogs, and one picture that ends too early."""
  for kind, count, grey in (('cat', 12, 50), ('dog', 5, 203)):
    (folder / kind).mkdir(parents=True)
    for i in range(count):
      (folder / kind / f'{kind}-{i:02}.png').write_bytes(png(28, grey))
  (folder / 'dog' / 'broken.png').write_bytes(png(28, 9)[:60])


class Page(Robot):
  """Looks at the Data page alone, which saves a walk through all others."""
  page = None

  def look(self, role, name, root=None):
    return super().look(role, name, root or self.page)


def count(robot, text):
  """The number of samples that pass the filters."""
  robot.find('status bar', text)


def press_until(robot, key, role, name):
  """Presses the key until something of that role and name has the focus."""
  robot.find(role, name)
  items = [item for item in robot.walk(robot.page)
           if item.get_role_name() == role and item.get_name() == name]
  for _ in range(60):
    Atspi.get_desktop(0).clear_cache()
    if any(item.get_state_set().contains(Atspi.StateType.FOCUSED) for item in items):
      return
    robot.key(key)
  raise AssertionError(f'{key} does not come to the {role} {name!r}')


def find_chooser(robot):
  """The window of the file chooser, or None."""
  program = robot.frame.get_parent()
  windows = [program.get_child_at_index(i) for i in range(program.get_child_count())]
  return next((window for window in windows if CHOOSER.match(window.get_name() or '')), None)


def choose_path(robot, button, path):
  """Through the file chooser, by typing."""
  robot.click(robot.find('push button', button))
  chooser = robot.wait(lambda: find_chooser(robot), 'no file chooser')
  robot.find('label', 'Home', chooser)
  robot.key('ctrl+l')
  robot.find('text', re.compile('(?!Connect)'), chooser)
  robot.key('ctrl+a')
  robot.type(str(path))

  # The chooser takes the path once it has looked into its folder.
  def is_taken():
    if find_chooser(robot) is None:
      return True
    button = robot.look('push button', re.compile('_?Open'), chooser)
    if button is not None:
      robot.do(button)
    return False
  robot.wait(is_taken, 'the file chooser is still there')


def choose_from(robot, name, key, option):
  """From a drop-down, whose list takes the keyboard a moment after it is there."""
  press_until(robot, 'Tab', 'push button', name)
  robot.key('space')
  robot.shows(robot.find('push button', name), Atspi.StateType.PRESSED)
  press_until(robot, key, 'list item', option)
  robot.key('Return')
  press_until(robot, 'Escape', 'push button', name)


def by_keyboard(robot):
  robot.key('alt+3')
  robot.page = robot.find('panel', 'Data')
  count(robot, '12000 samples')
  robot.find('label', '9000')
  robot.find('label', 'The data brings this part: 2000 samples.')

  press_until(robot, 'Tab', 'list item', 'Built-in Data Sets')
  robot.key('Return')
  press_until(robot, 'Down', 'list item', 'Moons')
  robot.key('Return')
  count(robot, '1000 samples')
  robot.find('label', '720')
  robot.find('label', '80 samples')

  # A convolution takes no points, and the page says so.
  press_until(robot, 'Tab', 'push button', 'Fit Network to Data')
  robot.key('Return')
  robot.find('label', re.compile('Input and output .* fit the data now, but .*“conv1”'))
  robot.gone('push button', 'Fit Network to Data')

  # Points are walked through in their order.
  press_until(robot, 'Tab', 'image', 'Points')
  robot.key('Home', 'Right', 'Right')
  robot.find('label', re.compile('Sample 2\n'))
  robot.find('status bar', re.compile('Feature 1: '))

  robot.key('ctrl+z')
  robot.find('push button', 'Fit Network to Data')
  robot.key('ctrl+z')
  count(robot, '12000 samples')
  robot.gone('push button', 'Fit Network to Data')


def look_at_pictures(robot, folder):
  choose_path(robot, 'Choose Folder…', folder)
  count(robot, '17 samples')
  robot.find('label', 'Image folders')
  robot.find('label', '1×28×28')

  # The picture that is pointed to tells its values.
  robot.click(robot.find('table cell', re.compile('cat · #3,')))
  robot.find('label', 'Sample 3\nValidation\ncat/cat-03.png')
  robot.move(robot.find('image', 'Enlarged picture'))
  robot.find('status bar', re.compile(r'Row 1\d, column 1\d: 50$'))

  # To the end of the list.
  robot.key('End')
  robot.find('label', re.compile('Sample 16\n'))

  # Of one class, of one part of that, and all of that class again.
  choose_from(robot, 'Class', 'Down', 'dog')
  count(robot, '5 samples')
  robot.gone('table cell', re.compile('cat'))
  robot.find('table cell', re.compile('dog · #14,'))
  choose_from(robot, 'Part', 'Down', 'Test')
  count(robot, '1 sample')
  choose_from(robot, 'Part', 'Up', 'All Parts')
  count(robot, '5 samples')

  robot.click(robot.find('page tab', 'Classes'))
  robot.find('label', re.compile('“cat” has 12 samples, 2.4 times'))
  robot.describes(robot.find('image', 'Samples of Each Class'), 'cat')
  robot.click(robot.find('page tab', 'Warnings (2)'))
  robot.find('label', WARNING)

  # Two outputs instead of ten, in one step.
  robot.click(robot.find('push button', 'Fit Network to Data'))
  robot.gone('push button', 'Fit Network to Data')
  robot.click(robot.find('page tab', 'Samples'))


def divide(robot):
  press_until(robot, 'Tab', 'spin button', 'Validation Share in %')
  robot.find('label', '2 samples')
  robot.key('ctrl+a')
  robot.type('40')
  robot.key('Return')
  robot.find('label', '7 samples')
  robot.key('ctrl+z')
  robot.find('label', '2 samples')


def fail(robot, folder):
  empty = folder.parent / 'empty'
  empty.mkdir()
  choose_path(robot, 'Choose Folder…', empty)
  robot.find('label', 'The Data Could Not Be Opened')
  robot.find('label', re.compile('.*empty” holds no files'))
  robot.find('push button', 'Choose Other Data…')
  robot.find('label', '17')  # The old data is still there.
  robot.click(robot.find('push button', 'Keep “animals”'))
  count(robot, '5 samples')

  text = folder.parent / 'notes.txt'
  text.write_text('no data')
  choose_path(robot, 'Choose File…', text)
  robot.find('label', re.compile('.*notes.txt'))
  robot.click(robot.find('push button', 'Keep “animals”'))


def drop(robot, folder):
  """An archive, dragged from another program."""
  shutil.make_archive(folder.parent / 'packed', 'zip', folder)
  build = pathlib.Path(f'/proc/{os.environ["UI_PID"]}/exe').resolve().parent
  manager = subprocess.Popen([build / 'tests' / 'file-drag', folder.parent / 'packed.zip'])
  try:
    files = Robot('Files')
    left, top, width, height = robot.box(robot.find('page tab', 'Samples'))
    robot.drag(files.centre(files.frame), (left + width // 2, top + 300), release=False)
    robot.find('label', 'Drop to Open')
    robot.release()
    robot.find('list item', 'packed')
    count(robot, '17 samples')
    robot.gone('label', 'Drop to Open')
  finally:
    manager.terminate()
    manager.wait()


def names(robot):
  """Whatever can have the focus on this page has a name that is not its type's.

  What scrolls passes the focus on to what is in it."""
  for item in robot.walk(robot.page):
    name, role = item.get_name() or '', item.get_role_name()
    if item.get_state_set().contains(Atspi.StateType.FOCUSABLE) and role != 'scroll pane':
      assert name and not re.match('(App|Ui|Adw)[A-Z]', name), f'a {role} is called {name!r}'


folder = pathlib.Path(tempfile.mkdtemp()) / 'animals'
try:
  start = time.monotonic()
  make_pictures(folder)
  robot = Page('Unsaved Project', patience=20)
  by_keyboard(robot)
  look_at_pictures(robot, folder)
  divide(robot)
  fail(robot, folder)
  drop(robot, folder)
  names(robot)
  assert robot.alive()
  assert time.monotonic() - start < 100
finally:
  shutil.rmtree(folder.parent)
