"""Of any sheet: an import that is taken back leaves the database as it was. Bar of issue 11."""

import csv
import io

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from mutualaid.catalog.models import LocalityDistance
from mutualaid.importing import actions
from mutualaid.importing.mapping.choices import SheetChoices
from mutualaid.importing.mapping.propose import propose
from mutualaid.importing.models import ImportRun
from mutualaid.importing.stored import kind_of, table_for
from tests.importing.uploads import work
from tests.support import factories
from tests.support.scene import TOLD
from tests.support.sheets import every_row

RECORDS = ("importing_", "django_", "retention_erasure", "sqlite_", *TOLD)
"""What says that there was an import, whom it had brought, and what to look at again: it stays."""
DISTANCES = LocalityDistance._meta.db_table


def among(*cells: str):
    """One of these cells; what a sheet may hold as well, empty cells and nonsense among it."""
    return st.sampled_from([*cells, "", "N/A", "?", "x" * 300])


PLACES = among("Riverside", "Hilltop", "Faraway", "New Port", "Atlantis")
NUMBERS = st.integers(1, 6).map(str)
SHEETS = {
    "needs": {
        "Reference": NUMBERS,
        "Kind": among("food", "water", "food; water", "tents"),
        "Area": PLACES,
        "Name": among("Ana", "Bo", "=1+1"),
        "Phone": among("608 555 0142", "608 555 0143", "1.6E+10"),
        "Language": among("en", "ht", "en; ht", "kl"),
        "Status": among("New", "Completed", "In progress", "whatever"),
        "How soon": among("ASAP", "Today", "no hurry"),
        "Date": among("2026-03-15", "15/03/2026 10:00", "2099-01-01"),
        "Household size": among("4", "5+", "2 adults"),
        "Anything": st.text(st.characters(codec="utf-8"), max_size=20),
    },
    "volunteers": {
        "Name": among("Uma", "Vic", "=1+1"),
        "E-mail": st.integers(1, 4).map("v{}@people.example".format) | among("no e-mail"),
        "Can help with": among("food", "water", "food; water", "tents"),
        "Area": PLACES,
        "Language": among("en", "ht", "kl"),
        "Car": among("yes", "no"),
    },
    "areas": {
        "Name": among("Riverside", "New Port", "Old Port"),
        "Code": among("riverside", "hilltop", "faraway", "new-port", "old-port"),
        "Part of": among("riverside", "new-port", "old-port", "nowhere"),
        "Latitude": among("0", "1.5", "91"),
        "Longitude": among("0", "0.009", "2,5"),
    },
    "resources": {
        "id": st.integers(1, 4).map("s-{}".format) | among(),
        "name": among("Friday table", "Water line"),
        "organization type": among("food bank", "clinic", "planet"),
        "taxonomy terms": among("food", "water", "food; water", "tents"),
        "service areas": among("Riverside", "Hilltop; Faraway", "Atlantis"),
        "city": PLACES,
        "phone": among("608 555 0142", "none at all"),
        "languages": among("en", "en; ht"),
        "url": among("https://table.example", "table.example"),
        "status": among("active", "inactive"),
        "assured date": among("2026-11-01", "2026-10-01", "2099-01-01"),
    },
}

GOOD = {
    "needs": ["9", "food", "Riverside", "Ana", "608 555 0149", "en", "New", "ASAP", "", "4", ""],
    "volunteers": ["Uma", "v9@people.example", "food", "Riverside", "en", "yes"],
    "areas": ["Far End", "far-end", "riverside", "1.5", "2.5"],
    "resources": ["s-9", "Clinic", "clinic", "food", "", "Hilltop", "", "", "", "", "2026-11-01"],
}
"""A row that is imported whatever stands beside it."""


def as_file(columns, rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(columns), *rows])
    return text.getvalue().replace("\0", " ").encode()


def everything() -> dict[str, list[str]]:
    """All rows but the records; distances, which are measured anew with the areas, without their ids."""
    measured = LocalityDistance.objects.values_list("locality", "other", "km", "whole_km", "inside")
    return every_row(but=(*RECORDS, DISTANCES)) | {DISTANCES: sorted(map(repr, measured))}


def imported(kind, raw, by) -> ImportRun:
    """An import as its pages take it through: uploaded, mapped as is proposed, checked, imported."""
    run = actions.upload(kind=kind, file_name=f"{kind}.csv", raw=raw, by=by)
    work()
    run.refresh_from_db()
    said = SheetChoices(source=kind, date_order="", read_first=False)
    proposal = propose(table_for(run), kind_of(run).headings, choices=said)
    actions.check(run, proposal.choices)
    work()
    run.refresh_from_db()
    actions.begin_import(run)
    work()
    run.refresh_from_db()
    assert run.state == "done", run.problem
    return run


@pytest.fixture
def life(carla):
    """Someone asks, someone offers, and the directory has a table."""
    factories.need(locality=factories.locality("hilltop"))
    factories.offer()
    factories.resource(languages=[factories.language("en")], by=carla)
    return carla


@pytest.mark.one_database
@pytest.mark.parametrize("kind", SHEETS)
def test_an_import_that_is_taken_back_leaves_the_database_as_it_was(kind, life):
    columns = SHEETS[kind]
    rows = st.lists(st.tuples(*columns.values()), max_size=8)

    @settings(max_examples=5, deadline=None)
    @given(rows, rows)
    def there_and_back(first, second):
        with transaction.atomic():
            imported(kind, as_file(columns, first), life)
            before = everything()
            run = imported(kind, as_file(columns, [GOOD[kind], *second]), life)
            assert everything() != before
            actions.undo(run)
            work()
            run.refresh_from_db()
            assert run.state == "undone"
            after = everything()
            assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
            transaction.set_rollback(True)

    there_and_back()
