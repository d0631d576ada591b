import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutualaid.standalone import broker
from mutualaid.standalone.paths import broker_socket
from tests.support.site import free_port, until

pytestmark = pytest.mark.slow


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[Path]:
    socket = broker_socket(tmp_path)
    process = subprocess.Popen(broker.command(socket))
    until(socket.is_socket)
    yield socket
    process.terminate()
    process.wait()


def test_a_started_broker_answers(socket: Path) -> None:
    assert broker.answers(f"redis+socket://{socket}")


def test_only_this_account_can_reach_the_broker(socket: Path) -> None:
    assert socket.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["redis://127.0.0.1:{port}/0", "redis+socket:///nowhere/{port}"])
def test_a_broker_that_is_not_there_does_not_answer(scheme: str) -> None:
    assert not broker.answers(scheme.format(port=free_port()))
