"""The web server as its configuration starts it, by itself or below `manage.py up`."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.support import migrated
from tests.support.site import Site, until

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
CONFIGURATION = "mutualaid/deploy/gunicorn.conf.py"
HALF_A_POST = (
    b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\na="
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Site]:
    """A site of which the web server alone runs, on the port of its environment."""
    with serving(tmp_path / "data", CONFIGURATION) as site:
        yield site


@contextmanager
def serving(folder: Path, configuration: str, **environment: str) -> Iterator[Site]:
    """Run the web server of a site alone, with this configuration of Gunicorn."""
    site = Site(folder, **environment)
    migrated.copy_to(site.folder / "db.sqlite3")
    site.environment.pop("DATABASE_URL", None)
    site.environment["PORT"] = str(site.port)
    assert site.manage("collectstatic", "--noinput").returncode == 0
    with site.output.open("w") as out:
        site.process = subprocess.Popen(
            gunicorn(configuration),
            cwd=settings.BASE_DIR,
            env=site.environment,
            stdout=out,
            stderr=out,
        )
    until(site.answers)
    yield site
    site.clear_up()


def gunicorn(configuration: str = CONFIGURATION) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", configuration]


def test_ten_who_are_slow_take_no_page_from_the_others_and_a_stop_is_clean(server: Site):
    with ExitStack() as exit:
        for _ in range(10):
            slow = exit.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(HALF_A_POST)
        assert server.answers()
    assert server.process
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    assert "/language/" not in server.output.read_text()


def test_its_own_lines_are_json_as_all_others(server: Site):
    second = subprocess.run(
        gunicorn(), cwd=settings.BASE_DIR, env=server.environment, capture_output=True, text=True
    )
    assert second.returncode == 1
    lines = [json.loads(line) for line in second.stderr.splitlines()]
    assert {line["logger"] for line in lines} == {"gunicorn.error"}
    assert "Connection in use" in lines[0]["message"]


def test_it_can_listen_on_a_socket_of_the_file_system(tmp_path: Path):
    where = tmp_path / "web.sock"
    site = Site(tmp_path / "data", BIND=f"unix:{where}")
    site.environment.pop("DATABASE_URL", None)
    site.folder.mkdir()
    migrated.copy_to(site.folder / "db.sqlite3")
    assert site.manage("collectstatic", "--noinput").returncode == 0
    with subprocess.Popen(gunicorn(), cwd=settings.BASE_DIR, env=site.environment) as process:
        until(where.is_socket)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(os.fspath(where))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 200"
        process.terminate()
