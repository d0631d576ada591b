"""A group winds down, from the proposal to the page that stays: on a small phone, in any script."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from mutualaid.ending.models import WindingDown
from mutualaid.numbers.models import Month
from mutualaid.people.models import Role, User
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import TOO_WIDE, broken_rules, what_does_not_fit
from tests.journeys.test_home_screen import KEPT, WORKERS, put_on_home_screen
from tests.support import factories, scene, winding
from tests.support.keyboard import faults_by_keyboard
from tests.support.site import until
from tests.support.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
PAGE = "/admin/winding-down/"


@pytest.fixture
def here(live_server: LiveServer, settings: Any, tmp_path: Path) -> scene.Scene:
    """One row of everything, within this process, and a month that is over."""
    settings.DATA_DIR = tmp_path
    settings.MAIL_DIR = tmp_path / "mail"
    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    last_month = (timezone.localdate().replace(day=1) - timedelta(days=3)).replace(day=1)
    Month.objects.create(first_day=last_month, asked=35, met=20, unmet=10, days=2)
    return scene.build()


@pytest.fixture
def dora(here: scene.Scene) -> User:
    return factories.person("Dora", Role.COORDINATOR)


def test_a_phone_that_kept_whom_to_call_forgets_it_once_the_group_has_ended(
    here: scene.Scene, dora: User, arrive: Arrive
) -> None:
    phone = arrive(java_script_enabled=True)
    put_on_home_screen(phone.page)
    assert "/offline/" in phone.page.evaluate(KEPT)
    winding.ended(here.people["carla"], dora)
    phone.go("/")
    until(lambda: phone.page.evaluate(WORKERS) == 0)
    assert phone.page.evaluate(KEPT) == []


def test_from_the_proposal_of_one_to_the_page_that_stays(
    here: scene.Scene, dora: User, arrive: Arrive
) -> None:
    today = timezone.localdate()
    carla, second, ana = arrive(here.people["carla"]), arrive(dora), arrive()

    carla.go("/admin/policy/policy/1/change/").press("Winding down")
    carla.page.fill("[name=closes_on]", (today + timedelta(days=1)).isoformat())
    carla.page.fill("[name=erases_on]", (today + timedelta(days=40)).isoformat())
    carla.press("See what would happen")
    expect(carla.page.locator(".errorlist")).to_contain_text("Choose a day from")
    carla.page.fill("[name=closes_on]", (today + timedelta(days=20)).isoformat())
    carla.press("See what would happen")
    carla.sees("Everything about people is erased")
    carla.press("Propose it")
    carla.sees("Now someone else has to agree.")
    ana.go("/").does_not_see("winding down")

    second.go(PAGE).press("I agree")
    second.sees("If you agree, it is decided")
    second.press("I agree")
    second.sees("It is decided. Asking is paused")
    winding.sweep()
    second.go(PAGE).sees("Someone is on the way to 1 need")
    second.press("See them, to assign them, pass them on or close them")
    expect(second.page.locator("#result_list tbody tr")).to_have_count(1)

    ana.go("/").press("What this means for you")
    ana.sees("Would you like to keep a copy?")
    ana.go("/ask/").sees("We can't take in new needs any more.")

    proposal = WindingDown.objects.get()
    winding.the_day_comes(proposal, erases=True)
    winding.sweep()
    ana.go("/").sees("Help arrived about 20 times.")
    assert not ana.page.locator("nav, footer a").count()
    ana.go(f"/need/{here.token}/").sees("Private links, codes and accounts no longer work.")
    carla.go(PAGE).sees("has ended")
    ana.press("See the numbers")
    ana.sees("What was asked, and what was met")
    ana.go("/gone/").unfold("English")
    ana.press("العربية")
    expect(ana.page.locator("html")).to_have_attribute("dir", "rtl")


def test_one_lets_the_group_go_on_with_the_keyboard_alone(
    here: scene.Scene, dora: User, arrive: Arrive
) -> None:
    winding.agreed(here.people["carla"], dora)
    carla = arrive(here.people["carla"], java_script_enabled=True)
    carla.go(PAGE).page.get_by_role("link", name="Call it off").focus()
    carla.page.keyboard.press("Enter")
    carla.page.wait_for_url("**/call-off/")
    carla.page.get_by_role("button", name="Call it off").focus()
    carla.page.keyboard.press("Enter")
    carla.sees("It is called off: your group goes on.")
    arrive().go("/").does_not_see("winding down")


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_each_of_its_pages_can_be_read_and_pressed_on_a_small_phone(
    here: scene.Scene, dora: User, arrive: Arrive, language: str, light: str
) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = []
    for one in every_page(here, dora, lambda who=None: arrive(who, bypass_csp=True, **options)):
        page = one.page
        assert page.locator("html").get_attribute("lang") == language, page.url
        found = broken_rules(one)
        if "/admin/" in page.url and not page.locator("header.top").count():
            found += ["too wide"] * page.evaluate(TOO_WIDE)
        elif light == "light":
            found += what_does_not_fit(one)
        found += [] if language == "ar" else faults_by_keyboard(page)
        wrong += [f"{page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def every_page(here: scene.Scene, dora: User, arrive: Arrive) -> Iterator[Visitor]:
    """Yield the pages of the team and of everyone, in the order in which a group comes to them."""
    carla, second, ana = arrive(here.people["carla"]), arrive(dora), arrive()
    yield carla.go(PAGE)
    yield type_days(carla, closes_in=1)
    yield type_days(carla, closes_in=10)
    carla.page.locator("#content form button.default, #content form [type=submit]").first.click()
    yield carla
    yield second.go(PAGE)
    proposal = WindingDown.objects.get()
    yield second.go(f"{PAGE}{proposal.pk}/agree/")
    second.page.locator("#content form [type=submit]").first.click()
    yield second
    yield second.go(f"{PAGE}{proposal.pk}/call-off/")
    for path in ("/", "/winding-down/", "/ask/who/"):
        yield ana.go(path)
    winding.sweep()
    winding.the_day_comes(proposal, erases=True)
    winding.sweep()
    for path in ("/", "/gone/", "/numbers/"):
        yield ana.go(path)


def type_days(carla: Visitor, *, closes_in: int) -> Visitor:
    today = timezone.localdate()
    for name, days in (("closes_on", closes_in), ("erases_on", 40)):
        carla.page.fill(f"[name={name}]", (today + timedelta(days=days)).isoformat())
    carla.page.locator("#content form [type=submit]").first.click()
    return carla
