# SPDX-License-Identifier: BSD-2-Clause
"""The servers that are measured: the echo, guard and its peers, each configured as one
who cares for speed would, with one thread that serves; and what they take."""
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

from packets import ask
from processes import wait_until

CORES = sorted(os.sched_getaffinity(0))
SERVER, LOAD = CORES[:1], CORES[-1:]
BOTH = CORES[:2]
ZONE = 'rpz.foresink.internal'
DAY = '2026-11-22'
NOON = DAY + 'T12:00:00'
FAMILY, NAMES_A_DAY = 'conficker/c', 50000
FEW = ('conficker/b', 0)  # of names, to see what a process takes without them


@contextlib.contextmanager
def pinned(cores):
    """What is started meanwhile runs on these cores."""
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


class Engine:
    """A server that runs on the cores given; its class says how."""
    name = ''
    wait = 60  # s until it blocks

    def __init__(self, bench, cores=SERVER, **more):
        self.bench, self.programs = bench, bench.programs
        self.cores, self.more = cores, more
        self.name = more.get('name', self.name)
        self.port = self.programs.port()
        self.folder = os.path.dirname(self.programs.path(self.name, 'x'))
        self.process, self.began = None, 0

    def command(self):
        raise NotImplementedError

    def write(self, text, name):
        return self.programs.write(text, self.name, name)

    def begin(self):
        """Starts it; does not wait."""
        command = self.command()
        with pinned(self.cores):
            self.began = time.monotonic_ns()
            self.process = self.programs.start(self.name, *command)
        return self

    def start(self):
        """Starts it, and waits until it blocks."""
        self.begin()
        if not wait_until(self.blocks, self.wait):
            sys.exit(f'bench/dns: {self.name} does not answer as it should:\n' + self.said())
        return self

    def blocks(self):
        if self.process.poll() is not None:
            return False
        got = ask(self.port, self.bench.one_name, wait=0.5)
        return got is not None and not got.data

    def stop(self):
        self.programs.stop(self.name)

    def said(self):
        return self.programs.log(self.name)[-2000:]

    def cpu(self):
        """ns of the processor so far, of all its threads, and those for which they were
        ready and others ran."""
        spent = [0, 0]
        for task in os.listdir(f'/proc/{self.process.pid}/task'):
            with open(f'/proc/{self.process.pid}/task/{task}/schedstat',
                      encoding='ascii') as file:
                ran, waited, _ = map(int, file.read().split())
            spent[0] += ran
            spent[1] += waited
        return spent

    def memory(self):
        """Octets that it holds now."""
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s+(\d+) kB', file.read())[1]) * 1024


class Echo(Engine):
    name = 'echo'
    program = 'bench_echo'

    def command(self):
        return [f'{self.bench.build}/bench/{self.program}', str(self.port),
                str(self.more.get('threads', 1))]


class Upstream(Echo):
    name, program = 'upstream', 'bench_upstream'

    def blocks(self):
        got = ask(self.port, self.bench.one_name, wait=0.5)
        return got is not None and got.data == ['192.0.2.1']


