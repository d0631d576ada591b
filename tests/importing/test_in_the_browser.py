"""A coordinator's sheet in the browser: uploaded, mapped, checked and imported."""

import re
import sqlite3
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from mutualaid import celery
from mutualaid.catalog.models import Locality
from mutualaid.importing import actions, tasks, work
from mutualaid.importing.command_line.whole_sheet import batches
from mutualaid.importing.kinds.needs import NeedReader
from mutualaid.importing.models import ImportPart, ImportRow, ImportRun, RememberedChoices
from mutualaid.importing.stored import table_for
from mutualaid.people.models import Role
from requests_app.models import Ask, Need
from tests.importing.uploads import (
    SHEET,
    checked,
    imported,
    outcomes,
    page,
    press,
    proposed,
    upload,
)
from tests.support import factories
from tests.support.workbooks import workbook


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


def test_from_a_file_to_needs_that_are_read_first(browser):
    run = checked(browser, upload(browser))
    assert outcomes(run) == {3: "new", 4: "unread", 5: "unread", 6: "left_out"}
    assert not Ask.objects.exists()
    text = page(browser, run)
    for reason in ("There is no category “Tents”", "No area has the name", "No one can reach them"):
        assert reason in text
    press(browser, run, "import")
    (need,) = Need.objects.all()
    assert (need.state, need.category.slug, need.ask.contact.name) == ("triage", "food", "Ana")
    event = need.events.get()
    assert (event.actor_kind, event.actor.name) == ("import", "Carla")
    assert outcomes(run) == {3: "imported", 4: "unread", 5: "unread", 6: "left_out"}


def test_what_is_proposed_is_what_the_sheet_says(browser):
    run = upload(browser)
    form = proposed(browser, run)
    assert form["column_created"] == "Timestamp"
    assert form["column_name"] == "Your name"
    assert form["column_phone"] == "Phone"
    assert form["column_category"] == "What kind of help?"
    assert form["column_place"] == "Neighborhood"
    assert form["date_order"] == "dmy"
    text = page(browser, run)
    assert "Tents" in text
    assert "Atlantis" in text
    assert "Ana · Bo" in text


def test_words_are_given_a_meaning_and_remembered_for_the_next_sheet_like_it(browser):
    run = upload(browser)
    form = browser.get(reverse("admin:import", args=[run.pk])).context["form"]
    keys = {field.label: field.html_name for field in form}
    checked(browser, run, **{keys["Tents"]: "water", keys["Atlantis"]: "hilltop", "source": "form"})
    assert outcomes(run) == {3: "new", 4: "new", 5: "unread", 6: "left_out"}
    press(browser, run, "import")
    assert (
        Need.objects.get(ask__contact__isnull=False, category__slug="water").locality.slug
        == "riverside"
    )
    again = upload(
        browser, SHEET + "19/03/2026 9:00,Eve,608 555 0149,Tents,Riverside,New\n", "april.csv"
    )
    assert proposed(browser, again)["source"] == "form"
    checked(browser, again)
    assert outcomes(again) == {3: "existing", 4: "existing", 5: "unread", 6: "left_out", 7: "new"}


def test_the_row_of_headings_can_be_another(browser):
    run = upload(browser, "Kind,Phone\nArt,Telefonnummer\nfood,608 555 0142\n")
    assert proposed(browser, run)["column_category"] == "Kind"
    press(browser, run, "heading", heading_row="2")
    assert proposed(browser, run)["column_category"] == "Art"


def test_a_file_whose_letters_were_read_wrong_is_read_as_what_reads_right(browser):
    """A few Greek names in Windows-1253 look like Western ones."""
    sheet = "Kind,Area,Name,Phone\nfood,Riverside,Ελένη,608 555 0142\nfood,Riverside,Μιχάλης,608 555 0143\n"
    run = upload(browser, sheet.encode("cp1253"))
    press(browser, run, "encoding", encoding="cp1251")
    assert "Ελένη" in page(browser, run)
    assert "Ελένη · Μιχάλης" not in page(browser, run)
    press(browser, run, "encoding", encoding="cp1253")
    assert "Ελένη · Μιχάλης" in page(browser, run)
    checked(browser, run)
    press(browser, run, "import")
    assert {need.ask.contact.name for need in Need.objects.all()} == {"Ελένη", "Μιχάλης"}
    assert not ImportPart.objects.exists()


