# SPDX-License-Identifier: BSD-2-Clause
"""The servers that are measured: the sinkhole with its store, nginx with its buffered log,
and Knot DNS with a wildcard; each with one worker."""
import os
import re
import resource
import socket
import urllib.request

from engines import Engine
from packets import ask

HELD = 'held.bench.example'
MOST = 12000  # connections


class Ground(Engine):
    """What all have. writer(): ns of the processor of the thread that writes what others
    have kept."""

    def start(self, dns=False):
        self.asked = dns
        return super().start()

    def blocks(self):
        """Whether it serves."""
        if self.process.poll() is not None:
            return False
        if self.asked:
            got = ask(self.port, self.bench.one_name, wait=0.5)
            return got is not None and got.data == ['192.0.2.1']
        try:
            with socket.create_connection(('127.0.0.1', self.port), 1) as link:
                link.sendall(b'GET / HTTP/1.0\r\n\r\n')
                return link.recv(100).startswith(b'HTTP/1.1 404')
        except OSError:
            return False

    def writer(self):
        return 0

    def memory(self):
        """Octets that are its own alone: of no file and no mapping of one."""
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'RssAnon:\s+(\d+) kB', file.read())[1]) * 1024


class Sinkhole(Ground):
    """The role of `foresink up'. ${port} is that of DNS or HTTP, as start() is told."""
    name = 'foresink'

    def command(self):
        self.metrics, other = self.programs.port(), self.programs.port()
        dns, web = (self.port, other) if self.asked else (other, self.port)
        # A path of the configuration has no blanks, the name of the engine has.
        names = self.bench.programs.write(HELD + '\n', 'held', 'names')
        store = self.folder + '/store'
        os.makedirs(store, 0o700, exist_ok=True)
        config = f'''[foresink]
roles = sinkhole
metrics = 127.0.0.1:{self.metrics}
[sinkhole]
listen-dns = 127.0.0.1:{dns}
listen-web = 127.0.0.1:{web}
names = {names}
addresses = 192.0.2.1
server = ns1.bench.example
rate = 0
workers = 1
callers = {MOST}
callers-of-prefix = {MOST}
[store]
folder = {store}
'''
        return [self.bench.foresink, 'up', '--config', self.write(config, 'foresink.conf')]

    def metric(self, name):
        """The sum of the values of what is called so."""
        with urllib.request.urlopen(f'http://127.0.0.1:{self.metrics}/metrics',
                                    timeout=10) as page:
            text = page.read().decode('ascii')
        return sum(map(float, re.findall(rf'^foresink_{name}(?:{{.*}})? (\S+)$', text, re.M)))

    def writer(self):
        return self.metric('store_cpu_seconds_total') * 1e9

    def limit_descriptors(self, spare):
        """Leaves it so many more than it has."""
        pid = self.process.pid
        most = max(map(int, os.listdir(f'/proc/{pid}/fd')))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most + 1 + spare, most + 1 + spare))


class Nginx(Ground):
    """As one who counts callers would have it: the log is written in pieces of 64 KiB."""
    name = 'nginx'

    def command(self):
        config = f'''daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile {MOST + 100};
pid {self.folder}/pid;
error_log {self.folder}/errors;
events {{ worker_connections {MOST}; }}
http {{
	access_log {self.folder}/log combined buffer=64k;
	client_body_temp_path {self.folder}/body;
	proxy_temp_path {self.folder}/proxy;
	fastcgi_temp_path {self.folder}/fastcgi;
	uwsgi_temp_path {self.folder}/uwsgi;
	scgi_temp_path {self.folder}/scgi;
	server {{ listen 127.0.0.1:{self.port} backlog=4096; return 404; }}
}}
'''
        return ['nginx', '-e', self.folder + '/errors', '-c',
                self.write(config, 'nginx.conf')]


class Knot(Ground):
    """Without a limit of its rate."""
    name = 'Knot DNS, wildcard'

    def command(self):
        zone = self.write(f'''$ORIGIN {HELD}.
@ 60 SOA ns1.bench.example. hostmaster.bench.example. 1 3600 600 86400 60
@ 60 NS ns1.bench.example.
@ 60 A 192.0.2.1
* 60 A 192.0.2.1
''', 'zone')
        config = f'''server:
    rundir: "{self.folder}"
    listen: 127.0.0.1@{self.port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: warning
database:
    storage: "{self.folder}"
zone:
  - domain: {HELD}
    file: "{zone}"
    zonefile-sync: -1
    journal-content: none
'''
        return ['knotd', '-c', self.write(config, 'knot.conf')]
