"""Lines of DNS servers, of the text kind."""
from capture import iso, questions, rcode, stamp


def asked_of_bind(at):
    return (f'client @0x7f24caf0c098 {at.client}#{at.port} ({at.name}): query: {at.name} IN A '
            '+E(0)K (192.0.2.53)')


@questions
def bind(at, _):
    yield f'{stamp(at.ms, "%d-%b-%Y %H:%M:%S.%L")} queries: info: {asked_of_bind(at)}'


@questions
def bind_iso(at, _):
    yield f'{iso(at)} queries: info: {asked_of_bind(at)}'


@questions
def bind_utc(at, _):
    yield f'{iso(at)}Z queries: info: {asked_of_bind(at)}'


@questions
def bind_syslog(at, _):
    yield f'{stamp(at.ms, "%b %e %H:%M:%S")} ns1 named[812]: {asked_of_bind(at)}'


@questions
def bind_rpz(at, _):
    yield (f'{stamp(at.ms, "%d-%b-%Y %H:%M:%S.%L")} rpz: info: client @0x7f24caf0c098 '
           f'{at.client}#{at.port} ({at.name}): rpz QNAME NXDOMAIN rewrite {at.name}/A/IN via '
           f'{at.name}.rpz.example')


def both_of_unbound(at, when):
    yield f'{when} unbound[21300:0] query: {at.client} {at.name}. A IN'
    yield f'{when} unbound[21300:0] reply: {at.client} {at.name}. A IN {rcode(at)} 0.000227 0 57'


@questions
def unbound(at, n):
    when = f'[{at.ms // 1000}]'
    if n == 0:
        yield f'{when} unbound[21300:0] notice: init module 0: iterator'
    yield from both_of_unbound(at, when)


@questions
def unbound_ascii(at, _):
    yield from both_of_unbound(at, stamp(at.ms, '%b %d %H:%M:%S'))


def lines_of_dnsmasq(at, front):
    front = f'{stamp(at.ms, "%b %e %H:%M:%S")} dnsmasq[21538]: {front}'
    yield f'{front}query[A] {at.name} from {at.client}'
    yield f'{front}forwarded {at.name} to 192.0.2.53'
    yield f'{front}reply {at.name} is {at.answer or "NXDOMAIN"}'


@questions
def dnsmasq(at, _):
    yield from lines_of_dnsmasq(at, '')


@questions
def dnsmasq_extra(at, n):
    yield from lines_of_dnsmasq(at, f'{n + 1} {at.client}/{at.port} ')


@questions
def blocky(at, _):
    yield '\t'.join((stamp(at.ms, '%Y-%m-%d %H:%M:%S'), at.client, 'host', '12', 'RESOLVED (udp)',
                     at.name, f'A ({at.answer})' if at.answer else '', rcode(at), 'RESOLVED', 'A',
                     'ns1'))


@questions
def columns(at, _):
    yield f'{iso(at)}Z {at.client} {at.name}'


@questions
def dnsdist(at, _):
    yield (f'[{at.ms // 1000}.{at.ms % 1000:03}284282] Packet from {at.client}:{at.port} for '
           f'{at.name}. A with id {at.port}')


@questions
def pdns_recursor(at, n):
    common = 'subsystem="syncres" level="0" prio="Info" tid="1"'
    for what, more in (('Question', ''), ('Answer', f'rcode="{0 if at.answer else 3}" rd="1" ')):
        yield (f'{stamp(at.ms, "%b %d %H:%M:%S")} msg="{what}" {common} '
               f'ts="{at.ms // 1000}.{at.ms % 1000:03}" ecs="" mtid="{n + 1}" proto="udp" '
               f'qname="{at.name}" qtype="A" {more}remote="{at.client}:{at.port}"')


@questions
def pdns_recursor_classic(at, n):
    front = f'{stamp(at.ms, "%b %d %H:%M:%S")} 1 [{n + 1}/1]'
    yield f"{front} question for '{at.name}|A' from {at.client}:{at.port}"
    yield (f"{front} answer to question '{at.name}|A': 1 answers, 1 additional, took 1 packets, "
           f'0.2 netw ms, 0.3 tot ms, 0 throttled, 0 timeouts, 0/0 tcp/dot connections, '
           f'rcode={0 if at.answer else 3}')


def lines_of_windows(at, n, form):
    name = ''.join(f'({len(part)}){part}' for part in at.name.split('.')) + '(0)'
    form = form.replace('%l', stamp(at.ms, '%I').lstrip('0'))
    for short in ('%m', '%d'):
        form = form.replace('-' + short, stamp(at.ms, short).lstrip('0'))
    query = 'Q [0001   D   NOERROR]'
    reply = 'R Q [8081   DR  NOERROR]' if at.answer else 'R Q [8381   DR NXDOMAIN]'
    for way, peer, flags in (('Rcv', at.client, '  ' + query), ('Snd', '192.0.2.53', '  ' + query),
                             ('Rcv', '192.0.2.53', reply), ('Snd', at.client, reply)):
        yield (f'{stamp(at.ms, form)} 0E70 PACKET  00000000033397A0 UDP {way} {peer:15} '
               f'{0x5b47 + n:04x} {flags} A      {name}\r')


@questions
def windows_debug(at, n):
    if n == 0:
        yield f'DNS Server log file creation at {stamp(at.ms, "%m/%d/%Y %H:%M:%S")}\r'
        yield '\r'
    yield from lines_of_windows(at, n, '-%m/-%d/%Y %l:%M:%S %p')


@questions
def windows_debug_dmy(at, n):
    yield from lines_of_windows(at, n, '%d/%m/%Y %H:%M:%S')


@questions
def windows_debug_ymd(at, n):
    yield from lines_of_windows(at, n, '%Y/-%m/-%d %H:%M:%S')
