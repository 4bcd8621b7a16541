# test_graph_editor.py: builds a graph by mouse, and again by keyboard
#
# SPDX-License-Identifier: Apache-2.0

"""Needs graph-editor-demo, whose status line tells what the model holds."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot  # noqa: E402


def expect(robot, text):
  """The demo's status line begins with text."""
  robot.find('status bar', re.compile(re.escape(text)))


def free_spot(robot):
  """A point of the canvas below every node."""
  x, y, width, height = robot.box(robot.find('panel', 'Graph'))
  return x + width // 2, y + height - 60


def by_mouse(robot):
  expect(robot, '7 nodes, 6 links')

  # A palette item dragged onto the canvas becomes a node where it was dropped.
  spot = free_spot(robot)
  robot.drag(robot.find('list item', 'ReLU'), spot)
  relu = robot.find('panel', 'ReLU 8')
  expect(robot, '8 nodes, 6 links')
  x, y = robot.centre(relu)
  assert abs(x - spot[0]) < 20 and abs(y - spot[1]) < 20, (x, y, spot)
  robot.shows(relu, Atspi.StateType.SELECTED)

  # From output to input.
  source = robot.find('push button', 'Conv 2d 2 output Output')
  target = robot.find('push button', 'ReLU 8 input Input')
  robot.drag(source, target)
  expect(robot, '8 nodes, 7 links')
  robot.describes(target, 'Connected to Conv 2d 2 output Output')

  # From input to output.
  robot.drag(robot.find('push button', 'Add 7 input First'),
             robot.find('push button', 'ReLU 8 output Output'))
  expect(robot, '8 nodes, 8 links')

  # Refused while the button is down, with a reason that stays after it.
  reason = re.compile('“Conv 2d 2” takes images, but “Images 1” gives labels')
  robot.drag(robot.find('push button', 'Images 1 output Labels'),
             robot.find('push button', 'Conv 2d 2 input Input'), release=False)
  robot.find('status bar', reason)
  robot.release()
  robot.find('status bar', reason)
  expect(robot, '8 nodes, 8 links')
  robot.key('Escape')
  robot.gone('status bar', reason)

  # A click on a wire selects it alone, and Delete removes it alone.
  x0, y0 = robot.centre(robot.find('push button', 'ReLU 3 output Output'))
  x1, y1 = robot.centre(robot.find('push button', 'Flatten 4 input Input'))
  robot.click(((x0 + x1) // 2, (y0 + y1) // 2))
  robot.key('Delete')
  expect(robot, '8 nodes, 7 links')
  robot.click(robot.find('push button', 'Undo'))
  expect(robot, '8 nodes, 8 links')

  # A node moves with the pointer and can be put back with one undo.
  before = robot.centre(relu)
  robot.drag(relu, (before[0] + 120, before[1] - 40))
  robot.wait(lambda: robot.centre(relu)[0] > before[0] + 90, 'the node did not move')
  robot.click(robot.find('push button', 'Undo'))
  robot.wait(lambda: robot.centre(relu) == before, 'the node did not move back')

  # Dropped on a wire, a node goes between its ends.
  robot.drag(robot.find('list item', 'Batch Norm'), ((x0 + x1) // 2, (y0 + y1) // 2))
  norm = robot.find('panel', 'Batch Norm 9')
  robot.describes(norm, 'Receives from ReLU 3 output Output. Feeds Flatten 4 input Input.')
  expect(robot, '9 nodes, 9 links')

  # A double click on the canvas, and back.
  x, y, width, height = robot.box(robot.find('panel', 'Graph'))
  robot.click((x + 60, y + 60), repeat=2)
  robot.find('panel', 'Max Pool 2d 10')
  robot.click(robot.find('push button', 'Undo'))
  robot.gone('panel', 'Max Pool 2d 10')

  # The middle button and the space bar hold the sheet; the wheel rolls it.
  def place():
    return robot.box(norm)[0] - x, robot.box(norm)[1] - y

  def pans(how, dx, dy):
    start = place()
    how()
    robot.wait(lambda: place() == (start[0] + dx, start[1] + dy),
               f'from {start} to {place()} is not ({dx}, {dy})')

  corner = (x + 40, y + height - 40)
  pans(lambda: robot.drag(corner, (corner[0] + 50, corner[1] - 30), button=2), 50, -30)
  robot.click(corner)
  robot.hold('space')
  pans(lambda: robot.drag(corner, (corner[0] - 50, corner[1] + 30)), -50, 30)
  robot.let_go('space')
  pans(lambda: robot.scroll(corner, 2), 0, 96)
  pans(lambda: robot.scroll(corner, -2), 0, -96)

  # Zooming leaves what is under the pointer where it is.
  ports = [robot.find('push button', 'Batch Norm 9 input Input'),
           robot.find('push button', 'Cross Entropy 6 input Labels')]
  fixed = robot.box(ports[0])[:2]
  gap = robot.box(ports[1])[0] - fixed[0]
  robot.scroll(fixed, 3, hold=['ctrl'])
  robot.wait(lambda: robot.box(ports[1])[0] - robot.box(ports[0])[0] > gap * 1.3, 'no zoom')
  assert max(abs(a - b) for a, b in zip(robot.box(ports[0]), fixed)) <= 1
  robot.key('f')

  # A rubber band around everything, and everything goes.
  robot.drag((x + 5, y + 5), (x + width - 5, y + height - 5))
  robot.shows(norm, Atspi.StateType.SELECTED)
  robot.key('Delete')
  expect(robot, '0 nodes, 0 links')
  while not robot.look('status bar', re.compile('7 nodes, 6 links')):
    robot.click(robot.find('push button', 'Undo'))


def by_keyboard(robot):
  expect(robot, '7 nodes, 6 links')

  # Search, Enter: the node lands in free space.
  robot.click(robot.find('entry', 'Search the Palette'))
  robot.type('relu')
  robot.find('list item', 'ReLU')
  robot.gone('list item', 'Conv 2d')
  robot.key('Return')
  relu = robot.find('panel', re.compile(r'ReLU (8|9|1\d)'))
  name = relu.get_name()
  expect(robot, '8 nodes, 6 links')
  robot.key('ctrl+a', 'BackSpace')

  # Tab walks through the nodes in the order of the data.
  canvas = robot.find('panel', 'Graph')
  robot.click((robot.box(canvas)[0] + 5, robot.box(canvas)[1] + 5))
  robot.key('Tab')
  robot.shows(robot.find('panel', 'Images 1'), Atspi.StateType.SELECTED)
  robot.key('Tab')
  robot.shows(robot.find('panel', 'Add 7'), Atspi.StateType.SELECTED)
  robot.key('Tab')
  conv = robot.find('panel', 'Conv 2d 2')
  robot.shows(conv, Atspi.StateType.FOCUSED)
  robot.shows(conv, Atspi.StateType.SELECTED)

  # Arrow keys move it.
  before = robot.centre(conv)
  robot.key('Down', 'Down', 'shift+Down')
  robot.wait(lambda: robot.centre(conv)[1] > before[1], 'the node did not move')

  # Into its ports, and a link from there to the new node.
  robot.key('alt+Down', 'alt+Down')
  output = robot.find('push button', 'Conv 2d 2 output Output')
  target = robot.find('push button', f'{name} input Input')
  robot.shows(output, Atspi.StateType.FOCUSED)
  robot.key('ctrl+l')
  for _ in range(20):
    if target.get_state_set().contains(Atspi.StateType.FOCUSED):
      break
    robot.key('Tab')
  robot.shows(target, Atspi.StateType.FOCUSED)
  robot.key('Return')
  expect(robot, '8 nodes, 7 links')
  robot.describes(target, 'Connected to Conv 2d 2 output Output')
  robot.shows(output, Atspi.StateType.FOCUSED)

  # Escape leaves without a link.
  robot.key('Return', 'Escape')
  expect(robot, '8 nodes, 7 links')

  # A screen reader's way to the same.
  robot.do(target, 'port.disconnect')
  expect(robot, '8 nodes, 6 links')
  robot.do(relu, 'node.delete')
  expect(robot, '7 nodes, 6 links')
  robot.gone('panel', name)

  # Delete what has the focus.
  robot.key('shift+Tab')
  robot.shows(robot.find('panel', 'Add 7'), Atspi.StateType.FOCUSED)
  robot.key('Delete')
  expect(robot, '6 nodes, 6 links')
  robot.do(robot.find('push button', 'Undo'))
  expect(robot, '7 nodes, 6 links')

  # Zoom and fit.  AT-SPI reports sizes as if there were no zoom, but places
  # as they are.
  images = robot.find('panel', 'Images 1')
  robot.click((robot.box(canvas)[0] + 5, robot.box(canvas)[1] + 5))

  def gap():
    return robot.box(conv)[0] - robot.box(images)[0]

  usual = gap()
  robot.key('ctrl+plus')
  robot.wait(lambda: gap() > usual * 1.2, 'ctrl+plus did not zoom in')
  robot.key('ctrl+0')
  robot.wait(lambda: abs(gap() - usual) <= 1, 'ctrl+0 did not restore the size')
  robot.key('ctrl+minus')
  robot.wait(lambda: gap() < usual * 0.85, 'ctrl+minus did not zoom out')
  robot.key('f')
  robot.wait(lambda: abs(gap() - usual) <= 1, 'f did not fit')


def settings(robot):
  robot.click(robot.find('panel', 'Conv 2d 2'), repeat=2)
  robot.shows(robot.find('text', 'Channels'), Atspi.StateType.FOCUSED)
  robot.key('ctrl+a')
  robot.type('16')
  robot.describes(robot.find('panel', 'Conv 2d 2'), '16×26×26')
  robot.type('x')
  robot.find('status bar', '“16x” is not a whole number.')
  robot.describes(robot.find('panel', 'Conv 2d 2'), '16×26×26')
  robot.do(robot.find('push button', 'Reset Channels to Default'))
  robot.gone('status bar', '“16x” is not a whole number.')
  robot.describes(robot.find('panel', 'Conv 2d 2'), '8×26×26')


def names(robot):
  """Whatever can have the focus has a name that is not its type's."""
  usable = [item for item in robot.walk(robot.frame)
            if item.get_state_set().contains(Atspi.StateType.FOCUSABLE)]
  assert len(usable) > 30, len(usable)
  for item in usable:
    name = item.get_name() or ''
    assert name and not re.match('(Gtk|Gdk|Ui|Adw)[A-Z]', name), \
      f'a {item.get_role_name()} is called {name!r}'


robot = Robot('Graph Editor')
names(robot)
by_mouse(robot)
by_keyboard(robot)
settings(robot)
assert robot.alive()
