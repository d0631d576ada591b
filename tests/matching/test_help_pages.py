"""A volunteer's pages: what fits them, why, yes and no."""

import re

import pytest

from mutualaid.matching import tasks
from requests_app.actions import claim_need, withdraw_need
from requests_app.models import Claim, Need
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text(answer):
    return answer.content.decode()


@pytest.fixture
def need(sam) -> Need:
    """A need that fits Sam, who was invited."""
    factories.offer(by=sam)
    need = factories.need()
    tasks.sweep()
    return need


def path(need: Need, user) -> str:
    return f"/help/{need.matches.get(offer__volunteer=user).public_id}/"


def test_what_fits_them_stands_there_with_the_reasons(need, sam, signed_in):
    page = text(signed_in(sam).get("/help/"))
    for shown in ("Groceries", "Riverside", "in your area", "both speak en"):
        assert shown in page


def test_a_volunteer_opens_it_says_yes_and_sees_how_to_reach_the_neighbour(need, sam, signed_in):
    client = signed_in(sam)
    page = text(client.get(path(need, sam)))
    assert "Why you" in page
    assert "7 Hill Road" not in page
    claimed = client.post(path(need, sam) + "yes/", follow=True)
    assert "7 Hill Road" in text(claimed)
    assert "tel:5550100" in text(claimed)
    need.refresh_from_db()
    assert need.state == "claimed"


@pytest.mark.parametrize(
    ("phone", "links"),
    [
        ("608-555-0142 ext 11", ["tel:+16085550142;ext=11"]),
        ("+44 (0)7700 900123", ["tel:+447700900123"]),
        ("608-555-0142, or 608-555-0199 after 6", ["tel:+16085550142", "tel:+16085550199"]),
        ("ring the bell", []),
    ],
)
def test_a_number_dials_right_and_their_words_stay(need, sam, signed_in, phone, links):
    factories.set_contact(need.ask, phone=phone, email="ana+1@people.example")
    client = signed_in(sam)
    claimed = client.post(path(need, sam) + "yes/", follow=True)
    shown = text(claimed)
    assert phone in shown
    assert re.findall('href="(tel:[^"]*)"><bdi', shown) == links
    assert re.findall('class="button" href="(tel:[^"]*)"', shown) == links[:1]
    assert 'href="mailto:ana+1@people.example"' in shown


def test_of_something_else_the_volunteer_hears_when_they_can_read_what_it_is(sam, signed_in):
    anything = factories.category("other")
    factories.offer(by=sam, categories=[anything])
    need = factories.need(category=anything, notes="A lamp to mend")
    tasks.sweep()
    client = signed_in(sam)
    assert "You can read what it is once you say yes." in text(client.get(path(need, sam)))
    assert "A lamp to mend" in text(client.post(path(need, sam) + "yes/", follow=True))


def test_a_no_is_all_right_and_it_is_gone_from_their_list(need, sam, signed_in):
    client = signed_in(sam)
    answer = client.post(path(need, sam) + "no/", follow=True)
    assert "ask someone else." in text(answer)
    assert "Groceries" not in text(client.get("/help/")).split("<main")[1]


def test_a_no_can_become_a_yes_while_the_need_is_open(need, sam, signed_in):
    client = signed_in(sam)
    client.post(path(need, sam) + "no/")
    client.post(path(need, sam) + "yes/")
    assert Claim.objects.live().get().volunteer == sam


def test_who_comes_too_late_is_thanked(need, sam, vera, signed_in):
    claim_need(Need.objects.get(pk=need.pk), by=vera, weekly_limit=2)
    client = signed_in(sam)
    assert "This one is no longer open." in text(client.get(path(need, sam)))
    answer = client.post(path(need, sam) + "yes/", follow=True)
    assert "This one is no longer open. Thank you for looking." in text(answer)
    assert Claim.objects.live().get().volunteer == vera


def test_a_full_week_is_explained(need, sam, signed_in):
    for _ in range(2):
        claim_need(factories.need(), by=sam, weekly_limit=2)
    before = text(signed_in(sam).get(path(need, sam)))
    assert "said yes to as much as you wanted for that week." in before
    assert "Yes, I will do it" not in before
    answer = signed_in(sam).post(path(need, sam) + "yes/", follow=True)
    assert "as much as you wanted for that week." in text(answer)
    need.refresh_from_db()
    assert need.state == "open"


def test_a_yes_sent_twice_is_one_claim(need, sam, signed_in):
    client = signed_in(sam)
    where = path(need, sam)
    client.post(where + "yes/")
    client.post(where + "yes/")
    assert Claim.objects.count() == 1


def test_a_need_that_was_taken_back_is_gone_kindly(need, sam, signed_in):
    where = path(need, sam)
    withdraw_need(need)
    assert "Thank you for looking" in text(signed_in(sam).get(where))


def test_for_everyone_else_it_does_not_exist(need, sam, mallory, signed_in):
    where = path(need, sam)
    for method in ("get", "post"):
        assert getattr(signed_in(mallory), method)(where).status_code in (404, 405)
    for step in ("yes/", "no/"):
        assert signed_in(mallory).post(where + step).status_code == 404
    assert not Claim.objects.exists()


def test_a_need_from_the_board_is_theirs_to_take_if_it_fits(need, vera, signed_in):
    client = signed_in(vera)
    where = f"/help/need/{need.public_id}/"
    assert "Tell us first what you can give" in text(client.get(where))
    factories.offer(by=vera, categories=[factories.category("rides")])
    answer = client.post(where + "ask/", follow=True)
    assert "fit your offer. Look at the kind of help" in text(answer)
    factories.offer(by=vera)
    answer = client.post(where + "ask/", follow=True)
    assert "Why you" in text(answer)


def test_lists_cost_the_same_for_one_need_and_for_many(
    need, sam, signed_in, django_assert_max_num_queries
):
    client = signed_in(sam)
    for _ in range(8):
        factories.need()
    tasks.sweep()
    with django_assert_max_num_queries(13):
        client.get("/help/")


def test_done_and_letting_go_are_one_tap_and_late_ones_are_explained(need, sam, signed_in):
    client = signed_in(sam)
    claim = claim_need(Need.objects.get(pk=need.pk), by=sam, weekly_limit=2)
    where = f"/claims/{claim.public_id}/"
    assert "ask if it arrived." in text(client.post(where + "done/", follow=True))
    late = client.post(where + "release/", {"reason": "no_time"}, follow=True)
    assert "This has changed in the meantime." in text(late)


@pytest.mark.parametrize("reason", ["", "no_time", "nonsense", "\0", "x" * 5000])
def test_letting_go_needs_no_reason_and_takes_no_nonsense(need, sam, signed_in, reason):
    claim = claim_need(Need.objects.get(pk=need.pk), by=sam, weekly_limit=2)
    answer = signed_in(sam).post(f"/claims/{claim.public_id}/release/", {"reason": reason})
    assert answer.status_code == 302
    need.refresh_from_db()
    assert need.state == "open"
    assert need.events.last().reason in ("", "no_time")
