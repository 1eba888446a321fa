"""Captures of packets: the questions and their answers on the wire."""
import ipaddress
import struct

from capture import message, octets

SERVER = '192.0.2.53'


def checksum(data):
    """The sum of RFC 1071."""
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def ipv4(source, target, protocol, data):
    ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed
    head = struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(data), 0, 0x4000, 64, protocol, 0) + ends
    return head[:10] + struct.pack('>H', checksum(head)) + head[12:] + data


def six(address):
    """An IPv6 address with ${address} at its end."""
    return ipaddress.ip_address('2001:db8::').packed[:12] + ipaddress.ip_address(address).packed


def ipv6(source, target, protocol, data):
    return (struct.pack('>IHBB', 6 << 28, len(data), protocol, 64) + six(source) + six(target) +
            data)


def udp(source, target, data):
    """A checksum of 0 is none."""
    return struct.pack('>HHHH', source, target, 8 + len(data), 0) + data


def ethernet(kind, data, vlan=None):
    tag = b'' if vlan is None else struct.pack('>HH', 0x8100, vlan)
    return bytes.fromhex('020000000001020000000002') + tag + struct.pack('>H', kind) + data


def udp_packets(questions):
    """(ms, packet) of each question and its answer, Ethernet, IPv4, UDP."""
    for at in questions:
        query, reply = udp(at.port, 53, message(at)), udp(53, at.port, message(at, True))
        yield at.ms, ethernet(0x0800, ipv4(at.client, SERVER, 17, query))
        yield at.ms + 20, ethernet(0x0800, ipv4(SERVER, at.client, 17, reply))


def segment(at, ours, numbers, flags, data=b''):
    """One of TCP, from the client when it is ${ours}, VLAN 7 and IPv6 around it; of
    ${numbers} the first is ours."""
    ports, ends = (at.port, 53), (at.client, SERVER)
    way = 1 if ours else -1
    ports, ends, numbers = ports[::way], ends[::way], numbers[::way]
    tcp = struct.pack('>HHIIBBHHH', *ports, *numbers, 5 << 4, flags, 65535, 0, 0) + data
    # The pseudo header of RFC 8200 section 8.1.
    pseudo = six(ends[0]) + six(ends[1]) + struct.pack('>II', len(tcp), 6)
    whole = pseudo + tcp + b'\0' * (len(tcp) % 2)
    tcp = tcp[:16] + struct.pack('>H', checksum(whole)) + tcp[18:]
    return ethernet(0x86dd, ipv6(*ends, 6, tcp), vlan=7)


def tcp_packets(questions):
    """Each question on a connection of its own, its octets in two segments."""
    fin, syn, push, ack = 1, 2, 8, 16
    for n, at in enumerate(questions):
        query, reply = message(at), message(at, True)
        query = struct.pack('>H', len(query)) + query
        reply = struct.pack('>H', len(reply)) + reply
        x, y = 0xfffffff0 + n % 16, n << 16  # numbers that wrap
        ends = [((x + a) & 0xffffffff, y + b) for a, b in
                ((0, 0), (1, 1), (10, 1), (1 + len(query), 1), (1 + len(query), 1 + len(reply)))]
        parts = ((True, (ends[0][0], 0), syn, b''), (False, (ends[1][0], y), syn | ack, b''),
                 (True, ends[1], ack, b''), (True, ends[1], push | ack, query[:9]),
                 (True, ends[2], push | ack, query[9:]), (False, ends[3], push | ack, reply),
                 (True, ends[4], fin | ack, b''))
        for step, (ours, numbers, flags, data) in enumerate(parts):
            yield at.ms + step, segment(at, ours, numbers, flags, data)


def pcap_file(packets, order, nano):
    """The classic form; ${order} of struct, nano- or microseconds."""
    magic = 0xa1b23c4d if nano else 0xa1b2c3d4
    yield struct.pack(order + 'IHHiIII', magic, 2, 4, 0, 0, 65535, 1)
    for ms, packet in packets:
        fraction = ms % 1000 * (10**6 if nano else 10**3)
        yield struct.pack(order + 'IIII', ms // 1000, fraction, len(packet), len(packet)) + packet


@octets
def pcap(questions):
    yield from pcap_file(udp_packets(questions), '<', False)


@octets
def pcap_nano(questions):
    """Written on a machine of the other order."""
    yield from pcap_file(udp_packets(questions), '>', True)


@octets
def pcap_tcp(questions):
    yield from pcap_file(tcp_packets(questions), '<', False)


def block(kind, body):
    body += b'\0' * (-len(body) % 4)
    size = 12 + len(body)
    return struct.pack('<II', kind, size) + body + struct.pack('<I', size)


@octets
def pcap_ng(questions):
    """pcapng, with times in nanoseconds (if_tsresol 9)."""
    yield block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))
    yield block(1, struct.pack('<HHI', 1, 0, 65535) + struct.pack('<HHB3xHH', 9, 1, 9, 0, 0))
    for ms, packet in udp_packets(questions):
        at = ms * 10**6
        yield block(6, struct.pack('<IIIII', 0, at >> 32, at & 0xffffffff, len(packet),
                                   len(packet)) + packet)
