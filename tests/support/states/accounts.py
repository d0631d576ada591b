"""Signing in, the ways to do so, and the messages that one gets."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from mutualaid.notify.actions import account_with_phone
from mutualaid.notify.models import Notification
from mutualaid.notify.models.preferences import Device
from tests.support.admin_form import as_it_stands, person_page
from tests.support.factors import has_app
from tests.support.people import has_phone, wishes
from tests.support.rare_pages import (
    shows,
    the_code_of_the_app,
    with_a_passkey,
    with_a_password,
    with_an_app,
)
from tests.support.scene import Scene
from tests.support.signing_in import sign_in, time_passes
from tests.support.states.asking import not_arrived
from tests.support.states.site import with_a_face
from tests.support.texts import texts_are_sent


def _to_help_with(here: Scene) -> str:
    return reverse("help_need", args=[here.open_need.public_id])


@shows("account/login.html")
def to_sign_in_for_a_need_of_the_board(here: Scene, browser: Client) -> Any:
    return browser.get(_to_help_with(here), follow=True)


@shows("account/confirm_login_code.html")
def a_code_for_who_came_for_a_need(here: Scene, browser: Client) -> Any:
    typed = {"login": here.people["sam"].email, "next": _to_help_with(here)}
    return browser.post("/account/login/", typed, follow=True)


@shows("account/confirm_login_code.html")
def a_code_that_is_not_the_one_we_sent(here: Scene, browser: Client) -> Any:
    browser.post("/account/login/", {"login": here.people["sam"].email})
    return browser.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})


@shows("account/login.html")
def a_password_that_does_not_match(here: Scene, browser: Client) -> Any:
    typed = {"login": here.people["sam"].email, "password": "a wrong one"}
    return browser.post("/account/login/?password=1", typed)


@shows("account/confirm_email_verification_code.html")
def a_code_to_one_more_address(here: Scene, browser: Client) -> Any:
    sign_in(browser, here.people["sam"], second_factor=False)
    typed = {"email": "sam@elsewhere.example", "action_add": "1"}
    return browser.post("/account/email/", typed, follow=True)


@shows("account/email.html")
def several_addresses(here: Scene, browser: Client) -> Any:
    sam = here.people["sam"]
    for name, verified in (("work", True), ("new", False)):
        EmailAddress.objects.create(user=sam, email=f"{name}@people.example", verified=verified)
    return sign_in(browser, sam).get("/account/email/")


@shows("account/email.html")
def no_address_yet(here: Scene, browser: Client) -> Any:
    nadia = account_with_phone("+12125550143", name="Nadia", language="")
    return sign_in(browser, nadia).get("/account/email/")


@shows("account/kept_form.html")
def what_was_typed_before_signing_in_again(here: Scene, browser: Client) -> Any:
    carla = here.people["carla"]
    has_app(carla)
    path = person_page(here.people["rosa"])
    form = as_it_stands(sign_in(browser, carla), path) | {"name": "Rosalía"}
    time_passes(browser, 3 * 3600).post(path, form)
    return sign_in(browser, carla).get("/account/typed/")


@shows("account/password_reset_from_key.html")
def a_password_by_a_link(here: Scene, browser: Client) -> Any:
    sam = here.people["sam"]
    args = [user_pk_to_url_str(sam), default_token_generator.make_token(sam)]
    path = reverse("account_reset_password_from_key", args=args)
    return browser.get(path, follow=True)


@shows("account/reauthenticate_code.html")
def a_code_once_more_by_mail_or_text(here: Scene, browser: Client) -> Any:
    has_phone(here.people["sam"])
    with texts_are_sent():
        time_passes(sign_in(browser, here.people["sam"], second_factor=False), 900)
        return browser.get("/account/reauthenticate/code/")


@shows("account/reauthenticate_code.html")
def a_code_once_more_that_is_on_its_way(here: Scene, browser: Client) -> Any:
    time_passes(sign_in(browser, here.people["sam"], second_factor=False), 900)
    return browser.post("/account/reauthenticate/code/", {"send": "email"}, follow=True)


# The second factor.


@shows("account/second_factor.html")
def a_second_factor_where_one_can_call_the_group(here: Scene, browser: Client) -> Any:
    with_a_face()
    sign_in(browser, here.people["carla"], second_factor=False)
    return browser.get("/account/second-factor/")


@shows("mfa/authenticate.html")
def the_code_of_the_app_where_one_can_call_the_group(here: Scene, browser: Client) -> Any:
    with_a_face()
    return the_code_of_the_app(here, browser)


@shows("mfa/index.html")
def ways_with_a_passkey(here: Scene, browser: Client) -> Any:
    with_a_password(here, browser)
    return with_a_passkey(here, browser)[0].get(reverse("mfa_index"))


@shows("mfa/index.html")
def ways_of_a_coordinator(here: Scene, browser: Client) -> Any:
    return _coordinator_with_an_app(here, browser).get(reverse("mfa_index"))


@shows("mfa/totp/deactivate_form.html")
def before_the_app_of_a_coordinator_is_off(here: Scene, browser: Client) -> Any:
    return _coordinator_with_an_app(here, browser).get(reverse("mfa_deactivate_totp"))


def _coordinator_with_an_app(here: Scene, browser: Client) -> Client:
    has_app(here.people["carla"])
    return sign_in(browser, here.people["carla"])


@shows("mfa/recovery_codes/index.html")
def recovery_codes_that_were_shown_before(here: Scene, browser: Client) -> Any:
    with_an_app(here, browser).get(reverse("mfa_view_recovery_codes"))
    return browser.get(reverse("mfa_view_recovery_codes"))


@shows("mfa/webauthn/authenticator_list.html")
def a_passkey_that_was_used(here: Scene, browser: Client) -> Any:
    browser, passkey = with_a_passkey(here, browser)
    Authenticator.objects.filter(pk=passkey).update(last_used_at=timezone.now())
    return browser.get(reverse("mfa_list_webauthn"))


# Messages from us.


def _messages(here: Scene, browser: Client) -> Any:
    with override_settings(SMS_URL="sink://"):
        return sign_in(browser, here.people["sam"]).get("/messages/")


@shows("notify/preferences.html")
def messages_to_a_phone_and_a_device(here: Scene, browser: Client) -> Any:
    sam = here.people["sam"]
    has_phone(sam)
    Device.objects.create(user=sam, fingerprint="f", endpoint="e", p256dh="p", auth="a")
    return _messages(here, browser)


@shows("notify/preferences.html")
def a_phone_that_is_not_confirmed(here: Scene, browser: Client) -> Any:
    wishes(here.people["sam"], phone="+12125550143")
    return _messages(here, browser)


@shows("notify/preferences.html")
def a_number_that_cannot_be_read(here: Scene, browser: Client) -> Any:
    with override_settings(SMS_URL="sink://"):
        sign_in(browser, here.people["sam"], second_factor=False)
        return browser.post("/messages/phone/", {"phone": "12"})


@shows("me/me.html")
def messages_to_me_that_did_not_arrive(here: Scene, browser: Client) -> Any:
    sam = here.people["sam"]
    not_arrived(Notification.objects.to(sam)[0], str(sam.email), has_account=True)
    return sign_in(browser, sam).get("/me/")
