# test_learn_page.py: reads lessons and answers their tasks, by mouse and by keyboard
#
# SPDX-License-Identifier: Apache-2.0

"""Needs epoch under again.sh, so that it can be quit and comes back."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from robot import Atspi, Robot  # noqa: E402

TITLE = 'Unsaved Project'
FOCUSED = Atspi.StateType.FOCUSED
CHECKED = Atspi.StateType.CHECKED
WRONG = 'Not right yet. '
RIGHT = 'Right.'

# The tasks
LOSS = 'Is a smaller loss always better?'
ENTROPY = 'Cross entropy by hand'
RECALL = 'Precision or recall?'
SCALING = 'What one step of compound scaling costs'


def starts(text):
  return re.compile(re.escape(text))


def learn():
  """The program with the page Learn in front."""
  robot = Robot(TITLE)
  robot.click(robot.find('page tab', 'Learn'))
  # Looking through all of the window each time would take most of the time.
  robot.page = robot.find('filler', 'AppLearnPage')
  robot.lesson = robot.find('filler', 'AppLessonView', robot.page)
  robot.map = robot.find('filler', 'AppCourseMap', robot.page)
  return robot


def reach(robot, item, view=None):
  """Turns the wheel until item is in view."""
  def missing():
    x, y, width, height = view or robot.box(robot.lesson)
    top, size = robot.box(item)[1], robot.box(item)[3]
    if top < y + 10:
      return max(1, (y - top) // 60)
    if top + size > y + height - 10:
      return -max(1, (top + size - y - height) // 60)
    return 0

  x, y, width, height = view or robot.box(robot.lesson)
  for _ in range(30):
    clicks = missing()
    if clicks == 0:
      return item
    robot.scroll((x + width // 2, y + height // 2), clicks)
    Atspi.get_desktop(0).clear_cache()
  raise AssertionError(f'{item.get_name()!r} does not come into view')


def find_task(robot, title):
  return robot.find('panel', title, robot.lesson)


def click(robot, role, name, root):
  robot.click(reach(robot, robot.find(role, name, root)))


def says(robot, task, text):
  """The verdict on a task, which a screen reader reads aloud."""
  robot.find('status bar', starts(text), task)


def open_chapter(robot, number):
  row = robot.find('list item', starts(f'{number} '), robot.map)
  x, y, width, height = robot.box(robot.map)
  robot.click(reach(robot, row, (x, y + 60, width, height - 60)))


def names(robot):
  """Whatever can have the focus has a name that is not its type's."""
  for item in robot.walk(robot.page):
    states = item.get_state_set()
    if states.contains(Atspi.StateType.FOCUSABLE) and states.contains(Atspi.StateType.SHOWING):
      name = item.get_name() or ''
      assert name and not re.match('(Gtk|Adw|App)[A-Z]', name), \
        f'a {item.get_role_name()} is called {name!r}'


