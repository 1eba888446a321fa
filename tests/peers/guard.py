# SPDX-License-Identifier: BSD-2-Clause
"""`foresink up' with the role guard, in front of what docs/guard.md puts behind it, each
configured word for word as it says there. A scene is one configuration: who is behind
guard, who is in front of it, and what both have to show."""
import getpass
import json
import os

from guard_ask import ask
from names import DAY, FAMILY
from packets import NXDOMAIN
from processes import Programs, wait_until

CLOCK = f'{DAY}T12:00:00'
READY = 20  # seconds until a program answers
CLIENT = '127.0.0.77'  # asks, where it matters who does
ADDRESS = '192.0.2.1'  # what the rest of the world answers


class Guard:
    """One guard; ${text} is what stands for the documented places."""

    def __init__(self, programs, document, foresink, name, upstream):
        self.programs, self.document, self.foresink = programs, document, foresink
        self.name, self.upstream, self.port = name, upstream, programs.port()
        self.process = None
        self.text = {'listen = 192.0.2.53': f'listen = 127.0.0.1:{self.port}',
                     'listen = 127.0.0.1\n': f'listen = 127.0.0.1:{programs.port()}\n',
                     'upstream = 127.0.0.1:5353': f'upstream = 127.0.0.1:{upstream}',
                     'upstream = 192.0.2.1': f'upstream = 127.0.0.1:{upstream}',
                     'client-from = 192.0.2.1': 'client-from = 127.0.0.1',
                     '192.0.2.0/24': '127.0.0.64/26',
                     'user = foresink': f'user = {getpass.getuser()}',
                     '/run/foresink': self.folder('run'),
                     '/etc/foresink': self.folder('etc'),
                     '/var/log/foresink': self.folder('told'),
                     '/var/lib/foresink': self.folder('state')}

    def folder(self, name):
        folder = os.path.dirname(self.programs.path(self.name, name, 'x'))
        os.chmod(folder, 0o700)
        return folder

    def write(self, section):
        """The configuration, with this section [guard]."""
        self.programs.write('shop.example - a partner\n', self.name, 'etc', 'allow.txt')
        path = self.programs.write(f'''
{self.document.block('foresink.conf', self.text)}
[names]
family = {FAMILY}
threads = 1
{section}''', self.name, 'etc', 'foresink.conf')
        os.chmod(path, 0o600)
        return path

    def start(self, section):
        path = self.write(section)
        self.process = self.programs.start(self.name, self.foresink, 'up', '--config', path,
                                           '--clock', CLOCK)

    def serves(self):
        return wait_until(lambda: 'event=ready' in self.programs.log(self.name), READY)

    def records(self, name):
        """The lines of the file of alerts or of sightings."""
        path = os.path.join(self.text['/var/log/foresink'], name + '.jsonl')
        if not os.path.exists(path):
            return []
        with open(path, encoding='utf-8') as file:
            return [json.loads(line) for line in file if line.endswith('\n')]

    def sightings(self, name, wait=5):
        """The sightings of a name; they are written within a second."""
        def seen():
            return [record for record in self.records('sightings') if record['name'] == name]
        wait_until(seen, wait)
        return seen()


