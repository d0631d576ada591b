"""Two coordinators with one list: what both choose is done once, and what is no more is named, not done."""

import re
from datetime import date
from functools import partial
from typing import Any

import pytest

from mutualaid.notify.models import Notification
from mutualaid.people.models import Role, User
from requests_app.actions import ContactDetails, claim_need, close_needs, publish_needs
from requests_app.admin.steps import STEPS
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Claim, Need, NeedEvent
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.at_once import at_once
from tests.support.closing import confirm

NEEDS = "/admin/requests_app/need/"
COUNT = 12
DAY = {"until": date(2099, 1, 1)}
TYPED: dict[str, dict[str, Any]] = {
    "publish": {}, "resume": {}, "release": {}, "hold": DAY, "refer": DAY,
    "close": {"close_reason": "other_help"},
}  # fmt: skip
TOLD = {"publish": "need_opened", "release": "need_reopened", "close": "need_closed"}


def waiting(count: int = COUNT) -> list[Need]:
    """Needs in triage, each of an ask of its own by someone with an e-mail."""
    factories.set_policy(needs_open_at_once=False)
    return [
        factories.need(contact=ContactDetails(name="Ana", email=f"{number}@people.example"))
        for number in range(count)
    ]


def ready_for(name: str) -> list[Need]:
    needs = waiting()
    rows = Need.objects.filter(pk__in=[need.pk for need in needs])
    if name == "resume":
        rows.update(state="on_hold", aside_until=DAY["until"])
    if name == "release":
        rows.update(state="claimed")
        sam = factories.person("Sam")
        Claim.objects.bulk_create(
            Claim(need=need, volunteer=sam, week_slot=n) for n, need in enumerate(needs, 1)
        )
    return needs


def take(name: str, pks: list[int], by: User) -> set[int]:
    """Take a step as the list does, with rows read at this moment; returns the needs it was done for."""
    needs = sorted(Need.objects.filter(pk__in=pks), key=lambda need: pks.index(need.pk))
    done = STEPS[name].act(needs, TYPED[name], coordinator(by)).done
    return {need.pk for need in done}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", TYPED)
def test_of_two_who_take_one_step_at_once_each_need_is_done_by_one(name):
    """They chose overlapping rows and stand in lists of opposite orders: neither waits for the other."""
    pks = [need.pk for need in ready_for(name)]
    carla, dora = (factories.person(one, Role.COORDINATOR) for one in ("Carla", "Dora"))
    jobs = [partial(take, name, pks, carla), partial(take, name, pks[::-1][: COUNT - 3], dora)]
    by_carla, by_dora = at_once(jobs)
    assert not by_carla & by_dora
    assert by_carla | by_dora == set(pks)
    events = NeedEvent.objects.filter(action=name).values_list("need", "actor")
    expected = [(pk, carla.pk) for pk in by_carla] + [(pk, dora.pk) for pk in by_dora]
    assert sorted(events) == sorted(expected)
    if name in TOLD:
        assert Notification.objects.filter(kind=TOLD[name]).count() == COUNT


@pytest.mark.django_db(transaction=True)
def test_of_two_different_steps_at_once_each_need_ends_in_one_of_both():
    pks = [need.pk for need in waiting()]
    carla, dora = (factories.person(one, Role.COORDINATOR) for one in ("Carla", "Dora"))
    held, closed = at_once([partial(take, "hold", pks, carla), partial(take, "close", pks, dora)])
    assert closed == set(pks), "what waits can be closed, what is closed cannot wait"
    assert set(Need.objects.values_list("state", "aside_until")) == {("closed", None)}
    assert NeedEvent.objects.filter(action="hold").count() == len(held)


def send(client: Any, name: str, needs: list[Need], **typed: Any) -> str:
    body = {"action": name, "_selected_action": [need.pk for need in needs], **typed}
    return " ".join(client.post(NEEDS, body, follow=True).content.decode().split())


@pytest.mark.django_db
def test_a_stale_list_publishes_nothing_that_is_closed_and_names_it(admin):
    first, second, free = waiting(3)
    dora = coordinator(factories.person("Dora", Role.COORDINATOR))
    close_needs([first], by=dora, reason=CloseReason.UNABLE)
    publish_needs([second], by=dora)
    page = confirm(admin, send(admin, "publish", [first, second, free]))
    assert "Done for 1 need." in page
    assert "Left as they are: 2 needs." in page
    assert f"{first.code}</a> (closed)" in page
    assert f"{second.code}</a> (looking)" in page
    states = dict(Need.objects.values_list("pk", "state"))
    assert states == {first.pk: "closed", second.pk: "open", free.pk: "open"}
    assert NeedEvent.objects.filter(action="publish").count() == 2


@pytest.mark.django_db
def test_a_need_that_someone_said_yes_to_meanwhile_is_not_put_aside(admin, sam):
    first, second = waiting(2)
    publish_needs([first, second], by=coordinator(factories.person("Dora", Role.COORDINATOR)))
    claim_need(first, by=sam, weekly_limit=2)
    page = send(admin, "hold", [first, second], until="2099-01-01")
    assert "Left as it is: 1 need." in page
    assert Claim.objects.on_the_way().count() == 1
    assert Need.objects.get(pk=first.pk).state == "claimed"
    assert Need.objects.get(pk=second.pk).state == "on_hold"


@pytest.mark.django_db
def test_closing_that_was_confirmed_from_a_stale_page_leaves_what_another_closed(admin):
    """Between the page that asks and the answer another coordinator closed one, with another reason."""
    first, second = waiting(2)
    asked = send(admin, "close", [first, second], close_reason="other_help")
    (kept,) = re.findall(r'name="chosen" value="([\d,]+)"', asked)
    dora = coordinator(factories.person("Dora", Role.COORDINATOR))
    close_needs([first], by=dora, reason=CloseReason.UNABLE)
    sent = {"action": "close", "_selected_action": "0", "chosen": kept, "confirmed": "1"}
    page = admin.post(NEEDS, sent | {"close_reason": "other_help"}, follow=True)
    assert "Done for 1 need." in page.content.decode()
    reasons = dict(Need.objects.values_list("pk", "close_reason"))
    assert reasons == {first.pk: "unable", second.pk: "other_help"}
    assert Notification.objects.filter(kind="need_closed").count() == 2


@pytest.mark.django_db
def test_two_presses_of_one_button_do_a_step_once(admin):
    needs = waiting(3)
    asked = send(admin, "publish", needs)
    assert "Done for 3 needs." in confirm(admin, asked)
    assert "Done for 0 needs." in confirm(admin, asked)
    assert NeedEvent.objects.filter(action="publish").count() == 3
    assert Notification.objects.filter(kind="need_opened").count() == 3
