"""Sending, over a real mail server that accepts, refuses, or is not there."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid import celery
from mutualaid.matching import tasks
from mutualaid.notify.delivery import MOST_TRIES, deliver_one
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from offers_app.actions import pause_offer
from requests_app.actions import claim_need, release_claim, withdraw_need
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.people import MAIL, send_all_again
from tests.support.postman import Postman, at_work
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db
State = Notification.State


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with at_work() as (postman, controller):
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        yield postman


def waiting() -> Notification:
    """A message that is due: Ana is told that their need has come in."""
    factories.need(contact=MAIL)
    return Notification.objects.latest("pk")


def time_passes(row: Notification, **span: int) -> None:
    row.refresh_from_db()
    Notification.objects.filter(pk=row.pk).update(
        due_at=row.due_at - timedelta(**span), lease_until=None
    )


def test_what_is_urgent_does_not_wait_behind_what_is_not(postman, monkeypatch):
    monkeypatch.setattr(celery, "SWEEP_SECONDS", 0)
    tried, calm, urgent = (waiting() for _ in range(3))
    Notification.objects.filter(pk=tried.pk).update(urgent=True, tries=1)
    Notification.objects.filter(pk=urgent.pk).update(urgent=True)
    for row in (urgent, calm, tried):
        sweep()
        assert Notification.objects.filter(state=State.SENT).latest("sent_at") == row


def test_what_is_due_goes_out_with_the_id_it_keeps(postman):
    row = waiting()
    sweep()
    (letter,) = postman.letters
    row.refresh_from_db()
    assert letter["To"] == "ana@people.example"
    need = Need.objects.select_related("ask").get()
    assert letter["Subject"] == f"We have what you asked for ({need.ask.code} #{need.pk % 1000})"
    assert letter["Message-ID"] == row.attempts.get().message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (row.state, row.tries) == (State.SENT, 1)
    assert row.sent_at is not None


def test_what_was_sent_is_not_sent_again(postman):
    row = waiting()
    for _ in range(3):
        sweep()
        deliver_one(row.pk)
    assert len(postman.letters) == 1


@pytest.mark.parametrize("answer", ["451 try again later", "421 busy"])
def test_a_refused_message_waits_longer_each_time_and_ends_with_a_coordinator(postman, answer):
    row = waiting()
    postman.answer = answer
    waits = []
    for _ in range(MOST_TRIES - 1):
        before = timezone.now()
        deliver_one(row.pk)
        row.refresh_from_db()
        waits.append((row.due_at - before).total_seconds())
        time_passes(row, days=1)
    longest = [10 * 2**n for n in range(MOST_TRIES - 1)]
    assert all(most / 2 - 1 <= wait <= most + 1 for wait, most in zip(waits, longest, strict=True))
    assert 8 < sum(longest) / 3600 < 24, "hours until it is given up"
    deliver_one(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, f"SMTPDataError {answer[:3]}")
    postman.answer = ""
    assert send_all_again() == 1
    sweep()
    assert len(postman.letters) == 1


def test_who_failed_together_does_not_come_back_together(postman):
    rows = [waiting() for _ in range(2)]
    postman.answer = "451 try again later"
    sweep()
    first, second = (Notification.objects.get(pk=row.pk).due_at for row in rows)
    assert abs(first - second) > timedelta(milliseconds=1)


def test_what_is_refused_for_good_is_given_up_at_once(postman):
    row = waiting()
    postman.answer = "550 not for ana@people.example"
    sweep()
    row.refresh_from_db()
    assert (row.state, row.tries, row.error) == (State.FAILED, 1, "Bounced 550")


def test_a_mail_server_that_is_gone_loses_nothing_and_stops_no_one_else(postman, settings, sam):
    first = waiting()
    working = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    sweep()
    first.refresh_from_db()
    assert (first.state, first.error) == (State.WAITING, "ConnectionRefusedError")
    settings.EMAIL_PORT = working
    time_passes(first, minutes=5)
    sweep()
    assert len(postman.letters) == 1


def test_one_message_that_cannot_be_made_does_not_hold_up_the_next(postman):
    broken = waiting()
    Notification.objects.filter(pk=broken.pk).update(about_id=987654)
    factories.need(contact=MAIL)
    sweep()
    assert len(postman.letters) == 1
    broken.refresh_from_db()
    assert broken.state == State.WAITING


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_deliver_at_once_one_does(postman):
    row = waiting()
    sent = at_once([partial(deliver_one, row.pk)] * 8)
    assert sorted(sent) == [False] * 7 + [True]
    assert len(postman.letters) == 1


def test_a_worker_that_died_while_sending_is_followed_by_another(postman):
    row = waiting()
    assert Notification.objects.take(row.pk)
    assert deliver_one(row.pk) is False, "somebody is at it"
    time_passes(row, minutes=0)
    assert deliver_one(row.pk) is True


def test_what_was_taken_back_before_it_was_sent_is_not_said(postman, sam):
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    withdraw_need(need)
    sweep()
    assert postman.letters == []
    assert Notification.objects.get(kind="need_fits").state == State.CANCELLED


def test_who_takes_a_break_is_not_invited_any_more(postman, sam):
    offer = factories.offer(by=sam)
    factories.need()
    tasks.sweep()
    pause_offer(offer, until=None)
    sweep()
    assert postman.letters == []


def test_who_was_released_is_not_told_to_get_in_touch(postman, sam):
    claim = claim_need(factories.need(), by=sam, weekly_limit=2)
    release_claim(claim, by=volunteer(sam))
    sweep()
    assert [unmarked(letter["Subject"]) for letter in postman.letters] == [
        "Thank you for telling us"
    ]


def test_everyone_reads_in_their_own_language(postman, sam):
    sam.language = "es"
    sam.save()
    factories.offer(by=sam)
    factories.need()
    tasks.sweep()
    sweep()
    (letter,) = postman.letters
    assert unmarked(letter["Subject"]) == "Esto encaja contigo"
    assert "en tu zona" in letter.get_body(("plain",)).get_content()


def test_a_subject_names_no_one_and_nothing(postman, sam):
    factories.offer(by=sam)
    need = factories.need(contact=MAIL)
    tasks.sweep()
    claim_need(need, by=sam, weekly_limit=2)
    sweep()
    assert len(postman.letters) > 2
    subjects = " ".join(str(letter["Subject"]) for letter in postman.letters)
    for kept in ("Ana", "Sam", "Groceries", "Riverside", "555"):
        assert kept not in subjects


def test_a_line_break_in_a_name_never_becomes_a_header(postman, sam):
    sam.name = "Sam\nBcc: evil@people.example"
    sam.save()
    claim_need(factories.need(contact=MAIL), by=sam, weekly_limit=2)
    sweep()
    assert all(letter["Bcc"] is None for letter in postman.letters)
