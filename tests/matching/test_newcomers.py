"""What someone new is shown and can answer, and when anyone reads a first name."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from mutualaid.matching import actions, tasks
from mutualaid.matching.backlog.load import read_offers
from mutualaid.matching.models import Match
from mutualaid.matching.one_tap import need_yes
from mutualaid.matching.search.ranking import best_offers
from mutualaid.notify.tasks import sweep as deliver_due
from mutualaid.people.introductions import code_of, introduce, take_back_introduction, vouch
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.actions import (
    ContactDetails,
    assign_need,
    lapse_claim,
    release_claim,
    set_for_newcomers,
)
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.scene import match_of

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
NAME = "Persephone"


@pytest.fixture
def nina() -> User:
    """Signed up today, with an offer."""
    user = factories.person("Nina", known=False)
    factories.offer(by=user)
    return user


@pytest.fixture
def need() -> Need:
    contact = ContactDetails(name=NAME, phone="608 555 0142", address="7 Hidden Lane")
    return factories.need(contact=contact)


def invited(user: User, need: Need) -> Match:
    tasks.sweep()
    match = Match.objects.of(user).get(need=need)
    assert match.state == "notified"
    return match


def page(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def pages_of(match: Match) -> list[str]:
    return [f"/help/{match.public_id}/", "/help/", "/me/", "/board/", "/messages/", "/offer/"]


def shows_name(client: Client, match: Match) -> bool:
    pages = [page(client, path) for path in pages_of(match)]
    pages.append(client.post("/account/data/download/").content.decode())
    return any(NAME in text for text in pages)


# A first name.


def test_a_first_name_is_shown_while_one_is_invited(sam, need, signed_in: SignIn):
    factories.offer(by=sam)
    match = invited(sam, need)
    assert shows_name(signed_in(sam), match)
    actions.think_about(match)
    assert shows_name(signed_in(sam), match)


def test_a_suggestion_shows_no_name(sam, need, signed_in: SignIn):
    factories.offer(by=sam)
    assert not shows_name(signed_in(sam), match_of(sam, need))


def said_no(match: Match) -> None:
    actions.decline(match)


def let_go(match: Match) -> None:
    release_claim(actions.accept(match), by=volunteer(match.offer.volunteer))


def lapsed(match: Match) -> None:
    lapse_claim(actions.accept(match))


def taken_by_another(match: Match) -> None:
    assign_need(match.need, to=factories.person(), by=coordinator(factories.person("Carla")))


@pytest.mark.parametrize("end", [said_no, let_go, lapsed, taken_by_another])
def test_a_first_name_is_shown_no_more_after_that(sam, need, end, signed_in: SignIn):
    factories.offer(by=sam)
    match = invited(sam, need)
    end(match)
    client = signed_in(sam)
    assert not shows_name(client, match)
    for claim in Claim.objects.of(sam):
        assert NAME not in page(client, f"/claims/{claim.public_id}/")


def test_someone_new_learns_no_name_before_their_yes(nina, need, signed_in: SignIn):
    assert not shows_name(signed_in(nina), invited(nina, need))
    deliver_due()
    assert [message.to for message in mail.outbox] == [[nina.email]]
    assert NAME not in str(mail.outbox[0].message())


def test_someone_new_reads_the_name_with_the_contact_details_and_not_before(
    nina, need, signed_in: SignIn
):
    client = signed_in(nina)
    claim = actions.accept(invited(nina, need))
    path = f"/claims/{claim.public_id}/"
    assert NAME not in page(client, path)
    opened = client.post(f"{path}contact/").content.decode()
    assert NAME in opened
    assert "7 Hidden Lane" in opened
    assert NAME in page(client, path)


def test_what_a_coordinator_gave_someone_new_has_its_name(nina, need, carla, signed_in: SignIn):
    claim = assign_need(need, to=nina, by=coordinator(carla))
    assert NAME in page(signed_in(nina), f"/claims/{claim.public_id}/")


# What someone new can answer.


def test_someone_new_is_shown_only_what_they_may_say_yes_to(nina, need, carla, signed_in: SignIn):
    client, match = signed_in(nina), match_of(nina, need)
    path = f"/help/{match.public_id}/"
    assert path not in page(client, "/help/") + page(client, "/me/")
    assert "You can say yes to this one if we invite you." in page(client, path)
    assert f"{path}yes/" not in page(client, path)
    set_for_newcomers(need, True, by=coordinator(carla))
    assert path in page(client, "/help/")
    assert f"{path}yes/" in page(client, path)


def test_a_yes_that_is_sent_all_the_same_is_refused_kindly(nina, need, signed_in: SignIn):
    client, match = signed_in(nina), match_of(nina, need)
    answer = client.post(f"/help/{match.public_id}/yes/", follow=True).content.decode()
    assert "You can say yes to this one if we invite you." in answer
    assert not Claim.objects.exists()
    outcome = need_yes(match.pk, nina)
    assert not outcome.is_done
    assert "You can say yes to this one if we invite you." in str(outcome.text)


def test_the_second_task_of_someone_new_is_refused_beside_its_button(nina, need, signed_in: SignIn):
    client, other = signed_in(nina), factories.need()
    first, second = invited(nina, need), invited(nina, other)
    assert client.post(f"/help/{first.public_id}/yes/").headers["Location"].startswith("/claims/")
    shown = page(client, f"/help/{second.public_id}/")
    assert "you have one task at a time" in shown
    assert f"/help/{second.public_id}/yes/" not in shown
    assert f"/help/{second.public_id}/no/" in shown


def test_who_holds_as_much_as_they_may_is_invited_to_nothing_more(nina, sam, need):
    factories.offer(by=sam, per_week=50)
    actions.accept(invited(nina, need))
    for _ in range(5):
        assign_need(factories.need(), to=sam, by=coordinator(factories.person()))
    tasks.sweep()
    more = factories.need()
    assert best_offers(more, 10).offers == []
    assert read_offers(more.created_at).pk.size == 0


def test_someone_new_is_invited_to_nothing_for_a_while_after_a_contact(
    nina, need, signed_in: SignIn
):
    claim = actions.accept(invited(nina, need))
    signed_in(nina).post(f"/claims/{claim.public_id}/contact/")
    release_claim(claim, by=volunteer(nina))
    more = factories.need()
    assert best_offers(more, 10).offers == []
    assert read_offers(more.created_at).pk.size == 0
    factories.set_policy(joining="open")
    assert len(best_offers(more, 10).offers) == 1
    assert read_offers(more.created_at).pk.size == 1


def test_in_the_backlog_someone_new_has_one_place(nina, sam):
    factories.offer(by=sam, per_week=9)
    Offer.objects.filter(volunteer=nina).update(per_week=9)
    places = read_offers(factories.need().created_at)
    assert dict(zip(places.volunteer, places.places, strict=True)) == {nina.pk: 1, sam.pk: 5}


# Meet first.


def waits(user: User, need: Need) -> bool:
    tasks.sweep()
    if Match.objects.filter(offer__volunteer=user).exists():
        return False
    assert actions.match_for(user, need) is None
    assert read_offers(need.created_at).pk.size == 0
    return True


def test_an_offer_waits_until_a_coordinator_has_met_its_volunteer(carla, need):
    factories.set_policy(joining="meet_first")
    nina = factories.person("Nina", known=False)
    factories.offer(by=nina)
    assert waits(nina, need)
    introduce(nina, by=carla)
    invited(nina, need)


def test_a_member_who_has_met_them_ends_the_waiting_and_they_begin_small(
    sam, need, signed_in: SignIn
):
    factories.set_policy(joining="meet_first")
    nina = factories.person("Nina", known=False)
    factories.offer(by=nina)
    assert waits(nina, need)
    vouch(nina, by=sam)
    match = invited(nina, need)
    assert not shows_name(signed_in(nina), match)
    actions.accept(match)
    assert Claim.objects.of(nina).get().live_slot == 1


def test_who_was_there_before_the_policy_waits_as_well(nina, need):
    match = match_of(nina, need)
    factories.set_policy(joining="meet_first")
    tasks.sweep()
    assert not Match.objects.filter(pk=match.pk).exists()
    factories.set_policy(joining="begin_small")
    invited(nina, factories.need())


def test_an_invitation_of_someone_who_waits_is_not_sent(sam, need, carla):
    factories.offer(by=sam)
    invited(sam, need)
    factories.set_policy(joining="meet_first")
    take_back_introduction(sam, by=carla)
    deliver_due()
    assert mail.outbox == []


# Where they stand.


def test_someone_new_reads_where_they_stand_and_where_to_meet_us(nina, signed_in: SignIn):
    factories.set_policy(meeting_words="Saturdays at ten, Old Harbour library")
    client = signed_in(nina)
    for path in ("/me/", "/help/", "/offer/"):
        shown = page(client, path)
        assert "You are new here" in shown
        assert "You have one task at a time." in shown
        assert "Saturdays at ten, Old Harbour library" in shown
        assert code_of(nina) not in shown


def test_who_waits_reads_that_nothing_is_lost_and_their_code(nina, signed_in: SignIn):
    factories.set_policy(joining="meet_first")
    shown = page(signed_in(nina), "/offer/")
    assert "We would like to meet you first." in shown
    assert code_of(nina) in shown


@pytest.mark.parametrize("joining", ["open", "begin_small", "meet_first"])
def test_whom_we_know_reads_nothing_of_it(sam, joining, signed_in: SignIn):
    factories.set_policy(joining=joining)
    for path in ("/me/", "/help/", "/offer/"):
        assert "You are new here" not in page(signed_in(sam), path)
