"""Another group's site may be any public host, and all of it an attacker's."""

import socket

import pytest

from mutualaid.boundary import outbound
from mutualaid.boundary.outbound import (
    NoAnswer,
    NotAllowed,
    NotConnected,
    get,
    named_endpoint,
    partner_endpoint,
    post,
)
from tests.support.sockets import answering, call, served


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
