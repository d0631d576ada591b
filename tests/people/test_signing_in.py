"""Signing up, in and out: a code by mail, a password for who wants one, and nothing given away."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage

from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role, User
from tests.support import factories

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def mails() -> list[EmailMessage]:
    """What was sent so far; the worker has just been there."""
    sweep()
    return list(mail.outbox)


def code_in_mail() -> str:
    letter = mails()[-1]
    found = CODE.search(str(letter.body))
    assert found, letter.body
    return found.group(1)


def is_signed_in(client):
    return client.get("/help/").status_code == 200


def test_someone_new_signs_up_with_a_name_an_address_and_a_code(client):
    client.post("/account/signup/", {"email": "nadia@people.example", "name": "Nadia"})
    assert not is_signed_in(client)
    client.post("/account/confirm-email/", {"code": code_in_mail()})
    assert is_signed_in(client)
    nadia = User.objects.get(email="nadia@people.example")
    assert (nadia.name, nadia.roles) == ("Nadia", {Role.NEIGHBOUR})
    assert not nadia.has_usable_password()


def test_the_mail_names_the_group_and_says_what_to_do(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    letter = mails()[-1]
    assert letter.subject == "Mutual Aid: Your code"
    assert "You did not ask for it? Then do nothing." in letter.body
    assert "http://localhost:8000" in letter.body
    assert "example.com" not in letter.body


def test_without_a_password_a_code_comes_and_opens(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    answer = client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert answer.headers["Location"] == "/me/"
    assert is_signed_in(client)


def test_a_code_is_understood_in_small_letters_and_without_its_hyphen(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    typed = code_in_mail().lower().replace("-", " ")
    client.post("/account/login/code/confirm/", {"code": typed})
    assert is_signed_in(client)


def test_a_wrong_code_is_told_and_three_of_them_end_it(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    first = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert first.status_code == 200
    assert 'role="alert"' in first.content.decode()
    right = code_in_mail()
    for _ in range(2):
        client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    client.post("/account/login/code/confirm/", {"code": right})
    assert not is_signed_in(client)


def test_a_new_code_can_be_asked_for(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    client.post("/account/login/code/confirm/", {"action": "resend"})
    assert len(mails()) == 2
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert is_signed_in(client)


def test_who_has_a_password_may_use_it(client):
    factories.person("Pat", email="pat@people.example", password="a-long-enough-one")
    client.post("/account/login/", {"login": "pat@people.example", "password": "wrong"})
    assert not is_signed_in(client)
    client.post("/account/login/", {"login": "pat@people.example", "password": "a-long-enough-one"})
    assert is_signed_in(client)
    assert not mails()


def test_signing_out_is_a_step_of_its_own_and_ends_it(rosa, signed_in):
    client = signed_in(rosa)
    assert client.get("/account/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_known_and_unknown_addresses_answer_alike(client, rosa):
    def response_to(address: str) -> tuple[int, str, str]:
        sent = client.post("/account/login/", {"login": address})
        page = client.get(sent.headers["Location"]).content.decode()
        page = re.sub(r'value="\w{64}"', "", page).replace(address, "")
        client.cookies.clear()
        return sent.status_code, sent.headers["Location"], page

    assert response_to(rosa.email) == response_to("unknown@people.example")
    assert "there is no account with it" in mails()[-1].body


def test_signing_up_twice_gives_nothing_away_and_sends_the_way_in(client, rosa):
    answer = client.post("/account/signup/", {"email": rosa.email, "name": "Rosa"})
    assert answer.headers["Location"] == "/account/confirm-email/"
    assert "There is one already." in mails()[-1].body
    assert "http://localhost:8000/account/login/" in mails()[-1].body


@pytest.mark.one_database
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "///evil.example",
        "https:evil.example", "javascript:alert(1)", "http://localhost:8000@evil.example",
        "\thttps://evil.example", "https:///evil.example", "%2F%2Fevil.example", "\\\\evil.example",
    ],
)  # fmt: skip
def test_signing_in_never_leads_to_another_host(client, rosa, elsewhere):
    client.post("/account/login/", {"login": rosa.email, "next": elsewhere})
    answer = client.post(
        "/account/login/code/confirm/", {"code": code_in_mail(), "next": elsewhere}
    )
    target = urljoin("http://localhost/", answer.headers["Location"].replace("\\", "/"))
    assert urlsplit(target).netloc == "localhost"


@pytest.mark.parametrize("typed", ["\0", "x" * 100_000, "not an address", "", "ä@ö"])
def test_nonsense_at_the_door_is_told_kindly(client, typed):
    for path, field in (("/account/login/", "login"), ("/account/signup/", "email")):
        answer = client.post(path, {field: typed, "name": typed})
        assert answer.status_code in (200, 302)


def test_too_many_tries_are_stopped_with_a_kind_page(client, rosa):
    answers = [client.post("/account/login/", {"login": rosa.email}) for _ in range(40)]
    stopped = [answer for answer in answers if answer.status_code == 429]
    assert stopped
    assert "try again in an hour" in stopped[0].content.decode()
