"""Few are invited, the others later; a no makes room at once; a sensitive need is never sent out."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from mutualaid.matching import actions, tasks
from mutualaid.matching.attention import counts
from mutualaid.matching.models import AcceptanceRate, Match
from mutualaid.matching.outreach import match_need
from mutualaid.matching.outreach.acceptance import rate_of
from mutualaid.notify.models import Notification
from mutualaid.policy.current import current_policy
from requests_app.actions import publish_need, release_claim
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.clock import travel
from tests.support.people import wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    """Matched, with six who fit, of whom two are invited."""
    factories.set_policy(wave_chances=[0.25] * 4)
    for _ in range(6):
        factories.offer()
    need = factories.need()
    tasks.sweep()
    return need


def states(need: Need) -> list[str]:
    return sorted(need.matches.values_list("state", flat=True))


def later(need: Need, minutes: int) -> None:
    """Let time pass, for the invitations and for the next look."""
    by = timedelta(minutes=minutes)
    need.refresh_from_db()
    Need.objects.filter(pk=need.pk).update(match_due_at=need.match_due_at - by)
    for match in need.matches.exclude(invited_at=None):
        Match.objects.filter(pk=match.pk).update(invited_at=match.invited_at - by)


def waiting_for_attention(word: str) -> int:
    """How many needs coordinators see under an item."""
    return counts()[word]


def test_a_few_are_invited_and_the_others_wait(need):
    assert states(need) == ["notified"] * 2 + ["suggested"] * 4
    assert Notification.objects.filter(kind="need_fits").count() == 2


def test_before_their_time_is_over_no_one_else_is_invited(need):
    later(need, 100)
    tasks.sweep()
    assert states(need).count("notified") == 2


def test_who_does_not_answer_makes_room_for_the_next_two(need):
    later(need, 121)
    tasks.sweep()
    assert states(need) == ["notified"] * 4 + ["suggested"] * 2


def test_a_no_makes_room_at_once(need):
    actions.decline(need.matches.filter(state="notified").first())
    tasks.sweep()
    assert states(need) == ["declined"] + ["notified"] * 2 + ["suggested"] * 3


def test_the_best_are_invited_first(need):
    asked = need.matches.filter(state="notified").values_list("score", flat=True)
    waiting = need.matches.filter(state="suggested").values_list("score", flat=True)
    assert min(asked) >= max(waiting)


def test_with_no_one_left_to_invite_the_need_is_matched_again_tomorrow(need):
    for _ in range(3):
        later(need, 121)
        tasks.sweep()
    need.refresh_from_db()
    assert states(need) == ["notified"] * 6
    assert need.match_due_at > timezone.now() + timedelta(hours=20)


def test_a_claim_withdraws_the_invitations_of_others_at_once(need):
    actions.accept(need.matches.filter(state="notified").first())
    assert states(need) == ["accepted"] + ["superseded"] * 5
    later(need, 121)
    tasks.sweep()
    assert states(need) == ["accepted"] + ["superseded"] * 5


def test_a_sensitive_need_is_matched_for_the_coordinator_and_sent_to_no_one(carla):
    papers = factories.category("papers", sensitive=True)
    factories.offer(categories=[papers])
    need = factories.need(category=papers)
    publish_need(need, by=coordinator(carla))
    match_need.match_need(need.pk)
    assert states(need) == ["suggested"]
    assert not Notification.objects.filter(kind="need_fits").exists()


def test_a_coordinators_correction_is_looked_at_anew(need):
    need.category = factories.category("rides")
    need.save()
    actions.refit(need)
    tasks.sweep()
    assert "suggested" not in states(need)


def test_the_more_urgent_the_more_are_invited_at_once():
    for _ in range(30):
        factories.offer()
    needs = [factories.need(urgency=urgency) for urgency in (1, 2, 3, 4)]
    for need in needs:
        match_need.match_need(need.pk)
    asked = [need.matches.filter(state="notified").count() for need in needs]
    assert asked == [2, 3, 8, 20]


def test_near_and_exact_are_invited_first_then_farther_then_what_is_close():
    food = factories.category("food")
    bread = factories.category("bread", parent=food)
    close = factories.offer(categories=[food])
    far = factories.offer(
        categories=[bread], localities=[factories.locality("hill", lat=0.018)], reach_km=3
    )
    near = factories.offer(categories=[bread])
    factories.set_policy(wave_chances=[0.01] * 4)
    need = factories.need(category=bread)
    order = []
    for _ in range(3):
        tasks.sweep()
        order += [m.offer for m in need.matches.filter(state="notified") if m.offer not in order]
        later(need, 121)
    assert order == [
        near,
        close,
        far,
    ]  # two thirds of their reach is farther than a kind that is close


@pytest.mark.slow
def test_no_one_is_invited_more_than_twice_a_day_or_five_times_a_week(sam):
    factories.set_policy(wave_chances=[0.01] * 4)
    offer = factories.offer(by=sam, per_week=50)
    made = [factories.need() for _ in range(9)]
    for day in range(5):
        tasks.sweep()
        asked = Match.objects.filter(state="notified").count()
        assert asked == min(5, 2 * (day + 1))
        for need in made:
            later(need, 25 * 60)
    urgent = factories.need(urgency=4)
    match_need.match_need(urgent.pk)
    assert urgent.matches.get(offer=offer).state == "notified"


@pytest.mark.django_db(transaction=True)
def test_ten_needs_at_once_still_invite_one_person_twice_a_day():
    factories.set_policy(wave_chances=[0.01] * 4)
    factories.offer(per_week=50)
    needs = [factories.need() for _ in range(10)]
    at_once([partial(match_need.match_need, need.pk) for need in needs])
    assert Match.objects.filter(state="notified").count() == 2


def test_at_night_people_are_invited_only_to_what_is_needed_today(sam):
    factories.set_policy(quiet_from="21:00", quiet_until="08:00")
    factories.offer(by=sam)
    wishes(sam, urgent_at_night=True)
    with travel("2026-03-01 23:00:00+00:00"):
        calm, urgent = factories.need(), factories.need(urgency=4)
        for need in (calm, urgent):
            match_need.match_need(need.pk)
        calm.refresh_from_db()
        assert states(urgent) == ["notified"]
        assert states(calm) == ["suggested"]
        assert str(calm.match_due_at) == "2026-03-02 08:00:00+00:00"
    # The database has a clock of its own; the task that is due in the morning asks.
    Need.objects.update(match_due_at=urgent.created_at)
    with travel("2026-03-02 08:00:01+00:00"):
        match_need.match_need(calm.pk)
    assert states(calm) == ["notified"]


def test_with_no_one_left_a_coordinator_has_it_until_someone_new_fits(need):
    for _ in range(2):
        later(need, 121)
        tasks.sweep()
    assert waiting_for_attention("asked") == 0
    later(need, 121)
    tasks.sweep()
    assert waiting_for_attention("asked") == 1
    factories.offer()
    tasks.sweep()
    assert states(need).count("notified") == 7
    assert waiting_for_attention("asked") == 0


def test_who_was_invited_when_someone_else_was_faster_is_invited_again_when_they_let_go(need):
    first, second = need.matches.filter(state="notified")
    claim = actions.accept(first)
    release_claim(claim, by=volunteer(first.offer.volunteer))
    tasks.sweep()
    second.refresh_from_db()
    first.refresh_from_db()
    assert first.state == "accepted"  # they had it before and are not invited again
    assert states(need).count("notified") == 2
    assert "superseded" not in states(need)
    told = Notification.objects.filter(kind="need_fits").values_list("key", flat=True)
    assert len(told) == len(set(told)) == 4


def test_from_two_hundred_invitations_on_what_really_happened_counts():
    factories.set_policy(wave_chances=[0.72] * 4)
    old, offer = factories.need(), factories.offer()
    rows = [factories.need() for _ in range(4)]
    now = timezone.now()
    for number, asked in enumerate(rows):
        state = "accepted" if number == 0 else "declined"
        asked.matches.create(offer=offer, score=1, state=state, invited_at=now - timedelta(days=40))
    tasks.learn()
    row = AcceptanceRate.objects.get()
    assert (row.invitations, row.yes) == (4, 1)
    assert rate_of(old.category_id) == current_policy().base_acceptance_rate
    AcceptanceRate.objects.update(invitations=200, yes=100)
    assert rate_of(old.category_id) == 0.5
    tasks.learn()
    assert AcceptanceRate.objects.get().invitations == 4


def test_for_a_category_to_which_people_like_to_say_yes_fewer_are_invited():
    factories.set_policy(wave_chances=[0.72] * 4)
    for _ in range(10):
        factories.offer()
    need = factories.need()
    AcceptanceRate.objects.create(
        category=need.category, invitations=200, yes=100, counted_at=timezone.now()
    )
    match_need.match_need(need.pk)
    assert states(need).count("notified") == 1
