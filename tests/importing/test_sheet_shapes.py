"""Thirteen shapes of sheets as groups have them, each with what is right: findings of real exports."""

from datetime import UTC, date, datetime

import pytest
from django.core.management.base import CommandError

from requests_app.models import Ask, Need
from tests.support import factories
from tests.support.sheets import output_of, read
from tests.support.workbooks import save, workbook

pytestmark = pytest.mark.one_database
GOOGLE = ["Timestamp", "What is your name?", "Phone number", "What do you need?", "Neighborhood"]


@pytest.fixture(autouse=True)
def kinds(catalogue):
    factories.category("groceries")
    factories.category("prescription-pickup")


def needs():
    return list(Need.objects.order_by("pk").select_related("category", "ask__contact", "notes"))


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_a_workbook_is_read_and_its_days_are_days(tmp_path):
    rows = [
        ["Reference", "Submitted at", "Kind", "Place", "Phone", "People"],
        [7, datetime(2026, 3, 15, 10, 30), "food", "Riverside", 16085550142, 4],
        [8, date(2026, 3, 16), "water", "Riverside", "608 555 0143", 2.0],
    ]
    path = save(tmp_path / "may.xlsx", workbook({"Needs": rows}))
    assert "Imported: 2 rows" in output_of("import_needs", path)
    first, second = needs()
    assert first.created_at == datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
    assert second.created_at == datetime(2026, 3, 16, tzinfo=UTC)
    assert (first.ask.reference, first.ask.contact.phone) == ("7", "16085550142")
    assert (first.people_count, second.people_count) == (4, 2)


def test_of_several_sheets_one_is_chosen(tmp_path):
    rows = [["Reference", "Kind", "Place"], ["1", "food", "Riverside"]]
    path = save(tmp_path / "may.xlsx", workbook({"Read me": [["Hello", "you"]], "Needs": rows}))
    with pytest.raises(CommandError, match=r"several sheets.*Read me, Needs"):
        output_of("import_needs", path)
    with pytest.raises(CommandError, match="no sheet “Nedes”"):
        output_of("import_needs", path, "--sheet", "Nedes")
    assert "Imported: 1 rows" in output_of("import_needs", path, "--sheet", "Needs")


def test_the_headings_may_stand_below_a_title_and_merged_cells_and_twice(tmp_path):
    rows = [
        ["Requests of the spring", None, None, None, None],
        [None, None, None, None, None],
        ["Reference", "Kind", "Contact", None, "Place"],
        [None, None, "Phone", "E-mail", None],
        ["1", "food", "608 555 0142", "ana@people.example", "Riverside"],
    ]
    merged = {"Needs": ["A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4"]}
    path = save(tmp_path / "may.xlsx", workbook({"Needs": rows}, merged=merged))
    assert "Imported: 1 rows" in output_of("import_needs", path)
    contact = needs()[0].ask.contact
    assert (contact.phone, contact.email) == ("608 555 0142", "ana@people.example")


def test_a_line_that_names_the_separator_is_no_heading_and_the_same_heading_twice_is_told_apart(
    tmp_path,
):
    text = "sep=;\nReference;Kind;Place;Notes;Notes\n1;food;Riverside;Rice;no nuts\n"
    assert "Imported: 1 rows" in output_of("import_needs", write(tmp_path / "may.csv", text))
    assert needs()[0].notes.text == "Rice\nNotes (2): no nuts"


def test_rows_of_a_form_have_no_number_and_come_in_once(tmp_path):
    """Also when one row is added, and the state of another has changed meanwhile."""
    head = ",".join([*GOOGLE, "Status"])
    first = "3/14/2026 9:00:11,Ana,608 555 0142,Groceries,Riverside,New"
    second = "3/15/2026 9:00:11,Bo,608 555 0143,Groceries,Riverside,New"
    path = write(tmp_path / "form.csv", f"{head}\n{first}\n")
    assert "Imported: 1 rows" in output_of("import_needs", path, "--date-order", "mdy")
    write(path, f"{head}\n{first.replace('New', 'In progress')}\n{second}\n{second}\n")
    output = output_of("import_needs", path, "--date-order", "mdy")
    assert "Imported: 1 rows" in output
    assert "Were there already: 1" in output
    assert "row 4: It says the same as row 3." in output
    assert [need.ask.contact.name for need in needs()] == ["Ana", "Bo"]


def test_kinds_between_commas_are_a_list_where_each_is_known(tmp_path):
    head = ",".join(GOOGLE)
    rows = [
        '2026-03-14 9:00,Ana,608 555 0142,"Groceries, Prescription pickup",Riverside',
        '2026-03-14 9:01,Bo,608 555 0143,"Rides, with a wheelchair",Riverside',
    ]
    path = write(tmp_path / "form.csv", "\n".join([head, *rows]))
    output = output_of("import_needs", path)
    assert "row 3: There is no category “Rides, with a wheelchair”" in output
    assert [need.category.slug for need in needs()] == ["groceries", "prescription-pickup"]
    path.write_text(path.read_text().replace("Bo", "Bo B"))
    mapped = ["--category", "Rides, with a wheelchair=water"]
    assert "Imported: 1 rows" in output_of("import_needs", path, *mapped)


