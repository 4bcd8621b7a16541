#!/usr/bin/python3
# compare.py: how long a training step takes, beside PyTorch's on the same machine
#
# SPDX-License-Identifier: Apache-2.0
"""Times the networks that "epoch-cli bench --list" names, or those given.

With --peer SCRIPT the same network is timed by that script too, in turn: A B A B and so on,
because a machine's clock drifts and a ratio of neighbours does not.  The script takes the options
of "epoch-cli bench" and prints the same JSON; the Python that runs it is $EPOCH_TORCH_PYTHON or a
python3 that can import torch.  Other options, such as --batch 64 or --threads 1, go to both.

The ratio is the peer's time over ours: above 1 we are faster.  It is the median over the rounds,
with the smallest and the largest beside it."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys


def parse_arguments():
  parser = argparse.ArgumentParser(prog='./dev bench', description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('program', help=argparse.SUPPRESS)
  parser.add_argument('nets', nargs='*', metavar='NET')
  parser.add_argument('--rounds', type=int, default=5)
  parser.add_argument('--peer', metavar='SCRIPT')
  # What both sides take besides: declared, so that their values are not taken for networks.
  for option in ('--batch', '--dtype', '--device', '--threads', '--seconds'):
    parser.add_argument(option, metavar=option[2].upper())
  parser.add_argument('--infer', action='store_true')
  return parser.parse_intermixed_args()


def shared_options(arguments):
  options = ['--infer'] if arguments.infer else []
  for name in ('batch', 'dtype', 'device', 'threads', 'seconds'):
    value = getattr(arguments, name)
    if value is not None:
      options += ['--' + name, value]
  return options


def find_torch_python():
  for name in (os.environ.get('EPOCH_TORCH_PYTHON', ''), 'python3', '/usr/bin/python3'):
    python = shutil.which(name)
    if python and subprocess.run([python, '-c', 'import torch'], capture_output=True,
                                 check=False).returncode == 0:
      return python
  return None


def time_step(command):
  """What one run says of itself; RuntimeError with its last words when it fails."""
  done = subprocess.run(command, capture_output=True, text=True, check=False)
  lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
  if done.returncode or not lines:
    raise RuntimeError(f'{command[0]}: exit status {done.returncode}\n{done.stderr[-1000:]}')
  return json.loads(lines[-1])


def time_net(net, ours, peer, rounds):
  """One row of the table: our step, the peer's, and the ratios, or None without a peer."""
  pairs = []
  for _ in range(rounds):
    a = time_step([*ours, '--net', net])
    b = time_step([*peer, '--net', net]) if peer else None
    if b and a['parameters'] != b['parameters']:
      raise RuntimeError(f'{a["parameters"]} parameters here and {b["parameters"]} there: '
                         'these are two different networks.')
    pairs.append((a['step_us'], b and b['step_us']))
  step = statistics.median(a for a, _ in pairs)
  if not peer:
    return f'{net:<16}{step:>12.1f}'
  ratios = [b / a for a, b in pairs]
  return (f'{net:<16}{step:>12.1f}{statistics.median(b for _, b in pairs):>12.1f}'
          f'{statistics.median(ratios):>8.2f}   {min(ratios):.2f} … {max(ratios):.2f}')


def main():
  arguments = parse_arguments()
  ours = [arguments.program, 'bench', '--json', *shared_options(arguments)]
  peer = None
  if arguments.peer:
    python = find_torch_python()
    if python:
      peer = [python, arguments.peer, *shared_options(arguments)]
    else:
      print('No Python here can import torch, so these are only our own figures.')
  nets = arguments.nets
  if not nets:
    listed = subprocess.run([arguments.program, 'bench', '--list'], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    nets = [line.split()[0] for line in listed.splitlines() if line.strip()]

  print(f'{"net":<16}{"ours, µs":>12}' + (f'{"peer, µs":>12}{"ratio":>8}' if peer else ''))
  status = 0
  for net in nets:
    try:
      print(time_net(net, ours, peer, arguments.rounds), flush=True)
    except RuntimeError as error:
      print(f'{net:<16}failed: {error}')
      status = 1
  return status


if __name__ == '__main__':
  sys.exit(main())
