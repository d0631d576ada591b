"""Two asks look alike and are of different people. That a coordinator said so stands in their histories."""

import pytest

from requests_app import actions
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, NeedEvent
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_asks() -> tuple[Ask, Ask]:
    return factories.ask(), factories.ask()


def marks(ask: Ask) -> list[tuple[str, str]]:
    """The state and the actor of each event that says so."""
    events = NeedEvent.objects.filter(need__ask=ask, action="change", reason="alike")
    return [(event.state, str(event.actor)) for event in events]


def test_it_is_noted_on_each_live_need_of_both(two_asks, carla):
    first, second = two_asks
    factories.need(of=first, category=factories.category("meals"))
    actions.mark_alike(first, other=second, by=coordinator(carla))
    assert marks(first) == [("open", "Carla")] * 2
    assert marks(second) == [("open", "Carla")]


@pytest.mark.parametrize("change", [actions.mark_alike, actions.unmark_alike])
def test_where_all_needs_are_closed_it_is_noted_once_on_each_ask(two_asks, carla, change):
    factories.need(of=two_asks[0], category=factories.category("meals"))
    for ask in two_asks:
        for need in ask.needs.all():
            actions.withdraw_need(need)
    change(two_asks[0], other=two_asks[1], by=coordinator(carla))
    for ask in two_asks:
        assert marks(ask) == [("closed", "Carla")]
        assert {need.state for need in ask.needs.all()} == {"closed"}


def test_where_one_ask_is_erased_nothing_is_noted_on_either(two_asks, carla):
    first, second = two_asks
    actions.erase_ask(second)
    with pytest.raises(actions.Erased):
        actions.mark_alike(first, other=second, by=coordinator(carla))
    assert marks(first) == marks(second) == []
    assert not first.alike.exists()
