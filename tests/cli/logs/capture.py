"""What the makers of logs share: the captures of ../data as events, in the order of
time. Nothing is random, so that a log is the same each time that it is made.
"""
import ast
import collections
import datetime
import json
import re
import struct

UTC = datetime.timezone.utc

# A question of a client: ms since 1970, UTC; answer: an address, or None (NXDOMAIN).
Asked = collections.namedtuple('Asked', 'ms client port name answer')

# A request at a web server or proxy; name: the host of the URL, or None.
Request = collections.namedtuple('Request', 'ms client port server name method path version '
                                            'agent forwarded')

# What was read: the questions, the requests, and whether a proxy wrote these.
Capture = collections.namedtuple('Capture', 'questions requests proxy')

CLEAN = ('www.example.com', 'mail.example.org', 'update.example.net', 'time.example.net',
         'xn--bcher-kva.example', 'cdn-17.static.example.com', '_ldap._tcp.dc.example')
NEIGHBOUR = '172.25.112.17'
AGENT = 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)'


def to_ms(text):
    """The instant of "2015-08-03 22:31", of local time UTC+8, or of a note that says
    the time in UTC."""
    noted = re.search(r'= (\d+:\d+) UTC (\S+)\)', text)
    when = f'{noted[2]} {noted[1]}' if noted else text
    ahead = 0 if noted else 8
    zone = datetime.timezone(datetime.timedelta(hours=ahead))
    at = datetime.datetime.strptime(when, '%Y-%m-%d %H:%M').replace(tzinfo=zone)
    return int(at.timestamp()) * 1000


def host(rows):
    """The questions of the infected host, spread over their minutes, and between
    them clean ones, of it and of a neighbour."""
    rows = sorted((to_ms(row[0]), row[1], row[3],
                   row[2] if row[4].startswith('resolved') else None) for row in rows)
    events, minute, within = [], None, 0
    for at, (ms, client, name, answer) in enumerate(rows):
        within = within + 1 if ms == minute else 0
        minute, ms, port = ms, ms + within * 2500 + at, 1025 + at * 11
        events.append(Asked(ms, client, port, name, answer))
        if at % 3 == 0:
            events.append(Asked(ms + 700, NEIGHBOUR, 40000 + at, CLEAN[at % len(CLEAN)],
                                '192.0.2.80'))
        if at % 5 == 0:
            events.append(Asked(ms + 900, client, port + 1, CLEAN[(at + 2) % len(CLEAN)],
                                '192.0.2.81'))
    return events


def proxied(events):
    """The same as requests at a proxy: the bot asks each name for its counter."""
    return [Request(at.ms, at.client, at.port, '192.0.2.3', at.name, 'GET',
                    '/' if at.name in CLEAN else '/search?q=1', 'HTTP/1.0', AGENT, '')
            for at in events]


def sinkhole(rows):
    """The first requests at the sinkhole; the name is what Host says."""
    for _, when, source, server, octets in rows:
        head = ast.literal_eval(octets).decode('latin-1').split('\r\n')
        method, path, version = head[0].split(' ')
        fields = dict(line.split(': ', 1) for line in head[1:] if ': ' in line)
        client, port = source.split(':')
        at = datetime.datetime.strptime(when, '%Y-%m-%dT%H:%M:%SZ').replace(tzinfo=UTC)
        yield Request(int(at.timestamp()) * 1000, client, int(port), server.split(':')[0],
                      fields.get('Host'), method, path, version,
                      fields.get('User-Agent', ''), fields.get('X-Forwarded-For', ''))


def read(file):
    """The capture that is in ${file}, of the host or of the sinkhole."""
    head, *rows = (line.rstrip('\n').split('\t') for line in file)
    if head[0].startswith('#'):
        return Capture([], sorted(sinkhole(rows), key=lambda at: at.ms), False)
    events = host(rows)
    return Capture(events, proxied(events), True)


FORMATS = {}  # name: what makes octets of a capture


def octets(function):
    """Enters a function that makes a whole file of the questions."""
    FORMATS[function.__name__.replace('_', '-')] = lambda read: function(read.questions)
    return function


def questions(function):
    """Enters a function that makes the lines of one question, of the number n."""
    def make(capture):
        for n, at in enumerate(capture.questions):
            yield from ((line + '\n').encode() for line in function(at, n))
    FORMATS[function.__name__.replace('_', '-')] = make
    return function


def requests(function):
    """Enters a function that makes the lines of one request, perhaps at a proxy."""
    def make(capture):
        for at in capture.requests:
            yield from ((line + '\n').encode() for line in function(at, capture.proxy))
    FORMATS[function.__name__.replace('_', '-')] = make
    return function


def stamp(ms, form):
    """${form} as of strftime, in UTC, with %L for milliseconds and %e for the day
    padded with a blank."""
    at = datetime.datetime.fromtimestamp(ms // 1000, UTC)
    month = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[at.month - 1]
    form = form.replace('%L', f'{ms % 1000:03}').replace('%e', f'{at.day:2}')
    return at.strftime(form.replace('%b', month))


def iso(at):
    return stamp(at.ms, '%Y-%m-%dT%H:%M:%S.%L')


def rcode(at):
    return 'NXDOMAIN' if at.answer is None else 'NOERROR'


def dump(*fields, **named):
    return json.dumps(dict(*fields, **named), separators=(',', ':'))


def message(at, reply=False):
    """The DNS message of a question for A, or of its answer."""
    name = b''.join(bytes([len(part)]) + part.encode() for part in at.name.split('.'))
    flags = (0x8180 if at.answer else 0x8183) if reply else 0x0100
    head = struct.pack('>6H', at.port, flags, 1, int(reply and bool(at.answer)), 0, 0)
    data = b''
    if reply and at.answer:
        data = struct.pack('>HHHIH4B', 0xc00c, 1, 1, 300, 4, *map(int, at.answer.split('.')))
    return head + name + b'\0\0\1\0\1' + data
