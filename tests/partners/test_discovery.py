"""Reading another group's site: whatever is typed is one address, and what went wrong is said."""

import json
import socket
from typing import Any

import pytest
from django.test import override_settings

from mutualaid.boundary import outbound
from mutualaid.boundary.outbound import (
    Answer,
    NoAnswer,
    NoSuchHost,
    NotAllowed,
    NotConnected,
    NotSafe,
    TooSlow,
)
from mutualaid.partners import discovery
from mutualaid.partners.discovery import NotRead, Trouble, normal_site, read_site
from tests.support.sockets import served

CROWN = "https://crown.example"
KEY = "ab" * 32
TOLD = {"name": "Crown Heights", "site": CROWN, "phone": "555 0199", "public_key": KEY}


@pytest.mark.parametrize(
    "typed",
    [
        "crown.example", "https://crown.example", "http://crown.example", "HTTPS://CROWN.EXAMPLE/",
        "  crown.example. ", "https://crown.example:443/about/?x=1#y", "Crown.Example/partners/",
        "ｃｒｏｗｎ．example", "crown。example", "http://crown.example:80", "crown\u200b.example",
        "\u202ecrown.example",
    ],
)  # fmt: skip
def test_every_spelling_is_one_address(typed):
    assert normal_site(typed) == CROWN


def test_a_name_in_another_script_is_written_as_the_internet_knows_it():
    assert normal_site("Bücher.example/") == normal_site("xn--bcher-kva.example")
    assert normal_site("straße.example") == "https://xn--strae-oqa.example"


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "crown", "crown example", "https://", "https://user@crown.example",
        "crown.example\\@x.example", "ftp://crown.example", "javascript:alert(1)", "https://crown.example:8443",
        "crown.example:99999", "https://[crown", "a" * 64 + ".example", f"{'a.' * 200}example", "x" * 5000,
        "-.example", "8.8.8.8", "=cmd.example", "<b>.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none(typed):
    with pytest.raises(NotRead) as refused:
        normal_site(typed)
    assert refused.value.trouble == Trouble.NO_ADDRESS


@pytest.mark.parametrize(
    "typed",
    ["127.0.0.1", "10.0.0.1", "http://192.168.1.1/", "[::1]", "https://[fd00::1]", "localhost"],
)
def test_a_private_address_is_said_to_be_one(typed):
    with pytest.raises(NotRead) as refused:
        normal_site(typed)
    assert refused.value.trouble == Trouble.PRIVATE


@override_settings(SITE_URL="https://ours.example")
@pytest.mark.parametrize("typed", ["ours.example", "HTTPS://OURS.example/ask/"])
def test_our_own_site_is_no_other_group(typed):
    with pytest.raises(NotRead) as refused:
        normal_site(typed)
    assert refused.value.trouble == Trouble.OWN_SITE


def trouble_with(monkeypatch: pytest.MonkeyPatch, answer: Answer | Exception) -> Trouble:
    def get(endpoint: outbound.Endpoint, **_limits: Any) -> Answer:
        assert endpoint.url == f"{CROWN}/.well-known/mutualaid"
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(outbound, "get", get)
    with pytest.raises(NotRead) as refused:
        read_site(CROWN)
    return refused.value.trouble


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (NotAllowed("a private address"), Trouble.PRIVATE),
        (NoSuchHost(), Trouble.NO_SUCH_HOST),
        (NotSafe(), Trouble.NOT_SAFE),
        (TooSlow(), Trouble.TOO_SLOW),
        (NotConnected(), Trouble.NO_ANSWER),
        (caused(NoAnswer(), ConnectionResetError()), Trouble.NO_ANSWER),
        (NoAnswer("too long"), Trouble.TOO_LONG),
        (Answer(301, b""), Trouble.REDIRECT),
        (Answer(307, b""), Trouble.REDIRECT),
        (Answer(404, b""), Trouble.NOT_THERE),
        (Answer(500, b""), Trouble.NO_ANSWER),
        (Answer(200, b""), Trouble.NOT_UNDERSTOOD),
        (Answer(200, b"<html>"), Trouble.NOT_UNDERSTOOD),
        (Answer(200, b"[]"), Trouble.NOT_UNDERSTOOD),
        (Answer(200, b"[" * 30_000), Trouble.NOT_UNDERSTOOD),
        (Answer(200, "﻿{}".encode()), Trouble.NOT_UNDERSTOOD),
        (Answer(200, json.dumps(TOLD).encode("utf-16")), Trouble.NOT_UNDERSTOOD),
        (Answer(200, b'{"site": 1, "site": 2}'), Trouble.NOT_UNDERSTOOD),
        (Answer(200, json.dumps(TOLD | {"public_key": "AB" * 32}).encode()), Trouble.NOT_UNDERSTOOD),
        (Answer(200, json.dumps(TOLD | {"public_key": 7}).encode()), Trouble.NOT_UNDERSTOOD),
        (Answer(200, json.dumps(TOLD | {"site": "https://other.example"}).encode()), Trouble.OTHER_SITE),
        (Answer(200, json.dumps(TOLD | {"site": None}).encode()), Trouble.OTHER_SITE),
    ],
)  # fmt: skip
def test_each_trouble_is_told_apart(monkeypatch, answer, trouble):
    assert trouble_with(monkeypatch, answer) == trouble


