"""A web process whose threads all hang makes room for another."""

import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from mutualaid.standalone.web_stall import STALLED_SECONDS, Progress
from tests.standalone.test_web import CONFIGURATION, HALF_A_POST, serving
from tests.support.site import until

SOON = f"""
from pathlib import Path
from mutualaid.standalone import web_stall

web_stall.STALLED_SECONDS, web_stall.LOOK_SECONDS = 2.0, 0.1
exec(compile(Path("{CONFIGURATION}").read_text(), "{CONFIGURATION}", "exec"))
"""
"""The configuration of the product, with less patience."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What the clock of this process says."""
    says = {"monotonic": 1_000_000.0}
    monkeypatch.setattr(time, "monotonic", lambda: says["monotonic"])
    return says


@pytest.fixture
def progress(clock: dict[str, float]) -> Progress:
    """That of a process with two threads, both of which answer a request."""
    progress = Progress()
    progress.begin()
    progress.begin()
    return progress


def test_all_threads_without_a_step_for_a_minute_are_a_stall(
    progress: Progress, clock: dict[str, float]
):
    clock["monotonic"] += STALLED_SECONDS
    assert not progress.is_stalled(2)
    clock["monotonic"] += 1
    assert progress.is_stalled(2)


def test_with_one_thread_free_the_others_may_take_their_time(
    progress: Progress, clock: dict[str, float]
):
    clock["monotonic"] += 10 * STALLED_SECONDS
    assert not progress.is_stalled(3)
    progress.end()
    clock["monotonic"] += 10 * STALLED_SECONDS
    assert not progress.is_stalled(2)


def test_while_any_request_ends_the_process_is_slow_and_not_stalled(
    progress: Progress, clock: dict[str, float]
):
    clock["monotonic"] += STALLED_SECONDS
    progress.end()
    progress.begin()
    clock["monotonic"] += STALLED_SECONDS
    assert not progress.is_stalled(2)


@pytest.mark.slow
@pytest.mark.one_database
def test_a_server_whose_threads_all_hang_answers_again_and_says_where_they_hung(tmp_path: Path):
    """Both of its threads wait for the rest of a form that never comes."""
    soon = tmp_path / "soon.conf.py"
    soon.write_text(SOON)
    with serving(tmp_path / "data", str(soon), WEB_THREADS="2") as server, ExitStack() as open_ones:
        for _ in range(2):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(HALF_A_POST)
        until(lambda: "web process stalled" in server.output.read_text())
        until(server.answers)
        line = json.loads(server.output.read_text().splitlines()[0])
    assert line["place"].startswith("mutualaid/boundary/incoming.py:")