class Guard(Engine):
    """The role of `foresink up'. More: workers; names, a family and the days after today;
    alerts, a file."""
    name = 'guard'

    def command(self):
        family, ahead = self.more.get('names', (FAMILY, self.bench.days - 1))
        self.more['metrics'] = self.programs.port()
        config = f'''[foresink]
roles = guard
metrics = 127.0.0.1:{self.more['metrics']}
[names]
family = {family}
back = 0
ahead = {ahead}
[guard]
listen = 127.0.0.1:{self.port}
upstream = 127.0.0.1:{self.bench.upstream.port}
workers = {self.more.get('workers', 1)}
allow = 127.0.0.0/8
rate = 0
'''
        if 'alerts' in self.more:
            config += f'''[alerts]
settle = 2
[alert bench]
to = file {self.more['alerts']}
what = alerts
'''
        return [self.bench.foresink, 'up', '--config', self.write(config, 'foresink.conf'),
                '--clock', NOON]

    def blocks(self):
        if self.more.get('names') == FEW:
            return 'event=ready' in self.programs.log(self.name)
        return super().blocks()

    def reloads(self):
        return len(re.findall(r'\bevent=reloaded\b', self.programs.log(self.name)))

    def reload(self):
        os.kill(self.process.pid, signal.SIGHUP)

    def alerts(self):
        """The lines of the alert file."""
        with open(self.more['alerts'], 'rb') as file:
            return sum(1 for _ in file)

    def metric(self, name):
        """The sum of the values of what is called so."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.more['metrics']}/metrics",
                                    timeout=10) as page:
            text = page.read().decode('ascii')
        values = re.findall(rf'^foresink_guard_{name}(?:{{.*}})? (\S+)$', text, re.M)
        return sum(map(float, values))


class Dnsdist(Engine):
    """Exact names in a CDB, and no cache. More: batches, datagrams that it reads with one
    call; one is its default."""
    name = 'dnsdist CDB'

    def command(self):
        config = f'''setLocal('127.0.0.1:{self.port}')
setSecurityPollSuffix('')
setUDPMultipleMessagesVectorSize({self.more.get('batches', 1)})
newServer({{address = '127.0.0.1:{self.bench.upstream.port}', healthCheckMode = 'up'}})
local names = newCDBKVStore('{self.bench.lists}/names.cdb', 3600)
addAction(KeyValueStoreLookupRule(names, KeyValueLookupKeyQName()),
    RCodeAction(DNSRCode.NXDOMAIN))
'''
        return [self.bench.copy('dnsdist'), '--supervised', '--disable-syslog', '-C',
                self.write(config, 'dnsdist.conf')]


class Unbound(Engine):
    name, wait = 'Unbound rpz', 300

    def command(self):
        config = f'''server:
    interface: 127.0.0.1@{self.port}
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    directory: "{self.folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    num-threads: 1
    module-config: "respip iterator"
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{self.bench.upstream.port}
rpz:
    name: {ZONE}
    zonefile: "{self.bench.lists}/rpz.zone"
'''
        return [self.bench.copy('unbound'), '-d', '-c', self.write(config, 'unbound.conf')]


class Bind(Engine):
    name, wait = 'BIND response-policy', 300

    def blocks(self):
        """It serves while it reads its policy: that it blocks one name does not say that it
        blocks the others."""
        return super().blocks() and all(
            (got := ask(self.port, name, wait=0.5)) is not None and not got.data
            for name in self.bench.some_names)

    def command(self):
        config = f'''options {{
	directory "{self.folder}";
	listen-on port {self.port} {{ 127.0.0.1; }};
	listen-on-v6 {{ none; }};
	allow-query {{ 127.0.0.0/8; }};
	allow-recursion {{ 127.0.0.0/8; }};
	pid-file none;
	session-keyfile none;
	dnssec-validation no;
	forward only;
	forwarders {{ 127.0.0.1 port {self.bench.upstream.port}; }};
	response-policy {{ zone "{ZONE}" log no; }} qname-wait-recurse no;
}};
controls {{ }};
logging {{ category default {{ default_stderr; }}; }};
zone "{ZONE}" {{
	type primary;
	file "{self.bench.lists}/rpz.zone";
	allow-query {{ localhost; }};
}};
'''
        return [self.bench.copy('named'), '-f', '-n', '1', '-c',
                self.write(config, 'named.conf')]


class Load:
    """One run of the generator. Its options as words: --edns, --rate=10000, ..."""

    def __init__(self, bench, port, *options, cores=LOAD):
        with pinned(cores):
            self.process = subprocess.Popen(
                [bench.build + '/bench/bench_load', f'--port={port}', *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def result(self):
        out, _ = self.process.communicate(timeout=700)
        if self.process.returncode != 0:
            sys.exit(f'bench/dns: the load ended with {self.process.returncode}')
        return json.loads(out)
