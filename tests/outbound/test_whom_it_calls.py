"""The site calls whom it was told to, and never a private address that someone else chose."""

import ast
import socket
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from mutualaid.boundary.addresses import is_public
from mutualaid.boundary.outbound import (
    NotAllowed,
    NotConnected,
    guarded,
    named_endpoint,
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


def test_a_library_with_its_own_client_reaches_no_private_address(here):
    port, _made = here
    with guarded(["chat.example"]):
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(NotAllowed):
                socket.create_connection((host, port), timeout=2)
    socket.create_connection(("127.0.0.1", port), timeout=2).close()


def test_but_that_of_a_host_the_site_keeper_named(here):
    port, _made = here
    with guarded(["LOCALHOST"]):
        socket.create_connection(("localhost", port), timeout=2).close()
        with pytest.raises(NotAllowed):
            socket.create_connection(("127.0.0.1", port), timeout=2)
