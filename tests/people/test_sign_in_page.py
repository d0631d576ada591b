"""The page of the sign-in: a code first, and what someone came for stays in sight."""

import pytest
from django.urls import reverse

from mutualaid.notify.tasks import sweep
from requests_app.actions import withdraw_need
from tests.people.test_signing_in import code_in_mail
from tests.support import factories
from tests.support.signing_in import location

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LOGIN = "/account/login/"


def body(answer) -> str:
    return str(answer.content.decode())


@pytest.fixture
def need():
    return factories.need()


def test_a_code_comes_first_and_whoever_has_a_password_says_so(client):
    page = body(client.get(LOGIN, {"next": "/offer/"}))
    assert 'name="password"' not in page
    assert "?next=%2Foffer%2F&amp;password=1" in page
    assert 'name="password"' in body(client.get(LOGIN, {"password": "1"}))


def test_no_one_learns_who_has_a_password(client, rosa):
    factories.person("Pat", email="pat@people.example", password="a-long-enough-one")
    said = set()
    for login in (rosa.email, "pat@people.example", "unknown@people.example"):
        answer = client.post(LOGIN, {"login": login, "password": "wrong one"})
        said.add(" ".join(answer.context["form"].non_field_errors()))
    assert said == {
        "That didn't match. Leave the password empty, and we'll send you a code instead."
    }


def test_from_a_card_of_the_board_to_the_need_it_names(client, need, sam):
    card = reverse("help_need", args=[need.public_id])
    assert f'href="{card}"' in body(client.get("/board/"))
    to = location(client.get(card))
    what = f"{need.category.label} · {need.locality}"
    page = client.get(to)
    assert f"To help with: <strong>{what}</strong>" in body(page)
    assert "An account is free." in body(page)
    assert what in body(client.get(page.context["signup_url"]))
    code_page = location(client.post(to, {"login": sam.email}))
    assert what in body(client.get(code_page))
    assert location(client.post(code_page, {"code": code_in_mail(), "next": card})) == card


def test_only_what_the_board_shows_to_everyone_is_named(client, need):
    card = reverse("help_need", args=[need.public_id])
    withdraw_need(need)
    assert "To help with" not in body(client.get(LOGIN, {"next": card}))


@pytest.mark.parametrize(
    "wanted",
    ["", "https://evil.example/", "//evil.example", "/nothing/", "http://[", "/help/need/x/"],
)
def test_an_address_that_is_no_page_of_ours_names_nothing(client, wanted):
    answer = client.get(LOGIN, {"next": wanted})
    assert answer.status_code == 200
    assert "To help with" not in body(answer)


def test_a_wrong_code_is_told_once(client, rosa):
    client.post(LOGIN, {"login": rosa.email})
    page = body(client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"}))
    assert page.count('class="errors"') == 1
    assert page.count("This isn&#x27;t the code we sent.") == 2, "in the summary and beside the box"


def test_whoever_owns_a_password_hears_when_it_is_set_or_changed(rosa, signed_in, mailoutbox):
    client = signed_in(rosa)
    client.post("/account/password/set/", {"password1": "harbour lemon tractor"})
    sweep()
    assert "A password" in mailoutbox[-1].body
    assert rosa.email in mailoutbox[-1].to


def test_a_forgotten_password_is_replaced_by_a_link_of_our_address(client, mailoutbox):
    pat = factories.person("Pat", email="pat@people.example", password="a-long-enough-one")
    client.post("/account/password/reset/", {"email": pat.email})
    sweep()
    (link,) = [word for word in mailoutbox[-1].body.split() if "/key/" in word]
    assert "With this link you choose a new password" in mailoutbox[-1].body
    form = location(client.get(link))
    client.post(form, {"password1": "harbour lemon tractor"})
    pat.refresh_from_db()
    assert pat.check_password("harbour lemon tractor")
    assert "This link no longer works" in body(client.get(link))
