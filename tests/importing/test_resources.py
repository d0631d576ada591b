"""What is near, by a sheet with the terms of HSDS: in the browser and on the command line."""

from datetime import date
from functools import partial

import pytest
from django.urls import reverse

from mutualaid.importing.kinds.resources import resource_reader
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.sheets.table import Row, Table
from mutualaid.resources.actions import change_resource, mark_checked, report_wrong
from mutualaid.resources.hsds import service_id
from mutualaid.resources.models import Resource
from tests.importing.uploads import checked, outcomes, press, proposed, upload
from tests.support.at_once import at_once
from tests.support.sheets import output_of

SHEET = """\
Directory of the county,,,,,,,,,,,,,
id,name,organization,organization type,description,taxonomy_terms,service_areas,city,address_1,\
schedules,eligibility_description,required_documents,languages,fees_description,phone,url,status,assured_date
s-1,Friday table,Grace Kitchen,food bank,Bags of food,food,Riverside; Hilltop,Riverside,7 Hill Road,\
Fridays 4 to 6 pm,Everyone,A bag; a card,en; ht,Free,608 555 0142,https://table.example,active,2026-11-01
s-2,Water line,,,,water,Hilltop,,,,,,,,608 555 0143,,inactive,
s-3,,,planet,,tents,Atlantis,,,,,,kl,,,table.example,perhaps,2099-01-01
"""


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


def directory():
    """All that is said of each resource."""
    rows = Resource.objects.with_all().order_by("public_id")
    names = [field.attname for field in Resource._meta.concrete_fields if field.name != "id"]
    return [
        (
            {name: getattr(row, name) for name in names},
            *(sorted(getattr(row, name).all(), key=str) for name in ("categories", "areas")),
            sorted(row.languages.all(), key=str),
        )
        for row in rows
    ]


def imported(browser, content=SHEET):
    run = checked(browser, upload(browser, content, "county.csv", kind="resources"))
    press(browser, run, "import")
    assert run.state == "done"
    return run


def test_the_terms_of_hsds_are_known_as_headings(browser):
    run = upload(browser, SHEET, "county.csv", kind="resources")
    form = proposed(browser, run)
    found = {name: value for name, value in form.items() if name.startswith("column_") and value}
    assert found == {
        "column_reference": "id",
        "column_name": "name",
        "column_organization": "organization",
        "column_group": "organization type",
        "column_details": "description",
        "column_category": "taxonomy_terms",
        "column_areas": "service_areas",
        "column_place": "city",
        "column_address": "address_1",
        "column_hours": "schedules",
        "column_eligibility": "eligibility_description",
        "column_to_bring": "required_documents",
        "column_language": "languages",
        "column_cost": "fees_description",
        "column_phone": "phone",
        "column_website": "url",
        "column_status": "status",
        "column_checked_on": "assured_date",
    }


def test_a_row_becomes_a_resource(browser):
    run = imported(browser)
    assert outcomes(run) == {3: "imported", 4: "imported", 5: "unread"}
    table = Resource.objects.get(name="Friday table")
    assert table.public_id == service_id("s-1")
    assert (table.organization, table.kind, table.is_active) == ("Grace Kitchen", "food_bank", True)
    assert (table.locality.slug, table.address) == ("riverside", "7 Hill Road")
    assert (table.hours, table.cost) == ("Fridays 4 to 6 pm", "Free")
    assert table.to_bring == "A bag\na card"
    assert {area.slug for area in table.areas.all()} == {"riverside", "hilltop"}
    assert {language.code for language in table.languages.all()} == {"en", "ht"}
    assert str(table.checked_on) == "2026-11-01"
    line = Resource.objects.get(name="Water line")
    assert (line.locality, line.is_active, line.checked_on) == (None, False, None)


def test_all_reasons_of_a_row_are_said_at_once(browser):
    run = checked(browser, upload(browser, SHEET, "county.csv", kind="resources"))
    reasons = run.sheet_rows.get(number=5).reason_list
    for words in (
        "Name: This field cannot be blank",
        "There is no kind of group “planet”",
        "There is no category “tents”",
        "No area has the name of the place",
        "A language is not known",
        "Website: Write an address that starts with https://",
        "The status is “active” or “inactive”, not “perhaps”",
        "Choose today or an earlier day",
    ):
        assert any(words in reason for reason in reasons), (words, reasons)
    assert len(reasons) == 8


def test_what_is_left_to_correct_is_read_in_again(browser):
    run = imported(browser)
    answer = browser.get(reverse("admin:import_corrections", args=[run.pk]))
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"] == 'attachment; filename="county.unread.csv"'
    mended = text.replace(
        "s-3,,,planet,,tents,Atlantis,,,,,,kl,,,table.example,perhaps,2099-01-01",
        "s-3,Clinic,,clinic,,water,Hilltop,,,,,,,,,,,",
    )
    again = imported(browser, mended)
    assert list(outcomes(again).values()) == ["imported"]
    assert Resource.objects.get(name="Clinic").kind == "clinic"


