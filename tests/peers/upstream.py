# SPDX-License-Identifier: BSD-2-Clause
"""The rest of the world, for resolvers that are tested without it: a DNS server, UDP
and TCP, that answers each question for an address with 192.0.2.1 and says of all
else that the name has nothing of the kind. Caches may keep its answers for an hour, as
they would those of a name that was registered before anybody blocked it."""
import socketserver
import struct
import threading

from packets import A, skip_name

ADDRESS = bytes((192, 0, 2, 1))
TTL = 3600


def answer(message):
    """The answer to ${message}; None to what is no question."""
    if len(message) < 17 or message[2] & 0x80:
        return None
    end = skip_name(message, 12) + 4
    kind, = struct.unpack_from('>H', message, end - 4)
    flags = 0x8480 | (message[2] & 1) << 8  # an answer, authoritative, recursion as wished
    counts = struct.pack('>HHHH', 1, kind == A, 0, 0)
    record = struct.pack('>HHHIH', 0xc00c, A, 1, TTL, 4) + ADDRESS if kind == A else b''
    return message[:2] + struct.pack('>H', flags) + counts + message[12:end] + record


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        message, server = self.request
        if (said := answer(message)) is not None:
            server.sendto(said, self.client_address)


class Stream(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self):
        while len(size := self.rfile.read(2)) == 2:
            said = answer(self.rfile.read(int.from_bytes(size, 'big')))
            if said is None:
                return
            self.wfile.write(len(said).to_bytes(2, 'big') + said)


class TCP(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(port):
    """Serves on 127.0.0.1 from threads that end with the program."""
    for kind, handler in ((socketserver.UDPServer, Datagram), (TCP, Stream)):
        server = kind(('127.0.0.1', port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