@pytest.mark.parametrize(
    ("written", "order", "moment"),
    [
        ("2020/03/14 9:00:11 p. m. GMT+1", "", datetime(2020, 3, 14, 20, 0, 11, tzinfo=UTC)),
        ("2026/03/20 3:33:33 PM EDT", "", datetime(2026, 3, 20, 19, 33, 33, tzinfo=UTC)),
        ('"March 21, 2026"', "", datetime(2026, 3, 21, tzinfo=UTC)),
        ("46102", "", datetime(2026, 3, 21, tzinfo=UTC)),
        ("21 mars 2026 à 14h30", "", datetime(2026, 3, 21, 14, 30, tzinfo=UTC)),
        ("5 de mayo de 2021", "", datetime(2021, 5, 5, tzinfo=UTC)),
        ("31/12/2020 08:15", "", datetime(2020, 12, 31, 8, 15, tzinfo=UTC)),
        ("12/31/2020 8:15 AM", "", datetime(2020, 12, 31, 8, 15, tzinfo=UTC)),
        ("03/04/2020", "dmy", datetime(2020, 4, 3, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_programs_write_them(tmp_path, written, order, moment):
    text = f"Created time,Kind,Place\n{written},food,Riverside\n"
    options = ["--date-order", order] if order else []
    output = output_of("import_needs", write(tmp_path / "may.csv", text), *options)
    assert "Imported: 1 rows" in output, output
    assert needs()[0].created_at == moment


def test_the_order_of_a_column_is_found_in_all_of_it_and_asked_for_where_nothing_tells(tmp_path):
    text = "Timestamp,Kind,Place\n03/04/2020,food,Riverside\n25/04/2020,food,Riverside\n"
    output_of("import_needs", write(tmp_path / "may.csv", text))
    assert [need.created_at.month for need in needs()] == [4, 4]
    text = "Timestamp,Kind,Place\n03/04/2020,food,Riverside\n"
    with pytest.raises(CommandError, match="Does the day or the month come first"):
        output_of("import_needs", write(tmp_path / "june.csv", text))


@pytest.mark.parametrize(
    ("household", "count", "notes"),
    [
        ("5+", 5, "Household: 5+"),
        ("4.0", 4, ""),
        ("2 adults + 3 kids", None, "Household: 2 adults + 3 kids"),
        ("many", None, "Household: many"),
        ("0", None, "Household: 0"),
    ],
)
def test_a_household_that_is_no_number_is_kept_in_words(tmp_path, household, count, notes):
    text = f"Reference,Kind,Place,Household\n1,food,Riverside,{household}\n"
    output_of("import_needs", write(tmp_path / "may.csv", text))
    (need,) = needs()
    assert (need.people_count, need.notes.text) == (count, notes)


@pytest.mark.parametrize(
    ("cell", "email", "notes"),
    [
        ("N/A", "", ""),
        ("none", "", ""),
        ("ana@people.example", "ana@people.example", ""),
        (
            "ana@people.example or bo@people.example",
            "ana@people.example",
            "E-mail: ana@people.example or bo@people.example",
        ),
        ("ana at home", "", "E-mail: ana at home"),
    ],
)
def test_an_email_that_is_none_or_two_keeps_no_one_out(tmp_path, cell, email, notes):
    text = f"Reference,Kind,Place,E-mail,Phone\n1,food,Riverside,{cell},608 555 0142\n"
    output_of("import_needs", write(tmp_path / "may.csv", text))
    (need,) = needs()
    assert (need.ask.contact.email, need.notes.text) == (email, notes)


@pytest.mark.parametrize("status", ["Completed", "Cancelled", "Duplicate", "terminé", "CERRADO"])
def test_what_is_over_is_left_out(tmp_path, status):
    text = f"Reference,Kind,Place,Status\n1,food,Riverside,{status}\n2,food,Riverside,New\n"
    output = output_of("import_needs", write(tmp_path / "may.csv", text))
    assert "Over, left out: 1" in output
    assert [need.ask.reference for need in needs()] == ["2"]


def test_what_is_over_can_come_in_as_closed_and_is_never_matched(tmp_path):
    text = "Reference,Kind,Place,Status\n1,food,Riverside,Done\n2,food,Riverside,Cancelled\n"
    path = write(tmp_path / "may.csv", text)
    output_of("import_needs", path, "--status", "Done=fulfilled", "--status", "Cancelled=withdrawn")
    assert [(n.state, n.close_reason, n.match_due_at) for n in needs()] == [
        ("closed", "fulfilled", None),
        ("closed", "withdrawn", None),
    ]
    assert [event.action for event in needs()[0].events.all()] == ["post", "close"]


def test_what_someone_works_on_is_read_first_and_an_unknown_status_is_asked_for(tmp_path):
    text = "Reference,Kind,Place,Status\n1,food,Riverside,In progress\n2,food,Riverside,Blue\n"
    path = write(tmp_path / "may.csv", text)
    output = output_of("import_needs", path)
    assert "row 3: No one has said what the status “Blue” means" in output
    (need,) = needs()
    assert (need.state, need.notes.text) == ("triage", "Status: In progress")
    assert "Imported: 1 rows" in output_of("import_needs", path, "--status", "Blue=open")


@pytest.mark.parametrize(
    ("word", "urgency", "notes"),
    [("ASAP", 4, ""), ("Today", 4, ""), ("tomorrow", 3, ""), ("No hurry", 1, ""), ("", 2, ""),
     ("when the moon is full", 2, "Urgency: when the moon is full")],
)  # fmt: skip
def test_how_soon_is_read_in_words(tmp_path, word, urgency, notes):
    text = f"Reference,Kind,Place,Urgency\n1,food,Riverside,{word}\n"
    output_of("import_needs", write(tmp_path / "may.csv", text))
    (need,) = needs()
    assert (need.urgency, need.notes.text) == (urgency, notes)


def test_a_row_that_no_one_can_reach_is_told(tmp_path):
    text = "Reference,Kind,Place,Phone,E-mail\n1,food,Riverside,n/a,\n2,food,Riverside,,a@people.example\n"
    output = output_of("import_needs", write(tmp_path / "may.csv", text))
    assert "row 2: No one can reach them: there is no phone, e-mail or address." in output
    assert [need.ask.reference for need in needs()] == ["2"]


def test_a_phone_that_excel_has_destroyed_is_told(tmp_path):
    text = "Reference,Kind,Place,Phone\n1,food,Riverside,1.60856E+10\n"
    output = output_of("import_needs", write(tmp_path / "may.csv", text))
    assert "row 2: Excel has destroyed the phone number" in output
    assert not needs()


def test_all_of_them_can_be_in_one_area(tmp_path):
    path = write(tmp_path / "may.csv", "Reference,Kind\n1,food\n")
    assert "No area has the name of the place" in output_of("import_needs", path)
    assert "Imported: 1 rows" in output_of("import_needs", path, "--area", "riverside")
    assert needs()[0].locality.slug == "riverside"


FORMS = {
    "es": ["Marca temporal", "Tipo de ayuda", "Barrio", "Teléfono", "Correo electrónico"],
    "fr": ["Horodateur", "Type d'aide", "Quartier", "Téléphone", "Courriel"],
    "de": ["Zeitstempel", "Art der Hilfe", "Stadtteil", "Telefonnummer", "E-Mail-Adresse"],
    "ar": ["طابع زمني", "نوع المساعدة", "الحي", "رقم الهاتف", "البريد الإلكتروني"],
}
ANSWERS = ["14/03/2026 9:00", "food", "Riverside", "608 555 0142", "a@people.example"]
LEGACY = {"ar": "cp1256"}


@pytest.mark.parametrize("language", FORMS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "legacy"])
def test_headings_separators_and_encodings_are_found(tmp_path, language, separator, encoding):
    text = f"{separator.join(FORMS[language])}\n{separator.join(ANSWERS)}\n"
    encoding = LEGACY.get(language, "cp1252") if encoding == "legacy" else encoding
    path = write(tmp_path / "may.csv", text, encoding)
    assert "Imported: 1 rows" in output_of("import_needs", path)
    contact = needs()[0].ask.contact
    assert (contact.phone, contact.email) == ("608 555 0142", "a@people.example")
    assert needs()[0].created_at == datetime(2026, 3, 14, 9, tzinfo=UTC)


def test_all_reasons_of_a_row_are_told_at_once(tmp_path):
    text = "Reference,Timestamp,Kind,Place,Phone\n1,soon,tents,Atlantis,1.6E+10\n"
    path = write(tmp_path / "may.csv", text)
    output = output_of("import_needs", path)
    why = read(tmp_path / "may.unread.csv")[0]["Import: why"]
    for reason in ("There is no category “tents”", "No area has the name", "The date is not one",
                   "Excel has destroyed"):  # fmt: skip
        assert f"row 2: {reason}" in output
        assert reason in why


def test_hundreds_of_open_needs_are_looked_at_one_after_another(tmp_path):
    rows = "".join(f"{n},food,Riverside\n" for n in range(300))
    output_of("import_needs", write(tmp_path / "may.csv", f"Reference,Kind,Place\n{rows}"))
    looks = list(Need.objects.order_by("match_due_at").values_list("match_due_at", flat=True))
    assert (looks[-1] - looks[0]).total_seconds() >= 299 * 20 - 60
    assert Ask.objects.count() == 300
