# SPDX-License-Identifier: BSD-2-Clause
"""Programs of others that call a sinkhole: what each has to be answered, and what of it must
be in the store then."""
import re
import subprocess

LIMIT = 60  # seconds of one tool
WAY = re.compile(r'\x1b\[[0-9;]*m')
HELD = 'held.example'  # and all below it


def call(*words, said='', status=(0,)):
    """Runs a tool; what it said, or OSError."""
    done = subprocess.run(words, input=said.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    out = WAY.sub('', done.stdout.decode('latin-1'))
    if done.returncode not in status:
        raise OSError(f'{" ".join(words)}: status {done.returncode}: {out[-800:]}')
    return out


class Tool:
    """One of them. run() says whether it was answered as it should be, and what it said;
    least is then the contacts that it counted, at least, and is_mine() knows them."""
    name, least = '', 1

    def __init__(self, scene):
        self.scene = scene
        self.web, self.dns = scene.open.web, scene.open.dns
        self.url = f'http://127.0.0.1:{self.web}'

    def run(self):
        raise NotImplementedError

    def is_mine(self, one):
        raise NotImplementedError

    def right(self, _):
        """Whether a sighting of it is as it should be."""
        return True


class Curl(Tool):
    """One request of each kind that it can send."""
    name = 'curl'
    ways = ((), ('-0',), ('-X', 'DELETE'), ('-I',), ('-d', 'x=1'), ('--http0.9',),
            ('--http2-prior-knowledge',), ('-H', 'Host:'), ('-T', '/etc/hostname'),
            ('-H', 'Transfer-Encoding: chunked', '-d', 'x=1'), ('--request-target', '*'))

    def run(self):
        wrong = []
        for number, way in enumerate(self.ways):
            # HTTP/2 is not spoken here: there is no answer to it, and who is still speaking
            # then finds that out while he sends, or while he reads.
            fine = (52, 55, 56) if 'http2' in ''.join(way) else (0,)
            out = call('curl', '-si', '--max-time', '20', '-A', f'peer {number}', '-H',
                       f'X-Forwarded-For: 192.0.2.{number}', *way,
                       self.url + f'/curl?{number}', status=fine)
            if fine == (0,) and (not out.startswith('HTTP/1.1 404') or
                                 out.partition('\r\n\r\n')[2]):
                wrong.append(f'{way}: {out!r}')
        self.least = len(self.ways)
        return not wrong, '\n'.join(wrong)

    def is_mine(self, one):
        agent = one['agent'] or ''
        return agent.startswith('peer ') or (one['first'] or '').startswith('PRI * HTTP/2.0')

    def right(self, one):
        agent = one['agent'] or ''
        return not agent or one['kind'] == 'http' and one['forwarded'] == \
            '192.0.2.' + agent.split()[1]


class Named(Tool):
    """curl with a name that is held, of which the name is known for certain."""
    name = 'curl with a name'

    def run(self):
        out = call('curl', '-si', '--max-time', '20', '--resolve',
                   f'www.{HELD}:{self.web}:127.0.0.1', f'http://www.{HELD}:{self.web}/named')
        return out.startswith('HTTP/1.1 404'), out

    def is_mine(self, one):
        return one['target'] == '/named'

    def right(self, one):
        return (one['name'], one['by'], one['host']) == \
            (f'www.{HELD}', 'name', f'www.{HELD}:{self.web}')


class Wrk(Tool):
    name = 'wrk'

    def run(self):
        out = call('wrk', '-t1', '-c32', '-d2s', '-H', 'Connection: close', self.url + '/wrk')
        self.least = int(re.search(r'(\d+) requests in', out)[1])
        others = re.search(r'Non-2xx or 3xx responses: (\d+)', out)
        return self.least > 100 and others and int(others[1]) == self.least and \
            'Socket errors' not in out, out

    def is_mine(self, one):
        return one['target'] == '/wrk'


class Slow(Tool):
    """Slow headers, slow bodies, slow readers; somebody who comes meanwhile is served. It
    says so itself, once a second."""
    name, many = 'slowhttptest', 200

    def run(self):
        ways = {'header': ['-H'], 'body': ['-B', '-s', '100000'],
                'reader': ['-X', '-w', '1', '-y', '10', '-n', '2', '-z', '1', '-k', '1']}
        running = {way: subprocess.Popen(
            ['slowhttptest', *options, '-c', str(self.many), '-r', str(self.many), '-i', '1',
             '-l', '12', '-p', '3', '-u', f'{self.url}/slow-{way}'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for way, options in ways.items()}
        wrong = []
        for way, process in running.items():
            out = WAY.sub('', process.communicate(timeout=LIMIT)[0].decode('latin-1'))
            if not re.search(r'service available:\s+YES', out) or \
                    re.search(r'service available:\s+NO', out):
                wrong.append(f'{way}: {out[-800:]}')
        self.least = len(ways) * self.many
        return not wrong, '\n'.join(wrong)

    def is_mine(self, one):
        return (one['target'] or '').startswith('/slow-') or '/slow-' in (one['first'] or '')


class Tls(Tool):
    """openssl s_client, in each version of TLS that there is."""
    name = 'openssl s_client'
    ways = {'tls1': ['-tls1', '-cipher', 'DEFAULT@SECLEVEL=0'],
            'tls1_1': ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'],
            'tls1_2': ['-tls1_2'], 'tls1_3': ['-tls1_3'], 'none': ['-noservername']}

    def run(self):
        wrong = []
        for way, options in self.ways.items():
            named = [] if way == 'none' else ['-servername', f'{way}.{HELD}']
            out = call('openssl', 's_client', '-connect', f'127.0.0.1:{self.scene.tls.web}',
                       '-ign_eof', *named, *options,
                       said=f'GET /s_client?{way} HTTP/1.0\r\n\r\n', status=(0, 1))
            if 'HTTP/1.1 404' not in out:
                wrong.append(f'{way}: {out[-600:]}')
        self.least = len(self.ways)
        return not wrong, '\n'.join(wrong)

    def is_mine(self, one):
        return (one['target'] or '').startswith('/s_client?')

    def right(self, one):
        way = one['target'].partition('?')[2]
        return (one['kind'], one['transport'], one['sni']) == \
            ('http', 'https', None if way == 'none' else f'{way}.{HELD}')


class NoCertificate(Tool):
    """The same where there is no certificate: its hello is kept."""
    name = 'openssl s_client, without a certificate there'

    def run(self):
        out = call('openssl', 's_client', '-connect', f'127.0.0.1:{self.web}', '-servername',
                   f'tls.{HELD}', status=(1,))
        return 'BEGIN CERTIFICATE' not in out, out

    def is_mine(self, one):
        return one['kind'] == 'tls'

    def right(self, one):
        return (one['sni'], one['name'], one['by']) == (f'tls.{HELD}', f'tls.{HELD}', 'sni')


class Dnsperf(Tool):
    name, many, options = 'dnsperf', 20000, ()
    label, transport = 'perf', 'udp'

    def run(self):
        names = self.scene.programs.write(
            ''.join(f'n{n}.{self.label}.{HELD} {("A", "AAAA", "TXT", "MX")[n % 4]}\n'
                    for n in range(self.many)), 'dnsperf', self.label)
        out = call('dnsperf', '-s', '127.0.0.1', '-p', str(self.dns), '-d', names, '-n', '1',
                   *self.options)
        sent, completed = (int(re.search(rf'Queries {what}:\s+(\d+)', out)[1])
                           for what in ('sent', 'completed'))
        self.least = completed
        return completed == sent == self.many and \
            f'NOERROR {completed} (100.00%)' in out, out

    def is_mine(self, one):
        return one['kind'] == 'dns' and (one['name'] or '').endswith(f'.{self.label}.{HELD}')

    def right(self, one):
        return one['transport'] == self.transport


class DnsperfTcp(Dnsperf):
    """Many questions a connection; it does not ask again what one that ends left open."""
    name, many, options = 'dnsperf by TCP', 2000, ('-m', 'tcp', '-c', '20')
    label, transport = 'stream', 'tcp'


class Kdig(Tool):
    """What only is seen by who looks: flags, records, refusals."""
    name = 'kdig'
    names = 0

    def ask(self, *words):
        self.names += words[0].endswith(HELD)
        return call('kdig', '@127.0.0.1', '-p', str(self.dns), '+timeout=5', *words)

    def run(self):
        wrong = []
        for words, wanted in (
                (('k.' + HELD, 'A'), ('NOERROR', ' aa ', '127.0.0.1')),
                ((HELD, 'SOA'), ('NOERROR', 'ns1.sinkhole.example',
                                 'hostmaster.sinkhole.example')),
                ((HELD, 'NS'), ('NOERROR', 'ns1.sinkhole.example')),
                (('k.' + HELD, 'MX'), ('NOERROR', 'ANSWER: 0', 'SOA')),
                (('k.' + HELD, 'ANY'), ('NOERROR', 'ANSWER: 1')),
                (('k.' + HELD, 'A', '+tcp', '+edns'), ('NOERROR', '127.0.0.1')),
                (('other.example', 'A'), ('REFUSED',))):
            out = self.ask(*words)
            wrong += [f'{words}: no {want!r} in\n{out}' for want in wanted
                      if want not in out.replace('Flags:', ' ').replace(';', ' ')]
        self.least = self.names
        return not wrong, '\n'.join(wrong)

    def is_mine(self, one):
        return one['kind'] == 'dns' and one['name'] in (HELD, 'k.' + HELD)


ALL = Curl, Named, Wrk, Slow, Tls, NoCertificate, Dnsperf, DnsperfTcp, Kdig
