import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutualaid.standalone import broker
from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.paths import broker_socket
from tests.support.site import free_port, until

pytestmark = pytest.mark.slow


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[Path]:
    socket = broker_socket(tmp_path)
    broker.make_folder(socket)
    process = subprocess.Popen(broker.command(socket))
    until(socket.is_socket)
    yield socket
    process.terminate()
    process.wait()


def test_a_started_broker_answers(socket: Path) -> None:
    assert broker.answers(f"redis+socket://{socket}")


def test_only_this_account_can_reach_the_broker(socket: Path) -> None:
    assert socket.stat().st_mode & 0o077 == 0


def test_a_folder_that_someone_else_may_write_to_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    for name in ("open", "elsewhere"):
        with pytest.raises(CannotStart):
            broker.make_folder(tmp_path / name / "broker.sock")


def test_a_folder_with_a_long_name_has_its_broker_in_one_of_its_own(tmp_path: Path) -> None:
    socket = broker_socket(tmp_path / ("x" * 120))
    broker.make_folder(socket)
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    socket.parent.rmdir()


@pytest.mark.parametrize("scheme", ["redis://127.0.0.1:{port}/0", "redis+socket:///nowhere/{port}"])
def test_a_broker_that_is_not_there_does_not_answer(scheme: str) -> None:
    assert not broker.answers(scheme.format(port=free_port()))
