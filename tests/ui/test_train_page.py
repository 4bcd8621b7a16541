# test_train_page.py: trains a network by mouse and by keyboard, and survives a dead worker
#
# SPDX-License-Identifier: Apache-2.0

"""Needs the program itself, on its welcome project, with EPOCH_WATCHDOG set."""

import glob
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot  # noqa: E402

PROGRAM = int(os.environ['UI_PID'])
RUNS = os.path.join(os.environ['XDG_STATE_HOME'], 'epoch', 'runs')
FOLDER = os.environ['HOME']

# What a person takes for fluent, in milliseconds.
LONGEST_GAP = 250
MEDIAN_GAP = 20


def status(robot, text):
  robot.find('status bar', re.compile(text))


def button(robot, name):
  """The button called that which can be pressed now."""
  def look():
    for item in robot.walk(robot.frame):
      if (item.get_role_name() == 'push button' and re.fullmatch(name, item.get_name() or '')
          and item.get_state_set().contains(Atspi.StateType.SENSITIVE)
          and item.get_component_iface().get_extents(Atspi.CoordType.WINDOW).width > 0):
        return item
    return None
  return robot.wait(look, f'no button called {name!r} to be pressed')


def press(robot, name):
  robot.click(button(robot, name))


def value(robot, name):
  item = robot.find('text', name, robot.frame)
  return Atspi.Text.get_text(item, 0, Atspi.Text.get_character_count(item))


def wait_value(robot, name, text):
  robot.wait(lambda: value(robot, name) == text, f'{name} is {value(robot, name)!r}, not {text!r}')


def step(robot):
  """The step that the line of progress tells."""
  def look():
    label = robot.look('label', re.compile(r'Epoch \d+ of \d+ · step [\d,]+ of'), robot.frame)
    return label and re.search(r'step ([\d,]+) of', label.get_name())
  return int(robot.wait(look, 'no progress')[1].replace(',', ''))


def worker():
  found = subprocess.run(['pgrep', '-P', str(PROGRAM), '-f', 'serve'], text=True,
                         stdout=subprocess.PIPE).stdout.split()
  return int(found[0]) if found else None


def watchdog(robot):
  """Median and maximum since the last call."""
  def lines():
    with open(os.environ['UI_STDERR'], encoding='utf-8') as file:
      return re.findall(r'watchdog: median (\d+) ms, maximum (\d+) ms', file.read())
  before = len(lines())
  os.kill(PROGRAM, signal.SIGUSR1)
  robot.wait(lambda: len(lines()) > before, 'the watchdog says nothing')
  median, maximum = map(int, lines()[-1])
  return median, maximum


def settings(robot):
  """By keyboard: a setting is typed, undone, and done again."""
  robot.key('alt+4')
  wait_value(robot, 'Epochs', '5')
  robot.click(robot.find('text', 'Epochs', robot.frame))
  robot.key('ctrl+a')
  robot.type('40')
  wait_value(robot, 'Epochs', '40')
  robot.key('ctrl+z')
  wait_value(robot, 'Epochs', '5')
  robot.key('shift+ctrl+z')
  wait_value(robot, 'Epochs', '40')

  # Nonsense is refused in words, and changes nothing.
  robot.click(robot.find('text', 'Batch size', robot.frame))
  robot.key('ctrl+a')
  robot.type('x')
  status(robot, '“x” is not a whole number')
  robot.key('ctrl+a')
  robot.type('64')
  robot.gone('status bar', re.compile('“x” is not a whole number'))


def curves(robot):
  """Both curves grow, and their descriptions tell the newest numbers."""
  press(robot, 'Start')
  status(robot, 'Training$')
  for name in ('Loss', 'Accuracy'):
    chart = robot.find('image', name, robot.frame)
    robot.describes(chart, 'Training')
    before = chart.get_description()
    robot.wait(lambda: chart.get_description() != before, f'{name} does not grow')


