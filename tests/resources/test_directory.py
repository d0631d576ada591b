"""The public directory: what is shown, to whom it is near, and how old it may be."""

import pytest

from mutualaid.resources import actions
from mutualaid.resources.attention import due_for_recheck
from mutualaid.resources.models import Resource
from mutualaid.resources.near import near
from requests_app.access.links import make_link
from requests_app.actions import claim_need, close_needs
from requests_app.lifecycle.actors import coordinator
from requests_app.states import CloseReason
from tests.support import asking, clock, factories

pytestmark = pytest.mark.django_db


def names(rows):
    return [row.name for row in rows]


def page(client, path="/near/"):
    return client.get(path).content.decode()


@pytest.fixture
def table():
    return factories.resource("Friday table", locality=factories.locality())


def test_its_page_says_what_when_where_for_whom_and_what_to_bring(client):
    resource = factories.resource(
        "Friday table",
        organization="Riverside Cooks",
        kind="cooperative",
        address="12 Example Street",
        hours="Fridays 4 to 6 pm",
        eligibility="Anyone under 25",
        to_bring="A bag\n\n  A  jar ",
        cost="Free",
        phone="555 0100",
        website="https://table.example/",
        languages=[factories.language("ar", "العربية")],
    )
    shown = page(client, f"/near/{resource.public_id}/")
    for words in (
        "Friday table", "Cooperative", "Riverside Cooks", "12 Example Street", "Fridays 4 to 6 pm",
        "Anyone under 25", "A bag<br>A jar", "Free", "555 0100", 'href="https://table.example/"',
        "العربية", "Groceries", "Riverside", "Checked on",
    ):  # fmt: skip
        assert words in shown, words


def test_the_list_is_narrowed_by_kind_area_and_who_runs_it(client):
    food = factories.category("food")
    health = factories.category("health")
    town = factories.locality("town")
    riverside = factories.locality("riverside", parent=town)
    hill = factories.locality("hill", parent=town)
    factories.resource(
        "Table", categories=[factories.category("groceries", parent=food)], areas=[riverside]
    )
    factories.resource("Hall", categories=[food], areas=[town], kind="cooperative")
    factories.resource("Ward", categories=[health], areas=[hill], kind="clinic")
    assert names(client.get("/near/").context["page"]) == ["Hall", "Table", "Ward"]
    for query, found in {
        "what=food": ["Hall", "Table"],
        "what=health": ["Ward"],
        "where=riverside": ["Hall", "Table"],
        "where=hill": ["Hall", "Ward"],
        "where=town": ["Hall", "Table", "Ward"],
        "who=clinic": ["Ward"],
        "what=food&where=hill&who=cooperative": ["Hall"],
        "what=castles": ["Hall", "Table", "Ward"],
    }.items():
        assert names(client.get(f"/near/?{query}").context["page"]) == found, query


def test_for_half_a_year_it_counts_then_it_is_due_and_after_a_year_it_is_gone(client, table):
    path = f"/near/{table.public_id}/"
    clock.later(days=179)
    assert due_for_recheck() == 0
    assert "best to call" not in page(client, path)
    clock.later(days=1)
    assert due_for_recheck() == 1
    assert "best to call before you go" in page(client, path)
    clock.later(days=184)
    assert "Friday table" in page(client)
    clock.later(days=1)
    assert "Friday table" not in page(client)
    for hidden in (path, f"{path}wrong/"):
        assert client.get(hidden).status_code == 404
    assert due_for_recheck() == 1


def test_checked_once_more_it_is_shown_for_another_year(client, table, carla):
    clock.later(days=400)
    actions.mark_checked(table, by=carla)
    assert "Friday table" in page(client)
    table.refresh_from_db()
    assert table.checked_by == carla
    assert due_for_recheck() == 0


def test_how_long_is_the_choice_of_the_group(client, table):
    factories.set_policy(resource_recheck_days=10, resource_hide_days=20)
    clock.later(days=10)
    assert due_for_recheck() == 1
    clock.later(days=10)
    assert "Friday table" not in page(client)


def test_what_no_one_checked_or_is_closed_is_shown_to_no_one(client):
    factories.resource("Never checked", checked_on=None)
    factories.resource("Closed for now", is_active=False)
    shown = page(client)
    assert "We don't know of anything like that here." in shown
    assert Resource.objects.due().count() == 1


def test_the_nearest_that_fit_stand_beside_a_need_first_and_never_more_than_three():
    food = factories.category("food")
    groceries = factories.category("groceries", parent=food)
    here = factories.locality("riverside")
    for name, km in (("Far", 9), ("Near", 1), ("Nearer", 0.5), ("Middle", 3)):
        place = factories.locality(f"place-{km}", lat=km * 0.009)
        factories.resource(name, categories=[food], areas=[here], locality=place)
    factories.resource("Phone line", categories=[food], areas=[here])
    factories.resource(
        "Cooked", categories=[factories.category("meals", parent=food)], areas=[here]
    )
    found = near([groceries], here)
    assert names(found.resources) == ["Nearer", "Near", "Middle"]
    assert found.url == "/near/?what=food&where=riverside"


def test_something_sensitive_is_not_named_in_the_address_of_the_list():
    papers = factories.category("papers", sensitive=True)
    factories.resource("Legal aid", categories=[papers])
    assert near([papers], factories.locality()).url == "/near/?where=riverside"


def test_nothing_near_is_nothing_shown():
    factories.resource("Far away", areas=[factories.locality("hill")])
    assert near([factories.category()], factories.locality()) is None


def test_whoever_asks_sees_it_before_they_send(client):
    asking.words_and_places()
    asking.answer_all(client)
    before = page(client, "/ask/check/")
    factories.resource("Friday table", hours="Fridays 4 to 6 pm")
    shown = page(client, "/ask/check/")
    assert "Friday table" not in before
    assert "Also near you" in shown
    assert shown.index("Ask for this") < shown.index("Friday table")


def test_it_stands_on_the_private_page_until_someone_says_yes(client, table, sam):
    need = factories.need()
    path = f"/need/{make_link(need.ask)}/"
    assert "Friday table" in page(client, path)
    claim_need(need, by=sam, weekly_limit=5)
    assert "Friday table" not in page(client, path)


def test_it_stands_on_the_private_page_when_no_one_could_do_it(client, table, carla):
    need = factories.need()
    path = f"/need/{make_link(need.ask)}/"
    close_needs([need], by=coordinator(carla), reason=CloseReason.UNABLE)
    assert "Friday table" in page(client, path)


@pytest.mark.parametrize("many", [1, 3, 60])
def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    client, many, django_assert_num_queries
):
    for number in range(many):
        factories.resource(f"Table {number}", locality=factories.locality())
    client.get("/near/")
    with django_assert_num_queries(7):
        client.get("/near/")
