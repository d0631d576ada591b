"""Hours that two people note, from what one writes to what the other agrees to, on a small phone."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.people.introductions import code_of
from mutualaid.people.models import User
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import broken_rules, what_does_not_fit
from tests.journeys.test_keyboard import tab_to
from tests.support import factories, hours, scene
from tests.support.keyboard import faults_by_keyboard
from tests.support.visitor import DESK, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def here(live_server: LiveServer) -> scene.Scene:
    """One row of everything, within this process, in a group that notes hours."""
    built = scene.build()
    hours.on()
    return built


def picture(visitor: Visitor, name: str) -> None:
    visitor.picture(f"hours-{name}")


def test_hours_are_noted_by_one_and_agreed_by_the_other(here: scene.Scene, arrive: Arrive) -> None:
    sam, rosa = arrive(here.people["sam"]), arrive(here.people["rosa"])
    rosa.go("/hours/")
    rosa.sees("You have given as much as you received.")
    code = rosa.page.locator("strong[dir=ltr]").inner_text()

    sam.go("/me/").press("My hours").press("Note hours with someone")
    sam.press("Continue")
    sam.sees("Choose which of you gave.")
    picture(sam, "1-what-is-missing")
    sam.page.fill("[name=code]", code)
    sam.page.get_by_label("I gave, they received").check()
    sam.page.fill("[name=minutes]", "1,5")
    sam.press("Continue")
    sam.sees("You gave 1 hour and 30 minutes to Rosa")
    picture(sam, "2-check")
    sam.press("Note it")
    sam.sees("Now they are asked whether that is right.")
    sam.sees("You have given as much as you received.")
    picture(sam, "3-waits")

    rosa.go("/hours/")
    rosa.sees("You received 1 hour and 30 minutes from Sam")
    picture(rosa, "4-asked")
    rosa.press("Yes, that's right")
    rosa.sees("Thank you. It is noted.")
    rosa.sees("You have received 1 hour and 30 minutes more than you gave.")
    picture(rosa, "5-agreed")
    sam.go("/hours/").sees("You have given 1 hour and 30 minutes more than you received.")


def test_a_help_without_an_account_is_noted_and_a_coordinator_agrees(
    here: scene.Scene, arrive: Arrive
) -> None:
    hours.help_of(here.people["sam"])
    sam, carla = arrive(here.people["sam"]), arrive(here.people["carla"])
    sam.go("/hours/").page.locator("main a[href*='/hours/help/']").click()
    sam.page.fill("[name=minutes]", "٢")
    picture(sam, "6-help")
    sam.press("Note it")
    sam.sees("You gave 2 hours to a neighbour")
    carla.go("/hours/").sees("Sam gave 2 hours")
    picture(carla, "7-commons")
    carla.press("Yes, that sounds right")
    sam.go("/hours/").sees("You have given 2 hours more than you received.")


def test_hours_are_noted_with_the_keyboard_alone(here: scene.Scene, arrive: Arrive) -> None:
    sam = arrive(here.people["sam"], viewport=DESK, java_script_enabled=True)
    page, keys = sam.page, sam.page.keyboard
    sam.go("/hours/")
    tab_to(page, "Note hours with someone")
    keys.press("Enter")
    page.wait_for_url("**/note/")
    tab_to(page, "Their code")
    keys.type(code_of(here.people["rosa"]))
    tab_to(page, "I gave, they received")
    keys.press("ArrowDown")
    tab_to(page, "How many hours?")
    keys.type("0:45")
    tab_to(page, "Continue")
    keys.press("Enter")
    sam.sees("You received 45 minutes from Rosa")
    tab_to(page, "Note it")
    keys.press("Enter")
    page.wait_for_url("**/hours/")
    sam.sees("Noted.")
    assert HourNote.objects.get().giver == here.people["rosa"]


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_each_of_its_pages_can_be_read_and_pressed_on_a_small_phone(
    here: scene.Scene, arrive: Arrive, language: str, light: str
) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = list[str]()
    pages = every_page(here, lambda who: arrive(who, bypass_csp=True, **options))
    for number, one in enumerate(pages):
        html = one.page.locator("html")
        assert html.get_attribute("lang") == language, one.page.url
        picture(one, f"{language}-{number}")
        found = broken_rules(one)
        found += what_does_not_fit(one) if light == "light" else []
        found += [] if language == "ar" else faults_by_keyboard(one.page)
        wrong += [f"{one.page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def every_page(here: scene.Scene, arrive: Callable[[User], Visitor]) -> Iterator[Visitor]:
    """Yield the pages in each of their states."""
    people = here.people
    sam, rosa = arrive(people["sam"]), people["rosa"]
    yield sam.go("/hours/")
    vera = factories.person("Vera")
    hours.agreed(people["sam"], rosa, 90)
    actions.decline(hours.proposed(people["sam"], rosa, 15), by=rosa)
    hours.proposed(people["sam"], rosa, 30)
    hours.proposed(vera, people["sam"], 75)
    noted, received = hours.help_of(people["sam"]), hours.help_of(vera, people["sam"])
    actions.propose_for_help(noted, minutes=60, by=people["sam"])
    yield sam.go("/hours/")
    yield sam.go(f"/hours/help/{received.public_id}/")
    sam.page.locator("main form#typed button.primary").click()
    yield sam
    yield sam.go("/hours/note/")
    sam.page.locator("main form#typed button.primary").click()
    yield sam
    sam.page.fill("[name=code]", code_of(vera))
    sam.page.locator("[name=way][value=received]").check()
    sam.page.fill("[name=minutes]", "1:30")
    sam.page.locator("main form#typed button.primary").click()
    yield sam
    yield arrive(people["carla"]).go("/hours/")
