"""One cot goes round three neighbours: lent, back, lent again, kept. On a small phone, without JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.live_server_helper import LiveServer

from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing
from mutualaid.people.models import User
from tests.journeys.conftest import Arrive
from tests.journeys.test_every_page import broken_rules, what_does_not_fit
from tests.support import factories, lending, scene
from tests.support.keyboard import faults_by_keyboard
from tests.support.visitor import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def here(live_server: LiveServer) -> scene.Scene:
    """One row of everything, within this process, in a group that lends things."""
    built = scene.build()
    lending.on(live_claims_per_person=20)
    return built


def picture(visitor: Visitor, name: str) -> None:
    visitor.picture(f"things-{name}")


def asks_for_it(neighbour: Visitor, name: str, number: int) -> str:
    """Find the cot, ask for it, and return the address of the private page."""
    page = neighbour.go("/things/").press("Cot for a baby").page
    picture(neighbour, f"{number}-a-thing")
    neighbour.press("I could use it")
    page.locator("[name=for_whom][value=self]").check()
    neighbour.press("Continue")
    page.locator("[name=urgency][value='2']").check()
    neighbour.press("Continue")
    page.fill("[name=name]", name)
    page.fill("[name=phone]", "608 555 0142")
    page.locator("[name=languages]").first.check()
    neighbour.press("Continue")
    neighbour.sees("Cot for a baby")
    picture(neighbour, f"{number}-check")
    page.locator("main form button.primary").first.click()
    neighbour.sees("waits for its owner")
    picture(neighbour, f"{number}-waits")
    return page.url


def says_yes(owner: Visitor, number: int) -> None:
    owner.go("/things/mine/").sees("Cot for a baby")
    picture(owner, f"{number}-someone-could-use-it")
    owner.press("Yes, they can have it")
    owner.sees("Thank you for saying yes!")


def test_one_cot_goes_round_three_neighbours(here: scene.Scene, arrive: Arrive) -> None:
    sam = arrive(here.people["sam"])
    sam.go("/me/").press("What I lend and borrow").press("I have something to give or lend")
    page = sam.page
    page.fill("[name=title]", "Cot, ring 608 555 0142")
    page.select_option("[name=category]", factories.category().slug)
    page.select_option("[name=locality]", factories.locality().slug)
    page.locator("[name=mode][value=lend]").check()
    page.fill("[name=lend_days]", "14")
    sam.press("List it")
    sam.sees("Leave out phone numbers, e-mails and links.")
    picture(sam, "0-a-phone-is-hidden")
    page.fill("[name=title]", "Cot for a baby")
    sam.press("List it")
    sam.sees("It is on the list.")
    picture(sam, "0-on-my-list")

    first = arrive()
    private = asks_for_it(first, "Ana", 1)
    says_yes(sam, 1)
    first.go(private).sees("Lent until")
    picture(first, "1-lent")
    first.press("It is back")
    first.sees("Thank you for telling us. That's fine.")
    sam.go("/things/mine/").press("List it again")

    second = arrive()
    private = asks_for_it(second, "Bo", 2)
    says_yes(sam, 2)
    sam.go("/things/mine/").press("It is back")
    sam.press("List it again")
    second.go(private).sees("back")

    third = arrive()
    private = asks_for_it(third, "Cy", 3)
    says_yes(sam, 3)
    sam.go("/things/mine/").press("They can keep it")
    third.go(private).sees("kept, and that's fine")
    picture(third, "3-kept")
    states = Loan.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["back", "back", "kept"]
    assert Thing.objects.get().state == "gone"
    third.go("/things/").sees("nothing like that on the list")


@pytest.mark.parametrize(("language", "light"), [("en", "light"), ("ar", "light"), ("es", "dark")])
def test_each_of_its_pages_can_be_read_and_pressed_on_a_small_phone(
    here: scene.Scene, arrive: Arrive, language: str, light: str
) -> None:
    options = {"locale": language, "color_scheme": light, "java_script_enabled": True}
    wrong = list[str]()
    pages = every_page(here, lambda who: arrive(who, bypass_csp=True, **options))
    for number, one in enumerate(pages):
        picture(one, f"{language}-{number}")
        found = broken_rules(one)
        found += what_does_not_fit(one) if light == "light" else []
        found += [] if language == "ar" else faults_by_keyboard(one.page)
        wrong += [f"{one.page.url}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)


def every_page(here: scene.Scene, arrive: Callable[[User], Visitor]) -> Iterator[Visitor]:
    """Yield the pages in each of their states."""
    user, vera = here.people["sam"], factories.person("Vera")
    sam = arrive(user)
    yield sam.go("/things/mine/")
    bread = lending.thing(user, title="Bread", mode="surplus", total=9)
    lending.wish(lending.thing(user, title="Cups", mode="give", total=9), many=2)
    actions.pause(lending.thing(user, title="Tent"), by=user)
    lending.due_in(lending.lent(user, title="Saw"), -2)
    actions.end_loan(lending.lent(user, title="Pot"), "back", by=user)
    drum = lending.thing(vera, title="A drum for a child", total=3)
    actions.say_yes(lending.wish(lending.thing(vera, title="Pram"), account=user), by=vera)
    yield sam.go("/things/mine/")
    yield sam.go("/things/add/")
    sam.page.locator("main form#typed button.primary").click()
    yield sam
    yield sam.go(f"/things/{bread.public_id}/near/")
    yield sam.go("/things/")
    yield sam.go(f"/things/{drum.public_id}/")
