# SPDX-License-Identifier: BSD-2-Clause
"""A calendar that jumps between the lives of a daemon, forwards and backwards; and stores of
another version."""
import contextlib
import datetime
import os
import shutil
import sqlite3
import subprocess
import time

from crowd import settled
from judge import SLACK
from sinkhole import NOON, Sinkhole, instant, key
from slow import new_caller

JUMPS = 0, -3, 400, -400, 0  # days from NOON, one life each
EACH = 20
LATER = 9999  # a version that is not there yet


def live(sinkhole, days, number):
    """One life; the keys of its contacts, and when they were, by its calendar."""
    sinkhole.start(NOON + datetime.timedelta(days))
    if not sinkhole.ready():
        return None
    whos = [new_caller(sinkhole, f'127.55.{number}.{1 + one}') for one in range(EACH)]
    settled(sinkhole)
    now = sinkhole.clock + datetime.timedelta(seconds=time.time() - sinkhole.began)
    return {who: (taken, sinkhole.clock, now) for taken, who in whos}


def jumps(test):
    sinkhole = Sinkhole(test.programs, test.foresink, 'clocks')
    sent = {}
    for number, days in enumerate(JUMPS):
        lived = live(sinkhole, days, number)
        if not test.check(sinkhole, lived is not None and
                          all(taken is not None for taken, *_ in lived.values()),
                          f'serves with a calendar that is {days} days off', lived):
            return sinkhole
        sent.update(lived)
        status = sinkhole.stop()
        test.check(sinkhole, status == 0, 'ends with 0', status)
    end_of_all(test, sinkhole, sent)
    return sinkhole


def end_of_all(test, sinkhole, sent):
    wrong, seen, last = [], [], None
    for one in sinkhole.export():
        seen.append(key(one))
        _, since, until = sent.get(key(one), (None, NOON, NOON))
        when = instant(one['time'])
        if not since - SLACK <= when <= until + SLACK:
            wrong.append(f"{one['time']}: not from {since} to {until}")
        if last is not None and when < last:
            wrong.append(f"{one['time']}: behind {last}")
        last = when
    test.check(sinkhole, sorted(seen) == sorted(sent),
               'each contact of all lives is in the store, once',
               f'{len(seen)}, and not {len(sent)}')
    test.check(sinkhole, not wrong, 'with the time of its life, and in order of time',
               '\n'.join(wrong[:8]))
    wrong = sinkhole.check()
    test.check(sinkhole, not wrong, '`foresink store check\' finds nothing wrong', wrong)


def databases(store):
    """The files of SQLite in it."""
    for name in sorted(os.listdir(store)):
        path = os.path.join(store, name)
        if os.path.isfile(path):
            with open(path, 'rb') as file:
                if file.read(15) == b'SQLite format 3':
                    yield path


def set_version(store, version):
    """Makes it one of another version; what it was."""
    for path in databases(store):
        with contextlib.closing(sqlite3.connect(path)) as base:
            was, = base.execute('PRAGMA user_version').fetchone()
            base.execute(f'PRAGMA user_version = {version}')
            base.commit()
            return was
    return None


def versions(test, sinkhole):
    """A later version's store is refused, untouched; the reason is told."""
    store = sinkhole.store
    was = set_version(store, LATER)
    sizes = [os.path.getsize(path) for path in databases(store)]
    done = subprocess.run([test.foresink, 'store', 'info', store], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=30, check=False)
    test.check(sinkhole, was is not None and done.returncode in (65, 71) and
               'version' in done.stdout,
               'a store of a later version is not read, and it is said why',
               f'was {was}, status {done.returncode}: {done.stdout}')
    sinkhole.start()
    serves = sinkhole.ready()
    status = sinkhole.process.poll()
    test.check(sinkhole, not serves and status not in (None, 0) and
               'version' in sinkhole.log()[sinkhole.mark:],
               'nor does a sinkhole begin with it', f'serves {serves}, status {status}')
    if status is None:
        sinkhole.stop()
    test.check(sinkhole, [os.path.getsize(path) for path in databases(store)] == sizes,
               'it stays as it was')
    set_version(store, was or 0)
    with contextlib.suppress(OSError):
        shutil.rmtree(store + '/journal')  # of the life that never began
    wrong = sinkhole.check()
    test.check(sinkhole, not wrong, 'and is whole when its version is right', wrong)


def run(test):
    sinkhole = jumps(test)
    versions(test, sinkhole)
