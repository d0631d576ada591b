"""What sending an ask costs: queries of the database, and modules of ours that one has to read."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mutualaid.group.actions import make_group
from mutualaid.policy.actions import make_policy
from tests.support import asking, factories
from tests.support.modules import modules_entered

pytestmark = pytest.mark.django_db
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture
def neighbour(client: Client) -> Client:
    """Someone who is signed out, and has asked before, by phone and by mail."""
    make_policy()
    make_group()
    asking.words_and_places()
    asking.ask(client, contact={"email": "ana@mail.example"})
    return client


def queries(client: Client, path: str) -> list[str]:
    """The queries of this POST, by table: "SELECT catalog_category"."""
    with CaptureQueriesContext(connection) as captured:
        assert client.post(path).status_code == 302
    statements = [query["sql"].lstrip("(").split() for query in captured.captured_queries]
    return [
        f"{statement[0]} {table_in(statement)}" for statement in statements if statement[0] in VERBS
    ]


def table_in(statement: list[str]) -> str:
    before = {"SELECT": "FROM", "INSERT": "INTO", "UPDATE": "UPDATE", "DELETE": "FROM"}[
        statement[0]
    ]
    return statement[statement.index(before) + 1].strip('"')


def test_an_ask_with_one_need_and_a_phone_takes_twenty_one_queries(neighbour):
    asking.answer_all(neighbour)
    asked = queries(neighbour, "/ask/check/")
    assert len(asked) == 21, "\n".join(asked)
    assert len([one for one in asked if "catalog_" in one]) == 3, "each of its tables once"
    limits = [one for one in asked if "ratelimitwindow" in one]
    assert limits == ["UPDATE people_ratelimitwindow"] * 3, "network, phone and site"


def test_with_a_mail_that_confirms_it_three_more(neighbour):
    asking.answer_all(neighbour, contact={"email": "ana@mail.example"})
    assert len(queries(neighbour, "/ask/check/")) == 24


def test_with_someone_excluded_by_forty_addresses_it_asks_no_more_than_31_times(neighbour):
    forty = " ".join(f"person{n}@people.example" for n in range(40))
    typed = {"email": "ana@mail.example", "keep_from_contact_points": forty}
    asking.answer_all(neighbour, contact=typed)
    assert len(queries(neighbour, "/ask/check/")) <= 31


def test_each_further_need_costs_three_rows_of_its_own(neighbour):
    food = factories.category("food")
    factories.category("meals", parent=food)
    factories.category("water", parent=food)
    asking.answer_all(neighbour, kind={"category": ["groceries", "meals", "water"]})
    assert len(queries(neighbour, "/ask/check/")) == 21 + 2 * 3


def test_every_page_of_questions_reads_each_table_of_the_catalogue_once(neighbour):
    asking.answer_all(neighbour)
    for step in asking.ANSWERS:
        with CaptureQueriesContext(connection) as captured:
            neighbour.get(f"/ask/{step}/")
        read = [query["sql"] for query in captured.captured_queries if "catalog_" in query["sql"]]
        assert len(read) <= 2, step


def test_sending_an_ask_leads_through_no_more_than_57_modules(neighbour):
    asking.answer_all(neighbour)
    entered = modules_entered(lambda: neighbour.post("/ask/check/"))
    assert len(entered) <= 57, "\n".join(sorted(entered))
