"""In touch, and then nothing is heard: the volunteer is asked, coordinators see it, it opens again."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from mutualaid.matching.attention import ATTENTION_ITEMS
from mutualaid.notify.links.one_tap import read_one_tap_token
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose
from requests_app import actions, tasks
from requests_app.lifecycle.actors import volunteer
from requests_app.lifecycle.claim_deadlines import with_next_date
from requests_app.models import Claim, Need
from requests_app.states import LIVE_CLAIM
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.claims import sent, state
from tests.support.clock import later
from tests.support.people import MAIL

pytestmark = pytest.mark.django_db


def needs_in_attention_list() -> list[Need]:
    return list(ATTENTION_ITEMS["unheard"].among(Need.objects.all()))


@pytest.fixture
def claim(sam) -> Claim:
    return in_touch(sam)


def in_touch(person, **need) -> Claim:
    fields = {"contact": MAIL} | need
    claim = actions.claim_need(factories.need(**fields), by=person, weekly_limit=9)
    actions.report_in_touch(claim, by=volunteer(person))
    return claim


def agreed(claim: Claim, *, days: int) -> Claim:
    day = timezone.localdate() + timedelta(days=days)
    actions.agree_on_day(claim, day=day, by=volunteer(claim.volunteer))
    return claim


def test_for_three_days_no_one_is_bothered_and_then_the_volunteer_is_asked_once(claim):
    later(hours=71)
    tasks.sweep()
    assert sent("claim_progress") == 0
    later(hours=2)
    for _ in range(3):
        tasks.sweep()
    assert (sent("claim_progress"), sent("claim_reminder")) == (1, 0)
    assert state(claim) == ("contacted", "claimed")


def test_without_an_answer_coordinators_see_it_and_after_as_long_again_it_is_open(claim):
    later(hours=73)
    tasks.sweep()
    later(hours=47)
    tasks.sweep()
    assert needs_in_attention_list() == []
    later(hours=2)
    tasks.sweep()
    assert needs_in_attention_list() == [claim.need]
    assert state(claim) == ("contacted", "claimed")
    later(hours=48)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")
    assert needs_in_attention_list() == []
    assert (sent("claim_lapsed"), sent("need_reopened")) == (1, 1)
    assert claim.need.events.last().actor_kind == "site"


def test_with_a_day_agreed_no_one_asks_before_it_is_over(claim):
    agreed(claim, days=9)
    later(days=9)
    tasks.sweep()
    assert sent("claim_progress") == 0
    later(days=1, hours=10)
    tasks.sweep()
    assert sent("claim_progress") == 1


def test_another_day_is_an_answer_and_after_it_they_are_asked_anew(claim):
    later(hours=73)
    tasks.sweep()
    agreed(claim, days=5)
    later(days=6)
    tasks.sweep()
    assert needs_in_attention_list() == []
    later(days=1)
    tasks.sweep()
    assert sent("claim_progress") == 2
    assert state(claim) == ("scheduled", "claimed")


def test_what_is_needed_today_is_asked_about_tomorrow(sam):
    claim = in_touch(sam, urgency=4)
    later(hours=25)
    tasks.sweep()
    assert sent("claim_progress") == 1
    later(hours=13)
    assert needs_in_attention_list() == [claim.need]
    later(hours=12)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")


def test_a_kind_of_help_may_take_longer(sam):
    slow = factories.category("furniture", progress_hours=240)
    in_touch(sam, category=slow)
    later(hours=239)
    tasks.sweep()
    assert sent("claim_progress") == 0
    later(hours=2)
    tasks.sweep()
    assert sent("claim_progress") == 1


@pytest.mark.parametrize(
    ("button", "becomes", "second_time"),
    [
        ("done", ("delivered", "delivered"), "You said it&#x27;s done. Thank you!"),
        ("let_go", ("released", "open"), "This isn&#x27;t your task any more."),
    ],
)
def test_each_answer_is_one_tap(claim, client, button, becomes, second_time):
    later(hours=73)
    tasks.sweep()
    url = compose("claim_progress", claim.pk).urls[button]
    page = client.get(url).content.decode()
    assert "<button" in page
    assert "Groceries · Riverside" in page
    assert state(claim) == ("contacted", "claimed")
    client.post(url)
    assert state(claim) == becomes
    assert compose("claim_progress", claim.pk) is None
    assert second_time in client.post(url).content.decode()
    assert state(claim) == becomes


@pytest.mark.parametrize("button", ["done", "let_go"])
def test_only_their_own_link_does_it(claim, mallory, button):
    tapped = read_one_tap_token(compose_url(claim, button).rstrip("/").rsplit("/", 1)[1])
    tapped._replace(user=mallory).take()
    assert state(claim) == ("contacted", "claimed")


def compose_url(claim: Claim, button: str) -> str:
    Claim.objects.filter(pk=claim.pk).update(reminded_at=timezone.now())
    return str(compose("claim_progress", claim.pk).urls[button])


def test_a_clock_that_was_dead_asks_each_person_once_about_all_of_theirs(sam, vera):
    for person in (sam, vera):
        in_touch(person)
        agreed(in_touch(person), days=1)
    actions.claim_need(factories.need(contact=MAIL), by=vera, weekly_limit=9)
    later(days=30)
    for _ in range(2):
        tasks.sweep()
    rows = Notification.objects.filter(kind__in=["claim_progress", "claim_reminder"])
    message_to = {row.recipient.name: row for row in rows}
    assert (rows.count(), message_to["Sam"].kind, message_to["Vera"].kind) == (
        2,
        "claim_progress",
        "claim_reminder",
    )
    message = compose("claim_progress", message_to["Sam"].about_id)
    assert (message.context["several"], list(message.urls)) == (True, ["page"])
    assert not Claim.objects.filter(state="lapsed").exists()


def just_claimed(person) -> Claim:
    return actions.claim_need(factories.need(contact=MAIL), by=person, weekly_limit=9)


@pytest.mark.parametrize("minutes", [-10, 10])
@pytest.mark.parametrize(
    ("begin", "question", "asked_after", "lapses_after"),
    [(just_claimed, "claim_reminder", 24, 24), (in_touch, "claim_progress", 72, 96)],
)
def test_a_clock_that_is_ten_minutes_wrong_asks_and_lapses_no_earlier(
    sam, minutes, begin, question, asked_after, lapses_after
):
    wrong = timedelta(minutes=minutes)
    with time_machine.travel(timezone.now() + wrong):
        claim = begin(sam)
    before = state(claim)
    later(hours=asked_after, minutes=-5)
    with time_machine.travel(timezone.now() - wrong):
        tasks.sweep()
    assert sent(question) == 0
    later(minutes=6)
    with time_machine.travel(timezone.now() + wrong):
        tasks.sweep()
    assert sent(question) == 1
    later(hours=lapses_after, minutes=-6)
    with time_machine.travel(timezone.now() - wrong):
        tasks.sweep()
    assert state(claim) == before
    later(minutes=6)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")


@pytest.mark.slow
@pytest.mark.parametrize("reached", LIVE_CLAIM)
@pytest.mark.parametrize("helpers", [1, 2])
def test_left_alone_every_need_ends(sam, reached, helpers):
    need = factories.need(contact=MAIL, helpers_wanted=helpers)
    claim = actions.claim_need(need, by=sam, weekly_limit=9)
    if reached == "contacted":
        actions.report_in_touch(claim, by=volunteer(sam))
    if reached == "scheduled":
        agreed(claim, days=3)
    if reached == "delivered":
        actions.deliver_claim(claim, by=volunteer(sam))
    for _ in range(40):
        later(days=1)
        tasks.sweep()
    ends = {"delivered": ("unconfirmed", "closed")}
    assert state(claim) == ends.get(reached, ("lapsed", "closed"))


def test_the_next_date_of_a_claim_is_known_at_each_step(sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=9)
    assert round(hours_to_go(claim)) == 24
    actions.report_in_touch(claim, by=volunteer(sam))
    assert round(hours_to_go(claim)) == 72
    agreed(claim, days=2)
    assert 48 < hours_to_go(claim) < 24 * 3 + 10
    actions.deliver_claim(claim, by=volunteer(sam))
    assert round(hours_to_go(claim)) == 72
    actions.confirm_arrival(claim.need)
    assert not with_next_date().exists()


def hours_to_go(claim: Claim) -> float:
    span = with_next_date().get(pk=claim.pk).next_date - timezone.now()
    return float(span / timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_four_clocks_at_once_say_everything_once(sam, vera):
    asked, given_back = in_touch(sam), in_touch(vera)
    later(hours=73)
    long_ago = timezone.now() - timedelta(days=6)
    Claim.objects.filter(pk=given_back.pk).update(reminded_at=long_ago)
    at_once([partial(tasks.sweep)] * 4)
    assert (sent("claim_progress"), sent("claim_lapsed"), sent("need_reopened")) == (1, 1, 1)
    assert (state(asked), state(given_back)) == (("contacted", "claimed"), ("lapsed", "open"))
