"""Signing up, in and out: a code by mail, a password for who wants one, and nothing given away."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role, User
from tests.support import factories
from tests.support.elsewhere import ELSEWHERE, host_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
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
    assert "If you didn't ask for it, you don't need to do anything." in letter.body
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


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_to_another_host(client, rosa, elsewhere):
    client.post("/account/login/", {"login": rosa.email, "next": elsewhere})
    answer = client.post(
        "/account/login/code/confirm/", {"code": code_in_mail(), "next": elsewhere}
    )
    assert host_of(answer.headers["Location"]) == "localhost"


@pytest.mark.parametrize("typed", ["\0", "x" * 100_000, "not an address", "", "ä@ö"])
def test_nonsense_at_the_door_is_told_kindly(client, typed):
    for path, field in (("/account/login/", "login"), ("/account/signup/", "email")):
        answer = client.post(path, {field: typed, "name": typed})
        assert answer.status_code in (200, 302)


def from_elsewhere(path: str, email: str, address: str = "127.0.0.1") -> HttpResponse:
    """What a browser without cookies gets where it types this e-mail."""
    typed = {"login": email, "email": email, "address": email, "name": "Rosa"}
    answer: HttpResponse = Client(REMOTE_ADDR=address).post(path, typed)  # type: ignore[assignment]
    return answer


def test_too_many_tries_are_stopped_with_a_kind_page_that_says_when_to_come_again(rosa):
    answers = [from_elsewhere("/account/login/", rosa.email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "try again in 60 minutes" in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) <= 3600
    assert len(mails()) == 5


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/"])
def test_known_and_unknown_are_stopped_alike_and_by_one_limit_for_all_ways(rosa, path):
    def stopped(email: str) -> list[int]:
        paths = [path] * 6 + ["/account/password/reset/", "/need/lost/"]
        return [from_elsewhere(path, email).status_code for path in paths]

    assert stopped(rosa.email) == stopped("new@people.example") == [302] * 5 + [429] * 3


@pytest.mark.slow
def test_stopped_sign_ups_leave_no_account_behind():
    for n in range(40):
        from_elsewhere("/account/signup/", f"new{n}@people.example")
    assert User.objects.count() == 30
    assert len(mails()) == 30


def test_a_code_that_came_before_the_flood_still_opens(client, rosa):
    client.post("/account/login/", {"login": rosa.email})
    code = code_in_mail()
    for _ in range(9):
        stopped = from_elsewhere("/account/login/", rosa.email, "198.51.100.9")
    assert stopped.status_code == 429
    assert "Did a code come already? It still works." in stopped.content.decode()
    assert client.post("/account/login/code/confirm/", {"action": "resend"}).status_code == 429
    client.post("/account/login/code/confirm/", {"code": code})
    assert is_signed_in(client)


def test_a_code_sent_again_counts_too(client, rosa):
    for _ in range(3):
        from_elsewhere("/account/login/", rosa.email)
    client.post("/account/login/", {"login": rosa.email})
    again = [
        client.post("/account/login/code/confirm/", {"action": "resend"}).status_code
        for _ in range(2)
    ]
    assert again == [302, 429]
    assert len(mails()) == 5


@pytest.mark.slow
def test_after_twenty_wrong_codes_from_one_network_none_is_looked_at(client, rosa):
    def enter(typed: str = "") -> int:
        browser = Client(REMOTE_ADDR="198.51.100.9")
        browser.post("/account/login/", {"login": factories.person().email})
        code = typed or code_in_mail()
        return browser.post("/account/login/code/confirm/", {"code": code}).status_code

    assert [enter() for _ in range(3)] == [302] * 3, "right ones do not count"
    assert {enter("AAAA-AAAA") for _ in range(20)} == {200}
    assert enter("AAAA-AAAA") == enter() == 429
    client.post("/account/login/", {"login": rosa.email})
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert is_signed_in(client), "other networks go on"


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/", "/need/lost/"])
def test_known_and_unknown_do_the_same_work(rosa, path):
    """So that the time of the answer does not tell which it was."""

    def work(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as done:
            from_elsewhere(path, email)
        return [" ".join(query["sql"].split()[:3]) for query in done]

    def writes(email: str) -> list[str]:
        """Without savepoints, of which a page of the real site has none."""
        return sorted(
            sql for sql in work(email) if sql.split()[0] in ("INSERT", "UPDATE", "DELETE")
        )

    work("first@people.example")
    assert writes(rosa.email) == writes("new@people.example")
