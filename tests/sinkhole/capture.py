# SPDX-License-Identifier: BSD-2-Clause
"""The first requests at two real sinkholes, 2011-05-30, replayed: whole, and
octet by octet. Conficker A and B report to one, Conficker.A asks the other for its fixed
download."""
import ast
import collections
import os
import socket

from crowd import end, settled
from sinkhole import Sinkhole

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    '../cli/data/conficker-sinkhole-2011-05-30.tsv')
REPORTS, DOWNLOADS = '149.20.56.34', '204.152.184.139'
OURS = {REPORTS: '127.20.56.34', DOWNLOADS: '127.152.184.139'}
NAME = 'trafficconverter.biz'
WAIT = 10

Line = collections.namedtuple('Line', 'source to octets')


def read():
    with open(FILE, encoding='ascii') as file:
        for text in file:
            if text.strip() and not text.startswith('#number'):
                _, _, source, to, octets = text.rstrip('\n').split('\t')
                yield Line(source.split(':')[0], to.split(':')[0], ast.literal_eval(octets))


def replay(sinkhole, line, source, bytewise):
    """Sends it; the key of the contact, and what was answered."""
    with socket.socket() as link:
        link.settimeout(WAIT)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.bind((source, 0))
        link.connect((OURS[line.to], sinkhole.web))
        who = (*link.getsockname(), sinkhole.web)
        got = b''
        try:
            for piece in (bytes((octet,)) for octet in line.octets) if bytewise else \
                    (line.octets,):
                link.sendall(piece)
        except OSError:
            pass  # it was answered before the last octet, which belongs to no request
        try:
            while more := link.recv(4096):
                got += more
        except OSError:
            pass
    return who, got


def source_of(line, bytewise):
    """198.18.0.2 is 127.18.0.2, and 127.19.0.2 is the one that is slow."""
    _, _, *low = line.source.split('.')
    return '.'.join(['127', '19' if bytewise else '18', *low])


def expected(line):
    """Fingerprint and counter, and the name."""
    path = line.octets.split()[1].decode()
    if line.to == REPORTS:
        return 'conficker-ab', int(path.partition('=')[2]), None
    return 'conficker-a-' + ('front' if path == '/' else 'download'), None, NAME


def header(line, name):
    """A field of the request, or None."""
    for field in line.octets.decode().split('\r\n'):
        if field.lower().startswith(name + ':'):
            return field.partition(':')[2].strip()
    return None


def run(test):
    lines = list(read())
    names = test.programs.write(NAME + '\n', 'capture', 'names')
    sinkhole = Sinkhole(test.programs, test.foresink, 'capture')
    sinkhole.more['sections'] = {
        'sinkhole': ''.join(f'listen-web = {address}:{sinkhole.web}\n'
                            for address in OURS.values()),
        'set downloads': f'names = {names}\naddresses = {OURS[DOWNLOADS]}'}
    sinkhole.start()
    if not test.check(sinkhole, len(lines) == 40 and sinkhole.ready(), 'serves', len(lines)):
        return
    sent, unanswered = {}, []
    for bytewise in (False, True):
        for line in lines:
            who, got = replay(sinkhole, line, source_of(line, bytewise), bytewise)
            sent[who] = line
            if not got.startswith(b'HTTP/1.') or b'\r\n\r\n' not in got:
                unanswered.append((line, bytewise, got))
    test.check(sinkhole, len(sent) == 80 and not unanswered, 'each request is answered',
               unanswered)
    settled(sinkhole)
    end(test, sinkhole)
    judge(test, sinkhole, sent)


def judge(test, sinkhole, sent):
    found = {who: [] for who in sent}
    for one in sinkhole.export():
        found.setdefault((one['seen_address'], one['port'], one['to_port']), []).append(one)
    test.check(sinkhole, set(found) == set(sent) and all(len(ones) == 1 for ones in
                                                         found.values()),
               'each is in the store, once', {who: len(ones) for who, ones in found.items()
                                              if len(ones) != 1 or who not in sent})
    wrong, kinds, counted = [], collections.Counter(), set()
    for who, line in sent.items():
        for one in found[who]:
            if (one['fingerprint'], one['counter'], one['name']) != expected(line) or \
                    one['to'] != OURS[line.to]:
                wrong.append(f'{line.octets}: {one}')
            fields = [(one[field], header(line, name)) for field, name in
                      (('host', 'host'), ('via', 'via'), ('forwarded', 'x-forwarded-for'),
                       ('agent', 'user-agent'))]
            wrong += [f'{line.octets}: {got!r}, not {true!r}' for got, true in fields
                      if got != true]
            kinds[one['fingerprint']] += 1
            counted |= {one['seen_address']} if one['counter'] is not None else set()
    test.check(sinkhole, not wrong, 'each is what it was, as its neighbours are',
               '\n'.join(wrong[:4]))
    test.check(sinkhole, kinds == {'conficker-ab': 34, 'conficker-a-download': 14,
                                   'conficker-a-front': 32},
               '17 reports, 7 downloads, 16 front pages; the same octet by octet', kinds)
    test.check(sinkhole, len(counted) == 30, '15 sources tell a counter', len(counted))
