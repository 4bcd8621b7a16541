# screenshots.py: takes the pictures that people look at before a release
#
# SPDX-License-Identifier: Apache-2.0
#
# screenshots.py PROGRAM FOLDER

"""Every page with something on it, as large as the display.  The caller chooses
size, language and colours; goes by keys, because names are translated."""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot, x  # noqa: E402

PAGES = ('learn', 'build', 'data', 'train')
START = 15


def frame():
  """The window, whatever it is called in this language."""
  end = time.monotonic() + START
  while time.monotonic() < end:
    Atspi.get_desktop(0).clear_cache()
    for i in range(Atspi.get_desktop(0).get_child_count()):
      program = Atspi.get_desktop(0).get_child_at_index(i)
      if program and program.get_name() == 'epoch' and program.get_child_count() > 0:
        return program.get_child_at_index(0)
    time.sleep(0.1)
  raise AssertionError('no window')


def take(robot, folder, name):
  width, height = map(int, x('getdisplaygeometry').split())
  x('mousemove', width // 2, height - 2)
  time.sleep(0.7)
  robot.screenshot(os.path.join(folder, f'{name}-{width}x{height}.png'))


def main(folder):
  robot = Robot(frame().get_name(), patience=START)
  left, top, width, _ = robot.box(robot.frame)
  robot.click((left + width // 4, top + 4), repeat=2)  # Maximises it.

  robot.key('alt+4', 'ctrl+r')
  time.sleep(8)
  for number, page in enumerate(PAGES, start=1):
    robot.key(f'alt+{number}')
    take(robot, folder, page)

  robot.key('alt+1')
  robot.click(robot.find('push button', re.compile('.*“.*”')))  # Begin with the first lesson.
  take(robot, folder, 'lesson')


manager = subprocess.Popen(['openbox'], stderr=subprocess.DEVNULL)
epoch = subprocess.Popen([sys.argv[1]])
try:
  main(sys.argv[2])
finally:
  epoch.terminate()
  epoch.wait()
  manager.terminate()
