"""Three real sites of one code folder on one machine."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from mutualaid.hosting import env_file
from mutualaid.hosting.sites.layout import Layout, Site
from tests.hosting.test_setup import manage
from tests.support import migrated
from tests.support.site import MANAGE, PATIENCE, free_port, until

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
GROUPS = {"harbour": 'Ana\'s "Old" Harbour', "mill": "Mühle & $Söhne", "elm": "بيت الدردار"}
WRITTEN_BY_PYTHON = {"__pycache__", "var", ".git"}


class Running:
    """A site that `manage.py up` serves, asked as the proxy in front of it asks."""

    def __init__(self, site: Site, output: Path) -> None:
        self.site = site
        self.output = output
        with output.open("w") as out:
            self.process = subprocess.Popen(
                [*MANAGE, "up", "--env-file", str(site.env_file)],
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def is_ready_or_ended(self) -> bool:
        return "Press Ctrl-C" in self.output.read_text() or self.process.poll() is not None

    def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.site.port or 0, timeout=60)
        headers = {"Host": self.site.domain, "X-Forwarded-Proto": "https", "Cookie": cookie}
        connection.request("GET", path, headers=headers | {"X-Forwarded-For": "192.0.2.7"})
        with connection.getresponse() as response:
            return response.status, response.read().decode()

    def sign_in(self) -> str:
        """The cookie of someone who is signed in."""
        program = (
            "from django.test import Client; from mutualaid.people.models import User; c = Client();"
            " c.force_login(User.objects.create_user('ana@example.org', name='Ana'));"
            " print(*(f'{k}={v.value}' for k, v in c.cookies.items()), sep='; ')"
        )
        file = str(self.site.env_file)
        return manage("shell", "-v", "0", "-c", program, "--env-file", file).splitlines()[-1]


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Three sites, made by three commands at once."""
    layout = Layout(tmp_path_factory.mktemp("machine") / "räum e")

    def add(group: str) -> None:
        words = ["--domain", f"{group}.example.org", "--port", str(free_port())]
        site = Site(group, layout)
        migrated.copy_to(site.data_dir / "db.sqlite3")
        manage("sites", "add", group, *words, "--root", str(layout.root))
        env_file.write(site.env_file, {"GROUP_NAME": GROUPS[group]})

    with ThreadPoolExecutor() as pool:
        list(pool.map(add, GROUPS))
    return layout


@pytest.fixture(scope="module")
def running(
    layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Running]]:
    folder = tmp_path_factory.mktemp("output")
    found = {site.group: Running(site, folder / site.group) for site in layout.sites()}
    for one in found.values():
        until(one.is_ready_or_ended)
        assert one.process.poll() is None, one.output.read_text()
    yield found
    for one in found.values():
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(PATIENCE)


def files_of_the_code() -> dict[Path, int]:
    return {
        path: path.stat().st_mtime_ns
        for name in ("mutualaid", "requests_app", "offers_app", "templates", "manage.py")
        for path in [settings.BASE_DIR / name, *(settings.BASE_DIR / name).rglob("*")]
        if path.is_file()
        and not WRITTEN_BY_PYTHON & set(path.parts[len(settings.BASE_DIR.parts) :])
    }


def test_each_shows_its_own_name_and_nothing_is_written_beside_the_code(
    layout: Layout, request: pytest.FixtureRequest
) -> None:
    before = files_of_the_code()
    running: dict[str, Running] = request.getfixturevalue("running")

    for group, one in running.items():
        status, page = one.get("/")
        assert status == 200
        shown = {other: name.split()[-1] in page for other, name in GROUPS.items()}
        assert shown == {other: other == group for other in GROUPS}

    assert files_of_the_code() == before


def test_who_is_signed_in_on_one_is_a_stranger_on_the_others(running: dict[str, Running]) -> None:
    cookie = running["harbour"].sign_in()

    assert {group: one.get("/me/", cookie)[0] for group, one in running.items()} == {
        "harbour": 200, "mill": 302, "elm": 302,
    }  # fmt: skip


def test_the_list_shows_them_with_their_memory_and_one_that_is_killed_leaves_the_others(
    running: dict[str, Running], layout: Layout
) -> None:
    until(
        lambda: all('"ok"' in one.get("/readyz")[1] for one in running.values())
    )  # they were heard of
    words = ["sites", "list", "--json", "--root", str(layout.root)]
    found = {site["group"]: site for site in json.loads(manage(*words))}
    assert {site["health"] for site in found.values()} == {"ok"}
    assert all(50e6 < site["memory"] < 2e9 for site in found.values())

    mill = running["mill"]
    groups = (mill.site.data_dir / "processes").read_text().split()[::2]
    mill.process.kill()
    mill.process.wait(PATIENCE)
    for group in groups:
        os.killpg(int(group), signal.SIGKILL)

    told = manage(*words, code=1)
    assert "Not well: mill" in told
    assert running["harbour"].get("/readyz")[0] == running["elm"].get("/readyz")[0] == 200
