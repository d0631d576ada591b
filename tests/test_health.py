"""Whether the site is well, for the machines that ask."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.models.functions import Now

from mutualaid.notify.models import Notification
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db


def test_the_process_answers(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_with_database_and_broker_it_is_well(client, monkeypatch):
    monkeypatch.setattr("mutualaid.views._broker_answers", lambda: True)
    assert client.get("/readyz").json() == {"status": "ok"}


def test_without_a_broker_it_is_degraded_but_serves(client, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/at-all.sock"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(9, "ok"), (11, "degraded")])
def test_where_nothing_is_sent_any_more_it_is_degraded(client, monkeypatch, minutes, status):
    monkeypatch.setattr("mutualaid.views._broker_answers", lambda: True)
    ask_by(MAIL)
    Notification.objects.update(due_at=Now() - timedelta(minutes=minutes))
    assert client.get("/readyz").json() == {"status": status}


def test_without_a_database_it_is_not_ready(client, monkeypatch):
    def away(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/readyz").status_code == 503


def test_a_page_without_a_database_is_kind_and_says_to_come_back(client, monkeypatch):
    def away(*args: object) -> None:
        raise OperationalError("host=db.internal user=secret")

    monkeypatch.setattr("requests_app.pages.board.Need.objects.on_board", away)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 503
    assert "We are away for a moment" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_fault_of_ours_is_said_to_be_ours_and_shows_nothing(client, monkeypatch):
    def broken(*args: object) -> None:
        raise ValueError("555 0100 Hill Road")

    monkeypatch.setattr("requests_app.pages.board.Need.objects.on_board", broken)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert "Hill Road" not in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
