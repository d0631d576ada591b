"""What matters most is asked for once more, sessions end in time, and nothing typed is lost on the way."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from mutualaid.notify.models import Preferences
from mutualaid.people.models import KeptForm, Role, User
from mutualaid.people.roles import add_role
from mutualaid.people.sign_in import middleware
from mutualaid.policy.actions import make_policy
from mutualaid.policy.models import Policy
from mutualaid.retention.erasing import erase_expired
from tests.people.test_phone import code_in_text
from tests.people.test_signing_in import code_in_mail
from tests.support import factories, stored
from tests.support.admin_form import as_it_stands
from tests.support.factors import app_code, has_app
from tests.support.people import E164, has_phone
from tests.support.signing_in import in_session, sign_in, time_passes

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
AGAIN = "/account/reauthenticate/code/"
KEPT = "/account/typed/"
POLICY = "/admin/policy/policy/1/change/"
MINUTE, HOUR = 60, 3600


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def location(answer: Any) -> str:
    return str(answer.headers.get("Location", f"no redirect, but {answer.status_code}"))


def left_alone(client: Client, seconds: float) -> Client:
    time_passes(client, seconds)
    return client


@pytest.fixture
def carlas(carla: User) -> Client:
    """Carla's browser; an app is set up, and was used just now."""
    has_app(carla)
    make_policy()
    return sign_in(Client(), carla)


def person_page(user: User) -> str:
    return f"/admin/people/user/{user.pk}/change/"


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
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    before = list(User.objects.values())
    assert location(client.post(path, {"email": "x@x.example", "action_add": "1"})).startswith(
        AGAIN
    )
    assert list(User.objects.values()) == before
    assert not sam.emailaddress_set.filter(email="x@x.example").exists()


@pytest.mark.parametrize("path", NEED_IT)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_is_a_way_around(sam, path, method):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    answer = getattr(client, method)(path)
    assert answer.status_code == 405 or location(answer).startswith(AGAIN)


@pytest.mark.parametrize("path", ["/account/ways/totp/activate/", "/account/ways/webauthn/add/"])
def test_secrets_are_not_even_shown(sam, path):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    assert location(client.get(path)).startswith(AGAIN)


@pytest.mark.parametrize("path", NEED_IT[:1])
def test_right_after_signing_in_no_one_is_asked(sam, path):
    assert sign_in(Client(), sam, second_factor=False).post(path).status_code == 200


def test_looking_at_ones_pages_never_asks(sam):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 300 * HOUR)
    for path in ("/me/", "/account/data/", "/messages/", "/account/email/", "/account/ways/"):
        assert client.get(path).status_code == 200, path


def test_rights_people_and_the_policy_need_a_fresh_second_factor(carlas, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"roles": ["neighbour", "coordinator"]}
    policy = as_it_stands(carlas, POLICY) | {"erase_days": "30"}
    left_alone(carlas, 11 * MINUTE)
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
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    to = location(client.post("/account/data/download/"))
    assert to == f"{AGAIN}?next=%2Faccount%2Fdata%2F"
    client.post(AGAIN, {"send": "email", "next": "/account/data/"})
    page = client.get(to).content.decode()
    assert "We sent you a code" in page
    wrong = client.post(AGAIN, {"code": "AAAA-AAAA", "next": "/account/data/"})
    assert "This is not the code we sent." in wrong.content.decode()
    answer = client.post(AGAIN, {"code": code_in_mail(), "next": "/account/data/"})
    assert location(answer) == "/account/data/"
    assert client.post("/account/data/download/").status_code == 200


def test_the_session_gets_a_new_key_and_the_old_one_opens_nothing(sam):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
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
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "sms"})
    text, code = code_in_text()
    assert "Sam" not in text
    assert client.post(AGAIN, {"code": code}).status_code == 302
    assert client.post("/account/data/download/").status_code == 200


def test_three_wrong_codes_end_it_and_a_code_is_used_once(sam):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "email"})
    code = code_in_mail()
    for _ in range(3):
        client.post(AGAIN, {"code": "AAAA-AAAA"})
    assert client.post(AGAIN, {"code": code}).status_code == 200
    client.post(AGAIN, {"send": "email"})
    code = code_in_mail()
    assert client.post(AGAIN, {"code": code}).status_code == 302
    left_alone(client, 11 * MINUTE)
    assert client.post(AGAIN, {"code": code}).status_code == 200


