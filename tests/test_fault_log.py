"""What no one expected leaves its type, its place and a number in the log, and nothing of a person."""

import json
import logging
import logging.config
import re
from typing import Any

import pytest
from celery import shared_task
from django.conf import settings as site_settings
from django.db import OperationalError
from django.test import Client

from mutualaid.celery import app
from mutualaid.logs import JsonFormatter
from requests_app.pages.board import BoardFilter
from tests.support import factories, stored

pytestmark = pytest.mark.django_db
PERSONAL = ("Hideaway", "555 0142", "rosa@people.example", "secret-token")


@pytest.fixture
def lines(monkeypatch):
    """Return a function that gives the lines the site's own handlers wrote so far."""
    logging.config.dictConfig(site_settings.LOGGING)
    written: list[str] = []
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(handler, "emit", lambda record: written.append(handler.format(record)))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in written]
    root.removeHandler(handler)


@pytest.fixture
def broken(monkeypatch):
    """Break the board: it raises what it is told."""

    def break_by(error: Exception) -> None:
        def fail(*_args: Any, **_kwargs: Any) -> None:
            raise error

        monkeypatch.setattr("requests_app.pages.board.BoardFilter.needs", fail)

    return break_by


def test_a_fault_is_in_the_log_with_type_place_and_number_and_on_the_page_with_its_number(
    lines, broken
):
    broken(ValueError("12 Hideaway, 555 0142"))
    answer = Client(raise_request_exception=False).get("/board/?category=secret-token")
    (fault,) = [line for line in lines() if line["message"] == "fault"]
    assert (fault["exception"], fault["route"], fault["method"]) == ("ValueError", "board/", "GET")
    assert re.fullmatch(r"requests_app/pages/views/board\.py:\d+", fault["place"])
    (request,) = [line for line in lines() if line["message"] == "request"]
    number = answer.headers["X-Request-ID"]
    assert fault["request"] == request["request"] == number
    assert answer.status_code == 500
    assert number in answer.content.decode()
    assert stored.leaks(PERSONAL, str(lines()) + answer.content.decode()) == []
    assert str(site_settings.BASE_DIR) not in str(lines())


def test_nothing_that_was_sent_or_stored_is_in_the_log(lines, monkeypatch):
    ask = factories.ask()
    monkeypatch.setattr("requests_app.pages.views.recovery.render", lambda *_: 1 / 0)
    monkeypatch.setattr("requests_app.pages.views.decorators.render", lambda *_: 1 / 0)
    browser = Client(raise_request_exception=False)
    answer = browser.post("/need/find/", {"code": "12 Hideaway 555 0142"})
    assert answer.status_code == 500
    assert browser.get("/need/secret-token/").status_code == 500
    assert stored.leaks((*PERSONAL, ask.code), str(lines())) == []


def test_two_requests_have_two_numbers_and_no_one_chooses_theirs(client):
    numbers = {client.get("/healthz", headers={"x-request-id": "mine"}).headers["X-Request-ID"]}
    numbers.add(client.get("/healthz").headers["X-Request-ID"])
    assert len(numbers) == 2
    assert all(re.fullmatch(r"[0-9a-f]{8}", number) for number in numbers)


def test_while_the_database_is_away_one_line_says_so_and_one_that_it_is_back(
    lines, broken, monkeypatch
):
    needs = BoardFilter.needs
    broken(OperationalError("no connection for mutualaid:hunter2 to 12 Hideaway"))
    answers = [Client(raise_request_exception=False).get("/board/") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {503}
    (fault,) = [line for line in lines() if line["level"] == "ERROR"]
    assert (fault["message"], fault["kind"]) == ("away", "no database")
    assert (fault["exception"], fault["route"]) == ("OperationalError", "board/")
    monkeypatch.setattr(BoardFilter, "needs", needs)
    assert Client().get("/board/").status_code == 200
    (back,) = [line for line in lines() if line["message"] == "back"]
    assert (back["kind"], back["count"]) == ("no database", 20)
    assert stored.leaks(("hunter2", "Hideaway"), str(lines())) == []


def test_where_the_page_for_faults_is_broken_too_there_is_still_an_answer(
    lines, broken, monkeypatch
):
    broken(ValueError("12 Hideaway"))
    monkeypatch.setattr("mutualaid.views.render", lambda *_, **__: 1 / 0)
    answer = Client(raise_request_exception=False).get("/board/")
    assert answer.status_code == 500
    assert answer.content.decode() == "Something broke on our side"


def test_what_is_refused_logs_nothing_that_was_sent(lines, client):
    client.get("/", headers={"host": "12-hideaway.example"})
    client.post("/need/find/?x=secret-token", {f"Hideaway {n}": "1" for n in range(1001)})
    assert stored.leaks(("ideaway", "secret-token"), str(lines())) == []


def test_a_failed_task_is_in_the_log_with_its_type_its_place_and_its_id(lines):
    @shared_task(name="tests.breaks")
    def breaks(pk: int) -> None:
        raise KeyError("12 Hideaway")

    result = app.tasks["tests.breaks"].apply((7,))
    app.tasks.unregister("tests.breaks")  # other tests count the tasks there are
    (fault,) = [line for line in lines() if line["message"] == "fault"]
    assert (fault["exception"], fault["task"]) == ("KeyError", "tests.breaks")
    assert fault["task_id"] == result.id
    assert "test_fault_log.py" in fault["where"]
    assert stored.leaks(PERSONAL, str(lines())) == []
