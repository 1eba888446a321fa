# SPDX-License-Identifier: BSD-2-Clause
"""10,000 questions of every shape, asked of the upstream and through guard: the answers
are the same, octet for octet, but for the id (each has its own) and the cookie, which guard
says as a server: who brings one must get one back (RFC 7873 section 5.2.3), so that an answer
with which it does not fit any more into what the client takes is truncated."""
import random
import socket
import struct
import time

from guard_ask import AD, CD, DO, RD, cased, message, options
from guard_signed import ZONES
from packets import skip_name

COUNT, SEED = 10000, 20090212
LABELS = ('www alias far out mail many long x.wild y.z.wild nothing deep.nothing is.empty cut '
          'host.cut ns.cut upper _dns._udp odd a').split()
TYPES = (1, 28, 16, 15, 2, 6, 33, 65, 48, 46, 47, 43, 257, 5, 12, 99, 1234, 65280)
COOKIE, PADDING, NSID, UNKNOWN = 10, 12, 3, 65500


def draw(chance):
    """A question, well formed, of a client that there might be."""
    zone = chance.choice((*ZONES, 'plain.test', 'elsewhere.example', ''))
    label = chance.choice(LABELS + ['', f'n{chance.randrange(1000)}'])
    name = '.'.join(part for part in (label, zone) if part)
    kind = chance.choice(TYPES[:6] if chance.random() < 0.7 else TYPES)
    flags = RD * (chance.random() < 0.9) | AD * (chance.random() < 0.2) | \
        CD * (chance.random() < 0.2)
    edns, more = None, b''
    if chance.random() < 0.7:
        edns = chance.choice((0, 512, 1232, 1400, 4096, 65535)) | \
            chance.choice((0, DO))
        more = options(*chance.sample((
            (COOKIE, chance.randbytes(8)), (PADDING, bytes(chance.randrange(64))),
            (NSID, b''), (UNKNOWN, chance.randbytes(5))), chance.randrange(3)))
    klass = 3 if chance.random() < 0.02 else 1
    return message(cased(name), kind, flags, edns, more, klass)


class Link:
    """One who asks one server, by UDP and over a connection that is kept."""

    def __init__(self, port):
        self.port, self.stream = port, None
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect(('127.0.0.1', port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.udp.close()
        if self.stream is not None:
            self.stream.close()

    def over_udp(self, asked):
        self.udp.settimeout(1.0)
        for _ in range(5):
            self.udp.send(asked)
            try:
                while (got := self.udp.recv(65535))[:2] != asked[:2]:
                    pass
                return got
            except socket.timeout:
                pass
        return b''

    def over_tcp(self, asked):
        for _ in range(2):
            try:
                if self.stream is None:
                    self.stream = socket.create_connection(('127.0.0.1', self.port), 5)
                self.stream.sendall(len(asked).to_bytes(2, 'big') + asked)
                return self.read(int.from_bytes(self.read(2), 'big'))
            except OSError:
                self.stream = None
        return b''

    def read(self, size):
        got = b''
        while len(got) < size:
            more = self.stream.recv(size - len(got))
            if not more:
                raise ConnectionResetError
            got += more
        return got


def without_cookie(got):
    """The message without the option of the cookie, which is from hop to hop."""
    if len(got) < 12:
        return got
    questions, *counts = struct.unpack_from('>HHHH', got, 4)
    at = 12
    for _ in range(questions):
        at = skip_name(got, at) + 4
    for _ in range(sum(counts)):
        begin, at = at, skip_name(got, at)
        kind, _, _, size = struct.unpack_from('>HHIH', got, at)
        data, end = got[at + 10:at + 10 + size], at + 10 + size
        if kind == 41 and begin + 1 == at:
            kept = b''
            while len(data) >= 4:
                code, length = struct.unpack_from('>HH', data)
                kept += data[:4 + length] if code != COOKIE else b''
                data = data[4 + length:]
            return got[:at + 8] + len(kept).to_bytes(2, 'big') + kept + got[end:]
        at = end
    return got


def room(asked):
    """What a client takes over UDP."""
    end = skip_name(asked, 12) + 4
    return max(int.from_bytes(asked[end + 3:end + 5], 'big'), 512) if asked[11] else 512


def same(asked, way, direct, through):
    if without_cookie(direct) == without_cookie(through):
        return True
    filled = len(direct) + len(through) - len(without_cookie(through)) > room(asked)
    return way == 'over_udp' and filled and through[2] & 2 and \
        through[:2] == direct[:2] and through[2] | 2 == direct[2] | 2


def run(test):
    chance, differ, silent, truncated = random.Random(SEED), [], 0, 0
    random.seed(SEED)
    began = time.monotonic()
    with Link(test.knot) as upstream, Link(test.plain_guard.port) as guard:
        for number in range(COUNT):
            asked = draw(chance)
            way = 'over_tcp' if number % 8 == 0 else 'over_udp'
            direct, through = (getattr(link, way)(asked) for link in (upstream, guard))
            silent += not direct
            truncated += len(direct) > 2 and direct[2] >> 1 & 1
            if not same(asked, way, direct, through):
                differ.append(f'{way} {asked.hex()}\n  {direct.hex()}\n  {through.hex()}')
    print(f'# {COUNT} questions in {time.monotonic() - began:.1f} s, {truncated} truncated')
    test.tap.test(not differ and silent == 0 and truncated > 10,
                  f'{COUNT} mixed questions: no answer differs but for id and cookie',
                  f'{len(differ)} differ, {silent} without an answer of the upstream',
                  '\n'.join(differ[:5]))
