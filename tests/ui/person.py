# person.py: what a person does in Epoch's window again and again
#
# SPDX-License-Identifier: Apache-2.0

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot  # noqa: E402


class Person(Robot):
  def __init__(self, title='Unsaved Project', patience=15):
    super().__init__(title, patience)

  def status(self, pattern):
    """The line of the Train page that is spoken matches the pattern."""
    return self.find('status bar', re.compile(pattern))

  def button(self, name, role='push button'):
    """The button of that name, or pattern, which can be pressed now."""
    def look():
      for item in self.walk():
        if (item.get_role_name() == role and re.fullmatch(name, item.get_name() or '')
            and item.get_state_set().contains(Atspi.StateType.SENSITIVE)
            and item.get_component_iface().get_extents(Atspi.CoordType.WINDOW).width > 0):
          return item
      return None
    return self.wait(look, f'no {role} called {name!r} to be pressed')

  def press(self, name):
    self.click(self.button(name))

  def choose(self, button, *items):
    """An item of a button's menu, and of menus below it."""
    self.press(button)
    for item in items:
      time.sleep(0.4)  # Menus slide; what is clicked on its way is missed.
      self.click(self.button(re.escape(item), 'menu item'))

  def step(self):
    """The step that the line of progress tells."""
    def look():
      label = self.look('label', re.compile(r'Epoch \d+ of \d+ · step [\d,]+ of'))
      return label and re.search(r'step ([\d,]+) of', label.get_name())
    return int(self.wait(look, 'no progress')[1].replace(',', ''))

  def grows(self, name):
    """Waits until the chart of that name tells another number than now."""
    chart = self.find('image', name)
    before = chart.get_description()
    self.wait(lambda: chart.get_description() != before, f'{name} does not grow')

  def choose_file(self, title, path):
    """Types the path into the file dialog of that title."""
    self.wait(lambda: self._window(title), f'no dialog {title!r}')
    self.key('ctrl+a')
    self.type(path)
    self.key('Return')
    self.wait(lambda: not self._window(title), f'the dialog {title!r} stays')

  def save_as(self, title, path):
    self.choose_file(title, path)
    self.wait(lambda: os.path.exists(path), f'{path} was not written')
