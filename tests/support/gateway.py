"""A real HTTP server in the place of an SMS gateway: it answers as a test says, or hangs up."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Thread
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

    def answer_to(self, asked: Asked) -> "Gateway":
        """What holds for this request: where not all get the same answer, another one than this."""
        return self


@contextmanager
def gateway(state: Gateway | None = None) -> Iterator[Gateway]:
    """Run one that answers all alike, or as `state` says."""
    state = state or Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked = Asked(self.path, body, dict(self.headers))
            state.asked.append(asked)
            said = state.answer_to(asked)
            if said.status:
                self.send_response(said.status)
                self.send_header("Content-Length", str(len(said.answer)))
                if said.location:
                    self.send_header("Location", said.location)
                if said.retry_after:
                    self.send_header("Retry-After", said.retry_after)
                self.end_headers()
                self.wfile.write(said.answer.encode())
            else:
                self.connection.close()

        def log_message(self, *args: Any) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        state.port = port
        yield state


@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    """Let it answer for as long as the block; yield its port."""
    # Asked every half second, as by default, whether it is to end, it would end half a second late.
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
