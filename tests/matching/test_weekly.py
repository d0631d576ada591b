"""Once a week each coordinator hears what waits, in counts, and no one else does."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.core import mail

from mutualaid.matching.notifications.weekly_digest import began_at
from mutualaid.matching.tasks import tell_the_week
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role
from requests_app.models import Claim
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.people import has_phone, way_of, wishes

pytestmark = pytest.mark.django_db
URGENT = 4


def week() -> None:
    tell_the_week()
    sweep()


def test_it_counts_and_names_kinds_of_help_and_areas_and_no_person(carla, sam, rosa):
    for _ in range(6):
        factories.need(urgency=URGENT)
    claim = Claim.objects.create(need=factories.need(), volunteer=sam, week_slot=1)
    Claim.objects.update(reminded_at=claim.claimed_at)
    week()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([carla.email], "The week on the desk")
    assert "7 · open, and the software has yet to look for someone" in letter.body
    assert "6 · for today or earlier, and no one is coming yet" in letter.body
    assert "1 · someone said yes and was not in touch" in letter.body
    assert letter.body.count("- Groceries · Riverside") == 5 + 5 + 1
    assert "http://localhost:8000/admin/" in letter.body
    for kept in ("Ana", "555", "Hill Road", "Sam", sam.email):
        assert kept not in letter.body


def test_what_is_sensitive_is_counted_and_not_named(carla):
    factories.need(category=factories.category("one-night", sensitive=True))
    week()
    (letter,) = mail.outbox
    assert "1 · to be read by a coordinator" in letter.body
    assert "One night" not in letter.body


def test_with_nothing_to_say_nothing_is_said_and_not_later_that_week_either(carla):
    week()
    factories.need()
    week()
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_run_often_late_or_by_two_at_once_it_is_one(carla):
    factories.need()
    at_once([partial(tell_the_week) for _ in range(6)])
    week()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-03-09 08:00", "2026-03-09 08:00"),
        ("2026-03-09 07:59", "2026-03-02 08:00"),
        ("2026-03-12 03:00", "2026-03-09 08:00"),
        ("2026-03-15 23:59", "2026-03-09 08:00"),
    ],
)
def test_a_beat_that_was_dead_for_days_tells_this_week_once(now, began):
    def at(words: str) -> datetime:
        return datetime.fromisoformat(words).replace(tzinfo=UTC)

    assert began_at(at(now)) == at(began)


def test_the_day_and_the_hour_are_the_groups():
    factories.set_policy(coordinator_digest_weekday=4, coordinator_digest_hour=17)
    now = datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert began_at(now) == datetime(2026, 3, 6, 17, tzinfo=UTC)


def test_each_reads_it_in_their_language_on_their_own_channels(carla, settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    has_phone(carla, digest=["sms"])
    factories.need()
    week()
    assert [way_of(row) for row in Notification.objects.all()] == ["sms"]
    assert "The week on the desk" in (tmp_path / "texts.log").read_text()


def test_no_one_is_texted_who_did_not_choose_it(carla):
    has_phone(carla)
    factories.need()
    tell_the_week()
    assert [way_of(row) for row in Notification.objects.all()] == ["email"]


def test_who_refuses_it_gets_none(carla):
    wishes(carla, ways={"digest": []})
    factories.need()
    week()
    assert mail.outbox == []


def test_who_is_no_coordinator_any_more_gets_none(carla, sam):
    factories.need()
    tell_the_week()
    carla.memberships.filter(role=Role.COORDINATOR).delete()
    sweep()
    assert mail.outbox == []
