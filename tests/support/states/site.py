"""What a group has made of its site, and pages that everyone may see."""

import errno
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.timezone import localdate

from mutualaid.catalog.time_slots import from_words
from mutualaid.encryption.fields import WrongKey
from mutualaid.fair_work.models import GiftCount
from mutualaid.group.actions import change_group, keep_logo
from mutualaid.group.look.logos import prepare_logo
from mutualaid.numbers.models import Month, MonthMoney, MonthPart
from mutualaid.people.models import Role
from mutualaid.policy.current import current_policy
from mutualaid.principles.models import Principle
from requests_app.actions import withdraw_need
from requests_app.pages.views.board import NOTES_ON_A_PAGE
from tests.support import asking, factories, winding
from tests.support.logos import picture
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in, time_passes
from tests.test_errors import broken, failing

LAST_MONTH = (localdate().replace(day=1) - timedelta(days=10)).replace(day=1)


def with_a_face() -> None:
    """Let the group have all that it can give itself."""
    logo = picture()
    changes = {
        "phone": "555 0100",
        "email": "hello@group.example",
        "line_en": "Between the harbour and the hill",
        "leaf": "#a8321f",
        "logo": keep_logo(prepare_logo(BytesIO(logo), len(logo))),
    }
    change_group(by=None, changes=changes)


@shows("home.html")
def opened_from_the_home_screen_by_who_knows_the_group(_here: Scene, browser: Client) -> Any:
    with_a_face()
    _a_month()
    return browser.get("/?from=icon&area=riverside")


@shows("home_screen.html")
def on_a_phone_that_can_call_the_group(_here: Scene, browser: Client) -> Any:
    with_a_face()
    return browser.get("/home-screen/")


@shows("offline.html")
def without_a_network_but_with_a_phone_line(_here: Scene, browser: Client) -> Any:
    with_a_face()
    return browser.get("/offline/")


@shows("about.html")
def a_site_that_says_where_its_source_is(_here: Scene, browser: Client) -> Any:
    with override_settings(SOURCE_URL="https://source.example/mutualaid"):
        return browser.get("/about/")


@shows("home.html")
def a_language_that_the_group_has_dropped(_here: Scene, browser: Client) -> Any:
    with_a_face()
    change_group(by=None, changes={"languages": "en ar"})
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    return browser.get("/")


# The board, and what is near.


@shows("needs/board.html")
def more_needs_than_fit_on_a_page_of_the_board(_here: Scene, browser: Client) -> Any:
    for number, name in enumerate(
        ("hilltop", "a-very-long-street-behind-the-harbour-and-the-old-market")
    ):
        factories.locality(name, lat=0.02 * number, lng=0.03)
    call = factories.category("phone-call", remote_ok=True, parent=factories.category())
    factories.ask(
        *[factories.details() for _ in range(2 * NOTES_ON_A_PAGE)],
        factories.details(category=call, urgency=1, week_parts=from_words("mornings")),
    )
    return browser.get("/board/?area=riverside&category=groceries&page=3")


@shows("needs/board.html")
def nothing_like_that_on_the_board(_here: Scene, browser: Client) -> Any:
    factories.category("rides")
    return browser.get("/board/?category=rides&area=riverside")


@shows("needs/board.html")
def what_is_filtered_by_is_unfolded(_here: Scene, browser: Client) -> Any:
    return browser.get("/board/?soon=3")


@shows("needs/board.html")
def nothing_on_the_board(here: Scene, browser: Client) -> Any:
    withdraw_need(here.open_need)
    return browser.get("/board/")


@shows("needs/board_text.html")
def no_text_of_an_area_where_nothing_is_open(_here: Scene, browser: Client) -> Any:
    factories.locality("hilltop")
    return browser.get("/board/text/?area=hilltop")


@shows("resources/resource.html")
def something_near_of_which_all_is_known(_here: Scene, browser: Client) -> Any:
    resource = _full_resource(checked_on=localdate() - timedelta(days=resource_is_due_after()))
    return browser.get(reverse("resource", args=[resource.public_id]))


