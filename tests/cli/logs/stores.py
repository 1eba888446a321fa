"""What is no text and no packet: dnstap, and the database of Pi-hole."""
import ipaddress
import os
import sqlite3
import struct
import tempfile

from capture import message, octets


def varint(value):
    """A number as protobuf writes it."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, value):
    """A field of protobuf: a number, or octets."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed(number, value):
    return varint(number << 3 | 5) + struct.pack('<I', value)


def tap(kind, at, upstream=False):
    """A frame of dnstap: of the message types of its schema, 5 is CLIENT_QUERY, 6
    CLIENT_RESPONSE and 3 RESOLVER_QUERY, which the server itself asks."""
    client = ('192.0.2.53', 53000) if upstream else (at.client, at.port)
    said = field(1, kind) + field(2, 1) + field(3, 1)  # INET, UDP
    said += field(4, ipaddress.ip_address(client[0]).packed) + field(6, client[1])
    if kind == 6:  # BIND gives answers no time of their question
        said += field(12, at.ms // 1000) + fixed(13, at.ms % 1000 * 10**6)
        said += field(14, message(at, True))
    else:
        said += field(8, at.ms // 1000) + fixed(9, at.ms % 1000 * 10**6)
        said += field(10, message(at))
    return field(1, b'ns1') + field(2, b'made') + field(14, said) + field(15, 1)


@octets
def dnstap(questions):
    kind = b'protobuf:dnstap.Dnstap'
    yield struct.pack('>IIIII', 0, 12 + len(kind), 2, 1, len(kind)) + kind  # START
    for at in questions:
        for frame in (tap(3, at, True), tap(6, at), tap(5, at)):  # in no order of time
            yield struct.pack('>I', len(frame)) + frame
    yield struct.pack('>III', 0, 4, 3)  # STOP


TABLES = '''
CREATE TABLE query_storage (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL,
  type INTEGER NOT NULL, status INTEGER NOT NULL, domain INTEGER NOT NULL,
  client INTEGER NOT NULL, forward INTEGER, additional_info INTEGER, reply_type INTEGER,
  reply_time REAL, dnssec INTEGER, regex_id INTEGER);
CREATE TABLE domain_by_id (id INTEGER PRIMARY KEY, domain TEXT NOT NULL);
CREATE TABLE client_by_id (id INTEGER PRIMARY KEY, ip TEXT NOT NULL, name TEXT);
CREATE TABLE forward_by_id (id INTEGER PRIMARY KEY, forward TEXT NOT NULL);
CREATE VIEW queries AS SELECT q.id, timestamp, type, status, d.domain AS domain, c.ip AS client,
  f.forward AS forward, additional_info, reply_type, reply_time, dnssec, regex_id
  FROM query_storage q JOIN domain_by_id d ON q.domain = d.id
  JOIN client_by_id c ON q.client = c.id LEFT JOIN forward_by_id f ON q.forward = f.id;
'''


def fill(path, questions):
    """Makes the database at ${path}."""
    base = sqlite3.connect(path)
    base.executescript(TABLES)
    base.execute("INSERT INTO forward_by_id VALUES (1, '192.0.2.1#53')")
    names = {name: n for n, name in enumerate(dict.fromkeys(at.name for at in questions), 1)}
    hosts = {host: n for n, host in enumerate(dict.fromkeys(at.client for at in questions), 1)}
    base.executemany('INSERT INTO domain_by_id VALUES (?, ?)', ((n, s) for s, n in names.items()))
    base.executemany("INSERT INTO client_by_id VALUES (?, ?, '')",
                     ((n, s) for s, n in hosts.items()))
    base.executemany(  # type 1 is A; status 2: forwarded
        'INSERT INTO query_storage (timestamp, type, status, domain, client, forward, reply_type) '
        'VALUES (?, 1, 2, ?, ?, 1, ?)',
        ((at.ms // 1000, names[at.name], hosts[at.client], 4 if at.answer else 2)
         for at in questions))
    base.commit()
    base.close()


@octets
def pihole_ftl(questions):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'pihole-FTL.db')
        fill(path, questions)
        with open(path, 'rb') as file:
            yield file.read()
