"""The pages that tests of appearance look at, each in a state that has something to show."""

from collections.abc import Iterator
from typing import Any

from tests.journeys.conftest import NewVisitor
from tests.support.visitor import Visitor

PUBLIC = (
    "/", "/?area=saltmarsh", "/?area=nowhere", "/board/", "/board/?area=saltmarsh",
    "/board/?area=nowhere", "/board/text/", "/numbers/", "/about/", "/data/", "/ask/who/",
    "/need/find/", "/account/login/",
)  # fmt: skip
MORE_PUBLIC = (
    "/account/signup/", "/demo/mail/", "/nothing/here/", "/need/no-such-link/", "/patterns/",
    "/home-screen/", "/offline/",
    "/account/signup/", "/account/login/?password=1", "/account/password/reset/",
    "/account/password/reset/done/", "/account/password/reset/key/1-x/",
    "/account/password/reset/key/done/", "/account/inactive/",
)  # fmt: skip
LOST = ("/need/lost/", "/need/lost/sent/")
BEHIND_A_LINK = (
    "change/", "change/phone/", "change/channels/", "add/", "new-link/", "data/",
)  # fmt: skip
SIGNING_IN = (
    "/account/ways/", "/account/ways/totp/activate/", "/account/ways/webauthn/add/",
    "/account/ways/webauthn/", "/account/reauthenticate/code/", "/account/second-factor/",
    "/account/typed/", "/account/password/change/",
)  # fmt: skip
MEMBERS = (
    "/me/", "/me/route/", "/me/vouch/", "/help/", "/offer/", "/offer/change/what/", "/offer/change/where/",
    "/offer/change/when/", "/offer/change/languages/", "/messages/", "/account/data/", "/account/email/",
    "/account/logout/",
)  # fmt: skip


def every_page(visitor: NewVisitor, **options: Any) -> Iterator[Visitor]:
    """Yield a visitor on one page after the other: a neighbour's, then a volunteer's."""
    yield from every_page_of_a_neighbour(visitor(**options))
    sam = visitor(**options).sign_in("Sam")
    for path in SIGNING_IN + MEMBERS:
        yield sam.go(path)
    sam.go("/help/").page.locator(".note a[href*='/help/']").first.click()
    yield sam
    sam.go("/help/").page.locator(".note a[href*='/claims/']").first.click()
    yield sam
    sam.go("/me/").page.locator("details:has(form[action='/me/calendar/']) > summary").click()
    sam.page.locator("form[action='/me/calendar/'] button").click()
    yield sam
    sam.go("/offer/change/limits/").page.fill("[name=per_week]", "-1")
    sam.page.locator("main form button.primary").click()
    yield sam
    sam.go("/offer/").page.locator("#pause summary").click()
    sam.page.fill("[name=until]", "2020-01-01")
    sam.page.locator("#pause button").click()
    yield sam


def every_page_of_a_neighbour(neighbour: Visitor) -> Iterator[Visitor]:
    for path in PUBLIC + MORE_PUBLIC + LOST:
        yield neighbour.go(path)
    yield from signing_in(neighbour)
    yield from what_is_near(neighbour)
    yield from questions(neighbour)
    yield from what_one_offers(neighbour)


def signing_in(neighbour: Visitor) -> Iterator[Visitor]:
    """Yield the sign-in from a card of the board, with a mistake, and the page for the code, with one too."""
    page = neighbour.go("/board/").page
    main = page.locator("main form button.primary").first
    page.locator(".note a").first.click()
    main.click()
    yield neighbour
    page.fill("[name=login]", "unknown@people.example")
    main.click()
    main.click()
    yield neighbour


def what_is_near(neighbour: Visitor) -> Iterator[Visitor]:
    """Yield the list, one of it, and the page that says what is wrong, with a mistake."""
    yield neighbour.go("/near/")
    neighbour.page.locator(".note a").first.click()
    yield neighbour
    neighbour.page.locator("main a[href$='/wrong/']").click()
    neighbour.page.locator("main form button.primary").click()
    yield neighbour


