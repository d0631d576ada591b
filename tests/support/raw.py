"""Requests as a web server hands them over, in bytes: Django's own test client knows fewer kinds."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from mutualaid.boundary.incoming import RequestHandler


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


class Unread(io.BytesIO):
    """A body that counts how many of its bytes are read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        read = super().read(size)
        self.taken += len(read)
        return read


def send(
    method: str, path: bytes, body: io.BytesIO | bytes = b"", content_type: str = "", **others: Any
) -> Answer:
    """Send one request. `path` may have a query; bytes that are no UTF-8 are sent as they are."""
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    before, _, query = path.partition(b"?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": before.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(stream.getbuffer())),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": stream,
        "wsgi.url_scheme": "http",
        **others,
    }
    started: dict[str, Any] = {}

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        started.update(status=int(status[:3]), headers=dict(headers))
        return io.BytesIO().write

    with _connections_stay_open():
        response: Any = RequestHandler()(environ, start_response)
        text = b"".join(response).decode()
        response.close()
    return Answer(started["status"], started["headers"], text)


@contextmanager
def _connections_stay_open() -> Iterator[None]:
    """As Django's test client does: a test's transaction is one of this connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
