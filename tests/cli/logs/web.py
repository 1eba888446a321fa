"""Lines of web servers and proxies."""
from capture import dump, requests, stamp


def url(at, proxy):
    return f'http://{at.name}{at.path}' if proxy else at.path


def line_of_access(at, target):
    when = stamp(at.ms, '%d/%b/%Y:%H:%M:%S +0000')
    return (f'{at.client} - - [{when}] "{at.method} {target} {at.version}" 200 2 "-" '
            f'"{at.agent or "-"}"')


@requests
def access(at, proxy):
    more = ' TCP_MISS:HIER_DIRECT' if proxy else ''
    yield line_of_access(at, url(at, proxy)) + more


@requests
def access_forwarded(at, proxy):
    yield f'{line_of_access(at, url(at, proxy))} "{at.forwarded or "-"}"'


@requests
def access_vhost(at, proxy):
    yield f'sink.example:80 {line_of_access(at, url(at, proxy))}'


@requests
def nginx_json(at, _):
    line = dump(time=stamp(at.ms, '%Y-%m-%dT%H:%M:%S+00:00'), msec=None,
                remote_addr=at.client, remote_port=at.port, host=at.name or '',
                request=f'{at.method} {at.path} {at.version}', status=200, ua=at.agent,
                xff=at.forwarded)
    yield line.replace('null', f'{at.ms // 1000}.{at.ms % 1000:03}', 1)


@requests
def squid(at, _):
    stripped = at.path.split('?')[0] + ('?' if '?' in at.path else '')
    yield (f'{at.ms // 1000}.{at.ms % 1000:03} {12:6} {at.client} TCP_MISS/200 232 {at.method} '
           f'http://{at.name}{stripped} - HIER_DIRECT/{at.server} text/html')
