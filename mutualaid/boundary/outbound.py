"""The one way in which the site calls another over HTTP: to the address it was told, or nowhere.

An address is read by one strict expression, and the connection is made from the parts that it gave:
what is checked is what is connected to. A name is resolved once, all its addresses are checked, and one
of those is connected to. No redirect is followed, and no proxy of the environment is asked.

An address that someone typed into a page must be of a public host on a list (`public_endpoint`), or that of
another group's site (`partner_endpoint`). One that the site keeper wrote into the settings may be anywhere
(`named_endpoint`).
"""

import io
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from django.conf import settings

from mutualaid.boundary.addresses import is_loopback, is_public

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0
"""For each address of a host; and for all of it, from looking up its name to the end of the answer."""
MOST_BYTES = 65_536
"""So much of an answer is read: the rest says nothing that we ask."""
LONGEST_URL = 2000
LONGEST_RETRY_AFTER = 86_400
"""Seconds: no one else decides that a message waits longer than a day."""
HTTPS_PORT = 443
ADDRESS = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
"""No user, no backslash, no fragment, no letter beyond ASCII: what two parsers may read in two ways."""


class NotAllowed(OSError):
    """The site does not call this address. An `OSError`, so that libraries treat it as unreachable."""


class TooMuch(OSError):
    """An answer is longer, or comes more slowly, than the site reads. An `OSError` as `NotAllowed` is."""


class NotConnected(Exception):
    """There was no connection: nothing has been sent."""


class NoSuchHost(NotConnected):
    """No one has this name."""


class NotSafe(NotConnected):
    """Whoever is there cannot show that it is theirs: its certificate is not good."""


class TooSlow(NotConnected):
    """There was no connection in time."""


class NoAnswer(Exception):
    """The request may have arrived, but no clear answer came back."""


@dataclass(frozen=True)
class Endpoint:
    """An address in parts.

    `is_named`: the site keeper wrote it, so it may be on their own network. `may_be_here`: it may be on this
    machine, as in tests with two sites.
    """

    scheme: str
    host: str
    port: int
    target: str
    is_named: bool
    may_be_here: bool = False

    @property
    def origin(self) -> str:
        usual = HTTPS_PORT if self.scheme == "https" else 80
        return f"{self.scheme}://{self.host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.target


@dataclass(frozen=True)
class Answer:
    """`retry_after`: for how many seconds the other side wants to be left alone, 0 where it does not say."""

    status: int
    body: bytes
    retry_after: int = 0


def public_endpoint(url: str, hosts: Collection[str]) -> Endpoint:
    """Read the address of a public host: HTTPS, port 443, one of `hosts` or below one.

    Raises `NotAllowed` for any other.
    """
    endpoint = _parse(url, is_named=False)
    is_listed = any(endpoint.host == host or endpoint.host.endswith(f".{host}") for host in hosts)
    if endpoint.scheme != "https" or endpoint.port != HTTPS_PORT or not is_listed:
        raise NotAllowed("not on the list")
    return endpoint


def partner_endpoint(url: str) -> Endpoint:
    """Read an address of another group's site: HTTPS, port 443, any public host.

    With the setting `PARTNERS_ON_LOOPBACK`, which is for tests alone, it may also be on this machine: HTTP or
    HTTPS, any port. Raises `NotAllowed` for any other.
    """
    endpoint = _parse(url, is_named=False)
    if settings.PARTNERS_ON_LOOPBACK:
        return replace(endpoint, may_be_here=True)
    if endpoint.scheme != "https" or endpoint.port != HTTPS_PORT:
        raise NotAllowed("not HTTPS on its own port")
    return endpoint


def named_endpoint(url: str) -> Endpoint:
    """Read an address that the site keeper wrote into the settings.

    Raises `NotAllowed` where it is none.
    """
    return _parse(url, is_named=True)


