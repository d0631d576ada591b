"""A look of one test is no answer in the next, and a site whose parts all live."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections

from mutualaid.health import alarm, away, look
from mutualaid.health.heartbeats import BEAT, WORKERS, beat
from tests.support.gateway import Gateway, gateway


@pytest.fixture(autouse=True)
def _nothing_of_before(monkeypatch) -> None:
    look._rounds.clear()
    monkeypatch.setattr(away, "_kept", away._Kept())
    tests = alarm._OwnTurns(alarm.PAUSE_OF_TESTS, after=timedelta())
    monkeypatch.setattr(alarm, "_tests", tests)


@pytest.fixture
def all_live(monkeypatch) -> None:
    """Beat and the workers have just been heard of, the broker answers, and the disk has room."""
    monkeypatch.setattr("mutualaid.health.checks._free_bytes", lambda _folder: 50_000_000_000)
    monkeypatch.setattr("mutualaid.beat.Redis.ping", lambda _redis: True)
    for part in (BEAT, *WORKERS):
        beat(part)


@pytest.fixture
def chat(settings) -> Iterator[Gateway]:
    """A team chat that takes everything."""
    with gateway() as told:
        told.status = 200
        settings.TEAM_CHAT_URLS = [f"json://127.0.0.1:{told.port}/chat"]
        yield told


@pytest.fixture
def phone(settings) -> Iterator[Gateway]:
    """A gateway for text messages, and a phone that is to be told."""
    with gateway() as told:
        settings.SMS_URL = f"twilio+http://AC1:secret@127.0.0.1:{told.port}/+15550100"
        settings.ALARM_PHONE = "+1 202 555 0123"
        yield told


@pytest.fixture
def read_only(settings, tmp_path) -> Iterator[None]:
    """A database that answers and takes nothing, for whoever connects anew."""
    settings.DATA_DIR = tmp_path
    options = connections["default"].settings_dict["OPTIONS"]
    before = dict(options)
    if connections["default"].vendor == "sqlite":
        options["init_command"] += " PRAGMA query_only=ON;"
    else:
        options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on"
    yield
    options.clear()
    options.update(before)
