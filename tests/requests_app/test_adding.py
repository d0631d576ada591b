"""Ana adds another thing she needs: first what it is, then the same questions as in a first ask."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.models import Ask, Need
from tests.support import asking, factories
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db
EVERY_DAY = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
MEALS = {"category": "meals", "locality": "riverside", "urgency": "2"}
FOR_MEALS = {"people_count": "", "helpers_wanted": "", "repeat_until": ""}
"""What a browser sends of the questions that only some kinds ask, when they are left empty."""


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


class Adding:
    """An ask for groceries, and the page on which something is added to it."""

    def __init__(self, client: Any) -> None:
        asking.words_and_places()
        self.client = client
        self.ask = factories.ask()
        self.path = f"/need/{make_link(self.ask)}/add/"

    def get(self) -> str:
        return str(self.client.get(self.path).content.decode())

    def post(self, typed: dict[str, Any]) -> str:
        return str(self.client.post(self.path, typed, follow=True).content.decode())

    def added(self) -> list[Need]:
        return list(self.ask.needs.order_by("pk")[1:])


@pytest.fixture
def page(client) -> Adding:
    return Adding(client)


@pytest.fixture
def meals(page) -> Category:
    """A kind that may repeat, and asks for how many people and helpers."""
    return factories.category(
        "meals",
        parent=factories.category("food"),
        may_repeat=True,
        asks_quantity=True,
        asks_helpers=True,
    )


def questions(shown: str) -> set[str]:
    """The names of the fields on the page, but for what every page has."""
    names = re.findall(r'<(?:input|select|textarea)[^>]*? name="(\w+)"', shown.split("<main")[1])
    return set(names) - {"csrfmiddlewaretoken", "language", "next", "once"}


def test_first_it_is_asked_what_it_is_and_then_the_rest_in_the_area_of_the_latest_need(page):
    assert questions(page.get()) == {"category"}
    shown = page.post({"category": "groceries"})
    assert questions(shown) == {
        "category", "locality", "urgency", "needed_by", "week_parts", "notes", "website",
    }  # fmt: skip
    assert 'value="groceries" selected' in shown
    assert 'value="riverside" selected' in shown
    assert "Error:" not in shown
    assert page.added() == []


def test_what_is_added_is_of_the_same_ask_and_stands_on_its_page(page):
    answer = page.post(MEALS | {"category": "groceries", "urgency": "4", "notes": "Two bags"})
    assert "We have added it" in answer
    [need] = page.added()
    assert (need.state, need.urgency, need.notes.text) == ("open", 4, "Two bags")
    assert (need.helpers_wanted, need.people_count, need.series) == (1, None, None)
    assert f"need-{need.code}" in answer


def test_a_kind_is_asked_what_a_first_ask_asks_about_it(page, meals):
    shown = page.post({"category": "meals"})
    assert {"weekdays", "repeat_until", "people_count", "helpers_wanted"} <= questions(shown)


def test_for_how_many_people_and_helpers_it_is_can_be_said(page, meals):
    page.post(MEALS | FOR_MEALS | {"people_count": "6", "helpers_wanted": "3"})
    page.post(MEALS | FOR_MEALS)
    first, second = page.added()
    assert (first.people_count, first.helpers_wanted) == (6, 3)
    assert (second.people_count, second.helpers_wanted) == (None, 1)


def test_a_weekly_repeat_that_is_added_makes_the_same_days_as_one_that_is_asked_first(
    page, meals, client
):
    weekly = {"weekdays": ["MO", "TH"], "repeat_until": in_days(60).isoformat()}
    assert "comes back every week" in page.post(MEALS | FOR_MEALS | weekly)
    asking.ask(client, kind={"category": ["meals"]}, when=weekly)
    first_asked = Ask.objects.latest("pk").needs.all()
    assert (
        days(page.added())
        == days(first_asked)
        == [in_days(n) for n in range(15) if in_days(n).weekday() in (0, 3)]
    )
    assert len({need.series for need in page.added()}) == 1


def days(needs: Any) -> list[date]:
    return sorted(need.needed_by for need in needs)


def test_the_last_day_of_an_added_repeat_is_the_last(page, meals):
    page.post(MEALS | FOR_MEALS | {"weekdays": EVERY_DAY, "repeat_until": in_days(7).isoformat()})
    assert days(page.added()) == [in_days(n) for n in range(8)]


def test_a_kind_that_does_not_repeat_is_added_once_whatever_is_sent(page):
    typed = {"category": "groceries", "weekdays": ["MO"], "repeat_until": in_days(30).isoformat()}
    page.post(MEALS | typed)
    assert [need.series for need in page.added()] == [None]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"category": ""}, "Choose the nearest one."),
        ({"category": "moon"}, "Choose one of these."),
        ({"urgency": ""}, "Choose how soon."),
        ({"needed_by": "2020-01-01"}, "This day has passed."),
        ({"locality": "moon"}, "Choose one of the areas in the list."),
        ({"weekdays": ["MO"]}, "say the days and until when"),
        ({"repeat_until": "2020-01-01"}, "at least a week and at most half a year from now"),
        ({"people_count": "0"}, "Write a number of 1 or more."),
        ({"helpers_wanted": "11"}, "Write a number of 10 or less."),
    ],
)
def test_a_mistake_is_told_beside_it_and_what_was_typed_is_kept(page, meals, typed, message):
    shown = page.post(MEALS | FOR_MEALS | {"notes": "Two bags", "week_parts": ["1"]} | typed)
    assert "<title>Error:" in shown
    assert message in shown
    assert "Two bags" in shown
    assert re.search(r'name="week_parts" value="1"[^>]* checked', shown)
    assert page.added() == []


def test_what_was_typed_beside_a_mistake_in_the_repeat_is_kept(page, meals):
    typed = {"weekdays": ["TU", "FR"], "people_count": "6", "helpers_wanted": "3"}
    shown = page.post(MEALS | FOR_MEALS | typed)
    for day in typed["weekdays"]:
        assert re.search(rf'name="weekdays" value="{day}"[^>]* checked', shown)
    for name in ("people_count", "helpers_wanted"):
        assert re.search(rf'name="{name}" value="{typed[name]}"', shown)


def test_another_kind_that_asks_for_more_is_asked_about_first_and_what_was_typed_is_kept(
    page, meals
):
    factories.locality("hill")
    page.post({"category": "groceries"})
    typed = {"locality": "hill", "notes": "Two bags", "week_parts": ["8"]}
    shown = page.post(MEALS | typed)
    assert page.added() == []
    assert "Error:" not in shown
    assert {"weekdays", "people_count", "helpers_wanted"} <= questions(shown)
    assert "Two bags" in shown
    assert 'value="hill" selected' in shown
    assert re.search(r'name="week_parts" value="8"[^>]* checked', shown)
    assert re.search(r'name="urgency" value="2"[^>]* checked', shown)


def test_a_kind_that_went_out_of_use_meanwhile_is_asked_again_and_what_was_typed_is_kept(
    page, meals
):
    Category.objects.filter(slug="meals").update(is_active=False)
    shown = page.post(MEALS | FOR_MEALS | {"notes": "Two bags"})
    assert "Choose one of these." in shown
    assert "Two bags" in shown
    assert page.added() == []


def test_a_sensitive_thing_that_is_added_makes_all_of_it_read_first(page):
    factories.category("papers", parent=factories.category("rights"), sensitive=True)
    page.post(MEALS | {"category": "papers"})
    assert set(page.ask.needs.values_list("state", flat=True)) == {"triage"}


def test_what_was_erased_meanwhile_gets_nothing_more(page, monkeypatch):
    def erased(*_: Any, **__: Any) -> None:
        raise actions.Erased

    monkeypatch.setattr("requests_app.pages.ask.sending.add_needs", erased)
    assert "about this has been erased" in page.post(MEALS | {"category": "groceries"})
    assert page.added() == []


def test_no_contact_detail_is_asked_again_nor_shown(page):
    shown = page.post({"category": "groceries"})
    assert "We use the same name, address and phone as before." in shown
    for private in ("Ana", "555 0100", "7 Hill Road"):
        assert private not in shown


def test_the_same_page_sent_twice_adds_it_once(page):
    shown = page.post({"category": "groceries"})
    (once,) = re.findall(r'name="once" value="([^"]+)"', shown)
    typed = {"category": "groceries", "locality": "riverside", "urgency": "2", "once": once}
    for _ in range(2):
        assert "We have added it to what you asked for." in page.post(typed)
    (need,) = page.added()
    assert str(need.public_id) == once
    (other,) = re.findall(r'name="once" value="([^"]+)"', page.post({"category": "groceries"}))
    page.post(typed | {"once": other})
    assert len(page.added()) == 2, "asked for once more, on a page of its own"


def test_a_need_of_somebody_else_cannot_be_named_so(page):
    other = factories.need()
    typed = {"category": "groceries", "locality": "riverside", "urgency": "2"}
    page.post(typed | {"once": str(other.public_id)})
    assert page.added() == []
    other.refresh_from_db()
    assert other.ask != page.ask


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_the_same_moment_add_it_once(page):
    details = [factories.details()]
    once = uuid4()
    at_once([partial(actions.add_needs, page.ask, details, once=once) for _ in range(2)])
    assert [need.public_id for need in page.added()] == [once]
