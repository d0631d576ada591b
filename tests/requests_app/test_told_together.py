"""What moves in one step is one message to each person, and tells of what is still so when it is sent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose_if_there
from mutualaid.people.models import Role, User
from requests_app import actions, tasks
from requests_app.lifecycle.actors import Actor, coordinator, volunteer
from requests_app.models import Claim, Need
from requests_app.notifications.neighbour import ask_whether_to_go_on, asked_whether_to_go_on
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.clock import later
from tests.support.people import MAIL

pytestmark = pytest.mark.django_db
BOTH = ["Groceries · Riverside · This week", "Meals · Riverside · This week"]


@pytest.fixture
def me() -> Actor:
    return coordinator(factories.person("Carla", Role.COORDINATOR))


@pytest.fixture
def needs() -> list[Need]:
    """Two of one ask, and one of another ask, which is told by itself."""
    tasks = [factories.details(), factories.details(category=factories.category("meals"))]
    ask = factories.ask(*tasks, contact=MAIL)
    return [*ask.needs.order_by("pk"), factories.need(contact=MAIL)]


@pytest.fixture
def claimed(needs, sam) -> list[Claim]:
    return [actions.claim_need(need, by=sam, weekly_limit=9) for need in needs]


def told(kind: str) -> list[list[str]]:
    """What each message of a kind names that would be sent now, the longest first."""
    rows = Notification.objects.filter(kind=kind).exclude(state="cancelled")
    messages = [compose_if_there(kind, about) for about in rows.values_list("about_id", flat=True)]
    named = [[_without_code(one) for one in m.context["mentions"]] for m in messages if m]
    return sorted(named, key=len, reverse=True)


def _without_code(mention: object) -> str:
    return " · ".join(str(mention).split(" · ")[:3])


def together(*kinds: str) -> bool:
    """Whether each kind was told once of both needs of an ask, and once of that of the other ask."""
    return [told(kind) for kind in kinds] == [[BOTH, BOTH[:1]]] * len(kinds)


def test_what_is_asked_together_is_received_in_one_message(needs):
    assert together("need_received")


def test_what_is_published_together(needs, me):
    Need.objects.update(state="triage")
    actions.publish_needs(Need.objects.all(), by=me)
    assert together("need_opened")


def test_what_is_closed_together(needs, claimed, me):
    actions.close_needs(Need.objects.all(), by=me, reason=CloseReason.UNABLE)
    assert together("need_closed", "claim_ended")


def test_what_a_coordinator_takes_from_someone_together(needs, claimed, me):
    actions.release_needs(Need.objects.all(), by=me)
    assert together("need_reopened", "claim_ended")


def test_what_someone_leaves_who_goes(needs, claimed, sam):
    actions.release_claims_of(sam, by=volunteer(sam))
    assert together("need_reopened", "claim_let_go")


def test_what_the_clock_takes_from_someone_who_is_silent(needs, claimed):
    for _ in range(2):
        later(hours=25)
        tasks.sweep()
    assert [len(named) for named in told("need_reopened")] == [2, 1]
    assert [len(named) for named in told("claim_lapsed")] == [2, 1]


def test_what_ends_soon_and_what_has_ended(needs):
    later(hours=7)
    Need.objects.update(needed_by=None, open_until=timezone.now() + timedelta(hours=23))
    tasks.sweep()
    assert [len(named) for named in told("need_expiring")] == [2, 1]
    later(hours=25)
    tasks.sweep()
    assert [len(named) for named in told("need_expired")] == [2, 1]


def asked(*needs: Need) -> None:
    """As when everyone who fits each of them was invited: they are matched one by one."""
    for need in needs:
        with transaction.atomic():
            ask_whether_to_go_on(Need.objects.get(pk=need.pk))


def test_what_everyone_was_asked_about_within_minutes(needs):
    asked(*needs)
    rows = Notification.objects.filter(kind="need_all_invited", state="waiting")
    assert together("need_all_invited")
    waiting = list(rows)
    assert not any(deliver_one(row.pk) for row in waiting)
    rows.update(due_at=timezone.now() - timedelta(seconds=1))
    assert all(deliver_one(row.pk) for row in waiting)
    assert asked_whether_to_go_on(needs) == set(needs)
    asked(*needs)
    assert not rows.exists(), "once, as long as it is open"


def test_what_everyone_was_asked_about_once_the_first_has_been_told(needs):
    asked(needs[0])
    first = Notification.objects.filter(kind="need_all_invited")
    first.update(due_at=timezone.now() - timedelta(seconds=1))
    assert deliver_one(first.get().pk)
    asked(needs[1])
    assert first.filter(state="waiting").exists()


@pytest.mark.parametrize("which", [0, 1])
def test_what_someone_said_yes_to_before_is_not_asked_about(which: int, needs, sam, me):
    asked(*needs[:2])
    claim_it(needs[which], sam, me)
    assert told("need_all_invited") == [[BOTH[1 - which]]]


def test_what_is_changed_for_the_whole_ask(needs, claimed):
    actions.change_ask(needs[0].ask, {"address": "9 Hill Road"})
    assert told("need_changed") == [BOTH]


def test_two_steps_are_two_messages(needs, claimed, sam):
    for claim in claimed[:2]:
        actions.release_claim(claim, by=volunteer(sam))
    assert sorted(told("need_reopened")) == [BOTH[:1], BOTH[1:]]


def claim_it(need: Need, sam: User, me: Actor) -> None:
    actions.claim_need(need, by=sam, weekly_limit=9)


def close_it(need: Need, sam: User, me: Actor) -> None:
    actions.close_need(need, by=me, reason=CloseReason.UNABLE)


@pytest.mark.parametrize("changes", [claim_it, close_it])
@pytest.mark.parametrize("which", [0, 1])
def test_what_has_changed_before_it_was_sent_is_left_out(
    which: int, changes: Callable[[Need, User, Actor], None], needs, sam, me
):
    Need.objects.update(state="triage")
    actions.publish_needs(Need.objects.all(), by=me)
    changes(needs[which], sam, me)
    assert sorted(told("need_opened")) == sorted([[BOTH[1 - which]], BOTH[:1]])
    changes(needs[1 - which], sam, me)
    assert told("need_opened") == [BOTH[:1]]


@pytest.mark.parametrize("touched", [0, 1])
def test_of_a_closing_undone_in_part_the_rest_is_told(touched: int, needs, claimed, sam, me):
    """Someone moved one of the two since, so that it stays closed."""
    code = actions.close_needs(needs[:2], by=me, reason=CloseReason.UNABLE).code
    needs[touched].events.create(action="code", state="closed", actor_kind="coordinator")
    undone = actions.undo_step(code, by=me)
    assert (undone.undone, undone.touched, undone.too_late) == (1, 1, 0)
    assert told("need_closed") == told("claim_ended") == [[BOTH[touched]]]


@pytest.fixture
def taken_in(needs) -> None:
    """By Dora, who put them aside before someone else closes them."""
    dora = coordinator(factories.person("Dora", Role.COORDINATOR))
    actions.put_aside(needs, "refer", until=timezone.localdate() + timedelta(days=9), by=dora)


def test_what_is_closed_together_is_told_together_to_who_took_it_in(taken_in, needs, me):
    actions.close_needs(needs, by=me, reason=CloseReason.UNABLE)
    assert together("coordinator_need_closed")


def test_what_ends_by_the_clock_is_told_together_to_who_took_it_in(taken_in, needs):
    Need.objects.update(state="open", aside_until=None, needed_by=None, match_due_at=None)
    Need.objects.update(open_until=timezone.now(), warned_at=timezone.now() - timedelta(days=9))
    tasks.sweep()
    assert together("need_expired", "coordinator_need_closed")


@pytest.mark.parametrize("touched", [0, 1])
def test_who_took_it_in_hears_of_what_stays_closed_alone(touched: int, taken_in, needs, me):
    code = actions.close_needs(needs[:2], by=me, reason=CloseReason.UNABLE).code
    needs[touched].events.create(action="code", state="closed", actor_kind="coordinator")
    assert actions.undo_step(code, by=me).undone == 1
    assert told("coordinator_need_closed") == [[BOTH[touched]]]


def test_of_two_who_took_in_needs_of_one_ask_each_hears_of_theirs(taken_in, needs, me):
    eva = coordinator(factories.person("Eva", Role.COORDINATOR))
    needs[1].events.all().update(actor=eva.user)
    code = actions.close_needs(needs[:2], by=me, reason=CloseReason.UNABLE).code
    assert sorted(told("coordinator_need_closed")) == sorted([BOTH[:1], BOTH[1:]])
    needs[0].events.create(action="code", state="closed", actor_kind="coordinator")
    assert actions.undo_step(code, by=me).undone == 1
    assert told("coordinator_need_closed") == [BOTH[:1]]


def test_who_cannot_be_sent_again_after_an_undo_is_told_of_once(needs, claimed, sam, me):
    code = actions.close_needs(needs[:2], by=me, reason=CloseReason.UNABLE).code
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert actions.undo_step(code, by=me).not_reinstated == 2
    assert told("need_reopened") == [BOTH]


def test_of_two_tasks_of_one_volunteer_who_gets_one_back_they_hear_of_the_other(
    needs, claimed, sam, me
):
    """Both were to be one message, about the first, for which their week has no place any more."""
    code = actions.close_needs(needs[:2], by=me, reason=CloseReason.UNABLE).code
    slot = Claim.objects.get(need=needs[0]).week_slot
    Claim.objects.filter(need=needs[2]).update(week_slot=slot)
    undone = actions.undo_step(code, by=me)
    assert (undone.reinstated, undone.not_reinstated) == (1, 1)
    assert told("claim_ended") == told("need_reopened") == [BOTH[:1]]


def test_of_a_closing_undone_nothing_is_told(needs, claimed, me):
    code = actions.close_needs(needs, by=me, reason=CloseReason.UNABLE).code
    assert actions.undo_step(code, by=me).undone == 3
    assert told("need_closed") == told("claim_ended") == []