def test_the_row_of_headings_stays_when_the_letters_are_read_anew(browser):
    sheet = "Kind,Phone\nArt,Téléphone\nfood,608 555 0142\n"
    run = upload(browser, sheet.encode("cp1252"))
    press(browser, run, "heading", heading_row="2")
    press(browser, run, "encoding", encoding="cp1252")
    assert proposed(browser, run)["column_phone"] == "Téléphone"


def test_what_a_file_cannot_be_read_as_is_said_and_nothing_is_lost(browser):
    """The first lines would fit; a byte further down does not."""
    few = "food,Riverside,José,608 555 0142\n" * 5
    sheet = ("Kind,Area,Name,Phone\n" + few).encode(
        "cp1252"
    ) + b"food,Riverside,\x98,608 555 0143\n"
    run = upload(browser, sheet)
    assert "cp1251" in page(browser, run)
    text = press(browser, run, "encoding", encoding="cp1251")
    assert "Not all of the file can be read as cp1251." in text
    assert run.state == "mapping"
    press(browser, run, "encoding", encoding="cp037")
    assert run.state == "mapping"
    assert "José" in page(browser, run)


@pytest.mark.parametrize(
    "raw", [b"Kind,Phone\nfood,1\n", "Kind,Né\nfood,1\n".encode("utf-16"), "Kind,Né\n".encode()]
)
def test_where_it_is_sure_how_a_text_is_written_nothing_is_asked_and_kept(raw, browser):
    run = upload(browser, raw)
    assert "Which of these reads right?" not in page(browser, run)
    assert not ImportPart.objects.filter(of="file").exists()


def test_a_column_chosen_twice_is_refused_beside_it_and_the_rest_is_kept(browser):
    run = upload(browser)
    typed = proposed(browser, run) | {"column_address": "Phone", "source": "my name"}
    text = press(browser, run, "check", **typed)
    assert run.state == "mapping"
    assert "You have chosen this column for “Phone” as well." in text
    assert 'value="my name"' in text
    assert not run.sheet_rows.exists()


def test_of_a_workbook_with_several_sheets_one_is_chosen(browser):
    rows = [["Kind", "Area"], ["food", "Riverside"]]
    raw = workbook({"Read me": [["Hello"]], "Needs": rows})
    run = upload(browser, raw, "march.xlsx")
    assert "Which sheet of the workbook?" in page(browser, run)
    press(browser, run, "sheet", sheet="Needs")
    assert proposed(browser, run)["column_category"] == "Kind"
    checked(browser, run)
    press(browser, run, "import")
    assert Need.objects.count() == 1


