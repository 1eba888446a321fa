# SPDX-License-Identifier: BSD-2-Clause
"""A crowd of callers from all of 127.0.0.0/8, a third of them hostile."""
import subprocess

from judge import REJECTED, Judge, few, read_list
from sinkhole import Sinkhole
from processes import wait_until

WAIT = 400  # seconds
MOVED = 60  # seconds until what waits in journals is in the store


class Callers:
    """A run of the program that calls."""

    def __init__(self, test, sinkhole, count, first=0):
        self.list = test.programs.path('calls', f'{sinkhole.name} {first}')
        self.ports = {'dns': sinkhole.dns, 'web': sinkhole.web}
        names = test.programs.write(''.join(name + '\n' for name in test.names),
                                    sinkhole.name, 'names')
        self.process = subprocess.Popen(
            [test.build + '/tests/sinkhole/sinkhole_callers', f'--dns={sinkhole.dns}',
             f'--web={sinkhole.web}', '--names=' + names, '--list=' + self.list,
             f'--count={count}', f'--first={first}'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def done(self, count):
        """Waits until so many have called."""
        for line in self.process.stdout:
            if int(line) >= count:
                return True
        return False

    def end(self):
        """What they did, when all have called."""
        self.process.communicate(timeout=WAIT)
        return read_list(self.list, self.ports)


def settled(sinkhole):
    """Everything that was kept has come to the store."""
    return wait_until(lambda: sinkhole.moved() >= sinkhole.kept(), MOVED)


def end(test, sinkhole):
    """Ends a daemon, which has nothing to complain of."""
    status = sinkhole.stop()
    test.check(sinkhole, status == 0, 'ends with 0 when it is told to', f'status {status}')
    test.check(sinkhole, not sinkhole.reported(), 'no report of a sanitizer',
               sinkhole.reported)
    wrong = sinkhole.check()
    test.check(sinkhole, not wrong, '`foresink store check\' finds nothing wrong', wrong)


def undisturbed(test):
    sinkhole = Sinkhole(test.programs, test.foresink, 'crowd').start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    calls = Callers(test, sinkhole, test.count).end()
    judge = Judge(sinkhole, calls)
    unserved, rejects = judge.unserved(), sum(call.deed in REJECTED for call in calls.values())
    test.check(sinkhole, len(calls) == test.count and not unserved and
               judge.tardy() <= test.count // 100,
               f'{test.count} callers are served as they should be', few(unserved),
               f'{judge.tardy()} were tardy')
    wait_until(lambda: sinkhole.kept() + sinkhole.rejected() >= test.count, MOVED)
    totals = sinkhole.kept(), sinkhole.rejected(), sinkhole.lost()
    end(test, sinkhole)
    judge.read(sinkhole.clock, judge.now())
    missing, twice = judge.missing(), judge.twice()
    test.check(sinkhole, not missing, 'each contact is in the store', few(missing))
    test.check(sinkhole, not twice and not judge.strangers,
               'each is there once, and nothing else is', few(twice), few(judge.strangers))
    test.check(sinkhole, not judge.untimely, 'with its time', few(judge.untimely))
    test.check(sinkhole, not judge.wrong, 'as what it was', few(judge.wrong))
    test.check(sinkhole, totals == (test.count - rejects, rejects, 0) and
               sum(judge.seen.values()) == totals[0],
               'totals are those of the callers, and what is no record was counted',
               f'kept, rejected, lost: {totals}; {rejects} to be rejected; '
               f'{sum(judge.seen.values())} in the store')


def run(test):
    undisturbed(test)
