"""Passkeys: whatever a browser sends is an answer or none, and no account that ended comes back by one."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from fido2.utils import websafe_encode
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mutualaid.data_rights.actions import erase_account
from mutualaid.people.actions import deactivate_person
from mutualaid.people.models import Role
from mutualaid.people.roles import add_role
from mutualaid.people.sign_in.second_factor import is_asked_at_sign_in
from tests.support import factories
from tests.support.factors import has_app
from tests.support.few import examples
from tests.support.signing_in import sign_in

LOGIN = "/account/ways/webauthn/login/"
ACCEPT = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def parts() -> st.SearchStrategy[object]:
    """What a made-up credential may hold: anything, and now and then what is expected there."""
    text = st.text(max_size=20) | st.sampled_from(
        ["AQID", "MQ", "", "public-key", "a" * 5000, "9" * 60]
    )
    plain = st.none() | st.booleans() | st.integers() | text
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=6,
    )


def credentials() -> st.SearchStrategy[object]:
    response = st.fixed_dictionaries(
        {},
        optional={
            name: parts()
            for name in (
                "clientDataJSON",
                "authenticatorData",
                "signature",
                "userHandle",
                "attestationObject",
            )
        },
    )
    whole = st.fixed_dictionaries(
        {},
        optional={
            "id": parts(), "rawId": parts(), "type": parts(),
            "response": response | parts(), "clientExtensionResults": parts(),
        },
    )  # fmt: skip
    return whole | parts()


class AnyAnswer(TestCase):
    @pytest.mark.slow
    @settings(max_examples=examples(100))
    @given(credential=credentials())
    def test_nothing_that_is_sent_as_a_passkey_breaks_or_opens_anything(self, credential):
        cache.clear()
        client = Client()
        client.get(LOGIN, headers=ACCEPT)
        answer = client.post(LOGIN, {"credential": json.dumps(credential)})
        assert answer.status_code == 302
        assert client.get("/me/").status_code == 302

    @pytest.mark.slow
    @settings(max_examples=examples(50))
    @given(credential=credentials())
    def test_nor_where_one_is_added(self, credential):
        cache.clear()
        client = sign_in(Client(), factories.person())
        client.get("/account/ways/webauthn/add/")
        answer = client.post("/account/ways/webauthn/add/", {"credential": json.dumps(credential)})
        assert answer.status_code == 200
        assert not Authenticator.objects.exists()


DEEP = (
    "[" * 100_000,
    '{"id":' * 50_000,
    "9" * 5_000,
    "[" * 900 + "]" * 900,
    '{"id": 1' + "0" * 4_999 + "}",
)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", DEEP, ids=lambda typed: typed[:8])
@pytest.mark.parametrize(
    "path",
    [
        LOGIN,
        "/account/ways/webauthn/add/",
        "/account/ways/webauthn/reauthenticate/",
        "/account/ways/authenticate/",
    ],
)
def test_json_of_any_depth_and_numbers_of_any_length_are_refused(carla, path, typed):
    Authenticator.objects.create(user=carla, type="totp", data={"secret": ""})
    client = Client() if path == LOGIN else sign_in(Client(), carla)
    client.get(path, headers=ACCEPT)
    assert client.post(path, {"credential": typed}).status_code in (200, 302)
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["false", "0", "null", "[]", "{}", '""', "", "NaN", "1e999"])
def test_no_word_in_place_of_a_passkey_becomes_one(client, carla, typed):
    sign_in(client, carla, second_factor=False)
    client.get("/account/ways/webauthn/add/")
    assert client.post("/account/ways/webauthn/add/", {"credential": typed}).status_code == 200
    assert not Authenticator.objects.exists()


def handle_of(pk: object) -> dict[str, object]:
    """A passkey as the browser of someone with this account sends it, as far as we read it first."""
    return {
        "id": "AQID", "rawId": "AQID", "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps({"type": "webauthn.get", "challenge": "x", "origin": "http://localhost:8000"}).encode()),
            "authenticatorData": websafe_encode(bytes(37)),
            "signature": "AQID",
            "userHandle": websafe_encode(str(pk).encode()),
        },
    }  # fmt: skip


@pytest.mark.django_db
def test_a_passkey_of_an_account_that_ended_or_never_was_is_refused_kindly(client, sam, carla):
    Authenticator.objects.create(
        user=sam, type="webauthn", data={"name": "phone", "credential": {}}
    )
    erase_account(sam)
    assert not Authenticator.objects.filter(user=sam).exists()
    for pk in (sam.pk, 10**9, 10**40, -1, "x", ""):
        client.get(LOGIN, headers=ACCEPT)
        answer = client.post(LOGIN, {"credential": json.dumps(handle_of(pk))}, follow=True)
        assert "work here. Try again, or use another way" in answer.content.decode(), pk
        assert client.get("/me/").status_code == 302


@pytest.mark.django_db
def test_who_is_switched_off_is_not_let_in_by_what_they_still_have(sam, carla):
    has_app(sam)
    deactivate_person(sam, by=carla)
    client = Client()
    client.post("/account/login/", {"login": sam.email})
    assert client.get("/account/ways/authenticate/").status_code == 302
    assert client.get("/me/").status_code == 302


@pytest.mark.django_db
def test_a_passkey_is_no_lock_for_a_neighbour_and_one_for_staff(sam):
    Authenticator.objects.create(
        user=sam, type="webauthn", data={"name": "phone", "credential": {}}
    )
    assert not is_asked_at_sign_in(sam)
    add_role(sam, Role.COORDINATOR)
    assert is_asked_at_sign_in(sam)
