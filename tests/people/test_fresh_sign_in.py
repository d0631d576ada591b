"""What matters most is asked for once more, of whoever was left alone with a browser for a while."""

import time

import pytest
from django.core.cache import cache
from django.test import Client

from mutualaid.people.models import User
from mutualaid.policy.models import Policy
from tests.people.test_signing_in import code_in_mail
from tests.support import factories, stored
from tests.support.admin_form import as_it_stands, person_page
from tests.support.factors import has_app
from tests.support.people import has_phone
from tests.support.signing_in import location, sign_in, time_passes
from tests.support.texts import code_in_text, texts

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
AGAIN = "/account/reauthenticate/code/"
POLICY = "/admin/policy/policy/1/change/"
MINUTE, HOUR = 60, 3600


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


# Which pages ask, for whom.

NEED_IT = (
    "/account/data/download/",
    "/account/data/erase/",
    "/account/email/",
    "/account/password/set/",
    "/messages/phone/",
    "/account/ways/totp/activate/",
    "/account/ways/webauthn/add/",
)


@pytest.mark.parametrize("path", NEED_IT)
def test_a_browser_that_was_left_open_gives_none_of_it_away(sam, path):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    before = list(User.objects.values())
    assert location(client.post(path, {"email": "x@x.example", "action_add": "1"})).startswith(
        AGAIN
    )
    assert list(User.objects.values()) == before
    assert not sam.emailaddress_set.filter(email="x@x.example").exists()


@pytest.mark.parametrize("path", NEED_IT)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_is_a_way_around(sam, path, method):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    answer = getattr(client, method)(path)
    assert answer.status_code == 405 or location(answer).startswith(AGAIN)


@pytest.mark.parametrize("path", ["/account/ways/totp/activate/", "/account/ways/webauthn/add/"])
def test_secrets_are_not_even_shown(sam, path):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    assert location(client.get(path)).startswith(AGAIN)


@pytest.mark.parametrize("path", NEED_IT[:1])
def test_right_after_signing_in_no_one_is_asked(sam, path):
    assert sign_in(Client(), sam, second_factor=False).post(path).status_code == 200


def test_looking_at_ones_pages_never_asks(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 300 * HOUR)
    for path in ("/me/", "/account/data/", "/messages/", "/account/email/", "/account/ways/"):
        assert client.get(path).status_code == 200, path


def test_rights_people_and_the_policy_need_a_fresh_second_factor(carlas, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"roles": ["neighbour", "coordinator"]}
    policy = as_it_stands(carlas, POLICY) | {"erase_days": "30"}
    time_passes(carlas, 11 * MINUTE)
    for page, typed in ((path, form), (POLICY, policy)):
        assert carlas.get(page).status_code == 200
        assert location(carlas.post(page, typed)).startswith("/account/ways/reauthenticate/")
    assert location(carlas.post(f"/admin/people/user/{rosa.pk}/switch/")).startswith(
        "/account/ways/"
    )
    assert User.objects.get(pk=rosa.pk).roles == {"neighbour"}
    assert User.objects.get(pk=rosa.pk).is_active
    assert Policy.objects.get().erase_days == 28


def test_the_first_factor_alone_is_not_enough_for_who_has_a_second(carla):
    has_app(carla)
    client = sign_in(Client(), carla, second_factor=False)
    assert location(client.post("/account/data/erase/")).startswith("/account/ways/reauthenticate/")
    for other_way in (AGAIN, "/account/reauthenticate/"):
        assert location(client.get(other_way)).startswith("/account/ways/reauthenticate/")


# Proving it by a code.