def test_what_is_left_to_correct_is_a_file_that_is_uploaded_again(browser):
    run = imported(browser)
    answer = browser.get(reverse("admin:import_corrections", args=[run.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="march.unread.csv"'
    text = answer.content.decode("utf-8-sig")
    assert text.count("\n") == 3
    assert "There is no category “Tents”" in text
    again = upload(browser, text.replace("Tents,", "water,"), "march.unread.csv")
    checked(browser, again)
    assert list(outcomes(again).values()) == ["new", "unread"]
    press(browser, again, "import")
    assert Need.objects.count() == 2


def test_the_file_is_gone_once_it_is_imported_and_was_never_readable(browser):
    run = upload(browser)
    assert b"Ana" not in raw_rows("importing_importpart") + raw_rows("importing_importrun")
    checked(browser, run)
    press(browser, run, "import")
    assert not ImportPart.objects.exists()
    assert b"Cleo" not in raw_rows("importing_importrow")
    assert b"march" not in raw_rows("importing_importrun")


def raw_rows(table):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall()).encode()


def test_it_can_be_stopped_and_nothing_is_left_of_it(browser):
    run = checked(browser, upload(browser))
    press(browser, run, "stop")
    assert run.state == "stopped"
    assert not ImportPart.objects.exists()
    assert not Ask.objects.exists()


def test_stopped_while_it_is_read_it_leaves_no_row_behind(browser, monkeypatch):
    def stopped_meanwhile(rows, size):
        for batch in batches(rows, size=2):
            yield batch
            if (run := ImportRun.objects.get()).state != "stopped":
                actions.stop(run)

    monkeypatch.setattr(work, "batches", stopped_meanwhile)
    assert upload(browser).state == "stopped"
    assert not ImportPart.objects.exists()


def test_a_file_that_takes_longer_to_read_than_a_task_may_last_is_read(browser, monkeypatch):
    monkeypatch.setattr(celery, "SWEEP_SECONDS", 0)
    monkeypatch.setattr(work, "ROWS_IN_A_PART", 2)
    assert upload(browser).state == "mapping"


def test_what_is_left_of_a_sheet_is_read_from_any_row_on(browser, monkeypatch):
    monkeypatch.setattr(work, "ROWS_IN_A_PART", 2)
    run = upload(browser, SHEET.replace("16/03", "\n\n16/03"))
    every = list(table_for(run).rows)
    assert [row.number for row in every] == [3, 6, 7, 8]
    for number in range(10):
        left = list(table_for(run, after=number).rows)
        assert left == [row for row in every if row.number > number]


def test_needs_may_open_at_once_and_are_looked_at_one_after_another(browser):
    rows = "".join(f"food,Riverside,608 555 0{n}\n" for n in range(100, 103))
    imported(browser, f"Kind,Area,Phone\n{rows}", start="open")
    looks = list(Need.objects.order_by("match_due_at").values_list("match_due_at", flat=True))
    assert [round((b - a).total_seconds()) for a, b in pairwise(looks)] == [
        20,
        20,
    ]
    assert Need.objects.due_for_matching().count() == 1


def test_two_coordinators_with_one_file_at_once_import_each_need_once(browser, signed_in):
    other = signed_in(factories.person("Dora", Role.COORDINATOR))
    first, second = checked(browser, upload(browser)), checked(other, upload(other))
    press(browser, first, "import")
    press(other, second, "import")
    assert (outcomes(first)[3], outcomes(second)[3]) == ("imported", "existing")
    assert Need.objects.count() == 1
    press(other, second, "undo")
    assert Need.objects.count() == 1


def test_what_stands_in_a_sheet_is_shown_to_whoever_uploaded_it_alone(browser, signed_in):
    run = checked(browser, upload(browser))
    other = signed_in(factories.person("Dora", Role.COORDINATOR))
    text = page(other, run)
    assert "march.csv" not in text
    assert "Tents" not in text
    assert other.get(reverse("admin:import_corrections", args=[run.pk])).status_code == 403
    assert other.post(reverse("admin:import", args=[run.pk]), {"do": "import"}).status_code == 403


def test_an_area_that_is_moved_or_gone_meanwhile_is_told_at_the_import(browser):
    from mutualaid.catalog.models import Locality

    run = checked(browser, upload(browser))
    Locality.objects.filter(slug="riverside").delete()
    press(browser, run, "import")
    assert outcomes(run)[3] == "unread"
    assert "No area has the name of the place" in page(browser, run)
    assert not Need.objects.exists()


def test_an_area_that_is_moved_while_the_import_runs_takes_no_more_rows(browser, monkeypatch):
    monkeypatch.setattr(NeedReader, "batch_rows", 2)
    rows = "".join(f"food,608 555 0{n},0.0,0.009\n" for n in range(100, 106))
    run = checked(browser, upload(browser, f"Kind,Phone,Latitude,Longitude\n{rows}"))
    write = NeedReader.write

    def write_and_move(self, rows, **options):
        made = write(self, rows, **options)
        Locality.objects.exclude(slug="faraway").update(lat=40)
        return made

    monkeypatch.setattr(NeedReader, "write", write_and_move)
    press(browser, run, "import")
    assert list(outcomes(run).values()) == ["imported"] * 2 + ["unread"] * 4


def test_more_columns_than_anyone_needs_are_cut_off_of_a_text_too(browser):
    run = upload(browser, f"Kind,Area,Phone{',x' * 20_000}\nfood,Riverside,608 555 0142\n")
    assert len(table_for(run).headings) == 500
    assert "x (497)" in page(browser, run)


def test_a_kind_that_is_not_in_use_any_more_stops_the_import_with_a_sentence(browser):
    from mutualaid.catalog.models import Category

    run = upload(browser)
    checked(browser, run, default_category="water")
    Category.objects.filter(slug="water").update(is_active=False)
    press(browser, run, "import")
    assert run.state == "stopped"
    assert "There is no category with the code “water”" in page(browser, run)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("empty.csv", b" \n", "is empty"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "of an old kind, or has a password"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "is damaged, or has a password"),
        ("photo.zip", None, "is no workbook that we can read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_beside_it(browser, name, raw, why):
    if raw is None:
        import io
        import zipfile

        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("photo.jpg", b"")
        raw = file.getvalue()
    answer = upload(browser, raw, name)
    assert why in " ".join(answer.context["form"].errors["file"])
    assert not ImportRun.objects.exists()


def test_nothing_of_a_sheet_reaches_the_log(browser, caplog):
    run = checked(browser, upload(browser, SHEET.replace("Ana", "Canary")))
    press(browser, run, "import")
    assert "Canary" not in caplog.text
    assert "march" not in caplog.text


def test_rows_that_name_what_is_gone_are_tried_again_by_the_sweep_and_not_without_end(
    browser, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    run = checked(browser, upload(browser))

    def fails(run):
        error = IntegrityError("Canary")
        error.__cause__ = sqlite3.IntegrityError()
        error.__cause__.sqlite_errorcode = sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("tests.importing.uploads.work", lambda: None)
        patch.setattr(tasks, "steps", fails)
        press(browser, run, "import")
        with django_capture_on_commit_callbacks() as begun:
            tasks.work_on(run.pk)
    assert begun == []
    assert [line.levelname for line in caplog.records if line.name == tasks.__name__] == ["WARNING"]
    tasks.sweep()
    run.refresh_from_db()
    assert run.state == "done"


def test_while_a_worker_has_it_the_page_says_how_far_it_is_and_leads_to_a_later_look(browser):
    raw = SHEET.encode()
    browser.post(
        reverse("admin:imports"), {"kind": "needs", "file": SimpleUploadedFile("m.csv", raw)}
    )
    run = ImportRun.objects.get()
    text = page(browser, run)
    assert 'role="status">Rows read so far: 0.' in text
    assert '<progress aria-labelledby="far"></progress>' in text, "no one knows how many there are"
    run.state, run.last_row, run.row_reached = "checking", 8, 2
    run.save()
    text = page(browser, run)
    assert 'role="status">25% done' in text
    assert 'href="">Look again' in text
    assert "http-equiv" not in text, (
        "a page that loads anew by itself takes readers from their place"
    )
    assert re.search(r"<progress [^>]*max=\"100\"", text)


def test_a_worker_that_dies_between_two_pieces_leaves_it_to_the_next(browser, monkeypatch):
    monkeypatch.setattr(NeedReader, "batch_rows", 2)
    monkeypatch.setattr(
        tasks, "within_time_budget", lambda work: (step for step, _ in zip(work, "x", strict=False))
    )
    rows = "".join(f"food,Riverside,608 555 0{n}\n" for n in range(100, 109))
    run = imported(browser, f"Kind,Area,Phone\n{rows}")
    assert Need.objects.count() == 9
    assert set(outcomes(run).values()) == {"imported"}
    assert RememberedChoices.objects.count() == 1
    assert ImportRow.objects.count() == 9