def test_the_code_is_not_readable_in_the_database(sam):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post(AGAIN, {"send": "email"})
    assert stored.leaks((code_in_mail(),), stored.every_row()) == []


def test_who_has_a_password_may_use_that():
    pat = factories.person("Pat", password="a-long-enough-one")
    client = left_alone(sign_in(Client(), pat, second_factor=False), 11 * MINUTE)
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
    again = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
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


# What was typed.


def test_what_a_coordinator_typed_waits_and_is_sent_by_a_new_submit(carlas, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía <b>"}
    left_alone(carlas, 11 * MINUTE)
    to = location(carlas.post(path, form))
    assert to.endswith(f"?next={KEPT.replace('/', '%2F')}")
    carlas.post("/account/ways/reauthenticate/", {"code": app_code(), "next": KEPT})
    page = carlas.get(KEPT)
    assert f'action="{path}"' in page.content.decode()
    assert 'value="Rosalía &lt;b&gt;"' in page.content.decode()
    assert "Nothing has been saved yet" in page.content.decode()
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"
    kept = dict(page.context["kept"].fields)
    assert carlas.post(path, {**kept, "kept": "1"}).status_code == 302
    rosa.refresh_from_db()
    assert rosa.name == "Rosalía <b>"
    assert not KeptForm.objects.exists()


def test_it_waits_too_when_the_session_ran_out_in_the_middle_of_a_form(carlas, carla, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía"}
    left_alone(carlas, 3 * HOUR)
    assert location(carlas.post(path, form)) == f"/account/login/?next={KEPT.replace('/', '%2F')}"
    assert carlas.get("/me/").status_code == 302
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"
    carlas.post("/account/login/", {"login": carla.email, "next": KEPT})
    carlas.post("/account/login/code/confirm/", {"code": code_in_mail(), "next": KEPT})
    assert location(carlas.post("/account/ways/authenticate/", {"code": app_code()})) == KEPT
    assert 'value="Rosalía"' in carlas.get(KEPT).content.decode()


def test_it_is_sealed_for_the_same_account_and_for_a_quarter_of_an_hour(carlas, carla, rosa):
    path = person_page(rosa)
    form = as_it_stands(carlas, path) | {"name": "Rosalía"}
    left_alone(carlas, 3 * HOUR)
    carlas.post(path, form)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_keptform")
        assert "Rosal" not in repr(cursor.fetchall())
    dora = factories.person("Dora", Role.COORDINATOR)
    for other in (dora, rosa):
        page = sign_in(Client(), other).get(KEPT).content.decode()
        assert "Nothing is waiting here" in page
    assert sign_in(Client(), carla).get(KEPT).context["kept"]
    KeptForm.objects.update(kept_until=Now())
    assert "Nothing is waiting here" in sign_in(Client(), carla).get(KEPT).content.decode()
    erase_expired()
    assert not KeptForm.objects.exists()


def test_what_was_typed_in_the_admin_is_shown_to_no_session_without_a_second_factor(
    carlas, carla, rosa
):
    form = as_it_stands(carlas, person_page(rosa))
    left_alone(carlas, 3 * HOUR)
    carlas.post(person_page(rosa), form)
    half = sign_in(Client(), carla, second_factor=False)
    assert location(half.get(KEPT)).startswith("/account/ways/reauthenticate/")


def test_codes_and_passwords_are_never_kept(carla):
    has_app(carla)
    client = left_alone(sign_in(Client(), carla, second_factor=False), 3 * HOUR)
    client.post("/account/ways/reauthenticate/", {"code": app_code()})
    client = left_alone(sign_in(Client(), carla), 11 * MINUTE)
    client.post(
        "/account/password/set/", {"password1": "secret words", "password2": "secret words"}
    )
    assert not KeptForm.objects.exists()


def test_a_number_someone_typed_for_texts_waits_as_well(sam, settings):
    settings.SMS_URL = "sink://"
    client = left_alone(sign_in(Client(), sam, second_factor=False), 11 * MINUTE)
    client.post("/messages/phone/", {"phone": "212 555 0143"})
    assert not Preferences.objects.filter(user=sam).exists()
    client.post(AGAIN, {"send": "email"})
    client.post(AGAIN, {"code": code_in_mail()})
    kept = client.get(KEPT).context["kept"]
    assert (kept.path, dict(kept.fields)) == ("/messages/phone/", {"phone": "212 555 0143"})
    client.post(kept.path, {**dict(kept.fields), "kept": "1"})
    assert Preferences.objects.get(user=sam).phone == E164


def test_no_form_of_another_site_puts_words_into_it(carla, rosa):
    client = sign_in(Client(enforce_csrf_checks=True), carla)
    time_passes(client, 3 * HOUR)
    assert client.post(person_page(rosa), {"name": "Evil"}).status_code == 403
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("size", [200_000, 3_000_000])
def test_more_than_any_form_holds_is_not_kept(carlas, rosa, size):
    left_alone(carlas, 11 * MINUTE)
    assert carlas.post(person_page(rosa), {"name": "x" * size}).status_code in (302, 400, 413)
    assert not KeptForm.objects.exists()


# Sessions of staff end by the server's clock.


@pytest.mark.parametrize("path", ["/admin/", "/me/"])
def test_after_an_hour_alone_staff_sign_in_again(carlas, path):
    left_alone(carlas, 59 * MINUTE)
    assert carlas.get(path).status_code == 200
    left_alone(carlas, 59 * MINUTE)
    assert carlas.get(path).status_code == 200
    left_alone(carlas, 61 * MINUTE)
    assert "/login/?next=" in location(carlas.get(path))
    assert "You were away for a while" in carlas.get("/account/login/").content.decode()


def test_after_twelve_hours_they_sign_in_again_however_busy(carlas):
    for _ in range(23):
        left_alone(carlas, 31 * MINUTE)
        assert carlas.get("/me/").status_code == 200
    left_alone(carlas, 31 * MINUTE)
    assert carlas.get("/me/").status_code == 302


def test_pages_for_everybody_go_on_without_and_know_no_one(carlas):
    left_alone(carlas, 2 * HOUR)
    page = carlas.get("/board/")
    assert page.status_code == 200
    assert "Sign in" in page.content.decode()
    assert carlas.get("/me/").status_code == 302


def test_other_peoples_sessions_are_remembered(sam):
    client = left_alone(sign_in(Client(), sam, second_factor=False), 200 * HOUR)
    assert client.get("/me/").status_code == 200


def test_who_becomes_staff_is_held_to_it_from_then_on(sam, carla):
    client = left_alone(sign_in(Client(), sam), 200 * HOUR)
    add_role(sam, Role.COORDINATOR, by=carla)
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("nonsense", ["soon", None, [], 10**12, -1, True])
def test_a_session_of_another_version_ends_instead_of_failing(carlas, nonsense):
    in_session(carlas, **{middleware.SIGNED_IN_AT: nonsense, middleware.SEEN_AT: nonsense})
    assert carlas.get("/admin/").status_code == 302


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
def test_a_jump_of_the_clock_signs_staff_out_and_no_more(carlas, monkeypatch, jump):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert carlas.get("/admin/").status_code == 302
    assert carlas.get("/").status_code == 200


def test_a_busy_minute_writes_the_session_once(carlas, django_assert_num_queries):
    carlas.get("/account/logout/")
    with django_assert_num_queries(3) as asked:
        carlas.get("/account/logout/")
    assert not [q for q in asked.captured_queries if "UPDATE" in q["sql"]]


@pytest.mark.parametrize(
    "path",
    ["/account/email/", "/account/data/", "/account/ways/", "/account/login/", "/account/nothing/"],
)
def test_no_cache_keeps_a_page_of_an_account(sam, client, path):
    for browser in (client, sign_in(Client(), sam)):
        control = browser.get(path).headers["Cache-Control"]
        assert "no-store" in control
        assert "private" in control
