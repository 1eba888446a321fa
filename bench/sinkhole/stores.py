# SPDX-License-Identifier: BSD-2-Clause
"""How fast journals come into the store, indexes and sums included, and how fast a report is
made of the sums."""
import json
import os
import shutil
import subprocess
import sys
import time

from engines import LOAD, pinned
from measure import RUNS, table

COUNT = 50000000 if os.environ.get('FULL') == '1' else 1000000


def run(bench):
    folder = os.path.dirname(bench.programs.path('store', 'store', 'x'))
    os.chmod(folder, 0o700)
    with pinned(LOAD):
        done = subprocess.run([bench.build + '/bench/bench_store', folder, str(COUNT)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f'bench/sinkhole: bench_store ended with {done.returncode}')
    told = json.loads(done.stdout)
    words = f'{COUNT / 1e6:g} M sightings'
    bench.figure(f'journals into SQLite on one core, {words}', 'k/s',
                 COUNT / told['move_cpu'] * 1e-3, least=200, places=0)
    table([('store', '', 'put us', 'move us', 'bytes a sighting'),
           (words, '', f"{told['put_cpu'] / COUNT * 1e6:.2f}",
            f"{told['move_cpu'] / COUNT * 1e6:.2f}", f"{told['bytes'] / COUNT:.0f}")])
    print()
    taken = []
    for _ in range(RUNS):
        began = time.monotonic()
        subprocess.run([bench.foresink, 'store', 'info', '--by', 'hour,family', folder],
                       check=True, stdout=subprocess.DEVNULL)
        taken.append(time.monotonic() - began)
    bench.figure(f'a report by hour and family, {words}', 's', sorted(taken)[RUNS // 2], 1.0)
    shutil.rmtree(folder)
