#!/usr/bin/python3
# test_cli.py: the command line as a person and a script use it
#
# SPDX-License-Identifier: Apache-2.0

"""usage: test_cli.py EPOCH-CLI [--slow]; prints TAP.  --slow adds the long campaign of kills."""

import json
import os
import pathlib
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback

CLI = os.path.abspath(sys.argv[1])
SLOW = '--slow' in sys.argv
KEYS = ('epochs steps train_loss validation_loss validation_accuracy test_accuracy seconds '
        'per_second device threads seed parameters digest').split()

tests = []


def test(function):
    tests.append(function)
    return function


class Place:
    """A folder of its own, with a cache and a home of its own."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix='epoch-cli-'))
        self.environment = dict(os.environ, HOME=str(self.path), LC_ALL='C.UTF-8', LANGUAGE='en',
                                XDG_CACHE_HOME=str(self.path / 'cache'))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def start(self, *words, **options):
        return subprocess.Popen([CLI, *map(str, words)], cwd=self.path, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options)

    def run(self, *words, code=0, **options):
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, (words, process.returncode, out, err)
        return out, err

    def json(self, *words, code=0):
        return json.loads(self.run(*words, '--json', code=code)[0].splitlines()[-1])

    def new(self, template='perceptron-2d', builtin='moons', name='p.epoch'):
        self.run('new', '--template', template, '--builtin', builtin, '-o', name)
        return name


@test
def words_and_exit_codes():
    with Place() as place:
        assert 'train' in place.run('--help')[0]
        assert place.run('--version')[0].startswith('epoch-cli ')
        assert 'Usage' in place.run(code=2)[0]
        assert 'no verb' in place.run('dance', code=2)[1]
        assert 'cnn' in place.run('new', '--template', 'list')[0]
        assert 'digits' in place.run('new', '--builtin', 'list')[0]
        assert 'mnist-cnn' in place.run('bench', '--list')[0]
        formats = place.run('export', '--to', 'list')[0]
        assert 'safetensors' in formats and 'report' in formats
        for verb in ('new train evaluate predict export import chart data bench doctor '
                     'serve').split():
            assert verb in place.run(verb, '--help')[0]
            assert 'help' in place.run(verb, '--nonsense', code=2)[1]
        doctor = place.json('doctor')
        assert doctor['version'] and doctor['threads'] >= 1


@test
def from_template_to_prediction():
    with Place() as place:
        project = place.new()
        result = place.json('train', project, '--epochs', 25, '--seed', 1)
        assert all(key in result for key in KEYS), result
        assert result['epochs'] == 25 and result['steps'] == result['total_steps']
        assert result['test_accuracy'] > .8, result
        assert len(result['digest']) == 64

        score = place.json('evaluate', project)
        assert abs(score['accuracy'] - result['test_accuracy']) < 1e-9
        assert place.json('evaluate', result['run'], '--split', 'validation')['samples'] > 0

        prediction = place.json('predict', project, '0.1,-0.2')[0]
        assert abs(sum(prediction['probabilities']) - 1) < 1e-5
        assert '%' in place.run('predict', project, '0.1, -0.2')[0]

        for kind, magic in (('svg', b'<?xml'), ('pdf', b'%PDF'), ('png', b'\x89PNG'),
                            ('csv', b'Step,')):
            for curve in ('loss', 'accuracy'):
                out = place.path / f'{curve}.{kind}'
                place.run('chart', result['run'], '--to', kind, '--curve', curve, '-o', out)
                assert out.read_bytes().startswith(magic), kind
        place.run('export', project, '--to', 'report', '-o', 'report.html')
        report = (place.path / 'report.html').read_text()
        assert result['digest'] in report and 'http' not in report.replace('http://www.w3', '')

        place.run('export', project, '--to', 'safetensors', '-o', 'w.safetensors')
        raw = (place.path / 'w.safetensors').read_bytes()
        header = json.loads(raw[8:8 + struct.unpack('<Q', raw[:8])[0]])
        assert header['linear1.weight']['shape'] == [16, 2]

        for kind in ('safetensors', 'npz', 'pt'):
            place.run('export', project, '--to', kind, '-o', f'w.{kind}')
            other = place.new(name='other.epoch')
            report = place.json('import', f'w.{kind}', '-o', other)
            assert report['imported'] and report['fitting'] == report['tensors'] == 6, report
            assert place.json('evaluate', other) == score, kind

        events = (place.path / result['run'] / 'events.bin').stat().st_size
        assert events > 1000


@test
def same_command_same_digest():
    with Place() as place:
        project = place.new('cnn', 'digits')
        words = ('train', project, '--epochs', 2, '--seed', 7, '--set', 'data.count=600')
        whole = place.json(*words)
        assert whole['steps'] == 16
        assert place.json(*words)['digest'] == whole['digest']
        assert place.json(*words[:-3], 8, *words[-2:])['digest'] != whole['digest']

        # In the middle of either epoch, and between the two.
        for stop in (1, 5, 8, 11, 15):
            run = f'run{stop}'
            half = place.json(*words, '--stop-after-steps', stop, '--run', run)
            assert half['state'] == 'stopped' and half['steps'] == stop
            full = place.json('train', project, '--resume', '--run', run)
            assert full['digest'] == whole['digest'], stop
            assert full['validation_loss'] == whole['validation_loss']
            assert full['test_accuracy'] == whole['test_accuracy']


def kill_campaign(kills):
    """Kills at random moments, then resumes: the digest is always the same."""
    with Place() as place:
        project = place.new('mlp', 'digits')
        words = ('train', project, '--epochs', 3, '--seed', 3, '--set', 'data.count=3000')
        begin = time.monotonic()
        whole = place.json(*words)
        length = time.monotonic() - begin
        generator = random.Random(5)

        run = 'killed'
        for kill in range(kills):
            process = place.start(*words, '--run', run, *(['--resume'] if kill else []))
            try:
                process.communicate(timeout=generator.uniform(.02, length))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            else:                       # it came to its end: begin anew
                shutil.rmtree(place.path / run, ignore_errors=True)
            if kill % 4 == 3:
                full = place.json(*words, '--run', run, '--resume')
                assert full['digest'] == whole['digest'], kill
                shutil.rmtree(place.path / run)
        assert place.json(*words, '--run', run, '--resume')['digest'] == whole['digest']


@test
def killed_and_resumed():
    kill_campaign(20 if SLOW else 4)


@test
def settings_are_listed():
    with Place() as place:
        project = place.new('cnn', 'digits')
        out, _ = place.run('train', project, '--set', 'layer.conv2.start.weight=xavier-uniform',
                           '--set', 'list')
        lines = dict(line.split()[0].split('=') for line in out.splitlines())
        assert lines['optimiser'] == 'adam' and lines['accumulate'] == '1', out
        assert lines['layer.conv1.frozen'] == 'false', out
        assert lines['layer.conv2.start.weight.gain'] == '1', out
        assert 'muon' in out and 'one-cycle' in out and 'orthogonal' in out, out
        assert not list(place.path.glob('*runs*')), 'listing is no training'
        _, err = place.run('train', project, '--set', 'speed=1', code=1)
        assert '“speed”' in err and '--set list' in err, err


def names_of(place, project, key):
    """What “--set list” says there is to choose for @key."""
    line, = (line for line in place.run('train', project, '--set', 'list')[0].splitlines()
             if line.startswith(key + '='))
    return line[line.index('(') + 1:-1].split(', ')


def kill_and_resume(place, words, generator):
    """Three kills at random moments; the digest is that of a training left alone."""
    begin = time.monotonic()
    whole = place.json(*words)
    length = time.monotonic() - begin
    for kill in range(3):
        process = place.start(*words, '--run', 'killed', *(['--resume'] if kill else []))
        try:
            process.communicate(timeout=generator.uniform(.02, length))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    full = place.json(*words, '--run', 'killed', '--resume')
    assert full['digest'] == whole['digest'], words
    shutil.rmtree(place.path / 'killed')


@test
def every_way_of_training_survives_kills():
    if not SLOW:
        return
    with Place() as place:
        project = place.new('cnn', 'digits')
        generator = random.Random(6)
        words = ('train', project, '--epochs', 2, '--set', 'data.count=1500')
        ways = [('optimiser=' + name,) for name in names_of(place, project, 'optimiser')]
        ways += [('schedule=' + name,) for name in names_of(place, project, 'schedule')]
        ways += [('accumulate=3', 'average=0.9', 'clip-norm=1', 'layer.conv1.frozen=true'),
                 ('optimiser=adam', 'optimiser.amsgrad=true', 'clip-value=0.01')]
        for way in ways:
            extra = ('optimiser.history=5',) if way == ('optimiser=lbfgs',) else ()
            sets = [word for setting in way + extra for word in ('--set', setting)]
            kill_and_resume(place, (*words, *sets), generator)


@test
def interrupted():
    with Place() as place:
        project = place.new('mlp', 'digits')
        words = ('train', project, '--epochs', 40, '--set', 'data.count=3000')
        whole = place.json(*words)
        process = place.start(*words, '--run', 'r')
        while not (place.path / 'r' / 'events.bin').exists():
            time.sleep(.01)
        time.sleep(.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert '--resume' in err
        assert json.loads((place.path / 'r' / 'run.json').read_text())['state'] == 'stopped'
        place.run('evaluate', project)          # a stopped training leaves a usable model
        assert place.json('train', project, '--resume', '--run', 'r')['digest'] == whole['digest']


@test
def nothing_is_overwritten():
    with Place() as place:
        project = place.new()
        place.run('train', project, '--epochs', 1, '--run', 'r')
        before = (place.path / 'r' / 'run.json').read_bytes()
        _, err = place.run('train', project, '--epochs', 1, '--run', 'r', code=1)
        assert 'holds a run already' in err
        assert (place.path / 'r' / 'run.json').read_bytes() == before


@test
def numbers_go_wrong():
    with Place() as place:
        project = place.new()
        _, err = place.run('train', project, '--lr', '1e6', '--set', 'optimiser=sgd',
                           '--epochs', 50, code=1)
        assert 'learning rate' in err and 'Training stopped in step' in err, err
        place.run('train', project, '--epochs', 1)      # the project is as good as before


@test
def chinese():
    with Place() as place:
        place.environment['LANGUAGE'] = 'zh_CN'
        out = place.run('--help')[0]
        assert '训练' in out, out


def full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


@test
def weights_that_do_not_fit():
    with Place() as place:
        project = place.new()
        place.run('train', project, '--epochs', 1)
        place.run('export', project, '--to', 'npz', '-o', 'w.npz')
        other = place.new(builtin='blobs', name='other.epoch')
        before = (place.path / other).read_bytes()

        _, err = place.run('import', 'w.npz', '-o', other, code=1)
        assert 'Of another shape: linear3.weight' in err and '--partial' in err, err
        report = place.json('import', 'w.npz', '-o', other, code=1)
        assert not report['imported'] and report['fitting'] < report['tensors'], report
        assert (place.path / other).read_bytes() == before

        assert place.json('import', 'w.npz', '-o', other, '--partial')['imported']
        assert (place.path / other).read_bytes() != before


@test
def bad_input():
    """Each case: what is asked, the exit code, and what the one message must name."""
    with Place() as place:
        project = place.new()
        place.new('lenet', 'digits', 'images.epoch')
        place.new(name='fresh.epoch')
        place.run('train', project, '--epochs', 1)
        path = place.path
        (path / 'empty').write_bytes(b'')
        (path / 'text.epoch').write_text('this is no archive')
        whole = (path / project).read_bytes()
        (path / 'cut.epoch').write_bytes(whole[:len(whole) // 2])
        (path / 'folder').mkdir()
        (path / 'noise.gz').write_bytes(bytes(range(256)) * 8)
        (path / 'bad.png').write_bytes(b'\x89PNG\r\n\x1a\n' + b'0' * 50)
        (path / 'r').mkdir()
        (path / 'r' / 'run.json').write_text('{"state": 5}')
        place.run('export', project, '--to', 'npz', '-o', 'weights.npz')
        run = 'p.runs/001'
        cases = [
            (('train', 'nowhere.epoch'), 1, 'nowhere.epoch'),
            (('train', 'text.epoch'), 1, 'text.epoch'),
            (('train', 'cut.epoch'), 1, 'cut.epoch'),
            (('train', 'empty'), 1, 'empty'),
            (('train', 'folder'), 1, 'folder'),
            (('train',), 2, 'Name one project'),
            (('train', project, project), 2, 'Name one project'),
            (('train', project, '--epochs', '0'), 1, 'Epochs'),
            (('train', project, '--epochs', 'x'), 2, 'epochs'),
            (('train', project, '--batch', '0'), 1, 'Batch'),
            (('train', project, '--device', 'cuda'), 1, 'cuda'),
            (('train', project, '--device', 'abacus'), 1, 'abacus'),
            (('train', project, '--set', 'speed=9'), 1, 'speed'),
            (('train', project, '--set', 'epochs'), 1, 'KEY=VALUE'),
            (('train', project, '--seed', '-1'), 1, '-1'),
            (('train', project, '--run', '/proc/nowhere/r'), 1, '/proc/nowhere'),
            (('train', project, '--run', 'empty/r'), 1, 'empty/r'),
            (('train', project, '--stop-after-steps', '-2'), 2, 'negative'),
            (('evaluate', 'fresh.epoch'), 1, 'has not been trained'),
            (('evaluate', project, '--split', 'all'), 2, 'all'),
            (('evaluate', 'r'), 1, 'r/project.json'),
            (('evaluate', 'folder'), 1, 'folder'),
            (('predict', project), 2, 'at least one'),
            (('predict', project, '1,2,3'), 1, 'has 3 numbers'),
            (('predict', project, '1,x'), 1, '“x” is no number'),
            (('export', project, '--to', 'gif', '-o', 'x'), 2, 'gif'),
            (('export', project, '--to', 'report'), 2, '-o'),
            (('export', 'fresh.epoch', '--to', 'report', '-o', 'x'), 1, 'no run'),
            (('export', project, '--to', 'safetensors', '-o', 'folder'), 1, 'folder'),
            (('export', project, '--to', 'safetensors', '-o', 'no/x'), 1, 'no/x'),
            (('import', 'weights.npz', '-o', 'new.epoch'), 1, 'new.epoch'),
            (('import', 'weights.npz', '-o', project, '--match', 'luck'), 2, 'luck'),
            (('import', 'weights.npz'), 2, '-o'),
            (('import', 'nowhere.pt', '-o', project), 1, 'nowhere.pt'),
            (('import', 'noise.gz', '-o', project), 1, 'Safetensors'),
            (('chart', 'folder', '--to', 'svg', '-o', 'x'), 1, 'folder'),
            (('chart', run, '--to', 'gif', '-o', 'x'), 2, '--to'),
            (('chart', run, '--to', 'svg', '--curve', 'mood', '-o', 'x'), 2, '--curve'),
            (('chart', run, '--to', 'svg', '-o', 'no/x.svg'), 1, 'no/x.svg'),
            (('data', 'info', 'nowhere'), 1, 'nowhere'),
            (('data', 'info', 'folder'), 1, 'folder'),
            (('data', 'info', 'noise.gz'), 1, 'noise.gz'),
            (('data', 'info', 'empty'), 1, 'empty'),
            (('data', 'look', 'digits'), 2, 'info'),
            (('new', '--template', 'magic', '-o', 'x'), 2, '--template'),
            (('new', '--template', 'cnn', '--builtin', 'magic', '-o', 'x'), 2, '--builtin'),
            (('new', '--template', 'cnn', '--data', 'nowhere', '-o', 'x'), 1, 'nowhere'),
            (('new', '--template', 'cnn', '--builtin', 'moons', '-o', 'x'), 1, 'does not fit'),
            (('new', '--template', 'cnn', '--builtin', 'digits', '--data', 'x', '-o', 'x'), 2,
             'one of'),
            (('new', '--template', 'mlp', '-o', 'no/x.epoch'), 1, 'no/x.epoch'),
            (('bench', '--net', 'magic'), 2, '--net'),
            (('bench', '--net', 'mlp', '--dtype', 'int4'), 2, 'int4'),
        ]
        before = {p: p.read_bytes() for p in path.glob('*.epoch')}
        for words, code, must_name in cases:
            out, err = place.run(*words, code=code)
            assert must_name in err, (words, err)
            assert len(err.strip().splitlines()) <= 3, (words, err)
            assert not (path / 'x').exists(), words
        assert {p: p.read_bytes() for p in path.glob('*.epoch')} == before

        # A disk that fills up while the weights are written.
        place.run('export', project, '--to', 'safetensors', '-o', 'w', preexec_fn=full_disk)
        _, err = place.run('train', 'images.epoch', '--epochs', '1', '--set', 'data.count=200',
                           '--run', 'full', code=1, preexec_fn=full_disk)
        assert 'full' in err or 'cache' in err, err
        assert {p: p.read_bytes() for p in path.glob('*.epoch')} == before


def main():
    print(f'1..{len(tests)}')
    failed = False
    for number, function in enumerate(tests, 1):
        try:
            function()
            print(f'ok {number} {function.__name__}', flush=True)
        except BaseException:           # a broken test must not hide the others
            failed = True
            for line in traceback.format_exc().splitlines():
                print('#', line)
            print(f'not ok {number} {function.__name__}', flush=True)
    sys.exit(failed)


main()
