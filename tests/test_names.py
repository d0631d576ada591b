"""Every form that takes a name: what misleads is told beside it and stays typed, what is invisible goes."""

import pytest
from django.core import mail

from mutualaid.people.models import User
from requests_app.models import Ask, AskContact, Need
from tests.support import asking, factories
from tests.support.admin_form import as_it_stands, contact_as_it_stands
from tests.support.change_pages import ChangePages
from tests.support.sheets import HEADINGS, output_of, row, write

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MISLEADING = {
    "evil.example/x": "Write a name without a link",
    "Аna": "in one alphabet",
    "Coordinator": "could be taken for the people who run this site",
}
HIDDEN = "\u202eA\u200bna\u2066"


def signs_up(name, client, signed_in, carla) -> tuple[str, str]:
    typed = {"email": "new@people.example", "name": name}
    page = client.post("/account/signup/", typed, follow=True).content.decode()
    return page, "".join(
        User.objects.filter(email="new@people.example").values_list("name", flat=True)
    )


def asks(name, client, signed_in, carla) -> tuple[str, str]:
    asking.words_and_places()
    asking.answer_all(client, contact={"name": name})
    page = client.get("/ask/contact/").content.decode()
    client.post("/ask/check/")
    return page, "".join(contact.name for contact in AskContact.objects.all())


def changes_it(name, client, signed_in, carla) -> tuple[str, str]:
    pages = ChangePages(client)
    page = pages.change("name", name=name)
    stored = pages.value("name")
    return page, "" if name in MISLEADING and stored == "Ana" else stored


def is_corrected(name, client, signed_in, carla) -> tuple[str, str]:
    ask = factories.ask()
    factories.set_contact(ask, name="before")
    browser, path = signed_in(carla), f"/admin/requests_app/ask/{ask.pk}/contact/"
    typed = contact_as_it_stands(browser, path) | {"name": name}
    page = browser.post(path, typed, follow=True).content.decode()
    stored = AskContact.objects.get(ask=ask).name
    return page, "" if stored == "before" else stored


def is_renamed(name, client, signed_in, carla) -> tuple[str, str]:
    user = factories.person("Someone")
    browser, path = signed_in(carla), f"/admin/people/user/{user.pk}/change/"
    page = browser.post(path, as_it_stands(browser, path) | {"name": name}, follow=True)
    user.refresh_from_db()
    return page.content.decode(), "" if user.name == "Someone" else user.name


FORMS = [signs_up, asks, changes_it, is_corrected, is_renamed]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("name", MISLEADING)
def test_what_misleads_is_told_beside_the_name_and_nothing_is_stored(
    form, name, client, signed_in, carla
):
    page, stored = form(name, client, signed_in, carla)
    assert MISLEADING[name] in page
    assert name in page, "what was typed is still there"
    assert stored == ""


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("name", [HIDDEN, "  A\u200dna \n"])
def test_what_no_one_can_see_is_not_stored(form, name, client, signed_in, carla):
    _page, stored = form(name, client, signed_in, carla)
    assert stored in ("Ana", "")  # "" where it was Ana before


@pytest.mark.parametrize("name", ["می\u200cروم", "👩\u200d🚒 Ana", "Nguyễn Ánh"])
@pytest.mark.parametrize("form", [signs_up, asks, is_renamed])
def test_names_of_every_script_and_emoji_are_welcome(form, name, client, signed_in, carla):
    assert form(name, client, signed_in, carla)[1] == name


@pytest.mark.parametrize("name", MISLEADING)
def test_a_row_of_a_spreadsheet_with_such_a_name_is_handed_back(tmp_path, name):
    factories.category("food")
    factories.locality()
    factories.language()
    sheet = tmp_path / "may.csv"
    write(sheet, [*row(), name], [*row(reference="2"), HIDDEN], headings=[*HEADINGS, "Name"])
    assert MISLEADING[name] in output_of("import_needs", sheet)
    assert [contact.name for contact in AskContact.objects.all()] == ["Ana"]


def test_an_older_name_does_not_stand_in_the_way_of_other_changes(carla, signed_in):
    ask = factories.ask()
    contact = AskContact.objects.get(ask=ask)
    contact.name = "Coordinator at evil.example"
    contact.save()
    browser, path = signed_in(carla), f"/admin/requests_app/ask/{ask.pk}/contact/"
    typed = contact_as_it_stands(browser, path) | {"times": "after\u202e 6"}
    browser.post(path, typed)
    contact = AskContact.objects.get(ask=ask)
    assert (contact.name, contact.times) == ("Coordinator at evil.example", "after 6")


def test_words_for_the_helper_keep_their_lines_and_links_and_lose_what_is_hidden(client):
    asking.words_and_places()
    typed = "Milk\r\n\u202ehttps://shop.example/\u200b"
    asking.ask(client, details={"notes": typed}, contact={"address": "7\u2066 Hill\nRoad"})
    assert Need.objects.get().notes.text.split() == ["Milk", "https://shop.example/"]
    assert Ask.objects.get().contact.address == "7 Hill\nRoad"
    assert mail.outbox == []
