"""When messages go: quiet hours, a most for each week, all in one digest, a pause."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.matching import tasks as matching
from mutualaid.matching.models import Match
from mutualaid.matching.outreach.manual import invite_one
from mutualaid.notify.models import Notification, Preferences
from mutualaid.notify.routing.quiet_hours import digest_due_at, quiet_until
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import User
from mutualaid.singleton.reading import read_once
from offers_app.actions import pause_offer
from requests_app import actions
from tests.support import factories
from tests.support.clock import travel
from tests.support.people import MAIL, ask_by, rows, way_of, wishes

NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY, STEP = timedelta(days=1), timedelta(minutes=97)


def at(hour: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(20.9), None),
        (at(21), at(8, day=1)),
        (at(23.5), at(8, day=1)),
        (at(0), at(8)),
        (at(7.9), at(8)),
        (at(8), None),
        (at(12), None),
    ],
)
def test_a_night_ends_in_the_morning(now, end):
    assert quiet_until(Preferences(**NIGHT), now) == end


@pytest.mark.parametrize(("now", "end"), [(at(12), None), (at(13.5), at(15)), (at(15), None)])
def test_quiet_hours_may_lie_within_a_day(now, end):
    assert quiet_until(Preferences(quiet_from=time(13), quiet_until=time(15)), now) == end


def test_the_same_time_twice_is_no_quiet_hour():
    awake = Preferences(quiet_from=time(8), quiet_until=time(8))
    assert quiet_until(awake, at(8)) is None


@pytest.mark.parametrize(
    ("zone", "hours"), [("America/Halifax", 4), ("Asia/Kolkata", -5.5), ("UTC", 0)]
)
def test_night_is_where_the_person_is(zone, hours):
    here = Preferences(**NIGHT, time_zone=zone)
    assert quiet_until(here, at(23 + hours)) == at(32 + hours)
    assert quiet_until(here, at(12 + hours)) is None


def test_the_morning_after_the_clocks_change_is_at_the_hour_they_chose():
    here = Preferences(**NIGHT, time_zone="Europe/Berlin")
    before = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 23:00 in Berlin, summer time begins at 2
    assert quiet_until(here, before) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def berlin(start: str, end: str) -> Preferences:
    hours = {"quiet_from": time.fromisoformat(start), "quiet_until": time.fromisoformat(end)}
    return Preferences(**hours, time_zone="Europe/Berlin")


# In Berlin the clock goes from 2 to 3 at 1:00 UTC on 29 March 2026, and from 3 to 2 at 1:00 UTC on
# 25 October: half past two does not come on the one day and comes twice on the other.
@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        (("21:00", "08:00"), "2026-03-28T20:00", "2026-03-29T06:00"),
        (("21:00", "08:00"), "2026-03-29T05:59", "2026-03-29T06:00"),
        (("21:00", "08:00"), "2026-03-29T06:00", None),
        (("21:00", "08:00"), "2026-10-24T19:00", "2026-10-25T07:00"),
        (("21:00", "08:00"), "2026-10-25T06:59", "2026-10-25T07:00"),
        (("21:00", "08:00"), "2026-10-25T07:00", None),
        (("01:30", "02:30"), "2026-03-29T00:29", None),
        (("01:30", "02:30"), "2026-03-29T00:45", "2026-03-29T01:30"),
        (("01:30", "02:30"), "2026-03-29T01:15", "2026-03-29T01:30"),
        (("01:30", "02:30"), "2026-03-29T01:30", None),
        (("01:30", "02:30"), "2026-10-25T00:15", "2026-10-25T01:30"),
        (("01:30", "02:30"), "2026-10-25T01:15", "2026-10-25T01:30"),
        (("01:30", "02:30"), "2026-10-25T01:30", None),
        (("02:30", "08:00"), "2026-10-25T00:29", None),
        (("02:30", "08:00"), "2026-10-25T01:05", "2026-10-25T07:00"),
        (("02:30", "08:00"), "2026-03-29T01:05", "2026-03-29T06:00"),
    ],
)
def test_on_both_days_on_which_clocks_change_no_one_is_woken(hours, now, end):
    found = quiet_until(berlin(*hours), utc(now))
    assert (found and found.astimezone(UTC)) == (end and utc(end))


def utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("hour", [2, 9])
def test_each_day_of_a_year_has_one_hour_for_what_is_gathered(zone, hour):
    factories.set_policy(digest_hour=hour)
    here = Preferences(pace="daily", time_zone=zone)
    with read_once():
        told = [digest_due_at(here, MONDAY + STEP * n) for n in range(365 * DAY // STEP)]
    assert all(later for later in told)
    days = {later.date() for later in told}
    assert len({later.astimezone(UTC) for later in told}) == len(days) >= 365
    for n, later in enumerate(told):
        assert later.astimezone(UTC) > MONDAY + STEP * n


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pace", "now", "told"),
    [
        ("at_once", at(12), None),
        ("daily", at(8), at(9)),
        ("daily", at(9), at(9, day=1)),
        ("weekly", at(8), at(9)),
        ("weekly", at(12), at(9, day=7)),
        ("weekly", at(12, day=6), at(9, day=7)),
    ],
)
def test_what_is_gathered_is_told_at_nine(pace, now, told):
    assert digest_due_at(Preferences(pace=pace), now) == told


@pytest.fixture
def volunteer(sam):
    factories.set_policy(invitations_per_day=50)
    factories.offer(by=sam, per_week=50)
    return sam


def ask(many: int = 1, **fields: Any) -> None:
    for _ in range(many):
        factories.need(**fields)
    matching.sweep()
    sweep()


def invite_by_hand(coordinator: User) -> None:
    """A coordinator invites everyone who fits a need, whatever the hour."""
    factories.need()
    matching.sweep()
    for match in Match.objects.filter(state="suggested"):
        invite_one(match, by=coordinator)
    sweep()


def quiet_now() -> dict[str, time]:
    """Quiet since an hour, and for another one."""
    now, hour = timezone.localtime(), timedelta(hours=1)
    return {"quiet_from": (now - hour).time(), "quiet_until": (now + hour).time()}


def due() -> datetime:
    return Notification.objects.get(kind="need_fits").due_at


@pytest.mark.django_db
def test_an_invitation_by_hand_at_night_waits_for_the_morning_and_is_not_lost(volunteer, carla):
    tonight = timezone.localtime() + timedelta(minutes=-5)
    wishes(volunteer, quiet_from=tonight.time(), quiet_until=(tonight + timedelta(hours=9)).time())
    invite_by_hand(carla)
    assert mail.outbox == []
    assert timedelta(hours=8) < due() - timezone.now() < timedelta(hours=9)


@pytest.mark.django_db
def test_a_retry_that_falls_into_the_night_waits_too(volunteer):
    factories.need()
    matching.sweep()
    now = timezone.localtime()
    wishes(
        volunteer,
        quiet_from=(now - timedelta(minutes=1)).time(),
        quiet_until=(now + timedelta(hours=1)).time(),
    )
    sweep()
    row = Notification.objects.get(kind="need_fits")
    assert (row.state, row.tries, mail.outbox) == ("waiting", 0, [])
    assert row.due_at > timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize(("allowed", "told"), [(True, 1), (False, 0)])
def test_an_urgent_invitation_wakes_only_who_allowed_it(volunteer, allowed, told):
    now = timezone.localtime()
    quiet = {
        "quiet_from": (now - timedelta(hours=1)).time(),
        "quiet_until": (now + timedelta(hours=1)).time(),
    }
    wishes(volunteer, **quiet, urgent_at_night=allowed)
    ask(urgency=4)
    assert len(mail.outbox) == told
    ask(urgency=2)
    assert len(mail.outbox) == told


@pytest.mark.django_db
def test_someone_is_coming_is_never_held(volunteer, rosa):
    now = timezone.localtime()
    quiet = {
        "quiet_from": (now - timedelta(hours=1)).time(),
        "quiet_until": (now + timedelta(hours=1)).time(),
    }
    wishes(volunteer, **quiet, max_invitations_per_week=0)
    actions.claim_need(ask_by(MAIL), by=volunteer, weekly_limit=2)
    pause_offer(volunteer.offer, until=None)
    sweep()
    assert rows("need_claimed") == {"email": "sent"}
    assert rows("claim_made") == {"email": "sent"}


@pytest.mark.django_db
def test_no_more_invitations_a_week_than_they_wished_and_the_next_ones_wait(volunteer):
    wishes(volunteer, max_invitations_per_week=2)
    ask(many=4)
    assert len(mail.outbox) == 2
    held = Notification.objects.filter(kind="need_fits", state="waiting")
    first = Notification.objects.filter(state="sent").earliest("sent_at").sent_at
    assert [row.due_at - first for row in held] == [timedelta(days=7)] * 2
    Notification.objects.filter(state="sent").update(sent_at=first - timedelta(days=8))
    held.update(due_at=timezone.now() - timedelta(hours=1))
    sweep()
    assert len(mail.outbox) == 4


@pytest.mark.django_db
def test_of_two_channels_one_takes_the_invitation_and_it_counts_once(volunteer, settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    wishes(
        volunteer,
        max_invitations_per_week=1,
        phone="+12125550143",
        phone_confirmed_at=timezone.now(),
        ways={"invitations": ["email", "sms"], "urgent": [], "tasks": []},
    )
    ask(many=2)
    assert sorted((way_of(row), row.state) for row in Notification.objects.all()) == [
        ("sms", "sent"),
        ("sms", "waiting"),
    ]


@pytest.mark.django_db
def test_two_workers_do_not_both_take_the_last_place(volunteer):
    """One worker is sending the first invitation while another looks at the second."""
    wishes(volunteer, max_invitations_per_week=1)
    factories.need()
    factories.need()
    matching.sweep()
    first, second = Notification.objects.order_by("pk")
    assert Notification.objects.take(first.pk)
    sweep()
    assert mail.outbox == []
    second.refresh_from_db()
    assert second.due_at > timezone.now()


@pytest.mark.django_db
def test_who_takes_a_pause_is_invited_to_nothing(volunteer):
    pause_offer(volunteer.offer, until=timezone.localdate() + timedelta(days=3))
    ask()
    assert rows("need_fits") == {}


@pytest.mark.django_db
def test_who_takes_a_pause_meanwhile_is_not_bothered_either(volunteer):
    factories.need()
    matching.sweep()
    pause_offer(volunteer.offer, until=timezone.localdate() + timedelta(days=3))
    sweep()
    assert mail.outbox == []
    assert rows("need_fits") == {"": "cancelled"}


@pytest.mark.django_db
def test_a_day_in_one_message(volunteer):
    wishes(volunteer, pace="daily")
    ask(many=3)
    assert rows("need_fits") == {}
    row = Notification.objects.get(kind="need_digest")
    assert row.due_at > timezone.now()
    Notification.objects.update(due_at=timezone.now() - timedelta(hours=1))
    sweep()
    (letter,) = mail.outbox
    assert letter.body.count("Groceries · Riverside") == 3


@pytest.mark.django_db
def test_nothing_that_fits_any_more_is_no_message(volunteer):
    wishes(volunteer, pace="weekly")
    need = factories.need()
    matching.sweep()
    actions.withdraw_need(need)
    Notification.objects.update(due_at=timezone.now() - timedelta(hours=1))
    sweep()
    assert mail.outbox == []
    assert rows("need_digest") == {"": "cancelled"}


@pytest.mark.django_db
def test_an_urgent_need_does_not_wait_for_monday(volunteer):
    wishes(volunteer, pace="weekly")
    ask(urgency=4)
    assert rows("need_fits") == {"email": "sent"}


@pytest.mark.django_db
def test_through_a_whole_year_every_night_is_quiet_and_every_day_is_not():
    here = Preferences(**NIGHT, time_zone="America/New_York")
    hours = [MONDAY + timedelta(hours=n) for n in range(24 * 365)]
    ends = [quiet_until(here, hour) for hour in hours]
    assert sum(end is not None for end in ends) == pytest.approx(11 * 365, abs=3)
    for hour, end in zip(hours, ends, strict=True):
        if end:
            assert timedelta(0) < end - hour <= timedelta(hours=12)
            assert end.hour == 8
    assert all(a <= b for a, b in pairwise(end for end in ends if end))


@pytest.mark.django_db
def test_at_one_moment_it_is_night_for_one_and_day_for_another(settings, carla):
    """In Los Angeles, where the group is, it is seven in the evening; in Berlin four at night."""
    settings.TIME_ZONE = "America/Los_Angeles"
    factories.set_policy(quiet_from="21:00", quiet_until="08:00")
    here, away = (factories.person(name) for name in ("Here", "Away"))
    wishes(away, time_zone="Europe/Berlin")
    for person in (here, away):
        factories.offer(by=person)
    with travel(datetime(2026, 1, 15, 3, tzinfo=UTC)):
        invite_by_hand(carla)
        rows = Notification.objects.filter(kind="need_fits").order_by("recipient__name")
        held, sent = rows
        assert (sent.state, held.state) == ("sent", "waiting")
        assert held.due_at == datetime(2026, 1, 15, 7, tzinfo=UTC)


@pytest.mark.django_db
def test_a_group_sets_the_usual_night(volunteer):
    factories.set_policy(quiet_from="00:00", quiet_until="23:59")
    with travel(timezone.now().replace(hour=12)):
        ask()
    assert mail.outbox == []
