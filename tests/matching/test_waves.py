"""Few are asked, the others later; a no makes room at once; a sensitive need is never sent out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mutualaid.matching import actions, pairing, tasks
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from requests_app.actions import publish_need
from requests_app.models import Need
from requests_app.moves import coordinator
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(settings) -> Need:
    """Matched, with six who fit, of whom two are asked."""
    settings.WAVE_CHANCES = [0.25] * 4
    for _ in range(6):
        factories.offer()
    need = factories.need()
    tasks.sweep()
    return need


def states(need: Need) -> list[str]:
    return sorted(need.matches.values_list("state", flat=True))


def later(need: Need, minutes: int) -> None:
    """Let time pass, for the asks and for the next look."""
    by = timedelta(minutes=minutes)
    need.refresh_from_db()
    Need.objects.filter(pk=need.pk).update(match_due_at=need.match_due_at - by)
    for match in need.matches.exclude(asked_at=None):
        Match.objects.filter(pk=match.pk).update(asked_at=match.asked_at - by)


def test_a_few_are_asked_and_the_others_wait(need):
    assert states(need) == ["notified"] * 2 + ["suggested"] * 4
    assert Notification.objects.filter(kind="need_fits").count() == 2


def test_before_their_time_is_over_nobody_else_is_asked(need):
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


def test_the_best_are_asked_first(need):
    asked = need.matches.filter(state="notified").values_list("score", flat=True)
    waiting = need.matches.filter(state="suggested").values_list("score", flat=True)
    assert min(asked) >= max(waiting)


def test_with_nobody_left_to_ask_the_need_is_looked_at_again_tomorrow(need):
    for _ in range(3):
        later(need, 121)
        tasks.sweep()
    need.refresh_from_db()
    assert states(need) == ["notified"] * 6
    assert need.match_due_at > timezone.now() + timedelta(hours=20)


def test_a_claim_withdraws_what_others_were_asked_at_once(need):
    actions.accept(need.matches.filter(state="notified").first())
    assert states(need) == ["accepted"] + ["superseded"] * 5
    later(need, 121)
    tasks.sweep()
    assert states(need) == ["accepted"] + ["superseded"] * 5


def test_a_sensitive_need_is_matched_for_the_coordinator_and_sent_to_nobody(carla):
    papers = factories.category("papers", sensitive=True)
    factories.offer(categories=[papers])
    need = factories.need(category=papers)
    publish_need(need, by=coordinator(carla))
    pairing.match_need(need.pk)
    assert states(need) == ["suggested"]
    assert not Notification.objects.filter(kind="need_fits").exists()


def test_a_coordinators_correction_is_looked_at_anew(need):
    need.category = factories.category("rides")
    need.save()
    actions.refit(need)
    tasks.sweep()
    assert "suggested" not in states(need)
