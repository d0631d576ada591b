"""Addresses at which nothing arrives: refused at once, or by a mail that comes back later."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from mutualaid.encryption.fingerprints import veil
from mutualaid.notify.follow_up.handling import send_again
from mutualaid.notify.models import Attempt, Notification, Preferences, Suppression
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import User
from requests_app.actions import ContactDetails
from tests.support.people import ask_by, send_all_again, wishes
from tests.support.postman import Postman, at_work

pytestmark = pytest.mark.django_db
REPORTS = Path(__file__).parent / "reports"
ANA = ContactDetails(name="Ana", email="ana@example.org")
SENT_ID = "<163.1764150000.77@mutualaid.example>"
"""The Message-ID that the reports name."""


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with at_work() as (postman, controller):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        yield postman


def sent(contact: ContactDetails = ANA) -> Notification:
    need = ask_by(contact)
    sweep()
    row: Notification = Notification.objects.get(about_id=need.pk)
    return row


def comes_back(monkeypatch: pytest.MonkeyPatch, row: Notification, name: str) -> None:
    arrives(monkeypatch, report_on(row, name))
    sweep()
    row.refresh_from_db()


def report_on(row: Notification, name: str) -> bytes:
    sent_id = row.attempts.latest("pk").message_id
    return (REPORTS / f"{name}.eml").read_bytes().replace(SENT_ID.encode(), sent_id.encode())


def error_of(row: Notification) -> str:
    return str(row.attempts.get().error)


def arrives(monkeypatch: pytest.MonkeyPatch, written: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(written)))
    call_command("note_bounce", verbosity=0)


def word_on_their_account(person: User) -> Notification:
    with transaction.atomic():
        enqueue("ways_to_sign_in", about_id=person.pk, to=person)
    sweep()
    row: Notification = Notification.objects.get()
    return row


def doors() -> list[tuple[str, str]]:
    return list(Suppression.objects.values_list("reason", "group"))


@pytest.mark.parametrize(
    ("name", "state", "error", "closed"),
    [
        ("postfix", "failed", "Bounced", [("bounced", "")]),
        ("exim-in-words", "failed", "Bounced", [("bounced", "")]),
        ("no-reason", "failed", "Bounced", []),
        ("forwarded", "failed", "Bounced", []),
        ("google-full", "failed", "Undelivered", []),
        ("google-not-trusted", "failed", "Undelivered", []),
        ("postfix-late", "sent", "Late", []),
        ("complaint", "sent", "Complaint", [("off", "needs")]),
        ("out-of-office", "sent", "", []),
    ],
)
def test_each_fate_is_noted_once(monkeypatch, name, state, error, closed):
    row = sent()
    for _ in range(2):
        comes_back(monkeypatch, row, name)
        assert (row.state, error_of(row), doors()) == (state, error, closed)


def test_nothing_more_is_written_to_an_address_that_is_gone_however_it_is_spelt(monkeypatch):
    comes_back(monkeypatch, sent(), "postfix")
    ask_by(ContactDetails(name="Ana", email="ANA+1@Example.org"))
    assert Notification.objects.count() == 1


def test_a_mail_that_was_late_and_then_came_back_is_given_up(monkeypatch):
    row = sent()
    comes_back(monkeypatch, row, "postfix-late")
    comes_back(monkeypatch, row, "postfix")
    assert (row.state, error_of(row)) == ("failed", "Bounced")


def test_two_refusals_without_a_reason_within_a_week_close_the_door_too(monkeypatch):
    comes_back(monkeypatch, sent(), "no-reason")
    assert doors() == []
    comes_back(monkeypatch, sent(), "forwarded")
    assert doors() == [("bounced", "")]


def test_two_refusals_weeks_apart_close_nothing(monkeypatch):
    comes_back(monkeypatch, sent(), "no-reason")
    Attempt.objects.update(began_at=timezone.now() - timedelta(days=8))
    comes_back(monkeypatch, sent(), "no-reason")
    assert doors() == []


def test_a_full_mailbox_and_our_own_mistakes_close_nothing_however_often(monkeypatch):
    for name in (
        "google-full",
        "google-not-trusted",
        "google-full",
        "postfix-gave-up",
        "no-reason",
    ):
        comes_back(monkeypatch, sent(), name)
    assert doors() == []


def test_a_report_that_comes_after_a_person_settled_it_changes_nothing(monkeypatch):
    row = sent()
    comes_back(monkeypatch, row, "no-reason")
    send_all_again()
    arrives(monkeypatch, report_on(row, "postfix"))
    row.refresh_from_db()
    assert (row.state, doors()) == ("waiting", [])


def test_a_complaint_of_someone_with_an_account_ends_this_kind_by_mail_once(monkeypatch, sam):
    row = word_on_their_account(sam)
    Notification.objects.filter(pk=row.pk).update(kind="need_fits")
    comes_back(monkeypatch, row, "complaint")
    assert not Preferences.of(sam).wants("invitations", "email")
    wishes(sam, ways={"invitations": ["email"]})
    comes_back(monkeypatch, row, "complaint")
    assert Preferences.of(sam).wants("invitations", "email"), "they chose it again since"


def test_a_complaint_about_a_word_on_their_own_account_keeps_the_next_one_coming(monkeypatch, sam):
    row = word_on_their_account(sam)
    comes_back(monkeypatch, row, "complaint")
    assert error_of(row) == "Complaint"
    assert Preferences.of(sam).wants("sign_in", "email")


@pytest.mark.parametrize(
    ("name", "error"),
    [("complaint", "Complaint"), ("postfix", "Bounced"), ("postfix-late", "Late")],
)
def test_what_comes_back_of_a_kind_that_is_not_sent_any_more_is_noted_too(monkeypatch, name, error):
    row = sent()
    Notification.objects.filter(pk=row.pk).update(kind="sent_by_an_older_version")
    comes_back(monkeypatch, row, name)
    assert error_of(row) == error


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"Subject: hello\n\nwords",
        b"\xff\x00" * 5_000_000,
        (REPORTS / "postfix.eml").read_bytes(),
    ],
    ids=["nothing", "a letter", "ten megabytes", "of a mail that is not ours"],
)
def test_any_other_mail_is_let_pass(monkeypatch, written):
    row = sent()
    arrives(monkeypatch, written)
    sweep()
    row.refresh_from_db()
    assert (row.state, error_of(row), doors()) == ("sent", "", [])


def test_whoever_reads_a_code_at_a_closed_address_is_written_to_again(client, sam):
    Suppression.add("email", address_fingerprint(sam.email), "bounced")
    Suppression.add("email", veil(address_fingerprint(sam.email)), "bounced")
    Suppression.add("email", address_fingerprint(sam.email), "off", "tasks")
    client.post("/account/login/", {"login": sam.email})
    sweep()
    (code,) = re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", str(mail.outbox[0].body))
    client.post("/account/login/code/confirm/", {"code": code})
    assert doors() == [("off", "tasks")], "what they refused stays refused"


def test_whoever_confirms_a_closed_address_is_written_to_again(sam):
    Suppression.add("email", address_fingerprint(sam.email), "bounced")
    address = EmailAddress.objects.get(user=sam)
    email_confirmed.send(EmailAddress, request=None, email_address=address)
    assert doors() == []


def test_a_password_shows_nothing_of_the_address(client, sam):
    sam.set_password("a long word for Sam")
    sam.save()
    Suppression.add("email", address_fingerprint(sam.email), "bounced")
    client.post("/account/login/", {"login": sam.email, "password": "a long word for Sam"})
    assert client.get("/me/").status_code == 200
    assert doors() == [("bounced", "")]


def test_whoever_tries_again_is_believed_that_it_may_arrive_now(monkeypatch, carla):
    row = sent()
    comes_back(monkeypatch, row, "postfix")
    assert send_again(Notification.objects.filter(pk=row.pk), by=carla) == 1
    sweep()
    row.refresh_from_db()
    assert (row.state, doors()) == ("sent", [])


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


@pytest.mark.parametrize(
    ("code", "closed"), [("554 transaction failed", 1), ("554 5.7.1 by our policy", 0)]
)
def test_a_second_refusal_without_a_reason_closes_the_door(postman, code, closed):
    postman.about_people = code
    for _ in range(2):
        assert sent().state == "failed"
    assert Suppression.objects.count() == closed


def test_a_door_that_is_closed_is_closed_for_no_one_else(postman):
    postman.about_people = "550 5.1.1 no such mailbox"
    sent()
    postman.about_people = ""
    sent(ContactDetails(name="Bea", email="bea@example.org"))
    assert len(postman.letters) == 1
