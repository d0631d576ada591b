"""The site calls whom it was told to, and never a private address that someone else chose."""

import ast
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from mutualaid.boundary import outbound
from mutualaid.boundary.addresses import is_public
from mutualaid.boundary.outbound import (
    NoAnswer,
    NotAllowed,
    NotConnected,
    TooMuch,
    get,
    guarded,
    named_endpoint,
    partner_endpoint,
    post,
    public_endpoint,
)
from tests.support.gateway import gateway

HOSTS = ["fcm.googleapis.com", "push.example"]
CLIENTS = {"requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "socket"}
MAY_IMPORT_ONE = {
    "mutualaid/boundary/outbound.py",
    "mutualaid/standalone/web.py",  # asks our own web server, on this machine, whether it answers
    "mutualaid/hosting/sites/adding.py",  # finds a port of this machine that is free
    "mutualaid/hosting/sites/listing.py",  # asks the sites of this machine whether they are well
    "mutualaid/hosting/trying_out.py",  # looks where the address of the site leads, for whoever sets it up
    "mutualaid/standalone/systemd.py",  # tells the systemd of this machine through a socket of its own
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_no_other_module_has_a_client_of_its_own():
    rooms = ("mutualaid", "requests_app", "offers_app")
    files = [path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py")]
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for path in files
        if any(n == c or n.startswith(f"{c}.") for n in imported(path) for c in CLIENTS)
    }
    assert found == MAY_IMPORT_ONE


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2001:0:a00:1::", "2001:db8::1", "", "nonsense", "1.2.3",
    ],
)  # fmt: skip
def test_these_are_not_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "142.250.185.74", "2a00:1450:4001:80b::200a", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"],
)
def test_these_are(address):
    assert is_public(address)


@contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on 127.0.0.1 and, for each connection that was made to it, an entry."""
    server = socket.create_server(("127.0.0.1", 0))
    made: list[object] = []

    def accept() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            made.append(address)
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1], made
    finally:
        server.close()


@pytest.fixture(scope="module")
def here() -> Iterator[tuple[int, list[object]]]:
    with listener() as found:
        yield found


@pytest.fixture(scope="module")
def connections() -> list[object]:
    """Every address that this process tries to connect to, for as long as it is the list."""
    tried: list[object] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect":
            tried.append(arguments[1])

    sys.addaudithook(hook)
    return tried


LOCAL = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0",
    "[::ffff:127.0.0.1]",
)
PARTS = st.sampled_from(
    [*LOCAL, *HOSTS, "\\", "@", "/", "#", "?", ":", ":{port}", ":443", ".", "%", "%5C", "%40", "%00",
     "\t", "\n", "\r\n", " ", "\0", "。", "ｆ", "user:pw@", "//", "..", ";", "http://", "https://"]
)  # fmt: skip
HOSTILE = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["https://", "http://", "HTTPS://", "https:/", "https:", "//", "", "gopher://"]
    ),
    st.lists(PARTS | st.text(max_size=3), min_size=1, max_size=6).map("".join),
    st.sampled_from(["", "/", "/x", "/x?y=z", "#f"]),
)


@pytest.mark.one_database
@given(url=HOSTILE)
@example(url="https://127.0.0.1\\@fcm.googleapis.com/")
@example(url="https://127.0.0.1:{port}\\@fcm.googleapis.com/")
@example(url="https://fcm.googleapis.com:{port}/")
@example(url="https://fcm.googleapis.com@127.0.0.1:{port}/")
@example(url="https://fcm.googleapis.com/")
@example(url="https://a.push.example/")
def test_whatever_is_typed_no_connection_is_made_to_this_machine(here, connections, url):
    """Even where the name of a maker leads to this machine: the resolver is the attacker's here."""
    port, made = here
    local = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    connections.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_args, **_more: local)
        with pytest.raises(NotAllowed):
            post(public_endpoint(url.replace("{port}", str(port)), HOSTS), b"", {})
    assert (made, connections) == ([], [])


