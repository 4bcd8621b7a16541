#!/usr/bin/python3
# count-cases.py: what "meson test" found, by test case, ending with the one line that counts
#
# SPDX-License-Identifier: Apache-2.0
"""usage: count-cases.py TESTLOG.JSON STATUS
       count-cases.py --self-test

Prints the output of every test that failed and then "N passed, N failed, N skipped".  A program
that speaks TAP counts as many times as it has cases, any other once.  STATUS is the exit status
of "meson test": when it is not zero something failed, whatever the log says.
"""

import json
import re
import sys

CASE = re.compile(r'^( *)(not )?ok\b(?:.*?# *(SKIP|TO[D]O)\b)?', re.IGNORECASE)
PLAN = re.compile(r'^1\.\.\d+', re.MULTILINE)
GOOD = {'OK', 'EXPECTEDFAIL', 'SKIP'}
TAIL_LINES = 200


def count_tap(output):
  """Passed, failed and skipped cases of one program."""
  passed, failed, skipped = 0, 0, 0
  inner = -1
  for line in output.splitlines():
    match = CASE.match(line)
    if not match:
      continue
    indent = len(match[1])
    # Newer GLibs indent the cases of a group and sum them up in a line of their own.
    is_sum, inner = indent < inner, indent
    if is_sum:
      continue
    if match[3]:
      skipped += 1
    elif match[2]:
      failed += 1
    else:
      passed += 1
  return passed, failed, skipped


def count_test(test):
  """Passed, failed and skipped cases of one entry of the log."""
  is_good = test['result'] in GOOD
  output = test.get('stdout', '')
  counts = count_tap(output) if PLAN.search(output) else (0, 0, 0)
  if not is_good:
    # A crash or a time-out is no case of its own, and is one failure all the same.
    return counts[0], max(counts[1], 1), counts[2]
  if any(counts):
    return counts
  return (0, 0, 1) if test['result'] == 'SKIP' else (1, 0, 0)


def show_failure(test):
  print(f"\n{test['name']}: {test['result']}, exit status {test.get('returncode')}")
  for stream in ('stdout', 'stderr'):
    lines = test.get(stream, '').splitlines()
    if len(lines) > TAIL_LINES:
      print(f'  … {len(lines) - TAIL_LINES} earlier lines of {stream} are in the log')
    for line in lines[-TAIL_LINES:]:
      print('  ' + line)


def report(tests, status):
  """Prints all there is to say and returns the exit status."""
  totals = [0, 0, 0]
  for test in tests:
    totals = [a + b for a, b in zip(totals, count_test(test))]
    if test['result'] not in GOOD:
      show_failure(test)
  if status and not totals[1]:
    print(f'\nmeson test ended with status {status} although no test failed.')
    totals[1] = 1
  if not any(totals):
    print('No test has run.')
  print('{} passed, {} failed, {} skipped'.format(*totals))
  return 1 if totals[1] or not any(totals) else 0


def self_test():
  flat = '1..3\n# Start of a tests\nok 1 /a\nnot ok 2 /b - wrong\nok 3 /c#1 # SKIP no GPU\n'
  nested = '# Subtest: a\n    ok 1 /a/one\n    ok 2 /a/two # SKIP\n    1..2\nok 1 a\n1..1\n'
  for output, result, expected in (
          (flat, 'FAIL', (1, 1, 1)),
          (nested, 'OK', (1, 0, 1)),
          ('ok 1 /a\n1..2\n', 'ERROR', (1, 1, 0)),
          ('ok 1 /a\n1..1\n', 'TIMEOUT', (1, 1, 0)),
          ('1..0 # SKIP no display\n', 'SKIP', (0, 0, 1)),
          ('ok 1 - not TAP, there is no plan\n', 'OK', (1, 0, 0)),
          ('', 'FAIL', (0, 1, 0)),
          ('not ok 1 /a # TO' 'DO later\n1..1\n', 'OK', (0, 0, 1))):
    counted = count_test({'stdout': output, 'result': result})
    assert counted == expected, f'{output!r}, {result}: {counted}, not {expected}'
  assert report([], 0) == 1
  assert report([{'name': 'a', 'result': 'OK'}], 0) == 0
  assert report([{'name': 'a', 'result': 'OK'}], 1) == 1
  assert report([{'name': 'a', 'result': 'FAIL'}], 1) == 1


def main():
  if sys.argv[1:] == ['--self-test']:
    self_test()
    return 0
  if len(sys.argv) != 3:
    print(__doc__, file=sys.stderr)
    return 2
  with open(sys.argv[1], encoding='utf-8') as log:
    tests = [json.loads(line) for line in log]
  return report(tests, int(sys.argv[2]))


if __name__ == '__main__':
  sys.exit(main())
