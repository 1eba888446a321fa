# SPDX-License-Identifier: BSD-2-Clause
"""`foresink up' with the role sinkhole, and what its store tells afterwards."""
import contextlib
import datetime
import json
import os
import re
import resource
import signal
import subprocess
import time
import urllib.request

from processes import wait_until

DAY = datetime.date(2026, 11, 22)
CLOCK = f'{DAY}T12:00:00Z'
NOON = datetime.datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=datetime.timezone.utc)
FAMILY = 'conficker/b'
READY = 60  # seconds until it serves
END = 60  # seconds until it has ended and all is in the store
REPORT = re.compile(r'(?:ERROR|WARNING): \w+Sanitizer|runtime error:')
NOFILE = resource.RLIMIT_NOFILE


class Sinkhole:
    """One daemon, of one life or several, and its store. More: a section of the
    configuration by its name, as text, in place of what stands below or beside it; store,
    a folder; segment."""

    def __init__(self, programs, foresink, name, **more):
        self.programs, self.foresink, self.name, self.more = programs, foresink, name, more
        self.dns, self.web = programs.port(), programs.port()
        self.metrics = programs.port()
        self.process, self.began, self.clock = None, 0.0, NOON
        self.store = more.get('store') or self.folder('store')

    def folder(self, name):
        folder = os.path.dirname(self.programs.path(self.name, name, 'x'))
        os.chmod(folder, 0o700)
        return folder

    def text(self):
        """The configuration."""
        sections = {
            'foresink': f'roles = sinkhole\nmetrics = 127.0.0.1:{self.metrics}\nlog = json',
            'names': f'family = {FAMILY}\nback = 0\nahead = 0\nthreads = 1',
            'sinkhole': f'''listen-dns = 127.0.0.1:{self.dns}
listen-web = 127.0.0.1:{self.web}
names = forecast
addresses = 127.0.0.1
server = ns1.sinkhole.example
mailbox = hostmaster.sinkhole.example
rate = 0
workers = 2
callers = 6000
callers-of-prefix = 6000
sensor = test''',
            'store': f'folder = {self.store}',
        }
        for section, lines in self.more.get('sections', {}).items():
            sections[section] = (sections.get(section, '') + '\n' + lines).strip()
        return ''.join(f'[{section}]\n{lines}\n' for section, lines in sections.items())

    def start(self, clock=NOON):
        path = self.programs.write(self.text(), self.name, 'foresink.conf')
        os.chmod(path, 0o600)
        self.clock, self.began = clock, time.time()
        self.mark = len(self.log())
        self.process = self.programs.start(
            self.name, self.foresink, 'up', '--config', path, '--clock',
            clock.strftime('%Y-%m-%dT%H:%M:%SZ'))
        return self

    def log(self):
        with contextlib.suppress(FileNotFoundError):
            return self.programs.log(self.name)
        return ''

    def ready(self):
        def seen():
            return '"event":"ready"' in self.log()[self.mark:].replace('": "', '":"')
        return wait_until(lambda: seen() or self.process.poll() is not None, READY) and seen()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Ends it as a service manager would; its status, None if it did not end."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=END)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def reported(self):
        """What a sanitizer said; None: nothing."""
        found = REPORT.search(self.log())
        return self.log()[found.start():][:3000] if found else None

    def memory(self):
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s+(\d+) kB', file.read())[1]) * 1024

    def limit_descriptors(self, spare):
        """Leaves it so many more than it has; what it had."""
        pid = self.process.pid
        had = resource.prlimit(pid, NOFILE)
        most = max(map(int, os.listdir(f'/proc/{pid}/fd')))
        resource.prlimit(pid, NOFILE, (most + 1 + spare, had[1]))
        return had

    def restore_descriptors(self, had):
        resource.prlimit(self.process.pid, NOFILE, had)

    def counted(self, name, label=''):
        """The sum of the metrics of this name whose labels have ${label}."""
        with urllib.request.urlopen(f'http://127.0.0.1:{self.metrics}/metrics',
                                    timeout=10) as page:
            text = page.read().decode('ascii')
        found = re.findall(rf'^foresink_{name}(\{{.*\}})? (\S+)$', text, re.M)
        return sum(int(float(value)) for labels, value in found if label in labels)

    def kept(self):
        return self.counted('sinkhole_contacts_total')

    def lost(self):
        return self.counted('sinkhole_lost_total')

    def rejected(self):
        return self.counted('sinkhole_rejected_total')

    def moved(self):
        return self.counted('store_moved_total')

    def export(self, *options):
        """Each sighting of the store."""
        with subprocess.Popen([self.foresink, 'store', 'export', *options, self.store],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True) as export:
            for line in export.stdout:
                yield json.loads(line)
        if export.returncode != 0:
            raise OSError(f'foresink store export: status {export.returncode}')

    def check(self):
        """What is wrong with the store, in words; '' if nothing is."""
        done = subprocess.run([self.foresink, 'store', 'check', self.store],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
        return '' if done.returncode == 0 else f'status {done.returncode}: {done.stdout}'


def forecast(foresink, day=DAY):
    """The names that it holds."""
    return subprocess.run([foresink, 'forecast', '--family', FAMILY, '--date', str(day),
                           '--format', 'names'], stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, text=True).stdout.split()


def instant(text):
    """A time of the export."""
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def key(sighting):
    """Who called: unique, as a socket is."""
    return sighting['seen_address'], sighting['port'], sighting['to_port']