def test_a_name_is_resolved_once_and_that_address_is_the_one_connected_to(
    monkeypatch, here, connections
):
    """A name that is public when it is checked and private when it is called gets nowhere."""
    answers = iter(["8.8.8.8", "127.0.0.1"])
    resolved = []

    def resolve(host: str, port: int, **_more: object) -> list[object]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    connected = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotConnected):
        post(public_endpoint("https://fcm.googleapis.com/x", HOSTS), b"", {})
    assert (resolved, connected) == (["fcm.googleapis.com"], [("8.8.8.8", 443)])


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)
    with pytest.raises(NotAllowed):
        post(public_endpoint("https://fcm.googleapis.com/x", HOSTS), b"", {})


def test_what_the_site_keeper_named_is_reached_on_their_own_network():
    with gateway() as told:
        told.answer = "taken"
        answer = post(named_endpoint(f"http://127.0.0.1:{told.port}/a?b=c"), b"text", {"X-Y": "z"})
    assert (answer.status, answer.body) == (201, b"taken")
    (asked,) = told.asked
    assert (asked.path, asked.body, asked.headers["X-Y"]) == ("/a?b=c", "text", "z")
    assert asked.headers["Host"] == f"127.0.0.1:{told.port}"


@pytest.mark.parametrize(
    "url", ["", "host", "ftp://host/", "http://", "http://a b/", "http://u:p@host/", "http://host:0/",
            "http://host:99999/", "http://host\\x/", "http://host/\n", "http://host/#x"]
)  # fmt: skip
def test_what_is_no_address_is_called_by_no_one(url):
    with pytest.raises(NotAllowed):
        named_endpoint(url)


def serve(*chunks: bytes, pause: float = 0) -> Iterator[int]:
    """A server that sends these chunks to whoever connects, with a pause after each."""
    server = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def answer() -> None:
        connection, _address = server.accept()
        connection.recv(65536)
        for chunk in chunks:
            try:
                connection.sendall(chunk)
            except OSError:
                break
            if done.wait(pause):
                break
        connection.close()

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        server.close()


served = contextmanager(serve)


