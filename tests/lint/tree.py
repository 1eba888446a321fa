"""What the checks share: the files of a tree, C without its comments, compiler
flags, and how a check ends. A check is called with the folder of the tree (this
one, when none is named) and LINT_BUILD, the folder of the build trees; it prints
"file:line: reason" for each offence and ends with 1, or prints "ok" and ends
with 0.
"""
import json
import os
import re
import shlex
import sys

ROOT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                       os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('LINT_BUILD', os.path.join(ROOT, 'build-test'))

# Every folder with C of ours.
CODE = ('include', 'src', 'tests', 'fuzz', 'bench', 'examples')

_IGNORED = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def files(folders=CODE, suffixes=('.c', '.h')):
    """The paths below ${folders}, from the root, in order."""
    found = []
    for folder in folders:
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            found += [os.path.relpath(os.path.join(where, name), ROOT)
                      for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def bare(text):
    """C without comments and without what stands in quotes; lines stay lines."""
    def blank(match):
        token = match.group(0)
        return '""' if token[0] in '"\'' else ' ' + '\n' * token.count('\n')
    return _IGNORED.sub(blank, text)


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


def includes(path):
    """Yields (line, quoted, name) of each #include of the file."""
    text = read(path)
    for match in _INCLUDE.finditer(text):
        yield line_of(text, match.start()), match.group(1) == '"', match.group(2)


def resolve(name, quoted):
    """The path of an included file of ours; None for one of the system."""
    for folder in ('src', 'include') if quoted else ('include',):
        path = os.path.join(folder, name)
        if os.path.isfile(os.path.join(ROOT, path)):
            return path
    return None


def reach(path, seen=None):
    """All files of ours that the file includes, itself too."""
    seen = seen if seen is not None else set()
    if path not in seen:
        seen.add(path)
        for _, quoted, name in includes(path):
            target = resolve(name, quoted)
            if target is not None:
                reach(target, seen)
    return seen


def commands(tree):
    """Meson's commands of the build tree, by path: how each file is compiled."""
    path = os.path.join(BUILD, tree, 'compile_commands.json')
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        entries = json.load(file)
    return {os.path.relpath(os.path.normpath(os.path.join(e['directory'], e['file'])), ROOT):
            shlex.split(e['command']) for e in entries}


PLAIN = ['-std=gnu17', '-D_GNU_SOURCE', f'-I{ROOT}/include', f'-I{ROOT}/src',
         f'-I{ROOT}/tests', f'-I{BUILD}/gcc/src', '-DFORESINK_VERSION="0"', '-DTEST_DATA="."']


def machine(command):
    """The flags of a command that choose instructions of the processor."""
    return [word for word in command if re.match(r'-m(?!eson)', word)]


def finish(offences, note=''):
    """Ends the check; ${offences} are (path, line, reason)."""
    for path, line, reason in offences:
        print(f'{path}:{line}: {reason}')
    if not offences:
        print('ok' + (f' ({note})' if note else ''))
    sys.exit(1 if offences else 0)