def resource_is_due_after() -> int:
    return int(current_policy().resource_recheck_days)


def _full_resource(**values: Any) -> Any:
    return factories.resource(
        "Harbour kitchen",
        organization="Harbour church",
        description="Warm meals.",
        categories=[factories.category(), factories.category("meals")],
        areas=[factories.locality(), factories.locality("hilltop")],
        locality=factories.locality(),
        address="1 Quay Street",
        hours="Fridays 9 to 12",
        eligibility="Everyone",
        to_bring="A bag",
        cost="Free",
        languages=[factories.language(), factories.language("es")],
        phone="555 0111",
        email="kitchen@harbour.example",
        website="https://harbour.example/",
        **values,
    )


@shows("resources/list.html")
def what_is_near_with_places_and_hours(_here: Scene, browser: Client) -> Any:
    _full_resource()
    return browser.get("/near/")


@shows("resources/list.html")
def nothing_of_that_kind_near(_here: Scene, browser: Client) -> Any:
    factories.category("rides")
    return browser.get("/near/?what=rides")


# The numbers.


def _a_month() -> None:
    """A month with an area of many, one of few, and a kind of which a count is withheld."""
    before = (LAST_MONTH - timedelta(days=10)).replace(day=1)
    Month.objects.create(first_day=before, asked=15, met=5, unmet=10)
    month = Month.objects.create(first_day=LAST_MONTH, asked=35, met=20, unmet=10, days=2)
    for name in ("riverside", "hilltop"):
        area = factories.locality(name)
        MonthPart.objects.create(month=month, area=area, asked=20, met=15, unmet=5, days=2)
    for name in ("quay", "mill"):
        area = factories.locality(name)
        MonthPart.objects.create(month=month, area=area, asked=0, met=0, unmet=0)
    kind = factories.category()
    MonthPart.objects.create(month=month, kind=kind, asked=20, met=None, unmet=0)


@shows("numbers/numbers.html")
def numbers_of_an_unknown_month(_here: Scene, browser: Client) -> Any:
    _a_month()
    return browser.get("/numbers/?month=1999-01")


def _principles() -> None:
    factories.set_policy(has_principles=True)
    day = localdate() + timedelta(days=200)
    Principle.objects.update(texts={"en": "We all count."}, look_again_on=day)


@shows("principles/principles.html")
def what_a_group_stands_for_with_its_words_and_numbers(_here: Scene, browser: Client) -> Any:
    _a_month()
    _principles()
    return browser.get("/principles/")


@shows("principles/principles.html")
def what_a_group_stands_for_in_a_month_with_few_needs_not_met(_here: Scene, browser: Client) -> Any:
    _a_month()
    _principles()
    Month.objects.filter(first_day=LAST_MONTH).update(unmet=0)
    return browser.get("/principles/")


@shows("principles/principles.html")
def what_a_group_stands_for_before_its_first_month(_here: Scene, browser: Client) -> Any:
    factories.set_policy(has_principles=True)
    Principle.objects.all().delete()
    return browser.get("/principles/")


@shows("me/me.html")
def my_page_with_what_i_gave_and_received(here: Scene, browser: Client) -> Any:
    factories.set_policy(counts_gifts=True, has_principles=True)
    GiftCount.objects.create(user=here.people["sam"], given=12, received=9)
    return sign_in(browser, here.people["sam"]).get("/me/")


@shows("numbers/numbers.html")
def numbers_with_the_money_of_a_pot(_here: Scene, browser: Client) -> Any:
    """One currency of which all is shown but a little, and one that only a few got."""
    _a_month()
    factories.set_policy(has_pot=True)
    newest, before = Month.objects.all()
    kinds = {"money_back": 480, "money_ahead": 210, "direct_help": 0}
    MonthMoney.objects.create(month=newest, currency="USD", given=1200, paid_out=690, **kinds)
    MonthMoney.objects.create(month=newest, currency="EUR", given=0)
    MonthMoney.objects.create(month=before, currency="USD", paid_out=85)
    return browser.get("/numbers/")