def test_a_sheet_that_is_read_twice_changes_nothing(browser):
    imported(browser)
    before = directory()
    run = checked(browser, upload(browser, SHEET, "county.csv", kind="resources"))
    assert outcomes(run) == {3: "existing", 4: "existing", 5: "unread"}
    assert directory() == before


def test_an_empty_cell_leaves_what_is_known(browser):
    imported(browser)
    imported(browser, "id,name,kinds of help,phone,hours\ns-1,Friday table,,,Fridays 5 to 7 pm\n")
    table = Resource.objects.get(name="Friday table")
    assert (table.hours, table.phone, table.kind) == (
        "Fridays 5 to 7 pm",
        "608 555 0142",
        "food_bank",
    )
    assert table.areas.count() == 2
    assert [category.slug for category in table.categories.all()] == ["food"]


def test_without_an_id_a_row_is_known_by_name_and_place(browser):
    sheet = "name,kinds of help,city,phone\nPantry,food,Riverside,608 555 0101\n"
    imported(browser, sheet + "Pantry,food,Hilltop,608 555 0102\n")
    assert Resource.objects.filter(name="Pantry").count() == 2
    imported(browser, sheet.replace("0101", "0109"))
    assert set(Resource.objects.values_list("phone", flat=True)) == {"608 555 0109", "608 555 0102"}


def test_taken_back_the_directory_is_as_it_was(browser, carla):
    imported(browser)
    before = directory()
    changed = SHEET.replace("Fridays 4 to 6", "Mondays 1 to 2").replace("food,River", "water,River")
    run = imported(browser, changed + "s-4,New,,,,food,Hilltop\n")
    assert directory() != before
    press(browser, run, "undo")
    assert run.state == "undone"
    assert directory() == before


@pytest.mark.parametrize("what", ["change", "check", "report"])
def test_what_someone_has_touched_since_is_not_taken_back(what, browser, carla):
    run = imported(browser)
    table = Resource.objects.get(name="Friday table")
    match what:
        case "change":
            change_resource(table, {"cost": "2 dollars"}, by=carla)
        case "check":
            mark_checked(table, by=carla)
        case "report":
            report_wrong(table, what="closed", words="")
    assert "something has come of 1 row" in press(browser, run, "undo")
    assert run.state == "done"
    assert Resource.objects.filter(name="Friday table").exists()


def test_words_are_given_a_meaning(browser):
    sheet = "name,kinds of help,service areas\nPantry,Groceries to go,Old Town; Riverside\n"
    run = upload(browser, sheet, "county.csv", kind="resources")
    form = browser.get(reverse("admin:import", args=[run.pk])).context["form"]
    keys = {field.label: field.html_name for field in form}
    checked(browser, run, **{keys["Groceries to go"]: "food", keys["Old Town"]: "hilltop"})
    press(browser, run, "import")
    pantry = Resource.objects.get()
    assert {area.slug for area in pantry.areas.all()} == {"riverside", "hilltop"}


def test_the_command_does_the_same(tmp_path):
    path = tmp_path / "county.csv"
    path.write_text(SHEET)
    assert "To be imported: 2" in output_of("import_resource_sheet", path, "--dry-run")
    assert not Resource.objects.exists()
    output = output_of("import_resource_sheet", path)
    assert "Imported: 2" in output
    assert "Unread: 1" in output
    assert (tmp_path / "county.unread.csv").exists()
    assert "Were there already: 2" in output_of("import_resource_sheet", path)


def test_the_command_reads_dates_in_the_order_it_is_told(tmp_path):
    path = tmp_path / "county.csv"
    path.write_text("name,taxonomy terms,city,assured_date\nTable,food,Riverside,02/01/2026\n")
    with path.open("a") as sheet:
        sheet.write("Line,food,Riverside,13/01/2026\n")  # by itself it says that the day is first
    output = output_of("import_resource_sheet", path, "--date-order", "mdy")
    assert "Unread: 1" in output
    assert Resource.objects.get().checked_on == date(2026, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_read_one_directory_at_once_have_each_resource_once(carla):
    rows = [Row(n, [f"s-{n}", f"Table {n}", "food", "Riverside"]) for n in range(2, 7)]
    headings = ["id", "name", "taxonomy terms", "city"]

    def read(rows):
        reader = resource_reader(Table(headings, rows), SheetChoices())
        return reader.write(reader.judge(rows, {}), by=carla)

    made = at_once([partial(read, rows), partial(read, rows[::-1])])
    assert sum(map(len, made)) == 5
    assert Resource.objects.count() == 5
