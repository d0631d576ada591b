"""An ask of several things, changed from two tabs, by two people with its link, or after it has moved on."""

import re
from typing import Any

import pytest

from requests_app import actions
from requests_app.access.links import renew_links
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from tests.support import asking, factories
from tests.support.change_pages import ANA, Several

pytestmark = pytest.mark.django_db


class Household(Several):
    """One ask for groceries and meals, and the pages behind its link, each as it was once opened."""

    def path(self, thing: str, need: Need | None = None) -> str:
        of_need = f"{need.public_id}/" if need else ""
        return f"{self.link}{of_need}change/{thing}/"

    def seen(self, thing: str, need: Need | None = None) -> str:
        """What a form that is opened now has in its hidden input."""
        page = self.client.get(self.path(thing, need)).content.decode()
        return str(re.findall(r'name="seen" value="([^"]+)"', page)[0])

    def change(self, thing: str, need: Need | None = None, **typed: Any) -> str:
        answer = self.client.post(self.path(thing, need), typed, follow=True)
        return str(answer.content.decode())


@pytest.fixture
def household(client) -> Household:
    asking.words_and_places()
    return Household(client)


@pytest.mark.parametrize("order", [("groceries", "meals"), ("meals", "groceries")])
def test_two_tabs_that_change_another_thing_each_are_both_kept(household, order):
    factories.locality("hill")
    factories.locality("lake")
    places = dict(zip(order, ("hill", "lake"), strict=True))
    needs = {name: getattr(household, name) for name in order}
    opened = {name: household.seen("where", need) for name, need in needs.items()}
    for name in order:
        answer = household.change("where", needs[name], locality=places[name], seen=opened[name])
        assert "We have changed it." in answer
    for name in order:
        needs[name].refresh_from_db()
        assert needs[name].locality.slug == places[name]


@pytest.mark.parametrize("first", ["phone", "groceries"])
def test_one_changes_the_contact_while_another_changes_a_thing(household, first):
    opened = {
        "phone": household.seen("phone"),
        "notes": household.seen("notes", household.groceries),
    }
    steps = [
        lambda: household.change("phone", phone="555 0777", seen=opened["phone"]),
        lambda: household.change("notes", household.groceries, notes="Rye", seen=opened["notes"]),
    ]
    for step in steps if first == "phone" else reversed(steps):
        assert "We have changed it." in step()
    household.ask.refresh_from_db()
    household.groceries.refresh_from_db()
    assert household.ask.contact.phone == "555 0777"
    assert household.groceries.notes.text == "Rye"


@pytest.mark.parametrize("order", [("555 0777", "555 0888"), ("555 0888", "555 0777")])
def test_of_two_who_change_the_contact_the_later_one_is_asked(household, order):
    opened = household.seen("phone")
    first, second = order
    household.change("phone", phone=first, seen=opened)
    answer = household.change("phone", phone=second, seen=opened)
    assert f"You wrote: {second}." in answer
    assert "Nothing has been saved yet." in answer
    assert first not in answer.partition("<main")[2]
    household.ask.contact.refresh_from_db()
    assert household.ask.contact.phone == first
    again = re.findall(r'name="seen" value="([^"]+)"', answer)[0]
    household.change("phone", phone=second, seen=again)
    household.ask.contact.refresh_from_db()
    assert household.ask.contact.phone == second


TYPED = "Oat milk, and ring twice"


def over(household: Household, carla: Any, sam: Any) -> None:
    actions.withdraw_need(household.groceries)


def delivered(household: Household, carla: Any, sam: Any) -> None:
    claim = actions.claim_need(household.groceries, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))


def link_renewed(household: Household, carla: Any, sam: Any) -> None:
    renew_links(household.ask)


def put_together(household: Household, carla: Any, sam: Any) -> None:
    other = factories.ask(factories.details(), contact=ANA)
    actions.merge_asks(household.ask, into=other, by=coordinator(carla))


@pytest.mark.parametrize("happens", [over, delivered, link_renewed, put_together])
def test_what_was_typed_in_a_stale_form_is_there_still_and_it_is_said_that_it_was_not_saved(
    household, carla, sam, happens
):
    opened = household.seen("notes", household.groceries)
    happens(household, carla, sam)
    answer = household.change("notes", household.groceries, notes=TYPED, seen=opened)
    assert TYPED in answer
    assert "Nothing has been saved" in answer
    household.groceries.refresh_from_db()
    assert household.groceries.notes.text != TYPED