def post(
    endpoint: Endpoint, body: bytes, headers: Mapping[str, str], *, seconds: float | None = None
) -> Answer:
    """POST once, and return the status and the first `MOST_BYTES` of the answer.

    It takes `seconds` at most, `TOTAL_SECONDS` unless given. Raises `NotAllowed` where a public name leads to
    a private address, `NotConnected` where nothing was sent, and `NoAnswer` where it was and no clear answer
    came.
    """
    return _ask(_Request("POST", endpoint, MOST_BYTES, body, headers), seconds or TOTAL_SECONDS)


def get(endpoint: Endpoint, *, most_bytes: int, seconds: float) -> Answer:
    """GET once, within so many seconds in all. A redirect is an answer like any other: it is not followed.

    Raises what `post` raises, and `NoAnswer` too where the answer is longer than `most_bytes`.
    """
    answer = _ask(_Request("GET", endpoint, most_bytes + 1), seconds)
    if len(answer.body) > most_bytes:
        raise NoAnswer("too long")
    return answer


def connection_to(endpoint: Endpoint, *, seconds: float) -> socket.socket:
    """Connect to one of the addresses that were checked; with TLS for HTTPS, for the name of the host.

    Raises `NotAllowed` where one of them is not public and the endpoint may be nowhere else, and `OSError`
    where there is no connection within so many seconds.
    """
    deadline = time.monotonic() + seconds
    sock = _connect(addresses_of(endpoint, seconds=seconds), endpoint.port, deadline)
    if endpoint.scheme != "https":
        return sock
    try:
        host = endpoint.host.strip("[]")
        sock = _tls().wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        with _ended_at(deadline, sock):
            sock.do_handshake()
        return sock
    except BaseException:
        sock.close()
        raise


def addresses_of(endpoint: Endpoint, *, seconds: float) -> list[str]:
    """Resolve its host, once. Raises `NotAllowed` as `connection_to` does, and `OSError` for no such host."""
    host = endpoint.host.strip("[]")
    addresses = _resolve(host, endpoint.port, seconds)
    if not all(_may_be_at(endpoint, address) for address in addresses):
        raise NotAllowed("a private address")
    return addresses


def _may_be_at(endpoint: Endpoint, address: str) -> bool:
    is_here = endpoint.may_be_here and is_loopback(address)
    return endpoint.is_named or is_here or is_public(address)


def _parse(url: str, *, is_named: bool) -> Endpoint:
    parts = ADDRESS.fullmatch(url) if len(url) <= LONGEST_URL else None
    if parts is None:
        raise NotAllowed("not an address")
    usual = HTTPS_PORT if parts["scheme"] == "https" else 80
    port = int(parts["port"] or usual)
    if not 0 < port < 65_536:
        raise NotAllowed("not a port")
    return Endpoint(parts["scheme"], parts["host"].lower(), port, parts["target"] or "/", is_named)


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, each once. In a thread: the system's own look-up knows no limit of time."""
    found: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(address[0]) for *_rest, address in rows)))
        except (OSError, UnicodeError) as error:  # a part of a name may be too long to be one
            found.put(error if isinstance(error, OSError) else OSError("no such name"))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        addresses = found.get(timeout=seconds)
    except Empty as error:
        raise TimeoutError from error
    if isinstance(addresses, OSError):
        raise addresses
    return addresses


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    failure = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, left))
        except OSError as error:
            failure = error
    raise failure


class _Request(NamedTuple):
    """`most_bytes`: so much of its answer is read."""

    method: str
    endpoint: Endpoint
    most_bytes: int
    body: bytes | None = None
    headers: Mapping[str, str] = MappingProxyType({})


def _ask(request: _Request, seconds: float) -> Answer:
    deadline = time.monotonic() + seconds
    try:
        sock = connection_to(request.endpoint, seconds=seconds)
    except NotAllowed:
        raise
    except OSError as error:
        raise _kind_of(error) from error
    try:
        with closing(sock), _ended_at(deadline, sock):
            return _exchange(sock, request)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer from error


