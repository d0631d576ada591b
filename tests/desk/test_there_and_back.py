"""What is taken out as a sheet is read in again as the same needs, in every language of the site."""

from datetime import date

import pytest
from django.conf import settings
from django.utils import translation

from mutualaid.desk.exports.columns import NEEDS
from mutualaid.desk.exports.files import file_of
from mutualaid.importing.cells.choices import OWN_STATES
from requests_app.models import Ask, Need
from requests_app.states import NeedState
from tests.support import factories
from tests.support.sheets import output_of

pytestmark = pytest.mark.django_db
NOT_READ = ("--leave-out", "Helpers wanted", "--leave-out", "Helpers", "--leave-out", "Came from")


def told(needs) -> list[str]:
    """What a sheet says of needs; the minute is the smallest part of time in it."""
    return sorted(
        repr(
            (
                need.category,
                need.locality,
                need.urgency,
                need.needed_by,
                need.week_parts,
                need.people_count,
                need.created_at.replace(second=0, microsecond=0),
            )
        )
        for need in needs
    )


@pytest.fixture
def needs():
    hilltop = factories.locality("hilltop", 0.0, 0.009)
    factories.need()
    factories.need(week_parts=0b000111 | 32, people_count=5, locality=hilltop, urgency=1)
    factories.need(category=factories.category("rides"), urgency=4, needed_by=date(2099, 5, 1))
    return list(Need.objects.order_by("pk"))


def taken_out(path, needs=None):
    rows = NEEDS.rows(Need.objects.all() if needs is None else needs)
    path.write_bytes(file_of(rows, path.suffix[1:], name="needs").getvalue())
    return path


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_that_is_read_in_again_gives_the_same_needs(kind, language, needs, tmp_path):
    with translation.override(language):
        path = taken_out(tmp_path / f"needs.{kind}")
        output_of("import_needs", path, "--language", "en")
    again = Need.objects.exclude(pk__in=[need.pk for need in needs])
    assert told(again) == told(needs)
    assert set(again.values_list("state", flat=True)) == {"open"}
    references = set(again.values_list("ask__reference", flat=True))
    assert references == {need.code for need in needs}


def test_reading_it_in_twice_adds_nothing(needs, tmp_path):
    path = taken_out(tmp_path / "needs.csv")
    for _ in range(2):
        output_of("import_needs", path, "--language", "en")
    assert Need.objects.count() == 2 * len(needs)


def test_its_own_columns_can_be_left_out_of_the_notes(needs, tmp_path):
    output_of("import_needs", taken_out(tmp_path / "needs.csv"), "--language", "en", *NOT_READ)
    again = Need.objects.filter(ask__in=Ask.objects.exclude(reference=""))
    assert {need.notes.text for need in again} == {""}


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_what_is_over_is_not_open_again(language, needs, tmp_path):
    """None of the states of a need but one comes back as open, by whatever word it is called."""
    assert {state for state, fate in OWN_STATES.items() if fate == "open"} == {NeedState.OPEN}
    assert set(OWN_STATES) == set(NeedState)
    with translation.override(language):
        rows = list(NEEDS.rows(Need.objects.order_by("pk")))
        for row, state in zip(rows[1:], (NeedState.MERGED, NeedState.CLAIMED), strict=False):
            row[3] = str(state.label)
        path = tmp_path / "needs.csv"
        path.write_bytes(file_of(rows, "csv", name="needs").getvalue())
        output_of("import_needs", path, "--language", "en")
    again = Need.objects.filter(ask__in=Ask.objects.exclude(reference=""))
    assert dict(again.values_list("ask__reference", "state")) == {
        needs[1].code: "triage",
        needs[2].code: "open",
    }
