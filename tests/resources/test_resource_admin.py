"""What is near, in the admin: added, changed and removed by actions, each with its line in the history."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from mutualaid.people.models import Role
from mutualaid.resources import actions
from mutualaid.resources.models import Resource
from tests.support import factories
from tests.support.admin_form import as_it_stands
from tests.support.who_writes import watched

pytestmark = pytest.mark.django_db
LIST = "/admin/resources/resource/"


@pytest.fixture
def browser(signed_in, carla):
    return signed_in(carla)


def history():
    return list(LogEntry.objects.order_by("pk").values_list("user__name", "change_message"))


def change(browser, resource, **typed):
    path = f"{LIST}{resource.pk}/change/"
    return browser.post(path, as_it_stands(browser, path) | typed).content.decode()


def test_what_a_coordinator_adds_is_checked_today_by_them_and_shown_to_everyone(browser, client):
    typed = {
        "name": "Friday\u200b  table",
        "kind": "food_bank",
        "categories": [factories.category().pk],
        "areas": [factories.locality().pk],
        "to_bring": "A bag\n\n A jar",
        "is_active": "on",
    }
    with watched():
        shown = as_it_stands(browser, f"{LIST}add/")
        answer = browser.post(f"{LIST}add/", shown | typed, follow=True)
    added = Resource.objects.get()
    assert "Friday table" in answer.content.decode()
    assert (added.name, added.to_bring) == ("Friday table", "A bag\nA jar")
    assert (added.checked_on, added.checked_by.name) == (timezone.localdate(), "Carla")
    assert history() == [("Carla", "added")]
    assert "Friday table" in client.get("/near/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (
            "website",
            "javascript:alert(1)",
            "Write an address that starts with https:// or http://.",
        ),
        ("phone", "nobody", "Write a phone number we can dial."),
        ("hours", "x" * 601, "601 letters. Use 600 at most."),
        ("name", "", "Please answer this."),
        ("areas", [], "Please answer this."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_stays_typed(browser, field, typed, message):
    resource = factories.resource()
    path = f"{LIST}{resource.pk}/change/"
    answer = browser.post(path, as_it_stands(browser, path) | {field: typed})
    assert message in answer.content.decode()
    assert answer.context["adminform"].form[field].value() == typed


def test_a_change_writes_what_its_user_changed_and_does_not_count_as_a_check(browser):
    resource = factories.resource(checked_on=None)
    hill = factories.locality("hill")
    with watched():
        change(browser, resource, hours="Fridays at five", areas=[hill.pk])
    resource.refresh_from_db()
    assert (resource.hours, list(resource.areas.all())) == ("Fridays at five", [hill])
    assert resource.checked_on is None
    assert "hours" in history()[0][1]


def test_two_who_change_the_same_are_told_and_two_who_do_not_are_both_written(browser, carla):
    resource = factories.resource(hours="Fridays")
    path = f"{LIST}{resource.pk}/change/"
    shown = as_it_stands(browser, path)
    actions.change_resource(resource, {"hours": "Mondays", "cost": "Free"}, by=carla)
    page = browser.post(path, shown | {"hours": "Tuesdays"}).content.decode()
    assert "It now says: Mondays" in page
    browser.post(path, shown | {"phone": "555 0100"})
    resource.refresh_from_db()
    assert (resource.hours, resource.cost, resource.phone) == ("Mondays", "Free", "555 0100")


def test_removed_it_is_gone_with_its_reports_and_the_history_says_so(browser):
    resource = factories.resource()
    actions.report_wrong(resource, what="closed", words="")
    browser.post(f"{LIST}{resource.pk}/delete/", {"post": "yes"})
    assert not Resource.objects.exists()
    assert history() == [("Carla", "removed")]


def test_who_did_what_tells_of_it(browser):
    factories.resource()
    browser.post(LIST, {"action": "mark_checked", "_selected_action": Resource.objects.get().pk})
    page = browser.get("/admin/people/stafflogentry/").content.decode()
    assert "checked" in page
    assert f"resource {Resource.objects.get().pk}" in page


def test_beside_a_need_stands_what_is_near_for_it_and_nothing_else(browser):
    factories.resource("Friday table", phone="555 0150")
    factories.resource("Far away", areas=[factories.locality("hill")])
    need = factories.need()
    page = browser.get(f"/admin/requests_app/need/{need.pk}/change/").content.decode()
    assert "Friday table" in page
    assert "555 0150" in page
    assert "Far away" not in page


@pytest.mark.parametrize("role", [Role.INTAKE, Role.AUDITOR, Role.SITE_KEEPER])
def test_only_coordinators_keep_the_directory(signed_in, role):
    resource = factories.resource()
    browser = signed_in(factories.person("Mei", role))
    for path in ("check/", "hsds/", "hsds.json", "resource/", f"resource/{resource.pk}/change/"):
        assert browser.get(f"/admin/resources/{path}").status_code == 403


@pytest.mark.parametrize("state", ["due", "reported", "shown"])
def test_the_list_is_narrowed_by_what_there_is_to_do(browser, state):
    factories.resource("due", checked_on=None)
    actions.report_wrong(factories.resource("reported", is_active=False), what="closed", words="")
    factories.resource("shown")
    shown = browser.get(f"{LIST}?state={state}").context["cl"].result_list
    assert [row.name for row in shown] == [state]


@pytest.mark.parametrize("many", [1, 3, 100])
def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    browser, many, django_assert_num_queries
):
    for number in range(many):
        factories.resource(f"Table {number}", locality=factories.locality())
    browser.get(LIST)
    with django_assert_num_queries(6):
        browser.get(LIST)
