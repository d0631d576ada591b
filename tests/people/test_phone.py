"""Signing in by a code to a phone: in any spelling, only where its owner confirmed it, and naming no one."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from mutualaid.notify.models import AccountMail, Notification, Preferences
from mutualaid.people.models import User
from tests.support import factories
from tests.support.people import E164, has_phone, wishes
from tests.support.texts import code_in_text, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_in_a_file")]
LOGIN, CONFIRM = "/account/login/", "/account/login/code/confirm/"


SPELLINGS = (
    "+1 212 555 0143",
    "212-555-0143",
    "(212) 555 0143",
    "12125550143",
    "٢١٢٥٥٥٠١٤٣",
    "tel:+12125550143",
)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_box_takes_a_phone_in_any_spelling(client, sam, typed):
    has_phone(sam)
    answer = client.post(LOGIN, {"login": typed, "next": "/help/"})
    assert answer.status_code == 302
    text, code = texts()[-1], code_in_text()
    assert f"To: {E164}" in text
    assert client.post(CONFIRM, {"code": code}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_the_text_is_short_and_names_no_one(client, sam):
    has_phone(sam)
    client.post(LOGIN, {"login": E164})
    text, code = texts()[-1], code_in_text()
    assert f"{code} is your code to sign in. It works for 15 minutes." in text
    for name in ("Sam", sam.email, "Mutual Aid", "help"):
        assert name not in text


def test_while_it_waits_neither_code_nor_number_can_be_read_and_then_it_is_gone(client, sam):
    has_phone(sam)
    client.post(LOGIN, {"login": E164})
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {AccountMail._meta.db_table}")
        waiting = repr(cursor.fetchall())
        cursor.execute(f"SELECT * FROM {Notification._meta.db_table}")
        waiting += repr(cursor.fetchall())
    code = code_in_text()
    assert code not in waiting
    assert "2125550143" not in waiting
    assert not AccountMail.objects.exists()


def test_known_and_unknown_numbers_answer_alike_and_leave_the_same_rows(client, sam):
    has_phone(sam)

    def answer_to(phone: str) -> tuple[object, ...]:
        Notification.objects.all().delete()
        AccountMail.objects.all().delete()
        sent = client.post(LOGIN, {"login": phone})
        page = client.get(sent.headers["Location"]).content.decode()
        page = re.sub(r'value="\w{64}"', "", page).replace(phone, "")
        client.cookies.clear()
        rows = Notification.objects.values_list("kind", "state", "recipient")
        return (
            sent.status_code,
            sent.headers["Location"],
            page,
            list(rows),
            AccountMail.objects.count(),
        )

    assert answer_to(E164) == answer_to("+12125550199")
    assert texts() == []


def test_a_number_no_one_confirmed_gets_no_text_and_opens_nothing(client, sam):
    wishes(sam, phone=E164, phone_request=1)
    client.post(LOGIN, {"login": E164})
    assert texts() == []
    assert client.post(CONFIRM, {"code": ""}).status_code == 200
    client.post(CONFIRM, {"code": "BCDF-BCDF"})
    assert client.get("/me/").status_code == 302


def test_whoever_confirmed_a_number_last_signs_in_as_themself(client, sam, vera):
    for user, days in ((sam, 30), (vera, 1)):
        has_phone(user)
        confirmed = timezone.now() - timedelta(days=days)
        Preferences.objects.filter(user=user).update(phone_confirmed_at=confirmed)
    client.post(LOGIN, {"login": E164})
    client.post(CONFIRM, {"code": code_in_text()})
    assert client.session["_auth_user_id"] == str(vera.pk)


def test_a_number_that_was_taken_back_or_whose_owner_is_gone_opens_nothing(client, sam, vera):
    has_phone(sam)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    client.post(LOGIN, {"login": E164})
    has_phone(vera)
    Preferences.objects.get(user=vera).delete()
    client.cookies.clear()
    client.post(LOGIN, {"login": E164})
    assert texts() == []


def test_a_password_works_with_the_phone_too(client):
    pat = factories.person("Pat", password="a-long-enough-one")
    has_phone(pat)
    assert client.post(LOGIN, {"login": "212 555 0143", "password": "wrong"}).status_code == 200
    client.post(LOGIN, {"login": "212 555 0143", "password": "a-long-enough-one"})
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "", "Sam", "555 0143", "212 555 0143 ext 5", "212 555 0143, 212 555 0144",
        "a@x.example b@x.example", "\0", "9" * 500, "+" * 40,
    ],
)  # fmt: skip
def test_anything_else_is_an_error_beside_the_box_and_stays_typed(client, typed):
    page = client.post(LOGIN, {"login": typed})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()


def test_an_address_with_something_around_it_is_understood(client, rosa):
    assert client.post(LOGIN, {"login": f" <{rosa.email.upper()}> "}).status_code == 302
    assert AccountMail.objects.count() == 1


def test_a_group_without_texts_says_so(client, sam, settings):
    has_phone(sam)
    settings.SMS_URL = ""
    page = client.post(LOGIN, {"login": E164}).content.decode()
    assert "send text messages here." in page
    assert "Your phone number" not in client.get(LOGIN).content.decode()


def test_a_new_code_can_be_asked_for_by_text(client, sam):
    has_phone(sam)
    client.post(LOGIN, {"login": E164})
    first = code_in_text()
    client.post(CONFIRM, {"action": "resend"})
    second = code_in_text()
    assert first != second
    client.post(CONFIRM, {"code": first})
    assert client.get("/me/").status_code == 302
    client.post(CONFIRM, {"code": second})
    assert client.get("/me/").status_code == 200


def test_the_page_shows_a_phone_that_was_given_and_whether_it_is_confirmed(client, sam):
    has_phone(sam)
    client.force_login(sam, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/messages/").content.decode()
    assert E164 in page
    assert "You said that this is your phone." in page


def test_the_page_that_asked_for_a_code_is_the_one_box_now(client):
    answer = client.get("/account/login/code/?next=/help/")
    assert answer.headers["Location"] == "/account/login/?next=/help/"
