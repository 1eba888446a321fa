# SPDX-License-Identifier: BSD-2-Clause
"""A disk that is full: the sinkhole serves on and counts what it cannot keep; with room again
it keeps."""
import os
import shutil
import subprocess
import sys

from crowd import Callers, end, settled
from judge import REJECTED, Judge, few
from processes import wait_until
from sinkhole import Sinkhole
from slow import new_caller

SMALL, LARGE = '4m', '64m'
AT_ONCE, MOST = 4000, 80000  # callers
LATER = 2000
MARK = 'FORESINK_SINKHOLE'


def own_mounts():
    """Begins anew where mounts are seen by nobody else, and end with this process: as root,
    or as one of a user namespace."""
    if MARK in os.environ or not shutil.which('unshare'):
        return
    for options in ('-m',), ('-Urm',):
        if subprocess.run(['unshare', *options, 'true'], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            os.environ[MARK] = 'mounts'
            os.execvp('unshare', ['unshare', *options, sys.executable, *sys.argv])


def mount(size, folder, *more):
    return subprocess.run(['mount', '-t', 'tmpfs', '-o', ','.join((f'size={size}', *more)),
                           'tmpfs', folder], check=False).returncode == 0


def fill(test, sinkhole):
    """Calls until something is lost; the calls."""
    calls = {}
    while sinkhole.lost() == 0 and len(calls) < MOST:
        calls.update(Callers(test, sinkhole, AT_ONCE, 2 * len(calls)).end())
    return calls


def records(calls):
    return sum(call.deed not in REJECTED for call in calls.values())


def run(test):
    store = os.path.dirname(test.programs.path('full', 'disk', 'x'))
    if not test.tap.test(mount(SMALL, store, 'mode=0700'),
                         'full: there is a small file system, as root or by unshare'):
        return
    sinkhole = Sinkhole(test.programs, test.foresink, 'full', store=store, sections={
        'store': 'segment-size = 64K'})
    sinkhole.start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    calls = fill(test, sinkhole)
    judge = Judge(sinkhole, calls)
    unserved = judge.unserved()
    test.check(sinkhole, sinkhole.lost() > 0 and not unserved,
               'serves on when the disk is full, and counts what is lost',
               f'lost {sinkhole.lost()} of {len(calls)}', few(unserved))
    test.check(sinkhole, sinkhole.process.poll() is None and
               wait_until(lambda: sinkhole.kept() + sinkhole.lost() >= records(calls), 20) and
               sinkhole.kept() + sinkhole.lost() == records(calls),
               'what was kept and what was lost is what was sent',
               f'{sinkhole.kept()} and {sinkhole.lost()} of {records(calls)}')
    make_room(test, sinkhole, judge)


def make_room(test, sinkhole, judge):
    """Gives it room, and looks whether nothing is lost any more."""
    calls, extra = judge.calls, []
    mount(LARGE, sinkhole.store, 'remount')

    def keeps():
        kept = sinkhole.kept()
        extra.append(new_caller(sinkhole)[1])
        return sinkhole.kept() > kept
    test.check(sinkhole, wait_until(keeps, 60), 'keeps contacts again when there is room')
    before = sinkhole.lost()
    calls.update(Callers(test, sinkhole, LATER, 8 * MOST).end())
    # A caller that comes before each worker has found the room may be lost yet.
    test.check(sinkhole, sinkhole.lost() - before < LATER // 10, 'and loses none',
               f'{sinkhole.lost() - before} lost')
    test.check(sinkhole, settled(sinkhole), 'what waited comes to the store',
               f'{sinkhole.moved()} of {sinkhole.kept()}')
    kept, lost = sinkhole.kept(), sinkhole.lost()
    end(test, sinkhole)
    judge.read(sinkhole.clock, judge.now())
    judge.strangers = [one for one in judge.strangers if (
        one['seen_address'], one['port'], one['to_port']) not in extra]
    test.check(sinkhole, kept + lost == records(calls) + len(extra) and
               sum(judge.seen.values()) == kept and not judge.twice() and
               not judge.strangers,
               'all that was kept is in the store, once',
               f'{sum(judge.seen.values())}, kept {kept}, lost {lost}, sent '
               f'{records(calls) + len(extra)}', few(judge.strangers))
    test.check(sinkhole, not judge.wrong, 'and whole', few(judge.wrong))
