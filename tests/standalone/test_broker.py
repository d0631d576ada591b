import ast
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import ScheduleEntry
from django.conf import settings
from kombu import Queue
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


class Sited:
    """The queues of a site on a broker that it shares; `prefix` is what tells it from others."""

    def __init__(self, socket: Path, prefix: str) -> None:
        options = {"global_keyprefix": prefix, "visibility_timeout": 1}
        self.app = Celery(
            prefix, broker=f"redis+socket://{socket}", set_as_current=False,
            broker_transport_options=options, task_ignore_result=True,
        )  # fmt: skip
        self.scheduler = Scheduler(self.app, schedule_filename=f"{socket}-{prefix}", lazy=True)

    def send(self, name: str) -> None:
        self.app.send_task(name, queue="clock")

    def waiting(self) -> int:
        return self.scheduler._waiting(ScheduleEntry("", options={"queue": "clock"}, app=self.app))

    def take(self) -> list[str]:
        """Take what waits, as a worker does, and acknowledge it."""
        taken: list[str] = []
        with self.app.connection_for_read() as connection:
            queue = connection.SimpleQueue("clock")
            while self.waiting():
                message = queue.get(timeout=5)
                taken.append(str(message.headers["task"]))
                message.ack()
            queue.close()
        return taken


def test_two_sites_on_one_broker_have_queues_and_turns_of_their_own(socket: Path) -> None:
    first, second = Sited(socket, "mutualaid-a:"), Sited(socket, "mutualaid-b:")
    for name in ("a1", "a2"):
        first.send(name)
    second.send("b1")
    assert (first.waiting(), second.waiting()) == (2, 1)
    assert first.scheduler._has_turn()
    assert second.scheduler._has_turn(), "the beat of another site stands in nobody's way"

    assert second.take() == ["b1"]
    assert first.take() == ["a1", "a2"]

    first.send("a3")
    second.send("b2")
    with Redis(unix_socket_path=str(socket)) as redis:
        assert {key.partition(b":")[0] for key in redis.keys("*")} == {
            b"mutualaid-a",
            b"mutualaid-b",
        }
    first.app.amqp.queues.add(Queue("clock"))
    assert first.app.control.purge() == 1
    assert (first.waiting(), second.waiting()) == (0, 1)


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_queues_on_a_broker_of_ones_own_are_called_as_ever(url: str, tmp_path: Path) -> None:
    program = "from mutualaid.celery import app; print(app.conf.broker_transport_options)"
    found = []
    for site in ("https://a.example.org", "https://b.example.org"):
        environment = os.environ | {"REDIS_URL": url, "SITE_URL": site, "DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True,
            cwd=settings.BASE_DIR, check=True,
        )  # fmt: skip
        found.append(ast.literal_eval(done.stdout)["global_keyprefix"])
    assert len({*found}) == (2 if url else 1)
    assert all(found) == bool(url)


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