def by_mouse(robot):
  robot.find('push button', 'Begin with “Loss functions”', robot.page)
  robot.find('label', '0 of 4 tasks done', robot.map)

  # A planned chapter is there and does not open.
  robot.click(robot.find('list item', starts('02 Arrays: shape, type and axis: Planned'),
                         robot.map))
  robot.find('push button', 'Begin with “Loss functions”', robot.page)

  open_chapter(robot, 11)
  robot.find('document text', 'Loss functions', robot.page)
  names(robot)

  # Wrong, with the reason; two hints; right, with the explanation.
  loss = find_task(robot, LOSS)
  click(robot, 'radio button', starts('Yes. The loss measures'), loss)
  click(robot, 'push button', 'Check', loss)
  says(robot, loss, WRONG + 'It measures the error on data the model has already seen.')
  robot.find('label', '1 attempt', loss)
  click(robot, 'push button', 'Hint', loss)
  robot.find('label', 'Hint 1 of 3', loss)
  click(robot, 'push button', 'Hint', loss)
  robot.find('label', 'Hint 2 of 3', loss)
  assert robot.look('label', 'Explanation', loss) is None
  click(robot, 'radio button', starts('Not necessarily.'), loss)
  robot.gone('status bar', starts(WRONG), loss)
  click(robot, 'push button', 'Check', loss)
  says(robot, loss, RIGHT)
  robot.find('label', 'Explanation', loss)
  robot.find('label', 'Hint 2 of 3', loss)
  robot.find('label', 'Passed · 2 attempts', loss)

  # A number; Enter hands it in.
  entropy = find_task(robot, ENTROPY)
  robot.find('label', starts('Answer with a number. It counts when it is off by'), entropy)
  click(robot, 'text', 'Your answer', entropy)
  robot.type('1,75')
  robot.key('Return')
  says(robot, entropy, WRONG + 'That is the result with logarithms to the base 2.')
  robot.find('label', 'Your answer was read as 1.75.', entropy)
  robot.key('ctrl+a')
  robot.type('about one')
  click(robot, 'push button', 'Check', entropy)
  says(robot, entropy, 'This answer is not understood. ')
  robot.find('label', '1 attempt', entropy)
  click(robot, 'text', 'Your answer', entropy)
  robot.key('ctrl+a')
  robot.type('1.213')
  click(robot, 'push button', 'Check', entropy)
  says(robot, entropy, RIGHT)
  robot.find('list item', '11 Loss functions: Done, 2 of 2', robot.map)

  # On to the next chapter that is there.
  click(robot, 'push button', 'Next Chapter: Image classification: a whole project',
        robot.lesson)
  recall = find_task(robot, RECALL)
  click(robot, 'radio button', starts('Accuracy: '), recall)
  click(robot, 'push button', 'Check', recall)
  says(robot, recall, WRONG + 'Posters are rare.')
  click(robot, 'radio button', starts('Recall: '), recall)
  click(robot, 'push button', 'Check', recall)
  says(robot, recall, RIGHT)
  scaling = find_task(robot, SCALING)
  click(robot, 'text', 'Your answer', scaling)
  robot.type('1.518')
  click(robot, 'push button', 'Check', scaling)
  says(robot, scaling, WRONG + 'That is the plain product.')
  click(robot, 'text', 'Your answer', scaling)
  robot.key('ctrl+a')
  robot.type('1.92')
  click(robot, 'push button', 'Check', scaling)
  says(robot, scaling, RIGHT)
  robot.find('label', '4 of 4 tasks done', robot.map)


def restart(robot):
  """Quits, and is back where it was, with everything that had been done."""
  robot.key('ctrl+q')
  robot.gone('label', '4 of 4 tasks done')
  robot = learn()
  robot.find('document text', 'Image classification: a whole project', robot.page)
  robot.find('label', '4 of 4 tasks done', robot.map)
  robot.find('list item', '11 Loss functions: Done, 2 of 2', robot.map)
  recall = find_task(robot, RECALL)
  robot.find('label', 'Passed · 2 attempts', recall)
  robot.shows(robot.find('radio button', starts('Recall: '), robot.lesson), CHECKED)
  says(robot, recall, RIGHT)
  return robot


def tab_to(robot, role, name, root, key='Tab'):
  """Walks with the Tab key until that has the focus."""
  item = robot.find(role, name, root)
  for _ in range(60):
    if item.get_state_set().contains(FOCUSED):
      return item
    robot.key(key)
    Atspi.get_desktop(0).clear_cache()
  raise AssertionError(f'Tab does not come to {name!r}')


def confirm(robot, heading, verb):
  """A dialog is a window beside the first one."""
  def find():
    program = robot.frame.get_parent()
    for i in range(program.get_child_count()):
      if program.get_child_at_index(i).get_name() == heading:
        return program.get_child_at_index(i)
    return None

  dialog = robot.wait(find, f'no dialog called {heading!r}')
  tab_to(robot, 'push button', re.compile(f'.*{verb}$'), dialog)
  robot.key('Return')


def reset(robot, task, key='Tab'):
  tab_to(robot, 'push button', 'Reset This Task', task, key)
  robot.key('Return')
  confirm(robot, 'Reset This Task?', 'Reset')
  robot.gone('status bar', RIGHT, task)


