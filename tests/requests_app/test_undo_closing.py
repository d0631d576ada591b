"""Several needs are closed in one step. While their messages wait, it can be undone: all is as it was."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.actions.closing import Undone
from requests_app.lifecycle.actors import Actor, coordinator, volunteer
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import ClaimState, CloseReason
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db
NEXT_WEEK = timezone.localdate() + timedelta(days=7)
MESSAGES = ("need_closed", "claim_ended", "coordinator_need_closed")


@pytest.fixture
def me(carla: User) -> Actor:
    return coordinator(carla)


def close(*needs: Need, me: Actor) -> str:
    """Close these needs in one step; returns the code by which it can be undone."""
    result = actions.close_needs(needs, by=me, reason=CloseReason.UNABLE)
    assert (result.closed, result.left) == (len(needs), 0)
    return result.code


def undo(code: str, me: Actor) -> dict[str, int]:
    """Undo a closing; returns the counts that are not 0."""
    undone = actions.undo_closing(code, by=me)
    return {name: count for name, count in zip(Undone._fields, undone, strict=True) if count}


def states(*needs: Need) -> list[str]:
    return [Need.objects.get(pk=need.pk).state for need in needs]


def messages(state: str) -> dict[str, int]:
    """How many messages about a closing are in this state, by kind."""
    rows = Notification.objects.filter(kind__in=MESSAGES, state=state)
    return {kind: rows.filter(kind=kind).count() for kind in MESSAGES if rows.filter(kind=kind)}


def claimed(by: User, need: Need | None = None) -> Claim:
    return actions.claim_need(need or ask_by(MAIL), by=by, weekly_limit=5)


def pass_the_span() -> None:
    """As if the policy's ten minutes had gone by since every closing."""
    earlier = timezone.now() - timedelta(minutes=11)
    Need.objects.exclude(closed_at=None).update(closed_at=earlier)
    NeedEvent.objects.update(at=earlier)
    Notification.objects.filter(kind__in=MESSAGES).update(due_at=earlier)


def test_messages_wait_for_the_policys_minutes_and_go_out_then(sam, me):
    claim = claimed(sam)
    close(claim.need, ask_by(MAIL), me=me)
    waiting = Notification.objects.filter(kind__in=MESSAGES)
    assert messages("waiting") == {"need_closed": 2, "claim_ended": 1}
    assert not any(deliver_one(row.pk) for row in waiting)
    pass_the_span()
    assert all(deliver_one(row.pk) for row in waiting)


def test_without_minutes_to_wait_nothing_waits_and_nothing_can_be_undone(me):
    factories.set_policy(change_notice_minutes=0)
    assert close(ask_by(MAIL), me=me) == ""
    (row,) = Notification.objects.filter(kind="need_closed")
    assert deliver_one(row.pk)


def test_one_need_closed_by_itself_tells_at_once(me):
    need = ask_by(MAIL)
    actions.close_need(need, by=me, reason=CloseReason.UNABLE)
    (row,) = Notification.objects.filter(kind="need_closed")
    assert deliver_one(row.pk)
    assert need.events.last().reason == "unable"


def in_triage(me: Actor, sam: User) -> Need:
    return ask_by(MAIL, category=factories.category("papers", sensitive=True))


def on_hold(me: Actor, sam: User) -> Need:
    need = ask_by(MAIL)
    actions.hold_need(need, until=NEXT_WEEK, by=me)
    return need


def unreachable(me: Actor, sam: User) -> Need:
    need = ask_by(MAIL)
    actions.mark_unreachable(need, until=NEXT_WEEK, by=me)
    return need


def referred(me: Actor, sam: User) -> Need:
    need = ask_by(MAIL)
    actions.refer_need(need, until=NEXT_WEEK, by=me)
    return need


def merged(me: Actor, sam: User) -> Need:
    first = ask_by(MAIL)
    again = factories.need(of=first.ask)
    actions.merge_need(again, into=first, by=me)
    return again


def in_touch(me: Actor, sam: User) -> Need:
    claim = claimed(sam)
    actions.report_in_touch(claim, by=volunteer(sam))
    return claim.need


def scheduled(me: Actor, sam: User) -> Need:
    claim = claimed(sam)
    actions.agree_on_day(claim, day=NEXT_WEEK, by=volunteer(sam))
    return claim.need