def described(monkeypatch: pytest.MonkeyPatch, **told: object) -> discovery.SiteDescription:
    body = json.dumps(TOLD | told).encode()
    monkeypatch.setattr(outbound, "get", lambda *_one, **_more: Answer(200, body))
    return read_site(CROWN)


def test_what_a_site_says_of_itself_is_read(monkeypatch):
    found = described(monkeypatch, site="https://CROWN.example/")
    assert (found.site, found.name, found.phone, found.public_key) == (
        CROWN, "Crown Heights", "555 0199", KEY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("", "crown.example"),
        (None, "crown.example"),
        ("\u202e\u200b", "crown.example"),
        ("Crown\nHeights\t", "Crown Heights"),
        ("\u202eCrown", "Crown"),
        ("x" * 10_000, "x" * 99 + "…"),
        ("<b>Crown</b>", "<b>Crown</b>"),  # pages escape it
    ],
)
def test_a_name_is_one_line_of_what_people_can_see(monkeypatch, name, read):
    assert described(monkeypatch, name=name).name == read


def trouble_at(port: int, monkeypatch: pytest.MonkeyPatch, seconds: float = 5.0) -> Trouble:
    monkeypatch.setattr(discovery, "SECONDS", seconds)
    with override_settings(PARTNERS_ON_LOOPBACK=True), pytest.raises(NotRead) as refused:
        read_site(normal_site(f"http://127.0.0.1:{port}"))
    return refused.value.trouble


def test_a_redirect_is_not_followed(monkeypatch):
    head = b"HTTP/1.1 302 Go\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with served(head) as port:
        assert trouble_at(port, monkeypatch) == Trouble.REDIRECT


def test_of_an_answer_without_end_little_is_read(monkeypatch):
    chunks = [b'{"name": "' + b"x" * 65_536] * 100
    with served(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", *chunks) as port:
        assert trouble_at(port, monkeypatch) == Trouble.TOO_LONG


def test_who_answers_a_letter_at_a_time_is_left(monkeypatch):
    with served(b"HTTP/1.1 200 OK\r\n\r\n", *[b" "] * 600, pause=0.1) as port:
        assert trouble_at(port, monkeypatch, seconds=0.5) in (
            Trouble.TOO_SLOW,
            Trouble.NOT_UNDERSTOOD,
        )


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"]
)
def test_a_public_name_that_leads_inside_is_not_called(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    row = (family, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [row])
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: pytest.fail("called"))
    with pytest.raises(NotRead) as refused:
        read_site(CROWN)
    assert refused.value.trouble == Trouble.PRIVATE


@pytest.mark.parametrize(
    ("failure", "trouble"),
    [
        (socket.gaierror(-2, "unknown"), Trouble.NO_SUCH_HOST),
        (TimeoutError(), Trouble.TOO_SLOW),
        (ConnectionRefusedError(), Trouble.NO_ANSWER),
    ],
)
def test_what_the_network_says_is_told_apart(monkeypatch, failure, trouble):
    def fail(*_args: Any, **_more: Any) -> Any:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(NotRead) as refused:
        read_site(CROWN)
    assert refused.value.trouble == trouble


def test_a_site_without_a_good_certificate_is_not_read():
    with (
        served(b"HTTP/1.1 200 OK\r\n\r\n") as port,
        override_settings(PARTNERS_ON_LOOPBACK=True),
        pytest.raises(NotRead) as refused,
    ):
        read_site(f"https://127.0.0.1:{port}")
    assert refused.value.trouble == Trouble.NOT_SAFE
