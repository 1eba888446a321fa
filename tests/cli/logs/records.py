"""Records of sensors, of cloud resolvers and of Windows' events: JSON, tables, XML."""
import base64

from capture import dump, iso, message, questions, rcode, stamp


@questions
def adguard(at, _):
    yield dump(T=f'{iso(at)}000Z', QH=at.name, QT='A', QC='IN', CP='',
               Answer=base64.b64encode(message(at, True)).decode(), IP=at.client, Result={},
               Elapsed=267375)


@questions
def windows_etw(at, n):
    common = {'QNAME': at.name + '.', 'QTYPE': '1', 'XID': str(n), 'Port': str(at.port)}
    for number, data in ((256, {'Source': at.client, 'RD': '1', 'TCP': '0'}),
                         (260, {'Destination': '192.0.2.53'}),
                         (257 if at.answer else 258, {'Destination': at.client})):
        yield dump({'@timestamp': iso(at) + 'Z'}, winlog={
            'channel': 'Microsoft-Windows-DNSServer/Analytical', 'event_id': number,
            'provider_name': 'Microsoft-Windows-DNSServer', 'event_data': {**common, **data}})


def data_of_sysmon(at):
    return {'RuleName': '-', 'UtcTime': stamp(at.ms, '%Y-%m-%d %H:%M:%S.%L'),
            'ProcessGuid': '{c0ffee00-0000-0000-0000-000000000001}', 'ProcessId': '1044',
            'QueryName': at.name, 'QueryStatus': '0' if at.answer else '9003',
            'QueryResults': f'::ffff:{at.answer};' if at.answer else '-',
            'Image': 'C:\\Windows\\System32\\svchost.exe', 'User': 'NT AUTHORITY\\SYSTEM'}


def computer(at):
    return f'pc-{at.client.split(".")[3]}.corp.example'


@questions
def sysmon(at, _):
    yield dump({'@timestamp': iso(at) + 'Z'}, winlog={
        'channel': 'Microsoft-Windows-Sysmon/Operational', 'event_id': 22,
        'computer_name': computer(at), 'event_data': data_of_sysmon(at)})


@questions
def sysmon_xml(at, _):
    data = ''.join(f"<Data Name='{key}'>{value}</Data>"
                   for key, value in data_of_sysmon(at).items())
    yield ("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
           "<Provider Name='Microsoft-Windows-Sysmon'/><EventID>22</EventID>"
           f"<TimeCreated SystemTime='{iso(at)}0000Z'/><Computer>{computer(at)}</Computer>"
           f'</System><EventData>{data}</EventData></Event>')


def pairs_of_zeek(at):
    return {'ts': f'{at.ms // 1000}.{at.ms % 1000:03}000', 'uid': f'C{at.ms:x}',
            'id.orig_h': at.client, 'id.orig_p': at.port, 'id.resp_h': '192.0.2.53',
            'id.resp_p': 53, 'proto': 'udp', 'query': at.name, 'qclass': 1, 'qtype': 1,
            'qtype_name': 'A', 'rcode_name': rcode(at), 'rejected': 'F'}


@questions
def zeek(at, n):
    pairs = pairs_of_zeek(at)
    if n % 40 == 0:  # each hour has its file, and somebody put them together
        if n > 0:
            yield '#close\t' + stamp(at.ms, '%Y-%m-%d-%H-%M-%S')
        yield from ('#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)',
                    '#unset_field\t-', '#path\tdns', stamp(at.ms, '#open\t%Y-%m-%d-%H-%M-%S'),
                    '\t'.join(('#fields', *pairs)),
                    '\t'.join(('#types', 'time', 'string', 'addr', 'port', 'addr', 'port', 'enum',
                               'string', 'count', 'count', 'string', 'string', 'bool')))
    yield '\t'.join(map(str, pairs.values()))


@questions
def zeek_json(at, _):
    yield dump({**pairs_of_zeek(at), 'ts': at.ms / 1000, 'rejected': False})


def line_of_suricata(at, answer, new):
    back = answer and new  # since 8.0 the responder is the source of an answer
    ends = [(at.client, at.port), ('192.0.2.53', 53)][::-1 if back else 1]
    dns = {'type': 'answer' if answer else 'query', 'id': at.port, 'rrname': at.name,
           'rrtype': 'A', 'rcode': rcode(at)}
    if new:
        dns = {'version': 3, 'type': 'response' if answer else 'request', 'id': at.port,
               'rcode': rcode(at), 'queries': [{'rrname': at.name, 'rrtype': 'A'}]}
    return dump(timestamp=f'{iso(at)}000+0000', event_type='dns', src_ip=ends[0][0],
                src_port=ends[0][1], dest_ip=ends[1][0], dest_port=ends[1][1], proto='UDP',
                dns=dns)


@questions
def suricata(at, _):
    yield from (line_of_suricata(at, answer, False) for answer in (False, True))


@questions
def suricata_v3(at, _):
    yield from (line_of_suricata(at, answer, True) for answer in (False, True))


@questions
def shadowserver(at, n):
    """A report event4_sinkhole_dns, with the columns of 2022."""
    if n == 0:
        yield ('"timestamp","protocol","src_ip","src_port","src_asn","src_geo","src_region",'
               '"src_city","src_hostname","src_naics","src_sector","device_vendor",'
               '"device_type","device_model","severity","infection","family","tag",'
               '"query_type","query","count"')
    yield (f'"{stamp(at.ms, "%Y-%m-%d %H:%M:%S")}","udp","{at.client}",{at.port},64496,"DE",,'
           ',,518210,"Communications, Service Provider, and Hosting Service",,,,"info",'
           f'"downadup","downadup","sinkhole","A","{at.name}",1')


@questions
def umbrella(at, n):
    space = ' ' if n % 2 else ''  # older files have a blank in front of some quotes
    yield ','.join((f'"{stamp(at.ms, "%Y-%m-%d %H:%M:%S")}"', '"pc"', space + '"pc,Site,Network"',
                    f'{space}"{at.client}"', '"203.0.113.5"', '"Allowed"', '"1 (A)"',
                    f'{space}"{rcode(at)}"', f'"{at.name}."', f'{space}"Chat,Allow List"'))


@questions
def route53(at, _):
    answers = [{'Rdata': at.answer, 'Type': 'A', 'Class': 'IN'}] if at.answer else []
    yield dump(version='1.100000', account_id='111122223333', region='eu-central-1',
               vpc_id='vpc-00000001', query_timestamp=stamp(at.ms, '%Y-%m-%dT%H:%M:%SZ'),
               query_name=at.name + '.', query_type='A', query_class='IN', rcode=rcode(at),
               answers=answers, srcaddr=at.client, srcport=str(at.port), transport='UDP',
               srcids={'instance': f'i-{at.client.replace(".", "")}'})
