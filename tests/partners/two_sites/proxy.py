"""What stands between two sites and treats their messages badly: plain sockets, a thread a connection."""

import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from tests.support.site import free_port

DELAY = 0.3
"""Seconds; others overtake what is held up so long."""
HANGS = 15.0
"""Seconds; longer than a site waits for an answer."""
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
NONCE = re.compile(rb'nonce="([0-9a-f-]{36})"')
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


class Fault(StrEnum):
    """What becomes of a message on its way."""

    NONE = "goes through"
    DROPPED = "dropped"
    CUT = "cut in the middle"
    FLIPPED = "one byte is another"
    BUSY = "answered with 503"
    QUEUED = "answered with 202, and lost"
    HUNG = "no answer, for long"
    ANSWER_LOST = "arrives, its answer is lost"
    DOUBLED = "arrives twice at once"
    DELAYED = "held up"
    AGAIN_LATER = "arrives again much later"


UNANSWERED = {Fault.DROPPED, Fault.CUT, Fault.ANSWER_LOST}


@dataclass(frozen=True)
class Passed:
    """One try of a message: its id, what was done to it, the bytes, the site's answer (0: none), and when."""

    message_id: str
    fault: Fault
    request: bytes
    status: int
    at: float = field(default_factory=time.monotonic)

    @property
    def body(self) -> bytes:
        return self.request.partition(b"\r\n\r\n")[2]


@dataclass
class Weather:
    """How likely each fault is. The rest goes through; nothing else does where it is empty."""

    seed: int
    chances: Mapping[Fault, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._turn = threading.Lock()

    def next(self) -> Fault:
        with self._turn:
            drawn = self._random.random()
        for fault, chance in self.chances.items():
            drawn -= chance
            if drawn < 0:
                return fault
        return Fault.NONE

    def below(self, limit: int) -> int:
        with self._turn:
            return self._random.randrange(limit)

    def clears(self) -> None:
        self.chances = {}


class Proxy:
    """Listens in the place of a site and hands on to `upstream`, the port where that site listens.

    `is_away`: it hangs up on whoever comes. What arrives again later is kept until `repeat_old`.
    """

    def __init__(self, weather: Weather) -> None:
        self.port, self.upstream = free_port(), free_port()
        self.weather = weather
        self.is_away = False
        self.passed: list[Passed] = []
        self._old: list[bytes] = []
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)

    def serve(self) -> None:
        while not self._stopped.is_set():
            with suppress(OSError):
                connection, _address = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def counts(self) -> Counter[Fault]:
        return Counter(one.fault for one in self.passed)

    def repeat_old(self) -> list[int]:
        """Send each kept message once more, newest first; return what the site answered."""
        old, self._old = self._old[::-1], []
        return [_status(self._hand_on(request)) for request in old]

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if self.is_away:
                return
            request = _read(connection)
            if request.startswith(b"POST "):
                self._treat(connection, request)
            else:
                connection.sendall(self._hand_on(request))

    def _treat(self, connection: socket.socket, request: bytes) -> None:
        fault = self.weather.next()
        answer = WAYS[fault](self, request)
        nonce = NONCE.search(request)
        message_id = nonce[1].decode() if nonce else ""
        self.passed.append(Passed(message_id, fault, request, _status(answer)))
        if fault is Fault.HUNG:
            self._stopped.wait(HANGS)
        elif fault not in UNANSWERED:
            connection.sendall(answer)

    def _hand_on(self, request: bytes) -> bytes:
        """Return the site's answer; nothing where it gives none."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.upstream)) as site:
            site.sendall(request)
            site.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: site.recv(65_536), b""))
        return b""

    def _drop(self, request: bytes) -> bytes:
        return b""

    def _cut(self, request: bytes) -> bytes:
        return self._hand_on(request[: -len(request.partition(b"\r\n\r\n")[2]) // 2])

    def _flip(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        at = len(head) + 4 + self.weather.below(len(body))
        flipped = request[:at] + bytes([request[at] ^ 1]) + request[at + 1 :]
        return self._hand_on(flipped)

    def _busy(self, request: bytes) -> bytes:
        return b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def _queue(self, request: bytes) -> bytes:
        return (
            b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 20\r\n"
            b'Connection: close\r\n\r\n{"answer": "queued"}'
        )

    def _double(self, request: bytes) -> bytes:
        answers: list[bytes] = []
        twins = [
            threading.Thread(target=lambda: answers.append(self._hand_on(request)))
            for _ in range(2)
        ]
        for twin in twins:
            twin.start()
        for twin in twins:
            twin.join()
        return answers[0]

    def _delay(self, request: bytes) -> bytes:
        time.sleep(DELAY)
        return self._hand_on(request)

    def _keep(self, request: bytes) -> bytes:
        self._old.append(request)
        return self._hand_on(request)


WAYS: dict[Fault, Callable[[Proxy, bytes], bytes]] = {
    Fault.NONE: Proxy._hand_on,
    Fault.DROPPED: Proxy._drop,
    Fault.CUT: Proxy._cut,
    Fault.FLIPPED: Proxy._flip,
    Fault.BUSY: Proxy._busy,
    Fault.QUEUED: Proxy._queue,
    Fault.HUNG: Proxy._drop,
    Fault.ANSWER_LOST: Proxy._hand_on,
    Fault.DOUBLED: Proxy._double,
    Fault.DELAYED: Proxy._delay,
    Fault.AGAIN_LATER: Proxy._keep,
}


@contextmanager
def standing(proxy: Proxy) -> Iterator[Proxy]:
    """Let it work for as long as the block."""
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _read(connection: socket.socket) -> bytes:
    """Read one whole request. Raises `OSError` where it ends before."""
    connection.settimeout(30)
    read = b""
    while b"\r\n\r\n" not in read:
        read += _more(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    found = LENGTH.search(head)
    while found and len(body) < int(found[1]):
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError
    return data


def _status(answer: bytes) -> int:
    found = STATUS.match(answer)
    return int(found[1]) if found else 0
