"""Signing in with more than a code: an app without JavaScript, and a passkey with one finger."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisitor
from tests.support.factors import app_code
from tests.support.visitor import Visitor

pytestmark = pytest.mark.browser


def test_an_app_is_set_up_and_asked_for_without_javascript(visitor: NewVisitor) -> None:
    ines = visitor().sign_in("Ines")
    ines.go("/me/").press("How I sign in")
    ines.press("Use an app")
    key = ines.page.locator(".key code").inner_text()
    expect(ines.page.locator(".qr svg")).to_be_visible()
    ines.page.fill("[name=code]", app_code(key))
    ines.page.locator("main form button.primary").click()
    codes = ines.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    ines.press("I have written them down")
    ines.go("/account/logout/").page.locator("main form button").first.click()
    ines.sign_in("Ines")
    expect(ines.page).to_have_url(re.compile("/account/ways/authenticate/"))
    ines.page.fill("[name=code]", codes[0])
    ines.page.locator("main form button.primary").click()
    ines.go("/me/").sees("My page")


def with_a_finger(visitor: Visitor) -> None:
    """Give the browser a device that checks fingers, and always recognizes them."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_passkey_is_added_signs_in_and_is_removed(visitor: NewVisitor) -> None:
    hugo = visitor(java_script_enabled=True)
    hugo.sign_in("Hugo")
    with_a_finger(hugo)
    hugo.go("/account/ways/").press("Add a passkey")
    hugo.page.fill("[name=name]", "my phone")
    hugo.page.locator("#mfa_webauthn_add").click()
    hugo.page.wait_for_url("**/recovery-codes/")
    hugo.go("/account/ways/").sees("my phone")
    hugo.go("/account/logout/").page.locator("main form button").first.click()
    hugo.go("/account/login/").press("Sign in with a passkey")
    hugo.page.wait_for_url("**/me/")
    hugo.sees("My page")
    hugo.go("/account/ways/webauthn/").press("Remove")
    hugo.press("Yes, remove it")
    hugo.sees("You have none yet.")


def test_without_javascript_no_page_offers_what_cannot_work(visitor: NewVisitor) -> None:
    femi = visitor()
    button = femi.go("/account/login/").page.locator("#passkey_login")
    expect(button).not_to_be_visible()
    femi.sign_in("Femi")
    femi.go("/account/ways/").sees("A passkey needs a browser with JavaScript.")
    expect(femi.page.get_by_role("link", name="Add a passkey")).not_to_be_visible()
