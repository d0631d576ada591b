"""Staff sign in with two factors: the admin opens only to a session in which both were used. S9, S10, S18."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from mutualaid.encryption import fields
from mutualaid.encryption.fields import encrypt
from mutualaid.notify.models import Notification
from mutualaid.people.decisions import NeedsTwoPeople
from mutualaid.people.models import Role, User
from mutualaid.people.roles import remove_role
from mutualaid.people.sign_in.actions import remove_second_factor
from mutualaid.people.sign_in.mfa import ANY_ROW, COLUMN
from tests.people.test_signing_in import code_in_mail
from tests.support import factories
from tests.support.factors import SECRET, app_code, factors_of, has_app
from tests.support.people import has_phone
from tests.support.signing_in import location, sign_in, time_passes

pytestmark = pytest.mark.django_db
SET_UP, PROVE = "/account/second-factor/", "/account/ways/reauthenticate/"
APP, STOP_APP = "/account/ways/totp/activate/", "/account/ways/totp/deactivate/"
CODES = "/account/ways/recovery-codes/"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def by_mail(client: Client, user: User) -> Client:
    """Sign in by the first factor."""
    client.post("/account/login/", {"login": user.email})
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    return client


def is_in_admin(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_superusers_need_it_as_well(client):
    ada = factories.person("Ada", is_superuser=True)
    assert location(sign_in(client, ada, second_factor=False).get("/admin/")) == SET_UP
    assert is_in_admin(sign_in(Client(), ada))


def test_everybody_else_goes_on_without(client, sam):
    sign_in(client, sam, second_factor=False)
    assert client.get("/me/").status_code == 200
    assert client.get("/admin/").status_code == 302
    assert SET_UP not in location(client.get("/admin/"))


def test_a_coordinators_other_pages_need_only_the_first(client, carla):
    sign_in(client, carla, second_factor=False)
    assert client.get("/me/").status_code == 200


def test_the_demo_on_this_machine_does_without(client, carla, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    assert is_in_admin(sign_in(client, carla, second_factor=False))


@pytest.mark.django_db(transaction=True)
def test_set_up_on_the_first_sign_in_it_leads_back_to_where_they_wanted_to_go(client, carla):
    by_mail(client, carla)
    wanted = "/admin/requests_app/need/?q=rice"
    assert location(client.get(wanted)) == SET_UP
    page = client.get(SET_UP).content.decode()
    assert APP in page
    assert "something only you have" in page
    page = client.get(APP).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    assert "<svg" in page
    assert "data:" not in page
    assert location(client.post(APP, {"code": app_code(secret)})) == CODES
    page = client.get(CODES).content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(set(codes)) == 10
    assert location(client.get("/account/second-factor/go-on/")) == wanted
    assert client.get(wanted).status_code == 200
    assert not re.findall(r"<code>", client.get(CODES).content.decode())
    assert client.get("/account/ways/recovery-codes/download/").status_code in (403, 404)
    assert Notification.objects.filter(kind="ways_to_sign_in", recipient=carla).exists()


def test_from_then_on_the_sign_in_asks_for_both(client, carla):
    has_app(carla)
    by_mail(client, carla)
    assert client.get("/me/").status_code == 302
    assert client.get("/account/ways/authenticate/").status_code == 200
    client.post("/account/ways/authenticate/", {"code": "000000"})
    assert client.get("/me/").status_code == 302
    client.post("/account/ways/authenticate/", {"code": app_code()})
    assert is_in_admin(client)


def test_the_app_of_a_volunteer_is_asked_for_too(client, sam):
    has_app(sam)
    by_mail(client, sam)
    assert client.get("/me/").status_code == 302


def test_whoever_has_one_but_did_not_use_it_is_asked_and_comes_back(client, carla):
    has_app(carla)
    sign_in(client, carla, second_factor=False)
    wanted = "/admin/people/user/"
    asked = client.get(wanted)
    assert location(asked) == f"{PROVE}?next=%2Fadmin%2Fpeople%2Fuser%2F"
    page = client.get(location(asked)).content.decode()
    assert f'value="{wanted}"' in page
    answer = client.post(PROVE, {"code": app_code(), "next": wanted})
    assert location(answer) == wanted
    assert client.get(wanted).status_code == 200


def test_a_code_works_once_even_for_a_thief_who_saw_it_and_a_clock_that_is_set_back(
    client, sam, monkeypatch
):
    has_app(sam)
    code = app_code()
    sign_in(client, sam, second_factor=False)
    assert location(client.post(PROVE, {"code": code, "next": "/me/"})) == "/me/"
    cache.clear()
    thief = sign_in(Client(), sam, second_factor=False)
    assert thief.post(PROVE, {"code": code}).status_code == 200
    now = time.time()
    for jump in (3600, 0, -25):
        monkeypatch.setattr(time, "time", lambda jump=jump: now + jump)
        cache.clear()
        assert thief.post(PROVE, {"code": code}).status_code == 200
    monkeypatch.undo()
    assert thief.post("/account/data/download/").status_code == 302


def test_the_code_that_set_it_up_does_not_open_anything_else(client, carla, transactional_db):
    sign_in(client, carla)
    client.get(APP)
    code = app_code(client.session["mfa.totp.secret"])
    client.post(APP, {"code": code})
    assert factors_of(carla) == ["recovery_codes", "totp"]
    thief = sign_in(Client(), carla, second_factor=False)
    assert thief.post(PROVE, {"code": code}).status_code == 200


@pytest.mark.parametrize("step", [-1, 1])
def test_a_phone_whose_clock_is_half_a_minute_off_is_understood(client, carla, step):
    has_app(carla)
    sign_in(client, carla, second_factor=False)
    assert client.post(PROVE, {"code": app_code(steps=step)}).status_code == 302


def test_a_recovery_code_works_once(client, carla):
    codes = has_app(carla)
    sign_in(client, carla, second_factor=False)
    assert client.post(PROVE, {"code": codes[3]}).status_code == 302
    assert is_in_admin(client)
    thief = sign_in(Client(), carla, second_factor=False)
    assert thief.post(PROVE, {"code": codes[3]}).status_code == 200
    assert thief.post(PROVE, {"code": codes[4]}).status_code == 302


@pytest.mark.slow
def test_guessing_ends_after_a_few_tries_and_for_the_day_after_twenty(client, carla, monkeypatch):
    has_app(carla)
    now = time.time()
    tried = 0
    for minute in range(60):  # an attacker who waits out every short limit
        monkeypatch.setattr(time, "time", lambda minute=minute: now + minute * 61)
        thief = sign_in(Client(), carla, second_factor=False)
        for code in ("000000", "111111", "12345678"):
            page = thief.post(PROVE, {"code": code}).content.decode()
            tried += "the one your app shows now" in page
    assert tried <= 20
    monkeypatch.undo()
    told = Notification.objects.filter(kind="second_factor_guessed")
    assert [row.recipient for row in told] == [carla]


def test_tries_of_another_person_do_not_count(client, carla, sam):
    has_app(carla)
    has_app(sam)
    for _ in range(10):
        thief = sign_in(Client(), sam, second_factor=False)
        thief.post(PROVE, {"code": "000000"}, REMOTE_ADDR="10.1.1.1")
    sign_in(client, carla, second_factor=False)
    assert client.post(PROVE, {"code": app_code()}).status_code == 302


@pytest.mark.parametrize("typed", ["", "\0", "9" * 5000, "١٢٣٤٥٦", "🙂", "12 34 56", "'; --"])
def test_nonsense_instead_of_a_code_is_told_kindly(client, carla, typed):
    has_app(carla)
    sign_in(client, carla, second_factor=False)
    assert client.post(PROVE, {"code": typed}).status_code == 200
    assert not is_in_admin(client)


def test_secrets_lie_encrypted_and_move_to_a_new_key(client, carla, settings, monkeypatch):
    codes = has_app(carla)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT data FROM {Authenticator._meta.db_table}")
        stored = repr(cursor.fetchall())
    assert SECRET not in stored
    assert not any(code in stored for code in codes)
    new = "k9:" + "QUJD" * 10 + "QUI="
    settings.CONTACT_KEYS = [new, *settings.CONTACT_KEYS]
    call_command("rotate_keys", verbosity=0)
    settings.CONTACT_KEYS = [new]
    sign_in(client, carla, second_factor=False)
    assert client.post(PROVE, {"code": app_code()}).status_code == 302


def test_a_secret_is_readable_in_its_own_place_only():
    sealed = encrypt("secret", column=COLUMN, row=ANY_ROW)
    with pytest.raises(fields.WrongKey):
        fields.decrypt(sealed, column="people_keptform.sealed", row=ANY_ROW)


# Sessions end with what they were for.


def test_setting_one_up_ends_the_sessions_that_have_not_seen_it(carla, transactional_db):
    old = sign_in(Client(), carla)
    new = sign_in(Client(), carla)
    new.get(APP)
    new.post(APP, {"code": app_code(new.session["mfa.totp.secret"])})
    assert old.get("/me/").status_code == 302
    assert new.get("/me/").status_code == 200


def test_removing_it_ends_other_sessions_and_closes_the_admin_here(carla, transactional_db):
    has_app(carla)
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, carla, second_factor=False)
    here.post(PROVE, {"code": app_code()})
    elsewhere.post(PROVE, {"code": app_code(steps=1)})
    assert is_in_admin(here)
    assert here.post(STOP_APP).status_code == 302
    assert factors_of(carla) == []
    assert not is_in_admin(here)
    assert elsewhere.get("/me/").status_code == 302


def test_new_recovery_codes_end_the_old_ones_and_other_sessions(carla, transactional_db):
    old_codes = has_app(carla)
    here, elsewhere = sign_in(Client(), carla), sign_in(Client(), carla)
    here.post("/account/ways/recovery-codes/generate/")
    assert elsewhere.get("/me/").status_code == 302
    thief = sign_in(Client(), carla, second_factor=False)
    assert thief.post(PROVE, {"code": old_codes[0]}).status_code == 200


def test_an_old_cookie_is_dead_once_the_role_is_lost(carla, mallory):
    factories.person("Dora", Role.COORDINATOR)
    client = sign_in(Client(), carla)
    assert is_in_admin(client)
    remove_role(carla, Role.COORDINATOR, by=mallory)
    assert client.get("/me/").status_code == 302


def test_an_old_cookie_is_dead_once_the_password_is_another(carla):
    client = sign_in(Client(), carla)
    carla.set_password("something quite long")
    carla.save()
    assert client.get("/me/").status_code == 302
    assert not is_in_admin(client)


def test_signing_out_everywhere_ends_every_device(carla, sam):
    here, elsewhere, of_sam = (sign_in(Client(), user) for user in (carla, carla, sam))
    page = here.post("/account/sign-out-everywhere/", follow=True).content.decode()
    assert "signed out on every device" in page
    for client in (here, elsewhere):
        assert client.get("/me/").status_code == 302
    assert of_sam.get("/me/").status_code == 200


# The way back when everything is lost.


@pytest.fixture
def dora(db) -> User:
    return factories.person("Dora", Role.COORDINATOR)


@pytest.fixture
def emil(db) -> User:
    return factories.person("Emil", Role.COORDINATOR)


def test_two_others_together_remove_it_and_the_owner_is_told(carla, dora, emil):
    has_app(carla)
    client = sign_in(Client(), carla)
    remove_second_factor(carla, by=dora, agreed_by=emil)
    assert factors_of(carla) == []
    assert client.get("/me/").status_code == 302
    assert Notification.objects.filter(kind="ways_to_sign_in", recipient=carla).exists()
    lines = LogEntry.objects.filter(object_id=str(carla.pk)).values_list("user", "change_message")
    assert set(lines) == {
        (dora.pk, "second factor removed: proposed"),
        (emil.pk, "second factor removed: agreed"),
    }
    assert location(sign_in(Client(), carla, second_factor=False).get("/admin/")) == SET_UP


def test_no_one_does_it_alone_nor_to_themself_nor_without_being_staff(carla, dora, sam):
    has_app(carla)
    for by, agreed_by in ((dora, dora), (carla, dora), (dora, carla), (dora, sam), (sam, dora)):
        with pytest.raises(NeedsTwoPeople):
            remove_second_factor(carla, by=by, agreed_by=agreed_by)
    dora.is_active = False
    with pytest.raises(NeedsTwoPeople):
        remove_second_factor(carla, by=dora, agreed_by=factories.person("Fay", Role.COORDINATOR))
    assert factors_of(carla) == ["recovery_codes", "totp"]
    assert not LogEntry.objects.exists()


def test_coordinators_do_not_do_it_to_who_runs_the_site(dora, emil):
    ada = factories.person("Ada", is_superuser=True)
    has_app(ada)
    with pytest.raises(NeedsTwoPeople):
        remove_second_factor(ada, by=dora, agreed_by=emil)


def test_the_site_keeper_does_it_on_the_machine(carla, capsys):
    has_app(carla)
    client = sign_in(Client(), carla)
    call_command("remove_second_factor", carla.email.upper())
    assert "Carla sets up a new one" in capsys.readouterr().out
    assert factors_of(carla) == []
    assert client.get("/me/").status_code == 302
    assert Notification.objects.filter(kind="ways_to_sign_in", recipient=carla).exists()
    assert LogEntry.objects.get(object_id=str(carla.pk)).change_message.startswith("second factor")
    for email, words in ((carla.email, "no second factor"), ("x@x.example", "Nobody")):
        with pytest.raises(CommandError, match=words):
            call_command("remove_second_factor", email)


def test_the_site_keeper_does_it_by_phone_too(carla):
    has_app(carla)
    has_phone(carla)
    call_command("remove_second_factor", "212-555-0143")
    assert factors_of(carla) == []


def test_the_admin_shows_and_changes_no_ones_secrets(client):
    ada = factories.person("Ada", is_superuser=True)
    sign_in(client, ada)
    assert client.get("/admin/mfa/authenticator/").status_code == 404


def test_a_sign_in_that_is_fresh_does_not_stay_so(client, carla):
    has_app(carla)
    sign_in(client, carla)
    time_passes(client, 11 * 60)
    assert is_in_admin(client)
    assert location(client.post(STOP_APP)).startswith(PROVE)
    assert factors_of(carla) == ["recovery_codes", "totp"]
