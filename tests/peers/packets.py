# SPDX-License-Identifier: BSD-2-Clause
"""DNS messages as far as the tests need them: questions, and the answers to them."""
import random
import socket
import struct
import time

A, SOA, TXT = 1, 6, 16
NOERROR, NXDOMAIN = 0, 3


class Answer:
    """What a server said: its code, and the data of the records that it answered."""

    def __init__(self, message):
        self.rcode = message[3] & 15
        questions, answers = struct.unpack_from('>HH', message, 4)
        at = 12
        for _ in range(questions):
            at = skip_name(message, at) + 4
        self.data = []
        for _ in range(answers):
            at = skip_name(message, at)
            kind, _, _, size = struct.unpack_from('>HHIH', message, at)
            self.data.append(readable(kind, message[at + 10:at + 10 + size]))
            at += 10 + size

    def __repr__(self):
        return f'rcode {self.rcode} {self.data}'


def readable(kind, data):
    if kind == A:
        return socket.inet_ntoa(data)
    if kind == TXT:
        return data[1:1 + data[0]].decode('ascii', 'replace')
    if kind == SOA:  # its serial
        return int.from_bytes(data[-20:-16], 'big')
    return data


def skip_name(message, at):
    """The octet behind the name at ${at}."""
    while message[at]:
        if message[at] >= 192:
            return at + 2
        at += 1 + message[at]
    return at + 1


def wire(name):
    labels = [label.encode() for label in name.rstrip('.').split('.') if label]
    return b''.join(bytes((len(label),)) + label for label in labels) + b'\0'


def question(name, kind):
    """A recursive question of class IN."""
    header = struct.pack('>HHHHHH', random.randrange(65536), 0x100, 1, 0, 0, 0)
    return header + wire(name) + struct.pack('>HH', kind, 1)


def ask(port, name, kind=A, wait=3.0):
    """The answer of the server on 127.0.0.1 by UDP, or None when none comes; a
    question that gets lost is asked again, as every stub does."""
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        asked = question(name, kind)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.settimeout(min(1.0, wait))
            try:
                server.connect(('127.0.0.1', port))
                server.send(asked)
                got = server.recv(4096)
                if got[:2] == asked[:2]:
                    return Answer(got)
            except ConnectionRefusedError:
                time.sleep(0.05)  # it does not listen yet
            except socket.timeout:
                pass
    return None
