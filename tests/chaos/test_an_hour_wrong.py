"""The clock of a worker is an hour wrong: who gets what, and when, is as the database's clock says."""

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from mutualaid.matching.models import Match
from mutualaid.matching.notifications.weekly_digest import tell_the_week
from mutualaid.matching.tasks import sweep as match_what_is_due
from mutualaid.notify.follow_up.handling import take_call
from mutualaid.notify.models import CallTask, Notification
from mutualaid.notify.tasks import sweep
from mutualaid.people.decisions import agree, propose
from mutualaid.people.models import RateLimitWindow, Role, TwoPersonDecision
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from offers_app.actions import pause_offer
from requests_app.models import Need
from requests_app.tasks import sweep as follow_up
from tests.support import factories
from tests.support.clock import later, wrong_by
from tests.support.people import TEXTS, ask_by, wishes

pytestmark = pytest.mark.django_db
DAY, HOUR, HALF = timedelta(days=1), timedelta(hours=1), timedelta(minutes=30)
WRONG = pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["fast", "slow"])
RULES = (
    "mutualaid/matching/outreach",
    "mutualaid/matching/search",
    "mutualaid/matching/backlog",
    "mutualaid/notify/routing",
    "mutualaid/notify/inbound",
    "mutualaid/notify/delivery.py",
    "mutualaid/notify/outbox.py",
    "mutualaid/notify/follow_up/overdue.py",
    "mutualaid/numbers/freezing.py",
    "mutualaid/people/ratelimit.py",
    "mutualaid/retention/rewriting.py",
    "mutualaid/retention/sweep.py",
    "requests_app/access/recovery.py",
    "requests_app/actions/progress.py",
    "requests_app/actions/series.py",
    "requests_app/lifecycle/claim_deadlines.py",
)
"""What decides on a worker who gets what and when, beside all modules `tasks` and `scheduled`."""
MACHINE = {"now", "utcnow", "today", "localdate", "localtime", "time"}
OF_A_MACHINE = {"timezone", "datetime", "date", "time"}


def modules() -> Iterator[Path]:
    root = Path(settings.BASE_DIR)
    for name in RULES:
        path = root / name
        assert path.exists(), name
        yield from path.rglob("*.py") if path.is_dir() else [path]
    for room in ("mutualaid", "requests_app", "offers_app"):
        yield from (
            path for path in (root / room).rglob("*.py") if path.stem in {"tasks", "scheduled"}
        )


