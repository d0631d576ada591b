"""Folders with odd names, folders no one may write to, and two starts at once."""

import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings

from tests.support import migrated
from tests.support.site import MANAGE, Site, until

pytestmark = pytest.mark.slow
OTHER_DISK = Path("/dev/shm")


def test_a_name_with_spaces_and_umlauts_is_a_name_and_the_port_may_be_in_the_environment(
    tmp_path: Path,
):
    site = Site(tmp_path / "Nachbarn für alle" / "ü data")
    site.environment["PORT"] = str(site.port)
    site.output = tmp_path / "output.txt"
    try:
        site.start(by_environment=True)
        assert site.answers()
        assert site.works()
        assert site.stop() == 0
    finally:
        site.clear_up()


@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="this machine has no second file system")
def test_a_folder_on_another_file_system_serves_and_is_backed_up_to_this_one(tmp_path: Path):
    with TemporaryDirectory(dir=OTHER_DISK) as elsewhere:
        site = Site(Path(elsewhere) / "data")
        assert OTHER_DISK.stat().st_dev != tmp_path.stat().st_dev, "not another one"
        site.output = tmp_path / "output.txt"
        try:
            site.start()
            assert site.answers()
            assert site.works()
            done = site.manage("backup", "--to", str(tmp_path / "backups"), "--unsealed")
            assert done.returncode == 0, done.stdout
            assert list((tmp_path / "backups").iterdir())
            assert site.stop() == 0
        finally:
            site.clear_up()


@pytest.mark.skipif("os.geteuid() == 0", reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_named(tmp_path: Path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    site = Site(tmp_path / "data")
    said = site.refuses("up", "--port", str(site.port))
    assert str(tmp_path) in said
    assert "Traceback" not in said


def test_of_two_starts_at_once_one_serves_and_the_other_says_so(new_site: Callable[..., Site]):
    site = new_site()
    if "DATABASE_URL" not in site.environment:
        migrated.copy_to(site.folder / "db.sqlite3")
    command = [*MANAGE, "up", "--port", str(site.port)]
    outputs = [site.folder.with_suffix(f".{number}") for number in range(2)]
    both = []
    for output in outputs:
        with output.open("w") as out:
            both.append(
                subprocess.Popen(
                    command, cwd=settings.BASE_DIR, env=site.environment, stdout=out, stderr=out
                )
            )
    try:
        until(lambda: sorted(one.poll() is None for one in both) == [False, True])
        loser = next(number for number, one in enumerate(both) if one.poll() is not None)
        assert both[loser].returncode == 1
        assert "The site runs already" in outputs[loser].read_text()
        until(lambda: "Press Ctrl-C" in outputs[1 - loser].read_text())
        assert site.answers()
    finally:
        for one in both:
            one.send_signal(signal.SIGTERM)
            one.wait()
