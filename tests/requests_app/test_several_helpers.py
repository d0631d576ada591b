"""A need may want several helpers: it is open until all places are taken, and met when all came."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from mutualaid.notify.models import Notification
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from requests_app.rules import can_see_contact
from tests.support import factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    return factories.need(helpers_wanted=2)


def take(need, by, weekly_limit=5):
    return actions.claim_need(Need.objects.get(pk=need.pk), by=by, weekly_limit=weekly_limit)


def state(need):
    need.refresh_from_db()
    return need.state


def test_it_is_open_until_all_places_are_taken(need, sam, vera, mallory):
    first = take(need, sam)
    assert (state(need), first.place) == ("open", 1)
    assert can_see_contact(sam, first)
    second = take(need, vera)
    assert (state(need), second.place) == ("claimed", 2)
    with pytest.raises(actions.StateChanged):
        take(need, mallory)


def test_no_one_takes_two_places_of_one_need(need, sam):
    take(need, sam)
    with pytest.raises(actions.StateChanged):
        take(need, sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(need=need, volunteer=sam, place=2, week_slot=2)


def test_a_place_that_is_let_go_is_taken_by_the_next(need, sam, vera, mallory):
    first = take(need, sam)
    take(need, vera)
    actions.release_claim(first, by=volunteer(sam))
    assert state(need) == "open"
    assert take(need, mallory).place == 1


def test_it_is_met_when_everyone_came(need, sam, vera):
    first, second = take(need, sam), take(need, vera)
    actions.deliver_claim(first, by=volunteer(sam))
    assert state(need) == "claimed"
    actions.confirm_arrival(need)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (state(need), first.state, second.state) == ("claimed", "confirmed", "claimed")
    actions.deliver_claim(second, by=volunteer(vera))
    assert state(need) == "delivered"
    actions.confirm_arrival(need)
    assert (state(need), need.close_reason) == ("closed", "fulfilled")


def test_what_one_of_two_brought_is_a_part_when_the_rest_is_taken_back(need, sam):
    actions.deliver_claim(take(need, sam), by=volunteer(sam))
    actions.confirm_arrival(need)
    assert state(need) == "open"
    actions.withdraw_need(need)
    assert (state(need), need.close_reason) == ("closed", "partly")


def test_need_more_thanks_who_came_and_looks_for_one_more(sam, vera):
    need = factories.need()
    claim = take(need, sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    actions.need_more(need)
    claim.refresh_from_db()
    assert (state(need), claim.state, need.helpers_wanted) == ("open", "confirmed", 2)
    assert Notification.objects.filter(kind="claim_confirmed", recipient=sam).exists()
    assert take(need, sam).place == 2


def test_a_coordinator_changes_how_many_are_wanted(need, sam, vera, mallory, carla):
    me = coordinator(carla)
    first, second = take(need, sam), take(need, vera)
    actions.set_helper_count(need, 3, by=me)
    assert state(need) == "open"
    actions.release_claim(first, by=volunteer(sam))
    actions.set_helper_count(need, 1, by=me)
    second.refresh_from_db()
    assert (state(need), second.place) == ("claimed", 1)
    with pytest.raises(actions.TooFew):
        actions.set_helper_count(
            Need.objects.get(pk=take(factories.need(), mallory).need_id), 0, by=me
        )


@pytest.mark.parametrize(("answer", "wanted"), [("confirm_arrival", 2), ("need_more", 1)])
def test_when_no_more_are_wanted_than_came_it_is_met(sam, carla, answer, wanted):
    need = factories.need(helpers_wanted=wanted)
    actions.deliver_claim(take(need, sam), by=volunteer(sam))
    getattr(actions, answer)(need)
    assert state(need) == "open"
    actions.set_helper_count(need, 1, by=coordinator(carla))
    assert (state(need), need.close_reason) == ("closed", "fulfilled")


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_as_many_win_as_are_wanted():
    need = factories.need(helpers_wanted=3)
    people = [factories.person(f"Helper {n}") for n in range(8)]

    def try_it(user):
        try:
            take(need, user)
        except actions.StateChanged:
            return "late"
        return "won"

    outcomes = at_once([partial(try_it, user) for user in people])
    assert sorted(outcomes) == ["late"] * 5 + ["won"] * 3
    assert state(need) == "claimed"
    assert sorted(Claim.objects.live().values_list("place", flat=True)) == [1, 2, 3]


def test_someone_else_goes_instead_and_all_are_told(sam, vera, carla):
    need = factories.need(contact=actions.ContactDetails(name="Ana", email="ana@people.example"))
    claim = take(need, sam)
    new = actions.reassign_claim(claim, to=vera, by=coordinator(carla))
    claim.refresh_from_db()
    assert (state(need), claim.state, new.volunteer) == ("claimed", "reassigned", vera)
    assert need.events.last().action == "reassign"
    messages = set(Notification.objects.values_list("kind", "recipient__name"))
    assert {("claim_ended", "Sam"), ("claim_made", "Vera"), ("need_claimed", None)} <= messages
    assert not can_see_contact(sam, claim)


def test_no_one_goes_instead_of_who_is_done(sam, vera, carla):
    claim = take(factories.need(), sam)
    actions.deliver_claim(claim, by=volunteer(sam))
    with pytest.raises(actions.StateChanged):
        actions.reassign_claim(claim, to=vera, by=coordinator(carla))


def test_a_neighbour_may_ask_for_someone_else_without_saying_why(sam, vera, client, need):
    first, second = take(need, sam), take(need, vera)
    token = make_link(need.ask)
    page = client.get(f"/need/{token}/").content.decode()
    assert "Sam" in page
    assert "Vera" in page
    sure = f"/need/{token}/not/{first.public_id}/"
    assert "Sam" in client.get(sure).content.decode()
    shown = client.post(sure, follow=True).content.decode()
    assert "looking for someone else" in shown
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled_by_neighbour", "claimed")
    assert state(need) == "open"
    assert Notification.objects.filter(kind="claim_ended", recipient=sam).count() == 1


def test_their_link_ends_no_claim_of_another_need(sam, client, need):
    other = take(factories.need(), sam)
    token = make_link(need.ask)
    for method in (client.get, client.post):
        assert method(f"/need/{token}/not/{other.public_id}/").status_code == 302
    other.refresh_from_db()
    assert other.state == "claimed"


def test_who_did_not_come_is_told_kindly_and_nothing_is_held_against_them(need, sam, carla):
    claim = take(need, sam)
    actions.report_no_show(claim, by=coordinator(carla))
    claim.refresh_from_db()
    assert (claim.state, state(need)) == ("no_show", "open")
    assert take(factories.need(), sam, weekly_limit=1).week_slot == 1


def test_why_someone_else_goes_is_for_coordinators_alone(sam, vera, carla, signed_in):
    me = coordinator(carla)
    for end in (
        actions.cancel_helper,
        partial(actions.report_no_show, by=me),
        partial(actions.reassign_claim, to=vera, by=me),
    ):
        claim = take(factories.need(), sam)
        end(claim)
        page = signed_in(sam).get(f"/claims/{claim.public_id}/").content.decode()
        assert "No longer needed" in page
        claim.refresh_from_db()
        assert claim.get_state_display() not in page