def choose(robot, task, option, verdict):
  """From option to option with the arrow keys; Enter hands in."""
  wanted = robot.find('radio button', starts(option), task)
  for _ in range(6):
    if wanted.get_state_set().contains(CHECKED):
      break
    robot.key('Down')
    Atspi.get_desktop(0).clear_cache()
  robot.shows(wanted, CHECKED)
  robot.key('Return')
  says(robot, task, verdict)


def type_number(robot, task, number, verdict):
  tab_to(robot, 'text', 'Your answer', task)
  robot.key('ctrl+a')
  robot.type(number)
  robot.key('Return')
  says(robot, task, verdict)


def by_keyboard(robot):
  # From the map with the arrow keys.
  robot.key('alt+1')
  tab_to(robot, 'list item', '18 Image classification: a whole project: Done, 2 of 2', robot.map)
  robot.key('Home')
  for _ in range(10):
    robot.key('Down')
  robot.key('Return')
  document = robot.find('document text', 'Loss functions', robot.page)
  robot.shows(document, FOCUSED)

  # The text scrolls, and a link in it leads to its task.
  heading = robot.find('label', 'Where it goes wrong', robot.lesson)
  before = robot.box(heading)[1]
  robot.key('space')
  robot.wait(lambda: robot.box(heading)[1] < before - 100, 'the space bar does not scroll')
  robot.key('Tab', 'Return')
  loss = find_task(robot, LOSS)
  entropy = find_task(robot, ENTROPY)
  entry = robot.find('text', 'Your answer', entropy)
  robot.shows(entry, FOCUSED)

  reset(robot, entropy)
  robot.find('label', '3 of 4 tasks done', robot.map)
  type_number(robot, entropy, '1.0397', WRONG + 'That is the entropy of')
  type_number(robot, entropy, '1.213', RIGHT)
  reset(robot, loss, 'shift+Tab')
  robot.shows(robot.find('radio button', starts('Yes. The loss'), loss), FOCUSED)
  robot.key('space')
  choose(robot, loss, 'Yes, as long as', WRONG + 'Having stopped only says')
  choose(robot, loss, 'Not necessarily', RIGHT)

  tab_to(robot, 'push button', starts('Next Chapter: '), robot.lesson)
  robot.key('Return')
  robot.find('document text', 'Image classification: a whole project', robot.page)
  recall = find_task(robot, RECALL)
  scaling = find_task(robot, SCALING)
  reset(robot, recall)
  robot.shows(robot.find('radio button', starts('Precision: '), recall), FOCUSED)
  robot.key('space')
  choose(robot, recall, 'Precision: ', WRONG + 'Precision falls with false alarms')
  choose(robot, recall, 'Recall: ', RIGHT)

  # Giving up shows the answer beside one's own; it can be answered all the same.
  reset(robot, scaling)
  type_number(robot, scaling, '3.7325', WRONG + 'That is a sum.')
  tab_to(robot, 'push button', 'Show Answer', scaling)
  robot.key('Return')
  confirm(robot, 'Show the Answer?', 'Show Answer')
  robot.find('label', 'Right Answer', scaling)
  robot.find('label', '1.92027', scaling)
  robot.find('label', 'Answer shown · 1 attempt', scaling)
  robot.find('label', '3 of 4 tasks done', robot.map)
  type_number(robot, scaling, '1.92', RIGHT)
  robot.find('label', '4 of 4 tasks done', robot.map)


def languages(robot):
  robot.click(robot.find('push button', 'Lessons in Chinese', robot.page))
  robot.find('document text', starts('图像分类'), robot.page)
  find_task(robot, '看精确率，还是看召回率？')
  robot.find('list item', starts('11 损失函数：给错误打分: Done'), robot.map)
  robot.click(robot.find('push button', 'Lessons in English', robot.page))
  robot.find('document text', 'Image classification: a whole project', robot.page)


robot = learn()
by_mouse(robot)
robot = restart(robot)
by_keyboard(robot)
languages(robot)
assert robot.alive()
