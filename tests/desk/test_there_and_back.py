"""What is taken out as a sheet is read in again as the same needs, in every language of the site."""

from datetime import date, timedelta

import hypothesis
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.desk.exports.columns import NEEDS
from mutualaid.desk.exports.files import file_of
from mutualaid.importing.cells.choices import OWN_STATES
from requests_app.models import Ask, Need
from requests_app.states import NeedState, Urgency
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


ANY_NEED = st.fixed_dictionaries(
    {
        "category": st.sampled_from(["groceries", "rides", "prescription"]),
        "locality": st.sampled_from(["riverside", "hilltop"]),
        "urgency": st.sampled_from(Urgency.values),
        "needed_by": st.none() | st.dates(timezone.localdate() + timedelta(1), date(2099, 12, 31)),
        "week_parts": st.integers(1, ANY_TIME),
        "people_count": st.none() | st.integers(1, 30),
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_any_needs_that_are_taken_out_and_read_in_are_the_same(kind, tmp_path):
    @hypothesis.settings(max_examples=25, database=None)
    @given(st.lists(ANY_NEED, min_size=1, max_size=4))
    def same(drawn):
        with transaction.atomic():
            for fields in drawn:
                slugs = {"category": factories.category, "locality": factories.locality}
                factories.need(
                    **fields | {name: make(fields[name]) for name, make in slugs.items()}
                )
            needs = list(Need.objects.all())
            output_of("import_needs", taken_out(tmp_path / f"needs.{kind}"), "--language", "en")
            again = Need.objects.exclude(pk__in=[need.pk for need in needs])
            assert told(again) == told(needs)
            transaction.set_rollback(True)

    same()


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