def delivered(me: Actor, sam: User) -> Need:
    claim = claimed(sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    return claim.need


BEFORE: list[Callable[[Actor, User], Need]] = [
    in_triage,
    on_hold,
    unreachable,
    referred,
    merged,
    in_touch,
    scheduled,
    delivered,
    lambda me, sam: claimed(sam).need,
    lambda me, sam: ask_by(MAIL),
]


def row(need: Need) -> dict[str, Any]:
    """All that stands in a need and its claims but when it is looked at again."""
    values = dict(Need.objects.filter(pk=need.pk).values().get())
    claims = list(need.claims.order_by("pk").values())
    return {**values, "match_due_at": None, "claims": claims}


@pytest.mark.parametrize("before", BEFORE)
def test_undone_a_need_is_in_every_field_what_it_was(before, me, sam):
    need = before(me, sam)
    was = row(need)
    code = close(need, me=me)
    assert states(need) == ["closed"]
    assert undo(code, me).pop("reopened") == 1
    assert row(need) == was
    assert messages("waiting") == {}
    event = need.events.last()
    assert (event.action, event.state, event.actor) == ("reopen", was["state"], me.user)


def test_an_open_need_is_looked_after_again_at_once(me):
    need = ask_by(MAIL)
    code = close(need, me=me)
    Need.objects.update(match_due_at=None)
    undo(code, me)
    assert Need.objects.due_for_matching().get() == need


def test_of_several_helpers_each_has_their_task_back(me, sam, vera):
    need = ask_by(MAIL, helpers_wanted=3)
    for person in (sam, vera):
        claimed(person, need)
    code = close(need, me=me)
    assert undo(code, me) == {"reopened": 1, "reinstated": 2}
    assert states(need) == ["open"]
    assert set(need.claims.values_list("state", flat=True)) == {"claimed"}


def test_a_claim_that_had_ended_before_stays_ended(me, sam, vera):
    need = ask_by(MAIL)
    actions.release_claim(claimed(sam, need), by=volunteer(sam))
    claimed(vera, need)
    undo(close(need, me=me), me)
    assert undo(close(need, me=me), me) == {"reopened": 1, "reinstated": 1}
    assert list(need.claims.order_by("pk").values_list("state", flat=True)) == [
        ClaimState.RELEASED,
        ClaimState.CLAIMED,
    ]


def test_closed_once_more_everyone_is_told(me, sam):
    need = claimed(sam).need
    undo(close(need, me=me), me)
    assert messages("cancelled") == {"need_closed": 1, "claim_ended": 1}
    close(need, me=me)
    assert messages("waiting") == {"need_closed": 1, "claim_ended": 1}


def test_what_follows_a_closed_need_comes_back_with_it(me):
    again = merged(me, factories.person())
    first = again.merged_into
    assert first
    code = close(first, me=me)
    assert states(first, again) == ["closed", "closed"]
    assert undo(code, me) == {"reopened": 1}
    assert states(first, again) == ["open", "merged"]


def test_a_merged_need_stays_closed_while_the_one_it_follows_is(me):
    again = merged(me, factories.person())
    code = close(again, me=me)
    assert again.merged_into
    actions.close_need(again.merged_into, by=me, reason=CloseReason.UNABLE)
    assert undo(code, me) == {"touched": 1}
    assert states(again) == ["closed"]


def test_the_coordinator_who_took_it_in_is_not_told_of_what_was_undone(me):
    dora = factories.person("Dora", Role.COORDINATOR)
    need = in_triage(me, dora)
    actions.publish_need(need, by=coordinator(dora))
    code = close(need, me=me)
    assert messages("waiting")["coordinator_need_closed"] == 1
    undo(code, me)
    assert messages("waiting") == {}


def test_only_what_this_step_closed_is_reopened(me):
    mine, withdrawn, other = (ask_by(MAIL) for _ in range(3))
    actions.withdraw_need(withdrawn)
    result = actions.close_needs([mine, withdrawn], by=me, reason=CloseReason.UNABLE)
    assert (result.closed, result.left) == (1, 1)
    close(other, me=me)
    assert undo(result.code, me) == {"reopened": 1}
    assert states(mine, withdrawn, other) == ["open", "closed", "closed"]
    withdrawn.refresh_from_db()
    assert withdrawn.close_reason == "withdrawn"


def test_a_second_undo_changes_nothing_even_where_the_neighbour_withdrew_since(me):
    first, second = ask_by(MAIL), ask_by(MAIL)
    code = close(first, second, me=me)
    assert undo(code, me) == {"reopened": 2}
    actions.withdraw_need(first)
    events = NeedEvent.objects.count()
    assert undo(code, me) == {"touched": 2}
    assert states(first, second) == ["closed", "open"]
    assert NeedEvent.objects.count() == events


def test_what_a_neighbour_had_erased_meanwhile_stays_closed_and_erased(me):
    need, other = ask_by(MAIL), ask_by(MAIL)
    code = close(need, other, me=me)
    actions.erase_ask(need.ask)
    assert undo(code, me) == {"reopened": 1, "touched": 1}
    need.refresh_from_db()
    assert (need.state, bool(need.erased_at)) == ("closed", True)


def test_a_need_that_moved_to_another_household_meanwhile_stays_closed(me):
    need, other = ask_by(MAIL), ask_by(MAIL)
    code = close(need, me=me)
    actions.merge_asks(need.ask, into=other.ask, by=me)
    assert undo(code, me) == {"touched": 1}
    assert states(need) == ["closed"]


def test_after_the_span_all_stays_closed_and_the_messages_go_out(me, sam):
    need = claimed(sam).need
    code = close(need, me=me)
    pass_the_span()
    assert undo(code, me) == {"too_late": 1}
    assert states(need) == ["closed"]
    assert messages("waiting") == {"need_closed": 1, "claim_ended": 1}


def test_a_need_whose_message_has_gone_out_already_stays_closed(me, sam):
    need, other = claimed(sam).need, ask_by(MAIL)
    code = close(need, other, me=me)
    told = Notification.objects.get(kind="claim_ended")
    Notification.objects.filter(pk=told.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert deliver_one(told.pk)
    assert undo(code, me) == {"reopened": 1, "too_late": 1}
    assert states(need, other) == ["closed", "open"]
    assert Claim.objects.get().state == "cancelled"
    rows = Notification.objects.filter(kind="need_closed").order_by("about_id")
    assert [row.state for row in rows] == ["waiting", "cancelled"]


def test_who_has_taken_something_else_meanwhile_does_not_come_and_is_told(me, sam):
    need, other = ask_by(MAIL), ask_by(MAIL)
    claim = actions.claim_need(need, by=sam, weekly_limit=1)
    code = close(need, me=me)
    actions.claim_need(other, by=sam, weekly_limit=1)
    assert undo(code, me) == {"reopened": 1, "not_reinstated": 1}
    claim.refresh_from_db()
    assert (states(need), claim.state) == (["open"], "cancelled")
    assert messages("waiting") == {"claim_ended": 1}
    assert Notification.objects.filter(kind="need_reopened", about_id=claim.pk).exists()


def blocked(user: User, by: User, need: Need) -> None:
    block_contact_points(user.email, reason="threats", by=by)


def excluded(user: User, by: User, need: Need) -> None:
    actions.exclude(need.ask, by=coordinator(by), people=[user])


def inactive(user: User, by: User, need: Need) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("how", [blocked, excluded, inactive])
def test_who_may_not_come_any_more_is_not_sent_again(how, me, sam, carla):
    EmailAddress.objects.get_or_create(
        user=sam, email=sam.email, defaults={"verified": True, "primary": True}
    )
    claim = claimed(sam)
    code = close(claim.need, me=me)
    how(sam, carla, claim.need)
    assert undo(code, me) == {"reopened": 1, "not_reinstated": 1}
    claim.refresh_from_db()
    assert claim.state == "cancelled"


def test_an_ask_from_which_someone_is_kept_since_is_read_first(me, sam):
    need = ask_by(MAIL)
    code = close(need, me=me)
    actions.exclude(need.ask, by=me, people=[sam])
    assert undo(code, me) == {"reopened": 1}
    assert states(need) == ["triage"]


def test_an_occurrence_of_a_series_comes_back_for_its_day(me):
    need = ask_by(MAIL)
    every_day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    actions.repeat_need(need, weekdays=every_day, until=NEXT_WEEK)
    tomorrow = Need.objects.get(needed_by=timezone.localdate() + timedelta(days=1))
    was = row(tomorrow)
    undo(close(tomorrow, me=me), me)
    assert row(tomorrow) == was


@pytest.mark.parametrize("code", ["", "0", "1f3a5b7c", ":", "%", "unable", "é" * 8])
def test_a_code_of_no_closing_undoes_nothing(code, me):
    close(ask_by(MAIL), me=me)
    assert actions.closed_batch(code) is None
    assert undo(code, me) == {}


def test_what_was_closed_is_listed_with_how_long_it_can_be_undone(me):
    needs = [ask_by(MAIL) for _ in range(3)]
    code = close(*needs, me=me)
    batch = actions.closed_batch(code)
    assert batch
    assert (batch.needs, batch.still_closed) == (needs, 3)
    assert timedelta(minutes=9) < batch.undo_until - timezone.now() <= timedelta(minutes=10)
    undo(code, me)
    batch = actions.closed_batch(code)
    assert batch
    assert (batch.needs, batch.still_closed) == (needs, 0)


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_who_undo_at_once_each_need_is_reopened_by_one(sam):
    coordinators = [
        coordinator(factories.person(name, Role.COORDINATOR)) for name in ("Carla", "Dora")
    ]
    needs = [claimed(sam).need, *(ask_by(MAIL) for _ in range(3))]
    code = close(*needs, me=coordinators[0])
    undone = at_once([partial(actions.undo_closing, code, by=actor) for actor in coordinators])
    assert {name: sum(getattr(one, name) for one in undone) for name in Undone._fields} == {
        "reopened": 4,
        "touched": 4,
        "too_late": 0,
        "reinstated": 1,
        "not_reinstated": 0,
    }
    assert NeedEvent.objects.filter(action="reopen").count() == 4
    assert states(*needs) == ["claimed", "open", "open", "open"]


@pytest.mark.django_db(transaction=True)
def test_an_undo_and_another_coordinators_closing_at_once_leave_one_outcome(sam):
    carla, dora = (
        coordinator(factories.person(name, Role.COORDINATOR)) for name in ("Carla", "Dora")
    )
    need = claimed(sam).need
    code = close(need, me=carla)

    def close_again() -> int:
        return actions.close_needs([need], by=dora, reason=CloseReason.UNSAFE).closed

    def reopen() -> int:
        return actions.undo_closing(code, by=carla).reopened

    closed, reopened = at_once([close_again, reopen])
    assert reopened == 1
    assert states(need) == ["closed" if closed else "claimed"]
    assert need.events.last().state == states(need)[0]
