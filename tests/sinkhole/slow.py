# SPDX-License-Identifier: BSD-2-Clause
"""Callers that are slow on purpose, 2,000 of them, and those who come meanwhile; and a
daemon that has no descriptor left."""
import re
import selectors
import socket
import time

from crowd import end, settled
from judge import few
from sinkhole import Sinkhole, key

SLOW = 2000
HEADER, WHOLE = 10, 15  # seconds, the deadlines
SPARE, IDLE, NEW = 40, 300, 60  # descriptors; callers who say nothing; those who come then
NEIGHBOURS = 20  # those who come to a full neighbourhood
PROMPT = 1.0
# A busy machine lets anybody wait, and a sinkhole that keeps him waiting does so again.
TRIES = 3
SLACK = 4.5  # seconds that an end may be seen late: less than from one deadline to the other
REQUEST = b'GET /search?q=1 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n'


class Slow:
    """One who dribbles: one of three ways of it."""

    def __init__(self, sinkhole, number, source=None):
        self.link = socket.socket()
        source = source or f'127.{60 + number % 100}.{number // 250}.{1 + number % 250}'
        self.link.bind((source, 0))
        self.link.settimeout(10)
        self.link.connect(('127.0.0.1', sinkhole.web))
        self.who = (*self.link.getsockname(), sinkhole.web)
        self.link.setblocking(False)
        self.began, self.ended, self.got = time.monotonic(), None, b''
        self.way = ('header', 'silent', 'body')[number % 3]
        if self.way == 'header':
            self.link.send(b'GET /slow HTTP/1.1\r\nX: ')
        elif self.way == 'body':
            self.link.send(b'POST /slow HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n')

    def dribble(self):
        if self.way != 'silent' and self.ended is None:
            try:
                self.link.send(b'x')
            except OSError:
                self.end()

    def read(self):
        try:
            got = self.link.recv(4096)
        except OSError:
            got = b''
        self.got += got
        if not got:
            self.end()

    def end(self):
        self.ended = self.ended or time.monotonic()

    @property
    def took(self):
        return (self.ended or time.monotonic()) - self.began


def new_caller(sinkhole, source='127.0.0.9'):
    """Seconds until somebody who comes now is answered; None: it is not. And who it was."""
    began = time.monotonic()
    try:
        with socket.create_connection(('127.0.0.1', sinkhole.web), 10, (source, 0)) as link:
            who = (*link.getsockname(), sinkhole.web)
            link.sendall(REQUEST)
            got = link.recv(4096)
            return (time.monotonic() - began if got.startswith(b'HTTP/1.') else None), who
    except OSError:
        return None, None


def new_callers(sinkhole, source='127.0.0.9'):
    """The same, until one is answered in time; all of them, the last one last."""
    tried = []
    while len(tried) < TRIES and (not tried or tried[-1][0] is None or
                                  tried[-1][0] >= PROMPT):
        tried.append(new_caller(sinkhole, source))
    return tried


def dribble(sinkhole, callers):
    """Until the last is gone, or should be; what new callers met."""
    chosen = selectors.DefaultSelector()
    for caller in callers:
        chosen.register(caller.link, selectors.EVENT_READ, caller)
    met, until, turn = [], time.monotonic() + WHOLE + 2 * SLACK, time.monotonic()
    while time.monotonic() < until and any(caller.ended is None for caller in callers):
        for chance, _ in chosen.select(0.05):
            chance.data.read()
            if chance.data.ended is not None:
                chosen.unregister(chance.fileobj)
        if time.monotonic() > turn:
            turn += 0.5
            met.append(new_callers(sinkhole))
            for caller in callers:
                caller.dribble()
    return met


