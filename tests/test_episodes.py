"""What is away for a while leaves two lines in the log, however often it fails."""

import logging

import pytest
from kombu.exceptions import OperationalError

from mutualaid.faults.episodes import BROKER, Episode
from mutualaid.logs import BrokerIsAway, BrokerIsBack


@pytest.fixture
def lines(caplog):
    """Return a function that gives what the episodes wrote: (message, kind, seconds, count)."""
    names = ("message", "kind", "seconds", "count")
    return lambda: [tuple(vars(one).get(name) for name in names) for one in caplog.records]


def test_an_episode_is_a_line_at_its_beginning_and_one_at_its_end(lines, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("mutualaid.faults.episodes.time.monotonic", lambda: now[0])
    server = Episode("mail server")
    server.works()
    assert lines() == []
    for _ in range(400):
        server.fails()
    now[0] += 61.4
    server.works()
    server.works()
    assert lines() == [("away", "mail server", None, None), ("back", "mail server", 61, 400)]


def test_the_next_time_it_is_away_is_told_again(lines):
    server = Episode("mail server")
    for _ in range(2):
        server.fails()
        server.works()
    assert [line[0] for line in lines()] == ["away", "back", "away", "back"]


def record_of(name: str, message: str, *arguments: object, exc_info=None) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "x.py", 1, message, arguments, exc_info)


def test_the_lines_of_a_worker_that_waits_for_its_broker_are_one_episode(lines):
    refused = OperationalError("Error 111 connecting to 10.0.0.7:6379.")
    cannot = "consumer: Cannot connect to %s: %s.\n%s\n"
    tries = [
        record_of("celery.worker.consumer.consumer", cannot, "redis://10.0.0.7", refused, "again")
        for _ in range(5)
    ]
    lost = (ConnectionResetError, ConnectionResetError(), None)
    tries.append(record_of("celery.beat", "Message Error: %s", refused, exc_info=lost))
    assert [BrokerIsAway().filter(one) for one in tries] == [False] * 6
    assert not BrokerIsBack().filter(record_of("celery.worker.consumer.connection", "Connected"))
    assert [line[0] for line in lines()] == ["away", "back"]
    assert lines()[-1][3] == 6
    assert BROKER.failures == 0


def test_other_lines_are_written_as_before(lines):
    assert BrokerIsAway().filter(record_of("celery.beat", "Reset: Timezone changed"))
    assert BrokerIsAway().filter(record_of("mutualaid.x", "%s", OperationalError()))
    assert lines() == []
