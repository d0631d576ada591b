"""A loan: both are reminded, each answer is a fine one, and the thing goes round."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mutualaid.data_rights.actions import erase_account
from mutualaid.data_rights.export import data_of
from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing
from mutualaid.lending.states import SAID_OF_A_LOAN
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose
from mutualaid.people.actions import deactivate_person
from mutualaid.retention.erasing import erase, erase_expired
from mutualaid.retention.terms import ASK
from mutualaid.transitions import StateChanged
from requests_app.pages.data_export import data_of as data_of_ask
from tests.support import factories, lending, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on() -> None:
    lending.on()


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


def test_both_are_reminded_once_the_day_before(sam):
    loan = lending.lent(sam)
    lending.sweep()
    assert told("loan_due_owner") == 0
    lending.due_in(loan, 1)
    lending.sweep()
    lending.sweep()
    assert (told("loan_due_owner"), told("loan_due_borrower")) == (1, 1)
    mail = compose("loan_due_borrower", loan.pk)
    assert mail.context["title"] == "Ladder"
    assert set(mail.urls) == {"back", "page"}
    assert "Sam" not in repr(mail.context)


def test_both_are_reminded_once_more_and_then_no_one_asks_any_more(sam):
    loan = lending.due_in(lending.lent(sam), -1)
    lending.sweep()
    lending.due_in(loan, -20)
    lending.sweep()
    assert (told("loan_late_owner"), told("loan_late_borrower")) == (1, 1)
    assert (told("loan_due_owner"), Loan.objects.help_asked().count()) == (0, 0)


def test_a_coordinator_hears_of_it_only_if_the_owner_wants_that(sam, carla):
    loan = lending.lent(sam)
    with pytest.raises(StateChanged):
        actions.ask_for_help(loan, by=sam)
    actions.ask_for_help(lending.due_in(loan, -1), by=sam)
    assert Loan.objects.help_asked().get() == loan
    actions.settle_help(loan.thing, by=carla)
    assert not Loan.objects.help_asked().exists()


@pytest.mark.parametrize("outcome", SAID_OF_A_LOAN)
@pytest.mark.parametrize("who", ["owner", "borrower"])
def test_either_may_say_what_became_of_it_and_the_other_is_told(sam, outcome, who):
    loan = lending.lent(sam)
    by = sam if who == "owner" else loan.request.need.ask
    actions.end_loan(loan, outcome, by=by)
    assert Loan.objects.get().state == outcome
    assert told("loan_ended_borrower") == (who == "owner")
    assert told("loan_ended_owner") == (who == "borrower")
    with pytest.raises(StateChanged):
        actions.end_loan(loan, "lost", by=sam)


def test_someone_else_may_say_nothing_of_it(sam, mallory):
    loan = lending.lent(sam)
    for stranger in (mallory, factories.ask(), None):
        with pytest.raises(actions.NotYours):
            actions.end_loan(loan, "back", by=stranger)
    for step in (actions.list_again, actions.ask_for_help):
        with pytest.raises(actions.NotYours):
            step(loan, by=mallory)
    with pytest.raises(actions.NotYours):
        actions.change_day(loan, timezone.localdate(), by=mallory)


def test_a_thing_goes_round_three_neighbours(sam):
    first = lending.lent(sam)
    thing = first.thing
    actions.end_loan(first, "back", by=sam)
    assert not Thing.objects.shown().exists()
    actions.list_again(first, by=sam)
    actions.list_again(first, by=sam)
    assert Thing.objects.shown().get().left == 1
    second = lending.wish(thing)
    actions.say_yes(second, by=sam)
    actions.end_loan(second.loan, "back", by=second.need.ask)
    actions.list_again(second.loan, by=sam)
    third = lending.wish(thing)
    actions.say_yes(third, by=sam)
    actions.end_loan(third.loan, "kept", by=sam)
    states = Loan.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["back", "back", "kept"]
    with pytest.raises(StateChanged):
        actions.list_again(third.loan, by=sam)
    assert not Thing.objects.shown().exists()


def test_a_loan_can_go_on_and_is_reminded_of_anew(sam):
    loan = lending.due_in(lending.lent(sam), 1)
    lending.sweep()
    today = timezone.localdate()
    actions.change_day(loan, today + timedelta(days=10), by=sam)
    lending.due_in(loan, 1)
    lending.sweep()
    assert told("loan_due_owner") == 1  # of the same day, by its key
    for days in (-1, 29):
        with pytest.raises(ValidationError):
            actions.change_day(loan, today + timedelta(days=days), by=sam)


@pytest.mark.parametrize("way", ["erased", "switched off"])
def test_when_the_owner_leaves_the_borrower_may_keep_it_and_is_told(sam, carla, way):
    loan, listed = lending.lent(sam), lending.thing(sam, title="Canarytent")
    waiting = lending.wish(listed)
    erase_account(sam) if way == "erased" else deactivate_person(sam, by=carla)
    loan.refresh_from_db()
    assert (loan.state, told("loan_owner_left")) == ("owner_left", 1)
    assert compose("loan_owner_left", loan.pk)
    assert not Thing.objects.shown().exists()
    assert not Thing.objects.filter(state="offered").exists()
    lending.sweep()
    waiting.refresh_from_db()
    assert waiting.state == "unanswered"
    if way == "erased":
        assert not Thing.objects.exclude(owner=None, title="").exists()
        assert stored.leaks(("Canarytent",), stored.every_row()) == []


def test_the_owner_is_reminded_also_once_the_ask_is_erased(sam):
    loan = lending.lent(sam)
    erase(ASK, [loan.request.need.ask_id])
    lending.due_in(loan, 1)
    lending.sweep()
    assert (told("loan_due_owner"), told("loan_due_borrower")) == (1, 0)
    assert compose("loan_due_owner", loan.pk)
    actions.end_loan(loan, "back", by=sam)


def test_a_thing_is_forgotten_in_time_but_not_while_it_is_lent(sam):
    loan = lending.lent(sam)
    Thing.objects.update(ended_at="2020-01-01T00:00Z")
    erase_expired()
    assert Thing.objects.count() == 1
    actions.end_loan(loan, "kept", by=sam)
    erase_expired()
    assert (Thing.objects.count(), Loan.objects.count()) == (0, 0)


def test_a_copy_says_what_i_listed_and_what_i_borrowed_and_no_one_elses_name(sam, rosa):
    request = lending.wish(lending.thing(sam), account=rosa)
    actions.say_yes(request, by=sam)
    [mine] = data_of(sam)["things_you_listed"]
    assert (mine["what"], mine["asked_for"][0]["what_became_of_it"]) == ("Ladder", "lent")
    assert "Rosa" not in repr(mine)
    [theirs] = data_of_ask(request.need.ask)["things_you_could_use"]
    assert (theirs["what"], theirs["what_came_of_it"]) == ("Ladder", "they said yes")
    assert "Sam" not in repr(theirs)
