"""What the clock does: remind, let lapse, ask again, close as unconfirmed, expire. Once, however late."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid.notify.models import Notification
from requests_app import actions, tasks
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.claims import sent, state
from tests.support.clock import later
from tests.support.people import MAIL

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(sam) -> Claim:
    return actions.claim_need(factories.need(contact=MAIL), by=sam, weekly_limit=2)


def test_before_the_time_is_over_no_one_is_bothered(claim):
    later(hours=23)
    tasks.sweep()
    assert sent("claim_reminder") == 0
    assert state(claim) == ("claimed", "claimed")


def test_who_has_not_been_in_touch_is_reminded_once(claim):
    later(hours=25)
    for _ in range(3):
        tasks.sweep()
    assert sent("claim_reminder") == 1


def test_who_said_that_they_are_in_touch_is_left_in_peace(claim, sam):
    actions.report_in_touch(claim, by=volunteer(sam))
    later(days=2)
    tasks.sweep()
    assert (sent("claim_reminder"), sent("claim_progress")) == (0, 0)
    assert state(claim) == ("contacted", "claimed")


def test_silence_gives_the_need_back_counted_from_the_claim(claim, sam):
    later(hours=25)
    tasks.sweep()
    later(hours=24)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")
    assert (sent("claim_lapsed"), sent("need_reopened")) == (1, 1)
    assert claim.need.events.last().actor_kind == "site"


def test_a_clock_that_stood_still_for_days_reminds_first_and_lets_no_one_lapse_unreminded(claim):
    later(days=4)
    tasks.sweep()
    assert sent("claim_reminder") == 1
    assert state(claim) == ("claimed", "claimed")
    later(hours=3)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")


def test_what_is_needed_today_has_shorter_times(sam):
    need = factories.need(urgency=4)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    later(hours=2.5)
    tasks.sweep()
    assert sent("claim_reminder") == 1
    later(hours=4)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")


def test_a_silent_neighbour_is_asked_once_more_and_then_it_is_not_counted_as_helped(claim, sam):
    actions.deliver_claim(claim, by=volunteer(sam))
    later(days=3.1)
    for _ in range(2):
        tasks.sweep()
    assert sent("need_followup") == 1
    assert state(claim) == ("delivered", "delivered")
    later(days=7)
    tasks.sweep()
    assert state(claim) == ("unconfirmed", "closed")
    assert Need.objects.get().close_reason == "unconfirmed"


def test_an_answer_ends_the_questions(claim, sam):
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.confirm_arrival(claim.need)
    later(days=30)
    tasks.sweep()
    assert sent("need_followup") == 0
    assert Need.objects.get().close_reason == "fulfilled"


def test_a_need_that_ends_soon_is_asked_about_and_then_expires():
    need = factories.need(contact=MAIL)
    later(days=13.5)
    for _ in range(2):
        tasks.sweep()
    assert sent("need_expiring") == 1
    later(days=1.1)
    tasks.sweep()
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", "expired")
    assert sent("need_expired") == 1


def test_whoever_needs_it_by_tonight_is_not_asked_at_once_whether_they_still_do():
    factories.need(contact=MAIL, needed_by=timezone.localdate())
    tasks.sweep()
    assert sent("need_expiring") == 0
    later(hours=6, minutes=1)
    tasks.sweep()
    assert sent("need_expiring") == 1


def test_keeping_it_open_is_one_tap_on_the_private_page(client):
    need = factories.need(contact=MAIL)
    token = make_link(need.ask)
    later(days=13.5)
    tasks.sweep()
    assert "Do you still need it?" in client.get(f"/need/{token}/").content.decode()
    answer = client.post(f"/need/{token}/{need.public_id}/keep_open/", follow=True).content.decode()
    assert "keep looking." in answer
    assert "Do you still need it?" not in answer.split('<details class="more">')[0]
    later(days=2)
    tasks.sweep()
    need.refresh_from_db()
    assert need.state == "open"


def test_even_after_days_without_a_clock_nothing_expires_without_notice():
    need = factories.need()
    later(days=40)
    tasks.sweep()
    need.refresh_from_db()
    assert (need.state, need.warned_at is not None) == ("open", True)


def test_a_last_day_ends_it_sooner_and_a_need_that_comes_back_has_a_day_at_least(sam):
    day = timezone.localdate() + timedelta(days=3)
    need = factories.need(needed_by=day)
    assert timezone.localtime(need.ends_at).date() == day + timedelta(days=1)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    later(days=10)
    actions.release_claim(claim, by=volunteer(sam))
    need.refresh_from_db()
    assert need.ends_at > timezone.now() + timedelta(hours=23)


def test_a_clock_that_was_dead_for_a_day_sends_each_person_one_reminder(sam, vera):
    """Each of them has three things due by then."""
    for person in (sam, vera):
        for _ in range(3):
            actions.claim_need(factories.need(contact=MAIL), by=person, weekly_limit=5)
    done = factories.need(contact=MAIL, helpers_wanted=2)
    for person in (sam, vera):
        claim = actions.claim_need(done, by=person, weekly_limit=5)
        actions.deliver_claim(claim, by=volunteer(person))
    later(days=4)
    tasks.sweep()
    nudged = Notification.objects.filter(kind="claim_reminder")
    assert sorted(nudged.values_list("recipient__name", flat=True)) == ["Sam", "Vera"]
    assert Claim.objects.filter(reminded_at=None, state="claimed").count() == 0
    assert sent("need_followup") == 1
    tasks.sweep()
    assert (sent("claim_reminder"), sent("need_followup")) == (2, 1)


def test_a_kind_of_help_may_have_times_of_its_own(sam):
    slow = factories.category("furniture", contact_hours=72, lapse_hours=120, follow_up_days=10)
    claim = actions.claim_need(factories.need(category=slow), by=sam, weekly_limit=2)
    later(hours=70)
    tasks.sweep()
    assert sent("claim_reminder") == 0
    later(hours=3)
    tasks.sweep()
    assert sent("claim_reminder") == 1
    later(hours=40)
    tasks.sweep()
    assert state(claim) == ("claimed", "claimed")
    later(hours=10)
    tasks.sweep()
    assert state(claim) == ("lapsed", "open")


def test_what_is_needed_today_has_the_short_times_whatever_its_kind(sam):
    slow = factories.category("furniture", contact_hours=72)
    actions.claim_need(factories.need(category=slow, urgency=4), by=sam, weekly_limit=2)
    later(hours=2.5)
    tasks.sweep()
    assert sent("claim_reminder") == 1


def test_nothing_expires_while_one_of_two_helpers_is_at_work(sam):
    need = factories.need(helpers_wanted=2)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.report_in_touch(claim, by=volunteer(sam))
    later(days=40)
    tasks.sweep()
    assert state(claim) == ("contacted", "open")
    actions.confirm_arrival(need)
    tasks.sweep()
    later(days=2)
    tasks.sweep()
    assert state(claim) == ("confirmed", "closed")
    assert Need.objects.get().close_reason == "partly"


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_say_everything_once(sam):
    waiting = actions.claim_need(factories.need(contact=MAIL), by=sam, weekly_limit=3)
    silent = actions.claim_need(factories.need(contact=MAIL), by=sam, weekly_limit=3)
    later(hours=25)
    Claim.objects.filter(pk=silent.pk).update(
        claimed_at=timezone.now() - timedelta(days=3),
        reminded_at=timezone.now() - timedelta(days=1),
    )
    at_once([partial(tasks.sweep)] * 4)
    assert (sent("claim_reminder"), sent("claim_lapsed"), sent("need_reopened")) == (1, 1, 1)
    assert state(waiting) == ("claimed", "claimed")
    assert state(silent) == ("lapsed", "open")
    assert silent.need.events.filter(action="lapse").count() == 1
