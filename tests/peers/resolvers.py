# SPDX-License-Identifier: BSD-2-Clause
"""The resolvers, each with what docs/resolvers.md says of it and, around that, as
little as it needs to run here: an address, a folder, and the stub as its upstream."""
import os
import re
import signal
import subprocess

from packets import NOERROR, NXDOMAIN, TXT, ask

PREFIX = 'foresink serial='


class Resolver:
    """One resolver; its class says how it is configured and started."""
    name = ''
    zone = False       # it has the zone, and with it the TXT record of the serial
    transfers = False  # it fetches that itself; otherwise it reads files
    folders = ()       # of its own, as documented
    codes = (NXDOMAIN,)  # it blocks with
    process = None

    def __init__(self, programs, document, places):
        self.programs, self.document, self.places = programs, document, places
        self.port, self.upstream = places[self.name], places['upstream']
        self.folder = programs.path(self.name, '')

    def documented(self, *blocks):
        text = dict(self.places['text'])
        text.update((folder, self.folder) for folder in self.folders)
        return '\n'.join(self.document.block(block, text) for block in blocks)

    def write(self, text, name):
        return self.programs.write(text, self.name, name)

    def run(self, *command):
        self.process = self.programs.start(self.name, *command)

    def tell(self, *command):
        """Runs what controls a running resolver."""
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=20, check=False)

    def ask(self, name, *kind):
        return ask(self.port, name, *kind)

    def blocks(self, name):
        got = self.ask(name)
        return got is not None and got.rcode in self.codes and not got.data

    def passes(self, name):
        got = self.ask(name)
        return got is not None and got.data == ['192.0.2.1']

    def serial(self, canary):
        """The serial that the zone tells which it has; 0 without any."""
        got = self.ask('serial.' + canary, TXT)
        said = str(got.data[0]) if got is not None and got.data else ''
        return int(said[len(PREFIX):]) if said.startswith(PREFIX) else 0

    def says(self, *patterns):
        """Whether its log has lines like these, one after the other."""
        return re.search('(?s)' + '.*'.join(f'(?-s:{line})' for line in patterns),
                         self.programs.log(self.name)) is not None

    def proofs(self):
        """Pairs of what its log has to show, and that in words."""
        return ()

    def reload(self):
        """What the documents say is to be done after new files; most see it."""


class Bind(Resolver):
    name, zone, transfers = 'BIND', True, True
    inside, beside = ('named.conf.options',), ('named.conf.local',)

    def start(self):
        key = 'key "control" { algorithm hmac-sha256; secret "Zm9yZXNpbms="; };\n'
        self.places['control', self.name] = control = self.programs.port()
        self.write(key, 'rndc.key')
        self.run('named', '-f', '-c', self.write(f'''
options {{
	directory "{self.folder}";
	listen-on port {self.port} {{ 127.0.0.1; }};
	listen-on-v6 {{ none; }};
	pid-file none;
	session-keyfile none;
	dnssec-validation no;
	forward only;
	forwarders {{ 127.0.0.1 port {self.upstream}; }};
{self.documented(*self.inside)}
}};
{key}
controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ "control"; }}; }};
logging {{
	channel short {{ stderr; severity info; print-category yes; }};
	channel long {{ stderr; severity debug 1; print-category yes; }};
	category default {{ short; }};
	category xfer-in {{ long; }};
}};
{self.documented(*self.beside)}''', 'named.conf'))

    def rndc(self, *words):
        self.tell('rndc', '-s', '127.0.0.1', '-k', self.folder + 'rndc.key', '-p',
                  str(self.places['control', self.name]), *words)

    def proofs(self):
        return () if not self.transfers else (
            (self.says(r"received notify for zone .*: TSIG '"), 'was told by a signed NOTIFY'),
            (self.says('requesting IXFR', "transferred serial .*: TSIG '"),
             'took the difference alone, signed (IXFR, TSIG)'))


class BindFile(Bind):
    name, zone, transfers = 'BIND, zone file', True, False
    beside = ('named.conf.local-file',)

    def reload(self):
        self.rndc('reload', 'rpz.foresink.internal')


class BindZones(Bind):
    name, zone, transfers = 'BIND, zones', False, False
    inside, beside = (), ('named.conf.local-zones',)
    codes = NOERROR, NXDOMAIN  # a name has nothing, what is below it is not there

    def start(self):
        lists = self.places['text']['/var/lib/foresink/lists']
        with open(lists + '/current/foresink.empty.zone', encoding='ascii') as file:
            self.write(file.read(), 'foresink.empty.zone')
        super().start()

    def reload(self):
        self.rndc('reconfig')


