# robot.py: hands and eyes for tests that act as a person would
#
# SPDX-License-Identifier: Apache-2.0

"""Sees through AT-SPI, as a screen reader does, and acts through xdotool, as a
mouse and a keyboard do.  Everything waits for what it wants to see and nothing
sleeps for luck.  Started by run.sh, which gives it a display of its own."""

import os
import re
import subprocess
import time

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 25
PAUSE = 0.05


def x(*arguments):
  return subprocess.run(['xdotool', *map(str, arguments)], check=True, text=True,
                        stdout=subprocess.PIPE).stdout


class Robot:
  def __init__(self, title, patience=PATIENCE):
    """Waits for the window called title."""
    self.title = title
    self.patience = patience
    self.frame = self.find('frame', title)
    self.wait(self._window, f'no X window called {title!r}')

  # Seeing

  def wait(self, condition, complaint):
    """Returns the first true value of condition()."""
    end = time.monotonic() + self.patience
    while True:
      # What libatspi remembers goes stale unless a main loop runs beside us.
      Atspi.get_desktop(0).clear_cache()
      try:
        value = condition()
      except GLib.Error:  # The object went away while it was looked at.
        value = None
      if value:
        return value
      if time.monotonic() > end:
        raise AssertionError(complaint)
      time.sleep(PAUSE)

  def walk(self, root=None):
    """Every accessible object below root, or on the whole desktop."""
    stack = [root or Atspi.get_desktop(0)]
    while stack:
      item = stack.pop()
      yield item
      for i in reversed(range(item.get_child_count())):
        child = item.get_child_at_index(i)
        if child is not None:
          stack.append(child)

  def look(self, role, name, root=None):
    """The object of that role and exact name, or None.  A name may be a
    compiled pattern, which has to match from the start."""
    for item in self.walk(root):
      try:
        if item.get_role_name() != role:
          continue
        text = item.get_name() or ''
      except GLib.Error:
        continue
      if name.match(text) if isinstance(name, re.Pattern) else name == text:
        return item
    return None

  def find(self, role, name, root=None):
    return self.wait(lambda: self.look(role, name, root), f'no {role} called {name!r}')

  def gone(self, role, name, root=None):
    self.wait(lambda: self.look(role, name, root) is None, f'{role} {name!r} is still there')

  def shows(self, item, state):
    """Waits for a state, as in shows(node, Atspi.StateType.SELECTED)."""
    self.wait(lambda: item.get_state_set().contains(state),
              f'{item.get_name()!r} is not {state.value_nick}')

  def describes(self, item, text):
    """Waits until the description of item contains text."""
    self.wait(lambda: text in item.get_description(),
              f'{item.get_name()!r} says {item.get_description()!r}, not {text!r}')

  # Where things are

  @staticmethod
  def _geometry(window):
    lines = x('getwindowgeometry', '--shell', window).splitlines()
    return {key: int(value) for key, value in (line.split('=') for line in lines)}

  def _windows(self, name):
    found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', name],
                           text=True, stdout=subprocess.PIPE).stdout.split()
    return [self._geometry(window) for window in found]

  def _window(self, title=None):
    # Popovers share the title; the window itself is the largest.
    return max(self._windows(f'^{re.escape(title or self.title)}$'),
               key=lambda g: g['WIDTH'] * g['HEIGHT'], default=None)

  def _surface(self, item):
    """What item is drawn on: a popover, or else a window."""
    while item.get_role_name() not in ('frame', 'dialog', 'alert', 'window'):
      if re.fullmatch('GtkPopover(Menu)?', item.get_name() or ''):
        return item
      item = item.get_parent()
    return item

  def origin(self, item=None):
    """Where AT-SPI's (0, 0) is on the screen for what lies beside item, or else
    on the first window: inside of that one's shadow."""
    surface = self._surface(item) if item is not None else self.frame
    extents = surface.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    if surface.get_name().startswith('GtkPopover'):
      # AT-SPI takes it to lie where its button is, but the X server knows.
      window = self.wait(lambda: [window for window in self._windows('.')
                                  if (window['WIDTH'], window['HEIGHT'])
                                  == (extents.width, extents.height)],
                         'the popover has no X window')[0]
    else:
      window = self._window(surface.get_name())
    return (window['X'] + (window['WIDTH'] - extents.width) // 2 - extents.x,
            window['Y'] + (window['HEIGHT'] - extents.height) // 2 - extents.y)

  def box(self, item):
    """x, y, width and height on the screen."""
    left, top = self.origin(item)
    extents = item.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    return left + extents.x, top + extents.y, extents.width, extents.height

  def centre(self, item):
    left, top, width, height = self.box(item)
    return left + width // 2, top + height // 2

  def point(self, where):
    return where if isinstance(where, tuple) else self.centre(where)

  # Acting; where is an object, meaning its middle, or a point on the screen

  def move(self, where):
    x('mousemove', *self.point(where))
    time.sleep(PAUSE)

  def click(self, where, button=1, repeat=1, hold=()):
    self.move(where)
    self.hold(*hold)
    x('click', '--repeat', repeat, '--delay', 60, button)
    self.let_go(*hold)

  def drag(self, start, end, button=1, steps=20, release=True):
    """GTK needs to see the pointer on its way, or it takes no drag for one."""
    (x0, y0), (x1, y1) = self.point(start), self.point(end)
    self.move((x0, y0))
    x('mousedown', button)
    time.sleep(0.15)
    for i in range(1, steps + 1):
      x('mousemove', x0 + (x1 - x0) * i // steps, y0 + (y1 - y0) * i // steps)
      time.sleep(0.02)
    time.sleep(0.15)
    if release:
      self.release(button)

  def release(self, button=1):
    x('mouseup', button)
    time.sleep(PAUSE)

  def scroll_to(self, item, view):
    """Turns the wheel over view until item is inside of it."""
    for _ in range(100):
      top, height = self.box(item)[1::2]
      first, length = self.box(view)[1::2]
      if first <= top and top + height <= first + length:
        return
      self.scroll(view, 1 if top < first else -1)
    raise AssertionError(f'{item.get_name()!r} does not come into view')

  def scroll(self, where, clicks, hold=()):
    """Up for positive clicks."""
    self.click(where, button=4 if clicks > 0 else 5, repeat=abs(clicks), hold=hold)

  def key(self, *keys):
    """Keys by xdotool's names, one after the other: 'ctrl+a', 'Tab'."""
    for key in keys:
      x('key', key)
      time.sleep(PAUSE)

  def hold(self, *keys):
    for key in keys:
      x('keydown', key)
    time.sleep(PAUSE)

  def let_go(self, *keys):
    for key in keys:
      x('keyup', key)
    time.sleep(PAUSE)

  def type(self, text):
    x('type', '--delay', 20, text)
    time.sleep(PAUSE)

  def do(self, item, action='click'):
    """An action as a screen reader would call it."""
    actions = item.get_action_iface()
    names = [actions.get_action_name(i) for i in range(actions.get_n_actions())]
    assert action in names, f'{item.get_name()!r} offers {names}, not {action!r}'
    actions.do_action(names.index(action))

  def screenshot(self, path):
    """A picture of the whole screen."""
    time.sleep(0.3)
    subprocess.run(['import', '-window', 'root', path], check=True)

  def alive(self):
    """Whether the program still runs."""
    try:
      os.kill(int(os.environ['UI_PID']), 0)
    except ProcessLookupError:
      return False
    return True
