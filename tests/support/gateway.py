"""A real HTTP server in the place of an SMS gateway: it answers as a test says, or hangs up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Asked(NamedTuple):
    path: str
    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> str:
        return self.raw.decode()


class Gateway:
    """`status` is what it answers; 0: it takes the message and hangs up without an answer."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status = 201
        self.answer = ""
        self.location = ""
        self.retry_after = ""
        self.port = 0


@contextmanager
def gateway() -> Iterator[Gateway]:
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.append(Asked(self.path, body, dict(self.headers)))
            if state.status:
                self.send_response(state.status)
                self.send_header("Content-Length", str(len(state.answer)))
                if state.location:
                    self.send_header("Location", state.location)
                if state.retry_after:
                    self.send_header("Retry-After", state.retry_after)
                self.end_headers()
                self.wfile.write(state.answer.encode())
            else:
                self.connection.close()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
