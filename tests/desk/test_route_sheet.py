"""Tasks on paper, for the volunteer and for who prints it for them: with details only by a logged look."""

from datetime import date

import pytest

from mutualaid.people.models import Role
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import AccessLogEntry
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def claims(sam, carla):
    """Sam goes to Ana, and on an earlier day to Bo, who can be reached by e-mail alone."""
    factories.set_policy(live_claims_per_person=5)
    bo = ContactDetails(
        name="Bo",
        phone="555 0177",
        email="bo@people.example",
        channels="email",
        keep_from="their brother",
    )
    ana = factories.need(needed_by=date(2099, 5, 2), notes="No nuts, please.")
    ride = factories.need(
        category=factories.category("rides"), needed_by=date(2099, 5, 1), contact=bo
    )
    actions.publish_need(ride, by=coordinator(carla))
    return [actions.claim_need(need, by=sam, weekly_limit=5) for need in (ana, ride)]


def stops(answer) -> list[str]:
    content: str = answer.content.decode().partition('class="route"')[2].partition("</ol>")[0]
    return content.split("<li>")[1:]


@pytest.fixture(params=["volunteer", "coordinator"])
def reader(request, sam, carla, signed_in):
    """The two who may print it, each with their browser and the address of their page."""
    if request.param == "volunteer":
        return sam, signed_in(sam), "/me/route/"
    return carla, signed_in(carla), f"/admin/people/user/{sam.pk}/route/"


def test_without_a_look_it_says_what_where_and_when_by_the_days(reader, claims):
    _user, browser, page = reader
    first, second = stops(browser.get(page))
    assert "Rides" in first
    assert "Groceries" in second
    assert "2099" in first
    for private in ("Ana", "Bo", "555 01", "7 Hill Road", "nuts", "bo@people.example"):
        assert private not in first + second
    assert not AccessLogEntry.objects.exists()


def test_a_look_opens_what_is_safe_and_is_logged_for_each(reader, claims):
    user, browser, page = reader
    first, second = stops(browser.post(page))
    assert "bo@people.example" in first
    assert "555 0177" not in first
    assert "brother" not in first
    for shown in ("Ana", "555 0100", "7 Hill Road", "No nuts, please."):
        assert shown in second
    looks = AccessLogEntry.objects.select_related("by")
    assert {(look.ask_id, look.by) for look in looks} == {
        (claim.need.ask_id, user) for claim in claims
    }


def test_what_the_limit_refuses_is_said_in_its_place(reader, claims):
    factories.set_policy(contact_views_per_day=1, coordinator_contact_views_per_hour=1)
    user, browser, page = reader
    first, second = stops(browser.post(page))
    assert "bo@people.example" in first
    assert ("in this hour" if user.is_staff else "looked many times today") in second
    assert "7 Hill Road" not in second


def test_what_they_let_go_is_not_on_it(reader, claims, sam):
    _user, browser, page = reader
    actions.release_claim(claims[0], by=volunteer(sam))
    assert len(stops(browser.get(page))) == 1


def test_nobody_else_prints_the_tasks_of_someone(sam, claims, mallory, signed_in):
    assert stops(signed_in(mallory).get("/me/route/")) == []
    for role in (Role.INTAKE, Role.SITE_KEEPER, Role.AUDITOR):
        mei = factories.person(f"Mei {role}", role)
        page = f"/admin/people/user/{sam.pk}/route/"
        assert signed_in(mei).post(page).status_code == 403
    assert not AccessLogEntry.objects.exists()
