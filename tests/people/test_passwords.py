"""Passwords, codes and sessions, as OWASP's checklist asks for them (docs/asvs.md)."""

import re
import string
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.conf import global_settings, settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from mutualaid import settings as site_settings
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import User
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)
PASSWORD = "a long one, with ünïcode and ' OR 1=1; --"
SignIn = Callable[[User], Client]


def code_in_mail(mailoutbox: list[Any]) -> str:
    sweep()
    found = CODE.search(str(mailoutbox[-1].body))
    assert found
    return found.group(1)


def test_a_password_counts_as_it_was_typed_and_may_be_long(client: Client):
    password = f"  {PASSWORD * 3}  "
    pat = factories.person("Pat", password=password)
    for wrong in (password.strip(), password[:64], password.upper()):
        client.post("/account/login/", {"login": pat.email, "password": wrong})
        assert client.get("/me/").status_code == 302
    client.post("/account/login/", {"login": pat.email, "password": password})
    assert client.get("/me/").status_code == 200


def test_any_letters_make_a_password_but_no_short_or_common_one():
    for good in ("aaaabbbbcccc-only-small", "482915773604", "صديق الجيران كل يوم"):
        validate_password(good)
    for bad in ("short one", "password1234"):
        with pytest.raises(ValidationError):
            validate_password(bad)


def test_the_groups_own_words_make_no_password(settings: Any):
    settings.GROUP_NAME = "Old Harbour Mutual Aid"
    settings.SITE_URL = "https://help.oldharbour.example"
    for bad in (
        "OldHarbour2026!",
        "mutual-aid-2026",
        "Coordinator-1234",
        "help.oldharbour.example",
    ):
        with pytest.raises(ValidationError, match="name of our group"):
            validate_password(bad)
    validate_password("harbour lemon tractor")


def test_a_new_password_needs_the_old_one(signed_in: SignIn):
    client = signed_in(pat := factories.person("Pat", password=PASSWORD))
    new = {"password1": "another long one", "password2": "another long one"}
    for old in ({}, {"oldpassword": "wrong"}):
        client.post("/account/password/change/", new | old)
        pat.refresh_from_db()
        assert pat.check_password(PASSWORD)


def test_password_managers_can_fill_each_box_and_no_one_reads_it(client: Client, signed_in: SignIn):
    pat = signed_in(factories.person("Pat", password=PASSWORD))
    sites = [(client, "/account/login/?password=1"), (pat, "/account/password/change/")]
    for browser, path in sites:
        boxes = re.findall(r'<input[^>]*name="\w*password\d?"[^>]*>', body_of(browser, path))
        assert boxes, path
        for box in boxes:
            assert 'type="password"' in box
            assert re.search(r'autocomplete="(current|new)-password"', box)
            assert "value=" not in box
            assert "maxlength" not in box or int(re.findall(r'maxlength="(\d+)"', box)[0]) >= 128


def body_of(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_a_password_is_kept_by_a_slow_hash():
    assert not hasattr(site_settings, "PASSWORD_HASHERS"), "Django's own are used, but in tests"
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_a_new_password_by_mail_signs_no_one_in(client: Client, mailoutbox: list[Any]):
    pat = factories.person("Pat", password=PASSWORD)
    client.post("/account/password/reset/", {"email": pat.email})
    sweep()
    (link,) = re.findall(r"https?://[^/]+(/account/password/reset/key/\S+)", mailoutbox[-1].body)
    page = client.get(link, follow=True).redirect_chain[-1][0]
    new = {"password1": "another long one", "password2": "another long one"}
    client.post(page, new)
    pat.refresh_from_db()
    assert pat.check_password("another long one")
    assert client.get("/me/").status_code == 302
    client.post(client.get(link).headers.get("Location", link), dict.fromkeys(new, PASSWORD))
    pat.refresh_from_db()
    assert pat.check_password("another long one"), "a link works once"


def test_a_code_cannot_be_foreseen():
    codes = {get_adapter().generate_login_code().replace("-", "") for _ in range(300)}
    assert len(codes) == 300
    letters = {letter for code in codes for letter in code}
    assert letters <= set(string.ascii_uppercase + string.digits)
    assert len(letters) ** min(map(len, codes)) > 2**30


def test_a_code_opens_only_the_browser_that_asked_for_it(
    client: Client, rosa: User, mailoutbox: list[Any]
):
    client.post("/account/login/", {"login": rosa.email})
    code = code_in_mail(mailoutbox)
    for other in (Client(), elsewhere := Client()):
        if other is elsewhere:
            other.post("/account/login/", {"login": rosa.email})
        other.post("/account/login/code/confirm/", {"code": code})
        assert other.get("/me/").status_code == 302


def test_no_account_is_there_from_the_start():
    call_command("seed", verbosity=0)
    assert not User.objects.exists()


def test_signing_in_makes_a_new_session_and_signing_out_ends_it_for_good(
    client: Client, rosa: User, mailoutbox: list[Any]
):
    client.post("/account/login/", {"login": rosa.email})
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/account/login/code/confirm/", {"code": code_in_mail(mailoutbox)})
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert before != after
    assert len(after) >= 32
    assert client.get("/me/").status_code == 200
    client.post("/account/logout/")
    for old in (before, after, "made-up-by-someone"):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert thief.get("/me/").status_code == 302