def _kind_of(error: OSError) -> NotConnected:
    match error:
        case socket.gaierror():
            return NoSuchHost()
        case ssl.SSLError():
            return NotSafe()
        case TimeoutError():
            return TooSlow()
    return NotConnected()


def _exchange(sock: socket.socket, request: _Request) -> Answer:
    sock.settimeout(TOTAL_SECONDS)
    endpoint = request.endpoint
    connection = HTTPConnection(endpoint.host, endpoint.port)
    connection.sock = sock
    headers = {"Host": endpoint.origin.partition("://")[2], "Connection": "close"}
    connection.request(
        request.method, endpoint.target, request.body, {**headers, **request.headers}
    )
    with connection.getresponse() as answer:
        wait = answer.headers.get("Retry-After", "")
        seconds = int(wait[:9]) if wait.isascii() and wait.isdecimal() else 0
        body = answer.read(request.most_bytes)
        return Answer(answer.status, body, min(seconds, LONGEST_RETRY_AFTER))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _ended_at(deadline: float, sock: socket.socket) -> Iterator[None]:
    """End a connection at this moment of `time.monotonic`, however slowly the other side goes on."""

    def end() -> None:
        # Not the method of a TLS socket: that one would let the other thread read on in the clear.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@dataclass
class _Guard:
    """`names`: the hosts that may be on a private address; `host`: the one that was resolved last."""

    names: frozenset[str]
    host: str = field(default="")


_guard: ContextVar[_Guard | None] = ContextVar("outbound_guard", default=None)


@contextmanager
def guarded(names: Collection[str]) -> Iterator[None]:
    """Let code that is not ours connect to public addresses, and to private ones of these hosts alone.

    For a library with a client of its own. It holds in this thread, for whatever goes through Python's
    sockets: whoever is sent on by a redirect or by a name that moves gets `NotAllowed`. Of each answer
    over HTTP it gets `MOST_BYTES` within `TOTAL_SECONDS`, and `TooMuch` for more.
    """
    _install_hook()
    HTTPConnection.response_class = _MeasuredResponse
    before = _guard.set(_Guard(frozenset(name.lower() for name in names)))
    try:
        yield
    finally:
        _guard.reset(before)


@cache
def _install_hook() -> None:
    """An audit hook cannot be taken away again: it is added when first needed, once for each process."""
    sys.addaudithook(_watch_sockets)


def _watch_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    guard = _guard.get()
    if guard is None:
        return
    if event == "socket.getaddrinfo":
        name = arguments[0]
        guard.host = (name.decode() if isinstance(name, bytes) else str(name)).lower()
    elif event == "socket.connect":
        address = arguments[1]
        ip = str(address[0]) if isinstance(address, tuple) else ""
        if not is_public(ip) and guard.host not in guard.names:
            raise NotAllowed("a private address")


class _MeasuredResponse(HTTPResponse):
    """An answer as libraries read it; measured while `guarded` holds, and untouched else."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        to_read: Any = _MeasuredSocket(sock) if _guard.get() else sock  # it only makes a file of it
        super().__init__(to_read, *args, **kwargs)


@dataclass(frozen=True)
class _MeasuredSocket:
    sock: socket.socket

    def makefile(self, mode: str) -> IO[bytes]:
        return io.BufferedReader(_MeasuredStream(self.sock.makefile("rb", buffering=0)))


class _MeasuredStream(io.RawIOBase):
    """The bytes of one answer with its headers. Raises `TooMuch` past the limits."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self.raw, self.left, self.ends = raw, MOST_BYTES, time.monotonic() + TOTAL_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self.raw.readinto(buffer)
        self.left -= count or 0
        if self.left < 0 or time.monotonic() > self.ends:
            raise TooMuch
        return count

    def close(self) -> None:
        self.raw.close()
        super().close()