def test_a_code_by_mail_makes_it_fresh_and_leads_back(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    to = location(client.post("/account/data/download/"))
    assert to == f"{AGAIN}?next=%2Faccount%2Fdata%2F"
    client.post(AGAIN, {"send": "email", "next": "/account/data/"})
    page = client.get(to).content.decode()
    assert "We sent you a code" in page
    wrong = client.post(AGAIN, {"code": "AAAA-AAAA", "next": "/account/data/"})
    assert "the code we sent. Please check it." in wrong.content.decode()
    answer = client.post(AGAIN, {"code": code_in_mail(), "next": "/account/data/"})
    assert location(answer) == "/account/data/"
    assert client.post("/account/data/download/").status_code == 200


def test_the_session_gets_a_new_key_and_the_old_one_opens_nothing(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "email"})
    old = client.session.session_key
    client.post(AGAIN, {"code": code_in_mail()})
    assert client.session.session_key != old
    assert client.get("/me/").status_code == 200
    thief = Client()
    thief.cookies["session"] = str(old)
    assert thief.get("/me/").status_code == 302


def test_a_code_by_text_does_it_too_and_names_no_one(sam, settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    has_phone(sam)
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "sms"})
    code = code_in_text()
    assert "Sam" not in texts()[-1]
    assert client.post(AGAIN, {"code": code}).status_code == 302
    assert client.post("/account/data/download/").status_code == 200


def test_three_wrong_codes_end_it_and_a_code_is_used_once(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "email"})
    code = code_in_mail()
    for _ in range(3):
        client.post(AGAIN, {"code": "AAAA-AAAA"})
    assert client.post(AGAIN, {"code": code}).status_code == 200
    client.post(AGAIN, {"send": "email"})
    code = code_in_mail()
    assert client.post(AGAIN, {"code": code}).status_code == 302
    time_passes(client, 11 * MINUTE)
    assert client.post(AGAIN, {"code": code}).status_code == 200


def test_the_code_is_not_readable_in_the_database(sam):
    client = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "email"})
    assert stored.leaks((code_in_mail(),), stored.every_row()) == []


def test_who_has_a_password_may_use_that():
    pat = factories.person("Pat", password="a-long-enough-one")
    client = time_passes(sign_in(Client(), pat, second_factor=False), 11 * MINUTE)
    page = client.get(AGAIN).content.decode()
    assert "Use my password" in page
    assert client.post("/account/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert (
        client.post("/account/reauthenticate/", {"password": "a-long-enough-one"}).status_code
        == 302
    )
    assert client.post("/account/data/download/").status_code == 200


@pytest.mark.parametrize("jump", [-2 * HOUR, -HOUR, 16 * MINUTE, 400 * 24 * HOUR])
def test_a_clock_that_jumps_lets_no_dead_code_live_and_breaks_nothing(rosa, sam, monkeypatch, jump):
    signing_in = Client()
    signing_in.post("/account/login/", {"login": rosa.email})
    to_sign_in = code_in_mail()
    again = time_passes(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    again.post(AGAIN, {"send": "email"})
    once_more = code_in_mail()
    new = Client()
    new.post("/account/signup/", {"email": "nadia@people.example", "name": "Nadia"})
    to_sign_up = code_in_mail()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert signing_in.post("/account/login/code/confirm/", {"code": to_sign_in}).status_code < 400
    assert signing_in.get("/me/").status_code == 302
    again.post(AGAIN, {"code": once_more})
    assert location(again.post("/account/data/download/")).startswith(AGAIN)
    new.post("/account/confirm-email/", {"code": to_sign_up})
    assert new.get("/me/").status_code == 302


def test_being_fresh_does_not_last_longer_because_a_clock_is_set_back(sam, monkeypatch):
    client = sign_in(Client(), sam, second_factor=False)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - HOUR)
    assert location(client.post("/account/data/download/")).startswith(AGAIN)


@pytest.mark.parametrize(
    "path",
    ["/account/email/", "/account/data/", "/account/ways/", "/account/login/", "/account/nothing/"],
)
def test_no_cache_keeps_a_page_of_an_account(sam, client, path):
    for browser in (client, sign_in(Client(), sam)):
        control = browser.get(path).headers["Cache-Control"]
        assert "no-store" in control
        assert "private" in control
