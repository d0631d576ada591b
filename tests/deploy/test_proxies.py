"""Caddy and nginx in front of a real site, with the files that a group uses."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from tests.support.site import Site, free_port, until

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
MUST_HAVE = os.environ.get("MUST_HAVE", "").split()
"""Programs that were installed for this run."""
DEPLOY = settings.BASE_DIR / "mutualaid" / "deploy"
HOST = "help.example.org"
SECRET_PATH = "/need/a-private-link-of-someone/"
AWAY = "<!doctype html><title>Away</title><p>555 0100"


class Proxy:
    """A proxy that runs in `folder`, in front of a site on `upstream`."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.upstream = folder, upstream
        self.http, self.https = free_port(), free_port()
        self.pages = folder / "pages"
        (self.pages / "harbour").mkdir(parents=True)
        (self.pages / "harbour" / "index.html").write_text(AWAY)
        self.log = folder / "log.txt"
        self.environment = os.environ | {"XDG_DATA_HOME": str(folder), "HOME": str(folder)}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Proxy":
        test, run = self.commands()
        checked = subprocess.run(
            test, env=self.environment, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(run, env=self.environment, stdout=out, stderr=out)
        until(self._answers)
        return self

    def commands(self) -> tuple[list[str], list[str]]:
        """Write its files; return the commands that test them and that run it."""
        raise NotImplementedError

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def get(self, path: str = "/", **headers: str) -> HTTPResponse:
        return self.send("GET", path, b"", **headers)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> HTTPResponse:
        """Send one request with TLS. Header names have _ for -."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection("127.0.0.1", self.https, timeout=60)
        raw = socket.create_connection(("127.0.0.1", self.https), timeout=60)
        connection.sock = context.wrap_socket(raw, server_hostname=HOST)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": HOST} | named)
        return connection.getresponse()

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/healthz").status > 0
        except (OSError, HTTPException):
            return False


class Caddy(Proxy):
    def commands(self) -> tuple[list[str], list[str]]:
        own = f"skip_install_trust\n\thttp_port {self.http}\n\thttps_port {self.https}"
        file = self.folder / "Caddyfile"
        text = (DEPLOY / "caddy" / "Caddyfile").read_text()
        text = text.replace("admin unix//var/lib/caddy/admin.sock", f"admin off\n\t{own}")
        text = text.replace("protocols tls1.2", "issuer internal\n\t\tprotocols tls1.2")
        file.write_text(text.replace("/var/www/mutualaid", str(self.pages)))
        (self.folder / "sites").mkdir()
        group = (DEPLOY / "caddy" / "sites" / "group.caddy").read_text()
        (self.folder / "sites" / "harbour.caddy").write_text(
            group.replace("8001", str(self.upstream))
        )
        words = ["--adapter", "caddyfile", "--config", str(file)]
        return ["caddy", "validate", *words], ["caddy", "run", *words]


class Nginx(Proxy):
    def commands(self) -> tuple[list[str], list[str]]:
        (self.folder / "snippets").mkdir()
        self._copy("mutualaid.conf", "snippets/mutualaid.conf")
        self._copy("group.conf", "group.conf")
        _certificate(self.folder)
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        file = self.folder / "nginx.conf"
        file.write_text(
            f"{user} pid {self.folder}/pid; daemon off; events {{}}"
            f" http {{ {places} include {self.folder}/group.conf; }}"
        )
        words = ["nginx", "-p", str(self.folder), "-e", str(self.log), "-c", str(file)]
        return [*words, "-t"], words

    def _copy(self, name: str, to: str) -> None:
        text = (DEPLOY / "nginx" / name).read_text()
        text = text.replace("listen 80", f"listen {self.http}").replace(
            "listen 443", f"listen {self.https}"
        )
        text = text.replace("[::]:80", f"[::]:{self.http}").replace(
            "[::]:443", f"[::]:{self.https}"
        )
        text = text.replace("/etc/letsencrypt/live/help.example.org", str(self.folder))
        text = text.replace("/var/log/nginx/error.log", str(self.log))
        text = text.replace("/var/www/mutualaid", str(self.pages))
        (self.folder / to).write_text(text.replace("8001", str(self.upstream)))


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "data"
    site = Site(folder, SITE_URL=f"https://{HOST}", TRUSTED_PROXY_COUNT="1")
    site.environment.pop("DATABASE_URL", None)
    yield site.start()
    site.clear_up()


@pytest.fixture(scope="module", params=[Caddy, Nginx], ids=["caddy", "nginx"])
def new_proxy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Proxy]]:
    kind = request.param
    name = kind.__name__.lower()
    if not shutil.which(name):
        reason = f"{name} is not here: its files were not tried (Debian: sudo apt install {name})"
        (pytest.fail if name in MUST_HAVE else pytest.skip)(reason)
    proxies: list[Proxy] = []

    def make(upstream: int) -> Proxy:
        proxies.append(kind(tmp_path_factory.mktemp("proxy"), upstream))
        return proxies[-1].start()

    yield make
    for proxy in proxies:
        proxy.stop()


@pytest.fixture(scope="module")
def proxy(new_proxy: Callable[[int], Proxy], site: Site) -> Proxy:
    return new_proxy(site.port)


@pytest.fixture(scope="module")
def before_nothing(new_proxy: Callable[[int], Proxy]) -> Proxy:
    """A proxy whose site does not run."""
    return new_proxy(free_port())


def test_the_site_answers_through_it(proxy: Proxy):
    answer = proxy.get("/ask/")
    assert answer.status in (200, 302)
    assert answer.getheader("Strict-Transport-Security")


def test_http_leads_on_to_https(proxy: Proxy):
    connection = HTTPConnection("127.0.0.1", proxy.http, timeout=60)
    connection.request("GET", "/about/", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    assert answer.status in (301, 308)
    assert answer.getheader("Location", "").startswith(f"https://{HOST}")


def test_who_a_visitor_claims_to_be_counts_for_nothing(proxy: Proxy):
    """Twenty wrong links from one network are the most, under whatever name."""
    tries = [
        proxy.get(
            SECRET_PATH, X_Forwarded_For=f"93.184.{n}.1", Forwarded=f"for=93.184.{n}.2"
        ).status
        for n in range(22)
    ]
    assert tries[0] in (404, 429)  # the other proxy's visitor is at the same address
    assert tries[-1] == 429


@pytest.mark.parametrize("proto", ["http", "https"])
def test_only_the_proxy_says_whether_it_was_https(proxy: Proxy, proto: str):
    assert proxy.get("/about/", X_Forwarded_Proto=proto).status == 200


def test_a_body_that_is_too_long_is_refused(proxy: Proxy):
    try:
        status = proxy.send("POST", "/ask/", b"x" * 13_000_000).status
    except (ConnectionError, ssl.SSLError):  # it may close before all is sent
        status = 413
    # The site closes unread what no page takes. A proxy that is still sending may see that first.
    assert status in (413, 503)
    assert proxy.get("/about/").status == 200


def test_an_old_tls_is_refused(proxy: Proxy):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
    with (
        socket.create_connection(("127.0.0.1", proxy.https), timeout=60) as raw,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(raw, server_hostname=HOST)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_while_the_site_is_down_a_kind_page_says_so(before_nothing: Proxy, method: str):
    answer = before_nothing.send(method, SECRET_PATH, b"words=hello" if method == "POST" else b"")
    assert answer.status == 503
    assert answer.getheader("Retry-After") == "60"
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Content-Type", "").startswith("text/html")
    assert answer.read().decode() == AWAY


def test_no_log_has_the_path_of_a_private_link(proxy: Proxy, before_nothing: Proxy):
    for each in (proxy, before_nothing):
        each.get(SECRET_PATH)
        each.get("/%00nonsense/%ff/a-private-link-of-someone")
        assert "a-private-link" not in each.log.read_text()


def test_what_the_site_itself_answers_passes_unchanged(proxy: Proxy):
    answer = proxy.get("/readyz")
    assert answer.status in (200, 503)
    assert json.loads(answer.read())["status"]
