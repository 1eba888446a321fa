# SPDX-License-Identifier: BSD-2-Clause
"""Clients as they should be, who look at each answer: many questions on one connection, and
one after another by UDP."""
import socket
import time

import upstream
from guard_ask import cased, message
from hostile import Client, framed
from packets import Answer

PIPELINED = 20
WAIT = 8  # seconds for an answer


class Honest(Client):
    """${names}: two lists, what is blocked and what is not."""
    turns = 0

    def draw(self):
        """A question, and whether it is for a name that is blocked."""
        blocked = self.chance.random() < 0.5
        return message(cased(self.chance.choice(self.names[not blocked])),
                       edns=self.chance.choice((None, 1232))), blocked

    def source(self):
        self.turns += 1
        return f'127.203.{self.turns % 200}.1'

    def check(self, asked, got, blocked):
        self.counts['answers'] += 1
        said = Answer(got)
        name = asked[12:40]
        if got[2] >> 1 & 1:
            self.counts['truncated'] += 1
        elif blocked and (said.data or said.rcode not in (0, 3)):
            self.wrong.append(f'blocked, and yet {said}: {name}')
        elif not blocked and said.rcode == 2:
            self.counts['servfail'] += 1
        elif not blocked and said.data != [socket.inet_ntoa(upstream.ADDRESS)]:
            self.wrong.append(f'not blocked, and yet {said}: {name}')


class Pipelines(Honest):
    name = 'pipelined'

    def turn(self, _):
        asked = {}
        while len(asked) < PIPELINED:
            question, blocked = self.draw()
            asked[question[:2]] = question, blocked
        self.counts['sent'] += len(asked)
        try:
            with socket.create_connection(('127.0.0.1', self.port), WAIT,
                                          (self.source(), 0)) as link:
                link.sendall(b''.join(framed(question) for question, _ in asked.values()))
                with link.makefile('rb') as stream:
                    while asked:
                        got = stream.read(int.from_bytes(stream.read(2), 'big'))
                        if len(got) < 12:
                            break
                        self.check(*(lambda one: (one[0], got, one[1]))(asked.pop(got[:2])))
        finally:
            self.counts['lost'] += len(asked)
        time.sleep(0.01)


class Singles(Honest):
    name = 'one by one'

    def turn(self, _):
        question, blocked = self.draw()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(WAIT)
            link.bind((self.source(), 0))
            link.connect(('127.0.0.1', self.port))
            link.send(question)
            self.counts['sent'] += 1
            try:
                got = link.recv(65535)
                self.check(question, got, blocked)
                if got[:2] != question[:2]:
                    self.wrong.append('another id')
            except OSError:
                self.counts['lost'] += 1
        time.sleep(0.002)


ALL = Pipelines, Singles
