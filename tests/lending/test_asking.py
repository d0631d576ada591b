"""Someone could use a thing: its owner alone is asked, and says yes by a claim or no by a tap."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.rules import NotYours
from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose
from mutualaid.people.actions import block_contact_points
from mutualaid.transitions import StateChanged
from requests_app.actions import (
    ContactDetails,
    NotForYou,
    close_need,
    deliver_claim,
    publish_need,
    release_claim,
)
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from requests_app.states import CloseReason, NeedState
from tests.support import factories, lending

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on() -> None:
    lending.on()


def told(kind: str) -> list[int | None]:
    return list(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_its_owner_alone_is_invited(sam, vera):
    factories.offer(by=vera)
    request = lending.wish(lending.thing(sam))
    assert told("thing_asked") == [sam.pk]
    Need.objects.update(match_due_at="2020-01-01T00:00Z")
    match_need(request.need_id)
    assert not Match.objects.exclude(invited_at=None).exists()
    assert told("need_fits") == []


def test_the_invitation_says_what_where_and_when_and_no_name(sam):
    request = lending.wish(lending.thing(sam))
    message = compose("thing_asked", request.pk)
    assert message.context["title"] == "Ladder"
    assert str(message.context["mentions"][0]).startswith("Groceries")
    assert "Ana" not in repr(message.context)


def test_a_yes_is_a_claim_and_the_thing_is_lent_for_its_days(sam):
    request = lending.wish(lending.thing(sam, lend_days=9))
    claim = actions.say_yes(request, by=sam)
    assert (claim.volunteer, claim.need, claim.need.state) == (sam, request.need, "claimed")
    loan = Loan.objects.get()
    assert (loan.back_by - localdate()).days == 9
    assert Thing.objects.values_list("left", "state").get() == (0, "gone")


def test_what_is_given_away_is_no_loan_and_the_rest_stays_on_the_list(sam):
    thing = lending.thing(sam, mode="give", total=5)
    actions.say_yes(lending.wish(thing, many=2), by=sam)
    assert not Loan.objects.exists()
    assert Thing.objects.values_list("left", "state").get() == (3, "offered")


def test_a_no_is_told_kindly_and_others_are_looked_for(sam, vera):
    factories.offer(by=vera)
    request = lending.wish(lending.thing(sam))
    actions.say_no(request, by=sam)
    assert told("thing_not_this_time") == [None]
    assert compose("thing_not_this_time", request.pk)
    assert not NeedSearch.objects.get().stopped
    match_need(request.need_id)
    assert told("need_fits") == [vera.pk]
    with pytest.raises(StateChanged):
        actions.say_yes(request, by=sam)


def test_silence_lets_others_be_looked_for_as_a_no_does(sam):
    request = lending.wish(lending.thing(sam))
    assert lending.sweep() == 0
    lending.hours_go_by(request)
    assert lending.sweep() == 1
    request.refresh_from_db()
    assert (request.state, NeedSearch.objects.get().stopped) == ("unanswered", False)
    assert told("thing_not_this_time") == [None]
    assert lending.sweep() == 0


def test_no_one_but_its_owner_answers(sam, mallory):
    request = lending.wish(lending.thing(sam))
    for answer in (actions.say_yes, actions.say_no):
        with pytest.raises(NotYours):
            answer(request, by=mallory)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("way", ["excluded", "own phone", "own account", "blocked"])
def test_what_is_kept_from_its_owner_never_reaches_them_and_ends_like_silence(sam, carla, way):
    thing = lending.thing(sam)
    ways: dict[str, dict[str, Any]] = {
        "excluded": {"keep_from_contact_points": ["sam@people.example"]},
        "own phone": {
            "contact": ContactDetails(name="S", email="sam@people.example", channels="email")
        },
        "own account": {"account": sam},
        "blocked": {},
    }
    ask = factories.ask(**{"contact": lending.BY_EMAIL, **ways[way]})
    need = ask.needs.get()
    if way == "blocked":
        block_contact_points("sam@people.example", reason="other", by=carla)
        thing.refresh_from_db()
    request = lending.wish(thing, need=need)
    if need.state == NeedState.TRIAGE:
        publish_need(need, by=coordinator(carla))
        lending.sweep()
    assert told("thing_asked") == []
    request.refresh_from_db()
    with pytest.raises((NotForYou, StateChanged, NotYours)):
        actions.say_yes(request, by=sam)
    lending.hours_go_by(request)
    lending.sweep()
    request.refresh_from_db()
    assert request.state in ("unanswered", "run_out")
    assert told("thing_not_this_time") == [None]


def test_something_sensitive_waits_for_no_thing(sam):
    thing = lending.thing(sam)
    need = factories.need(category=factories.category("papers", sensitive=True))
    assert actions.request_thing(need, thing, many=1) is None
    assert not ThingRequest.objects.exists()


def test_a_need_that_is_read_first_waits_and_its_owner_is_asked_once_it_is_open(sam, carla):
    factories.set_policy(needs_open_at_once=False)
    request = lending.wish(lending.thing(sam))
    assert (request.answer_by, told("thing_asked")) == (None, [])
    publish_need(request.need, by=coordinator(carla))
    lending.sweep()
    request.refresh_from_db()
    assert request.answer_by is not None
    assert told("thing_asked") == [sam.pk]
    assert NeedSearch.objects.get().stopped


def test_who_can_no_longer_be_served_is_told_at_once(sam):
    thing = lending.thing(sam)
    first, second = lending.wish(thing), lending.wish(thing)
    actions.say_yes(first, by=sam)
    second.refresh_from_db()
    assert second.state == "run_out"
    assert compose("thing_not_this_time", second.pk).context["has_run_out"]
    lending.sweep()
    assert not NeedSearch.objects.get(need=second.need).stopped
    third = lending.wish(thing)
    assert third.state == "run_out"


def test_more_than_are_left_cannot_be_promised(sam):
    thing = lending.thing(sam, mode="give", total=3)
    two, three = lending.wish(thing, many=2), lending.wish(thing, many=3)
    actions.say_yes(two, by=sam)
    three.refresh_from_db()
    assert three.state == "run_out"
    assert lending.wish(thing, many=1).state == "waiting"


def test_a_yes_that_came_to_nothing_puts_the_thing_back(sam):
    loan = lending.lent(sam)
    claim = Claim.objects.get()
    release_claim(claim, by=volunteer(sam))
    lending.sweep()
    loan.refresh_from_db()
    assert (loan.state, loan.request.state) == ("not_lent", "undone")
    assert Thing.objects.values_list("left", "state").get() == (1, "offered")
    assert not NeedSearch.objects.get().stopped
    assert lending.sweep() == 0


def test_what_changed_hands_stays_lent_when_its_need_is_closed(sam, carla):
    loan = lending.lent(sam)
    deliver_claim(Claim.objects.get(), by=volunteer(sam))
    close_need(loan.request.need, by=coordinator(carla), reason=CloseReason.UNSAFE)
    lending.sweep()
    loan.refresh_from_db()
    assert (loan.state, Thing.objects.get().left) == ("out", 0)


def test_someone_else_may_be_faster_and_the_owner_is_no_longer_asked(sam, vera):
    request = lending.wish(lending.thing(sam))
    factories.offer(by=vera)
    match = match_for(vera, request.need)
    assert match
    accept(match)
    assert compose("thing_asked", request.pk) is None
    lending.sweep()
    request.refresh_from_db()
    assert request.state == "not_needed"


def test_a_thing_off_the_list_ends_the_waiting(sam):
    thing = lending.thing(sam)
    request = lending.wish(thing)
    actions.withdraw(thing, by=sam)
    lending.sweep()
    request.refresh_from_db()
    assert (request.state, request.moved_on_at is None) == ("unanswered", False)


def test_one_need_waits_for_one_thing(sam):
    thing = lending.thing(sam)
    request = lending.wish(thing)
    again = actions.request_thing(request.need, lending.thing(sam, title="Tent"), many=1)
    assert again == request
    assert told("thing_asked") == [sam.pk]


def test_nothing_is_asked_while_it_is_switched_off(sam):
    thing = lending.thing(sam)
    lending.off()
    with pytest.raises(actions.LendingOff):
        actions.request_thing(factories.need(), thing, many=1)
    with pytest.raises(actions.LendingOff):
        lending.thing(sam)


@pytest.mark.parametrize("many", [0, 100])
def test_how_many_has_bounds(sam, many):
    with pytest.raises(ValidationError, match="from 1 to 99"):
        lending.thing(sam, total=many)
