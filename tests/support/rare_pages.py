"""Pages that no walk through the demo comes past: each drawn by one who has what leads to it.

`SHOWN` is the table. With `pages.every_page` it covers every page of the site; see `test_page_table`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from mutualaid.catalog.models import Category
from mutualaid.notify.actions import account_with_phone
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.links.unsubscribe import unsubscribe_url
from mutualaid.notify.recipient import address_fingerprint
from mutualaid.people.models import User
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.lifecycle.actors import coordinator
from tests.support import asking, factories, offering
from tests.support.factors import has_app
from tests.support.scene import Scene
from tests.support.signing_in import sign_in
from tests.support.texts import texts_are_sent
from tests.test_errors import ERRORS

Draw = Callable[[Scene, Client], Any]


class Shown(NamedTuple):
    """A page in a state: `draw` brings a browser there, whose language is set, and returns the answer."""

    template: str
    state: str
    draw: Draw


SHOWN: list[Shown] = []


def shows(template: str) -> Callable[[Draw], Draw]:
    """Enter a function in the table; its name says the state."""

    def enter(draw: Draw) -> Draw:
        SHOWN.append(Shown(template, draw.__name__, draw))
        return draw

    return enter


def _error(status: int) -> Draw:
    return lambda here, browser: ERRORS[status](sign_in(browser, here.people["sam"]))


for _status in ERRORS:
    _template = "500.html" if _status == 503 else f"{_status}.html"
    SHOWN.append(Shown(_template, f"error_{_status}", _error(_status)))


@shows("403_csrf.html")
def a_form_whose_cookie_is_gone(_here: Scene, browser: Client) -> Any:
    browser.handler.enforce_csrf_checks = True
    from_here = {"origin": "http://testserver"}
    return browser.post("/ask/contact/", asking.ANSWERS["contact"], headers=from_here)


# Asking, and the private page.


def kinds_and_places() -> None:
    asking.words_and_places()
    food = factories.category("food")
    Category.objects.filter(slug="groceries").update(parent=food)


@shows("needs/ask_paused.html")
def asking_is_paused(_here: Scene, browser: Client) -> Any:
    factories.resource("Friday table")
    factories.set_policy(
        asking_paused=True, asking_paused_words="The river is in our kitchen, too."
    )
    return browser.get("/ask/who/")


@shows("needs/ask_check.html")
def before_it_is_sent(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    asking.answer_all(browser)
    return browser.get("/ask/check/")


@shows("needs/private.html")
def just_sent(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    return browser.get(asking.ask(browser))


@shows("needs/private.html")
def just_sent_by_who_is_signed_in(here: Scene, browser: Client) -> Any:
    return just_sent(here, sign_in(browser, here.people["rosa"]))


@shows("needs/private.html")
def someone_is_coming(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("ask_private", args=[here.token]))


@shows("needs/private.html")
def several_things_wait(_here: Scene, browser: Client) -> Any:
    rides = factories.details(category=factories.category("rides"))
    token = make_link(factories.ask(factories.details(), rides))
    return browser.get(reverse("ask_private", args=[token]))


@shows("needs/withdraw.html")
def before_it_is_taken_back(here: Scene, browser: Client) -> Any:
    args = [here.token, here.claim.need.public_id]
    return browser.get(reverse("need_withdraw_ask", args=args))


@shows("needs/change_thing.html")
def one_thing_to_change(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("ask_change_thing", args=[make_link(here.open_need.ask), "phone"]))


@shows("needs/too_late.html")
def a_change_after_it_was_taken_back(here: Scene, browser: Client) -> Any:
    need = here.open_need
    actions.withdraw_need(need)
    path = reverse("need_change_thing", args=[make_link(need.ask), need.public_id, "notes"])
    return browser.post(path, {"notes": "Milk"})


@shows("needs/stop.html")
def a_series_is_to_end(_here: Scene, browser: Client) -> Any:
    need = factories.need()
    actions.repeat_need(need, weekdays=["MO", "TH"], until=localdate() + timedelta(days=60))
    return browser.get(reverse("need_stop_ask", args=[make_link(need.ask), need.public_id]))


@shows("needs/helper_cancel.html")
def rather_someone_else(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("need_helper_cancel", args=[here.token, here.claim.public_id]))


@shows("needs/merged_link.html")
def a_link_of_before_two_asks_were_one(here: Scene, browser: Client) -> Any:
    old, kept = factories.ask(), factories.ask()
    token = make_link(old)
    actions.merge_asks(old, into=kept, by=coordinator(here.people["carla"]))
    return browser.get(reverse("ask_private", args=[token]))


@shows("needs/for_the_admin.html")
def a_coordinator_follows_a_neighbours_link(here: Scene, browser: Client) -> Any:
    sign_in(browser, here.people["carla"])
    return browser.get(reverse("ask_private", args=[here.token]))


# Helping.


@shows("matching/help_need.html")
def a_need_from_the_board(here: Scene, browser: Client) -> Any:
    need = factories.need(category=factories.category("childcare"))
    return sign_in(browser, here.people["sam"]).get(reverse("help_need", args=[need.public_id]))


@shows("matching/help_need.html")
def a_need_from_the_board_before_one_offers(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["rosa"]).get(
        reverse("help_need", args=[factories.need().public_id])
    )


@shows("matching/help_match.html")
def a_need_that_fits(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["sam"]).get(
        reverse("help_match", args=[here.match.public_id])
    )


@shows("needs/claim.html")
def said_yes(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["sam"]).get(reverse("claim", args=[here.claim.public_id]))


@shows("me/calendar.html")
def a_new_calendar(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["sam"]).post("/me/calendar/")


@shows("offers/check.html")
def an_offer_before_it_is_sent(_here: Scene, browser: Client) -> Any:
    kinds_and_places()
    offering.answer_all(browser)
    return browser.get("/offer/check/")


@shows("offers/step.html")
def a_question_of_an_offer(_here: Scene, browser: Client) -> Any:
    return browser.get("/offer/what/")


@shows("resources/list.html")
def what_is_near(_here: Scene, browser: Client) -> Any:
    return browser.get("/near/")


@shows("resources/resource.html")
def something_near(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("resource", args=[here.resource.public_id]))


@shows("resources/wrong.html")
def what_is_wrong_with_it(here: Scene, browser: Client) -> Any:
    return browser.get(reverse("resource_wrong", args=[here.resource.public_id]))


# From a message.


def _one_tap(here: Scene) -> str:
    return one_tap_url("need_yes", here.match.pk, here.people["sam"])


@shows("notify/one_tap.html")
def one_tap_to_say_yes(here: Scene, browser: Client) -> Any:
    return browser.get(_one_tap(here))


@shows("notify/one_tap.html")
def said_yes_in_one_tap(here: Scene, browser: Client) -> Any:
    return browser.post(_one_tap(here))


@shows("notify/one_tap.html")
def too_late_to_say_yes(here: Scene, browser: Client) -> Any:
    actions.withdraw_need(here.open_need)
    return browser.get(_one_tap(here))


@shows("notify/over.html")
def a_link_that_is_over(_here: Scene, browser: Client) -> Any:
    return browser.get("/m/nonsense/")


def _unsubscribe(here: Scene) -> str:
    sam = here.people["sam"]
    return unsubscribe_url("invitations", "email", sam.pk, address_fingerprint(str(sam.email)))


@shows("notify/unsubscribe.html")
def no_more_messages(here: Scene, browser: Client) -> Any:
    return browser.get(_unsubscribe(here))


@shows("notify/unsubscribe.html")
def messages_are_off(here: Scene, browser: Client) -> Any:
    return browser.post(_unsubscribe(here))


# Signing up and in.


@shows("account/sign_up_code.html")
def a_code_by_text_to_sign_up(_here: Scene, browser: Client) -> Any:
    return _by_text(browser, "/account/signup/", {"email": "+12125550143", "name": "Nadia"})


@shows("notify/phone_code.html")
def a_code_by_text_to_a_new_number(_here: Scene, browser: Client) -> Any:
    nadia = account_with_phone("+12125550143", name="Nadia", language="")
    sign_in(browser, nadia, second_factor=False)
    return _by_text(browser, "/messages/phone/", {"phone": "+12125550199"})


def _by_text(browser: Client, path: str, typed: dict[str, str]) -> Any:
    with texts_are_sent():
        return browser.post(path, typed, follow=True)


@shows("account/confirm_email_verification_code.html")
def a_code_by_mail_to_sign_up(_here: Scene, browser: Client) -> Any:
    typed = {"email": "nora@people.example", "name": "Nora"}
    return browser.post("/account/signup/", typed, follow=True)


@shows("account/confirm_login_code.html")
def a_code_by_mail_to_sign_in(here: Scene, browser: Client) -> Any:
    typed = {"login": here.people["sam"].email}
    return browser.post("/account/login/", typed, follow=True)


@shows("account/password_set.html")
def a_first_password(here: Scene, browser: Client) -> Any:
    return sign_in(browser, here.people["sam"]).get(reverse("account_set_password"))


def with_a_password(here: Scene, browser: Client) -> Client:
    sam = here.people["sam"]
    sam.set_password("a-long-enough-one")
    sam.save()
    return sign_in(browser, sam, second_factor=False)


@shows("account/password_change.html")
def another_password(here: Scene, browser: Client) -> Any:
    return with_a_password(here, browser).get(reverse("account_change_password"))


@shows("account/reauthenticate.html")
def the_password_once_more(here: Scene, browser: Client) -> Any:
    return with_a_password(here, browser).get(reverse("account_reauthenticate"))


# The second factor.


def with_an_app(here: Scene, browser: Client) -> Client:
    has_app(here.people["sam"])
    return sign_in(browser, here.people["sam"])


def with_a_passkey(here: Scene, browser: Client) -> tuple[Client, int]:
    sam = here.people["sam"]
    passkey = Authenticator.objects.create(
        user=sam, type="webauthn", data={"name": "Phone", "credential": {}}
    )
    return sign_in(browser, sam), passkey.pk


@shows("mfa/authenticate.html")
def the_code_of_the_app(here: Scene, browser: Client) -> Any:
    carla: User = here.people["carla"]
    has_app(carla)
    carla.set_password("a-long-enough-one")
    carla.save()
    typed = {"login": carla.email, "password": "a-long-enough-one"}
    return browser.post("/account/login/?password=1", typed, follow=True)


@shows("mfa/reauthenticate.html")
def the_code_of_the_app_once_more(here: Scene, browser: Client) -> Any:
    return with_an_app(here, browser).get(reverse("mfa_reauthenticate"))


@shows("mfa/index.html")
def ways_with_an_app(here: Scene, browser: Client) -> Any:
    return with_an_app(here, browser).get(reverse("mfa_index"))


@shows("mfa/totp/deactivate_form.html")
def before_the_app_is_off(here: Scene, browser: Client) -> Any:
    return with_an_app(here, browser).get(reverse("mfa_deactivate_totp"))


@shows("mfa/recovery_codes/index.html")
def recovery_codes(here: Scene, browser: Client) -> Any:
    return with_an_app(here, browser).get(reverse("mfa_view_recovery_codes"))


@shows("mfa/recovery_codes/generate.html")
def before_new_recovery_codes(here: Scene, browser: Client) -> Any:
    return with_an_app(here, browser).get(reverse("mfa_generate_recovery_codes"))


@shows("mfa/webauthn/authenticator_list.html")
def passkeys(here: Scene, browser: Client) -> Any:
    return with_a_passkey(here, browser)[0].get(reverse("mfa_list_webauthn"))


@shows("mfa/webauthn/edit_form.html")
def another_name_of_a_passkey(here: Scene, browser: Client) -> Any:
    browser, passkey = with_a_passkey(here, browser)
    return browser.get(reverse("mfa_edit_webauthn", args=[passkey]))


@shows("mfa/webauthn/authenticator_confirm_delete.html")
def before_a_passkey_goes(here: Scene, browser: Client) -> Any:
    browser, passkey = with_a_passkey(here, browser)
    return browser.get(reverse("mfa_remove_webauthn", args=[passkey]))


@shows("mfa/webauthn/reauthenticate.html")
def the_passkey_once_more(here: Scene, browser: Client) -> Any:
    with pytest.MonkeyPatch.context() as patch:  # no real key is at hand to read one from
        patch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda _user: [])
        return with_a_passkey(here, browser)[0].get(reverse("mfa_reauthenticate_webauthn"))
