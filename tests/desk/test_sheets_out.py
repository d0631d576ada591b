"""What the list shows, as a sheet: with its filters and its order, and without a contact detail."""

import csv
import io
import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from mutualaid.admin.ticked import as_text as ticked_as_text
from mutualaid.admin.ticked import from_text
from mutualaid.boundary.csv_cells import escape_formula
from mutualaid.desk.exports.files import file_of
from mutualaid.people.models import Role
from requests_app import actions
from requests_app.actions import ContactDetails
from tests.support import factories

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def rows_of_csv(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(answer).decode("utf-8-sig"), newline="")))


def cells_of_workbook(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def codes(answer) -> list[str]:
    return [row["Reference"] for row in rows_of_csv(answer)]


@pytest.fixture
def needs():
    """Groceries and a ride, of two areas."""
    ride = factories.need(
        category=factories.category("rides"),
        locality=factories.locality("hilltop", 0.0, 0.009),
        urgency=4,
        needed_by=date(2099, 5, 1),
        people_count=3,
        week_parts=0b000111,
        contact=ContactDetails(name="Bo", phone="555 0177", address="3 Lake Street"),
    )
    return factories.need(notes="No nuts, please."), ride


def test_the_sheet_says_what_where_and_when(admin, needs):
    answer = admin.get("/admin/sheets/needs.csv")
    ride, groceries = rows_of_csv(answer)
    assert ride | {"Asked at": ""} == {
        "Reference": needs[1].code, "Kind": "Rides", "Area": "Hilltop", "State": "Looking",
        "Urgency": "Today", "Needed by": "2099-05-01", "Good times": "weekdays", "People": "3",
        "Asked at": "", "Helpers wanted": "1", "Helpers": "0", "Came from": "",
    }  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", ride["Asked at"])
    assert (groceries["Needed by"], groceries["People"]) == ("", "")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["needs", "asks", "offers", "people"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_sheet_holds_a_contact_detail_or_a_word_someone_wrote(name, kind, admin, needs, sam):
    factories.offer(by=sam)
    content = content_of(admin.get(f"/admin/sheets/{name}.{kind}"))
    if kind == "xlsx":
        content = str(cells_of_workbook(content)).encode()
    for private in (
        b"Ana",
        b"Bo",
        b"555 01",
        b"7 Hill Road",
        b"3 Lake",
        b"nuts",
        b"@people.example",
    ):
        assert private not in content


def test_it_holds_what_the_list_shows_in_its_order(admin, needs):
    groceries, ride = needs
    assert codes(admin.get("/admin/sheets/needs.csv")) == [ride.code, groceries.code]
    assert codes(admin.get("/admin/sheets/needs.csv?urgency__exact=4")) == [ride.code]
    assert codes(admin.get("/admin/sheets/needs.csv?q=groceries&p=9")) == [groceries.code]
    upside_down = codes(admin.get("/admin/sheets/needs.csv?o=5"))
    assert set(upside_down) == {ride.code, groceries.code}


def test_it_is_narrowed_to_the_areas_of_the_coordinator_as_the_list_is(admin, needs, carla):
    groceries, ride = needs
    carla.memberships.get(role="coordinator").areas.add(ride.locality)
    assert codes(admin.get("/admin/sheets/needs.csv")) == [ride.code]
    everywhere = codes(admin.get("/admin/sheets/needs.csv?areas=all"))
    assert everywhere == [ride.code, groceries.code]


def test_a_filter_that_there_is_not_gives_no_list_of_everything(admin, needs):
    assert admin.get("/admin/sheets/needs.csv?ask__contact__phone=5").status_code == 400
    assert admin.get("/admin/sheets/needs.csv?locality__id__exact=x").status_code == 404


def tick(admin, path, *rows, **typed):
    """Tick rows of a list and ask for them alone; returns the page of the list that comes."""
    data = {"action": "only_ticked", "_selected_action": [row.pk for row in rows], **typed}
    return admin.post(path, data, follow=True)


def sheet_of(page, name):
    """The sheet to which the page of a list leads."""
    query = page.context["cl"].get_query_string()
    return rows_of_csv(page.client.get(f"/admin/sheets/{name}.csv{query}"))


def test_only_the_ticked_ones_are_taken_along_with_the_filters_of_the_list(admin, needs):
    groceries, ride = needs
    third = factories.need()
    page = tick(admin, "/admin/requests_app/need/?o=-5", groceries, ride)
    assert {row["Reference"] for row in sheet_of(page, "needs")} == {groceries.code, ride.code}
    assert "only these 2" in page.content.decode()
    narrowed = tick(admin, "/admin/requests_app/need/?urgency__exact=4", ride)
    assert [row["Reference"] for row in sheet_of(narrowed, "needs")] == [ride.code]
    query = narrowed.context["cl"].get_query_string()
    assert "urgency__exact=4" in query
    for link in (f"/admin/print/needs/{query}", f"/admin/sheets/needs.xlsx{query}"):
        assert link.replace("&", "&amp;") in narrowed.content.decode()
    assert third.code not in admin.get(f"/admin/print/needs/{query}").content.decode()


def test_all_of_a_list_are_its_filters_and_not_a_hundred_numbers(admin, needs):
    path = "/admin/requests_app/need/?urgency__exact=4"
    page = tick(admin, path, needs[1], select_across="1")
    assert "ticked" not in page.context["cl"].get_query_string()
    assert [row["Reference"] for row in sheet_of(page, "needs")] == [needs[1].code]


def test_ticked_offers_are_taken_along_too(admin):
    kept, other = factories.offer(by=factories.person("Sam")), factories.offer()
    page = tick(admin, "/admin/offers_app/offer/", kept)
    assert [row["Name"] for row in sheet_of(page, "offers")] == ["Sam"]
    assert str(other.volunteer) != "Sam"


@pytest.mark.parametrize("ticked", ["", "%", "-", "zzzzzzzzzzzzzzzzzzzz", "zzzzzzzzzzzzz", "1--2"])
def test_nonsense_instead_of_ticked_rows_gives_none(ticked, admin, needs):
    assert codes(admin.get("/admin/sheets/needs.csv", {"ticked": ticked})) == []


@pytest.mark.one_database
@given(st.sets(st.integers(1, 2**40), min_size=1, max_size=50))
def test_ticked_rows_come_back_from_the_address(pks):
    assert set(from_text(ticked_as_text(pks))) == pks


def test_five_hundred_ticked_of_a_million_fit_into_an_address():
    assert len(ticked_as_text(range(7, 1_000_000, 2_000))) < 2_500


def test_offers_say_what_and_where(admin, sam):
    offer = factories.offer(by=sam)
    offer.categories.add(factories.category("rides"))
    offer.localities.add(factories.locality("hilltop", 0.0, 0.009))
    (row,) = rows_of_csv(admin.get("/admin/sheets/offers.csv"))
    assert row["Kinds"] == "; ".join(category.label for category in offer.categories.all())
    assert set(row["Kinds"].split("; ")) >= {"Rides"}
    assert set(row["Areas"].split("; ")) == {area.name for area in offer.localities.all()}
    assert "Hilltop" in row["Areas"]


def test_whoever_took_calls_takes_their_own_along(signed_in, needs):
    mei = factories.person("Mei", Role.INTAKE)
    own = factories.need(taken_in_by=mei)
    assert codes(signed_in(mei).get("/admin/sheets/needs.csv")) == [own.code]
    assert signed_in(mei).get("/admin/sheets/people.csv").status_code == 403


def test_headings_and_words_are_in_the_readers_language(admin, carla, needs):
    carla.language = "es"
    carla.save()
    answer = admin.get("/admin/sheets/needs.csv", headers={"Accept-Language": "es"})
    row = rows_of_csv(answer)[0]
    assert list(row)[:3] == ["Referencia", "Tipo", "Zona"]
    assert row["Urgencia"] == "Hoy"


def test_a_workbook_has_days_as_days_and_numbers_as_numbers(admin, needs):
    content = content_of(admin.get("/admin/sheets/needs.xlsx"))
    headings, ride, _groceries = cells_of_workbook(content)
    row = dict(zip(headings, ride, strict=True))
    assert (row["Needed by"], row["People"]) == (datetime(2099, 5, 1), 3)
    assert isinstance(row["Asked at"], datetime)


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("name", ["needs", "asks", "offers", "people"])
def test_few_queries_however_many_rows(name, admin):
    counted = []
    for number in (1, 3, 60):
        for _ in range(number):
            factories.need(), factories.offer()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            content_of(admin.get(f"/admin/sheets/{name}.csv"))
        counted.append(len(queries))
    assert counted[0] == counted[1] == counted[2] <= MOST_QUERIES


def test_claims_count_and_names_of_helpers_stay_here(admin, needs, sam):
    actions.claim_need(needs[0], by=sam, weekly_limit=2)
    row = next(
        row for row in rows_of_csv(admin.get("/admin/sheets/needs.csv")) if row["Helpers"] != "0"
    )
    assert (row["Reference"], row["Helpers"]) == (needs[0].code, "1")
    assert "Sam" not in row.values()


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.from_regex(r"['\s]*[=+\-@＝\t;].*"),
)


@pytest.mark.one_database
@settings(max_examples=10)
@given(st.lists(TEXTS, min_size=100, max_size=100))
def test_no_text_of_a_workbook_is_a_formula(texts):
    """A thousand of them; and where a program saves it as CSV, it knows which ones to mark."""
    content = content_of(file_of([["heading"], *([text] for text in texts)], "xlsx", name="needs"))
    _heading, *cells = load_workbook(io.BytesIO(content))["Sheet"]["A"]
    for text, cell in zip(texts, cells, strict=True):
        assert cell.value is None or isinstance(cell.value, str)
        assert cell.data_type != "f"
        shown = ILLEGAL_CHARACTERS_RE.sub("", text)
        assert not shown or cell.quotePrefix == (escape_formula(shown) != shown)
