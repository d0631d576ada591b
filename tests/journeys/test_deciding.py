"""A group decides together, from the proposal to a changed rule: on a small phone, in any script."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from mutualaid.decisions import actions
from mutualaid.decisions.models import Admission, Decision
from mutualaid.policy.current import read_policy
from requests_app.access.links import make_link
from requests_app.models import Ask
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import broken_rules, what_does_not_fit
from tests.support import factories, scene, voting
from tests.support.invited_first import (
    NEAR_FIRST,
    invited_first,
    others_who_could_help,
    two_who_could_help,
)
from tests.support.keyboard import faults_by_keyboard
from tests.support.visitor import Visitor
from tests.support.voting import CONCERN, FOR, closed, members, proposed, say

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]
NIGHT = "It leaves out whoever works at night."


@pytest.fixture
def alone(live_server: LiveServer, settings: Any, tmp_path: Path) -> None:
    """The site runs within this process, and writes into a folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.MAIL_DIR = tmp_path / "mail"
    settings.ERASURE_LEDGER = tmp_path / "erasures.csv"
    cache.clear()


@pytest.fixture
def here(alone: None) -> scene.Scene:
    """One row of everything, and all of them have a say."""
    built = scene.build()
    voting.together()
    voting.long_here()
    return built


@pytest.fixture
def code(here: scene.Scene) -> str:
    """Of someone whom Carla admitted long enough ago."""
    _admission, code = actions.admit(by=here.people["carla"])
    Admission.objects.update(given_at=Now() - timedelta(days=30))
    return code


@pytest.fixture
def link(here: scene.Scene) -> str:
    """The private page of a neighbour without an account."""
    Ask.objects.update(created_at=Now() - timedelta(days=30))
    return f"/need/{make_link(here.open_need.ask)}/"


def test_from_a_proposal_to_a_rule_that_has_changed(
    here: scene.Scene, arrive: Arrive, code: str, link: str
) -> None:
    others = members(3)
    rosa, sam, ana, lou = (
        arrive(here.people["rosa"]),
        arrive(here.people["sam"]),
        arrive(),
        arrive(),
    )
    before = read_policy().invitations_per_week

    rosa.go("/").press("What we decide together").press("Propose something")
    rosa.page.get_by_label("How our group works").check()
    rosa.press("Continue").page.get_by_label("How often one person is invited").check()
    rosa.press("Continue").page.locator("[name=names][value=invitations_per_week]").check()
    rosa.press("Continue").page.fill("[name=invitations_per_week]", "-1")
    rosa.press("Continue").sees("Please check this")
    rosa.page.fill("[name=invitations_per_week]", "2")
    rosa.press("Continue").page.fill("[name=why]", "Some of us get far too many.")
    day = timezone.localdate() + timedelta(days=100)
    rosa.press("Continue").page.fill("[name=review_on]", day.isoformat())
    rosa.press("Continue").sees("Check your answers")
    rosa.press("Propose this").sees("It is open. Everyone who has a say is told.")
    decision = Decision.objects.get()

    sam.go("/me/").sees("These wait for your word")
    sam.page.locator(f"a[href='/decisions/{decision.public_id}/']").click()
    sam.sees("Some of us get far too many.")
    sam.page.get_by_label("I have a serious concern").check()
    sam.press("Say this").sees("Write what your concern is")
    sam.page.fill("[name=reason]", NIGHT)
    sam.press("Say this").sees("You said: “I have a serious concern”")
    sam.page.get_by_label("I'm for it").check()
    sam.press("Change it").sees("You said: “I'm for it”")
    sam.go("/me/").does_not_see("These wait for your word")

    lou.go("/decisions/code/").page.fill("[name=code]", code.lower())
    lou.press("Open it").page.locator("main .card a").first.click()
    lou.page.get_by_label("I'm for it").check()
    lou.press("Say this").sees("You said: “I'm for it”")

    ana.go(link).press("Have a say in what we decide").page.locator("main .card a").click()
    ana.page.get_by_label("I can live with it").check()
    ana.press("Say this").sees("It is shown beside the answers of our members, and not counted.")

    say(decision, FOR, *others)
    rosa.go("/decisions/").does_not_see("answered.")
    closed(decision)
    rosa.go("/decisions/").page.locator(f"a[href='/decisions/{decision.public_id}/']").click()
    rosa.sees("It took effect at once.")
    rosa.sees("5 of 8 people answered. For it: 5.")
    rosa.sees("Neighbours without an account")
    assert (before, read_policy().invitations_per_week) == (before, 2)
    assert before != 2


