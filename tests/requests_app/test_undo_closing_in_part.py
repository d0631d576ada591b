"""Undoing a closing leaves as it is what has gone out, what someone changed since, and who may not come."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from mutualaid.notify.delivery import deliver_one
from mutualaid.notify.models import Notification
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.actions.undoing import Undone
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.closing import claimed, close, messages, pass_the_span, states, undo
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(carla: User) -> Actor:
    return coordinator(carla)


def test_only_what_this_step_closed_is_reopened(me):
    mine, withdrawn, other = (ask_by(MAIL) for _ in range(3))
    actions.withdraw_need(withdrawn)
    result = actions.close_needs([mine, withdrawn], by=me, reason=CloseReason.UNABLE)
    assert result.closed == [mine]
    close(other, me=me)
    assert undo(result.code, me) == {"undone": 1}
    assert states(mine, withdrawn, other) == ["open", "closed", "closed"]
    withdrawn.refresh_from_db()
    assert withdrawn.close_reason == "withdrawn"


def test_a_second_undo_changes_nothing_even_where_the_neighbour_withdrew_since(me):
    first, second = ask_by(MAIL), ask_by(MAIL)
    code = close(first, second, me=me)
    assert undo(code, me) == {"undone": 2}
    actions.withdraw_need(first)
    events = NeedEvent.objects.count()
    assert undo(code, me) == {"touched": 2}
    assert states(first, second) == ["closed", "open"]
    assert NeedEvent.objects.count() == events


def test_what_a_neighbour_had_erased_meanwhile_stays_closed_and_erased(me):
    need, other = ask_by(MAIL), ask_by(MAIL)
    code = close(need, other, me=me)
    actions.erase_ask(need.ask)
    assert undo(code, me) == {"undone": 1, "touched": 1}
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
    assert undo(code, me) == {"undone": 1, "too_late": 1}
    assert states(need, other) == ["closed", "open"]
    assert Claim.objects.get().state == "cancelled"
    rows = Notification.objects.filter(kind="need_closed").order_by("about_id")
    assert [row.state for row in rows] == ["waiting", "cancelled"]


def test_who_has_taken_something_else_meanwhile_does_not_come_and_is_told(me, sam):
    need, other = ask_by(MAIL), ask_by(MAIL)
    claim = actions.claim_need(need, by=sam, weekly_limit=1)
    code = close(need, me=me)
    actions.claim_need(other, by=sam, weekly_limit=1)
    assert undo(code, me) == {"undone": 1, "not_reinstated": 1}
    claim.refresh_from_db()
    assert (states(need), claim.state) == (["open"], "cancelled")
    assert messages("waiting") == {"claim_ended": 1}
    assert Notification.objects.filter(kind="need_reopened", about_id=claim.pk).exists()


def blocked(user: User, by: User, need: Need) -> None:
    block_contact_points(str(user.email), reason="threats", by=by)


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
    assert undo(code, me) == {"undone": 1, "not_reinstated": 1}
    claim.refresh_from_db()
    assert claim.state == "cancelled"


def test_an_ask_from_which_someone_is_kept_since_is_read_first(me, sam):
    need = ask_by(MAIL)
    code = close(need, me=me)
    actions.exclude(need.ask, by=me, people=[sam])
    assert undo(code, me) == {"undone": 1}
    assert states(need) == ["triage"]


@pytest.mark.parametrize("code", ["", "0", "1f3a5b7c", ":", "%", "unable", "é" * 8])
def test_a_code_of_no_closing_undoes_nothing(code, me):
    close(ask_by(MAIL), me=me)
    assert actions.step_taken(code) is None
    assert undo(code, me) == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_coordinators_who_undo_at_once_each_need_is_reopened_by_one(sam):
    coordinators = [
        coordinator(factories.person(name, Role.COORDINATOR)) for name in ("Carla", "Dora")
    ]
    needs = [claimed(sam).need, *(ask_by(MAIL) for _ in range(3))]
    code = close(*needs, me=coordinators[0])
    undone = at_once([partial(actions.undo_step, code, by=actor) for actor in coordinators])
    assert {name: sum(getattr(one, name) for one in undone) for name in Undone._fields} == {
        "undone": 4,
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

    def close_again() -> str:
        return actions.close_needs([need], by=dora, reason=CloseReason.UNSAFE).code

    def reopen() -> int:
        return actions.undo_step(code, by=carla).undone

    closed, reopened = at_once([close_again, reopen])
    assert reopened == 1
    assert states(need) == ["closed" if closed else "claimed"]
    assert need.events.last().state == states(need)[0]
