# SPDX-License-Identifier: BSD-2-Clause
"""Questions as the tests of guard need them: of any shape, from any address of
loopback, over UDP and TCP; and what is said of a block in the answers."""
import contextlib
import random
import socket
import struct
import time

from packets import A, Answer, skip_name, wire

OPT, EDE = 41, 15
RD, AD, CD = 0x100, 0x20, 0x10


def options(*pairs):
    return b''.join(struct.pack('>HH', code, len(data)) + data for code, data in pairs)


def message(name, kind=A, flags=RD, edns=None, more=b'', klass=1):
    """A question. ${edns}: the octets that a UDP answer may have, and perhaps DO."""
    opt = b'' if edns is None else \
        b'\0' + struct.pack('>HHIH', OPT, edns & 0xffff, edns >> 16 << 15, len(more)) + more
    return struct.pack('>HHHHHH', random.randrange(65536), flags, 1, 0, 0, bool(opt)) + \
        wire(name) + struct.pack('>HH', kind, klass) + opt


DO = 1 << 16  # of edns: the highest of the flags, as 16 bits above the size


def over_udp(port, asked, source='127.0.0.1', wait=3.0):
    """The answer to the message ${asked}; None when none comes. It is asked again, as
    every stub does."""
    deadline = time.monotonic() + wait
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((source, 0))
        server.connect(('127.0.0.1', port))
        while time.monotonic() < deadline:
            server.settimeout(1.0)
            try:
                server.send(asked)
                got = server.recv(65535)
                if got[:2] == asked[:2]:
                    return got
            except ConnectionRefusedError:
                time.sleep(0.05)  # it does not listen yet
            except socket.timeout:
                pass
    return None


def over_tcp(port, asked, source='127.0.0.1', wait=3.0):
    """The same over a connection."""
    with contextlib.suppress(OSError), \
            socket.create_connection(('127.0.0.1', port), wait, (source, 0)) as server:
        server.sendall(len(asked).to_bytes(2, 'big') + asked)
        with server.makefile('rb') as got:
            return got.read(int.from_bytes(got.read(2), 'big'))
    return None


class Said(Answer):
    """An answer, with its extended error."""

    def __init__(self, got):
        super().__init__(got)
        self.octets, self.reason, self.code = got, None, None
        self.flags, = struct.unpack_from('>H', got, 2)
        for kind, data in additional(got):
            if kind == OPT:
                self.take(data)

    def take(self, data):
        while len(data) >= 4:
            code, size = struct.unpack_from('>HH', data)
            if code == EDE:
                self.code, = struct.unpack_from('>H', data, 4)
                self.reason = data[6:4 + size].decode('utf-8', 'replace')
            data = data[4 + size:]


def additional(got):
    """Type and data of each record of the additional section."""
    questions, *counts = struct.unpack_from('>HHHH', got, 4)
    at = 12
    for _ in range(questions):
        at = skip_name(got, at) + 4
    for number in range(sum(counts)):
        at = skip_name(got, at)
        kind, _, _, size = struct.unpack_from('>HHIH', got, at)
        if number >= counts[0] + counts[1]:
            yield kind, got[at + 10:at + 10 + size]
        at += 10 + size


def ask(port, name, kind=A, source='127.0.0.1', tcp=False):
    got = (over_tcp if tcp else over_udp)(port, message(name, kind, edns=1232), source)
    return None if got is None else Said(got)


def cased(name):
    """The name in random case."""
    return ''.join(random.choice((c.lower(), c.upper())) for c in name)

