# SPDX-License-Identifier: BSD-2-Clause
"""Those who are told: a collector of dnstap at a socket (fstrm_capture), and a desk behind
HTTPS whose certificate is signed by an authority of its own, which checks who signed what
it is sent; and one that nobody should trust, which is sent nothing."""
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import threading
import time
import urllib.request

import guard
from guard_ask import ask
from names import DAY
from processes import wait_until

SECRET = 'no one else knows this'
WAIT = 20  # seconds; what is not taken is sent again after some


class Server(http.server.ThreadingHTTPServer):
    """Of TLS: whoever does not trust it goes away, which is no fault of it."""

    def handle_error(self, request, client_address):
        pass


class Desk:
    """A server of HTTPS that keeps what is posted."""

    def __init__(self, programs, name):
        self.name, self.port, self.posts = name, programs.port(), []
        self.authority = self.certify(programs)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(programs.path('desk', name + '.pem'),
                                programs.path('desk', name + '.key'))
        posts = self.posts

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers['Content-Length']))
                posts.append((self.headers.get('Foresink-Signature', ''), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        server = Server(('127.0.0.1', self.port), Handler)
        # Each thread shakes hands for itself: who does not want to stops nobody.
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def certify(self, programs):
        """Makes an authority, and by it a certificate for the address; the authority's."""
        def path(end):
            return programs.path('desk', self.name + end)

        def openssl(*words):
            subprocess.run(['openssl', *words], check=True, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        key = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')
        openssl('req', '-x509', *key, '-keyout', path('.ca.key'), '-out', path('.ca'),
                '-subj', '/CN=' + self.name, '-days', '2')
        openssl('req', *key, '-keyout', path('.key'), '-out', path('.request'),
                '-subj', '/CN=desk')
        programs.write('subjectAltName=IP:127.0.0.1', 'desk', self.name + '.names')
        openssl('x509', '-req', '-in', path('.request'), '-CA', path('.ca'), '-CAkey',
                path('.ca.key'), '-CAcreateserial', '-extfile', path('.names'), '-days', '2',
                '-out', path('.pem'))
        return path('.ca')

    def told(self, kind):
        """What it was sent of a kind, all of it, and what was signed just now."""
        sent, good = [], []
        for signature, body in list(self.posts):
            seconds, _, hexed = signature.partition(',v1=')
            seconds = seconds.removeprefix('t=')
            made = hmac.new(SECRET.encode(), seconds.encode() + b'.' + body, hashlib.sha256)
            sent += json.loads(body).get(kind, [])
            if hmac.compare_digest(made.hexdigest(), hexed) and \
                    abs(time.time() - int(seconds)) < 300:
                good += json.loads(body).get(kind, [])
        return sent, good


class Daemon:
    """A guard with three to tell."""

    def __init__(self, test, desk, stranger):
        programs = test.programs
        self.programs, self.foresink = programs, test.foresink
        self.port, self.metrics = programs.port(), programs.port()
        self.socket = programs.path('told', 'dnstap')
        self.capture = programs.path('told', 'dnstap.fstrm')
        programs.start('fstrm_capture', 'fstrm_capture', '-t', 'protobuf:dnstap.Dnstap', '-u',
                       self.socket, '-w', self.capture)
        path = programs.write(f'''[foresink]
roles = guard
metrics = 127.0.0.1:{self.metrics}
[names]
family = {guard.FAMILY}
threads = 1
[guard]
listen = 127.0.0.1:{self.port}
upstream = 127.0.0.1:{test.world}
workers = 1
[alerts]
settle = 0
chance = yes
[alert tap]
to = dnstap unix:{self.socket}
what = sightings
[alert desk]
to = webhook https://127.0.0.1:{desk.port}/hook
authorities = {desk.authority}
secret = {SECRET}
[alert stranger]
to = webhook https://127.0.0.1:{stranger.port}/hook
authorities = {desk.authority}
''', 'told', 'foresink.conf')
        os.chmod(path, 0o600)
        programs.start('guard, told', test.foresink, 'up', '--config', path, '--clock',
                       guard.CLOCK)

    def serves(self):
        return wait_until(lambda: 'event=ready' in self.programs.log('guard, told') and
                          os.path.exists(self.socket), guard.READY)

    def failed(self, name):
        """How often the webhook could not be reached."""
        with urllib.request.urlopen(f'http://127.0.0.1:{self.metrics}/metrics',
                                    timeout=10) as page:
            lines = page.read().decode('ascii').splitlines()
        return sum(float(line.rsplit(' ', 1)[1]) for line in lines
                   if 'failed_total' in line and f'"{name}"' in line)

    def captured(self):
        """The sightings that a scan of the capture finds."""
        self.programs.stop('guard, told')
        self.programs.stop('fstrm_capture')
        done = subprocess.run([self.foresink, 'scan', '--sightings', '--family', guard.FAMILY,
                               self.capture], stdin=subprocess.DEVNULL, timeout=60,
                              stdout=subprocess.PIPE, text=True, check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]


def run(test):
    desk, stranger = Desk(test.programs, 'desk'), Desk(test.programs, 'stranger')
    daemon = Daemon(test, desk, stranger)
    names = test.names.today[:3]

    def logs():
        return test.programs.log('guard, told') + test.programs.log('fstrm_capture')
    if not test.tap.test(daemon.serves(), 'told: serves', logs):
        return
    for name in names:
        ask(daemon.port, name, source=guard.CLIENT)
    wait_until(lambda: desk.told('alerts')[1], WAIT)
    sent, signed = desk.told('alerts')
    test.tap.test(signed == sent and {alert['client'] for alert in sent} == {guard.CLIENT},
                  'told: a desk behind HTTPS has alerts, signed with the secret',
                  desk.posts, logs)
    wait_until(lambda: daemon.failed('stranger') > 0, WAIT)
    test.tap.test(daemon.failed('stranger') > 0 and not stranger.posts,
                  'told: one whose authority is unknown is sent nothing', stranger.posts, logs)
    found = daemon.captured()
    test.tap.test([(hit['name'], hit['address'], hit['time'][:10]) for hit in found] ==
                  [(name, guard.CLIENT, str(DAY)) for name in names],
                  'told: fstrm_capture has the sightings, in order', found, logs)