def pause(robot):
  press(robot, 'Pause')
  status(robot, 'Paused')
  stands = step(robot)
  time.sleep(0.3)
  assert step(robot) == stands, 'it does not pause'

  press(robot, 'Step')
  robot.wait(lambda: step(robot) == stands + 1, f'{step(robot)} is not one step after {stands}')
  status(robot, 'Paused')

  robot.key('ctrl+r')
  status(robot, 'Training$')
  robot.wait(lambda: step(robot) > stands + 5, 'it does not go on')


def export(robot):
  """Through the menu as a screen reader goes, the file's name typed into the dialog."""
  path = os.path.join(FOLDER, 'picture.svg')
  press(robot, 'Export Charts')
  robot.do(robot.find('menu item', 'Accuracy Chart'))
  robot.do(robot.find('menu item', 'SVG…'))
  robot.wait(lambda: subprocess.run(['xdotool', 'search', '--onlyvisible', '--name',
                                     '^Export Chart$'], stdout=subprocess.PIPE).stdout,
             'no dialog for the file')
  robot.key('ctrl+a')
  robot.type(path)
  robot.key('Return')
  robot.wait(lambda: os.path.exists(path), 'no file was exported')
  with open(path, encoding='utf-8') as file:
    assert '<svg' in file.read(2000)
  robot.find('label', re.compile('“picture.svg” was exported'))


def survive(robot):
  """kill -9, the banner, and the run goes on from its checkpoint."""
  robot.wait(lambda: glob.glob(f'{RUNS}/*/checkpoints/step-*.safetensors'), 'no checkpoint')
  old = worker()
  os.kill(old, signal.SIGKILL)
  robot.find('label', re.compile('The training process was killed'))
  assert robot.alive()
  wanted = button(robot, r'Continue From Step [\d,]+')
  kept = int(re.search(r'[\d,]+', wanted.get_name())[0].replace(',', ''))
  robot.click(wanted)
  status(robot, 'Training$')
  robot.wait(lambda: step(robot) > kept, 'the run does not go on')
  assert worker() not in (None, old)
  robot.gone('push button', re.compile('Continue From Step'), robot.frame)


def stop(robot):
  robot.key('shift+ctrl+r')
  status(robot, r'Training stopped after step')
  press(robot, 'Test')
  robot.find('label', re.compile(r'\d+\.\d %'))


def compare(robot):
  """By keyboard: a second run, the first one drawn over it, renamed and removed."""
  press(robot, 'New Seed')
  press(robot, 'Step')
  status(robot, 'Paused')
  press(robot, 'Stop')
  status(robot, r'Training stopped after step 1$')
  press(robot, 'Runs')

  check = robot.find('check box', re.compile('Compare With Run of'))
  for _ in range(10):
    if check.get_state_set().contains(Atspi.StateType.FOCUSED):
      break
    robot.key('Tab')
  robot.shows(check, Atspi.StateType.FOCUSED)
  robot.key('space')
  chart = robot.find('image', 'Loss', robot.frame)
  robot.describes(chart, '· Training')

  entry = robot.find('text', re.compile('Title of Run of'), robot.frame)
  first = entry.get_name()
  for _ in range(10):
    if entry.get_state_set().contains(Atspi.StateType.FOCUSED):
      break
    robot.key('Tab')
  robot.key('ctrl+a')
  robot.type('Short')
  robot.key('Return')
  robot.find('text', 'Title of Short', robot.frame)
  robot.gone('text', first, robot.frame)

  before = len(glob.glob(f'{RUNS}/*'))
  robot.do(robot.find('push button', re.compile('Move Run of .* to the Trash')))
  robot.wait(lambda: len(glob.glob(f'{RUNS}/*')) == before - 1, 'no run was removed')
  robot.find('label', 'The run is in the trash')
  robot.key('Escape')


def main():
  robot = Robot('Unsaved Project', patience=15)
  settings(robot)
  watchdog(robot)
  curves(robot)
  pause(robot)
  time.sleep(1)
  median, maximum = watchdog(robot)
  print(f'main loop: median {median} ms, maximum {maximum} ms')
  assert median < MEDIAN_GAP and maximum < LONGEST_GAP, (median, maximum)
  export(robot)
  survive(robot)
  stop(robot)
  compare(robot)
  assert robot.alive()


main()
