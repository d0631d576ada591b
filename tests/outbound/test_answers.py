"""No answer leads the site on, is read without end, or is waited for longer than it has time."""

import socket
import threading
from contextlib import suppress
from urllib.request import urlopen

import pytest

from mutualaid.boundary import outbound
from mutualaid.boundary.outbound import (
    NoAnswer,
    NotConnected,
    TooMuch,
    get,
    guarded,
    named_endpoint,
    partner_endpoint,
    post,
)
from tests.support.gateway import gateway
from tests.support.sockets import answering, call, served


def test_no_redirect_is_followed(here):
    port, made = here
    before = len(made)
    location = f"http://127.0.0.1:{port}/".encode()
    with served(
        b"HTTP/1.1 307 Go\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    ) as to:
        assert call(to).status == 307
    assert len(made) == before


def test_no_proxy_of_the_environment_is_asked(here, monkeypatch):
    port, made = here
    before = len(made)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    with gateway() as told:
        assert call(told.port).status == 201
    assert len(made) == before


def test_of_a_long_answer_only_the_beginning_is_read():
    with served(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65_536] * 100) as port:
        assert len(call(port).body) == outbound.MOST_BYTES


@pytest.mark.parametrize("part", ["headers", "body"])
def test_whoever_answers_a_letter_at_a_time_is_left(monkeypatch, part):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.5)
    start = b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"X: ")
    with served(start, *[b"y"] * 600, pause=0.1) as port, suppress(NoAnswer):
        assert len(call(port).body) < 100


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1"])
def test_what_is_no_answer_is_told_as_such(answer):
    with served(answer) as port, pytest.raises(NoAnswer):
        call(port)


def test_where_no_one_listens_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotConnected):
        call(port)


def test_a_library_reads_no_more_and_no_longer_than_we_do(monkeypatch):
    def read(*chunks: bytes, pause: float = 0) -> None:
        with served(b"HTTP/1.1 200 OK\r\n\r\n", *chunks, pause=pause) as port:
            urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()

    with guarded(["127.0.0.1"]):
        read(b"x" * 1000)
        with pytest.raises(TooMuch):
            read(*[b"x" * 65_536] * 100)
        monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
        with pytest.raises(TooMuch):
            read(*[b"x"] * 600, pause=0.05)


class TestWhoHangsIsLeftAfterTheSecondsItHas:
    """Wherever it hangs; a test that waited for its own end would wait for an hour."""

    def test_while_its_name_is_looked_up(self, monkeypatch):
        ended = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: ended.wait(3600) and [])
        try:
            with pytest.raises(NotConnected):
                get(partner_endpoint("https://crown.example/"), most_bytes=100, seconds=0.2)
        finally:
            ended.set()

    def test_with_ever_more_addresses_that_do_not_answer(self, monkeypatch):
        many = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"8.8.{n // 250}.{n % 250}", 443))
            for n in range(2000)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: many)
        tried = []

        def connect(address: tuple[str, int], timeout: float) -> socket.socket:
            tried.append(timeout)
            threading.Event().wait(min(timeout, 0.05))
            raise TimeoutError

        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(NotConnected):
            get(partner_endpoint("https://crown.example/"), most_bytes=100, seconds=0.3)
        assert max(tried) <= 0.3
        assert len(tried) < 20

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_without_a_word(self, scheme):
        with (
            answering(lambda _sock, ended: ended.wait(3600)) as port,
            pytest.raises(NotConnected if scheme == "https" else NoAnswer),
        ):
            get(named_endpoint(f"{scheme}://127.0.0.1:{port}/"), most_bytes=100, seconds=0.3)

    def test_with_a_letter_of_tls_at_a_time(self):
        def trickle(sock: socket.socket, ended: threading.Event) -> None:
            head = b"\x16\x03\x03\x3f\xff"  # a record of 16 kB, which never comes
            with suppress(OSError):
                sock.sendall(head)
                while not ended.wait(0.05):
                    sock.sendall(b"\x02")

        with answering(trickle) as port, pytest.raises(NotConnected):
            get(named_endpoint(f"https://127.0.0.1:{port}/"), most_bytes=100, seconds=0.4)

    def test_with_a_letter_of_its_answer_at_a_time(self):
        start = b"HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n"
        with served(start, *[b"y"] * 600, pause=0.1) as port:
            endpoint = named_endpoint(f"http://127.0.0.1:{port}/")
            with suppress(NoAnswer):
                assert len(post(endpoint, b"", {}, seconds=0.5).body) < 100
