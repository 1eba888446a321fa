# SPDX-License-Identifier: BSD-2-Clause
"""Programs that a test starts: each in a folder of its own, with what it says in a
file; all of them end with the test, however that ends."""
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Programs:
    """The folder of a test and what runs in it; a context."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='foresink-peers-')
        self.running = {}
        self.taken = set()  # ports

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        for child in self.running.values():
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *names):
        """A path in the folder; the folders above it are made."""
        path = os.path.join(self.folder, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, text, *names):
        path = self.path(*names)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def port(self):
        """A port of 127.0.0.1 that is free for UDP and TCP, and was not given before. It
        lies below those from which the system and guard ask: each guard has 64 of them for
        each upstream and worker, and would have one that is meant for another program."""
        for port in random.sample(range(10240, 32768), 2000):
            with contextlib.suppress(OSError), socket.socket() as tcp, \
                    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                tcp.bind(('127.0.0.1', port))
                udp.bind(('127.0.0.1', port))
                if port not in self.taken:
                    self.taken.add(port)
                    return port
        raise OSError('no port is free')

    def start(self, name, *command):
        """Starts a program. AppArmor's profiles go by the path of a program and would
        not let a resolver of the system read here, so that a copy of it is run."""
        program = command[0]
        if os.path.sep not in program:
            there = shutil.which(program, path=os.environ['PATH'] + ':/usr/sbin:/sbin')
            program = shutil.copy(there or program, self.path(name, program))
        with open(self.path(name, 'log'), 'ab') as log:
            # The kernel kills it when this process dies, however that dies.
            self.running[name] = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'KILL', program, *command[1:]],
                cwd=self.path(name, ''), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)
        return self.running[name]

    def stop(self, name):
        """Ends a program as a service manager would; the status it ended with."""
        child = self.running[name]
        child.terminate()
        try:
            return child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def log(self, name):
        with open(self.path(name, 'log'), encoding='utf-8', errors='replace') as file:
            return file.read()


def wait_until(true, seconds):
    """Whether ${true}() comes true within so many seconds; asks often."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
