# SPDX-License-Identifier: BSD-2-Clause
"""`foresink up' with the role guard, as the soak runs it: from a second before some
midnight on, with alerts that cannot all be told."""
import collections
import datetime
import json
import os
import re
import signal
import statistics
import subprocess
import time
import urllib.request

from names import DAY
from processes import wait_until

FAMILIES = 'conficker', 'gozi'
REPORT = re.compile(r'(?:ERROR|WARNING): \w+Sanitizer|runtime error:')
# What may be told as a warning: what the soak does, and what goes with a build with
# AddressSanitizer.
WARNINGS = 'sandbox', 'alert', 'making-left', 'exposed', 'unwritable', 'upstream-down'
NAMES = 20000  # of the evidence: the table is full early, and must not grow then


class Daemon:
    """One life of it. ${places}: ports and paths that stay from life to life."""

    def __init__(self, programs, foresink, places, name):
        self.programs, self.foresink, self.places, self.name = programs, foresink, places, name
        self.process, self.refused, self.samples = None, 0, []
        self.config = programs.path(name, 'foresink.conf')

    def folder(self, name):
        return os.path.dirname(self.programs.path(self.name, name, 'x'))

    def write(self, turn=0):
        """The configuration; with each turn guard answers in another way, and asks others
        first. One that is refused is written now and then."""
        upstreams = [f'upstream = 127.0.0.1:{self.places[which]}' for which in
                     (('moods', 'fast'), ('fast', 'moods'))[turn % 4 == 3]]
        wrong = 'no-such-key = 1\n' if turn % 5 == 4 else ''
        text = f'''[foresink]
roles = guard
state = {self.folder('state')}
metrics = 127.0.0.1:{self.places['metrics']}
control = {self.places['control']}
log = json
[names]
{chr(10).join('family = ' + family for family in FAMILIES)}
[guard]
listen = 127.0.0.1:{self.places['guard']}
{chr(10).join(upstreams)}
workers = 2
block = {('nxdomain', 'nodata')[turn % 2]}
tell-upstream = {('none', 'ecs')[turn // 2 % 2]}
{wrong}[alerts]
settle = 2
names = {NAMES}
[alert log]
to = file {self.folder('told')}/alerts.jsonl
[alert full]
to = file {self.places['full']}
what = sightings
[alert dead]
to = webhook http://127.0.0.1:{self.places['dead']}/
what = sightings
secret = 0123456789abcdef
[alert mute]
to = webhook http://127.0.0.1:{self.places['mute']}/
[alert syslog]
to = syslog 127.0.0.1:{self.places['dead']}
what = sightings
[alert tap]
to = dnstap unix:{self.folder('told')}/nobody
what = sightings
'''
        with open(self.config + '.new', 'w', encoding='ascii') as file:
            file.write(text)
        os.chmod(self.config + '.new', 0o600)
        os.rename(self.config + '.new', self.config)
        return bool(wrong)

    def start(self, before):
        """Begins ${before} seconds before the midnight at the end of DAY."""
        self.write()
        midnight = datetime.datetime.combine(DAY, datetime.time()) + datetime.timedelta(1)
        clock = midnight - datetime.timedelta(seconds=round(before))
        self.process = self.programs.start(self.name, self.foresink, 'up', '--config',
                                           self.config, '--clock', clock.isoformat() + 'Z')

    def events(self):
        """Of each line of the log an object; what is none as {'text': line}."""
        for line in self.programs.log(self.name).splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                yield {'text': line}

    def seen(self, event):
        return sum(one.get('event') == event for one in self.events())

    def waits_for(self, event, seconds):
        return wait_until(lambda: self.seen(event) > 0 or self.process.poll() is not None,
                          seconds) and self.seen(event) > 0

    def reload(self, turn):
        self.refused += self.write(turn)
        os.kill(self.process.pid, signal.SIGHUP)

    def has_reloaded(self, count, seconds=20):
        """Whether so many reloads have come to an end, or do so soon."""
        return wait_until(lambda: self.seen('reloaded') + self.seen('reload-refused') >= count,
                          seconds)

    def memory(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s+(\d+) kB', file.read())[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))

    def sample(self):
        self.samples.append((time.monotonic(), self.memory()))

    def growth(self):
        """Octets by which it is larger in the last third of its samples than in the one
        before, of both the median; and the medians."""
        third = len(self.samples) // 3
        one, two = (statistics.median(memory for _, memory in part) for part in
                    (self.samples[third:2 * third], self.samples[2 * third:]))
        return two - one, one, two

    def metrics(self):
        """The values by their names and labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.places['metrics']}/metrics",
                                    timeout=10) as page:
            text = page.read().decode('ascii')
        return {name: float(value) for name, value in
                re.findall(r'^foresink_(\S+?) (\S+)$', text, re.M)}

    def allow(self, *words):
        done = subprocess.run([self.foresink, 'allow', *words, '--control',
                               self.places['control']], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=30, check=False)
        return done.returncode, done.stdout

    def alerts(self):
        """How often each client was told of, with the same family, day and verdict."""
        told = collections.Counter()
        with open(self.folder('told') + '/alerts.jsonl', encoding='ascii') as file:
            for line in file:
                one = json.loads(line)
                told[tuple(str(one.get(key)) for key in
                           ('client', 'family', 'verdict')) + (one['time'][:10],)] += 1
        return told

    def complaints(self):
        """What the log should not have said, and reports of sanitizers."""
        strange = collections.Counter()
        for one in self.events():
            if 'text' in one or one['level'] == 'error' and \
                    one['event'] != 'reload-refused' or \
                    one['level'] == 'warning' and one['event'] not in WARNINGS:
                strange[json.dumps(one)[:300]] += 1
        return [f'{count} times {text}' for text, count in strange.most_common(20)]

    def reported(self):
        return REPORT.search(self.programs.log(self.name)) is not None