def slowloris(test, sinkhole):
    callers = [Slow(sinkhole, number) for number in range(SLOW)]
    met = dribble(sinkhole, callers)
    times = [tried[-1][0] for tried in met]
    test.check(sinkhole, times and None not in times and max(times) < PROMPT,
               f'a new caller is answered at once beside {SLOW} slow ones', times)
    for way, least, most in (('header', HEADER, HEADER), ('silent', HEADER, HEADER),
                             ('body', 0, WHOLE)):
        took = [caller.took for caller in callers if caller.way == way]
        test.check(sinkhole, least - 0.5 <= min(took) and max(took) < most + SLACK,
                   f'slow ones of the way "{way}" end by their deadline',
                   f'{min(took):.1f} to {max(took):.1f} s')
    bodies = [caller for caller in callers if caller.way == 'body' and
              not caller.got.startswith(b'HTTP/1.')]
    test.check(sinkhole, not bodies, 'who is slow with a body was answered', len(bodies))
    for caller in callers:
        caller.link.close()
    return [caller.who for caller in callers] + [who for tried in met for _, who in tried]


class Narrow(Sinkhole):
    """One where a worker has a quarter of the slow ones from one neighbourhood at most."""

    def text(self):
        return re.sub(r'(?m)^callers-of-prefix = .*$', f'callers-of-prefix = {SLOW // 4}',
                      super().text())


def neighbours(test):
    """All of them from one neighbourhood, and its next caller."""
    sinkhole = Narrow(test.programs, test.foresink, 'neighbours').start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    callers = [Slow(sinkhole, number, f'127.57.0.{1 + number % 250}')
               for number in range(SLOW)]
    met = []
    for _ in range(NEIGHBOURS):
        met.append(new_callers(sinkhole, '127.57.0.253'))
        time.sleep(0.1)
    times = [tried[-1][0] for tried in met]
    test.check(sinkhole, None not in times and max(times) < PROMPT,
               f'a new caller of a /24 is answered at once beside {SLOW} slow ones of it',
               times)
    test.check(sinkhole, sinkhole.counted('sinkhole_evicted_total') >= SLOW // 3 and
               not sinkhole.rejected(), 'the oldest of them went, and nobody was refused')
    for caller in callers:
        caller.link.close()
    settled(sinkhole)
    end(test, sinkhole)
    whos = [caller.who for caller in callers] + [who for tried in met for _, who in tried]
    seen = [key(one) for one in sinkhole.export()]
    test.check(sinkhole, sorted(seen) == sorted(whos), 'each of them is in the store, once',
               f'{len(seen)}, and not {len(whos)}', few(list(set(whos) ^ set(seen))))


def without_descriptors(test, sinkhole):
    had = sinkhole.limit_descriptors(SPARE)
    idle = []
    for number in range(IDLE):
        link = socket.socket()
        link.settimeout(10)
        link.bind((f'127.59.{number // 250}.{1 + number % 250}', 0))
        link.connect(('127.0.0.1', sinkhole.web))
        idle.append(link)
    met = [new_callers(sinkhole, f'127.58.0.{1 + number}') for number in range(NEW)]
    times = [tried[-1][0] for tried in met]
    test.check(sinkhole, None not in times and max(times) < PROMPT,
               'without descriptors new callers are served, at once', times)
    test.check(sinkhole, sinkhole.counted('sinkhole_evicted_total') > 0,
               'the oldest of the idle ones went for them')
    whos = [(*link.getsockname(), sinkhole.web) for link in idle] + \
        [who for tried in met for _, who in tried]
    for link in idle:
        link.close()
    sinkhole.restore_descriptors(had)
    return whos


def run(test):
    sinkhole = Sinkhole(test.programs, test.foresink, 'slow').start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    whos = slowloris(test, sinkhole) + without_descriptors(test, sinkhole)
    settled(sinkhole)
    end(test, sinkhole)
    seen = [key(one) for one in sinkhole.export()]
    test.check(sinkhole, sorted(seen) == sorted(whos), 'each of them is in the store, once',
               f'{len(seen)}, and not {len(whos)}', few(list(set(whos) ^ set(seen))))
    neighbours(test)
