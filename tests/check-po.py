#!/usr/bin/python3
# check-po.py: every catalogue is whole, sound, and set in the right characters
#
# SPDX-License-Identifier: Apache-2.0
"""Extracts the words anew, so that nothing depends on when a catalogue was last updated.
Translations that wait in po/parts to be merged into their catalogue count as translated."""

import ast
import pathlib
import re
import subprocess
import tempfile

import sourcetree

XGETTEXT = (
    'xgettext', '--from-code=UTF-8', '--add-comments=Translators', '--keyword=_', '--keyword=N_',
    '--keyword=C_:1c,2', '--keyword=NC_:1c,2', '--keyword=g_dngettext:2,3',
    '--flag=N_:1:pass-c-format', '--flag=C_:2:pass-c-format', '--flag=NC_:2:pass-c-format',
    '--flag=g_strdup_printf:1:c-format', '--flag=g_set_error:4:c-format',
    '--flag=g_error_new:3:c-format', '--flag=g_string_append_printf:2:c-format',
)

TAG = re.compile(r'<[^<>]*>')
ASCII = (
    (re.compile(r'"'), 'has straight quotes instead of “ ”'),
    (re.compile(r"\w'\w"), 'has a straight apostrophe instead of ’'),
    (re.compile(r'\.\.\.'), 'has three dots instead of …'),
)
HALF_WIDTH = re.compile(r'[一-鿿][,:!?]|[一-鿿]\.(?!\w)|[,:!?] ?[一-鿿]')
ENDINGS = {'.': '。', ':': '：', '?': '？', '!': '！', '…': '…', ';': ';'}
LINE = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?) (".*")$')


def run(root, *command):
  """The output of a gettext tool; ValueError with its complaint when it has one."""
  done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
  if done.returncode:
    raise ValueError(done.stderr.strip())
  return done.stdout


def read_entries(text):
  """The entries of a catalogue as dictionaries: msgid, msgstr and so on, and the flags."""
  for block in text.split('\n\n'):
    entry, key = {'flags': ''}, None
    for line in block.splitlines():
      match = LINE.match(line)
      if line.startswith('#,'):
        entry['flags'] += line[2:]
      elif match:
        key = match[1]
        entry[key] = ast.literal_eval(match[2])
      elif line.startswith('"'):
        entry[key] += ast.literal_eval(line)
    if entry.get('msgid'):
      yield entry


def judge_words(words):
  return [fault for pattern, fault in ASCII if pattern.search(TAG.sub('', words))]


def judge_chinese(words, translation):
  faults = judge_words(translation)
  if HALF_WIDTH.search(TAG.sub('', translation)):
    faults.append('has half-width punctuation beside a Chinese character')
  ending = ENDINGS.get(words[-1]) if not words.endswith('...') else '…'
  if ending and not translation.endswith(ending):
    faults.append(f'does not end with “{ending}”')
  return faults


def judge_entry(language, entry):
  words = entry['msgid']
  translations = [entry[key] for key in entry if key.startswith('msgstr')]
  faults = judge_words(words)
  if 'fuzzy' in entry['flags']:
    faults.append('is only fuzzily translated')
  elif not all(translations):
    faults.append('is not translated')
  elif language.startswith('zh'):
    for translation in translations:
      faults += judge_chinese(words, translation)
  return faults


def check_language(root, language, template):
  catalogue = f'po/{language}.po'
  compendia = [f'--compendium={part}' for part in sorted((root / 'po/parts').glob('*.po'))]
  run(root, 'msgfmt', '--check', '--output-file=/dev/null', catalogue)
  merged = run(root, 'msgmerge', '--quiet', '--no-fuzzy-matching', '--no-wrap',
               '--output-file=-', *compendia, catalogue, template)
  for entry in read_entries(merged):
    for fault in judge_entry(language, entry):
      yield f'{catalogue}: “{entry["msgid"]}” {fault}.'


def check(root):
  root = root.resolve()
  languages = sourcetree.read(root, 'po/LINGUAS').split()
  problems = []
  with tempfile.TemporaryDirectory() as folder:
    template = str(pathlib.Path(folder) / 'epoch.pot')
    try:
      run(root, *XGETTEXT, '--files-from=po/POTFILES', f'--output={template}')
      for language in languages:
        problems += check_language(root, language, template)
    except ValueError as error:
      problems.append(str(error))
  return problems


HEADER = ('msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"MIME-Version: 1.0\\n"\n'
          '"Content-Type: text/plain; charset=UTF-8\\n"\n'
          '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n')


def tree(source, catalogue, **more):
  return {'po/LINGUAS': 'zh_CN\n', 'po/POTFILES': 'a.c\n', 'a.c': source,
          'po/zh_CN.po': HEADER + catalogue, **more}


CASES = (
    (tree('_("Open…"); ngettext ("%d step", "%d steps", n);\n',
          'msgid "Open…"\nmsgstr "打开…"\n\n'
          'msgid "%d step"\nmsgid_plural "%d steps"\nmsgstr[0] "%d 步"\n'), ()),
    (tree('_("Open");\n', '', **{'po/parts/a.po': HEADER + 'msgid "Open"\nmsgstr "打开"\n'}), ()),
    (tree('_("Open");\n', ''), ('“Open” is not translated',)),
    (tree('_("Open");\n', '#, fuzzy\nmsgid "Open"\nmsgstr "打开"\n'), ('fuzzily',)),
    (tree('_("%d");\n', '#, c-format\nmsgid "%d"\nmsgstr "%s"\n'), ('format',)),
    (tree('_("Open");\n', 'msgid "Open"\nmsgstr "打开'), ('end-of-',)),
    (tree('_("Open...");\n', 'msgid "Open..."\nmsgstr "打开…"\n'), ('three dots',)),
    (tree('_("Don\'t \\"a\\"");\n', 'msgid "Don\'t \\"a\\""\nmsgstr "否“a”"\n'),
     ('straight quotes', 'apostrophe')),
    (tree('_("<a href=\\"b\\">A</a>");\n',
          'msgid "<a href=\\"b\\">A</a>"\nmsgstr "<a href=\\"b\\">甲</a>"\n'), ()),
    (tree('_("No, none.");\n', 'msgid "No, none."\nmsgstr "没有,无。"\n'), ('half-width',)),
    (tree('_("None.");\n', 'msgid "None."\nmsgstr "无"\n'), ('does not end with “。”',)),
)

if __name__ == '__main__':
  sourcetree.main(check, CASES)
