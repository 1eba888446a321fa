# SPDX-License-Identifier: BSD-2-Clause
"""Those that ask: dig, kdig, drill of ldns, and the C library; over UDP and TCP, with and
without EDNS, DO and cookies. Each gets through guard what it gets of the upstream itself,
and of a bot's name that it does not exist."""
import json
import re
import shutil
import socket
import subprocess
import sys

NAMES = 'www.plain.test', 'alias.plain.test', 'many.plain.test', 'nothing.plain.test'

# The stub of the C library has no way to be told a port: it is set in its state, as
# resolv.h declares it: options behind two ints, the servers behind their number.
STUB = '''
import ctypes, json, socket, sys
port, options, names = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
library = ctypes.CDLL('libc.so.6')
try:
    begin = library.res_ninit
except AttributeError:
    begin = library.__res_ninit
library.__res_state.restype = ctypes.c_void_p
state = library.__res_state()
if begin(ctypes.c_void_p(state)) != 0:
    raise SystemExit('no state of the resolver')
ctypes.c_ulong.from_address(state + 8).value |= options
ctypes.c_int.from_address(state + 16).value = 1
server = (2).to_bytes(2, sys.byteorder) + port.to_bytes(2, 'big') + bytes((127, 0, 0, 1))
ctypes.memmove(state + 20, server + bytes(8), 16)
said = {}
for name in names:
    try:
        said[name] = sorted({got[4][0] for got in socket.getaddrinfo(name + '.', 80)})
    except socket.gaierror as why:
        said[name] = why.errno
print(json.dumps(said))
'''
USE_VC, USE_EDNS0, USE_DNSSEC = 0x8, 0x100000, 0x800000  # of resolv.h


def run_program(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=30, check=False).stdout


def gist(text):
    """The code and the addresses of what dig and its like print."""
    code = re.search(r'(?:status|rcode): (\w+)', text)
    return (code.group(1) if code else text[-200:],
            sorted(re.findall(r'\s(?:A|AAAA)\s+([0-9a-f.:]+)$', text, re.M)))


def ways():
    """Each program with each of its ways: a label, and what makes the command."""
    def dig(program, words):
        return lambda port, name: [program, '@127.0.0.1', '-p', str(port), *words, name]

    def ldns(words):
        return lambda port, name: ['drill', *words, '-p', str(port), name, '@127.0.0.1']

    for program in 'dig', 'kdig':
        for more in ['+noedns'], ['+edns=0', '+nocookie'], ['+dnssec'], ['+cookie'], \
                ['+bufsize=512'], ['+cdflag', '+adflag']:
            for transport in [], ['+tcp']:
                words = more + transport
                yield f'{program} {" ".join(words)}', dig(program, words)
    for words in [], ['-t'], ['-D'], ['-D', '-t'], ['-b', '1232'], ['-c', '/dev/null']:
        yield f'drill {" ".join(words)}', ldns(words)


def run_programs(test, port, blocked):
    for label, command in ways():
        wrong = []
        if shutil.which(label.split()[0]) is None:
            wrong.append('it is not installed')
        for name in NAMES if not wrong else ():
            direct, through = (gist(run_program(*command(at, name)))
                               for at in (test.knot, port))
            if direct != through or direct[0] not in ('NOERROR', 'NXDOMAIN'):
                wrong.append(f'{name}: {direct}, through guard {through}')
        if not wrong:
            got = gist(run_program(*command(port, blocked)))
            if got != ('NXDOMAIN', []):
                wrong.append(f'{blocked}: {got}')
        test.tap.test(not wrong, f'{label} resolves through guard', '\n'.join(wrong))


def run_library(test, port, blocked):
    for label, options in (('', 0), ('over TCP', USE_VC), ('with EDNS', USE_EDNS0),
                           ('with EDNS over TCP', USE_EDNS0 | USE_VC),
                           ('with DO', USE_EDNS0 | USE_DNSSEC)):
        direct, through = (run_program(sys.executable, '-c', STUB, str(at), str(options),
                                       *NAMES, blocked) for at in (test.knot, port))
        try:
            direct, through = json.loads(direct), json.loads(through)
            direct.pop(blocked)
            good = through.pop(blocked) == socket.EAI_NONAME and direct == through and \
                len(through['many.plain.test']) > 80
        except (ValueError, TypeError, KeyError):
            good = False
        test.tap.test(good, f'getaddrinfo of the C library {label}'.rstrip(),
                      f'{direct}\n{through}')


def run(test):
    port, blocked = test.plain_guard.port, test.names.today[2]
    run_programs(test, port, blocked)
    run_library(test, port, blocked)
