# SPDX-License-Identifier: BSD-2-Clause
"""docs/sinkhole.md: its configuration serves, and each of its commands does what it says."""
import getpass
import os
import signal
import subprocess
import time

from document import Document
from sinkhole import END, NOON, READY
from processes import wait_until

FILES = 'held.txt', 'avoid.txt', 'drop.txt', 'foresink.conf'
FOLLOWS = 2.0  # seconds after which what follows is told to end
LOG = '''192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET /search?q=7 HTTP/1.0" 404 0 "-" "x"
192.0.2.8 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.0" 404 0 "-" "y"
'''


class Scene:
    """The sinkhole of the document; ${text} is what stands for documented places."""
    name = 'docs/sinkhole.md'

    def __init__(self, test):
        self.test, self.programs = test, test.programs
        self.document = Document('sinkhole.md')
        self.dns, self.web, self.metrics = (self.programs.port() for _ in range(3))
        self.etc, self.var = self.folder('etc'), self.folder('var')
        self.store = self.var + '/store'
        web = f'127.0.0.{{}}:{self.web}'
        self.text = {f'192.0.2.{n}:80': web.format(n) for n in (81, 82, 83)}
        self.text.update({f'http://192.0.2.{n}/': f'http://{web.format(n)}/'
                          for n in (81, 82, 83)})
        self.text.update({f'192.0.2.{n}': f'127.0.0.{n}' for n in (81, 82, 83)})
        self.text.update({
            '192.0.2.80:53': f'127.0.0.80:{self.dns}',
            '@192.0.2.80': f'@127.0.0.80 -p {self.dns}',
            '203.0.113.0/24': '127.0.0.0/8',
            '127.0.0.1:9353': f'127.0.0.1:{self.metrics}',
            'user = foresink': f'user = {getpass.getuser()}',
            '-o foresink': f'-o {getpass.getuser()}',
            '/etc/foresink': self.etc, '/var/lib/foresink': self.var})
        self.process = None

    def folder(self, name):
        folder = os.path.dirname(self.programs.path('document', name, 'x'))
        os.chmod(folder, 0o700)
        return folder

    def log(self):
        return self.programs.log('document')

    def check(self, good, words, *explain):
        return self.test.tap.test(good, f'{self.name}: {words}', *explain,
                                  lambda: self.log()[-2000:])

    def write(self):
        for name in FILES:
            self.programs.write(self.document.block(name, self.text), 'document', 'etc', name)
        os.chmod(self.etc + '/foresink.conf', 0o600)
        self.programs.write(LOG, 'document', 'var', 'access.log')
        # So that commands find the program by the name that they have for it.
        self.path = os.path.dirname(self.test.foresink) + ':' + os.environ['PATH']

    def start(self):
        self.process = self.programs.start(
            'document', self.test.foresink, 'up', '--config', self.etc + '/foresink.conf',
            '--clock', NOON.strftime('%Y-%m-%dT%H:%M:%SZ'))
        return wait_until(lambda: 'event=ready' in self.log(), READY)

    def shell(self, block):
        # One that follows is told to end as the user would: all that it has begun, too.
        return subprocess.Popen(['sh', '-euc', self.document.block(block, self.text)],
                                env={**os.environ, 'PATH': self.path}, cwd=self.var,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)

    def command(self, block, *wanted):
        """Runs it; all of ${wanted} must stand in what it says."""
        process = self.shell(block)
        out = process.communicate(timeout=60)[0].decode('utf-8', 'replace')
        missing = [text for text in wanted if text not in out]
        self.check(process.returncode == 0 and not missing, f'the command "{block}"',
                   f'status {process.returncode}, without {missing}', out)
        return out

    def follow(self, block, *wanted):
        process = self.shell(block)
        time.sleep(FOLLOWS)
        os.killpg(process.pid, signal.SIGINT)
        out = process.communicate(timeout=30)[0].decode('utf-8', 'replace')
        missing = [text for text in wanted if text not in out]
        self.check(process.returncode in (0, 130, -signal.SIGINT) and not missing,
                   f'the command "{block}"', f'status {process.returncode}, without {missing}',
                   out)

    def asks(self):
        out = self.command('dns', '127.0.0.81', 'ns1.sinkhole.example.',
                           'hostmaster.sinkhole.example.')
        self.check(out.rstrip().endswith('127.0.0.83'), 'a set has its own address', out)
        out = self.command('web')
        self.check(out.count('HTTP/1.1 404') == 2, 'who calls is told nothing', out)
        self.command('metrics', 'foresink_sinkhole_', 'foresink_store_')

    def reads(self):
        self.follow('tail', 'dead-drop.example', 'only-here.example')
        self.follow('new')
        self.command('info')
        out = self.command('export', '"only-here.example"')
        self.check('"by":"place"' in out, 'the called address tells the name', out)
        with open(self.var + '/state/export.csv', encoding='ascii') as file:
            table = file.read()
        self.check('dead-drop.example' in table and table.startswith('time,'),
                   'CSV has a head, and what came', table)
        self.command('whole')

    def ends(self):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=END)
        except subprocess.TimeoutExpired:
            status = None
        self.check(status == 0, 'ends with 0', status)
        self.command('prune')
        for _ in range(2):
            self.command('import')
        out = subprocess.run([self.test.foresink, 'store', 'export', self.store], text=True,
                             stdout=subprocess.PIPE, check=False, timeout=60).stdout
        self.check(out.count('/search?q=7') >= 1 and
                   len([line for line in out.splitlines() if '192.0.2.8' in line]) == 1,
                   'what was taken in twice is there once', out)


def run(test):
    scene = Scene(test)
    scene.write()
    scene.command('folders')
    scene.command('check')
    if not scene.check(scene.start(), 'serves'):
        return
    for part in scene.asks, scene.reads, scene.ends:
        part()
    scene.check(not scene.document.unused(), 'each block was run',
                ', '.join(scene.document.unused()))
