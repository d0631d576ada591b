"""Open needs as text for a chat, and lists to print: without anything of anyone."""

import pytest

from requests_app.actions import ContactDetails
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def needs():
    private = factories.category("papers", sensitive=True)
    hilltop = factories.locality("hilltop", 0.0, 0.009)
    kept = factories.need(category=factories.category("laundry"))
    kept.ask.exclusions.create(fingerprint="f" * 32)
    factories.need(category=private)
    ride = factories.need(category=factories.category("rides"), locality=hilltop, urgency=4)
    return factories.need(notes="No nuts, please."), ride


def text_in(page: str) -> str:
    return page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]


def test_the_text_says_what_where_and_when_and_where_the_board_is(admin, needs):
    text = text_in(admin.get("/admin/text/").content.decode())
    lines = text.splitlines()
    assert lines[0] == "Can you help with one of these?"
    assert lines[2:4] == [
        f"• Rides, Hilltop: Today ({needs[1].code})",
        f"• Groceries, Riverside: This week ({needs[0].code})",
    ]
    assert lines[-1].endswith("/board/")


def test_nothing_of_anyone_and_nothing_sensitive_is_in_text_or_on_paper(admin, needs):
    for page in ("/admin/text/", "/admin/print/needs/"):
        shown = admin.get(page).content.decode()
        shown = shown.partition('id="content"')[2]
        assert needs[0].code in shown
        for private in ("Ana", "555 0100", "7 Hill Road", "nuts"):
            assert private not in shown
        listed = text_in(shown) or shown.partition("<tbody")[2]
        for sensitive in ("Papers", "Laundry"):
            assert sensitive not in listed


def test_the_text_is_narrowed_by_kind_and_area(admin, needs):
    text = text_in(admin.get("/admin/text/?area=hilltop").content.decode())
    assert "Rides" in text
    assert "Groceries" not in text
    page = admin.get("/admin/text/?category=nonsense").content.decode()
    assert "Groceries" in text_in(page)
    assert "errorlist" in page


def test_where_nothing_is_open_there_is_nothing_to_copy(admin):
    page = admin.get("/admin/text/").content.decode()
    assert "<textarea" not in page
    assert "Nothing is open there just now." in page


def test_a_list_to_print_is_the_list_with_its_filters_and_boxes_to_tick(admin, needs):
    page = admin.get("/admin/print/needs/?urgency__exact=4").content.decode()
    assert needs[1].code in page
    assert needs[0].code not in page
    assert page.count('class="tick"') == 3
    assert "printed on" in page


def test_a_word_with_a_sign_of_html_is_a_word(admin):
    factories.need(locality=factories.locality("<b>x</b>"), contact=ContactDetails(name="Ana"))
    assert (
        "<b>"
        not in admin.get("/admin/print/needs/").content.decode().partition("<tbody")[2].lower()
    )
    assert "<b>" not in text_in(admin.get("/admin/text/").content.decode()).lower()
