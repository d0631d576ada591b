"""Groceries paid back, from the receipt to "it reached me": on a small phone, in any script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from mutualaid.fund.models import Expense, Pot
from mutualaid.people.models import User
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import broken_rules, what_does_not_fit
from tests.journeys.test_keyboard import tab_to
from tests.support import money, scene
from tests.support.keyboard import faults_by_keyboard
from tests.support.photos import receipt_photo
from tests.support.visitor import DESK, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def here(live_server: LiveServer) -> scene.Scene:
    """One row of everything, within this process, and a pot with $100."""
    built = scene.build()
    money.our_pot("Our pot")
    return built


@pytest.fixture
def alma(here: scene.Scene) -> User:
    return money.approver("Alma")


@pytest.fixture
def bela(here: scene.Scene) -> User:
    return money.approver("Bela")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As a phone takes it: large, on its side, and with the place in it."""
    file = tmp_path / "receipt.jpg"
    file.write_bytes(receipt_photo(2000, 1500, turned=True))
    return file


def width_of_receipt(visitor: Visitor) -> int:
    """In pixels, once the picture is there."""
    width = visitor.page.locator("img.receipt").evaluate(
        "one => one.decode().then(() => one.naturalWidth)"
    )
    return int(width)


def picture(visitor: Visitor, name: str) -> None:
    visitor.picture(f"pot-{name}")


def test_groceries_are_paid_back_from_the_receipt_to_it_reached_me(
    here: scene.Scene, alma: User, bela: User, arrive: Arrive, photo: Path
) -> None:
    sam = arrive(here.people["sam"])
    sam.go(f"/claims/{here.claim.public_id}/")
    picture(sam, "1-task")
    sam.press("Get money back")
    sam.page.fill("[name=amount]", "12,50")
    sam.page.fill("[name=purpose]", "Milk and bread")
    sam.page.fill("[name=payee_words]", "In cash on Friday")
    picture(sam, "2-ask")
    sam.press("Continue")
    sam.sees("Check your answers")
    sam.press("Send")
    sam.sees("Choose a photo, or tick that you have no receipt.")
    sam.page.set_input_files("[name=photo]", photo)
    picture(sam, "3-check")
    sam.press("Send")
    sam.sees("It waits for 1 yes.")
    assert width_of_receipt(sam) == 1200
    picture(sam, "4-waits")

    first = arrive(alma)
    first.go("/pot/")
    first.sees("1 thing waits for you.")
    first.press("Look at it")
    picture(first, "5-waiting")
    first.press("Money back")
    first.does_not_see("Milk and bread")
    first.press("Show who gets it and what for")
    first.sees("Milk and bread")
    assert width_of_receipt(first) == 1200
    picture(first, "6-opened")
    first.press("Yes to this")
    first.sees("Agreed. It can be paid out.")

    second = arrive(bela)
    second.go("/pot/waiting/").press("Money back").press("Show who gets it and what for")
    assert width_of_receipt(second) == 1200
    picture(second, "7-pay")
    second.press("It is paid")
    second.sees("Written down. We ask them if it arrived.")

    sam.go(f"/pot/mine/{Expense.objects.get().public_id}/")
    sam.sees("Did it reach you?")
    picture(sam, "8-did-it-reach-you")
    sam.press("Yes, it arrived")
    sam.sees("It arrived. Thank you for telling us.")
    picture(sam, "9-it-reached-me")
    sam.go("/pot/").sees("$87.50")
    picture(sam, "10-pot")
    sam.press("Everything that was written down")
    sam.sees("-$12.50")
    picture(sam, "11-entries")


def test_money_is_asked_for_with_the_keyboard_alone(here: scene.Scene, arrive: Arrive) -> None:
    sam = arrive(here.people["sam"], viewport=DESK, java_script_enabled=True)
    page, keys = sam.page, sam.page.keyboard
    sam.go("/pot/")
    tab_to(page, "Direct help")
    keys.press("Enter")
    page.wait_for_url("**/ask/help/")
    tab_to(page, "How much?")
    keys.type("20")
    tab_to(page, "What is it for?")
    keys.type("The electricity bill")
    tab_to(page, "How can the money reach you?")
    keys.type("In cash")
    tab_to(page, "Continue")
    keys.press("Enter")
    sam.sees("Check your answers")
    tab_to(page, "Send")
    keys.press("Enter")
    page.wait_for_url("**/mine/*/")
    sam.sees("Direct help: $20.00")


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_each_of_its_pages_can_be_read_and_pressed_on_a_small_phone(
    here: scene.Scene, alma: User, bela: User, arrive: Arrive, language: str, light: str
) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = list[str]()
    for one in every_page(here, alma, bela, lambda who: arrive(who, bypass_csp=True, **options)):
        assert one.page.locator("html").get_attribute("lang") == language, one.page.url
        found = broken_rules(one)
        found += what_does_not_fit(one) if light == "light" else []
        found += [] if language == "ar" else faults_by_keyboard(one.page)
        picture(one, f"{language}-{len(wrong)}-{one.page.url.split('/pot/')[1].replace('/', '-')}")
        wrong += [f"{one.page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def every_page(
    here: scene.Scene, alma: User, bela: User, arrive: Callable[[User], Visitor]
) -> Iterator[Visitor]:
    """Yield the pages in the order in which people come to them."""
    sam, first, second = arrive(here.people["sam"]), arrive(alma), arrive(bela)
    main = "main form button.primary"
    yield sam.go("/pot/ask/back/")
    sam.page.locator(main).first.click()
    yield sam
    for name, value in (("amount", "12.50"), ("purpose", "Milk"), ("payee_words", "Cash")):
        sam.page.fill(f"[name={name}]", value)
    sam.page.locator(main).first.click()
    yield sam
    expense = money.expense(Pot.objects.get(), by=here.people["sam"])
    mine, waiting = f"/pot/mine/{expense.public_id}/", f"/pot/waiting/{expense.public_id}/"
    for path in (mine, f"{mine}change/", f"{mine}photo/", "/pot/people/"):
        yield sam.go(path)
    yield first.go("/pot/waiting/")
    yield first.go(waiting)
    first.page.locator(main).first.click()
    yield first
    first.page.locator(main).first.click()
    yield second.go(waiting)
    second.page.locator(main).first.click()
    yield second
    second.page.locator(main).first.click()
    yield sam.go(mine)
    for path in ("/pot/", "/pot/entries/", f"/pot/pots/{expense.pot_id}/pledge/"):
        yield sam.go(path)
    for path in (
        "/pot/entries/new/",
        f"/pot/entries/{expense.pot.entries.earliest('pk').public_id}/",
    ):
        yield first.go(path)