class Unbound(Resolver):
    name, zone, transfers = 'Unbound', True, True
    folders = ('/var/lib/unbound/',)
    blocks_of_it = ('unbound.conf.d/foresink.conf',)

    def start(self):
        self.run('unbound', '-d', '-d', '-c', self.write(f'''
server:
    interface: 127.0.0.1@{self.port}
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    directory: "{self.folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    verbosity: 4
    num-threads: 1
remote-control:
    control-enable: yes
    control-interface: "{self.folder}control"
    control-use-cert: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{self.upstream}
{self.documented(*self.blocks_of_it)}''', 'unbound.conf'))

    def control(self, *words):
        self.tell('unbound-control', '-c', self.folder + 'unbound.conf', *words)

    def proofs(self):
        return () if not self.transfers else (
            (self.says('received NOTIFY serial'), 'was told by a NOTIFY'),
            (self.says('next IXFR fetch .* started', 'last IXFR packet'),
             'took the difference alone (IXFR)'))


class UnboundFile(Unbound):
    name, zone, transfers = 'Unbound, zone file', True, False
    blocks_of_it = ('unbound.conf.d/foresink-file.conf',)

    def reload(self):
        self.control('auth_zone_reload', 'rpz.foresink.internal')


class UnboundZones(Unbound):
    name, zone, transfers = 'Unbound, local zones', False, False
    blocks_of_it = ('unbound.conf.d/foresink-zones.conf',)

    def reload(self):
        self.control('reload_keep_cache')


class Recursor(Resolver):
    name, zone, transfers = 'PowerDNS', True, True
    folders = '/var/lib/pdns-recursor/', '/etc/powerdns/'
    lua = 'recursor.lua'

    def start(self):
        self.write(self.documented(self.lua), 'foresink.lua')
        self.write(f'''
local-address=127.0.0.1
local-port={self.port}
forward-zones-recurse=.=127.0.0.1:{self.upstream}
dont-query=
dnssec=off
security-poll-suffix=
threads=1
quiet=yes
loglevel=6
disable-syslog=yes
socket-dir={self.folder}
{self.documented('recursor.conf')}''', 'recursor.conf')
        self.run('pdns_recursor', '--config-dir=' + self.folder, '--daemon=no',
                 '--write-pid=no')

    def proofs(self):
        return () if not self.transfers else (
            (self.says('Using TSIG key', 'Processing deltas'),
             'took the difference alone, signed (IXFR, TSIG)'),)


class RecursorFile(Recursor):
    name, zone, transfers = 'PowerDNS, zone file', True, False
    lua = 'recursor-file.lua'

    def reload(self):
        self.tell('rec_control', '--config-dir=' + self.folder,
                  '--socket-dir=' + self.folder, 'reload-lua-config')


class Knot(Resolver):
    name, zone = 'Knot Resolver', True

    def start(self):
        self.run('kresd', '-n', '-c', self.write(f'''
log_target('stdout')
net.listen('127.0.0.1', {self.port})
modules.unload('priming')
modules.unload('ta_update')
modules.unload('detect_time_skew')
modules.unload('detect_time_jump')
trust_anchors.remove('.')
cache.size = 10 * MB
{self.documented('kresd.conf')}
policy.add(policy.all(policy.STUB('127.0.0.1@{self.upstream}')))
''', 'kresd.conf'), self.folder)


class Dnsdist(Resolver):
    name = 'dnsdist'

    def start(self):
        self.run('dnsdist', '--supervised', '--disable-syslog', '-C', self.write(f'''
setLocal('127.0.0.1:{self.port}')
setSecurityPollSuffix('')
newServer({{address = '127.0.0.1:{self.upstream}', healthCheckMode = 'up'}})
{self.documented('dnsdist.conf')}''', 'dnsdist.conf'))


class Dnsmasq(Resolver):
    name = 'dnsmasq'

    def start(self):
        # Root stays root, which reads this folder and dies with the test.
        self.run('dnsmasq', '--keep-in-foreground', '--log-facility=-', '--user=',
                 '--group=root', '--conf-file=' + self.write(f'''
port={self.port}
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
pid-file=
server=127.0.0.1#{self.upstream}
{self.documented('dnsmasq.d/foresink.conf')}''', 'dnsmasq.conf'))

    def reload(self):
        os.kill(self.process.pid, signal.SIGHUP)


ALL = (Bind, Unbound, Recursor, Knot, Dnsdist, Dnsmasq,
       BindFile, BindZones, UnboundFile, UnboundZones, RecursorFile)
