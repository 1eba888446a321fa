# SPDX-License-Identifier: BSD-2-Clause
"""What feeds the resolvers: `foresink up' with the zone, and the files of `foresink
publish'; and what is replaced in the documented configurations for both."""
import datetime
import os
import signal
import subprocess
import time
import urllib.request

from names import DAY, FAMILY
from packets import SOA, ask
from processes import wait_until

CANARY = 'foresink.internal'
ZONE = 'rpz.foresink.internal'
PORTS = {'BIND': '192.0.2.10:53', 'Unbound': '192.0.2.11:53'}  # that are told


class Feeders:
    """Both, on one calendar that comes to midnight soon."""

    def __init__(self, programs, document, names, foresink):
        self.programs, self.document = programs, document
        self.names, self.foresink = names, foresink
        self.port, self.metrics = programs.port(), programs.port()
        self.lists = os.path.dirname(programs.path('lists', 'current'))
        self.day, self.changes = DAY, 0
        self.process = self.midnight = None
        feed = f'127.0.0.1{{}}{self.port}'
        self.text = {'192.0.2.53:5300': feed.format(':'),
                     '192.0.2.53@5300': feed.format('@'),
                     '192.0.2.53 port 5300': feed.format(' port '),
                     '192.0.2.11': '127.0.0.1',
                     '/var/lib/foresink/lists': self.lists,
                     '/etc/foresink': os.path.dirname(programs.path('etc', 'x'))}

    def place(self, kind):
        """A port for a resolver, which stands for the address that is documented."""
        port = self.programs.port()
        if kind.name in PORTS:
            self.text[PORTS[kind.name]] = f'127.0.0.1:{port}'
        return port

    @property
    def serial(self):
        """That the zone has; the first of a day ends in 00, as that of the lists."""
        return self.first + self.changes

    @property
    def first(self):
        return int(f'{self.day:%Y%m%d}00')

    def serial_of(self, resolver):
        return self.serial if resolver.transfers else self.first

    def serial_to_come(self):
        return int(f'{self.day + datetime.timedelta(1):%Y%m%d}00')

    def rules(self):
        """What the user gives to the collision stage."""
        self.allow(self.names.entries)
        self.programs.write(''.join(f'{name},1998-04-01\n' for name in
                                    self.names.registered), 'etc', 'registered.csv')

    def allow(self, names):
        self.programs.write(''.join(f'{name} - a partner\n' for name in names),
                            'etc', 'allow.txt')

    def publish(self, instant):
        command = self.document.block('publish', self.text).replace('\\\n', '').split()
        done = subprocess.run([self.foresink, *command[1:], '--family', FAMILY, '--at', instant],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=30, check=False)
        return done.returncode == 0, done.stdout

    def begin(self, seconds):
        """Starts both, so many seconds before midnight; whether they serve."""
        self.rules()
        config = self.programs.write(f'''
[foresink]
roles = feed
state = {os.path.dirname(self.programs.path('state', 'x'))}
metrics = 127.0.0.1:{self.metrics}
[names]
family = {FAMILY}
threads = 1
{self.document.block('foresink.conf', self.text)}''', 'etc', 'foresink.conf')
        clock = f'{self.day}T23:59:{60 - seconds:02}'
        done = self.publish(clock)
        self.process = self.programs.start('foresink', self.foresink, 'up', '--config', config,
                                           '--clock', clock)
        self.midnight = time.monotonic() + seconds
        return (done[0] and self.serves(), 'the lists are published, and the zone is served',
                done[1], self.programs.log('foresink'))

    def serves(self, seconds=10):
        def seen():
            got = ask(self.port, ZONE, SOA, 1.0)
            return got is not None and got.data == [self.serial]
        return wait_until(seen, seconds)

    def next_day(self):
        """Waits for midnight in the feed; whether it came."""
        self.day += datetime.timedelta(1)
        left = self.midnight - time.monotonic()
        return (self.serves(max(left, 0) + 10), 'midnight comes to the zone',
                self.programs.log('foresink'))

    def release(self):
        """Allows one name more, and publishes the new day."""
        self.allow(self.names.entries + self.names.released)
        self.process.send_signal(signal.SIGHUP)
        self.changes += 1
        done = self.publish(f'{self.day}T00:00:01')
        return (done[0] and self.serves(), 'a name is allowed at SIGHUP, in the lists as well',
                done[1], self.programs.log('foresink'))

    def end(self):
        return self.programs.stop('foresink')

    def counted(self, words):
        """The sum of the feed's counters whose lines have ${words}; 0 without metrics."""
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{self.metrics}/metrics',
                                        timeout=5) as page:
                lines = page.read().decode('ascii', 'replace').splitlines()
        except OSError:
            return 0
        return sum(float(line.split()[-1]) for line in lines
                   if words in line and not line.startswith('#'))