# The end of a group.


def _agreed(here: Scene) -> None:
    winding.agreed(here.people["carla"], factories.person("Dora", Role.COORDINATOR))


def _ended(**days: Any) -> None:
    today = localdate()
    change_group(by=None, changes={"ends_on": today, "ended_on": today, **days})


@shows("ending/winding_down.html")
def a_group_that_winds_down(here: Scene, browser: Client) -> Any:
    _agreed(here)
    return browser.get("/winding-down/")


@shows("ending/winding_down.html")
def a_group_that_goes_on(_here: Scene, browser: Client) -> Any:
    return browser.get("/winding-down/")


@shows("needs/ask_paused.html")
def asking_while_the_group_winds_down(here: Scene, browser: Client) -> Any:
    _agreed(here)
    return browser.get("/ask/who/")


@shows("home.html")
def the_front_page_while_asking_is_paused(here: Scene, browser: Client) -> Any:
    _agreed(here)
    return browser.get("/")


@shows("ending/ended.html")
def a_group_that_has_ended(_here: Scene, browser: Client) -> Any:
    _a_month()
    _ended(began_on=LAST_MONTH)
    return browser.get("/")


@shows("ending/ended.html")
def an_old_link_to_a_group_without_numbers(_here: Scene, browser: Client) -> Any:
    _ended()
    return browser.get("/need/no-such-link/")


@shows("numbers/numbers.html")
def no_numbers_of_a_group_that_has_ended(_here: Scene, browser: Client) -> Any:
    _ended()
    return browser.get("/numbers/")


# What went wrong.


@shows("500.html")
def contact_details_that_cannot_be_read(here: Scene, browser: Client) -> Any:
    return broken(sign_in(browser, here.people["sam"]), WrongKey())


@shows("500.html")
def a_disk_that_is_full(here: Scene, browser: Client) -> Any:
    return broken(sign_in(browser, here.people["sam"]), OSError(errno.ENOSPC, ""))


@shows("500.html")
def a_fault_that_comes_while_something_is_sent(here: Scene, browser: Client) -> Any:
    with failing(sign_in(browser, here.people["sam"]), OSError("ours")):
        from_here = {"origin": "http://testserver"}
        return browser.post("/ask/contact/", asking.ANSWERS["contact"], headers=from_here)


@shows("403_csrf.html")
def a_form_of_which_no_one_knows_where_it_was(_here: Scene, browser: Client) -> Any:
    browser.handler.enforce_csrf_checks = True
    return browser.post("/ask/contact/", {"name": "Ana"})


@shows("429.html")
def codes_asked_for_too_often_while_one_is_on_its_way(here: Scene, browser: Client) -> Any:
    factories.set_policy(codes_per_hour_contact=1)
    typed = {"login": here.people["sam"].email}
    for _time in range(2):
        answer = Client(headers={"accept-language": "ar"}).post("/account/login/", typed)
    return answer


@shows("429.html")
def one_more_code_asked_for_too_often(here: Scene, browser: Client) -> Any:
    time_passes(sign_in(browser, here.people["sam"], second_factor=False), 900)
    factories.set_policy(codes_per_hour_contact=1)
    for _time in range(2):
        answer = browser.post("/account/reauthenticate/code/", {"send": "email"})
    return answer


@shows("429.html")
def an_email_changed_too_often(here: Scene, browser: Client) -> Any:
    sign_in(browser, here.people["sam"])
    with override_settings(ACCOUNT_RATE_LIMITS={"manage_email": "1/m/user"}):
        for _time in range(2):
            answer = browser.post("/account/email/", {"email": "new@people.example"})
    return answer


@shows("needs/find.html")
def a_code_that_is_wrong(_here: Scene, browser: Client) -> Any:
    return browser.post("/need/find/", {"code": "2222-2222"})
