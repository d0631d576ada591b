"""Several needs are closed in one step. While their messages wait, it can be undone: all is as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.lifecycle.actors import Actor, coordinator, volunteer
from requests_app.models import Need
from requests_app.states import ClaimState, CloseReason
from tests.support import factories
from tests.support.closing import MESSAGES, claimed, close, messages, pass_the_span, states, undo
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db
NEXT_WEEK = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def me(carla: User) -> Actor:
    return coordinator(carla)


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
    assert undo(code, me).pop("undone") == 1
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
    assert undo(code, me) == {"undone": 1, "reinstated": 2}
    assert states(need) == ["open"]
    assert set(need.claims.values_list("state", flat=True)) == {"claimed"}


def test_a_claim_that_had_ended_before_stays_ended(me, sam, vera):
    need = ask_by(MAIL)
    actions.release_claim(claimed(sam, need), by=volunteer(sam))
    claimed(vera, need)
    undo(close(need, me=me), me)
    assert undo(close(need, me=me), me) == {"undone": 1, "reinstated": 1}
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
    assert undo(code, me) == {"undone": 1}
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


def test_an_occurrence_of_a_series_comes_back_for_its_day(me):
    need = ask_by(MAIL)
    every_day = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    actions.repeat_need(need, weekdays=every_day, until=NEXT_WEEK)
    tomorrow = Need.objects.get(needed_by=timezone.localdate() + timedelta(days=1))
    was = row(tomorrow)
    undo(close(tomorrow, me=me), me)
    assert row(tomorrow) == was


def test_what_was_closed_is_listed_with_how_long_it_can_be_undone(me):
    needs = [ask_by(MAIL) for _ in range(3)]
    code = close(*needs, me=me)
    batch = actions.step_taken(code)
    assert batch
    assert (batch.needs, batch.unchanged) == (needs, 3)
    assert timedelta(minutes=9) < batch.undo_until - timezone.now() <= timedelta(minutes=10)
    undo(code, me)
    batch = actions.step_taken(code)
    assert batch
    assert (batch.needs, batch.unchanged) == (needs, 0)
