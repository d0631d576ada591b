"""The parts of a week: words and numbers that mean the same, and what two neighbours have in common."""

from datetime import date

import pytest
from django.conf import settings as site
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from mutualaid.catalog.time_slot_field import WeekPartsBoxes
from mutualaid.catalog.time_slots import (
    ANY_TIME,
    WEEKDAYS,
    WEEKENDS,
    UnknownPart,
    from_words,
    in_words,
    share,
    within,
)

PARTS = st.integers(1, ANY_TIME)
MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (ANY_TIME, "any time"),
        (1, "weekday mornings"),
        (1 | 32, "weekday mornings, weekend evenings"),
        (WEEKDAYS, "weekdays"),
        (WEEKDAYS | 8, "weekdays, weekend mornings"),
        (1 | 8, "mornings"),
        (1 | 8 | 32, "mornings, weekend evenings"),
        (ANY_TIME - 4, "weekends, weekday mornings, weekday afternoons"),
    ],
)
def test_as_few_words_as_there_are(parts, words):
    assert in_words(parts) == words


@given(parts=PARTS, language=st.sampled_from([code for code, _name in site.LANGUAGES]))
def test_words_lead_back_to_what_they_were_made_of(parts, language):
    with override(language):
        words = in_words(parts)
        assert from_words(words) == parts
        assert from_words(f"  {words.upper()} ;\n{words}") == parts
    with override("en"):
        english = in_words(parts)
    with override(language):
        assert from_words(english) == parts


def test_nothing_said_is_any_time_and_what_is_no_part_is_named():
    assert from_words(" ") == from_words("") == ANY_TIME
    with pytest.raises(UnknownPart, match="after Work"):
        from_words("mornings, after Work")


@given(wanted=PARTS, free=PARTS)
def test_a_share_is_nothing_just_where_they_do_not_meet(wanted, free):
    shared = share(wanted, free)
    assert 0 <= shared <= 1
    assert (shared > 0) is bool(wanted & free)
    assert share(wanted, ANY_TIME) == share(ANY_TIME, free) == share(wanted, wanted) == 1


def test_a_share_is_how_much_of_what_is_wanted_is_free():
    assert share(1 | 2, 2 | 4) == 0.5


@pytest.mark.parametrize(
    ("today", "last_day", "parts", "left"),
    [
        (MONDAY, MONDAY, ANY_TIME, WEEKDAYS),
        (MONDAY, date(2026, 11, 27), ANY_TIME, WEEKDAYS),
        (MONDAY, SATURDAY, ANY_TIME, ANY_TIME),
        (SATURDAY, date(2026, 11, 29), ANY_TIME, WEEKENDS),
        (SATURDAY, date(2026, 11, 30), ANY_TIME, ANY_TIME),
        (MONDAY, date(2027, 11, 23), 1 | 8, 1 | 8),
        (MONDAY, MONDAY, 1 | 8, 1),
        (MONDAY, MONDAY, WEEKENDS, WEEKENDS),
        (SATURDAY, MONDAY, 1, 1),
    ],
)
def test_only_what_comes_before_it_is_too_late_counts_unless_nothing_does(
    today, last_day, parts, left
):
    assert within(parts, today, last_day) == left


@given(parts=PARTS)
def test_boxes_that_are_shown_ticked_give_what_was_stored(parts):
    field = WeekPartsBoxes(label="When?")
    ticked = [str(part) for part in field.prepare_value(parts)]
    assert field.clean(ticked) == parts
    assert field.clean([*ticked, *ticked]) == parts
    assert not field.has_changed(parts, ticked)


@pytest.mark.parametrize("sent", [["64"], ["3"], ["-1"], ["x"]])
def test_a_box_that_was_not_there_is_told_kindly(sent):
    with pytest.raises(Exception, match="Choose one of these"):
        WeekPartsBoxes(label="When?").clean(sent)
