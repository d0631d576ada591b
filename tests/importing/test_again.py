"""Read again, corrected, killed, or twice at once: in the end the same asks are there, each once."""

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.core.management.base import CommandError
from django.db import connection

from mutualaid.importing.kinds.needs import NeedReader
from requests_app.actions import importing
from requests_app.models import Ask, AskContact, AskContactPoint, Need, NeedEvent, NeedNotes
from tests.support.sheets import HEADINGS, database, output_of, read, row, write


def everything():
    """Each need with its ask, in the order of the sheet."""
    needs = Need.objects.order_by("ask__reference", "category__slug")
    return [
        (n.ask.reference, n.category.slug, n.locality.slug, n.state, n.created_at, n.notes.text,
         n.ask.contact.address, n.ask.contact_points.count(),
         [*n.ask.languages.values_list("code", flat=True)], n.events.count())
        for n in needs.select_related("ask__contact", "notes", "category", "locality")
    ]  # fmt: skip


def forget_all() -> None:
    Need.objects.all().delete()
    Ask.objects.all().delete()


def test_a_second_run_changes_nothing(path):
    write(path, row(kind="food;water"), row(reference="2"))
    output_of("import_needs", path)
    before = database()
    output = output_of("import_needs", path)
    assert "Imported: 0 rows" in output
    assert "Were there already: 2\n  rows 2–3" in output
    assert database() == before


def test_what_was_corrected_is_read_with_the_same_options(path):
    options = ["--date-order", "dmy"]
    bad = row(reference="2", date="15/03/2026", kind="tents", needed="=cmd|' /C calc'!A0")
    output_of("import_needs", write(path, row(), bad), *options)
    unread = path.with_name("may.unread.csv")
    unread.write_text(unread.read_text("utf-8-sig").replace("tents", "water"), "utf-8-sig")
    assert "Imported: 1 rows" in output_of("import_needs", unread, *options)
    need = Need.objects.get(ask__reference="2")
    assert (need.ask.source, need.category.slug) == ("may", "water")
    assert need.notes.text == "=cmd|' /C calc'!A0"


def test_what_is_still_wrong_goes_to_another_file_and_corrections_are_never_overwritten(path):
    bad = row(kind="tents", lat="-0.001", lng="0")
    output_of("import_needs", write(path, bad))
    first = path.with_name("may.unread.csv")
    first.write_text(first.read_text("utf-8-sig").replace("tents", "still wrong"), "utf-8-sig")
    corrected = first.read_bytes()
    output_of("import_needs", first)
    output_of("import_needs", path)
    assert first.read_bytes() == corrected
    assert read(path.with_name("may.unread-2.csv"))[0]["Categories"] == "still wrong"
    assert read(path.with_name("may.unread-3.csv"))[0]["Categories"] == "tents"
    output_of("import_needs", path)
    assert len(list(path.parent.glob("may.unread*"))) == 3


def test_other_kinds_for_the_same_row_do_not_bring_it_in_twice(path):
    output_of("import_needs", write(path, row(kind="food")))
    output_of("import_needs", write(path, row(kind="food;water")))
    assert [need.category.slug for need in Ask.objects.get().needs.all()] == ["food"]


def test_a_reference_that_holds_a_slash_is_its_own(path):
    output_of("import_needs", write(path, row(reference="2026/7")))
    assert "Imported: 1 rows" in output_of("import_needs", write(path, row(reference="2026")))


@pytest.mark.parametrize(
    "table",
    [Ask, Need, NeedNotes, NeedEvent, AskContact, AskContactPoint, Ask.languages.through],
    ids=lambda table: table.__name__,
)
def test_killed_in_the_middle_and_run_again_it_ends_as_if_nothing_had_happened(
    path, table, monkeypatch
):
    monkeypatch.setattr(NeedReader, "batch_rows", 2)
    rows = ([*row(reference=str(n), kind="food;water"), "555 0100"] for n in range(6))
    write(path, *rows, headings=[*HEADINGS, "Phone"])
    output_of("import_needs", path)
    undisturbed = everything()
    forget_all()

    write_rows = table.objects.bulk_create
    calls = []

    def dies_in_the_second_batch(rows, *args, **options):
        calls.append(rows)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write_rows(rows, *args, **options)

    killed = mock.patch.object(table.objects, "bulk_create", dies_in_the_second_batch)
    with killed, pytest.raises(KeyboardInterrupt):
        output_of("import_needs", path)
    assert Ask.objects.count() == AskContact.objects.count() == 2
    assert Need.objects.count() == NeedNotes.objects.count() == NeedEvent.objects.count() == 4
    output_of("import_needs", path)
    assert everything() == undisturbed


def test_a_row_that_the_database_would_drop_in_silence_stops_the_batch(path):
    broken = mock.patch.object(
        importing,
        "_ask_row",
        side_effect=lambda *args, make=importing._ask_row: _broken(make(*args)),
    )
    with broken, pytest.raises(Exception) as caught:  # noqa: PT011  a name for each database
        output_of("import_needs", write(path, row()))
    assert not isinstance(caught.value, CommandError)
    assert not Ask.objects.exists()


def _broken(ask: Ask) -> Ask:
    ask.for_whom = "nobody"
    return ask


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_write_each_ask_once(path, monkeypatch):
    monkeypatch.setattr(NeedReader, "batch_rows", 5)
    write(path, *(row(reference=str(n), kind="food;water") for n in range(60)))

    def import_it(_number):
        try:
            return output_of("import_needs", path)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outputs = list(pool.map(import_it, range(4)))
    counts = [int(text.partition("Imported: ")[2].partition(" ")[0]) for text in outputs]
    assert sum(counts) == 60
    assert Ask.objects.count() == AskContact.objects.count() == 60
    assert Need.objects.count() == NeedNotes.objects.count() == 120
    assert {need.events.count() for need in Need.objects.all()} == {1}
