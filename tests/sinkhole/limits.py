# SPDX-License-Identifier: BSD-2-Clause
"""Requests on each side of each limit, split at each offset, and with what a terminal or a
spreadsheet should not be told as it is: each is answered, kept once, and harmless where it
is shown."""
import contextlib
import re
import socket
import subprocess
import time

import capture
from crowd import end, settled
from judge import few
from sinkhole import Sinkhole, key

AT_ONCE = 400  # connections
PAUSE = 0.05   # seconds between two parts, so that they come as two
WHOLE = 8192   # octets of request line and header
# Of each field: what stands in front of its value, its name in the store, and the octets that
# are kept of it.
FIELDS = {'target': ('GET /', 2048), 'host': ('Host: ', 260), 'agent': ('User-Agent: ', 512),
          'referrer': ('Referer: ', 256), 'via': ('Via: ', 256),
          'forwarded': ('X-Forwarded-For: ', 256)}
AROUND = 1, 256, 260, 512, 1024, 2048, 4096
EVIL = (b'\0', b'\0\0a', b'\x1b]0;x\x07', b'\x1b[2J', b'=1+1', b'@SUM(1)', b'-1+1',
        b'+1', b'"', b'a","b',
        b"';--", b'\\', b'\xff\xfe', b'\xc2\x9b2J', b'\x7f', b'\t=1', b'<script>', b'%s%n')


def request(field, value):
    """A request with one field of this value, as octets."""
    line = b'GET /' + (value if field == 'target' else b'') + b' HTTP/1.1\r\n'
    rest = b'' if field == 'target' else FIELDS[field][0].encode() + value + b'\r\n'
    return line + rest + b'\r\n'


def send(sinkhole, requests):
    """Sends each request, a list of its parts; its contact's key, and what was answered."""
    met = []
    for first in range(0, len(requests), AT_ONCE):
        with contextlib.ExitStack() as links:
            some = [(links.enter_context(socket.create_connection(
                ('127.0.0.1', sinkhole.web), 20,
                (f'127.54.{number // 250}.{1 + number % 250}', 0))), parts)
                for number, parts in enumerate(requests[first:first + AT_ONCE], first)]
            for turn in range(max(len(parts) for _, parts in some)):
                for link, parts in some:
                    with contextlib.suppress(OSError):
                        link.sendall(b''.join(parts[turn:turn + 1]))
                time.sleep(PAUSE)
            for link, _ in some:
                got = b''
                who = (*link.getsockname(), sinkhole.web)
                with contextlib.suppress(OSError):
                    while more := link.recv(4096):
                        got += more
                met.append((who, got))
    return met


def is_answered(got):
    return got.startswith(b'HTTP/1.1 404') and got.endswith(b'\r\n\r\n')


def lengths():
    """Each field with values of lengths around each limit, and headers around theirs."""
    for field, (_, most) in FIELDS.items():
        for size in sorted({size + step for size in (*AROUND, most) for step in (-1, 0, 1)}):
            if size > 0:
                yield field, b'a' * size
        for step in range(-3, 4):
            yield field, b'a' * (WHOLE + step - len(request(field, b'')))


def evil():
    for field in FIELDS:
        for octets in EVIL:
            yield field, octets + b'x'


def expected(field, value):
    """What is kept of a value; None: not to be told here."""
    if len(request(field, value)) > WHOLE or any(not 32 < octet < 127 for octet in value):
        return None
    text = ('/' if field == 'target' else '') + value.decode()
    return text[:FIELDS[field][1]]


def judge(test, sinkhole, sent):
    """${sent}: field and value by key; field None: split, as value what it is."""
    seen, wrong = [], []
    for one in sinkhole.export():
        seen.append(key(one))
        field, value = sent.get(seen[-1], (None, None))
        if field is None:
            if (one['kind'], one['fingerprint'], one['target']) != value:
                wrong.append(f'{value}: {one}')
            continue
        want = expected(field, value)
        if one['kind'] not in ('http', 'raw') or want is not None and \
                (one['kind'] != 'http' or one[field] != want or
                 one['cut'] != (len(want) < len(value) + (field == 'target'))):
            wrong.append(f'{field} of {len(value)}: {one}')
    test.check(sinkhole, sorted(seen) == sorted(sent), 'each is in the store, once',
               f'{len(seen)}, and not {len(sent)}')
    test.check(sinkhole, not wrong, 'as what it was, cut at its bound', few(wrong))


def shown(test, sinkhole):
    """Nothing that was sent reaches a terminal, or is a formula."""
    for words in ['store', 'export'], ['store', 'export', '--format', 'csv'], \
            ['store', 'export', '--spreadsheet'], ['store', 'info']:
        done = subprocess.run([test.foresink, *words, sinkhole.store], check=False, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        out = done.stdout
        test.check(sinkhole, done.returncode == 0 and not done.stderr and
                   re.fullmatch(rb'(?:[\x20-\x7e]*\n)+', out),
                   f'`{" ".join(words)}\' is printable ASCII', done.stderr.decode('latin-1'),
                   out[:300])
        formula = re.search(rb'(?:^|,)"?[=+@-][^,\n]*', out, re.M)
        if '--spreadsheet' in words:
            test.check(sinkhole, not formula, 'and has no formula', formula)


def split(name, line):
    """A request of the capture, cut in two at each offset; and what it is."""
    path = line.octets.split()[1].decode()
    fingerprint = 'conficker-ab' if name == 'report' else 'conficker-a-download'
    for offset in range(1, line.octets.index(b'\r\n\r\n') + 4):
        yield [line.octets[:offset], line.octets[offset:]], ('http', fingerprint, path)


def run(test):
    sinkhole = Sinkhole(test.programs, test.foresink, 'limits').start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    asked = [(field, value) for make in (lengths, evil) for field, value in make()]
    requests = [[request(field, value)] for field, value in asked]
    lines = list(capture.read())
    for name, line in (('report', next(line for line in lines if b'X-Forwarded' in line.octets)),
                       ('download', next(line for line in lines if b'load' in line.octets))):
        for parts, what in split(name, line):
            requests.append(parts)
            asked.append((None, what))
    met = send(sinkhole, requests)
    unanswered = [(asked[number], got) for number, (_, got) in enumerate(met)
                  if not is_answered(got) and
                  (asked[number][0] is None or expected(*asked[number]) is not None)]
    test.check(sinkhole, not unanswered, f'each of {len(met)} requests is answered',
               few(unanswered))
    settled(sinkhole)
    end(test, sinkhole)
    judge(test, sinkhole, {who: asked[number] for number, (who, _) in enumerate(met)})
    shown(test, sinkhole)
