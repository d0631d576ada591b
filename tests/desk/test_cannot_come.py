"""A volunteer calls that they can't come: two clicks from their page, or from that of the need."""

import re
from functools import partial

import pytest
from django.test import Client

from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.calling import text

pytestmark = pytest.mark.django_db
BUTTON = "look for someone else"


@pytest.fixture
def claim(sam: User) -> Claim:
    return actions.claim_need(factories.need(), by=sam, weekly_limit=9)


def person_page(user: User) -> str:
    return f"/admin/people/user/{user.pk}/change/"


def need_page(claim: Claim) -> str:
    return f"/admin/requests_app/need/{claim.need_id}/change/"


def ways(browser: Client, page: str) -> list[str]:
    """The links of a page that say "can't come"."""
    return re.findall(r'href="(/admin/cannot-come/[^"]+)"', browser.get(page).content.decode())


@pytest.mark.parametrize("start", ["person", "need"])
def test_two_clicks_from_either_page_look_for_someone_else(carlas, carla, claim, sam, start):
    page = person_page(sam) if start == "person" else need_page(claim)
    (way,) = ways(carlas, page)
    assert "It is not counted against anyone." in text(carlas.get(way))
    claim.refresh_from_db()
    assert claim.state == "claimed", "the first click changes nothing"
    answer = carlas.post(way, follow=True)
    assert "Sam need not come any more." in text(answer)
    claim.refresh_from_db()
    claim.need.refresh_from_db()
    assert (claim.state, claim.need.state) == ("released", "open")
    event = claim.need.events.get(action="release")
    assert (event.actor, event.actor_kind) == (carla, "coordinator")
    assert ways(carlas, page) == []


def test_the_volunteer_is_thanked_for_telling_us_and_the_neighbour_hears_that_we_look_again(
    carlas, claim, sam
):
    before = set(Notification.objects.values_list("pk", flat=True))
    carlas.post(ways(carlas, need_page(claim))[0])
    new = Notification.objects.exclude(pk__in=before)
    assert set(new.values_list("kind", "recipient")) == {
        ("claim_let_go", sam.pk),
        ("need_reopened", None),
    }


def test_on_their_page_stands_all_they_said_yes_to_and_what_is_done_has_no_button(
    carlas, claim, sam
):
    done = actions.claim_need(
        factories.need(category=factories.category("moving")), by=sam, weekly_limit=9
    )
    actions.deliver_claim(done, by=volunteer(sam))
    page = text(carlas.get(person_page(sam)))
    assert "What they said yes to" in page
    assert "Moving" in page
    assert page.count(BUTTON) == 1


def test_of_what_is_done_by_then_it_says_so_and_offers_nothing(carlas, claim, sam):
    (way,) = ways(carlas, need_page(claim))
    actions.deliver_claim(claim, by=volunteer(sam))
    for answer in (carlas.get(way), carlas.post(way)):
        assert "They are not on the way any more: it says “done”" in text(answer)
        assert "Look for someone else</button>" not in text(answer)
    claim.refresh_from_db()
    assert claim.state == "delivered"


def test_who_says_it_twice_is_told_how_it_stands(carlas, claim):
    (way,) = ways(carlas, need_page(claim))
    carlas.post(way)
    again = carlas.post(way)
    assert "This has changed in the meantime." in text(again)
    assert "Look for someone else</button>" not in text(again)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_it_at_once_one_does_it(carla, signed_in, sam):
    claim = actions.claim_need(factories.need(), by=sam, weekly_limit=9)
    dora = factories.person("Dora", Role.COORDINATOR)
    way = f"/admin/cannot-come/{claim.public_id}/"
    browsers = [signed_in(carla), signed_in(dora)]
    answers = at_once([partial(browser.post, way) for browser in browsers])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert claim.need.events.filter(action="release").count() == 1


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER])
def test_no_other_role_does_it_or_sees_whose_claims_there_are(role, claim, sam, signed_in):
    browser = signed_in(factories.person("Noor", role))
    way = f"/admin/cannot-come/{claim.public_id}/"
    assert browser.get(way).status_code == browser.post(way).status_code == 403
    page = browser.get(person_page(sam))
    assert BUTTON not in text(page)
    claim.refresh_from_db()
    assert claim.state == "claimed"


@pytest.mark.parametrize("code", ["00000000-0000-0000-0000-000000000000", "nonsense", "1"])
def test_a_claim_that_is_not_there_is_not_found(carlas, code):
    assert carlas.get(f"/admin/cannot-come/{code}/").status_code in (301, 404)
