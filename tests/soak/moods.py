# SPDX-License-Identifier: BSD-2-Clause
"""An upstream with moods: it answers, lies before it answers, says only that its answer is
too long, takes its time, says nothing, is gone, and comes back; again and again."""
import contextlib
import heapq
import select
import socket
import threading
import time

import upstream

MOODS = 'honest', 'lies', 'truncates', 'slow', 'silent', 'gone'
LIE = bytes((203, 0, 113, 66))  # no client may ever get this
SLOW = 0.3  # seconds
ROOM = 4 << 20


def lies(question, said):
    """What somebody who does not see the question, or is broken, might say first."""
    lie = said.replace(upstream.ADDRESS, LIE)
    wrong = bytearray(lie)
    wrong[13] ^= 1  # the first letter of the name
    yield bytes(2) + lie[2:] if lie[:2] != bytes(2) else b'\1\1' + lie[2:]
    yield bytes(wrong)
    yield lie[:len(lie) // 2]
    yield lie[:-1]
    yield lie[:12]
    yield question
    yield lie[:6] + b'\xff\xff' + lie[8:]


class Stream(upstream.Stream):
    """The same by TCP, where one that lies may also end in the middle of an answer."""

    def handle(self):
        while len(size := self.rfile.read(2)) == 2:
            question = self.rfile.read(int.from_bytes(size, 'big'))
            said, mood = upstream.answer(question), self.server.mood
            if said is None:
                return
            time.sleep(SLOW if mood == 'slow' else 0)
            if mood == 'silent':
                continue
            if mood == 'lies':
                self.write(*lies(question, said))
                if question[0] % 8 == 0:
                    self.wfile.write(len(said).to_bytes(2, 'big') + said[:20])
                    return
            self.write(said)

    def write(self, *messages):
        self.wfile.write(b''.join(len(one).to_bytes(2, 'big') + one for one in messages))


class TCP(upstream.TCP):
    request_queue_size = 1024

    def handle_error(self, *_):
        """Who asks may be gone."""


class Moods:
    """Serves on 127.0.0.1; each mood lasts so many seconds."""

    def __init__(self, port, seconds):
        self.port, self.seconds = port, seconds
        self.udp = self.tcp = None
        self.later = []  # a heap of what is sent when it is time

    def open(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM)
        self.udp.bind(('127.0.0.1', self.port))
        self.udp.setblocking(False)
        self.tcp = TCP(('127.0.0.1', self.port), Stream)
        self.tcp.mood = MOODS[0]
        threading.Thread(target=self.tcp.serve_forever, daemon=True).start()

    def close(self):
        self.udp.close()
        self.tcp.shutdown()
        self.tcp.server_close()
        self.udp, self.later = None, []

    def send(self, message, client):
        with contextlib.suppress(OSError):
            self.udp.sendto(message, client)

    def take(self, mood, question, client):
        said = upstream.answer(question)
        if said is None or mood == 'silent':
            return
        if mood == 'slow':
            heapq.heappush(self.later, (time.monotonic() + SLOW, said, client))
            return
        if mood == 'truncates':
            end = len(question) if question[11] == 0 else said.index(b'\xc0\x0c') \
                if b'\xc0\x0c' in said else len(said)
            said = said[:2] + bytes((said[2] | 2, said[3])) + said[4:6] + bytes(6) + \
                said[12:end]
        if mood == 'lies':
            for lie in lies(question, said):
                self.send(lie, client)
        self.send(said, client)

    def turn(self, mood):
        """Takes what has come, and sends what is due."""
        wait = 0.05
        if self.later:
            wait = min(wait, max(0, self.later[0][0] - time.monotonic()))
        if select.select([self.udp], (), (), wait)[0]:
            with contextlib.suppress(OSError):
                for _ in range(64):
                    self.take(mood, *self.udp.recvfrom(65535))
        while self.later and self.later[0][0] <= time.monotonic():
            self.send(*heapq.heappop(self.later)[1:])

    def serve(self):
        began = time.monotonic()
        while True:
            mood = MOODS[int((time.monotonic() - began) / self.seconds) % len(MOODS)]
            if mood == 'gone':
                if self.udp is not None:
                    self.close()
                time.sleep(0.05)
                continue
            if self.udp is None:
                self.open()
            self.tcp.mood = mood
            self.turn(mood)
