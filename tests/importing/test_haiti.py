"""1,164 real requests, as people sent them after the earthquake of January 2010."""

import csv
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from mutualaid.catalog.models import Locality
from requests_app.models import Need, NeedContact
from tests.support import factories
from tests.support.sheets import said

SHEET = Path(
    os.environ.get("NEEDS_CSV")
    or settings.BASE_DIR.parent / "shared" / "data" / "requests-haiti-2010.csv"
)
KINDS = {
    "food": "food",
    "water": "water",
    "shelter": "housing",
    "medical": "health",
    "medicine": "prescription",
    "household goods": "goods",
    "hygiene": "hygiene",
    "power": "power",
    "fuel": "fuel",
    "mental health": "company",
}
OPTIONS = ["--date-order", "dmy", "--time-zone", "America/Port-au-Prince", "--language", "ht"]

pytestmark = pytest.mark.skipif(
    not SHEET.exists(), reason="the real requests are not here; NEEDS_CSV=FILE names them"
)


@pytest.fixture
def haiti(tmp_path):
    Locality.objects.all().delete()
    for slug in KINDS.values():
        factories.category(slug)
    path = Path(shutil.copy(SHEET, tmp_path / "haiti.csv"))
    said("propose_localities", path, "--out", tmp_path / "areas.csv", "--parent", "Haiti")
    said("import_localities", tmp_path / "areas.csv")
    return path


def kinds():
    return [word for pair in KINDS.items() for word in ("--category", "=".join(pair))]


def test_every_request_comes_in_and_nothing_that_was_said_is_lost(haiti):
    with haiti.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = sum(len(set(row["Categories"].split("; "))) for row in rows)
    words = said("import_needs", haiti, *OPTIONS, *kinds())
    assert f"Imported: {len(rows)} rows, as {asked} needs" in words
    assert "Unread: 0" in words
    notes = {contact.notes for contact in NeedContact.objects.all()}
    assert all(any(row["What is needed"][:20].split("&")[0] in n for n in notes) for row in rows)
    assert f"already: {len(rows)}" in said("import_needs", haiti, *OPTIONS, *kinds())


def test_months_are_not_taken_for_days(haiti):
    said("import_needs", haiti, *OPTIONS, *kinds())
    need = Need.objects.get(reference="4035")
    assert need.created_at.isoformat() == "2010-03-19T15:19:00+00:00"
    assert {f"{at:%Y}" for at in Need.objects.values_list("created_at", flat=True)} == {"2010"}


def test_what_has_no_category_yet_is_corrected_by_a_second_run(haiti):
    said("import_needs", haiti, *OPTIONS)
    unread = haiti.with_name("haiti.unread.csv")
    first = Need.objects.count()
    assert "Unread: 0" in said("import_needs", unread, *OPTIONS, *kinds())
    assert Need.objects.count() > first
    assert set(Need.objects.values_list("source", flat=True)) == {"haiti"}
