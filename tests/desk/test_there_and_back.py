"""What is taken out as a sheet is read in again as the same needs."""

from datetime import date

import pytest

from requests_app.models import Need
from tests.support import factories
from tests.support.sheets import output_of

pytestmark = pytest.mark.django_db


def told(need: Need) -> tuple[object, ...]:
    """What the sheet says of a need; the minute is the smallest part of time in it."""
    asked_at = need.created_at.replace(second=0, microsecond=0)
    return (need.category, need.locality, need.week_parts, need.people_count, asked_at)


@pytest.fixture
def needs():
    hilltop = factories.locality("hilltop", 0.0, 0.009)
    factories.need()
    factories.need(week_parts=0b000111 | 32, people_count=5, locality=hilltop)
    factories.need(category=factories.category("rides"), urgency=4, needed_by=date(2099, 5, 1))
    return list(Need.objects.order_by("pk"))


@pytest.mark.parametrize("kind", ["csv"])
def test_a_sheet_that_is_read_in_again_gives_the_same_needs(kind, admin, needs, tmp_path):
    path = tmp_path / f"needs.{kind}"
    path.write_bytes(
        b"".join(admin.get(f"/admin/sheets/needs.{kind}?state__exact=open").streaming_content)
    )
    assert "Imported: 3 rows" in output_of(
        "import_needs", path, "--date-order", "ymd", "--language", "en"
    )
    again = Need.objects.exclude(pk__in=[need.pk for need in needs])
    assert sorted(map(repr, map(told, again))) == sorted(map(repr, map(told, needs)))
    references = set(again.values_list("ask__reference", flat=True))
    assert references == {need.code for need in needs}


def test_reading_it_in_twice_adds_nothing(admin, needs, tmp_path):
    path = tmp_path / "needs.csv"
    path.write_bytes(b"".join(admin.get("/admin/sheets/needs.csv").streaming_content))
    for _ in range(2):
        output_of("import_needs", path, "--date-order", "ymd", "--language", "en")
    assert Need.objects.count() == 2 * len(needs)
