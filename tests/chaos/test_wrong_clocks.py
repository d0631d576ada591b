"""The clock of one machine is ten minutes wrong. The database's clock decides, so no one notices."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.matching.tasks import sweep as match_what_is_due
from mutualaid.matching.tasks import tell_the_week
from mutualaid.notify import delivery
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role
from requests_app.actions import ContactDetails, claim_need
from requests_app.models import Claim, Need
from requests_app.tasks import sweep as remind_and_lapse
from tests.support import factories
from tests.support.clock import later, wrong_by
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db
WRONG = [timedelta(minutes=10), timedelta(minutes=-10)]


@pytest.fixture
def row() -> Notification:
    factories.need(contact=ContactDetails(name="Ana", email="ana@people.example"))
    return Notification.objects.get()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_one_machine_is_at_the_other_leaves_alone(row, wrong):
    assert Notification.objects.take(row.pk)
    with wrong_by(wrong):
        sweep()
    assert mail.outbox == []


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_the_wrong_machine_is_at_the_right_one_leaves_alone(row, wrong):
    with wrong_by(wrong):
        assert Notification.objects.take(row.pk)
    sweep()
    assert mail.outbox == []


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_the_wrong_machine_sends_once_and_the_right_one_not_again(row, wrong):
    with wrong_by(wrong):
        sweep()
    sweep()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_was_put_off_waits_its_time_whoever_looks(row, wrong, monkeypatch):
    monkeypatch.setattr(delivery, "compose", lambda *_: 1 / 0)
    with wrong_by(wrong):
        sweep()
    sweep()
    row.refresh_from_db()
    assert row.tries == 1
    with wrong_by(wrong):
        sweep()
    row.refresh_from_db()
    assert row.tries == 1


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize(("minutes", "reminded"), [(-5, False), (5, True)])
def test_no_claim_is_reminded_early_or_late(sam, wrong, minutes, reminded):
    claim_need(factories.need(), by=sam, weekly_limit=2)
    later(hours=24, minutes=minutes)
    with wrong_by(wrong):
        remind_and_lapse()
    assert (Claim.objects.get().reminded_at is not None) is reminded


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize(("minutes", "state"), [(-5, "claimed"), (5, "lapsed")])
def test_no_claim_lapses_early_or_late(sam, wrong, minutes, state):
    claim_need(factories.need(), by=sam, weekly_limit=2)
    later(hours=30)
    remind_and_lapse()
    later(hours=18, minutes=minutes)
    with wrong_by(wrong):
        remind_and_lapse()
    assert Claim.objects.get().state == state


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_claim_made_on_the_wrong_machine_has_all_its_time(sam, wrong):
    with wrong_by(wrong):
        claim_need(factories.need(), by=sam, weekly_limit=2)
    later(hours=23, minutes=55)
    remind_and_lapse()
    assert Claim.objects.get().reminded_at is None


def test_a_day_ends_and_begins_by_the_database_whoever_looks():
    today = factories.need(needed_by=timezone.localdate())
    tomorrow = timezone.localdate() + timedelta(days=1)
    aside = factories.need()
    Need.objects.filter(pk=aside.pk).update(state="on_hold", aside_until=tomorrow)
    with wrong_by(timedelta(days=1)):
        remind_and_lapse()
    assert Need.objects.get(pk=today.pk).needed_by == today.needed_by
    assert Need.objects.get(pk=aside.pk).state == "on_hold"


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_code_is_sent_once_whichever_machine_writes_and_whichever_sends(wrong):
    post("ana@people.example", "Your code", "ABCD-2345")
    with wrong_by(wrong):
        sweep()
        post("ben@people.example", "Your code", "ABCD-2345")
    sweep()
    assert [letter.to for letter in mail.outbox] == [["ana@people.example"], ["ben@people.example"]]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_an_ask_and_the_week_are_told_once_by_both(sam, wrong):
    factories.person("Carla", Role.COORDINATOR)
    factories.offer(by=sam)
    factories.need()
    factories.need(category=factories.category("rides"))  # which no one offers
    for machine in (wrong, timedelta()):
        with wrong_by(machine):
            match_what_is_due()
            tell_the_week()
            sweep()
    sweep()
    assert sorted(unmarked(letter.subject) for letter in mail.outbox) == [
        "A need that fits you", "The week on the desk"
    ]  # fmt: skip
