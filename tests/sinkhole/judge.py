# SPDX-License-Identifier: BSD-2-Clause
"""What the callers say that they did, beside what the store says that came."""
import collections
import datetime
import time

from sinkhole import instant, key

REJECTED = 'elsewhere', 'torn'  # no records: a name that is not held, no question
# Nobody reads their answer, or none is due.
UNANSWERED = 'cut', 'half', 'reset', 'abort', 'silent', 'garbage', 'words', 'torn', 'hello', \
    'oldest'
REPORTS = 'search', 'bytewise', 'pieces'
SLACK = datetime.timedelta(seconds=2)

Call = collections.namedtuple('Call', 'address port to deed word fate')


def read_list(path, ports):
    """Calls by their key. ${ports}: numbers by the words of the list."""
    calls = {}
    with open(path, encoding='ascii') as file:
        for line in file:
            call = Call(*line.split())
            calls[call.address, int(call.port), ports[call.to]] = call
    return calls


def first_has(sighting, words):
    """Whether these ASCII octets stand in what was sent first."""
    return words in (sighting['first'] or '')


def report_is_right(one, call):
    return (one['kind'], one['target'], one['counter'], one['fingerprint']) == \
        ('http', '/search?q=' + call.word, int(call.word), 'conficker-ab')


def host_is_right(one, call):
    return (one['kind'], one['name'], one['by'], one['host'], one['generator'],
            one['agent'], one['referrer'], one['via'], one['forwarded'], one['version']) == \
        ('http', call.word, 'name', call.word, 'conficker/b', 'x', f'http://{call.word}/',
         '1.1 proxy', '192.0.2.1', 'HTTP/1.1')


def question_is_right(one, call):
    return (one['kind'], one['name'], one['generator'], one['transport']) == \
        ('dns', call.word, 'conficker/b', 'tcp' if call.deed == 'stream' else 'udp') and \
        one['index'] is not None


def request(method, path):
    """A check for a request of another kind, whose path has the caller's number."""
    def is_right(one, call):
        return one['kind'] == 'http' and one['method'] == method and \
            one['target'].startswith(path) and call.word in one['target']
    return is_right


def words(what):
    def is_right(one, call):
        return one['kind'] == 'raw' and first_has(one, what + call.word)
    return is_right


CHECKS = {
    'host': host_is_right,
    'oldest': request('GET', '/old'),
    'words': words('words'),
    'garbage': words('garbage'),
    'hello': lambda one, call: (one['kind'], one['sni']) == ('tls', call.word),
    'question': question_is_right,
    'stream': question_is_right,
    'pipelined': request('GET', '/first'),
    'body': request('POST', '/body'),
    'chunked': request('POST', '/chunks'),
    'long': request('GET', '/long'),
    'injection': request('GET', '/=cmd'),
    'silent': lambda one, _: one['kind'] == 'raw',
}
CHECKS.update((deed, report_is_right) for deed in REPORTS)


class Judge:
    """Compares them; what it finds stands in its lists."""

    def __init__(self, sinkhole, calls):
        self.sinkhole, self.calls = sinkhole, calls
        self.seen, self.wrong, self.strangers, self.untimely = collections.Counter(), [], [], []

    def read(self, since, until):
        """Reads all of the store; times must lie between these."""
        for one in self.sinkhole.export():
            who = key(one)
            self.seen[who] += 1
            call = self.calls.get(who)
            if call is None or call.deed in REJECTED:
                self.strangers.append(one)
                continue
            check = CHECKS.get(call.deed, lambda one, _: one['kind'] in ('http', 'raw'))
            if call.fate != 'tardy' and not check(one, call):
                self.wrong.append(f'{call}: {one}')
            if not since - SLACK <= instant(one['time']) <= until + SLACK:
                self.untimely.append(f"{call}: {one['time']}")
        return self

    def now(self):
        """The daemon's calendar."""
        return self.sinkhole.clock + datetime.timedelta(
            seconds=time.time() - self.sinkhole.began)

    def due(self):
        """The calls of which there must be a record when nothing went wrong."""
        return {who: call for who, call in self.calls.items() if call.deed not in REJECTED}

    def missing(self):
        return [str(call) for who, call in self.due().items() if self.seen[who] == 0]

    def answered_and_missing(self):
        return [str(call) for who, call in self.due().items()
                if self.seen[who] == 0 and call.fate == 'answered']

    def twice(self):
        return [f'{who}: {count} times' for who, count in self.seen.items() if count > 1]

    def tardy(self):
        """Calls that came too late, by no fault of the sinkhole's."""
        return sum(call.fate == 'tardy' for call in self.calls.values())

    def unserved(self):
        """Calls that ended otherwise than they should."""
        return [str(call) for call in self.calls.values()
                if call.fate in ('failed', 'late', 'unended') and call.deed != 'long' or
                call.deed not in UNANSWERED + ('long',) and
                call.fate not in ('answered', 'tardy')]


def few(found):
    """Some of what was found, to be read."""
    return f'{len(found)}:\n' + '\n'.join(map(str, found[:8]))
