# SPDX-License-Identifier: BSD-2-Clause
"""Runs programs and says what they took: processor seconds (theirs and the
system's for them), seconds on the clock, most memory. All that is compared is
run in turns, so that a slow moment of the machine falls on all alike."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 3
CORES = sorted(os.sched_getaffinity(0))


class Taken:
    """What one run took, and what it wrote."""

    def __init__(self, command, cores=1, good=(0,)):
        def pin():
            os.sched_setaffinity(0, CORES[:cores])

        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as told:
            began = time.monotonic()
            with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=told, preexec_fn=pin) as child:
                _, status, usage = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - began
            self.cpu = usage.ru_utime + usage.ru_stime
            self.peak = usage.ru_maxrss * 1024  # bytes
            out.seek(0)
            told.seek(0)
            self.out, self.told = out.read(), told.read()
        if child.returncode not in good:
            sys.stderr.buffer.write(self.told)
            sys.exit(f'bench/scan: {command[0]} ended with {child.returncode}')


class Row:
    """One engine with one list on one log: what is run, and what it took."""

    def __init__(self, engine, size, command, log, **more):
        self.engine, self.size, self.command, self.log = engine, size, command, log
        self.good = more.get('good', (0,))
        self.cores = more.get('cores', 1)
        self.count = more.get('count', lambda out: int(out.split()[-1]))
        self.start_log = more['start_log']
        self.runs = more.get('runs', RUNS)
        self.scale = more.get('scale', 1)  # the log is so small a part of the whole
        self.bytes = os.path.getsize(log)
        self.starts, self.wholes = [], []

    def run(self):
        for log, taken in ((self.start_log, self.starts), (self.log, self.wholes)):
            taken.append(Taken(self.command(log), self.cores, self.good))

    def median(self, kind, what):
        return statistics.median(getattr(taken, what) for taken in kind)

    @property
    def cpu(self):
        return self.median(self.wholes, 'cpu')

    @property
    def wall(self):
        return self.median(self.wholes, 'wall')

    @property
    def start(self):
        """Seconds before the first line: reading names, making tables."""
        return self.median(self.starts, 'cpu')

    @property
    def peak(self):
        return self.median(self.wholes, 'peak')

    @property
    def whole_rate(self):
        whole = self.start + max(self.cpu - self.start, 0) * self.scale
        return self.bytes * self.scale / whole * 1e-9

    @property
    def rate(self):
        """After the start; None where that is lost in the start's own noise."""
        after = self.cpu - self.start
        return self.bytes / after * 1e-9 if after > 0.05 * self.cpu else None

    @property
    def hits(self):
        counts = {self.count(taken.out) for taken in self.wholes}
        if len(counts) != 1:
            sys.exit(f'bench/scan: {self.engine}, {self.size}: hits differ: {counts}')
        return counts.pop()


def measure(rows):
    for turn in range(RUNS):
        for row in rows:
            if turn >= row.runs:
                continue
            if sys.stderr.isatty():
                print(f'\r\033[Kround {turn + 1}: {row.engine}, {row.size}', end='',
                      file=sys.stderr, flush=True)
            row.run()
    if sys.stderr.isatty():
        print('\r\033[K', end='', file=sys.stderr)


def table(rows):
    """Lines of words: the first two columns to the left, the others to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        cells = [word.ljust(width) if k < 2 else word.rjust(width)
                 for k, (word, width) in enumerate(zip(row, widths))]
        print('  '.join(cells).rstrip())