def what_one_offers(neighbour: Visitor) -> Iterator[Visitor]:
    """Yield each question of an offer, the first with a mistake, then the check of whoever has no account."""
    page = neighbour.go("/offer/").page
    main = page.locator("main form button.primary")
    main.click()
    yield neighbour
    page.locator("main details[open] [name=categories]").first.check()
    main.click()
    yield neighbour
    page.locator("main details summary").first.click()
    page.locator("main [name=localities]").first.check()
    main.click()
    for _when_limits_languages in range(3):
        yield neighbour
        main.click()
    yield neighbour


def questions(neighbour: Visitor) -> Iterator[Visitor]:
    """Yield each question, with a mistake, then the check and the receipt."""
    main = neighbour.page.locator("main form button.primary")
    neighbour.go("/ask/who/").page.locator("[name=for_whom][value=someone_else]").check()
    main.click()
    main.click()
    yield neighbour
    neighbour.go("/ask/who/").page.locator("[name=for_whom][value=self]").check()
    main.click()
    main.click()
    yield neighbour
    neighbour.page.locator("[name=group][value=food]").check()
    main.click()
    yield neighbour
    neighbour.page.locator("[name=category][value=groceries]").check()
    main.click()
    yield neighbour
    neighbour.page.select_option("[name=locality]", "saltmarsh")
    main.click()
    yield neighbour
    neighbour.page.locator("[name=urgency][value='1']").check()
    main.click()
    yield neighbour
    for summary in neighbour.page.locator("main summary").all():
        summary.click()
    yield neighbour
    main.click()
    main.click()
    yield neighbour
    for summary in neighbour.page.locator("main summary").all():
        summary.click()
    yield neighbour
    neighbour.page.fill("[name=name]", "Many Pages")
    neighbour.page.fill("[name=phone]", "555 0144")
    main.click()
    yield neighbour
    neighbour.page.locator("main a.button[href*='/ask/what-2']").click()
    yield neighbour
    neighbour.page.locator("[name=group][value=other]").check()
    main.click()
    yield neighbour
    neighbour.page.locator("[name=urgency][value='1']").check()
    main.click()
    main.click()
    yield neighbour
    neighbour.page.locator("main form[action*='/leave-out/'] button").last.click()
    main.last.click()
    yield neighbour
    receipt = neighbour.page.url
    for path in BEHIND_A_LINK:
        yield neighbour.go(receipt + path)
    neighbour.go(receipt).page.locator("a[href*='/withdraw/']").click()
    yield neighbour
    yield neighbour.go(neighbour.page.url.replace("/withdraw/sure/", "/change/when/"))
    yield from several_things(neighbour, receipt)


def several_things(neighbour: Visitor, receipt: str) -> Iterator[Visitor]:
    """Yield the pages of an ask with two needs, and its list of what can be changed."""
    page = neighbour.go(f"{receipt}add/").page
    page.locator("main form button.primary").click()
    yield neighbour
    page.select_option("[name=category]", "cooked-meals")
    page.locator("main form button.primary").click()
    yield neighbour
    page.locator("[name=urgency][value='4']").check()
    page.locator("main form button.primary").click()
    yield neighbour
    page.locator("details summary").first.click()
    yield neighbour
    yield neighbour.go(f"{receipt}change/")
    page.locator("main li a[href$='/change/']").first.click()
    yield neighbour
    yield from too_late(neighbour)


def too_late(neighbour: Visitor) -> Iterator[Visitor]:
    """Yield what someone gets who changes a need that they took back in another tab."""
    changes = neighbour.page.url
    neighbour.go(f"{changes}when/")
    tab = neighbour.context.new_page()
    tab.goto(changes.replace("/change/", "/withdraw/sure/"))
    tab.locator("main form button").click()
    tab.wait_for_load_state()
    tab.close()
    neighbour.page.locator("main form button.primary").click()
    yield neighbour
