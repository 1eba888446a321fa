# SPDX-License-Identifier: BSD-2-Clause
"""Callers who stay: what one takes of memory, and what is left for new ones when there is no
descriptor left."""
import contextlib
import selectors
import socket
import statistics
import threading
import time

from grounds import Nginx, Sinkhole
from measure import RUNS, table

MANY = 9000  # connections: fewer than any program here may have open
HEADER = (b'GET /search?q=7 HTTP/1.0\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE 6.0; '
          b'Windows NT 5.1; SV1)\r\nHost: 192.0.2.1\r\nPra')
TABLE, SHORT = 1500, 10  # callers who say nothing; those of them without a descriptor
PAUSE = 0.05
SECONDS = 2


def stand(port, number):
    """Somebody who has connected, each from an address of its own."""
    link = socket.socket()
    link.bind((f'127.{100 + number // 25000}.{number // 250 % 100}.{1 + number % 250}', 0))
    link.connect(('127.0.0.1', port))
    return link


def of_one(engine, said):
    """Octets that a connection takes which says ${said}, and no more."""
    with contextlib.ExitStack() as links:
        before = engine.memory()
        for number in range(MANY):
            link = links.enter_context(stand(engine.port, number))
            if said:
                link.send(said)
        time.sleep(0.5)
        taken = engine.memory() - before
    time.sleep(1)
    return max(taken, 0) / MANY


def memory(bench):
    """Each in a process that has just begun: what was taken once is not given back."""
    rows = [('memory of a connection', '', 'idle', 'partial header')]
    found = {}
    for kind in Sinkhole, Nginx:
        found[kind] = []
        for said in b'', HEADER:
            engine = kind(bench, name=f'{kind.name}-{len(said)}').start()
            found[kind].append(of_one(engine, said))
            engine.stop()
        rows.append((kind.name, 'bytes', *(f'{taken:.0f}' for taken in found[kind])))
    table(rows)
    print()
    idle, partial = found[Sinkhole]
    bench.figure('memory of an idle connection', 'bytes', idle, 256, places=0)
    bench.figure('memory with a partial header', 'bytes', partial, 1024, places=0)


class Sitters:
    """Callers who say nothing and come again soon after they are sent away: the table stays
    full, and whoever comes finds somebody in his place."""

    def __init__(self, port):
        self.port, self.stop, self.came = port, threading.Event(), 0
        self.gone = selectors.DefaultSelector()
        self.thread = threading.Thread(target=self.sit, daemon=True)
        for number in range(TABLE):
            self.come(number)
        self.thread.start()

    def come(self, number):
        self.came += 1
        self.gone.register(stand(self.port, number), selectors.EVENT_READ, number)

    def sit(self):
        while not self.stop.wait(PAUSE):
            for one, _ in self.gone.select(0):
                self.gone.unregister(one.fileobj)
                one.fileobj.close()
                self.come(one.data)

    def go(self):
        self.stop.set()
        self.thread.join()
        for one in list(self.gone.get_map().values()):
            one.fileobj.close()
        self.gone.close()


def crowd(bench, call, state, turn):
    """New callers a second, and CPU us of one; sitters who come again are new ones, too."""
    engine = Sinkhole(bench, name=f'foresink-{state}-{turn}').start()
    call(bench, engine, 1, 16)
    sitters = None
    if state == 'full':
        engine.limit_descriptors(TABLE - SHORT)
        sitters = Sitters(engine.port)
    came, cpu = sitters.came if sitters else 0, engine.cpu()[0]
    count, rate = call(bench, engine, SECONDS, 16)
    cpu = engine.cpu()[0] - cpu
    if sitters is not None:
        again = sitters.came - came
        count, rate = count + again, rate + again / SECONDS
        sitters.go()
        if again < SHORT or engine.metric('sinkhole_evicted_total') < again:
            bench.wrong.append('the table was not full')
    engine.stop()
    return rate, cpu / count * 1e-3


def full_table(bench, call):
    """With the table of descriptors full, and without."""
    runs = {'free': [], 'full': []}
    for turn in range(RUNS):
        for state, taken in runs.items():
            taken.append(crowd(bench, call, state, turn))
    (free, alone), (full, crowded) = ([statistics.median(column) for column in zip(*taken)]
                                      for taken in runs.values())
    bench.figure('new callers a second, table free', 'k/s', free * 1e-3)
    bench.figure('new callers a second, table full', 'k/s', full * 1e-3)
    bench.figure('full, of free', '%', 100 * full / free, least=80, places=0)
    bench.figure('  CPU of a caller, full, of free', 'times', crowded / alone)
