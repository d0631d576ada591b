import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from redis import Redis

from mutualaid.beat import LEASE_SECONDS, LOCK, WAITS_SECONDS, Scheduler, Turn
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


def test_of_two_beats_one_has_the_turn_until_it_leaves_or_dies(socket: Path) -> None:
    with Redis(unix_socket_path=str(socket)) as redis:
        first, second = Turn(redis), Turn(redis)
        assert [first.take(), second.take(), first.take()] == [True, False, True]
        first.release()
        assert [second.take(), first.take()] == [True, False]
        lives_on = redis.pttl(LOCK)
        assert 0 < lives_on <= LEASE_SECONDS * 1000 < 60_000, (
            "of a beat that died another takes over"
        )
        redis.flushall()
        assert [first.take(), second.take()] == [True, False], "a broker that forgot"


def test_a_beat_without_a_broker_waits_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    away = f"redis+socket://{tmp_path}/nowhere"
    with Celery(broker=away, set_as_current=False) as app:
        scheduler = Scheduler(app, schedule_filename=str(tmp_path / "beat"))
        assert [scheduler.tick(), scheduler.tick()] == [WAITS_SECONDS] * 2
    assert [record.message for record in caplog.records] == ["beat waits for the broker"]


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
