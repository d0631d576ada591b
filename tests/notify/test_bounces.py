"""Addresses at which nothing arrives: refused at once, or by a mail that comes back later."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from mutualaid.notify.models import Notification, Suppression
from mutualaid.notify.tasks import sweep
from requests_app.actions import ContactDetails
from tests.support.people import MAIL, ask_by
from tests.support.postman import Postman, at_work

pytestmark = pytest.mark.django_db
REPORT = """From: MAILER-DAEMON@mail.example
To: help@mutualaid.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; ana@people.example
Action: {action}
Status: {status}

--B
Content-Type: {kind}

Message-ID: {message_id}
Subject: What was sent

--B--
"""


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with at_work() as (postman, controller):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        yield postman


def sent() -> Notification:
    ask_by(MAIL)
    sweep()
    return Notification.objects.get()


def comes_back(monkeypatch: pytest.MonkeyPatch, report: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(report.encode()))
    monkeypatch.setattr("sys.stdin", stream)
    call_command("note_bounce", verbosity=0)
    sweep()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_comes_back_closes_the_door_and_comes_to_a_coordinator(monkeypatch, kind):
    row = sent()
    told = {
        "action": "failed",
        "status": "5.1.1",
        "kind": kind,
        "message_id": row.attempts.get().message_id,
    }
    comes_back(monkeypatch, REPORT.format(**told))
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", "Bounced")
    assert Suppression.objects.get().reason == "bounced"
    ask_by(MAIL)
    assert Notification.objects.count() == 1


def test_another_spelling_of_the_same_mailbox_is_not_written_to_either(monkeypatch):
    row = sent()
    told = {"action": "failed", "status": "5.1.1", "kind": "message/rfc822"}
    comes_back(monkeypatch, REPORT.format(**told, message_id=row.attempts.get().message_id))
    ask_by(ContactDetails(name="Ana", email="ANA+1@People.example"))
    assert Notification.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0")]
)
def test_a_mail_that_is_late_closes_nothing(monkeypatch, action, status):
    row = sent()
    told = {"action": action, "status": status, "kind": "message/rfc822"}
    comes_back(monkeypatch, REPORT.format(**told, message_id=row.attempts.get().message_id))
    assert not Suppression.objects.exists()


def test_a_mail_that_was_turned_away_comes_to_a_coordinator_and_closes_nothing(monkeypatch):
    """It may be our server that is not trusted: no one is given up for that."""
    row = sent()
    told = {"action": "failed", "status": "5.7.1", "kind": "message/rfc822"}
    comes_back(monkeypatch, REPORT.format(**told, message_id=row.attempts.get().message_id))
    row.refresh_from_db()
    assert (row.state, Suppression.objects.count()) == ("failed", 0)


@pytest.mark.parametrize("written", ["", "Subject: hello\n\nwords", REPORT[:300]])
def test_any_other_mail_is_let_pass(monkeypatch, written):
    row = sent()
    comes_back(monkeypatch, written)
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_report_about_a_mail_that_is_not_ours_closes_nothing(monkeypatch):
    sent()
    told = {"action": "failed", "status": "5.1.1", "kind": "message/rfc822"}
    comes_back(monkeypatch, REPORT.format(**told, message_id="<other@elsewhere.example>"))
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("code", "state", "closed"),
    [
        ("550 5.1.1 no such mailbox", "failed", 1),
        ("550 5.7.1 relaying denied", "failed", 0),
        ("550 no", "failed", 0),
        ("450 4.2.2 full", "waiting", 0),
    ],
)
def test_a_mail_server_that_knows_no_such_person_is_believed(postman, code, state, closed):
    postman.about_people = code
    row = sent()
    assert (row.state, Suppression.objects.count()) == (state, closed)


def test_the_door_opens_for_no_one_else(postman):
    postman.about_people = "550 5.1.1 no such mailbox"
    sent()
    postman.about_people = ""
    ask_by(MAIL.__class__(name="Bea", email="bea@people.example"))
    sweep()
    assert len(postman.letters) == 1