class Scene:
    """A configuration of the document; each class says how the rest is started."""
    name, section = '', ''

    def __init__(self, programs, document, foresink, world):
        self.programs, self.world = programs, world
        self.port = programs.port()  # of the resolver
        self.guard = Guard(programs, document, foresink, 'guard, ' + self.name, self.port)
        self.ask_at = self.guard.port
        self.resolver = 'resolver, ' + self.name

    def documented(self, block, text):
        return self.guard.document.block(block, text)

    def start(self):
        self.start_resolver()
        self.guard.start(self.documented(self.section, self.guard.text))

    def start_resolver(self):
        """Unbound as anybody has it, for scenes about something else."""
        self.start_unbound(f'''
server:
    interface: 127.0.0.1@{self.port}
    access-control: 127.0.0.0/8 allow''')

    def start_unbound(self, more):
        self.programs.start(self.resolver, 'unbound', '-d', '-d', '-c', self.programs.write(f'''
server:
    do-not-query-localhost: no
    directory: "{self.programs.path(self.resolver, '')}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    log-queries: yes
    num-threads: 1
    module-config: "iterator"
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{self.world}
{more}''', self.resolver, 'unbound.conf'))

    def start_dnsmasq(self, program, port, more):
        # Root stays root, which reads this folder and dies with the test.
        self.programs.start(program, 'dnsmasq', '--keep-in-foreground', '--log-facility=-',
                            '--user=', '--group=root', '--conf-file=' + self.programs.write(f'''
port={port}
listen-address=127.0.0.1
bind-interfaces
no-hosts
pid-file=
{more}''', program, 'dnsmasq.conf'))

    def ask(self, name, source=CLIENT):
        return ask(self.ask_at, name, source=source)

    def passes(self, name):
        got = self.ask(name)
        return got is not None and got.data == [ADDRESS]

    def blocks(self, name):
        got = self.ask(name)
        return got is not None and got.rcode == NXDOMAIN and not got.data

    def ready(self):
        return self.guard.serves() and wait_until(lambda: self.passes('ready.example'), READY)

    def proofs(self):
        """Pairs of what has to be true, and that in words."""
        return ()

    def logged(self, text):
        """In any case of its letters: guard asks in a random one (0x20)."""
        return wait_until(lambda: text in self.programs.log(self.resolver).lower(), 5)

    def logs(self):
        return self.programs.log(self.guard.name) + self.programs.log(self.resolver)


class Unbound(Scene):
    name, section = 'Unbound', 'guard-unbound.conf'

    def start_resolver(self):
        self.start_unbound(self.documented('unbound.conf.d/guard.conf', {
            '127.0.0.1@5353': f'127.0.0.1@{self.port}',
            'proxy-protocol-port: 5353': f'proxy-protocol-port: {self.port}',
            '192.0.2.0/24': '127.0.0.64/26'}))

    def proofs(self):
        return ((self.logged(f'{CLIENT} ready.example. a in'),
                 'the resolver hears who asked (PROXY)'),)


class Bind(Scene):
    name, section = 'BIND', 'guard-bind.conf'

    def start_resolver(self):
        self.programs.start(self.resolver, 'named', '-f', '-c', self.programs.write(f'''
options {{
	directory "{self.programs.path(self.resolver, '')}";
	pid-file none;
	session-keyfile none;
	dnssec-validation no;
	forward only;
	forwarders {{ 127.0.0.1 port {self.world}; }};
{self.documented('named.conf.options-guard', {'port 5353': f'port {self.port}'})}
}};
controls {{ }};
logging {{ channel all {{ stderr; severity info; }}; category default {{ all; }}; }};
''', self.resolver, 'named.conf'))

    def proofs(self):
        return ((self.logged(f'[ecs {CLIENT}/32/0]'), 'the resolver logs who asked (ECS)'),)


class Router(Scene):
    name, section = 'a router', 'guard-router.conf'

    def start_resolver(self):
        block = self.documented('dnsmasq.d/guard-router.conf', {'192.0.2.53': '127.0.0.1'})
        self.start_dnsmasq(self.resolver, self.port,
                           f'no-resolv\nserver=127.0.0.1#{self.world}\n{block}')


class Forwarder(Scene):
    """Clients ask dnsmasq, and that asks guard."""
    name, section = 'dnsmasq in front', 'guard-forwarder.conf'

    def start(self):
        super().start()
        self.ask_at = self.programs.port()
        self.start_dnsmasq('dnsmasq', self.ask_at, self.documented(
            'dnsmasq.d/guard-forwarder.conf',
            {'server=192.0.2.53': f'server=127.0.0.1#{self.guard.port}'}))


class Dnsdist(Scene):
    name, section = 'dnsdist in front', 'guard-dnsdist.conf'

    def start(self):
        super().start()
        self.ask_at = self.programs.port()
        block = self.documented('dnsdist-guard.conf', {
            "'192.0.2.53:53'": f"'127.0.0.1:{self.guard.port}'"})
        self.programs.start('dnsdist', 'dnsdist', '--supervised', '--disable-syslog', '-C',
                            self.programs.write(f'''
setLocal('127.0.0.1:{self.ask_at}')
setSecurityPollSuffix('')
{block}''', 'dnsdist', 'dnsdist.conf'))


class Watch(Scene):
    name, section = 'watched', 'guard-watch.conf'


ALL = Unbound, Bind, Router, Forwarder, Dnsdist, Watch
