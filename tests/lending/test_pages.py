"""The pages: everyone sees what, where and how many, never whose; and an ask begins with a thing."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing, ThingRequest
from requests_app.models import Need
from tests.support import asking, factories, lending

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on() -> None:
    asking.words_and_places()
    lending.on()


def page(path: str, browser: Client | None = None) -> str:
    answer = (browser or Client()).get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def of(thing: Thing) -> str:
    return f"/things/{thing.public_id}/"


def test_everyone_sees_what_and_where_and_no_one_whose(sam):
    thing = lending.thing(sam, title="Cot for a baby", total=3)
    for path in ("/things/", of(thing)):
        shown = page(path)
        assert "Cot for a baby" in shown
        assert "Groceries" in shown
        assert "Riverside" in shown
        assert "3 are left" in shown
        for secret in ("Sam", sam.email):
            assert secret not in shown


def test_two_things_of_one_owner_and_one_of_another_differ_in_nothing_but_themselves(sam, vera):
    things = [lending.thing(owner, title="Ladder") for owner in (sam, sam, vera)]
    alike = {page(of(thing)).replace(str(thing.public_id), "") for thing in things}
    assert len({re.sub(r"csrf\w+\" value=\"[^\"]+|nonce=\"[^\"]+", "", one) for one in alike}) == 1
    order = re.findall(r"/things/([0-9a-f-]{36})/", page("/things/"))
    assert order == sorted(order)


def test_the_list_is_narrowed_by_kind_and_area(sam):
    tools, hill = factories.category("tools"), factories.locality("hillside")
    lending.thing(sam, title="Ladder", category=tools)
    lending.thing(sam, title="Bread", mode="give", locality=hill)
    assert "Bread" not in page("/things/?what=tools")
    assert "Ladder" not in page("/things/?where=hillside")
    assert "Ladder" in page("/things/?what=nonsense")
    assert "nothing like that" in page("/things/?what=tools&where=hillside")


@pytest.mark.parametrize("state", ["paused", "withdrawn", "sensitive", "past", "blocked", "off"])
def test_what_is_not_to_be_had_is_on_no_page(sam, state):
    thing = lending.thing(sam)
    if state == "sensitive":
        factories.category().__class__.objects.update(sensitive=True)
    elif state == "past":
        Thing.objects.update(until="2020-01-01")
    elif state == "blocked":
        sam.__class__.objects.update(is_active=False)
    elif state == "off":
        lending.off()
    else:
        ended = "2026-01-01T00:00Z" if state == "withdrawn" else None
        Thing.objects.update(state=state, ended_at=ended)
    assert Client().get(of(thing)).status_code == 404
    if state != "off":
        assert "Ladder" not in page("/things/")


def test_someone_who_has_not_been_met_yet_is_shown_once_they_are(sam):
    nia = factories.person("Nia", known=False)
    lending.thing(nia)
    assert "Ladder" in page("/things/")
    factories.set_policy(joining="meet_first")
    assert "Ladder" not in page("/things/")


def test_a_neighbour_without_an_account_asks_for_a_thing_on_few_pages(sam):
    thing = lending.thing(sam, title="Cot", total=4)
    browser = Client()
    begun = browser.post(of(thing), {"many": "2"})
    assert begun.headers["Location"] == "/ask/who/"
    asking.answer(browser, "who")
    asking.answer(browser, "when")
    asking.answer(browser, "contact")
    check = page("/ask/check/", browser)
    assert "2 × Cot" in check
    assert browser.post("/ask/check/").status_code == 302
    request = ThingRequest.objects.get()
    assert (request.thing, request.many, request.state) == (thing, 2, "waiting")
    assert request.need.notes.text == "2 × Cot"
    private = browser.post("/ask/check/")
    assert "waits for its owner" in page(private.headers["Location"], browser)
    assert ThingRequest.objects.count() == 1


def test_more_than_are_left_is_refused_kindly(sam):
    thing = lending.thing(sam, total=2)
    answer = Client().post(of(thing), {"many": "3"})
    assert "so many left" in answer.content.decode()


def test_what_someone_began_to_ask_for_is_not_lost(sam):
    thing, browser = lending.thing(sam), Client()
    asking.answer(browser, "who")
    asking.answer(browser, "what")
    asking.answer(browser, "details")
    browser.post(of(thing), {"many": "1"})
    assert "Milk and bread" in page("/ask/details/", browser)


def test_whose_it_is_cannot_ask_for_it(sam, signed_in):
    thing, sams = lending.thing(sam), signed_in(sam)
    assert "This one is yours" in page(of(thing), sams)
    assert sams.post(of(thing), {"many": "1"}).headers["Location"] == "/things/mine/"
    assert not Need.objects.exists()


def form(**fields: str) -> dict[str, str]:
    return {
        "title": "Ladder", "category": "groceries", "locality": "riverside", "total": "2",
        "mode": "lend", "lend_days": "5", "until": "",
    } | fields  # fmt: skip


def test_a_thing_is_listed_changed_paused_and_taken_off(sam, signed_in):
    sams = signed_in(sam)
    assert sams.post("/things/add/", form()).headers["Location"] == "/things/mine/"
    thing = Thing.objects.get()
    assert (thing.owner, thing.left, thing.lend_days) == (sam, 2, 5)
    change = f"{of(thing)}change/"
    assert 'value="Ladder"' in page(change, sams)
    sams.post(change, form(title="Tall ladder", total="3"))
    for name, state in (("pause", "paused"), ("resume", "offered"), ("withdraw", "withdrawn")):
        sams.post(f"{of(thing)}do/", {name: "1"})
        thing.refresh_from_db()
        assert (thing.title, thing.left, thing.state) == ("Tall ladder", 3, state)
    assert sams.get(change).status_code == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "Ring 608 555 0142"}, "Leave out phone numbers"),
        ({"title": ""}, "in a few words"),
        ({"total": "0"}, "from 1 to 99"),
        ({"total": "100"}, "from 1 to 99"),
        ({"lend_days": ""}, "for how many days"),
        ({"lend_days": "29"}, "from 1 to 28"),
        ({"until": "2020-01-01"}, "This day has passed"),
        ({"mode": "sell"}, "Choose one of these"),
        ({"category": "papers"}, "Choose one of these"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(sam, signed_in, fields, said):
    factories.category("papers", sensitive=True)
    answer = signed_in(sam).post("/things/add/", form(**fields)).content.decode()
    assert said in answer
    assert not Thing.objects.exists()


def test_a_stranger_gets_to_nothing_of_someone_else(sam, mallory, signed_in):
    loan, mine = lending.lent(sam), lending.thing(sam)
    waits = lending.wish(mine)
    browser = signed_in(mallory)
    paths = [
        f"{of(mine)}change/", f"{of(mine)}near/", f"{of(mine)}do/",
        f"/things/wish/{waits.public_id}/", f"/things/loan/{loan.public_id}/",
    ]  # fmt: skip
    for path in paths:
        sent = {"yes": "1", "pause": "1", "back": "1"}
        assert browser.post(path, sent).status_code == 404, path
    assert "Ladder" not in page("/things/mine/", browser)
    token = asking.ask(Client())
    assert Client().post(f"{token}loan/{loan.public_id}/", {"back": "1"}).status_code == 404
    assert Loan.objects.get().state == "out"


def test_yes_and_no_on_my_page(sam, signed_in):
    thing, sams = lending.thing(sam, mode="give", total=5), signed_in(sam)
    first, second = lending.wish(thing), lending.wish(thing)
    assert "Waiting for your answer" in page("/things/mine/", sams)
    yes = sams.post(f"/things/wish/{first.public_id}/", {"yes": "1"})
    assert yes.headers["Location"].startswith("/claims/")
    assert "Ana" in page(yes.headers["Location"], sams)
    sams.post(f"/things/wish/{second.public_id}/", {"no": "1"})
    states = ThingRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["granted", "declined"]


def test_what_i_borrowed_is_ended_on_my_page_or_on_the_private_one(sam, rosa, signed_in):
    request = lending.wish(lending.thing(sam), account=rosa)
    actions.say_yes(request, by=sam)
    rosas = signed_in(rosa)
    assert "Lent until" in page("/things/mine/", rosas)
    rosas.post(f"/things/loan/{request.loan.public_id}/", {"broken": "1"})
    assert Loan.objects.get().state == "broken"


@pytest.mark.parametrize("many", [1, 3, 500])
def test_as_many_queries_for_one_row_as_for_many(sam, signed_in, many):
    lending.thing(sam)
    [first] = Thing.objects.all()
    for number in range(many - 1):
        first.pk, first.public_id, first.number = None, uuid4(), number % 49 + 2
        first.state, first.ended_at = "offered", None
        first.owner = sam if number < 49 else factories.person()
        first.save(force_insert=True)
    assert queries("/things/", Client()) == 6
    assert queries("/things/mine/", signed_in(sam)) == 11


def queries(path: str, browser: Client) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def test_the_way_to_things_stands_on_home_my_page_and_my_offer(sam, signed_in):
    factories.offer(by=sam)
    sams = signed_in(sam)
    for path, way in (("/", "/things/"), ("/me/", "/things/mine/"), ("/offer/", "/things/add/")):
        assert f'href="{way}"' in page(path, sams), path
    lending.off()
    for path in ("/", "/me/", "/offer/"):
        assert "/things/" not in page(path, sams), path


def test_sign_in_is_not_asked_for_to_look(sam):
    lending.thing(sam)
    assert "I could use it" in page(of(Thing.objects.get()))


def test_right_after_asking_for_a_thing_it_says_who_is_asked_first(client, sam):
    path = lending.just_wished(client, lending.thing(sam))
    shown = page(path, client)
    assert "First we ask whose it is." in shown
    assert "We ask a few people near you" not in shown
    ThingRequest.objects.update(state="declined", answered_at=Now())
    assert "We ask a few people near you" in page(path, client)
