from datetime import UTC, datetime

import pytest

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.notify.models import Notification
from requests_app.models import Ask, Need
from tests.support import factories
from tests.support.people import PHONE, has_phone
from tests.support.sheets import HEADINGS, database, output_of, row, write


def test_a_row_becomes_an_open_need_that_is_due_for_matching(path):
    assert "Imported: 1 rows, as 1 needs" in output_of("import_needs", write(path, row()))
    need = Need.objects.get()
    assert (need.category.slug, need.locality.slug, need.state) == ("food", "riverside", "open")
    assert (need.ask.source, need.ask.reference) == ("may", "1")
    assert need.created_at == datetime(2026, 3, 15, 10, tzinfo=UTC)
    assert list(Need.objects.due_for_matching()) == [need]
    assert [language.code for language in need.ask.languages.all()] == ["en"]


def test_its_history_says_that_it_was_imported(path):
    output_of("import_needs", write(path, row()))
    event = Need.objects.get().events.get()
    assert (event.action, event.state, event.actor_kind) == ("post", "open", "import")


def test_what_a_neighbour_wrote_is_encrypted_and_stands_nowhere_else(path):
    output_of(
        "import_needs", write(path, row(needed="Canary &amp;lt;soup&amp;gt;", place="Riverside"))
    )
    need = Need.objects.get()
    assert need.notes.text == "Canary <soup>"
    assert need.ask.contact.address == "Riverside"
    fields = {field.attname: getattr(need, field.attname) for field in need._meta.fields}
    assert "Canary" not in str(fields)


def test_a_sensitive_kind_waits_for_a_coordinator(path):
    factories.category("grief", sensitive=True)
    output_of("import_needs", write(path, row(kind="grief")))
    need = Need.objects.get()
    assert (need.state, need.match_due_at) == ("triage", None)


def test_a_row_that_asks_for_several_things_becomes_a_need_for_each(path):
    write(path, row(kind="food; Water;food"))
    assert "1 rows, as 2 needs" in output_of("import_needs", path)
    ask = Ask.objects.get()
    assert (ask.source, ask.reference) == ("may", "1")
    assert sorted(ask.needs.values_list("category__slug", flat=True)) == ["food", "water"]
    assert {need.notes.text for need in ask.needs.all()} == {"Rice for four"}
    assert "already: 1" in output_of("import_needs", path)


def test_columns_of_no_field_are_kept_in_the_notes_unless_left_out(path):
    headings = [*HEADINGS, "Allergies", "Papers"]
    write(path, [*row(), "nuts", "none"], headings=headings)
    output_of("import_needs", path, "--leave-out", "papers")
    assert Need.objects.get().notes.text == "Rice for four\nAllergies: nuts"


def test_positions_are_not_kept(path):
    output_of("import_needs", write(path, row(place="By the tree", lat="0.00123", lng="0.00987")))
    need = Need.objects.get()
    assert need.locality.slug == "hilltop"
    assert "0.009" not in need.notes.text + need.ask.contact.address


def test_names_of_columns_and_kinds_can_be_told(path, tmp_path):
    headings = ["Nr.", "Wann", "Was", "Art", "Wo", "B", "L"]
    write(path, row(date="15.03.2026 10:00", kind="Essen; Trinken"), headings=headings)
    kinds = tmp_path / "kinds.csv"
    kinds.write_text("name,slug\nEssen,food\n")
    options = ["--column", "created=Wann", "--column", "category=Art", "--column", "place=wo"]
    output_of("import_needs", path, *options, "--categories", kinds, "--category", "trinken=water",
         "--date-order", "dmy", "--time-zone", "America/New_York", "--language", "ht")  # fmt: skip
    need = Need.objects.get(category__slug="water")
    assert need.created_at == datetime(2026, 3, 15, 14, tzinfo=UTC)
    assert [language.code for language in need.ask.languages.all()] == ["ht"]


def test_unknown_kinds_go_to_the_default_and_their_names_to_the_notes(path):
    output_of("import_needs", write(path, row(kind="tents")), "--default-category", "water")
    need = Need.objects.get()
    assert (need.category.slug, need.notes.text) == ("water", "Rice for four\ntents")


def test_who_asks_is_kept_and_gets_no_receipt_for_what_they_asked_elsewhere(path):
    headings = [*HEADINGS, "Name", "Phone", "E-mail", "People", "Language"]
    write(path, [*row(), "Ana", "555 0100", "ana@people.example", "4", "Kreyòl"], headings=headings)
    output_of("import_needs", path)
    need = Need.objects.get()
    contact = need.ask.contact
    assert (contact.name, contact.phone, contact.email) == ("Ana", "555 0100", "ana@people.example")
    assert (need.people_count, need.ask.languages.get().code) == (4, "ht")
    assert not Notification.objects.exists()


def test_every_number_in_a_cell_is_one_of_theirs(path, sam):
    """Whoever has one of them is the neighbour, and is not invited to help themself."""
    has_phone(sam)
    factories.offer(by=sam, categories=[factories.category("food")])
    numbers = "home 608-555-0142 / mobile: (212) 555-0143"
    write(path, [*row(), numbers], headings=[*HEADINGS, "Phone"])
    assert "Matched: 1 needs, 0 matches" in output_of("import_needs", path, "--match")
    ask = Ask.objects.get()
    assert ask.contact.phone == numbers
    marks = set(ask.contact_points.values_list("fingerprint", flat=True))
    assert marks == fingerprints("+16085550142", PHONE)


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(path):
    before = database()
    output = output_of(
        "import_needs", write(path, row(), row(reference="2", kind="tents")), "--dry-run"
    )
    assert "To be imported: 1 rows, as 1 needs" in output
    assert "row 3: There is no category “tents”" in output
    assert database() == before


def test_needs_are_matched_at_once_when_asked(path):
    factories.offer(categories=[factories.category("food")])
    output = output_of("import_needs", write(path, row()), "--match")
    assert "Matched: 1 needs, 1 matches" in output
    assert Need.objects.get().matches.get().state == "notified"
    assert Notification.objects.get().kind == "need_fits"


def test_semicolons_and_tabs_separate_as_well(path):
    for number, mark in enumerate(";\t"):
        cells = mark.join(row(reference=str(number)))
        path.write_text(f"{mark.join(HEADINGS)}\n{cells}\n")
        output_of("import_needs", path)
    assert Need.objects.count() == 2


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_the_mark_that_excel_puts_at_the_start_does_not_matter(path, start):
    write(path, row())
    path.write_text(start + path.read_text())
    assert "Imported: 1" in output_of("import_needs", path)


def test_good_times_are_read_in_words(path):
    headings = [*HEADINGS, "Good times"]
    write(path, [*row(), "Mornings; weekend evenings"], headings=headings)
    output_of("import_needs", path)
    assert Need.objects.get().week_parts == 1 | 8 | 32
