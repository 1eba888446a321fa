# SPDX-License-Identifier: BSD-2-Clause
"""Signed zones behind guard: Knot signs them and is guard's upstream, Unbound validates
in front of it; what Unbound says is proven, and what is not signed well is refused."""
import subprocess

from guard import READY, Guard
from guard_ask import AD, DO, RD, Said, message, over_udp
from packets import A, NOERROR, NXDOMAIN, SOA, TXT
from processes import wait_until

SERVFAIL = 2
ZONES = {'signed.test': 'plain-nsec', 'hashed.test': 'nsec3'}
LONG = ' '.join(f'"{"x" * 200}{number}"' for number in range(20))  # more than UDP takes
MANY = '\n'.join(f'many A 192.0.2.{number}' for number in range(1, 90))
RECORDS = f'''$TTL 600
@ SOA ns.invalid. hostmaster.invalid. 1 3600 600 86400 300
@ NS ns
@ MX 10 mail
@ TXT "v=spf1 -all" "second string"
@ CAA 0 issue "ca.example"
ns A 192.0.2.53
ns AAAA 2001:db8::53
www A 192.0.2.80
www AAAA 2001:db8::80
alias CNAME www
far CNAME alias
out CNAME www.example.
mail A 192.0.2.25
_dns._udp SRV 1 2 53 ns
www HTTPS 1 . alpn=h2
*.wild A 192.0.2.99
*.wild TXT "any"
below.is.empty A 192.0.2.7
long TXT {LONG}
{MANY}
cut NS ns.cut
ns.cut A 192.0.2.66
UPPER A 192.0.2.70
a\\.dot A 192.0.2.71
odd\\009octets A 192.0.2.72
'''


def start_knot(programs):
    """Knot with the two signed zones and plain.test; its port."""
    port, folder = programs.port(), programs.path('knot', '')
    for zone in (*ZONES, 'plain.test'):
        programs.write(RECORDS, 'knot', zone + '.zone')
    config = programs.write(f'''
server:
    listen: 127.0.0.1@{port}
    rundir: {folder}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}
log:
  - target: stderr
    any: info
policy:
  - id: plain-nsec
    algorithm: ecdsap256sha256
    single-type-signing: on
  - id: nsec3
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: on
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
zone:
  - domain: plain.test
    file: plain.test.zone
''' + ''.join(f'''
  - domain: {zone}
    file: {zone}.zone
    dnssec-signing: on
    dnssec-policy: {policy}
''' for zone, policy in ZONES.items()), 'knot', 'knot.conf')
    programs.start('knot', 'knotd', '-c', config)
    return port


def keys(port):
    """The keys of the zones, as a resolver reads them; None until they are there."""
    lines = []
    for zone in ZONES:
        said = subprocess.run(['kdig', '@127.0.0.1', '-p', str(port), '+noall', '+answer',
                               '+tcp', zone, 'DNSKEY'], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              timeout=10, check=False)
        lines += [line for line in said.stdout.splitlines() if 'DNSKEY' in line]
    return '\n'.join(lines) if len(lines) >= len(ZONES) else None


def start_validator(programs, guard_port, anchors):
    port, folder = programs.port(), programs.path('validator', '')
    forward = ''.join(f'''
forward-zone:
    name: "{zone}"
    forward-addr: 127.0.0.1@{guard_port}
''' for zone in (*ZONES, 'plain.test'))
    programs.start('validator', 'unbound', '-d', '-d', '-c', programs.write(f'''
server:
    interface: 127.0.0.1@{port}
    do-not-query-localhost: no
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    verbosity: 3
    num-threads: 1
    module-config: "validator iterator"
    local-zone: "test." transparent
    trust-anchor-file: "{programs.write(anchors, 'validator', 'anchors')}"
    minimal-responses: no
remote-control:
    control-enable: no
{forward}''', 'validator', 'unbound.conf'))
    return port


def ask(port, name, kind=A):
    got = over_udp(port, message(name, kind, RD | AD, 4096 | DO))
    return None if got is None else Said(got)


def run(test):
    """Each kind of answer that has to be proven another way."""
    tap, programs = test.tap, test.programs
    test.knot = start_knot(programs)
    if not tap.test(wait_until(lambda: keys(test.knot), READY), 'Knot signs its zones',
                    lambda: programs.log('knot')):
        return
    guard = Guard(programs, test.document, test.foresink, 'guard, signed', test.knot)
    guard.start(f'[guard]\nlisten = 127.0.0.1:{guard.port}\n'
                f'upstream = 127.0.0.1:{test.knot}\n')
    tap.test(guard.serves(), 'guard serves in front of Knot', lambda: programs.log(guard.name))
    test.plain_guard = guard
    port = start_validator(programs, guard.port, keys(test.knot))
    wait_until(lambda: ask(port, 'www.plain.test') is not None, READY)
    for zone in ZONES:
        for name, kind, rcode in (('www', A, NOERROR), ('www', TXT, NOERROR),
                                  ('nothing', A, NXDOMAIN), ('x.wild', A, NOERROR),
                                  ('x.wild', SOA, NOERROR), ('far', A, NOERROR),
                                  ('is.empty', A, NOERROR), ('long', TXT, NOERROR),
                                  ('many', A, NOERROR), ('UpPer', A, NOERROR)):
            said = ask(port, f'{name}.{zone}', kind)
            tap.test(said is not None and said.rcode == rcode and said.flags & AD,
                     f'{name}.{zone} {kind} validates behind guard', repr(said),
                     lambda: programs.log('validator'))
    said = ask(port, 'www.plain.test')
    tap.test(said is not None and said.rcode == NOERROR and not said.flags & AD,
             'what is not signed is said without a proof', repr(said))
    # The control: with another key for the zone nothing validates.
    anchors = keys(test.knot).replace('signed.test', 'x.test').replace('hashed.test',
                                                                       'signed.test')
    programs.stop('validator')
    port = start_validator(programs, guard.port, anchors)
    tap.test(wait_until(lambda: getattr(ask(port, 'www.signed.test'), 'rcode', None) == SERVFAIL,
                        READY), 'and with a wrong key nothing does')
    programs.stop('validator')