def asked_of_the_machine(source: str) -> list[int]:
    """The lines that read the clock of the machine: `timezone.now()`, `localdate()` without a moment."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in OF_A_MACHINE
        and node.func.attr in MACHINE
        and not node.args
    ]


def test_no_rule_that_workers_follow_reads_the_clock_of_its_machine():
    hour = 'hour = timezone.now().strftime("%H")'
    assert asked_of_the_machine(hour), "it would be found"
    found = {str(path): asked_of_the_machine(path.read_text()) for path in modules()}
    assert {path: lines for path, lines in found.items() if lines} == {}


def clock_time(from_now: timedelta) -> str:
    return timezone.localtime(timezone.now() + from_now).strftime("%H:%M")


@pytest.fixture
def waves() -> None:
    """One at a time, for an hour and a half."""
    factories.set_policy(wave_chances=[0.01] * 4, wave_minutes=[90] * 4)


NIGHTS = pytest.mark.parametrize(
    ("begins", "ends", "asleep"),
    [(-HALF, HALF, True), (HALF, 3 * HALF, False), (-3 * HALF, -HALF, False)],
    ids=["asleep", "an evening to come", "morning"],
)


@WRONG
@NIGHTS
def test_who_sleeps_is_not_invited_and_who_is_awake_is(sam, wrong, begins, ends, asleep):
    factories.offer(by=sam)
    wishes(sam, quiet_from=clock_time(begins), quiet_until=clock_time(ends))
    factories.need()
    with wrong_by(wrong):
        match_what_is_due()
    assert Match.objects.get().state == ("suggested" if asleep else "notified")


@WRONG
@NIGHTS
def test_what_is_due_in_their_night_waits_for_the_morning(sam, wrong, begins, ends, asleep):
    factories.offer(by=sam)
    factories.need()
    match_what_is_due()
    wishes(sam, quiet_from=clock_time(begins), quiet_until=clock_time(ends))
    with wrong_by(wrong):
        sweep()
    assert Notification.objects.get(kind="need_fits").state == ("waiting" if asleep else "sent")


@WRONG
@pytest.mark.parametrize(("minutes", "invited"), [(60, 1), (120, 2)])
def test_a_wave_lasts_its_time(waves, wrong, minutes, invited):
    for _ in range(3):
        factories.offer()
    factories.need()
    match_what_is_due()
    Match.objects.update(invited_at=F("invited_at") - timedelta(minutes=minutes))
    Need.objects.update(match_due_at=F("created_at"))
    with wrong_by(wrong):
        match_what_is_due()
    assert Match.objects.filter(state="notified").count() == invited


@WRONG
@pytest.mark.parametrize(("sooner", "asked"), [(HALF, True), (-HALF, False)])
def test_a_neighbour_is_asked_whether_to_go_on_in_time(wrong, sooner, asked):
    need = factories.need()
    later(days=2)
    notice = timedelta(hours=current_policy().expiry_notice_hours)
    Need.objects.update(open_until=timezone.now() + notice - sooner)
    with wrong_by(wrong):
        follow_up()
    need.refresh_from_db()
    assert (need.warned_at is not None) is asked


@WRONG
def test_a_need_whose_day_is_over_stays_open_as_long_as_its_neighbour_has_to_answer(wrong):
    need = factories.need(needed_by=timezone.localdate())
    later(days=2)
    with wrong_by(wrong):
        follow_up()
    need.refresh_from_db()
    notice = timedelta(hours=current_policy().expiry_notice_hours)
    assert abs(need.open_until - timezone.now() - notice) < timedelta(minutes=5)


@WRONG
@pytest.mark.parametrize(("left", "texts"), [(HALF, 0), (-HALF, 1)])
def test_the_next_text_to_an_unconfirmed_phone_waits_its_day(
    settings, tmp_path, wrong, left, texts
):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    ask_by(TEXTS)
    sweep()
    RateLimitWindow.objects.update(over_at=timezone.now() + left)
    ask_by(TEXTS)
    (tmp_path / "texts.log").unlink()
    with wrong_by(wrong):
        sweep()
    assert (tmp_path / "texts.log").exists() is bool(texts)


@WRONG
def test_the_week_is_told_at_its_hour(wrong):
    factories.person("Carla", Role.COORDINATOR)
    soon = timezone.localtime(
        timezone.now() + timedelta(minutes=(59 - timezone.now().minute) % 60 + 1)
    )
    factories.set_policy(
        coordinator_digest_weekday=soon.weekday(), coordinator_digest_hour=soon.hour
    )
    tell_the_week()
    with wrong_by(wrong):
        tell_the_week()
    assert Notification.objects.filter(kind="coordinator_week").count() == 1


@WRONG
def test_a_call_is_taken_for_a_quarter_of_an_hour(wrong):
    carla, dora = (factories.person(name, Role.COORDINATOR) for name in ("Carla", "Dora"))
    about = factories.need().pk
    Notification.objects.create(kind="need_expired", about_id=about, state="to_call")
    call = CallTask.calls.get()
    with wrong_by(wrong):
        take_call(call, by=carla)
    with pytest.raises(StateChanged):
        take_call(call, by=dora)
    CallTask.calls.update(lease_until=timezone.now() - timedelta(minutes=1))
    with wrong_by(wrong):
        take_call(call, by=dora)


@WRONG
@pytest.mark.parametrize(("left", "is_waiting"), [(HALF, True), (-HALF, False)])
def test_what_two_people_decide_waits_its_time(rosa, wrong, left, is_waiting):
    carla, dora = (factories.person(name, Role.COORDINATOR) for name in ("Carla", "Dora"))
    proposal = propose("give_auditor", rosa, by=carla)
    TwoPersonDecision.objects.update(expires_at=timezone.now() + left)
    with wrong_by(wrong), nullcontext() if is_waiting else pytest.raises(StateChanged):
        agree(proposal, by=dora)


@pytest.mark.parametrize("wrong", [DAY, -DAY], ids=["fast", "slow"])
@pytest.mark.parametrize(("days", "is_over"), [(1, False), (0, True)])
def test_a_pause_ends_on_its_day(sam, wrong, days, is_over):
    offer = factories.offer(by=sam)
    pause_offer(offer, until=timezone.localdate() + days * DAY)
    with wrong_by(wrong):
        match_what_is_due()
    offer.refresh_from_db()
    assert (offer.state == "active") is is_over
