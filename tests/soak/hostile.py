# SPDX-License-Identifier: BSD-2-Clause
"""Clients that mean harm, or are broken: over UDP, over TCP, and those that hold
connections. Each runs in a process of its own until it is told to end."""
import collections
import contextlib
import random
import resource
import socket
import struct
import time

from guard_ask import DO, cased, message, options, over_tcp, over_udp
from packets import Answer

RESET = struct.pack('ii', 1, 0)  # of SO_LINGER: what is closed is reset
HELD, HELD_FROM, NEW = 1000, '127.201.1.', '127.202.0.1'
LONG = 65535


class Client:
    """What all have: a random source that is always the same, names, counts."""
    name = ''

    def __init__(self, name, port, names, said):
        self.name, self.port, self.names, self.said = name, port, names, said
        self.chance = random.Random(self.name)
        self.counts, self.wrong = collections.Counter(), []
        self.worst = 0.0

    def question(self, **more):
        return message(cased(self.chance.choice(self.names)), **more)

    def run(self, stop):
        random.seed(self.name)
        while not stop.is_set():
            try:
                self.turn(stop)
            except OSError as why:
                self.counts[f'errno {why.errno}'] += 1
                time.sleep(0.01)
        self.said.put((self.name, dict(self.counts), self.wrong[:20], self.worst))


def with_counts(asked, *counts):
    """The message, of which the header says that there were so many records."""
    return asked[:4] + struct.pack('>HHHH', *counts) + asked[12:]


OPT_RECORD = b'\0' + struct.pack('>HHIH', 41, 1232, 0, 0)
POINTERS = (b'\xc0\x0c', b'\xc0\x0e\xc0\x0c', b'\3www\xc0\x0c', b'\xff\xff', b'\xc0\x00',
            b'\x40a\0', b'\x80a\0', b'\x3f' + b'a' * 62, b'\1a' * 130 + b'\0')


def shapes(chance, asked):
    """One message that nobody should send."""
    return chance.choice((
        lambda: asked[:chance.randrange(len(asked))],
        lambda: chance.randbytes(chance.randrange(600)),
        lambda: mutated(chance, asked),
        lambda: mutated(chance, asked),
        lambda: with_counts(asked, 0, 0, 0, 0),
        lambda: with_counts(asked + asked[12:], 2, 0, 0, 0),
        lambda: with_counts(asked, 1, 65535, 65535, 65535),
        lambda: with_counts(asked + OPT_RECORD * 2, 1, 0, 0, 2 + asked[11]),
        lambda: with_counts(asked + OPT_RECORD, 1, 1, 0, asked[11]),
        lambda: asked[:2] + bytes((chance.randrange(128), chance.randrange(256))) + asked[4:],
        lambda: asked[:12] + chance.choice(POINTERS) + b'\0\1\0\1',
        lambda: with_counts(asked[:12] + asked[12:].split(b'\0', 1)[0] + b'\0\0\1\0\1' +
                            b'\0' + struct.pack('>HHIH', 41, 1232, chance.randrange(1 << 32), 0),
                            1, 0, 0, 1),
        lambda: asked + bytes(chance.randrange(1400)),
        lambda: asked[:-4] + struct.pack('>HH', chance.choice((0, 41, 251, 252, 255, 249)), 1),
        lambda: asked[:-2] + chance.randbytes(2)))()


def mutated(chance, asked):
    octets = bytearray(asked)
    for _ in range(chance.randrange(1, 9)):
        octets[chance.randrange(len(octets))] = chance.randrange(256)
    return bytes(octets)


class Datagrams(Client):
    """Packets of all shapes; of what comes back only that much is known: it is an answer.
    Those that are answers themselves get none."""
    name = 'UDP'
    sockets = None

    def open(self):
        self.sockets = []
        for address in ('127.200.0.1', '127.200.0.2'):
            self.sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            self.sockets[-1].bind((address, 0))
            self.sockets[-1].connect(('127.0.0.1', self.port))
            self.sockets[-1].setblocking(False)

    def turn(self, _):
        if self.sockets is None:
            self.open()
        any_shape, answers = self.sockets
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            for _ in range(32):
                asked = self.question(
                    edns=self.chance.choice((None, 0, 512, 1232, 65535 | DO)),
                    more=options((self.chance.choice((8, 10, 12, 15, 65001)),
                                  self.chance.randbytes(self.chance.randrange(48)))))
                sent = shapes(self.chance, asked)
                if len(sent) < 3 or not sent[2] & 0x80:
                    any_shape.send(sent)
                    self.counts['sent'] += 1
                answers.send(asked[:2] + bytes((asked[2] | 0x80,)) + asked[3:])
                self.counts['answers'] += 1
        if self.chance.random() < 0.02:
            any_shape.send(self.chance.randbytes(self.chance.choice((9000, 65000))))
        time.sleep(0.004)
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while got := any_shape.recv(65535):
                self.counts['got'] += 1
                if len(got) < 12 or not got[2] & 0x80:
                    self.wrong.append(f'no answer: {got.hex()}')
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            self.wrong.append(f'an answer to an answer: {answers.recv(65535).hex()}')


def framed(asked):
    return len(asked).to_bytes(2, 'big') + asked


