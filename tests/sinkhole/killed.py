# SPDX-License-Identifier: BSD-2-Clause
"""A kill -9 in the middle of a crowd: what was answered is there once, and all else at most
once."""
import os

from crowd import Callers, end, settled
from judge import Judge, few
from sinkhole import Sinkhole


def run(test):
    count = max(test.count // 4, 2000)
    sinkhole = Sinkhole(test.programs, test.foresink, 'killed').start()
    if not test.check(sinkhole, sinkhole.ready(), 'serves'):
        return
    callers = Callers(test, sinkhole, count)
    callers.done(count // 2)
    sinkhole.kill()
    calls = callers.end()
    since = sinkhole.clock
    answered = sum(call.fate == 'answered' for call in calls.values())
    left = sum(call.fate == 'failed' for call in calls.values())
    test.check(sinkhole, answered > count // 8 and left > count // 32,
               'a kill -9 comes in the middle',
               f'of {count} {answered} were answered before, {left} came behind')
    segments = sum(len(files) for _, _, files in os.walk(sinkhole.store + '/journal'))
    # A calendar that goes on, as that of a machine does.
    sinkhole.start(Judge(sinkhole, {}).now().replace(microsecond=0))
    if not test.check(sinkhole, sinkhole.ready(), 'serves again',
                      f'{segments} files of journals'):
        return
    calls.update(Callers(test, sinkhole, 2000, 2 * count).end())
    settled(sinkhole)
    end(test, sinkhole)
    judge = Judge(sinkhole, calls)
    judge.read(since, judge.now())
    missing, twice = judge.answered_and_missing(), judge.twice()
    test.check(sinkhole, not missing, 'each contact that was answered is in the store',
               few(missing))
    test.check(sinkhole, not twice, 'none is there twice', few(twice))
    test.check(sinkhole, not judge.strangers and not judge.untimely,
               'nothing is there that nobody sent', few(judge.strangers),
               few(judge.untimely))
    test.check(sinkhole, not judge.wrong, 'each as what it was', few(judge.wrong))
