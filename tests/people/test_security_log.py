"""Each sign-in, failure, refusal and limit leaves its line, and no line tells of a person. ASVS 16.3."""

import json
import logging
import logging.config
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client

from mutualaid.logs import JsonFormatter
from mutualaid.people.actions import deactivate_person
from mutualaid.people.models import Role, User
from mutualaid.people.ratelimit import HOUR, Limit
from tests.people.test_signing_in import code_in_mail
from tests.support import factories, stored
from tests.support.factors import app_code, has_app
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LOGIN, CONFIRM = "/account/login/", "/account/login/code/confirm/"
PASSWORD = "a-long-enough-one"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch):
    """Return a function that gives the lines of the security log that the site wrote so far."""
    cache.clear()
    logging.config.dictConfig(site_settings.LOGGING)
    written: list[str] = []
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(handler, "emit", lambda record: written.append(handler.format(record)))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [
        line for line in map(json.loads, written) if line["logger"] == "mutualaid.security"
    ]
    root.removeHandler(handler)


def kinds(lines: Lines) -> list[str]:
    return [line["kind"] for line in lines()]


def with_password(name: str, **fields: Any) -> User:
    return factories.person(
        name, email=f"{name.split()[0].lower()}@canary.example", password=PASSWORD, **fields
    )


def test_a_sign_in_by_code_and_signing_out(lines, client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    answer = client.post(CONFIRM, {"code": code_in_mail()})
    client.post("/account/logout/")
    (signed_in, signed_out) = lines()
    assert (signed_in["kind"], signed_in["level"]) == ("signed_in", "INFO")
    assert signed_in["route"] == "account/login/code/confirm/"
    assert signed_in["request"] == answer.headers["X-Request-ID"]
    assert signed_out["kind"] == "signed_out"


def test_a_wrong_password_and_a_wrong_code(lines, client):
    with_password("Pat")
    client.post(LOGIN, {"login": "pat@canary.example", "password": "wrong"})
    client.post(LOGIN, {"login": "nobody@canary.example", "password": "wrong"})
    client.post(LOGIN, {"login": "pat@canary.example"})
    client.post(CONFIRM, {"code": "BCDF-BCDF"})
    assert kinds(lines) == ["sign_in_failed", "sign_in_failed", "code_wrong"]
    assert {line["level"] for line in lines()} == {"WARNING"}


def test_someone_who_is_switched_off(lines, client, carla):
    pat = with_password("Pat")
    deactivate_person(pat, by=carla)
    client.post(LOGIN, {"login": "pat@canary.example", "password": PASSWORD})
    assert kinds(lines) == ["sessions_ended", "sign_in_failed", "sign_in_failed"]


def test_a_second_factor_that_failed_was_used_and_was_changed(lines, client, carla):
    has_app(carla)
    client.post(LOGIN, {"login": carla.email})
    client.post(CONFIRM, {"code": code_in_mail()})
    client.post("/account/ways/authenticate/", {"code": "000000"})
    client.post("/account/ways/authenticate/", {"code": app_code()})
    client.post("/account/ways/totp/deactivate/")
    assert kinds(lines)[:3] == ["second_factor_failed", "second_factor_used", "signed_in"]
    assert set(kinds(lines)[3:]) == {"sessions_ended", "second_factor_changed"}
    assert {line.get("account") for line in lines()} == {carla.pk}


def test_a_passkey_that_is_none(lines, client):
    client.post("/account/ways/webauthn/login/", {"credential": '{"id": 1}'})
    assert kinds(lines) == ["second_factor_failed"]


def test_who_they_are_is_proved_once_more(lines, client, rosa):
    sign_in(client, rosa)
    client.post("/account/reauthenticate/code/", {"send": "email"})
    client.post("/account/reauthenticate/code/", {"code": "BCDF-BCDF"})
    client.post("/account/reauthenticate/code/", {"code": code_in_mail()})
    assert kinds(lines) == ["signed_in", "code_wrong", "proved_again"]


def test_a_password_that_is_set(lines, client, rosa):
    sign_in(client, rosa)
    client.post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert "password_changed" in kinds(lines)


def test_a_page_that_is_hidden(lines, client):
    assert client.get("/need/no-such-link/").status_code == 404
    (line,) = lines()
    assert (line["kind"], line["status"], line["level"]) == ("refused", 404, "WARNING")
    assert line["route"] == "need/<str:token>/"


def test_a_request_that_is_damaged(lines, client):
    damaged = {
        "data": b"login=a",
        "content_type": "application/x-www-form-urlencoded; charset=utf-7",
    }
    assert client.generic("POST", LOGIN, **damaged).status_code == 400
    assert kinds(lines) == ["refused"]


def test_what_a_role_may_not_open(lines, client):
    intake = factories.person("Ines", Role.INTAKE)
    assert sign_in(client, intake).get("/admin/people/user/").status_code == 403
    line = lines()[-1]
    assert (line["kind"], line["status"], line["account"]) == ("refused", 403, intake.pk)


def test_a_form_without_its_token(lines, rosa):
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"login": rosa.email}).status_code == 403
    assert kinds(lines) == ["refused"]


def test_an_address_that_was_never_one_of_ours_is_no_refusal(lines, client):
    assert client.get("/wp-login.php").status_code == 404
    assert lines() == []


def test_a_limit_that_is_hit_says_which(lines, client, rosa):
    for _ in range(6):
        Client().post(LOGIN, {"login": rosa.email})
    limit, refused = lines()
    assert (limit["kind"], limit["limit"], limit["route"]) == (
        "limit",
        "code-contact",
        "account/login/",
    )
    assert (refused["kind"], refused["status"]) == ("refused", 429)


def test_a_limit_outside_of_any_page_is_noted_too(lines):
    for _ in range(2):
        Limit("text-number", 1, HOUR).exceeded_until("someone")
    assert kinds(lines) == ["limit"]


def test_no_line_tells_of_a_person(lines, client, carla):
    """Names, addresses, phones, codes, passwords, private links and networks: none is in any line."""
    pat = with_password("Pat Canary")
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    for typed in (pat.email, "canary@people.example", "+1 212 987 6543"):
        client.post(LOGIN, {"login": typed, "password": "canary-password"})
        client.post(LOGIN, {"login": typed})
        client.post(CONFIRM, {"code": "CANA-RYCO"})
    client.get("/need/canary-link/")
    client.post(LOGIN, {"login": pat.email, "password": PASSWORD})
    client.get("/help/canary/")
    secrets = ("anary", "CANA", "987 6543", "9876543", "203.0.113", PASSWORD, str(pat.email))
    assert len(lines()) > 5
    assert stored.leaks(secrets, str(lines())) == []
    assert not any("account" in line for line in lines()), (
        "no neighbour is named, not by a number either"
    )


def test_the_team_is_named_by_the_id_of_the_account(lines, client, carla):
    sign_in(client, carla)
    assert lines()[0]["account"] == carla.pk


def test_a_sign_in_of_the_team_is_on_the_page_who_did_what(client, carla, rosa):
    for user in (carla, rosa):
        client.post(LOGIN, {"login": user.email})
        client.post(CONFIRM, {"code": code_in_mail()})
        client.post("/account/logout/")
    assert list(LogEntry.objects.values_list("user", "change_message")) == [(carla.pk, "signed in")]
    page = sign_in(client, carla).get("/admin/people/stafflogentry/?kind=sign_in").content.decode()
    assert "signed in" in page
