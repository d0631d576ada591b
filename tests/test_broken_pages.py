"""What a page says when something broke."""

import pytest
from django.db import OperationalError

pytestmark = pytest.mark.django_db


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