def test_points_that_are_decided_invite_someone_else_first(alone: None, arrive: Arrive) -> None:
    voting.together()
    factories.set_points(**NEAR_FIRST)
    lin, ola = two_who_could_help()
    mina, *others = members(7)
    others_who_could_help(5)
    for _ in range(5):
        factories.need()
    assert invited_first(factories.need()) == "Lin"
    near, exact = arrive(lin), arrive(ola)
    near.go("/me/").sees("Waiting for your answer")
    near.picture("points-1-lin-is-invited")
    exact.go("/me/").does_not_see("Waiting for your answer")

    one = arrive(mina).go("/decisions/propose/what/")
    one.picture("points-2-what")
    one.page.get_by_label("Who is invited first").check()
    one.press("Continue").page.fill("[name=near]", "0")
    one.page.fill("[name=exact_category]", "100")
    one.picture("points-3-values")
    one.press("Continue").page.fill("[name=why]", "So that each gets just what they asked for.")
    one.picture("points-4-why")
    one.press("Continue").picture("points-5-review")
    one.press("Continue").sees("Check your answers")
    one.picture("points-6-check")
    one.press("Propose this").sees("Who would be invited next")
    one.picture("points-7-open")
    decision = Decision.objects.get()
    page = f"/decisions/{decision.public_id}/"
    for visitor, answer in (
        (one, "I'm for it"),
        (near, "I can live with it"),
        (exact, "I'm for it"),
    ):
        visitor.go(page).page.get_by_label(answer).check()
        visitor.press("Say this").sees(f"You said: “{answer}”")
    near.picture("points-8-answered")
    arrive(others[0], locale="ar").go(page).picture("points-8-open-ar")
    say(decision, FOR, *others[:2])

    closed(decision)
    one.go("/decisions/").picture("points-9-list")
    one.go(page).sees("It took effect at once.")
    one.picture("points-10-decided")
    arrive(others[0], locale="ar").go(page).picture("points-10-decided-ar")
    assert invited_first(factories.need()) == "Ola"
    exact.go("/me/").sees("Waiting for your answer")
    exact.picture("points-11-ola-is-invited")


def test_someone_answers_with_the_keyboard_alone(here: scene.Scene, arrive: Arrive) -> None:
    decision = proposed(here.people["carla"])
    sam = arrive(here.people["sam"], java_script_enabled=True)
    sam.go(f"/decisions/{decision.public_id}/").page.get_by_label("I'm for it").focus()
    sam.page.keyboard.press("ArrowDown")
    sam.page.keyboard.press("Tab")
    sam.page.keyboard.press("Tab")
    sam.page.keyboard.press("Enter")
    sam.sees("You said: “I can live with it”")
    expect(sam.page.get_by_label("I can live with it")).to_be_checked()


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_each_of_its_pages_can_be_read_and_pressed_on_a_small_phone(
    here: scene.Scene, arrive: Arrive, code: str, link: str, language: str, light: str
) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = []
    for one in every_page(
        here, lambda who=None: arrive(who, bypass_csp=True, **options), code, link
    ):
        page = one.page
        assert page.locator("html").get_attribute("lang") == language, page.url
        found = broken_rules(one)
        found += what_does_not_fit(one) if light == "light" else []
        found += [] if language == "ar" else faults_by_keyboard(page)
        wrong += [f"{page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def every_page(here: scene.Scene, arrive: Arrive, code: str, link: str) -> Iterator[Visitor]:
    """Yield each page: before anything is proposed, the questions with a mistake, open, and decided."""
    sam, lou, ana = arrive(here.people["sam"]), arrive(), arrive()
    yield sam.go("/decisions/")
    yield from questions(sam)
    people = members(6)
    for _ in range(5):
        factories.offer()
        factories.need()
    points = proposed(
        here.people["carla"], {"near": 50.0, "rested": 30.0}, "points", why="Rest more"
    )
    words = {
        "words": "We cook together on Fridays.\nWhoever can, brings something.",
        "replaces": "",
    }
    agreed = proposed(here.people["carla"], words, "agreement", why="For company")
    say(agreed, FOR, *people[:5])
    say(agreed, CONCERN, people[5], reason=NIGHT)
    closed(agreed)
    yield sam.go("/decisions/")
    yield sam.go("/decisions/agreed/")
    yield sam.go(f"/decisions/{agreed.public_id}/")
    yield sam.go(f"/decisions/{points.public_id}/")
    sam.page.locator("[name=answer][value=concern]").check()
    sam.page.locator("main form button.primary").click()
    yield sam
    sam.page.locator("[name=answer][value=for]").check()
    sam.page.locator("main form button.primary").click()
    yield sam
    lou.go("/decisions/code/").page.locator("main form button.primary").click()
    yield lou
    lou.page.fill("[name=code]", code)
    lou.page.locator("main form button.primary").click()
    yield lou
    yield ana.go(f"{link}decisions/")
    ana.page.locator("main .card a").first.click()
    yield ana


def questions(sam: Visitor) -> Iterator[Visitor]:
    """Yield each question of a proposal, the values with a mistake, and the check."""
    page = sam.go("/decisions/propose/what/").page
    main = page.locator("main form button.primary")
    main.click()
    yield sam
    page.locator("[name=kind][value=points]").check()
    main.click()
    page.fill("[name=near]", "-1")
    main.click()
    yield sam
    page = sam.go("/decisions/propose/what/").page
    page.locator("[name=kind][value=policy]").check()
    main.click()
    yield sam
    page.locator("[name=group]").nth(2).check()
    main.click()
    yield sam
    page.locator("[name=names]").first.check()
    main.click()
    main.click()
    yield sam
    page.locator("main [type=number], main [type=text]").first.fill("0.5")
    main.click()
    yield sam
    page.fill("[name=why]", "Some of us get far too many.")
    main.click()
    yield sam
    main.click()
    yield sam
