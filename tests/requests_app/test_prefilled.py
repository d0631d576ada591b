"""Who is signed in finds what we know of them in the questions, and can change it for this ask."""

import pytest

from requests_app.models import AskContact, Need
from tests.support import asking, factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _words_and_places():
    asking.words_and_places()
    factories.language("es", "Español")
    factories.locality("harbour")


@pytest.fixture
def rosas(rosa, signed_in):
    return signed_in(rosa)


def shown(client, step: str) -> str:
    return str(client.get(f"/ask/{step}/").content.decode())


def test_their_name_and_mail_are_there_before_they_type(rosas):
    page = shown(rosas, "contact")
    assert 'value="Rosa"' in page
    assert 'value="rosa@people.example"' in page


def test_the_area_and_languages_of_their_last_ask_are_there(rosa, rosas):
    spanish = [factories.language("es")]
    factories.ask(
        factories.details(locality=factories.locality("harbour")), account=rosa, languages=spanish
    )
    assert '<option value="harbour" selected>' in shown(rosas, "where")

    form = rosas.get("/ask/contact/").context["form"]
    assert form["languages"].value() == ["es"]


def test_with_no_ask_it_is_the_area_of_the_account(rosa, rosas):
    rosa.locality = factories.locality("harbour")
    rosa.save()
    assert '<option value="harbour" selected>' in shown(rosas, "where")


def test_it_is_changed_for_this_ask_alone(rosa, rosas):
    asking.ask(rosas, contact={"name": "Rosa M.", "email": ""})
    contact = AskContact.objects.get()
    assert (contact.name, contact.email) == ("Rosa M.", "")
    rosa.refresh_from_db()
    assert rosa.name == "Rosa"
    assert Need.objects.get().locality.slug == "riverside"


def test_of_someone_else_nothing_is_supposed(rosas):
    asking.answer(rosas, "who", for_whom="someone_else")
    assert "rosa@people.example" not in shown(rosas, "contact").split("<main")[1]


def test_who_is_signed_out_finds_it_empty(client, rosa):
    factories.ask(account=rosa)
    assert client.get("/ask/contact/").context["form"]["name"].value() is None
    assert not client.get("/ask/where/").context["form"]["locality"].value()