@contextmanager
def answering(answer: Callable[[socket.socket, threading.Event], object]) -> Iterator[int]:
    """A server that lets `answer` talk to the first who connects; the event says that the test is over."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def talk() -> None:
        with suppress(OSError):
            connection, _address = server.accept()
            with connection:
                answer(connection, ended)

    threading.Thread(target=talk, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        ended.set()
        server.close()


def call(port: int) -> outbound.Answer:
    return post(named_endpoint(f"http://127.0.0.1:{port}/"), b"", {})


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


def test_a_library_with_its_own_client_reaches_no_private_address(here):
    port, _made = here
    with guarded(["chat.example"]):
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(NotAllowed):
                socket.create_connection((host, port), timeout=2)
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


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


def test_but_that_of_a_host_the_site_keeper_named(here):
    port, _made = here
    with guarded(["LOCALHOST"]):
        socket.create_connection(("localhost", port), timeout=2).close()
        with pytest.raises(NotAllowed):
            socket.create_connection(("127.0.0.1", port), timeout=2)


def resolved_to(monkeypatch, *answers: str) -> None:
    """Let a name lead to each of these in turn, and at last always to the last."""
    left = list(answers)

    def resolve(host: str, port: int, **_more: object) -> list[object]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def read(port: int, *, most_bytes: int = 32_768, seconds: float = 5) -> outbound.Answer:
    return get(
        named_endpoint(f"http://127.0.0.1:{port}/x?y"), most_bytes=most_bytes, seconds=seconds
    )


class TestAPartnersSite:
    """Any public host, so that its name, its server and its certificate may be an attacker's."""

    def test_it_is_asked_with_get_and_under_its_own_name(self):
        heard = []

        def hear(sock: socket.socket, *_more: object) -> None:
            heard.append(sock.recv(65_536).decode())
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        with answering(hear) as port:
            assert read(port).body == b"{}"
        (said,) = heard
        assert said.startswith("GET /x?y HTTP/1.1\r\n")
        assert f"\r\nHost: 127.0.0.1:{port}\r\n" in said

    @pytest.mark.parametrize("most", [10, 32_768])
    def test_an_answer_that_is_longer_than_it_may_be_is_none(self, most):
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        with served(head, b"x" * most) as port:
            assert len(read(port, most_bytes=most).body) == most
        with served(head, b"x" * (most + 1)) as port, pytest.raises(NoAnswer):
            read(port, most_bytes=most)

    def test_of_an_answer_without_end_no_more_is_read(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"
        with served(head, *[b"x" * 1_048_576] * 1024) as port, pytest.raises(NoAnswer):
            read(port)
        with served(head, *[b"x" * 1_048_576] * 1024) as port:
            assert len(call(port).body) == outbound.MOST_BYTES

    def test_a_redirect_is_an_answer_and_not_followed(self, here):
        port, made = here
        before = len(made)
        location = f"http://127.0.0.1:{port}/".encode()
        with served(b"HTTP/1.1 302 Go\r\nLocation: " + location + b"\r\n\r\n") as to:
            assert read(to).status == 302
        assert len(made) == before

    @pytest.mark.parametrize(
        "url",
        ["http://crown.example/", "https://crown.example:8443/", "ftp://crown.example/",
         "https://u:p@crown.example/", "https://crown.example\\@x.example/", "crown.example", ""],
    )  # fmt: skip
    def test_only_https_on_its_own_port(self, url):
        with pytest.raises(NotAllowed):
            partner_endpoint(url)

    @pytest.mark.parametrize(
        "address",
        ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "::ffff:127.0.0.1",
         "64:ff9b::a00:1", "fd00::1", "0.0.0.0"],
    )  # fmt: skip
    def test_a_name_that_leads_to_a_private_address_is_not_called(
        self, monkeypatch, connections, address
    ):
        resolved_to(monkeypatch, address)
        connections.clear()
        endpoint = partner_endpoint("https://crown.example/")
        with pytest.raises(NotAllowed):
            get(endpoint, most_bytes=100, seconds=5)
        with pytest.raises(NotAllowed):
            post(endpoint, b"", {})
        assert connections == []

    def test_a_name_that_changes_after_it_was_checked_changes_nothing(self, monkeypatch):
        resolved_to(monkeypatch, "8.8.8.8", "127.0.0.1")
        called = []

        def connect(address: tuple[str, int], timeout: float) -> socket.socket:
            called.append(address)
            raise OSError

        monkeypatch.setattr(socket, "create_connection", connect)
        with pytest.raises(NotConnected):
            get(partner_endpoint("https://crown.example/"), most_bytes=100, seconds=5)
        assert called == [("8.8.8.8", 443)]

    def test_for_tests_alone_it_may_be_on_this_machine_and_nowhere_else(
        self, monkeypatch, settings
    ):
        settings.PARTNERS_ON_LOOPBACK = True
        with served(b"HTTP/1.1 200 OK\r\n\r\n{}") as port:
            endpoint = partner_endpoint(f"http://127.0.0.1:{port}/")
            assert get(endpoint, most_bytes=100, seconds=5).body == b"{}"
        resolved_to(monkeypatch, "10.0.0.1")
        with pytest.raises(NotAllowed):
            get(partner_endpoint("http://crown.example/"), most_bytes=100, seconds=5)

    def test_a_part_of_a_name_that_is_too_long_is_no_host(self):
        endpoint = partner_endpoint(f"https://{'a' * 70}.example/")
        with pytest.raises(NotConnected):
            get(endpoint, most_bytes=100, seconds=5)


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