class Streams(Client):
    """One ill way of using a connection after another."""
    name = 'TCP'

    def connect(self, room=None):
        link = socket.socket()
        if room is not None:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        link.bind((f'127.200.{self.chance.randrange(1, 250)}.1', 0))
        link.settimeout(3)
        link.connect(('127.0.0.1', self.port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def turn(self, stop):
        attack = self.chance.choice((self.octets, self.octets_slowly, self.reset, self.mute,
                                     self.shapes, self.lengths, self.half, self.proxy))
        self.counts[attack.__name__] += 1
        attack(stop)

    def octets(self, _, pause=0.0):
        """A message of 65,535 octets, each in a segment of its own."""
        asked = framed((self.question() + bytes(LONG))[:LONG])
        began = time.monotonic()
        with self.connect() as link:
            for at in range(len(asked)):
                link.send(asked[at:at + 1])
                if pause:
                    time.sleep(pause)
                if time.monotonic() > began + 4:
                    return
            link.recv(65535)

    def octets_slowly(self, stop):
        self.octets(stop, 0.01)

    def pipeline(self, count):
        return b''.join(framed(self.question()) for _ in range(count))

    def reset(self, _):
        """1,000 questions, and nobody is there any more."""
        with self.connect() as link:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            link.sendall(self.pipeline(1000))
            time.sleep(self.chance.random() * 0.05)

    def mute(self, stop):
        """Asks and asks, and reads nothing."""
        with contextlib.ExitStack() as links:
            some = [links.enter_context(self.connect(4096)) for _ in range(4)]
            until = time.monotonic() + 2
            for link in some:
                link.setblocking(False)
            while time.monotonic() < until and not stop.is_set():
                for link in some:
                    with contextlib.suppress(BlockingIOError):
                        link.send(self.pipeline(50))
                time.sleep(0.02)

    def shapes(self, _):
        with self.connect() as link:
            link.settimeout(0.2)
            for _ in range(20):
                sent = framed(shapes(self.chance, self.question(edns=1232)))
                link.sendall(sent[:self.chance.randrange(1, len(sent) + 1)]
                             if self.chance.random() < 0.2 else sent)
            link.recv(65535)

    def lengths(self, _):
        with self.connect() as link:
            length = self.chance.choice((0, 1, 11, 12, 13, 512, LONG))
            link.settimeout(0.2)
            link.sendall(length.to_bytes(2, 'big') + self.chance.randbytes(length))
            link.recv(65535)

    def half(self, _):
        """Says that it asks no more, and still reads: all is answered."""
        count = 30
        with self.connect() as link:
            link.settimeout(6)
            link.sendall(self.pipeline(count))
            link.shutdown(socket.SHUT_WR)
            with link.makefile('rb') as stream:
                got = 0
                while len(size := stream.read(2)) == 2:
                    got += len(stream.read(int.from_bytes(size, 'big'))) > 11
        self.counts['half: asked'] += count
        self.counts['half: answered'] += got

    def proxy(self, _):
        """A header of the PROXY protocol where none is taken, or a piece of TLS."""
        with self.connect() as link:
            link.settimeout(0.2)
            link.sendall(self.chance.choice((
                b'\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c' + self.chance.randbytes(12),
                b'\x16\3\1\2\0\1\0\1\xfc\3\3' + self.chance.randbytes(500),
                b'GET / HTTP/1.1\r\nHost: a\r\n\r\n')) + self.pipeline(3))
            link.recv(65535)


class Held(Client):
    """1,000 connections of one neighbourhood, each with the begin of a question; and
    somebody of another one who only wants an answer, and notes how long that takes."""
    name = 'held'
    links = ()

    def open(self):
        resource.setrlimit(resource.RLIMIT_NOFILE,
                           (2 * HELD, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.links = [None] * HELD

    def hold(self, at):
        """Sees that this one is there; one that was ended comes again."""
        if self.links[at] is not None:
            try:
                if self.links[at].recv(1) != b'':
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            self.links[at].close()
        link = socket.socket()
        self.links[at] = link
        link.setblocking(False)
        link.bind((f'{HELD_FROM}{1 + at % 200}', 0))
        with contextlib.suppress(BlockingIOError):
            link.connect(('127.0.0.1', self.port))
        self.counts['held'] += 1

    def turn(self, stop):
        if not self.links:
            self.open()
        for at in range(HELD):
            with contextlib.suppress(OSError):
                self.hold(at)
        for link in self.links:
            with contextlib.suppress(OSError):
                if self.chance.random() < 0.1:
                    link.send(b'\0')
        began = time.monotonic()
        got = over_tcp(self.port, message(self.names[0]), NEW, 10)
        self.note('TCP', got, time.monotonic() - began)
        began = time.monotonic()
        got = over_udp(self.port, message(self.names[0]), NEW, 10)
        self.note('UDP', got, time.monotonic() - began)
        stop.wait(0.2)

    def note(self, way, got, seconds):
        if got is None or Answer(got).data:
            self.wrong.append(f'{way}: {got} after {seconds:.3f} s')
        self.counts[way] += 1
        self.counts[f'{way} late'] += seconds >= 1
        self.worst = max(self.worst, seconds)


ALL = Datagrams, Streams, Streams, Streams, Held
